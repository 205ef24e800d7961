//! Parameters after semicolons, of a URI, a Via or an address.

use crate::Text;
use crate::lexer::{Kind, split_at_byte, split_before, split_kind, split_quoted, unescape_quoted};
use crate::print::{Print, display};

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
pub(crate) struct Param<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: Option<&'a [u8]>,
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
        self.pieces().named(name).is_some()
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

    fn value(&self, name: &str) -> Option<&[u8]> {
        value(self.as_bytes(), name)
    }

    fn text(&self, part: &[u8]) -> Text {
        Text::part(self.0.whole(), part)
    }

    fn pieces(&self) -> Pieces<'_> {
        Pieces(self.0.as_bytes())
    }

    /// Of parameters as they stand in text that has been read through, without white space.
    pub(crate) const fn of_part(text: Text) -> Self {
        Self(text)
    }

    /// Their bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The value of `name` among parameters that have been read through, without white space.
pub(crate) fn value<'a>(params: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut rest = params;
    loop {
        let (param, after) = Param::cut_off(rest.strip_prefix(b";")?);
        if param.is_named(name.as_bytes()) {
            return param.value;
        }
        rest = after;
    }
}

/// Cuts parameters off text that is known to be such, without white space.
pub(crate) struct Pieces<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = Param<'a>;

    #[inline]
    fn next(&mut self) -> Option<Param<'a>> {
        let (param, rest) = self.0.strip_prefix(b";").map(Param::cut_off)?;
        self.0 = rest;
        Some(param)
    }
}

impl<'a> Pieces<'a> {
    /// The parameter of this name.
    #[inline]
    fn named(mut self, name: &str) -> Option<Param<'a>> {
        self.find(|param| param.is_named(name.as_bytes()))
    }
}

impl<'a> Param<'a> {
    /// Cuts off one parameter, of which the semicolon is gone.
    #[inline]
    fn cut_off(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let (name, rest) = split_kind(bytes, Kind::ParamName);
        let Some(value) = rest.strip_prefix(b"=") else {
            let (name, rest) = split_before(bytes, b';');
            return (Self { name, value: None }, rest);
        };
        let (value, rest) = if value.starts_with(b"\"") {
            split_with_quotes(value)
        } else {
            split_before(value, b';')
        };
        (Self { name, value: Some(value) }, rest)
    }

    /// Whether it has this name, in any case.
    #[inline]
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        self.name == name || self.name.eq_ignore_ascii_case(name)
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

/// How long the quoted string is that `bytes` open with.
pub(crate) fn quoted_len(bytes: &[u8]) -> usize {
    split_quoted(bytes).map_or(bytes.len(), |(inside, _)| inside.len() + 2)
}

/// Splits after the quoted string that `bytes` opens with, its quotes included.
#[cold]
fn split_with_quotes(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at_checked(quoted_len(bytes)).unwrap_or((bytes, b""))
}

impl Print for Params {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}
display!(Params);

/// Splits `bytes` at the first `mark`; what follows is `None` without one.
pub(crate) fn split_optional(bytes: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    split_at_byte(bytes, mark).map_or((bytes, None), |(before, after)| (before, Some(after)))
}
