//! What the centre looks like right now, for everyone who only looks.

use crate::call::{Call, Stage, Talked};
use crate::direct::{Destination, DirectCall, Party};
use crate::engine::{Engine, Timer};
use crate::overload::Strain;
use crate::pausing::PauseLength;
use crate::trunks::Share;
use crate::turn::Over;
use crate::work_items::{Task, WorkItem};
use acd::{AgentState, NotReadyReason};
use clock::Moment;
use dialplan::Known;
use events::{Ani, Kept};
use ids::{AgentId, QueueId, TrunkId};
use jiff::Timestamp;
use snapshot::{
    AgentNow, Alarm, CallNow, CallbackNow, QueueNow, QueueToday, Snapshot, Totals, TrunkNow,
    VoicemailNow,
};
use std::sync::Arc;

impl Engine {
    /// What somebody must see to, as far as the engine knows it.
    fn alarms(&self, now: Moment) -> Vec<Alarm> {
        let told = |(since, strain): (Moment, Strain)| Alarm {
            about: "load".to_owned(),
            since: self.stamp(since),
            what: format!("new calls are refused: {}", strain.told()),
        };
        let over = |over: Over| Alarm {
            about: "source".to_owned(),
            since: self.stamp(over.since),
            what: format!(
                "{} says too much and is not heard beyond requests_per_source_per_second_max, which is {}",
                over.source, over.per_second_max
            ),
        };
        let load = self.overload.strain().map(told);
        load.into_iter().chain(self.sources.over(now).map(over)).collect()
    }

    /// The centre as it is at `now`. Costs a look at every call and agent, so it is made a few
    /// times a second and never on the way to a decision.
    #[must_use]
    pub fn snapshot(&self, now: Moment) -> Snapshot {
        Snapshot {
            // The shell knows the run.
            run: 0,
            seq: self.journal.last(),
            at: self.stamp(now),
            alarms: self.alarms(now),
            site: self.plan.name.to_string(),
            queues: self.queues_now(now),
            agents: self.agents_now(now),
            trunks: (0..)
                .map(TrunkId)
                .zip(&self.plan.trunks)
                .map(|(id, trunk)| self.trunk_view(id, trunk))
                .collect(),
            voicemails: self
                .plan
                .voicemails()
                .map(|voicemail| self.voicemail_view(voicemail))
                .collect(),
            calls: self.calls_now(now),
            reached: self.recovery.len(),
            totals: self.totals_now(),
        }
    }

    /// The counters, with the calls that are on.
    #[must_use]
    pub fn totals_now(&self) -> Totals {
        let counted = self.counts.totals();
        // Who has talked before is counted as answered already; who came before midnight is on all the same.
        let has_talked =
            |call: &Call| matches!(call.stage, Stage::Talking(_)) || call.talked != Talked::Never;
        let untalked = self.calls.iter().filter(|call| !has_talked(call)).map(|call| call.id);
        let handed_over = self.directs.iter().filter(|call| call.is_untalked()).map(|call| call.id);
        let since_before =
            untalked.chain(handed_over).filter(|call| !self.counts.on.contains_key(call)).count();
        Totals { on: counted.on + u64::try_from(since_before).unwrap_or(0), ..counted }
    }

    fn agents_now(&self, now: Moment) -> Vec<AgentNow> {
        // A long list that has to grow is a stall of milliseconds: the system clears pages for each size.
        let mut agents = Vec::with_capacity(self.plan.agents.len());
        for (id, agent) in (0..).map(AgentId).zip(&self.plan.agents) {
            let view = self.agent_view(now, id, agent);
            // Who is not in the plan any more is shown as long as a conversation is on.
            if !self.plan.gone.agents.contains(&id) || !view.calls.is_empty() {
                agents.push(view);
            }
        }
        agents
    }

