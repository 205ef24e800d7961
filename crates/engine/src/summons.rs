//! Agents whose phones ring to be put beside a talk: a supervisor who asks to listen to it, and a colleague whom the agent
//! brings in, so that three talk.
//!
//! Whoever answers is beside the talk as one is who has dialled the code for listening.

use crate::calls::Owner;
use crate::command::{NoListening, Refusal};
use crate::engine::{Engine, Timer};
use crate::line::{Line, Unusable};
use crate::monitoring::{Beside, Role};
use crate::passage::Passage;
use crate::phones::{Phones, Rung};
use crate::ringing::COMPLETED_ELSEWHERE;
use crate::short_code::{Came, CodeCall};
use crate::unsettled::Unsettled;
use acd::AgentState;
use bytes::Bytes;
use clock::Moment;
use events::{Beside as How, Name};
use ids::{AgentId, CallId, LegId};
use media_protocol::{Monitor, Port};
use sip_msg::{NameAddr, StatusCode};
use std::collections::{BTreeMap, BTreeSet};

/// The phones of one agent, which ring.
#[derive(Debug)]
pub(crate) struct Summons {
    /// Where whoever answers is put.
    pub(crate) beside: Beside,
    /// The port for the phone that answers: of the talk's worker, since sound passes between those of one.
    port: Port,
    /// The phones that have not given up.
    legs: BTreeMap<LegId, Unsettled>,
    /// Those of them that have said nothing yet.
    unseen: BTreeSet<LegId>,
    /// The phones that ring when none of these can be answered.
    later: Phones,
}

impl Engine {
    /// The phones of a supervisor ring, who listens to the talk of another agent and is heard in this way.
    ///
    /// # Errors
    /// If the supervisor may not listen, or cannot be rung.
    pub(crate) fn call_to_listen(
        &mut self,
        now: Moment,
        supervisor: AgentId,
        (to, how): (&Name, Monitor),
    ) -> Result<(), Refusal> {
        let to = self.agent_named(to)?;
        self.summon(now, supervisor, (to, how, Role::Supervisor))
    }

    /// The phones of a colleague ring, whom the agent wants in the talk with the caller.
    ///
    /// # Errors
    /// If the agent talks with no caller, somebody is beside the talk, or the colleague cannot be rung.
    pub(crate) fn bring_in(
        &mut self,
        now: Moment,
        agent: AgentId,
        colleague: &Name,
    ) -> Result<(), Refusal> {
        let colleague = self.agent_named(colleague)?;
        self.summon(now, colleague, (agent, Monitor::Barge, Role::Colleague))
    }

    fn agent_named(&self, name: &Name) -> Result<AgentId, Refusal> {
        self.plan.agent_of(name).ok_or_else(|| Refusal::UnknownAgent(name.clone()))
    }

    fn summon(
        &mut self,
        now: Moment,
        guest: AgentId,
        (agent, how, role): (AgentId, Monitor, Role),
    ) -> Result<(), Refusal> {
        let not_heard =
            |engine: &Self, why| Refusal::CannotHear { agent: engine.account(agent), why };
        let call = self.talk_to_join(guest, (agent, role)).map_err(|why| not_heard(self, why))?;
        self.one_more_beside()?;
        self.is_free_to_come(guest)?;
        let worker = self.worker_of_talk(agent);
        let port = worker.and_then(|worker| self.ports.lend_of(worker));
        let port = port.ok_or_else(|| not_heard(self, NoListening::NoPort))?;
        let summons = Summons {
            beside: Beside { call, agent, how, role },
            port,
            legs: BTreeMap::new(),
            unseen: BTreeSet::new(),
            later: self.phones_of(guest),
        };
        self.summons.insert(guest, summons);
        if !self.ring_for_summons(now, guest) {
            self.summons.remove(&guest);
            self.ports.give_back(port);
            let state = AgentState::Unreachable;
            return Err(Refusal::AgentIs { agent: self.account(guest), state });
        }
        self.occupy(now, guest);
        self.timers.set(Timer::Summons(guest), now + self.config.direct_ring_max);
        self.monitored(now, call, guest, How::Rung);
        Ok(())
    }

    /// Who is on a call, or is rung for one, has no ear for another. Whether an agent is at work or not, they may be rung.
    fn is_free_to_come(&self, guest: AgentId) -> Result<(), Refusal> {
        let talks = self.acd.talks_of(guest).next().map(AgentState::Talking);
        let rings = self.acd.reservation_of(guest).map(AgentState::Ringing);
        let own = self.desks.is_on_own_call(guest).then_some(AgentState::Occupied);
        match talks.or(rings).or(own) {
            Some(state) => Err(Refusal::AgentIs { agent: self.account(guest), state }),
            None => Ok(()),
        }
    }

