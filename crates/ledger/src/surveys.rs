//! Who was asked after the talk, and what they answered.
//!
//! The table `surveys` has a row for each time that a caller was asked on when the agent had hung up. It is
//! open until the call is over or the caller waits again; what the dialplan notes meanwhile are its `answers`,
//! one for each question: whoever is asked again and says something else has thought better of it.

use crate::store::{Store, ask};
use crate::text::{column, short};
use events::{CallEvent, MessageEvent};

const ASKED: &str = "
    INSERT INTO surveys (call, asked_at, survey, queue, agent) VALUES ($1, $2, $3, $4, $5)";
const OVER: &str = "UPDATE surveys SET over_at = $2 WHERE call = $1 AND over_at IS NULL";
const ANSWERED: &str = "
    INSERT INTO answers (survey, question, answer, at)
        SELECT id, $3, $4, $2 FROM surveys WHERE call = $1 AND over_at IS NULL
    ON CONFLICT (survey, question) DO UPDATE SET answer = excluded.answer, at = excluded.at";
/// A message is kept when its caller is gone, so the survey may be over.
const COMMENTED: &str = "
    UPDATE surveys SET comments = comments + 1
    WHERE id = (SELECT max(id) FROM surveys WHERE call = $1)";

/// Applies `event`, which happened `at` (microseconds), to the survey of `call`.
pub(crate) async fn project(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &CallEvent,
) -> sqlx::Result<()> {
    let start = |sql: &'static str| ask(sql).bind(call).bind(at);
    // Everything else changes no survey.
    let change = if let CallEvent::AskedAfter { agent, queue, to } = event {
        start(ASKED).bind(short(to)).bind(short(queue)).bind(short(agent))
    } else if let CallEvent::Noted { name, value } = event {
        start(ANSWERED).bind(short(name)).bind(short(value))
    } else if let CallEvent::Queued { .. } | CallEvent::Ended { .. } = event {
        start(OVER)
    } else {
        return Ok(());
    };
    change.execute(store).await.map(drop)
}

/// A message that is left after the talk is a comment.
pub(crate) async fn commented(store: &mut Store, event: &MessageEvent) -> sqlx::Result<()> {
    let MessageEvent::Left(left) = event else { return Ok(()) };
    ask(COMMENTED).bind(column(left.call)).execute(store).await.map(drop)
}
