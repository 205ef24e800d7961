//! The seal of a packet (SRTP, RFC 3711 and RFC 7714): it is encrypted, proved and opened where it lies.
//!
//! What is derived from a master key is the same for all sources (RFC 3711 §4.3), so it is derived once,
//! and a packet takes no memory.

use media_protocol::{MasterKey, Suite};
use rtc_crypto::providers::RingCrypto;
use rtc_crypto::{
    AeadAlgorithm, AeadCipher, HmacAlgorithm, Mac, RTCCrypto, StreamCipher, StreamCipherAlgorithm,
    constant_time_eq,
};

/// What a seal adds to a packet at most (RFC 7714 §8.2: 16 octets; RFC 4568 §6.2.1: 10).
pub(crate) const SEAL_MAX: usize = 16;

/// Octets of a proof by HMAC-SHA1, of the twenty that there are (RFC 3711 §4.2.1).
const COUNTER_SEAL: usize = 10;

const GCM_SEAL: usize = 16;

/// What keys are derived for (RFC 3711 §4.3.2): sound, or reports on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Sound = 0,
    Reports = 3,
}

const ENCRYPTION: u8 = 0;
const PROOF: u8 = 1;
const SALT: u8 = 2;

/// Octets of a report that are not encrypted: its first header, and whose it is (RFC 3711 §3.4).
const REPORT_CLEAR: usize = 8;

/// Octets that say that a report is encrypted, and its number.
const REPORT_INDEX: usize = 4;

/// What a seal adds to a report at most.
pub(crate) const REPORT_SEAL_MAX: usize = SEAL_MAX + REPORT_INDEX;

/// Set in the number of a report that is encrypted.
const ENCRYPTED: u32 = 1 << 31;

const KNOWN: &str = "ring knows both suites, and the keys have their lengths";

/// Whose packet it is, and its number among all of theirs (RFC 3711 §3.3.1): under one key no two have
/// the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) ssrc: u32,
    pub(crate) index: u64,
}

/// The keys of one way of a stream.
pub(crate) enum Session {
    Counter { stream: Box<dyn StreamCipher>, mac: Box<dyn Mac>, salt: [u8; 14] },
    Gcm { cipher: Box<dyn AeadCipher>, salt: [u8; 12] },
}

impl Session {
    pub(crate) fn new(master: &MasterKey, purpose: Purpose) -> Self {
        let label = |part| purpose as u8 + part;
        match master.suite() {
            Suite::AesCm128HmacSha1_80 => Self::Counter {
                stream: counter(&derived::<16>(master, label(ENCRYPTION))),
                mac: RingCrypto
                    .new_hmac(HmacAlgorithm::Sha1, &derived::<20>(master, label(PROOF)))
                    .expect(KNOWN),
                salt: derived(master, label(SALT)),
            },
            Suite::AeadAes128Gcm => Self::Gcm {
                cipher: RingCrypto
                    .new_aead(AeadAlgorithm::Aes128Gcm, &derived::<16>(master, label(ENCRYPTION)))
                    .expect(KNOWN),
                salt: derived(master, label(SALT)),
            },
        }
    }

    /// How many octets a seal adds to a packet.
    pub(crate) const fn seal_len(&self) -> usize {
        match self {
            Self::Counter { .. } => COUNTER_SEAL,
            Self::Gcm { .. } => GCM_SEAL,
        }
    }

    /// Seals a packet whose payload begins at `start`, and behind which there is room for the seal.
    pub(crate) fn seal(&mut self, place: Place, start: usize, packet: &mut [u8]) -> Option<()> {
        let (clear, seal) = split_end(packet, self.seal_len())?;
        match self {
            Self::Counter { stream, mac, salt } => {
                let (_, payload) = clear.split_at_mut_checked(start)?;
                stream.apply_keystream(&counter_start(salt, place), payload).ok()?;
                seal.copy_from_slice(&proof(mac.as_mut(), place, clear)?);
                Some(())
            }
            Self::Gcm { cipher, salt } => {
                let (header, payload) = clear.split_at_mut_checked(start)?;
                cipher.seal_in_place(&salted(salt, place), header, payload, seal).ok()
            }
        }
    }

