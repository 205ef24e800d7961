//! The voices: espeak-ng, with what suits each language on a telephone.

use prompts::Pcm;
use std::fmt;
use std::io;
use std::process::Command;

/// Who speaks a language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    /// The language, as the folder of its recordings is called.
    pub(crate) language: &'static str,
    /// The name of the voice in espeak-ng.
    name: &'static str,
    /// Words a minute.
    speed: &'static str,
}

/// One voice for each language that ships.
pub(crate) const VOICES: [Voice; 2] = [
    Voice { language: "sv", name: "sv", speed: "145" },
    Voice { language: "en", name: "en-gb-x-rp", speed: "150" },
];

/// From 0 to 99; a little below the middle is easier to understand on a narrow line.
const PITCH: &str = "42";

impl Voice {
    /// Says a text.
    pub(crate) fn speak(&self, text: &str) -> Result<Pcm, String> {
        let spoken = Command::new("espeak-ng")
            .args(["-v", self.name, "-s", self.speed, "-p", PITCH, "-a", "100", "--stdout", "--"])
            .arg(text)
            .output()
            .map_err(|why| not_started(&why))?;
        if !spoken.status.success() {
            return Err(format!("espeak-ng: {}", String::from_utf8_lossy(&spoken.stderr)));
        }
        prompts::decode(&spoken.stdout, Some("wav"))
            .map_err(|why| format!("espeak-ng, asked to say {text:?}: {why}"))
    }
}

fn not_started(why: &io::Error) -> String {
    if why.kind() == io::ErrorKind::NotFound {
        "espeak-ng speaks the prompts and is not installed; `sudo apt-get install espeak-ng` \
         brings it"
            .to_owned()
    } else {
        format!("espeak-ng: {why}")
    }
}

impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} words, pitch {PITCH}", self.name, self.speed)
    }
}
