//! An agent hears a message: it is announced, played, and the agent says by a key that it is to be played again
//! (1), or that it is done (2). Who hangs up before gives it back.

use super::calling::Calling;
use super::{Hearing, Stage, Task, WorkItem};
use crate::call::{Ringing, Talk};
use crate::ending::NORMAL_CLEARING;
use crate::engine::Engine;
use crate::keys::Way;
use clock::Moment;
use dialplan::builtin;
use events::{By, CallEvent, Outcome, SetAside, What};
use ids::{CallId, ClipId, PlayId};
use media_protocol::{Command, Replayed, Then};
use std::sync::Arc;

/// Plays the message again.
const AGAIN: char = '1';
/// The message is done.
const DONE: char = '2';

/// What the agent hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hears {
    /// Nothing yet.
    Nothing,
    /// That it is a message, and of which queue.
    Announcement,
    /// The message.
    Message,
    /// Which keys there are, or nothing any more.
    Keys,
    /// That the message can not be played.
    Unreadable,
    /// That it is done.
    Farewell,
}

impl Engine {
    /// An agent's phone has answered, and its line is open. Gives the phones that were slower.
    pub(crate) fn item_answered(&mut self, now: Moment, id: CallId, talk: Talk) -> Option<Ringing> {
        let item = self.work_items.get_mut(id)?;
        // It is the line's from here on.
        item.port = None;
        let play = PlayId::default();
        let stage = match &item.task {
            Task::Message(_) => {
                Stage::Hearing(Box::new(Hearing { talk, hears: Hears::Nothing, play }))
            }
            Task::Callback(_) => Stage::Calling(Box::new(Calling::begun(talk))),
        };
        match item.enter(now, stage) {
            Stage::Ringing(others) => Some(others),
            Stage::PutOff | Stage::Waiting | Stage::Hearing(_) | Stage::Calling(_) => None,
        }
    }

    /// The acd agrees that this agent hears this message, or calls this customer.
    pub(crate) fn begin_with_item(&mut self, now: Moment, id: CallId) {
        // The phones that were slower first.
        self.settle(now);
        match self.work_items.get(id).map(|item| &item.task) {
            Some(Task::Message(_)) => self.begin_to_hear(now, id),
            Some(Task::Callback(_)) => self.begin_to_call(now, id),
            None => {}
        }
    }

    fn begin_to_hear(&mut self, now: Moment, id: CallId) {
        let Some(item) = self.work_items.get(id) else { return };
        let (Some(talk), queue, arrived) = (item.talk(), item.queue, item.arrived) else { return };
        let (reservation, agent) = (talk.reservation, talk.agent);
        self.talks(agent, id, queue);
        let account = self.plan.agent(agent).account.clone();
        self.record(now, What::WorkItem(id, CallEvent::Connected { agent: account }));
        self.turn_day(now);
        self.acd.handle(now, acd::Input::Connected(reservation));
        let whisper = self.told_of(now, queue, arrived);
        let announced = self.builtin_clips(builtin::MESSAGE);
        let clips = whisper.iter().chain(&*announced).copied().collect();
        self.say_to_hearer(id, Hears::Announcement, clips);
    }

    /// What the agent was told is said.
    pub(crate) fn said_to_hearer(&mut self, now: Moment, id: CallId, play: PlayId) {
        self.said_to_calling_agent(now, id, play);
        match self.hears(id, play) {
            Some(Hears::Announcement) => self.replay(id),
            Some(Hears::Unreadable | Hears::Farewell) => self.hang_up_on_hearer(now, id),
            Some(Hears::Nothing | Hears::Message | Hears::Keys) | None => {}
        }
    }

    /// The message is played, or can not be.
    pub(crate) fn replayed(&mut self, id: CallId, play: PlayId, result: Replayed) {
        if self.hears(id, play) != Some(Hears::Message) {
            return;
        }
        let (hears, prompt) = match result {
            Replayed::Whole => (Hears::Keys, builtin::MESSAGE_HEARD),
            Replayed::Unreadable => (Hears::Unreadable, builtin::MESSAGE_UNREADABLE),
        };
        let clips = self.builtin_clips(prompt);
        self.say_to_hearer(id, hears, clips);
    }

