//! A site's recordings: its own stand over the shipped ones.

use crate::exit::Fault;
use crate::shipped;
use prompts::{Library, Stock};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// (language, name) → the file's content.
type Recordings = BTreeMap<(Option<String>, String), Cow<'static, [u8]>>;

/// Every recording that a site can play, still encoded as found.
#[derive(Debug)]
pub(crate) struct Recorded {
    recordings: Recordings,
}

impl Recorded {
    /// The shipped recordings, and over them those in `own`, if there is such a folder.
    pub(crate) fn gather(own: Option<&Path>) -> Result<Self, Fault> {
        let mut recordings = shipped_recordings();
        if let Some(folder) = own.filter(|folder| folder.is_dir()) {
            let found = prompts::read_folder(folder)
                .map_err(|error| Fault::found(format!("prompts: {error}")))?;
            for recording in found {
                let key = (recording.language, recording.name);
                recordings.insert(key, Cow::Owned(recording.bytes));
            }
        }
        Ok(Self { recordings })
    }

    /// Whether `name` can be played in `language`: recorded in it, or of no language at all.
    pub(crate) fn has(&self, language: &str, name: &str) -> bool {
        [Some(language.to_owned()), None]
            .into_iter()
            .any(|language| self.recordings.contains_key(&(language, name.to_owned())))
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
    fn the_shipped_recordings_can_be_decoded() {
        let recorded = Recorded::gather(None).unwrap();
        assert!(recorded.has("sv", "queue/first") && recorded.has("en", "numbers/99"));
        assert!(recorded.has("sv", "music"), "music is of no language");
        assert!(!recorded.has("fi", "queue/first"));
        let Stock { store, catalogue, .. } = recorded.build("sv", &Stock::default()).unwrap();
        let clip = catalogue.find("en", "queue/first").and_then(|clip| store.clip(clip));
        assert!(clip.is_some_and(|clip| !clip.duration().is_zero()));
    }
}
