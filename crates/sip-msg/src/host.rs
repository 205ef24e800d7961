//! Where a URI or a Via points: a name or an address.

use crate::cursor::Cursor;
use crate::lexer::{Kind, find, number, split_before, split_digits};
use crate::print::{self, Print, display};
use crate::text::Whole;
use crate::{Malformed, Text};
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host (RFC 3261 §25.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A name, case as it came. Empty for URIs without a host, such as `tel:`.
    Name(Text),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address, in brackets on the wire.
    V6(Ipv6Addr),
}

impl Host {
    /// The address, if it is one and not a name.
    #[must_use]
    pub const fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::V4(ip) => Some(IpAddr::V4(*ip)),
            Self::V6(ip) => Some(IpAddr::V6(*ip)),
        }
    }

    /// The same in memory of its own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        match self {
            Self::Name(name) => Self::Name(name.detached()),
            Self::V4(ip) => Self::V4(*ip),
            Self::V6(ip) => Self::V6(*ip),
        }
    }

    /// Whether both are the same host: names without regard to case.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(a), Self::Name(b)) => a.as_bytes().eq_ignore_ascii_case(b.as_bytes()),
            (Self::V4(_) | Self::V6(_), _) | (_, Self::V4(_) | Self::V6(_)) => self == other,
        }
    }

    /// Steps over a host, which may be in brackets.
    #[inline]
    pub(crate) fn skip(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        if cursor.peek() == Some(b'[') {
            return Self::skip_brackets(cursor);
        }
        let name = cursor.take(Kind::HostName);
        if name.is_empty() { Err(Malformed::Host) } else { Ok(()) }
    }

    #[cold]
    fn skip_brackets(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        let start = cursor.at();
        let len = memchr::memchr(b']', cursor.rest()).ok_or(Malformed::Host)?;
        cursor.advance(len + 1);
        ipv6(cursor.since(start)).map(drop).ok_or(Malformed::Host)
    }

    /// Steps over a port.
    #[inline]
    pub(crate) fn skip_port(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        match cursor.take_number() {
            Some(port) if port <= u32::from(u16::MAX) => Ok(()),
            Some(_) | None => Err(Malformed::Port),
        }
    }

    /// Splits `host[:port]` that has been read through.
    pub(crate) fn split_port(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
        let brackets = if bytes.starts_with(b"[") { split_before(bytes, b']').0.len() } else { 0 };
        let rest = bytes.get(brackets..).unwrap_or_default();
        match find(rest, b':') {
            Some(at) => {
                let (host, port) = bytes.split_at_checked(brackets + at).unwrap_or_default();
                (host, port.get(1..))
            }
            None => (bytes, None),
        }
    }

    /// Of a host as it stands.
    pub(crate) fn of_part(whole: Whole<'_>, host: &[u8]) -> Self {
        let address = ipv4(host).map(Self::V4).or_else(|| ipv6(host).map(Self::V6));
        address.unwrap_or_else(|| Self::Name(Text::part(whole, host)))
    }
}

/// The port that these digits say.
#[inline]
pub(crate) fn port_number(digits: &[u8]) -> Option<u16> {
    number(digits).and_then(|port| u16::try_from(port).ok())
}

/// An address in brackets.
fn ipv6(bytes: &[u8]) -> Option<Ipv6Addr> {
    let inside = bytes.strip_prefix(b"[")?.strip_suffix(b"]")?;
    std::str::from_utf8(inside).ok()?.parse().ok()
}

/// Four numbers with dots between, none with a zero before it (RFC 6943 §3.1.1: some take that for
/// octal).
fn ipv4(bytes: &[u8]) -> Option<Ipv4Addr> {
    let mut parts = [0; 4];
    let mut rest = bytes;
    for (at, part) in parts.iter_mut().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let (digits, after) = split_digits(rest);
        if matches!(digits, [b'0', _, ..] | [_, _, _, _, ..]) {
            return None;
        }
        *part = u8::try_from(number(digits)?).ok()?;
        rest = after;
    }
    rest.is_empty().then(|| Ipv4Addr::from(parts))
}

impl From<IpAddr> for Host {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => Self::V4(ip),
            IpAddr::V6(ip) => Self::V6(ip),
        }
    }
}

impl Print for Host {
    fn print(&self, out: &mut Vec<u8>) {
        match self {
            Self::Name(name) => out.extend_from_slice(name.as_bytes()),
            Self::V4(ip) => {
                for (at, part) in ip.octets().into_iter().enumerate() {
                    if at > 0 {
                        out.push(b'.');
                    }
                    print::number(out, u64::from(part));
                }
            }
            // Writing to a Vec cannot fail.
            Self::V6(ip) => drop(write!(out, "[{ip}]")),
        }
    }
}
display!(Host);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_only_if_nobody_can_read_it_otherwise() {
        let texts = ["192.0.2.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "01.2.3.4", "1.2.3"];
        for text in
            texts.into_iter().chain(["1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.0000"])
        {
            assert_eq!(ipv4(text.as_bytes()), text.parse().ok(), "{text}");
        }
    }
}
