//! Dispositions: how agents file calls.

use super::Phrase;
use std::sync::Arc;

/// What may have become of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Said to an agent who files a call by code.
    pub confirmation: Vec<Phrase>,
}

/// Whether the calls of a queue are filed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filing {
    /// They may be.
    #[default]
    Optional,
    /// After-call work does not end before, up to its limit.
    Required,
}
