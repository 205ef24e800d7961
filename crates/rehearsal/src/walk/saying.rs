//! What is being said, and how much of it is heard.

use super::Walk;
use crate::sounds::LENGTH_UNKNOWN;
use crate::transcript::{Heard, Said, What};
use clock::{Duration, Moment};
use dialplan::Origin;
use ids::PlayId;
use ivr::{Input, Spoken, Then};
use std::sync::Arc;

/// Something that is being said.
#[derive(Debug)]
pub(super) struct Saying {
    play: PlayId,
    since: Moment,
    /// How long each phrase lasts.
    lengths: Vec<Duration>,
    /// Where it is told among the entries.
    entry: usize,
    /// Whether all has been said, and nothing but music plays.
    is_said: bool,
}

impl Saying {
    pub(super) fn ends_at(&self) -> Option<Moment> {
        let all: Duration = self.lengths.iter().sum();
        (!self.is_said).then(|| self.since + all)
    }
}

/// Whether it was to be said and was not, since something else was said at once.
pub(super) fn is_unheard(what: &What) -> bool {
    matches!(what, What::Says { phrases, music: None } if phrases.is_empty())
}

impl Walk<'_> {
    /// Says this in place of what is being said.
    pub(super) fn say(&mut self, play: PlayId, phrases: &[Spoken], then: Then) {
        self.stop_saying();
        let music = match then {
            Then::Stop => None,
            Then::Music(spoken) => Some(Arc::from(self.plan.prompt_name(spoken.prompt))),
        };
        let lengths = phrases.iter().map(|spoken| self.length(*spoken)).collect();
        let said = phrases.iter().map(|spoken| self.phrase(*spoken)).collect();
        let entry = self.entries.len();
        self.saying = Some(Saying { play, since: self.now, lengths, entry, is_said: false });
        let offer = self.queue.as_ref().zip(self.visit.offer_said());
        let line = offer.and_then(|(queue, offer)| {
            self.plan.origins.of(Origin::Offer(queue.queue, offer)).cloned()
        });
        let line = line.or_else(|| self.place.1.clone());
        self.tell_at(line, What::Says { phrases: said, music });
    }

    fn length(&self, spoken: Spoken) -> Duration {
        let (language, prompt) = self.names(spoken);
        self.sounds.length(language, prompt).unwrap_or(LENGTH_UNKNOWN)
    }

    fn phrase(&self, spoken: Spoken) -> Said {
        let (language, prompt) = self.names(spoken);
        let words = self.sounds.words(language, prompt);
        let stale = self.sounds.is_stale(language, prompt);
        Said { prompt: prompt.into(), language: language.into(), words, stale, heard: Heard::Not }
    }

    fn names(&self, spoken: Spoken) -> (&str, &str) {
        (self.plan.language(spoken.language), self.plan.prompt_name(spoken.prompt))
    }

    /// All of it has been said.
    pub(super) fn said(&mut self) {
        self.note_heard();
        let Some(saying) = &mut self.saying else { return };
        saying.is_said = true;
        let play = saying.play;
        self.feed(Input::Played(play));
    }

    /// It is cut.
    pub(super) fn stop_saying(&mut self) {
        self.note_heard();
        let Some(saying) = self.saying.take() else { return };
        let is_unheard = saying.since == self.now && !saying.is_said;
        if let Some(entry) = self.entries.get_mut(saying.entry).filter(|_| is_unheard) {
            entry.what = What::Says { phrases: Vec::new(), music: None };
        }
    }

    fn note_heard(&mut self) {
        let Some(saying) = &self.saying else { return };
        let mut left = self.now.since(saying.since);
        let Some(entry) = self.entries.get_mut(saying.entry) else { return };
        let What::Says { phrases, .. } = &mut entry.what else { return };
        for (said, length) in phrases.iter_mut().zip(&saying.lengths) {
            said.heard = match (left >= *length, left.is_zero()) {
                (true, _) => Heard::Whole,
                (false, false) => Heard::Begun,
                (false, true) => Heard::Not,
            };
            left = left.saturating_sub(*length);
        }
    }
}
