//! Parameters after semicolons, of a URI, a Via or an address.

use crate::lexer::{
    Kind, split_at_byte, split_before, split_kind, split_quoted, trim_start, unescape_quoted,
};
use crate::print::{Print, display};
use crate::text::Whole;
use crate::{Malformed, PARAMS_MAX, Text};

/// As many as most lists have, to make room for at once.
const PARAMS_USUAL: usize = 4;

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
            Ok((inside, _)) => Some(unescape_quoted(value.whole(), inside)),
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

    /// The same in memory of their own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        let detached = |Param { name, value }: &Param| Param {
            name: name.detached(),
            value: value.as_ref().map(Text::detached),
        };
        Self(self.0.iter().map(detached).collect())
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
    pub(crate) fn parse(whole: Whole<'_>, bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = trim_start(bytes);
        if rest.is_empty() {
            return Ok(Self::default());
        }
        let mut params: Vec<Param> = Vec::with_capacity(PARAMS_USUAL);
        while !rest.is_empty() {
            let param = rest.strip_prefix(b";").ok_or(Malformed::Params)?;
            if params.len() == PARAMS_MAX {
                return Err(Malformed::Params);
            }
            let (name, value);
            (name, value, rest) = split_param(param)?;
            let name = well_known(name).unwrap_or_else(|| Text::part(whole, name));
            params.push(Param { name, value: value.map(|value| Text::part(whole, value)) });
        }
        if has_contradiction(&params) {
            return Err(Malformed::Params);
        }
        Ok(Self(params))
    }
}

/// Names that most messages have: they are in the program already.
fn well_known(name: &[u8]) -> Option<Text> {
    Some(Text::from(match name {
        b"branch" => "branch",
        b"rport" => "rport",
        b"tag" => "tag",
        b"lr" => "lr",
        b"transport" => "transport",
        b"received" => "received",
        b"expires" => "expires",
        _ => return None,
    }))
}

/// Cuts one parameter off: its name, its value as it stands, and what follows from the next semicolon
/// on.
#[inline]
#[expect(
    clippy::type_complexity,
    reason = "three pieces of the same bytes, and the second may lack"
)]
fn split_param(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>, &[u8]), Malformed> {
    let (name, rest) = split_kind(trim_start(bytes), Kind::ParamName);
    if name.is_empty() {
        return Err(Malformed::Params);
    }
    let rest = trim_start(rest);
    let Some(value) = rest.strip_prefix(b"=") else { return Ok((name, None, rest)) };
    let value = trim_start(value);
    let (value, rest) = if value.starts_with(b"\"") {
        let (_, rest) = split_quoted(value)?;
        value.split_at_checked(value.len() - rest.len()).unwrap_or_default()
    } else {
        split_kind(value, Kind::ParamValue)
    };
    Ok((name, Some(value), trim_start(rest)))
}

/// No name may be there twice (RFC 3261 §7.3.1). Saying the same twice does no harm, but of two
/// tags two readers might take one each.
fn has_contradiction(params: &[Param]) -> bool {
    let contradict = |a: &Param, b: &Param| is_named(a, b.name.as_bytes()) && a.value != b.value;
    params
        .iter()
        .enumerate()
        .any(|(at, param)| params.iter().take(at).any(|before| contradict(before, param)))
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
    split_before(bytes, b';')
}

/// Splits `bytes` at the first `mark`; what follows is `None` without one.
pub(crate) fn split_optional(bytes: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    split_at_byte(bytes, mark).map_or((bytes, None), |(before, after)| (before, Some(after)))
}
