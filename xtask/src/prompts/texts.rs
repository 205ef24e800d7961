//! The wanted texts: what the crate `speech` says, and those of `prompts.toml`.

use super::voice::Voice;
use crate::project;
use std::collections::BTreeMap;
use std::fs;

/// The words of every prompt of a language, by name. What `prompts.toml` has stands over what `speech` has: a voice
/// may need a word spelled in another way.
pub(crate) fn wanted(voice: &Voice) -> Result<BTreeMap<String, String>, String> {
    let path = project(&format!("prompts/{}/prompts.toml", voice.language));
    let text = fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))?;
    let written: BTreeMap<String, String> =
        toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?;
    let mut texts: BTreeMap<String, String> =
        speech::recordings(voice.language).map(|(name, text)| (name.into_owned(), text)).collect();
    texts.extend(written);
    Ok(texts)
}
