//! How a queue treats callers whom we know, as it is written.

use crate::report::Report;
use crate::table::Table;
use std::time::Duration;

/// How a queue treats callers whom we know.
#[derive(Default)]
pub(crate) struct CallersDraft {
    pub(crate) last_agent: Option<Duration>,
    pub(crate) last_agent_within: Option<Duration>,
    pub(crate) redial_window: Option<Duration>,
}

const MINUTE: Duration = Duration::from_secs(60);
const LAST_AGENT_MAX: Duration = Duration::from_secs(600);
/// A year.
const WITHIN_MAX: Duration = Duration::from_secs(8_760 * 3_600);
const REDIAL_WINDOW_MAX: Duration = Duration::from_secs(3_600);

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> CallersDraft {
    CallersDraft {
        last_agent: table.length("last_agent", Duration::ZERO..=LAST_AGENT_MAX, report),
        last_agent_within: table.length("last_agent_within", MINUTE..=WITHIN_MAX, report),
        redial_window: table.length("redial_window", Duration::ZERO..=REDIAL_WINDOW_MAX, report),
    }
}
