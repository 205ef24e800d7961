//! Callbacks whose queue closes before their turn: what becomes of them says the plan.

use super::WorkItem;
use crate::engine::{Engine, Timer};
use clock::Moment;
use dialplan::CallbackAtClosing;
use events::{CallbackOver, Kept};
use ids::{CallId, QueueId};

/// Whether a callback may stand in line now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may.
    InLine,
    /// Its queue is closed: when that opens.
    AtTheOpening,
    /// Its queue is closed, and it is over for that.
    Nevermore,
}

impl Engine {
    /// Whether a work item may stand in line: messages always may.
    pub(super) fn standing(&self, now: Moment, id: CallId) -> Standing {
        let item = self.work_items.get(id);
        let callback = item.and_then(|item| Some((item.queue, item.callback()?)));
        let Some((queue, callback)) = callback else { return Standing::InLine };
        let rule = self.plan.callback(&callback.step).map(|step| step.at_closing);
        match (rule, self.opening(now, queue)) {
            (_, Kept::Open) | (None | Some(CallbackAtClosing::Serve), Kept::Closed) => {
                Standing::InLine
            }
            (Some(CallbackAtClosing::Keep), Kept::Closed) => Standing::AtTheOpening,
            (Some(CallbackAtClosing::End), Kept::Closed) => Standing::Nevermore,
        }
    }

    /// A queue may have closed: callbacks that wait there, or are tried again later, are kept or over. An attempt that
    /// is on goes on.
    pub(crate) fn callbacks_follow_closing(&mut self, now: Moment, queue: QueueId) {
        for id in self.callbacks_of(queue) {
            let due = self.work_items.get(id).and_then(WorkItem::callback).and_then(|it| it.due);
            match self.standing(now, id) {
                _ if due.is_some_and(|due| due.at > now) => {}
                Standing::InLine => {}
                Standing::AtTheOpening if self.is_tried_later(id) => {}
                Standing::AtTheOpening => self.take_item_out(now, id),
                Standing::Nevermore => self.call_off(now, id, CallbackOver::Closed),
            }
        }
    }

    /// A queue may have opened: callbacks that were kept stand in line again.
    pub(crate) fn callbacks_follow_opening(&mut self, now: Moment, queue: QueueId) {
        for id in self.callbacks_of(queue) {
            if !self.is_tried_later(id) {
                self.line_up_again(now, id);
            }
        }
    }

    /// Whether it stands in line by itself later: in a while, or when it is on disk.
    pub(super) fn is_tried_later(&self, id: CallId) -> bool {
        let callback = self.work_items.get(id).and_then(WorkItem::callback);
        callback.is_some_and(|it| it.unstored.is_some())
            || self.timers.of(&Timer::LineUp(id)).is_some()
    }

    fn callbacks_of(&self, queue: QueueId) -> Vec<CallId> {
        let there = self.work_items.iter().filter(|item| item.queue == queue);
        let callbacks = there.filter(|item| item.callback().is_some() && !item.is_on());
        callbacks.map(|item| item.id).collect()
    }
}
