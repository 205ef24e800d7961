//! What is said to an agent who has answered, before the two hear each other: which queue the call is of. The
//! caller hears music meanwhile, as before.

use crate::call::Stage;
use crate::engine::{Engine, Timer};
use clock::Moment;
use ids::{CallId, ClipId, PlayId, QueueId};
use media_protocol::{Command, Then};
use std::sync::Arc;
use std::time::Duration;

/// No caller waits longer than this for the end of what the agent is told; an agent who has answered is to be
/// connected within [`acd::Acd::CONNECT_MAX`].
const WHISPER_MAX: Duration = Duration::from_secs(6);

/// An agent who is being told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whisper {
    /// Whether the agent has been heard meanwhile, which is told once.
    heard: bool,
}

impl Engine {
    /// The acd agrees that this agent takes this call.
    pub(crate) fn connect(&mut self, now: Moment, id: CallId) {
        if self.work_items.has(id) {
            self.begin_with_item(now, id);
        } else if !self.begins_to_whisper(now, id) {
            self.join(now, id);
        }
    }

    fn begins_to_whisper(&mut self, now: Moment, id: CallId) -> bool {
        let clips = self.whispered(now, id);
        let Some(call) = self.calls.get_mut(id).filter(|_| !clips.is_empty()) else { return false };
        let Stage::Connecting(talk) = &mut call.stage else { return false };
        talk.whisper = Some(Whisper { heard: false });
        let (worker, stream) = (talk.line.port.worker, talk.line.leg);
        let play = PlayId::default();
        self.media(worker, Command::Play { stream, play, clips, then: Then::Stop });
        self.timers.set(Timer::Whisper(id), now + WHISPER_MAX);
        true
    }

    /// What the agent is told of this call, in the plan's first language.
    fn whispered(&self, now: Moment, id: CallId) -> Arc<[ClipId]> {
        let queued = self.calls.get(id).and_then(|call| call.queued);
        queued.map_or_else(Arc::default, |(queue, arrived)| self.told_of(now, queue, arrived))
    }

    /// What agents are told of a queue's calls, and how long somebody has waited who arrived then.
    pub(crate) fn told_of(&self, now: Moment, queue: QueueId, arrived: Moment) -> Arc<[ClipId]> {
        let queue = self.plan.queue(queue);
        let language = self.plan.default_language;
        let time = now.since(arrived);
        let told = queue.whisper_wait.filter(|least| time >= *least);
        let names = told.map(|_| speech::waited(self.plan.language(language), time));
        let prompts = names.iter().flatten().filter_map(|name| self.plan.prompt(name));
        let waited = prompts.filter_map(|prompt| self.clips.find(language.index(), prompt));
        let whisper = self.clips_for_agent(&queue.whisper);
        whisper.iter().copied().chain(waited).collect()
    }

    /// It is said, or a key has cut it short, or it takes too long: the two hear each other from here on.
    pub(crate) fn end_whisper(&mut self, now: Moment, id: CallId) {
        let talk = self.calls.get_mut(id).and_then(|call| match &mut call.stage {
            Stage::Connecting(talk) => Some(talk),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Talking(_) => None,
        });
        let Some(Whisper { heard }) = talk.and_then(|talk| talk.whisper.take()) else { return };
        self.timers.clear(&Timer::Whisper(id));
        self.join(now, id);
        if heard {
            self.agent_heard(now, id);
        }
    }

    /// Whether the agent of this call is being told what it is about.
    pub(crate) fn is_whispering(&self, id: CallId) -> bool {
        self.calls.get(id).and_then(|call| call.talk()).is_some_and(|talk| talk.whisper.is_some())
    }

    /// Whether the agent of this call is being told; who is heard meanwhile is connected right after.
    pub(crate) fn is_heard_in_whisper(&mut self, id: CallId) -> bool {
        let whisper = self.calls.get_mut(id).and_then(|call| match &mut call.stage {
            Stage::Connecting(talk) => talk.whisper.as_mut(),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Talking(_) => None,
        });
        whisper.map(|whisper| whisper.heard = true).is_some()
    }
}
