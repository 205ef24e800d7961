//! The paths and what they answer.

use crate::TraceForm;
use crate::control::Control;
use crate::guard;
use crate::health::Condition;
use crate::serve::Shared;
use crate::v1::{self, Door};
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use ids::CallId;
use std::net::IpAddr;
use trace::Numbers;

/// The content type that Prometheus expects of its text format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All paths, for a server that listens on `ip`.
pub(crate) fn router(shared: Shared, ip: IpAddr) -> Router {
    // Whoever can reach this machine's own address could read its memory as well.
    let most = if ip.is_loopback() { Numbers::Shown } else { Numbers::Masked };
    let ladder = move |call, query, state| trace(call, query, state, TraceForm::Ladder, most);
    let pcap = move |call, query, state| trace(call, query, state, TraceForm::Pcap, most);
    let router = Router::new()
        .route("/calls/{call}/trace", get(ladder))
        .route("/calls/{call}/trace.pcap", get(pcap))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/status", get(status))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .with_state(shared.clone());
    // Without tokens nobody can come in, and so there is no door.
    let router = match shared.control.as_ref().filter(|control| !control.tokens.is_empty()) {
        Some(control) => router.merge(v1::router(Door::Http, &shared, control)),
        None => router,
    };
    // Who listens to the whole network has a name there that we do not know.
    let router = if ip.is_loopback() {
        router.layer(middleware::from_fn(guard::local_names_only))
    } else {
        router
    };
    router.layer(middleware::map_response(guard::with_headers))
}

/// All paths over the control socket: those of the API alone.
pub(crate) fn socket_router(shared: &Shared, control: &Control) -> Router {
    v1::router(Door::Socket, shared, control)
        .fallback(not_found)
        .layer(middleware::map_response(guard::with_headers))
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

/// The messages of one call; with the query `numbers`, people's numbers as they are, if `most` allows
/// that.
async fn trace(
    Path(call): Path<String>,
    RawQuery(query): RawQuery,
    State(shared): State<Shared>,
    form: TraceForm,
    most: Numbers,
) -> Response {
    let numbers = match query.as_deref() {
        Some("numbers") if most == Numbers::Masked => {
            let said = "numbers are shown only where HTTP listens on a loopback address";
            return guard::error(StatusCode::FORBIDDEN, said);
        }
        Some("numbers") => Numbers::Shown,
        Some(_) | None => Numbers::Masked,
    };
    let shown = call.parse().ok().and_then(|call| (shared.trace)(CallId(call), form, numbers));
    match shown {
        Some(shown) => ([(header::CONTENT_TYPE, form.content_type())], shown).into_response(),
        None => guard::error(StatusCode::NOT_FOUND, NO_TRACE),
    }
}

/// What is said of a call that is not known.
const NO_TRACE: &str = "no messages of this call are kept: it is unknown, too long ago, or of an \
                        earlier run";

async fn not_found() -> Response {
    guard::error(
        StatusCode::NOT_FOUND,
        "there are /healthz, /metrics, /status, /calls/ID/trace, and /api/v1 where tokens are set",
    )
}

async fn not_allowed() -> Response {
    guard::error(StatusCode::METHOD_NOT_ALLOWED, "everything here is read with GET")
}
