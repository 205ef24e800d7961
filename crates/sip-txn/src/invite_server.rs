//! An INVITE of a peer (§17.2.1, RFC 6026 §7.1).

use crate::timers::{Resend, T4, TIMEOUT, linger};
use crate::{Transport, timers};
use clock::Moment;

/// The machine. It holds deadlines only; messages stay with the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InviteServer {
    /// No final answer yet. How long it rings is our user's business.
    Proceeding,
    /// Accepted: timer L absorbs copies of the INVITE. Our user repeats the 2xx.
    Accepted { until: Moment },
    /// Refused, the refusal not acknowledged: timers G and H.
    Completed { resend: Option<Resend>, until: Moment },
    /// Refused and acknowledged: timer I absorbs copies of the ACK.
    Confirmed { until: Moment },
    /// Over.
    Terminated,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A copy of the INVITE.
    Invite,
    Ack,
    /// Our user answers.
    Provisional,
    /// Our user accepts, or repeats that it accepted.
    Success,
    /// Our user refuses.
    Refusal,
    /// Its deadline is reached.
    Due,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Nothing,
    /// Send the answer at hand.
    Send,
    /// Send the last answer again.
    Repeat,
    /// Hand the ACK to our user.
    TellAck,
    /// Tell our user that no ACK came.
    TellAckMissing,
}

impl InviteServer {
    pub(crate) fn step(self, now: Moment, transport: Transport, heard: Heard) -> (Self, Act) {
        let until = now + TIMEOUT;
        let completed =
            Self::Completed { resend: Resend::doubling_to_t2(now).over(transport), until };
        match (self, heard) {
            (Self::Proceeding, Heard::Invite) => (self, Act::Repeat), // §17.2.1
            (Self::Proceeding, Heard::Provisional) => (self, Act::Send),
            (Self::Proceeding, Heard::Success) => (Self::Accepted { until }, Act::Send), // RFC 6026 §7.1
            (Self::Accepted { .. }, Heard::Success) => (self, Act::Send), // RFC 6026 §7.1
            (Self::Accepted { .. }, Heard::Ack) => (self, Act::TellAck),  // RFC 6026 §7.1
            (Self::Proceeding, Heard::Refusal) => (completed, Act::Send), // §17.2.1
            (Self::Completed { .. }, Heard::Invite) => (self, Act::Repeat), // §17.2.1
            (Self::Completed { .. }, Heard::Ack) => {
                (Self::Confirmed { until: now + linger(transport, T4) }, Act::Nothing)
            }
            (Self::Completed { resend, until }, Heard::Due) => Self::repeat(now, resend, until),
            (Self::Accepted { .. } | Self::Confirmed { .. }, Heard::Due) => {
                (Self::Terminated, Act::Nothing)
            } // timers L, I
            (Self::Proceeding, Heard::Ack | Heard::Due)
            | (Self::Accepted { .. }, Heard::Invite | Heard::Provisional | Heard::Refusal)
            | (Self::Completed { .. }, Heard::Provisional | Heard::Success | Heard::Refusal)
            | (
                Self::Confirmed { .. },
                Heard::Invite | Heard::Ack | Heard::Provisional | Heard::Success | Heard::Refusal,
            )
            | (Self::Terminated, _) => (self, Act::Nothing),
        }
    }

    /// Timer G, or H.
    fn repeat(now: Moment, resend: Option<Resend>, until: Moment) -> (Self, Act) {
        match resend {
            Some(resend) if now < until => {
                (Self::Completed { resend: Some(resend.next(now)), until }, Act::Repeat)
            }
            Some(_) | None => (Self::Terminated, Act::TellAckMissing),
        }
    }

    /// When it wants to hear [`Heard::Due`].
    pub(crate) fn deadline(self) -> Option<Moment> {
        match self {
            Self::Completed { resend, until } => Some(timers::earlier(resend, until)),
            Self::Accepted { until } | Self::Confirmed { until } => Some(until),
            Self::Proceeding | Self::Terminated => None,
        }
    }
}
