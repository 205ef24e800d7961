//! Callbacks with their defaults.

use super::Assembly;
use crate::builtin;
use crate::draft::CallbackDraft;
use crate::plan::{Callback, Goto};
use ids::QueueId;
use std::sync::Arc;
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(4 * 3_600);
const ATTEMPTS_MAX: u32 = 3;
const RETRY: Duration = Duration::from_secs(600);
const RING: Duration = Duration::from_secs(30);
const CALLBACKS_MAX: u32 = 200;
const PER_NUMBER_A_DAY: u32 = 5;
const REQUESTS_PER_HOUR_MAX: u32 = 60;
const UNSURE_MARGIN: Duration = Duration::from_secs(30 * 60);

impl Assembly<'_, '_> {
    pub(super) fn callback(&mut self, name: Arc<str>, draft: &CallbackDraft) -> Callback {
        let queue = draft.queue.as_ref().and_then(|text| self.queue_of(text));
        // Without the queue it is not known where its own arrows lead.
        self.arrows_lost |= queue.is_none();
        let back = queue.map_or(Goto::HangUp, Goto::Queue);
        let queue = queue.unwrap_or(QueueId(0));
        let full = self.goto_or(draft.full.as_ref(), back);
        Callback {
            name,
            prompts: self.phrases_or(draft.prompts.as_ref(), builtin::CALLBACK_OFFER),
            queue,
            priority: self.priority_there(draft.priority, queue),
            slots: draft.slots,
            numbers: self.in_our_form(&draft.numbers),
            not_numbers: self.in_our_form(&draft.not_numbers),
            typed_numbers: self.in_our_form(&draft.typed_numbers),
            per_number_a_day: draft.per_number_a_day.unwrap_or(PER_NUMBER_A_DAY),
            requests_per_hour_max: draft.requests_per_hour_max.unwrap_or(REQUESTS_PER_HOUR_MAX),
            may_type: draft.may_type.unwrap_or(true),
            mode: draft.mode,
            window: draft.window.unwrap_or(WINDOW),
            attempts_max: draft.attempts_max.unwrap_or(ATTEMPTS_MAX),
            retry: draft.retry.unwrap_or(RETRY),
            ring: draft.ring.unwrap_or(RING),
            confirm: draft.confirm.unwrap_or(true),
            ask_again: draft.ask_again.unwrap_or(true),
            callbacks_max: draft.callbacks_max.unwrap_or(CALLBACKS_MAX),
            unsure_margin: draft.unsure_margin.unwrap_or(UNSURE_MARGIN),
            at_closing: draft.at_closing,
            full,
            too_late: self.goto_or(draft.too_late.as_ref(), full),
            otherwise: self.goto_or(draft.otherwise.as_ref(), back),
            goto: self.goto_or(draft.goto.as_ref(), Goto::HangUp),
        }
    }
}
