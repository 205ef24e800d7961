//! Addresses of SIP (RFC 3261 §19.1), telephone numbers (RFC 3966) and, unread, all others.

use crate::cursor::Cursor;
use crate::host::port_number;
use crate::lexer::{Kind, split_at_byte, split_before, split_kind};
use crate::params::split_optional;
use crate::params_read::{self, InTel, InUri};
use crate::print::{self, Print, display};
use crate::text::Whole;
use crate::{Host, Malformed, Params, Text, URI_BYTES_MAX};
use bytes::Bytes;
use std::fmt;
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

/// A URI. For `tel:` the number is the user and the host is an empty name; for [`Scheme::Other`] all
/// that follows the colon is the user.
///
/// It is kept as it stands on the wire, and its parts are looked for when asked for. Two are equal that
/// stand the same; whether they mean the same says [`Uri::is_same`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri(
    /// A URI that has been read through, or put together here.
    Text,
);

/// The parts of a URI where they stand.
#[derive(Default)]
struct Pieces<'a> {
    user: Option<&'a [u8]>,
    /// With brackets.
    host: &'a [u8],
    port: Option<&'a [u8]>,
    /// From the first semicolon on.
    params: &'a [u8],
    /// What follows `?`.
    headers: Option<&'a [u8]>,
}

/// A [`Scheme`] without its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SchemeKind {
    Sip,
    Sips,
    Tel,
    Other,
}

