//! What is said to an agent who has answered, before the two hear each other: which queue the call is of, who
//! calls, for what, and since when. The caller hears music meanwhile, as before.

use crate::call::{Call, Stage};
use crate::engine::{Engine, Timer};
use clock::Moment;
use dialplan::{Known, Phrase, Plan};
use events::Name;
use ids::{CallId, ClipId, PlayId, QueueId};
use media_protocol::{Command, Then};
use std::sync::Arc;
use std::time::Duration;

/// No caller waits longer than this for the end of what the agent is told; an agent who has answered is to be
/// connected within [`acd::Acd::CONNECT_MAX`].
const WHISPER_MAX: Duration = Duration::from_secs(8);

/// Steps on a caller's way have the agent told no more than this, in phrases.
const WHISPERS_MAX: usize = 8;

/// An agent who is being told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whisper {
    /// Whether the agent has been heard meanwhile, which is told once.
    heard: bool,
}

/// What the steps on a caller's way have the agent told, the latest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whispers(Vec<Phrase>);

impl Whispers {
    /// What these names stand for in a plan; those that it does not have are left out.
    pub(crate) fn named(plan: &Plan, names: &[Name]) -> Self {
        let prompts = names.iter().filter_map(|name| plan.prompt(name));
        Self(prompts.map(|prompt| Phrase { prompt, language: None }).take(WHISPERS_MAX).collect())
    }

    /// Their names.
    pub(crate) fn names(&self, plan: &Plan) -> Vec<Name> {
        self.0.iter().map(|phrase| plan.prompt_name(phrase.prompt).into()).collect()
    }

    /// With what is told of who it is before all else.
    pub(crate) fn with_known(&self, known: Option<&Known>) -> Self {
        let who = known.and_then(|known| known.whisper);
        let who = who.map(|prompt| Phrase { prompt, language: None });
        Self(who.into_iter().chain(self.0.iter().copied()).collect())
    }

    /// A step has this told. What was there already is said once, and now; of many, the last ones.
    pub(crate) fn add(&mut self, phrases: &[Phrase]) {
        self.0.retain(|phrase| !phrases.contains(phrase));
        self.0.extend(phrases);
        let more = self.0.len().saturating_sub(WHISPERS_MAX);
        self.0.drain(..more);
    }
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

    /// What the agent is told of this call, in the plan's first language: the queue, who calls, for what, and since
    /// when.
    fn whispered(&self, now: Moment, id: CallId) -> Arc<[ClipId]> {
        let Some((call, (queue, arrived))) =
            self.calls.get(id).and_then(|call| Some((call, call.queued?)))
        else {
            return Arc::default();
        };
        self.told_of_customer(now, (queue, arrived), &self.whispers_of(call))
    }

    /// What the agent who takes a call is told of it beside its queue: who calls, and for what.
    pub(crate) fn whispers_of(&self, call: &Call) -> Whispers {
        call.whisper.with_known(call.known.as_deref())
    }

    /// What an agent is told before a customer is heard, who calls or is called back: the queue, who it is and for what
    /// (`whispers`), and since when they have waited, who arrived then.
    pub(crate) fn told_of_customer(
        &self,
        now: Moment,
        (queue, arrived): (QueueId, Moment),
        whispers: &Whispers,
    ) -> Arc<[ClipId]> {
        let of_queue = self.clips_for_agent(&self.plan.queue(queue).whisper);
        let of_call = self.clips_for_agent(&whispers.0);
        let waited = self.waited(now, queue, arrived);
        of_queue.iter().chain(&*of_call).copied().chain(waited).collect()
    }

    /// What agents are told of a queue's work items, and how long one has waited that arrived then.
    pub(crate) fn told_of(&self, now: Moment, queue: QueueId, arrived: Moment) -> Arc<[ClipId]> {
        let of_queue = self.clips_for_agent(&self.plan.queue(queue).whisper);
        of_queue.iter().copied().chain(self.waited(now, queue, arrived)).collect()
    }

    /// How long somebody has waited who arrived then, if that is told in this queue.
    fn waited(&self, now: Moment, queue: QueueId, arrived: Moment) -> Vec<ClipId> {
        let time = now.since(arrived);
        if self.plan.queue(queue).whisper_wait.is_none_or(|least| time < least) {
            return Vec::new();
        }
        let language = self.plan.default_language;
        let names = speech::waited(self.plan.language(language), time);
        let prompts = names.iter().filter_map(|name| self.plan.prompt(name));
        prompts.filter_map(|prompt| self.clips.find(language.index(), prompt)).collect()
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
