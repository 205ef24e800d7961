//! Requests that may come again, each with a key of the giver's (`Idempotency-Key`).

use crate::control::Giver;
use crate::problem::Problem;
use crate::repeats::{Answer, Fingerprint, KEPT_FOR, Key, Repeats, Seen};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::time::Instant;

/// The header field that has the key.
pub(super) const FIELD: &str = "idempotency-key";
/// Says that an answer is that of an earlier request.
const REPLAYED: &str = "idempotent-replayed";
/// The longest answer that is kept, in bytes. Those to commands are far shorter.
const ANSWER_MAX: usize = 4_096;

/// Carries out what comes with a key once; what comes without one each time.
pub(super) async fn once(repeats: Repeats, request: Request, next: Next) -> Response {
    match key_of(&request) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => {
            answer_once(repeats, key, request, next).await.unwrap_or_else(Problem::into_response)
        }
        Err(problem) => problem.into_response(),
    }
}

fn key_of(request: &Request) -> Result<Option<Key>, Problem> {
    let mut fields = request.headers().get_all(FIELD).iter();
    let Some(field) = fields.next() else { return Ok(None) };
    let giver = request.extensions().get::<Giver>().map(|giver| giver.by.to_string());
    let key = field.to_str().ok().and_then(|text| Key::read(giver.unwrap_or_default(), text));
    match (key, fields.next()) {
        (Some(key), None) => Ok(Some(key)),
        (None, _) | (Some(_), Some(_)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_idempotency_key",
            "this is no idempotency key",
            "send one, of 1 to 255 printable ASCII letters without quotes and backslashes in it",
        )),
    }
}

async fn answer_once(
    repeats: Repeats,
    key: Key,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, super::BODY_MAX).await.map_err(|_| too_large())?;
    let fingerprint = fingerprint(parts.uri.path(), &body);
    match repeats.begin(Instant::now(), &key, fingerprint) {
        Seen::First => {}
        Seen::Answered(answer) => return Ok(replayed(answer)),
        Seen::InFlight => return Err(in_flight()),
        Seen::Reused => return Err(reused()),
        Seen::Full => return Err(full()),
    }
    let request = Request::from_parts(parts, Body::from(body));
    // In a task of its own: whoever hangs up in between is the one who will ask again.
    let carried_out = tokio::spawn(async move {
        let (head, body) = next.run(request).await.into_parts();
        let body = to_bytes(Body::new(body), ANSWER_MAX).await.unwrap_or_default();
        let answer = Answer { status: head.status, body: body.clone() };
        if was_decided(answer.status) {
            repeats.answered(&key, answer);
        } else {
            repeats.forget(&key);
        }
        Response::from_parts(head, Body::from(body))
    });
    carried_out.await.map_err(|_| broken())
}

/// Whether asking again must not do it again: the engine has decided, or nobody knows whether it has.
fn was_decided(status: StatusCode) -> bool {
    status.is_success()
        || [StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::GATEWAY_TIMEOUT]
            .contains(&status)
}

fn fingerprint(path: &str, body: &Bytes) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(path.as_bytes());
    // No path has one.
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

fn replayed(answer: Answer) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    headers.insert(REPLAYED, header::HeaderValue::from_static("true"));
    (answer.status, headers, answer.body).into_response()
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "bad_request",
        format!("the body is longer than {} bytes", super::BODY_MAX),
        "send the JSON object that openapi.json describes, as application/json",
    )
}

fn in_flight() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "idempotency_key_in_flight",
        "a request with this idempotency key is being carried out",
        "ask again in a moment with the same key, for its answer",
    )
}

fn reused() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "this idempotency key was used for another request",
        "nothing was done: use a new key for each command",
    )
}

fn full() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_idempotency_keys",
        format!(
            "too many idempotency keys were used in the last {} minutes",
            KEPT_FOR.as_secs() / 60
        ),
        "nothing was done: wait, or send the command without a key",
    )
}

fn broken() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "broken",
        "the command was not carried to its end",
        "look at the status or the events for what came of it",
    )
}
