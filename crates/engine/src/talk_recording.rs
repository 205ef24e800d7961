//! What caller and agent say to each other, kept where the caller's queue wants it.
//!
//! A recording is of the caller's leg: whoever the caller is handed over to talks in the same one. It ends with that leg, or
//! when the caller is back in the dialplan; who talks with them after that begins another one of the same call. What came of it is
//! told by the worker, mostly behind the end of the call.
//!
//! What somebody says of it by a command goes before what the queue says, for as long as this talk lasts.

use crate::announcing::Told;
use crate::command::{Recording, Refusal};
use crate::engine::Engine;
use clock::{Duration, Moment};
use events::{
    FoundRecording, RecordedBy, RecordingEnd, RecordingLabel, RecordingName, RecordingWish,
    SoundEvent, What,
};
use ids::{CallId, LegId, RecordingId};
use media_protocol::{Command, Recorded};
use rand::Rng;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The recordings of which it has not been told what came of them.
#[derive(Debug, Default)]
pub(crate) struct TalkRecordings {
    open: BTreeMap<RecordingId, CallId>,
    /// Those that go on, by the caller's leg.
    by_leg: BTreeMap<LegId, RecordingId>,
}

impl TalkRecordings {
    pub(crate) fn len(&self) -> usize {
        self.open.len().max(self.by_leg.len())
    }
}

impl Engine {
    /// The two hear each other: what they say is kept from here on, if the queue or somebody wants it and it is not already; or
    /// from when they have been told so, if that has to be and the caller has not been.
    pub(crate) fn record_talk(&mut self, now: Moment, id: CallId, told: Told) {
        let Some(by) = self.recorded_by(id) else { return };
        match told {
            Told::Whole => self.keep_talk(now, id, by),
            // Where what is to be said is not there, nothing is recorded.
            Told::Nothing | Told::Now => drop(self.announce(now, id, by)),
        }
    }

    /// By whose will the talk of a call is to be recorded, if it is.
    pub(crate) fn recorded_by(&self, id: CallId) -> Option<RecordedBy> {
        let call = self.calls.get(id)?;
        let (queue, _) = call.talk().and(call.queued)?;
        match (call.recording, self.plan.queue(queue).record) {
            (Some(RecordingWish::Off), _) | (None, false) => None,
            (None | Some(RecordingWish::On | RecordingWish::Paused), true) => {
                Some(RecordedBy::Queue)
            }
            (Some(RecordingWish::On | RecordingWish::Paused), false) => Some(RecordedBy::Command),
        }
    }

    /// Whatever had to be said of it has been: what the two say is kept from here on, or once a pause is over.
    pub(crate) fn keep_talk(&mut self, now: Moment, id: CallId, by: RecordedBy) {
        self.begin_recording(now, id, by);
        let wish = self.calls.get(id).and_then(|call| call.recording);
        if wish == Some(RecordingWish::Paused) {
            self.pause_recording(now, id);
        }
    }

    fn begin_recording(&mut self, now: Moment, id: CallId, started_by: RecordedBy) {
        let Some(call) = self.calls.get(id) else { return };
        let (Some(talk), Some((queue, _))) = (call.talk(), call.queued) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        if self.talk_recordings.by_leg.contains_key(&stream) {
            return;
        }
        let label = Box::new(RecordingLabel {
            call: id.0,
            began_at: self.journal.wall(now).as_micros(),
            agent: Some(self.plan.agent(talk.agent).account.clone()),
            started_by,
            queue: Some(Arc::clone(&self.plan.queue(queue).name)),
        });
        let recording = RecordingId(self.random.next_u64());
        self.talk_recordings.open.insert(recording, id);
        self.talk_recordings.by_leg.insert(stream, recording);
        self.media(worker, Command::RecordTalk { stream, recording, label: label.clone() });
        self.recording_began(now, id, (recording, label));
    }

    /// Carries out a command about the recording of a talk. What is so already stays so.
    ///
    /// # Errors
    /// If no two talk in the call, or nothing is recorded that could be stopped, paused or gone on with.
    pub(crate) fn command_recording(
        &mut self,
        now: Moment,
        id: CallId,
        what: Recording,
    ) -> Result<(), Refusal> {
        match what {
            Recording::Start => {
                let is_talking = self.calls.get(id).is_some_and(|call| call.talking().is_some());
                if !is_talking {
                    return self.recorded(id).map(drop);
                }
                // One that is paused stays so until somebody says that it goes on.
                if self.to_be_recorded(id).is_err() {
                    let before = self.wish_recording(id, RecordingWish::On);
                    if let Err(refusal) = self.announce(now, id, RecordedBy::Command) {
                        self.wish_mut(id).into_iter().for_each(|wish| *wish = before);
                        return Err(refusal);
                    }
                }
            }
            Recording::Stop => {
                self.to_be_recorded(id)?;
                self.stop_announcing(id);
                self.end_recording(id);
                self.wish_recording(id, RecordingWish::Off);
            }
            Recording::Pause => {
                self.to_be_recorded(id)?;
                self.change_recording(now, id, RecordingWish::Paused);
            }
            Recording::Resume => {
                self.to_be_recorded(id)?;
                self.change_recording(now, id, RecordingWish::On);
            }
        }
        Ok(())
    }

