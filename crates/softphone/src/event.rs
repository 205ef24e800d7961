//! What a phone tells, and the states that its calls go through.

use crate::{PhoneCall, RegisterError};
use sdp::Direction;
use sip_msg::StatusCode;
use std::fmt;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;

ids::define_id! {
    /// One call of one phone, in the order in which they came or were made.
    LineId(u64), "line-"
}

/// Something that happened at a phone.
#[derive(Clone, Debug)]
pub enum Event {
    /// The server knows where we are, for this long.
    Registered {
        /// What the server granted.
        expires: Duration,
    },
    /// The server does not know where we are.
    NotRegistered(RegisterError),
    /// It rings.
    Incoming(PhoneCall),
    /// A call has gone on to another state.
    Changed {
        /// Which call.
        line: LineId,
        /// Its state now.
        state: CallState,
        /// When it changed.
        at: Instant,
    },
}

/// The events of one phone, in their order.
#[derive(Debug)]
pub struct Events(pub(crate) Receiver<Event>);

impl Events {
    /// The next event; `None` once the phone is gone. Events that are not fetched are dropped after
    /// the first [`EVENTS_MAX`](crate::EVENTS_MAX); the phone goes on.
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }

    /// The next call that comes in, other events passed over.
    pub async fn incoming(&mut self) -> Option<PhoneCall> {
        loop {
            match self.next().await? {
                Event::Incoming(call) => return Some(call),
                Event::Registered { .. } | Event::NotRegistered(_) | Event::Changed { .. } => {}
            }
        }
    }
}

/// Where a call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallState {
    /// We called, and nothing has been heard yet.
    Trying,
    /// It rings, there or here.
    Ringing,
    /// Both sides are connected; sound flows this way, seen from us.
    Answered(Direction),
    /// It is over.
    Ended(End),
}

/// Why a call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// We hung up, or gave up before the answer.
    HungUpHere,
    /// The other side hung up.
    HungUpThere {
        /// The value of its Reason header (RFC 3326).
        reason: Option<String>,
    },
    /// The caller gave up before we answered.
    CallerGaveUp,
    /// We refused it.
    DeclinedHere(StatusCode),
    /// The other side refused it.
    Rejected(StatusCode),
    /// Nothing, or no network, answered.
    Unreachable,
    /// The two sides understood no common codec.
    NoCommonMedia,
    /// The other side vanished from a call that was up.
    Lost,
    /// This phone was stopped or dropped.
    PhoneGone,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HungUpHere => f.write_str("hung up here"),
            Self::HungUpThere { .. } => f.write_str("hung up there"),
            Self::CallerGaveUp => f.write_str("the caller gave up"),
            Self::DeclinedHere(status) => write!(f, "declined here with {}", status.code()),
            Self::Rejected(status) => write!(f, "rejected with {}", status.code()),
            Self::Unreachable => f.write_str("unreachable"),
            Self::NoCommonMedia => f.write_str("no common media"),
            Self::Lost => f.write_str("lost"),
            Self::PhoneGone => f.write_str("the phone is gone"),
        }
    }
}
