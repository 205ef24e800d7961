//! Why a call waits or went where it went, and why an agent has none.

use super::calls::number;
use super::{Desk, Route};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::{Path, State};
use axum::routing::get;
use engine::About;
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
        read("/calls/{call}/explain", "Why a call waits, and why it went where it went", get(call)),
        read("/agents/{agent}/explain", "What keeps an agent from the next call", get(agent)),
    ]
}

async fn call(State(desk): State<Desk>, Path(call): Path<String>) -> Result<Json<Value>, Problem> {
    why(&desk, About::Call(number(&call)?)).await
}

async fn agent(State(desk): State<Desk>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    why(&desk, About::Agent(name.into())).await
}

async fn why(desk: &Desk, about: About) -> Result<Json<Value>, Problem> {
    let explained = (desk.control.explain)(about).await??;
    Ok(Json(json!(*explained)))
}
