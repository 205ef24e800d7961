//! A direct call of an earlier run of the engine, in which two talk.

use super::{Destination, DirectCall, Party, Side, Stage, Talk};
use crate::calls::Owner;
use crate::engine::Engine;
use crate::line::Line;
use crate::passage::Passage;
use bytes::Bytes;
use clock::Moment;
use ids::{AgentId, CallId};

impl DirectCall {
    /// These two talk, and have since then.
    pub(crate) fn of_two(
        (id, since): (CallId, Moment),
        (party, caller): (Party, Line),
        (to, called): (Destination, Line),
    ) -> Self {
        Self {
            id,
            party,
            from: None,
            to,
            dialled: String::new(),
            caller,
            passage: Passage::of_our_own(),
            redirections: 0,
            body: Bytes::new(),
            port: called.port,
            transfer: None,
            stage: Stage::Talking(Talk { line: called, held: None }),
            since,
        }
    }

    /// By whose right the other one was called, what was dialled, and what went on to them.
    pub(crate) fn by(self, from: Option<AgentId>, dialled: String, passage: Passage) -> Self {
        Self { from, dialled, passage, ..self }
    }

    /// The agent who hands the call over and is still there, with the line, and whether it is a call of the queue as long as nobody
    /// else has it.
    pub(crate) fn referrer(&self) -> Option<(AgentId, &Line, bool)> {
        self.transfer.as_ref()?.of_agent()
    }

    /// What goes on to the other side.
    pub(crate) const fn passage(&self) -> &Passage {
        &self.passage
    }
}

impl Engine {
    /// The two hear each other.
    pub(crate) fn talk_on_directly(&mut self, now: Moment, call: DirectCall) {
        let id = call.id;
        self.calls.own(call.caller.leg, Owner::Direct(id, Side::Caller));
        if let Stage::Talking(talk) = &call.stage {
            self.calls.own(talk.line.leg, Owner::Direct(id, Side::Called));
        }
        self.directs.by_id.insert(id, call);
        self.join_direct(id);
        self.follow_direct_hold(now, id);
    }
}
