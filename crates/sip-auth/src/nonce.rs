//! Nonces that prove by themselves that we made them, when, and for whom.

use crate::algorithm::hex;
use clock::Moment;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use subtle::ConstantTimeEq as _;

/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;
/// Hex digits of the time, the number and the proof.
const TIME: usize = 16;
const NUMBER: usize = 8;
const PROOF: usize = 32;

/// When a nonce was made, and which one it was of that moment. Orders by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp {
    pub(crate) made_at: Moment,
    pub(crate) number: u32,
}

/// A nonce: time and number in hex, and 128 bits that only the holder of `key` can make. They bind
/// it to `source`, which does not stand in it.
pub(crate) fn print(key: &[u8; 32], stamp: Stamp, source: IpAddr) -> String {
    let stamp = format!("{:016x}{:08x}", stamp.made_at.as_micros(), stamp.number);
    let mut proof = hex(&hmac(key, format!("{stamp}{source}").as_bytes()));
    proof.truncate(PROOF);
    stamp + &proof
}

/// The stamp of a nonce that [`print`] made with the same key for the same source; `None` for any
/// other.
pub(crate) fn read(key: &[u8; 32], nonce: &[u8], source: IpAddr) -> Option<Stamp> {
    let nonce =
        std::str::from_utf8(nonce).ok().filter(|nonce| nonce.len() == TIME + NUMBER + PROOF)?;
    let made_at = u64::from_str_radix(nonce.get(..TIME)?, 16).ok()?;
    let number = u32::from_str_radix(nonce.get(TIME..TIME + NUMBER)?, 16).ok()?;
    let stamp = Stamp { made_at: Moment::from_micros(made_at), number };
    let is_ours = bool::from(print(key, stamp, source).as_bytes().ct_eq(nonce.as_bytes()));
    is_ours.then_some(stamp)
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 8));

    #[test]
    fn a_nonce_tells_its_stamp_to_the_holder_of_the_key_alone() {
        let stamp = Stamp { made_at: Moment::from_micros(1_234), number: 7 };
        let nonce = print(&[1; 32], stamp, HERE);
        assert_eq!(nonce.len(), 56);
        assert_eq!(read(&[1; 32], nonce.as_bytes(), HERE), Some(stamp));
        assert_eq!(read(&[2; 32], nonce.as_bytes(), HERE), None);
        assert_eq!(read(&[1; 32], nonce.as_bytes(), THERE), None, "given to somebody else");
    }

    #[test]
    fn a_nonce_with_any_letter_changed_is_none_of_ours() {
        let nonce = print(&[1; 32], Stamp { made_at: Moment::from_micros(9), number: 0 }, HERE);
        for at in 0..nonce.len() {
            let mut forged = nonce.clone().into_bytes();
            forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(read(&[1; 32], &forged, HERE), None, "letter {at}");
        }
        assert_eq!(read(&[1; 32], b"", HERE), None);
        assert_eq!(read(&[1; 32], "å".repeat(28).as_bytes(), HERE), None);
    }

    /// RFC 4231 §4.2 has a key of 20 bytes, which HMAC fills up with zeros to the block.
    #[test]
    fn the_first_example_of_rfc_4231_comes_out() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(
            hex(&hmac(&key, b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }
}
