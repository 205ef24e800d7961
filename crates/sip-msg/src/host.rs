//! Where a URI or a Via points: a name or an address.

use crate::lexer::{number, split_at_byte};
use crate::print::{Print, display};
use crate::{Malformed, Text};
use bytes::Bytes;
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

    /// Whether both are the same host: names without regard to case.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(a), Self::Name(b)) => a.as_bytes().eq_ignore_ascii_case(b.as_bytes()),
            (Self::V4(_) | Self::V6(_), _) | (_, Self::V4(_) | Self::V6(_)) => self == other,
        }
    }

    /// Parses `host[:port]`; all of `bytes` must be that.
    pub(crate) fn parse_with_port(
        whole: &Bytes,
        bytes: &[u8],
    ) -> Result<(Self, Option<u16>), Malformed> {
        if let Some(v6) = bytes.strip_prefix(b"[") {
            let (inside, rest) = split_at_byte(v6, b']').ok_or(Malformed::Host)?;
            let ip = ascii(inside).and_then(|text| text.parse().ok()).ok_or(Malformed::Host)?;
            return Ok((Self::V6(ip), port_after_colon(rest)?));
        }
        match split_at_byte(bytes, b':') {
            None => Ok((Self::parse_name(whole, bytes)?, None)),
            Some((host, port)) => {
                Ok((Self::parse_name(whole, host.trim_ascii_end())?, Some(parse_port(port)?)))
            }
        }
    }

    fn parse_name(whole: &Bytes, bytes: &[u8]) -> Result<Self, Malformed> {
        // `_` is no part of a host name, yet container networks are full of them.
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        if bytes.is_empty() || !bytes.iter().all(is_name) {
            return Err(Malformed::Host);
        }
        let starts_like_ip = bytes.first().is_some_and(u8::is_ascii_digit);
        let ip = starts_like_ip.then(|| ascii(bytes)?.parse().ok()).flatten();
        Ok(ip.map_or_else(|| Self::Name(Text::part(whole, bytes)), Self::V4))
    }
}

fn ascii(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn port_after_colon(bytes: &[u8]) -> Result<Option<u16>, Malformed> {
    if bytes.is_empty() {
        return Ok(None);
    }
    parse_port(bytes.trim_ascii_start().strip_prefix(b":").ok_or(Malformed::Port)?).map(Some)
}

fn parse_port(bytes: &[u8]) -> Result<u16, Malformed> {
    number(bytes.trim_ascii()).and_then(|port| u16::try_from(port).ok()).ok_or(Malformed::Port)
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
        use std::io::Write as _;
        // Writing to a Vec cannot fail.
        match self {
            Self::Name(name) => out.extend_from_slice(name.as_bytes()),
            Self::V4(ip) => drop(write!(out, "{ip}")),
            Self::V6(ip) => drop(write!(out, "[{ip}]")),
        }
    }
}
display!(Host);
