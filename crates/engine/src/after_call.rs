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

/// What an agent has to do with calls of queues, beside talking.
#[derive(Debug, Default)]
pub(crate) struct AfterCall {
    /// The calls that are on, and those that have ended since the agent was last without one; the one that began or
    /// ended last comes last.
    calls: Vec<Talked>,
    /// The work that is on.
    work: Option<Work>,
}

/// A call of a queue that an agent talks in, or has talked in.
#[derive(Clone, Copy, Debug)]
struct Talked {
    call: CallId,
    queue: QueueId,
    filed: Filed,
    is: Is,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    On,
    Over,
}

/// Whether a call was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filed {
    NotYet,
    Already,
}

/// After-call work that has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    /// What it comes of: of several calls, the one that has led to the longest.
    pub(crate) call: CallId,
    pub(crate) queue: QueueId,
    pub(crate) began: Moment,
    /// When it ends once nothing has to be filed any more.
    pub(crate) due: Moment,
}

/// Calls that are over and may still be filed. An agent who is never without one can not file those before.
const OVER_MAX: usize = 8;

impl AfterCall {
    /// The agent talks in a call of this queue. Without another one on, those that are over can not be filed any more.
    fn begins(&mut self, call: CallId, queue: QueueId) {
        self.calls.retain(|each| each.call != call);
        if self.calls.iter().all(|each| each.is == Is::Over) {
            self.calls.clear();
        }
        self.calls.push(Talked { call, queue, filed: Filed::NotYet, is: Is::On });
    }

    /// The agent's part in the call is over.
    fn ends(&mut self, call: CallId) {
        let Some(at) = self.calls.iter().position(|each| each.call == call) else { return };
        let ended = self.calls.remove(at);
        self.calls.push(Talked { is: Is::Over, ..ended });
        let over = self.calls.iter().filter(|each| each.is == Is::Over).count();
        if over > OVER_MAX
            && let Some(first) = self.calls.iter().position(|each| each.is == Is::Over)
        {
            self.calls.remove(first);
        }
    }

    /// The call that is filed next: of those that are not yet, the one that began or ended last, and else the last
    /// of all.
    fn filed_next(&mut self) -> Option<&mut Talked> {
        let unfiled = self.calls.iter().rposition(|each| each.filed == Filed::NotYet);
        let at = unfiled.or_else(|| self.calls.len().checked_sub(1))?;
        self.calls.get_mut(at)
    }

    /// The work that is on, and whether its call was filed.
    pub(crate) fn work(&self) -> Option<(Work, bool)> {
        let work = self.work?;
        let of_call = self.calls.iter().find(|each| each.call == work.call);
        Some((work, of_call.is_some_and(|call| call.filed == Filed::Already)))
    }

    /// Work goes on that an earlier run has seen begin.
    pub(crate) fn goes_on(&mut self, work: Work, filed: bool) {
        let filed = if filed { Filed::Already } else { Filed::NotYet };
        let Work { call, queue, .. } = work;
        self.calls = vec![Talked { call, queue, filed, is: Is::Over }];
        self.work = Some(work);
    }

    /// Only the last call can be filed when the work is over.
    fn over(&mut self) {
        self.work = None;
        let last = self.calls.len().saturating_sub(1);
        self.calls.drain(..last);
    }
}

