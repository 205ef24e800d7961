//! Raw counts of agents and of calls, by the quarter of an hour.
//!
//! `agent_quarters` has how many whole seconds an agent was logged in and in each state, and how often rings ended in which
//! way; `call_quarters` how many calls came and what became of them. Both are added to in the transaction that changes the
//! rows that are counted: a state when it is over, in each quarter that it has touched; a call when it comes, and by its outcome
//! when it ends, in the quarter in which it came. Its end counts once more where that was. So each sum is written twice, by
//! different events, and the two say when something does not [add up](crate::imbalance).

use crate::interval::{QUARTER, quarter_of};
use crate::store::{Store, ask};
use std::collections::BTreeMap;

/// The figure of `agent_quarters` that the seconds of all states add up to.
pub(crate) const LOGGED_IN: &str = "logged_in_s";
/// How long the agent had a caller on hold: a part of `talking_s`.
pub(crate) const HELD: &str = "held_s";
/// What the figures of rings begin with, before the way in which they ended.
pub(crate) const RINGS: &str = "rings_";
/// What the figures of states end with.
pub(crate) const SECONDS: &str = "_s";
/// Calls that came.
pub(crate) const OFFERED: &str = "offered";
/// Calls that ended, whenever they had come.
pub(crate) const ENDED: &str = "ended";

const OF_AGENT: &str = "
    INSERT INTO agent_quarters (quarter, agent, figure, pause, amount) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (quarter, agent, figure, pause) DO UPDATE SET amount = agent_quarters.amount + excluded.amount";
const OF_CALLS: &str = "
    INSERT INTO call_quarters (quarter, direction, figure, amount) VALUES ($1, $2, $3, $4)
    ON CONFLICT (quarter, direction, figure) DO UPDATE SET amount = call_quarters.amount + excluded.amount";

const SECOND: i64 = 1_000_000;
const LENGTH: i64 = QUARTER.as_secs() * SECOND;
/// Of what goes on for longer, as by a clock that was wrong, the last so many quarters are counted: some thirteen months.
const QUARTERS_MAX: i64 = 400 * 96;

/// What a transaction adds.
#[derive(Debug, Default)]
pub(crate) struct Amounts {
    agents: BTreeMap<(i64, String, String, String), i64>,
    calls: BTreeMap<(i64, String, String), i64>,
}

impl Amounts {
    /// An agent has spent this time (microseconds) with something.
    pub(crate) fn spent(
        &mut self,
        agent: &str,
        (figure, pause): (&str, &str),
        (from, to): (i64, i64),
    ) {
        for (quarter, seconds) in spread(from, to) {
            self.of_agent(quarter, agent, (figure, pause), seconds);
        }
    }

    /// A ring at an agent's has ended, `at` (microseconds).
    pub(crate) fn rang(&mut self, agent: &str, ended: &str, at: i64) {
        self.of_agent(quarter_of(at), agent, (&format!("{RINGS}{ended}"), ""), 1);
    }

    /// A call has come, or, with -1, has not come then as was thought.
    pub(crate) fn came(&mut self, direction: &str, offered_at: i64, by: i64) {
        self.of_calls(offered_at, direction, OFFERED, by);
    }

    /// What has become of a call that came then.
    pub(crate) fn became(&mut self, direction: &str, outcome: &str, offered_at: i64, by: i64) {
        self.of_calls(offered_at, direction, outcome, by);
    }

    /// A call has ended.
    pub(crate) fn ended(&mut self, direction: &str, ended_at: i64, by: i64) {
        self.of_calls(ended_at, direction, ENDED, by);
    }

    fn of_agent(&mut self, quarter: i64, agent: &str, (figure, pause): (&str, &str), amount: i64) {
        let key = (quarter, agent.to_owned(), figure.to_owned(), pause.to_owned());
        *self.agents.entry(key).or_default() += amount;
    }

    fn of_calls(&mut self, at: i64, direction: &str, figure: &str, amount: i64) {
        let key = (quarter_of(at), direction.to_owned(), figure.to_owned());
        *self.calls.entry(key).or_default() += amount;
    }

    /// Adds everything to the tables.
    pub(crate) async fn write(self, store: &mut Store) -> sqlx::Result<()> {
        for ((quarter, agent, figure, pause), amount) in self.agents {
            let add = ask(OF_AGENT).bind(quarter).bind(agent).bind(figure).bind(pause).bind(amount);
            add.execute(store).await?;
        }
        for ((quarter, direction, figure), amount) in self.calls {
            let add = ask(OF_CALLS).bind(quarter).bind(direction).bind(figure).bind(amount);
            add.execute(store).await?;
        }
        Ok(())
    }
}

/// The quarters that a time has touched, and how many whole seconds of it are in each. Times are cut to whole seconds before they
/// are subtracted, so that what follows each other without a gap adds up.
pub(crate) fn spread(from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
    let last = quarter_of(to);
    let first = quarter_of(from).max(last.saturating_sub(QUARTERS_MAX * LENGTH));
    let quarters = (0..).map(move |number| first + number * LENGTH);
    quarters.take_while(move |quarter| *quarter <= last).filter_map(move |quarter| {
        let (begin, end) = (from.max(quarter), to.min(quarter + LENGTH));
        let seconds = end.div_euclid(SECOND) - begin.div_euclid(SECOND);
        (seconds > 0).then_some((quarter, seconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_time_is_divided_into_has_as_many_seconds_as_the_whole() {
        let minute = 60 * SECOND;
        let spent = |from, to| spread(from, to).collect::<Vec<_>>();
        assert_eq!(spent(400_000, 14 * minute), [(0, 840)]);
        assert_eq!(
            spent(14 * minute + 1, 46 * minute - 1),
            [(0, 60), (LENGTH, 900), (2 * LENGTH, 900), (3 * LENGTH, 59),]
        );
        assert_eq!(spent(900_000, 1_000_000), [(0, 1)], "a second has begun");
        assert_eq!((spent(5, 5), spent(0, LENGTH)), (vec![], vec![(0, 900)]));
        let whole: i64 = spread(-7_300_000, 99 * minute + 3).map(|(_, seconds)| seconds).sum();
        let parts = [(-7_300_000, 11), (11, 44 * minute), (44 * minute, 99 * minute + 3)];
        let parts = parts.iter().flat_map(|(from, to)| spread(*from, *to));
        assert_eq!(parts.map(|(_, seconds)| seconds).sum::<i64>(), whole);
    }

    #[test]
    fn a_clock_that_was_wrong_by_centuries_is_no_work_for_centuries() {
        let quarters = spread(i64::MIN / 2, i64::MAX / 2);
        assert_eq!(i64::try_from(quarters.count()).unwrap(), QUARTERS_MAX + 1);
    }
}
