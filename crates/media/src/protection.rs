//! SRTP (RFC 3711): what leaves is sealed, what comes is opened, and nothing else is believed.
//!
//! A packet whose proof is wrong is dropped and counted, and changes nothing: it neither shows that
//! the peer is there nor ends a call. Of each SSRC of the peer it is known which packets there were, but
//! only once one of them was proved, so that forged ones cost no memory.

use crate::hearing::PACKET_MAX;
use crate::srtp::{Place, Session};
use crate::window::Window;
use media_protocol::{MasterKey, Protection};
use rtp::{HEADER_LEN, Header, payload_start};
use std::fmt;

/// SSRCs of the peer under one key. A phone changes its own a few times in a call; more are not
/// believed until there is a new key.
const SOURCES_MAX: usize = 32;

/// Packets that the peer has sealed, opened.
pub(crate) struct Opening {
    key: MasterKey,
    session: Session,
    sources: Vec<(u32, Window)>,
}

/// Packets of ours, to be sealed.
pub(crate) struct Sealing {
    key: MasterKey,
    session: Session,
    sent: Window,
}

/// Both ways of one stream.
#[derive(Debug)]
pub(crate) struct Protected {
    pub(crate) opening: Opening,
    pub(crate) sealing: Sealing,
}

impl Protected {
    pub(crate) fn new(keys: Protection) -> Self {
        Self { opening: Opening::new(keys.theirs), sealing: Sealing::new(keys.ours) }
    }

    /// The keys of a changed format. A key that stays goes on: to begin anew under it would seal
    /// two packets alike (RFC 3711 §9.1).
    pub(crate) fn adjust(&mut self, keys: Protection) {
        if keys.theirs != self.opening.key {
            self.opening = Opening::new(keys.theirs);
        }
        if keys.ours != self.sealing.key {
            self.sealing = Sealing::new(keys.ours);
        }
    }
}

impl Opening {
    pub(crate) fn new(key: MasterKey) -> Self {
        Self { key, session: Session::new(&key), sources: Vec::new() }
    }

    /// Opens a packet where it lies: what of it is the packet in the clear. `None` if its proof is wrong,
    /// it came before, or is no RTP.
    pub(crate) fn open<'a>(&mut self, packet: &'a mut [u8]) -> Option<&'a mut [u8]> {
        let (number, ssrc) = marks_of(packet)?;
        let start = payload_start(packet)?;
        let Self { session, sources, .. } = self;
        let known = sources.iter().position(|(source, _)| *source == ssrc);
        if known.is_none() && sources.len() >= SOURCES_MAX {
            return None;
        }
        let known = known.and_then(|at| sources.get_mut(at));
        let mut window = known.as_ref().map_or_else(Window::default, |(_, window)| *window);
        let index = window.place(number)?;
        let len = session.open(Place { ssrc, index }, start, packet)?;
        window.mark(index);
        match known {
            Some((_, kept)) => *kept = window,
            None => sources.push((ssrc, window)),
        }
        packet.get_mut(..len)
    }
}

impl Sealing {
    pub(crate) fn new(key: MasterKey) -> Self {
        Self { key, session: Session::new(&key), sent: Window::default() }
    }

    /// Seals a packet of so many octets where it lies, with room behind it: the packet with its seal.
    /// `None` if one of its number was sealed before, since two under one number give both away.
    pub(crate) fn seal<'a>(
        &mut self,
        header: &Header,
        len: usize,
        room: &'a mut [u8],
    ) -> Option<&'a [u8]> {
        let len = len + self.session.seal_len();
        let packet = room.get_mut(..len).filter(|_| len <= PACKET_MAX)?;
        let index = self.sent.place(header.sequence)?;
        self.sent.mark(index);
        self.session.seal(Place { ssrc: header.ssrc, index }, HEADER_LEN, packet)?;
        Some(packet)
    }
}

/// Number and SSRC of a packet, which are never encrypted (RFC 3711 §3.1). The header as a whole can only
/// be read when the packet is opened, since its padding is told at the end.
fn marks_of(packet: &[u8]) -> Option<(u16, u32)> {
    let [_, _, n0, n1, _, _, _, _, s0, s1, s2, s3] = packet.first_chunk()?;
    Some((u16::from_be_bytes([*n0, *n1]), u32::from_be_bytes([*s0, *s1, *s2, *s3])))
}

