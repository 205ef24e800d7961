//! A socket for datagrams, and what one of them is.

use crate::Limits;
use crate::arrival::{Arrival, Deliver};
use crate::meters::Meters;
use crate::reading::{Heard, read_message};
use crate::stun;
use bytes::Bytes;
use sip_txn::Hop;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, UdpSocket};

/// Binds the socket and asks the kernel for room.
pub(crate) fn bind(address: SocketAddr, limits: &Limits) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        // Otherwise IPv4 peers would appear under two kinds of address.
        socket.set_only_v6(true)?;
    }
    // Less room than asked for only means that a storm is dropped sooner.
    let _ = socket.set_recv_buffer_size(limits.udp_buffer_bytes);
    let _ = socket.set_send_buffer_size(limits.udp_buffer_bytes);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// Delivers one datagram, or says what to send back to its sender.
pub(crate) fn take(
    datagram: &[u8],
    hop: Hop,
    meters: &Meters,
    deliver: &impl Deliver,
) -> Option<Bytes> {
    if is_blank(datagram) {
        meters.blank.increment(1);
        return stun::answer(datagram, hop.peer);
    }
    match read_message(Bytes::copy_from_slice(datagram), hop.peer) {
        Heard::Message(message) => {
            meters.received.increment(1);
            deliver(Arrival::Message { hop, message });
            None
        }
        Heard::Faulty(reply) => reply,
    }
}

/// Keep-alives are line ends, or STUN (RFC 5626 §4.4.2), whose first two bits are zero; no SIP
/// message begins with a control character.
fn is_blank(datagram: &[u8]) -> bool {
    match datagram.first() {
        None | Some(0..=0x08) => true,
        Some(b'\r' | b'\n' | b' ' | b'\t') => datagram.iter().all(u8::is_ascii_whitespace),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alives_are_told_from_messages() {
        for blank in [&b""[..], b"\r\n\r\n", b"\0", b"\x00\x01\x00\x00\x21\x12\xa4\x42"] {
            assert!(is_blank(blank));
        }
        // RFC 3261 §7.5: line ends before the start line are passed over.
        for message in [&b"OPTIONS sip:a SIP/2.0"[..], b"\r\nOPTIONS sip:a SIP/2.0"] {
            assert!(!is_blank(message));
        }
    }
}
