//! The dialplan in force: which edition, and another one.

use super::told::{Nothing, Told};
use super::{Desk, Route};
use crate::control::{Giver, NotReloaded, Reloaded};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json};
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route {
            method: "get",
            path: "/plan/editions",
            scope: Scope::Plan,
            summary: "The editions of the dialplan that are kept, the one in force last",
            takes: None,
            handler: get(editions),
        },
        Route {
            method: "post",
            path: "/plan/reload",
            scope: Scope::Plan,
            summary: "Read the dialplan anew, and bring it into force if it has no fault",
            takes: Some(json!({ "type": "object", "additionalProperties": false })),
            handler: post(reload),
        },
    ]
}

async fn editions(State(desk): State<Desk>) -> Result<Json<Value>, Problem> {
    let unreadable = |told| {
        let remedy = "look at the data folder of the server";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "unreadable", told, remedy)
    };
    (desk.control.plan.editions)().await.map(Json).map_err(unreadable)
}

async fn reload(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Told(Nothing {}): Told<Nothing>,
) -> Result<Json<Value>, Problem> {
    let reloaded = (desk.control.plan.reload)(giver.by).await?;
    let Reloaded { edition, seq, warnings, needs_restart } = reloaded;
    Ok(Json(json!({
        "run": desk.control.feed.run, "seq": seq, "edition": edition,
        "warnings": warnings, "needs_restart": needs_restart,
    })))
}

impl From<NotReloaded> for Problem {
    fn from(why: NotReloaded) -> Self {
        let stays = "mend it and reload again; the plan in force is still the one before";
        match why {
            NotReloaded::Faults { told, faults } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "plan_has_faults", told, stays)
                    .with_faults(faults)
            }
            NotReloaded::Unreadable(told) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "site_unreadable", told, stays)
            }
            NotReloaded::NotGiven(why) => why.into(),
        }
    }
}
