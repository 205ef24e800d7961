//! `[set.NAME]` as it is written: what a call needs of its own from here on.

use super::needs::{self, NeedDraft};
use super::step::StepDraft;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::time::Duration;

/// Adds to what the call needs and to what its agent is told, and goes on.
pub(crate) struct SetDraft {
    pub(crate) need: Option<NeedDraft>,
    pub(crate) needs_for: Option<Duration>,
    pub(crate) priority: Option<u32>,
    pub(crate) language: Option<Text>,
    pub(crate) whisper: Vec<Text>,
    pub(crate) goto: Option<Text>,
}

const NEEDS_FOR_MIN: Duration = Duration::from_secs(1);
const NEEDS_FOR_MAX: Duration = Duration::from_secs(3_600);
pub(super) const PRIORITY_MAX: u32 = 10;

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let need = table.text("needs", report).and_then(|text| needs::parse(&text, report));
    let needs_for = table.length("needs_for", NEEDS_FOR_MIN..=NEEDS_FOR_MAX, report);
    if let (None, Some(value)) = (table.value("needs"), table.value("needs_for")) {
        let message = format!("`{}` has `needs_for` and no `needs`", table.name);
        report.add(Flaw::error("needs-for-nothing", value.span(), message));
    }
    StepDraft::Set(SetDraft {
        need,
        needs_for,
        priority: table.count("priority", 0..=PRIORITY_MAX, report),
        language: table.text("language", report),
        whisper: table.texts("whisper", report).unwrap_or_default(),
        goto: table.needed("goto", report),
    })
}
