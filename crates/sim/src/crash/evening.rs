//! What the ledger says when such a day is over: each call has one end, each promise one, and the counts add up.

use super::disk::Known;
use crate::world::World;
use clock::WallTime;
use ids::CallId;
use jiff::Timestamp;
use ledger::{
    AgentCounts, AgentsAsked, Calendar, Counts, Every, Filter, Place, QueuesAsked,
    SHORT_ABANDON_MAX, agent_report, queue_report,
};
use snapshot::{AgentNow, AgentToday, QueueNow, QueueToday};
use std::fmt::Debug;

/// No day has more calls.
const CALLS_MAX: u32 = 10_000;
/// What the ledger itself says of a call that was on when the process died.
const CLOSED_AT_A_START: &str = "the engine stopped while the call was on";
const READS: &str = "what was written can be read";

impl World {
    /// Looks through what the processes of the day have left.
    pub(crate) fn evening(&mut self) {
        let Some(crashing) = &mut self.crashing else { return };
        crashing.disk.end();
        let disk = &crashing.disk;
        let read = disk.runtime().block_on(each_has_one_end(disk.place(), disk.known()));
        self.insist(read);
        let shown = self.the_screen_says_what_the_reports_say();
        self.insist(shown);
        let called = self.nobody_is_called_oftener_than_is_written();
        self.insist(called);
    }

    /// However often the process has died on the day.
    fn the_screen_says_what_the_reports_say(&self) -> Result<(), String> {
        let Some(crashing) = &self.crashing else { return Ok(()) };
        // By the clock as the process has read it last.
        let snapshot = self.engine.snapshot(self.engine_now());
        let now = WallTime::from_micros(snapshot.at.as_microsecond());
        let (began, ends) = self.plan.day_of(now).unwrap_or_default();
        let at = |wall: WallTime| Timestamp::from_microsecond(wall.as_micros()).expect(READS);
        let calendar = Calendar { every: Every::Day, zone: self.plan.timezone.clone() };
        let (from, to) = (at(began), at(ends));
        let queues = QueuesAsked {
            from,
            to,
            calendar: calendar.clone(),
            queue: None,
            within: SHORT_ABANDON_MAX,
        };
        let agents = AgentsAsked { from, to, now: at(now), calendar, agent: None };
        let (runtime, place) = (crashing.disk.runtime(), crashing.disk.place());
        let queues = runtime.block_on(queue_report(place, queues)).expect(READS);
        let agents = runtime.block_on(agent_report(place, agents)).expect(READS);
        for QueueNow { id, today, .. } in &snapshot.queues {
            let line = queues.lines.iter().find(|line| *line.queue == **id);
            let told = line.map(|line| of_queue(&line.counts)).unwrap_or_default();
            same(id, &told, today)?;
        }
        for AgentNow { id, today, .. } in &snapshot.agents {
            let line = agents.lines.iter().find(|line| *line.agent == **id);
            let told = line.map(|line| of_agent(&line.counts)).unwrap_or_default();
            same(id, &told, today)?;
        }
        Ok(())
    }

    fn nobody_is_called_oftener_than_is_written(&self) -> Result<(), String> {
        let Some(crashing) = &self.crashing else { return Ok(()) };
        let attempts = &crashing.disk.known().attempts;
        let is_oftener = |(number, times): &(&String, &u32)| {
            attempts.get(*number).is_none_or(|attempts| attempts < times)
        };
        match self.rung.iter().find(is_oftener) {
            Some((number, times)) => Err(format!(
                "{number} rang {times} times, and {:?} are written",
                attempts.get(number)
            )),
            None => Ok(()),
        }
    }
}

fn same<T: PartialEq + Debug>(whose: &str, told: &T, shown: &T) -> Result<(), String> {
    let broken = || format!("{whose}: the screen shows {shown:?} and the report says {told:?}");
    if told == shown { Ok(()) } else { Err(broken()) }
}

/// A line of the report, as it is shown.
const fn of_queue(counts: &Counts) -> QueueToday {
    QueueToday {
        offered: counts.offered,
        answered: counts.answered,
        abandoned: counts.abandoned,
        short_abandoned: counts.short_abandoned,
        timed_out: counts.timed_out,
        overflowed: counts.overflowed,
        callback: counts.callback,
        key: counts.key,
        closed: counts.closed,
        moved: counts.moved,
        withdrawn: counts.withdrawn,
        interrupted: counts.interrupted,
        waiting: counts.waiting,
    }
}

fn of_agent(counts: &AgentCounts) -> AgentToday {
    AgentToday {
        handled: counts.ring("accepted"),
        staffed_s: counts.staffed_s(),
        ready_s: counts.state_s("ready"),
        ringing_s: counts.state_s("ringing"),
        talking_s: counts.state_s("talking"),
        wrap_up_s: counts.state_s("wrap_up"),
        paused_s: counts.state_s("paused"),
    }
}

/// A row that is open when a process dies is closed by the next, or by what becomes of the call then; not by both.
async fn each_has_one_end(place: &Place, known: &Known) -> Result<(), String> {
    for call in ledger::list(place, Filter::last(CALLS_MAX)).await.expect(READS) {
        let told = known.ends.get(&CallId(call.id)).copied().unwrap_or(0);
        let is_closed_at_a_start = call.cause.as_deref() == Some(CLOSED_AT_A_START);
        let ends = told + u32::from(is_closed_at_a_start);
        if ends != 1 || call.outcome.is_none() || call.ended_at.is_none() {
            return Err(format!("call {} has {ends} ends: {call:?}", call.id));
        }
    }
    for callback in ledger::callbacks(place).await.expect(READS) {
        let overs = known.overs.get(&CallId(callback.id)).copied().unwrap_or(0);
        if overs != 1 || callback.outcome.is_none() {
            return Err(format!("a callback is over {overs} times: {callback:?}"));
        }
    }
    let off = ledger::imbalance(place, Timestamp::UNIX_EPOCH).await.expect(READS);
    if off.is_none() { Ok(()) } else { Err(format!("the counts do not add up: {off:?}")) }
}
