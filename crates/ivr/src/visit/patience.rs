//! A caller for whom something has to come to the disk. That takes a moment, of which nobody takes notice; where it takes
//! longer, silence would sound as if the line were dead, and there is music.

use super::Visit;
use crate::Then;
use clock::Duration;
use ids::PromptId;

/// Nobody hears nothing for longer than this.
pub(super) const SILENCE_MAX: Duration = Duration::from_secs(1);

/// What a caller hears who waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meanwhile {
    /// Nothing yet.
    Silence,
    /// Music, for it takes its time.
    Music,
}

impl Visit {
    /// Music, until there is something to say.
    pub(super) fn music_meanwhile(&mut self, music: PromptId) {
        let music = Then::Music(self.in_callers_language(music));
        self.play(Vec::new(), music);
    }
}
