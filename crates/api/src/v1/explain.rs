//! Why a call waits or went where it went, and why an agent has none.

use super::calls::number;
use super::messages::unreadable;
use super::{Desk, Route};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use engine::{About, Refusal};
use jiff::Timestamp;
use serde::Deserialize;
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
            "What keeps an agent from the next call, and why the last ones came; with ?at=TIME what the agent was \
             doing then, and what had led there",
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

/// The moment that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    at: Option<String>,
}

async fn agent(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(asked) = asked.map_err(|wrong| unasked(wrong.body_text()))?;
    match asked.at {
        Some(at) => agent_at(&desk, name, &at).await,
        None => agent_now(&desk, name).await,
    }
}

/// What the agent was doing at a moment that is over, whether or not the dialplan still knows them.
async fn agent_at(desk: &Desk, name: String, at: &str) -> Result<Json<Value>, Problem> {
    let at: Timestamp = at.parse().map_err(|_| unasked(format!("{at} is no time")))?;
    if at > Timestamp::now() {
        return Err(unasked(format!("{at} is yet to come")));
    }
    let past = (desk.past.agent_at)(name.clone(), at).await.map_err(unreadable)?;
    let none = || Problem::unknown("unknown_agent", format!("the ledger knows no agent {name}"));
    past.map(|past| Json(json!(Explained::AgentPast(past)))).ok_or_else(none)
}

fn unasked(why: String) -> Problem {
    let remedy = "ask with at=2026-11-22T08:00:00Z, a time that is over, or without";
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", why, remedy)
}

async fn agent_now(desk: &Desk, name: String) -> Result<Json<Value>, Problem> {
    let mut explained = *(desk.control.explain)(About::Agent(name.as_str().into())).await??;
    // What the agent is doing can be told without the disk.
    if let Explained::Agent(agent) = &mut explained
        && let Ok(rung) = (desk.past.agent)(name).await
    {
        agent.rung = rung;
    }
    Ok(Json(json!(explained)))
}
