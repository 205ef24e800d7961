//! Who has answered a phone outside is asked to press a key, for it may be a mailbox: whom a caller is put through to,
//! and who is called back.

use crate::engine::Engine;
use clock::Duration;
use dialplan::LanguageId;
use ids::{ClipId, LegId, PlayId};
use media_protocol::{Command, Then};
use std::sync::Arc;

/// For so long they are asked. A mailbox speaks first, and a person may have to find the key.
pub(crate) const CONFIRM_MAX: Duration = Duration::from_secs(20);

/// They say by this key that they are a person, and take the call.
pub(crate) const CONFIRM: char = '1';

impl Engine {
    /// Says, on this worker to whoever is at this stream, what is to be confirmed. When it has been said it is said again.
    pub(crate) fn ask_to_confirm(
        &mut self,
        (worker, stream): (u8, LegId),
        language: LanguageId,
        words: &str,
    ) {
        let prompt = self.plan.prompt(words);
        let clip = prompt.and_then(|prompt| self.clips.find(language.index(), prompt));
        let clips: Arc<[ClipId]> = clip.into_iter().collect();
        let play = PlayId::default();
        self.media(worker, Command::Play { stream, play, clips, then: Then::Stop });
    }
}
