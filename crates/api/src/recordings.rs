//! Recordings of talks, as the API reaches them: rows of the ledger and files.

use crate::messages::{Listing, Opening};
use ids::{CallId, RecordingId};
use serde_json::Value;
use std::fmt;
use std::io;
use std::sync::Arc;

/// How the recording of a talk is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingForm {
    /// A WAV file.
    Wav,
    /// Opus in Ogg.
    Opus,
}

impl RecordingForm {
    /// What it is, for whoever plays it (RFC 7845 §9).
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Opus => "audio/ogg; codecs=opus",
        }
    }

    /// The ending of the name of its file.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Opus => "opus",
        }
    }
}

/// Where recordings of talks are.
#[derive(Clone)]
pub struct Recordings {
    /// Lists those of a call, the oldest first.
    pub of_call: Arc<dyn Fn(CallId) -> Listing + Send + Sync>,
    /// Opens one that is whole and of this form.
    pub open: Arc<dyn Fn(RecordingId, RecordingForm) -> Opening + Send + Sync>,
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
            open: Arc::new(|_, _| Box::pin(async { Err(io::ErrorKind::NotFound.into()) })),
        }
    }
}
