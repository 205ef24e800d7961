//! `[voicemail.NAME]` as it is written: where callers leave messages.

use super::queue::PRIORITY_MAX;
use super::step::StepDraft;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::time::Duration;

/// Takes a message and goes on.
pub(crate) struct VoicemailDraft {
    pub(crate) prompts: Option<Vec<Text>>,
    pub(crate) length_max: Option<Duration>,
    pub(crate) silence: Option<Duration>,
    pub(crate) shortest: Option<Duration>,
    pub(crate) messages_max: Option<u32>,
    pub(crate) mebibytes_max: Option<u32>,
    pub(crate) done_kept: Option<Duration>,
    pub(crate) queue: Option<Text>,
    pub(crate) priority: Option<u32>,
    pub(crate) heard_max: Option<u32>,
    pub(crate) full: Option<Text>,
    pub(crate) goto: Option<Text>,
}

const LENGTH_MIN: Duration = Duration::from_secs(5);
const LENGTH_MAX: Duration = Duration::from_secs(1_800);
const SILENCE_MIN: Duration = Duration::from_secs(1);
const SILENCE_MAX: Duration = Duration::from_secs(60);
const SHORTEST_MIN: Duration = Duration::from_millis(100);
const SHORTEST_MAX: Duration = Duration::from_secs(30);
const MESSAGES_MAX_MAX: u32 = 10_000;
const MEBIBYTES_MAX_MAX: u32 = 1_000_000;
const DONE_KEPT_MIN: Duration = Duration::from_secs(60);
const DONE_KEPT_MAX: Duration = Duration::from_secs(366 * 24 * 3_600);
const HEARD_MAX_MAX: u32 = 100;

pub(super) fn read(name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let draft = VoicemailDraft {
        prompts: table.texts("prompts", report),
        length_max: table.length("length_max", LENGTH_MIN..=LENGTH_MAX, report),
        silence: table.length("silence", SILENCE_MIN..=SILENCE_MAX, report),
        shortest: table.length("shortest", SHORTEST_MIN..=SHORTEST_MAX, report),
        messages_max: table.count("messages_max", 1..=MESSAGES_MAX_MAX, report),
        mebibytes_max: table.count("mebibytes_max", 1..=MEBIBYTES_MAX_MAX, report),
        done_kept: table.length("done_kept", DONE_KEPT_MIN..=DONE_KEPT_MAX, report),
        queue: table.text("queue", report),
        priority: table.count("priority", 0..=PRIORITY_MAX, report),
        heard_max: table.count("heard_max", 1..=HEARD_MAX_MAX, report),
        full: table.text("full", report),
        goto: table.text("goto", report),
    };
    let of_queue = [("priority", draft.priority), ("heard_max", draft.heard_max)];
    for (key, _) in of_queue.iter().filter(|(_, value)| draft.queue.is_none() && value.is_some()) {
        let message = format!("`{key}` says how messages wait in a queue, and there is no `queue`");
        let flaw = Flaw::error("message-waits-nowhere", name.span(), message);
        report.add(
            flaw.suggest(format!("name a `queue` whose agents are to hear them, or drop `{key}`")),
        );
    }
    StepDraft::Voicemail(draft)
}
