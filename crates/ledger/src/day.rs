//! What is counted of the centre's day, for a new run to go on with, and for one that tells days by another clock from now on.

use crate::agent_report::{AgentsAsked, add_up};
use crate::error::{OpenError, ReadError};
use crate::interval::{Calendar, Every};
use crate::open::Ledger;
use crate::place::Place;
use crate::quarters::{OUTCOMES, Quarter};
use crate::read::connect;
use crate::store::{Row, Store, ask};
use crate::text::{micros, timestamp};
use clock::WallTime;
use events::{AgentDay, Day, Outcome, Visit, VisitOutcome};
use ids::CallId;
use jiff::tz::TimeZone;
use snapshot::{AgentToday, QueueToday};

/// What became of the calls that came, and whether their callers had talked.
const CALLS: &str = "
    SELECT outcome, CAST(CASE WHEN connected_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS talked, count(*) AS calls FROM calls
    WHERE ended_at >= $1 AND offered_at >= $1 AND direction = 'in' GROUP BY 1, 2";
const CALLS_ON: &str = "
    SELECT id, CAST(CASE WHEN connected_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS talked FROM calls
    WHERE ended_at IS NULL AND offered_at >= $1 AND direction = 'in'";
const QUEUES: &str = "SELECT * FROM quarters WHERE quarter >= $1 AND quarter < $2";
const VISITS: &str = "
    SELECT calls.id AS id, queue_of.queue, queue_of.queued_at, queue_of.outcome
    FROM calls JOIN visits AS queue_of ON queue_of.id = (SELECT max(id) FROM visits WHERE call = calls.id)
    WHERE calls.ended_at IS NULL";
const PROMISED: &str = "
    SELECT callbacks.id AS id, queue_of.queue, queue_of.queued_at, queue_of.outcome
    FROM callbacks JOIN visits AS queue_of ON queue_of.id = (SELECT max(id) FROM visits WHERE call = callbacks.call)
    WHERE callbacks.over_at IS NULL AND queue_of.outcome = 'callback'";

/// What agents are doing.
const STATES: &str = "SELECT agent, state, from_at FROM agent_states WHERE to_at IS NULL";
const LAST: &str = "SELECT max(seq) FROM events WHERE run = $1";

impl Ledger {
    /// What was counted from `began` on, the day that lasts until `ends`, and what is open of it. Nobody is at work any more, and
    /// calls are on that can be taken up.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn day(&mut self, began: WallTime, ends: WallTime) -> Result<Day, OpenError> {
        let counted = read(&mut self.store, began, ends).await;
        counted.map_err(|source| OpenError::of(&self.place, source))
    }
}

/// What is counted from `began` on, the day that lasts until `ends`, and what is open of it, beside the run that writes; and
/// the number of the last of its events that is among that. `None` where the event `after` is not there yet, which is
/// found out without counting anything: a ledger that lags is asked often, and a day may be a million rows.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn day_so_far(
    place: &Place,
    run: i64,
    day: (WallTime, WallTime),
    after: u64,
) -> Result<Option<(Day, u64)>, ReadError> {
    let failed = |source| ReadError::of(place, source);
    let mut store = connect(place).await?;
    store.look().await.map_err(failed)?;
    let counted = so_far(&mut store, run, day, after).await;
    store.end(counted).await.map_err(failed)
}

async fn so_far(
    store: &mut Store,
    run: i64,
    (began, ends): (WallTime, WallTime),
    after: u64,
) -> sqlx::Result<Option<(Day, u64)>> {
    let last = ask(LAST).bind(run).number(store).await?;
    let last = last.and_then(|last| u64::try_from(last).ok()).unwrap_or(0);
    if last < after {
        return Ok(None);
    }
    let mut day = read(store, began, ends).await?;
    for row in ask(STATES).rows(store).await? {
        let since = WallTime::from_micros(row.get("from_at")?);
        let agent = day.agents.entry(row.get::<String>("agent")?.into()).or_default();
        agent.state = Some((row.get::<String>("state")?.into(), since));
    }
    Ok(Some((day, last)))
}

