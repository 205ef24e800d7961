//! How long a peer may take: a stranger little, a known phone long, a message never.

use crate::Limits;
use sip_msg::{Frame, Framer};
use std::time::Duration;
use tokio::time::Instant;

/// Until when the peer must have sent more, and the limit that says so.
pub(crate) struct Patience<'a> {
    limits: &'a Limits,
    /// When the connection has had its time.
    pub(crate) until: Instant,
    /// The name of the limit that ends at `until`.
    pub(crate) limit: &'static str,
    stage: Stage,
}

/// What the peer owes us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its first whole message.
    First,
    /// Nothing.
    Between,
    /// The rest of a message.
    Within,
}

/// What is left when all whole messages are taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing but line ends, which are keep-alives begun.
    Nothing,
    /// The beginning of a message.
    Message,
}

impl Rest {
    /// What is left after `arrived`, if the framer still holds bytes or not.
    pub(crate) fn of(arrived: &[u8], framer: &Framer) -> Self {
        if framer.is_inside() && !arrived.iter().all(u8::is_ascii_whitespace) {
            Self::Message
        } else {
            Self::Nothing
        }
    }
}

impl<'a> Patience<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        let until = Instant::now() + limits.first_message_max;
        Self { limits, until, limit: "first_message_max", stage: Stage::First }
    }

    /// A message came whole. A keep-alive proves nothing, so that a stranger gains no time by it.
    pub(crate) fn heard(&mut self, frame: &Frame) {
        match (frame, self.stage) {
            (Frame::Ping, Stage::First) => {}
            (Frame::Message(_) | Frame::Ping, _) => self.stage = Stage::Between,
        }
    }

    /// All that came has been looked at, and `rest` of it is no whole message. The time for a
    /// message runs from its first byte: a drip of further bytes does not renew it.
    pub(crate) fn pause(&mut self, rest: Rest) {
        match (self.stage, rest) {
            (Stage::First, _) | (Stage::Within, Rest::Message) => {}
            (Stage::Between | Stage::Within, Rest::Nothing) => {
                self.stage = Stage::Between;
                self.wait("idle_max", self.limits.idle_max);
            }
            (Stage::Between, Rest::Message) => {
                self.stage = Stage::Within;
                self.wait("message_max", self.limits.message_max);
            }
        }
    }

    fn wait(&mut self, limit: &'static str, length: Duration) {
        self.limit = limit;
        self.until = Instant::now() + length;
    }
}
