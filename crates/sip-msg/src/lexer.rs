//! The small change of the grammar (RFC 3261 §25.1): kinds of bytes, white space, quoted strings,
//! marks and numbers. Everything here looks at each byte once.
//!
//! Pieces of a header are a few bytes long, and stepping through so few costs less than a call; a mark
//! is looked for in eight bytes together, the end of a line in sixteen.

use crate::text::Whole;
use crate::{Malformed, Text};
use bytes::Bytes;
use memchr::{memchr, memchr2};

/// What a byte may be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Kind {
    /// A token.
    Token = 1,
    /// The name of a parameter. More than a token: URI parameters may hold `[ ] / : & + $` too (RFC
    /// 3261 §25.1 `param-unreserved`).
    ParamName = 2,
    /// The value of a parameter, unless it is quoted. Far more than the grammar has: phones send it,
    /// and it can be mistaken for nothing else.
    ParamValue = 4,
    /// The value of a parameter of a URI, which `?` ends.
    UriParamValue = 8,
    /// A host name. `_` is no part of one, yet container networks are full of them.
    HostName = 16,
    /// A name to show, without quotes. By the grammar it is made of tokens; phones also send other
    /// letters, and those are taken as long as they cannot be mistaken for something else.
    Display = 32,
    /// A URI: nothing that ends one wherever it stands.
    Uri = 64,
    /// The part of a URI before its `@`.
    User = 128,
    /// The inside of a quoted string, up to its end or an escape.
    Quoted = 256,
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
            Self::UriParamValue => Self::ParamValue.has(byte) && byte != b'?',
            Self::HostName => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'),
            Self::Display => {
                !byte.is_ascii_control()
                    && !matches!(byte, b'"' | b',' | b';' | b':' | b'@' | b'<' | b'>' | b'\\')
            }
            Self::Uri => byte > b' ' && !matches!(byte, 0x7f | b'<' | b'>' | b'"'),
            Self::User => Self::Uri.has(byte) && byte != b'@',
            Self::Quoted => !matches!(byte, b'"' | b'\\'),
        }
    }
}

/// The kinds of each byte.
static KINDS: [u16; 256] = kinds();

#[expect(clippy::indexing_slicing, reason = "runs at compile time only")]
#[expect(clippy::cast_possible_truncation, reason = "counts to 255")]
const fn kinds() -> [u16; 256] {
    const ALL: [Kind; 9] = [
        Kind::Token,
        Kind::ParamName,
        Kind::ParamValue,
        Kind::UriParamValue,
        Kind::HostName,
        Kind::Display,
        Kind::Uri,
        Kind::User,
        Kind::Quoted,
    ];
    let mut kinds = [0; 256];
    let mut at = 0;
    while at < 256 * ALL.len() {
        let (byte, kind) = (at % 256, ALL[at / 256]);
        if kind.has(byte as u8) {
            kinds[byte] |= kind as u16;
        }
        at += 1;
    }
    kinds
}

fn kinds_of(byte: u8) -> u16 {
    KINDS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Whether `byte` may be part of a `kind`.
#[inline]
pub(crate) fn is(byte: u8, kind: Kind) -> bool {
    kinds_of(byte) & kind as u16 != 0
}

/// Whether all of `bytes` may be; also if there are none.
pub(crate) fn are(bytes: &[u8], kind: Kind) -> bool {
    split_kind(bytes, kind).1.is_empty()
}

/// Splits where the first byte stands that is of another kind.
#[inline]
pub(crate) fn split_kind(bytes: &[u8], kind: Kind) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| !is(*byte, kind)).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, b""))
}

/// Where the first `mark` stands. Made for marks that are near.
#[inline]
pub(crate) fn find(bytes: &[u8], mark: u8) -> Option<usize> {
    let marks = ONES * u64::from(mark);
    let mut rest = bytes;
    let at = loop {
        let Some((eight, after)) = rest.split_first_chunk() else {
            break rest.iter().position(|byte| *byte == mark)?;
        };
        // Bytes that are the mark are zero, and the least there can be.
        if let Some(at) = find_below(u64::from_le_bytes(*eight) ^ marks, 1) {
            break at;
        }
        rest = after;
    };
    Some(bytes.len() - rest.len() + at)
}

/// Where the first CR or LF stands.
#[inline]
pub(crate) fn find_line_end(bytes: &[u8]) -> Option<usize> {
    const LEAST: u8 = b'\r' + 1;
    let mut rest = bytes;
    // Few bytes are that low, so many are passed over in one step.
    while let Some((sixteen, after)) = rest.split_first_chunk::<16>() {
        if sixteen.iter().fold(false, |any, byte| any | (*byte < LEAST)) {
            break;
        }
        rest = after;
    }
    while let Some((eight, after)) = rest.split_first_chunk() {
        if let Some(at) = find_below(u64::from_le_bytes(*eight), LEAST) {
            rest = rest.get(at..)?;
            break;
        }
        rest = after;
    }
    let at = match rest {
        [b'\r' | b'\n', ..] => 0,
        // The last few bytes, or others that are low.
        _ => memchr2(b'\r', b'\n', rest)?,
    };
    Some(bytes.len() - rest.len() + at)
}

