//! How many packets a second are taken from one peer.

use clock::Moment;
use std::time::Duration;

/// Five times what speech in 20 ms packets needs, so that 10 ms packets and keys pass, and a flood
/// is not passed on to the other leg.
pub(crate) const PACKETS_PER_SECOND_MAX: u32 = 250;

/// Sealed packets with a wrong proof in a second, from where the peer speaks or may
/// be expected to. To find a proof wrong takes
/// work, a thousand times about two milliseconds; whoever forges fewer does not keep the peer's own out.
pub(crate) const FORGED_PER_SECOND_MAX: u32 = 1_000;

/// The same from anywhere else, where the peer may have gone to: one that has speaks fifty times a second.
pub(crate) const STRANGERS_PER_SECOND_MAX: u32 = 100;

/// Counts packets by the second.
#[derive(Clone, Debug)]
pub(crate) struct Rate {
    max: u32,
    second_began: Moment,
    taken: u32,
}

impl Rate {
    /// So many a second.
    pub(crate) const fn new(max: u32) -> Self {
        Self { max, second_began: Moment::ZERO, taken: 0 }
    }

    /// Whether one more may be taken now; it is counted.
    pub(crate) fn admits(&mut self, now: Moment) -> bool {
        let admits = !self.is_spent(now);
        self.taken += u32::from(admits);
        admits
    }

    /// Whether no more may be taken now.
    pub(crate) fn is_spent(&mut self, now: Moment) -> bool {
        if now.since(self.second_began) >= Duration::from_secs(1) {
            (self.second_began, self.taken) = (now, 0);
        }
        self.taken >= self.max
    }
}
