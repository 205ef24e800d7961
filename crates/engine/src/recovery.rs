//! Callers over the end of the process: they are written down while they wait, and the run after this one reaches them
//! again.
//!
//! A start makes the dialogs anew that the ledger has ([`leg`]), before it hears of any message, so that a peer who says
//! something inside of one is answered as ever. Then the callers are sent a re-INVITE with the sound of the new process,
//! those who came first before all others and no faster than [`REACHED_AT_ONCE`]. Whoever answers stands in the queue
//! as before ([`back`]). Whoever does not is gone: the call ended when it was last heard of, as far as anybody knows.

mod back;
mod leg;
mod place;
mod saving;

use crate::calls::Owner;
use crate::ending::TIMER_EXPIRY;
use crate::engine::{Engine, Timer};
use crate::line::Line;
use crate::peer::Peer;
use crate::trunks::Share;
use bytes::Bytes;
use clock::{Duration, Moment, WallTime};
use events::{
    AbandonedWhile, CallEvent, GONE_AFTER_RESTART, InterruptedCall, Outcome, STOPPED, SavedCall,
    SavedPeer, What,
};
use ids::{CallId, LegId};
use media_protocol::Port;
use sip_msg::{StatusCode, Text};
use sip_txn::Hop;
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
    /// Calls of an earlier run whose callers have not answered yet.
    interrupted: BTreeMap<CallId, Interrupted>,
    /// Those of them that have not been sent anything yet, in the order in which they are.
    unreached: VecDeque<CallId>,
}

/// A call of an earlier run whose caller has not answered yet.
#[derive(Debug)]
struct Interrupted {
    saved: SavedCall,
    last_at: WallTime,
    leg: LegId,
    hop: Hop,
    peer: Peer,
    share: Option<Share>,
    /// Its new line, once the caller is sent a re-INVITE, and the port for an agent.
    line: Option<(Line, Port)>,
}

impl Recovery {
    /// How many calls are on whose callers have not answered yet.
    pub(crate) fn len(&self) -> usize {
        self.interrupted.len()
    }

    /// The line of a caller who has been sent a re-INVITE.
    pub(crate) fn line_mut(&mut self, call: CallId) -> Option<&mut Line> {
        self.interrupted.get_mut(&call)?.line.as_mut().map(|(line, _)| line)
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
            let talked = saved.talked;
            if !self.recall_call(now, saved, last_at) {
                self.lost(now, (id, talked), last_at);
            }
        }
        if !self.recovery.unreached.is_empty() {
            self.timers.set(Timer::Recover, now);
        }
    }

    /// Makes the dialog anew. Whether it could be.
    fn recall_call(&mut self, now: Moment, saved: SavedCall, last_at: WallTime) -> bool {
        let mut saved = saved;
        let id = saved.call();
        if saved.tries >= TRIES_MAX || self.plan.queue_of(&saved.place.queue).is_none() {
            return false;
        }
        let (Some(outlived), Some(peer)) = (leg::read(&saved.leg), self.peer_saved(&saved.from))
        else {
            return false;
        };
        let hop = outlived.hop;
        let Some(leg) = self.ua.go_on_with(now, outlived) else { return false };
        saved.tries = saved.tries.saturating_add(1);
        if let Some(is) = self.ua.outlived(leg) {
            saved.leg.local_cseq = is.dialog.local_cseq;
        }
        self.calls.own(leg, Owner::Interrupted(id));
        self.belongs(id, Text::from(saved.leg.call_id.clone()));
        let share = Share::of(peer, hop.peer.ip());
        share.into_iter().for_each(|share| self.trunks.take(share));
        if let Peer::Agent(agent) = peer {
            self.occupy(now, agent);
        }
        // Another end of the process is before any of them answers: the numbers must rise then, too.
        self.keep_call(saved.clone());
        let call = Interrupted { saved, last_at, leg, hop, peer, share, line: None };
        self.recovery.interrupted.insert(id, call);
        self.recovery.unreached.push_back(id);
        true
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

    /// The next callers are sent the sound of this process.
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
        let Some(call) = self.recovery.interrupted.get(&id) else { return };
        let (leg, hop, peer) = (call.leg, call.hop, call.peer);
        let (sdp_id, version) = (call.saved.leg.sdp_id, call.saved.leg.sdp_version);
        let Some(pair) = self.ports.lend_pair() else {
            return self.give_up(now, id, (Outcome::Interrupted, "no free media port"), None);
        };
        let wish = self.protection_wished(peer);
        let Ok(srtp) = self.protection(hop, wish) else {
            self.give_back(pair);
            return self.give_up(now, id, (Outcome::Interrupted, GONE_AFTER_RESTART), None);
        };
        let mut sound = self.unsettled((pair.caller, hop), &crate::line::CODECS, srtp);
        sound.goes_on(sdp_id, version);
        let mut line = Line::new((leg, pair.caller), sound);
        let offer = line.offer();
        if let Some(call) = self.recovery.interrupted.get_mut(&id) {
            call.saved.leg.sdp_version = line.described().version;
            call.line = Some((line, pair.agent));
            let saved = call.saved.clone();
            self.keep_call(saved);
        }
        self.ua.reinvite(now, leg, offer);
    }

    /// The caller's phone answers, and takes the sound of this process.
    pub(crate) fn interrupted_answers(&mut self, now: Moment, id: CallId, answer: Option<Bytes>) {
        let Some(leg) = self.recovery.interrupted.get(&id).map(|call| call.leg) else { return };
        let is_good = answer.is_some_and(|answer| self.take_answer(leg, &answer).is_ok());
        if !is_good {
            return self.give_up(now, id, (Outcome::Failed, "the answer cannot be used"), None);
        }
        let Some(call) = self.recovery.interrupted.remove(&id) else { return };
        self.put_back(now, call);
    }

    /// The caller's phone answers, and does not take it.
    pub(crate) fn interrupted_refuses(&mut self, now: Moment, id: CallId, status: StatusCode) {
        let cause = format!("the caller's phone refused to go on: {}", status.code());
        self.give_up(now, id, (Outcome::Interrupted, &cause), None);
    }

    /// The caller's leg is gone: hung up only now, or not there any more.
    pub(crate) fn interrupted_left(&mut self, now: Moment, id: CallId, why: &EndCause) {
        let Some(call) = self.recovery.interrupted.get(&id) else { return };
        let last_at = call.last_at;
        match why {
            EndCause::Bye { .. } => {
                let left = Outcome::Abandoned(AbandonedWhile::Waiting);
                self.give_up(now, id, (left, "caller hung up"), None);
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
        // Nothing is said where the leg is gone.
        self.ua.hang_up(now, call.leg, Some(Text::from(TIMER_EXPIRY)));
        self.calls.disown(call.leg);
        call.share.into_iter().for_each(|share| self.trunks.give_back(share));
        if let Peer::Agent(agent) = call.peer {
            self.release(now, agent);
        }
        if let Some((line, agent_port)) = call.line {
            self.close(line);
            self.ports.give_back(agent_port);
        }
        let outcome = if call.saved.talked { Outcome::Answered } else { outcome };
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
