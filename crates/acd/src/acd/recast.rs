//! Another configuration for a centre at work.
//!
//! What is a fact stays (who waits since when, who talks, what rings, what an agent has done today); what follows
//! from facts and configuration (lines, scores, who may take what, deadlines of the wait) is made anew from them. What
//! was due is done first, by the rules under which it was; then the new ones hold, and whoever can be brought together
//! by them is, before [`Acd::recast`] returns.

use super::Acd;
use crate::agenda::Due;
use crate::callers::Place;
use crate::classes::Classes;
use crate::{Config, Output, Strategy};
use clock::Moment;

impl Acd {
    /// The centre has another configuration from now on; drain the outputs as after an input.
    ///
    /// Ids keep their meaning. Agents and queues that were there are still there, in the places of their ids; new ones
    /// come behind them. Who is not to be there any more is an agent of no queues, or a queue that nobody serves. A
    /// queue's [`needs`](crate::QueueConfig::needs) keep their places likewise, and the ids of skills and of reasons to
    /// pause what they name. Where debug assertions are on, a list that has lost somebody is a panic.
    ///
    /// - Who waits stays, in the same queue, with the same arrival, whatever the new limits; refusals are remembered,
    ///   and a call that is kept for an agent stays so while that agent may take it. Priority, ageing, skills and
    ///   tiers count from the same moments as before by the new rules, and what is due by them is due at once.
    /// - Agents stay as they are: what they have said, what they are doing and until when, and what is counted of them.
    ///   A queue left by hand is left as long as it is theirs.
    /// - What rings rings, also at an agent who would not be rung any more. If it comes to nothing, the new rules hold.
    /// - Conversations go on, also more of them than there is room for now. After-call work that is on ends when it
    ///   was to.
    /// - A condition goes on that stays in its queue's list; a new one counts from the callers' beginning.
    /// - What was learned of a queue, decisions, counts and chance go on; [`Config::seed`] does not count.
    ///
    /// Its effort goes with agents, callers, and their queues.
    pub fn recast(&mut self, now: Moment, config: Config) {
        debug_assert!(self.keeps_all(&config), "who was there is still there");
        self.handle_timeout(now);
        let classes = Classes::new(&config);
        let changed_lists = self.recast_conditions(now, &config);
        let changed_states = self.staff.recast(now, &config, &classes);
        self.callers.recast(now, &config, &self.classes, &classes);
        self.outlook.recast(&config);
        self.classes = classes;
        self.decisions_log_max = config.decisions_log_max;
        self.decisions.drain(..self.decisions.len().saturating_sub(config.decisions_log_max));
        let told = changed_states.into_iter().map(|(agent, state)| Output::AgentNow(agent, state));
        self.outputs.extend(told);
        self.recast_deadlines();
        self.release_those_kept_for_nobody();
        changed_lists.into_iter().for_each(|queue| self.mark_all(queue));
        self.bring_all_together(now);
        for queue in self.callers.queues().collect::<Vec<_>>() {
            self.look_at_agents(now, queue);
        }
        self.look_at_conditions(now);
        self.assert_invariants();
    }

    /// When calls need less, and which are rung at further phones as time passes.
    fn recast_deadlines(&mut self) {
        let Self { callers, classes, agenda, .. } = self;
        agenda.relax_anew(callers.iter().filter_map(|(call, caller)| {
            Some((classes.relaxes(caller.turn.class, caller.joined)?, call))
        }));
        for (call, caller) in callers.iter() {
            let strategy = callers.queue_config(caller.turn.queue).map(|config| config.strategy);
            let goes_on = matches!(strategy, Some(Strategy::Progressive { .. }));
            let waits = callers.place(call).is_some_and(Place::is_waiting);
            if !waits && !goes_on {
                agenda.clear(Due::OneMore(call));
            }
        }
    }

    fn release_those_kept_for_nobody(&mut self) {
        let kept = self.callers.iter().filter_map(|(call, _)| match self.callers.place(call)? {
            Place::HeldFor(agent) => Some((call, agent)),
            Place::Coming | Place::InLine | Place::Ringing | Place::RingingMore => None,
        });
        for (call, agent) in kept.collect::<Vec<_>>() {
            if !self.may_keep(agent, call) {
                self.release(call);
            }
        }
    }

    /// Whether who is there will still be.
    fn keeps_all(&self, config: &Config) -> bool {
        let queues = self.callers.queues().all(|id| config.queues.iter().any(|it| it.id == id));
        let needs = config.queues.iter().all(|new| {
            let old = self.callers.queue_config(new.id);
            old.is_none_or(|old| new.needs.len() >= old.needs.len())
        });
        queues && needs && config.agents.len() >= self.staff.iter().count()
    }
}
