//! `[disposition.NAME]` as it is written.

use super::digits;
use crate::report::Report;
use crate::table::{Table, Text};

/// What may become of a call.
#[derive(Default)]
pub(crate) struct DispositionDraft {
    pub(crate) title: Option<Text>,
    pub(crate) digits: Option<Text>,
    pub(crate) prompts: Option<Vec<Text>>,
}

pub(super) fn read(
    _name: &Text,
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) -> DispositionDraft {
    DispositionDraft {
        title: table.text("name", report),
        digits: digits::read(table, report),
        prompts: table.texts("prompts", report),
    }
}