    fn calls_now(&self, now: Moment) -> Vec<CallNow> {
        let on = self.calls.len() + self.work_items.iter().count() + self.directs.len();
        let mut calls = Vec::with_capacity(on.min(Snapshot::CALLS_MAX));
        let all = self
            .calls
            .iter()
            .map(|call| self.call_view(now, call))
            .chain(self.work_items.iter().filter_map(|item| self.item_view(now, item)))
            .chain(self.directs.iter().map(|call| self.direct_view(call)));
        calls.extend(all.take(Snapshot::CALLS_MAX));
        calls
    }

    /// Walks once over the calls and once over the agents, however many queues there are.
    fn queues_now(&self, now: Moment) -> Vec<QueueNow> {
        let mut queues: Vec<QueueNow> = self.plan.queues.iter().map(nobody_there).collect();
        for call in self.calls.iter() {
            let Some((queue, arrived)) = call.queued else { continue };
            let Some(queue) = queues.get_mut(queue.index()) else { continue };
            match &call.stage {
                Stage::Waiting | Stage::Ringing(_) | Stage::Connecting(_) => {
                    queue.waiting += 1;
                    queue.longest_wait_s = queue.longest_wait_s.max(now.since(arrived).as_secs());
                }
                Stage::Talking(_) => queue.talking += 1,
                Stage::Recording { .. } | Stage::Answering | Stage::InPlan => {}
            }
        }
        for item in self.work_items.iter().filter(|item| !item.is_on()) {
            let Some(queue) = queues.get_mut(item.queue.index()) else { continue };
            match item.task {
                Task::Message(_) => queue.messages += 1,
                Task::Callback(_) => queue.callbacks += 1,
            }
        }
        for (id, agent) in (0..).map(AgentId).zip(&self.plan.agents) {
            let Some(desk) = self.desks.get(id) else { continue };
            for queue in &agent.queues {
                let Some(queue) = queues.get_mut(queue.index()) else { continue };
                queue.agents_ready += u32::from(self.acd.can_be_rung(id));
                queue.agents_logged_in += u32::from(desk.state != AgentState::LoggedOut);
            }
        }
        let mut queues: Vec<(QueueId, QueueNow)> = (0..).map(QueueId).zip(queues).collect();
        queues.retain(|(id, queue)| !self.plan.gone.queues.contains(id) || is_anybody_in(queue));
        let today = self.counts.queues_today();
        for (id, queue) in &mut queues {
            let id = *id;
            queue.state = self.opening(now, id).word().into();
            queue.by_hand = self.kept_by_hand(id);
            queue.expected_wait = self.forecasts.get(id).map(|forecast| forecast.shown(now));
            queue.today = today.get(&*queue.id).copied().unwrap_or_default();
        }
        queues.into_iter().map(|(_, queue)| queue).collect()
    }

    pub(crate) fn agent_view(&self, now: Moment, id: AgentId, agent: &dialplan::Agent) -> AgentNow {
        let desk = self.desks.get(id).expect("every agent of the plan has a desk");
        AgentNow {
            id: Arc::clone(&agent.account),
            name: Arc::clone(&agent.name),
            state: word(desk.state).into(),
            since: self.stamp(desk.since),
            until: match desk.state {
                AgentState::WrapUp { until }
                | AgentState::NotReady(NotReadyReason::Settling { until }) => {
                    Some(self.stamp(until))
                }
                AgentState::LoggedOut
                | AgentState::Unreachable
                | AgentState::NotReady(
                    NotReadyReason::Paused(_)
                    | NotReadyReason::MissedRing
                    | NotReadyReason::DeclinedRing
                    | NotReadyReason::BusyPhone
                    | NotReadyReason::FailedPhone,
                )
                | AgentState::Occupied
                | AgentState::Ready
                | AgentState::Ringing(_)
                | AgentState::Talking(_) => None,
            },
            calls: self.calls_of(id),
            capacity: agent.capacity,
            pause: self.acd.pause_of(id).map(|pause| Arc::clone(&self.plan.pause(pause).name)),
            logs_out: !self.acd.is_logged_in(id) && desk.state != AgentState::LoggedOut,
            paused_too_long: desk.pause.is_some_and(|on| on.length == PauseLength::TooLong),
            phones: desk.phones.clone(),
            away_from: self
                .acd
                .away_from(id)
                .map(|queue| Arc::clone(&self.plan.queue(queue).name))
                .collect(),
            today: self.counts.agent(&agent.account, self.journal.wall(now)),
        }
    }

