//! Messages that callers have left, as the API reaches them: rows of the ledger and files.

use ids::MessageId;
use serde_json::Value;
use std::fmt;
use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

/// A list on its way from the disk: an array of rows, or why there is none.
pub type Listing = Pin<Box<dyn Future<Output = Result<Value, String>> + Send>>;

/// A recording on its way from the disk; an error of the kind `NotFound` says that there is none.
pub type Opening = Pin<Box<dyn Future<Output = io::Result<File>> + Send>>;

/// Where messages are.
#[derive(Clone)]
pub struct Messages {
    /// Lists those whose recordings are there, the oldest first.
    pub list: Arc<dyn Fn() -> Listing + Send + Sync>,
    /// Lists promises to call somebody back, the oldest first.
    pub callbacks: Arc<dyn Fn() -> Listing + Send + Sync>,
    /// Opens the recording of one.
    pub open: Arc<dyn Fn(MessageId) -> Opening + Send + Sync>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").finish_non_exhaustive()
    }
}

impl Messages {
    /// There are none.
    #[must_use]
    pub fn none() -> Self {
        Self {
            list: Arc::new(|| Box::pin(async { Ok(Value::Array(Vec::new())) })),
            callbacks: Arc::new(|| Box::pin(async { Ok(Value::Array(Vec::new())) })),
            open: Arc::new(|_| Box::pin(async { Err(io::ErrorKind::NotFound.into()) })),
        }
    }
}
