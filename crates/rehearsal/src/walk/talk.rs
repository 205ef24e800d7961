//! The talk with an agent, and what comes behind it.

use super::Walk;
use crate::transcript::{End, What};
use ivr::Input;

impl Walk<'_> {
    /// An agent answers. With that the trial is over, unless it is said how long the two talk.
    pub(super) fn connected(&mut self) {
        let Some(talks) = self.trial.talks else { return self.over(End::Connected) };
        self.stop_saying();
        // Who talks is out of the reach of the queue: it closes, and sends on, without them.
        self.queue = None;
        self.tell(What::Connected);
        self.talks_until = Some(self.now + talks);
        self.feed(Input::Connected);
    }

    /// The agent hangs up: the caller is asked on where the queue has a survey.
    pub(super) fn agent_leaves(&mut self) {
        self.talks_until = None;
        let survey = self.visit.survey();
        let to = survey.map(|(_, goto)| self.visit.plan().arrow(goto).into());
        self.tell(What::AgentLeft { to });
        self.feed(Input::AgentLeft);
    }
}
