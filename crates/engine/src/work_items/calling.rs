//! An attempt to call somebody back: the agent is on the line first, hears that it is a callback, and music while the
//! customer's phone rings; or nobody is yet, and the customer is [fetched](super::fetching). Who answers there says by a key that they are the customer; then the two are bridged,
//! and it is a call like any other.

use super::callbacks::{Next, STORED_MAX};
use super::{Stage, Task, WorkItem};
use crate::announcing::Told;
use crate::call::{Call, Stage as CallStage, Talk, Talked};
use crate::calls::Owner;
use crate::command::Priority;
use crate::confirming::{CONFIRM, CONFIRM_MAX};
use crate::ending::NORMAL_CLEARING;
use crate::engine::{Engine, Timer};
use crate::line::Line;
use crate::passage::Passage;
use crate::trunks::Share;
use crate::unsettled::Unsettled;
use crate::whisper::Whispers;
use bytes::Bytes;
use clock::{Duration, Moment, WallTime};
use dialplan::{Known, builtin};
use events::{
    Ani, CallEvent, CallbackEvent, CallbackOver, Name, NoWayOut, NotReached, Outcome, What,
};
use ids::{AgentId, CallId, ClipId, LegId, PlayId, TrunkId};
use ivr::Visit;
use media_protocol::{Command, Port, Then};
use sip_msg::{StatusCode, Text};
use sip_ua::Hop;
use std::collections::VecDeque;
use std::sync::Arc;

/// Our side, and the customer's phone.
#[derive(Debug)]
pub(crate) struct Calling {
    ours: Ours,
    attempt: u32,
    /// The event of the attempt, which is to be on disk before anybody is called.
    row: Option<u64>,
    hears: Hears,
    /// What plays to the agent.
    play: PlayId,
    out: Option<Out>,
    /// The trunks that were tried.
    tried: Vec<TrunkId>,
}

/// Our side of an attempt.
#[derive(Debug)]
pub(super) enum Ours {
    /// The agent is on the line.
    Agent(Box<Talk>),
    /// Nobody yet: this port is lent for whoever answers.
    Nobody(Port),
}

/// What the agent hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hears {
    /// That it is a callback, then music.
    Announcement,
    /// That the customer was not reached.
    Farewell,
}

/// The customer's side.
#[derive(Debug)]
struct Out {
    leg: LegId,
    port: Port,
    trunk: TrunkId,
    hop: Hop,
    /// Whether the trunk has given a sign of life.
    is_heard: bool,
    is: Is,
}

#[derive(Debug)]
enum Is {
    Ringing(Box<Unsettled>),
    /// Somebody has answered, and is asked who they are.
    Asked(Box<Line>),
    /// There is nobody any more.
    Gone,
}

impl Calling {
    /// The agent has answered.
    pub(super) fn begun(talk: Talk) -> Self {
        Self::of(Ours::Agent(Box::new(talk)))
    }

    pub(super) const fn of(ours: Ours) -> Self {
        Self {
            ours,
            attempt: 0,
            row: None,
            hears: Hears::Announcement,
            play: PlayId(0),
            out: None,
            tried: Vec::new(),
        }
    }

