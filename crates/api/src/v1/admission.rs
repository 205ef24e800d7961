//! Who comes in: the token, and what it is good for.

use crate::control::{Control, Giver, WRONG_WAIT};
use crate::problem::Problem;
use crate::tokens::Scope;
use ::events::By;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::counter;

/// Lets the holder of a token in. Who shows a wrong one waits for the answer, and only a few may wait.
pub(super) async fn by_token(
    State(control): State<Control>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = shown(request.headers()).and_then(|shown| control.tokens.find(shown));
    let Some(token) = token else { return turned_away(&control).await.into_response() };
    let by = By::Token(token.name.clone());
    request.extensions_mut().insert(Giver { by, scopes: token.scopes.clone() });
    next.run(request).await
}

fn shown(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn turned_away(control: &Control) -> Problem {
    counter!("http_refused_total", "reason" => "token").increment(1);
    let Ok(_place) = control.wrong.try_acquire() else {
        return Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_wrong_tokens",
            "many come with wrong tokens",
            "try again in a second",
        );
    };
    tokio::time::sleep(WRONG_WAIT).await;
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "wrong_token",
        "this needs a token, and no such token is known",
        "send `Authorization: Bearer TOKEN` with one whose hash is in telefonist.toml",
    )
}

/// Lets through who may do what the route does.
pub(super) async fn with_scope(scope: Scope, request: Request, next: Next) -> Response {
    let giver = request.extensions().get::<Giver>();
    if giver.is_some_and(|giver| giver.scopes.contains(&scope)) {
        return next.run(request).await;
    }
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "scope_missing",
        format!("this token may not do that: it lacks the scope {}", scope.word()),
        "use another token, or give this one the scope in telefonist.toml",
    );
    problem.into_response()
}
