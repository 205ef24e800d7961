//! The caller's walk through the dialplan, carried out: what it wants said is played, where it
//! wants the caller to wait the caller waits.

use crate::call::{HeldBy, Stage};
use crate::command::Priority;
use crate::ending::Ending;
use crate::engine::{Engine, Timer};
use crate::opening::Found;
use acd::RefuseReason;
use clock::Moment;
use dialplan::{Demands, Goto, StepId, Value, VariableId};
use events::{CallEvent, Kept, WaitUntold, What};
use ids::{AgentId, CallId, ClipId, LegId, QueueId};
use ivr::{Input, Output, Spoken, Then};
use media_protocol::Command;
use std::sync::Arc;

impl Engine {
    /// Tells the visit of a call something, and does what it wants.
    pub(crate) fn visit(&mut self, now: Moment, id: CallId, input: Input) {
        let Some(call) = self.calls.get_mut(id) else { return };
        call.visit.handle(now, input);
        self.follow_visit(now, id);
    }

    /// A deadline of the visit is over.
    pub(crate) fn visit_timed_out(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        call.visit.handle_timeout(now);
        self.follow_visit(now, id);
    }

    pub(crate) fn follow_visit(&mut self, now: Moment, id: CallId) {
        while let Some(output) = self.calls.get_mut(id).and_then(|call| call.visit.poll_output()) {
            self.obey_visit(now, id, output);
        }
        self.touch_call(id);
        match self.calls.get(id).and_then(|call| call.visit.poll_timeout()) {
            Some(at) => self.timers.set(Timer::Visit(id), at),
            None => {
                self.timers.clear(&Timer::Visit(id));
            }
        }
    }

    fn obey_visit(&mut self, now: Moment, id: CallId, output: Output) {
        match output {
            Output::Play { play, phrases, then } => self.play(id, play, &phrases, then),
            Output::Quiet => self.quiet(id),
            Output::Enqueue { queue, priority, demands } => match self.opening(now, queue) {
                // Who is called back was promised it, and has no other way to go.
                Kept::Closed if !self.is_called_back(id) => {
                    self.found_closed(now, id, queue, Found::Coming);
                }
                Kept::Open | Kept::Closed => match self.callback_to_ask_of(id, queue) {
                    Some(step) => self.ask_again(now, id, step),
                    None => self.enqueue(now, id, queue, (priority, demands), None),
                },
            },
            Output::LeaveQueue { key, to } => self.left_by_key(now, id, (key, to)),
            Output::LookUp { directory, by } => self.look_up(now, id, directory, &by),
            Output::AskFacts(asked) => self.tell_facts(now, id, &asked),
            Output::Fetch { step, ask, known } => self.fetch(now, id, (step, ask), known),
            Output::Decided { step, why, to } => self.decided(now, id, step, (why, to)),
            // What the value is stands in the ledger where it was noted.
            Output::Told { .. } => {}
            Output::Noted { variable, value } => self.noted(now, id, variable, &value),
            Output::Dial(dial) => self.put_through(now, id, &dial),
            Output::AskPlace => self.tell_place(now, id),
            Output::AskOffer(callbacks) => self.weigh_offer(now, id, &callbacks),
            Output::OpenVoicemail(step) => self.open_voicemail(now, id, step),
            Output::Record(step) => self.record_message(id, step),
            Output::StopRecording => self.stop_recording(id),
            Output::KeepMessage => self.keep_message(now, id),
            Output::DiscardMessage => self.discard_message(id),
            Output::OpenCallback { step, typed } => self.open_callback(now, id, (step, typed)),
            Output::PromiseCallback { step, number, at } => {
                self.promise_callback(now, id, (step, number, at));
            }
            Output::AskTimes { step, number } => self.tell_times(now, id, (step, number)),
            Output::CallOffCallback(step) => self.caller_calls_off(now, id, step),
            Output::TakeUpCallback(step) => self.caller_takes_up(now, id, step),
            Output::PlaceTold(place) => {
                self.record(now, What::Call(id, CallEvent::PlaceTold { place }));
            }
            Output::WaitTold { place, said, longer } => {
                self.wait_told(now, id, place, (said, longer));
            }
            Output::WaitKept => self.wait_untold(now, id, WaitUntold::WouldRise),
            Output::Chose { menu, key } => {
                if let Some(call) = self.calls.get_mut(id) {
                    call.remember_choice(&menu, key);
                }
                self.record(now, What::Call(id, CallEvent::Chose { menu, key }));
            }
            Output::Whisper(phrases) => {
                if let Some(call) = self.calls.get_mut(id) {
                    call.whisper.add(&phrases);
                }
            }
            Output::Language(language) => {
                if let Some(call) = self.calls.get_mut(id) {
                    call.language = language;
                }
            }
            Output::HangUp(reason) => self.end(now, id, Ending::Plan(reason)),
        }
    }

