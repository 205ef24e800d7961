//! What others may see of an agent: whether they are at work, and whether they are on the phone. With
//! whom is nobody's business.

use ids::CallId;

/// What others may see of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether the agent is at work.
    pub duty: Duty,
    /// The calls that the agent's phones are on.
    pub calls: Vec<CallSeen>,
}

/// Whether an agent is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Takes calls.
    Ready,
    /// Has work to do after a call.
    WrapUp,
    /// Has let the phone ring too often.
    Away,
    /// At work, and no phone is registered.
    NoPhone,
    /// Not at work.
    LoggedOut,
}

/// A call that a phone of the agent is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallSeen {
    /// The call.
    pub call: CallId,
    /// Which side the agent is.
    pub side: Side,
    /// How far it has come.
    pub progress: Progress,
}

/// Which side of a call somebody is (RFC 4235 §4.1 `direction`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who calls.
    Initiator,
    /// Who is called.
    Recipient,
}

/// How far a call has come (RFC 4235 §3.7.1), as far as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The other side has given no sign yet.
    Trying,
    /// It rings.
    Early,
    /// They talk.
    Confirmed,
}

impl Seen {
    /// Who is not there at all.
    pub(crate) const NOBODY: Self = Self { duty: Duty::LoggedOut, calls: Vec::new() };

    /// The call that has come furthest.
    pub(crate) fn furthest(&self) -> Option<Progress> {
        let rank = |progress: &Progress| match progress {
            Progress::Trying => 0,
            Progress::Early => 1,
            Progress::Confirmed => 2,
        };
        self.calls.iter().map(|call| call.progress).max_by_key(rank)
    }
}
