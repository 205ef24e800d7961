//! What is said, and whether it is recorded in every language in which it may be.

use super::Assembly;
use super::names::split_language;
use crate::plan::Phrase;
use crate::table::Text;

impl Assembly<'_, '_> {
    /// Phrases that stand in the file.
    pub(super) fn phrases(&mut self, texts: &[Text]) -> Vec<Phrase> {
        texts.iter().map(|text| self.phrase(text)).collect()
    }

    pub(super) fn phrase(&mut self, text: &Text) -> Phrase {
        let (tag, name) = split_language(text.get_ref());
        let language = tag.map(|tag| self.language(&Text::new(text.span(), tag.to_owned())));
        Phrase { prompt: self.names.prompt(name), language }
    }

    /// Phrases that stand in the file, or the built-in one.
    pub(super) fn phrases_or(&mut self, texts: Option<&Vec<Text>>, builtin: &str) -> Vec<Phrase> {
        match texts {
            Some(texts) => self.phrases(texts),
            None => vec![self.builtin(builtin)],
        }
    }

    pub(super) fn builtin(&self, name: &str) -> Phrase {
        Phrase { prompt: self.names.prompt(name), language: None }
    }
}
