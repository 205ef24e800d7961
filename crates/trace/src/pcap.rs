//! A call as a pcap file, for Wireshark and sngrep.
//!
//! The file has whole IP packets (`LINKTYPE_RAW`) with right lengths and checksums. UDP is UDP. What
//! came over a connection is written as a TCP stream whose numbers are made up; what came encrypted is
//! written in the clear, in the same way.

use crate::redact::{self, Numbers};
use crate::{CallTrace, Path, Traced};
use sip_txn::{Local, Transport};
use std::collections::BTreeMap;
use std::net::IpAddr;

const MAGIC: u32 = 0xa1b2_c3d4;
/// `LINKTYPE_RAW`: each packet begins with its IPv4 or IPv6 header.
const RAW: u32 = 101;
/// The longest packet.
const SNAPLEN: u32 = 65_535;
/// Bytes of a message in one TCP segment.
const SEGMENT_MAX: usize = 1_400;
/// Bytes of a message in one datagram: what fits into IPv4.
const DATAGRAM_MAX: usize = 65_507;
const HOPS: u8 = 64;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// PSH and ACK.
const PUSH: u8 = 0x18;

/// Writes the messages of a call; `local` has our own addresses.
#[must_use]
pub fn write(call: &CallTrace, local: &Local, numbers: Numbers) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(MAGIC.to_le_bytes());
    file.extend([2, 0, 4, 0]);
    file.extend([0; 8]);
    file.extend(SNAPLEN.to_le_bytes());
    file.extend(RAW.to_le_bytes());
    let mut streams = BTreeMap::new();
    for traced in &call.messages {
        for packet in packets(traced, local, numbers, &mut streams) {
            record(&mut file, traced, &packet);
        }
    }
    file
}

fn record(file: &mut Vec<u8>, traced: &Traced, packet: &[u8]) {
    let micros = traced.at.as_micros().max(0);
    let part = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let length = u32::try_from(packet.len()).unwrap_or(SNAPLEN);
    for field in [part(micros / 1_000_000), part(micros % 1_000_000), length, length] {
        file.extend(field.to_le_bytes());
    }
    file.extend(packet);
}

fn packets(
    traced: &Traced,
    local: &Local,
    numbers: Numbers,
    streams: &mut BTreeMap<Path, u32>,
) -> Vec<Vec<u8>> {
    let message = redact::message(&traced.bytes, numbers);
    let path = traced.path(local);
    match traced.hop.transport {
        Transport::Udp => {
            let message = message.get(..DATAGRAM_MAX).unwrap_or(&message);
            vec![ip(path, UDP, udp(path, message))]
        }
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
            let segments = message.chunks(SEGMENT_MAX);
            segments.map(|segment| ip(path, TCP, tcp(path, segment, streams))).collect()
        }
    }
}

/// RFC 768.
fn udp((from, to): Path, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::with_capacity(payload.len() + 8);
    packet.extend(from.port().to_be_bytes());
    packet.extend(to.port().to_be_bytes());
    packet.extend(short(payload.len() + 8).to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(payload);
    // A sum of nought would say that there is none.
    let sum = match checksum(&[&pseudo((from, to), UDP, packet.len()), &packet]) {
        0 => 0xffff,
        sum => sum,
    };
    put(&mut packet, 6, sum);
    packet
}

/// RFC 9293 §3.1.
fn tcp((from, to): Path, payload: &[u8], streams: &mut BTreeMap<Path, u32>) -> Vec<u8> {
    let heard = streams.get(&(to, from)).copied().unwrap_or(1);
    let next = streams.entry((from, to)).or_insert(1);
    let mut packet = Vec::with_capacity(payload.len() + 20);
    packet.extend(from.port().to_be_bytes());
    packet.extend(to.port().to_be_bytes());
    packet.extend(next.to_be_bytes());
    packet.extend(heard.to_be_bytes());
    packet.extend([5 << 4, PUSH, 0xff, 0xff, 0, 0, 0, 0]);
    packet.extend(payload);
    *next = next.wrapping_add(short(payload.len()).into());
    let sum = checksum(&[&pseudo((from, to), TCP, packet.len()), &packet]);
    put(&mut packet, 16, sum);
    packet
}

/// RFC 791 §3.1 and RFC 8200 §3.
fn ip((from, to): Path, protocol: u8, payload: Vec<u8>) -> Vec<u8> {
    let mut packet = Vec::with_capacity(payload.len() + 40);
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            packet.extend([0x45, 0]);
            packet.extend(short(payload.len() + 20).to_be_bytes());
            packet.extend([0, 0, 0x40, 0, HOPS, protocol, 0, 0]);
            packet.extend(from.octets());
            packet.extend(to.octets());
            let sum = checksum(&[&packet]);
            put(&mut packet, 10, sum);
        }
        (from, to) => {
            packet.extend([0x60, 0, 0, 0]);
            packet.extend(short(payload.len()).to_be_bytes());
            packet.extend([protocol, HOPS]);
            packet.extend(sixteen(from));
            packet.extend(sixteen(to));
        }
    }
    packet.extend(payload);
    packet
}

