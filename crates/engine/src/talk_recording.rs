//! What caller and agent say to each other, kept where the caller's queue wants it.
//!
//! A recording is of the caller's leg: whoever the caller is handed over to talks in the same one. It ends with that leg, or
//! when the caller is back in the dialplan; who talks with them after that begins another one of the same call. What came of it is
//! told by the worker, mostly behind the end of the call.

use crate::engine::Engine;
use clock::{Duration, Moment};
use events::{
    FoundRecording, RecordedBy, RecordingEnd, RecordingLabel, RecordingName, SoundEvent, What,
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
    /// The two hear each other: what they say is kept from here on, if the queue wants it and it is not already.
    pub(crate) fn record_talk(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let (Some(talk), Some((queue, _))) = (call.talk(), call.queued) else { return };
        let queue = self.plan.queue(queue);
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        if !queue.record || self.talk_recordings.by_leg.contains_key(&stream) {
            return;
        }
        let label = Box::new(RecordingLabel {
            call: id.0,
            began_at: self.journal.wall(now).as_micros(),
            agent: Some(self.plan.agent(talk.agent).account.clone()),
            started_by: RecordedBy::Queue,
            queue: Some(Arc::clone(&queue.name)),
        });
        let recording = RecordingId(self.random.next_u64());
        self.talk_recordings.open.insert(recording, id);
        self.talk_recordings.by_leg.insert(stream, recording);
        self.media(worker, Command::RecordTalk { stream, recording, label: label.clone() });
        self.recording_began(now, id, (recording, label));
    }

    /// The caller talks with nobody any more.
    pub(crate) fn stop_recording_talk(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        if self.talk_recordings.by_leg.remove(&stream).is_some() {
            self.media(worker, Command::StopRecordingTalk { stream });
        }
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
