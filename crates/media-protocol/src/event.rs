//! What a media worker tells the engine.

use crate::Port;
use ids::{LegId, MessageId, PlayId, RecordingId};
use std::fmt;
use std::time::Duration;

/// A key of a telephone (RFC 4733 §3.2, events 0 to 15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit(u8);

impl Digit {
    /// The key for an event code of RFC 4733: 0–9, then `*`, `#`, A–D.
    #[must_use]
    pub const fn from_event(code: u8) -> Option<Self> {
        if code < 16 { Some(Self(code)) } else { None }
    }

    /// The key that prints as `letter`.
    #[must_use]
    pub fn from_char(letter: char) -> Option<Self> {
        let code = KEYS.chars().position(|key| key == letter)?;
        u8::try_from(code).ok().map(Self)
    }

    /// The event code of RFC 4733.
    #[must_use]
    pub const fn event(self) -> u8 {
        self.0
    }

    /// The key as it is printed on the telephone.
    #[must_use]
    pub fn as_char(self) -> char {
        KEYS.chars().nth(usize::from(self.0)).unwrap_or('?')
    }
}

const KEYS: &str = "0123456789*#ABCD";

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl fmt::Debug for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digit({})", self.as_char())
    }
}

/// What a peer says of our sound, as it comes there (RTCP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Packets lost on the way there, as it told last; none where more came twice.
    pub lost: u32,
    /// How unevenly they come, as it told last.
    pub jitter: Duration,
}

/// What a stream did in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamReport {
    /// RTP packets sent.
    pub packets_sent: u64,
    /// RTP packets taken from the peer.
    pub packets_received: u64,
    /// Packets from strangers, dropped.
    pub packets_foreign: u64,
    /// Packets that were not RTP, of an unknown payload type, too old, or more in a second than is taken from a peer, dropped.
    pub packets_unusable: u64,
    /// Packets whose proof (SRTP) was wrong, or that came twice, dropped.
    pub packets_unproved: u64,
    /// Packets the peer sent that never came, by sequence number.
    pub packets_lost: u64,
    /// Packets the peer sent, by sequence number, each once: those that came, and the lost.
    pub packets_expected: u64,
    /// Packets that were not sent, since nobody had been heard where they were to go.
    pub packets_withheld: u64,
    /// How unevenly sound came (RFC 3550 §A.8): the mean over all of its packets.
    pub jitter: Option<Duration>,
    /// The same at its worst.
    pub jitter_max: Option<Duration>,
    /// The way there and back: the mean of what the peer's reports let us know.
    pub round_trip: Option<Duration>,
    /// What the peer says of our sound.
    pub told: Option<Told>,
    /// What somebody who listens to the peer would say of it on average, in hundredths: 100 to 441
    /// (ITU-T G.107, from loss, jitter and delay).
    pub mos_hundredths: Option<u16>,
    /// Reports (RTCP) sent.
    pub control_sent: u64,
    /// Reports taken from the peer.
    pub control_received: u64,
    /// Reports of strangers, wrong or too many, dropped.
    pub control_dropped: u64,
}

/// What came of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is on disk whole, and so is its name: a stop of the machine leaves it there.
    OnDisk {
        /// How long it is.
        length: Duration,
        /// The size of its file, in bytes.
        bytes: u64,
        /// Packets that could not be written in time. There is silence in their place.
        packets_missed: u32,
    },
    /// It could not be written, and nothing is left of it.
    Failed,
}

/// How the playing of a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// All of it has been sent.
    Whole,
    /// It is not there, or the disk did not give the rest of it.
    Unreadable,
}

/// One thing that happened at a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed: told once for each press, at its beginning.
    Digit {
        /// The stream.
        stream: LegId,
        /// The key.
        digit: Digit,
    },
    /// The last clip of a play has been sent whole.
    Played {
        /// The stream.
        stream: LegId,
        /// The play as commanded.
        play: PlayId,
    },
    /// The playing of a recording is over.
    Replayed {
        /// The stream.
        stream: LegId,
        /// The play as commanded.
        play: PlayId,
        /// How it ended.
        result: Replayed,
    },
    /// The first packet of the stream's life has come from its peer: told once.
    Heard {
        /// The stream.
        stream: LegId,
    },
    /// No RTP has come for a few seconds, whether the peer should send or not: reason enough to ask
    /// whether it is there. Told again and again for as long as it lasts.
    Lull {
        /// The stream.
        stream: LegId,
    },
    /// No RTP has come for as long as the configured time-out, though the peer should send.
    Silent {
        /// The stream.
        stream: LegId,
    },
    /// The peer of a stream that is recorded has spoken for long enough to have said something: told
    /// once a message.
    Spoken {
        /// The stream.
        stream: LegId,
        /// The message.
        message: MessageId,
    },
    /// The peer of a stream that is recorded has not spoken for a while: told once a message.
    Hushed {
        /// The stream.
        stream: LegId,
        /// The message.
        message: MessageId,
    },
    /// A recording is over: told once a message, unless it was discarded before.
    Recorded {
        /// The message.
        message: MessageId,
        /// What came of it.
        result: Recorded,
    },
    /// The recording of a talk is over: told once each.
    TalkRecorded {
        /// The recording.
        recording: RecordingId,
        /// What came of it. What could not be written is missing from it, and counted.
        result: Recorded,
    },
    /// The stream is gone and its port may be lent again.
    Closed {
        /// The stream.
        stream: LegId,
        /// The port it had.
        port: Port,
        /// What it did.
        report: StreamReport,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_event_codes_are_the_same_things() {
        for (code, letter) in KEYS.chars().enumerate() {
            let digit = Digit::from_char(letter).unwrap();
            assert_eq!(usize::from(digit.event()), code);
            assert_eq!(digit.as_char(), letter);
        }
        assert_eq!(Digit::from_event(16), None);
        assert_eq!(Digit::from_char('x'), None);
    }
}