async fn read(store: &mut Store, began: WallTime, ends: WallTime) -> sqlx::Result<Day> {
    let mut day = Day { began, ends, ..Day::default() };
    let (from, to) = (micros(began), micros(ends));
    for row in ask(CALLS).bind(from).rows(store).await? {
        let talked = row.get::<i64>("talked")? != 0;
        let outcome = row.get::<Option<String>>("outcome")?.unwrap_or_default();
        // Who talked was answered, whatever became of the call.
        let outcome = if talked { Some(Outcome::Answered) } else { Outcome::of(&outcome) };
        let calls = u64::try_from(row.get::<i64>("calls")?).unwrap_or(0);
        day.calls.offered += calls;
        outcome.into_iter().for_each(|outcome| *outcome.count_in(&mut day.calls) += calls);
    }
    for row in ask(CALLS_ON).bind(from).rows(store).await? {
        let talked = row.get::<i64>("talked")? != 0;
        day.calls.offered += 1;
        day.calls.answered += u64::from(talked);
        day.on.insert(id(&row)?, talked);
    }
    for row in ask(QUEUES).bind(from).bind(to).rows(store).await? {
        let counted = Quarter::read(&row)?;
        let queue = day.queues.entry(row.get::<String>("queue")?.into()).or_default();
        add(queue, &counted);
    }
    for row in ask(VISITS).rows(store).await? {
        day.visits.insert(id(&row)?, visit(&row)?);
    }
    for row in ask(PROMISED).rows(store).await? {
        day.promised.insert(id(&row)?, visit(&row)?);
    }
    agents(store, &mut day).await?;
    Ok(day)
}

fn add(queue: &mut QueueToday, counted: &Quarter) {
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    queue.offered += number(counted.offered);
    for (count, outcome) in counted.outcomes.into_iter().zip(OUTCOMES) {
        *outcome.count_in(queue) += number(count);
    }
}

fn id(row: &Row) -> sqlx::Result<CallId> {
    Ok(CallId(row.get::<i64>("id")?.unsigned_abs()))
}

fn visit(row: &Row) -> sqlx::Result<Visit> {
    let outcome: Option<String> = row.get("outcome")?;
    Ok(Visit {
        queue: row.get::<String>("queue")?.into(),
        began: WallTime::from_micros(row.get("queued_at")?),
        outcome: outcome.as_deref().and_then(VisitOutcome::of),
    })
}

/// As the report of agents says it.
async fn agents(store: &mut Store, day: &mut Day) -> sqlx::Result<()> {
    let (from, to) = (timestamp(micros(day.began)), timestamp(micros(day.ends)));
    let calendar = Calendar { every: Every::Week, zone: TimeZone::UTC };
    let asked = AgentsAsked { from, to, now: from, calendar, agent: None };
    // Of one interval there are as many lines as agents.
    let Some(report) = add_up(store, &asked).await? else { return Ok(()) };
    for line in report.lines {
        let mut over =
            AgentToday { handled: line.counts.ring("accepted"), ..AgentToday::default() };
        for ((state, _), seconds) in &line.counts.states {
            over.spend(state, *seconds);
        }
        let there = day.agents.entry(line.agent.into()).or_default();
        *there = AgentDay { over: sum(there.over, over), state: None };
    }
    Ok(())
}

/// A week may begin in the midst of the day: then it has two lines.
const fn sum(one: AgentToday, other: AgentToday) -> AgentToday {
    AgentToday {
        handled: one.handled + other.handled,
        staffed_s: one.staffed_s + other.staffed_s,
        ready_s: one.ready_s + other.ready_s,
        ringing_s: one.ringing_s + other.ringing_s,
        talking_s: one.talking_s + other.talking_s,
        wrap_up_s: one.wrap_up_s + other.wrap_up_s,
        paused_s: one.paused_s + other.paused_s,
    }
}