/// All that a URI is put together from.
struct Parts {
    scheme: Scheme,
    user: Option<Text>,
    host: Host,
    port: Option<u16>,
    params: Params,
    headers: Option<Text>,
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
        let params = Params::default();
        Parts { scheme: Scheme::Sip, user, host, port, params, headers: None }.put_together()
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
        let mut cursor = Cursor::new(bytes);
        let is_usual = Self::read(&mut cursor)?;
        if !cursor.is_at_end() {
            return Err(Malformed::Uri);
        }
        let uri = Self(Text::part(whole, bytes));
        Ok(if is_usual { uri } else { uri.parts().put_together() })
    }

    /// Of text that has been read through, and is as usual.
    pub(crate) const fn of_part(text: Text) -> Self {
        Self(text)
    }

    /// Reads through a URI, up to what can be in none; whether it is written as usual, which is as it
    /// is printed.
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<bool, Malformed> {
        let start = cursor.at();
        let mut is_usual = cursor.eat_all(b"sip:");
        if is_usual {
            read_sip(cursor)?;
        } else {
            is_usual = read_other(cursor)?;
        }
        if cursor.at() - start > URI_BYTES_MAX {
            return Err(Malformed::Uri);
        }
        Ok(is_usual)
    }

    /// What kind of URI it is.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self.split_scheme() {
            (SchemeKind::Sip, _) => Scheme::Sip,
            (SchemeKind::Sips, _) => Scheme::Sips,
            (SchemeKind::Tel, _) => Scheme::Tel,
            (SchemeKind::Other, _) => {
                Scheme::Other(self.text(split_before(self.0.as_bytes(), b':').0))
            }
        }
    }

    /// The part before `@` as it stands on the wire: escaped, with a password if there is one.
    #[must_use]
    pub fn user(&self) -> Option<Text> {
        self.pieces().user.map(|user| self.text(user))
    }

    /// The part after `@`.
    #[must_use]
    pub fn host(&self) -> Host {
        Host::of_part(self.whole(), self.pieces().host)
    }

    /// The port, where it is named.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.pieces().port.and_then(port_number)
    }

    /// The URI's own parameters, such as `transport` or `lr`.
    #[must_use]
    pub fn params(&self) -> Params {
        Params::of_part(self.text(self.pieces().params))
    }

    /// What follows `?`, unread and without the `?`.
    #[must_use]
    pub fn headers(&self) -> Option<Text> {
        self.pieces().headers.map(|headers| self.text(headers))
    }

    /// The same with these parameters in place of its own.
    #[must_use]
    pub fn with_params(&self, params: Params) -> Self {
        Parts { params, ..self.parts() }.put_together()
    }

    /// The same with this parameter, in its place if it is there.
    #[must_use]
    pub fn with_param(&self, name: impl Into<Text>, value: Option<Text>) -> Self {
        let mut params = self.params();
        params.set(name, value);
        self.with_params(params)
    }

    /// The same without this parameter, every time it is there.
    #[must_use]
    pub fn without_param(&self, name: &str) -> Self {
        let mut params = self.params();
        params.remove(name);
        self.with_params(params)
    }

    /// The same without what follows `?`.
    #[must_use]
    pub fn without_headers(&self) -> Self {
        Parts { headers: None, ..self.parts() }.put_together()
    }

    /// The same in memory of its own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        Self(self.0.detached())
    }

    /// The user with its `%HH` escapes taken out, once, and without a password.
    #[must_use]
    pub fn user_unescaped(&self) -> Option<Text> {
        let (name, _) = split_before(self.pieces().user?, b':');
        Some(unescape(self.whole(), name))
    }

    /// Where to send to, if the host is an address. Without a port it is 5060, or 5061 for `sips:`.
    #[must_use]
    pub fn to_socket_addr(&self) -> Option<SocketAddr> {
        let is_secure = self.split_scheme().0 == SchemeKind::Sips;
        let default = if is_secure { PORT_DEFAULT_TLS } else { PORT_DEFAULT };
        Some(SocketAddr::new(self.host().ip()?, self.port().unwrap_or(default)))
    }

    /// Whether both mean the same resource (RFC 3261 §19.1.4).
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.parts(), other.parts());
        ours.scheme == theirs.scheme
            && unescaped(ours.user.as_ref()) == unescaped(theirs.user.as_ref())
            && ours.host.is_same(&theirs.host)
            && ours.port == theirs.port
            && params_agree(&ours.params, &theirs.params)
            && params_agree(&theirs.params, &ours.params)
            && unescaped(ours.headers.as_ref()) == unescaped(theirs.headers.as_ref())
    }

    fn parts(&self) -> Parts {
        Parts {
            scheme: self.scheme(),
            user: self.user(),
            host: self.host(),
            port: self.port(),
            params: self.params(),
            headers: self.headers(),
        }
    }

    /// What follows `?`; nothing without one.
    pub(crate) fn headers_part(&self) -> &[u8] {
        self.pieces().headers.unwrap_or_default()
    }

    /// What long parts of it are shared from.
    pub(crate) const fn whole(&self) -> Whole<'_> {
        self.0.whole()
    }

    fn text(&self, part: &[u8]) -> Text {
        Text::part(self.whole(), part)
    }

    fn split_scheme(&self) -> (SchemeKind, &[u8]) {
        SchemeKind::split_off(self.0.as_bytes()).unwrap_or((SchemeKind::Other, b""))
    }

    /// Its parts. What is in their way has been seen to when it was read.
    fn pieces(&self) -> Pieces<'_> {
        let (scheme, rest) = self.split_scheme();
        match scheme {
            SchemeKind::Sip | SchemeKind::Sips => Pieces::of_sip(rest),
            SchemeKind::Tel => {
                let (number, params) = split_before(rest, b';');
                Pieces { user: Some(number), params, ..Pieces::default() }
            }
            SchemeKind::Other => Pieces { user: Some(rest), ..Pieces::default() },
        }
    }
}

impl<'a> Pieces<'a> {
    fn of_sip(bytes: &'a [u8]) -> Self {
        // A user may hold `;` and `?`, but no bare `@`.
        let (user, rest) =
            split_at_byte(bytes, b'@').map_or((None, bytes), |(user, rest)| (Some(user), rest));
        let (rest, headers) = split_optional(rest, b'?');
        let (host_and_port, params) = split_before(rest, b';');
        let (host, port) = Host::split_port(host_and_port);
        Self { user, host, port, params, headers }
    }
}

