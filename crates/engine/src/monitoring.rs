//! A supervisor beside a caller and an agent who talk: listens, whispers to the agent, talks with both, or takes the caller over.
//!
//! A supervisor is an agent who `supervises` the caller's queue, and comes by dialling the code for listening with the account
//! of the agent who talks, or is rung for it. A colleague whom the agent brings in is beside the two in the same way, heard by both. Whether the two still talk is looked at after each input, so that nobody is left beside a talk that
//! is over, whatever has ended it.

use crate::command::{AgentCommand, NoListening, Refusal};
use crate::engine::Engine;
use crate::keys::Way;
use crate::short_code::CodeCall;
use clock::Moment;
use events::{Beside as How, By, CallEvent, CommandEvent, Subject, What};
use ids::{AgentId, CallId, LegId};
use media_protocol::{Command, Monitor};

/// So many listen at once at most.
pub(crate) const MONITORS_MAX: usize = 32;

/// The keys of a supervisor's phone.
const LISTEN: char = '4';
const WHISPER: char = '5';
const BARGE: char = '6';
const TAKE_OVER: char = '9';

/// As whom somebody is beside a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Listens by the right that the plan gives, and is heard as keys and commands say.
    Supervisor,
    /// Was brought in by the agent: is heard by both, has no keys, and goes on with the caller when the agent leaves.
    Colleague,
}

/// The talk that somebody is beside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    pub(crate) call: CallId,
    /// The agent who talks.
    pub(crate) agent: AgentId,
    pub(crate) how: Monitor,
    pub(crate) role: Role,
}

/// The same as the ledger has it.
pub(crate) const fn beside(how: Monitor) -> How {
    match how {
        Monitor::Listen => How::Listen,
        Monitor::Whisper => How::Whisper,
        Monitor::Barge => How::Barge,
    }
}

impl Engine {
    /// The worker that has the sound of the agent's talk, if there is one.
    pub(crate) fn worker_of_talk(&self, agent: AgentId) -> Option<u8> {
        let call = self.calls.get(self.talk_with_caller(agent)?)?;
        Some(call.line.port.worker)
    }

    /// The talk of the agent with a caller of a queue; of several the first.
    fn talk_with_caller(&self, agent: AgentId) -> Option<CallId> {
        let mut talks = self.acd.talks_of(agent);
        talks.find(|call| self.talks_with(*call, agent))
    }

    fn talks_with(&self, call: CallId, agent: AgentId) -> bool {
        let talk = self.calls.get(call).and_then(|call| call.talking());
        talk.is_some_and(|talk| talk.agent == agent)
    }

    /// Puts a phone that has dialled the code beside the talk of this agent. Whether it could be: what was refused is
    /// written down, too.
    pub(crate) fn listens(&mut self, now: Moment, leg: LegId, to: AgentId) -> bool {
        let Err(refusal) = self.try_to_listen(now, leg, to) else { return true };
        let Some(agent) = self.codes.by_leg.get(&leg).map(|dialled| dialled.agent) else {
            return false;
        };
        let subject = Subject::Agent(self.plan.agent(agent).account.clone());
        let refused = CommandEvent::Refused {
            by: By::Phone,
            command: "listen",
            with: Some(self.plan.agent(to).account.to_string()),
            why: refusal.code().word(),
        };
        self.record(now, What::Command(subject, Box::new(refused)));
        false
    }

    fn try_to_listen(&mut self, now: Moment, leg: LegId, to: AgentId) -> Result<(), Refusal> {
        let heard = self.who_is_heard(leg, to);
        let call = heard.map_err(|why| Refusal::CannotHear {
            agent: self.plan.agent(to).account.clone(),
            why,
        })?;
        self.one_more_beside()?;
        let (how, role) = (Monitor::Listen, Role::Supervisor);
        self.put_beside(now, leg, Beside { call, agent: to, how, role });
        Ok(())
    }

    /// Whether there is room for one more beside a talk.
    pub(crate) fn one_more_beside(&self) -> Result<(), Refusal> {
        let count = self.codes.beside().count() + self.summons.len();
        if count < MONITORS_MAX { Ok(()) } else { Err(Refusal::MonitorsMax(MONITORS_MAX)) }
    }

