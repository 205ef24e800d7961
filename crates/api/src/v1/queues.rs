//! Queues, and the whole at once.

use super::{Desk, Route};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::{Path, State};
use axum::routing::get;
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
    vec![
        read("/status", "Queues, agents, trunks and calls at one instant", get(status)),
        read("/queues", "All queues", get(list)),
        read("/queues/{queue}", "One queue, and the calls that are in it", get(show)),
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
    let found = snapshot.queues.iter().find(|each| each.id == queue);
    let Some(found) = found else {
        return Err(Problem::unknown("unknown_queue", format!("there is no queue {queue}")));
    };
    let calls: Vec<_> =
        snapshot.calls.iter().filter(|call| call.queue.as_deref() == Some(&*queue)).collect();
    Ok(Json(json!({ "queue": found, "calls": calls })))
}
