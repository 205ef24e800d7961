//! A message as a HEP3 packet, for Homer and whoever else collects what is said in SIP.
//!
//! A packet has `HEP3`, its length, and chunks: a vendor (0, the common ones), a kind, a length with
//! these six bytes, and a value. Everything is in network order.

use crate::Traced;
use crate::redact::{self, Numbers};
use ids::CallId;
use sip_txn::{Local, Transport};
use std::net::IpAddr;

/// What fits into one datagram.
const PACKET_MAX: usize = 65_507;
/// Kind and length of a packet.
const HEAD: usize = 6;

/// Address families as HEP has them: those of Linux.
const INET: u8 = 2;
const INET6: u8 = 10;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// The protocol that is captured.
const SIP: u8 = 1;
/// Who captures, where several do.
const AGENT: u32 = 1;

/// The kinds of chunks that we write.
#[derive(Clone, Copy)]
enum Chunk {
    Family = 1,
    Protocol = 2,
    SourceV4 = 3,
    TargetV4 = 4,
    SourceV6 = 5,
    TargetV6 = 6,
    SourcePort = 7,
    TargetPort = 8,
    Seconds = 9,
    Micros = 10,
    Captured = 11,
    Agent = 12,
    Message = 15,
    /// What has the same here is one call, whatever its Call-IDs.
    Correlation = 17,
}

/// The packet for a message, of this call if that is known; `local` has our own addresses. `None` if it
/// does not fit into a datagram.
#[must_use]
pub fn packet(
    traced: &Traced,
    call: Option<CallId>,
    local: &Local,
    numbers: Numbers,
) -> Option<Vec<u8>> {
    let (from, to) = traced.path(local);
    let mut packet = b"HEP3\0\0".to_vec();
    let family = if from.is_ipv4() { INET } else { INET6 };
    let protocol = match traced.hop.transport {
        Transport::Udp => UDP,
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => TCP,
    };
    put(&mut packet, Chunk::Family, &[family])?;
    put(&mut packet, Chunk::Protocol, &[protocol])?;
    match from.ip() {
        IpAddr::V4(ip) => put(&mut packet, Chunk::SourceV4, &ip.octets())?,
        IpAddr::V6(ip) => put(&mut packet, Chunk::SourceV6, &ip.octets())?,
    }
    match to.ip() {
        IpAddr::V4(ip) => put(&mut packet, Chunk::TargetV4, &ip.octets())?,
        IpAddr::V6(ip) => put(&mut packet, Chunk::TargetV6, &ip.octets())?,
    }
    put(&mut packet, Chunk::SourcePort, &from.port().to_be_bytes())?;
    put(&mut packet, Chunk::TargetPort, &to.port().to_be_bytes())?;
    let micros = traced.at.as_micros().max(0);
    let part = |value: i64| u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
    put(&mut packet, Chunk::Seconds, &part(micros / 1_000_000))?;
    put(&mut packet, Chunk::Micros, &part(micros % 1_000_000))?;
    put(&mut packet, Chunk::Captured, &[SIP])?;
    put(&mut packet, Chunk::Agent, &AGENT.to_be_bytes())?;
    if let Some(call) = call {
        put(&mut packet, Chunk::Correlation, call.to_string().as_bytes())?;
    }
    put(&mut packet, Chunk::Message, &redact::message(&traced.bytes, numbers))?;
    let length = u16::try_from(packet.len()).ok().filter(|_| packet.len() <= PACKET_MAX)?;
    packet.get_mut(4..6)?.copy_from_slice(&length.to_be_bytes());
    Some(packet)
}

