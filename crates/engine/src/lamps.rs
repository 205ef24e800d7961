//! Lamps: an agent's phone watches other agents, and shows beside a key who is on the phone.
//!
//! Who may watch whom is simple: every agent of the plan every other one. What is seen is worked out
//! when it is written, after everything that was decided about calls is on its way.

use crate::call::{Call, Stage};
use crate::config::Config;
use crate::direct::{self, DirectCall};
use crate::engine::Engine;
use crate::incoming::user_of;
use acd::{AgentState, NotReadyReason};
use clock::{Deadlines, Moment};
use ids::{AgentId, SubscriptionId};
use notifier::{Asked, CallSeen, Duty, Notifier, Notify, Progress, Seen, Side};
use rand::rngs::StdRng;
use registrar::Challenge;
use sip_msg::{Request, Response, StatusCode, Text};
use sip_txn::{ClientTxn, Hop};
use std::collections::BTreeMap;

/// The share of transactions that NOTIFYs may take: one in so many.
const SHARE: usize = 4;

/// Who watches whom, and of whom there is news.
#[derive(Debug)]
pub(crate) struct Lamps {
    notifier: Notifier,
    /// Agents who are watched and of whom something may have changed.
    changed: Deadlines<AgentId>,
    /// NOTIFYs that are on their way.
    sent: BTreeMap<ClientTxn, SubscriptionId>,
}

impl Lamps {
    pub(crate) fn new(config: &Config, random: StdRng) -> Self {
        let at_once_max = notifier::AT_ONCE_MAX.min(config.transactions_max / SHARE).max(1);
        let settings = notifier::Config {
            per_account_max: config.subscriptions_per_account_max,
            subscriptions_max: config.subscriptions_max,
            at_once_max,
            ..notifier::Config::default()
        };
        Self {
            notifier: Notifier::new(settings, random),
            changed: Deadlines::default(),
            sent: BTreeMap::new(),
        }
    }

    /// How many subscriptions there are.
    pub(crate) fn subscriptions(&self) -> usize {
        self.notifier.len()
    }

    /// How many NOTIFYs are on their way.
    pub(crate) fn unanswered(&self) -> usize {
        self.sent.len()
    }

    /// Something about the agent may have changed.
    pub(crate) fn changed(&mut self, now: Moment, agent: AgentId) {
        if self.notifier.is_watched(agent) {
            self.changed.set(agent, now);
        }
    }

    /// Whether a phone is told of its lamps over this connection.
    pub(crate) fn tells_over(&self, flow: ids::FlowId) -> bool {
        self.notifier.tells_over(flow)
    }

    pub(crate) fn flow_closed(&mut self, flow: ids::FlowId) {
        self.notifier.flow_closed(flow);
    }

    /// No more lamps from here: phones are told when to ask again.
    pub(crate) fn close(&mut self, now: Moment) {
        self.notifier.close(now);
    }

    pub(crate) fn poll_timeout(&self) -> Option<Moment> {
        [self.changed.next(), self.notifier.poll_timeout()].into_iter().flatten().min()
    }

    /// The answer to a request outside all legs; whether it was one to a NOTIFY.
    pub(crate) fn answered(&mut self, now: Moment, txn: ClientTxn, response: &Response) -> bool {
        let Some(subscription) = self.sent.get(&txn).copied() else { return false };
        if response.status.is_final() {
            self.sent.remove(&txn);
            self.notifier.answered(now, subscription, response);
        }
        true
    }

    /// A request outside all legs got no answer; whether it was a NOTIFY.
    pub(crate) fn failed(&mut self, txn: ClientTxn) -> bool {
        let subscription = self.sent.remove(&txn);
        subscription.into_iter().for_each(|subscription| self.notifier.failed(subscription));
        subscription.is_some()
    }
}

impl Engine {
    /// Answers a SUBSCRIBE.
    pub(crate) fn subscribe(&mut self, now: Moment, hop: Hop, request: &Request) -> Response {
        let by = match self.watcher(now, hop, request) {
            Ok(by) => by,
            Err(refusal) => return *refusal,
        };
        let whom = self.plan.agent_of(&user_of(&request.uri));
        let named = whom.map(|whom| Text::from(self.plan.agent(whom).account.to_string()));
        let contact = self.ua.contact(named.unwrap_or_default(), hop);
        let asked = Asked { hop, request, by, whom, contact };
        let response = self.lamps.notifier.subscribe(now, &asked);
        whom.into_iter().for_each(|whom| self.lamps.changed(now, whom));
        response
    }

