//! Any other request of ours (§17.1.2, RFC 4320 §4).

use crate::timers::{Resend, T4, TIMEOUT, linger};
use crate::{Transport, timers};
use clock::Moment;

/// The machine. It holds deadlines only; messages stay with the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonInviteClient {
    /// Nothing heard yet: timers E and F.
    Trying { resend: Option<Resend>, until: Moment },
    /// A 100 came: timers E, now at T2, and F.
    Proceeding { resend: Option<Resend>, until: Moment },
    /// Answered: timer K absorbs copies.
    Completed { until: Moment },
    /// Over.
    Terminated,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Provisional,
    Final,
    /// Its deadline is reached.
    Due,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Nothing,
    /// Hand the answer to our user.
    Tell,
    /// Send the request again.
    Resend,
    /// Tell our user that nobody answered.
    TimeOut,
}

impl NonInviteClient {
    pub(crate) fn new(now: Moment, transport: Transport) -> Self {
        Self::Trying { resend: Resend::doubling_to_t2(now).over(transport), until: now + TIMEOUT }
    }

    pub(crate) fn step(self, now: Moment, transport: Transport, heard: Heard) -> (Self, Act) {
        use NonInviteClient::{Completed, Proceeding, Terminated, Trying};
        let slower = Resend::every_t2(now).over(transport);
        let completed = Completed { until: now + linger(transport, T4) };
        match (self, heard) {
            // §17.1.2.2
            (Trying { until, .. }, Heard::Provisional) => {
                (Proceeding { resend: slower, until }, Act::Tell)
            }
            (Proceeding { .. }, Heard::Provisional) => (self, Act::Tell),
            (Trying { .. } | Proceeding { .. }, Heard::Final) => (completed, Act::Tell),
            // timers E and F; K
            (Trying { resend, until }, Heard::Due) => {
                repeat(now, resend, until, |resend| Trying { resend, until })
            }
            (Proceeding { resend, until }, Heard::Due) => {
                repeat(now, resend, until, |resend| Proceeding { resend, until })
            }
            (Completed { .. }, Heard::Due) => (Terminated, Act::Nothing),
            (Completed { .. }, Heard::Provisional | Heard::Final) | (Terminated, _) => {
                (self, Act::Nothing)
            }
        }
    }

    /// When it wants to hear [`Heard::Due`].
    pub(crate) fn deadline(self) -> Option<Moment> {
        match self {
            Self::Trying { resend, until } | Self::Proceeding { resend, until } => {
                Some(timers::earlier(resend, until))
            }
            Self::Completed { until } => Some(until),
            Self::Terminated => None,
        }
    }

    /// Whether no final answer has come yet.
    pub(crate) fn is_open(self) -> bool {
        match self {
            Self::Trying { .. } | Self::Proceeding { .. } => true,
            Self::Completed { .. } | Self::Terminated => false,
        }
    }
}

/// Timer E, or F: goes on in the state that `stay` makes.
fn repeat(
    now: Moment,
    resend: Option<Resend>,
    until: Moment,
    stay: impl FnOnce(Option<Resend>) -> NonInviteClient,
) -> (NonInviteClient, Act) {
    match resend {
        Some(resend) if now < until => (stay(Some(resend.next(now))), Act::Resend),
        Some(_) | None => (NonInviteClient::Terminated, Act::TimeOut),
    }
}
