//! What recordings say: the texts that a site keeps beside them, in `prompts/LANG/prompts.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The texts of one language, by the names of the recordings.
type OfLanguage = studio::Texts;

/// The texts of a site, each language read when it is first asked for.
#[derive(Debug)]
pub(crate) struct Texts {
    folder: PathBuf,
    read: BTreeMap<String, OfLanguage>,
}

impl Texts {
    /// Those in this folder of recordings, which need not be there.
    pub(crate) const fn of(folder: PathBuf) -> Self {
        Self { folder, read: BTreeMap::new() }
    }

    /// What a recording says in a language, or that nobody has written it down.
    pub(crate) fn find(&mut self, language: &str, prompt: &str) -> Result<String, String> {
        if !self.read.contains_key(language) {
            let texts = read(&self.folder.join(language));
            self.read.insert(language.to_owned(), texts);
        }
        let text = self.read.get(language).and_then(|texts| texts.get(prompt)).cloned();
        text.ok_or_else(|| format!("there is no text of {prompt} in {language}"))
    }
}

/// A file that is not there or does not read has no texts: recordings are played without them.
fn read(folder: &Path) -> OfLanguage {
    studio::read_texts(folder).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_texts_of_a_language_are_found_by_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sv")).unwrap();
        fs::write(folder.path().join("sv/prompts.toml"), "\"a/b\" = \"Hej\"\n").unwrap();
        let mut texts = Texts::of(folder.path().to_owned());
        assert_eq!(texts.find("sv", "a/b").unwrap(), "Hej");
        assert!(texts.find("sv", "x").is_err() && texts.find("fi", "a/b").is_err());
    }
}
