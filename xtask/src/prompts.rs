//! `cargo xtask prompts`: texts in, recordings out.
//!
//! For each language that ships, what is new or changed is spoken by espeak-ng, so a changed word is a small commit. It is
//! what `telefonist prompts build` does for a site.

use crate::{project, tell};
use std::path::Path;
use std::time::Duration;
use studio::{Again, Done, Texts, Voice};

/// What `cargo xtask prompts` is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Make every recording anew, also those whose text is as it was
    #[arg(long)]
    all: bool,
}

/// Who speaks a language that ships: its folder, the voice of espeak-ng, and words a minute.
const VOICES: [[&str; 3]; 2] = [["sv", "sv", "145"], ["en", "en-gb-x-rp", "150"]];

/// From 0 to 99; a little below the middle is easier to understand on a narrow line.
const PITCH: &str = "42";

/// A phrase is spoken in much less.
const SPOKEN_IN: Duration = Duration::from_secs(30);

/// Makes what is missing in every language.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let again = if args.all { Again::All } else { Again::Changed };
    VOICES.into_iter().try_for_each(|[language, name, speed]| make(language, name, speed, again))
}

fn make(language: &str, name: &str, speed: &str, again: Again) -> Result<(), String> {
    let voice = voice(language, name, speed)?;
    let folder = project(&format!("prompts/{language}"));
    let wanted = wanted(language, &folder)?;
    let (mut made, mut failed) = (0_u32, Vec::new());
    let mut count = |name: &str, done: &Done| match done {
        Done::Made => made += 1,
        Done::Failed(why) => failed.push(format!("{name}: {why}")),
        Done::Kept | Done::ByHand => {}
    };
    studio::make(&folder, &voice, &wanted, again, &mut count).map_err(|why| why.to_string())?;
    tell(&format!("prompts/{language}: {made} made, {} in all", wanted.len()));
    for name in studio::remove_strays(&folder, &wanted).map_err(|why| why.to_string())? {
        tell(&format!("prompts/{language}/{name}: removed, nothing names it"));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn voice(language: &str, name: &str, speed: &str) -> Result<Voice, String> {
    let command = ["espeak-ng", "-v", "{voice}", "-s", speed, "-p", PITCH, "-a", "100"];
    let command = [command.as_slice(), &["--stdout", "--", "{text}"]].concat();
    let command: Vec<String> = command.into_iter().map(str::to_owned).collect();
    Voice::new(&command, language, name, SPOKEN_IN).map_err(|why| why.to_string())
}

/// The words of every prompt of a language: what the crate `speech` says, and `prompts.toml`, which stands over it, for
/// a voice may need a word spelled in another way.
fn wanted(language: &str, folder: &Path) -> Result<Texts, String> {
    let written = studio::read_texts(folder)
        .map_err(|why| format!("{}: {why}", folder.join(studio::FILE).display()))?;
    let mut texts: Texts =
        speech::recordings(language).map(|(name, text)| (name.into_owned(), text)).collect();
    texts.extend(written);
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use studio::State;

    #[test]
    fn every_recording_that_ships_says_what_its_text_says_now() {
        for [language, name, speed] in VOICES {
            let folder = project(&format!("prompts/{language}"));
            let wanted = wanted(language, &folder).unwrap();
            let voice = voice(language, name, speed).unwrap();
            let states = studio::look(&folder, &voice, &wanted).unwrap();
            let other: Vec<_> =
                states.iter().filter(|(_, state)| **state != State::Current).collect();
            assert!(other.is_empty(), "cargo xtask prompts makes of prompts/{language} {other:?}");
        }
    }
}
