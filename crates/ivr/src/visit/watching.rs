//! What can be seen of a visit by whoever tries a plan out. It changes nothing.

use super::waiting::Hears;
use super::{At, Visit};
use clock::Moment;
use dialplan::Goto;

/// A place that the caller has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The place.
    pub place: Goto,
    /// How many outputs the visit had asked for before.
    pub outputs_before: u64,
}

impl Visit {
    /// The places that the caller has come to, in their order: no more than [`crate::STEPS_MAX`] and the
    /// end.
    #[must_use]
    pub fn passed(&self) -> &[Passed] {
        &self.passed
    }

    pub(super) fn pass(&mut self, place: Goto) {
        let waiting = u64::try_from(self.outputs.len()).unwrap_or(u64::MAX);
        let outputs_before = self.outputs_taken.saturating_add(waiting);
        self.passed.push(Passed { place, outputs_before });
    }

    /// Whether the caller has heard what is asked, and a key is waited for. Keys that come earlier
    /// count too.
    #[must_use]
    pub const fn awaits_key(&self) -> bool {
        match &self.at {
            At::Asking(_) | At::Confirming(_) => self.timeout.is_some(),
            At::Waiting(waiting) => {
                waiting.offered.has_keys()
                    && !matches!(waiting.hears, Hears::Offer(_) | Hears::Agent)
            }
            At::Message(leaving) => leaving.awaits_key(self.timeout.is_some()),
            At::Callback(wanting) => wanting.awaits_key(self.timeout.is_some()),
            At::Collecting(collecting) => collecting.awaits_key(self.timeout.is_some()),
            At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Dialling { .. }
            | At::Leaving(_)
            | At::Over => false,
        }
    }

    /// Whether this key, pressed at this moment, ends digits that are done already, and so does nothing.
    #[must_use]
    pub fn ends_late(&self, at: Moment, key: char) -> bool {
        self.late_end.is_some_and(|(end, until)| end == key && at < until)
    }

    /// How many keys have been pressed that nothing has asked for yet.
    #[must_use]
    pub fn keys_kept(&self) -> usize {
        self.keys.len()
    }

    /// Which offer of the queue is being said, by its place in [`offers`](dialplan::Queue::offers).
    #[must_use]
    pub const fn offer_said(&self) -> Option<usize> {
        match &self.at {
            At::Waiting(waiting) if matches!(waiting.hears, Hears::Offer(_)) => {
                waiting.offered.last()
            }
            At::Waiting(_)
            | At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Collecting(_)
            | At::Confirming(_)
            | At::Dialling { .. }
            | At::Message(_)
            | At::Callback(_)
            | At::Leaving(_)
            | At::Over => None,
        }
    }
}
