//! Parameters after semicolons, of a URI, a Via or an address.

use crate::lexer::{is_token, split_at_byte, split_quoted, trim, trim_start, unescape_quoted};
use crate::print::{Print, display};
use crate::{Malformed, PARAMS_MAX, Text};
use bytes::Bytes;
use memchr::{memchr, memchr2};

/// Names that most messages have.
const KNOWN: [&str; 8] = ["branch", "rport", "tag", "lr", "transport", "received", "expires", "q"];

/// Parameters in the order they came. Names compare without case. Values are kept as on the wire, quotes included.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params(Vec<Param>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Param {
    name: Text,
    value: Option<Text>,
}

impl Params {
    /// The value of `name` as on the wire; `None` also where the name stands without a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Text> {
        self.find(name)?.value.as_ref()
    }

    /// The value of `name` without its quotes.
    #[must_use]
    pub fn unquoted(&self, name: &str) -> Option<Text> {
        let value = self.get(name)?;
        match split_quoted(value.as_bytes()) {
            Ok((inside, _)) => Some(unescape_quoted(value.bytes(), inside)),
            Err(_) => Some(value.clone()),
        }
    }

    /// Whether `name` is there, with or without a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Gives `name` this value, in its place if it is there, else at the end.
    pub fn set(&mut self, name: impl Into<Text>, value: Option<Text>) {
        let name = name.into();
        match self.0.iter_mut().find(|param| is_named(param, name.as_bytes())) {
            Some(param) => param.value = value,
            None => self.0.push(Param { name, value }),
        }
    }

    /// Takes `name` away, every time it is there.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|param| !is_named(param, name.as_bytes()));
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, Option<&Text>)> {
        self.0.iter().map(|param| (&param.name, param.value.as_ref()))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, name: &str) -> Option<&Param> {
        self.0.iter().find(|param| is_named(param, name.as_bytes()))
    }

    /// Parses what follows a value: nothing, or `;name[=value]` again and again, to the end.
    pub(crate) fn parse(whole: &Bytes, bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = trim_start(bytes);
        if rest.is_empty() {
            return Ok(Self::default());
        }
        let mut params = Vec::with_capacity(4);
        while !rest.is_empty() {
            rest = rest.strip_prefix(b";").ok_or(Malformed::Params)?;
            let (param, after) = Param::parse(whole, rest)?;
            if params.len() == PARAMS_MAX || params.iter().any(|other| contradict(other, &param)) {
                return Err(Malformed::Params);
            }
            params.push(param);
            rest = after;
        }
        Ok(Self(params))
    }
}

impl Param {
    /// Parses one parameter: it, and what follows from the next semicolon on.
    fn parse<'a>(whole: &Bytes, bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let end = memchr2(b';', b'=', bytes).unwrap_or(bytes.len());
        let (name, rest) = bytes.split_at_checked(end).ok_or(Malformed::Params)?;
        let name = trim(name);
        if !is_param_name(name) {
            return Err(Malformed::Params);
        }
        let name = Text::part_or_known(whole, name, &KNOWN);
        let Some(value) = rest.strip_prefix(b"=") else {
            return Ok((Self { name, value: None }, rest));
        };
        let value = trim_start(value);
        let after = if value.starts_with(b"\"") {
            trim_start(split_quoted(value)?.1)
        } else {
            let end = memchr(b';', value).unwrap_or(value.len());
            value.get(end..).unwrap_or_default()
        };
        let value = trim(value.get(..value.len() - after.len()).unwrap_or_default());
        if !value.starts_with(b"\"") && !value.iter().all(|&byte| is_value_byte(byte)) {
            return Err(Malformed::Params);
        }
        Ok((Self { name, value: Some(Text::part(whole, value)) }, after))
    }
}

/// More than a token: URI parameters may hold `[ ] / : & + $` too (RFC 3261 §25.1 `param-unreserved`).
fn is_param_name(name: &[u8]) -> bool {
    is_token(name)
        || !name.is_empty()
            && name.iter().all(|byte| byte.is_ascii_graphic() && !b"\"<>;,?@=\\".contains(byte))
}

const fn is_value_byte(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f && !matches!(byte, b'"' | b'<' | b'>' | b',')
}

/// No name may be there twice (RFC 3261 §7.3.1). Saying the same twice does no harm, but of two
/// tags two readers might take one each.
fn contradict(a: &Param, b: &Param) -> bool {
    is_named(a, b.name.as_bytes()) && a.value != b.value
}

fn is_named(param: &Param, name: &[u8]) -> bool {
    param.name.as_bytes().eq_ignore_ascii_case(name)
}

impl Print for Params {
    fn print(&self, out: &mut Vec<u8>) {
        for Param { name, value } in &self.0 {
            out.push(b';');
            out.extend_from_slice(name.as_bytes());
            if let Some(value) = value {
                out.push(b'=');
                out.extend_from_slice(value.as_bytes());
            }
        }
    }
}
display!(Params);

/// Splits `bytes` where its parameters begin.
pub(crate) fn split_params(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = memchr(b';', bytes).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, b""))
}

/// Splits `bytes` at the first `mark`; what follows is `None` without one.
pub(crate) fn split_optional(bytes: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    split_at_byte(bytes, mark).map_or((bytes, None), |(before, after)| (before, Some(after)))
}
