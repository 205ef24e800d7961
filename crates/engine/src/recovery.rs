//! Calls over the end of the process: they are written down while their callers are in the dialplan, or talk, and the run after this
//! one reaches them again.
//!
//! A start makes the dialogs anew that the ledger has ([`leg`]), before it hears of any message, so that a peer who says
//! something inside of one is answered as ever. Then each of them ([`side`]) is sent a re-INVITE with the sound of the new process,
//! those who came first before all others and no faster than [`REACHED_AT_ONCE`]. A caller who answers stands in the queue
//! as before, or at the step where they were; two who both do talk on ([`back`], [`direct`]). Where one does not, the call ended when it was
//! last heard of, as far as anybody knows.

mod back;
mod connections;
mod direct;
mod kept;
mod leg;
mod other;
mod place;
mod saving;
mod side;

use crate::ending::{NORMAL_CLEARING, TIMER_EXPIRY};
use crate::engine::{Engine, Timer};
use crate::io::Output;
use crate::line::Line;
use crate::peer::Peer;
use crate::ports::PortPair;
use crate::trunks::Share;
use bytes::Bytes;
use clock::{Duration, Moment, WallTime};
use events::{
    CallEvent, GONE_AFTER_RESTART, InterruptedCall, Outcome, STOPPED, SavedCall, SavedCallback,
    SavedPeer, What,
};
use ids::{AgentId, CallId, LegId};
use kept::Kept;
use media_protocol::{Command, Port};
use other::Other;
use side::Side;
use sip_msg::{StatusCode, Text};
use sip_ua::EndCause;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// No more callers than this are sent a re-INVITE at once, and so many again every [`REACHED_EVERY`]: a thousand a second,
/// which leaves room for those who call meanwhile.
const REACHED_AT_ONCE: usize = 20;
const REACHED_EVERY: Duration = Duration::from_millis(20);

/// Two who talked are given so long to answer, both of them: the one who has waits for the other meanwhile, and what an agent
/// is shown as is to be true ten seconds after a start.
const TALK_ANSWERED_WITHIN: Duration = Duration::from_secs(8);

/// A call that so many runs have tried to take up, of which each ended before anybody answered, is left alone.
const TRIES_MAX: u8 = 3;

/// What is known of calls over the end of a process.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    /// Calls that the input is about.
    touched: BTreeSet<CallId>,
    /// What the ledger has of calls that are on.
    saved: BTreeMap<CallId, Kept>,
    /// Calls of an earlier run of which not everybody has answered yet.
    interrupted: BTreeMap<CallId, Interrupted>,
    /// Those of them that have not been sent anything yet, in the order in which they are.
    unreached: VecDeque<CallId>,
    /// Calls of which an agent's phone that had a connection is waited for.
    unconnected: BTreeSet<CallId>,
    /// The promises to customers who were called first, and waited on the line: open until they talk.
    pub(crate) promises: BTreeMap<CallId, SavedCallback>,
    /// The workers at which agents have such calls.
    workers: BTreeMap<AgentId, u8>,
}

/// A peer that asks something itself and hears nothing gives up after so long; then its next answer is another one.
const PENDING_MAX: Duration = Duration::from_secs(36);

/// A call of an earlier run, of which not everybody has answered yet.
#[derive(Debug)]
struct Interrupted {
    saved: SavedCall,
    last_at: WallTime,
    caller: Side,
    peer: Peer,
    share: Option<Share>,
    /// Whom the one in the caller's place talked with.
    other: Option<Other>,
    /// Who has answered before the other has.
    waits: Option<LegId>,
    /// When everybody was sent a re-INVITE.
    reached_at: Option<Moment>,
    /// Ports that are lent for it, for the caller and for the other, while no line has them.
    ports_left: [Option<Port>; 2],
}

impl Interrupted {
    fn side_mut(&mut self, leg: LegId) -> Option<&mut Side> {
        let other = self.other.as_mut().map(|other| &mut other.side);
        std::iter::once(&mut self.caller).chain(other).find(|side| side.leg == leg)
    }

    /// Whether everybody has answered.
    fn is_complete(&self) -> bool {
        self.caller.has_answered()
            && self.other.as_ref().is_none_or(|other| other.side.has_answered())
    }

    /// At which worker its sound is.
    fn ports_worker(&self) -> Option<u8> {
        self.caller.line.as_ref().map(|line| line.port.worker)
    }

