//! SRTP (RFC 3711): what leaves is sealed, what comes is opened, and nothing else is believed.
//!
//! A packet whose proof is wrong is dropped and counted, and changes nothing: it neither shows that
//! the peer is there nor ends a call. Of each SSRC of the peer it is known which packets there were, but
//! only once one of them was proved, so that forged ones cost no memory.

use crate::hearing::PACKET_MAX;
use crate::srtp::{Place, Purpose, REPORT_SEAL_MAX, Session};
use crate::window::Window;
use media_protocol::{MasterKey, Protection};
use rtp::rtcp::REPORT_LEN_MAX;
use rtp::{HEADER_LEN, Header, payload_start};
use std::fmt;

/// SSRCs of the peer under one key. A phone changes its own a few times in a call; more are not
/// believed until there is a new key.
const SOURCES_MAX: usize = 32;

/// Times that the number of a source that we hear of late may have wrapped before: a day and a night at 50 packets a second.
const WRAPS_MAX: u16 = 64;

/// Packets that the peer has sealed, opened.
pub(crate) struct Opening {
    key: MasterKey,
    session: Session,
    sources: Sources,
    /// How often the number of a source that is not known yet is next thought to have wrapped.
    guess: u16,
    reports: Session,
    reporters: Sources,
}

/// Of each SSRC, which packets there were.
#[derive(Debug, Default)]
struct Sources(Vec<(u32, Window)>);

/// Packets of ours, to be sealed.
pub(crate) struct Sealing {
    key: MasterKey,
    session: Session,
    sent: Window,
    reports: Session,
    reports_sent: u32,
}

/// A report of ours with room for its seal.
pub(crate) type ReportRoom = [u8; REPORT_LEN_MAX + REPORT_SEAL_MAX];

/// So many reports may be sealed with one key (RFC 3711 §9.2).
const REPORTS_MAX: u32 = 1 << 31;

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
        Self {
            key,
            session: Session::new(&key, Purpose::Sound),
            sources: Sources::default(),
            guess: 0,
            reports: Session::new(&key, Purpose::Reports),
            reporters: Sources::default(),
        }
    }

    /// Opens a packet where it lies: what of it is the packet in the clear. `None` if its proof is wrong,
    /// it came before, or is no RTP.
    pub(crate) fn open<'a>(&mut self, packet: &'a mut [u8]) -> Option<&'a mut [u8]> {
        let (number, ssrc) = marks_of(packet)?;
        let start = payload_start(packet)?;
        if !self.sources.knows(ssrc) {
            let len = self.open_first(Place { ssrc, index: number.into() }, start, packet)?;
            return packet.get_mut(..len);
        }
        let window = self.sources.of(ssrc)?;
        let index = window.place(number)?;
        let len = self.session.open(Place { ssrc, index }, start, packet)?;
        self.sources.mark(ssrc, (window, index));
        packet.get_mut(..len)
    }

    /// Opens the first packet of a source, which begins now or has gone on for long: a phone that keeps its key over a
    /// restart of ours goes on counting (RFC 3711 §3.3.1), and nothing says how far it is. So each packet that is not its
    /// first one by its proof is tried with one more count of wraps, which costs a second look and no more.
    fn open_first(&mut self, place: Place, start: usize, packet: &mut [u8]) -> Option<usize> {
        let window = self.sources.of(place.ssrc)?;
        // What is not opened may be spoilt.
        let mut again = [0; PACKET_MAX];
        let again = again.get_mut(..packet.len())?;
        again.copy_from_slice(packet);
        let mut index = place.index;
        let mut len = self.session.open(place, start, packet);
        if len.is_none() {
            self.guess = self.guess % WRAPS_MAX + 1;
            index |= u64::from(self.guess) << 16;
            len = self.session.open(Place { index, ..place }, start, again);
            packet.copy_from_slice(again);
        }
        len.inspect(|_| self.sources.mark(place.ssrc, (window, index)))
    }

    /// The same with a report (SRTCP, RFC 3711 §3.4).
    pub(crate) fn open_report<'a>(&mut self, report: &'a mut [u8]) -> Option<&'a mut [u8]> {
        let place = self.reports.report_place(report)?;
        let window = self.reporters.of(place.ssrc).filter(|window| window.is_new(place.index))?;
        let len = self.reports.open_report(place, report)?;
        self.reporters.mark(place.ssrc, (window, place.index));
        report.get_mut(..len)
    }
}

