//! What the parser asks of the shell: where secrets are, and what is recorded.

use std::fmt;

/// Where the plan says that a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretSource<'a> {
    /// In this environment variable.
    Env(&'a str),
    /// In this file, relative to the site.
    File(&'a str),
    /// No secret, but a directory of callers in this file, relative to the site: its whole text.
    Directory(&'a str),
    /// No secret, but what a recording says, as the site's texts have it.
    Text {
        /// In which language.
        language: &'a str,
        /// The name of the recording.
        prompt: &'a str,
    },
    /// No secret, but a file that the plan includes, by its name beside the plan: its whole text.
    Part(&'a str),
    /// No secret, but the names of the files in a folder beside the plan, one a line. The folder ends with a
    /// slash; empty: the folder of the plan itself.
    Folder(&'a str),
}

/// What surrounds the text: recordings and secrets.
pub(crate) struct Site<'s> {
    /// Whether a phrase can be said in a language.
    pub(crate) recorded: &'s dyn Fn(&str, &str) -> bool,
    /// Fetches a secret, or says why it can not.
    pub(crate) secrets: &'s mut dyn FnMut(SecretSource<'_>) -> Result<String, String>,
}

impl fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Site")
    }
}
