//! What the parser asks of the shell: what is recorded, and what stands outside of the plan.

use std::fmt;
use std::time::Duration;

/// Something outside of the plan that the plan names. Whoever reads a plan fetches it as a text, or says
/// in words why it can not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside<'a> {
    /// A secret in this environment variable.
    Env(&'a str),
    /// A secret in this file, relative to the site.
    File(&'a str),
    /// A directory of callers in this file, relative to the site: its whole text.
    Directory(&'a str),
    /// A calendar of holidays in this file, relative to the plan: its whole text.
    Calendar(&'a str),
    /// A calendar of holidays at an address: its whole text. A copy of it is good for so long.
    CalendarAt {
        /// The address.
        url: &'a str,
        /// For how long a copy is good.
        refresh: Duration,
    },
    /// What there is to say about the calendar at this address, which has been asked for before; an error: nothing.
    CalendarNews(&'a str),
    /// What a recording says, as the site's texts have it.
    Text {
        /// In which language.
        language: &'a str,
        /// The name of the recording.
        prompt: &'a str,
    },
    /// Whether a recording is known to be of other words than are written: any text says that it is, an error that it
    /// is not known to be.
    OtherWords {
        /// In which language.
        language: &'a str,
        /// The name of the recording.
        prompt: &'a str,
    },
    /// A file that the plan includes, by its name beside the plan: its whole text.
    Part(&'a str),
    /// The names of the files in a folder beside the plan, one a line. The folder ends with a slash; empty:
    /// the folder of the plan itself.
    Folder(&'a str),
}

/// What surrounds the text.
pub(crate) struct Site<'s> {
    /// Whether a phrase can be said in a language.
    pub(crate) recorded: &'s dyn Fn(&str, &str) -> bool,
    /// Fetches what is outside, or says why it can not.
    pub(crate) outside: &'s mut dyn FnMut(Outside<'_>) -> Result<String, String>,
}

impl fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Site")
    }
}
