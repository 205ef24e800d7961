//! Keys: each at its time, or when something has asked for one.

use super::{KEY_AFTER, Walk};
use crate::transcript::{Does, What};
use clock::Moment;
use dialplan::trial::Press;
use ivr::Input;

/// Ends a message at a voicemail.
const END_KEY: char = '#';

impl Walk<'_> {
    /// When the next key is pressed.
    pub(super) fn key_at(&self) -> Option<Moment> {
        let Press { key, at } = *self.keys.front()?;
        if let Some(at) = at {
            return Some(Moment::ZERO + at);
        }
        match self.speaks_since {
            // Any other key would be lost: it is for the question behind the message.
            Some(since) => (key == END_KEY).then(|| since + self.trial.speaks.max(KEY_AFTER)),
            None => {
                let asked = || self.asked_since.map(|since| since + KEY_AFTER);
                self.late_end_at(key).or_else(asked)
            }
        }
    }

    /// When this key is pressed, if it ends digits that were done before it: who types on waits for no question.
    fn late_end_at(&self, key: char) -> Option<Moment> {
        let at = (self.pressed_at? + KEY_AFTER).max(self.now);
        self.visit.ends_late(at, key).then_some(at)
    }

    pub(super) fn look_whether_asked(&mut self) {
        self.asked_since = match self.asked_since {
            _ if !self.visit.awaits_key() => None,
            Some(since) => Some(since),
            None => Some(self.now),
        };
    }

    pub(super) fn press(&mut self) {
        let Some(Press { key, .. }) = self.keys.pop_front() else { return };
        self.pressed_at = Some(self.now);
        let entry = self.entries.len();
        self.tell(What::Presses { key, does: Does::Nothing });
        let before = (self.visit.keys_kept(), self.told, self.taken, self.visit.awaits_key());
        // The next one is pressed as long after this one as this one after the question.
        self.asked_since = None;
        self.feed(Input::Key(key));
        let does = match self.entries.get(entry).map(|entry| &entry.what) {
            Some(What::Presses { does, .. }) if *does != Does::Nothing => *does,
            _ => self.does(before),
        };
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.what = What::Presses { key, does };
        }
    }

    /// What a key has done that was no choice, by how the visit stood before.
    fn does(&self, (kept, told, taken, was_asked): (usize, usize, u64, bool)) -> Does {
        let has_choices = has_choices(&self.place.0);
        if self.visit.keys_kept() > kept {
            Does::Kept
        } else if self.told > told {
            Does::Answers
        } else if self.taken > taken {
            if has_choices { Does::NoChoice } else { Does::Answers }
        } else if was_asked && takes_digits(&self.place.0) {
            Does::Answers
        } else {
            Does::Nothing
        }
    }

    /// A key leads somewhere: the one that was just pressed, or one that was kept.
    pub(super) fn chosen(&mut self, key: char, by: Does) {
        let at_ms = self.now.as_micros() / 1_000;
        let pressed = self.entries.iter_mut().rev().take_while(|entry| entry.at_ms == at_ms);
        for entry in pressed {
            if let What::Presses { key: pressed, does } = &mut entry.what
                && *pressed == key
                && *does == Does::Nothing
            {
                *does = by;
                return;
            }
        }
        self.tell(What::Chooses { key });
    }
}

/// Whether keys are choices there, of which there are so many.
fn has_choices(place: &str) -> bool {
    ["menu.", "confirm."].iter().any(|kind| place.starts_with(kind))
}

/// Whether keys are digits of an answer there.
fn takes_digits(place: &str) -> bool {
    ["callback.", "collect."].iter().any(|kind| place.starts_with(kind))
}
