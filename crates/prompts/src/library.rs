//! The library: where recordings are brought to, until the store is opened.

use crate::level::{KEPT_DBOV, SPEECH_DBOV};
use crate::{Catalogue, Clip, DecodeError, Pcm, Store, decode};
use ids::ClipId;

/// Takes recordings one by one, and makes of them a [`Store`] and its [`Catalogue`].
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut library = prompts::Library::new("sv");
/// for recording in prompts::read_folder("prompts".as_ref())? {
///     library.add(recording.language.as_deref(), &recording.name, &recording.bytes)?;
/// }
/// let (store, catalogue) = library.build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Library {
    clips: Vec<Clip>,
    catalogue: Catalogue,
}

impl Library {
    /// An empty library. Recordings that a caller's language lacks are played in this one.
    #[must_use]
    pub fn new(default_language: &str) -> Self {
        Self { clips: Vec::new(), catalogue: Catalogue::new(default_language) }
    }

    /// Decodes, levels and encodes a recording. Without a language it is for all of them, as music
    /// is. A recording of the same language and name that came earlier is replaced, so that a
    /// site's own phrases can be brought after the ones that ship.
    ///
    /// # Errors
    /// What is wrong with the recording; the library is as it was.
    pub fn add(
        &mut self,
        language: Option<&str>,
        name: &str,
        bytes: &[u8],
    ) -> Result<ClipId, DecodeError> {
        let mut pcm = decode(bytes, None)?;
        if pcm.active_level().is_some_and(|level| !KEPT_DBOV.contains(&level)) {
            pcm.level(SPEECH_DBOV);
        }
        Ok(self.add_pcm(language, name, &pcm))
    }

    /// Encodes a sound as it is: a made tone, or a recording that someone else has levelled.
    pub fn add_pcm(&mut self, language: Option<&str>, name: &str, pcm: &Pcm) -> ClipId {
        let clip = Clip::encode(name, pcm);
        let known = self.catalogue.exactly(language, name);
        if let Some((id, place)) = known.and_then(|id| Some((id, self.clips.get_mut(id.index())?)))
        {
            *place = clip;
            return id;
        }
        let id = ClipId(u32::try_from(self.clips.len()).expect("memory ends before the ids do"));
        self.clips.push(clip);
        self.catalogue.enter(language, name, id);
        id
    }

    /// The store for the media plane, and the catalogue for those who tell it what to play.
    #[must_use]
    pub fn build(self) -> (Store, Catalogue) {
        (Store::new(self.clips), self.catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media_protocol::Codec;

    #[test]
    fn a_sites_own_recording_takes_the_place_of_the_shipped_one() {
        let mut library = Library::new("sv");
        let shipped = library.add_pcm(Some("sv"), "welcome", &Pcm::new(vec![1; 160]));
        let other = library.add_pcm(Some("en"), "welcome", &Pcm::new(vec![2; 160]));
        let own = library.add_pcm(Some("sv"), "welcome", &Pcm::new(vec![3; 480]));
        assert_eq!(own, shipped);
        assert_ne!(own, other);
        let (store, catalogue) = library.build();
        assert_eq!(store.len(), 2);
        let found = catalogue.find("sv", "welcome").unwrap();
        assert_eq!(store.clip(found).unwrap().frames(Codec::Pcma).len(), 480);
    }

    #[test]
    fn a_recording_that_can_not_be_read_leaves_no_trace() {
        let mut library = Library::new("sv");
        assert_eq!(library.add(None, "music", b"la la la"), Err(DecodeError::FormatUnknown));
        let (store, catalogue) = library.build();
        assert!(store.is_empty());
        assert_eq!(catalogue.names().count(), 0);
    }
}
