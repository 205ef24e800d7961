//! A caller who has answered stands where they stood, and talks with whom they talked.

use super::{Interrupted, place};
use crate::call::{Call, Stage, Talk, Talked};
use crate::calls::Owner;
use crate::command::Priority;
use crate::engine::Engine;
use crate::opening::Found;
use crate::passage::Passage;
use crate::peer::Peer;
use crate::whisper::Whispers;
use clock::Moment;
use dialplan::Known;
use events::{CallEvent, SavedCall, What};
use ids::{AgentId, CallId, QueueId};
use ivr::{Input, Visit};
use std::sync::Arc;

impl Engine {
    /// Everybody has answered: the caller is back in the queue, at the place of the first arrival, and hears music; or
    /// caller and agent hear each other.
    pub(super) fn put_back(&mut self, now: Moment, interrupted: Interrupted) {
        let id = interrupted.saved.call();
        let has_talked = interrupted.saved.has_talked();
        let talks = interrupted.agent.is_some();
        let Some(place) = self.insert_again(now, interrupted) else { return };
        self.totals.offered += 1;
        self.totals.answered += u64::from(has_talked);
        self.record(now, What::Call(id, CallEvent::Recovered));
        if talks {
            self.follow_visit(now, id);
            self.join(now, id);
        } else {
            self.stand_again(now, id, place);
        }
    }

    fn stand_again(&mut self, now: Moment, id: CallId, (queue, arrived): (QueueId, Moment)) {
        self.line_up_caller(now, id, (queue, arrived));
        self.follow_visit(now, id);
        if self.must_leave(now, queue) && self.acd.arrived(id).is_some() {
            self.found_closed(now, id, queue, Found::Waiting);
            return;
        }
        self.visit(now, id, Input::StandsAgain);
    }

    fn insert_again(&mut self, now: Moment, interrupted: Interrupted) -> Option<(QueueId, Moment)> {
        let Interrupted { saved, caller, peer, share, agent, ports_left: [_, port], .. } =
            interrupted;
        let agent = agent.and_then(|(agent, side)| Some((agent, side.line?)));
        let agent_port = agent.as_ref().map(|(_, line)| line.port).or(port)?;
        let plan = Arc::clone(&self.walked);
        let resumed = place::read(&plan, &saved, |micros| self.moment(now, micros).min(now))?;
        let queue = resumed.queue;
        let arrived = self.moment(now, saved.place.arrived).min(now);
        let talk_since = saved.talk.as_ref().map(|talk| self.moment(now, talk.since).min(now));
        let turns = self.turns.entry(queue).or_default();
        let turn = *turns;
        *turns = turns.wrapping_add(1);
        let mut stage = Stage::Waiting;
        if let Some((agent, line)) = agent {
            self.calls.own(line.leg, Owner::Agent(saved.call()));
            stage = Stage::Talking(Talk::of_an_earlier_run(agent, line));
        }
        self.calls.insert(Call {
            id: saved.call(),
            number: Arc::clone(&saved.number),
            source: caller.hop.peer.ip(),
            share,
            from: agent_of(peer),
            caller: saved.caller.clone(),
            known: known(&saved),
            choices: saved.choices.iter().cloned().collect(),
            whisper: Whispers::named(&plan, &saved.whisper),
            passage: Passage::read(&saved.passage),
            line: caller.line?,
            agent_port,
            language: resumed.language,
            visit: Visit::resumed(now, plan, resumed),
            music: None,
            queued: Some((queue, arrived)),
            turn,
            talked: if saved.talked { Talked::Before } else { Talked::Never },
            priority: saved.priority_by_hand.and_then(Priority::new),
            message: None,
            promise: None,
            asked_again: false,
            takes_up: None,
            forecast: None,
            stage,
            since: talk_since.unwrap_or(now),
        });
        Some((queue, arrived))
    }

    /// The acd has the caller again.
    fn line_up_caller(&mut self, now: Moment, id: CallId, (queue, arrived): (QueueId, Moment)) {
        let Some(call) = self.calls.get(id) else { return };
        let (priority, demands) = call.visit.wish(queue);
        let priority = call.priority.map_or(priority, Priority::number);
        let need = self.need_of(demands);
        self.turn_day(now);
        let waiting = acd::Waiting { priority, need, ..acd::Waiting::new(id, queue, arrived) };
        self.acd.handle(now, acd::Input::Queued(waiting));
    }
}

/// Who a directory said it is. What followed from that has been done.
fn known(saved: &SavedCall) -> Option<Arc<Known>> {
    (saved.name.is_some() || saved.company.is_some()).then(|| {
        Arc::new(Known {
            name: saved.name.clone(),
            company: saved.company.clone(),
            language: None,
            priority: 0,
            vip: false,
            agent: None,
            whisper: None,
            more: Arc::default(),
        })
    })
}

const fn agent_of(peer: Peer) -> Option<AgentId> {
    match peer {
        Peer::Agent(agent) => Some(agent),
        Peer::Trunk(_) | Peer::Stranger => None,
    }
}
