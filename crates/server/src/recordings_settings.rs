//! `[recordings]` of the settings: what becomes of recordings of talks.

use crate::keep::Keep;
use serde::Deserialize;
use std::time::Duration;

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RecordingsSettings {
    /// How long they are kept; none: until the caller is to be forgotten.
    keep: Option<Keep>,
}

impl RecordingsSettings {
    /// How long they are kept, if not for ever.
    pub(crate) fn keep(&self) -> Option<Duration> {
        self.keep.map(Keep::get)
    }
}
