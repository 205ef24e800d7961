//! Why a call waits or went where it went, and why an agent has none.

use super::calls::number;
use super::messages::unreadable;
use super::{Desk, Route};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::{Path, State};
use axum::routing::get;
use engine::{About, Refusal};
use jiff::Timestamp;
use serde_json::{Value, json};
use snapshot::{CallExplained, Explained};

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
        read(
            "/calls/{call}/explain",
            "Why a call waits, and why it went where it went, also when it is over",
            get(call),
        ),
        read(
            "/agents/{agent}/explain",
            "What keeps an agent from the next call, and why the last ones came",
            get(agent),
        ),
    ]
}

async fn call(State(desk): State<Desk>, Path(call): Path<String>) -> Result<Json<Value>, Problem> {
    let call = number(&call)?;
    let past = (desk.past.call)(call).await;
    let live = (desk.control.explain)(About::Call(call)).await?;
    let explained = match (live.map(|live| *live), past) {
        (Ok(Explained::Call(mut live)), Ok(Some(past))) => {
            live.add(past);
            Explained::Call(live)
        }
        // What is on can be explained without the disk.
        (Ok(live), _) => live,
        (Err(Refusal::UnknownCall(_)), Ok(Some(past))) => {
            Explained::Call(CallExplained::over(Timestamp::now(), call.0, past))
        }
        (Err(Refusal::UnknownCall(_)), Err(why)) => return Err(unreadable(why)),
        (Err(refusal), _) => return Err(refusal.into()),
    };
    Ok(Json(json!(explained)))
}

async fn agent(State(desk): State<Desk>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    let mut explained = *(desk.control.explain)(About::Agent(name.as_str().into())).await??;
    // What the agent is doing can be told without the disk.
    if let Explained::Agent(agent) = &mut explained
        && let Ok(rung) = (desk.past.agent)(name).await
    {
        agent.rung = rung;
    }
    Ok(Json(json!(explained)))
}