/// Which of eight bytes, the first being the lowest, is the first below `limit`.
#[inline]
const fn find_below(eight: u64, limit: u8) -> Option<usize> {
    const TOP: u64 = ONES << 7;
    // Subtracting sets the top bit of the first one below, and of no one before.
    let below = eight.wrapping_sub(ONES * limit as u64) & !eight & TOP;
    if below == 0 { None } else { Some(below.trailing_zeros() as usize / 8) }
}

/// A one in each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;

/// Splits before the first `mark`, or at the end.
#[inline]
pub(crate) fn split_before(bytes: &[u8], mark: u8) -> (&[u8], &[u8]) {
    let at = find(bytes, mark).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, b""))
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

/// The bytes before the first `mark`, and those after it.
#[inline]
pub(crate) fn split_at_byte(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let (before, from) = split_before(bytes, mark);
    Some((before, from.get(1..)?))
}

/// Splits after the quoted string that `bytes` opens with: its inside as it came, and the rest.
pub(crate) fn split_quoted(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let inside = bytes.strip_prefix(b"\"").ok_or(Malformed::Quote)?;
    let mut rest = inside;
    loop {
        let (_, mark) = split_kind(rest, Kind::Quoted);
        rest = match mark {
            [b'"', after @ ..] => {
                let quoted = inside.get(..inside.len() - mark.len());
                return Ok((quoted.unwrap_or_default(), after));
            }
            [b'\\', _, after @ ..] => after,
            _ => return Err(Malformed::Quote),
        };
    }
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

/// Splits after the digits that `bytes` begin with.
#[inline]
pub(crate) fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, b""))
}

/// A decimal number; too large a one is `Some(u64::MAX)`, anything else than digits `None`.
#[inline]
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.len() > 19 {
        return large_number(digits);
    }
    // So few are never too large.
    let sum = digits.iter().try_fold(0_u64, |sum, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| sum.wrapping_mul(10).wrapping_add(u64::from(digit)))
    });
    sum.filter(|_| !digits.is_empty())
}

/// The same of more digits, most of which may be zeros.
#[cold]
fn large_number(digits: &[u8]) -> Option<u64> {
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
            for kind in [Kind::Token, Kind::ParamName, Kind::Display, Kind::Quoted] {
                assert_eq!(is(byte, kind), kind.has(byte), "{byte} {kind:?}");
            }
            assert!(!is(byte, Kind::Token) || is(byte, Kind::ParamName), "{byte}");
            let parts_of_uri = [Kind::ParamName, Kind::UriParamValue, Kind::HostName, Kind::User];
            assert!(is(byte, Kind::Uri) || !parts_of_uri.iter().any(|kind| is(byte, *kind)));
        }
        assert_eq!(split_kind(b"tag = 1", Kind::Token), (&b"tag"[..], &b" = 1"[..]));
        assert_eq!(split_kind(b"<tag>", Kind::Token), (&b""[..], &b"<tag>"[..]));
    }

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        for len in 0..30 {
            for at in 0..len {
                let mut bytes = vec![b'x'; len];
                bytes[at] = b';';
                // What differs from the mark in its lowest bit, or has all bits set, is not it.
                bytes[at + 1..].fill(b':');
                bytes[..at].fill(if at % 2 == 0 { 0xff } else { b':' });
                assert_eq!(find(&bytes, b';'), Some(at));
                assert_eq!(
                    split_kind(&bytes, Kind::Display).0.len(),
                    if at % 2 == 0 { at } else { 0 }
                );
                assert_eq!(find(&bytes, b'x'), None);
            }
        }
    }

    #[test]
    fn a_quoted_string_ends_at_a_quote_that_is_not_escaped() {
        let (inside, rest) = split_quoted(b"\"Doe, \\\" Jo\\\\\" <sip:a,b@x>").unwrap();
        assert_eq!((inside, rest), (&b"Doe, \\\" Jo\\\\"[..], &b" <sip:a,b@x>"[..]));
        for open in [&b"Doe"[..], b"\"Doe", b"\"Doe\\", b"\"Doe\\\""] {
            assert_eq!(split_quoted(open), Err(Malformed::Quote));
        }
    }

    #[test]
    fn numbers_have_only_digits_and_stop_at_the_top() {
        assert_eq!(number(b"0070"), Some(70));
        assert_eq!(number(b"-1"), None);
        assert_eq!(number(b"99999999999999999999999"), Some(u64::MAX));
    }
}
