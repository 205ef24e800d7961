//! `[sub.NAME]` as it is written: a part of the plan that is used and comes back.

use super::step::StepDraft;
use crate::report::Report;
use crate::table::{Table, Text};

/// Goes somewhere and comes back.
pub(crate) struct SubDraft {
    pub(crate) call: Option<Text>,
    pub(crate) goto: Option<Text>,
}

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let call = table.needed("call", report);
    StepDraft::Sub(SubDraft { call, goto: table.needed("goto", report) })
}
