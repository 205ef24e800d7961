//! Why a command was not carried out, with what to do instead.

use acd::AgentState;
use events::Name;
use std::fmt;

/// Why a command was not carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The plan has no such agent.
    UnknownAgent(Name),
    /// What the agent is doing does not allow it.
    AgentIs {
        /// Who.
        agent: Name,
        /// What the agent is doing.
        state: AgentState,
    },
}

/// The kind of a refusal, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// There is no such agent.
    UnknownAgent,
    /// The agent's state does not allow it.
    AgentState,
}

impl Code {
    /// The word for the ledger and for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownAgent => "unknown_agent",
            Self::AgentState => "agent_state",
        }
    }
}

impl Refusal {
    /// Its kind.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::UnknownAgent(_) => Code::UnknownAgent,
            Self::AgentIs { .. } => Code::AgentState,
        }
    }

    /// What to do instead, in a sentence for people.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownAgent(_) => "use the account of an agent of the dialplan",
            Self::AgentIs { state, .. } => match state {
                AgentState::LoggedOut => "log the agent in",
                AgentState::Unreachable => "let a phone of the agent register",
                AgentState::Occupied => "wait until the agent's own call is over",
                AgentState::Ringing(_) | AgentState::Talking(_) => "wait until the call is over",
                AgentState::NotReady(_) | AgentState::Ready | AgentState::WrapUp { .. } => {
                    "make the agent ready"
                }
            },
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAgent(agent) => write!(f, "there is no agent {agent}"),
            Self::AgentIs { agent, state } => {
                write!(f, "agent {agent} is {}", crate::view::word(*state).replace('_', " "))
            }
        }
    }
}

impl std::error::Error for Refusal {}
