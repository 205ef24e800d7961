//! Parameters after semicolons, of a URI, a Via or an address.

use crate::lexer::{
    Kind, split_at_byte, split_before, split_kind, split_quoted, trim_start, unescape_quoted,
};
use crate::print::{Print, display};
use crate::text::Whole;
use crate::{Malformed, PARAMS_MAX, Text};

/// Parameters in the order they came. Names compare without case. Values are kept as on the wire, quotes
/// included.
///
/// They are kept in one piece, and read when one is asked for: most are never asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params(
    /// `;name[=value]` again and again, without white space between.
    Text,
);

/// One of them, as it stands.
#[derive(Clone, Copy)]
struct Param<'a> {
    name: &'a [u8],
    value: Option<&'a [u8]>,
}

impl Params {
    /// The value of `name` as on the wire; `None` also where the name stands without a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Text> {
        Some(self.text(self.value(name)?))
    }

    /// The value of `name` without its quotes.
    #[must_use]
    pub fn unquoted(&self, name: &str) -> Option<Text> {
        let value = self.value(name)?;
        match split_quoted(value) {
            Ok((inside, _)) => Some(unescape_quoted(self.0.whole(), inside)),
            Err(_) => Some(self.text(value)),
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
        let new = Param { name: name.as_bytes(), value: value.as_ref().map(Text::as_bytes) };
        let mut out = Vec::with_capacity(self.0.len() + new.len());
        let mut is_set = false;
        for param in self.pieces() {
            if param.is_named(new.name) && !is_set {
                new.print(&mut out);
                is_set = true;
            } else {
                param.print(&mut out);
            }
        }
        if !is_set {
            new.print(&mut out);
        }
        self.0 = Text::copied(&out);
    }

    /// Takes `name` away, every time it is there.
    pub fn remove(&mut self, name: &str) {
        if !self.has(name) {
            return;
        }
        let mut out = Vec::with_capacity(self.0.len());
        self.pieces().filter(|param| !param.is_named(name.as_bytes())).for_each(|param| {
            param.print(&mut out);
        });
        self.0 = Text::copied(&out);
    }

    /// The same in memory of their own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        Self(self.0.detached())
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (Text, Option<Text>)> {
        self.pieces()
            .map(|Param { name, value }| (self.text(name), value.map(|value| self.text(value))))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces().count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of `name` in place.
    pub(crate) fn value(&self, name: &str) -> Option<&[u8]> {
        self.find(name)?.value
    }

    fn find(&self, name: &str) -> Option<Param<'_>> {
        self.pieces().find(|param| param.is_named(name.as_bytes()))
    }

    fn text(&self, part: &[u8]) -> Text {
        Text::part(self.0.whole(), part)
    }

    fn pieces(&self) -> Pieces<'_> {
        Pieces(self.0.as_bytes())
    }

    /// Parses what follows a value: nothing, or `;name[=value]` again and again, to the end.
    pub(crate) fn parse(whole: Whole<'_>, bytes: &[u8]) -> Result<Self, Malformed> {
        let len = Self::check(bytes)?;
        let text = if len == bytes.len() {
            Text::part(whole, bytes)
        } else {
            Text::copied(&without_space(bytes)?)
        };
        Ok(Self(text))
    }

    /// Of parameters as they stand in text that has been checked, without white space.
    pub(crate) const fn of_part(text: Text) -> Self {
        Self(text)
    }

    /// Reads parameters through, to the end: how long they are without white space.
    pub(crate) fn check(bytes: &[u8]) -> Result<usize, Malformed> {
        let mut rest = trim_start(bytes);
        let (mut count, mut len) = (0, 0);
        let mut names = NamesSeen::default();
        let mut may_repeat = false;
        while !rest.is_empty() {
            let after = rest.strip_prefix(b";").ok_or(Malformed::Params)?;
            if count == PARAMS_MAX {
                return Err(Malformed::Params);
            }
            count += 1;
            let param;
            (param, rest) = Param::split_off(after)?;
            may_repeat |= names.see(param.name);
            len += param.len();
        }
        if may_repeat && Self(Text::copied(&without_space(bytes)?)).has_contradiction() {
            return Err(Malformed::Params);
        }
        Ok(len)
    }

    /// No name may be there twice (RFC 3261 §7.3.1). Saying the same twice does no harm, but of two
    /// tags two readers might take one each.
    fn has_contradiction(&self) -> bool {
        let contradict = |a: Param<'_>, b: Param<'_>| a.is_named(b.name) && a.value != b.value;
        self.pieces()
            .enumerate()
            .any(|(at, param)| self.pieces().take(at).any(|before| contradict(before, param)))
    }
}