/// `None` if the value is too long for any chunk.
fn put(packet: &mut Vec<u8>, chunk: Chunk, value: &[u8]) -> Option<()> {
    packet.extend([0, 0]);
    packet.extend((chunk as u16).to_be_bytes());
    packet.extend(u16::try_from(value.len() + HEAD).ok()?.to_be_bytes());
    packet.extend(value);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Way;
    use clock::WallTime;
    use ids::FlowId;
    use sip_txn::Hop;
    use std::collections::BTreeMap;

    fn traced(peer: &str, transport: Transport, text: &str) -> Traced {
        let hop = Hop { transport, flow: FlowId(1), peer: peer.parse().unwrap() };
        let at = WallTime::from_micros(7_000_009);
        Traced { at, way: Way::Heard, hop, bytes: text.to_owned().into() }
    }

    /// The chunks of a packet, which must be whole.
    fn chunks(packet: &[u8]) -> BTreeMap<u16, Vec<u8>> {
        let short = |at: usize| u16::from_be_bytes([packet[at], packet[at + 1]]);
        assert_eq!(&packet[..4], b"HEP3");
        assert_eq!(usize::from(short(4)), packet.len());
        let (mut at, mut chunks) = (6, BTreeMap::new());
        while at < packet.len() {
            assert_eq!(short(at), 0, "the vendor");
            let length = usize::from(short(at + 4));
            assert!(chunks.insert(short(at + 2), packet[at + 6..at + length].to_vec()).is_none());
            at += length;
        }
        assert_eq!(at, packet.len());
        chunks
    }

    fn of(traced: &Traced, ours: &str, call: Option<CallId>) -> BTreeMap<u16, Vec<u8>> {
        let local = Local::new(ours.parse().unwrap());
        chunks(&packet(traced, call, &local, Numbers::Masked).unwrap())
    }

    #[test]
    fn a_packet_says_who_spoke_to_whom_when_and_in_which_call() {
        let text =
            "OPTIONS sip:0701234567@a SIP/2.0\r\nAuthorization: Digest response=\"1f\"\r\n\r\n";
        let traced = traced("192.0.2.7:5062", Transport::Udp, text);
        let chunks = of(&traced, "192.0.2.1:5060", Some(CallId(7)));
        let expected: [(u16, &[u8]); 12] = [
            (1, &[2]),
            (2, &[17]),
            (3, &[192, 0, 2, 7]),
            (4, &[192, 0, 2, 1]),
            (7, &5_062_u16.to_be_bytes()),
            (8, &5_060_u16.to_be_bytes()),
            (9, &7_u32.to_be_bytes()),
            (10, &9_u32.to_be_bytes()),
            (11, &[1]),
            (12, &1_u32.to_be_bytes()),
            (15, b"OPTIONS sip:xxxxxxxx67@a SIP/2.0\r\nAuthorization: Digest response=\"(redacted)\"\r\n\r\n"),
            (17, b"call-7"),
        ];
        for (kind, value) in &expected {
            assert_eq!(chunks[kind], *value, "chunk {kind}");
        }
        assert_eq!(chunks.len(), 12);
    }

    #[test]
    fn ipv6_and_connections_are_told_as_such() {
        let traced = traced("[2001:db8::7]:5062", Transport::Tls, "OPTIONS sip:a SIP/2.0\r\n\r\n");
        let chunks = of(&traced, "[2001:db8::1]:5061", None);
        assert_eq!((&chunks[&1][..], &chunks[&2][..]), (&[10][..], &[6][..]));
        assert_eq!((chunks[&5][15], chunks[&6][15]), (7, 1));
        assert!(!chunks.contains_key(&3) && !chunks.contains_key(&17));
    }

    #[test]
    fn what_fits_into_no_datagram_is_left_out() {
        let local = Local::new("192.0.2.1:5060".parse().unwrap());
        for (length, fits) in [(65_000, true), (65_450, false), (65_530, false), (70_000, false)] {
            let traced = traced("192.0.2.7:5062", Transport::Tcp, &"y".repeat(length));
            assert_eq!(packet(&traced, None, &local, Numbers::Shown).is_some(), fits, "{length}");
        }
    }
}
