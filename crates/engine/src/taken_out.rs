//! Agents whose phone rang in vain too often: told so on the phone, and back after a while where the plan
//! says so.

use crate::desk::DeskTimer;
use crate::engine::Engine;
use acd::{AgentState, NotReadyReason};
use clock::{Duration, Moment};
use dialplan::ShortCode;
use events::AgentEvent;
use ids::AgentId;
use rand::RngExt;
use sip_msg::{Method, Name, NameAddr, Request, Text, Uri};
use std::sync::Arc;

/// What the rings that took an agent out came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InVain {
    Missed,
    Declined,
    Busy,
    Unreachable,
}

impl InVain {
    /// What has taken an agent of this state out, if something has.
    const fn of(state: AgentState) -> Option<Self> {
        match state {
            AgentState::NotReady(reason) => match reason {
                NotReadyReason::MissedRing => Some(Self::Missed),
                NotReadyReason::DeclinedRing => Some(Self::Declined),
                NotReadyReason::BusyPhone => Some(Self::Busy),
                NotReadyReason::FailedPhone => Some(Self::Unreachable),
                NotReadyReason::Paused(_) | NotReadyReason::Settling { .. } => None,
            },
            AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::Occupied
            | AgentState::Ready
            | AgentState::Ringing(_)
            | AgentState::Talking(_)
            | AgentState::WrapUp { .. } => None,
        }
    }
}

impl Engine {
    /// Follows a change of the agent's state: whoever is taken out is told, and may come back.
    pub(crate) fn follow_taking_out(&mut self, now: Moment, agent: AgentId, state: AgentState) {
        let Some(why) = InVain::of(state) else {
            // Else still out, as far as that goes, under a pause or a call of the agent's own.
            let is_back =
                matches!(state, AgentState::Ready | AgentState::Ringing(_) | AgentState::LoggedOut);
            if is_back {
                self.desks.timers.clear(&DeskTimer::Return(agent));
                self.desks.get_mut(agent).into_iter().for_each(|desk| desk.is_out = false);
            }
            return;
        };
        let is_known =
            self.desks.get_mut(agent).is_none_or(|desk| std::mem::replace(&mut desk.is_out, true));
        if why == InVain::Missed && !is_known {
            self.record_agent(now, agent, AgentEvent::MissedTooOften);
        }
        // A phone that was gone meanwhile is told anew.
        self.tell_taken_out(now, agent, why);
        // It counts from when the agent was taken out, not from when a phone that was gone meanwhile is there again.
        let is_set = self.desks.timers.of(&DeskTimer::Return(agent)).is_some();
        if let Some(after) = self.returns_after(agent, why).filter(|_| !is_set) {
            self.desks.timers.set(DeskTimer::Return(agent), now + after);
        }
    }

    fn returns_after(&self, agent: AgentId, why: InVain) -> Option<Duration> {
        let returns = self.plan.agent(agent).returns;
        match why {
            InVain::Missed => returns.missed,
            InVain::Declined => returns.declined,
            InVain::Busy => returns.busy,
            InVain::Unreachable => returns.unreachable,
        }
    }

    /// The agent has been out for long enough.
    pub(crate) fn returns(&mut self, now: Moment, agent: AgentId) {
        self.acd.handle(now, acd::Input::CameBack(agent));
    }

    /// Says it on every phone of the agent, as a text (RFC 3428). A phone that shows none refuses it,
    /// and nothing is lost: it is no conversation, and is not sent again.
    fn tell_taken_out(&mut self, now: Moment, agent: AgentId, why: InVain) {
        let account = self.plan.agent(agent).account.clone();
        let text = self.taken_out_text(agent, why);
        let phones: Vec<_> = self.registrar.bindings(&account).cloned().collect();
        for phone in phones {
            let home = self.config.sip.plain_at(phone.hop);
            let tag = format!("{:016x}", self.random.random::<u64>());
            let call_id = format!("{:032x}", self.random.random::<u128>());
            let us = NameAddr::new(Uri::sip(Text::from(account.to_string()), home));
            let (from, to) = (us.clone().with_tag(Text::from(tag)), us);
            let call_id = Text::from(call_id);
            let mut request = Request::new(Method::Message, phone.contact, from, to, call_id, 1);
            for proxy in &phone.path {
                request.headers.push(Name::Route, Text::from(proxy));
            }
            request.headers.push(Name::ContentType, "text/plain;charset=UTF-8");
            request.body = bytes::Bytes::from(text.clone());
            self.ua.request(now, phone.hop, request);
        }
    }

    fn taken_out_text(&self, agent: AgentId, why: InVain) -> String {
        let max = self.plan.agent(agent).rings_max;
        let back = self.plan.short_codes.of(ShortCode::Resume).map_or("", |code| code);
        let language: &Arc<str> = self.plan.language(self.plan.default_language);
        if language.split('-').next() == Some("sv") {
            let what = match why {
                InVain::Missed => format!("{} samtal har inte besvarats", max.missed),
                InVain::Declined => format!("{} samtal har avvisats", max.declined),
                InVain::Busy => format!("telefonen var upptagen {} gånger", max.busy),
                InVain::Unreachable => format!("telefonen nåddes inte {} gånger", max.unreachable),
            };
            return format!(
                "Du får inga fler samtal: {what} i rad. Ring {back} för att ta emot igen."
            );
        }
        let what = match why {
            InVain::Missed => format!("{} calls were not answered", max.missed),
            InVain::Declined => format!("{} calls were declined", max.declined),
            InVain::Busy => format!("the phone was busy {} times", max.busy),
            InVain::Unreachable => {
                format!("the phone could not be reached {} times", max.unreachable)
            }
        };
        format!("You get no more calls: {what} in a row. Dial {back} to take calls again.")
    }
}
