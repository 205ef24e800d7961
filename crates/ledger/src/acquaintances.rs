//! Who has talked with whom, for a new run to begin with.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::store::{Row, ask};
use crate::text::micros;
use clock::WallTime;
use events::{Acquaintance, Ani};

/// How many of the latest calls are looked through: a start must not read years.
const CALLS_READ_MAX: i64 = 200_000;

/// Of each caller the talk that began last.
const LAST_TALKS: &str = "
    SELECT caller, agent, connected_at FROM (
        SELECT caller, agent, connected_at,
            row_number() OVER (PARTITION BY caller ORDER BY connected_at DESC, id DESC) AS latest
        FROM calls
        WHERE id > (SELECT coalesce(max(id), 0) FROM calls) - $1
            AND direction = 'in' AND queue IS NOT NULL
            AND caller <> '' AND agent IS NOT NULL AND connected_at >= $2
    ) AS talks
    WHERE latest = 1 ORDER BY connected_at, caller";

impl Ledger {
    /// The callers whom agents of queues have talked with since, the latest of the last 200,000 calls
    /// for each number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn acquaintances(&mut self, since: WallTime) -> Result<Vec<Acquaintance>, OpenError> {
        let asked = ask(LAST_TALKS).bind(CALLS_READ_MAX).bind(micros(since));
        let rows = asked.rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(rows.iter().filter_map(read).collect())
    }
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &Row) -> Option<Acquaintance> {
    Some(Acquaintance {
        caller: Ani::new(row.get::<String>("caller").ok()?),
        agent: row.get::<String>("agent").ok()?.into(),
        at: WallTime::from_micros(row.get("connected_at").ok()?),
    })
}