    /// The talk of an agent that a phone which has dialled the code may be put beside.
    fn who_is_heard(&self, leg: LegId, to: AgentId) -> Result<CallId, NoListening> {
        let dialled = self.codes.by_leg.get(&leg).ok_or(NoListening::NoPort)?;
        let id = self.talk_to_join(dialled.agent, (to, Role::Supervisor))?;
        // Sound passes between ports of one worker.
        let is_near = self.worker_of_talk(to) == Some(dialled.line.port.worker);
        if is_near && dialled.line.is_open() { Ok(id) } else { Err(NoListening::NoPort) }
    }

    /// The talk of this agent, if somebody may be put beside it.
    pub(crate) fn talk_to_join(
        &self,
        guest: AgentId,
        (to, role): (AgentId, Role),
    ) -> Result<CallId, NoListening> {
        if guest == to {
            return Err(NoListening::Oneself);
        }
        let id = self.talk_with_caller(to).ok_or(NoListening::TalksWithNobody)?;
        if role == Role::Supervisor && !self.supervises(guest, id) {
            return Err(NoListening::NotSupervised);
        }
        // There is room for one beside a talk.
        let coming = self.summons.values().map(|summons| &summons.beside);
        let is_taken = self.codes.beside().chain(coming).any(|beside| beside.call == id);
        if is_taken { Err(NoListening::Taken) } else { Ok(id) }
    }

    /// Whether the plan in force lets an agent listen to callers of the queue of a call.
    fn supervises(&self, agent: AgentId, call: CallId) -> bool {
        let queue = self.calls.get(call).and_then(|call| call.queued).map(|(queue, _)| queue);
        queue.is_some_and(|queue| self.plan.agent(agent).supervises.contains(&queue))
    }

    pub(crate) fn put_beside(&mut self, now: Moment, leg: LegId, beside: Beside) {
        let Some(caller) = self.calls.get(beside.call).map(|call| call.line.leg) else { return };
        let Some(dialled) = self.codes.by_leg.get_mut(&leg) else { return };
        dialled.beside = Some(beside);
        let (agent, worker) = (dialled.agent, dialled.line.port.worker);
        self.media(worker, Command::Monitor { stream: leg, caller, monitor: beside.how });
        self.monitored(now, beside.call, agent, self::beside(beside.how));
    }

    pub(crate) fn monitored(&mut self, now: Moment, call: CallId, agent: AgentId, how: How) {
        let agent = self.plan.agent(agent).account.clone();
        self.record(now, What::Call(call, CallEvent::Monitored { agent, how }));
    }

    /// A key was pressed at a phone that has dialled a code.
    pub(crate) fn supervisor_pressed(&mut self, now: Moment, leg: LegId, (key, way): (char, Way)) {
        let Some(dialled) = self.codes.by_leg.get_mut(&leg) else { return };
        let is_supervisor = dialled.beside.is_some_and(|beside| beside.role == Role::Supervisor);
        if !is_supervisor || !dialled.line.is_new_press(now, key, way) {
            return;
        }
        let agent = dialled.agent;
        let command = match key {
            LISTEN => AgentCommand::Monitor(Monitor::Listen),
            WHISPER => AgentCommand::Monitor(Monitor::Whisper),
            BARGE => AgentCommand::Monitor(Monitor::Barge),
            TAKE_OVER => AgentCommand::TakeOver,
            _ => return,
        };
        // What cannot be done now leaves all as it was, and can be heard to.
        let _refused = self.command_by_phone(now, agent, command);
    }

    /// The supervisor is heard in this way from here on.
    ///
    /// # Errors
    /// If the agent is beside nobody.
    pub(crate) fn monitor(
        &mut self,
        now: Moment,
        agent: AgentId,
        how: Monitor,
    ) -> Result<(), Refusal> {
        let (leg, beside) = self.beside_of(agent)?;
        if beside.how != how {
            self.put_beside(now, leg, Beside { how, ..beside });
        }
        Ok(())
    }

    /// The supervisor talks on with the caller, and the agent is let go.
    ///
    /// # Errors
    /// If the agent is beside nobody.
    pub(crate) fn take_call_over(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        let (leg, beside) = self.beside_of(agent)?;
        let took_over = self.take_over_by(now, leg, beside);
        if took_over { Ok(()) } else { Err(Refusal::NotBeside(self.account(agent))) }
    }

