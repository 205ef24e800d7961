//! The fixed header of an RTP packet (RFC 3550 §5.1) and where its payload lies.
//!
//! A packet is viewed in place: nothing is copied, and CSRC list, extension and padding are
//! stepped over, since a telephone call has no use for them.

use std::ops::Range;

/// Octets of the header that this side writes.
pub const HEADER_LEN: usize = 12;

/// What the fixed header says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The start of a talkspurt (RFC 3551 §4.1) or of a telephone event (RFC 4733 §2.5.1.2).
    pub marker: bool,
    /// The payload type, 0–127.
    pub payload_type: u8,
    /// Goes up by one for each packet, and wraps.
    pub sequence: u16,
    /// The place of the first sample in the stream in ticks of the payload's clock; wraps.
    pub timestamp: u32,
    /// The source of the stream: a random number.
    pub ssrc: u32,
}

impl Header {
    /// Reads the header and says which octets of `packet` are payload. `None` if it is no RTP of
    /// version 2, or if a length inside points beyond the end.
    #[must_use]
    pub fn parse(packet: &[u8]) -> Option<(Self, Range<usize>)> {
        let (&[flags, kind, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3], rest) =
            packet.split_first_chunk::<HEADER_LEN>()?;
        if flags >> 6 != 2 {
            return None;
        }
        let header = Self {
            marker: kind & 0x80 != 0,
            payload_type: kind & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
        };
        let contributors_len = usize::from(flags & 0x0f) * 4;
        let extension_len = match flags & 0x10 {
            0 => 0,
            _ => extension_len(rest.get(contributors_len..)?)?,
        };
        let start = HEADER_LEN + contributors_len + extension_len;
        let end = packet.len() - if flags & 0x20 == 0 { 0 } else { padding_len(rest)? };
        (start <= end).then_some((header, start..end))
    }

    /// The header as 12 octets, without CSRC, extension or padding. A payload type above 127 loses
    /// its top bit.
    #[must_use]
    pub const fn encode(&self) -> [u8; HEADER_LEN] {
        let marker = if self.marker { 0x80 } else { 0 };
        let [s0, s1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.timestamp.to_be_bytes();
        let [c0, c1, c2, c3] = self.ssrc.to_be_bytes();
        [0x80, marker | (self.payload_type & 0x7f), s0, s1, t0, t1, t2, t3, c0, c1, c2, c3]
    }
}

/// Whether a datagram on an RTP port is RTCP: the types 64–95 are kept free of RTP for this
/// (RFC 5761 §4).
#[must_use]
pub fn is_rtcp(packet: &[u8]) -> bool {
    matches!(packet, [flags, kind, ..] if flags >> 6 == 2 && matches!(kind & 0x7f, 64..=95))
}

/// Octets of a header extension (§5.3.1): four, and the words that they announce.
fn extension_len(at: &[u8]) -> Option<usize> {
    let &[_, _, high, low] = at.first_chunk::<4>()?;
    Some(4 + usize::from(u16::from_be_bytes([high, low])) * 4)
}

/// Octets of padding (§5.1): the last octet counts them and itself, so zero is wrong.
fn padding_len(rest: &[u8]) -> Option<usize> {
    rest.last().map(|&count| usize::from(count)).filter(|&count| count > 0)
}
