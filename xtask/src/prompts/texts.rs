//! The wanted texts: those of `prompts.toml`, and the numbers 0 to 99.

use super::voice::Voice;
use crate::project;
use speech::{PLACE_MAX, cardinal};
use std::collections::BTreeMap;
use std::fs;

/// The words of every prompt of a language, by name.
pub(crate) fn wanted(voice: &Voice) -> Result<BTreeMap<String, String>, String> {
    let path = project(&format!("prompts/{}/prompts.toml", voice.language));
    let text = fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))?;
    let mut texts: BTreeMap<String, String> =
        toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?;
    for number in 0..=PLACE_MAX {
        texts.insert(format!("numbers/{number}"), cardinal(voice.wording, number));
    }
    Ok(texts)
}
