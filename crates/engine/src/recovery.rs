//! Calls over the end of the process: they are written down while their callers wait for an agent or talk with one, and the
//! run after this one reaches them again.
//!
//! A start makes the dialogs anew that the ledger has ([`leg`]), before it hears of any message, so that a peer who says
//! something inside of one is answered as ever. Then each of them ([`side`]) is sent a re-INVITE with the sound of the new process,
//! those who came first before all others and no faster than [`REACHED_AT_ONCE`]. A caller who answers stands in the queue
//! as before, and caller and agent who both do talk on ([`back`]). Where one does not, the call ended when it was last
//! heard of, as far as anybody knows.

mod back;
mod leg;
mod place;
mod saving;
mod side;

use crate::ending::{NORMAL_CLEARING, TIMER_EXPIRY};
use crate::engine::{Engine, Timer};
use crate::line::Line;
use crate::peer::Peer;
use crate::trunks::Share;
use bytes::Bytes;
use clock::{Duration, Moment, WallTime};
use events::{
    AbandonedWhile, CallEvent, GONE_AFTER_RESTART, InterruptedCall, Outcome, STOPPED, SavedCall,
    SavedPeer, SavedTalk, What,
};
use ids::{AgentId, CallId, LegId, QueueId};
use media_protocol::Port;
use side::Side;
use sip_msg::{StatusCode, Text};
use sip_ua::EndCause;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// No more callers than this are sent a re-INVITE at once, and so many again every [`REACHED_EVERY`]: a thousand a second,
/// which leaves room for those who call meanwhile.
const REACHED_AT_ONCE: usize = 20;
const REACHED_EVERY: Duration = Duration::from_millis(20);

/// A call that so many runs have tried to take up, of which each ended before anybody answered, is left alone.
const TRIES_MAX: u8 = 3;

/// What is known of calls over the end of a process.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    /// Calls that the input is about.
    touched: BTreeSet<CallId>,
    /// What the ledger has of calls that are on.
    saved: BTreeMap<CallId, SavedCall>,
    /// Calls of an earlier run of which not everybody has answered yet.
    interrupted: BTreeMap<CallId, Interrupted>,
    /// Those of them that have not been sent anything yet, in the order in which they are.
    unreached: VecDeque<CallId>,
}

/// Caller and agent who talked are given so long to answer, both of them: the one who has hears nothing meanwhile, and what an agent
/// is shown as is to be true ten seconds after a start.
const TALK_ANSWERED_WITHIN: Duration = Duration::from_secs(8);

/// A call of an earlier run, of which not everybody has answered yet.
#[derive(Debug)]
struct Interrupted {
    saved: SavedCall,
    last_at: WallTime,
    caller: Side,
    peer: Peer,
    share: Option<Share>,
    /// Whom the caller talked with.
    agent: Option<(AgentId, Side)>,
    /// Ports that are lent for it, for the caller and for an agent, while no line has them.
    ports_left: [Option<Port>; 2],
}

impl Interrupted {
    fn side_mut(&mut self, leg: LegId) -> Option<&mut Side> {
        let agent = self.agent.as_mut().map(|(_, side)| side);
        std::iter::once(&mut self.caller).chain(agent).find(|side| side.leg == leg)
    }

    /// Whether everybody has answered.
    fn is_complete(&self) -> bool {
        self.caller.has_answered()
            && self.agent.as_ref().is_none_or(|(_, side)| side.has_answered())
    }
}

impl Recovery {
    /// How many calls are on of which not everybody has answered yet.
    pub(crate) fn len(&self) -> usize {
        self.interrupted.len()
    }

    /// The line of somebody who has been sent a re-INVITE.
    pub(crate) fn line_mut(&mut self, call: CallId, leg: LegId) -> Option<&mut Line> {
        self.interrupted.get_mut(&call)?.side_mut(leg)?.line.as_mut()
    }
}

impl Engine {
    /// Calls that were on when the last run ended. Told before any message is.
    pub(crate) fn recall_calls(&mut self, now: Moment, calls: Vec<InterruptedCall>) {
        let mut calls = calls;
        // Who came first is reached first, and so is in line before the others.
        calls.sort_by_key(|call| (call.saved.place.arrived, call.saved.id));
        for InterruptedCall { saved, last_at } in calls {
            let (id, last_at) = (saved.call(), WallTime::from_micros(last_at));
            let talked = saved.has_talked();
            if !self.recall_call(now, saved, last_at) {
                self.lost(now, (id, talked), last_at);
            }
        }
        if !self.recovery.unreached.is_empty() {
            self.timers.set(Timer::Recover, now);
        }
    }

