//! How an agent who was taken out comes back without doing anything, as it is written.

use crate::Returns;
use crate::report::Report;
use crate::table::Table;
use std::ops::RangeInclusive;
use std::time::Duration;

const AFTER: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(12 * 3_600);

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> Returns {
    Returns {
        missed: table.length("missed_return", AFTER, report),
        declined: table.length("declined_return", AFTER, report),
        busy: table.length("busy_return", AFTER, report),
        unreachable: table.length("unreachable_return", AFTER, report),
    }
}