    /// What a key of the agent's phone means to the recording of the talk, if it means anything.
    pub(crate) fn recording_key(&self, id: CallId, key: char) -> Option<Recording> {
        let (queue, wish) = match (self.calls.get(id), self.directs.get(id)) {
            (Some(call), _) => (call.talking().and(call.queued)?.0, call.recording),
            (None, Some(call)) => (call.takes_over().and_then(|_| call.queue())?, call.recording()),
            (None, None) => return None,
        };
        let queue = self.plan.queue(queue);
        let is_recorded = self.to_be_recorded(id).is_ok();
        if queue.record_key == Some(key) {
            return Some(if is_recorded { Recording::Stop } else { Recording::Start });
        }
        let is_pause = queue.pause_key == Some(key) && is_recorded;
        is_pause.then_some(match wish {
            Some(RecordingWish::Paused) => Recording::Resume,
            Some(RecordingWish::On | RecordingWish::Off) | None => Recording::Pause,
        })
    }

    /// Whether a talk is recorded, or will be once that has been announced.
    fn to_be_recorded(&self, id: CallId) -> Result<(), Refusal> {
        if self.is_announcing(id) { Ok(()) } else { self.recorded(id).map(drop) }
    }

    /// The recording that goes on, with the stream of its caller.
    fn recorded(&self, id: CallId) -> Result<(u8, LegId, RecordingId), Refusal> {
        let line = self.calls.get(id).map(|call| &call.line);
        let line = line.or_else(|| self.directs.get(id).map(|call| &call.caller));
        let found = line.and_then(|line| {
            let recording = self.talk_recordings.by_leg.get(&line.leg)?;
            Some((line.port.worker, line.leg, *recording))
        });
        found.ok_or(Refusal::NotRecorded(id))
    }

    /// What somebody has said of the recording.
    fn wish_mut(&mut self, id: CallId) -> Option<&mut Option<RecordingWish>> {
        match self.calls.get_mut(id) {
            Some(call) => Some(&mut call.recording),
            None => self.directs.get_mut(id)?.recording_mut(),
        }
    }

    /// Whoever goes on with the talk, also after a restart, goes by this. What was said before.
    fn wish_recording(&mut self, id: CallId, wish: RecordingWish) -> Option<RecordingWish> {
        self.touch_call(id);
        self.wish_mut(id)?.replace(wish)
    }

    /// A recording that goes on is paused, or goes on again.
    fn change_recording(&mut self, now: Moment, id: CallId, wish: RecordingWish) {
        let before = self.wish_recording(id, wish);
        match (before == Some(RecordingWish::Paused), wish == RecordingWish::Paused) {
            (false, true) => self.pause_recording(now, id),
            (true, false) => self.resume_recording(now, id),
            (true, true) | (false, false) => {}
        }
    }

    fn pause_recording(&mut self, now: Moment, id: CallId) {
        let Ok((worker, stream, recording)) = self.recorded(id) else { return };
        let recording = RecordingName(recording);
        self.media(worker, Command::PauseRecordingTalk { stream });
        self.record(now, What::Sound(id, SoundEvent::RecordingPaused { recording }));
    }

    fn resume_recording(&mut self, now: Moment, id: CallId) {
        let Ok((worker, stream, recording)) = self.recorded(id) else { return };
        let recording = RecordingName(recording);
        self.media(worker, Command::ResumeRecordingTalk { stream });
        self.record(now, What::Sound(id, SoundEvent::RecordingResumed { recording }));
    }

    /// The caller talks with nobody any more, and what was said of this talk is no word on the next.
    pub(crate) fn stop_recording_talk(&mut self, id: CallId) {
        self.end_recording(id);
        if let Some(call) = self.calls.get_mut(id) {
            call.recording = None;
        }
    }

    fn end_recording(&mut self, id: CallId) {
        let Ok((worker, stream, _)) = self.recorded(id) else { return };
        self.talk_recordings.by_leg.remove(&stream);
        self.media(worker, Command::StopRecordingTalk { stream });
    }

    /// The recording of a talk is over.
    pub(crate) fn talk_recorded(&mut self, now: Moment, id: RecordingId, result: Recorded) {
        self.talk_recordings.by_leg.retain(|_, recording| *recording != id);
        let Some(call) = self.talk_recordings.open.remove(&id) else { return };
        let recording = RecordingName(id);
        let ended = match result {
            Recorded::OnDisk { length, bytes, packets_missed } => SoundEvent::RecordingEnded {
                recording,
                end: RecordingEnd::Whole,
                length_ms: millis(length),
                bytes,
                packets_missed,
            },
            Recorded::Failed => SoundEvent::RecordingEnded {
                recording,
                end: RecordingEnd::Failed,
                length_ms: 0,
                bytes: 0,
                packets_missed: 0,
            },
        };
        self.record(now, What::Sound(call, ended));
    }

    /// What earlier runs have left of recordings whose end was never told.
    pub(crate) fn recall_recordings(&mut self, now: Moment, found: Vec<FoundRecording>) {
        for FoundRecording { id, unnamed, call, end, length_ms, bytes } in found {
            let call = CallId(call);
            if let Some(label) = unnamed {
                self.recording_began(now, call, (id, Box::new(label)));
            }
            let (recording, packets_missed) = (RecordingName(id), 0);
            let ended =
                SoundEvent::RecordingEnded { recording, end, length_ms, bytes, packets_missed };
            self.record(now, What::Sound(call, ended));
        }
    }

    fn recording_began(
        &mut self,
        now: Moment,
        call: CallId,
        (id, label): (RecordingId, Box<RecordingLabel>),
    ) {
        let began = SoundEvent::RecordingBegan { recording: RecordingName(id), label };
        self.record(now, What::Sound(call, began));
    }
}

fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
