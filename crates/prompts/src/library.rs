//! The library: where recordings are brought to, until the store is opened.

use crate::level::{KEPT_DBOV, SPEECH_DBOV};
use crate::{Catalogue, Clip, DecodeError, Pcm, Store, decode};
use ids::ClipId;
use media_protocol::Codec;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Takes recordings one by one, and makes of them a [`Stock`].
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut library = prompts::Library::new("sv");
/// for recording in prompts::read_folder("prompts".as_ref())? {
///     library.add(recording.language.as_deref(), &recording.name, &recording.bytes)?;
/// }
/// let stock = library.build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Library {
    clips: Vec<Clip>,
    catalogue: Catalogue,
    prints: Prints,
    /// The recordings of the stock before.
    before: Prints,
    /// How many clips are of the stock before, which somebody may be hearing.
    kept: usize,
    others: Arc<[Codec]>,
}

/// Language and name → what the recording looked like as it was brought, and its clip.
type Prints = BTreeMap<(Option<String>, String), (u64, ClipId)>;

/// What a library has come to: the clips for the media plane, and which to play for a prompt.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    /// The clips.
    pub store: Arc<Store>,
    /// Which clip is meant by a prompt in a language.
    pub catalogue: Catalogue,
    prints: Prints,
    others: Arc<[Codec]>,
}

impl Stock {
    /// An empty one. All that take its place have their clips in these codecs too, beside both laws of G.711.
    #[must_use]
    pub fn encoded_in(others: &[Codec]) -> Self {
        Self { others: others.into(), ..Self::default() }
    }
}

impl Library {
    /// An empty library. Recordings that a caller's language lacks are played in this one.
    #[must_use]
    pub fn new(default_language: &str) -> Self {
        Self::after(default_language, &Stock::default())
    }

    /// A library whose stock is to take the place of another while that is heard: the clips of `before` are in it by the
    /// same ids, and a recording that is brought as it was before is the clip that it was, without being decoded.
    #[must_use]
    pub fn after(default_language: &str, before: &Stock) -> Self {
        let clips = before.store.clips().to_vec();
        Self {
            kept: clips.len(),
            clips,
            catalogue: Catalogue::new(default_language),
            prints: Prints::new(),
            before: before.prints.clone(),
            others: Arc::clone(&before.others),
        }
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
        let (key, print) = ((language.map(str::to_owned), name.to_owned()), print_of(bytes));
        if let Some((_, id)) = self.before.get(&key).filter(|(was, _)| *was == print) {
            let id = *id;
            self.catalogue.enter(language, name, id);
            self.prints.insert(key, (print, id));
            return Ok(id);
        }
        let mut pcm = decode(bytes, None)?;
        if pcm.active_level().is_some_and(|level| !KEPT_DBOV.contains(&level)) {
            pcm.level(SPEECH_DBOV);
        }
        let id = self.add_pcm(language, name, &pcm);
        self.prints.insert(key, (print, id));
        Ok(id)
    }

    /// Encodes a sound as it is: a made tone, or a recording that someone else has levelled.
    pub fn add_pcm(&mut self, language: Option<&str>, name: &str, pcm: &Pcm) -> ClipId {
        let clip = Clip::encode_in(name, pcm, &self.others);
        let known = self.catalogue.exactly(language, name);
        let own = known.filter(|id| id.index() >= self.kept);
        if let Some((id, place)) = own.and_then(|id| Some((id, self.clips.get_mut(id.index())?))) {
            *place = clip;
            return id;
        }
        let id = ClipId(u32::try_from(self.clips.len()).expect("memory ends before the ids do"));
        self.clips.push(clip);
        self.catalogue.enter(language, name, id);
        id
    }

    /// What it has come to.
    #[must_use]
    pub fn build(self) -> Stock {
        let store = Arc::new(Store::new(self.clips));
        Stock { store, catalogue: self.catalogue, prints: self.prints, others: self.others }
    }
}

/// Whether a file is as it was. Nobody gains by a file that only looks so: all are the operator's own.
fn print_of(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sites_own_recording_takes_the_place_of_the_shipped_one() {
        let mut library = Library::new("sv");
        let shipped = library.add_pcm(Some("sv"), "welcome", &Pcm::new(vec![1; 160]));
        let other = library.add_pcm(Some("en"), "welcome", &Pcm::new(vec![2; 160]));
        let own = library.add_pcm(Some("sv"), "welcome", &Pcm::new(vec![3; 480]));
        assert_eq!(own, shipped);
        assert_ne!(own, other);
        let Stock { store, catalogue, .. } = library.build();
        assert_eq!(store.len(), 2);
        let found = catalogue.find("sv", "welcome").unwrap();
        assert_eq!(store.clip(found).unwrap().frames(Codec::Pcma).len(), 480);
    }

    #[test]
    fn a_recording_that_can_not_be_read_leaves_no_trace() {
        let mut library = Library::new("sv");
        assert_eq!(library.add(None, "music", b"la la la"), Err(DecodeError::FormatUnknown));
        let Stock { store, catalogue, .. } = library.build();
        assert!(store.is_empty());
        assert_eq!(catalogue.names().count(), 0);
    }

    /// A recording as a file, of so many samples.
    fn wav(samples: usize) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        (0..samples).for_each(|_| writer.write_sample(1_000_i16).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_heard_keeps_its_id_and_what_has_changed_gets_another() {
        let mut library = Library::new("sv");
        let welcome = library.add(Some("sv"), "welcome", &wav(160)).unwrap();
        let closed = library.add(Some("sv"), "closed", &wav(320)).unwrap();
        let before = library.build();
        let mut library = Library::after("sv", &before);
        assert_eq!(library.add(Some("sv"), "welcome", &wav(160)), Ok(welcome));
        let anew = library.add(Some("sv"), "closed", &wav(480)).unwrap();
        let new = library.add(Some("sv"), "new", &wav(160)).unwrap();
        let Stock { store, catalogue, .. } = library.build();
        assert_ne!(anew, closed);
        assert_eq!(store.clip(closed).unwrap().frames(Codec::Pcma).len(), 320);
        assert_eq!(store.clip(anew).unwrap().frames(Codec::Pcma).len(), 480);
        assert_eq!(catalogue.find("sv", "closed"), Some(anew));
        assert_eq!(catalogue.find("sv", "new"), Some(new));
        assert_eq!(store.len(), 4);
    }

    #[test]
    fn a_stock_that_takes_the_place_of_another_is_in_its_codecs_too() {
        let both = Stock::encoded_in(&[Codec::G722, Codec::Opus]);
        let first = Library::after("sv", &both).build();
        let mut library = Library::after("sv", &first);
        let id = library.add_pcm(None, "music", &Pcm::new(vec![1; 160]));
        let stock = library.build();
        let clip = stock.store.clip(id).unwrap();
        assert_eq!(clip.frames(Codec::G722).len(), 160);
        assert!(clip.frame(Codec::Opus, 0).is_some());
    }

    #[test]
    fn a_recording_that_is_not_brought_again_is_heard_by_those_who_hear_it() {
        let mut library = Library::new("sv");
        let gone = library.add(Some("sv"), "gone", &wav(160)).unwrap();
        let Stock { store, catalogue, .. } = Library::after("sv", &library.build()).build();
        assert!(store.clip(gone).is_some());
        assert_eq!(catalogue.find("sv", "gone"), None);
    }
}
