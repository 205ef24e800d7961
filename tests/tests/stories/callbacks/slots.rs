//! Callbacks at a time: one in a slot, called off by calling again, and called when the clock shows their time.

use super::again::call_again;
use super::{ACME, anna, customers_phone, site, told, until_over, until_registered};
use e2e::{Kamailio, Ran, Server, Sound, prompt, run};

const SLOTS: &str = "slots = { every = \"1h\", per_slot = 1, days_ahead = 2 }";
const CUSTOMERS: &str = "+46701112233";
const OTHERS: &str = "+46701112255";

/// Asks for a callback at a time.
fn ask_for(server: &Server, number: &str, at: &str) -> Ran {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names");
    run(&["callback", "request", "support", number, "--at", at, "--socket", socket])
}

#[test]
fn a_slot_is_one_customers_until_they_call_it_off_and_the_next_one_is_called_at_its_time() {
    let carrier = Kamailio::start(ACME);
    let site = site(&carrier, SLOTS, "");
    let server = Server::start_with_clock(site);
    until_registered(&server);
    let at = jiff::Timestamp::now().in_tz("Europe/Stockholm").unwrap().tomorrow().unwrap();
    let at = at.strftime("%Y-%m-%dT12:00").to_string();
    let _phone = customers_phone(&carrier, &Sound::default());
    let mut anna = anna(&server, &Sound::default());
    server.until_agent("1001", "ready");

    let first = ask_for(&server, OTHERS, &at);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let second = ask_for(&server, CUSTOMERS, &at);
    assert_ne!(second.code, Some(0), "one in a slot: {}", second.out);
    assert!(second.err.contains("T13:00"), "the next one free: {}", second.err);
    told(&server, &["callback", "cancel", "1"]);
    until_over(&server, &[("cancelled", None)]);
    let second = ask_for(&server, CUSTOMERS, &at);
    assert_eq!(second.code, Some(0), "{}", second.err);

    // The customer calls, hears that there is one, and calls it off: there is room for another.
    let (mut calls_off, asked) = call_again(&carrier, None, '2');
    let called_off = prompt("sv/callback/called-off");
    calls_off.sound.until_heard("that it is off", &called_off, asked);
    calls_off.ended();
    until_over(&server, &[("cancelled", None), ("cancelled", None)]);
    let again = ask_for(&server, CUSTOMERS, &at);
    assert_eq!(again.code, Some(0), "{}", again.err);

    assert!(!anna.has_seen("CALL_INCOMING"), "nobody is rung before");
    server.set_clock("+48h");
    let rings = anna.wait_for("CALL_INCOMING");
    assert_eq!(rings["peerdisplayname"], "Återuppringning Support: +46701112233", "{rings}");
}
