//! SRTP (RFC 3711): what leaves is sealed, what comes is opened, and nothing else is believed.
//!
//! A packet whose proof is wrong is dropped and counted, and changes nothing: it neither shows that
//! the peer is there nor ends a call. Each SSRC of the peer has a context of its own, which exists
//! only once a packet of it was proved, so that forged ones cost no memory.

use crate::hearing::PACKET_MAX;
use media_protocol::{MasterKey, Protection, Suite};
use rtc_crypto::providers::RingCrypto;
use rtc_srtp::context::Context;
use rtc_srtp::option::srtp_replay_protection;
use rtc_srtp::protection_profile::ProtectionProfile;
use rtp::Header;
use std::fmt;

/// What a seal adds to a packet at most (RFC 7714 §8.2: 16 octets; RFC 4568 §6.2.1: 10).
pub(crate) const SEAL_MAX: usize = 16;

/// How far back packets are remembered, so that none is taken twice. RFC 3711 §3.3.2 wants 64 at
/// least.
const REPLAY_WINDOW: usize = 128;

/// SSRCs of the peer under one key. A phone changes its own a few times in a call; more are not
/// believed until there is a new key.
const SOURCES_MAX: usize = 32;

/// Packets that the peer has sealed, opened.
pub(crate) struct Opening {
    key: MasterKey,
    sources: Vec<(u32, Context)>,
}

/// Packets of ours, to be sealed.
pub(crate) struct Sealing {
    key: MasterKey,
    context: Context,
    sent: Sent,
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
    pub(crate) const fn new(key: MasterKey) -> Self {
        Self { key, sources: Vec::new() }
    }

    /// The packet in the clear; `None` if its proof is wrong, it came before, or is no RTP.
    pub(crate) fn open(&mut self, packet: &[u8]) -> Option<impl AsRef<[u8]> + use<>> {
        let ssrc = source_of(packet)?;
        if let Some((_, context)) = self.sources.iter_mut().find(|(source, _)| *source == ssrc) {
            return context.decrypt_rtp(packet).ok();
        }
        if self.sources.len() >= SOURCES_MAX {
            return None;
        }
        let mut context = context(&self.key);
        let clear = context.decrypt_rtp(packet).ok()?;
        self.sources.push((ssrc, context));
        Some(clear)
    }
}

impl Sealing {
    pub(crate) fn new(key: MasterKey) -> Self {
        Self { key, context: context(&key), sent: Sent::default() }
    }

    /// The packet, sealed; `None` if one of its number was sealed before, since two under one number
    /// give both away.
    pub(crate) fn seal(
        &mut self,
        header: &Header,
        packet: &[u8],
    ) -> Option<impl AsRef<[u8]> + use<>> {
        if packet.len() + SEAL_MAX > PACKET_MAX || !self.sent.is_new(header.sequence) {
            return None;
        }
        self.context.encrypt_rtp(packet).ok()
    }
}

/// The numbers of the last packets that were sealed.
#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    /// The highest number, and a bit for each of the 64 up to it: the lowest bit is its own.
    seen: Option<(u16, u64)>,
}

impl Sent {
    /// Whether no packet of this number was sealed, as far as is known; from now on one was.
    fn is_new(&mut self, number: u16) -> bool {
        let Some((highest, bits)) = self.seen else {
            self.seen = Some((number, 1));
            return true;
        };
        let ahead = number.wrapping_sub(highest).cast_signed();
        if ahead > 0 {
            let bits = bits.checked_shl(u32::from(ahead.unsigned_abs())).unwrap_or_default() | 1;
            self.seen = Some((number, bits));
            return true;
        }
        let bit = 1_u64.checked_shl(u32::from(ahead.unsigned_abs())).unwrap_or_default();
        self.seen = Some((highest, bits | bit));
        bit != 0 && bits & bit == 0
    }
}

/// The SSRC of a packet, which is never encrypted (RFC 3711 §3.1). The header as a whole can only be
/// read when the packet is opened, since its padding is told at the end.
fn source_of(packet: &[u8]) -> Option<u32> {
    packet.get(8..)?.first_chunk().map(|octets| u32::from_be_bytes(*octets))
}

fn context(key: &MasterKey) -> Context {
    let profile = match key.suite() {
        Suite::AesCm128HmacSha1_80 => ProtectionProfile::Aes128CmHmacSha1_80,
        Suite::AeadAes128Gcm => ProtectionProfile::AeadAes128Gcm,
    };
    let (master, salt) = key.reveal();
    let replay = srtp_replay_protection(REPLAY_WINDOW);
    Context::new(master, salt, profile, Some(replay), None, &RingCrypto)
        .expect("a MasterKey has the lengths of its suite, and ring knows both suites")
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
    use rtp::HEADER_LEN;

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

    fn seal(sealing: &mut Sealing, sequence: u16, ssrc: u32) -> Vec<u8> {
        let (header, packet) = packet(sequence, ssrc);
        sealing.seal(&header, &packet).unwrap().as_ref().to_vec()
    }

    fn opens(opening: &mut Opening, sealed: &[u8]) -> bool {
        opening.open(sealed).is_some()
    }

    #[test]
    fn what_is_sealed_is_opened_by_who_has_the_key_and_by_nobody_else() {
        for suite in BOTH {
            let sealed = seal(&mut Sealing::new(key(suite, 1)), 7, 9);
            assert_eq!(sealed[..HEADER_LEN], packet(7, 9).1[..HEADER_LEN]);
            assert_ne!(sealed[HEADER_LEN..HEADER_LEN + 160], [0x55; 160]);
            let clear = Opening::new(key(suite, 1)).open(&sealed).unwrap();
            assert_eq!(clear.as_ref(), packet(7, 9).1);
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
    fn no_number_is_sealed_twice() {
        let mut sent = Sent::default();
        for (number, new) in
            [(65_534, true), (0, true), (65_535, true), (65_535, false), (0, false), (100, true)]
        {
            assert_eq!(sent.is_new(number), new, "{number}");
        }
        // Too long ago to be known.
        assert!(!sent.is_new(20));
        assert!(sent.is_new(99));
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
        let sealed = seal(&mut Sealing::new(key(suite, 2)), 7, 9);
        assert!(opens(&mut protected.opening, &sealed));
        protected.adjust(keys);
        assert!(!opens(&mut protected.opening, &sealed), "it is remembered that it came");
        let (header, clear) = packet(5, 3);
        assert!(protected.sealing.seal(&header, &clear).is_some());
        protected.adjust(keys);
        assert!(protected.sealing.seal(&header, &clear).is_none());
        protected.adjust(Protection { ours: key(suite, 3), ..keys });
        assert!(protected.sealing.seal(&header, &clear).is_some());
    }
}
