//! What goes wrong, in one shape: a word for programs, a sentence for people, and what to do.

use crate::control::NotGiven;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::{Code, Refusal};
use serde::Serialize;
use serde_json::Value;

/// An answer that is none.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    /// The kind, for programs.
    code: &'static str,
    /// What is wrong.
    error: String,
    /// What to do about it.
    remedy: String,
    /// The faults of a dialplan.
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<Value>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        error: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { status, code, error: error.into(), remedy: remedy.into(), faults: None }
    }

    /// The same, with the faults that it is about.
    pub(crate) fn with_faults(self, faults: Value) -> Self {
        Self { faults: Some(faults), ..self }
    }

    /// There is no such thing.
    pub(crate) fn unknown(code: &'static str, error: String) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, error, "ask for the list")
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        let status = if code.is_unknown() {
            StatusCode::NOT_FOUND
        } else if code == Code::DiskBehind {
            // It may be sent again as it is.
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::CONFLICT
        };
        Self::new(status, code.word(), refusal.to_string(), refusal.remedy())
    }
}

impl From<NotGiven> for Problem {
    fn from(why: NotGiven) -> Self {
        match why {
            NotGiven::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "the engine has too much to do",
                "nothing was done: try again in a moment",
            ),
            NotGiven::Unanswered => Self::new(
                StatusCode::GATEWAY_TIMEOUT,
                "unanswered",
                "the engine has not answered in time",
                "look at the status or the events for what came of it",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}
