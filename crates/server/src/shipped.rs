//! What the program carries inside itself: the recordings and the demo site.

use rust_embed::RustEmbed;

/// The shipped recordings.
#[derive(RustEmbed)]
#[folder = "../../prompts"]
#[include = "*.wav"]
pub(crate) struct Prompts;

/// The words of the shipped recordings.
#[derive(RustEmbed)]
#[folder = "../../prompts"]
#[include = "*/prompts.toml"]
pub(crate) struct Words;

/// The demo site.
#[derive(RustEmbed)]
#[folder = "../../dialplans/demo"]
#[include = "*.toml"]
pub(crate) struct Demo;

/// The words of the shipped recordings of a language; none of one that does not ship.
pub(crate) fn texts(language: &str) -> studio::Texts {
    let file = Words::get(&format!("{language}/{}", studio::FILE));
    let text = file.map(|file| String::from_utf8_lossy(&file.data).into_owned());
    text.and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}
