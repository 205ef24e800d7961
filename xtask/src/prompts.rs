//! `cargo xtask prompts`: texts in, recordings out.
//!
//! For each language the wanted texts are compared with what was made before; only what is new or
//! changed is spoken by espeak-ng and mastered, so a changed word is a small commit.

mod made;
mod master;
mod texts;
mod voice;

use crate::{project, sound_file, tell};
use made::Made;
use voice::Voice;

/// What `cargo xtask prompts` is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Make every recording anew, also those whose text is as it was
    #[arg(long)]
    all: bool,
}

/// Makes what is missing in every language.
pub(crate) fn run(args: Args) -> Result<(), String> {
    for voice in &voice::VOICES {
        let before = if args.all { Made::default() } else { Made::read(voice.language)? };
        make(voice, before)?;
    }
    Ok(())
}

fn make(voice: &Voice, before: Made) -> Result<(), String> {
    let mut now = Made::default();
    let mut recordings_made = 0_u32;
    for (name, text) in texts::wanted(voice)? {
        let path = project(&format!("prompts/{}/{name}.wav", voice.language));
        let fingerprint = made::fingerprint(&[master::RECIPE, &voice.to_string(), &text]);
        if !(before.has(&name, fingerprint) && path.is_file()) {
            let spoken = voice.speak(&text)?;
            let mastered = master::master(&spoken).ok_or_else(|| format!("{name}: no sound"))?;
            sound_file::write(&path, &mastered)?;
            recordings_made += 1;
        }
        now.enter(name, fingerprint);
    }
    tell(&format!("prompts/{}: {recordings_made} made, {} in all", voice.language, now.len()));
    now.remove_strays(&before, voice.language)?;
    now.write(voice.language)
}