    /// The agents who talk in it.
    fn agents(&self) -> Vec<AgentId> {
        let other = self.other.as_ref().and_then(|other| other.who.agent());
        let own = match self.peer {
            Peer::Agent(agent) => Some(agent),
            Peer::Trunk(_) | Peer::Stranger => None,
        };
        own.into_iter().chain(other).collect()
    }

    /// Whose leg it is, for people.
    fn whose(&self, leg: LegId) -> &'static str {
        let is_direct = self.saved.talk.as_ref().is_some_and(|talk| talk.direct.is_some());
        match (self.caller.leg == leg, is_direct) {
            (true, _) => "caller",
            (false, true) => "called party",
            (false, false) => "agent",
        }
    }
}

impl Recovery {
    /// How many calls are on of which not everybody has answered yet.
    pub(crate) fn len(&self) -> usize {
        self.interrupted.len()
    }

    /// Whether not everybody of a call has answered yet.
    pub(crate) fn has(&self, call: CallId) -> bool {
        self.interrupted.contains_key(&call)
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
        calls.sort_by_key(|call| (call.saved.arrived(), call.saved.id));
        for InterruptedCall { saved, last_at, starts } in calls {
            let (id, last_at) = (saved.call(), WallTime::from_micros(last_at));
            let outcome = outcome_of(&saved, Outcome::Interrupted);
            let is_promise = saved.called_back && !saved.has_talked();
            if saved.called_back {
                self.called_back.insert(id);
            }
            if is_promise {
                self.recall_promise(id);
            }
            if !self.recall_call(now, raised(saved, starts), last_at) {
                // It cannot be taken up at all: it ended when it was last heard of.
                let at = last_at.min(self.journal.wall(now));
                self.record_lost(id, (outcome, GONE_AFTER_RESTART), at);
                if is_promise {
                    // It has no end: the customer is called again.
                    self.output(Output::NoCall(id));
                }
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
        let Some(peer) = self.peer_saved(&saved.from) else { return false };
        let resumed = place::read(&self.walked, &saved, |_| now);
        if saved.tries >= TRIES_MAX || (saved.place.is_some() && resumed.is_none()) {
            return false;
        }
        let queue = resumed.and_then(|resumed| resumed.at.queue());
        let Some(caller) = self.recall_side(now, (id, peer), &saved.leg) else { return false };
        let mut other = None;
        if let Some(talk) = &saved.talk {
            other = self.recall_other(now, (id, queue), talk);
            if other.is_none() {
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
        // Another end of the process may come before any of them answers: this one has tried.
        self.keep_call(saved.clone());
        let call = Interrupted {
            saved,
            last_at,
            caller,
            peer,
            share,
            other,
            waits: None,
            reached_at: None,
            ports_left: [None; 2],
        };
        self.recovery.interrupted.insert(id, call);
        self.recovery.unreached.push_back(id);
        true
    }

    fn peer_saved(&self, from: &SavedPeer) -> Option<Peer> {
        match from {
            SavedPeer::Agent(account) => self.plan.agent_of(account).map(Peer::Agent),
            SavedPeer::Trunk(name) => self.trunk_named(name).map(Peer::Trunk),
            SavedPeer::Stranger => Some(Peer::Stranger),
        }
    }

    /// The clock has been set by so many microseconds while some have not answered.
    pub(crate) fn reckon_interrupted(&mut self, by: i64) {
        let calls = self.recovery.interrupted.values_mut().map(|call| {
            call.saved.clock_is_set(by);
            call.last_at = WallTime::from_micros(call.last_at.as_micros().saturating_add(by));
            call.saved.clone()
        });
        let calls: Vec<SavedCall> = calls.collect();
        calls.into_iter().for_each(|call| self.keep_call(call));
    }

    /// The next callers are sent the sound of this process, and whom they talked with.
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
        call.reached_at = Some(now);
        let pair = self.pair_for(&call);
        let offers = pair.and_then(|pair| self.offers(&mut call, pair));
        if call.other.is_some() {
            self.timers.set(Timer::Reached(id), now + TALK_ANSWERED_WITHIN);
        }
        self.keep_call(call.saved.clone());
        self.recovery.interrupted.insert(id, call);
        let Some(offers) = offers else {
            let why = if pair.is_some() { GONE_AFTER_RESTART } else { "no free media port" };
            return self.give_up(now, id, (Outcome::Interrupted, why), None);
        };
        self.reinvite_connected(now, id, offers);
    }

    /// Ports of the worker that an agent's other call has, so that the two can be joined.
    fn pair_for(&mut self, call: &Interrupted) -> Option<PortPair> {
        let agents = call.agents();
        let known = agents.iter().find_map(|agent| self.recovery.workers.get(agent)).copied();
        let pair = known.and_then(|worker| self.ports.lend_pair_of(worker));
        let pair = pair.or_else(|| self.ports.lend_pair())?;
        let worker = pair.caller.worker;
        self.recovery.workers.extend(agents.into_iter().map(|agent| (agent, worker)));
        Some(pair)
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
        match self.recovery.interrupted.remove(&id) {
            Some(call) if call.is_complete() => {
                self.timers.clear(&Timer::Reached(id));
                self.hear_no_more_music(&call);
                self.put_back(now, call);
            }
            Some(call) => {
                let worker = call.ports_worker();
                self.recovery.interrupted.insert(id, Interrupted { waits: Some(leg), ..call });
                worker.into_iter().for_each(|worker| self.play_music(worker, leg));
            }
            None => {}
        }
    }

    /// Who has answered before the other has waited for that with music.
    fn hear_no_more_music(&mut self, call: &Interrupted) {
        if let (Some(stream), Some(worker)) = (call.waits, call.ports_worker()) {
            self.media(worker, Command::Quiet { stream });
        }
    }

    /// The peer has an offer of its own under way, made while nobody was there to answer it. It is sent again for as long as that
    /// may take (RFC 3261 §17.1.1.2), and the peer knows no other end of it.
    fn offer_again(&mut self, now: Moment, (id, leg): (CallId, LegId)) -> bool {
        let Some(call) = self.recovery.interrupted.get_mut(&id) else { return false };
        let is_late = call.reached_at.is_none_or(|at| now.since(at) > PENDING_MAX);
        let line = call.side_mut(leg).and_then(|side| side.line.as_mut());
        let Some(line) = line.filter(|_| !is_late) else { return false };
        let offer = line.offer();
        self.ua.reinvite(now, leg, offer);
        true
    }

    /// A phone answers, and does not take it.
    pub(crate) fn interrupted_refuses(
        &mut self,
        now: Moment,
        (id, leg): (CallId, LegId),
        status: StatusCode,
    ) {
        if status == StatusCode::REQUEST_PENDING && self.offer_again(now, (id, leg)) {
            return;
        }
        let Some(call) = self.recovery.interrupted.get(&id) else { return };
        let whose = call.whose(leg);
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
            EndCause::Bye { .. } => {
                let cause = format!("{} hung up", call.whose(leg));
                let left = Outcome::Abandoned(call.saved.left_while());
                self.give_up(now, id, (left, &cause), None);
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
        self.recovery.unconnected.clear();
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
        self.wait_for_connections_no_more(id);
        let is_goodbye = matches!(outcome, Outcome::Abandoned(_));
        let reason = if is_goodbye { NORMAL_CLEARING } else { TIMER_EXPIRY };
        let outcome = outcome_of(&call.saved, outcome);
        call.ports_left.into_iter().flatten().for_each(|port| self.ports.give_back(port));
        self.let_side_go(now, call.caller, reason);
        call.other.into_iter().for_each(|other| self.let_other_go(now, id, other, reason));
        call.share.into_iter().for_each(|share| self.trunks.give_back(share));
        if let Peer::Agent(agent) = call.peer {
            self.release(now, agent);
        }
        self.record_lost(id, (outcome, cause), at.unwrap_or_else(|| self.journal.wall(now)));
        if outcome == Outcome::Interrupted {
            self.promise_again(now, id);
        }
    }

    fn record_lost(&mut self, id: CallId, (outcome, cause): (Outcome, &str), at: WallTime) {
        let ended = CallEvent::Ended { outcome, cause: cause.to_owned() };
        self.record_at(at, What::Call(id, ended));
        self.recovery.saved.remove(&id);
    }
}

/// What becomes of a call that is over, and would be this if nobody had talked.
fn outcome_of(saved: &SavedCall, outcome: Outcome) -> Outcome {
    match (saved.is_put_through(), saved.has_talked()) {
        (true, _) => Outcome::PutThrough,
        (false, true) => Outcome::Answered,
        (false, false) => outcome,
    }
}

/// The call by the numbers of this start, so many starts behind what was written down.
fn raised(mut saved: SavedCall, starts: u64) -> SavedCall {
    let talk = saved.talk.as_mut().map(|talk| &mut talk.leg);
    for leg in std::iter::once(&mut saved.leg).chain(talk) {
        leg::raise(leg, starts);
    }
    saved
}
