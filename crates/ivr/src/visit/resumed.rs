//! A caller who waits in a queue when the process ends: what another one has to know of the visit, and the visit that it
//! makes of that. The caller has heard nothing for a while: music comes at once, and the place.

use super::notes::Notes;
use super::offers::Offered;
use super::wait::Promise;
use super::waiting::{Hears, Waiting};
use super::{At, SUBS_MAX, Visit};
use crate::EndReason;
use clock::{Duration, Moment};
use dialplan::{Demands, Goto, LanguageId, Plan, Value};
use ids::{PlayId, QueueId};
use std::collections::VecDeque;
use std::sync::Arc;

/// What is to be known of a visit in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// The queue.
    pub queue: QueueId,
    /// When the caller came to it.
    pub since: Moment,
    /// The language the caller is spoken to in.
    pub language: LanguageId,
    /// What the call needs of its own.
    pub demands: Demands,
    /// What is added to the priority of a queue.
    pub priority: u8,
    /// The smallest place told in this queue.
    pub told: Option<u32>,
    /// What was said of the wait, if it was.
    pub promised: Option<Promised>,
    /// The announcement with keys that was made last: whose, and which of it.
    pub open: Option<(usize, usize)>,
    /// Where to go behind each `sub` that the caller is in, the outermost first.
    pub subs: Vec<Goto>,
    /// What steps have noted, nothing secret.
    pub notes: Vec<(Arc<str>, Value)>,
}

/// What was said of the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The bound that was said; none: more than can be said.
    pub at_most: Option<Duration>,
    /// When the caller should have been served.
    pub until: Option<Moment>,
}

impl Visit {
    /// What another process has to know to go on with this visit; none while the caller is in no queue.
    #[must_use]
    pub fn to_resume(&self) -> Option<Resumed> {
        let At::Waiting(waiting) = &self.at else { return None };
        Some(Resumed {
            queue: waiting.queue,
            since: waiting.offered.since(),
            language: self.language,
            demands: self.demands,
            priority: self.priority_in(0),
            told: waiting.told,
            promised: waiting.promised.map(Promise::to_resume),
            open: waiting.offered.open(),
            subs: self.subs.iter().copied().collect(),
            notes: self.unsecret(),
        })
    }

    /// Goes on with a visit of another process. Offers whose time has come there, or meanwhile, are not made again.
    #[must_use]
    pub fn resumed(now: Moment, plan: Arc<Plan>, resumed: Resumed) -> Self {
        let queue = plan.queue(resumed.queue);
        let (place_at, music) = (queue.announce_place.map(|_| now), queue.music);
        let waiting = Waiting {
            queue: resumed.queue,
            told: resumed.told,
            promised: resumed.promised.map(Promise::resumed),
            place_at,
            offered: Offered::resumed(now, resumed.since, resumed.open),
            hears: Hears::Music,
        };
        let mut visit = Self {
            language: resumed.language,
            demands: resumed.demands,
            urgent: (resumed.priority, 0),
            subs: resumed.subs.into_iter().take(SUBS_MAX).collect(),
            cause: None,
            asks: 0,
            notes: Notes::default(),
            late_end: None,
            directory: None,
            at: At::Waiting(waiting),
            keys: VecDeque::new(),
            plays: PlayId(0),
            steps: 0,
            end: EndReason::Finished,
            timeout: None,
            outputs: VecDeque::new(),
            outputs_taken: 0,
            passed: Vec::new(),
            plan,
            next: None,
        };
        visit.recall(resumed.notes);
        let music = crate::Then::Music(visit.in_callers_language(music));
        visit.play(Vec::new(), music);
        visit
    }

    /// The caller has the place again: what is due is said.
    pub(super) fn stands_again(&mut self, now: Moment) {
        if let At::Waiting(waiting @ Waiting { hears: Hears::Music, .. }) = self.at {
            self.wait_on(now, waiting);
        }
    }
}
