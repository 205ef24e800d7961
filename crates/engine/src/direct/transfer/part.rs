//! Takes a call apart: the agent's line on one side, the other party with all that is its own on the
//! other.

use super::{Desk, Of, Referrer, Visitor};
use crate::call::{Call, Stage as CallStage, Talk, Talked};
use crate::calls::Owner;
use crate::direct::{DirectCall, Party, Side, Stage};
use crate::engine::Engine;
use crate::line::Line;
use crate::passage::Passage;
use clock::Moment;
use ids::{AgentId, CallId};
use media_protocol::{Command, Port};
use sip_msg::NameAddr;

/// A call without its agent.
#[derive(Debug)]
pub(super) struct Parted {
    pub(super) party: Party,
    /// The other party's line.
    pub(super) other: Line,
    /// The agent's.
    pub(super) line: Line,
    pub(super) desk: Desk,
    pub(super) passage: Passage,
}

impl DirectCall {
    /// The agent who talks on this side.
    pub(super) fn talking_agent(&self, side: Side) -> Option<AgentId> {
        let Stage::Talking(_) = &self.stage else { return None };
        match (side, &self.party, &self.to) {
            (Side::Caller, Party::Agent(agent), _)
            | (Side::Called, _, crate::direct::Destination::Agent(agent)) => Some(*agent),
            (Side::Caller, Party::Outside(_) | Party::Visitor(_), _)
            | (Side::Called, _, crate::direct::Destination::Outside(_)) => None,
        }
    }
}

impl Call {
    /// The caller, without what the stage had; with the line and what goes on with the call.
    pub(crate) fn into_visitor(self) -> (Visitor, Line, Passage) {
        let Self {
            number,
            source,
            share,
            from,
            caller,
            passage,
            line,
            known,
            choices,
            whisper,
            ..
        } = self;
        let Self { visit, language, music, queued, turn, priority, promise, talked, .. } = self;
        let recording = self.recording;
        let visitor = Visitor {
            number,
            source,
            share,
            from,
            caller,
            known,
            choices,
            whisper,
            visit,
            language,
            music,
            queued,
            turn,
            priority,
            promise,
            talked,
            recording,
        };
        (visitor, line, passage)
    }
}

impl Engine {
    /// The other party's line, as others are shown who it is, and what goes on with its call.
    pub(super) fn other_party(&self, referrer: Referrer) -> Option<(&Line, NameAddr, Passage)> {
        match referrer.of {
            Of::Queue => {
                let call = self.calls.get(referrer.call)?;
                let shown = self.shown_caller(&call.caller, call.known.as_deref(), call.queued);
                Some((&call.line, shown, call.passage.clone()))
            }
            Of::Direct(side) => {
                let call = self.directs.get(referrer.call)?;
                let Stage::Talking(talk) = &call.stage else { return None };
                let (line, shown) = match side {
                    Side::Caller => (&talk.line, self.shown(&call.to.clone().into_party())),
                    Side::Called => (&call.caller, self.shown(&call.party)),
                };
                Some((line, shown, call.passage.clone()))
            }
        }
    }

    /// Takes the call out of the books and apart. The two do not hear each other any more.
    pub(super) fn part(&mut self, referrer: Referrer) -> Option<Parted> {
        let parted = match referrer.of {
            Of::Queue => self.part_from_queue(referrer.call),
            Of::Direct(side) => self.part_direct(referrer.call, side),
        }?;
        let (worker, stream) = (parted.line.port.worker, parted.line.leg);
        self.media(worker, Command::Unbridge { stream });
        Some(parted)
    }

    fn part_from_queue(&mut self, id: CallId) -> Option<Parted> {
        self.calls.get(id)?.talking()?;
        let mut call = self.calls.remove(id)?;
        self.forget_timers(&call);
        let CallStage::Talking(Talk { reservation, line, .. }) =
            std::mem::replace(&mut call.stage, CallStage::InPlan)
        else {
            return None;
        };
        let (mut visitor, other, passage) = call.into_visitor();
        visitor.talked = Talked::Before;
        let (party, desk) = (Party::Visitor(Box::new(visitor)), Desk::Queue(reservation));
        Some(Parted { party, other, line, desk, passage })
    }

    fn part_direct(&mut self, id: CallId, side: Side) -> Option<Parted> {
        let call = self.directs.get(id)?;
        let agent = call.talking_agent(side)?;
        let desk = if call.takes_over() == Some(agent) { Desk::TakenOver } else { Desk::Own };
        let call = self.directs.by_id.remove(&id)?;
        let Stage::Talking(talk) = call.stage else { return None };
        let (party, other, line) = match side {
            Side::Caller => (call.to.into_party(), talk.line, call.caller),
            Side::Called => (call.party, call.caller, talk.line),
        };
        Some(Parted { party, other, line, desk, passage: call.passage })
    }

    /// The caller of a queue is in a call of that kind again.
    pub(in crate::direct) fn take_back(
        &mut self,
        now: Moment,
        id: CallId,
        visitor: Visitor,
        (line, agent_port): (Line, Port),
        (passage, talked, stage): (Passage, Talked, CallStage),
    ) {
        let Visitor { number, source, share, from, caller, known, choices, whisper, .. } = visitor;
        let Visitor { visit, language, music, queued, turn, priority, promise, recording, .. } =
            visitor;
        self.calls.own(line.leg, Owner::Caller(id));
        self.calls.insert(Call {
            id,
            number,
            source,
            share,
            from,
            caller,
            known,
            choices,
            whisper,
            passage,
            line,
            agent_port,
            visit,
            language,
            music,
            queued,
            turn,
            talked,
            priority,
            message: None,
            promise,
            // Whom an agent hands over is asked nothing.
            asked_again: true,
            takes_up: None,
            recording,
            forecast: None,
            stage,
            since: now,
        });
    }
}
