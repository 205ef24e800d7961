//! The languages that are known, each in a file of its own.

mod english;
mod norwegian;
mod swedish;

use crate::grammar::Grammar;
use english::English;
use norwegian::Norwegian;
use swedish::Swedish;

/// The tags of the languages that have a grammar of their own.
pub const LANGUAGES: [&str; 4] = ["sv", "en", "en-US", "nb"];

/// Whether values can be said right in this language. In every other one they are said in the order of English, so
/// that recordings of one's own make the best of it.
///
/// ```
/// assert!(speech::knows("nb") && speech::knows("sv-FI") && speech::knows("en-GB"));
/// assert!(!speech::knows("fi"));
/// ```
#[must_use]
pub fn knows(tag: &str) -> bool {
    matches!(language(tag).as_str(), "sv" | "en" | "nb" | "no")
}

/// The grammar of a language tag (RFC 5646). The region matters for English alone.
pub(crate) fn of_tag(tag: &str) -> &'static dyn Grammar {
    match language(tag).as_str() {
        "sv" => &Swedish,
        "nb" | "no" => &Norwegian,
        "en" if american(tag) => &English::American,
        _ => &English::British,
    }
}

fn language(tag: &str) -> String {
    tag.split('-').next().unwrap_or(tag).to_ascii_lowercase()
}

fn american(tag: &str) -> bool {
    tag.split('-').skip(1).any(|region| region.eq_ignore_ascii_case("us"))
}
