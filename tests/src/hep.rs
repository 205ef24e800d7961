//! What a server tells of a message by HEP3, read as Homer reads it.

use bytes::Bytes;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// The copy of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HepCopy {
    /// Who said it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// When, in microseconds since 1970.
    pub micros: u64,
    /// The call that it belongs to, if that is known: `call-1`.
    pub call: Option<String>,
    /// The message, without what nobody may see.
    pub message: Bytes,
}

impl HepCopy {
    /// Reads a packet.
    #[must_use]
    pub fn read(packet: &[u8]) -> Self {
        let chunks = chunks(packet);
        let four = |kind| u32::from_be_bytes(array(chunks[&kind]));
        let port = |kind| u16::from_be_bytes(array(chunks[&kind]));
        let ip = |v4, v6| match chunks.get(&v4) {
            Some(ip) => IpAddr::from(array::<4>(ip)),
            None => IpAddr::from(array::<16>(chunks[&v6])),
        };
        Self {
            from: SocketAddr::new(ip(3, 5), port(7)),
            to: SocketAddr::new(ip(4, 6), port(8)),
            micros: u64::from(four(9)) * 1_000_000 + u64::from(four(10)),
            call: chunks.get(&17).map(|call| String::from_utf8_lossy(call).into_owned()),
            message: Bytes::copy_from_slice(chunks[&15]),
        }
    }
}

/// The chunks of a packet by their kinds.
fn chunks(packet: &[u8]) -> BTreeMap<u16, &[u8]> {
    let short = |at: usize| u16::from_be_bytes([packet[at], packet[at + 1]]);
    assert_eq!((&packet[..4], usize::from(short(4))), (&b"HEP3"[..], packet.len()));
    let (mut at, mut chunks) = (6, BTreeMap::new());
    while at < packet.len() {
        let length = usize::from(short(at + 4));
        chunks.insert(short(at + 2), &packet[at + 6..at + length]);
        at += length;
    }
    chunks
}

fn array<const N: usize>(value: &[u8]) -> [u8; N] {
    value.try_into().expect("a chunk has the length of its kind")
}
