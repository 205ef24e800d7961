//! Addresses of SIP (RFC 3261 §19.1), telephone numbers (RFC 3966) and, unread, all others.

use crate::lexer::{Kind, all_are, is_token, split_at_byte, split_before};
use crate::params::{split_optional, split_params};
use crate::print::{Print, display, number};
use crate::text::Whole;
use crate::{Host, Malformed, Params, Text, URI_BYTES_MAX};
use bytes::Bytes;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
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
/// It is kept as it stands on the wire, with what is where in it, and its parts are cut out when asked
/// for. Two are equal that stand the same; whether they mean the same says [`Uri::is_same`].
#[derive(Clone)]
pub struct Uri {
    text: Text,
    marks: Marks,
}

/// Where the parts of a URI are.
#[derive(Clone, Copy)]
struct Marks {
    scheme: SchemeKind,
    /// The colon after the scheme.
    colon: u32,
    /// The end of the user; the colon where there is none.
    user_end: u32,
    /// The start of the host, brackets included.
    host: u32,
    host_end: u32,
    port: Option<u16>,
    /// The start of the parameters, which is the end of the port.
    params: u32,
    /// The end of the parameters: that of the URI, or the `?`.
    params_end: u32,
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
        let marks = Marks::find(bytes)?;
        let text = Text::part(whole, bytes);
        Ok(if marks.is_named_as_usual(bytes) {
            Self { text, marks }
        } else {
            Self { text, marks }.parts().put_together()
        })
    }

    /// What kind of URI it is.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self.marks.scheme {
            SchemeKind::Sip => Scheme::Sip,
            SchemeKind::Sips => Scheme::Sips,
            SchemeKind::Tel => Scheme::Tel,
            SchemeKind::Other => Scheme::Other(self.cut(0, self.marks.colon)),
        }
    }

    /// The part before `@` as it stands on the wire: escaped, with a password if there is one.
    #[must_use]
    pub fn user(&self) -> Option<Text> {
        let Marks { colon, user_end, .. } = self.marks;
        (user_end > colon).then(|| self.cut(colon + 1, user_end))
    }

    /// The part after `@`.
    #[must_use]
    pub fn host(&self) -> Host {
        let host = self.bytes(self.marks.host, self.marks.host_end);
        Host::of_part(self.whole(), host)
    }

    /// The port, where it is named.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.marks.port
    }

    /// The URI's own parameters, such as `transport` or `lr`.
    #[must_use]
    pub fn params(&self) -> Params {
        Params::of_part(self.cut(self.marks.params, self.marks.params_end))
    }

    /// What follows `?`, unread and without the `?`.
    #[must_use]
    pub fn headers(&self) -> Option<Text> {
        let has_any = self.text.len() > self.marks.params_end as usize;
        has_any.then(|| Text::part(self.whole(), self.headers_part()))
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
        Self { text: self.text.detached(), marks: self.marks }
    }

    /// The user with its `%HH` escapes taken out, once, and without a password.
    #[must_use]
    pub fn user_unescaped(&self) -> Option<Text> {
        let Marks { colon, user_end, .. } = self.marks;
        let user = (user_end > colon).then(|| self.bytes(colon + 1, user_end))?;
        let (name, _) = split_optional(user, b':');
        Some(unescape(self.whole(), name))
    }

    /// Where to send to, if the host is an address. Without a port it is 5060, or 5061 for `sips:`.
    #[must_use]
    pub fn to_socket_addr(&self) -> Option<SocketAddr> {
        let is_secure = self.marks.scheme == SchemeKind::Sips;
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
        let rest = self.text.as_bytes().get(self.marks.params_end as usize..).unwrap_or_default();
        rest.get(1..).unwrap_or_default()
    }

    /// What long parts of it are shared from.
    pub(crate) const fn whole(&self) -> Whole<'_> {
        self.text.whole()
    }

    fn bytes(&self, start: u32, end: u32) -> &[u8] {
        self.text.as_bytes().get(start as usize..end as usize).unwrap_or_default()
    }

    fn cut(&self, start: u32, end: u32) -> Text {
        Text::part(self.whole(), self.bytes(start, end))
    }
}

impl Marks {
    /// Reads a URI through.
    fn find(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > URI_BYTES_MAX || !all_are(bytes, Kind::Uri) {
            return Err(Malformed::Uri);
        }
        let (scheme, rest) = split_at_byte(bytes, b':').ok_or(Malformed::Uri)?;
        let marks = Self::opaque(SchemeKind::parse(scheme)?, scheme.len(), bytes.len());
        match marks.scheme {
            SchemeKind::Sip | SchemeKind::Sips => marks.find_sip(bytes, rest),
            SchemeKind::Tel | SchemeKind::Other if rest.is_empty() => Err(Malformed::Uri),
            SchemeKind::Tel => marks.find_tel(bytes, rest),
            SchemeKind::Other => Ok(marks),
        }
    }

