//! An agent hands the other party over (REFER: RFC 3515, RFC 5589).
//!
//! Only agents may, in a call in which they talk, and only to where they could have called
//! themselves: else whoever gets at a phone could have the world called at our cost. Meanwhile the
//! other party hears music, and the agent's leg stays until the agent or the one who is called ends
//! that. Whatever becomes of it, the other party is never lost: if nobody takes the call, it goes back to
//! the agent, or into the queue at the place that it had.

mod attended;
mod back;
mod blind;
mod by_supervisor;
mod part;
mod take_over;
mod visitor;

use self::part::Parted;
pub(crate) use self::visitor::Visitor;
use super::{Destination, DirectCall, Party, Side, Stage};
use crate::calls::Owner;
use crate::ending::NORMAL_CLEARING;
use crate::engine::Engine;
use crate::identity::number_of;
use crate::line::Line;
use clock::Moment;
use events::{CallEvent, What};
use ids::{AgentId, CallId, LegId, QueueId, ReservationId};
use sip_msg::{StatusCode, Text};
use sip_ua::{Referral, ReferralId, Replaced};

/// A handing over that is under way.
#[derive(Debug)]
pub(crate) struct Transfer {
    by: AgentId,
    /// Whom to tell how it goes.
    referral: ReferralId,
    /// The agent's line, as long as the agent is there.
    line: Option<Line>,
    desk: Desk,
}

/// What the call is to the agent who hands it over.
#[derive(Clone, Copy, Debug)]
enum Desk {
    /// One of a queue, with this reservation: after-call work begins when the agent's leg ends.
    Queue(ReservationId),
    /// One that a colleague has handed over: the same where the agent had room for it, and else one of their own.
    TakenOver,
    /// One of the agent's own.
    Own,
}

/// An agent who talks in a call, and may hand it over.
#[derive(Clone, Copy, Debug)]
struct Referrer {
    call: CallId,
    by: AgentId,
    of: Of,
}

/// What kind of call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Queue,
    /// A direct call, in which the agent is this side.
    Direct(Side),
}

impl Transfer {
    pub(super) const fn referral(&self) -> ReferralId {
        self.referral
    }

    /// The agent's line, as long as the agent is there, and whether the call is one of a queue for the agent alone.
    pub(super) const fn of_agent(&self) -> Option<(AgentId, &Line, bool)> {
        let Some(line) = &self.line else { return None };
        Some((self.by, line, matches!(self.desk, Desk::Queue(_))))
    }
}

impl DirectCall {
    /// Whom to tell how the handing over goes, if one is under way.
    pub(super) fn referral(&self) -> Option<ReferralId> {
        self.transfer.as_ref().map(|transfer| transfer.referral())
    }

    /// The agent who talks with a caller of ours, handed over by a colleague.
    pub(crate) fn takes_over(&self) -> Option<AgentId> {
        match (&self.party, &self.stage, &self.to) {
            (Party::Visitor(_), Stage::Talking(_), Destination::Agent(agent)) => Some(*agent),
            _ => None,
        }
    }

    /// The queue that the caller of ours has come by.
    pub(crate) fn queue(&self) -> Option<QueueId> {
        match &self.party {
            Party::Visitor(visitor) => visitor.queued.map(|(queue, _)| queue),
            Party::Agent(_) | Party::Outside(_) => None,
        }
    }

    /// The line of the agent who hands the call over.
    pub(crate) fn referrers_line_mut(&mut self) -> Option<&mut Line> {
        self.transfer.as_mut()?.line.as_mut()
    }
}

impl Engine {
    /// A phone refers us to somebody.
    pub(crate) fn referred(
        &mut self,
        now: Moment,
        leg: LegId,
        referral: ReferralId,
        to: &Referral,
    ) {
        let Some(referrer) = self.referrer(leg) else {
            // A caller, a carrier, or a phone that talks with nobody.
            return self.ua.refuse_referral(now, referral, StatusCode::FORBIDDEN);
        };
        match to.replaces {
            None => self.transfer_blindly(now, referrer, referral, &number_of(&to.target)),
            Some(Replaced::Leg(other)) => self.join_with(now, referrer, referral, other),
            Some(Replaced::Unknown) => {
                self.no_transfer(now, referral, StatusCode::CALL_DOES_NOT_EXIST);
            }
        }
    }