/// What the sums of UDP and TCP cover beside the packet itself.
fn pseudo((from, to): Path, protocol: u8, length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(40);
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            header.extend(from.octets());
            header.extend(to.octets());
        }
        (from, to) => {
            header.extend(sixteen(from));
            header.extend(sixteen(to));
        }
    }
    header.extend([0, protocol]);
    header.extend(short(length).to_be_bytes());
    header
}

const fn sixteen(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
        IpAddr::V6(ip) => ip.octets(),
    }
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn put(packet: &mut [u8], at: usize, value: u16) {
    if let Some(field) = packet.get_mut(at..at + 2) {
        field.copy_from_slice(&value.to_be_bytes());
    }
}

/// RFC 1071. Each part but the last is of even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for part in parts {
        for pair in part.chunks(2) {
            let (high, low) = (pair.first().copied(), pair.get(1).copied());
            let pair = [high.unwrap_or_default(), low.unwrap_or_default()];
            sum += u32::from(u16::from_be_bytes(pair));
            sum = (sum & 0xffff) + (sum >> 16);
        }
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Way;
    use clock::WallTime;
    use ids::FlowId;
    use sip_txn::Hop;

    const OPTIONS: &str = "OPTIONS sip:a SIP/2.0\r\n\r\n";

    fn file(ours: &str, peer: &str, transport: Transport, messages: &[(Way, &str)]) -> Vec<u8> {
        let hop = Hop { transport, flow: FlowId(1), peer: peer.parse().unwrap() };
        let at = WallTime::from_micros(7_000_009);
        let traced = |(way, text): &(Way, &str)| Traced {
            at,
            way: *way,
            hop,
            bytes: (*text).to_owned().into(),
        };
        let call = CallTrace { messages: messages.iter().map(traced).collect(), forgotten: 0 };
        write(&call, &Local::new(ours.parse().unwrap()), Numbers::Masked)
    }

    /// The packets of a file, whose records must be whole.
    fn split(file: &[u8]) -> Vec<&[u8]> {
        let mut rest = &file[24..];
        let mut packets = Vec::new();
        while !rest.is_empty() {
            assert_eq!(rest[..8], [7, 0, 0, 0, 9, 0, 0, 0], "the time");
            let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
            packets.push(&rest[16..16 + length]);
            rest = &rest[16 + length..];
        }
        packets
    }

    #[test]
    fn a_datagram_in_ipv4_has_the_right_lengths_and_sums() {
        let file =
            file("192.0.2.1:5060", "192.0.2.7:5062", Transport::Udp, &[(Way::Heard, OPTIONS)]);
        assert_eq!(file[..4], [0xd4, 0xc3, 0xb2, 0xa1]);
        assert_eq!(file[20..24], [101, 0, 0, 0]);
        let packets = split(&file);
        let [packet] = packets[..] else { panic!("{packets:?}") };
        assert_eq!(packet.len(), 20 + 8 + OPTIONS.len());
        assert_eq!(packet[12..20], [192, 0, 2, 7, 192, 0, 2, 1]);
        // A sum over what holds its own sum is nought.
        assert_eq!(checksum(&[&packet[..20]]), 0);
        let path = ("192.0.2.7:5062".parse().unwrap(), "192.0.2.1:5060".parse().unwrap());
        assert_eq!(checksum(&[&pseudo(path, UDP, packet.len() - 20), &packet[20..]]), 0);
        assert!(packet.ends_with(OPTIONS.as_bytes()));
    }

    #[test]
    fn a_stream_in_ipv6_goes_on_where_it_was_and_is_cut_into_segments() {
        let long = format!("OPTIONS sip:a SIP/2.0\r\nX: {}\r\n\r\n", "y".repeat(2_000));
        let file = file(
            "[2001:db8::1]:5060",
            "[2001:db8::7]:5062",
            Transport::Tls,
            &[(Way::Said, &long), (Way::Heard, OPTIONS), (Way::Said, OPTIONS)],
        );
        let packets = split(&file);
        let numbers = |packet: &[u8]| {
            let field = |at: usize| u32::from_be_bytes(packet[at..at + 4].try_into().unwrap());
            (field(44), field(48))
        };
        let end = 1 + u32::try_from(long.len()).unwrap();
        let seen: Vec<_> = packets.iter().map(|packet| numbers(packet)).collect();
        assert_eq!(seen, [(1, 1), (1_401, 1), (1, end), (end, 26)]);
        let path = ("[2001:db8::1]:5060".parse().unwrap(), "[2001:db8::7]:5062".parse().unwrap());
        assert_eq!(checksum(&[&pseudo(path, TCP, 20 + 1_400), &packets[0][40..]]), 0);
    }
}
