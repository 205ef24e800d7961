//! A caller whose visit another process goes on with: what it has to know of the visit, and the visit that it
//! makes of that. The caller has heard nothing for a while: in a queue music comes at once, and the place; elsewhere the step begins anew.

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

/// What is to be known of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// Where the caller is.
    pub at: ResumedAt,
    /// The language the caller is spoken to in.
    pub language: LanguageId,
    /// What the call needs of its own.
    pub demands: Demands,
    /// What is added to the priority of a queue.
    pub priority: u8,
    /// Where to go behind each `sub` that the caller is in, the outermost first.
    pub subs: Vec<Goto>,
    /// What steps have noted, nothing secret.
    pub notes: Vec<(Arc<str>, Value)>,
}

/// Where a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResumedAt {
    /// In a queue.
    Queue(ResumedWait),
    /// At a step, which begins anew.
    Step {
        /// Which.
        goto: Goto,
        /// Whether the caller has come to a number that is closed.
        closed: bool,
    },
}

/// A wait in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResumedWait {
    /// The queue.
    pub queue: QueueId,
    /// When the caller came to it.
    pub since: Moment,
    /// The smallest place told in this queue.
    pub told: Option<u32>,
    /// What was said of the wait, if it was.
    pub promised: Option<Promised>,
    /// The announcement with keys that was made last: whose, and which of it.
    pub open: Option<(usize, usize)>,
}

/// What was said of the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The bound that was said; none: more than can be said.
    pub at_most: Option<Duration>,
    /// When the caller should have been served.
    pub until: Option<Moment>,
}

impl ResumedAt {
    /// The queue, if the caller is in one.
    #[must_use]
    pub const fn queue(&self) -> Option<QueueId> {
        match self {
            Self::Queue(wait) => Some(wait.queue),
            Self::Step { .. } => None,
        }
    }
}

impl Visit {
    /// What another process has to know to go on with this visit; none while the caller has not been answered, and when it is over.
    #[must_use]
    pub fn to_resume(&self) -> Option<Resumed> {
        Some(Resumed {
            at: self.resumed_at()?,
            language: self.language,
            demands: self.demands,
            priority: self.priority_in(0),
            subs: self.subs.iter().copied().collect(),
            notes: self.unsecret(),
        })
    }

    /// What a caller has not heard to its end they hear anew; who had only last words to hear goes on behind them.
    fn resumed_at(&self) -> Option<ResumedAt> {
        let goto = match self.at {
            At::Waiting(waiting) => {
                return Some(ResumedAt::Queue(ResumedWait {
                    queue: waiting.queue,
                    since: waiting.offered.since(),
                    told: waiting.told,
                    promised: waiting.promised.map(Promise::to_resume),
                    open: waiting.offered.open(),
                }));
            }
            At::LookedUp(ways) => ways.anew(),
            At::Fetching { step, .. }
            | At::Learning(step)
            | At::Hearing { step, .. }
            | At::Dialling { step, .. } => Goto::Step(step),
            At::Asking(asking) => Goto::Step(asking.step),
            At::Collecting(collecting) => Goto::Step(collecting.step),
            At::Confirming(confirming) => Goto::Step(confirming.step),
            At::Message(leaving) => leaving.anew(),
            At::Callback(wanting) => wanting.anew(),
            At::Leaving(_) => Goto::HangUp,
            At::Door(_) | At::Over => return None,
        };
        Some(ResumedAt::Step { goto, closed: self.end == EndReason::Closed })
    }

    /// Goes on with a visit of another process. Offers whose time has come there, or meanwhile, are not made again.
    #[must_use]
    pub fn resumed(now: Moment, plan: Arc<Plan>, resumed: Resumed) -> Self {
        let (at, end) = match resumed.at {
            ResumedAt::Queue(wait) => {
                let place_at = plan.queue(wait.queue).announce_place.map(|_| now);
                (At::Waiting(wait.goes_on(now, place_at)), EndReason::Finished)
            }
            ResumedAt::Step { goto, closed: false } => (At::Door(goto), EndReason::Finished),
            ResumedAt::Step { goto, closed: true } => (At::Door(goto), EndReason::Closed),
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
            at,
            keys: VecDeque::new(),
            plays: PlayId(0),
            steps: 0,
            end,
            timeout: None,
            outputs: VecDeque::new(),
            outputs_taken: 0,
            times: super::choosing::Times::default(),
            day_ends: None,
            passed: Vec::new(),
            plan,
            next: None,
        };
        visit.recall(resumed.notes);
        if let Some(queue) = visit.queue() {
            let music = visit.plan.queue(queue).music;
            let music = crate::Then::Music(visit.in_callers_language(music));
            visit.play(Vec::new(), music);
        }
        visit
    }

    /// The caller is there again: what is due is said, and a step begins.
    pub(super) fn stands_again(&mut self, now: Moment) {
        match self.at {
            At::Waiting(waiting @ Waiting { hears: Hears::Music, .. }) => {
                self.wait_on(now, waiting);
            }
            At::Door(goto) => self.go(now, goto),
            At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Collecting(_)
            | At::Confirming(_)
            | At::Dialling { .. }
            | At::Waiting(_)
            | At::Message(_)
            | At::Callback(_)
            | At::Leaving(_)
            | At::Over => {}
        }
    }
}

impl ResumedWait {
    fn goes_on(self, now: Moment, place_at: Option<Moment>) -> Waiting {
        Waiting {
            queue: self.queue,
            told: self.told,
            promised: self.promised.map(Promise::resumed),
            place_at,
            offered: Offered::resumed(now, self.since, self.open),
            hears: Hears::Music,
        }
    }
}
