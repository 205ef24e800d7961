//! Bringing calls and agents together.
//!
//! Between two inputs no call waits that an agent might take who can be rung. So after an input only those calls
//! and agents have to be looked at that it has *stirred*: calls that are in line, new or again, or that
//! want one more agent, and agents who can be rung since. Mostly that is one of either.

mod everybody;

use super::Acd;
use crate::agenda::Due;
use crate::agent::Agent;
use crate::callers::{Caller, Place};
use crate::line::Line;
use crate::talks::Owed;
use crate::turn::{Rank, Turn};
use crate::{Kind, Output, Rival, Rule, Strategy};
use clock::{Duration, Moment};
use ids::{AgentId, CallId};

/// Whom the last input has given something to seek.
#[derive(Clone, Debug, Default)]
pub(super) struct Stirred {
    calls: Vec<CallId>,
    agents: Vec<AgentId>,
}

impl Acd {
    /// Changes facts about an agent, and tells what came of it.
    pub(super) fn update(&mut self, now: Moment, agent: AgentId, facts: impl FnOnce(&mut Agent)) {
        let Some(change) = self.staff.update(now, agent, facts) else { return };
        if let Some(Owed { call, queue, length }) = change.wrap_up {
            let until = now + length;
            self.agenda.set(Due::WrapUp(agent), until);
            self.outputs.push_back(Output::WrapUpStarted { agent, call, queue, until });
        }
        if change.after != change.before {
            self.outputs.push_back(Output::AgentNow(agent, change.after));
        }
        if change.opened {
            self.stir_agent(agent);
        }
        if change.left_duty {
            self.release_all(agent);
            self.let_last_ones_in();
        }
    }

    /// A call may ring at the agent.
    pub(super) fn stir_agent(&mut self, agent: AgentId) {
        self.stirred.agents.push(agent);
    }

    /// The call may want an agent.
    pub(super) fn stir_call(&mut self, call: CallId) {
        self.stirred.calls.push(call);
    }

    /// Somebody went off duty, who may have been the last hope of calls that others refused. Rare
    /// enough to ask every ready agent.
    pub(super) fn let_last_ones_in(&mut self) {
        if self.staff.iter().any(|agent| !agent.barred_from.is_empty()) {
            self.stirred.agents.extend(self.staff.all_ready());
        }
    }

    /// The pause between a call and an agent is over.
    pub(super) fn unbar(&mut self, call: CallId, agent: AgentId) {
        self.callers.unbar(call, agent);
        self.staff.update_bars(agent, |calls| calls.remove(&call));
        self.agenda.clear(Due::Unbar(call, agent));
        self.stir_agent(agent);
    }

    /// It is time to ring one more agent for a call that nobody has answered yet.
    pub(super) fn ring_one_more(&mut self, call: CallId) {
        if self.callers.place(call) == Some(Place::Ringing) {
            self.callers.go(call, Place::RingingMore);
            self.stir_call(call);
        }
    }

    /// Makes every match that the last input allows: the call with the highest score first, and for
    /// it the agent whom its queue chooses.
    pub(super) fn bring_together(&mut self, now: Moment) {
        self.forget_idle_stirs();
        match (&self.stirred.calls[..], &self.stirred.agents[..]) {
            ([], []) => {}
            ([call], []) => {
                let call = *call;
                // Whoever finds an agent needs no line.
                while self.seek_agent(now, call) {}
                self.callers.stand(call);
            }
            ([], [agent]) => {
                let agent = *agent;
                // Mostly there is a call, and the agent need not be put in order first.
                self.seek_call(now, agent);
                self.staff.stand(agent);
            }
            _ => {
                self.all_stirred_stand();
                while self.seek_any(now) {}
            }
        }
        // Their room is kept.
        self.stirred.calls.clear();
        self.stirred.agents.clear();
    }

