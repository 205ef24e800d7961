//! Messages that callers have left at voicemails, and whom to call back.

use super::told::{Nothing, Told};
use super::{Desk, Route, download};
use crate::control::Giver;
use crate::problem::Problem;
use crate::recordings::RecordingForm;
use crate::tokens::Scope;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Json};
use engine::{CallbackCommand, CallbackRequest, Command, MessageCommand};
use ids::{CallId, MessageId};
use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io;

/// No more letters of a number or a name are taken.
const TEXT_MAX: usize = 64;

pub(super) fn routes() -> Vec<Route> {
    let route = |method, path, summary, takes, handler| Route {
        method,
        path,
        scope: Scope::Messages,
        summary,
        takes,
        handler,
    };
    let nothing = json!({ "type": "object", "additionalProperties": false });
    vec![
        route("get", "/messages", "The messages whose recordings are there", None, get(list)),
        route(
            "get",
            "/callbacks",
            "The latest promises to call somebody back",
            None,
            get(callbacks),
        ),
        Route {
            method: "post",
            path: "/callbacks",
            scope: Scope::Callbacks,
            summary: "Somebody asks to be called back, at their turn or at a time",
            takes: Some(json!({
                "type": "object",
                "properties": {
                    "callback": { "type": "string" },
                    "number": { "type": "string" },
                    "name": { "type": "string" },
                    "at": { "type": "string", "examples": ["2026-11-30T10:15"] },
                },
                "required": ["callback", "number"],
                "additionalProperties": false,
            })),
            handler: post(request),
        },
        route(
            "post",
            "/callbacks/{callback}/cancel",
            "Nobody is called back",
            Some(nothing.clone()),
            post(cancel),
        ),
        route(
            "get",
            "/messages/{message}/recording.wav",
            "The recording of a message: a WAV file, 16 bits, 8,000 samples a second",
            None,
            get(recording),
        ),
        route(
            "post",
            "/messages/{message}/done",
            "Somebody has dealt with the message; its recording is there for a while yet",
            Some(nothing),
            post(done),
        ),
    ]
}

async fn list(State(desk): State<Desk>) -> Result<Json<Value>, Problem> {
    (desk.messages.list)().await.map(Json).map_err(unreadable)
}

async fn callbacks(State(desk): State<Desk>) -> Result<Json<Value>, Problem> {
    (desk.messages.callbacks)().await.map(Json).map_err(unreadable)
}

async fn recording(
    State(desk): State<Desk>,
    Path(message): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let opened = (desk.messages.open)(id_of(&message)?).await;
    let file = opened.map_err(|error| {
        let is_there = error.kind() != io::ErrorKind::NotFound;
        if is_there { unreadable(error.to_string()) } else { unknown(&message) }
    })?;
    download::recording((&message, RecordingForm::Wav), file, &asked).await
}

async fn done(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(message): Path<String>,
    Told(Nothing {}): Told<Nothing>,
) -> Result<Json<Value>, Problem> {
    desk.give(giver.by, Command::Message(id_of(&message)?, MessageCommand::Done)).await
}

async fn cancel(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(callback): Path<String>,
    Told(Nothing {}): Told<Nothing>,
) -> Result<Json<Value>, Problem> {
    let command = Command::Callback(callback_of(&callback)?, CallbackCommand::Cancel);
    desk.give(giver.by, command).await
}

/// Who asks to be called back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// By which step of the dialplan.
    callback: String,
    number: String,
    name: Option<String>,
    /// At which time, by the clock of the centre.
    at: Option<DateTime>,
}

async fn request(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Told(asked): Told<Asked>,
) -> Result<Json<Value>, Problem> {
    let text = |text: String| -> String {
        text.chars().filter(|letter| !letter.is_control()).take(TEXT_MAX).collect()
    };
    let request = CallbackRequest {
        number: text(asked.number),
        name: asked.name.map(|name| text(name).into()),
        at: asked.at,
    };
    desk.give(giver.by, Command::RequestCallback(asked.callback.into(), Box::new(request))).await
}

fn callback_of(number: &str) -> Result<CallId, Problem> {
    let unknown =
        |_| Problem::unknown("unknown_callback", format!("{number} is no number of a callback"));
    number.parse().map(CallId).map_err(unknown)
}

/// No path comes from outside: what is no name of a message is none of a file.
fn id_of(message: &str) -> Result<MessageId, Problem> {
    MessageId::from_hex(message).ok_or_else(|| unknown(message))
}

fn unknown(message: &str) -> Problem {
    let shown: String = message.chars().take(32).collect();
    Problem::unknown("unknown_message", format!("there is no message {shown}"))
}

pub(super) fn unreadable(why: String) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "disk",
        why,
        "look whether the disk is there, and whether the server may read it",
    )
}
