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
