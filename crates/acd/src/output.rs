//! What the centre wants done, and what it tells.

use crate::Figures;
use clock::Moment;
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId};
use std::fmt;
use std::num::NonZeroU32;

/// What to do, or what is now so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ring the agent's phones for the call.
    Ring {
        /// This attempt.
        reservation: ReservationId,
        /// Whose phones.
        agent: AgentId,
        /// For whom.
        call: CallId,
    },
    /// Take the ringing, or an answered phone not yet connected, back.
    StopRinging {
        /// The attempt.
        reservation: ReservationId,
        /// Why.
        why: ReservationEnd,
    },
    /// The phone answered: let the two hear each other, then say
    /// [`Connected`](crate::Input::Connected).
    Connect {
        /// The attempt.
        reservation: ReservationId,
        /// Who answered.
        agent: AgentId,
        /// Who waited.
        call: CallId,
    },
    /// The agent's state has changed.
    AgentNow(AgentId, AgentState),
    /// After-call work has begun; said once for all conversations that the agent had at once.
    WrapUpStarted {
        /// Whose.
        agent: AgentId,
        /// After which call: of several, the one that has led to the longest.
        call: CallId,
        /// Of which queue.
        queue: QueueId,
        /// When it ends by itself.
        until: Moment,
    },
    /// After-call work is over: by its deadline, by the agent, or by logging out.
    WrapUpOver(AgentId),
    /// A reservation has ended. Said exactly once for each [`Ring`](Self::Ring).
    ReservationOver {
        /// The attempt.
        reservation: ReservationId,
        /// Who was rung.
        agent: AgentId,
        /// For whom.
        call: CallId,
        /// How it ended.
        end: ReservationEnd,
    },
    /// The call can not wait.
    Refuse(CallId, RefuseReason),
    /// The call has met a condition and left the queue, or has not come to wait in it at all.
    SentOn {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueId,
        /// The condition's place in [`conditions`](crate::QueueConfig::conditions).
        condition: usize,
        /// How things stood.
        figures: Figures,
    },
}

/// What an agent is doing: computed from the facts whenever it is asked for, and kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentState {
    /// Not at work.
    LoggedOut,
    /// Logged in, without a phone that could be rung.
    Unreachable,
    /// Logged in and not to be rung.
    NotReady(NotReadyReason),
    /// On a call of their own.
    Occupied,
    /// Takes the next call.
    Ready,
    /// Being rung, or about to be connected.
    Ringing(ReservationId),
    /// In a conversation; of several this is the oldest. There may be room for another one, and a ring for it: see
    /// [`talks_of`](crate::Acd::talks_of) and [`reservation_of`](crate::Acd::reservation_of).
    Talking(CallId),
    /// In after-call work.
    WrapUp {
        /// When it ends by itself.
        until: Moment,
    },
}

/// Why an agent who is logged in is not to be rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotReadyReason {
    /// The agent pauses.
    Paused(PauseId),
    /// Too many rings in a row were missed; logging in again ends it.
    MissedRing,
    /// Too many were refused or dropped; the same ends it.
    DeclinedRing,
    /// Too many met a busy phone; the same ends it.
    BusyPhone,
    /// Too many could not be made; the same ends it.
    FailedPhone,
    /// A ring has just come to nothing, and the phone has a moment to settle.
    Settling {
        /// When the agent is ready again by itself.
        until: Moment,
    },
}

/// How a reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReservationEnd {
    /// Agent and caller were connected.
    Accepted,
    /// The agent answered, and was gone before the two were connected.
    Dropped,
    /// The agent refused.
    Declined,
    /// The agent passed the call on to a colleague, who is rung in their place.
    PassedOn,
    /// The phone was busy, or said so.
    Busy,
    /// The phone rang until the time was over.
    Missed,
    /// The phone could not be rung.
    Unreachable,
    /// We took it back: the caller left, or the agent logged out, lost the phone or made a call.
    Withdrawn,
    /// Another phone that rang for the same call was quicker.
    TakenElsewhere,
}

/// Why a call can not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefuseReason {
    /// The queue has its fill of callers.
    QueueFull {
        /// How many may wait there.
        waiting_max: usize,
    },
    /// All queues together have their fill of callers.
    CentreFull {
        /// How many may wait in all.
        waiting_max: usize,
    },
    /// There is no such queue.
    QueueUnknown(QueueId),
}

impl RefuseReason {
    /// The limit that was met, if it was one.
    #[must_use]
    pub const fn waiting_max(self) -> Option<usize> {
        match self {
            Self::QueueFull { waiting_max } | Self::CentreFull { waiting_max } => Some(waiting_max),
            Self::QueueUnknown(_) => None,
        }
    }
}

impl fmt::Display for RefuseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QueueFull { waiting_max } => write!(f, "queue full at {waiting_max} waiting"),
            Self::CentreFull { waiting_max } => write!(f, "centre full at {waiting_max} waiting"),
            Self::QueueUnknown(queue) => write!(f, "no {queue}"),
        }
    }
}

/// A caller's place in the queue: 1 is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub NonZeroU32);

impl Position {
    /// The place of a caller with so many ahead.
    pub(crate) fn after(ahead: usize) -> Self {
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        Self(NonZeroU32::MIN.saturating_add(ahead))
    }

    /// As a number, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
