//! Whether the counts of callers add up, looked at while a server runs and by whoever asks.
//!
//! What began, what ended and what is there still are written by different events and in different rows. As long
//! as each visit is counted once in each of them, *offered* is the sum of all outcomes and of those who wait.

use crate::error::ReadError;
use crate::place::Place;
use crate::quarters::Quarter;
use crate::store::{Store, ask};
use crate::text::timestamp;
use crate::{read, schema};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// No more quarters than this are told.
const TOLD_MAX: usize = 10;

const COUNTED: &str = "SELECT * FROM quarters WHERE quarter >= $1";
const OPEN_SINCE: &str =
    "SELECT queue, queued_at FROM visits WHERE ended_at IS NULL AND queued_at >= $1";
/// Of all times.
const STANDING: &str = "
    SELECT coalesce(CAST(sum(offered) - sum(ended) AS BIGINT), 0)
        - (SELECT count(*) FROM visits WHERE ended_at IS NULL) FROM quarters";

/// What does not add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imbalance {
    /// Quarters of an hour, by the time at which they began, and queues in which it does not; ten at most.
    pub quarters: Vec<(Timestamp, String)>,
    /// In how many there are.
    pub count: u64,
    /// How many more callers have come, ever, than have gone or are there.
    pub standing: i64,
}

impl Imbalance {
    /// Whether everything adds up.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.count == 0 && self.standing == 0
    }
}

/// Looks whether what was counted since `since`, the beginning of a quarter, adds up.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn imbalance(place: &Place, since: Timestamp) -> Result<Imbalance, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::QUARTERS_SINCE {
        return Ok(Imbalance::default());
    }
    let failed = |source| ReadError::of(place, source);
    store.look().await.map_err(failed)?;
    let looked = look(&mut store, since).await;
    store.end(looked).await.map_err(failed)
}

async fn look(store: &mut Store, since: Timestamp) -> sqlx::Result<Imbalance> {
    let since = since.as_microsecond();
    let mut off: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for row in ask(COUNTED).bind(since).rows(store).await? {
        let counts = Quarter::read(&row)?;
        let outcomes: i64 = counts.outcomes.iter().sum();
        off.insert((row.get("quarter")?, row.get("queue")?), counts.offered - outcomes);
    }
    for row in ask(OPEN_SINCE).bind(since).rows(store).await? {
        let quarter = crate::interval::quarter_of(row.get("queued_at")?);
        *off.entry((quarter, row.get("queue")?)).or_default() -= 1;
    }
    let standing = ask(STANDING).number(store).await?.unwrap_or(0);
    let off: Vec<_> = off.into_iter().filter(|(_, off)| *off != 0).map(|(of, _)| of).collect();
    let count = u64::try_from(off.len()).unwrap_or(u64::MAX);
    let told = off.into_iter().take(TOLD_MAX);
    let quarters = told.map(|(quarter, queue)| (timestamp(quarter), queue)).collect();
    Ok(Imbalance { quarters, count, standing })
}
