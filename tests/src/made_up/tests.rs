//! What branches ask: some of it is so on any call, some on none, some on a few.

use jiff::civil::DateTime;
use rand::RngExt;
use rand::rngs::StdRng;

const TESTS: [&str; 18] = [
    "language = 'en'",
    "language = 'sv'",
    "withheld",
    "known and not vip",
    "vip or name = 'Caller 2'",
    "caller ends with '2' or dialled ends with '3'",
    "caller starts with '070'",
    "open.open and not open.closed",
    "queue.operator.agents_ready > 0",
    "queue.operator.agents_on_duty = 0",
    "queue.operator.agents_ready = 0 and queue.operator.open",
    "queue.operator.expected_wait is unknown",
    "typed is known",
    "typed starts with '1' or matter = 'a'",
    "matter is unknown",
    "matter != 'b'",
    "balance >= 100",
    "paid or not balance > 0",
];

/// One of them, or one that asks what the clock shows.
pub(super) fn test(random: &mut StdRng, local: DateTime) -> String {
    match random.random_range(0..TESTS.len() + 4) {
        at if at < TESTS.len() => TESTS[at].to_owned(),
        at => of_the_clock(random, local, at - TESTS.len()),
    }
}

/// A day or a time that is not about to begin or to end: what is tried and what is called comes to it at one
/// side of it.
fn of_the_clock(random: &mut StdRng, local: DateTime, which: usize) -> String {
    let hour = i16::from(local.hour());
    let far = (hour + [2, 6, 12, 18, 22][random.random_range(0..5)]) % 24;
    let is_late = hour == 23;
    let today = local.strftime("%a").to_string().to_lowercase();
    match which {
        0 => format!("time >= {far:02}:00"),
        1 => format!("time < {far:02}:30 and not withheld"),
        2 if !is_late => format!("weekday = '{today}'"),
        3 if !is_late => format!("date != '{}'", local.date()),
        _ => "time >= 00:00".to_owned(),
    }
}
