//! The payload of a telephone event (RFC 4733 §2.3).

/// Octets of one event.
pub const TELEPHONE_EVENT_LEN: usize = 4;

/// One report on a key being pressed. A press is told by several packets of the same timestamp
/// with growing durations, of which the last three say `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TelephoneEvent {
    /// 0–9 are the digits, 10 is `*`, 11 is `#`, 12–15 are A–D; the others are no keys.
    pub event: u8,
    /// Whether the key was let go.
    pub end: bool,
    /// The power of the tone in dBm0 with the sign dropped, 0–63.
    pub volume: u8,
    /// How long the key has been down, in ticks of the clock; 8 000 are a second.
    pub duration: u16,
}

impl TelephoneEvent {
    /// Reads one event. The reserved bit is masked, as §2.3.3 bids: some senders set it. What
    /// follows the first four octets is left alone. `None` if there are fewer.
    #[must_use]
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let &[event, flags, high, low] = payload.first_chunk::<TELEPHONE_EVENT_LEN>()?;
        let duration = u16::from_be_bytes([high, low]);
        Some(Self { event, end: flags & 0x80 != 0, volume: flags & 0x3f, duration })
    }

    /// The event as four octets. A volume above 63 is sent as 63.
    #[must_use]
    pub const fn encode(&self) -> [u8; TELEPHONE_EVENT_LEN] {
        let end = if self.end { 0x80 } else { 0 };
        let volume = if self.volume > 63 { 63 } else { self.volume };
        let [high, low] = self.duration.to_be_bytes();
        [self.event, end | volume, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_reserved_bit_is_not_part_of_the_volume() {
        let heard = TelephoneEvent::parse(&[11, 0x4a, 0x01, 0x40]);
        let expected = TelephoneEvent { event: 11, end: false, volume: 10, duration: 320 };
        assert_eq!(heard, Some(expected));
    }

    #[test]
    fn less_than_four_octets_are_no_event() {
        assert_eq!(TelephoneEvent::parse(&[1, 2, 3]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(event: u8, end: bool, volume in 0..64_u8, duration: u16) {
            let said = TelephoneEvent { event, end, volume, duration };
            prop_assert_eq!(TelephoneEvent::parse(&said.encode()), Some(said));
        }
    }
}
