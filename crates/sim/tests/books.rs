//! Whatever happens on a day, the reports of its ledger add up.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking as well")]

use clock::WallTime;
use events::{AgentEvent, CallEvent, Event, What};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ledger::{
    AgentsAsked, Calendar, Every, Ledger, Place, QueuesAsked, agent_report, imbalance, queue_report,
};
use sim::Day;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Builder;

/// A day is written in a few seconds.
const SEEDS: u64 = 5;
const PATIENCE: Duration = Duration::from_secs(120);

/// From the quarter of the first event to the day after the last one.
fn span(events: &[Event]) -> (Timestamp, Timestamp) {
    let at = |at: WallTime| Timestamp::from_microsecond(at.as_micros()).unwrap();
    let first = events.iter().map(|event| at(event.at)).min().unwrap();
    let last = events.iter().map(|event| at(event.at)).max().unwrap();
    let quarters = Calendar { every: Every::Quarter, zone: TimeZone::UTC };
    let days = Calendar { every: Every::Day, zone: TimeZone::UTC };
    (quarters.begin(first), days.next(last))
}

/// How often somebody came to a queue.
fn offered(events: &[Event]) -> u64 {
    let comes = |event: &&Event| {
        let What::Call(_, happened) = &event.what else { return false };
        matches!(
            happened,
            CallEvent::Queued { .. }
                | CallEvent::QueueFull { .. }
                | CallEvent::SentOn { entered: false, .. }
                | CallEvent::FoundClosed { entered: false, .. }
        )
    };
    events.iter().filter(comes).count().try_into().unwrap()
}

/// How many whole seconds each agent was logged in, from one state to the next; whoever is so at the end, until `to`.
fn staffed(events: &[Event], to: Timestamp) -> BTreeMap<String, u64> {
    let mut since: BTreeMap<String, i64> = BTreeMap::new();
    let mut staffed: BTreeMap<String, u64> = BTreeMap::new();
    for event in events {
        let What::Agent(agent, AgentEvent::State { state, .. }) = &event.what else { continue };
        let now = event.at.as_micros().div_euclid(1_000_000);
        if let Some(since) = since.remove(&**agent) {
            *staffed.entry(agent.to_string()).or_default() +=
                u64::try_from(now - since).unwrap_or(0);
        }
        if *state != "logged_out" {
            since.insert(agent.to_string(), now);
        }
    }
    for (agent, since) in since {
        *staffed.entry(agent).or_default() += u64::try_from(to.as_second() - since).unwrap_or(0);
    }
    staffed.retain(|_, seconds| *seconds > 0);
    staffed
}

#[test]
fn whatever_happens_on_a_day_the_reports_of_its_ledger_add_up() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    for seed in 0..SEEDS {
        let (_, events) = sim::told(&Day::of_seed(seed));
        let (from, to) = span(&events);
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (ledger, _) = runtime.block_on(Ledger::open(&place)).unwrap();
        let (writer, thread) = ledger.writer(|_| ()).unwrap();
        for event in events.clone() {
            writer.try_send(event).unwrap();
        }
        thread.finish(PATIENCE).unwrap();

        let report = |every| {
            let calendar = Calendar { every, zone: TimeZone::get("Europe/Stockholm").unwrap() };
            let within = Duration::from_secs(20);
            let asked = QueuesAsked { from, to, calendar, queue: None, within };
            runtime.block_on(queue_report(&place, asked)).unwrap()
        };
        let quarters = report(Every::Quarter);
        assert!(quarters.lines.iter().all(|line| line.counts.add_up()), "seed {seed}");
        assert_eq!(quarters.total.offered, offered(&events), "seed {seed}");
        // Everybody has gone home.
        assert_eq!((quarters.total.waiting, quarters.total.waiting_at_end), (0, 0), "seed {seed}");
        for every in [Every::Hour, Every::Day, Every::Week] {
            assert_eq!(report(every).total, quarters.total, "seed {seed} {every:?}");
        }
        let off = runtime.block_on(imbalance(&place, from)).unwrap();
        assert!(off.is_none(), "seed {seed}: {off:?}");

        let calendar = Calendar { every: Every::Quarter, zone: TimeZone::UTC };
        let asked = AgentsAsked { from, to, now: to, calendar, agent: None };
        let agents = runtime.block_on(agent_report(&place, asked)).unwrap();
        let mut by_agent: BTreeMap<String, u64> = BTreeMap::new();
        for line in &agents.lines {
            if line.counts.staffed_s() > 0 {
                *by_agent.entry(line.agent.clone()).or_default() += line.counts.staffed_s();
            }
        }
        assert!(!by_agent.is_empty(), "seed {seed}");
        assert_eq!(by_agent, staffed(&events, to), "seed {seed}");
    }
}
