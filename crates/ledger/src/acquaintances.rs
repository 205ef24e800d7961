//! Who has talked with whom, for a new run to begin with.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::text::micros;
use clock::WallTime;
use events::{Acquaintance, Ani};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// How many of the latest calls are looked through: a start must not read years.
const CALLS_READ_MAX: i64 = 200_000;

impl Ledger {
    /// The callers whom agents of queues have talked with since, the latest of the last 200,000 calls
    /// for each number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn acquaintances(&mut self, since: WallTime) -> Result<Vec<Acquaintance>, OpenError> {
        let rows = sqlx::query(
            "SELECT caller, agent, max(connected_at) AS at FROM calls
             WHERE id > (SELECT coalesce(max(id), 0) FROM calls) - ?1
                AND direction = 'in' AND queue IS NOT NULL
                AND caller <> '' AND agent IS NOT NULL AND connected_at >= ?2
             GROUP BY caller ORDER BY at",
        )
        .bind(CALLS_READ_MAX)
        .bind(micros(since))
        .fetch_all(&mut self.connection)
        .await
        .map_err(|source| OpenError::sqlite(&self.path, source))?;
        Ok(rows.iter().filter_map(read).collect())
    }
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &SqliteRow) -> Option<Acquaintance> {
    Some(Acquaintance {
        caller: Ani::new(row.try_get::<String, _>("caller").ok()?),
        agent: row.try_get::<String, _>("agent").ok()?.into(),
        at: WallTime::from_micros(row.try_get("at").ok()?),
    })
}
