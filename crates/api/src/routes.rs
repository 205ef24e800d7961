//! The paths and what they answer.

use crate::guard;
use crate::health::Condition;
use crate::serve::Shared;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use std::net::IpAddr;

/// The content type that Prometheus expects of its text format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All paths, for a server that listens on `ip`.
pub(crate) fn router(shared: Shared, ip: IpAddr) -> Router {
    let router = Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/status", get(status))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .with_state(shared);
    // Who listens to the whole network has a name there that we do not know.
    let router = if ip.is_loopback() {
        router.layer(middleware::from_fn(guard::local_names_only))
    } else {
        router
    };
    router.layer(middleware::map_response(guard::with_headers))
}

async fn healthz(State(shared): State<Shared>) -> Response {
    let health = (shared.health)();
    let status = match health.status {
        Condition::Ok => StatusCode::OK,
        Condition::Failing => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health)).into_response()
}

async fn metrics(State(shared): State<Shared>) -> Response {
    ([(header::CONTENT_TYPE, PROMETHEUS)], shared.metrics.render()).into_response()
}

async fn status(State(shared): State<Shared>) -> Response {
    Json((shared.snapshot)().as_ref()).into_response()
}

async fn not_found() -> Response {
    guard::error(StatusCode::NOT_FOUND, "there are /healthz, /metrics and /status")
}

async fn not_allowed() -> Response {
    guard::error(StatusCode::METHOD_NOT_ALLOWED, "everything here is read with GET")
}