    /// The agent presses a key.
    pub(crate) fn hearer_pressed(&mut self, now: Moment, id: CallId, (key, way): (char, Way)) {
        let Some(Stage::Hearing(hearing)) = self.work_items.get_mut(id).map(|it| &mut it.stage)
        else {
            return;
        };
        let hears = hearing.hears;
        if !hearing.talk.line.is_new_press(now, key, way) {
            return;
        }
        match (key, hears) {
            (_, Hears::Nothing | Hears::Unreadable | Hears::Farewell) => {}
            (AGAIN, Hears::Announcement | Hears::Message | Hears::Keys) => self.replay(id),
            (DONE, Hears::Announcement | Hears::Message | Hears::Keys) => {
                let Some(message) = self.work_items.get(id).and_then(WorkItem::message) else {
                    return;
                };
                self.message_done(now, message, By::Phone);
                let clips = self.builtin_clips(builtin::MESSAGE_DONE);
                self.say_to_hearer(id, Hears::Farewell, clips);
            }
            (_, Hears::Announcement | Hears::Message | Hears::Keys) => {}
        }
    }

    /// What an agent hears, if this is what plays.
    fn hears(&self, id: CallId, play: PlayId) -> Option<Hears> {
        match &self.work_items.get(id)?.stage {
            Stage::Hearing(hearing) if hearing.play == play => Some(hearing.hears),
            Stage::Hearing(_)
            | Stage::PutOff
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Calling(_) => None,
        }
    }

    pub(super) fn builtin_clips(&self, prompt: &str) -> Arc<[ClipId]> {
        self.clips_for_agent(&self.builtin(prompt))
    }

    fn say_to_hearer(&mut self, id: CallId, hears: Hears, clips: Arc<[ClipId]>) {
        let Some((worker, stream, play)) = self.next_play(id, hears) else { return };
        self.media(worker, Command::Play { stream, play, clips, then: Then::Stop });
    }

    fn replay(&mut self, id: CallId) {
        let Some(message) = self.work_items.get(id).and_then(WorkItem::message) else {
            return;
        };
        let Some((worker, stream, play)) = self.next_play(id, Hears::Message) else { return };
        self.media(worker, Command::Replay { stream, play, message });
    }

    /// The worker and the stream at which the agent hears something else from now on, and its number.
    fn next_play(&mut self, id: CallId, hears: Hears) -> Option<(u8, ids::LegId, PlayId)> {
        let Stage::Hearing(hearing) = &mut self.work_items.get_mut(id)?.stage else { return None };
        hearing.hears = hears;
        hearing.play = hearing.play.next();
        let line = &hearing.talk.line;
        Some((line.port.worker, line.leg, hearing.play))
    }

    /// Hangs up on the agent who hears a message.
    pub(super) fn hang_up_on_hearer(&mut self, now: Moment, id: CallId) {
        self.part_from_hearer(now, id, Some(NORMAL_CLEARING));
    }

    /// Hangs up on the agent who hears a message: not for anything that the agent has done.
    pub(super) fn cut_hearer_off(&mut self, now: Moment, id: CallId) {
        let Some(item) = self.work_items.get_mut(id) else { return };
        let Task::Message(message) = item.task else { return };
        let Stage::Hearing(hearing) = item.enter(now, Stage::PutOff) else { return };
        let talk = hearing.talk;
        self.release_phones(now, [talk.line.leg], None);
        self.close(talk.line);
        self.talks_no_more(now, talk.agent, id);
        if self.messages.is_done(message) {
            self.work_items.remove(id);
            self.record_item_ended(now, id, (Outcome::Answered, "dealt with"));
        }
    }

    /// The agent has hung up, or the line is lost.
    pub(crate) fn hearer_left(&mut self, now: Moment, id: CallId) {
        if self.work_items.get_mut(id).is_some_and(|item| item.calling_mut().is_some()) {
            return self.calling_agent_left(now, id);
        }
        self.part_from_hearer(now, id, None);
    }

    /// The agent hears it no more: the message is done, set aside, or waits again.
    fn part_from_hearer(&mut self, now: Moment, id: CallId, reason: Option<&'static str>) {
        let Some(item) = self.work_items.get_mut(id) else { return };
        let Task::Message(message) = item.task else { return };
        let Stage::Hearing(hearing) = item.enter(now, Stage::PutOff) else { return };
        let Hearing { talk, hears, .. } = *hearing;
        self.release_phones(now, [talk.line.leg], reason);
        self.close(talk.line);
        self.talks_no_more(now, talk.agent, id);
        match hears {
            _ if self.messages.is_done(message) => {
                self.work_items.remove(id);
                self.record_item_ended(now, id, (Outcome::Answered, "dealt with"));
            }
            Hears::Unreadable => self.set_aside(now, id, SetAside::Unreadable),
            Hears::Nothing
            | Hears::Announcement
            | Hears::Message
            | Hears::Keys
            | Hears::Farewell => {
                self.give_item_back(now, id, talk.agent);
            }
        }
    }
}
