//! `[recordings]` of the settings: what becomes of recordings of talks.

use crate::keep::Keep;
use media::TalkForm;
use serde::Deserialize;
use std::time::Duration;

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RecordingsSettings {
    /// How long they are kept; none: until the caller is to be forgotten.
    keep: Option<Keep>,
    /// How those are kept that begin from the start on.
    format: Format,
}

/// A form of them, by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Wav,
    Opus,
}

impl RecordingsSettings {
    /// How long they are kept, if not for ever.
    pub(crate) fn keep(&self) -> Option<Duration> {
        self.keep.map(Keep::get)
    }

    /// How they are kept.
    pub(crate) const fn form(&self) -> TalkForm {
        match self.format {
            Format::Wav => TalkForm::Wav,
            Format::Opus => TalkForm::Opus,
        }
    }
}