/// Reads through what follows `sip:`.
#[inline]
fn read_sip(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    let start = cursor.at();
    // A user may hold `;` and `?`, so it is looked for first. It may not hold a bare `@`.
    cursor.skip(Kind::User);
    let user_end = cursor.at();
    if !cursor.eat(b'@') {
        cursor.go_back(start);
    } else if user_end == start {
        return Err(Malformed::Uri);
    }
    Host::skip(cursor)?;
    if cursor.eat(b':') {
        Host::skip_port(cursor)?;
    }
    if cursor.peek() == Some(b';') {
        params_read::read::<InUri>(cursor)?;
    }
    if cursor.eat(b'?') {
        cursor.skip(Kind::Uri);
    }
    Ok(())
}

/// Reads through a URI that does not begin with `sip:`; whether its scheme is written as usual.
#[cold]
fn read_other(cursor: &mut Cursor<'_>) -> Result<bool, Malformed> {
    let uri = cursor.rest();
    let (kind, after) = SchemeKind::split_off(uri).ok_or(Malformed::Uri)?;
    cursor.advance(uri.len() - after.len());
    match kind {
        SchemeKind::Sip | SchemeKind::Sips => read_sip(cursor)?,
        SchemeKind::Tel => read_tel(cursor)?,
        SchemeKind::Other if cursor.take(Kind::Uri).is_empty() => return Err(Malformed::Uri),
        SchemeKind::Other => {}
    }
    Ok(kind.is_usual(uri))
}

/// Reads through what follows `tel:`.
fn read_tel(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    let start = cursor.at();
    let (number, _) = split_before(cursor.take(Kind::Uri), b';');
    let end = cursor.at();
    cursor.go_back(start + number.len());
    params_read::read::<InTel>(cursor)?;
    if number.is_empty() || cursor.at() != end { Err(Malformed::Uri) } else { Ok(()) }
}

impl Parts {
    fn put_together(&self) -> Uri {
        let mut out = Vec::with_capacity(64);
        out.extend_from_slice(self.scheme.as_bytes());
        out.push(b':');
        out.extend_from_slice(self.user.as_ref().map_or(b"", Text::as_bytes));
        if matches!(self.scheme, Scheme::Sip | Scheme::Sips) {
            if self.user.is_some() {
                out.push(b'@');
            }
            self.host.print(&mut out);
            if let Some(port) = self.port {
                out.push(b':');
                print::number(&mut out, u64::from(port));
            }
        }
        self.params.print(&mut out);
        if let Some(headers) = &self.headers {
            out.push(b'?');
            out.extend_from_slice(headers.as_bytes());
        }
        Uri(Text::copied(&out))
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
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

impl SchemeKind {
    /// Splits after the scheme that `bytes` begin with, and its colon.
    #[inline]
    fn split_off(bytes: &[u8]) -> Option<(Self, &[u8])> {
        match bytes {
            [b's' | b'S', b'i' | b'I', b'p' | b'P', b':', rest @ ..] => Some((Self::Sip, rest)),
            [b's' | b'S', b'i' | b'I', b'p' | b'P', b's' | b'S', b':', rest @ ..] => {
                Some((Self::Sips, rest))
            }
            [b't' | b'T', b'e' | b'E', b'l' | b'L', b':', rest @ ..] => Some((Self::Tel, rest)),
            [b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let (_, after) = split_kind(bytes, Kind::Token);
                after.strip_prefix(b":").map(|rest| (Self::Other, rest))
            }
            _ => None,
        }
    }

    /// Whether a scheme that has a name of its own is written as it is printed.
    fn is_usual(self, uri: &[u8]) -> bool {
        match self {
            Self::Sip => uri.starts_with(b"sip"),
            Self::Sips => uri.starts_with(b"sips"),
            Self::Tel => uri.starts_with(b"tel"),
            Self::Other => true,
        }
    }
}

impl Scheme {
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
        out.extend_from_slice(self.0.as_bytes());
    }
}
display!(Uri);