    /// The calls of queues that the agent talks in, the oldest first, and the one that rings.
    pub(crate) fn calls_of(&self, agent: AgentId) -> Vec<u64> {
        let rings = self.acd.reservation_of(agent).and_then(|ring| self.calls.reserved(ring));
        self.acd.talks_of(agent).chain(rings).map(|call| call.0).collect()
    }

    fn voicemail_view(&self, voicemail: &dialplan::Voicemail) -> VoicemailNow {
        let (messages, recording) = self.messages.counts(&voicemail.name);
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        VoicemailNow {
            id: Arc::clone(&voicemail.name),
            messages: number(messages),
            recording: number(recording),
        }
    }

    fn trunk_view(&self, id: TrunkId, trunk: &dialplan::Trunk) -> TrunkNow {
        let state = self.carriers.state(id);
        let calls = self.trunks.calls_on(Share::Trunk(id));
        TrunkNow {
            id: Arc::clone(&trunk.name),
            state: match state {
                trunk::State::Locating => "locating",
                trunk::State::Registering => "registering",
                trunk::State::Registered => "registered",
                trunk::State::Up => "up",
                trunk::State::Down => "down",
                trunk::State::Refused(_) => "refused",
                trunk::State::Stopped => "stopped",
            }
            .into(),
            refused_with: match state {
                trunk::State::Refused(status) => Some(status.code()),
                trunk::State::Locating
                | trunk::State::Registering
                | trunk::State::Registered
                | trunk::State::Up
                | trunk::State::Down
                | trunk::State::Stopped => None,
            },
            calls: u32::try_from(calls).unwrap_or(u32::MAX),
            calls_max: trunk.calls_max,
        }
    }

    fn call_view(&self, now: Moment, call: &Call) -> CallNow {
        let waits = matches!(call.stage, Stage::Waiting | Stage::Ringing(_) | Stage::Connecting(_));
        let queue = call.queued.map(|(queue, _)| Arc::clone(&self.plan.queue(queue).name));
        CallNow {
            id: call.id.0,
            message: None,
            callback: None,
            caller: call.caller.masked(),
            name: call.known.as_deref().and_then(name_of),
            number: Arc::clone(&call.number),
            state: call.word().into(),
            since: self.stamp(call.since),
            queue,
            place: match call.stage {
                Stage::Waiting => self.acd.place(now, call.id).map(acd::Position::number),
                Stage::Recording { .. }
                | Stage::Answering
                | Stage::InPlan
                | Stage::Ringing(_)
                | Stage::Connecting(_)
                | Stage::Talking(_) => None,
            },
            waiting_s: call
                .queued
                .filter(|_| waits)
                .map(|(_, arrived)| now.since(arrived).as_secs()),
            expected_wait: call.expected_wait(now),
            agents: call.agents().into_iter().map(|agent| self.account_of(agent)).collect(),
        }
    }

    fn item_view(&self, now: Moment, item: &WorkItem) -> Option<CallNow> {
        let waits = !item.is_on();
        let seen = CallNow {
            id: item.id.0,
            message: None,
            callback: None,
            caller: String::new(),
            name: None,
            number: "".into(),
            state: item.word().into(),
            since: self.stamp(item.since),
            queue: Some(Arc::clone(&self.plan.queue(item.queue).name)),
            place: self.acd.place(now, item.id).map(acd::Position::number),
            waiting_s: waits.then(|| now.since(item.arrived).as_secs()),
            expected_wait: None,
            agents: item.agents().into_iter().map(|agent| self.account_of(agent)).collect(),
        };
        Some(match &item.task {
            Task::Message(message) => {
                let left = self.messages.left(*message)?;
                CallNow {
                    message: Some(message.hex()),
                    caller: left.caller.masked(),
                    name: left.name.clone(),
                    number: Arc::clone(&left.voicemail),
                    ..seen
                }
            }
            Task::Callback(callback) => CallNow {
                callback: Some(CallbackNow {
                    attempts: callback.attempts,
                    until: self.stamp(callback.until),
                    again: self.timers.of(&Timer::LineUp(item.id)).map(|at| self.stamp(at)),
                }),
                caller: Ani::new(callback.number.clone()).masked(),
                name: callback.name.clone(),
                number: Arc::clone(&callback.step),
                ..seen
            },
        })
    }

