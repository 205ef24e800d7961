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
        use InviteClient::{Accepted, Calling, Completed, Proceeding, Terminated};
        let ringing = Proceeding { patience: None };
        let impatient = Proceeding { patience: Some(now + TIMEOUT) };
        let accepted = Accepted { until: now + TIMEOUT };
        let completed = Completed { until: now + linger(transport, TIMER_D) };
        match (self, heard) {
            // §17.1.1.2
            (Calling { .. }, Heard::Provisional) => (ringing, Act::Tell),
            (Proceeding { .. }, Heard::Provisional) => (self, Act::Tell),
            (Calling { .. } | Proceeding { .. }, Heard::Refusal) => (completed, Act::TellAndAck),
            (Completed { .. }, Heard::Refusal) => (self, Act::Ack),
            // RFC 6026 §7.2
            (Calling { .. } | Proceeding { .. }, Heard::Success) => (accepted, Act::Tell),
            (Accepted { .. }, Heard::Success) => (self, Act::Tell),
            // §9.1: no CANCEL goes out before a provisional answer
            (Calling { .. }, Heard::Cancelled) => (self, Act::Nothing),
            (Proceeding { .. }, Heard::Cancelled) => (impatient, Act::Nothing),
            (Proceeding { .. }, Heard::Due) => (Terminated, Act::TimeOut),
            // timers A and B; D; M
            (Calling { resend, until }, Heard::Due) => Self::repeat(now, resend, until),
            (Completed { .. } | Accepted { .. }, Heard::Due) => (Terminated, Act::Nothing),
            (Completed { .. }, Heard::Provisional | Heard::Success | Heard::Cancelled)
            | (Accepted { .. }, Heard::Provisional | Heard::Refusal | Heard::Cancelled)
            | (Terminated, _) => (self, Act::Nothing),
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
