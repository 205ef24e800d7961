//! Who calls again hears how it stands, and keeps it or calls it off.

use super::{ACME, CUSTOMER, ask_to_be_called_back, start, told, until_over};
use e2e::{Kamailio, Sipp, SippCall, prompt};

/// The customer calls again, hears that there is one, how it stands, and what can be done, and presses a key.
pub(super) fn call_again(carrier: &Kamailio, stands_at: Option<&str>, key: char) -> (Sipp, usize) {
    let call = SippCall { server: carrier.address(), number: "46812345", caller: CUSTOMER };
    let caller = Sipp::call(call);
    let stands = prompt("sv/callback/stands");
    let heard = caller.sound.until_heard("how it stands", &stands, 0);
    let told = stands_at
        .map_or(heard, |place| caller.sound.until_heard("the place", &prompt(place), heard));
    let choose = prompt("sv/callback/choose");
    let asked = caller.sound.until_heard("what can be done", &choose, told);
    caller.sound.press(key);
    (caller, asked)
}

#[test]
fn who_calls_again_hears_the_place_keeps_the_callback_and_later_calls_it_off() {
    let carrier = Kamailio::start(ACME);
    let server = start(&carrier);
    ask_to_be_called_back(&carrier);

    let (mut keeps, asked) = call_again(&carrier, Some("sv/queue/first"), '1');
    let promised = prompt("sv/callback/promised").part(0, 16_000);
    keeps.sound.until_heard("the promise", &promised, asked);
    keeps.ended();
    let listed = told(&server, &["callback", "list"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "there is one, and not two: {listed}");
    assert!(listed[0]["outcome"].is_null(), "{listed}");

    let (mut calls_off, asked) = call_again(&carrier, Some("sv/queue/first"), '2');
    let called_off = prompt("sv/callback/called-off");
    calls_off.sound.until_heard("that it is off", &called_off, asked);
    calls_off.ended();
    until_over(&server, &[("cancelled", None)]);
    server.until("nobody waits", |status| status.queue("support")["callbacks"] == 0);
}
