//! Events as they happen (server-sent events), to be resumed by number.

use super::{Desk, Route};
use crate::feed::{Listening, Mark, Told};
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;

/// How often a listener hears that the connection is there, when nothing happens. Less than a
/// connection may be silent.
const HEARTBEAT: Duration = Duration::from_secs(10);

pub(super) fn routes() -> Vec<Route> {
    vec![Route {
        method: "get",
        path: "/events",
        scope: Scope::Read,
        summary: "What happens, as server-sent events; resumed by Last-Event-ID or ?after=RUN-SEQ",
        takes: None,
        handler: get(listen),
    }]
}

/// Which events are wanted; those that say nothing of it are not left out.
#[derive(Debug, Deserialize)]
struct Wanted {
    after: Option<String>,
    agent: Option<String>,
    call: Option<u64>,
    kind: Option<String>,
    queue: Option<String>,
}

impl Wanted {
    fn wants(&self, told: &Told) -> bool {
        self.agent.as_ref().is_none_or(|agent| told.agent.as_ref() == Some(agent))
            && self.call.is_none_or(|call| told.call == Some(call))
            && self.kind.as_ref().is_none_or(|kind| told.kind == *kind)
            && self.queue.as_ref().is_none_or(|queue| told.queues.iter().any(|of| **of == **queue))
    }
}

/// A listener on the way through what there is to tell.
struct Listener {
    run: i64,
    listening: Listening,
    wanted: Wanted,
    has_gap: bool,
}

async fn listen(
    State(desk): State<Desk>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.or(wanted.after.as_deref());
    // What is no mark of ours is as good as one of another run.
    let after = after.map(|text| text.parse().unwrap_or(Mark { run: i64::MIN, seq: 0 }));
    let feed = &desk.control.feed;
    let Some(listening) = feed.listen(after) else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_listeners",
            "as many listen already as may",
            "close another listener",
        ));
    };
    let has_gap = listening.has_gap;
    let listener = Listener { run: feed.run, listening, wanted, has_gap };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let beat = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(events).keep_alive(beat).into_response())
}

impl Listener {
    /// What is told next; none when the listener was too slow and is cut off.
    async fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.has_gap) {
            let said = json!({ "reload": "/api/v1/status" }).to_string();
            return Some(self.event(self.listening.from, &said).event("gap"));
        }
        loop {
            let told = match self.listening.missed.pop_front() {
                Some(told) => told,
                None => self.listening.live.recv().await.ok()?,
            };
            // An event that was lost on the way is a gap like any other.
            if told.seq != self.listening.from + 1 && told.seq > self.listening.from {
                self.listening.from = told.seq - 1;
                self.listening.missed.push_front(told);
                let said = json!({ "reload": "/api/v1/status" }).to_string();
                return Some(self.event(self.listening.from, &said).event("gap"));
            }
            self.listening.from = told.seq;
            if self.wanted.wants(&told) {
                return Some(self.event(told.seq, &told.json));
            }
        }
    }

    fn event(&self, seq: u64, data: &str) -> Event {
        Event::default().id(format!("{}-{seq}", self.run)).data(data)
    }
}
