//! Whether the counts of callers, calls and agents add up, looked at while a server runs and by whoever asks.
//!
//! What began, what ended and what is there still are written by different events and in different rows. As long
//! as each visit is counted once in each of them, *offered* is the sum of all outcomes and of those who wait; the same goes for
//! calls, and the seconds of an agent's log-in are those of all states.

use crate::amounts::{ENDED, HELD, LOGGED_IN, OFFERED, RINGS, spread};
use crate::error::ReadError;
use crate::interval::quarter_of;
use crate::place::Place;
use crate::quarters::Quarter;
use crate::store::{Row, Store, ask};
use crate::text::timestamp;
use crate::{read, schema};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// No more quarters than this are told of each.
const TOLD_MAX: usize = 10;

const COUNTED: &str = "SELECT * FROM quarters WHERE quarter >= $1";
const OPEN_SINCE: &str =
    "SELECT queue, queued_at FROM visits WHERE ended_at IS NULL AND queued_at >= $1";
/// Of all times.
const STANDING: &str = "
    SELECT coalesce(CAST(sum(offered) - sum(ended) AS BIGINT), 0)
        - (SELECT count(*) FROM visits WHERE ended_at IS NULL) FROM quarters";
const CALLS: &str =
    "SELECT quarter, direction, figure, amount FROM call_quarters WHERE quarter >= $1";
const CALLS_OPEN: &str =
    "SELECT direction, offered_at FROM calls WHERE ended_at IS NULL AND offered_at >= $1";
const CALLS_STANDING: &str = "
    SELECT coalesce(CAST(sum(CASE WHEN figure = $1 THEN amount WHEN figure = $2 THEN -amount ELSE 0 END) AS BIGINT), 0)
        - (SELECT count(*) FROM calls WHERE ended_at IS NULL) FROM call_quarters";
const AGENTS: &str = "
    SELECT quarter, agent, CAST(sum(CASE WHEN figure = $2 THEN amount ELSE -amount END) AS BIGINT) AS off
    FROM agent_quarters WHERE quarter >= $1 AND figure <> $3 AND figure NOT LIKE $4 GROUP BY quarter, agent";
const LOG_INS_OPEN: &str = "SELECT agent, from_at FROM log_ins WHERE to_at IS NULL";
const STATES_OPEN: &str = "SELECT agent, from_at FROM agent_states WHERE to_at IS NULL";

/// What does not add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imbalance {
    /// Of those who came to queues.
    pub queues: Off,
    /// Of calls, by the word of their direction.
    pub calls: Off,
    /// Of the time of agents.
    pub agents: Off,
}

/// What of one kind does not add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Off {
    /// Quarters of an hour, by the time at which they began, and the queue, agent or direction in which it does not; ten at most.
    pub quarters: Vec<(Timestamp, String)>,
    /// In how many it does not.
    pub count: u64,
    /// How many more callers or calls have come, ever, than have gone or are there; of agents, how many more are logged in than
    /// are doing something.
    pub standing: i64,
}

impl Imbalance {
    /// Whether everything adds up.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.queues.is_none() && self.calls.is_none() && self.agents.is_none()
    }
}

impl Off {
    /// Whether everything of this kind adds up.
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
    let failed = |source| ReadError::of(place, source);
    store.look().await.map_err(failed)?;
    let looked = look(&mut store, version, since.as_microsecond()).await;
    store.end(looked).await.map_err(failed)
}

async fn look(store: &mut Store, version: i64, since: i64) -> sqlx::Result<Imbalance> {
    let mut found = Imbalance::default();
    if version >= schema::QUARTERS_SINCE {
        found.queues = queues(store, since).await?;
    }
    if version >= schema::COUNTED_SINCE {
        found.calls = calls(store, since).await?;
        found.agents = agents(store, since).await?;
    }
    Ok(found)
}

/// By how much each quarter and name is off.
type ByQuarter = BTreeMap<(i64, String), i64>;

async fn queues(store: &mut Store, since: i64) -> sqlx::Result<Off> {
    let mut off = ByQuarter::new();
    for row in ask(COUNTED).bind(since).rows(store).await? {
        let counts = Quarter::read(&row)?;
        let outcomes: i64 = counts.outcomes.iter().sum();
        off.insert((row.get("quarter")?, row.get("queue")?), counts.offered - outcomes);
    }
    for row in ask(OPEN_SINCE).bind(since).rows(store).await? {
        *off.entry((quarter_of(row.get("queued_at")?), row.get("queue")?)).or_default() -= 1;
    }
    let standing = ask(STANDING).number(store).await?.unwrap_or(0);
    Ok(told(off, standing))
}

async fn calls(store: &mut Store, since: i64) -> sqlx::Result<Off> {
    let mut off = ByQuarter::new();
    for row in ask(CALLS).bind(since).rows(store).await? {
        let (figure, amount): (String, i64) = (row.get("figure")?, row.get("amount")?);
        let by = match figure.as_str() {
            OFFERED => amount,
            // Whenever they had come.
            ENDED => 0,
            _ => -amount,
        };
        *off.entry((row.get("quarter")?, row.get("direction")?)).or_default() += by;
    }
    for row in ask(CALLS_OPEN).bind(since).rows(store).await? {
        *off.entry((quarter_of(row.get("offered_at")?), row.get("direction")?)).or_default() -= 1;
    }
    let standing = ask(CALLS_STANDING).bind(OFFERED).bind(ENDED).number(store).await?;
    Ok(told(off, standing.unwrap_or(0)))
}

async fn agents(store: &mut Store, since: i64) -> sqlx::Result<Off> {
    let mut off = ByQuarter::new();
    let rings = format!("{RINGS}%");
    let counted = ask(AGENTS).bind(since).bind(LOGGED_IN).bind(HELD).bind(rings);
    for row in counted.rows(store).await? {
        off.insert((row.get("quarter")?, row.get("agent")?), row.get("off")?);
    }
    // What goes on is not counted yet: both are taken to last until the same time.
    let log_ins = ask(LOG_INS_OPEN).rows(store).await?;
    let states = ask(STATES_OPEN).rows(store).await?;
    let mut until = since;
    for row in log_ins.iter().chain(&states) {
        until = until.max(row.get("from_at")?);
    }
    for (rows, sign) in [(&log_ins, 1), (&states, -1)] {
        for row in rows {
            go_on(&mut off, row, (since, until), sign)?;
        }
    }
    let number = |rows: &[Row]| i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(told(off, number(&log_ins) - number(&states)))
}

fn go_on(
    off: &mut ByQuarter,
    row: &Row,
    (since, until): (i64, i64),
    sign: i64,
) -> sqlx::Result<()> {
    let (agent, from): (String, i64) = (row.get("agent")?, row.get("from_at")?);
    for (quarter, seconds) in spread(from.max(since), until) {
        *off.entry((quarter, agent.clone())).or_default() += sign * seconds;
    }
    Ok(())
}

fn told(off: ByQuarter, standing: i64) -> Off {
    let off: Vec<_> = off.into_iter().filter(|(_, off)| *off != 0).map(|(of, _)| of).collect();
    let count = u64::try_from(off.len()).unwrap_or(u64::MAX);
    let told = off.into_iter().take(TOLD_MAX);
    let quarters = told.map(|(quarter, name)| (timestamp(quarter), name)).collect();
    Off { quarters, count, standing }
}
