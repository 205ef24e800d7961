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
    /// The rest of its first message.
    FirstWithin,
    /// Nothing.
    Between,
    /// The rest of a message.
    Within,
}

/// What is left when all whole messages are taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing.
    Nothing,
    /// Something that ends in line ends or blanks: a keep-alive begun, or more of a message that had
    /// begun before.
    Blank,
    /// The beginning of a message.
    Message,
}

impl Rest {
    /// What is left after `arrived`, if the framer still holds bytes or not.
    pub(crate) fn of(arrived: &[u8], framer: &Framer) -> Self {
        if !framer.is_inside() {
            Self::Nothing
        } else if arrived.iter().all(u8::is_ascii_whitespace) {
            Self::Blank
        } else {
            Self::Message
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
            (Frame::Ping, Stage::First | Stage::FirstWithin) => {}
            (Frame::Message(_) | Frame::Ping, _) => self.stage = Stage::Between,
        }
    }

    /// All that came has been looked at, and `rest` of it is no whole message. The time for a
    /// message runs from its first byte: a drip of further bytes does not renew it.
    pub(crate) fn pause(&mut self, rest: Rest) {
        match (self.stage, rest) {
            (Stage::First, Rest::Nothing | Rest::Blank)
            | (Stage::FirstWithin, _)
            | (Stage::Within, Rest::Message | Rest::Blank) => {}
            (Stage::First, Rest::Message) => {
                self.stage = Stage::FirstWithin;
                // What a stranger begins gives it no more time than it had.
                if Instant::now() + self.limits.message_max < self.until {
                    self.wait("message_max", self.limits.message_max);
                }
            }
            (Stage::Between | Stage::Within, Rest::Nothing) | (Stage::Between, Rest::Blank) => {
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

/// When it is asked next whether anybody needs a connection. Only messages put that off: keep-alives
/// cost nothing, and would keep a connection that nobody uses.
pub(crate) struct Usefulness {
    /// How long to wait; none for connections of our own, which end with their purpose.
    every: Option<Duration>,
    /// When to ask, once the first message has come.
    at: Option<Instant>,
}

impl Usefulness {
    pub(crate) const fn new(every: Option<Duration>) -> Self {
        Self { every, at: None }
    }

    /// A message came, or it was asked just now.
    pub(crate) fn put_off(&mut self) {
        self.at = self.every.map(|every| Instant::now() + every);
    }

    /// When to look up next, at `until` at the latest.
    pub(crate) fn wake_at(&self, until: Instant) -> Instant {
        self.at.map_or(until, |at| at.min(until))
    }

    /// Whether it is time to ask.
    pub(crate) fn is_due(&self) -> bool {
        self.at.is_some_and(|at| at <= Instant::now())
    }
}
