//! What is written of calls that are over, as the API reaches it.

use ids::CallId;
use serde::Deserialize;
use serde_json::Value;
use snapshot::{CallPast, Rung};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// Something on its way from the disk, or why it cannot be read.
pub type Recalling<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// Which callers a report is to count, in the words of whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportWords {
    /// Since when.
    pub from: Option<String>,
    /// Until when.
    pub to: Option<String>,
    /// How long each line counts.
    pub interval: Option<String>,
    /// Of which queue alone.
    pub queue: Option<String>,
    /// Whoever is answered by then is answered in time.
    pub within: Option<String>,
}

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
    /// How many callers came to each queue, and what became of them.
    pub queues: Arc<dyn Fn(ReportWords) -> Reporting + Send + Sync>,
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
            queues: Arc::new(|_| Box::pin(async { Ok(Value::Null) })),
        }
    }
}
