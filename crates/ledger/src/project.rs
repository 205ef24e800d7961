//! What an event changes in the row of its call.
//!
//! The first answer, the first queue entry, the first connection and the first end count; the
//! queue, the language and the agent are the latest. The wait runs from the queue to the agent or
//! the end, the talk from the agent to the end, holds included.

use crate::amounts::Amounts;
use crate::store::{Ask, Row, Store, ask};
use crate::text::short;
use crate::waits;
use events::{AbandonedWhile, CallEvent, Direction, Outcome};

const OFFERED: &str = "
    INSERT INTO calls (id, offered_at, last_event_at, number, caller, direction)
        VALUES ($1, $2, $2, $3, $4, $5)
    ON CONFLICT (id) DO NOTHING";
/// It has a row already, of later events.
const OFFERED_LATE: &str = "
    UPDATE calls SET number = $3, caller = $4, direction = $5,
        offered_at = CASE WHEN offered_at < $2 THEN offered_at ELSE $2 END
    WHERE id = $1";
const ANSWERED: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END,
        answered_at = coalesce(answered_at, $2)
    WHERE id = $1";
const QUEUED: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END,
        queued_at = coalesce(queued_at, $2), queue = $3, language = $4
    WHERE id = $1";
const PLACE_TOLD: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END, places_told = places_told + 1
    WHERE id = $1";
const RANG: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END, reservations = reservations + 1
    WHERE id = $1";
const CONNECTED: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END,
        agent = $3, connected_at = coalesce(connected_at, $2), talk_ms = NULL,
        wait_ms = coalesce(wait_ms, CASE WHEN $2 < queued_at THEN 0 ELSE ($2 - queued_at) / 1000 END)
    WHERE id = $1";
const ENDED: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END,
        ended_at = $2, outcome = $3, abandoned_while = $4, cause = $5,
        wait_ms = coalesce(wait_ms, CASE WHEN $2 < queued_at THEN 0 ELSE ($2 - queued_at) / 1000 END),
        talk_ms = coalesce(talk_ms, CASE WHEN $2 < connected_at THEN 0 ELSE ($2 - connected_at) / 1000 END)
    WHERE id = $1 AND ended_at IS NULL RETURNING id, direction, offered_at, ended_at, outcome";
/// What is counted of a call.
const COUNTED: &str =
    "SELECT id, direction, offered_at, ended_at, outcome FROM calls WHERE id = $1";
const ALL: &str = "
    SELECT id, direction, offered_at, ended_at, outcome FROM calls WHERE id > $1 ORDER BY id LIMIT $2";
/// Calls that are counted at once when the counts are new.
const AT_ONCE: i64 = 50_000;
/// What a caller is asked behind the talk is none.
const ASKED_AFTER: &str = "
    UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END,
        talk_ms = CASE WHEN $2 < connected_at THEN 0 ELSE ($2 - connected_at) / 1000 END
    WHERE id = $1";
const SEEN: &str = "UPDATE calls SET last_event_at = CASE WHEN last_event_at < $2 THEN $2 ELSE last_event_at END WHERE id = $1";
const UNKNOWN: &str = "
    INSERT INTO calls (id, offered_at, last_event_at, number, caller) VALUES ($1, $2, $2, '', '')
    ON CONFLICT (id) DO NOTHING";

/// Applies `event`, which happened `at` (microseconds), to the row of `call`, and counts what changes.
pub(crate) async fn project(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &CallEvent,
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    if !apply(store, call, at, event, amounts).await? {
        if let CallEvent::Offered { number, caller, direction, .. } = event {
            // It has a row already, of what happened later: it is counted where it belongs.
            count_row(store, call, -1, amounts).await?;
            let late = ask(OFFERED_LATE).bind(call).bind(at).bind(short(number));
            let late = late.bind(short(caller.reveal())).bind(direction.word());
            late.execute(store).await?;
            count_row(store, call, 1, amounts).await?;
        } else if ask(UNKNOWN).bind(call).bind(at).execute(store).await? == 1 {
            // The event of the INVITE got lost in a full queue: the call gets its row all the same.
            amounts.came(Direction::In.word(), at, 1);
            apply(store, call, at, event, amounts).await?;
        }
    }
    waits::project(store, call, at, event).await
}

/// Says whether there was a row to apply it to, and none of the same for the first event of a call.
async fn apply(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &CallEvent,
    amounts: &mut Amounts,
) -> sqlx::Result<bool> {
    let change = change(call, at, event);
    if let CallEvent::Ended { .. } = event {
        let rows = change.rows(store).await?;
        for row in &rows {
            count_end(row, 1, amounts)?;
        }
        return Ok(!rows.is_empty());
    }
    let has_changed = change.execute(store).await? > 0;
    if let CallEvent::Offered { direction, .. } = event
        && has_changed
    {
        amounts.came(direction.word(), at, 1);
    }
    Ok(has_changed)
}

