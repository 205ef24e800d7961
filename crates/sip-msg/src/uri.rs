//! Addresses of SIP (RFC 3261 §19.1), telephone numbers (RFC 3966) and, unread, all others.

use crate::lexer::{is_token, split_at_byte};
use crate::params::{split_optional, split_params};
use crate::print::{Print, display, number};
use crate::text::Whole;
use crate::{Host, Malformed, Params, Text, URI_BYTES_MAX};
use bytes::Bytes;
use std::net::SocketAddr;
use std::str::FromStr;

/// The port where none is named (RFC 3261 §19.1.2).
const PORT_DEFAULT: u16 = 5060;
/// The same for `sips:`.
const PORT_DEFAULT_TLS: u16 = 5061;

/// What kind of URI it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
    /// `tel:`
    Tel,
    /// Any other, as it came.
    Other(Text),
}

/// A URI. For `tel:` the number is in `user` and the host is an empty name; for
/// [`Scheme::Other`] all that follows the colon is in `user`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri {
    /// What kind of URI it is.
    pub scheme: Scheme,
    /// The part before `@` as it stands on the wire: escaped, with a password if there is one.
    pub user: Option<Text>,
    /// The part after `@`.
    pub host: Host,
    /// The port, where it is named.
    pub port: Option<u16>,
    /// The URI's own parameters, such as `transport` or `lr`.
    pub params: Params,
    /// What follows `?`, unread and without the `?`.
    pub headers: Option<Text>,
}

impl Uri {
    /// `sip:user@address`, or `sip:address` for an empty user. The user is escaped as needed.
    #[must_use]
    pub fn sip(user: impl Into<Text>, address: SocketAddr) -> Self {
        Self::sip_host(user, Host::from(address.ip()), Some(address.port()))
    }

    /// `sip:user@host[:port]`, or without the user if that is empty. The user is escaped as needed.
    #[must_use]
    pub fn sip_host(user: impl Into<Text>, host: Host, port: Option<u16>) -> Self {
        let user: Text = user.into();
        let user = (!user.is_empty()).then(|| escape(&user));
        Self { scheme: Scheme::Sip, user, host, port, params: Params::default(), headers: None }
    }

    /// Parses a URI, which must be all of `text`.
    ///
    /// # Errors
    /// [`Malformed`] if it has no scheme, holds white space, quotes or brackets, is longer than
    /// [`URI_BYTES_MAX`], or is a `sip:` URI with a bad host, port or parameter.
    pub fn parse(text: impl Into<Text>) -> Result<Self, Malformed> {
        let text: Text = text.into();
        Self::parse_part(text.whole(), text.as_bytes())
    }

    pub(crate) fn parse_part(whole: Whole<'_>, bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > URI_BYTES_MAX || !is_free_of_marks(bytes) {
            return Err(Malformed::Uri);
        }
        let (scheme, rest) = split_at_byte(bytes, b':').ok_or(Malformed::Uri)?;
        match Scheme::parse(whole, scheme)? {
            scheme @ (Scheme::Sip | Scheme::Sips) => Self::parse_sip(whole, scheme, rest),
            Scheme::Tel => Self::parse_tel(whole, rest),
            scheme @ Scheme::Other(_) => {
                Self::opaque(scheme, Text::part(whole, rest), Params::default())
            }
        }
    }

    fn parse_sip(whole: Whole<'_>, scheme: Scheme, rest: &[u8]) -> Result<Self, Malformed> {
        // A user may hold `;` and `?`, so it is cut off first. It may not hold a bare `@`.
        let (user, rest) = match split_at_byte(rest, b'@') {
            Some((b"", _)) => return Err(Malformed::Uri),
            Some((user, rest)) => (Some(Text::part(whole, user)), rest),
            None => (None, rest),
        };
        let (host, port, rest) = Host::split_off(whole, rest)?;
        let (params, headers) = split_optional(rest, b'?');
        let params = Params::parse(whole, params)?;
        let headers = headers.map(|headers| Text::part(whole, headers));
        Ok(Self { scheme, user, host, port, params, headers })
    }

    fn parse_tel(whole: Whole<'_>, rest: &[u8]) -> Result<Self, Malformed> {
        let (number, params) = split_params(rest);
        Self::opaque(Scheme::Tel, Text::part(whole, number), Params::parse(whole, params)?)
    }

    fn opaque(scheme: Scheme, user: Text, params: Params) -> Result<Self, Malformed> {
        if user.is_empty() {
            return Err(Malformed::Uri);
        }
        let host = Host::Name(Text::default());
        Ok(Self { scheme, user: Some(user), host, port: None, params, headers: None })
    }

    /// The same in memory of its own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        Self {
            scheme: match &self.scheme {
                Scheme::Other(name) => Scheme::Other(name.detached()),
                known @ (Scheme::Sip | Scheme::Sips | Scheme::Tel) => known.clone(),
            },
            user: self.user.as_ref().map(Text::detached),
            host: self.host.detached(),
            port: self.port,
            params: self.params.detached(),
            headers: self.headers.as_ref().map(Text::detached),
        }
    }

    /// The user with its `%HH` escapes taken out, once, and without a password.
    #[must_use]
    pub fn user_unescaped(&self) -> Option<Text> {
        let user = self.user.as_ref()?;
        let (name, _) = split_optional(user.as_bytes(), b':');
        Some(unescape(user.whole(), name))
    }

    /// Where to send to, if the host is an address. Without a port it is 5060, or 5061 for `sips:`.
    #[must_use]
    pub fn to_socket_addr(&self) -> Option<SocketAddr> {
        let default = if self.scheme == Scheme::Sips { PORT_DEFAULT_TLS } else { PORT_DEFAULT };
        Some(SocketAddr::new(self.host.ip()?, self.port.unwrap_or(default)))
    }

    /// Whether both mean the same resource (RFC 3261 §19.1.4).
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && unescaped(self.user.as_ref()) == unescaped(other.user.as_ref())
            && self.host.is_same(&other.host)
            && self.port == other.port
            && params_agree(&self.params, &other.params)
            && params_agree(&other.params, &self.params)
            && unescaped(self.headers.as_ref()) == unescaped(other.headers.as_ref())
    }
}

