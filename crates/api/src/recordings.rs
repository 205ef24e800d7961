//! Recordings of talks, as the API reaches them: rows of the ledger and files.

use crate::messages::{Listing, Opening};
use ids::{CallId, RecordingId};
use serde_json::Value;
use std::fmt;
use std::io;
use std::sync::Arc;

/// Where recordings of talks are.
#[derive(Clone)]
pub struct Recordings {
    /// Lists those of a call, the oldest first.
    pub of_call: Arc<dyn Fn(CallId) -> Listing + Send + Sync>,
    /// Opens one that is whole.
    pub open: Arc<dyn Fn(RecordingId) -> Opening + Send + Sync>,
}

impl fmt::Debug for Recordings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recordings").finish_non_exhaustive()
    }
}

impl Recordings {
    /// There are none.
    #[must_use]
    pub fn none() -> Self {
        Self {
            of_call: Arc::new(|_| Box::pin(async { Ok(Value::Array(Vec::new())) })),
            open: Arc::new(|_| Box::pin(async { Err(io::ErrorKind::NotFound.into()) })),
        }
    }
}
