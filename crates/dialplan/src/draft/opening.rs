//! When a queue is open, as it is written.

use crate::plan::AtClosing;
use crate::report::Report;
use crate::table::{Table, Text};

/// When a queue is open, and what becomes of callers when it is not.
#[derive(Default)]
pub(crate) struct OpeningDraft {
    pub(crate) hours: Option<Text>,
    pub(crate) closed: Option<Text>,
    pub(crate) at_closing: AtClosing,
}

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> OpeningDraft {
    let at_closing = [("serve", AtClosing::Serve), ("leave", AtClosing::Leave)];
    OpeningDraft {
        hours: table.text("hours", report),
        closed: table.text("closed", report),
        at_closing: table.choice("at_closing", at_closing, report).unwrap_or_default(),
    }
}