/// Without the key.
impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("sources", &self.sources.len()).finish_non_exhaustive()
    }
}

/// Without the key.
impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealing").field("sent", &self.sent).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media_protocol::Suite;
    use proptest::prelude::*;
    use rtc_crypto::providers::RingCrypto;
    use rtc_srtp::context::Context;
    use rtc_srtp::protection_profile::ProtectionProfile;

    const BOTH: [Suite; 2] = [Suite::AesCm128HmacSha1_80, Suite::AeadAes128Gcm];

    fn key(suite: Suite, filling: u8) -> MasterKey {
        MasterKey::new(suite, &vec![filling; suite.octets()]).unwrap()
    }

    fn packet(sequence: u16, ssrc: u32) -> (Header, Vec<u8>) {
        let header = Header { marker: false, payload_type: 8, sequence, timestamp: 160, ssrc };
        let mut packet = header.encode().to_vec();
        packet.extend([0x55; 160]);
        (header, packet)
    }

    fn sealed(sealing: &mut Sealing, header: &Header, packet: &[u8]) -> Option<Vec<u8>> {
        let mut room = [packet, &[0; 16]].concat();
        sealing.seal(header, packet.len(), &mut room).map(<[u8]>::to_vec)
    }

    fn seal(sealing: &mut Sealing, sequence: u16, ssrc: u32) -> Vec<u8> {
        let (header, packet) = packet(sequence, ssrc);
        sealed(sealing, &header, &packet).unwrap()
    }

    fn opened(opening: &mut Opening, sealed: &[u8]) -> Option<Vec<u8>> {
        opening.open(&mut sealed.to_vec()).map(|clear| clear.to_vec())
    }

    fn opens(opening: &mut Opening, sealed: &[u8]) -> bool {
        opened(opening, sealed).is_some()
    }

    /// SRTP as others wrote it.
    fn theirs(key: &MasterKey) -> Context {
        let profile = match key.suite() {
            Suite::AesCm128HmacSha1_80 => ProtectionProfile::Aes128CmHmacSha1_80,
            Suite::AeadAes128Gcm => ProtectionProfile::AeadAes128Gcm,
        };
        let (master, salt) = key.reveal();
        Context::new(master, salt, profile, None, None, &RingCrypto).unwrap()
    }

    #[test]
    fn what_is_sealed_is_opened_by_who_has_the_key_and_by_nobody_else() {
        for suite in BOTH {
            let sealed = seal(&mut Sealing::new(key(suite, 1)), 7, 9);
            assert_eq!(sealed[..HEADER_LEN], packet(7, 9).1[..HEADER_LEN]);
            assert_ne!(sealed[HEADER_LEN..HEADER_LEN + 160], [0x55; 160]);
            let clear = opened(&mut Opening::new(key(suite, 1)), &sealed).unwrap();
            assert_eq!(clear, packet(7, 9).1);
            assert!(!opens(&mut Opening::new(key(suite, 2)), &sealed));
        }
    }

    #[test]
    fn a_packet_that_was_changed_or_comes_twice_is_not_opened() {
        for suite in BOTH {
            let sealed = seal(&mut Sealing::new(key(suite, 1)), 7, 9);
            let mut opening = Opening::new(key(suite, 1));
            for at in 0..sealed.len() {
                let mut forged = sealed.clone();
                forged[at] ^= 1;
                assert!(!opens(&mut opening, &forged), "octet {at}");
            }
            assert!(opens(&mut opening, &sealed));
            assert!(!opens(&mut opening, &sealed));
            assert!(!opens(&mut opening, &sealed[..20]));
            assert!(!opens(&mut opening, &[]));
        }
    }

    #[test]
    fn forged_sources_leave_no_trace_and_real_ones_are_bounded() {
        let suite = Suite::AeadAes128Gcm;
        let mut opening = Opening::new(key(suite, 1));
        for ssrc in 0..1_000 {
            assert!(!opens(&mut opening, &seal(&mut Sealing::new(key(suite, 2)), 1, ssrc)));
        }
        assert_eq!(opening.sources.len(), 0);
        let mut sealing = Sealing::new(key(suite, 1));
        for (number, ssrc) in (1..).zip(0..100) {
            let sealed = seal(&mut sealing, number, ssrc);
            assert_eq!(opens(&mut opening, &sealed), usize::from(number) <= SOURCES_MAX);
        }
    }

    #[test]
    fn numbers_that_wrap_go_on_being_understood() {
        for suite in BOTH {
            let (mut sealing, mut opening) =
                (Sealing::new(key(suite, 1)), Opening::new(key(suite, 1)));
            for number in (65_000..=u16::MAX).chain(0..1_000) {
                assert!(opens(&mut opening, &seal(&mut sealing, number, 9)), "{number}");
            }
        }
    }

    #[test]
    fn the_same_key_goes_on_and_another_begins_anew() {
        let suite = Suite::AesCm128HmacSha1_80;
        let keys = Protection { ours: key(suite, 1), theirs: key(suite, 2) };
        let mut protected = Protected::new(keys);
        let came = seal(&mut Sealing::new(key(suite, 2)), 7, 9);
        assert!(opens(&mut protected.opening, &came));
        protected.adjust(keys);
        assert!(!opens(&mut protected.opening, &came), "it is remembered that it came");
        let (header, clear) = packet(5, 3);
        let sealed_by = |protected: &mut Protected| sealed(&mut protected.sealing, &header, &clear);
        assert!(sealed_by(&mut protected).is_some());
        protected.adjust(keys);
        assert!(sealed_by(&mut protected).is_none());
        protected.adjust(Protection { ours: key(suite, 3), ..keys });
        assert!(sealed_by(&mut protected).is_some());
    }

    #[test]
    fn what_leaves_no_room_for_the_seal_is_not_sent() {
        for suite in BOTH {
            let mut sealing = Sealing::new(key(suite, 1));
            let (header, _) = packet(5, 3);
            let most = PACKET_MAX - sealing.session.seal_len();
            assert!(sealed(&mut sealing, &header, &vec![0x80; most + 1]).is_none());
            assert!(sealing.seal(&header, 172, &mut [0; 172]).is_none());
            assert!(sealed(&mut sealing, &header, &vec![0x80; most]).is_some());
        }
    }

    /// A packet as a peer may send it, with contributors and an extension.
    fn adorned(header: &Header, (contributors, words): (u8, u8), payload: &[u8]) -> Vec<u8> {
        let mut packet = header.encode().to_vec();
        packet[0] |= contributors;
        packet.extend(vec![7; 4 * usize::from(contributors)]);
        if words > 0 {
            packet[0] |= 0x10;
            packet.extend([0x12, 0x34, 0, words]);
            packet.extend(vec![8; 4 * usize::from(words)]);
        }
        packet.extend(payload);
        packet
    }

    proptest! {
        #[test]
        fn what_we_seal_others_open_and_what_others_seal_we_open(
            gcm in any::<bool>(),
            octets in any::<[u8; 30]>(),
            (ssrc, first) in any::<(u32, u16)>(),
            packets in prop::collection::vec(
                (1..3_000_u16, (0..4_u8, 0..4_u8), prop::collection::vec(any::<u8>(), 0..400)),
                1..60
            ),
        ) {
            let suite = BOTH[usize::from(gcm)];
            let key = MasterKey::new(suite, &octets[..suite.octets()]).unwrap();
            let (mut ours, mut others) = (Sealing::new(key), theirs(&key));
            let (mut opening, mut others_open) = (Opening::new(key), theirs(&key));
            let mut header = packet(first, ssrc).0;
            for (step, adornment, payload) in packets {
                let plain = [&header.encode()[..], &payload].concat();
                let sealed = sealed(&mut ours, &header, &plain).unwrap();
                prop_assert_eq!(&others_open.decrypt_rtp(&sealed).unwrap()[..], &plain);
                let plain = adorned(&header, adornment, &payload);
                let sealed = others.encrypt_rtp(&plain).unwrap();
                prop_assert_eq!(opened(&mut opening, &sealed), Some(plain));
                header.sequence = header.sequence.wrapping_add(step);
            }
        }

        #[test]
        fn no_octets_make_it_fall_over(gcm in any::<bool>(), packet in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(!opens(&mut Opening::new(key(BOTH[usize::from(gcm)], 1)), &packet));
        }
    }
}
