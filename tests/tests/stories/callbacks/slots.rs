//! Callbacks at a time: chosen by key on the line, or asked for; one in a slot, called off by calling again, and called when the clock shows their time.

use super::again::call_again;
use super::typed::type_number;
use super::{ACME, CUSTOMER, anna, customers_phone, site, told, until_over, until_registered};
use e2e::{DiskFault, Kamailio, Ran, Server, Sipp, SippCall, Sound, prompt, run, wait};
use jiff::Timestamp;

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
    let at = Timestamp::now().in_tz("Europe/Stockholm").unwrap().tomorrow().unwrap();
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

/// The names of the recordings that say this time to a caller who is told it now.
fn said(at: Timestamp) -> Vec<String> {
    let zoned = |at: Timestamp| at.in_tz("Europe/Stockholm").expect("there is such a place");
    let (at, now) = (zoned(at), zoned(Timestamp::now()));
    let day = if at.date() == now.date() { "callback/today" } else { "callback/tomorrow" };
    let hour = match at.hour() {
        0 => vec!["clock/midnight".to_owned()],
        hour => vec!["clock/clock".to_owned(), format!("numbers/{hour}")],
    };
    [vec![day.to_owned()], hour].concat()
}

#[test]
fn a_caller_chooses_a_time_by_key_and_is_called_then_after_a_power_failure_too() {
    let carrier = Kamailio::start(ACME);
    let slots = "slots = { every = \"1h\", days_ahead = 2, offered = 2 }";
    let server = Server::start_with_clock(site(&carrier, slots, ""));
    until_registered(&server);
    let call = SippCall { server: carrier.address(), number: "46812345", caller: CUSTOMER };
    let mut caller = Sipp::call(call);
    let hears = |what: &str, name: &str, from| {
        caller.sound.until_heard(what, &prompt(&format!("sv/{name}")), from)
    };

    let offered = caller.sound.until_heard("the offer", &prompt("sv/main-menu").part(0, 8_000), 0);
    caller.sound.press('5');
    let asked = hears("when", "callback/times", offered);
    let asked = hears("what else", "callback/in-turn", asked);
    caller.sound.press('2');
    let chosen = hears("that it is at a time", "callback/chosen", asked);
    let read = hears("the number", "callback/number", chosen);
    let asked = hears("whether it is right", "callback/confirm", read);
    caller.sound.press('1');
    let promised = hears("the promise", "callback/promised-at", asked);
    let listed = told(&server, &["callback", "list"]);
    let at = listed[0]["due_at"].as_str().expect("it has a time");
    let at: Timestamp = at.parse().expect("it is a time");
    let names = said(at);
    // It is said twice: what comes before the number is looked at by itself.
    let before_number = caller.sound.heard().part(chosen, read - chosen);
    names.iter().fold(0, |from, name| {
        let word = prompt(&format!("sv/{name}"));
        let found = word.find_in(&before_number.after(from));
        assert!(found.rho > wait::WELL, "{name} is said before the number: {found:?}");
        from + found.at + word.len()
    });
    names.iter().fold(promised, |from, name| hears("the time again", name, from));
    caller.ended();

    let server = Server::start_with_clock(server.kill());
    until_registered(&server);
    let mut anna = anna(&server, &Sound::default());
    let mut phone = customers_phone(&carrier, &Sound::default());
    server.until_agent("1001", "ready");
    assert!(!anna.has_seen("CALL_INCOMING"), "nobody is rung before");
    let ahead = at.duration_since(Timestamp::now()).as_secs();
    server.set_clock(&format!("+{}s", ahead + 1));
    let rings = anna.wait_for("CALL_INCOMING");
    assert_eq!(rings["peerdisplayname"], "Återuppringning Support: +46701112233", "{rings}");
    anna.tell("accept", "");
    phone.wait_for("CALL_INCOMING");
}

#[test]
fn who_hears_that_nothing_is_changed_since_the_disk_is_full_is_right_after_a_power_failure_too() {
    let carrier = Kamailio::start(ACME);
    let slots = "slots = { every = \"1h\", days_ahead = 2, offered = 2 }";
    let server = Server::start(site(&carrier, slots, ""));
    until_registered(&server);
    let at = Timestamp::now().in_tz("Europe/Stockholm").unwrap().tomorrow().unwrap();
    let asked = ask_for(&server, CUSTOMERS, &at.strftime("%Y-%m-%dT12:00").to_string());
    assert_eq!(asked.code, Some(0), "{}", asked.err);
    let before = told(&server, &["callback", "list"])[0]["due_at"].clone();

    // Somebody at another phone wants that number called at another time.
    let from = OTHERS.trim_start_matches('+');
    let call = SippCall { server: carrier.address(), number: "46812345", caller: from };
    let mut caller = Sipp::call(call);
    let hears = |what: &str, name: &str, from| {
        caller.sound.until_heard(what, &prompt(&format!("sv/{name}")), from)
    };
    let offered = caller.sound.until_heard("the offer", &prompt("sv/main-menu").part(0, 8_000), 0);
    caller.sound.press('5');
    let asked = hears("when", "callback/times", offered);
    caller.sound.press('1');
    let asked = hears("the way to another number", "callback/another", asked);
    caller.sound.press('2');
    let asked = hears("that a number is wanted", "callback/type", asked);
    type_number(&caller, "0701112233");
    let asked = hears("whether it is right", "callback/confirm", asked);
    let faulty = DiskFault::Full.befall(&server);
    caller.sound.press('1');
    let told_so = hears("that nothing is changed", "callback/unchanged", asked);
    hears("when they will be called", "callback/tomorrow", told_so);
    caller.ended();

    let site = server.kill();
    drop(faulty);
    let server = Server::start(site);
    let listed = told(&server, &["callback", "list"]);
    let listed = listed.as_array().expect("it is a list").iter();
    let open: Vec<_> = listed.filter(|callback| callback["outcome"].is_null()).collect();
    assert_eq!(open.iter().map(|it| &it["due_at"]).collect::<Vec<_>>(), [&before], "{open:#?}");
}