    /// Opens a packet whose payload begins at `start`: how many octets it has in the clear. `None` if its
    /// proof is wrong; what lies there then is of no use.
    pub(crate) fn open(&mut self, place: Place, start: usize, packet: &mut [u8]) -> Option<usize> {
        let (sealed, seal) = split_end(packet, self.seal_len())?;
        let len = sealed.len();
        match self {
            Self::Counter { stream, mac, salt } => {
                if !constant_time_eq(&proof(mac.as_mut(), place, sealed)?, seal) {
                    return None;
                }
                let (_, payload) = sealed.split_at_mut_checked(start)?;
                stream.apply_keystream(&counter_start(salt, place), payload).ok()?;
            }
            Self::Gcm { cipher, salt } => {
                let (header, payload) = sealed.split_at_mut_checked(start)?;
                cipher.open_in_place(&salted(salt, place), header, payload, seal).ok()?;
            }
        }
        Some(len)
    }

    /// Seals a report of so many octets, behind which there is room (RFC 3711 §3.4, RFC 7714 §9): how many it has then.
    pub(crate) fn seal_report(
        &mut self,
        (ssrc, number): (u32, u32),
        len: usize,
        room: &mut [u8],
    ) -> Option<usize> {
        let place = Place { ssrc, index: number.into() };
        let index = (number | ENCRYPTED).to_be_bytes();
        let sealed_len = len + REPORT_INDEX + self.seal_len();
        let room = room.get_mut(..sealed_len)?;
        match self {
            Self::Counter { stream, mac, salt } => {
                let (report, seal) = split_end(room, COUNTER_SEAL)?;
                let (clear, last) = split_end(report, REPORT_INDEX)?;
                let (_, body) = clear.split_at_mut_checked(REPORT_CLEAR)?;
                stream.apply_keystream(&counter_start(salt, place), body).ok()?;
                last.copy_from_slice(&index);
                seal.copy_from_slice(&report_proof(mac.as_mut(), report)?);
            }
            Self::Gcm { cipher, salt } => {
                let (rest, last) = split_end(room, REPORT_INDEX)?;
                let (report, seal) = split_end(rest, GCM_SEAL)?;
                let (head, body) = report.split_first_chunk_mut::<REPORT_CLEAR>()?;
                let aside = beside(*head, index);
                cipher.seal_in_place(&salted(salt, place), &aside, body, seal).ok()?;
                last.copy_from_slice(&index);
            }
        }
        Some(sealed_len)
    }

    /// Opens a report: how many octets it has in the clear. `None` if its proof is wrong, or if it is not encrypted,
    /// as was agreed.
    pub(crate) fn open_report(&mut self, place: Place, report: &mut [u8]) -> Option<usize> {
        match self {
            Self::Counter { stream, mac, salt } => {
                let (report, seal) = split_end(report, COUNTER_SEAL)?;
                if !constant_time_eq(&report_proof(mac.as_mut(), report)?, seal) {
                    return None;
                }
                let (clear, _) = split_end(report, REPORT_INDEX)?;
                let (_, body) = clear.split_at_mut_checked(REPORT_CLEAR)?;
                stream.apply_keystream(&counter_start(salt, place), body).ok()?;
                Some(clear.len())
            }
            Self::Gcm { cipher, salt } => {
                let (rest, last) = split_end(report, REPORT_INDEX)?;
                let index = *last.first_chunk()?;
                let (clear, seal) = split_end(rest, GCM_SEAL)?;
                let (head, body) = clear.split_first_chunk_mut::<REPORT_CLEAR>()?;
                let aside = beside(*head, index);
                cipher.open_in_place(&salted(salt, place), &aside, body, seal).ok()?;
                Some(clear.len())
            }
        }
    }

