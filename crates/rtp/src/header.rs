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
        let start = payload_start(packet)?;
        let padding_len = if flags & 0x20 == 0 { 0 } else { padding_len(rest)? };
        let end = packet.len().checked_sub(padding_len)?;
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

/// Where the payload of a packet begins. This much can be read of one that is sealed (SRTP), too, whose
/// padding shows when it is opened. `None` if it ends before.
#[must_use]
pub fn payload_start(packet: &[u8]) -> Option<usize> {
    let (&[flags, ..], rest) = packet.split_first_chunk::<HEADER_LEN>()?;
    let contributors_len = usize::from(flags & 0x0f) * 4;
    let extension_len = match flags & 0x10 {
        0 => 0,
        _ => extension_len(rest.get(contributors_len..)?)?,
    };
    let start = HEADER_LEN + contributors_len + extension_len;
    (start <= packet.len()).then_some(start)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rtc_shared::marshal::Unmarshal;

    const PLAIN: [u8; 14] = [0x80, 0x88, 0, 1, 0, 0, 0, 160, 0xde, 0xad, 0xbe, 0xef, 0xd5, 0x55];

    /// `PLAIN` with other flags, and these octets in place of its payload.
    fn with(flags: u8, rest: &[u8]) -> Vec<u8> {
        let mut packet = PLAIN[..HEADER_LEN].to_vec();
        packet[0] = flags;
        packet.extend_from_slice(rest);
        packet
    }

    #[test]
    fn the_fields_lie_where_the_standard_draws_them() {
        let (header, payload) = Header::parse(&PLAIN).unwrap();
        let expected = Header {
            marker: true,
            payload_type: 8,
            sequence: 1,
            timestamp: 160,
            ssrc: 0xdead_beef,
        };
        assert_eq!((header, payload), (expected, 12..14));
        assert_eq!(header.encode(), PLAIN[..HEADER_LEN]);
    }

    #[test]
    fn another_version_is_no_rtp() {
        for flags in [0x00, 0x40, 0xc0] {
            assert_eq!(Header::parse(&with(flags, &[0; 8])), None);
        }
    }

    #[test]
    fn contributors_extension_and_padding_are_stepped_over() {
        let two_contributors = with(0x82, &[0, 0, 0, 1, 0, 0, 0, 2, 0xaa]);
        assert_eq!(Header::parse(&two_contributors).unwrap().1, 20..21);
        let extension = with(0x90, &[0xbe, 0xde, 0, 1, 1, 2, 3, 4, 0xaa]);
        assert_eq!(Header::parse(&extension).unwrap().1, 20..21);
        let padding = with(0xa0, &[0xaa, 0, 0, 3]);
        assert_eq!(Header::parse(&padding).unwrap().1, 12..13);
    }

    #[test]
    fn lengths_that_point_beyond_the_packet_are_refused() {
        assert_eq!(Header::parse(&with(0x8f, &[0; 59])), None);
        assert_eq!(Header::parse(&with(0x90, &[0, 0, 0, 1, 0])), None);
        assert_eq!(Header::parse(&with(0x90, &[0, 0, 0])), None);
        assert_eq!(Header::parse(&with(0xa0, &[1, 2, 9])), None);
        assert_eq!(Header::parse(&with(0xa0, &[1, 2, 0])), None);
        assert_eq!(Header::parse(&with(0xa0, &[])), None);
    }

    #[test]
    fn control_packets_are_known_by_their_type() {
        assert!(is_rtcp(&[0x80, 200, 0, 6]));
        assert!(is_rtcp(&[0x81, 201, 0, 7]));
        assert!(!is_rtcp(&PLAIN));
        assert!(!is_rtcp(&[0x80]));
        assert!(!is_rtcp(&[0x00, 200]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            marker: bool, payload_type in 0..128_u8, sequence: u16, timestamp: u32, ssrc: u32
        ) {
            let header = Header { marker, payload_type, sequence, timestamp, ssrc };
            prop_assert_eq!(Header::parse(&header.encode()), Some((header, 12..12)));
        }

        #[test]
        fn an_independent_reader_finds_the_same(mut packet in prop::collection::vec(any::<u8>(), 12..80)) {
            packet[0] = 0x80 | (packet[0] & 0x3f);
            let theirs = rtc_rtp::Packet::unmarshal(&mut packet.as_slice());
            let ours = Header::parse(&packet);
            if let (Some((header, payload)), Ok(theirs)) = (ours, theirs) {
                prop_assert_eq!(header.marker, theirs.header.marker);
                prop_assert_eq!(header.payload_type, theirs.header.payload_type);
                prop_assert_eq!(header.sequence, theirs.header.sequence_number);
                prop_assert_eq!(header.timestamp, theirs.header.timestamp);
                prop_assert_eq!(header.ssrc, theirs.header.ssrc);
                prop_assert_eq!(&packet[payload], &theirs.payload[..]);
            }
        }

        #[test]
        fn what_an_independent_writer_writes_is_read(
            contributors in prop::collection::vec(any::<u32>(), 0..16),
            extension in prop::option::of(prop::collection::vec(any::<u8>(), 0..8)),
            payload in prop::collection::vec(any::<u8>(), 1..40),
            sequence: u16,
        ) {
            let packet = theirs(contributors, extension, &payload, sequence);
            let (header, range) = Header::parse(&packet).expect("a well-formed packet");
            prop_assert_eq!(header.sequence, sequence);
            prop_assert_eq!(&packet[range], &payload[..]);
        }

        #[test]
        fn no_octets_make_it_fall_over(packet in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((_, payload)) = Header::parse(&packet) {
                prop_assert!(packet.get(payload).is_some());
            }
        }
    }

    fn theirs(
        contributors: Vec<u32>,
        extension: Option<Vec<u8>>,
        payload: &[u8],
        sequence: u16,
    ) -> Vec<u8> {
        use rtc_shared::marshal::Marshal;
        let mut header = rtc_rtp::header::Header {
            version: 2,
            payload_type: 8,
            sequence_number: sequence,
            csrc: contributors,
            ..Default::default()
        };
        if let Some(octets) = extension {
            let octets = [octets.clone(), vec![0; octets.len().next_multiple_of(4) - octets.len()]];
            header.extension = true;
            header.extension_profile = 0x1234;
            header.extensions =
                vec![rtc_rtp::header::Extension { id: 0, payload: octets.concat().into() }];
        }
        let packet = rtc_rtp::Packet { header, payload: payload.to_vec().into() };
        packet.marshal().unwrap().to_vec()
    }
}
