//! Which of their queues an agent serves.

use crate::command::Refusal;
use crate::engine::Engine;
use clock::Moment;
use events::{AgentEvent, Name};
use ids::{AgentId, QueueId};

impl Engine {
    /// The agent serves the queue again.
    ///
    /// # Errors
    /// When it is no queue of theirs.
    pub(crate) fn join_queue(
        &mut self,
        now: Moment,
        agent: AgentId,
        queue: &Name,
    ) -> Result<(), Refusal> {
        let found = self.queue_of_agent(agent, queue)?;
        if self.acd.away_from(agent).any(|away| away == found) {
            self.record_agent(now, agent, AgentEvent::JoinedQueue { queue: queue.clone() });
            self.acd.handle(now, acd::Input::JoinedQueue(agent, found));
        }
        Ok(())
    }

    /// The agent serves the queue no more, until they join it again. A ring for it moves on at once.
    ///
    /// # Errors
    /// When it is no queue of theirs.
    pub(crate) fn leave_queue(
        &mut self,
        now: Moment,
        agent: AgentId,
        queue: &Name,
    ) -> Result<(), Refusal> {
        let found = self.queue_of_agent(agent, queue)?;
        if self.acd.away_from(agent).all(|away| away != found) {
            self.record_agent(now, agent, AgentEvent::LeftQueue { queue: queue.clone() });
            self.acd.handle(now, acd::Input::LeftQueue(agent, found));
        }
        Ok(())
    }

    fn queue_of_agent(&self, agent: AgentId, queue: &Name) -> Result<QueueId, Refusal> {
        let serving = &self.plan.agent(agent).queues;
        let found = serving.iter().copied().find(|one| self.plan.queue(*one).name == *queue);
        found.ok_or_else(|| Refusal::NotOfQueue {
            agent: self.plan.agent(agent).account.clone(),
            queue: queue.clone(),
        })
    }
}
