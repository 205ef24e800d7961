//! What is written of calls that are over, as the API reaches it.

use ids::CallId;
use jiff::Timestamp;
use serde_json::Value;
use snapshot::{AgentPast, CallPast, Rung};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// Something on its way from the disk, or why it cannot be read.
pub type Recalling<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// How many callers came to each queue, and what became of them.
    Queues,
    /// What callers answered after the talk.
    Survey,
    /// How long agents were in each state, and what became of what they were rung for.
    Agents,
    /// What was promised to callers who are called back, and whether it was kept.
    Callbacks,
}

/// What a report is asked: the flags of the command line by name, without their dashes, and what they are set to.
pub type ReportWords = Vec<(String, String)>;

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoReport {
    /// What was asked for makes none.
    Asked(String),
    /// The disk does not say.
    Unreadable(String),
}

/// A report on its way from the disk.
pub type Reporting = Pin<Box<dyn Future<Output = Result<Value, NoReport>> + Send>>;

/// Where it is written.
#[derive(Clone)]
pub struct Past {
    /// Why a call went where it went; none where there was no such call.
    pub call: Arc<dyn Fn(CallId) -> Recalling<Option<CallPast>> + Send + Sync>,
    /// Which calls the agent of an account was rung for last.
    pub agent: Arc<dyn Fn(String) -> Recalling<Vec<Rung>> + Send + Sync>,
    /// What the agent of an account was doing at a moment, and what had led there; none where nobody of this account
    /// is known.
    pub agent_at: Arc<dyn Fn(String, Timestamp) -> Recalling<Option<AgentPast>> + Send + Sync>,
    /// What is to be told of callers and agents, added up.
    pub reports: Arc<dyn Fn(Report, ReportWords) -> Reporting + Send + Sync>,
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Past").finish_non_exhaustive()
    }
}

impl Past {
    /// Nothing is written.
    #[must_use]
    pub fn none() -> Self {
        Self {
            call: Arc::new(|_| Box::pin(async { Ok(None) })),
            agent: Arc::new(|_| Box::pin(async { Ok(Vec::new()) })),
            agent_at: Arc::new(|_, _| Box::pin(async { Ok(None) })),
            reports: Arc::new(|_, _| Box::pin(async { Ok(Value::Null) })),
        }
    }
}
