//! Something in the life of a callback: a promise to call somebody back at their turn.

use crate::{Ani, By, Name};
use clock::WallTime;
use ids::CallId;
use serde::{Deserialize, Serialize};

/// Something in the life of a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CallbackEvent {
    /// A caller is promised a callback. It is spoken when this is on disk.
    #[serde(rename = "callback_promised")]
    Promised(Box<CallbackPromised>),
    /// Somebody with the same number has asked again: the promise that there is counts from now on.
    #[serde(rename = "callback_renewed")]
    Renewed {
        /// In which call.
        call: u64,
        /// For how long it is tried from now on, in milliseconds.
        window_ms: u64,
    },
    /// Somebody with the same number has asked again, and too often today for it to count anew or to be changed; or what was to
    /// take its place was not spoken, since it was not on disk in time. The promise that there is stands as it was.
    #[serde(rename = "callback_stands")]
    Stands {
        /// In which call; 0 if what was to take its place was not spoken.
        call: u64,
    },
    /// The customer calls again, and is asked what to do about it.
    #[serde(rename = "callback_asked_after")]
    AskedAfter {
        /// In which call.
        call: u64,
    },
    /// Somebody has given it another priority.
    #[serde(rename = "callback_prioritised")]
    Prioritised {
        /// Which.
        priority: u8,
    },
    /// The customer's phone is called.
    #[serde(rename = "callback_attempt")]
    Attempt {
        /// Which: 1 is the first.
        attempt: u32,
        /// The agent who has answered; none where the customer is called first.
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<Name>,
    },
    /// The customer was not reached.
    #[serde(rename = "callback_not_reached")]
    NotReached {
        /// In which attempt.
        attempt: u32,
        /// Why.
        why: NotReached,
    },
    /// The promise is kept, or will not be kept any more.
    #[serde(rename = "callback_over")]
    Over {
        /// How.
        #[serde(flatten)]
        how: CallbackOver,
    },
}

/// A promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackPromised {
    /// The callback that this one takes the place of. Where nobody has called for it, in the same breath. A caller's takes the place when
    /// the other is over, which is an event of its own: for as long as that is not written, the other one holds, for the caller may have been
    /// told so meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<u64>,
    /// The step of the dialplan that made it.
    pub callback: Name,
    /// Where it waits.
    pub queue: Name,
    /// In which call; 0 if it was asked for over the API.
    pub call: u64,
    /// The number that the caller dialled, as the dialplan writes it.
    pub dialled: Name,
    /// The number that is called.
    pub number: Ani,
    /// The number of the caller.
    pub caller: Ani,
    /// Who a directory says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// And of which company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Name>,
    /// The steps of the dialplan that have asked something of whoever takes the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<Name>,
    /// What the agent is told of the customer and the matter: names of recordings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whisper: Vec<Name>,
    /// How long it was expected to take until the turn, in milliseconds; none where that would have been a guess.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_ms: Option<u64>,
    /// In how long it is due, in milliseconds, if a time was asked for; none: at its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<u64>,
    /// The language in which the caller was spoken to, such as `sv`.
    pub language: Name,
    /// How long ago the caller first arrived at a queue, or else was let in, in milliseconds.
    pub waited_ms: u64,
    /// For how long it is tried, in milliseconds.
    pub window_ms: u64,
}

/// Why a customer was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotReached {
    /// The line was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// Somebody or something refused the call.
    Refused,
    /// Somebody or something answered, and pressed no key.
    NotConfirmed,
    /// No trunk could carry the call.
    NoTrunk,
    /// The call may not be made: too often in an hour, or to no number that the dialplan allows.
    NotAllowed,
    /// The agent hung up before.
    AgentLeft,
    /// The ledger could not write the attempt down.
    NotStored,
    /// The process ended while the attempt was on.
    CutOff,
}

impl NotReached {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Refused => "refused",
            Self::NotConfirmed => "not_confirmed",
            Self::NoTrunk => "no_trunk",
            Self::NotAllowed => "not_allowed",
            Self::AgentLeft => "agent_left",
            Self::NotStored => "not_stored",
            Self::CutOff => "cut_off",
        }
    }

    /// Whether the attempt is one of those that there may be: the customer's phone was called, and nobody on our
    /// side has spoilt it.
    #[must_use]
    pub const fn counts(self) -> bool {
        match self {
            Self::Busy | Self::NoAnswer | Self::Refused | Self::NotConfirmed => true,
            Self::NoTrunk | Self::NotAllowed | Self::AgentLeft | Self::NotStored | Self::CutOff => {
                false
            }
        }
    }
}

/// How a callback ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum CallbackOver {
    /// The customer talks with an agent.
    Reached,
    /// It was tried as often as it is to be.
    AttemptsMax,
    /// It was tried for as long as it is to be.
    WindowOver,
    /// Its queue closed before its turn, and the dialplan has it end so.
    Closed,
    /// The customer has called again, and talks with an agent of the queue.
    Served,
    /// The customer has called again, and waits on the line at its place.
    TakenUp,
    /// Somebody has called it off.
    Cancelled {
        /// Who.
        by: By,
    },
    /// The promise was not spoken, since it was not on disk in time.
    NotSpoken,
    /// The dialplan has no such callback any more.
    NoSuchCallback,
}

impl CallbackOver {
    /// One word for a table.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::AttemptsMax => "attempts_max",
            Self::WindowOver => "window_over",
            Self::Closed => "closed",
            Self::Served => "served",
            Self::TakenUp => "taken_up",
            Self::Cancelled { .. } => "cancelled",
            Self::NotSpoken => "not_spoken",
            Self::NoSuchCallback => "no_such_callback",
        }
    }
}

/// A callback as a new run recalls it from the ledger: it is neither kept nor called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCallback {
    /// The number by which it goes in its queue.
    pub id: CallId,
    /// What was promised.
    pub promised: CallbackPromised,
    /// When.
    pub at: WallTime,
    /// How many attempts count, the one that was on when the run ended among them.
    pub attempts: u32,
    /// Whether one was: nothing is known of how it ended.
    pub was_on: bool,
    /// How many attempts the ends of earlier runs have cut off.
    pub cut_off: u32,
    /// When that was last.
    pub tried_at: Option<WallTime>,
    /// The priority that somebody has given it.
    pub priority: Option<u8>,
}