    /// Of a URI in which all that follows the colon is the user.
    fn opaque(scheme: SchemeKind, colon: usize, len: usize) -> Self {
        let (colon, end) = (mark(colon), mark(len));
        Self {
            scheme,
            colon,
            user_end: end,
            host: end,
            host_end: end,
            port: None,
            params: end,
            params_end: end,
        }
    }

    fn find_sip(self, bytes: &[u8], rest: &[u8]) -> Result<Self, Malformed> {
        // How far a rest of it is from its start.
        let at = |rest: &[u8]| mark(bytes.len() - rest.len());
        // A user may hold `;` and `?`, so it is cut off first. It may not hold a bare `@`.
        let (user_end, rest) = match memchr::memchr(b'@', rest) {
            Some(0) => return Err(Malformed::Uri),
            Some(len) => (self.colon + 1 + mark(len), rest.get(len + 1..).unwrap_or_default()),
            None => (self.colon, rest),
        };
        let (_, after_host) = Host::split_name(rest)?;
        let (port, after_port) = Host::split_port(after_host)?;
        let (params, headers) = split_before(after_port, b'?');
        Params::check(params)?;
        Ok(Self {
            user_end,
            host: at(rest),
            host_end: at(after_host),
            port,
            params: at(after_port),
            params_end: at(headers),
            ..self
        })
    }

    fn find_tel(self, bytes: &[u8], rest: &[u8]) -> Result<Self, Malformed> {
        let (number, params) = split_params(rest);
        if number.is_empty() {
            return Err(Malformed::Uri);
        }
        Params::check(params)?;
        let end = mark(bytes.len() - params.len());
        Ok(Self { user_end: end, host: end, host_end: end, params: end, ..self })
    }

    /// Whether a scheme that has a name of its own stands as it is printed.
    fn is_named_as_usual(&self, bytes: &[u8]) -> bool {
        match self.scheme {
            SchemeKind::Sip => bytes.starts_with(b"sip"),
            SchemeKind::Sips => bytes.starts_with(b"sips"),
            SchemeKind::Tel => bytes.starts_with(b"tel"),
            SchemeKind::Other => true,
        }
    }
}

/// A place in a URI. One that is read is no longer than [`URI_BYTES_MAX`]; whoever puts a longer one
/// together than a place can name finds it cut there.
fn mark(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Parts {
    fn put_together(&self) -> Uri {
        let mut out = Vec::with_capacity(64);
        out.extend_from_slice(self.scheme.as_bytes());
        let colon = out.len();
        out.push(b':');
        out.extend_from_slice(self.user.as_ref().map_or(b"", Text::as_bytes));
        let user_end = out.len();
        let kind = self.scheme.kind();
        let marks = match kind {
            SchemeKind::Sip | SchemeKind::Sips => {
                if self.user.is_some() {
                    out.push(b'@');
                }
                let host = mark(out.len());
                self.host.print(&mut out);
                let host_end = mark(out.len());
                if let Some(port) = self.port {
                    out.push(b':');
                    number(&mut out, u64::from(port));
                }
                let user_end = mark(if self.user.is_some() { user_end } else { colon });
                Marks { user_end, host, host_end, port: self.port, ..Marks::opaque(kind, colon, 0) }
            }
            SchemeKind::Tel | SchemeKind::Other => Marks::opaque(kind, colon, user_end),
        };
        let params = mark(out.len());
        self.params.print(&mut out);
        let params_end = mark(out.len());
        if let Some(headers) = &self.headers {
            out.push(b'?');
            out.extend_from_slice(headers.as_bytes());
        }
        Uri { text: Text::copied(&out), marks: Marks { params, params_end, ..marks } }
    }
}

impl PartialEq for Uri {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Uri {}

impl Ord for Uri {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl PartialOrd for Uri {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Uri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
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
    fn parse(name: &[u8]) -> Result<Self, Malformed> {
        if name.eq_ignore_ascii_case(b"sip") {
            Ok(Self::Sip)
        } else if name.eq_ignore_ascii_case(b"sips") {
            Ok(Self::Sips)
        } else if name.eq_ignore_ascii_case(b"tel") {
            Ok(Self::Tel)
        } else if is_token(name) && name.first().is_some_and(u8::is_ascii_alphabetic) {
            Ok(Self::Other)
        } else {
            Err(Malformed::Uri)
        }
    }
}

impl Scheme {
    const fn kind(&self) -> SchemeKind {
        match self {
            Self::Sip => SchemeKind::Sip,
            Self::Sips => SchemeKind::Sips,
            Self::Tel => SchemeKind::Tel,
            Self::Other(_) => SchemeKind::Other,
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
        out.extend_from_slice(self.text.as_bytes());
    }
}
display!(Uri);
