//! What is kept of talks.

use super::messages::unreadable;
use super::{Desk, Route, download};
use crate::problem::Problem;
use crate::recordings::RecordingForm;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use ids::{CallId, RecordingId};
use serde_json::Value;
use std::io;

pub(super) fn routes() -> Vec<Route> {
    let route = |path, summary, handler| Route {
        method: "get",
        path,
        scope: Scope::Recordings,
        summary,
        takes: None,
        handler,
    };
    vec![
        route("/calls/{call}/recordings", "What is kept of the talks of a call", get(of_call)),
        route(
            "/recordings/{recording}/recording.wav",
            "A recording: a WAV file, the caller left and the agent right; parts of it by `Range`",
            get(wav),
        ),
        route(
            "/recordings/{recording}/recording.opus",
            "A recording that is kept in Opus: an Ogg file, as the other",
            get(opus),
        ),
    ]
}

async fn of_call(
    State(desk): State<Desk>,
    Path(call): Path<String>,
) -> Result<Json<Value>, Problem> {
    let unknown = |_| Problem::unknown("unknown_call", format!("{call} is no number of a call"));
    let call = call.parse().map(CallId).map_err(unknown)?;
    (desk.recordings.of_call)(call).await.map(Json).map_err(unreadable)
}

async fn wav(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    recording(&desk, (&name, RecordingForm::Wav), &asked).await
}

async fn opus(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    recording(&desk, (&name, RecordingForm::Opus), &asked).await
}

/// No path comes from outside: what is no name of a recording is none of a file.
async fn recording(
    desk: &Desk,
    (name, form): (&str, RecordingForm),
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let id = RecordingId::from_hex(name).ok_or_else(|| unknown(name))?;
    let file = (desk.recordings.open)(id, form).await.map_err(|error| {
        let is_unknown = error.kind() == io::ErrorKind::NotFound;
        if is_unknown { unknown(name) } else { unreadable(error.to_string()) }
    })?;
    download::recording((name, form), file, asked).await
}

fn unknown(name: &str) -> Problem {
    let shown: String = name.chars().take(32).collect();
    Problem::unknown("unknown_recording", format!("there is no recording {shown}"))
}
