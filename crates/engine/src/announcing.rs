//! Caller and agent are told that their talk will be recorded, where the queue has that said, before anything of it is kept.
//!
//! Where the queue records its talks, the caller is told while the agent is told who calls, and before the two hear each other
//! (`whisper.rs`). What begins in a talk, by a command, by a key, or after a restart, is told to both at once, in place of each
//! other's voice. What is not heard to its end by the caller, since somebody parked somebody meanwhile, is said again, whole, when
//! nobody is parked any more; until then nothing is kept. A recording that goes on after a pause is not announced anew.

use crate::command::Refusal;
use crate::engine::Engine;
use clock::Moment;
use dialplan::Phrase;
use events::RecordedBy;
use ids::{CallId, ClipId, LegId, PlayId};
use ivr::Spoken;
use media_protocol::{Command, Then};
use std::sync::Arc;

/// How the announcement that a caller hears is known from what a visit has played, whose numbers begin at the other end.
pub(crate) const ANNOUNCEMENT: PlayId = PlayId(u64::MAX);

/// How far a caller has been told that the talk will be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing is being said, and not all of it was heard.
    Nothing,
    /// It is being said.
    Now,
    /// All of it has been heard.
    Whole,
}

/// The announcement as the two hear it.
pub(crate) struct Announcement {
    pub(crate) caller: Arc<[ClipId]>,
    pub(crate) agent: Arc<[ClipId]>,
}

impl Engine {
    /// What is to be said before the talk of a call is kept: to the caller in their own language, and to the agent in the plan's
    /// first. None if nothing is, or if it is not whole: half of it says something else.
    pub(crate) fn announcement(&self, id: CallId) -> Option<Announcement> {
        let call = self.calls.get(id)?;
        let phrases = &self.plan.queue(call.queued?.0).record_announce;
        let spoken = |phrase: &Phrase| Spoken {
            language: phrase.language.unwrap_or(call.language),
            prompt: phrase.prompt,
        };
        let caller: Arc<[_]> =
            phrases.iter().filter_map(|phrase| self.clip(spoken(phrase))).collect();
        let is_whole = !phrases.is_empty() && caller.len() == phrases.len();
        is_whole.then(|| Announcement { caller, agent: self.clips_for_agent(phrases) })
    }

    /// The two are told that what they say will be recorded, and it is from then on; at once where the queue has nothing said.
    ///
    /// # Errors
    /// If what is to be said is not there: then nothing is recorded.
    pub(crate) fn announce(
        &mut self,
        now: Moment,
        id: CallId,
        by: RecordedBy,
    ) -> Result<(), Refusal> {
        let queue = self.calls.get(id).and_then(|call| call.queued);
        let Some((queue, _)) = queue else { return Err(Refusal::NotRecorded(id)) };
        if self.plan.queue(queue).record_announce.is_empty() {
            self.keep_talk(now, id, by);
            return Ok(());
        }
        if self.announcement(id).is_none() {
            return Err(Refusal::NotRecorded(id));
        }
        if let Some(talk) = self.calls.get_mut(id).and_then(|call| call.talk_mut()) {
            talk.announcing = Some(by);
        }
        self.say_announcement(id);
        Ok(())
    }

    /// Whether the two hear that they will be recorded, or will hear it.
    pub(crate) fn is_announcing(&self, id: CallId) -> bool {
        let talk = self.calls.get(id).and_then(|call| call.talk());
        talk.is_some_and(|talk| talk.announcing.is_some())
    }

    /// A caller has been told to the end, if they could hear it.
    pub(crate) fn announced(&mut self, now: Moment, id: CallId) {
        if self.is_told_before_the_talk(now, id) {
            return;
        }
        let talk = self.calls.get_mut(id).and_then(|call| call.talk_mut());
        let Some(talk) = talk.filter(|talk| talk.held.is_none()) else { return };
        if let Some(by) = talk.announcing.take() {
            self.keep_talk(now, id, by);
        }
    }

    /// Nobody is parked any more: what was to be announced is said from its beginning.
    pub(crate) fn announce_again(&mut self, id: CallId) {
        if self.is_announcing(id) {
            self.say_announcement(id);
        }
    }

    /// What was to be announced is not, and nothing is recorded. Whether there was anything.
    pub(crate) fn stop_announcing(&mut self, id: CallId) -> bool {
        let talk = self.calls.get_mut(id).and_then(|call| call.talk_mut());
        let was_to_be = talk.and_then(|talk| talk.announcing.take()).is_some();
        if let Some((worker, streams)) = self.announced_to(id).filter(|_| was_to_be) {
            for stream in streams {
                self.media(worker, Command::Quiet { stream });
            }
        }
        was_to_be
    }

    fn say_announcement(&mut self, id: CallId) {
        let Some((worker, [caller, agent])) = self.announced_to(id) else { return };
        let Some(said) = self.announcement(id) else { return };
        let then = Then::Stop;
        let (play, clips) = (ANNOUNCEMENT, said.caller);
        self.media(worker, Command::Play { stream: caller, play, clips, then });
        let (play, clips) = (PlayId::default(), said.agent);
        self.media(worker, Command::Play { stream: agent, play, clips, then });
    }

    /// The streams of caller and agent, if both listen: who is parked hears music, and who parks hears nothing.
    fn announced_to(&self, id: CallId) -> Option<(u8, [LegId; 2])> {
        let call = self.calls.get(id)?;
        let talk = call.talk().filter(|talk| talk.held.is_none())?;
        Some((call.line.port.worker, [call.line.leg, talk.line.leg]))
    }
}