    /// Rings those phones that are next. Whether any could be rung.
    fn ring_for_summons(&mut self, now: Moment, guest: AgentId) -> bool {
        let Some(summons) = self.summons.get_mut(&guest) else { return false };
        let (call, port) = (summons.beside.call, summons.port);
        let later = std::mem::take(&mut summons.later);
        let Some((from, passage)) = self.told_to_guest(now, call) else { return false };
        let codecs = self.config.codecs.clone();
        let who = (call, guest, later);
        let Rung { legs, later } = self.ring_phones(now, who, &from, (port, &codecs), &passage);
        for leg in legs.keys() {
            self.calls.own(*leg, Owner::Summoned(guest));
        }
        let is_rung = !legs.is_empty();
        if let Some(summons) = self.summons.get_mut(&guest) {
            summons.unseen = legs.keys().copied().collect();
            (summons.legs, summons.later) = (legs, later);
        }
        if is_rung {
            self.timers.set(Timer::SummonsNoSign(guest), now + self.config.sign_max);
        }
        is_rung
    }

    /// A phone has said something: it is there.
    pub(crate) fn summons_progress(&mut self, guest: AgentId, leg: LegId) {
        if let Some(summons) = self.summons.get_mut(&guest) {
            summons.unseen.remove(&leg);
        }
    }

    /// Phones that have said nothing by now are not there: the next ones ring.
    pub(crate) fn summons_no_sign(&mut self, now: Moment, guest: AgentId) {
        let Some(summons) = self.summons.get_mut(&guest) else { return };
        let unseen = std::mem::take(&mut summons.unseen);
        summons.legs.retain(|leg, _| !unseen.contains(leg));
        self.release_phones(now, unseen, None);
        self.next_for_summons(now, guest);
    }

    /// Whoever is rung is shown the caller, as the agent was who talks.
    fn told_to_guest(&self, now: Moment, call: CallId) -> Option<(NameAddr, Passage)> {
        let call = self.calls.get(call)?;
        let from = self.shown_caller(&call.caller, call.known.as_deref(), call.queued);
        Some((from, self.passage_to_agent(now, call)))
    }

    /// A phone has answered: the first one wins.
    pub(crate) fn summons_answered(
        &mut self,
        now: Moment,
        guest: AgentId,
        leg: LegId,
        sdp: Option<Bytes>,
    ) {
        let Some(summons) = self.summons.get_mut(&guest) else { return };
        let Some(sound) = summons.legs.remove(&leg) else { return };
        let port = summons.port;
        let mut line = Line::new((leg, port), sound);
        let agreed =
            sdp.ok_or(Unusable::Malformed).and_then(|sdp| line.agree(&sdp, &self.own_ports));
        let Ok(open) = agreed else {
            self.release_phones(now, [leg], None);
            return self.next_for_summons(now, guest);
        };
        let Some(summons) = self.summons.remove(&guest) else { return };
        self.clear_summons_timers(guest);
        self.release_phones(now, summons.legs.into_keys(), Some(COMPLETED_ELSEWHERE));
        // From here on it is as any phone that has dialled the code, and as long on a call of its own.
        self.calls.own(leg, Owner::ShortCode);
        let call = CodeCall { agent: guest, came: Came::Rung, line, beside: None };
        self.codes.by_leg.insert(leg, call);
        self.media(port.worker, open);
        self.put_beside(now, leg, summons.beside);
    }

    /// A phone will not be answered. Whoever says no on one has said no for all.
    pub(crate) fn summons_refused(
        &mut self,
        now: Moment,
        guest: AgentId,
        leg: LegId,
        status: StatusCode,
    ) {
        self.calls.disown(leg);
        let Some(summons) = self.summons.get_mut(&guest) else { return };
        summons.legs.remove(&leg);
        summons.unseen.remove(&leg);
        match status.code() {
            486 | 600..=699 => self.end_summons(now, guest),
            _ => self.next_for_summons(now, guest),
        }
    }

    /// The next phones ring where none does any more.
    fn next_for_summons(&mut self, now: Moment, guest: AgentId) {
        let rings = self.summons.get(&guest).is_some_and(|summons| !summons.legs.is_empty());
        if !rings && !self.ring_for_summons(now, guest) {
            self.end_summons(now, guest);
        }
    }

    /// Nobody comes: the phones stop ringing.
    pub(crate) fn end_summons(&mut self, now: Moment, guest: AgentId) {
        if let Some(beside) = self.forget_summons(now, guest) {
            self.monitored(now, beside.call, guest, How::NotReached);
        }
    }

    /// What was lent and rung for it is given back.
    fn forget_summons(&mut self, now: Moment, guest: AgentId) -> Option<Beside> {
        let summons = self.summons.remove(&guest)?;
        self.clear_summons_timers(guest);
        self.release_phones(now, summons.legs.into_keys(), None);
        self.ports.give_back(summons.port);
        self.release(now, guest);
        Some(summons.beside)
    }

    fn clear_summons_timers(&mut self, guest: AgentId) {
        self.timers.clear(&Timer::Summons(guest));
        self.timers.clear(&Timer::SummonsNoSign(guest));
    }

    /// Those who are rung to be put beside a talk of which this is so.
    pub(crate) fn summoned(&self, is_so: impl Fn(AgentId, &Beside) -> bool) -> Vec<AgentId> {
        let of = self.summons.iter().filter(|(guest, summons)| is_so(**guest, &summons.beside));
        of.map(|(guest, _)| *guest).collect()
    }

    /// No phone rings for a talk any more: the engine stops.
    pub(crate) fn end_all_summons(&mut self, now: Moment) {
        self.summoned(|_, _| true).into_iter().for_each(|guest| self.end_summons(now, guest));
    }
}
