//! A talk while it is recorded: where each packet of either side belongs. Told the time, writes nothing.
//!
//! Both sides stand on the worker's clock from the same moment on, so that what was said at once is heard at once.

use crate::placement::{Placement, samples};
use crate::tape::Side;
use clock::Moment;
use ids::RecordingId;
use rtp::{Header, g711};

/// Samples of a day: no talk is longer, and a file of it is one that every program reads.
const LENGTH_MAX: u64 = 24 * 3_600 * g711::SAMPLE_RATE_HZ as u64;

/// How long the tone is that stands at both ends of a pause, in samples: 200 ms.
pub(crate) const MARK_LEN: usize = g711::SAMPLE_RATE_HZ as usize / 5;

/// A turn of the tone: 1,000 Hz, about 20 dB below the loudest.
const MARK_TURN: [i16; 8] = [0, 2_121, 3_000, 2_121, 0, -2_121, -3_000, -2_121];

/// A recording of a talk that goes on.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) recording: RecordingId,
    began: Moment,
    caller: Placement,
    other: Placement,
    keeps: Keeps,
    /// Packets that found no room on their way to the disk.
    pub(crate) packets_missed: u32,
}

/// What of a talk is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeps {
    /// What was said from this sample on.
    From(u64),
    Nothing,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Its sound begins at this sample.
    At(u64),
    /// It is not to be kept.
    Unwanted,
    /// There is no place for it.
    Nowhere,
}

impl Talk {
    pub(crate) const fn begin(now: Moment, recording: RecordingId) -> Self {
        let (caller, other) = (Placement::begin(now), Placement::begin(now));
        Self { recording, began: now, caller, other, keeps: Keeps::From(0), packets_missed: 0 }
    }

    /// Where the sound of a packet belongs.
    pub(crate) fn place(&mut self, now: Moment, side: Side, header: &Header, ticks: u32) -> Place {
        let placement = match side {
            Side::Caller => &mut self.caller,
            Side::Other => &mut self.other,
        };
        match (placement.place(now, header, ticks, LENGTH_MAX), self.keeps) {
            (_, Keeps::Nothing) => Place::Unwanted,
            // What was said in the pause comes late.
            (Some(at), Keeps::From(from)) if at < from => Place::Unwanted,
            (Some(at), Keeps::From(_)) => Place::At(at),
            (None, Keeps::From(_)) => Place::Nowhere,
        }
    }

    /// Nothing is kept from here on. Where the tone begins that says so; `None`: that is so already.
    pub(crate) fn pause(&mut self, now: Moment) -> Option<u64> {
        let before = std::mem::replace(&mut self.keeps, Keeps::Nothing);
        (before != Keeps::Nothing).then(|| samples(now.since(self.began)))
    }

    /// What is said is kept again. Where the tone begins that says so, which ends here; `None`: it was not paused.
    pub(crate) fn resume(&mut self, now: Moment) -> Option<u64> {
        let clock = samples(now.since(self.began));
        if self.keeps != Keeps::Nothing {
            return None;
        }
        self.keeps = Keeps::From(clock);
        Some(clock.saturating_sub(MARK_LEN as u64))
    }
}

/// The tone at the end of a pause, as A-law.
pub(crate) fn mark() -> impl Iterator<Item = u8> {
    MARK_TURN.iter().cycle().take(MARK_LEN).map(|sample| g711::alaw_encode(*sample))
}