    /// Whoever has been given something to seek can be sought too from now on.
    fn all_stirred_stand(&mut self) {
        let Self { stirred, staff, callers, .. } = self;
        stirred.agents.iter().for_each(|agent| staff.stand(*agent));
        stirred.calls.iter().for_each(|call| callers.stand(*call));
    }

    /// Leaves out what has been stirred and seeks nothing.
    fn forget_idle_stirs(&mut self) {
        let Self { stirred, staff, callers, .. } = self;
        stirred.agents.retain(|id| staff.get(*id).is_some_and(Agent::can_be_rung));
        stirred.calls.retain(|call| callers.place(*call).is_some_and(Place::is_seeking));
    }

    /// Several have been stirred: makes the first match of all. Answers whether there was one.
    fn seek_any(&mut self, now: Moment) -> bool {
        let Stirred { calls, agents } = self.stirred.clone();
        let mut best: Option<(Rank, CallId)> = None;
        for call in calls {
            let Some(rank) = self.callers.get(call).map(|caller| caller.turn.rank(now)) else {
                continue;
            };
            if best.is_none_or(|(first, _)| rank < first) && self.choose(now, call).is_some() {
                best = Some((rank, call));
            }
        }
        for agent in agents.into_iter().filter_map(|agent| self.staff.get(agent)) {
            if agent.can_be_rung()
                && let Some(turn) = self.heads_for(now, agent).first()
                && best.is_none_or(|(first, _)| turn.rank(now) < first)
            {
                best = Some((turn.rank(now), turn.call));
            }
        }
        let Some((_, call)) = best else { return false };
        match self.callers.place(call).zip(self.callers.get(call).map(|caller| caller.turn)) {
            Some((Place::HeldFor(agent), turn)) => self.reserve(now, turn, agent, Rule::KeptFor),
            _ => drop(self.seek_agent(now, call)),
        }
        true
    }

    /// Rings one agent for a call that wants one: whom the queue's strategy chooses. Answers whether
    /// anybody was.
    fn seek_agent(&mut self, now: Moment, call: CallId) -> bool {
        let Some(choice) = self.choose(now, call) else { return false };
        let Choice { turn, agent, runner_up, strategy } = choice;
        let idle = self.staff.get(agent).map_or(Duration::ZERO, |a| now.since(a.idle_since));
        self.reserve(now, turn, agent, Rule::Strategy { strategy, idle, runner_up });
        true
    }

    /// Whom the queue's strategy chooses for a call that wants an agent.
    fn choose(&mut self, now: Moment, call: CallId) -> Option<Choice> {
        let caller = self.callers.get(call)?;
        if !self.callers.place_of(&caller.turn).is_some_and(Place::is_seeking) {
            return None;
        }
        let strategy = self.callers.ringing(caller.turn.queue)?.strategy;
        let comes_to_all = caller.barred.is_empty() || self.comes_all_the_same(caller);
        let barred = Some(&caller.barred).filter(|_| !comes_to_all);
        let (agent, runner_up) = self.staff.choose(now, caller.turn.class, strategy, barred)?;
        Some(Choice { turn: caller.turn, agent, runner_up, strategy })
    }

    /// Rings an agent who can be rung for the call with the highest score.
    fn seek_call(&mut self, now: Moment, agent: AgentId) {
        let Some(found) = self.staff.get(agent) else { return };
        let heads = self.heads_for(now, found);
        let Some(turn) = heads.first() else { return };
        // Hardly anybody is kept for somebody; who is not need not be looked at to know it.
        let any_kept = self.callers.lines().held_for(agent).next().is_some();
        let place = any_kept.then(|| self.callers.place_of(&turn)).flatten();
        let rule = match place {
            Some(Place::HeldFor(_)) => Rule::KeptFor,
            _ => Rule::HighestScore { rivals: heads.rivals(now) },
        };
        self.reserve(now, turn, agent, rule);
    }

