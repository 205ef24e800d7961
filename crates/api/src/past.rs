//! What is written of calls that are over, as the API reaches it.

use ids::CallId;
use snapshot::{CallPast, Rung};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// Something on its way from the disk, or why it cannot be read.
pub type Recalling<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// Where it is written.
#[derive(Clone)]
pub struct Past {
    /// Why a call went where it went; none where there was no such call.
    pub call: Arc<dyn Fn(CallId) -> Recalling<Option<CallPast>> + Send + Sync>,
    /// Which calls the agent of an account was rung for last.
    pub agent: Arc<dyn Fn(String) -> Recalling<Vec<Rung>> + Send + Sync>,
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
        }
    }
}