    /// The agent whose phone asks. Trunks have nobody to watch, and strangers are asked who they are,
    /// welcome or not.
    fn watcher(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
    ) -> Result<AgentId, Box<Response>> {
        let forbidden = || Box::new(request.reply(StatusCode::FORBIDDEN));
        if self.trunks.at(&self.plan, &self.carriers, hop).is_some() {
            return Err(forbidden());
        }
        let account = self.registrar.authenticate(now, hop, request, Challenge::Www)?;
        self.plan.agent_of(&account.to_str_lossy()).ok_or_else(forbidden)
    }

    /// Looks at who has changed, and sends what is due.
    pub(crate) fn light_lamps(&mut self, now: Moment) {
        while let Some(agent) = self.lamps.changed.pop_due(now) {
            let seen = self.seen(agent);
            self.lamps.notifier.see(now, agent, seen);
        }
        self.lamps.notifier.handle_timeout(now);
        while let Some(Notify { subscription, hop, request }) = self.lamps.notifier.poll_output() {
            let txn = self.ua.request(now, hop, *request);
            self.lamps.sent.insert(txn, subscription);
        }
    }

    /// What others see of an agent.
    fn seen(&self, agent: AgentId) -> Seen {
        let state = self.desks.get(agent).map_or(AgentState::LoggedOut, |desk| desk.state);
        let of_queues = self.calls.iter().filter_map(|call| in_call(call, agent));
        let own = self.directs.iter().filter_map(|call| in_direct_call(call, agent));
        Seen { duty: duty(state), calls: of_queues.chain(own).collect() }
    }
}

const fn duty(state: AgentState) -> Duty {
    match state {
        AgentState::LoggedOut => Duty::LoggedOut,
        AgentState::Unreachable => Duty::NoPhone,
        AgentState::NotReady(
            NotReadyReason::Paused(_)
            | NotReadyReason::MissedRing
            | NotReadyReason::DeclinedRing
            | NotReadyReason::BusyPhone
            | NotReadyReason::FailedPhone,
        ) => Duty::Away,
        AgentState::WrapUp { .. } => Duty::WrapUp,
        // A phone that has a moment's pause is there all the same.
        AgentState::NotReady(NotReadyReason::Settling { .. })
        | AgentState::Occupied
        | AgentState::Ready
        | AgentState::Ringing(_)
        | AgentState::Talking(_) => Duty::Ready,
    }
}

/// What an agent is in a call of a number of ours.
fn in_call(call: &Call, agent: AgentId) -> Option<CallSeen> {
    let seen = |side, progress| Some(CallSeen { call: call.id, side, progress });
    if call.from == Some(agent) {
        return match call.stage {
            Stage::Recording { .. } => seen(Side::Initiator, Progress::Trying),
            Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Connecting(_)
            | Stage::Talking(_) => seen(Side::Initiator, Progress::Confirmed),
        };
    }
    match &call.stage {
        Stage::Ringing(_) if call.agents().contains(&agent) => {
            seen(Side::Recipient, Progress::Early)
        }
        Stage::Connecting(talk) | Stage::Talking(talk) if talk.agent == agent => {
            seen(Side::Recipient, Progress::Confirmed)
        }
        Stage::Recording { .. }
        | Stage::Answering
        | Stage::InPlan
        | Stage::Waiting
        | Stage::Ringing(_)
        | Stage::Connecting(_)
        | Stage::Talking(_) => None,
    }
}

/// What an agent is in a direct call.
fn in_direct_call(call: &DirectCall, agent: AgentId) -> Option<CallSeen> {
    let side = if call.from == Some(agent) {
        Side::Initiator
    } else if call.agents().any(|one| one == agent) {
        Side::Recipient
    } else {
        return None;
    };
    let progress = match (&call.stage, side) {
        (direct::Stage::Talking(_), _) => Progress::Confirmed,
        (direct::Stage::Calling(_), Side::Recipient) => Progress::Early,
        (direct::Stage::Calling(calling), Side::Initiator) if calling.is_heard_of() => {
            Progress::Early
        }
        (direct::Stage::Calling(_), Side::Initiator) => Progress::Trying,
    };
    Some(CallSeen { call: call.id, side, progress })
}
