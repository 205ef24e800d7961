//! What a queue tells callers of how long they will wait, as it is written.

use crate::report::{Flaw, Report};
use crate::table::Table;
use std::ops::RangeInclusive;
use std::time::Duration;

/// What a queue tells callers of how long they will wait.
#[derive(Default)]
pub(crate) struct WaitDraft {
    pub(crate) announced: bool,
    pub(crate) confidence: Option<u32>,
    pub(crate) expected_talk: Option<Duration>,
}

/// Below the half, what is said would rather not hold; above, it is mostly far too long.
const CONFIDENCE: RangeInclusive<u32> = 50..=95;
const TALK_MIN: Duration = Duration::from_secs(5);
const TALK_MAX: Duration = Duration::from_secs(4 * 3_600);

/// Reads the keys of a queue that tells the place at this interval.
pub(super) fn read(
    table: &mut Table<'_>,
    announce_place: Option<Duration>,
    report: &mut Report<'_>,
) -> WaitDraft {
    let key = "announce_wait";
    let announced = table.flag(key, report).unwrap_or(false);
    let never = announce_place.is_some_and(|interval| interval.is_zero());
    if let (true, true, Some(value)) = (announced, never, table.value(key)) {
        let message = format!("`{key}` is said after the place, and this queue never tells that");
        let remedy = "write a length for `announce_place`, such as \"30s\"".to_owned();
        report.add(Flaw::error("wait-without-place", value.span(), message).suggest(remedy));
    }
    WaitDraft {
        announced,
        confidence: table.count("confidence", CONFIDENCE, report),
        expected_talk: table.length("expected_talk", TALK_MIN..=TALK_MAX, report),
    }
}
