//! A supervisor beside a caller and an agent who talk: listens, whispers to the agent, talks with both, or takes the caller over.
//!
//! A supervisor is an agent who `supervises` the caller's queue, and comes by dialling the code for listening with the account
//! of the agent who talks. Whether the two still talk is looked at after each input, so that nobody is left beside a talk that
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

/// The talk that somebody is beside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    call: CallId,
    /// The agent who talks.
    agent: AgentId,
    how: Monitor,
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
        if self.codes.beside().count() >= MONITORS_MAX {
            return Err(Refusal::MonitorsMax(MONITORS_MAX));
        }
        self.put_beside(now, leg, Beside { call, agent: to, how: Monitor::Listen });
        Ok(())
    }

    /// The talk of an agent that a phone which has dialled the code may be put beside.
    fn who_is_heard(&self, leg: LegId, to: AgentId) -> Result<CallId, NoListening> {
        let dialled = self.codes.by_leg.get(&leg).ok_or(NoListening::NoPort)?;
        if dialled.agent == to {
            return Err(NoListening::Oneself);
        }
        let id = self.talk_with_caller(to).ok_or(NoListening::TalksWithNobody)?;
        let call = self.calls.get(id).ok_or(NoListening::TalksWithNobody)?;
        if !self.supervises(dialled.agent, id) {
            return Err(NoListening::NotSupervised);
        }
        // There is room for one beside a talk, and sound passes between ports of one worker.
        if self.codes.beside().any(|beside| beside.call == id) {
            return Err(NoListening::Taken);
        }
        let is_near = dialled.line.is_open() && dialled.line.port.worker == call.line.port.worker;
        if is_near { Ok(id) } else { Err(NoListening::NoPort) }
    }

    /// Whether the plan in force lets an agent listen to callers of the queue of a call.
    fn supervises(&self, agent: AgentId, call: CallId) -> bool {
        let queue = self.calls.get(call).and_then(|call| call.queued).map(|(queue, _)| queue);
        queue.is_some_and(|queue| self.plan.agent(agent).supervises.contains(&queue))
    }

    fn put_beside(&mut self, now: Moment, leg: LegId, beside: Beside) {
        let Some(caller) = self.calls.get(beside.call).map(|call| call.line.leg) else { return };
        let Some(dialled) = self.codes.by_leg.get_mut(&leg) else { return };
        dialled.beside = Some(beside);
        let (agent, worker) = (dialled.agent, dialled.line.port.worker);
        self.media(worker, Command::Monitor { stream: leg, caller, monitor: beside.how });
        self.monitored(now, beside.call, agent, self::beside(beside.how));
    }

    fn monitored(&mut self, now: Moment, call: CallId, agent: AgentId, how: How) {
        let agent = self.plan.agent(agent).account.clone();
        self.record(now, What::Call(call, CallEvent::Monitored { agent, how }));
    }

    /// A key was pressed at a phone that has dialled a code.
    pub(crate) fn supervisor_pressed(&mut self, now: Moment, leg: LegId, (key, way): (char, Way)) {
        let Some(dialled) = self.codes.by_leg.get_mut(&leg) else { return };
        if dialled.beside.is_none() || !dialled.line.is_new_press(now, key, way) {
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
        let dialled = match self.talks_with(beside.call, beside.agent) {
            true => self.codes.by_leg.remove(&leg),
            false => None,
        };
        let Some(dialled) = dialled else {
            return Err(Refusal::NotBeside(self.plan.agent(agent).account.clone()));
        };
        self.monitored(now, beside.call, agent, How::TookOver);
        self.take_caller_over(now, (beside.call, beside.agent), (agent, dialled.line));
        Ok(())
    }

    fn beside_of(&self, agent: AgentId) -> Result<(LegId, Beside), Refusal> {
        let mut dialled = self.codes.by_leg.iter().filter(|(_, dialled)| dialled.agent == agent);
        let found = dialled.find_map(|(leg, dialled)| Some((*leg, dialled.beside?)));
        found.ok_or_else(|| Refusal::NotBeside(self.plan.agent(agent).account.clone()))
    }

    /// Hangs up on those who are beside a talk that is over, or goes on with somebody else.
    pub(crate) fn look_at_supervisors(&mut self, now: Moment) {
        let over = |dialled: &CodeCall| {
            dialled.beside.is_some_and(|beside| !self.talks_with(beside.call, beside.agent))
        };
        let legs = self.codes.by_leg.iter().filter(|(_, dialled)| over(dialled));
        let legs: Vec<LegId> = legs.map(|(leg, _)| *leg).collect();
        if legs.is_empty() {
            return;
        }
        legs.into_iter().for_each(|leg| self.end_code(now, leg));
        self.settle(now);
    }

    /// Another plan is in force: whoever may not listen any more by it is told so, and hears nothing from here on.
    pub(crate) fn follow_supervisors(&mut self, now: Moment) {
        let is_barred = |dialled: &CodeCall| {
            dialled.beside.is_some_and(|beside| !self.supervises(dialled.agent, beside.call))
        };
        let legs = self.codes.by_leg.iter().filter(|(_, dialled)| is_barred(dialled));
        let legs: Vec<LegId> = legs.map(|(leg, _)| *leg).collect();
        legs.into_iter().for_each(|leg| self.bar(now, leg));
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
