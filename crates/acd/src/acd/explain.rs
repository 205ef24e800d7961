//! Why a call waits and why an agent has none, worked out when somebody asks.
//!
//! Nothing is kept for it, so that a decision costs no more than without; but a call that leaves its queue without
//! having been served is looked at before it goes, for nobody can ask about it any more.

use super::Acd;
use crate::agenda::Due;
use crate::agent::Agent;
use crate::callers::{Caller, Place};
use crate::{Explanation, Rival, Standing, WhyNot};
use clock::{Duration, Moment};
use ids::{AgentId, CallId};
use std::collections::VecDeque;

/// So many calls that leave at one moment are looked at, and in the long run one each [`STANDINGS_APART`].
const STANDINGS_AT_ONCE: u32 = 4;
const STANDINGS_APART: Duration = Duration::from_millis(5);

/// The last calls that were looked at when they left.
#[derive(Clone, Debug, Default)]
pub(super) struct LastStood {
    calls: VecDeque<(CallId, Box<Standing>)>,
    /// Until when what was looked at counts against the next: the generic cell rate algorithm (ITU-T I.371).
    until: Moment,
}

impl LastStood {
    /// Whether one more may be looked at now, which then counts.
    fn may_look(&mut self, now: Moment) -> bool {
        let until = self.until.max(now) + STANDINGS_APART;
        let may_look = until <= now + STANDINGS_APART * STANDINGS_AT_ONCE;
        if may_look {
            self.until = until;
        }
        may_look
    }

    fn put(&mut self, call: CallId, stood: Standing) {
        // What nobody has asked for is nobody's concern any more.
        if self.calls.len() >= STANDINGS_AT_ONCE as usize {
            self.calls.pop_front();
        }
        self.calls.push_back((call, Box::new(stood)));
    }
}

impl Acd {
    /// How a call stands and how it was handed over; none if nothing is known of it any more.
    #[must_use]
    pub fn explain(&self, now: Moment, call: CallId) -> Option<Explanation> {
        let standing = self.standing(now, call);
        let decisions: Vec<_> = self.decisions().filter(|d| d.call == call).copied().collect();
        let known = standing.is_some() || !decisions.is_empty();
        known.then_some(Explanation { call, standing, decisions })
    }

    fn standing(&self, now: Moment, call: CallId) -> Option<Standing> {
        let caller = self.callers.get(call)?;
        let queue = caller.turn.queue;
        let agents = self.staff.iter().filter(|agent| agent.config.is_of(queue));
        Some(Standing {
            queue,
            strategy: self.strategy_for(call),
            arrived: caller.turn.arrived,
            priority: caller.turn.priority.into(),
            worth: self.callers.scale(queue)?.step.saturating_mul(caller.turn.priority.into()),
            score: caller.turn.score(now),
            place: self.place(now, call),
            before: self.before(now, call),
            relaxes: self.classes.relaxes(caller.turn.class, caller.joined),
            agents: agents.map(|agent| (agent.id(), self.why_not(agent, call, caller))).collect(),
        })
    }

    /// Notes how a call stands that is about to leave its queue unserved. It costs a look at each agent, so of many
    /// that leave together some are looked at.
    pub(super) fn note_standing(&mut self, now: Moment, call: CallId) {
        if self.callers.get(call).is_some()
            && self.last_stood.may_look(now)
            && let Some(stood) = self.standing(now, call)
        {
            self.last_stood.put(call, stood);
        }
    }

    /// How a call stood that has just left its queue unserved: abandoned, taken out or
    /// [sent on](crate::Output::SentOn). To be asked for at once.
    pub fn stood(&mut self, call: CallId) -> Option<Box<Standing>> {
        let at = self.last_stood.calls.iter().position(|(of, _)| *of == call)?;
        self.last_stood.calls.remove(at).map(|(_, stood)| stood)
    }

    /// The calls with the highest scores among those that go before a call which waits.
    fn before(&self, now: Moment, call: CallId) -> Vec<Rival> {
        let Some(asking) = self.asking(call) else { return Vec::new() };
        let rank = asking.turn.rank(now);
        let lines = self.rivals(&asking);
        let max = Standing::BEFORE_MAX;
        let heads =
            lines.iter().flat_map(|class| self.callers.lines().first_ahead(now, class, rank, max));
        let mut before: Vec<_> = heads.copied().collect();
        before.sort_unstable_by_key(|turn| turn.rank(now));
        let before = before.into_iter().take(Standing::BEFORE_MAX);
        before.map(|turn| Rival { call: turn.call, score: turn.score(now) }).collect()
    }

    /// The call that an agent would be rung for if the agent could be now; none where nobody waits
    /// whom the agent may take.
    #[must_use]
    pub fn next_for(&self, now: Moment, agent: AgentId) -> Option<Rival> {
        let turn = self.heads_for(now, self.staff.get(agent)?).first()?;
        Some(Rival { call: turn.call, score: turn.score(now) })
    }

    /// Why an agent does not take a call; none for an agent who is not of its queue, and
    /// for a call that is not in line.
    #[must_use]
    pub fn what_keeps(&self, agent: AgentId, call: CallId) -> Option<WhyNot> {
        let caller = self.callers.get(call)?;
        let agent = self.staff.get(agent)?;
        agent.config.is_of(caller.turn.queue).then(|| self.why_not(agent, call, caller))
    }

    fn why_not(&self, agent: &Agent, call: CallId, caller: &Caller) -> WhyNot {
        if agent.away_from.contains(&caller.turn.queue) {
            return WhyNot::LeftQueue;
        }
        if let Some(class) = self.classes.get(caller.turn.class) {
            if let Some(skill) = class.who.in_the_way(&agent.config.skills) {
                return WhyNot::LacksSkill(skill);
            }
            let of = agent.config.queues.iter().find(|each| each.queue == caller.turn.queue);
            if let Some(later) = of.filter(|of| of.tier > class.tier_max) {
                return WhyNot::LaterTier(later.tier);
            }
        }
        match self.callers.place_of(&caller.turn).unwrap_or_default() {
            Place::HeldFor(other) if other != agent.id() => {
                let until = self.agenda.of(Due::Release(call));
                return WhyNot::KeptFor { agent: other, until };
            }
            Place::HeldFor(_)
            | Place::Coming
            | Place::InLine
            | Place::Ringing
            | Place::RingingMore => {}
        }
        if !agent.can_be_rung() {
            return WhyNot::Is(agent.obstacle());
        }
        match self.agenda.of(Due::Unbar(call, agent.id())) {
            Some(until) if !self.may_take(agent, call) => WhyNot::TurnedDown { until },
            Some(_) | None => WhyNot::RungElsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_crowd_that_leaves_the_first_few_are_looked_at_and_then_one_each_five_milliseconds() {
        let mut last = LastStood::default();
        let mut looked = |ms: u64, crowd: usize| {
            let now = Moment::from_micros(ms * 1_000);
            (0..crowd).filter(|_| last.may_look(now)).count()
        };
        assert_eq!(looked(0, 100), 4);
        assert_eq!(looked(5, 100), 1);
        assert_eq!(looked(1_000, 100), 4);
    }
}