/// A parameter that both have must be the same in both; one of these must be in both or in none;
/// any other that only one has is ignored.
fn params_agree(ours: &Params, theirs: &Params) -> bool {
    const IN_BOTH: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];
    ours.iter().all(|(name, value)| match (name.as_str(), value) {
        (Some(name), value) if theirs.has(name) => {
            match (unescaped(value.as_ref()), unescaped(theirs.get(name).as_ref())) {
                (Some(a), Some(b)) => a.as_bytes().eq_ignore_ascii_case(b.as_bytes()),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
        }
        (Some(name), _) => !IN_BOTH.iter().any(|must| must.eq_ignore_ascii_case(name)),
        (None, _) => true,
    })
}

fn unescaped(text: Option<&Text>) -> Option<Text> {
    text.map(|text| unescape(text.whole(), text.as_bytes()))
}

/// Takes `%HH` escapes out. A `%` that begins none stays.
pub(crate) fn unescape(whole: Whole<'_>, bytes: &[u8]) -> Text {
    if memchr::memchr(b'%', bytes).is_none() {
        return Text::part(whole, bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'%', [high, low, beyond @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    plain.push(high << 4 | low);
                    rest = beyond;
                }
                (None, _) | (_, None) => plain.push(b'%'),
            },
            (byte, _) => plain.push(*byte),
        }
    }
    Text::from(Bytes::from(plain))
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Escapes what a user part may not hold (RFC 3261 §25.1 `user`).
fn escape(user: &Text) -> Text {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&byte);
    if user.as_bytes().iter().copied().all(is_plain) {
        return user.clone();
    }
    let mut escaped = Vec::with_capacity(user.len() + 8);
    for &byte in user.as_bytes() {
        if is_plain(byte) {
            escaped.push(byte);
        } else {
            let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
            escaped.push(b'%');
            for nibble in [byte >> 4, byte & 15] {
                escaped.extend(digit(nibble).to_ascii_uppercase().to_string().bytes());
            }
        }
    }
    Text::from(Bytes::from(escaped))
}

/// Whether there is nothing in it that ends a URI wherever it stands. Each byte is looked at, whatever
/// the one before was: so many are looked at in one step.
fn is_free_of_marks(bytes: &[u8]) -> bool {
    let is_mark = |byte: u8| {
        (byte <= b' ') | (byte == 0x7f) | (byte == b'<') | (byte == b'>') | (byte == b'"')
    };
    !bytes.iter().fold(false, |found, byte| found | is_mark(*byte))
}

impl Scheme {
    fn parse(whole: Whole<'_>, name: &[u8]) -> Result<Self, Malformed> {
        if name.eq_ignore_ascii_case(b"sip") {
            Ok(Self::Sip)
        } else if name.eq_ignore_ascii_case(b"sips") {
            Ok(Self::Sips)
        } else if name.eq_ignore_ascii_case(b"tel") {
            Ok(Self::Tel)
        } else if is_token(name) && name.first().is_some_and(u8::is_ascii_alphabetic) {
            Ok(Self::Other(Text::part(whole, name)))
        } else {
            Err(Malformed::Uri)
        }
    }

    /// The name on the wire, without the colon.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sip => b"sip",
            Self::Sips => b"sips",
            Self::Tel => b"tel",
            Self::Other(name) => name.as_bytes(),
        }
    }
}

impl FromStr for Uri {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(Text::copied(text.as_bytes()))
    }
}

impl Print for Uri {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.scheme.as_bytes());
        out.push(b':');
        out.extend_from_slice(self.user.as_ref().map_or(b"", Text::as_bytes));
        match &self.scheme {
            Scheme::Sip | Scheme::Sips => {
                if self.user.is_some() {
                    out.push(b'@');
                }
                self.host.print(out);
            }
            Scheme::Tel | Scheme::Other(_) => {}
        }
        if let Some(port) = self.port {
            out.push(b':');
            number(out, u64::from(port));
        }
        self.params.print(out);
        if let Some(headers) = &self.headers {
            out.push(b'?');
            out.extend_from_slice(headers.as_bytes());
        }
    }
}
display!(Uri);
