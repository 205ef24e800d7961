//! `telefonist prompts`: a site's own texts become recordings, and its recordings are looked through.

mod build;
mod check;
mod stale;

pub(crate) use stale::{Stale, stale};

use crate::cli::PromptsWhat;
use crate::exit::{Fault, Outcome};
use crate::settings::Settings;
use crate::shipped;
use crate::site::{Read, Site};
use crate::voices;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use studio::{Made, Texts, Voice};

pub(crate) fn run(what: &PromptsWhat) -> Outcome {
    match what {
        PromptsWhat::Build(args) => build::run(args),
        PromptsWhat::Check(args) => check::run(args),
    }
}

/// A language of a site, or one of its voices: what there are words for, and what is lacking.
struct Language {
    /// What its folder is called.
    tag: String,
    folder: PathBuf,
    voice: Voice,
    /// The words of what is recorded, or can be, by the name of the recording.
    texts: Texts,
    /// What the plan says, is not recorded, and has no words.
    wordless: BTreeSet<String>,
    /// What the plan says and is not recorded.
    missing: BTreeSet<String>,
}

/// Reads a site, and the texts of each of its languages and voices; gives its folder of recordings too.
fn languages(path: &Path) -> Result<(PathBuf, Vec<Language>), Fault> {
    let site = Site::at(path)?;
    let Read { settings, recorded, .. } = site.read_to_try()?;
    let Site::Folder { folder, .. } = site else {
        return Err(Fault::found("the demo has no recordings of its own"));
    };
    let prompts = folder.join(&settings.prompts);
    let mut missed = recorded.missed();
    let mut tags: BTreeSet<String> = missed.keys().cloned().collect();
    tags.extend(with_texts(&prompts)?);
    let languages = tags.into_iter().map(|tag| {
        let missing = missed.remove(&tag).unwrap_or_default();
        language(&settings, &prompts, tag, missing)
    });
    let of_voices =
        settings.voice.iter().map(|(tag, name)| of_voice(&settings, &prompts, tag, name));
    let languages = languages.chain(of_voices).collect::<Result<_, _>>()?;
    Ok((prompts, languages))
}

/// The languages of which there are texts.
fn with_texts(prompts: &Path) -> Result<Vec<String>, Fault> {
    if !prompts.is_dir() {
        return Ok(Vec::new());
    }
    let at = |why| Fault::found(format!("{}: {why}", prompts.display()));
    let mut tags = Vec::new();
    for entry in fs::read_dir(prompts).map_err(at)? {
        let folder = entry.map_err(at)?;
        let tag = folder.file_name().to_string_lossy().into_owned();
        if !tag.contains('@') && folder.path().join(studio::FILE).is_file() {
            tags.push(tag);
        }
    }
    Ok(tags)
}

fn language(
    settings: &Settings,
    prompts: &Path,
    tag: String,
    missing: BTreeSet<String>,
) -> Result<Language, Fault> {
    let folder = prompts.join(&tag);
    let mut texts = studio::read_texts(&folder)
        .map_err(|why| Fault::found(format!("{}: {why}", folder.join(studio::FILE).display())))?;
    add_values(&tag, &folder, &missing, &mut texts)?;
    let wordless = missing.iter().filter(|name| !texts.contains_key(*name)).cloned().collect();
    let voice = voice(settings, &tag, &tag, &tag)?;
    Ok(Language { tag, folder, voice, texts, wordless, missing })
}

/// A voice speaks everything that there are words for in its language, so that callers hear one voice: what ships, the
/// values, and what the site has written.
fn of_voice(settings: &Settings, prompts: &Path, tag: &str, name: &str) -> Result<Language, Fault> {
    let of_demo = |name: &str| name.starts_with("demo/");
    let mut texts = shipped::texts(tag);
    texts.retain(|name, _| !of_demo(name));
    if speech::knows(tag) {
        texts.extend(speech::recordings(tag).map(|(name, text)| (name.into_owned(), text)));
    }
    texts.extend(read_texts(&prompts.join(tag))?);
    let of_voice = voices::folder(tag, name);
    let folder = prompts.join(&of_voice);
    texts.extend(read_texts(&folder)?);
    let voice = voice(settings, tag, &of_voice, name)?;
    let (wordless, missing) = (BTreeSet::new(), BTreeSet::new());
    Ok(Language { tag: of_voice, folder, voice, texts, wordless, missing })
}

fn read_texts(folder: &Path) -> Result<Texts, Fault> {
    let at = |why| Fault::found(format!("{}: {why}", folder.join(studio::FILE).display()));
    studio::read_texts(folder).map_err(at)
}

/// Adds the words of numbers, times and money, as far as the plan needs them or they were made before. Those of the site
/// stand over them.
fn add_values(
    tag: &str,
    folder: &Path,
    missing: &BTreeSet<String>,
    texts: &mut Texts,
) -> Result<(), Fault> {
    if !speech::knows(tag) {
        return Ok(());
    }
    let made = Made::read(folder).map_err(Fault::found)?;
    let before: BTreeSet<&str> = made.names().collect();
    let of_values: BTreeMap<_, _> = speech::recordings(tag).collect();
    for (name, text) in of_values {
        if missing.contains(&*name) || before.contains(&*name) {
            texts.entry(name.into_owned()).or_insert(text);
        }
    }
    Ok(())
}

/// Who speaks what is in a folder: what the settings name for it, or else the `usual` name.
fn voice(settings: &Settings, tag: &str, folder: &str, usual: &str) -> Result<Voice, Fault> {
    let name = settings.tts_voice.get(folder).map_or(usual, String::as_str);
    Voice::new(&settings.tts, tag, name, settings.tts_timeout())
        .map_err(|why| Fault::found(format!("{}: tts {why}", crate::settings::FILE)))
}

/// What to do about a recording that has no words, with the English ones where it is one of ours.
fn remedy(language: &Language, name: &str) -> String {
    let file = language.folder.join(studio::FILE);
    let english = shipped::texts("en").remove(name);
    let english = english.map(|text| format!("; in English it is {text:?}")).unwrap_or_default();
    format!(
        "record {0}/{name}.wav, or write its words into {1}{english}",
        language.tag,
        file.display()
    )
}
