//! The API for pages and integrations, the same over HTTP and over the control socket.
//!
//! Each resource is a file that lists its routes; the router and the OpenAPI document are both made of
//! these lists.

mod admission;
mod agents;
mod calls;
mod download;
mod events;
mod explain;
mod messages;
mod openapi;
mod plan;
mod queues;
mod recordings;
mod repeated;
mod reports;
mod told;

use crate::control::{Control, Giver};
use crate::messages::Messages;
use crate::past::Past;
use crate::problem::Problem;
use crate::recordings::Recordings;
use crate::serve::Shared;
use crate::tokens::Scope;
use ::events::By;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::MethodRouter;
use engine::Command;
use serde_json::{Value, json};
use snapshot::Snapshot;
use std::sync::Arc;

/// The longest body of a request, in bytes.
const BODY_MAX: usize = 4_096;

/// Where the paths of this version begin.
const ROOT: &str = "/api/v1";

/// What handlers are given.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) control: Control,
    pub(crate) snapshot: Arc<dyn Fn() -> Arc<Snapshot> + Send + Sync>,
    pub(crate) messages: Messages,
    pub(crate) recordings: Recordings,
    pub(crate) past: Past,
}

/// One route: how it is described and who answers it.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// After the root, with names in braces.
    pub(crate) path: &'static str,
    /// What one must be allowed; none for what everybody may read who has any token.
    pub(crate) scope: Scope,
    pub(crate) summary: &'static str,
    /// The JSON schema of the body, if there is one.
    pub(crate) takes: Option<Value>,
    pub(crate) handler: MethodRouter<Desk>,
}

fn routes() -> Vec<Route> {
    let lists = [
        agents::routes(),
        calls::routes(),
        queues::routes(),
        plan::routes(),
        messages::routes(),
        recordings::routes(),
        explain::routes(),
        reports::routes(),
        events::routes(),
    ];
    lists.into_iter().flatten().collect()
}

/// Whom the router is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Holders of tokens.
    Http,
    /// Whoever may open the socket.
    Socket,
}

/// All paths of this version.
pub(crate) fn router(door: Door, shared: &Shared, control: &Control) -> Router {
    let desk = Desk {
        control: control.clone(),
        snapshot: Arc::clone(&shared.snapshot),
        messages: shared.messages.clone(),
        recordings: shared.recordings.clone(),
        past: shared.past.clone(),
    };
    let document = openapi::document(&routes());
    let mut router = Router::new();
    for Route { method, path, scope, handler, .. } in routes() {
        let repeats = control.repeats.clone();
        let handler = match method {
            "post" => handler.layer(middleware::from_fn(move |request, next: Next| {
                repeated::once(repeats.clone(), request, next)
            })),
            _ => handler,
        };
        let handler = handler.layer(middleware::from_fn(move |request, next: Next| {
            admission::with_scope(scope, request, next)
        }));
        router = router.route(&format!("{ROOT}{path}"), handler);
    }
    let document = move || async move { axum::Json(document).into_response() };
    let router = router
        .route(&format!("{ROOT}/openapi.json"), axum::routing::get(document))
        .layer(DefaultBodyLimit::max(BODY_MAX));
    let router = match door {
        Door::Http => {
            router.layer(middleware::from_fn_with_state(control.clone(), admission::by_token))
        }
        Door::Socket => router.layer(axum::Extension(Giver::at_socket())),
    };
    router.with_state(desk)
}

impl Desk {
    /// Has a command carried out.
    async fn give(&self, by: By, command: Command) -> Result<axum::Json<Value>, Problem> {
        let given = (self.control.give)(by, command).await?;
        given.result?;
        Ok(axum::Json(json!({ "run": self.control.feed.run, "seq": given.seq })))
    }
}