    /// The agent whose leg it is, if the agent talks on it.
    fn referrer(&self, leg: LegId) -> Option<Referrer> {
        match self.calls.owner(leg)? {
            Owner::Agent(call) => {
                let found = self.calls.get(call)?;
                let by = found.talking()?.agent;
                Some(Referrer { call, by, of: Of::Queue })
            }
            Owner::Direct(call, side) => {
                let by = self.directs.get(call)?.talking_agent(side)?;
                Some(Referrer { call, by, of: Of::Direct(side) })
            }
            Owner::Caller(_)
            | Owner::Customer(_)
            | Owner::ShortCode
            | Owner::Summoned(_)
            | Owner::Referrer(_)
            | Owner::Interrupted(_) => None,
        }
    }

    /// Says no. What the plan forbids is refused at once; anything else is told as what became of it,
    /// since a phone may take a 404 or 481 for the end of its call (RFC 5057 §5.1).
    fn no_transfer(&mut self, now: Moment, referral: ReferralId, status: StatusCode) {
        if status == StatusCode::FORBIDDEN {
            self.ua.refuse_referral(now, referral, status);
        } else {
            self.ua.accept_referral(now, referral);
            self.ua.notify_referral(now, referral, status);
        }
    }

    /// The one who was called has answered: the agent is done with it. Whether there was a handing over.
    pub(super) fn transferred(&mut self, now: Moment, id: CallId) -> bool {
        let Some(call) = self.directs.get_mut(id) else { return false };
        let Some(transfer) = call.transfer.take() else { return false };
        let (dialled, to) = (call.dialled.clone(), call.to.clone());
        self.ua.notify_referral(now, transfer.referral, StatusCode::OK);
        self.say_transferred(now, id, transfer.by, (dialled, &to));
        self.let_referrer_go(now, id, *transfer);
        true
    }

    fn say_transferred(
        &mut self,
        now: Moment,
        id: CallId,
        by: AgentId,
        (to, destination): (String, &Destination),
    ) {
        let by = self.plan.agent(by).account.clone();
        let trunk = self.trunk_of(destination);
        self.record(now, What::Call(id, CallEvent::Transferred { by, to, trunk }));
    }

    /// Ends the agent's leg, if it is there yet, and with it the agent's part in the call.
    pub(super) fn let_referrer_go(&mut self, now: Moment, id: CallId, transfer: Transfer) {
        let Transfer { by, line, desk, .. } = transfer;
        line.into_iter().for_each(|line| self.let_go(now, by, id, (line, desk)));
    }

    /// Ends a leg of the agent, and what the call was to the agent.
    fn let_go(&mut self, now: Moment, by: AgentId, id: CallId, (line, desk): (Line, Desk)) {
        self.calls.disown(line.leg);
        self.ua.hang_up(now, line.leg, Some(Text::from(NORMAL_CLEARING)));
        self.close(line);
        self.clear_desk(now, by, (id, desk));
    }

    /// The agent's leg is gone before the handing over is decided, which goes on.
    pub(crate) fn referrer_gone(&mut self, now: Moment, id: CallId) {
        let transfer = self.directs.get_mut(id).and_then(|call| call.transfer.as_mut());
        let Some(transfer) = transfer else { return };
        let (by, desk) = (transfer.by, transfer.desk);
        let Some(line) = transfer.line.take() else { return };
        self.calls.disown(line.leg);
        self.close(line);
        self.clear_desk(now, by, (id, desk));
        self.touch_call(id);
    }

    fn clear_desk(&mut self, now: Moment, by: AgentId, (call, desk): (CallId, Desk)) {
        match desk {
            Desk::Queue(_) => self.talks_no_more(now, by, call),
            Desk::TakenOver | Desk::Own => self.release_from(now, by, call),
        }
    }

    /// A caller of a queue talks with a colleague now, for whom that is a call of the queue if there is room for it,
    /// and else stays one of their own.
    pub(super) fn taken_over(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.directs.get(id) else { return };
        let (Some(agent), Some(queue)) = (call.takes_over(), call.queue()) else { return };
        self.acd.handle(now, acd::Input::TookOver(agent, id, queue));
        if self.acd.talks_in(agent, id) {
            self.talks(agent, id, queue);
            self.release(now, agent);
        }
    }

    /// The agent is done with a direct call, whichever of the two it was.
    pub(super) fn release_from(&mut self, now: Moment, agent: AgentId, call: CallId) {
        if self.acd.talks_in(agent, call) {
            self.talks_no_more(now, agent, call);
        } else {
            self.release(now, agent);
        }
    }
}
