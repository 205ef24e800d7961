//! A supervisor who was beside two who talk goes on with the caller, and the agent is let go.

use super::{Of, Parted, Referrer};
use crate::direct::{Destination, DirectCall};
use crate::engine::Engine;
use crate::line::Line;
use clock::Moment;
use ids::{AgentId, CallId};

impl Engine {
    /// The caller of this call, who talks with an agent, talks with the supervisor on this line from here on.
    pub(crate) fn take_caller_over(
        &mut self,
        now: Moment,
        (id, from): (CallId, AgentId),
        (supervisor, called): (AgentId, Line),
    ) {
        let parted = self.part(Referrer { call: id, by: from, of: Of::Queue });
        let Some(Parted { party, other: caller, line, desk, passage }) = parted else {
            return self.close(called);
        };
        let legs = (caller.leg, called.leg);
        let to = (Destination::Agent(supervisor), called);
        let dialled = self.plan.agent(supervisor).account.to_string();
        let call = DirectCall::of_two((id, now), (party, caller), to);
        self.talk_on_directly(now, call.by(Some(from), dialled, passage));
        self.join_ends(legs.0, legs.1);
        self.let_go(now, from, id, (line, desk));
        self.taken_over(now, id);
    }
}