    /// Whoever is beside the talk on this leg goes on with the caller, if the two still talk.
    fn take_over_by(&mut self, now: Moment, leg: LegId, beside: Beside) -> bool {
        let dialled = match self.talks_with(beside.call, beside.agent) {
            true => self.codes.by_leg.remove(&leg),
            false => None,
        };
        let Some(CodeCall { agent, line, .. }) = dialled else { return false };
        self.monitored(now, beside.call, agent, How::TookOver);
        self.take_caller_over(now, (beside.call, beside.agent), (agent, line));
        true
    }

    /// The phone of the agent who talks is gone: a colleague whom they have brought in goes on with the caller. Whether there
    /// is one.
    pub(crate) fn goes_on_with_colleague(
        &mut self,
        now: Moment,
        (call, gone): (CallId, LegId),
    ) -> bool {
        let talk = self.calls.get(call).and_then(|call| call.talking());
        if talk.is_none_or(|talk| talk.line.leg != gone) {
            return false;
        }
        let is_one = |beside: &Beside| beside.call == call && beside.role == Role::Colleague;
        let mut beside = self.codes.by_leg.iter().map(|(leg, dialled)| (*leg, dialled.beside));
        let colleague =
            beside.find_map(|(leg, beside)| beside.filter(is_one).map(|beside| (leg, beside)));
        colleague.is_some_and(|(leg, beside)| self.take_over_by(now, leg, beside))
    }

    /// Where a supervisor is. A colleague has not come to listen, and is told nothing of how they are heard.
    fn beside_of(&self, agent: AgentId) -> Result<(LegId, Beside), Refusal> {
        let is_one = |beside: &Beside| beside.role == Role::Supervisor;
        let mut dialled = self.codes.by_leg.iter().filter(|(_, dialled)| dialled.agent == agent);
        let found = dialled.find_map(|(leg, dialled)| Some((*leg, dialled.beside.filter(is_one)?)));
        found.ok_or_else(|| Refusal::NotBeside(self.account(agent)))
    }

    /// Hangs up on those who are beside a talk that is over, or goes on with somebody else, and on phones that ring for one.
    pub(crate) fn look_at_supervisors(&mut self, now: Moment) {
        let is_over = |beside: &Beside| !self.talks_with(beside.call, beside.agent);
        let over = |dialled: &CodeCall| dialled.beside.as_ref().is_some_and(is_over);
        let legs = self.codes.by_leg.iter().filter(|(_, dialled)| over(dialled));
        let legs: Vec<LegId> = legs.map(|(leg, _)| *leg).collect();
        let summoned = self.summoned(|_, beside| is_over(beside));
        if legs.is_empty() && summoned.is_empty() {
            return;
        }
        legs.into_iter().for_each(|leg| self.end_code(now, leg));
        summoned.into_iter().for_each(|guest| self.end_summons(now, guest));
        self.settle(now);
    }

    /// Another plan is in force: whoever may not listen any more by it is told so, and hears nothing from here on.
    pub(crate) fn follow_supervisors(&mut self, now: Moment) {
        let is_barred = |agent: AgentId, beside: &Beside| {
            beside.role == Role::Supervisor && !self.supervises(agent, beside.call)
        };
        let is_barred_from = |dialled: &CodeCall| {
            dialled.beside.is_some_and(|beside| is_barred(dialled.agent, &beside))
        };
        let legs = self.codes.by_leg.iter().filter(|(_, dialled)| is_barred_from(dialled));
        let legs: Vec<LegId> = legs.map(|(leg, _)| *leg).collect();
        let summoned = self.summoned(is_barred);
        legs.into_iter().for_each(|leg| self.bar(now, leg));
        summoned.into_iter().for_each(|guest| self.end_summons(now, guest));
    }

    fn bar(&mut self, now: Moment, leg: LegId) {
        let Some(dialled) = self.codes.by_leg.get_mut(&leg) else { return };
        let (agent, worker) = (dialled.agent, dialled.line.port.worker);
        let Some(beside) = dialled.beside.take() else { return };
        self.media(worker, Command::Unbridge { stream: leg });
        self.monitored(now, beside.call, agent, How::Barred);
        self.refuse_code(leg, worker);
    }

    /// A phone that had dialled a code is gone.
    pub(crate) fn left(&mut self, now: Moment, gone: &CodeCall) {
        let Some(beside) = gone.beside else { return };
        let stream = gone.line.leg;
        self.media(gone.line.port.worker, Command::Unbridge { stream });
        self.monitored(now, beside.call, gone.agent, How::Left);
    }
}