    /// A step has sent the caller on.
    fn decided(&mut self, now: Moment, id: CallId, step: StepId, (why, to): (Arc<str>, Goto)) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = call.visit.plan();
        let (step, to) = (plan.arrow(Goto::Step(step)).into(), plan.arrow(to).into());
        self.record(now, What::Call(id, CallEvent::Decided { step, why, to }));
    }

    /// A step has noted something of the call.
    fn noted(&mut self, now: Moment, id: CallId, variable: VariableId, value: &Value) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = call.visit.plan();
        let Some(variable) = plan.variables.get(variable.index()) else { return };
        let (name, value) = (Arc::clone(&variable.name), value.to_string().into());
        self.record(now, What::Call(id, CallEvent::Noted { name, value }));
    }

    fn play(&mut self, id: CallId, play: ids::PlayId, phrases: &[Spoken], then: Then) {
        let clips: Arc<[ClipId]> = phrases.iter().filter_map(|spoken| self.clip(*spoken)).collect();
        let music = match then {
            Then::Stop => None,
            Then::Music(spoken) => self.clip(spoken),
        };
        let Some(call) = self.calls.get_mut(id) else { return };
        call.music = music.or(call.music);
        if !call.hears_the_plan() {
            return;
        }
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        let then = music.map_or(media_protocol::Then::Stop, media_protocol::Then::Music);
        self.media(worker, Command::Play { stream, play, clips, then });
    }

    pub(crate) fn clip(&self, spoken: Spoken) -> Option<ClipId> {
        self.clips.find(spoken.language.index(), spoken.prompt)
    }

    fn quiet(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        if call.hears_the_plan() {
            let (worker, stream) = (call.line.port.worker, call.line.leg);
            self.media(worker, Command::Quiet { stream });
        }
    }

    /// Which needs of those that a queue has these demands make.
    pub(crate) fn need_of(&self, demands: Demands) -> usize {
        let sets = || self.plan.demand_sets.iter();
        // Gathered on the way through two plans, it may be a set that neither knows: then as much of it as one knows.
        let most = || {
            let known = sets().enumerate().filter(|(_, set)| set.is_within(demands));
            known.max_by_key(|(_, set)| set.iter().count()).map(|(at, _)| at)
        };
        sets().position(|set| *set == demands).or_else(most).unwrap_or(0)
    }

    /// One more caller comes to a queue.
    pub(crate) fn next_turn(&mut self, queue: QueueId) -> u32 {
        let turns = self.turns.entry(queue).or_default();
        let turn = *turns;
        *turns = turns.wrapping_add(1);
        turn
    }

    /// The caller enters a queue. Who was in one before keeps the first arrival.
    pub(crate) fn enqueue(
        &mut self,
        now: Moment,
        id: CallId,
        queue: QueueId,
        (priority, demands): (u8, Demands),
        given_back_by: Option<AgentId>,
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let priority = call.priority.map_or(priority, Priority::number);
        let kept_for = self.keeper(now, call, queue);
        let (before, regained) = match call.queued {
            Some((_, arrived)) => (arrived, None),
            None => (now, self.lost_place(now, call, queue)),
        };
        let arrived = regained.unwrap_or(before);
        let kind = call.kind();
        self.turn_day(now);
        let need = self.need_of(demands);
        let waiting = acd::Waiting {
            kind,
            priority,
            need,
            kept_for,
            given_back_by,
            ..acd::Waiting::new(id, queue, arrived)
        };
        let taken_up = self.make_way(now, id, queue);
        self.acd.handle(now, acd::Input::Queued(waiting));
        taken_up.into_iter().for_each(|item| self.have_taken_up(now, id, item));
        if self.acd.arrived(id).is_none() {
            // There is no room: the acd says so, and `refused_by_queue` hears it.
            return;
        }
        let turn = self.next_turn(queue);
        let Some(call) = self.calls.get_mut(id) else { return };
        (call.queued, call.turn) = (Some((queue, arrived)), turn);
        call.enter(now, Stage::Waiting);
        if let Some(arrived) = regained {
            self.place_regained(now, id, arrived);
        }
        let Some(call) = self.calls.get(id) else { return };
        let queued = CallEvent::Queued {
            queue: Arc::clone(&self.plan.queue(queue).name),
            language: Arc::clone(self.plan.language(call.language)),
        };
        self.record(now, What::Call(id, queued));
        self.record_keeping(now, id);
    }

    /// The queue has no room for the call.
    pub(crate) fn refused_by_queue(&mut self, now: Moment, id: CallId, why: RefuseReason) {
        let queue = self.calls.get(id).and_then(|call| call.visit.queue());
        if let (Some(queue), Some(waiting_max)) = (queue, why.waiting_max()) {
            let full = CallEvent::QueueFull {
                queue: Arc::clone(&self.plan.queue(queue).name),
                waiting_max: u64::try_from(waiting_max).unwrap_or(u64::MAX),
            };
            self.record(now, What::Call(id, full));
        }
        self.visit(now, id, Input::QueueRefused);
    }

    /// Music for whoever was parked.
    pub(crate) fn play_to_parked(&mut self, id: CallId, by: HeldBy) {
        let Some((worker, stream)) = self.parked(id, by) else { return };
        let Some(music) = self.calls.get(id).and_then(|call| call.music) else { return };
        let then = media_protocol::Then::Music(music);
        let (play, clips) = (ids::PlayId::default(), Arc::new([]));
        self.media(worker, Command::Play { stream, play, clips, then });
    }

    /// The other's voice again for whoever was parked.
    pub(crate) fn let_parked_hear(&mut self, id: CallId, by: HeldBy) {
        if let Some((worker, stream)) = self.parked(id, by) {
            self.media(worker, Command::Quiet { stream });
        }
    }

    /// The worker and stream of whoever `by` has parked.
    fn parked(&self, id: CallId, by: HeldBy) -> Option<(u8, LegId)> {
        let call = self.calls.get(id)?;
        let line = match by {
            HeldBy::Agent => &call.line,
            HeldBy::Caller => &call.talk()?.line,
        };
        Some((line.port.worker, line.leg))
    }
}
