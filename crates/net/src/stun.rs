//! STUN Binding on the socket of SIP (RFC 5626 §8, RFC 5389): a phone behind a NAT asks how it is seen,
//! and keeps its way open by asking.
//!
//! Nobody has to prove who it is, nothing is remembered, and an answer is little longer than its
//! question, so that forged sources gain nothing by it.

use bytes::{BufMut, Bytes, BytesMut};
use std::net::{IpAddr, SocketAddr};

/// What every message has in its second four bytes (§6).
const MAGIC_COOKIE: u32 = 0x2112_a442;
/// The most that is looked at (§7.1: what passes any network whole).
const REQUEST_BYTES_MAX: usize = 548;
/// How many attributes that we do not know are listed.
const UNKNOWN_LISTED_MAX: usize = 8;

const HEADER_BYTES: usize = 20;
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const BINDING_ERROR: u16 = 0x0111;

const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const ERROR_CODE: u16 = 0x0009;
const UNKNOWN_ATTRIBUTES: u16 = 0x000a;
const REALM: u16 = 0x0014;
const NONCE: u16 = 0x0015;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// From here on an attribute may be passed over (§15).
const OPTIONAL_FROM: u16 = 0x8000;

/// The answer to a Binding request; none for whatever is no such request.
pub(crate) fn answer(datagram: &[u8], peer: SocketAddr) -> Option<Bytes> {
    if datagram.len() > REQUEST_BYTES_MAX {
        return None;
    }
    let (header, attributes) = datagram.split_at_checked(HEADER_BYTES)?;
    let (start, transaction) = header.split_at_checked(4)?;
    let (&[k0, k1, l0, l1], Some(cookie)) = (start, transaction.first_chunk()) else { return None };
    let is_binding = u16::from_be_bytes([k0, k1]) == BINDING_REQUEST
        && usize::from(u16::from_be_bytes([l0, l1])) == attributes.len()
        && u32::from_be_bytes(*cookie) == MAGIC_COOKIE;
    if !is_binding {
        return None;
    }
    let unknown = unknown_attributes(attributes)?;
    Some(match unknown.is_empty() {
        true => message(BINDING_SUCCESS, transaction, &xor_mapped_address(peer, transaction)?),
        false => message(BINDING_ERROR, transaction, &refusal(&unknown)),
    })
}

/// The attributes that have to be understood and are not; `None` when they do not end where they
/// should.
fn unknown_attributes(mut attributes: &[u8]) -> Option<Vec<u16>> {
    let mut unknown = Vec::new();
    while let Some((&[k0, k1, l0, l1], rest)) = attributes.split_first_chunk() {
        let kind = u16::from_be_bytes([k0, k1]);
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        attributes = rest.get(length.next_multiple_of(4)..)?;
        // Whoever wants to prove who it is need not.
        let is_known = matches!(kind, USERNAME | MESSAGE_INTEGRITY | REALM | NONCE);
        if kind < OPTIONAL_FROM && !is_known && unknown.len() < UNKNOWN_LISTED_MAX {
            unknown.push(kind);
        }
    }
    attributes.is_empty().then_some(unknown)
}

/// §15.2: the address, hidden from routers that would rewrite it.
fn xor_mapped_address(peer: SocketAddr, transaction: &[u8]) -> Option<BytesMut> {
    let mut attribute = BytesMut::new();
    let (family, address) = match peer.ip() {
        IpAddr::V4(ip) => (1, ip.octets().to_vec()),
        IpAddr::V6(ip) => (2, ip.octets().to_vec()),
    };
    let [high, low] = peer.port().to_be_bytes();
    attribute.put_u16(XOR_MAPPED_ADDRESS);
    attribute.put_u16(u16::try_from(4 + address.len()).ok()?);
    attribute.put_slice(&[0, family]);
    let (&mask_high, &mask_low) = (transaction.first()?, transaction.get(1)?);
    attribute.put_slice(&[high ^ mask_high, low ^ mask_low]);
    attribute.extend(address.iter().zip(transaction).map(|(byte, mask)| byte ^ mask));
    Some(attribute)
}

