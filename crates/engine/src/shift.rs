//! Shifts: agents come to work and go home by the clock.
//!
//! What somebody says by hand counts until the clock says the next thing: who goes within a shift
//! stays away until one begins again, and who comes outside of it stays until the next one ends.

use crate::desk::DeskTimer;
use crate::engine::Engine;
use clock::{Duration, Moment, WallTime};
use dialplan::{Plan, ShiftId};
use ids::AgentId;

/// Whether a shift is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shift {
    On,
    Off,
}

/// What is known of each shift of the plan; empty before the first look at the clock.
#[derive(Debug, Default)]
pub(crate) struct Shifts(Vec<Shift>);

/// Spans of shifts and hours begin and end on whole minutes.
const MINUTE: Duration = Duration::from_secs(60);

impl Engine {
    /// Looks at the clock: who comes, and who goes.
    pub(crate) fn look_at_shifts(&mut self, now: Moment) {
        if self.plan.shifts.is_empty() {
            return;
        }
        let wall = self.journal.wall(now);
        let local = self.plan.local(wall);
        let is_on = |shift: &dialplan::Hours| match shift.open_at(local) {
            true => Shift::On,
            false => Shift::Off,
        };
        let is: Vec<_> = self.plan.shifts.iter().map(is_on).collect();
        let was = std::mem::replace(&mut self.desks.shifts, Shifts(is.clone()));
        // At the start of the engine everybody comes as phones are heard of.
        for ((shift, was), is) in (0..).map(ShiftId).zip(was.0).zip(is) {
            match (was, is) {
                (Shift::Off, Shift::On) => self.shift_begins(now, shift),
                (Shift::On, Shift::Off) => self.shift_ends(now, shift),
                (Shift::On, Shift::On) | (Shift::Off, Shift::Off) => {}
            }
        }
        self.desks.timers.set(DeskTimer::Shifts, now + until_minute(wall));
    }

    /// Those whose phones are there are at work.
    fn shift_begins(&mut self, now: Moment, shift: ShiftId) {
        for agent in of_shift(&self.plan, shift) {
            self.desks.unsay(agent);
            if self.acd.is_reachable(agent) && !self.acd.is_logged_in(agent) {
                self.comes(now, agent);
            }
        }
    }

    /// Those who are at work go home, after the conversation that is on.
    fn shift_ends(&mut self, now: Moment, shift: ShiftId) {
        for agent in of_shift(&self.plan, shift) {
            self.desks.unsay(agent);
            if self.acd.is_logged_in(agent) {
                self.goes(now, agent);
            }
        }
    }

    /// Whether the clock lets the agent come to work by the registration of a phone.
    pub(crate) fn is_on_shift(&self, agent: AgentId) -> bool {
        let Some(shift) = self.plan.agent(agent).shift else { return true };
        self.desks.shifts.0.get(shift.index()) == Some(&Shift::On)
    }
}

/// How long until the next whole minute.
pub(crate) fn until_minute(wall: WallTime) -> Duration {
    let into = wall.as_micros().rem_euclid(60_000_000);
    MINUTE - Duration::from_micros(u64::try_from(into).unwrap_or(0))
}

fn of_shift(plan: &Plan, shift: ShiftId) -> Vec<AgentId> {
    let agents = (0..).map(AgentId).zip(&plan.agents);
    agents.filter(|(_, agent)| agent.shift == Some(shift)).map(|(id, _)| id).collect()
}
