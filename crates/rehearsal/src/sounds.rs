//! What recordings there are.

use std::time::Duration;

/// How long a phrase lasts of which that is not known.
pub const LENGTH_UNKNOWN: Duration = Duration::from_secs(3);

/// What is known of the recordings of a site.
pub trait Sounds {
    /// How long a phrase lasts in a language; none: that is not known.
    fn length(&self, language: &str, prompt: &str) -> Option<Duration>;

    /// The words of a phrase, if they are written somewhere.
    fn words(&self, language: &str, prompt: &str) -> Option<String>;

    /// Whether the recording is of other words than those.
    fn is_stale(&self, language: &str, prompt: &str) -> bool;
}

/// Nothing is known of any recording.
#[derive(Clone, Copy, Debug)]
pub struct Unheard;

impl Sounds for Unheard {
    fn length(&self, _language: &str, _prompt: &str) -> Option<Duration> {
        None
    }

    fn words(&self, _language: &str, _prompt: &str) -> Option<String> {
        None
    }

    fn is_stale(&self, _language: &str, _prompt: &str) -> bool {
        false
    }
}
