//! Which voice each language is heard in, where a site has several.

use prompts::Recording;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The voice of each language that is not heard in the usual one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Voices {
    of: BTreeMap<String, Name>,
}

/// The name of a voice: the end of a folder's name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

/// Between the language and the voice in the name of a folder.
const SIGN: char = '@';

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!(
                "{name:?} is no name of a voice: write letters, digits, - and _, such as \"alva\""
            ));
        }
        Ok(Self(name))
    }
}

impl Voices {
    /// The languages that are heard in a voice of their own, with its name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.of.iter().map(|(language, name)| (language.as_str(), name.0.as_str()))
    }

    /// Whether a recording is of no particular voice.
    pub(crate) fn usual(recording: &Recording) -> bool {
        !recording.language.as_ref().is_some_and(|language| language.contains(SIGN))
    }

    /// Takes the recording for one of its language, if its voice is the chosen one.
    pub(crate) fn choose(&self, recording: &mut Recording) -> bool {
        let folder = recording.language.as_deref().unwrap_or_default();
        let Some((language, voice)) = folder.split_once(SIGN) else { return false };
        if self.of.get(language).is_none_or(|chosen| chosen.0 != voice) {
            return false;
        }
        recording.language = Some(language.to_owned());
        true
    }
}

/// The folder of a voice.
pub(crate) fn folder(language: &str, voice: &str) -> String {
    format!("{language}{SIGN}{voice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_named_as_a_folder_can_be() {
        let read = |text: &str| toml::from_str::<Voices>(text).map_err(|why| why.to_string());
        assert!(read("sv = 'alva-2'").is_ok());
        for wrong in ["../x", "", "a b", "a/b"] {
            let why = read(&format!("sv = '{wrong}'")).unwrap_err();
            assert!(why.contains("no name of a voice"), "{why}");
        }
    }
}
