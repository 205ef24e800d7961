//! How the sound of one leg of a call was.
//!
//! It is told when the stream has closed, which is after the end of the call: what became of the call does
//! not wait for it. Of a process that was killed it is never told.

use crate::Name;
use serde::{Deserialize, Serialize};

/// Something about the sound of a leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SoundEvent {
    /// Its stream has closed.
    LegClosed(Box<LegSound>),
}

/// Whose leg it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegSide {
    /// Who called, or is called back.
    Caller,
    /// An agent to whom a caller came.
    Agent,
    /// Who was called by an agent or by the dialplan.
    Called,
}

impl LegSide {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Agent => "agent",
            Self::Called => "called",
        }
    }
}

/// What went over a leg, and how it came. Times are microseconds; what was not measured is none, and not zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegSound {
    /// The leg's number in this run.
    pub leg: u64,
    /// Whose it is.
    pub side: LegSide,
    /// The agent, if it is one's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub agent: Option<Name>,
    /// The codec, as descriptions name it.
    pub codec: Name,
    /// Whether the sound was encrypted when it ended.
    pub encrypted: bool,
    /// Packets that we sent.
    pub sent: u64,
    /// Packets of the phone that we took.
    pub received: u64,
    /// Packets that the phone sent, by their numbers.
    pub expected: u64,
    /// Those of them that never came.
    pub lost: u64,
    /// Packets of strangers, dropped.
    pub strangers: u64,
    /// How unevenly they came, on average.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub jitter_us: Option<u64>,
    /// The same at its worst.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub jitter_max_us: Option<u64>,
    /// The way to the phone and back, on average, where it reports.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub round_trip_us: Option<u64>,
    /// Packets of ours that never came there, where it reports.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub told_lost: Option<u64>,
    /// How unevenly ours come there, where it reports.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub told_jitter_us: Option<u64>,
    /// What listeners would say of what came from the phone, in hundredths: 100 to 441.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mos: Option<u64>,
}
