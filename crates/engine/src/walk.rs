//! The caller's walk through the dialplan, carried out: what it wants said is played, where it
//! wants the caller to wait the caller waits.

use crate::call::Stage;
use crate::ending::Ending;
use crate::engine::{Engine, Timer};
use clock::Moment;
use events::{CallEvent, What};
use ids::{CallId, ClipId, QueueId};
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

    fn follow_visit(&mut self, now: Moment, id: CallId) {
        while let Some(output) = self.calls.get_mut(id).and_then(|call| call.visit.poll_output()) {
            self.obey_visit(now, id, output);
        }
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
            Output::Enqueue { queue, priority } => self.enqueue(now, id, queue, priority),
            Output::AskPlace => self.tell_place(now, id),
            Output::PlaceTold(place) => {
                self.record(now, What::Call(id, CallEvent::PlaceTold { place }));
            }
            Output::Chose { menu, key } => {
                self.record(now, What::Call(id, CallEvent::Chose { menu, key }));
            }
            Output::Language(language) => {
                if let Some(call) = self.calls.get_mut(id) {
                    call.language = language;
                }
            }
            Output::HangUp(reason) => self.end(now, id, Ending::Plan(reason)),
        }
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

    fn clip(&self, spoken: Spoken) -> Option<ClipId> {
        self.clips.find(spoken.language.index(), spoken.prompt)
    }

    fn quiet(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        if call.hears_the_plan() {
            let (worker, stream) = (call.line.port.worker, call.line.leg);
            self.media(worker, Command::Quiet { stream });
        }
    }

    /// The caller enters a queue. Who was in one before keeps the first arrival.
    fn enqueue(&mut self, now: Moment, id: CallId, queue: QueueId, priority: u8) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let arrived = call.queued.map_or(now, |(_, arrived)| arrived);
        call.queued = Some((queue, arrived));
        call.enter(now, Stage::Waiting);
        let queued = CallEvent::Queued {
            queue: Arc::clone(&self.plan.queue(queue).name),
            language: Arc::clone(self.plan.language(call.language)),
        };
        self.record(now, What::Call(id, queued));
        self.acd.handle(now, acd::Input::Queued { call: id, queue, priority, arrived });
    }

    /// The queue has no room for the call.
    pub(crate) fn refused_by_queue(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        call.enter(now, Stage::InPlan);
        self.visit(now, id, Input::QueueRefused);
    }

    /// Tells the visit which place the caller has. Who is being rung for is first.
    fn tell_place(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let place = match &call.stage {
            Stage::Ringing(_) => Some(1),
            Stage::Waiting => self.acd.place(id).map(acd::Position::number),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Connecting(_)
            | Stage::Talking(_) => None,
        };
        if let Some(place) = place {
            call.visit.handle(now, Input::Place(place));
        }
    }

    /// Music for a caller whom the agent has parked, or the agent's voice again.
    pub(crate) fn music_for_caller(&mut self, id: CallId, parked: bool) {
        let Some(call) = self.calls.get(id) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        let music = call.music;
        self.park(worker, stream, music, parked);
    }

    /// Music for an agent whom the caller has parked, or the caller's voice again.
    pub(crate) fn music_for_agent(&mut self, id: CallId, parked: bool) {
        let Some(call) = self.calls.get(id) else { return };
        let Some(talk) = call.talk() else { return };
        let (worker, stream) = (talk.line.port.worker, talk.line.leg);
        let music = call.music;
        self.park(worker, stream, music, parked);
    }

    fn park(&mut self, worker: u8, stream: ids::LegId, music: Option<ClipId>, parked: bool) {
        let command = match (parked, music) {
            (true, Some(music)) => Command::Play {
                stream,
                play: ids::PlayId::default(),
                clips: Arc::new([]),
                then: media_protocol::Then::Music(music),
            },
            (true, None) | (false, _) => Command::Quiet { stream },
        };
        self.media(worker, command);
    }
}
