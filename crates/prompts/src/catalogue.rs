//! The catalogue: from the language of a caller and the name of a prompt to the clip to play.

use ids::ClipId;
use std::collections::BTreeMap;

/// Which clip to play for a prompt in a language.
///
/// A recording that a language lacks is looked for, prompt by prompt, in the site's default
/// language and then among the language-neutral ones: a caller rather hears one phrase in another
/// language than nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    default_language: String,
    prompts: BTreeMap<String, Recorded>,
}

/// The clips of one prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Recorded {
    languages: BTreeMap<String, ClipId>,
    neutral: Option<ClipId>,
}

impl Recorded {
    fn exactly(&self, language: Option<&str>) -> Option<ClipId> {
        match language {
            Some(language) => self.languages.get(language).copied(),
            None => self.neutral,
        }
    }
}

impl Catalogue {
    pub(crate) fn new(default_language: &str) -> Self {
        Self { default_language: default_language.to_owned(), prompts: BTreeMap::new() }
    }

    /// The clip for a prompt as a caller of this language hears it.
    #[must_use]
    pub fn find(&self, language: &str, name: &str) -> Option<ClipId> {
        let recorded = self.prompts.get(name)?;
        recorded
            .exactly(Some(language))
            .or_else(|| recorded.exactly(Some(&self.default_language)))
            .or_else(|| recorded.exactly(None))
    }

    /// Whether the prompt is heard right in this language: it is recorded in it, or is
    /// language-neutral as music is.
    #[must_use]
    pub fn has(&self, language: &str, name: &str) -> bool {
        self.prompts.get(name).is_some_and(|recorded| {
            recorded.exactly(Some(language)).is_some() || recorded.exactly(None).is_some()
        })
    }

    /// The names of all prompts that are recorded in any language, in the order of the alphabet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.prompts.keys().map(String::as_str)
    }

    pub(crate) fn exactly(&self, language: Option<&str>, name: &str) -> Option<ClipId> {
        self.prompts.get(name)?.exactly(language)
    }

    pub(crate) fn enter(&mut self, language: Option<&str>, name: &str, clip: ClipId) {
        let recorded = self.prompts.entry(name.to_owned()).or_default();
        match language {
            Some(language) => {
                recorded.languages.insert(language.to_owned(), clip);
            }
            None => recorded.neutral = Some(clip),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let mut catalogue = Catalogue::new("en");
        catalogue.enter(Some("sv"), "welcome", ClipId(0));
        catalogue.enter(Some("en"), "welcome", ClipId(1));
        catalogue.enter(Some("en"), "closed", ClipId(2));
        catalogue.enter(Some("sv"), "midsummer", ClipId(3));
        catalogue.enter(None, "music", ClipId(4));
        catalogue
    }

    #[test]
    fn a_caller_hears_the_own_language_first() {
        assert_eq!(catalogue().find("sv", "welcome"), Some(ClipId(0)));
        assert_eq!(catalogue().find("en", "welcome"), Some(ClipId(1)));
    }

    #[test]
    fn a_single_missing_recording_is_heard_in_the_default_language() {
        assert_eq!(catalogue().find("sv", "closed"), Some(ClipId(2)));
        assert_eq!(catalogue().find("fi", "welcome"), Some(ClipId(1)));
    }

    #[test]
    fn no_caller_hears_a_language_that_is_neither_theirs_nor_the_default() {
        assert_eq!(catalogue().find("en", "midsummer"), None);
        assert_eq!(catalogue().find("sv", "unheard-of"), None);
    }

    #[test]
    fn music_is_music_in_every_language() {
        assert_eq!(catalogue().find("sv", "music"), Some(ClipId(4)));
        assert!(catalogue().has("fi", "music"));
    }

    #[test]
    fn a_fallback_is_not_counted_as_having_the_recording() {
        assert!(catalogue().has("en", "closed"));
        assert!(!catalogue().has("sv", "closed"));
    }

    #[test]
    fn names_are_told_once_each() {
        let catalogue = catalogue();
        let names: Vec<_> = catalogue.names().collect();
        assert_eq!(names, ["closed", "midsummer", "music", "welcome"]);
    }
}
