//! Callers who are called back at their turn: over a carrier that nobody here wrote, also after a power failure, and
//! with sound in both directions.

mod again;
mod caller_first;
mod not_reached;
mod slots;
mod typed;

use e2e::{
    Baresip, Customer, Kamailio, PhoneSetup, Picks, Server, Sipp, SippCall, Site, Sound, prompt,
    run, wait,
};
use serde_json::Value;

const ACME: Customer<'_> = Customer::Registered { user: "acme", secret: "acme-secret" };
const CUSTOMER: &str = "46701112233";

fn start(carrier: &Kamailio) -> Server {
    let server = Server::start(site(carrier, "attempts_max = 1", ""));
    until_registered(&server);
    server
}

/// A centre behind the carrier, with this besides at its callback and at its queue.
fn site(carrier: &Kamailio, callback: &str, queue: &str) -> Site {
    Site::new(&format!(
        "language = \"sv\"\ncountry = \"46\"\n[number.\"+46812345\"]\ngoto = \"queue.support\"\n\
         [callback.support]\nqueue = \"support\"\n{callback}\n\
         [queue.support]\nname = \"Support\"\nwelcome = []\nwrap_up = \"0s\"\n{queue}\n\
         [[queue.support.at]]\nafter = \"1s\"\nprompts = [\"main-menu\"]\nkeys = {{ 5 = \"callback.support\" }}\n\
         [agent.1001]\nname = \"Anna\"\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n\
         [trunk.carrier]\nhost = \"{}\"\ndomain = \"carrier.test\"\nuser = \"acme\"\n\
         secret = \"acme-secret\"\nregister = true\nhealth = \"5s\"\nsends = \"digits\"\n\
         wants = \"digits\"\ndial = [\"+46\"]\n",
        carrier.address()
    ))
}

fn until_registered(server: &Server) {
    server.until("the carrier knows us", |status| status.trunk_state("carrier") == "registered");
}

/// The customer's own phone.
fn customers_phone(carrier: &Kamailio, words: &Sound) -> Baresip {
    let mut phone = Baresip::start(&PhoneSetup {
        secret: "acme-secret".to_owned(),
        ..PhoneSetup::of_agent(carrier.address(), "world", Picks::UpWhenTold, words)
    });
    wait::until_so("the phone is registered", || phone.tell("reginfo", "").contains("OK"));
    phone
}

fn anna(server: &Server, words: &Sound) -> Baresip {
    Baresip::start(&PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, words))
}

/// Somebody calls, keeps the place in line by a key, and hears that the promise is one.
fn ask_to_be_called_back(carrier: &Kamailio) {
    let (caller, asked) = ask_for_a_callback(carrier, CUSTOMER);
    confirm(caller, asked);
}

/// Somebody calls from a number, wants to be called back, and is asked whether the number is right. Says when that was.
fn ask_for_a_callback(carrier: &Kamailio, from: &str) -> (Sipp, usize) {
    let call = SippCall { server: carrier.address(), number: "46812345", caller: from };
    let caller = Sipp::call(call);
    let offer = prompt("sv/main-menu");
    let offered = caller.sound.until_heard("the offer", &offer.part(0, 8_000), 0);
    caller.sound.press('5');
    let number = prompt("sv/callback/number");
    let read = caller.sound.until_heard("the number", &number, offered);
    let confirm = prompt("sv/callback/confirm");
    let asked = caller.sound.until_heard("whether it is right", &confirm, read);
    (caller, asked)
}

/// It is right, and the caller hears that the promise is one.
fn confirm(mut caller: Sipp, asked: usize) {
    caller.sound.press('1');
    let promised = prompt("sv/callback/promised");
    caller.sound.until_heard("the promise", &promised.part(0, 16_000), asked);
    caller.ended();
}

/// Waits until each callback is over, or is tried again, as these words say: its outcome, and why the customer was not reached.
fn until_over(server: &Server, outcomes: &[(&str, Option<&str>)]) {
    wait::until_so(&format!("the callbacks are {outcomes:?}"), || {
        let listed = told(server, &["callback", "list"]);
        let listed = listed.as_array().expect("it is a list");
        let is_so = |(callback, (outcome, why)): (&Value, &(&str, Option<&str>))| {
            callback["outcome"] == *outcome && callback["not_reached"].as_str() == *why
        };
        listed.len() == outcomes.len() && listed.iter().zip(outcomes).all(is_so)
    });
}

