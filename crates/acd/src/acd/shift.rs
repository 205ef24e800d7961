//! An agent's shift: coming and going, own calls, conversations and after-call work.

use super::Acd;
use crate::agenda::Due;
use crate::agent::{Agent, VainRings};
use crate::talks::{Owed, Talk};
use crate::{AgentConfig, Output, Recalled};
use clock::Moment;
use ids::{AgentId, CallId, PauseId, QueueId};

impl Acd {
    pub(super) fn log_in(&mut self, now: Moment, agent: AgentId) {
        self.update(now, agent, |agent| {
            agent.logged_in = true;
            agent.pause = None;
            agent.vain = VainRings::default();
        });
    }

    /// The shift is over, and with it any after-call work.
    pub(super) fn log_out(&mut self, now: Moment, agent: AgentId) {
        self.tell_wrap_up_over(agent);
        self.agent_goes(now, agent, |agent| {
            agent.logged_in = false;
            agent.pause = None;
            agent.owed = None;
            agent.wrap_up_until = None;
            agent.wraps_up = None;
        });
    }

    /// What an earlier process has known of the agent.
    pub(super) fn recall(&mut self, now: Moment, agent: AgentId, recalled: Recalled) {
        let Some(found) = self.staff.get(agent) else { return };
        let is_busy = found.talks.len() > 0 || found.ring.is_some();
        if found.can_be_rung() || is_busy || found.wrap_up_until.is_some() {
            return;
        }
        let logged_in = found.logged_in;
        let until = recalled.wrap_up_until.filter(|until| logged_in && *until > now);
        if let Some(until) = until {
            self.agenda.set(Due::WrapUp(agent), until);
        }
        // How long the work has been on is not known, so that it teaches nothing about how long such work lasts.
        self.update(now, agent, |agent| {
            agent.vain = recalled.vain;
            agent.calls_today = recalled.calls_today;
            agent.wrap_up_until = until;
        });
    }

    /// A ring moves on; a conversation and its after-call work are finished first.
    pub(super) fn pause(&mut self, now: Moment, agent: AgentId, reason: PauseId) {
        self.agent_goes(now, agent, |agent| agent.pause = Some(reason));
    }

    /// Calls that are kept for the agent are released, whatever their queue: rare enough.
    pub(super) fn leave_queue(&mut self, now: Moment, agent: AgentId, queue: QueueId) {
        let Some(found) = self.staff.get(agent) else { return };
        let mut away_from = found.away_from.clone();
        if !found.config.is_of(queue) || !away_from.insert(queue) {
            return;
        }
        let rung_for = found.ring.and_then(|reservation| self.reservations.get(&reservation));
        let moves_on = rung_for.is_some_and(|rung| rung.queue == queue);
        self.staff.keep_away(now, agent, away_from, &self.classes);
        if moves_on {
            self.agent_goes(now, agent, |_| {});
        }
        self.release_all(agent);
        self.let_last_ones_in();
    }

    pub(super) fn join_queue(&mut self, now: Moment, agent: AgentId, queue: QueueId) {
        let Some(found) = self.staff.get(agent) else { return };
        let mut away_from = found.away_from.clone();
        if away_from.remove(&queue) {
            self.staff.keep_away(now, agent, away_from, &self.classes);
            self.stir_agent(agent);
        }
    }

    pub(super) fn reachable(&mut self, now: Moment, agent: AgentId) {
        self.update(now, agent, |agent| agent.reachable = true);
    }

    pub(super) fn unreachable(&mut self, now: Moment, agent: AgentId) {
        self.agent_goes(now, agent, |agent| agent.reachable = false);
    }

    pub(super) fn occupied(&mut self, now: Moment, agent: AgentId) {
        self.agent_goes(now, agent, |agent| agent.occupied = true);
    }

    pub(super) fn freed(&mut self, now: Moment, agent: AgentId) {
        self.update(now, agent, |agent| agent.occupied = false);
    }

    /// What is left of other after-call work is over.
    pub(super) fn took_over(&mut self, now: Moment, agent: AgentId, call: CallId, queue: QueueId) {
        let Some(found) = self.staff.get(agent) else { return };
        if !found.has_room() || found.talks.of(call).is_some() {
            return;
        }
        self.tell_wrap_up_over(agent);
        self.update(now, agent, |agent| {
            agent.talks.begin(Talk { call, queue, since: now });
            agent.wrap_up_until = None;
            agent.wraps_up = None;
            agent.vain = VainRings::default();
            agent.calls_today = agent.calls_today.saturating_add(1);
        });
    }

    /// There is room for it, however little the configuration leaves by now. A ring moves on, and what is left of other
    /// after-call work is over.
    pub(super) fn goes_on_talking(&mut self, now: Moment, agent: AgentId, talk: Talk) {
        let Some(found) = self.staff.get(agent) else { return };
        let is_full = found.talks.len() >= usize::from(AgentConfig::CAPACITY_MAX);
        if is_full || found.talks.of(talk.call).is_some() {
            return;
        }
        self.tell_wrap_up_over(agent);
        self.agent_goes(now, agent, |agent| {
            agent.talks.begin(talk);
            agent.wrap_up_until = None;
            agent.wraps_up = None;
        });
    }

    /// After-call work is owed, unless the agent has logged out in the meantime.
    pub(super) fn conversation_ended(&mut self, now: Moment, agent: AgentId, call: CallId) {
        let Some(found) = self.staff.get(agent) else { return };
        let Some(talk) = found.talks.of(call).copied() else { return };
        let owed = self.owed_for(found, talk);
        self.note_talk(talk.queue, now.since(talk.since));
        self.update(now, agent, |agent| {
            agent.talks.end(call);
            if let Some(owed) = owed {
                agent.owed = Some(owed.or_longer(agent.owed));
            }
        });
    }

    /// The after-call work that a conversation leads to: the agent's own time counts before the queue's.
    fn owed_for(&self, agent: &Agent, talk: Talk) -> Option<Owed> {
        let Talk { call, queue, .. } = talk;
        let own = agent.config.wrap_up;
        let length = own.or_else(|| self.callers.queue_config(queue).map(|q| q.wrap_up))?;
        (agent.logged_in && !length.is_zero()).then_some(Owed { call, queue, length })
    }

    /// The end of after-call work is moved.
    pub(super) fn wrap_up_until(&mut self, now: Moment, agent: AgentId, until: Moment) {
        if self.staff.get(agent).is_some_and(|agent| agent.wrap_up_until.is_some()) {
            self.agenda.set(Due::WrapUp(agent), until);
            self.update(now, agent, |agent| agent.wrap_up_until = Some(until));
        }
    }

    pub(super) fn wrap_up_ended(&mut self, now: Moment, agent: AgentId) {
        self.note_wrap_up(now, agent);
        self.tell_wrap_up_over(agent);
        self.update(now, agent, |agent| {
            agent.wrap_up_until = None;
            agent.wraps_up = None;
        });
    }

    /// The agent's state may hide after-call work behind an own call or a lost phone, so its end is
    /// told by itself.
    fn tell_wrap_up_over(&mut self, agent: AgentId) {
        self.agenda.clear(Due::WrapUp(agent));
        if self.staff.get(agent).is_some_and(|agent| agent.wrap_up_until.is_some()) {
            self.outputs.push_back(Output::WrapUpOver(agent));
        }
    }

    pub(super) fn settled(&mut self, now: Moment, agent: AgentId) {
        self.update(now, agent, |agent| agent.settling_until = None);
    }
}
