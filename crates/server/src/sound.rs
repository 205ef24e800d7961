//! A site's recordings: its own stand over the shipped ones.

use crate::exit::Fault;
use crate::shipped;
use crate::voices::Voices;
use prompts::{Library, Recording, Stock};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// (language, name) → the file's content.
type Recordings = BTreeMap<(Option<String>, String), Cow<'static, [u8]>>;

/// Every recording that a site can play, still encoded as found.
#[derive(Debug)]
pub(crate) struct Recorded {
    recordings: Recordings,
    /// What was asked for and is not there: language and name.
    missed: RefCell<BTreeSet<(String, String)>>,
}

impl Recorded {
    /// The shipped recordings, over them those in `own`, if there is such a folder, and over these those of the voices
    /// that are chosen.
    pub(crate) fn gather(own: Option<&Path>, voices: &Voices) -> Result<Self, Fault> {
        let mut recordings = shipped_recordings();
        if let Some(folder) = own.filter(|folder| folder.is_dir()) {
            let found = prompts::read_folder(folder)
                .map_err(|error| Fault::found(format!("prompts: {error}")))?;
            let (usual, mut of_voices): (Vec<_>, Vec<_>) =
                found.into_iter().partition(Voices::usual);
            of_voices.retain_mut(|recording| voices.choose(recording));
            for layer in [usual, of_voices] {
                add_aliases(&layer, &mut recordings);
                recordings.extend(layer.into_iter().map(|recording| {
                    let key = (recording.language, recording.name);
                    (key, Cow::Owned(recording.bytes))
                }));
            }
        }
        Ok(Self { recordings, missed: RefCell::default() })
    }

    /// Whether `name` can be played in `language`: recorded in it, or of no language at all.
    pub(crate) fn has(&self, language: &str, name: &str) -> bool {
        let has = [Some(language.to_owned()), None]
            .into_iter()
            .any(|language| self.recordings.contains_key(&(language, name.to_owned())));
        if !has {
            self.missed.borrow_mut().insert((language.to_owned(), name.to_owned()));
        }
        has
    }

    /// What was asked for and is not there, by language.
    pub(crate) fn missed(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut missed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (language, name) in &*self.missed.borrow() {
            missed.entry(language.clone()).or_default().insert(name.clone());
        }
        missed
    }

    /// The file of a recording of exactly this language, or of none.
    pub(crate) fn bytes(&self, language: Option<&str>, name: &str) -> Option<&[u8]> {
        let key = (language.map(str::to_owned), name.to_owned());
        self.recordings.get(&key).map(|bytes| &**bytes)
    }

    /// Decodes, levels and encodes everything that is not in the stock before as it is now. Says which file is at fault,
    /// if one is.
    pub(crate) fn build(self, default_language: &str, before: &Stock) -> Result<Stock, Fault> {
        let mut library = Library::after(default_language, before);
        for ((language, name), bytes) in &self.recordings {
            library.add(language.as_deref(), name, bytes).map_err(|error| {
                let language = language.as_deref().unwrap_or(".");
                Fault::found(format!("prompt {language}/{name}: {error}"))
            })?;
        }
        Ok(library.build())
    }
}

/// Recordings of Asterisk's sound packs stand for ours; one that has our name itself comes over them.
fn add_aliases(found: &[Recording], recordings: &mut Recordings) {
    for recording in found {
        if let Some(name) = prompts::alias(&recording.name) {
            // Their tone is one for each language, ours is for all.
            let language = recording.language.clone();
            let bytes = Cow::Owned(recording.bytes.clone());
            recordings.insert((language, name.into_owned()), bytes);
        }
    }
}

fn shipped_recordings() -> Recordings {
    let mut recordings = Recordings::new();
    for path in shipped::Prompts::iter() {
        let Some((language, name)) = prompts::named(&path) else { continue };
        let file = shipped::Prompts::get(&path).expect("the path was listed a line above");
        recordings.insert((language.map(str::to_owned), name.to_owned()), file.data);
    }
    recordings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_of_asterisks_sound_packs_stand_for_ours_where_there_is_none_of_our_name() {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str, bytes: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        put("fi/queue-youarenext.wav", "theirs");
        put("fi/digits/7.wav", "theirs");
        put("fi/vm-goodbye.wav", "theirs");
        put("fi/goodbye.wav", "ours");
        let recorded = Recorded::gather(Some(folder.path()), &Voices::default()).unwrap();
        let found = |name: &str| {
            let key = (Some("fi".to_owned()), name.to_owned());
            recorded.recordings.get(&key).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        assert_eq!(found("queue/first").as_deref(), Some("theirs"));
        assert_eq!(found("queue-youarenext").as_deref(), Some("theirs"));
        assert_eq!(found("numbers/7").as_deref(), Some("theirs"));
        assert_eq!(found("goodbye").as_deref(), Some("ours"));
        assert!(!recorded.has("fi", "numbers/8") && recorded.has("fi", "numbers/7"));
        let missed = recorded.missed();
        assert_eq!(missed["fi"].iter().collect::<Vec<_>>(), ["numbers/8"]);
    }

    #[test]
    fn a_chosen_voice_stands_over_the_usual_one_file_by_file() {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, path).unwrap();
        };
        ["sv/a.wav", "sv/b.wav", "sv@alva/a.wav", "sv@bo/b.wav", "sv@alva/goodbye.wav"]
            .into_iter()
            .for_each(put);
        let heard = |voices: &str| {
            let voices: Voices = toml::from_str(voices).unwrap();
            let recorded = Recorded::gather(Some(folder.path()), &voices).unwrap();
            let of = |name| {
                String::from_utf8_lossy(recorded.bytes(Some("sv"), name).unwrap()).into_owned()
            };
            assert!(recorded.bytes(Some("sv@alva"), "a").is_none(), "a voice is no language");
            (of("a"), of("b"), of("goodbye").starts_with("RIFF"))
        };
        assert_eq!(heard(""), ("sv/a.wav".into(), "sv/b.wav".into(), true));
        assert_eq!(heard("sv = 'alva'"), ("sv@alva/a.wav".into(), "sv/b.wav".into(), false));
        assert_eq!(heard("sv = 'bo'"), ("sv/a.wav".into(), "sv@bo/b.wav".into(), true));
    }

    #[test]
    fn the_shipped_recordings_can_be_decoded() {
        let recorded = Recorded::gather(None, &Voices::default()).unwrap();
        assert!(recorded.has("sv", "queue/first") && recorded.has("en", "numbers/99"));
        assert!(recorded.has("sv", "music"), "music is of no language");
        assert!(!recorded.has("fi", "queue/first"));
        let Stock { store, catalogue, .. } = recorded.build("sv", &Stock::default()).unwrap();
        let clip = catalogue.find("en", "queue/first").and_then(|clip| store.clip(clip));
        assert!(clip.is_some_and(|clip| !clip.duration().is_zero()));
    }
}
