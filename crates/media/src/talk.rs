//! A talk while it is recorded: where each packet of either side belongs. Told the time, writes nothing.
//!
//! Both sides stand on the worker's clock from the same moment on, so that what was said at once is heard at once.

use crate::placement::Placement;
use crate::tape::Side;
use clock::Moment;
use ids::RecordingId;
use rtp::{Header, g711};

/// Samples of a day: no talk is longer, and a file of it is one that every program reads.
const LENGTH_MAX: u64 = 24 * 3_600 * g711::SAMPLE_RATE_HZ as u64;

/// A recording of a talk that goes on.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) recording: RecordingId,
    caller: Placement,
    other: Placement,
    /// Packets that found no room on their way to the disk.
    pub(crate) packets_missed: u32,
}

impl Talk {
    pub(crate) const fn begin(now: Moment, recording: RecordingId) -> Self {
        let (caller, other) = (Placement::begin(now), Placement::begin(now));
        Self { recording, caller, other, packets_missed: 0 }
    }

    /// Where the sound of a packet begins, as a number of samples.
    pub(crate) fn place(
        &mut self,
        now: Moment,
        side: Side,
        header: &Header,
        len: usize,
    ) -> Option<u64> {
        let placement = match side {
            Side::Caller => &mut self.caller,
            Side::Other => &mut self.other,
        };
        placement.place(now, header, len, LENGTH_MAX)
    }
}
