//! What is said to an agent who has answered, before the two hear each other: which queue the call is of, who
//! calls, for what, and since when. The caller hears music meanwhile, as before, or that the talk will be recorded.

use crate::announcing::{ANNOUNCEMENT, Told};
use crate::call::{Call, Stage, Talk};
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

/// An agent who is being told, and the caller who waits for the end of it or is being told something, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whisper {
    /// Whether the agent has been heard meanwhile, which is told once.
    heard: bool,
    /// Whether the agent has heard all of it, or has cut it short.
    agent_knows: bool,
    /// Whether the caller knows that the talk will be recorded.
    caller: Told,
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
            self.join(now, id, Told::Nothing);
        }
    }

    /// Tells the agent what the call is about, and the caller that it will be recorded, both at once. Who hears nothing of the
    /// one hears the other: an agent who is told nothing hears what the caller does.
    fn begins_to_whisper(&mut self, now: Moment, id: CallId) -> bool {
        let announced = self.recorded_by(id).and_then(|_| self.announcement(id));
        let of_call = self.whispered(now, id);
        let (to_caller, of_recording) =
            announced.map_or_else(Default::default, |it| (it.caller, it.agent));
        let clips = if of_call.is_empty() { of_recording } else { of_call };
        let Some(call) = self.calls.get_mut(id) else { return false };
        let is_told = !to_caller.is_empty() && call.line.listens();
        let then = call.music.map_or(Then::Stop, Then::Music);
        let caller = call.line.leg;
        let Stage::Connecting(talk) = &mut call.stage else { return false };
        if clips.is_empty() && !is_told {
            return false;
        }
        talk.whisper = Some(Whisper {
            heard: false,
            agent_knows: clips.is_empty(),
            caller: if is_told { Told::Now } else { Told::Nothing },
        });
        let (worker, stream) = (talk.line.port.worker, talk.line.leg);
        if !clips.is_empty() {
            let play = PlayId::default();
            self.media(worker, Command::Play { stream, play, clips, then: Then::Stop });
        }
        if is_told {
            let (play, clips) = (ANNOUNCEMENT, to_caller);
            self.media(worker, Command::Play { stream: caller, play, clips, then });
        }
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

    /// The agent has heard what the call is about.
    pub(crate) fn agent_told(&mut self, now: Moment, id: CallId) {
        if let Some(whisper) = self.whisper_mut(id) {
            whisper.agent_knows = true;
            self.join_who_are_told(now, id);
        }
    }

    /// A key of the agent's phone has cut it short. What the caller is told goes on to its end.
    pub(crate) fn cut_whisper(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let Some(talk) = call.talk() else { return };
        let (worker, stream) = (talk.line.port.worker, talk.line.leg);
        let was_told = talk.whisper.is_some_and(|whisper| !whisper.agent_knows);
        self.agent_told(now, id);
        if was_told && self.is_whispering(id) {
            self.media(worker, Command::Quiet { stream });
        }
    }

    /// Whether it was before the talk that the caller has been told, to the end now, that it will be recorded.
    pub(crate) fn is_told_before_the_talk(&mut self, now: Moment, id: CallId) -> bool {
        let Some(whisper) = self.whisper_mut(id) else { return false };
        if whisper.caller == Told::Now {
            whisper.caller = Told::Whole;
        }
        self.join_who_are_told(now, id);
        true
    }

    /// Somebody has parked somebody: who was being told before the talk that it will be recorded has not heard all of it, and
    /// is told in the talk.
    pub(crate) fn caller_missed_it(&mut self, now: Moment, id: CallId) {
        if let Some(whisper) = self.whisper_mut(id) {
            whisper.caller = Told::Nothing;
            self.join_who_are_told(now, id);
        }
    }

    /// Both know what they are to know: the two hear each other from here on.
    fn join_who_are_told(&mut self, now: Moment, id: CallId) {
        let is_over = |whisper: &Whisper| whisper.agent_knows && whisper.caller != Told::Now;
        if self.whisper_mut(id).is_some_and(|whisper| is_over(whisper)) {
            self.end_whisper(now, id);
        }
    }

    /// It is said, or takes too long: the two hear each other from here on.
    pub(crate) fn end_whisper(&mut self, now: Moment, id: CallId) {
        let talk = self.connecting_mut(id);
        let Some(whisper) = talk.and_then(|talk| talk.whisper.take()) else { return };
        self.timers.clear(&Timer::Whisper(id));
        self.join(now, id, whisper.caller);
        if whisper.heard {
            self.agent_heard(now, id);
        }
    }

    /// Whether the agent of this call is being told what it is about, or the caller that it will be recorded.
    pub(crate) fn is_whispering(&self, id: CallId) -> bool {
        self.calls.get(id).and_then(|call| call.talk()).is_some_and(|talk| talk.whisper.is_some())
    }

    /// Whether the agent of this call is being told; who is heard meanwhile is connected right after.
    pub(crate) fn is_heard_in_whisper(&mut self, id: CallId) -> bool {
        self.whisper_mut(id).map(|whisper| whisper.heard = true).is_some()
    }

    fn whisper_mut(&mut self, id: CallId) -> Option<&mut Whisper> {
        self.connecting_mut(id)?.whisper.as_mut()
    }

    fn connecting_mut(&mut self, id: CallId) -> Option<&mut Talk> {
        match &mut self.calls.get_mut(id)?.stage {
            Stage::Connecting(talk) => Some(talk),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Talking(_) => None,
        }
    }
}
