//! The body of a request: a JSON object that says it is one.
//!
//! A form of somebody's web page cannot say so, and so cannot give commands through a visitor's browser.

use crate::problem::Problem;
use axum::Json;
use axum::extract::{FromRequest, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What was told.
pub(super) struct Told<T>(pub(super) T);

/// A body that says nothing: `{}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Told<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<T>::from_request(request, state).await;
        read.map(|Json(told)| Self(told)).map_err(|wrong| {
            let remedy = "send the JSON object that openapi.json describes, as application/json";
            Problem::new(wrong.status(), "bad_request", wrong.body_text(), remedy)
        })
    }
}