    /// The agent's line, if one is there.
    pub(crate) const fn talk(&self) -> Option<&Talk> {
        match &self.ours {
            Ours::Agent(talk) => Some(talk),
            Ours::Nobody(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) const fn talk_mut(&mut self) -> Option<&mut Talk> {
        match &mut self.ours {
            Ours::Agent(talk) => Some(talk),
            Ours::Nobody(_) => None,
        }
    }

    /// Whose worker both sides live on.
    const fn worker(&self) -> u8 {
        match &self.ours {
            Ours::Agent(talk) => talk.line.port.worker,
            Ours::Nobody(port) => port.worker,
        }
    }

    /// The customer's line, once somebody has answered.
    pub(crate) fn line_out(&mut self) -> Option<&mut Line> {
        match &mut self.out.as_mut()?.is {
            Is::Asked(line) => Some(line),
            Is::Ringing(_) | Is::Gone => None,
        }
    }
}

impl Engine {
    fn calling_back(&mut self, id: CallId) -> Option<&mut Calling> {
        match &mut self.work_items.get_mut(id)?.stage {
            Stage::Calling(calling) => Some(calling),
            Stage::PutOff | Stage::Waiting | Stage::Ringing(_) | Stage::Hearing(_) => None,
        }
    }

    /// The acd agrees that this agent calls this customer.
    pub(super) fn begin_to_call(&mut self, now: Moment, id: CallId) {
        let Some(item) = self.work_items.get_mut(id) else { return };
        let (queue, arrived) = (item.queue, item.arrived);
        let Some(talk) = item.talk() else { return };
        let (reservation, agent) = (talk.reservation, talk.agent);
        self.talks(agent, id, queue);
        self.turn_day(now);
        self.acd.handle(now, acd::Input::Connected(reservation));
        let account = self.plan.agent(agent).account.clone();
        self.begin_attempt(now, id, Some(account));
        let whispers = self.work_items.get(id).and_then(WorkItem::callback).map(|it| &it.whisper);
        let of = (queue, arrived);
        let nothing = Whispers::default();
        let whisper = self.told_of_customer(now, of, whispers.unwrap_or(&nothing));
        let announced = self.builtin_clips(builtin::CALLBACK_AGENT);
        let clips = whisper.iter().chain(&*announced).copied().collect();
        self.say_to_calling_agent(id, Hears::Announcement, clips);
    }

    /// An attempt goes to the disk.
    pub(super) fn begin_attempt(&mut self, now: Moment, id: CallId, agent: Option<Name>) {
        let Some(callback) = self.work_items.get_mut(id).and_then(WorkItem::callback_mut) else {
            return;
        };
        callback.attempts = callback.attempts.saturating_add(1);
        callback.next = None;
        let attempt = callback.attempts;
        let row = self.record(now, What::Callback(id, CallbackEvent::Attempt { attempt, agent }));
        if let Some(calling) = self.calling_back(id) {
            (calling.row, calling.attempt) = (Some(row), attempt);
        }
        self.journal.await_row(row, id);
        self.timers.set(Timer::CallbackStep(id), now + STORED_MAX);
    }

    /// The row of an attempt is on disk: the customer is called.
    pub(crate) fn attempt_stored(&mut self, now: Moment, id: CallId, seq: u64) {
        let Some(calling) = self.calling_back(id) else { return };
        if calling.row.take_if(|row| *row <= seq).is_some() {
            self.call_customer(now, id);
        }
    }

    fn call_customer(&mut self, now: Moment, id: CallId) {
        match self.invite_customer(now, id) {
            Ok(()) => {
                self.timers.set(Timer::CallbackStep(id), now + self.config.sign_max);
            }
            Err(why) => self.not_reached(now, id, why),
        }
    }

    /// The trunk has given a sign of life: the customer's phone may ring for so long.
    pub(crate) fn customer_rings(&mut self, now: Moment, id: CallId) {
        let step = self.work_items.get(id).and_then(WorkItem::callback);
        let step = step.and_then(|callback| self.plan.callback(&callback.step));
        let ring = step.map_or(Duration::ZERO, |step| step.ring);
        let Some(out) = self.calling_back(id).and_then(|calling| calling.out.as_mut()) else {
            return;
        };
        if !std::mem::replace(&mut out.is_heard, true) {
            self.timers.set(Timer::CallbackStep(id), now + ring);
        }
    }

    /// Calls the customer over the next trunk.
    fn invite_customer(&mut self, now: Moment, id: CallId) -> Result<(), NotReached> {
        let item = self.work_items.get(id).ok_or(NotReached::NotAllowed)?;
        let callback = item.callback().ok_or(NotReached::NotAllowed)?;
        let (number, dialled) = (callback.number.clone(), Arc::clone(&callback.dialled));
        let Stage::Calling(calling) = &item.stage else { return Err(NotReached::NotAllowed) };
        let (worker, tried) = (calling.worker(), calling.tried.clone());
        let (trunk, hop) = self.way_out(now, &self.untried(&number, &tried)).map_err(why_not)?;
        if tried.is_empty() {
            self.may_call_customer(now, &number).map_err(why_not)?;
        }
        let wish = self.plan.trunk(trunk).srtp;
        let srtp = self.protection(hop, wish).map_err(|_| NotReached::NoTrunk)?;
        let port = self.ports.lend_of(worker).ok_or(NotReached::NoTrunk)?;
        let codecs = self.config.codecs.clone();
        let mut sound = self.unsettled((port, hop), &codecs, srtp);
        let offer = sound.offer();
        let own = self.written_at(trunk, &dialled);
        let passage = Passage::of_our_own();
        let invite = self.invite_out((trunk, hop), &number, &own, (offer, &passage));
        let leg = self.invite(now, id, invite);
        self.trunks.take(Share::Trunk(trunk));
        self.calls.own(leg, Owner::Customer(id));
        if let Some(calling) = self.calling_back(id) {
            calling.tried.push(trunk);
            let is = Is::Ringing(Box::new(sound));
            calling.out = Some(Out { leg, port, trunk, hop, is_heard: false, is });
        }
        Ok(())
    }

    /// Somebody has answered the customer's phone.
    pub(crate) fn customer_answered(&mut self, now: Moment, id: CallId, sdp: Option<Bytes>) {
        let own = Arc::clone(&self.own_ports);
        let Some(out) = self.calling_back(id).and_then(|calling| calling.out.as_mut()) else {
            return;
        };
        let Is::Ringing(sound) = std::mem::replace(&mut out.is, Is::Gone) else { return };
        let (leg, port) = (out.leg, out.port);
        let mut line = Line::new((leg, port), *sound);
        let Some(Ok(open)) = sdp.map(|sdp| line.agree(&sdp, &own)) else {
            return self.not_reached(now, id, NotReached::Refused);
        };
        out.is = Is::Asked(Box::new(line));
        self.media(port.worker, open);
        let step = self.work_items.get(id).and_then(WorkItem::callback);
        let step = step.and_then(|callback| self.plan.callback(&callback.step));
        if step.is_some_and(|step| !step.confirm) {
            return self.connect_customer(now, id);
        }
        self.timers.set(Timer::CallbackStep(id), now + CONFIRM_MAX);
        self.ask_customer(id);
    }

    /// Asks who has answered whether they are the customer; again and again, for mailboxes speak first.
    pub(crate) fn ask_customer(&mut self, id: CallId) {
        let language = self.work_items.get(id).and_then(WorkItem::callback).map(|it| it.language);
        let Some(language) = language else { return };
        let Some(line) = self.calling_back(id).and_then(Calling::line_out) else { return };
        let at = (line.port.worker, line.leg);
        self.ask_to_confirm(at, language, builtin::CALLBACK_GREETING);
    }

    /// Who has answered presses a key.
    pub(crate) fn customer_pressed(&mut self, now: Moment, id: CallId, key: char) {
        let is_asked = self.calling_back(id).and_then(Calling::line_out).is_some();
        if key == CONFIRM && is_asked {
            self.connect_customer(now, id);
        }
    }

    /// The customer's phone has not taken the call.
    pub(crate) fn customer_refused(&mut self, now: Moment, id: CallId, status: StatusCode) {
        match status.code() {
            408 if self.is_trunk_heard(id) => self.not_reached(now, id, NotReached::NoAnswer),
            401 | 407 | 408 | 430 | 500..=599 => self.trunk_failed(now, id),
            _ => self.not_reached(now, id, reason(status)),
        }
    }

    fn is_trunk_heard(&mut self, id: CallId) -> bool {
        self.calling_back(id)
            .and_then(|calling| calling.out.as_ref())
            .is_some_and(|out| out.is_heard)
    }

    /// It is no fault of the customer's: the next trunk is tried, if there is one.
    fn trunk_failed(&mut self, now: Moment, id: CallId) {
        if !self.has_next_trunk(now, id) {
            return self.not_reached(now, id, NotReached::NoTrunk);
        }
        self.drop_customer(now, id);
        self.call_customer(now, id);
    }

    fn has_next_trunk(&self, now: Moment, id: CallId) -> bool {
        let Some(item) = self.work_items.get(id) else { return false };
        let (Some(callback), Stage::Calling(calling)) = (item.callback(), &item.stage) else {
            return false;
        };
        self.way_out(now, &self.untried(&callback.number, &calling.tried)).is_ok()
    }

    /// Who had answered is gone.
    pub(crate) fn customer_left(&mut self, now: Moment, id: CallId) {
        self.not_reached(now, id, NotReached::NotConfirmed);
    }

    /// What the attempt waited for has not come in time.
    pub(crate) fn callback_step_over(&mut self, now: Moment, id: CallId) {
        let Some(calling) = self.calling_back(id) else { return };
        let why = match calling.out.as_ref().map(|out| (&out.is, out.is_heard)) {
            None => NotReached::NotStored,
            Some((Is::Ringing(_), false)) => return self.trunk_failed(now, id),
            Some((Is::Ringing(_), true)) => NotReached::NoAnswer,
            Some((Is::Asked(_) | Is::Gone, _)) => NotReached::NotConfirmed,
        };
        self.not_reached(now, id, why);
    }

    /// Who has answered is the customer: from here on it is a call like any other, with the agent or in line.
    fn connect_customer(&mut self, now: Moment, id: CallId) {
        let Some(WorkItem { task, queue, priority, arrived, stage, .. }) =
            self.work_items.remove(id)
        else {
            return;
        };
        let (Task::Callback(callback), Stage::Calling(calling)) = (task, stage) else { return };
        let Calling { ours, out, .. } = *calling;
        let Some(Out { leg, trunk, hop, is: Is::Asked(line), .. }) = out else { return };
        self.timers.clear(&Timer::CallbackStep(id));
        self.timers.clear(&Timer::CallbackOver(id));
        self.called_back.insert(id);
        let (plan, demands) = (Arc::clone(&self.walked), callback.demands);
        let (agent_port, stage, visit, talked) = match ours {
            Ours::Agent(talk) => {
                let visit = Visit::called_back(now, plan, (queue, demands), callback.language);
                (talk.line.port, CallStage::Talking(*talk), visit, Talked::Before)
            }
            Ours::Nobody(port) => {
                let ahead = self.ahead_of(&callback).unwrap_or_default();
                let of = (queue, demands);
                let visit = Visit::called_back_ahead(now, plan, of, callback.language, ahead);
                (port, CallStage::InPlan, visit, Talked::CalledBack)
            }
        };
        self.calls.insert(Call {
            id,
            number: Arc::clone(&callback.dialled),
            source: hop.peer.ip(),
            share: Some(Share::Trunk(trunk)),
            from: None,
            caller: Ani::new(callback.number.clone()),
            known: known(&callback).map(Arc::new),
            choices: VecDeque::new(),
            whisper: callback.whisper,
            passage: Passage::of_our_own(),
            line: *line,
            agent_port,
            language: callback.language,
            visit,
            music: None,
            queued: Some((queue, arrived)),
            turn: 0,
            talked,
            priority: Priority::new(priority),
            message: None,
            promise: None,
            asked_again: true,
            takes_up: None,
            recording: None,
            forecast: None,
            stage,
            since: now,
        });
        self.touch_call(id);
        self.work_items.on_the_line.insert(id);
        match self.calls.get(id).and_then(Call::talk).map(|talk| (talk.agent, talk.line.leg)) {
            Some((agent, b)) => self.talk_with_customer(now, id, agent, (leg, b)),
            None => self.follow_visit(now, id),
        }
    }

    /// Something has happened to a customer who was called back. The promise is kept when the two talk, and over when the customer
    /// goes; the end of the process ends neither it nor its row, and the next one tries again. Whether the event is written
    /// down.
    pub(crate) fn promise_follows(&mut self, at: WallTime, id: CallId, event: &CallEvent) -> bool {
        let is_end = matches!(event, CallEvent::Ended { .. } | CallEvent::Connected { .. });
        if !is_end || !self.work_items.on_the_line.remove(&id) {
            return true;
        }
        let is_cut_off = matches!(event, CallEvent::Ended { outcome: Outcome::Interrupted, .. });
        if is_cut_off {
            self.keep_nothing_of(id);
        } else {
            self.recovery.promises.remove(&id);
            let reached = CallbackEvent::Over { how: CallbackOver::Reached };
            self.record_at(at, What::Callback(id, reached));
        }
        !is_cut_off
    }

    /// A customer who was called first waited on the line when the last run ended: the promise is open, until they are reached again
    /// and talk.
    pub(crate) fn recall_promise(&mut self, id: CallId) {
        self.work_items.on_the_line.insert(id);
    }

    /// They are not reached any more: they are called again, as after any attempt that was cut off.
    pub(crate) fn promise_again(&mut self, now: Moment, id: CallId) {
        if let Some(saved) = self.recovery.promises.remove(&id) {
            self.recall_callbacks(now, vec![saved]);
        }
    }

    /// The two hear each other.
    fn talk_with_customer(
        &mut self,
        now: Moment,
        id: CallId,
        agent: AgentId,
        (a, b): (LegId, LegId),
    ) {
        let Some(worker) = self.calls.get(id).map(|call| call.line.port.worker) else { return };
        let account = self.plan.agent(agent).account.clone();
        self.record(now, What::WorkItem(id, CallEvent::Connected { agent: account }));
        self.media(worker, Command::Bridge { a, b });
        self.record_talk(now, id, Told::Nothing);
        self.join_ends(a, b);
        self.remember_talk(now, id, agent);
        self.follow_hold(now, a);
        self.lamps.changed(now, agent);
    }

    /// The customer was not reached: the agent is told, and it is tried again or over.
    fn not_reached(&mut self, now: Moment, id: CallId, why: NotReached) {
        if !self.note_not_reached(now, id, why) {
            return;
        }
        if self.calling_back(id).and_then(|calling| calling.talk()).is_none() {
            return self.part_from_calling_agent(now, id);
        }
        let clips = self.builtin_clips(builtin::CALLBACK_NOT_REACHED);
        self.say_to_calling_agent(id, Hears::Farewell, clips);
    }

    /// Lets the customer's side go and decides what follows. Whether there was an attempt on.
    fn note_not_reached(&mut self, now: Moment, id: CallId, why: NotReached) -> bool {
        self.timers.clear(&Timer::CallbackStep(id));
        self.drop_customer(now, id);
        let Some(calling) = self.calling_back(id) else { return false };
        let (attempt, row) = (calling.attempt, calling.row.take());
        // Nobody is called for it once it is on disk after all.
        row.into_iter().for_each(|row| self.journal.forget_row(row));
        let Some(callback) = self.work_items.get(id).and_then(WorkItem::callback) else {
            return false;
        };
        if callback.next.is_some() {
            return false;
        }
        let after = self.after_attempt(now, callback, why);
        self.record(now, What::Callback(id, CallbackEvent::NotReached { attempt, why }));
        let next = match after {
            Ok(at) => Next::At(at),
            Err(over) => {
                self.record(now, What::Callback(id, CallbackEvent::Over { how: over }));
                Next::Nothing
            }
        };
        if let Some(callback) = self.work_items.get_mut(id).and_then(WorkItem::callback_mut) {
            callback.next = Some(next);
            callback.attempts = callback.attempts.saturating_sub(u32::from(!why.counts()));
        }
        true
    }

    /// The customer's side of an attempt is let go.
    fn drop_customer(&mut self, now: Moment, id: CallId) {
        let Some(Out { leg, port, trunk, is, .. }) =
            self.calling_back(id).and_then(|calling| calling.out.take())
        else {
            return;
        };
        self.calls.disown(leg);
        self.ua.hang_up(now, leg, Some(Text::from(NORMAL_CLEARING)));
        self.trunks.give_back(Share::Trunk(trunk));
        match is {
            Is::Asked(line) => self.close(*line),
            Is::Ringing(_) | Is::Gone => self.ports.give_back(port),
        }
    }

    /// What the agent was told is said.
    pub(super) fn said_to_calling_agent(&mut self, now: Moment, id: CallId, play: PlayId) {
        let is_farewell = self
            .calling_back(id)
            .is_some_and(|calling| calling.play == play && calling.hears == Hears::Farewell);
        if is_farewell {
            self.part_from_calling_agent(now, id);
        }
    }

    /// The agent has hung up, or the line is lost.
    pub(super) fn calling_agent_left(&mut self, now: Moment, id: CallId) {
        self.note_not_reached(now, id, NotReached::AgentLeft);
        self.part_from_calling_agent(now, id);
    }

    /// The agent is done with the attempt: the callback stands in line again in a while, or is over.
    fn part_from_calling_agent(&mut self, now: Moment, id: CallId) {
        self.let_calling_agent_go(now, id);
        let next = self.work_items.get(id).and_then(WorkItem::callback).and_then(|it| it.next);
        if let Some(Next::At(at)) = next {
            self.timers.set(Timer::LineUp(id), at.max(now));
        }
        self.end_after_attempt(now, id);
    }

    /// If nothing follows the attempt, nothing is left of the callback.
    fn end_after_attempt(&mut self, now: Moment, id: CallId) {
        let callback = self.work_items.get(id).and_then(WorkItem::callback);
        if callback.is_some_and(|callback| callback.next == Some(Next::Nothing)) {
            self.work_items.remove(id);
            self.timers.clear(&Timer::CallbackOver(id));
            self.record_item_ended(now, id, (Outcome::Finished, "the customer was not reached"));
        }
    }

    /// The engine stops: an attempt that is on ends, and the next run goes on with the callback.
    pub(super) fn cut_caller_back_off(&mut self, now: Moment, id: CallId) {
        if self.calling_back(id).is_some() {
            self.timers.clear(&Timer::CallbackStep(id));
            self.let_calling_agent_go(now, id);
            self.end_after_attempt(now, id);
        }
    }

    fn let_calling_agent_go(&mut self, now: Moment, id: CallId) {
        self.drop_customer(now, id);
        let Some(item) = self.work_items.get_mut(id) else { return };
        let Stage::Calling(calling) = item.enter(now, Stage::PutOff) else { return };
        let Calling { ours, row, .. } = *calling;
        row.into_iter().for_each(|row| self.journal.forget_row(row));
        match ours {
            Ours::Agent(talk) => {
                self.release_phones(now, [talk.line.leg], Some(NORMAL_CLEARING));
                self.close(talk.line);
                self.talks_no_more(now, talk.agent, id);
            }
            Ours::Nobody(port) => self.ports.give_back(port),
        }
    }

    fn say_to_calling_agent(&mut self, id: CallId, hears: Hears, clips: Arc<[ClipId]>) {
        let music = self.plan.prompt(builtin::MUSIC);
        let language = self.plan.default_language.index();
        let music = music.and_then(|prompt| self.clips.find(language, prompt));
        let then = match hears {
            Hears::Announcement => music.map_or(Then::Stop, Then::Music),
            Hears::Farewell => Then::Stop,
        };
        let Some(calling) = self.calling_back(id) else { return };
        calling.hears = hears;
        calling.play = calling.play.next();
        let play = calling.play;
        let Some(line) = calling.talk().map(|talk| &talk.line) else { return };
        let (worker, stream) = (line.port.worker, line.leg);
        self.media(worker, Command::Play { stream, play, clips, then });
    }
}

/// What a directory has said of the customer.
fn known(callback: &super::Callback) -> Option<Known> {
    let (name, company) = (callback.name.clone(), callback.company.clone());
    (name.is_some() || company.is_some()).then(|| Known { name, company, ..Known::default() })
}

const fn why_not(why: NoWayOut) -> NotReached {
    match why {
        NoWayOut::NoTrunk => NotReached::NoTrunk,
        NoWayOut::NotAllowed | NoWayOut::NotListed | NoWayOut::TooOften => NotReached::NotAllowed,
    }
}

/// Why the customer's phone has not taken the call (RFC 3261 §21), where the trunk has not failed.
const fn reason(status: StatusCode) -> NotReached {
    match status.code() {
        486 | 600 => NotReached::Busy,
        480 | 487 => NotReached::NoAnswer,
        _ => NotReached::Refused,
    }
}