    /// The calls that may come to the agent with the highest scores.
    pub(super) fn heads_for(&self, now: Moment, agent: &Agent) -> Heads<'_> {
        let classes = self.staff.classes_of(agent);
        let mut heads = Heads::default();
        let lines = self.callers.lines();
        if agent.barred_from.is_empty() {
            lines.heads(classes).for_each(|(score, head)| heads.see(score.points(now), head));
            let held = lines.held_for(agent.id()).filter_map(Line::head);
            lines.open_heads(classes).chain(held).for_each(|turn| heads.see_turn(now, turn));
        } else {
            let seeking = classes.iter().flat_map(|class| lines.seeking(class)).flatten();
            for line in seeking.chain(lines.held_for(agent.id())) {
                let first = line.iter().find(|turn| self.may_take(agent, turn.call));
                first.into_iter().for_each(|turn| heads.see_turn(now, turn));
            }
        }
        heads
    }

    /// Whether a call of the agent's classes may come to the agent: one that was refused does not for a while.
    pub(super) fn may_take(&self, agent: &Agent, call: CallId) -> bool {
        if !agent.barred_from.contains(&call) {
            return true;
        }
        self.callers.get(call).is_some_and(|caller| self.comes_all_the_same(caller))
    }

    /// Whether a call comes to agents who have refused it, since everybody on duty has. With nobody on the line
    /// there is no such hurry.
    fn comes_all_the_same(&self, caller: &Caller) -> bool {
        match caller.kind {
            Kind::Caller | Kind::CalledBack => {
                self.staff.nobody_but(caller.turn.class, &caller.barred)
            }
            Kind::WorkItem => false,
        }
    }

    /// How the queue of a call chooses.
    pub(super) fn strategy_for(&self, call: CallId) -> Strategy {
        let ringing = self.callers.get(call).and_then(|c| self.callers.ringing(c.turn.queue));
        ringing.map_or(Strategy::LongestIdle, |ringing| ringing.strategy)
    }
}

/// Whom a strategy has chosen, and who would have been next.
struct Choice {
    turn: Turn,
    agent: AgentId,
    runner_up: Option<AgentId>,
    strategy: Strategy,
}

/// The calls with the highest scores, in their order: the one that is taken, and its rivals.
pub(super) struct Heads<'a> {
    /// With their scores. A call is looked at only where two have the same.
    kept: [(i64, &'a Turn); 1 + Rival::MAX],
}

impl Default for Heads<'_> {
    fn default() -> Self {
        Self { kept: [(i64::MIN, &Turn::NOBODY); 1 + Rival::MAX] }
    }
}

impl<'a> Heads<'a> {
    fn see_turn(&mut self, now: Moment, turn: &'a Turn) {
        self.see(turn.scored().points(now), turn);
    }

    fn see(&mut self, points: i64, turn: &'a Turn) {
        let seen = (points, turn);
        // From the last one on: most come behind all that are kept.
        let Some(mut at) = self.kept.len().checked_sub(1) else { return };
        while let Some(place) = self.kept.get_mut(at)
            && goes_first(seen, *place)
        {
            let moves_back = std::mem::replace(place, seen);
            if let Some(behind) = self.kept.get_mut(at + 1) {
                *behind = moves_back;
            }
            at = at.wrapping_sub(1);
        }
    }

    pub(super) fn first(&self) -> Option<Turn> {
        let [(_, first), ..] = self.kept;
        (*first != Turn::NOBODY).then_some(*first)
    }

    fn rivals(&self, now: Moment) -> [Option<Rival>; Rival::MAX] {
        let [_, rivals @ ..] = self.kept;
        rivals.map(|(_, turn)| {
            let rival = Rival { call: turn.call, score: turn.score(now) };
            (*turn != Turn::NOBODY).then_some(rival)
        })
    }
}

/// Whether one of two calls with their scores is served before the other.
fn goes_first((points, turn): (i64, &Turn), (others, other): (i64, &Turn)) -> bool {
    points > others || (points == others && (turn.arrived, turn.call) < (other.arrived, other.call))
}
