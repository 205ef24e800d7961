//! Which recordings of a site are of other words than are written.

use super::{Language, language, of_voice, with_texts};
use crate::settings::Settings;
use std::collections::BTreeSet;
use std::path::Path;

/// Languages with the names of recordings.
pub(crate) type Stale = BTreeSet<(String, String)>;

/// Every one that callers hear, in the folder of recordings. Texts and lists that can not be read tell of none:
/// `prompts check` says what is wrong with them.
pub(crate) fn stale(settings: &Settings, prompts: &Path) -> Stale {
    let mut all = Stale::new();
    for tag in with_texts(prompts).unwrap_or_default() {
        let usual = language(settings, prompts, tag.clone(), BTreeSet::new());
        all.extend(usual.iter().flat_map(of_language).map(|name| (tag.clone(), name)));
    }
    for (tag, name) in settings.voice.iter() {
        let Ok(voice) = of_voice(settings, prompts, tag, name) else { continue };
        // What the voice has is heard in place of the usual one.
        let has = |name: &str| voice.folder.join(format!("{name}.wav")).is_file();
        all.retain(|(language, name)| language != tag || !has(name));
        all.extend(of_language(&voice).into_iter().map(|name| (tag.to_owned(), name)));
    }
    all
}

fn of_language(language: &Language) -> BTreeSet<String> {
    studio::stale(&language.folder, &language.voice, &language.texts).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;
    use studio::{Again, make};

    #[test]
    fn what_was_made_of_other_words_is_stale_unless_the_chosen_voice_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = folder.path();
        let tone = prompts.join("tone.wav");
        let wave: Vec<f32> = (0..8_000_u16).map(|n| f32::from(n % 8) * 0.1 - 0.35).collect();
        studio::write(&tone, &prompts::Pcm::from_unit(&wave)).unwrap();
        let mut settings = Settings::of_dialplan(PathBuf::from("dialplan.toml"));
        settings.tts = ["cat".to_owned(), tone.display().to_string()].to_vec();
        let write = |words: &str| {
            fs::create_dir_all(prompts.join("sv")).unwrap();
            fs::write(prompts.join("sv/prompts.toml"), format!("welcome = {words:?}\n")).unwrap();
        };
        write("Hej.");
        let made = language(&settings, prompts, "sv".to_owned(), BTreeSet::new()).unwrap();
        let mut tell = |_: &str, _: &studio::Done| {};
        make(&made.folder, &made.voice, &made.texts, Again::Changed, &mut tell).unwrap();
        assert_eq!(stale(&settings, prompts), Stale::new());
        write("Hej igen.");
        let welcome = ("sv".to_owned(), "welcome".to_owned());
        assert_eq!(stale(&settings, prompts), Stale::from([welcome]));
        settings.voice = toml::from_str("sv = 'alva'").unwrap();
        fs::create_dir_all(prompts.join("sv@alva")).unwrap();
        fs::write(prompts.join("sv@alva/welcome.wav"), "by hand").unwrap();
        assert_eq!(stale(&settings, prompts), Stale::new());
    }
}
