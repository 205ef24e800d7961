//! Forgetting a number: whatever the ledger knows of who has it.
//!
//! Calls stay, since reports count them; that it was this number is taken out of every place it stands, and so are
//! the name, the company and what was typed. Callbacks lose the number likewise, messages go altogether.
//! What a running server still needs is left, and told.

use crate::disk;
use crate::error::{ForgetError, OpenError};
use crate::number::Number;
use crate::open;
use crate::place::{Database, Place};
use crate::spool::{self, Spool};
use crate::store::{Row, Store, ask};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io;

/// What stands where the number stood.
pub const FORGOTTEN: &str = "forgotten";

/// Rows that are changed in one transaction: the writer of a running server waits for no longer.
const AT_ONCE: usize = 200;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Calls in which the number stood.
    pub calls: u64,
    /// Events in which it, or something of who has it, stood.
    pub events: u64,
    /// Callbacks to it or asked for from it.
    pub callbacks: u64,
    /// Messages from it, which are gone with their recordings.
    pub messages: u64,
    /// Recordings of talks with it, which are gone with their files.
    pub recordings: u64,
    /// Phones that could be reached by it.
    pub bindings: u64,
    /// What is not forgotten, since it is still on, in words.
    pub left: Vec<String>,
}

/// A file that is kept of somebody, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<'a> {
    /// The recording of a message.
    Message(&'a str),
    /// The recording of a talk.
    Recording(&'a str),
}

/// Takes `number`, in whatever form, out of the ledger at `place`; `remove` removes what is kept. Safe beside a running server, and may be run again.
///
/// # Errors
/// When there is no ledger there, it cannot be written, or something waits in its spool.
pub async fn forget(
    place: &Place,
    number: &str,
    remove: impl FnMut(Kept<'_>) -> io::Result<()>,
) -> Result<Forgotten, ForgetError> {
    let number = Number::read(number).ok_or(ForgetError::NoNumber)?;
    let spool = disk::beside(&place.beside, ".spool");
    if spool.exists() && Spool::waits_in(&spool) {
        return Err(ForgetError::Spooled(spool));
    }
    let mut store = open::to_change(place).await?;
    let failed = |source| OpenError::of(place, source);
    let mut done = everywhere(&mut store, &number, remove).await.map_err(failed)?;
    if let Err(error) = clean(&mut store, place, &mut done).await {
        done.left.push(format!("the database was not cleaned: {error}: run this again"));
    }
    for aside in spool::aside(&spool) {
        let aside = aside.display();
        done.left.push(format!("{aside} was set aside, and may have it: read it, and remove it"));
    }
    Ok(done)
}

async fn everywhere(
    store: &mut Store,
    number: &Number,
    mut remove: impl FnMut(Kept<'_>) -> io::Result<()>,
) -> sqlx::Result<Forgotten> {
    let mut done = Forgotten::default();
    let mut changes = callbacks(store, number, &mut done).await?;
    changes.extend(calls(store, number, &mut done).await?);
    let over: BTreeSet<i64> = changes.iter().map(|(id, _)| *id).collect();
    events(store, number, &over, &mut done).await?;
    answers(store, number).await?;
    bindings(store, number, &mut done).await?;
    messages(store, number, &mut done, &mut remove).await?;
    recordings(store, number, &mut done, &mut remove).await?;
    // Last: by these rows another run finds what one that was cut off has left.
    change(store, &changes).await?;
    Ok(done)
}

/// What is to be changed in a row, by its id: the number in the column gives way to what is bound.
type Change = (i64, &'static str);

async fn change(store: &mut Store, changes: &[Change]) -> sqlx::Result<()> {
    for changes in changes.chunks(AT_ONCE) {
        store.begin().await?;
        let changed = async {
            for (id, sql) in changes {
                ask(*sql).bind(*id).bind(FORGOTTEN).execute(store).await?;
            }
            Ok(())
        };
        let changed = changed.await;
        store.end(changed).await?;
    }
    Ok(())
}

/// The calls that are over in which the number stands.
async fn calls(
    store: &mut Store,
    number: &Number,
    done: &mut Forgotten,
) -> sqlx::Result<Vec<Change>> {
    // Written with something between its digits, the number is not found by its end.
    let found = ask(
        "SELECT id, caller, number, direction, ended_at FROM calls WHERE caller LIKE $1 OR number LIKE $1
         OR caller LIKE '% %' OR caller LIKE '%-%' OR caller LIKE '%.%' OR caller LIKE '%(%'
         OR number LIKE '% %' OR number LIKE '%-%' OR number LIKE '%.%' OR number LIKE '%(%'",
    );
    let mut changes = Vec::new();
    for row in &found.bind(pattern(number)).rows(store).await? {
        let mut stands = vec![
            ("caller", "UPDATE calls SET caller = $2 WHERE id = $1"),
            ("number", "UPDATE calls SET number = $2 WHERE id = $1"),
        ];
        stands.retain(|(column, _)| holds(row, column, number));
        let id: i64 = row.get("id")?;
        if stands.is_empty() {
            continue;
        }
        if row.get::<Option<i64>>("ended_at")?.is_none() {
            // What waits with nobody on the line is told as what it is.
            let direction: String = row.get("direction")?;
            if !matches!(direction.as_str(), "callback" | "message") {
                done.left.push(format!("call {id} is on"));
            }
            continue;
        }
        done.calls += 1;
        changes.extend(stands.into_iter().map(|(_, sql)| (id, sql)));
    }
    Ok(changes)
}

/// Events of those calls lose whatever tells of a person; in all others the number alone is looked for.
async fn events(
    store: &mut Store,
    number: &Number,
    calls: &BTreeSet<i64>,
    done: &mut Forgotten,
) -> sqlx::Result<()> {
    let open: BTreeSet<i64> = open_calls(store).await?;
    for call in calls {
        let of_call = ask("SELECT run, seq, call, detail FROM events WHERE call = $1").bind(*call);
        let rows = of_call.rows(store).await?;
        rewrite(store, rows, done, |detail| person(detail, number)).await?;
    }
    let elsewhere = ask("SELECT run, seq, call, detail FROM events WHERE detail LIKE $1");
    let mut rows = elsewhere.bind(pattern(number)).rows(store).await?;
    rows.retain(|row| {
        let call = row.get::<Option<i64>>("call").ok().flatten();
        call.is_none_or(|call| !open.contains(&call))
    });
    rewrite(store, rows, done, |detail| numbers(detail, number)).await
}

async fn open_calls(store: &mut Store) -> sqlx::Result<BTreeSet<i64>> {
    let open = ask("SELECT id FROM calls WHERE ended_at IS NULL").rows(store).await?;
    open.iter().map(|row| row.get("id")).collect()
}

async fn rewrite(
    store: &mut Store,
    rows: Vec<Row>,
    done: &mut Forgotten,
    change: impl Fn(&mut Value) -> bool,
) -> sqlx::Result<()> {
    for rows in rows.chunks(AT_ONCE) {
        store.begin().await?;
        let changed = async {
            for row in rows {
                let text: String = row.get("detail")?;
                let Ok(mut detail) = serde_json::from_str(&text) else { continue };
                if !change(&mut detail) {
                    continue;
                }
                let update = ask("UPDATE events SET detail = $3 WHERE run = $1 AND seq = $2");
                let update = update.bind(row.get::<i64>("run")?).bind(row.get::<i64>("seq")?);
                done.events += update.bind(detail.to_string()).execute(store).await?;
            }
            Ok(())
        };
        let changed = changed.await;
        store.end(changed).await?;
    }
    Ok(())
}

/// Takes out the number, and what else an event of a call tells of who has it; says whether there was any.
fn person(detail: &mut Value, number: &Number) -> bool {
    let mut changed = numbers(detail, number);
    let Some(fields) = detail.as_object_mut() else { return changed };
    let noted = fields.contains_key("value");
    for (key, value) in fields {
        // Recordings may be named for whom they tell of.
        if key == "whisper" && value.as_array().is_some_and(|all| !all.is_empty()) {
            *value = Value::Array(Vec::new());
            changed = true;
        }
        let tells = matches!(key.as_str(), "name" | "company") && !noted || key == "value";
        if tells && value.is_string() && value != FORGOTTEN {
            *value = FORGOTTEN.into();
            changed = true;
        }
    }
    changed
}

/// Takes out the number wherever it stands; says whether it did.
fn numbers(value: &mut Value, number: &Number) -> bool {
    match value {
        Value::String(text) if number.is(text) => {
            FORGOTTEN.clone_into(text);
            true
        }
        Value::Array(all) => all.iter_mut().fold(false, |any, it| numbers(it, number) | any),
        Value::Object(all) => all.values_mut().fold(false, |any, it| numbers(it, number) | any),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The callbacks that are over. Their events lose the name also where the call's row has another number.
async fn callbacks(
    store: &mut Store,
    number: &Number,
    done: &mut Forgotten,
) -> sqlx::Result<Vec<Change>> {
    let all = ask("SELECT id, number, caller, over_at,
            (SELECT count(*) FROM calls WHERE calls.id = callbacks.id AND ended_at IS NULL) AS is_on
         FROM callbacks");
    let all = all.rows(store).await?;
    let mut changes = Vec::new();
    for row in all.iter().filter(|row| holds(row, "number", number) || holds(row, "caller", number))
    {
        let id: i64 = row.get("id")?;
        if row.get::<Option<i64>>("over_at")?.is_none() {
            done.left.push(format!(
                "callback {id} is promised: call it off with `telefonist callback cancel {id}`, or wait until it is kept"
            ));
            continue;
        }
        if row.get::<i64>("is_on")? > 0 {
            done.left.push(format!("call {id} is on"));
            continue;
        }
        done.callbacks += 1;
        changes.push((
            id,
            "UPDATE callbacks SET number = $2, caller = $2, name = NULL, company = NULL, whisper = ''
             WHERE id = $1",
        ));
    }
    Ok(changes)
}

/// A row goes behind its recording: by it another run finds what one that was cut off has left.
async fn messages(
    store: &mut Store,
    number: &Number,
    done: &mut Forgotten,
    remove: &mut impl FnMut(Kept<'_>) -> io::Result<()>,
) -> sqlx::Result<()> {
    let all = ask("SELECT id, caller, done_at, removed_at FROM messages").rows(store).await?;
    for row in all.iter().filter(|row| holds(row, "caller", number)) {
        let id: String = row.get("id")?;
        let is_open = row.get::<Option<i64>>("done_at")?.is_none()
            && row.get::<Option<i64>>("removed_at")?.is_none();
        if is_open {
            done.left.push(format!(
                "message {id} waits: say that it is dealt with, by `telefonist message done {id}`"
            ));
            continue;
        }
        if let Err(error) = remove(Kept::Message(&id)) {
            done.left.push(format!("the recording of message {id} cannot be removed: {error}"));
            continue;
        }
        ask("DELETE FROM messages WHERE id = $1").bind(id.as_str()).execute(store).await?;
        done.messages += 1;
    }
    Ok(())
}

/// What was said in a talk goes with its file, if it is over.
async fn recordings(
    store: &mut Store,
    number: &Number,
    done: &mut Forgotten,
    remove: &mut impl FnMut(Kept<'_>) -> io::Result<()>,
) -> sqlx::Result<()> {
    let all = ask("SELECT recordings.recording, recordings.state, calls.caller, calls.number
         FROM recordings JOIN calls ON calls.id = recordings.call");
    let all = all.rows(store).await?;
    let theirs = |row: &&Row| holds(row, "caller", number) || holds(row, "number", number);
    for row in all.iter().filter(theirs) {
        let name: String = row.get("recording")?;
        if row.get::<Option<String>>("state")?.is_none() {
            done.left.push(format!("recording {name} goes on, or nobody has told its end yet"));
            continue;
        }
        if let Err(error) = remove(Kept::Recording(&name)) {
            done.left.push(format!("recording {name} cannot be removed: {error}"));
            continue;
        }
        let gone = ask("DELETE FROM recordings WHERE recording = $1").bind(name.as_str());
        gone.execute(store).await?;
        done.recordings += 1;
    }
    Ok(())
}

/// Somebody may have typed the number as an answer.
async fn answers(store: &mut Store, number: &Number) -> sqlx::Result<()> {
    let found = ask("SELECT survey, question, answer FROM answers WHERE answer LIKE $1");
    let found = found.bind(pattern(number)).rows(store).await?;
    for row in found.iter().filter(|row| holds(row, "answer", number)) {
        let update = ask("UPDATE answers SET answer = $3 WHERE survey = $1 AND question = $2");
        let update = update.bind(row.get::<i64>("survey")?).bind(row.get::<String>("question")?);
        update.bind(FORGOTTEN).execute(store).await?;
    }
    Ok(())
}

/// A phone is the phone of an account, and can be reached until its registration ends.
async fn bindings(store: &mut Store, number: &Number, done: &mut Forgotten) -> sqlx::Result<()> {
    let all = ask("SELECT id, account, contact, expires_at FROM bindings").rows(store).await?;
    for row in &all {
        let contact: String = row.get("contact")?;
        let user =
            contact.split_once("sip:").and_then(|(_, rest)| rest.split(['@', ';', '>']).next());
        let is_reached = user.is_some_and(|user| number.is(user));
        if !is_reached && !holds(row, "account", number) {
            continue;
        }
        let id: i64 = row.get("id")?;
        if row.get::<i64>("expires_at")? > open::now() {
            let account: String = row.get("account")?;
            done.left.push(format!("a phone of agent {account} is registered with it"));
            continue;
        }
        done.bindings += ask("DELETE FROM bindings WHERE id = $1").bind(id).execute(store).await?;
    }
    Ok(())
}

/// Nothing of what was there stays in the file, or in the log beside it.
async fn clean(store: &mut Store, place: &Place, done: &mut Forgotten) -> sqlx::Result<()> {
    match &place.database {
        Database::Sqlite(_) => {
            // Whoever reads meanwhile keeps what was there before.
            let busy = ask("PRAGMA wal_checkpoint(TRUNCATE)").number(store).await?;
            if busy != Some(0) {
                let remedy =
                    "somebody reads the ledger, and its log keeps what was there: run this again";
                done.left.push(remedy.to_owned());
            }
            Ok(())
        }
        Database::Postgres(_) => {
            for table in
                ["calls", "events", "callbacks", "messages", "recordings", "answers", "bindings"]
            {
                store.script(format!("VACUUM {table}")).await?;
            }
            Ok(())
        }
    }
}

fn holds(row: &Row, column: &str, number: &Number) -> bool {
    row.get::<String>(column).is_ok_and(|text| number.is(&text))
}

fn pattern(number: &Number) -> String {
    format!("%{}%", number.ending())
}
