//! Any other request of a peer (§17.2.2, RFC 4320 §4).

use crate::Transport;
use crate::timers::{TIMEOUT, linger};
use clock::Moment;

/// The machine. It holds deadlines only; messages stay with the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonInviteServer {
    /// Our user has not answered. After timer F of the client nobody waits any more.
    Trying { until: Moment },
    /// Our user has sent a 100.
    Proceeding { until: Moment },
    /// Answered: timer J answers copies.
    Completed { until: Moment },
    /// Over.
    Terminated,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A copy of the request.
    Request,
    /// Our user sends a 100.
    Provisional,
    /// Our user answers.
    Final,
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
    /// Count that our user never answered.
    Unanswered,
}

impl NonInviteServer {
    pub(crate) fn new(now: Moment) -> Self {
        Self::Trying { until: now + TIMEOUT }
    }

    pub(crate) fn step(self, now: Moment, transport: Transport, heard: Heard) -> (Self, Act) {
        use NonInviteServer::{Completed, Proceeding, Terminated, Trying};
        let completed = Completed { until: now + linger(transport, TIMEOUT) };
        match (self, heard) {
            // §17.2.2
            (Trying { .. }, Heard::Request) => (self, Act::Nothing),
            (Proceeding { .. } | Completed { .. }, Heard::Request) => (self, Act::Repeat),
            (Trying { until } | Proceeding { until }, Heard::Provisional) => {
                (Proceeding { until }, Act::Send)
            }
            (Trying { .. } | Proceeding { .. }, Heard::Final) => (completed, Act::Send),
            // RFC 4320 §4.2: a 408 would come too late
            (Trying { .. } | Proceeding { .. }, Heard::Due) => (Terminated, Act::Unanswered),
            // timer J
            (Completed { .. }, Heard::Due) => (Terminated, Act::Nothing),
            (Completed { .. }, Heard::Provisional | Heard::Final) | (Terminated, _) => {
                (self, Act::Nothing)
            }
        }
    }

    /// When it wants to hear [`Heard::Due`].
    pub(crate) fn deadline(self) -> Option<Moment> {
        match self {
            Self::Trying { until } | Self::Proceeding { until } | Self::Completed { until } => {
                Some(until)
            }
            Self::Terminated => None,
        }
    }
}
