//! A caller who leaves a message: greeting and tone, the message, whether to keep it, thanks.
//!
//! A message is kept unless the caller throws it away: by key 1, by no key, by hanging up. Thanks are said
//! when nothing can take it away any more.

use super::patience::{Meanwhile, SILENCE_MAX};
use super::{At, Visit};
use crate::{Output, Recorded, Spoken, Then};
use clock::{Duration, Moment};
use dialplan::{Goto, Plan, StepId, Voicemail, builtin};
use ids::PlayId;

/// How often a caller may speak a message before the last one is kept.
pub const TAKES_MAX: u8 = 5;

/// What ends a message.
const END_KEY: char = '#';
/// What keeps it.
const KEEP_KEY: char = '1';
/// What throws it away, to speak it again.
const AGAIN_KEY: char = '2';

/// Who has pressed no key for so long after the question has left the message.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// A disk that takes longer than this has failed, as far as the caller is concerned.
const DISK_MAX: Duration = Duration::from_secs(10);

/// A caller at a voicemail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    pub(super) step: StepId,
    /// How often the caller has begun to speak.
    takes: u8,
    part: Part,
}

/// How far the caller has come.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Hears the greeting, and then the tone.
    Greeting(PlayId),
    /// Speaks.
    Speaking,
    /// Has spoken, and the recording comes to the disk.
    Storing(Meanwhile),
    /// Is asked whether the message is to be kept.
    Asked(PlayId),
    /// Has said so, and waits until it is.
    Keeping(Meanwhile),
    /// Hears the last words, and goes on.
    LastWords(PlayId, Goto),
}

impl Leaving {
    /// Where it begins anew. Who has only to hear the last words goes on behind them.
    pub(super) const fn anew(self) -> Goto {
        match self.part {
            Part::LastWords(_, goto) => goto,
            Part::Greeting(_)
            | Part::Speaking
            | Part::Storing(_)
            | Part::Asked(_)
            | Part::Keeping(_) => Goto::Step(self.step),
        }
    }

    /// Whether a key would be answered now: `asked` says that the question is over.
    pub(super) const fn awaits_key(&self, asked: bool) -> bool {
        match self.part {
            Part::Speaking => true,
            Part::Asked(_) => asked,
            Part::Greeting(_) | Part::Storing(_) | Part::Keeping(_) | Part::LastWords(..) => false,
        }
    }
}

impl Visit {
    pub(super) fn enter_voicemail(&mut self, step: StepId) -> Option<Goto> {
        // Keys typed ahead were meant for menus, and here a key ends what the caller says.
        self.keys.clear();
        self.outputs.push_back(Output::OpenVoicemail(step));
        let plan = self.plan.clone();
        let mut phrases = self.spoken(&voicemail_of(&plan, step).prompts);
        phrases.extend(self.word(builtin::VOICEMAIL_TONE));
        self.greet(Leaving { step, takes: 0, part: Part::Speaking }, phrases);
        None
    }

    /// The voicemail takes no message now.
    pub(super) fn voicemail_refused(&mut self, now: Moment) {
        let At::Message(leaving) = self.at else { return };
        let full = voicemail_of(&self.plan, leaving.step).full;
        self.last_words(now, leaving, &[builtin::VOICEMAIL_FULL], full);
    }

    /// A key: it cuts the greeting short, ends the message, or answers the question.
    pub(super) fn key_in_message(&mut self, now: Moment, leaving: Leaving, key: char) {
        match (leaving.part, key) {
            (Part::Greeting(_), _) => match self.goto_from_anywhere(key) {
                Some(goto) => self.lead_away(now, leaving.step, key, goto),
                None => self.tone(leaving, &[]),
            },
            (Part::Speaking, END_KEY) => self.stop(now, leaving),
            (Part::Asked(_), KEEP_KEY) => self.keep_message(now, leaving),
            (Part::Asked(_), AGAIN_KEY) if leaving.takes < TAKES_MAX => {
                self.outputs.push_back(Output::DiscardMessage);
                self.tone(leaving, &[]);
            }
            (Part::Asked(_), AGAIN_KEY) => self.keep_message(now, leaving),
            (Part::Speaking | Part::Asked(_), _) => {}
            (Part::Storing(_) | Part::Keeping(_) | Part::LastWords(..), _) => {}
        }
    }

    /// What the caller has heard has ended.
    pub(super) fn message_played(&mut self, now: Moment, leaving: Leaving, ended: PlayId) {
        match leaving.part {
            Part::Greeting(play) if play == ended => self.speak_after_tone(now, leaving),
            Part::Asked(play) if play == ended => self.timeout = Some(now + ANSWER_MAX),
            Part::LastWords(play, goto) if play == ended => self.go(now, goto),
            Part::Greeting(_)
            | Part::Speaking
            | Part::Storing(_)
            | Part::Asked(_)
            | Part::Keeping(_)
            | Part::LastWords(..) => {}
        }
    }

    /// Nobody speaks any more.
    pub(super) fn hushed(&mut self, now: Moment) {
        if let At::Message(leaving @ Leaving { part: Part::Speaking, .. }) = self.at {
            self.stop(now, leaving);
        }
    }

