//! An INVITE of ours (§17.1.1, RFC 6026 §7.2 and §8.4).

use crate::timers::{Resend, TIMEOUT, TIMER_D, linger};
use crate::{Transport, timers};
use clock::Moment;

/// The machine. It holds deadlines only; messages stay with the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InviteClient {
    /// Nothing heard yet: timers A and B.
    Calling { resend: Option<Resend>, until: Moment },
    /// A provisional answer came. How long it rings is our user's business, until it cancels.
    Proceeding { patience: Option<Moment> },
    /// Refused and acknowledged: timer D waits for copies of the refusal.
    Completed { until: Moment },
    /// Accepted: timer M waits for copies and for other branches.
    Accepted { until: Moment },
    /// Over.
    Terminated,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Provisional,
    Success,
    Refusal,
    /// We sent a CANCEL.
    Cancelled,
    /// Its deadline is reached.
    Due,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Nothing,
    /// Hand the answer to our user.
    Tell,
    /// Hand the answer to our user, and acknowledge it.
    TellAndAck,
    /// Acknowledge a copy.
    Ack,
    /// Send the request again.
    Resend,
    /// Tell our user that nobody answered.
    TimeOut,
}

impl Act {
    /// Whether our user hears of the answer.
    pub(crate) const fn tells(self) -> bool {
        match self {
            Self::Tell | Self::TellAndAck => true,
            Self::Nothing | Self::Ack | Self::Resend | Self::TimeOut => false,
        }
    }

    /// Whether the answer is acknowledged here.
    pub(crate) const fn acknowledges(self) -> bool {
        match self {
            Self::Ack | Self::TellAndAck => true,
            Self::Nothing | Self::Tell | Self::Resend | Self::TimeOut => false,
        }
    }
}

impl InviteClient {
    pub(crate) fn new(now: Moment, transport: Transport) -> Self {
        Self::Calling { resend: Resend::doubling(now).over(transport), until: now + TIMEOUT }
    }

    pub(crate) fn step(self, now: Moment, transport: Transport, heard: Heard) -> (Self, Act) {
        let completed = Self::Completed { until: now + linger(transport, TIMER_D) };
        match (self, heard) {
            (Self::Calling { .. }, Heard::Provisional) => {
                (Self::Proceeding { patience: None }, Act::Tell)
            } // §17.1.1.2
            (Self::Proceeding { .. }, Heard::Provisional) => (self, Act::Tell),
            (Self::Calling { .. } | Self::Proceeding { .. }, Heard::Success) => {
                (Self::Accepted { until: now + TIMEOUT }, Act::Tell)
            } // RFC 6026 §7.2
            (Self::Accepted { .. }, Heard::Success) => (self, Act::Tell), // RFC 6026 §7.2
            (Self::Calling { .. } | Self::Proceeding { .. }, Heard::Refusal) => {
                (completed, Act::TellAndAck)
            } // §17.1.1.2
            (Self::Completed { .. }, Heard::Refusal) => (self, Act::Ack), // §17.1.1.2
            (Self::Proceeding { .. }, Heard::Cancelled) => {
                (Self::Proceeding { patience: Some(now + TIMEOUT) }, Act::Nothing)
            } // §9.1
            (Self::Calling { .. }, Heard::Cancelled) => (self, Act::Nothing), // §9.1: no CANCEL before a provisional answer
            (Self::Calling { resend, until }, Heard::Due) => Self::repeat(now, resend, until),
            (Self::Proceeding { .. }, Heard::Due) => (Self::Terminated, Act::TimeOut), // §9.1
            (Self::Completed { .. } | Self::Accepted { .. }, Heard::Due) => {
                (Self::Terminated, Act::Nothing)
            } // timers D, M
            (Self::Completed { .. }, Heard::Provisional | Heard::Success | Heard::Cancelled)
            | (Self::Accepted { .. }, Heard::Provisional | Heard::Refusal | Heard::Cancelled)
            | (Self::Terminated, _) => (self, Act::Nothing),
        }
    }

    /// Timer A, or B.
    fn repeat(now: Moment, resend: Option<Resend>, until: Moment) -> (Self, Act) {
        match resend {
            Some(resend) if now < until => {
                (Self::Calling { resend: Some(resend.next(now)), until }, Act::Resend)
            }
            Some(_) | None => (Self::Terminated, Act::TimeOut),
        }
    }

    /// When it wants to hear [`Heard::Due`].
    pub(crate) fn deadline(self) -> Option<Moment> {
        match self {
            Self::Calling { resend, until } => Some(timers::earlier(resend, until)),
            Self::Proceeding { patience } => patience,
            Self::Completed { until } | Self::Accepted { until } => Some(until),
            Self::Terminated => None,
        }
    }

    /// Whether no final answer has come yet.
    pub(crate) fn is_open(self) -> bool {
        match self {
            Self::Calling { .. } | Self::Proceeding { .. } => true,
            Self::Completed { .. } | Self::Accepted { .. } | Self::Terminated => false,
        }
    }
}