/// §15.6 and §15.9: 420, and what was not understood.
fn refusal(unknown: &[u16]) -> BytesMut {
    let mut attributes = BytesMut::new();
    attributes.put_u16(ERROR_CODE);
    attributes.put_u16(4);
    attributes.put_slice(&[0, 0, 4, 20]);
    attributes.put_u16(UNKNOWN_ATTRIBUTES);
    attributes.put_u16(u16::try_from(2 * unknown.len()).expect("UNKNOWN_LISTED_MAX is small"));
    unknown.iter().for_each(|kind| attributes.put_u16(*kind));
    if unknown.len() % 2 == 1 {
        attributes.put_u16(0);
    }
    attributes
}

fn message(kind: u16, transaction: &[u8], attributes: &[u8]) -> Bytes {
    let mut message = BytesMut::with_capacity(HEADER_BYTES + attributes.len());
    message.put_u16(kind);
    message.put_u16(u16::try_from(attributes.len()).expect("an answer has few attributes"));
    message.put_slice(transaction);
    message.put_slice(attributes);
    message.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The transaction of the examples in RFC 5769.
    const TRANSACTION: [u8; 12] =
        [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];

    fn request(attributes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(attributes.len()).unwrap();
        let header = [0x00, 0x01, 0x00, length, 0x21, 0x12, 0xa4, 0x42];
        [&header[..], &TRANSACTION, attributes].concat()
    }

    fn answered(attributes: &[u8], peer: &str) -> Vec<u8> {
        let answer = answer(&request(attributes), peer.parse().unwrap()).unwrap();
        assert_eq!(&answer[4..20], &request(&[])[4..20], "the transaction comes back");
        assert_eq!(usize::from(answer[3]), answer.len() - 20);
        answer.to_vec()
    }

    #[test]
    fn a_binding_request_is_answered_with_the_address_as_rfc_5769_writes_it() {
        let answer = answered(&[], "192.0.2.1:32853");
        assert_eq!(answer[..2], [0x01, 0x01]);
        assert_eq!(answer[20..], [0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]);
        let answer = answered(&[], "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
        let address = [
            0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2,
            0xb9, 0xd9,
        ];
        assert_eq!(answer[20..28], [0, 0x20, 0, 20, 0, 2, 0xa1, 0x47]);
        assert_eq!(answer[28..], address);
    }

    #[test]
    fn what_may_be_passed_over_is_and_what_may_not_is_named_with_420() {
        // SOFTWARE with padding, USERNAME, FINGERPRINT.
        let passed = [
            &[0x80, 0x22, 0, 3, b'a', b'b', b'c', 0][..],
            &[0, 6, 0, 1, b'x', 0, 0, 0],
            &[0x80, 0x28, 0, 4, 1, 2, 3, 4],
        ]
        .concat();
        assert_eq!(answered(&passed, "192.0.2.1:9")[..2], [0x01, 0x01]);
        // CHANGE-REQUEST, of the STUN before.
        let answer = answered(&[0, 3, 0, 4, 0, 0, 0, 6], "192.0.2.1:9");
        assert_eq!(answer[..2], [0x01, 0x11]);
        assert_eq!(answer[20..], [0, 9, 0, 4, 0, 0, 4, 20, 0, 10, 0, 2, 0, 3, 0, 0]);
    }

    #[test]
    fn what_is_no_binding_request_gets_no_answer() {
        let peer = "192.0.2.1:9".parse().unwrap();
        let good = request(&[0x80, 0x22, 0, 4, 1, 2, 3, 4]);
        assert!(answer(&good, peer).is_some());
        for length in 0..good.len() {
            assert_eq!(answer(&good[..length], peer), None, "cut at {length}");
        }
        for (at, byte) in [(0, 1), (1, 0x11), (3, 4), (4, 0), (23, 5), (23, 255)] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert_eq!(answer(&bad, peer), None, "{byte} at {at}");
        }
        assert_eq!(answer(&request(&[0x80; 600][..252]), peer), None, "lengths that lead outside");
    }
}
