//! How the sound of one leg of a call was, and what is kept of it.
//!
//! How it was is told when the stream has closed, which is after the end of the call: what became of the call does
//! not wait for it. Of a process that was killed it is never told. What came of a recording is told behind the end, too, and of a
//! process that was killed by the next one.

use crate::Name;
use ids::RecordingId;
use serde::{Deserialize, Serialize};

/// Something about the sound of a leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SoundEvent {
    /// Its stream has closed.
    LegClosed(Box<LegSound>),
    /// What is said in the call is kept from here on.
    RecordingBegan {
        /// Under this name.
        recording: RecordingName,
        /// Whose it is.
        label: Box<RecordingLabel>,
    },
    /// Nothing of what is said is kept from here on.
    RecordingPaused {
        /// Under this name.
        recording: RecordingName,
    },
    /// What is said is kept again.
    RecordingResumed {
        /// Under this name.
        recording: RecordingName,
    },
    /// What was kept is on disk.
    RecordingEnded {
        /// Under this name.
        recording: RecordingName,
        /// How it ended.
        end: RecordingEnd,
        /// How long it is, in milliseconds.
        length_ms: u64,
        /// How large its file is; none: there is none.
        bytes: u64,
        /// Packets that could not be written in time: silence in their place.
        packets_missed: u32,
    },
}

/// A recording as events and programs name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordingName(pub RecordingId);

impl From<RecordingName> for String {
    fn from(name: RecordingName) -> Self {
        name.0.hex()
    }
}

impl TryFrom<String> for RecordingName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        RecordingId::from_hex(&text).map(Self).ok_or("sixteen hexadecimal digits are expected")
    }
}

/// Whose a recording of a talk is. It stands beside it from its first word on, so that whoever finds one that no row names can say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingLabel {
    /// The call.
    pub call: u64,
    /// When it began, in microseconds since 1970.
    pub began_at: i64,
    /// The agent who talked first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub agent: Option<Name>,
    /// What had it begun.
    pub started_by: RecordedBy,
    /// The queue, if it is one that had it begun.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub queue: Option<Name>,
}

/// What had a recording begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedBy {
    /// The caller's queue.
    Queue,
    /// Somebody's command.
    Command,
}

/// What somebody has said of the recording of a talk, whatever its queue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingWish {
    /// The talk is not to be kept.
    Off,
    /// It is to be kept.
    On,
    /// It is, and nothing of it for now.
    Paused,
}

impl RecordedBy {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Command => "command",
        }
    }
}

/// How a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingEnd {
    /// With the talk.
    Whole,
    /// With the process: there is what had come to the disk.
    CutOff,
    /// There is nothing of it.
    Failed,
}

impl RecordingEnd {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::CutOff => "cut_off",
            Self::Failed => "failed",
        }
    }
}

/// What a dead process has left of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRecording {
    /// Which.
    pub id: RecordingId,
    /// Whose, if no row says so.
    pub unnamed: Option<RecordingLabel>,
    /// The call.
    pub call: u64,
    /// How it ended.
    pub end: RecordingEnd,
    /// How long it is, in milliseconds.
    pub length_ms: u64,
    /// How large its file is.
    pub bytes: u64,
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