/// The same parameters with no white space between.
#[cold]
fn without_space(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = trim_start(bytes);
    while let Some(after) = rest.strip_prefix(b";") {
        let param;
        (param, rest) = Param::split_off(after)?;
        param.print(&mut out);
    }
    Ok(out)
}

/// Which names were there, but not exactly: a bit for some of them together.
#[derive(Default)]
struct NamesSeen(u64);

impl NamesSeen {
    /// Sees one more; whether it may have been there before.
    fn see(&mut self, name: &[u8]) -> bool {
        let letter = name.first().map_or(0, |letter| usize::from(letter | 0x20));
        let bit = 1_u64 << ((letter + 7 * name.len()) % 64);
        let is_seen = self.0 & bit != 0;
        self.0 |= bit;
        is_seen
    }
}

/// Cuts parameters off text that is known to be such.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        let (param, rest) = self.0.strip_prefix(b";").map(Param::cut_off)?;
        self.0 = rest;
        Some(param)
    }
}

impl<'a> Param<'a> {
    /// Cuts off one parameter, and what follows from the next semicolon on.
    #[inline]
    fn split_off(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let (name, rest) = split_kind(trim_start(bytes), Kind::ParamName);
        if name.is_empty() {
            return Err(Malformed::Params);
        }
        let rest = trim_start(rest);
        let Some(value) = rest.strip_prefix(b"=") else {
            return Ok((Self { name, value: None }, rest));
        };
        let value = trim_start(value);
        let (value, rest) = if value.starts_with(b"\"") {
            split_with_quotes(value)?
        } else {
            split_kind(value, Kind::ParamValue)
        };
        Ok((Self { name, value: Some(value) }, trim_start(rest)))
    }

    /// The same of text that is known to be parameters, without white space.
    #[inline]
    fn cut_off(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let (name, rest) = split_kind(bytes, Kind::ParamName);
        let Some(value) = rest.strip_prefix(b"=") else {
            let (name, rest) = split_before(bytes, b';');
            return (Self { name, value: None }, rest);
        };
        let quoted = value.starts_with(b"\"").then(|| split_with_quotes(value).ok()).flatten();
        let (value, rest) = quoted.unwrap_or_else(|| split_before(value, b';'));
        (Self { name, value: Some(value) }, rest)
    }

    fn is_named(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// How many bytes are printed.
    fn len(&self) -> usize {
        1 + self.name.len() + self.value.map_or(0, |value| 1 + value.len())
    }

    fn print(&self, out: &mut Vec<u8>) {
        out.push(b';');
        out.extend_from_slice(self.name);
        if let Some(value) = self.value {
            out.push(b'=');
            out.extend_from_slice(value);
        }
    }
}

/// Splits after the quoted string that `bytes` opens with, its quotes included.
fn split_with_quotes(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (_, rest) = split_quoted(bytes)?;
    bytes.split_at_checked(bytes.len() - rest.len()).ok_or(Malformed::Quote)
}

impl Print for Params {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}
display!(Params);

/// Splits `bytes` where its parameters begin.
pub(crate) fn split_params(bytes: &[u8]) -> (&[u8], &[u8]) {
    split_before(bytes, b';')
}

/// Splits `bytes` at the first `mark`; what follows is `None` without one.
pub(crate) fn split_optional(bytes: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    split_at_byte(bytes, mark).map_or((bytes, None), |(before, after)| (before, Some(after)))
}
