//! What agents did in each interval: how long in each state, and what became of the rings.
//!
//! What is over is counted by the [quarter](crate::amounts), what goes on is looked at. Times are cut to whole seconds before they are subtracted, so that the seconds of all states add up to those of
//! the log-in, whatever intervals they are spread over.

use crate::amounts::{HELD, LOGGED_IN, RINGS, SECONDS};
use crate::error::ReadError;
use crate::interval::Calendar;
use crate::place::Place;
use crate::queue_report::REPORT_LINES_MAX;
use crate::store::{Row, Store, ask};
use crate::text::timestamp;
use crate::{read, schema};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Which agents, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentsAsked {
    /// From here on, the beginning of a quarter of an hour,
    pub from: Timestamp,
    /// and until then, which is another.
    pub to: Timestamp,
    /// Where it is now: a state that goes on is counted as far.
    pub now: Timestamp,
    /// How time is divided. The first interval begins with `from`.
    pub calendar: Calendar,
    /// The account of the agent, if not all.
    pub agent: Option<String>,
}

/// What an agent did in one interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentCounts {
    /// Whole seconds in each state, by its word, `logged_out` left out; pauses are told apart.
    pub states: BTreeMap<(String, Option<String>), u64>,
    /// Of those in conversation, the whole seconds in which the agent had a caller on hold.
    pub held_s: u64,
    /// How many rings ended in each way, by its word.
    pub rings: BTreeMap<String, u64>,
}

/// One agent in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentLine {
    /// When the interval began.
    pub from: Timestamp,
    /// The account.
    pub agent: String,
    /// What they did.
    pub counts: AgentCounts,
}

/// A line for each interval and agent who was at work or rung in it, and the sum of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentReport {
    /// The lines, by time and agent.
    pub lines: Vec<AgentLine>,
    /// Their sum.
    pub total: AgentCounts,
}

/// What is over, by the quarter.
const COUNTED: &str = "
    SELECT quarter, agent, figure, pause, amount FROM agent_quarters
    WHERE quarter >= $1 AND quarter < $2 AND ($3 IS NULL OR agent = $3)
        AND (quarter, agent, figure, pause) > ($4, $5, $6, $7)
    ORDER BY quarter, agent, figure, pause LIMIT $8";
/// What goes on.
const STATES_OPEN: &str = "
    SELECT agent, state, pause, from_at FROM agent_states
    WHERE to_at IS NULL AND from_at < $1 AND ($2 IS NULL OR agent = $2)";
const HOLDS_OPEN: &str = "
    SELECT agent, from_at FROM holds
    WHERE to_at IS NULL AND from_at < $1 AND ($2 IS NULL OR agent = $2)";
/// Rows that are read at once.
const AT_ONCE: usize = 10_000;

/// Adds up what agents did.
///
/// # Errors
/// When there is no ledger at `place`, it cannot be read, is of before this was kept, or the report would have
/// more than [`REPORT_LINES_MAX`] lines.
pub async fn agent_report(place: &Place, asked: AgentsAsked) -> Result<AgentReport, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::COUNTED_SINCE {
        return Err(ReadError::Earlier(place.to_string()));
    }
    let failed = |source| ReadError::of(place, source);
    store.look().await.map_err(failed)?;
    let added = add_up(&mut store, &asked).await;
    store.end(added).await.map_err(failed)?.ok_or(ReadError::TooLong(REPORT_LINES_MAX))
}

/// The report; none if it is too long.
pub(crate) async fn add_up(
    store: &mut Store,
    asked: &AgentsAsked,
) -> sqlx::Result<Option<AgentReport>> {
    let mut sums = Sums { asked, lines: BTreeMap::new() };
    let (from, to) = (asked.from.as_microsecond(), asked.to.as_microsecond());
    let agent = asked.agent.as_deref();
    let mut last = (i64::MIN, String::new(), String::new(), String::new());
    loop {
        let rows = ask(COUNTED).bind(from).bind(to).bind(agent);
        let rows = rows.bind(last.0).bind(&*last.1).bind(&*last.2).bind(&*last.3);
        let rows = rows.bind(i64::try_from(AT_ONCE).unwrap_or(i64::MAX)).rows(store).await?;
        for row in &rows {
            last = (row.get("quarter")?, row.get("agent")?, row.get("figure")?, row.get("pause")?);
            sums.counted(&last, row.get("amount")?);
        }
        if sums.is_too_long() {
            return Ok(None);
        }
        if rows.len() < AT_ONCE {
            break;
        }
    }
    for row in ask(STATES_OPEN).bind(to).bind(agent).rows(store).await? {
        let state: (String, Option<String>) = (row.get("state")?, row.get("pause")?);
        sums.goes_on(&row, |counts, seconds| {
            *counts.states.entry(state.clone()).or_default() += seconds;
        })?;
    }
    for row in ask(HOLDS_OPEN).bind(to).bind(agent).rows(store).await? {
        sums.goes_on(&row, |counts, seconds| counts.held_s += seconds)?;
    }
    Ok((!sums.is_too_long()).then(|| sums.report()))
}

