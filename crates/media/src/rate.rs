//! How many packets a second are taken from one peer.

use clock::Moment;
use std::time::Duration;

/// Five times what speech in 20 ms packets needs, so that 10 ms packets and keys pass, and a flood
/// is not passed on to the other leg.
pub(crate) const PACKETS_PER_SECOND_MAX: u32 = 250;

/// Counts packets by the second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rate {
    second_began: Moment,
    taken: u32,
}

impl Rate {
    /// Whether one more packet may be taken now.
    pub(crate) fn admits(&mut self, now: Moment) -> bool {
        if now.since(self.second_began) >= Duration::from_secs(1) {
            *self = Self { second_began: now, taken: 0 };
        }
        self.taken += u32::from(self.taken < PACKETS_PER_SECOND_MAX + 1);
        self.taken <= PACKETS_PER_SECOND_MAX
    }
}
