//! Bringing calls and agents together.
//!
//! Between two inputs no call waits that a ready agent might take. So an input that adds one call
//! or one agent can make one match only, and it is enough to seek a partner for what is new.

use super::{Acd, Due};
use crate::agent::Agent;
use crate::callers::Place;
use crate::turn::Turn;
use crate::{AgentState, Output, Rule};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId};

impl Acd {
    /// Changes facts about an agent, tells what came of it, and makes the matches that it allows.
    pub(super) fn update(&mut self, now: Moment, agent: AgentId, facts: impl FnOnce(&mut Agent)) {
        let Some(change) = self.staff.update(now, agent, facts) else { return };
        if change.after != change.before {
            self.outputs.push_back(Output::AgentNow(agent, change.after));
            if change.after == AgentState::Ready {
                self.seek_call(now, agent);
            }
        }
        if change.left_duty {
            self.let_last_ones_in(now);
        }
    }

    /// A call is in line, new or again: rings the agent who has been idle longest.
    pub(super) fn seek_agent(&mut self, now: Moment, call: CallId) {
        let Some(caller) = self.callers.get(call) else { return };
        if caller.place != Place::InLine {
            return;
        }
        let barred = &caller.barred;
        let all = barred.is_empty() || self.staff.nobody_but(caller.queue, barred);
        let open = |agent| all || !barred.contains(&agent);
        let Some((agent, runner_up)) = self.staff.longest_idle(caller.queue, open) else { return };
        let idle = self.staff.get(agent).map_or(Duration::ZERO, |a| now.since(a.idle_since));
        self.reserve(now, call, agent, Rule::LongestIdle { idle, runner_up });
    }

    /// An agent has become ready: rings them for the call with the highest score.
    pub(super) fn seek_call(&mut self, now: Moment, agent: AgentId) {
        let Some(found) = self.staff.get(agent) else { return };
        if found.state() != AgentState::Ready {
            return;
        }
        let mut first: Option<Turn> = None;
        let mut second: Option<Turn> = None;
        for queue in self.staff.queues_of(found) {
            let Some(head) = self.head_for(found, *queue) else { continue };
            if first.is_none_or(|first| head < first) {
                second = first.replace(head);
            } else if second.is_none_or(|second| head < second) {
                second = Some(head);
            }
        }
        let Some(turn) = first else { return };
        let step = self.callers.priority_step();
        let rule = Rule::HighestScore {
            runner_up: second.map(|turn| turn.call),
            runner_up_score: second.map_or(Duration::ZERO, |turn| turn.score(now, step)),
        };
        self.reserve(now, turn.call, agent, rule);
    }

    /// The first in a queue's line that may come to the agent.
    fn head_for(&self, agent: &Agent, queue: QueueId) -> Option<Turn> {
        let head = self.callers.head(queue)?;
        if self.may_take(agent, head.call) {
            return Some(*head);
        }
        self.callers.line(queue).find(|turn| self.may_take(agent, turn.call)).copied()
    }

    /// Whether a call of the agent's queues may come to the agent: one that was refused does so
    /// only if everybody else on duty has refused it too.
    pub(super) fn may_take(&self, agent: &Agent, call: CallId) -> bool {
        if !agent.barred_from.contains(&call) {
            return true;
        }
        let Some(caller) = self.callers.get(call) else { return false };
        self.staff.nobody_but(caller.queue, &caller.barred)
    }

    /// Somebody went off duty, who may have been the last hope of calls that others refused. Rare
    /// enough to ask every ready agent, the longest idle first.
    fn let_last_ones_in(&mut self, now: Moment) {
        if self.staff.iter().all(|agent| agent.barred_from.is_empty()) {
            return;
        }
        for agent in self.staff.all_ready() {
            self.seek_call(now, agent);
        }
    }

    /// The pause between a call and an agent is over.
    pub(super) fn unbar(&mut self, now: Moment, call: CallId, agent: AgentId) {
        self.callers.unbar(call, agent);
        self.staff.update_bars(agent, |calls| calls.remove(&call));
        self.deadlines.clear(&Due::Unbar(call, agent));
        self.seek_call(now, agent);
    }
}