    /// Makes its dialogs anew. Whether they could be.
    fn recall_call(&mut self, now: Moment, saved: SavedCall, last_at: WallTime) -> bool {
        let mut saved = saved;
        let id = saved.call();
        let queue = self.plan.queue_of(&saved.place.queue);
        let (Some(queue), Some(peer)) = (queue, self.peer_saved(&saved.from)) else { return false };
        if saved.tries >= TRIES_MAX {
            return false;
        }
        let Some(caller) = self.recall_side(now, id, &mut saved.leg) else { return false };
        let mut agent = None;
        if let Some(talk) = &mut saved.talk {
            agent = self.recall_agent(now, (id, queue), talk);
            if agent.is_none() {
                self.let_side_go(now, caller, TIMER_EXPIRY);
                return false;
            }
        }
        saved.tries = saved.tries.saturating_add(1);
        self.belongs(id, Text::from(saved.leg.call_id.clone()));
        let share = Share::of(peer, caller.hop.peer.ip());
        share.into_iter().for_each(|share| self.trunks.take(share));
        if let Peer::Agent(agent) = peer {
            self.occupy(now, agent);
        }
        // Another end of the process is before any of them answers: the numbers must rise then, too.
        self.keep_call(saved.clone());
        let call =
            Interrupted { saved, last_at, caller, peer, share, agent, ports_left: [None; 2] };
        self.recovery.interrupted.insert(id, call);
        self.recovery.unreached.push_back(id);
        true
    }

    /// The agent talks on, as far as anybody knows.
    fn recall_agent(
        &mut self,
        now: Moment,
        (id, queue): (CallId, QueueId),
        talk: &mut SavedTalk,
    ) -> Option<(AgentId, Side)> {
        let agent = self.plan.agent_of(&talk.agent)?;
        let side = self.recall_side(now, id, &mut talk.leg)?;
        self.belongs(id, Text::from(talk.leg.call_id.clone()));
        let since = self.moment(now, talk.since).min(now);
        self.acd.handle(now, acd::Input::GoesOnTalking(agent, id, queue, since));
        self.talks(agent, id, queue);
        Some((agent, side))
    }

    fn peer_saved(&self, from: &SavedPeer) -> Option<Peer> {
        match from {
            SavedPeer::Agent(account) => self.plan.agent_of(account).map(Peer::Agent),
            SavedPeer::Trunk(name) => {
                let trunks = (0..).map(ids::TrunkId).zip(&self.plan.trunks);
                let mut named = trunks.filter(|(_, trunk)| trunk.name == *name);
                named.next().map(|(id, _)| Peer::Trunk(id))
            }
            SavedPeer::Stranger => Some(Peer::Stranger),
        }
    }

    /// The next callers are sent the sound of this process, and the agents whom they talked with.
    pub(crate) fn reach_some(&mut self, now: Moment) {
        for _ in 0..REACHED_AT_ONCE {
            let Some(id) = self.recovery.unreached.pop_front() else { return };
            self.reach(now, id);
        }
        if !self.recovery.unreached.is_empty() {
            self.timers.set(Timer::Recover, now + REACHED_EVERY);
        }
    }

    fn reach(&mut self, now: Moment, id: CallId) {
        let Some(mut call) = self.recovery.interrupted.remove(&id) else { return };
        let pair = self.ports.lend_pair();
        let offers = pair.and_then(|pair| self.offers(&mut call, pair));
        if call.agent.is_some() {
            self.timers.set(Timer::Reached(id), now + TALK_ANSWERED_WITHIN);
        }
        self.keep_call(call.saved.clone());
        self.recovery.interrupted.insert(id, call);
        let Some(offers) = offers else {
            let why = if pair.is_some() { GONE_AFTER_RESTART } else { "no free media port" };
            return self.give_up(now, id, (Outcome::Interrupted, why), None);
        };
        for (leg, offer) in offers {
            self.ua.reinvite(now, leg, offer);
        }
    }

    /// A phone answers, and takes the sound of this process.
    pub(crate) fn interrupted_answers(
        &mut self,
        now: Moment,
        (id, leg): (CallId, LegId),
        answer: Option<Bytes>,
    ) {
        let is_good = answer.is_some_and(|answer| self.take_answer(leg, &answer).is_ok());
        if !is_good {
            return self.give_up(now, id, (Outcome::Failed, "the answer cannot be used"), None);
        }
        if self.recovery.interrupted.get(&id).is_some_and(Interrupted::is_complete) {
            self.timers.clear(&Timer::Reached(id));
            if let Some(call) = self.recovery.interrupted.remove(&id) {
                self.put_back(now, call);
            }
        }
    }