    /// Whose a sealed report is, and its number. `None` if it is too short, or not encrypted.
    pub(crate) fn report_place(&self, report: &[u8]) -> Option<Place> {
        let behind = match self {
            Self::Counter { .. } => COUNTER_SEAL,
            Self::Gcm { .. } => 0,
        };
        let at = report.len().checked_sub(behind + REPORT_INDEX)?;
        let index = u32::from_be_bytes(*report.get(at..)?.first_chunk()?);
        let ssrc = u32::from_be_bytes(*report.get(4..)?.first_chunk()?);
        let is_whole = report.len() >= REPORT_CLEAR + REPORT_INDEX + self.seal_len();
        (is_whole && index & ENCRYPTED != 0)
            .then(|| Place { ssrc, index: (index & !ENCRYPTED).into() })
    }
}

/// What is proved with a report by GCM, and not encrypted: its beginning and its number (RFC 7714 §9.2).
fn beside(
    head: [u8; REPORT_CLEAR],
    index: [u8; REPORT_INDEX],
) -> [u8; REPORT_CLEAR + REPORT_INDEX] {
    let [h0, h1, h2, h3, h4, h5, h6, h7] = head;
    let [i0, i1, i2, i3] = index;
    [h0, h1, h2, h3, h4, h5, h6, h7, i0, i1, i2, i3]
}

fn split_end(packet: &mut [u8], len: usize) -> Option<(&mut [u8], &mut [u8])> {
    packet.split_at_mut_checked(packet.len().checked_sub(len)?)
}

fn counter(key: &[u8; 16]) -> Box<dyn StreamCipher> {
    RingCrypto.new_stream_cipher(StreamCipherAlgorithm::Aes128Ctr, key).expect(KNOWN)
}

/// A key of a session (RFC 3711 §4.3.1 and §4.3.3, with a key derivation rate of zero). A shorter salt is
/// filled up with zeros behind (RFC 7714 §11).
fn derived<const LEN: usize>(master: &MasterKey, label: u8) -> [u8; LEN] {
    let (key, salt) = master.reveal();
    let mut start = [0; 16];
    start.iter_mut().zip(salt).for_each(|(to, from)| *to = *from);
    // The label stands six octets before the end of fourteen, for an index of which there is none.
    if let Some(octet) = start.get_mut(7) {
        *octet ^= label;
    }
    let mut derived = [0; LEN];
    let key = key.first_chunk().expect("a MasterKey has sixteen octets of key");
    counter(key).apply_keystream(&start, &mut derived).expect(KNOWN);
    derived
}

/// The salt with the place of a packet laid over its end: SSRC, and six octets of index (RFC 3711 §4.1.1,
/// RFC 7714 §8.1).
fn salted<const LEN: usize>(salt: &[u8; LEN], place: Place) -> [u8; LEN] {
    let [_, _, index @ ..] = place.index.to_be_bytes();
    let place = place.ssrc.to_be_bytes().into_iter().chain(index);
    let mut salted = *salt;
    salted.iter_mut().rev().zip(place.rev()).for_each(|(octet, with)| *octet ^= with);
    salted
}

/// Where the counter of a packet starts: two octets are left for its blocks.
fn counter_start(salt: &[u8; 14], place: Place) -> [u8; 16] {
    let mut start = [0; 16];
    start.iter_mut().zip(salted(salt, place)).for_each(|(to, from)| *to = from);
    start
}

/// The proof of a sealed packet: it and the upper part of its index, which is not sent (RFC 3711 §4.2).
fn proof(mac: &mut dyn Mac, place: Place, sealed: &[u8]) -> Option<[u8; COUNTER_SEAL]> {
    let [_, _, r0, r1, r2, r3, _, _] = place.index.to_be_bytes();
    let mut whole = [0; 20];
    mac.sign(&[sealed, &[r0, r1, r2, r3]], &mut whole).ok()?;
    whole.first_chunk().copied()
}