    pub(super) fn message_timed_out(&mut self, now: Moment, leaving: Leaving) {
        match leaving.part {
            // The message is as long as it may be.
            Part::Speaking => self.stop(now, leaving),
            Part::Storing(Meanwhile::Silence) => {
                self.wait_longer(now, leaving, Part::Storing(Meanwhile::Music));
            }
            Part::Keeping(Meanwhile::Silence) => {
                self.wait_longer(now, leaving, Part::Keeping(Meanwhile::Music));
            }
            Part::Storing(Meanwhile::Music) => self.message_failed(now, leaving),
            Part::Asked(_) => self.keep_message(now, leaving),
            // It will be kept, but that was not said in time.
            Part::Keeping(Meanwhile::Music) => {
                self.go(now, voicemail_of(&self.plan, leaving.step).goto)
            }
            Part::Greeting(_) | Part::LastWords(..) => {}
        }
    }

    /// The recording is done.
    pub(super) fn recorded_message(&mut self, now: Moment, recorded: Recorded) {
        let At::Message(leaving @ Leaving { part: Part::Storing(_), .. }) = self.at else { return };
        self.timeout = None;
        match recorded {
            Recorded::Whole => {
                let question = self.word(builtin::VOICEMAIL_KEEP);
                let play = self.play(question.into_iter().collect(), Then::Stop);
                self.at = At::Message(Leaving { part: Part::Asked(play), ..leaving });
            }
            Recorded::Nothing if leaving.takes < TAKES_MAX => {
                self.tone(leaving, &[builtin::VOICEMAIL_NOTHING]);
            }
            Recorded::Nothing => {
                let goto = voicemail_of(&self.plan, leaving.step).goto;
                self.last_words(now, leaving, &[builtin::VOICEMAIL_NOTHING], goto);
            }
            Recorded::Failed => self.message_failed(now, leaving),
        }
    }

    /// Nothing can take the message away any more.
    pub(super) fn message_kept(&mut self, now: Moment) {
        let At::Message(leaving @ Leaving { part: Part::Keeping(_), .. }) = self.at else { return };
        let goto = voicemail_of(&self.plan, leaving.step).goto;
        let words: &[&str] = match goto {
            Goto::HangUp => &[builtin::VOICEMAIL_THANKS, builtin::GOODBYE],
            Goto::Step(_) | Goto::Queue(_) => &[builtin::VOICEMAIL_THANKS],
        };
        self.last_words(now, leaving, words, goto);
    }

    /// The caller goes elsewhere: what has been said so far is the message.
    pub(super) fn leave_message(&mut self) {
        let At::Message(leaving) = self.at else { return };
        match leaving.part {
            Part::Speaking => {
                self.outputs.extend([Output::StopRecording, Output::KeepMessage]);
            }
            Part::Storing(_) | Part::Asked(_) => self.outputs.push_back(Output::KeepMessage),
            Part::Greeting(_) | Part::Keeping(_) | Part::LastWords(..) => {}
        }
    }

    fn speak_after_tone(&mut self, now: Moment, leaving: Leaving) {
        let step = leaving.step;
        self.outputs.push_back(Output::Record(step));
        self.timeout = Some(now + voicemail_of(&self.plan, step).length_max);
        let takes = leaving.takes.saturating_add(1);
        self.at = At::Message(Leaving { takes, part: Part::Speaking, ..leaving });
    }

    fn stop(&mut self, now: Moment, leaving: Leaving) {
        self.outputs.push_back(Output::StopRecording);
        self.timeout = Some(now + SILENCE_MAX);
        self.at = At::Message(Leaving { part: Part::Storing(Meanwhile::Silence), ..leaving });
    }

    fn keep_message(&mut self, now: Moment, leaving: Leaving) {
        self.outputs.extend([Output::Quiet, Output::KeepMessage]);
        self.timeout = Some(now + SILENCE_MAX);
        self.at = At::Message(Leaving { part: Part::Keeping(Meanwhile::Silence), ..leaving });
    }

    /// The disk takes its time.
    fn wait_longer(&mut self, now: Moment, leaving: Leaving, part: Part) {
        if let Some(music) = self.plan.prompt(builtin::MUSIC) {
            self.music_meanwhile(music);
        }
        self.timeout = Some(now + DISK_MAX.saturating_sub(SILENCE_MAX));
        self.at = At::Message(Leaving { part, ..leaving });
    }

    fn message_failed(&mut self, now: Moment, leaving: Leaving) {
        let full = voicemail_of(&self.plan, leaving.step).full;
        self.last_words(now, leaving, &[builtin::VOICEMAIL_FAILED], full);
    }

    /// Says this and then the tone.
    fn tone(&mut self, leaving: Leaving, words: &[&str]) {
        let mut phrases: Vec<Spoken> = words.iter().filter_map(|name| self.word(name)).collect();
        phrases.extend(self.word(builtin::VOICEMAIL_TONE));
        self.greet(leaving, phrases);
    }

    fn greet(&mut self, leaving: Leaving, phrases: Vec<Spoken>) {
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Message(Leaving { part: Part::Greeting(play), ..leaving });
    }

    /// Says this, and goes on.
    fn last_words(&mut self, now: Moment, leaving: Leaving, words: &[&str], goto: Goto) {
        let phrases: Vec<Spoken> = words.iter().filter_map(|name| self.word(name)).collect();
        if phrases.is_empty() {
            return self.go(now, goto);
        }
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Message(Leaving { part: Part::LastWords(play, goto), ..leaving });
    }
}

fn voicemail_of(plan: &Plan, step: StepId) -> &Voicemail {
    plan.step(step).voicemail().expect("only `enter_voicemail` makes a caller leave a message")
}
