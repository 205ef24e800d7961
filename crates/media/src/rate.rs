//! How much a second is taken from one peer: packets, and octets in them.

use clock::Moment;
use media_protocol::Codec;
use std::time::Duration;

/// Five times what speech in 20 ms packets needs, so that 10 ms packets and keys pass, and a flood
/// is not passed on to the other leg.
const PACKETS_PER_SECOND_MAX: u32 = 250;

/// Sealed packets with a wrong proof in a second, from where the peer speaks or may
/// be expected to. To find a proof wrong takes
/// work, a thousand times about two milliseconds; whoever forges fewer does not keep the peer's own out.
pub(crate) const FORGED_PER_SECOND_MAX: u32 = 1_000;

/// The same from anywhere else, where the peer may have gone to: one that has speaks fifty times a second.
pub(crate) const STRANGERS_PER_SECOND_MAX: u32 = 100;

/// The most octets of payload a second that a peer may have sent in this codec: five times what its sound takes, like
/// [`PACKETS_PER_SECOND_MAX`]. Without it a packet could have nine times its due,
/// which is passed on, recoded and written to disk.
const fn octets_per_second_max(codec: Codec) -> u32 {
    const FIVEFOLD: u32 = 5;
    match codec {
        // Of Opus that is as much as speech in all its width needs (RFC 7587 §3.1.1: 40 kbit/s at most), eightfold; and a packet counts
        // for no less than it lasts.
        Codec::Pcma | Codec::Pcmu | Codec::G722 | Codec::Opus => FIVEFOLD * 8_000,
    }
}

/// What is taken of a peer: so many packets a second, with so many octets of payload together.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    packets: Rate,
    octets: Rate,
}

impl Allowance {
    /// Of a peer that speaks in this codec.
    pub(crate) const fn of(codec: Codec) -> Self {
        Self {
            packets: Rate::new(PACKETS_PER_SECOND_MAX),
            octets: Rate::new(octets_per_second_max(codec)),
        }
    }

    /// It speaks in another one from now on. What it has sent in this second is not forgotten.
    pub(crate) const fn adjust(&mut self, codec: Codec) {
        self.octets.max = octets_per_second_max(codec);
    }

    /// Whether a packet with so many octets may be taken now; it is counted.
    pub(crate) fn admits(&mut self, now: Moment, octets: usize) -> bool {
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        self.octets.has_room(now, octets)
            && self.packets.admits(now)
            && self.octets.takes(now, octets)
    }
}

/// Counts packets, or octets, by the second.
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
        self.takes(now, 1)
    }

    /// Whether no more may be taken now.
    pub(crate) fn is_spent(&mut self, now: Moment) -> bool {
        !self.has_room(now, 1)
    }

    /// Whether so many more may be taken now; they are counted.
    fn takes(&mut self, now: Moment, amount: u32) -> bool {
        let takes = self.has_room(now, amount);
        self.taken += if takes { amount } else { 0 };
        takes
    }

    fn has_room(&mut self, now: Moment, amount: u32) -> bool {
        if now.since(self.second_began) >= Duration::from_secs(1) {
            (self.second_began, self.taken) = (now, 0);
        }
        amount <= self.max.saturating_sub(self.taken)
    }
}
