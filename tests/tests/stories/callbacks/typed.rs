//! A number that the caller types: read back and confirmed, or none that is called.

use super::{ACME, CUSTOMER, ask_for_a_callback, confirm, site, told, until_registered};
use e2e::{Kamailio, Server, Sipp, Sound, prompt};

const TYPED: &str = "0701112244";

/// Asks for another number than the one that the call comes from.
fn ask_for_another(carrier: &Kamailio) -> (Sipp, usize) {
    let (caller, asked) = ask_for_a_callback(carrier, CUSTOMER);
    let another =
        caller.sound.until_heard("the way to another", &prompt("sv/callback/another"), asked);
    caller.sound.press('2');
    let asked = until_asked(&caller, another);
    (caller, asked)
}

/// Waits until the caller is asked for a number.
fn until_asked(caller: &Sipp, from: usize) -> usize {
    caller.sound.until_heard("that a number is wanted", &prompt("sv/callback/type"), from)
}

pub(super) fn type_number(caller: &Sipp, number: &str) {
    number.chars().chain(['#']).for_each(|key| caller.sound.press(key));
}

/// The digits of a group, as they are read out: each begins with a packet of its own.
fn digits(group: &str) -> Sound {
    let digit = |digit: char| {
        let said = prompt(&format!("sv/numbers/{digit}"));
        let rest = said.len().next_multiple_of(160) - said.len();
        said.followed_by_silence(rest)
    };
    group.chars().map(digit).fold(Sound::default(), |read, digit| read.followed_by(&digit))
}

/// Types a number that is not called, and is told so.
fn is_told_no(caller: &Sipp, number: &str, from: usize) -> usize {
    type_number(caller, number);
    let no = prompt("sv/callback/not-possible");
    caller.sound.until_heard(&format!("that {number} is not called"), &no, from)
}

#[test]
fn a_number_that_is_typed_is_read_back_and_promised_and_no_dear_or_foreign_one() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(site(&carrier, "per_number_a_day = 1", ""));
    until_registered(&server);
    let (caller, asked) = ask_for_another(&carrier);
    let dear = is_told_no(&caller, "0900123456", asked);
    let foreign = is_told_no(&caller, "004722334455", until_asked(&caller, dear));
    let asked = until_asked(&caller, foreign);
    type_number(&caller, TYPED);
    let number = prompt("sv/callback/number");
    let mut read = caller.sound.until_heard("that it is read back", &number, asked);
    for group in ["070", "111", "22", "44"] {
        read = caller.sound.until_heard(group, &digits(group), read);
    }
    let right =
        caller.sound.until_heard("whether it is right", &prompt("sv/callback/confirm"), read);
    confirm(caller, right);
    let waits = told(&server, &["callback", "list"]);
    assert_eq!(waits.as_array().map(Vec::len), Some(1), "{waits}");
    assert_eq!(waits[0]["number"], "+46701112244", "{waits}");

    // Who has the number called off, and wants it called again, has had all that the day has for it.
    told(&server, &["callback", "cancel", "2"]);
    server.until("nobody waits", |status| status.queue("support")["callbacks"] == 0);
    let (mut caller, asked) = ask_for_another(&carrier);
    let no = is_told_no(&caller, TYPED, asked);
    until_asked(&caller, no);
    caller.hang_up();
    server.until_closed(3);
    assert_eq!(server.metric("callbacks_promised_total"), 1.0);
}
