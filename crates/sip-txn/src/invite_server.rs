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
        use InviteServer::{Accepted, Completed, Confirmed, Proceeding, Terminated};
        let until = now + TIMEOUT;
        let accepted = Accepted { until };
        let completed = Completed { resend: Resend::doubling_to_t2(now).over(transport), until };
        let confirmed = Confirmed { until: now + linger(transport, T4) };
        match (self, heard) {
            // §17.2.1
            (Proceeding, Heard::Invite) => (self, Act::Repeat),
            (Proceeding, Heard::Provisional) => (self, Act::Send),
            (Proceeding, Heard::Refusal) => (completed, Act::Send),
            (Completed { .. }, Heard::Invite) => (self, Act::Repeat),
            (Completed { .. }, Heard::Ack) => (confirmed, Act::Nothing),
            // RFC 6026 §7.1
            (Proceeding, Heard::Success) => (accepted, Act::Send),
            (Accepted { .. }, Heard::Success) => (self, Act::Send),
            (Accepted { .. }, Heard::Ack) => (self, Act::TellAck),
            // timers G and H; L, I
            (Completed { resend, until }, Heard::Due) => Self::repeat(now, resend, until),
            (Accepted { .. } | Confirmed { .. }, Heard::Due) => (Terminated, Act::Nothing),
            (Proceeding, Heard::Ack | Heard::Due)
            | (Accepted { .. }, Heard::Invite | Heard::Provisional | Heard::Refusal)
            | (Completed { .. }, Heard::Provisional | Heard::Success | Heard::Refusal)
            | (Confirmed { .. }, Heard::Invite | Heard::Ack)
            | (Confirmed { .. }, Heard::Provisional | Heard::Success | Heard::Refusal)
            | (Terminated, _) => (self, Act::Nothing),
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
