//! What of a queue's talks is kept, and by which keys of the agent's phone, as it is written.

use super::read_key;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};

/// What of a queue's talks is kept.
#[derive(Default)]
pub(crate) struct KeptDraft {
    pub(crate) record: Option<bool>,
    /// What is said before anything is kept.
    pub(crate) announce: Vec<Text>,
    pub(crate) record_key: Option<char>,
    pub(crate) pause_key: Option<char>,
}

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> KeptDraft {
    let record = table.flag("record", report);
    let announce = table.texts("record_announce", report).unwrap_or_default();
    let record_key = table.text("record_key", report);
    let record_key = record_key.and_then(|text| read_key(&text, report));
    let text = table.text("pause_key", report);
    let pause_key = text.as_ref().and_then(|text| read_key(text, report));
    if let (Some(text), Some(key)) = (&text, pause_key.filter(|_| pause_key == record_key)) {
        let message = format!("key {key} is to pause recordings and to begin and end them");
        let remedy = "use another key for one of the two".to_owned();
        report.add(Flaw::error("recording-keys", text.span(), message).suggest(remedy));
    }
    KeptDraft { record, announce, record_key, pause_key }
}
