//! After-call work: how long it may last, and the filing of calls.
//!
//! The acd keeps the one deadline; here is what it is made of. It ends when the time of queue or agent
//! is over, with what the agent has added to it; where calls have to be filed, when that is done too,
//! and at its limit in any case.

use crate::command::Refusal;
use crate::engine::Engine;
use clock::{Duration, Moment};
use dialplan::Filing;
use events::{AgentEvent, Name};
use ids::{AgentId, CallId, QueueId};

/// The last call of a queue that an agent talked in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastCall {
    call: CallId,
    queue: QueueId,
    filed: Filed,
    work: Option<Work>,
}

/// Whether a call was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filed {
    NotYet,
    Already,
}

/// After-call work that has begun.
#[derive(Clone, Copy, Debug)]
struct Work {
    began: Moment,
    /// When it ends once nothing has to be filed any more.
    due: Moment,
}

impl LastCall {
    /// The two have begun to talk.
    pub(crate) const fn new(call: CallId, queue: QueueId) -> Self {
        Self { call, queue, filed: Filed::NotYet, work: None }
    }
}

impl Engine {
    /// The agent talks in a call of this queue.
    pub(crate) fn talks(&mut self, agent: AgentId, call: CallId, queue: QueueId) {
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.last_call = Some(LastCall::new(call, queue));
        }
    }

    /// After-call work begins, until `due` unless more is to be done.
    pub(crate) fn wrap_up_started(
        &mut self,
        now: Moment,
        agent: AgentId,
        call: CallId,
        due: Moment,
    ) {
        let started = AgentEvent::WrapUpStarted { call: call.0, length_ms: ms(due.since(now)) };
        self.record_agent(now, agent, started);
        if let Some(last) = self.last_call(agent).filter(|last| last.call == call) {
            last.work = Some(Work { began: now, due });
            self.set_end(now, agent);
        }
    }

    /// Tells the acd when the after-call work ends, by what is known now.
    fn set_end(&mut self, now: Moment, agent: AgentId) {
        let Some(last) = self.last_call(agent).copied() else { return };
        let Some(work) = last.work else { return };
        let until = if self.must_file(&last) { self.latest(&last, work) } else { work.due };
        match self.acd.wrap_up_of(agent) {
            None => {}
            Some(_) if until <= now => self.acd.handle(now, acd::Input::WrapUpEnded(agent)),
            Some(before) if before == until => {}
            Some(_) => self.acd.handle(now, acd::Input::WrapUpUntil(agent, until)),
        }
    }

    fn must_file(&self, last: &LastCall) -> bool {
        let filing = self.plan.queue(last.queue).filing;
        filing == Filing::Required && last.filed == Filed::NotYet
    }

    /// When it ends at the latest. An agent's own time may be longer than what the queue allows.
    fn latest(&self, last: &LastCall, work: Work) -> Moment {
        work.due.max(work.began + self.plan.queue(last.queue).wrap_up_max)
    }

    /// The agent has more time for the work that is on.
    ///
    /// # Errors
    /// When none is on, or it lasts as long as it may.
    pub(crate) fn extend_wrap_up(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        let (last, work) = self.work_on(agent)?;
        let queue = self.plan.queue(last.queue);
        let due = (work.due + queue.wrap_up_step).min(self.latest(&last, work));
        if due <= work.due {
            return Err(Refusal::WrapUpMax(self.account(agent)));
        }
        if let Some(last) = self.last_call(agent) {
            last.work = Some(Work { due, ..work });
        }
        let length_ms = ms(due.since(work.began));
        let extended = AgentEvent::WrapUpExtended { call: last.call.0, length_ms };
        self.record_agent(now, agent, extended);
        self.set_end(now, agent);
        Ok(())
    }

    /// The agent is done with the work that is on.
    ///
    /// # Errors
    /// When none is on, or the call is to be filed first.
    pub(crate) fn end_wrap_up(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        let (last, _) = self.work_on(agent)?;
        if self.must_file(&last) {
            return Err(Refusal::NotFiled(self.account(agent)));
        }
        self.acd.handle(now, acd::Input::WrapUpEnded(agent));
        Ok(())
    }

    /// Files the call that is on, or the last one.
    ///
    /// # Errors
    /// When there is no such disposition, or no call.
    pub(crate) fn file_call(
        &mut self,
        now: Moment,
        agent: AgentId,
        disposition: &Name,
    ) -> Result<(), Refusal> {
        let Some(found) = self.plan.disposition_of(disposition) else {
            return Err(Refusal::UnknownDisposition(disposition.clone()));
        };
        let account = self.account(agent);
        let last = self.last_call(agent).ok_or(Refusal::NoCall(account))?;
        last.filed = Filed::Already;
        let call = last.call.0;
        let disposition = self.plan.disposition(found).name.clone();
        self.record_agent(now, agent, AgentEvent::Filed { call, disposition });
        self.set_end(now, agent);
        Ok(())
    }

    /// The after-call work that is on, and what it is for.
    fn work_on(&mut self, agent: AgentId) -> Result<(LastCall, Work), Refusal> {
        let is_on = self.acd.wrap_up_of(agent).is_some();
        let last = self.last_call(agent).copied().filter(|_| is_on);
        let found = last.and_then(|last| Some((last, last.work?)));
        found.ok_or_else(|| Refusal::NoWrapUp(self.account(agent)))
    }

    fn last_call(&mut self, agent: AgentId) -> Option<&mut LastCall> {
        self.desks.get_mut(agent)?.last_call.as_mut()
    }

    fn account(&self, agent: AgentId) -> Name {
        self.plan.agent(agent).account.clone()
    }
}

fn ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
