//! The small change of the grammar (RFC 3261 §25.1): tokens, white space, quoted strings, lists
//! and numbers. Everything here looks at each byte once.
//!
//! Pieces of a header are a few bytes long, and stepping through so few costs less than calling a
//! search for one of them. Whole lines and quoted names are searched.

use crate::text::Whole;
use crate::{Malformed, Text};
use bytes::Bytes;
use memchr::{memchr, memchr3};

/// What a byte may be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A token.
    Token = 1,
    /// The name of a parameter. More than a token: URI parameters may hold `[ ] / : & + $` too (RFC
    /// 3261 §25.1 `param-unreserved`).
    ParamName = 2,
    /// The value of a parameter, unless it is quoted. Far more than the grammar has: phones send it,
    /// and it can be mistaken for nothing else.
    ParamValue = 4,
    /// A host name. `_` is no part of one, yet container networks are full of them.
    HostName = 8,
    /// A name to show, without quotes. By the grammar it is made of tokens; phones also send other
    /// letters, and those are taken as long as they cannot be mistaken for something else.
    Display = 16,
    /// White space within a line.
    Space = 32,
    /// A number.
    Digit = 64,
    /// A URI: nothing that ends one wherever it stands.
    Uri = 128,
}

impl Kind {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::Token => {
                byte.is_ascii_alphanumeric()
                    || matches!(
                        byte,
                        b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~'
                    )
            }
            Self::ParamName => {
                byte.is_ascii_graphic()
                    && !matches!(
                        byte,
                        b'"' | b'<' | b'>' | b';' | b',' | b'?' | b'@' | b'=' | b'\\'
                    )
            }
            // A space ends one as well, and it may follow.
            Self::ParamValue => {
                byte > b' ' && byte != 0x7f && !matches!(byte, b'"' | b'<' | b'>' | b',' | b';')
            }
            Self::HostName => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'),
            Self::Display => {
                !byte.is_ascii_control()
                    && !matches!(byte, b'"' | b',' | b';' | b':' | b'@' | b'>' | b'\\')
            }
            Self::Space => matches!(byte, b' ' | b'\t'),
            Self::Digit => byte.is_ascii_digit(),
            Self::Uri => byte > b' ' && !matches!(byte, 0x7f | b'<' | b'>' | b'"'),
        }
    }
}

/// The kinds of each byte.
static KINDS: [u8; 256] = kinds();

#[expect(clippy::indexing_slicing, reason = "runs at compile time only")]
#[expect(clippy::cast_possible_truncation, reason = "counts to 255")]
const fn kinds() -> [u8; 256] {
    const ALL: [Kind; 8] = [
        Kind::Token,
        Kind::ParamName,
        Kind::ParamValue,
        Kind::HostName,
        Kind::Display,
        Kind::Space,
        Kind::Digit,
        Kind::Uri,
    ];
    let mut kinds = [0; 256];
    let mut at = 0;
    while at < 256 * ALL.len() {
        let (byte, kind) = (at % 256, ALL[at / 256]);
        if kind.has(byte as u8) {
            kinds[byte] |= kind as u8;
        }
        at += 1;
    }
    kinds
}

/// Whether `byte` may be part of a `kind`.
#[inline]
pub(crate) fn is(byte: u8, kind: Kind) -> bool {
    KINDS.get(usize::from(byte)).is_some_and(|kinds| kinds & kind as u8 != 0)
}

/// Whether all of `bytes` may be; also if there are none.
pub(crate) fn are(bytes: &[u8], kind: Kind) -> bool {
    split_kind(bytes, kind).1.is_empty()
}

/// The same, made for bytes that are: each is looked at, whatever the one before was.
pub(crate) fn all_are(bytes: &[u8], kind: Kind) -> bool {
    let kinds_of = |byte: &u8| KINDS.get(usize::from(*byte)).copied().unwrap_or_default();
    bytes.iter().fold(kind as u8, |all, byte| all & kinds_of(byte)) != 0
}

/// Splits where the first byte stands that is of another kind.
pub(crate) fn split_kind(bytes: &[u8], kind: Kind) -> (&[u8], &[u8]) {
    split_while(bytes, |byte| is(byte, kind))
}

/// Splits where the first byte stands that is not `wanted`.
#[inline]
fn split_while(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| !wanted(*byte)).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, b""))
}

