//! Why a call is where it is and why an agent has none, as values for the API.
//!
//! The field names are the JSON of `telefonist explain --json`. Lengths are whole milliseconds.

use crate::AgentPast;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An explanation of a call or of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Explained {
    /// Of a call.
    Call(CallExplained),
    /// Of an agent.
    Agent(AgentExplained),
    /// Of an agent at a moment that is over.
    AgentPast(AgentPast),
}

/// How a call stands, and how it was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallExplained {
    /// When it was asked.
    pub at: Timestamp,
    /// The call's number in the ledger.
    pub call: u64,
    /// Where it stands, in the word of the status; none once it is over.
    pub state: Option<String>,
    /// How it stands in its queue, while it waits or is rung.
    pub standing: Option<StandingExplained>,
    /// The decisions about it that are known, the oldest first.
    pub decisions: Vec<DecisionExplained>,
    /// How it stood in each queue that it has left unserved, the first of them first.
    #[serde(default)]
    pub unserved: Vec<StandingExplained>,
}

impl CallExplained {
    /// A call that is over, as it is written.
    #[must_use]
    pub fn over(at: Timestamp, call: u64, past: CallPast) -> Self {
        let CallPast { decisions, unserved } = past;
        Self { at, call, state: None, standing: None, decisions, unserved }
    }

    /// Adds what is written of it. The engine remembers some decisions for a while, and the disk may be a moment
    /// behind.
    pub fn add(&mut self, past: CallPast) {
        let last = past.decisions.last().map(|decision| decision.at);
        self.decisions.retain(|decision| last.is_none_or(|last| decision.at > last));
        self.decisions.splice(0..0, past.decisions);
        self.unserved = past.unserved;
    }
}

/// What is written of a call: why it went where it went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPast {
    /// Why it was rung where it was, the oldest first.
    pub decisions: Vec<DecisionExplained>,
    /// How it stood in each queue that it has left unserved.
    pub unserved: Vec<StandingExplained>,
}

/// An agent was rung for a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// The call's number in the ledger.
    pub call: u64,
    /// Why this call and this agent.
    pub why: DecisionExplained,
}

/// How a call stands in its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingExplained {
    /// Its name in the dialplan.
    pub queue: String,
    /// How the queue chooses among agents.
    pub strategy: String,
    /// When the caller first arrived.
    pub arrived: Timestamp,
    /// How long ago that is.
    pub waited_ms: u64,
    /// Hundredths of a second of score for each second waited.
    pub ageing: u32,
    /// The priority of queue and call together.
    pub priority: u32,
    /// What the priority adds to the score.
    pub priority_ms: u64,
    /// The waited time at the pace of the queue, and what the priority adds.
    pub score_ms: u64,
    /// The place; none while an agent is rung.
    pub place: Option<u32>,
    /// Who goes before it, the first of them first; at most three.
    pub before: Vec<RivalExplained>,
    /// When the call needs less or the next tier is asked, if ever.
    pub relaxes: Option<Timestamp>,
    /// Why each agent of the queue does not take it; at most [`StandingExplained::AGENTS_MAX`].
    pub agents: Vec<ObstacleExplained>,
    /// How many agents of the queue each obstacle keeps, those not listed included.
    pub obstacles: BTreeMap<String, u32>,
}

impl StandingExplained {
    /// No more agents than this are listed one by one; the counts are always whole.
    pub const AGENTS_MAX: usize = 20;
}

/// A call that another is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RivalExplained {
    /// Its number in the ledger.
    pub call: u64,
    /// Its score.
    pub score_ms: u64,
}

/// What keeps an agent from a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObstacleExplained {
    /// The account of the agent.
    pub agent: String,
    /// `lacks_skill`, `left_queue`, `later_tier`, `kept_for`, `turned_down`, `rung_elsewhere`, or the state of the
    /// agent in the word of the status.
    pub why: String,
    /// The skill, the tier, the agent it is kept for, the pause or the call that it is about; of several conversations
    /// all of them.
    pub with: Option<String>,
    /// When it ends by itself, where that is known.
    pub until: Option<Timestamp>,
}

/// Mostly there is none, and nothing is written of it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn none(count: &u32) -> bool {
    *count == 0
}

/// A call was handed to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionExplained {
    /// When.
    pub at: Timestamp,
    /// From which queue.
    pub queue: String,
    /// To whom.
    pub agent: String,
    /// How many conversations the agent had.
    #[serde(default, skip_serializing_if = "none")]
    pub conversations: u32,
    /// How long the caller had waited.
    pub waited_ms: u64,
    /// The priority of queue and call together.
    pub priority: u32,
    /// The call's score then.
    pub score_ms: u64,
    /// By which rule.
    pub rule: RuleExplained,
}

/// How one was chosen among rivals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleExplained {
    /// The call found agents ready, and took the one whom the queue's strategy chose.
    Strategy {
        /// Which.
        strategy: String,
        /// How long the agent had been idle.
        idle_ms: u64,
        /// Who would have been next.
        runner_up: Option<String>,
    },
    /// The call was kept for this agent.
    KeptFor,
    /// A colleague passed the call on.
    PassedOn {
        /// Who.
        by: String,
    },
    /// The agent found calls waiting, and took the one with the highest score.
    HighestScore {
        /// Which would have been next, the first of them first.
        rivals: Vec<RivalExplained>,
    },
}

/// What an agent is doing, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentExplained {
    /// When it was asked.
    pub at: Timestamp,
    /// The account.
    pub agent: String,
    /// The state in the word of the status.
    pub state: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, for states that end by themselves.
    pub until: Option<Timestamp>,
    /// The calls of queues that the agent talks in, the oldest first, and the one that rings.
    pub calls: Vec<u64>,
    /// The pause: the one that is on, or will be after the call.
    pub pause: Option<String>,
    /// Whether the agent is logged out after the call.
    #[serde(default)]
    pub logs_out: bool,
    /// The waiting call that the agent would be rung for, if ready now.
    pub next: Option<RivalExplained>,
    /// The queues of the agent, in the order of the dialplan; at most [`AgentExplained::QUEUES_MAX`].
    pub queues: Vec<HeadExplained>,
    /// The last calls that the agent was rung for, the oldest of them first; at most
    /// [`AgentExplained::RUNG_MAX`].
    #[serde(default)]
    pub rung: Vec<Rung>,
}

impl AgentExplained {
    /// No more queues than this are listed.
    pub const QUEUES_MAX: usize = 20;
    /// No more rings than this are listed.
    pub const RUNG_MAX: u32 = 10;
}

/// The first who waits in a queue of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadExplained {
    /// The queue's name in the dialplan.
    pub queue: String,
    /// How many wait in it, those being rung left out.
    pub waiting: usize,
    /// The first of them.
    pub call: Option<u64>,
    /// What keeps the agent from that one.
    pub obstacle: Option<ObstacleExplained>,
}
