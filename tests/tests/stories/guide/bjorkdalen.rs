//! The firm whose page of wishes is among the shipped sites: an ordinary caller, Midsummer's Eve, and a customer who
//! goes first.

use super::sound_at;
use e2e::{
    Baresip, Customer, Kamailio, PhoneSetup, Picks, Server, Sipp, SippCall, Site, Sound, prompt,
};
use std::path::PathBuf;

const SITE: &str = "dialplans/bjorkdalen";
const OPERATOR: Customer<'_> = Customer::Registered { user: "4660152030", secret: "secret-trunk" };
/// In the list of customers, without a contract.
const BO: &str = "4660556677";
/// In the list, with one.
const ANNA: &str = "46701234567";

/// The firm at a carrier that is there, on some day.
struct Firm {
    carrier: Kamailio,
    server: Server,
    folder: PathBuf,
}

impl Firm {
    fn at(day: &str) -> Self {
        let carrier = Kamailio::start(OPERATOR);
        let host = format!("host = \"{}\"\ndomain = \"carrier.test\"", carrier.address());
        let before = "host = \"sip.operatoren.example\"";
        let site = Site::copied_from(SITE).with_in_plan("trunk.toml", before, &host);
        let folder = site.folder().to_owned();
        let server = Server::start_at(site, day);
        let registered = |status: &e2e::Status| status.trunk_state("operatoren") == "registered";
        server.until("the carrier knows us", registered);
        Self { carrier, server, folder }
    }

    fn call(&self, caller: &str) -> Sipp {
        let server = self.carrier.address();
        Sipp::call(SippCall { server, number: "4660152030", caller })
    }

    fn sound(&self, name: &str) -> Sound {
        sound_at(&self.folder, "sv", name)
    }
}

#[test]
fn who_calls_in_the_morning_is_welcomed_and_waits_for_service() {
    let firm = Firm::at("2026-12-01 09:00");
    let mut caller = firm.call(BO);
    let heard = caller.sound.until_heard("the welcome", &firm.sound("bj/valkommen"), 0);
    caller.sound.press('1');
    let heard = caller.sound.until_heard("for what", &firm.sound("bj/ko-service"), heard);
    caller.sound.until_heard("the place", &prompt("sv/queue/first"), heard);
    let waits = firm.server.until_calls(&["waiting"]);
    assert_eq!(waits.calls()[0]["queue"], "service", "known, so no number is asked for: {waits:?}");
    caller.hang_up();
    firm.server.until_closed(1);
}

#[test]
fn who_calls_on_midsummers_eve_hears_what_the_man_on_call_costs_and_reaches_him() {
    let firm = Firm::at("2027-06-25 10:00");
    let mut anders = Baresip::start(&PhoneSetup {
        secret: "secret-trunk".to_owned(),
        ..PhoneSetup::of_agent(firm.carrier.address(), "world", Picks::Up, &Sound::default())
    });
    e2e::wait::until_so("his phone is on", || anders.tell("reginfo", "").contains("OK"));
    let mut caller = firm.call(BO);
    let heard = caller.sound.until_heard("that it is closed", &firm.sound("bj/jour"), 0);
    caller.sound.press('1');
    caller.sound.until_heard("what it costs", &firm.sound("bj/kostnad"), heard);
    caller.sound.press('1');
    anders.until_heard("whether he takes it", &prompt("sv/dial/confirm"), 0);
    anders.tell("sndcode", "1");
    firm.server.until_calls(&["talking"]);
    anders.tell("hangup", "");
    caller.ended();
    let row = &firm.server.until_closed(1)[0];
    assert_eq!(row["outcome"], "put_through", "{row}");
}

#[test]
fn a_gold_customer_goes_before_who_has_waited_for_longer() {
    let firm = Firm::at("2026-12-01 09:00");
    let mut bo = firm.call(BO);
    bo.sound.peer();
    bo.sound.press('1');
    firm.server.until_calls(&["waiting"]);
    let mut anna = firm.call(ANNA);
    anna.sound.peer();
    anna.sound.press('1');
    firm.server.until_calls(&["waiting", "waiting"]);
    let setup =
        PhoneSetup::of_agent(firm.server.sip(), "1002", Picks::Up, &prompt("en/demo/leverans"));
    let _maria = Baresip::start(&setup);
    firm.server.until_calls(&["waiting", "talking"]);
    anna.hang_up();
    // And then it is his turn.
    firm.server.until_calls(&["talking"]);
    bo.hang_up();
    let rows = firm.server.until_closed(2);
    assert_eq!([&rows[0]["queue"], &rows[1]["queue"]], ["service", "guld"]);
    assert_eq!([&rows[0]["agent"], &rows[1]["agent"]], ["1002", "1002"]);
}
