//! Reports, counted from what is written.

use super::messages::unreadable;
use super::{Desk, Route};
use crate::past::{NoReport, Report, ReportWords};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;

pub(super) fn routes() -> Vec<Route> {
    let route = |path, summary, handler| Route {
        method: "get",
        path,
        scope: Scope::Read,
        summary,
        takes: None,
        handler,
    };
    vec![
        route(
            "/reports/queues",
            "How many callers came to each queue, and what became of them: \
             ?from=DATE&to=DATE&time-zone=ZONE&interval=15m|1h|1d|1w&queue=NAME&within=20s",
            get(|desk, words| report(Report::Queues, desk, words)),
        ),
        route(
            "/reports/survey",
            "What callers answered after the talk: \
             ?from=DATE&to=DATE&time-zone=ZONE&queue=NAME&by=survey|queue|agent&nps=QUESTION",
            get(|desk, words| report(Report::Survey, desk, words)),
        ),
        route(
            "/reports/agents",
            "How long agents were in each state, and what became of what they were rung for: \
             ?from=DATE&to=DATE&time-zone=ZONE&interval=15m|1h|1d|1w&agent=ACCOUNT",
            get(|desk, words| report(Report::Agents, desk, words)),
        ),
        route(
            "/reports/callbacks",
            "What was promised to callers who are called back, and whether it was kept: \
             ?from=DATE&to=DATE&time-zone=ZONE&queue=NAME",
            get(|desk, words| report(Report::Callbacks, desk, words)),
        ),
    ]
}

async fn report(
    report: Report,
    State(desk): State<Desk>,
    words: Result<Query<ReportWords>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(words) = words.map_err(|wrong| unasked(wrong.body_text()))?;
    let report = (desk.past.reports)(report, words).await;
    report.map(Json).map_err(|why| match why {
        NoReport::Asked(why) => unasked(why),
        NoReport::Unreadable(why) => unreadable(why),
    })
}

fn unasked(why: String) -> Problem {
    let remedy = "ask with the flags of `telefonist report`, as the guide has them";
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", why, remedy)
}
