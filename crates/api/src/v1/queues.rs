//! Queues, and the whole at once.

use super::told::{Nothing, Told};
use super::{Desk, Route};
use crate::control::Giver;
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Extension, Json};
use engine::{Command, QueueCommand};
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    let read = |path, summary, handler| Route {
        method: "get",
        path,
        scope: Scope::Read,
        summary,
        takes: None,
        handler,
    };
    let command = |path, summary, command: QueueCommand| Route {
        method: "post",
        path,
        scope: Scope::Queues,
        summary,
        takes: Some(json!({ "type": "object", "additionalProperties": false })),
        handler: post(move |state, giver, queue, told: Told<Nothing>| {
            give(state, giver, queue, told, command)
        }),
    };
    vec![
        read("/status", "Queues, agents, trunks and calls at one instant", get(status)),
        read("/queues", "All queues", get(list)),
        read("/queues/{queue}", "One queue, and the calls that are in it", get(show)),
        command(
            "/queues/{queue}/close",
            "Nobody comes to the queue from now on, whatever its hours say",
            QueueCommand::Close,
        ),
        command(
            "/queues/{queue}/open",
            "The queue is open from now on, whatever its hours say",
            QueueCommand::Open,
        ),
        command(
            "/queues/{queue}/auto",
            "The queue is open and closed by its hours again",
            QueueCommand::FollowHours,
        ),
    ]
}

async fn status(State(desk): State<Desk>) -> Json<Value> {
    Json(json!(*(desk.snapshot)()))
}

async fn list(State(desk): State<Desk>) -> Json<Value> {
    Json(json!((desk.snapshot)().queues))
}

async fn show(State(desk): State<Desk>, Path(queue): Path<String>) -> Result<Json<Value>, Problem> {
    let snapshot = (desk.snapshot)();
    let found = snapshot.queues.iter().find(|each| *each.id == *queue);
    let Some(found) = found else {
        return Err(Problem::unknown("unknown_queue", format!("there is no queue {queue}")));
    };
    let calls: Vec<_> =
        snapshot.calls.iter().filter(|call| call.queue.as_deref() == Some(&*queue)).collect();
    Ok(Json(json!({ "queue": found, "calls": calls })))
}

async fn give(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(queue): Path<String>,
    Told(Nothing {}): Told<Nothing>,
    command: QueueCommand,
) -> Result<Json<Value>, Problem> {
    desk.give(giver.by, Command::Queue(queue.into(), command)).await
}
