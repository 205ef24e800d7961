//! What of agents outlives the process: who is logged in, pauses, is away from a queue, does after-call work, or has
//! missed too many rings.
//!
//! Whatever input has changed it, what holds of an agent is compared with what the ledger has when the input is done,
//! and handed over where it is something else. A start takes it on before it hears of any phone.

use crate::after_call::Work;
use crate::desk::{DeskTimer, Said};
use crate::engine::Engine;
use crate::io::Output;
use crate::pausing::{PauseLength, PauseOn};
use crate::way_out::Right;
use acd::{Recalled, VainRings};
use clock::{Duration, Moment, WallTime};
use dialplan::Returns;
use events::{SavedDesk, SavedPause, SavedWrapUp};
use ids::{AgentId, CallId};

impl Engine {
    /// Hands over what has changed of the agents whom the last input was about.
    pub(crate) fn save_desks(&mut self, now: Moment) {
        while let Some(agent) = self.desks.touched.pop_first() {
            let Some(is) = self.desk_to_save(now, agent) else { continue };
            let Some(desk) = self.desks.get_mut(agent) else { continue };
            let is_same = |was: &SavedDesk| SavedDesk { at: is.at, ..was.clone() } == is;
            if !desk.saved.as_ref().is_some_and(is_same) {
                desk.saved = Some(is.clone());
                self.output(Output::Desk(Box::new(is)));
            }
        }
    }

    /// The clock has been set on by so many microseconds, or back: whatever the ledger knows the time of by the clock as it was, it is told by the clock as it is. The
    /// next start has no other to reckon by.
    pub(crate) fn tell_times_anew(&mut self, by: i64) {
        let agents: Vec<AgentId> = self.desks.all().collect();
        agents.into_iter().for_each(|agent| self.desks.touch(agent));
        let calls = self.calls.ids().into_iter().chain(self.directs.ids());
        calls.for_each(|call| self.touch_call(call));
        self.reckon_interrupted(by);
        self.registrar.save_again();
    }

    fn desk_to_save(&self, now: Moment, agent: AgentId) -> Option<SavedDesk> {
        let desk = self.desks.get(agent)?;
        let Recalled { vain, calls_today, wrap_up_until } = self.acd.to_recall(agent)?;
        let micros = |moment: Moment| self.journal.wall(moment).as_micros();
        let pause = self.acd.pause_of(agent).map(|pause| {
            let on = desk.pause.filter(|on| on.pause == pause);
            SavedPause {
                pause: self.plan.pause(pause).name.clone(),
                began: on.is_some(),
                max_at: self.desks.timers.of(&DeskTimer::PauseMax(agent)).map(micros),
                too_long: on.is_some_and(|on| on.length == PauseLength::TooLong),
            }
        });
        let work = wrap_up_until.zip(desk.after_call.work());
        let wrap_up = work.map(|(until, (work, filed))| SavedWrapUp {
            call: work.call.0,
            queue: self.plan.queue(work.queue).name.clone(),
            began: micros(work.began),
            due: micros(work.due),
            until: micros(until),
            filed,
        });
        let away_from = self.acd.away_from(agent).map(|queue| self.plan.queue(queue).name.clone());
        let VainRings { missed, declined, busy, unreachable } = vain;
        Some(SavedDesk {
            account: self.plan.agent(agent).account.clone(),
            at: micros(now),
            logged_in: self.acd.is_logged_in(agent),
            by_hand: desk.said.is_some(),
            pause,
            away_from: away_from.collect(),
            wrap_up,
            vain: [missed, declined, busy, unreachable],
            returns_at: self.desks.timers.of(&DeskTimer::Return(agent)).map(micros),
            calls_today,
            calls_out: self.calls_out_of(now, agent),
        })
    }

    /// What the clock showed when the agent has called out in the last hour.
    fn calls_out_of(&self, now: Moment, agent: AgentId) -> Vec<i64> {
        let right = Right::Agent(agent);
        let made = self.calls_out.counting(now, &right);
        made.map(|at| to_the_second(self.journal.wall(at).as_micros())).collect()
    }

    /// What earlier runs have left of agents. Whom the plan has no more is left out.
    pub(crate) fn recall_desks(&mut self, now: Moment, saved: Vec<SavedDesk>) {
        for saved in saved {
            if let Some(agent) = self.plan.agent_of(&saved.account) {
                self.recall_desk(now, agent, &saved);
                if let Some(desk) = self.desks.get_mut(agent) {
                    desk.saved = Some(saved);
                }
                self.desks.touch(agent);
            }
        }
    }