    fn direct_view(&self, call: &DirectCall) -> CallNow {
        let agent = match call.to {
            Destination::Agent(to) => Some(to),
            Destination::Outside(_) => call.from,
        };
        let queue = match &call.party {
            Party::Visitor(visitor) => visitor.queued.map(|(queue, _)| queue),
            Party::Agent(_) | Party::Outside(_) => None,
        };
        CallNow {
            id: call.id.0,
            message: None,
            callback: None,
            caller: match &call.party {
                Party::Agent(agent) => self.plan.agent(*agent).account.to_string(),
                Party::Outside(outside) => Ani::new(outside.number.clone()).masked(),
                Party::Visitor(visitor) => visitor.caller.masked(),
            },
            name: match &call.party {
                Party::Visitor(visitor) => visitor.known.as_deref().and_then(name_of),
                Party::Agent(_) | Party::Outside(_) => None,
            },
            number: match call.to {
                Destination::Agent(_) => call.dialled.as_str().into(),
                Destination::Outside(_) => Ani::new(call.dialled.clone()).masked().into(),
            },
            state: call.word().into(),
            since: self.stamp(call.since),
            queue: queue.map(|queue| Arc::clone(&self.plan.queue(queue).name)),
            place: None,
            waiting_s: None,
            expected_wait: None,
            agents: agent.into_iter().map(|agent| self.account_of(agent)).collect(),
        }
    }

    pub(crate) fn account_of(&self, agent: AgentId) -> Arc<str> {
        Arc::clone(&self.plan.agent(agent).account)
    }

    pub(crate) fn stamp(&self, moment: Moment) -> Timestamp {
        Timestamp::from_microsecond(self.journal.wall(moment).as_micros())
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// A queue at which nobody waits and nobody works.
/// A queue that is not in the plan any more is shown as long as there is something in it.
const fn is_anybody_in(queue: &QueueNow) -> bool {
    queue.waiting > 0 || queue.talking > 0 || queue.messages > 0 || queue.callbacks > 0
}

fn nobody_there(queue: &dialplan::Queue) -> QueueNow {
    QueueNow {
        id: Arc::clone(&queue.name),
        name: Arc::clone(&queue.title),
        waiting: 0,
        messages: 0,
        callbacks: 0,
        longest_wait_s: 0,
        talking: 0,
        agents_ready: 0,
        agents_logged_in: 0,
        state: Kept::Open.word().into(),
        by_hand: None,
        expected_wait: None,
        today: QueueToday::default(),
    }
}

/// Who a directory says it is.
fn name_of(known: &Known) -> Option<Arc<str>> {
    known.name.as_ref().or(known.company.as_ref()).cloned()
}

/// One word for the table and for programs.
pub(crate) const fn word(state: AgentState) -> &'static str {
    match state {
        AgentState::LoggedOut => "logged_out",
        AgentState::Unreachable => "unreachable",
        AgentState::NotReady(NotReadyReason::Paused(_)) => "paused",
        AgentState::NotReady(NotReadyReason::MissedRing) => "missed_ring",
        AgentState::NotReady(NotReadyReason::DeclinedRing) => "declined_ring",
        AgentState::NotReady(NotReadyReason::BusyPhone) => "busy_phone",
        AgentState::NotReady(NotReadyReason::FailedPhone) => "failed_phone",
        AgentState::NotReady(NotReadyReason::Settling { .. }) => "settling",
        AgentState::Occupied => "occupied",
        AgentState::Ready => "ready",
        AgentState::Ringing(_) => "ringing",
        AgentState::Talking(_) => "talking",
        AgentState::WrapUp { .. } => "wrap_up",
    }
}
