//! The page on callbacks: promised over a carrier, and kept.

use super::sound_at;
use e2e::{
    Baresip, Customer, Kamailio, PhoneSetup, Picks, Server, Sipp, SippCall, Site, Sound, prompt,
    wait,
};

const SITE: &str = "docs/src/tasks/callback";
const ACME: Customer<'_> = Customer::Registered { user: "acme", secret: "secret-carrier" };

/// The site at a carrier that is there.
fn site(carrier: &Kamailio) -> Site {
    let host = format!("host = \"{}\"\ndomain = \"carrier.test\"", carrier.address());
    Site::copied_from(SITE).with_in_plan("dialplan.toml", "host = \"sip.carrier.example\"", &host)
}

#[test]
fn who_presses_1_is_called_back_by_the_next_agent() {
    let carrier = Kamailio::start(ACME);
    let site = site(&carrier);
    let folder = site.folder().to_owned();
    let server = Server::start(site);
    server.until("the carrier knows us", |status| status.trunk_state("carrier") == "registered");

    let call = SippCall { server: carrier.address(), number: "46812345", caller: "46701112233" };
    let mut caller = Sipp::call(call);
    let offer = sound_at(&folder, "en", "matter/callback");
    let offered = caller.sound.until_heard("the offer", &offer, 0);
    caller.sound.press('1');
    let confirm = prompt("en/callback/confirm");
    let asked = caller.sound.until_heard("whether the number is right", &confirm, offered);
    caller.sound.press('1');
    let promised = prompt("en/callback/promised").part(0, 16_000);
    caller.sound.until_heard("the promise", &promised, asked);
    caller.ended();
    server.until("it waits", |status| status.queue("support")["callbacks"] == 1);

    let mut customer = Baresip::start(&PhoneSetup {
        secret: "secret-carrier".to_owned(),
        ..PhoneSetup::of_agent(carrier.address(), "world", Picks::Up, &Sound::default())
    });
    wait::until_so("the phone is registered", || customer.tell("reginfo", "").contains("OK"));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let ana = Baresip::start(&setup);
    ana.until_heard("that it is a callback", &prompt("en/callback/agent"), 0);
    customer.until_heard("who calls", &prompt("en/callback/greeting"), 0);
    customer.tell("sndcode", "1");
    wait::until_so("the promise is kept", || {
        server.metric("callbacks_ended_total{outcome=\"reached\"}") > 0.0
    });
    customer.tell("hangup", "");
    let rows = server.until_closed(2);
    assert_eq!(rows[0]["outcome"], "callback", "{}", rows[0]);
    assert_eq!((&rows[1]["outcome"], &rows[1]["agent"]), (&"answered".into(), &"1001".into()));
}
