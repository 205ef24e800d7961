//! What branches ask: some of it is so on any call, some on none, some on a few.

use super::calendar::Calendar;
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
pub(super) fn test(random: &mut StdRng, calendar: &Calendar) -> String {
    match TESTS.get(random.random_range(0..TESTS.len() + 8)) {
        Some(test) => (*test).to_owned(),
        None => calendar.test(random),
    }
}
