//! What people do with a caller by hand: send the caller to a queue, or say goodbye.

use super::{At, Visit};
use crate::{EndReason, Then};
use clock::Moment;
use dialplan::{Goto, builtin};
use ids::QueueId;

impl Visit {
    /// Whether somebody has had the visit ended, and the caller hears the goodbye.
    #[must_use]
    pub const fn is_dismissed(&self) -> bool {
        matches!(self.at, At::Leaving(_))
    }

    /// Somebody sends the caller to this queue, from wherever the caller is.
    pub(super) fn moved(&mut self, now: Moment, queue: QueueId) {
        match self.at {
            At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Collecting(_)
            | At::Confirming(_)
            | At::Waiting(_)
            | At::Message(_)
            | At::Callback(_) => {
                self.leave_message();
                self.go(now, Goto::Queue(queue));
            }
            At::Door(_) | At::Dialling { .. } | At::Leaving(_) | At::Over => {}
        }
    }

    /// Somebody has the visit ended: goodbye, and nothing after that.
    pub(super) fn dismissed(&mut self, now: Moment) {
        match self.at {
            At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Collecting(_)
            | At::Confirming(_)
            | At::Waiting(_)
            | At::Message(_)
            | At::Callback(_) => self.leave_message(),
            At::Door(_) | At::Dialling { .. } | At::Leaving(_) | At::Over => return,
        }
        self.end = EndReason::Withdrawn;
        self.timeout = None;
        let goodbye = self.plan.prompt(builtin::GOODBYE);
        let phrases = goodbye.map(|prompt| self.in_callers_language(prompt));
        if phrases.is_none() {
            return self.go(now, Goto::HangUp);
        }
        let play = self.play(phrases.into_iter().collect(), Then::Stop);
        self.at = At::Leaving(play);
    }
}
