//! Whether the centre can do its work, in words a monitor and a person understand.

use serde::Serialize;
use std::collections::BTreeMap;

/// The answer of `/healthz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The whole in one word.
    pub status: Condition,
    /// The parts, each with a few words: `"ledger": "writing"`.
    #[serde(flatten)]
    pub details: BTreeMap<&'static str, String>,
}

/// Whether calls can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// All is well: 200.
    Ok,
    /// No new calls should be sent here: 503.
    Failing,
}

impl Health {
    /// All is well, and nothing is to be added.
    #[must_use]
    pub const fn ok() -> Self {
        Self { status: Condition::Ok, details: BTreeMap::new() }
    }
}