/// The proof of a sealed report and its number (RFC 3711 §4.2).
fn report_proof(mac: &mut dyn Mac, report: &[u8]) -> Option<[u8; COUNTER_SEAL]> {
    let mut whole = [0; 20];
    mac.sign(&[report], &mut whole).ok()?;
    whole.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> =
            hex.chars().filter_map(|c| c.to_digit(16)).map(|d| u8::try_from(d).unwrap()).collect();
        digits.chunks(2).map(|pair| 16 * pair[0] + pair[1]).collect()
    }

    /// RFC 3711 §B.3.
    #[test]
    fn keys_are_derived_as_the_standard_derives_them() {
        let master = octets("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
        let master = MasterKey::new(Suite::AesCm128HmacSha1_80, &master).unwrap();
        let encryption = octets("C61E7A93744F39EE10734AFE3FF7A087");
        assert_eq!(derived::<16>(&master, ENCRYPTION).to_vec(), encryption);
        let proof = octets("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4");
        assert_eq!(derived::<20>(&master, PROOF).to_vec(), proof);
        let salt = octets("30CBBC08863D8C85D49DB34A9AE1");
        assert_eq!(derived::<14>(&master, SALT).to_vec(), salt);
    }

    /// RFC 3711 §B.2: what is laid over zeros is the key stream.
    #[test]
    fn a_payload_is_encrypted_by_the_key_stream_of_the_standard() {
        let mut stream = counter(&octets("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap());
        let salt = octets("F0F1F2F3F4F5F6F7F8F9FAFBFCFD").try_into().unwrap();
        let mut payload = [0; 32];
        let place = Place { ssrc: 0, index: 0 };
        stream.apply_keystream(&counter_start(&salt, place), &mut payload).unwrap();
        let expected = octets("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB");
        assert_eq!(payload.to_vec(), expected);
    }

    /// RFC 7714 §17.1.
    #[test]
    fn a_report_is_sealed_and_opened_as_the_standard_does_by_gcm() {
        let key = octets("000102030405060708090a0b0c0d0e0f");
        let mut session = Session::Gcm {
            cipher: RingCrypto.new_aead(AeadAlgorithm::Aes128Gcm, &key).unwrap(),
            salt: octets("517569642070726f2071756f").try_into().unwrap(),
        };
        let clear = octets(
            "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
             deadbeef deadbeef deadbeef deadbeef deadbeef",
        );
        let sealed = octets(
            "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
             c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872
             45d9eade 800005d4",
        );
        let mut report = [&clear[..], &[0; 20]].concat();
        let len = session.seal_report((0x4d61_7273, 0x5d4), clear.len(), &mut report);
        assert_eq!((len, &report), (Some(sealed.len()), &sealed));
        let place = session.report_place(&report).unwrap();
        assert_eq!(place, Place { ssrc: 0x4d61_7273, index: 0x5d4 });
        let len = session.open_report(place, &mut report);
        assert_eq!(len, Some(clear.len()));
        assert_eq!(report[..clear.len()], clear);
    }

    /// RFC 7714 §16.1.1 and §16.1.2.
    #[test]
    fn a_packet_is_sealed_and_opened_as_the_standard_does_by_gcm() {
        let key = octets("000102030405060708090a0b0c0d0e0f");
        let mut session = Session::Gcm {
            cipher: RingCrypto.new_aead(AeadAlgorithm::Aes128Gcm, &key).unwrap(),
            salt: octets("517569642070726f2071756f").try_into().unwrap(),
        };
        let place = Place { ssrc: 0x5501_a0b2, index: 0xf17b };
        let header = octets("8040f17b8041f8d35501a0b2");
        let clear = [&header[..], b"Gallia est omnis divisa in partes tres"].concat();
        let mut packet = [&clear[..], &[0; 16]].concat();
        session.seal(place, 12, &mut packet).unwrap();
        let sealed = octets(
            "8040f17b8041f8d35501a0b2
             f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
             899d7f27beb16a9152cf765ee4390cce",
        );
        assert_eq!(packet, sealed);
        assert_eq!(session.open(place, 12, &mut packet), Some(clear.len()));
        assert_eq!(packet[..clear.len()], clear);
    }
}