/// A report that is being added up.
struct Sums<'a> {
    asked: &'a AgentsAsked,
    lines: BTreeMap<(Timestamp, String), AgentCounts>,
}

impl Sums<'_> {
    fn is_too_long(&self) -> bool {
        u32::try_from(self.lines.len()).map_or(true, |lines| lines > REPORT_LINES_MAX)
    }

    /// Adds a figure of a quarter.
    fn counted(
        &mut self,
        (quarter, agent, figure, pause): &(i64, String, String, String),
        amount: i64,
    ) {
        let amount = u64::try_from(amount).unwrap_or(0);
        if figure == LOGGED_IN || amount == 0 {
            return;
        }
        let counts = self.line(timestamp(*quarter), agent);
        if figure == HELD {
            counts.held_s += amount;
        } else if let Some(ended) = figure.strip_prefix(RINGS) {
            *counts.rings.entry(ended.to_owned()).or_default() += amount;
        } else if let Some(state) = figure.strip_suffix(SECONDS) {
            let pause = (!pause.is_empty()).then(|| pause.clone());
            *counts.states.entry((state.to_owned(), pause)).or_default() += amount;
        }
    }

    /// Adds the seconds of what goes on, until now, to the intervals that they are in.
    fn goes_on(
        &mut self,
        row: &Row,
        mut add: impl FnMut(&mut AgentCounts, u64),
    ) -> sqlx::Result<()> {
        let (agent, from): (String, i64) = (row.get("agent")?, row.get("from_at")?);
        let end = self.asked.now.min(self.asked.to);
        let mut at = timestamp(from).max(self.asked.from);
        while at < end && !self.is_too_long() {
            let next = self.asked.calendar.next(at).min(end);
            // A state of no length leaves no line.
            if let Ok(seconds @ 1..) = u64::try_from(second(next) - second(at)) {
                add(self.line(at, &agent), seconds);
            }
            at = next;
        }
        Ok(())
    }

    fn line(&mut self, at: Timestamp, agent: &str) -> &mut AgentCounts {
        let begin = self.asked.calendar.begin(at).max(self.asked.from);
        self.lines.entry((begin, agent.to_owned())).or_default()
    }

    fn report(self) -> AgentReport {
        let mut total = AgentCounts::default();
        self.lines.values().for_each(|line| total.add(line));
        let lines = self.lines.into_iter();
        let lines = lines.map(|((from, agent), counts)| AgentLine { from, agent, counts });
        AgentReport { lines: lines.collect(), total }
    }
}

/// The second in which it is, counted since 1970.
fn second(at: Timestamp) -> i64 {
    at.as_microsecond().div_euclid(1_000_000)
}

impl AgentCounts {
    /// How long the agent was logged in: in all states together.
    #[must_use]
    pub fn staffed_s(&self) -> u64 {
        self.states.values().sum()
    }

    /// How long in this state, whatever the pause.
    #[must_use]
    pub fn state_s(&self, state: &str) -> u64 {
        let of = self.states.iter().filter(|((word, _), _)| word == state);
        of.map(|(_, seconds)| seconds).sum()
    }

    /// How many rings ended in this way.
    #[must_use]
    pub fn ring(&self, ended: &str) -> u64 {
        self.rings.get(ended).copied().unwrap_or(0)
    }

    fn add(&mut self, other: &Self) {
        for (state, seconds) in &other.states {
            *self.states.entry(state.clone()).or_default() += seconds;
        }
        self.held_s += other.held_s;
        for (ended, times) in &other.rings {
            *self.rings.entry(ended.clone()).or_default() += times;
        }
    }
}