impl Sources {
    fn knows(&self, ssrc: u32) -> bool {
        self.0.iter().any(|(source, _)| *source == ssrc)
    }

    /// Which packets of an SSRC there were. `None` if there are too many others already.
    fn of(&self, ssrc: u32) -> Option<Window> {
        match self.0.iter().find(|(source, _)| *source == ssrc) {
            Some((_, window)) => Some(*window),
            None => (self.0.len() < SOURCES_MAX).then(Window::default),
        }
    }

    /// One more was proved.
    fn mark(&mut self, ssrc: u32, (mut window, index): (Window, u64)) {
        window.mark(index);
        match self.0.iter_mut().find(|(source, _)| *source == ssrc) {
            Some((_, kept)) => *kept = window,
            None => self.0.push((ssrc, window)),
        }
    }
}

impl Sealing {
    pub(crate) fn new(key: MasterKey) -> Self {
        Self {
            key,
            session: Session::new(&key, Purpose::Sound),
            sent: Window::default(),
            reports: Session::new(&key, Purpose::Reports),
            reports_sent: 0,
        }
    }

    /// Seals a report of ours of so many octets: how many it has then.
    pub(crate) fn seal_report(
        &mut self,
        ssrc: u32,
        len: usize,
        room: &mut ReportRoom,
    ) -> Option<usize> {
        let number = Some(self.reports_sent).filter(|number| *number < REPORTS_MAX)?;
        self.reports_sent += 1;
        self.reports.seal_report((ssrc, number), len, room)
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
        f.debug_struct("Opening").field("sources", &self.sources.0.len()).finish_non_exhaustive()
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

    fn sealed_report(sealing: &mut Sealing, report: &[u8]) -> Vec<u8> {
        let mut room: ReportRoom = [0; _];
        room[..report.len()].copy_from_slice(report);
        let ssrc = u32::from_be_bytes(report[4..8].try_into().unwrap());
        let len = sealing.seal_report(ssrc, report.len(), &mut room).unwrap();
        room[..len].to_vec()
    }

    fn opened_report(opening: &mut Opening, sealed: &[u8]) -> Option<Vec<u8>> {
        opening.open_report(&mut sealed.to_vec()).map(|clear| clear.to_vec())
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
    fn a_report_that_was_changed_or_comes_twice_is_not_opened_and_is_no_sound() {
        let report: Vec<u8> = [0x80, 201, 0, 1, 0, 0, 0, 9].into_iter().chain([7; 20]).collect();
        for suite in BOTH {
            let sealed = sealed_report(&mut Sealing::new(key(suite, 1)), &report);
            assert_ne!(sealed[8..report.len()], report[8..]);
            let mut opening = Opening::new(key(suite, 1));
            for at in 0..sealed.len() {
                let mut forged = sealed.clone();
                forged[at] ^= 1;
                assert_eq!(opened_report(&mut opening, &forged), None, "octet {at}");
            }
            for len in 0..sealed.len() {
                assert_eq!(opened_report(&mut opening, &sealed[..len]), None, "{len} octets");
            }
            // Not encrypted is not what was agreed.
            let mut clear = sealed.clone();
            let at = sealed.len() - [14, 4][usize::from(suite == Suite::AeadAes128Gcm)];
            clear[at] ^= 0x80;
            assert_eq!(opened_report(&mut opening, &clear), None);
            assert!(!opens(&mut opening, &sealed));
            assert_eq!(opened_report(&mut opening, &sealed), Some(report.clone()));
            assert_eq!(opened_report(&mut opening, &sealed), None);
        }
    }

    #[test]
    fn no_two_reports_have_the_same_number_over_an_adjustment() {
        let suite = Suite::AeadAes128Gcm;
        let keys = Protection { ours: key(suite, 1), theirs: key(suite, 2) };
        let mut protected = Protected::new(keys);
        let report = [0x80, 201, 0, 1, 0, 0, 0, 9];
        let first = sealed_report(&mut protected.sealing, &report);
        protected.adjust(keys);
        let second = sealed_report(&mut protected.sealing, &report);
        assert_eq!(
            (first[24..].to_vec(), second[24..].to_vec()),
            (vec![128, 0, 0, 0], vec![128, 0, 0, 1])
        );
    }

    #[test]
    fn forged_sources_leave_no_trace_and_real_ones_are_bounded() {
        let suite = Suite::AeadAes128Gcm;
        let mut opening = Opening::new(key(suite, 1));
        for ssrc in 0..1_000 {
            assert!(!opens(&mut opening, &seal(&mut Sealing::new(key(suite, 2)), 1, ssrc)));
        }
        assert_eq!(opening.sources.0.len(), 0);
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
    fn a_source_that_has_gone_on_for_hours_is_understood_within_a_second_or_two() {
        for suite in BOTH {
            let mut others = theirs(&key(suite, 1));
            // Seventeen hours at fifty packets a second.
            for number in (0..47 * 65_536).step_by(16_384) {
                let number = u16::try_from(number % 65_536).unwrap();
                others.encrypt_rtp(&packet(number, 9).1).unwrap();
            }
            let mut opening = Opening::new(key(suite, 1));
            let mut heard = (50_000..50_200).map(|number| {
                let sealed = others.encrypt_rtp(&packet(number, 9).1).unwrap();
                opened(&mut opening, &sealed) == Some(packet(number, 9).1)
            });
            let missed = heard.by_ref().take_while(|heard| !heard).count();
            assert!(missed <= usize::from(WRAPS_MAX), "{missed}");
            assert!(heard.all(|heard| heard), "and each one after it");
        }
    }

    #[test]
    fn forged_packets_of_a_source_that_is_not_known_leave_no_trace_and_who_begins_is_heard_at_once()
    {
        let suite = Suite::AesCm128HmacSha1_80;
        let mut opening = Opening::new(key(suite, 1));
        for number in 0..1_000 {
            assert!(!opens(&mut opening, &seal(&mut Sealing::new(key(suite, 2)), number, 9)));
        }
        let mut sealing = Sealing::new(key(suite, 1));
        assert!(opens(&mut opening, &seal(&mut sealing, 5, 9)), "who begins is heard at once");
        assert_eq!(opening.sources.0.len(), 1);
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
        fn reports_that_we_seal_others_open_and_what_others_seal_we_open(
            gcm in any::<bool>(),
            octets in any::<[u8; 30]>(),
            ssrc: u32,
            bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 1..20),
        ) {
            let suite = BOTH[usize::from(gcm)];
            let key = MasterKey::new(suite, &octets[..suite.octets()]).unwrap();
            let (mut ours, mut others) = (Sealing::new(key), theirs(&key));
            let (mut opening, mut others_open) = (Opening::new(key), theirs(&key));
            for body in bodies {
                let words = u8::try_from(body.len()).unwrap();
                let mut clear = vec![0x80, 201, 0, words + 1];
                clear.extend(ssrc.to_be_bytes());
                body.iter().for_each(|octet| clear.extend([*octet; 4]));
                let sealed = sealed_report(&mut ours, &clear);
                prop_assert_eq!(&others_open.decrypt_rtcp(&sealed).unwrap()[..], &clear);
                let sealed = others.encrypt_rtcp(&clear).unwrap();
                prop_assert_eq!(opened_report(&mut opening, &sealed), Some(clear));
                prop_assert_eq!(opened_report(&mut opening, &sealed), None, "it came before");
            }
        }

        #[test]
        fn no_octets_make_it_fall_over(gcm in any::<bool>(), packet in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut opening = Opening::new(key(BOTH[usize::from(gcm)], 1));
            prop_assert!(!opens(&mut opening, &packet));
            prop_assert_eq!(opened_report(&mut opening, &packet), None);
        }
    }
}
