//! Ends of calls that say why.

use super::Phrase;
use std::sync::Arc;

/// Says something, and hangs up with a cause that the carrier and the caller's phone are told (RFC 3326).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HangUp {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What is said first.
    pub prompts: Vec<Phrase>,
    /// Why.
    pub cause: Cause,
}

/// Why a call ends, as networks know it (ITU-T Q.850 §2.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nothing is wrong.
    Normal,
    /// The number is nobody's.
    UnknownNumber,
    /// Who is called is busy.
    Busy,
    /// Nobody answers.
    NoAnswer,
    /// The call is not wanted.
    Rejected,
    /// There is no room for it now.
    Congestion,
    /// What it is for does not work now.
    Unavailable,
}

impl Cause {
    /// The words of the plan for them.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("normal", Self::Normal),
        ("unknown_number", Self::UnknownNumber),
        ("busy", Self::Busy),
        ("no_answer", Self::NoAnswer),
        ("rejected", Self::Rejected),
        ("congestion", Self::Congestion),
        ("unavailable", Self::Unavailable),
    ];

    /// The value of a Reason header for it (RFC 3326 §2).
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "Q.850;cause=16;text=\"Normal call clearing\"",
            Self::UnknownNumber => "Q.850;cause=1;text=\"Unallocated number\"",
            Self::Busy => "Q.850;cause=17;text=\"User busy\"",
            Self::NoAnswer => "Q.850;cause=19;text=\"No answer from user\"",
            Self::Rejected => "Q.850;cause=21;text=\"Call rejected\"",
            Self::Congestion => "Q.850;cause=34;text=\"No circuit available\"",
            Self::Unavailable => "Q.850;cause=63;text=\"Service or option not available\"",
        }
    }
}