/// Counts the end of a call, if it has one.
fn count_end(row: &Row, by: i64, amounts: &mut Amounts) -> sqlx::Result<()> {
    let (direction, offered_at): (String, i64) = (row.get("direction")?, row.get("offered_at")?);
    let (ended_at, outcome): (Option<i64>, Option<String>) =
        (row.get("ended_at")?, row.get("outcome")?);
    if let Some((ended_at, outcome)) = ended_at.zip(outcome) {
        amounts.became(&direction, &outcome, offered_at, by);
        amounts.ended(&direction, ended_at, by);
    }
    Ok(())
}

fn count(row: &Row, by: i64, amounts: &mut Amounts) -> sqlx::Result<()> {
    amounts.came(&row.get::<String>("direction")?, row.get("offered_at")?, by);
    count_end(row, by, amounts)
}

async fn count_row(
    store: &mut Store,
    call: i64,
    by: i64,
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    match ask(COUNTED).bind(call).row(store).await? {
        Some(row) => count(&row, by, amounts),
        None => Ok(()),
    }
}

/// Counts all calls that there are: once, when the counts are new.
pub(crate) async fn count_all(store: &mut Store) -> sqlx::Result<()> {
    let mut last = i64::MIN;
    loop {
        let rows = ask(ALL).bind(last).bind(AT_ONCE).rows(store).await?;
        let mut amounts = Amounts::default();
        for row in &rows {
            last = row.get("id")?;
            count(row, 1, &mut amounts)?;
        }
        amounts.write(store).await?;
        if rows.is_empty() {
            return Ok(());
        }
    }
}

fn change(call: i64, at: i64, event: &CallEvent) -> Ask<'_> {
    let start = |sql: &'static str| ask(sql).bind(call).bind(at);
    match event {
        CallEvent::Offered { number, caller, direction, trunk: _, diverted_by: _ } => {
            start(OFFERED).bind(short(number)).bind(short(caller.reveal())).bind(direction.word())
        }
        CallEvent::Answered => start(ANSWERED),
        CallEvent::Queued { queue, language } => {
            start(QUEUED).bind(short(queue)).bind(short(language))
        }
        CallEvent::PlaceTold { .. } => start(PLACE_TOLD),
        CallEvent::Rang { .. } => start(RANG),
        CallEvent::AskedAfter { .. } => start(ASKED_AFTER),
        CallEvent::Connected { agent } => start(CONNECTED).bind(short(agent)),
        CallEvent::Ended { outcome, cause } => {
            start(ENDED).bind(outcome.word()).bind(while_word(*outcome)).bind(short(cause))
        }
        CallEvent::Redirected { .. }
        | CallEvent::Transferred { .. }
        | CallEvent::TransferFailed { .. }
        | CallEvent::Monitored { .. }
        | CallEvent::Chose { .. }
        | CallEvent::Decided { .. }
        | CallEvent::Noted { .. }
        | CallEvent::QueueFull { .. }
        | CallEvent::FoundClosed { .. }
        | CallEvent::SentOn { .. }
        | CallEvent::CalledOut { .. }
        | CallEvent::CallOutFailed { .. }
        | CallEvent::PutThrough { .. }
        | CallEvent::LeftByKey { .. }
        | CallEvent::TakenOut { .. }
        | CallEvent::ReservationEnded { .. }
        | CallEvent::Unserved(_)
        | CallEvent::Held { .. }
        | CallEvent::KeptFor { .. }
        | CallEvent::PlaceRegained { .. }
        | CallEvent::Recovered
        | CallEvent::WaitTold { .. }
        | CallEvent::WaitUntold { .. }
        | CallEvent::LookedUp { .. }
        | CallEvent::VoicemailFull { .. }
        | CallEvent::Resumed => start(SEEN),
    }
}

const fn while_word(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Abandoned(AbandonedWhile::Dialling) => Some("dialling"),
        Outcome::Abandoned(AbandonedWhile::InMenu) => Some("in_menu"),
        Outcome::Abandoned(AbandonedWhile::Waiting) => Some("waiting"),
        Outcome::Abandoned(AbandonedWhile::Ringing) => Some("ringing"),
        Outcome::Answered
        | Outcome::Closed
        | Outcome::Finished
        | Outcome::Refused
        | Outcome::Withdrawn
        | Outcome::PutThrough
        | Outcome::Failed
        | Outcome::Interrupted
        | Outcome::Voicemail
        | Outcome::Callback => None,
    }
}
