//! The calls that are on and whose callers can be reached again by the run after this one: the table that has what is
//! true now, and no history of it. The row of a call goes with the event that ends it.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::store::{Store, ask};
use crate::text::column;
use events::{InterruptedCall, SavedCall};
use serde::{Deserialize, Serialize};

/// No more calls than this are taken up: a server has no more.
const CALLS_MAX: i64 = 50_000;

/// What a row says.
#[derive(Debug, Serialize, Deserialize)]
struct Facts<Call> {
    #[serde(flatten)]
    call: Call,
    /// The run that wrote it; none of a program that did not say so.
    #[serde(default)]
    run: i64,
}

/// Writes how a call can be taken up, inside the transaction of the caller.
pub(crate) async fn change(store: &mut Store, run: i64, call: &SavedCall) -> sqlx::Result<()> {
    let facts = serde_json::to_string(&Facts { call, run });
    let facts = facts.map_err(|error| sqlx::Error::Encode(error.into()))?;
    ask("INSERT INTO calls_on (call, facts) VALUES ($1, $2)
         ON CONFLICT (call) DO UPDATE SET facts = $2")
    .bind(column(call.id))
    .bind(facts)
    .execute(store)
    .await
    .map(drop)
}

/// The call cannot be taken up any more: it is over, or has become another kind of call.
pub(crate) async fn forget(store: &mut Store, call: i64) -> sqlx::Result<()> {
    ask("DELETE FROM calls_on WHERE call = $1").bind(call).execute(store).await.map(drop)
}

impl Ledger {
    /// The calls that were on when the last run ended, and whose callers can be reached, the oldest first. Their rows are
    /// open: whoever opens the ledger takes them up, or ends them. A row that does not read was
    /// [closed](Ledger::open).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn interrupted_calls(&mut self) -> Result<Vec<InterruptedCall>, OpenError> {
        let rows = ask("SELECT facts, last_event_at FROM calls_on JOIN calls ON id = call
             WHERE ended_at IS NULL ORDER BY call LIMIT $1");
        let rows = rows.bind(CALLS_MAX).rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        let last = ask("SELECT at FROM events WHERE run < $1 ORDER BY run DESC, seq DESC LIMIT 1");
        let last = last.bind(self.run).number(&mut self.store).await;
        let last = last.map_err(|source| OpenError::of(&self.place, source))?;
        let call = |row: &crate::store::Row| {
            let Facts { call: saved, run } = read(&row.get::<String>("facts").ok()?)?;
            let of_call: i64 = row.get("last_event_at").ok()?;
            // The caller was still there when the earlier run wrote its last word, of whatever that was, unless that
            // run had only tried to reach them.
            let of_run = last.filter(|_| saved.tries == 0);
            let last_at = of_run.map_or(of_call, |at| at.max(of_call));
            // A run is on the disk before it says anything to anybody, so none is left out.
            let starts = u64::try_from(self.run.saturating_sub(run)).unwrap_or(0).max(1);
            Some(InterruptedCall { saved, last_at, starts })
        };
        Ok(rows.iter().filter_map(call).collect())
    }
}

fn read(facts: &str) -> Option<Facts<SavedCall>> {
    serde_json::from_str(facts).ok()
}

/// Takes out what nobody can take up: what does not read, what is beyond the limit, and what is over.
pub(crate) async fn clear(store: &mut Store) -> sqlx::Result<()> {
    ask("DELETE FROM calls_on WHERE call NOT IN (SELECT id FROM calls WHERE ended_at IS NULL)")
        .execute(store)
        .await?;
    let rows = ask("SELECT call, facts FROM calls_on ORDER BY call").rows(store).await?;
    for (row, at) in rows.iter().zip(0..) {
        let is_good =
            at < CALLS_MAX && row.get::<String>("facts").is_ok_and(|facts| read(&facts).is_some());
        if !is_good {
            forget(store, row.get("call")?).await?;
        }
    }
    Ok(())
}
