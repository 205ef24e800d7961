//! The way of recordings from the disk to a worker that plays them: parts of a second each, asked for one
//! ahead of the one that plays. A worker never waits for the disk: what is late is a gap, and is played when it
//! comes.

use ids::{LegId, MessageId};
use rtp::g711::SAMPLE_RATE_HZ;
use rtrb::{Consumer, Producer, RingBuffer};

/// Samples of a part: a second.
pub(crate) const PART_LEN: usize = SAMPLE_RATE_HZ as usize;

/// A part of a recording that is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    /// For which stream.
    pub(crate) stream: LegId,
    pub(crate) message: MessageId,
    /// Which part, from 0.
    pub(crate) part: u32,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) ask: Ask,
    pub(crate) found: Found,
}

/// What there is of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its samples; fewer than [`PART_LEN`] at the end of the recording.
    Sound(Box<[i16]>),
    /// There is no such recording, or the disk does not give it.
    Unreadable,
}

/// The worker's end.
#[derive(Debug)]
pub(crate) struct Reels {
    asks: Producer<Ask>,
    parts: Consumer<Part>,
}

/// The other end.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) asks: Consumer<Ask>,
    pub(crate) parts: Producer<Part>,
}

impl Reels {
    /// Both ends, for a worker with so many streams at the most. Each of them has asked for one part at a time.
    pub(crate) fn new(streams_max: usize) -> (Self, Shelf) {
        let (asks, asked) = RingBuffer::new(streams_max.max(1));
        let (given, parts) = RingBuffer::new(streams_max.max(1));
        (Self { asks, parts }, Shelf { asks: asked, parts: given })
    }

    /// Asks for a part. Whether there was room; if not, it is asked for again at the next frame.
    pub(crate) fn ask(&mut self, ask: Ask) -> bool {
        self.asks.push(ask).is_ok()
    }

    /// The next part that has come.
    pub(crate) fn next(&mut self) -> Option<Part> {
        self.parts.pop().ok()
    }
}