    /// A phone answers, and does not take it.
    pub(crate) fn interrupted_refuses(
        &mut self,
        now: Moment,
        (id, leg): (CallId, LegId),
        status: StatusCode,
    ) {
        let Some(call) = self.recovery.interrupted.get(&id) else { return };
        let whose = if call.caller.leg == leg { "caller" } else { "agent" };
        let cause = format!("the {whose}'s phone refused to go on: {}", status.code());
        self.give_up(now, id, (Outcome::Interrupted, &cause), None);
    }

    /// Of two who talked, not both have answered in time.
    pub(crate) fn interrupted_for_too_long(&mut self, now: Moment, id: CallId) {
        let last_at = self.recovery.interrupted.get(&id).map(|call| call.last_at);
        self.give_up(now, id, (Outcome::Interrupted, GONE_AFTER_RESTART), last_at);
    }

    /// A leg is gone: hung up only now, or not there any more.
    pub(crate) fn interrupted_left(
        &mut self,
        now: Moment,
        (id, leg): (CallId, LegId),
        why: &EndCause,
    ) {
        let Some(call) = self.recovery.interrupted.get(&id) else { return };
        let last_at = call.last_at;
        match why {
            EndCause::Bye { .. } if call.caller.leg == leg => {
                let left = Outcome::Abandoned(AbandonedWhile::Waiting);
                self.give_up(now, id, (left, "caller hung up"), None);
            }
            EndCause::Bye { .. } => {
                self.give_up(now, id, (Outcome::Answered, "agent hung up"), None);
            }
            EndCause::AckMissing
            | EndCause::Transport
            | EndCause::SessionExpired
            | EndCause::DialogGone => {
                self.give_up(now, id, (Outcome::Interrupted, GONE_AFTER_RESTART), Some(last_at));
            }
        }
    }

    /// The engine stops while some have not answered.
    pub(crate) fn stop_interrupted(&mut self, now: Moment) {
        self.timers.clear(&Timer::Recover);
        self.recovery.unreached.clear();
        let all: Vec<CallId> = self.recovery.interrupted.keys().copied().collect();
        for id in all {
            self.give_up(now, id, (Outcome::Interrupted, STOPPED), None);
        }
    }

    /// The call is over. `at` an earlier time than now, where that is when it ended.
    fn give_up(
        &mut self,
        now: Moment,
        id: CallId,
        (outcome, cause): (Outcome, &str),
        at: Option<WallTime>,
    ) {
        let Some(call) = self.recovery.interrupted.remove(&id) else { return };
        self.timers.clear(&Timer::Reached(id));
        let is_goodbye = matches!(outcome, Outcome::Abandoned(_) | Outcome::Answered);
        let reason = if is_goodbye { NORMAL_CLEARING } else { TIMER_EXPIRY };
        let outcome = if call.saved.has_talked() { Outcome::Answered } else { outcome };
        call.ports_left.into_iter().flatten().for_each(|port| self.ports.give_back(port));
        self.let_side_go(now, call.caller, reason);
        if let Some((agent, side)) = call.agent {
            self.let_side_go(now, side, reason);
            self.talks_no_more(now, agent, id);
        }
        call.share.into_iter().for_each(|share| self.trunks.give_back(share));
        if let Peer::Agent(agent) = call.peer {
            self.release(now, agent);
        }
        self.record_lost(id, (outcome, cause), at.unwrap_or_else(|| self.journal.wall(now)));
    }

    /// A call that cannot be taken up at all: it ended when it was last heard of.
    fn lost(&mut self, now: Moment, (id, talked): (CallId, bool), last_at: WallTime) {
        let outcome = if talked { Outcome::Answered } else { Outcome::Interrupted };
        let at = last_at.min(self.journal.wall(now));
        self.record_lost(id, (outcome, GONE_AFTER_RESTART), at);
    }

    fn record_lost(&mut self, id: CallId, (outcome, cause): (Outcome, &str), at: WallTime) {
        self.recovery.saved.remove(&id);
        let ended = CallEvent::Ended { outcome, cause: cause.to_owned() };
        self.record_at(at, What::Call(id, ended));
    }
}
