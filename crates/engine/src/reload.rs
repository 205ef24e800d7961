//! Another plan while calls are on. What has the same name has the same id in both (see
//! [`dialplan::Plan::check_after`]), so that everything the engine knows goes on meaning what it meant.
//!
//! Whom to ring and when, hours, shifts and phones follow the new plan at once. Callers go on through the plan they came
//! by as far as the next queue: a key means what was said of it. What is not in the text any more is there for those who
//! are in it, and for nobody else.

use crate::clips::Clips;
use crate::direct::Party;
use crate::engine::Engine;
use crate::forecast::Forecasts;
use crate::io::Output;
use clock::Moment;
use dialplan::{LogIn, Plan};
use events::{By, CommandEvent, Subject, What};
use ids::{AgentId, TicketId};
use std::sync::Arc;

/// A plan, with its recordings, that takes the place of the one before.
#[derive(Debug)]
pub struct Edition {
    /// Which since the first start of the site, counted from 1.
    pub number: u64,
    /// The plan. It follows the one before.
    pub plan: Arc<Plan>,
    /// The recordings of its phrases.
    pub clips: Clips,
}

impl Engine {
    /// The plan is this one from here on.
    pub(crate) fn reload(&mut self, now: Moment, ticket: TicketId, by: By, next: Edition) {
        let Edition { number, plan, clips } = next;
        // What is due, and what comes of those who go, is told by the plan that it happens under.
        self.acd.handle_timeout(now);
        let going: Vec<AgentId> =
            plan.gone.agents.difference(&self.plan.gone.agents).copied().collect();
        for agent in going {
            self.has_gone(now, agent);
        }
        self.settle(now);
        self.walked = Arc::new(plan.without_lists());
        let before = std::mem::replace(&mut self.plan, plan);
        self.clips = clips;
        let event =
            CommandEvent::Obeyed { by, command: "reload", with: Some(format!("edition {number}")) };
        let seq = self.record(now, What::Command(Subject::Plan, Box::new(event)));
        self.desks.follow(now, &self.plan);
        self.forecasts = Forecasts::of(self.plan.queues.len());
        self.look_ups.forget();
        self.follow_plan();
        self.acd.recast(now, crate::desk::acd_config(&self.plan, &self.config.seed));
        self.registrar.set_accounts(crate::outside::accounts(&self.plan));
        self.settle(now);
        self.follow_supervisors(now);
        self.look_at_shifts(now);
        self.change_shifts(now, &before);
        self.look_at_openings(now);
        self.follow_clock(now);
        self.output(Output::Obeyed { ticket, seq, result: Ok(()) });
    }

    /// Callers go on by it from the next queue on.
    fn follow_plan(&mut self) {
        for call in self.calls.iter_mut() {
            call.visit.follow(Arc::clone(&self.walked));
        }
        for call in self.directs.iter_mut() {
            if let Party::Visitor(visitor) = &mut call.party {
                visitor.visit.follow(Arc::clone(&self.walked));
            }
        }
    }

    /// The agent is not in the plan any more. A conversation that is on goes on.
    fn has_gone(&mut self, now: Moment, agent: AgentId) {
        if self.acd.is_logged_in(agent) {
            self.goes(now, agent);
        }
        self.acd.handle(now, acd::Input::Unreachable(agent));
    }

    /// Who works in another shift than before comes or goes by it.
    fn change_shifts(&mut self, now: Moment, before: &Plan) {
        let agents = (0..).map(AgentId).zip(&before.agents).zip(&self.plan.agents);
        let changed = agents.filter(|((_, was), is)| was.shift != is.shift);
        let changed = changed.map(|((id, _), _)| id);
        let changed: Vec<AgentId> =
            changed.filter(|agent| !self.plan.gone.agents.contains(agent)).collect();
        for agent in changed {
            let comes_by_clock = self.plan.agent(agent).log_in == LogIn::Registration;
            match (self.is_on_shift(agent), self.acd.is_logged_in(agent)) {
                (true, false) if comes_by_clock && self.acd.is_reachable(agent) => {
                    self.desks.unsay(agent);
                    self.comes(now, agent);
                }
                (false, true) => {
                    self.desks.unsay(agent);
                    self.goes(now, agent);
                }
                (true, _) | (false, false) => {}
            }
        }
    }
}