    fn recall_desk(&mut self, now: Moment, agent: AgentId, saved: &SavedDesk) {
        let wall = self.journal.wall(now);
        let was = self.plan.local(WallTime::from_micros(saved.at));
        let is_today = was.date() == self.plan.local(wall).date();
        let calls_today = if is_today { saved.calls_today } else { 0 };
        let mut recalled = Recalled { calls_today, ..Recalled::default() };
        // A shift that has begun or ended since has the last word.
        let shift = self.plan.agent(agent).shift;
        let hours = shift.and_then(|shift| self.plan.shifts.get(shift.index()));
        let still =
            hours.is_none_or(|hours| hours.is_the_same_all_the_while(was, self.plan.local(wall)));
        if still {
            if let Some(desk) = self.desks.get_mut(agent) {
                let said = if saved.logged_in { Said::In } else { Said::Out };
                desk.said = saved.by_hand.then_some(said);
            }
            if saved.logged_in {
                self.acd.handle(now, acd::Input::LoggedIn(agent));
                self.recall_pause(now, agent, saved.pause.as_ref());
                recalled.wrap_up_until = self.recall_wrap_up(now, agent, saved.wrap_up.as_ref());
                if let Some(desk) = self.desks.get_mut(agent) {
                    // Who was taken out is so still, and was told of then; who was not is ready as soon as a phone is.
                    desk.is_out = saved.vain != [0; 4];
                }
                let [missed, declined, busy, unreachable] = saved.vain;
                recalled.vain = VainRings { missed, declined, busy, unreachable };
                self.recall_return(now, agent, saved.returns_at);
            }
        }
        for at in &saved.calls_out {
            let at = self.moment(now, *at).min(now);
            self.calls_out.recall(at, Right::Agent(agent));
        }
        for queue in saved.away_from.iter().filter(|_| still) {
            if let Some(queue) = self.plan.queue_of(queue) {
                self.acd.handle(now, acd::Input::LeftQueue(agent, queue));
            }
        }
        self.acd.handle(now, acd::Input::Recalled(agent, recalled));
    }

    /// The pause goes on, and has not begun anew.
    fn recall_pause(&mut self, now: Moment, agent: AgentId, saved: Option<&SavedPause>) {
        let Some(saved) = saved else { return };
        let Some(pause) = self.plan.pause_of(&saved.pause) else { return };
        self.acd.handle(now, acd::Input::Paused(agent, pause));
        if !saved.began {
            return;
        }
        let length = if saved.too_long { PauseLength::TooLong } else { PauseLength::Within };
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.pause = Some(PauseOn { pause, length });
        }
        // However far ahead the clock was that has written this.
        if let Some((at, limit)) = saved.max_at.zip(self.plan.pause(pause).limit) {
            let at = self.moment(now, at).min(now + limit.max);
            self.desks.timers.set(DeskTimer::PauseMax(agent), at);
        }
    }

    /// Who was taken out comes back when they would have.
    fn recall_return(&mut self, now: Moment, agent: AgentId, at: Option<i64>) {
        let Returns { missed, declined, busy, unreachable } = self.plan.agent(agent).returns;
        let longest = [missed, declined, busy, unreachable].into_iter().flatten().max();
        // However far ahead the clock was that has written this.
        if let Some((at, longest)) = at.zip(longest) {
            let at = self.moment(now, at).min(now + longest);
            self.desks.timers.set(DeskTimer::Return(agent), at);
        }
    }

    /// The work goes on until it is due, unless it would be over by now. Says until when.
    fn recall_wrap_up(
        &mut self,
        now: Moment,
        agent: AgentId,
        saved: Option<&SavedWrapUp>,
    ) -> Option<Moment> {
        let saved = saved?;
        let queue = self.plan.queue_of(&saved.queue)?;
        // However far ahead the clock was that has written this.
        let of_agent = self.plan.agent(agent).wrap_up.unwrap_or(Duration::ZERO);
        let longest = self.plan.queue(queue).wrap_up_max.max(of_agent);
        let longest = longest.max(self.plan.queue(queue).wrap_up);
        let until = self.moment(now, saved.until).min(now + longest);
        let began = self.moment(now, saved.began).min(now);
        let due = self.moment(now, saved.due).min(now + longest);
        if until <= now {
            return None;
        }
        let work = Work { call: CallId(saved.call), queue, began, due };
        let desk = self.desks.get_mut(agent)?;
        desk.after_call.goes_on(work, saved.filed);
        Some(until)
    }

    /// When the wall clock showed this, or will.
    pub(crate) fn moment(&self, now: Moment, micros: i64) -> Moment {
        let from_now = micros.saturating_sub(self.journal.wall(now).as_micros());
        let length = Duration::from_micros(from_now.unsigned_abs());
        if from_now < 0 { now - length } else { now + length }
    }
}

/// A moment that is told again after the clock has been looked at is the same one.
fn to_the_second(micros: i64) -> i64 {
    micros - micros.rem_euclid(1_000_000)
}
