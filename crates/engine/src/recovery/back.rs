//! A caller who has answered stands where they stood, and talks with the agent with whom they talked.

use super::other::Other;
use super::{Interrupted, place};
use crate::announcing::Told;
use crate::call::{Call, Stage, Talk, Talked};
use crate::calls::Owner;
use crate::command::Priority;
use crate::engine::Engine;
use crate::line::Line;
use crate::opening::Found;
use crate::passage::Passage;
use crate::peer::Peer;
use crate::trunks::Share;
use crate::whisper::Whispers;
use clock::Moment;
use dialplan::Known;
use events::{CallEvent, SavedCall, What};
use ids::{AgentId, CallId, QueueId};
use ivr::{Input, Visit};
use media_protocol::Port;
use sip_txn::Hop;
use std::sync::Arc;

impl Engine {
    /// Everybody has answered: the caller is back in the queue, at the place of the first arrival, and hears music, or at the
    /// step where they were; or the two hear each other.
    pub(super) fn put_back(&mut self, now: Moment, interrupted: Interrupted) {
        let saved = &interrupted.saved;
        let kept = interrupted.other.as_ref().and_then(|other| other.who.kept_from_rings());
        if saved.talk.as_ref().is_some_and(|talk| talk.direct.is_some()) {
            self.put_direct_back(now, interrupted);
        } else {
            self.put_caller_back(now, interrupted);
        }
        kept.into_iter().for_each(|agent| self.release(now, agent));
    }

    fn put_caller_back(&mut self, now: Moment, interrupted: Interrupted) {
        let Interrupted { saved, caller, peer, share, other, ports_left: [_, port], .. } =
            interrupted;
        let id = saved.call();
        let since = saved.talk.as_ref().map(|talk| self.moment(now, talk.since).min(now));
        let recording = saved.talk.as_ref().and_then(|talk| talk.recording);
        let talk = other.and_then(|Other { side, who }| {
            Some(Talk::of_an_earlier_run(who.agent()?, side.line?))
        });
        let agent_port = talk.as_ref().map(|talk| talk.line.port).or(port);
        let (Some(line), Some(agent_port)) = (caller.line, agent_port) else { return };
        let lines = (line, agent_port);
        let Some(mut call) = self.caller_again(now, saved, (peer, share, caller.hop), lines) else {
            return;
        };
        let (queue, talks) = (call.visit.queue(), talk.is_some());
        if let Some(talk) = talk {
            self.calls.own(talk.line.leg, Owner::Agent(id));
            call.stage = Stage::Talking(talk);
            call.since = since.unwrap_or(now);
            call.recording = recording;
        } else if queue.is_some() {
            call.stage = Stage::Waiting;
        }
        let arrived = call.queued.map(|(_, arrived)| arrived);
        self.calls.insert(call);
        self.record(now, What::Call(id, CallEvent::Recovered));
        match (talks, queue.zip(arrived)) {
            (true, _) => {
                self.follow_visit(now, id);
                self.join(now, id, Told::Nothing);
            }
            (false, Some(place)) => self.stand_again(now, id, place),
            (false, None) => self.visit(now, id, Input::StandsAgain),
        }
    }

    fn stand_again(&mut self, now: Moment, id: CallId, (queue, arrived): (QueueId, Moment)) {
        self.line_up_caller(now, id, (queue, arrived));
        self.follow_visit(now, id);
        // Who is called back was promised it, and has no other way to go.
        let must_leave = self.must_leave(now, queue) && !self.is_called_back(id);
        if must_leave && self.acd.arrived(id).is_some() {
            self.found_closed(now, id, queue, Found::Waiting);
            return;
        }
        self.visit(now, id, Input::StandsAgain);
    }

    /// A caller of ours, who is in the plan.
    pub(super) fn caller_again(
        &mut self,
        now: Moment,
        saved: SavedCall,
        (peer, share, hop): (Peer, Option<Share>, Hop),
        (line, agent_port): (Line, Port),
    ) -> Option<Call> {
        let plan = Arc::clone(&self.walked);
        let resumed = place::read(&plan, &saved, |micros| self.moment(now, micros).min(now))?;
        let queued = saved.place.as_ref().and_then(|place| place.queued.as_ref());
        let queued = queued.and_then(|(queue, arrived)| {
            Some((self.plan.queue_of(queue)?, self.moment(now, *arrived).min(now)))
        });
        Some(Call {
            id: saved.call(),
            number: Arc::clone(&saved.number),
            source: hop.peer.ip(),
            share,
            from: agent_of(peer),
            caller: saved.caller.clone(),
            known: known(&saved),
            choices: saved.choices.iter().cloned().collect(),
            whisper: Whispers::named(&plan, &saved.whisper),
            passage: Passage::read(&saved.passage),
            line,
            agent_port,
            language: resumed.language,
            turn: resumed.at.queue().map_or(0, |queue| self.next_turn(queue)),
            visit: Visit::resumed(now, plan, resumed),
            music: None,
            queued,
            talked: match (saved.talked, saved.called_back) {
                (true, _) => Talked::Before,
                (false, true) => Talked::CalledBack,
                (false, false) => Talked::Never,
            },
            priority: saved.priority_by_hand.and_then(Priority::new),
            message: None,
            promise: None,
            // Who was called back, or talked, is asked nothing.
            asked_again: saved.called_back || saved.has_talked(),
            takes_up: None,
            recording: None,
            forecast: None,
            stage: Stage::InPlan,
            since: now,
        })
    }

    /// The acd has the caller again.
    fn line_up_caller(&mut self, now: Moment, id: CallId, (queue, arrived): (QueueId, Moment)) {
        let Some(call) = self.calls.get(id) else { return };
        let (priority, demands) = call.visit.wish(queue);
        let priority = call.priority.map_or(priority, Priority::number);
        let (need, kind) = (self.need_of(demands), call.kind());
        self.turn_day(now);
        let waiting = acd::Waiting {
            kind,
            priority,
            need,
            stood: true,
            ..acd::Waiting::new(id, queue, arrived)
        };
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