impl Engine {
    /// The agent talks in a call of this queue.
    pub(crate) fn talks(&mut self, agent: AgentId, call: CallId, queue: QueueId) {
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.after_call.begins(call, queue);
        }
    }

    /// The agent's part in a conversation of a queue is over.
    pub(crate) fn talks_no_more(&mut self, now: Moment, agent: AgentId, call: CallId) {
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.after_call.ends(call);
        }
        self.acd.handle(now, acd::Input::Ended(agent, call));
        self.lamps.changed(now, agent);
    }

    /// After-call work begins, until `due` unless more is to be done.
    pub(crate) fn wrap_up_started(
        &mut self,
        now: Moment,
        agent: AgentId,
        (call, queue): (CallId, QueueId),
        due: Moment,
    ) {
        let started = AgentEvent::WrapUpStarted { call: call.0, length_ms: ms(due.since(now)) };
        self.record_agent(now, agent, started);
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.after_call.work = Some(Work { call, queue, began: now, due });
            self.set_end(now, agent);
        }
    }

    /// It is over.
    pub(crate) fn wrap_up_over(&mut self, now: Moment, agent: AgentId) {
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.after_call.over();
        }
        self.record_agent(now, agent, AgentEvent::WrapUpEnded);
    }

    /// Tells the acd when the after-call work ends, by what is known now.
    fn set_end(&mut self, now: Moment, agent: AgentId) {
        let Some(after) = self.desks.get(agent).map(|desk| &desk.after_call) else { return };
        let Some(work) = after.work else { return };
        let to_be_filed = self.to_be_filed(after).map(|call| self.latest(work, call.queue)).max();
        let until = to_be_filed.unwrap_or(work.due);
        match self.acd.wrap_up_of(agent) {
            None => {}
            Some(_) if until <= now => self.acd.handle(now, acd::Input::WrapUpEnded(agent)),
            Some(before) if before == until => {}
            Some(_) => self.acd.handle(now, acd::Input::WrapUpUntil(agent, until)),
        }
    }

    /// The calls that have to be filed before the work ends.
    fn to_be_filed<'a>(&'a self, after: &'a AfterCall) -> impl Iterator<Item = &'a Talked> {
        after.calls.iter().filter(|call| {
            let filing = self.plan.queue(call.queue).filing;
            filing == Filing::Required && call.filed == Filed::NotYet
        })
    }

    /// When it ends at the latest, as a queue allows. An agent's own time may be longer than that.
    fn latest(&self, work: Work, queue: QueueId) -> Moment {
        work.due.max(work.began + self.plan.queue(queue).wrap_up_max)
    }

    /// The agent has more time for the work that is on.
    ///
    /// # Errors
    /// When none is on, or it lasts as long as it may.
    pub(crate) fn extend_wrap_up(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        let work = self.work_on(agent)?;
        let queue = self.plan.queue(work.queue);
        let due = (work.due + queue.wrap_up_step).min(self.latest(work, work.queue));
        if due <= work.due {
            return Err(Refusal::WrapUpMax(self.account(agent)));
        }
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.after_call.work = Some(Work { due, ..work });
        }
        let length_ms = ms(due.since(work.began));
        let extended = AgentEvent::WrapUpExtended { call: work.call.0, length_ms };
        self.record_agent(now, agent, extended);
        self.set_end(now, agent);
        Ok(())
    }

    /// The agent is done with the work that is on.
    ///
    /// # Errors
    /// When none is on, or the call is to be filed first.
    pub(crate) fn end_wrap_up(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        self.work_on(agent)?;
        let after = self.desks.get(agent).map(|desk| &desk.after_call);
        if after.is_some_and(|after| self.to_be_filed(after).next().is_some()) {
            return Err(Refusal::NotFiled(self.account(agent)));
        }
        self.acd.handle(now, acd::Input::WrapUpEnded(agent));
        Ok(())
    }

    /// Files the call that is on, or the last one: of several that are not filed yet the one that began or ended last.
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
        let desk = self.desks.get_mut(agent);
        let last = desk.and_then(|desk| desk.after_call.filed_next());
        let last = last.ok_or(Refusal::NoCall(account))?;
        last.filed = Filed::Already;
        let call = last.call.0;
        let disposition = self.plan.disposition(found).name.clone();
        self.record_agent(now, agent, AgentEvent::Filed { call, disposition });
        self.set_end(now, agent);
        Ok(())
    }

    /// The after-call work that is on.
    fn work_on(&self, agent: AgentId) -> Result<Work, Refusal> {
        let is_on = self.acd.wrap_up_of(agent).is_some();
        let work = self.desks.get(agent).and_then(|desk| desk.after_call.work);
        work.filter(|_| is_on).ok_or_else(|| Refusal::NoWrapUp(self.account(agent)))
    }

    pub(crate) fn account(&self, agent: AgentId) -> Name {
        self.plan.agent(agent).account.clone()
    }
}

fn ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