fn told(server: &Server, arguments: &[&str]) -> Value {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names").to_owned();
    let ran = run(&[arguments, &["--json", "--socket", &socket]].concat());
    serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

#[test]
fn a_promise_outlives_a_power_failure_and_customer_and_agent_hear_each_other() {
    let carrier = Kamailio::start(ACME);
    let server = start(&carrier);
    ask_to_be_called_back(&carrier);

    let server = Server::start(server.kill());
    until_registered(&server);
    let waits = server.until("it waits again", |status| status.0["queues"][0]["callbacks"] == 1);
    let [call] = &waits.0["calls"].as_array().expect("there is a list")[..] else {
        panic!("{waits:?}")
    };
    assert!(call["waiting_s"].as_u64() >= Some(1), "since the caller's arrival: {call}");
    assert_eq!(waits.0["queues"][0]["waiting"], 0, "nobody waits on the line");

    let (annas, customers) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let mut phone = customers_phone(&carrier, &customers);
    let mut anna = anna(&server, &annas);
    let rings = anna.wait_for("CALL_INCOMING");
    assert_eq!(rings["peerdisplayname"], "Återuppringning Support: +46701112233", "{rings}");
    anna.tell("accept", "");
    anna.until_heard("that it is a callback", &prompt("sv/callback/agent"), 0);
    phone.wait_for("CALL_INCOMING");
    phone.tell("accept", "");
    let greeting = prompt("sv/callback/greeting");
    let greeted = phone.until_heard("who calls", &greeting, 0);
    phone.until_heard("it again", &greeting.part(0, 16_000), greeted);
    phone.tell("sndcode", "1");
    server.until_agent("1001", "talking");
    anna.until_heard("the customer", &customers, 0);
    phone.until_heard("Anna", &annas, greeted);
    phone.tell("hangup", "");
    anna.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");

    let rows = server.until_closed(2);
    assert_eq!(rows[0]["outcome"], "callback", "{}", rows[0]);
    let item = &rows[1];
    assert_eq!((&item["outcome"], &item["direction"]), (&"answered".into(), &"callback".into()));
    assert_eq!((&item["agent"], &item["queue"]), (&"1001".into(), &"support".into()));
    let listed = told(&server, &["callback", "list"]);
    assert_eq!((&listed[0]["outcome"], &listed[0]["attempts"]), (&"reached".into(), &1.into()));
    assert_eq!(server.metric("callbacks_ended_total{outcome=\"reached\"}"), 1.0);
}

#[test]
fn an_agent_hears_that_the_customer_is_busy_and_a_promise_can_be_called_off() {
    let carrier = Kamailio::start(ACME);
    let server = start(&carrier);
    let mut phone = customers_phone(&carrier, &Sound::default());
    let mut anna = anna(&server, &Sound::default());
    server.until_agent("1001", "ready");
    told(&server, &["agent", "logout", "1001"]);

    ask_to_be_called_back(&carrier);
    server.until("it waits", |status| status.0["queues"][0]["callbacks"] == 1);
    told(&server, &["callback", "cancel", "2"]);
    server.until("it does not", |status| status.0["queues"][0]["callbacks"] == 0);

    ask_to_be_called_back(&carrier);
    server.until("it waits", |status| status.0["queues"][0]["callbacks"] == 1);
    told(&server, &["agent", "login", "1001"]);
    anna.wait_for("CALL_INCOMING");
    anna.tell("accept", "");
    phone.wait_for("CALL_INCOMING");
    let begun = anna.until_heard("that it is a callback", &prompt("sv/callback/agent"), 0);
    phone.tell("hangup", "");
    anna.until_heard(
        "that nobody is reached",
        &prompt("sv/callback/not-reached").part(0, 8_000),
        begun,
    );
    anna.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");

    wait::until_so("both are over", || {
        let listed = told(&server, &["callback", "list"]);
        listed[0]["outcome"] == "cancelled" && listed[1]["outcome"] == "attempts_max"
    });
    let listed = told(&server, &["callback", "list"]);
    assert_eq!(listed[1]["not_reached"], "busy", "{listed}");
}
