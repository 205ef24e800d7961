//! Calls that are on.

use super::told::{Nothing, Told};
use super::{Desk, Route};
use crate::control::Giver;
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Json};
use engine::{CallCommand, Command, Priority, Recording};
use ids::CallId;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToQueue {
    queue: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToPriority {
    priority: u8,
}

pub(super) fn routes() -> Vec<Route> {
    let nothing = json!({ "type": "object", "additionalProperties": false });
    let read = |path, summary, handler| Route {
        method: "get",
        path,
        scope: Scope::Read,
        summary,
        takes: None,
        handler,
    };
    let command = |path, summary, takes, handler| Route {
        method: "post",
        path,
        scope: Scope::Calls,
        summary,
        takes: Some(takes),
        handler,
    };
    vec![
        read("/calls", "The calls that are on", get(list)),
        read("/calls/{call}", "One call that is on", get(show)),
        command(
            "/calls/{call}/move",
            "The call waits in this queue from now on, and keeps its first arrival",
            object("queue", json!({ "type": "string" })),
            post(to_queue),
        ),
        command(
            "/calls/{call}/priority",
            "The call has this priority in place of its queue's",
            object(
                "priority",
                json!({ "type": "integer", "minimum": 0, "maximum": Priority::MAX }),
            ),
            post(to_priority),
        ),
        command(
            "/calls/{call}/requeue",
            "Takes the call back from the agent, into its queue",
            nothing.clone(),
            post(requeue),
        ),
        command(
            "/calls/{call}/withdraw",
            "Ends the call: the caller hears a goodbye",
            nothing.clone(),
            post(withdraw),
        ),
        command(
            "/calls/{call}/recording/start",
            "What caller and agent say is recorded from here on",
            nothing.clone(),
            recording(Recording::Start),
        ),
        command(
            "/calls/{call}/recording/stop",
            "What caller and agent say is recorded no more",
            nothing.clone(),
            recording(Recording::Stop),
        ),
        command(
            "/calls/{call}/recording/pause",
            "Nothing is recorded for now: the recording is silent for as long",
            nothing.clone(),
            recording(Recording::Pause),
        ),
        command(
            "/calls/{call}/recording/resume",
            "What caller and agent say is recorded again",
            nothing,
            recording(Recording::Resume),
        ),
    ]
}

fn recording(what: Recording) -> MethodRouter<Desk> {
    post(
        move |State(desk): State<Desk>,
              Extension(giver): Extension<Giver>,
              Path(call): Path<String>,
              Told(Nothing {}): Told<Nothing>| async move {
            give(&desk, giver, &call, CallCommand::Record(what)).await
        },
    )
}

/// An object with this one property.
fn object(name: &str, schema: Value) -> Value {
    json!({
        "type": "object", "required": [name], "additionalProperties": false,
        "properties": { name: schema },
    })
}

async fn list(State(desk): State<Desk>) -> Json<Value> {
    Json(json!((desk.snapshot)().calls))
}

async fn show(State(desk): State<Desk>, Path(call): Path<String>) -> Result<Json<Value>, Problem> {
    let id = number(&call)?;
    let snapshot = (desk.snapshot)();
    let found = snapshot.calls.iter().find(|each| each.id == id.0);
    found
        .map(|found| Json(json!(found)))
        .ok_or_else(|| Problem::unknown("unknown_call", format!("call {call} is not on")))
}

async fn to_queue(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(call): Path<String>,
    Told(ToQueue { queue }): Told<ToQueue>,
) -> Result<Json<Value>, Problem> {
    give(&desk, giver, &call, CallCommand::Move { queue: queue.into() }).await
}

async fn to_priority(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(call): Path<String>,
    Told(ToPriority { priority }): Told<ToPriority>,
) -> Result<Json<Value>, Problem> {
    let Some(priority) = Priority::new(priority) else {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_request",
            format!("there is no priority {priority}"),
            "choose one from 0 to 10",
        ));
    };
    give(&desk, giver, &call, CallCommand::SetPriority(priority)).await
}

async fn requeue(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(call): Path<String>,
    Told(Nothing {}): Told<Nothing>,
) -> Result<Json<Value>, Problem> {
    give(&desk, giver, &call, CallCommand::Requeue).await
}

async fn withdraw(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(call): Path<String>,
    Told(Nothing {}): Told<Nothing>,
) -> Result<Json<Value>, Problem> {
    give(&desk, giver, &call, CallCommand::Withdraw).await
}

async fn give(
    desk: &Desk,
    giver: Giver,
    call: &str,
    command: CallCommand,
) -> Result<Json<Value>, Problem> {
    desk.give(giver.by, Command::Call(number(call)?, command)).await
}

pub(super) fn number(call: &str) -> Result<CallId, Problem> {
    let unknown = |_| Problem::unknown("unknown_call", format!("{call} is no number of a call"));
    call.parse().map(CallId).map_err(unknown)
}
