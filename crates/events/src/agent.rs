//! Something in the life of an agent.

use crate::Name;
use serde::Serialize;

/// Something in the shift of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AgentEvent {
    /// A phone of the agent registered; the agent had none before.
    Reachable,
    /// The last phone of the agent is gone.
    Unreachable,
    /// The agent logged in.
    LoggedIn,
    /// The agent logged out.
    LoggedOut,
    /// Too many reservations went unanswered: not ready until the agent comes back.
    MissedTooOften,
    /// After-call work began.
    WrapUpStarted {
        /// The call it is for.
        call: u64,
        /// How long it lasts, in milliseconds.
        length_ms: u64,
    },
    /// The agent's phone called outside, and may not or cannot.
    CallOutRefused {
        /// Why.
        why: NoWayOut,
    },
    /// After-call work ended.
    WrapUpEnded,
    /// After-call work lasts longer.
    WrapUpExtended {
        /// The call it is for.
        call: u64,
        /// How long it lasts in all, in milliseconds.
        length_ms: u64,
    },
    /// The agent filed a call; of several events about one call the last counts.
    Filed {
        /// The call.
        call: u64,
        /// What became of it: the name in the dialplan.
        disposition: Name,
    },
    /// The agent serves this queue no more for now.
    LeftQueue {
        /// The queue.
        queue: Name,
    },
    /// The agent serves this queue again.
    JoinedQueue {
        /// The queue.
        queue: Name,
    },
    /// The agent has paused for as long as this pause may be.
    PausedTooLong {
        /// The pause.
        pause: Name,
    },
    /// The phone that the agent has chosen is gone: calls ring as the plan says.
    ChosenPhoneGone {
        /// Its number.
        phone: u8,
    },
    /// The agent is doing something else from now on. One state follows another without a gap, so that
    /// those of a log-in add up to it.
    #[serde(rename = "agent_state")]
    State {
        /// Its word, such as `ready`.
        state: &'static str,
        /// The pause, where the state is `paused`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pause: Option<Name>,
        /// The call, where the state is `talking`.
        #[serde(skip_serializing_if = "Option::is_none")]
        call: Option<u64>,
    },
}

/// Why a call to the outside was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoWayOut {
    /// The agent may not call out.
    NotAllowed,
    /// What was dialled is no number, or on no trunk's list.
    NotListed,
    /// The agent has called out too often in the last hour.
    TooOften,
    /// No trunk that may carry it is up and has room.
    NoTrunk,
}

impl NoWayOut {
    /// The word of the ledger and of the metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::NotListed => "not_listed",
            Self::TooOften => "too_often",
            Self::NoTrunk => "no_trunk",
        }
    }
}
