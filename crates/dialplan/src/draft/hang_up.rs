//! `[hangup.NAME]` as it is written: an end that says why.

use super::step::StepDraft;
use crate::plan::Cause;
use crate::report::Report;
use crate::table::{Table, Text};

/// Hangs up with a cause.
pub(crate) struct HangUpDraft {
    pub(crate) prompts: Vec<Text>,
    pub(crate) cause: Option<Cause>,
}

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let prompts = table.texts("prompts", report).unwrap_or_default();
    if table.value("cause").is_none() {
        table.missing("cause", report);
    }
    StepDraft::HangUp(HangUpDraft { prompts, cause: table.choice("cause", Cause::WORDS, report) })
}