/// Splits before the first `mark`, or at the end. Made for marks that are near.
pub(crate) fn split_before(bytes: &[u8], mark: u8) -> (&[u8], &[u8]) {
    split_while(bytes, |byte| byte != mark)
}

pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && are(bytes, Kind::Token)
}

/// Without the white space at both ends.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

pub(crate) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

pub(crate) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The bytes before the first `mark`, and those after it. Made for marks that are near.
pub(crate) fn split_at_byte(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let (before, from) = split_before(bytes, mark);
    Some((before, from.get(1..)?))
}

/// Splits after the quoted string that `bytes` opens with: its inside as it came, and the rest.
pub(crate) fn split_quoted(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let inside = bytes.strip_prefix(b"\"").ok_or(Malformed::Quote)?;
    let mut escaped = false;
    for (at, byte) in inside.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                let (quoted, rest) = inside.split_at_checked(at).ok_or(Malformed::Quote)?;
                return Ok((quoted, rest.get(1..).unwrap_or_default()));
            }
            _ => {}
        }
    }
    Err(Malformed::Quote)
}

/// The inside of a quoted string with its `\` escapes taken out; shared where there are none.
pub(crate) fn unescape_quoted(whole: Whole<'_>, inside: &[u8]) -> Text {
    if memchr(b'\\', inside).is_none() {
        return Text::part(whole, inside);
    }
    let mut plain = Vec::with_capacity(inside.len());
    let mut escaped = false;
    for &byte in inside {
        if byte == b'\\' && !escaped {
            escaped = true;
        } else {
            plain.push(byte);
            escaped = false;
        }
    }
    Text::from(Bytes::from(plain))
}

/// Cuts the first value off a comma list: the value, trimmed, and what follows its comma if there
/// is one. Commas inside quotes and angle brackets do not count.
pub(crate) fn split_list(list: &[u8]) -> Result<(&[u8], Option<&[u8]>), Malformed> {
    let mut rest = list;
    let mut done = 0;
    while let Some(at) = memchr3(b',', b'"', b'<', rest) {
        let from = rest.get(at..).unwrap_or_default();
        match from.first() {
            Some(b',') => {
                let value = list.get(..done + at).unwrap_or_default();
                return Ok((trim(value), Some(from.get(1..).unwrap_or_default())));
            }
            Some(b'"') => rest = split_quoted(from)?.1,
            Some(_) | None => rest = split_at_byte(from, b'>').ok_or(Malformed::Address)?.1,
        }
        done = list.len() - rest.len();
    }
    Ok((trim(list), None))
}

/// A decimal number; too large a one is `Some(u64::MAX)`, anything else than digits `None`.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, &byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_of_the_kinds_that_have_it() {
        for byte in 0..=255 {
            for kind in [Kind::Token, Kind::ParamName, Kind::Display, Kind::Space] {
                assert_eq!(is(byte, kind), kind.has(byte), "{byte} {kind:?}");
            }
            assert!(!is(byte, Kind::Token) || is(byte, Kind::ParamName), "{byte}");
        }
        assert_eq!(split_kind(b"tag = 1", Kind::Token), (&b"tag"[..], &b" = 1"[..]));
        assert_eq!(split_kind(b"tag", Kind::Space), (&b""[..], &b"tag"[..]));
    }

    #[test]
    fn a_comma_inside_quotes_or_brackets_is_no_separator() {
        let list = b"\"Doe, \\\" Jo\" <sip:a,b@x> , <sip:c@y>";
        let (first, rest) = split_list(list).unwrap();
        assert_eq!(first, b"\"Doe, \\\" Jo\" <sip:a,b@x>");
        assert_eq!(split_list(rest.unwrap()), Ok((&b"<sip:c@y>"[..], None)));
    }

    #[test]
    fn what_is_opened_must_be_closed() {
        assert_eq!(split_list(b"\"Doe <sip:a@b>"), Err(Malformed::Quote));
        assert_eq!(split_list(b"<sip:a@b"), Err(Malformed::Address));
    }

    #[test]
    fn numbers_have_only_digits_and_stop_at_the_top() {
        assert_eq!(number(b"0070"), Some(70));
        assert_eq!(number(b"-1"), None);
        assert_eq!(number(b"99999999999999999999999"), Some(u64::MAX));
    }
}
