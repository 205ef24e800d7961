//! Reports, counted from what is written.

use super::messages::unreadable;
use super::{Desk, Route};
use crate::past::{NoReport, ReportWords};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;

pub(super) fn routes() -> Vec<Route> {
    vec![Route {
        method: "get",
        path: "/reports/queues",
        scope: Scope::Read,
        summary: "How many callers came to each queue, and what became of them: \
                  ?from=DATE&to=DATE&interval=15m|1h|1d&queue=NAME&within=20s",
        takes: None,
        handler: get(queues),
    }]
}

async fn queues(
    State(desk): State<Desk>,
    words: Result<Query<ReportWords>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(words) = words.map_err(|wrong| unasked(wrong.body_text()))?;
    let report = (desk.past.queues)(words).await;
    report.map(Json).map_err(|why| match why {
        NoReport::Asked(why) => unasked(why),
        NoReport::Unreadable(why) => unreadable(why),
    })
}

fn unasked(why: String) -> Problem {
    let remedy = "ask with from, to, interval, queue and within, as the guide has them";
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", why, remedy)
}
