//! What a queue says of after-call work, as it is written.

use crate::Filing;
use crate::report::Report;
use crate::table::Table;
use std::time::Duration;

/// What a queue says of after-call work.
#[derive(Default)]
pub(crate) struct AfterCallDraft {
    pub(crate) wrap_up: Option<Duration>,
    pub(crate) step: Option<Duration>,
    pub(crate) max: Option<Duration>,
    pub(crate) filing: Filing,
}

pub(super) const WRAP_UP_MAX: Duration = Duration::from_secs(3_600);
const STEP_MIN: Duration = Duration::from_secs(1);

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> AfterCallDraft {
    let filing = [("optional", Filing::Optional), ("required", Filing::Required)];
    AfterCallDraft {
        wrap_up: table.length("wrap_up", Duration::ZERO..=WRAP_UP_MAX, report),
        step: table.length("wrap_up_step", STEP_MIN..=WRAP_UP_MAX, report),
        max: table.length("wrap_up_max", STEP_MIN..=WRAP_UP_MAX, report),
        filing: table.choice("disposition", filing, report).unwrap_or_default(),
    }
}
