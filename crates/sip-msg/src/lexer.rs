//! The small change of the grammar (RFC 3261 §25.1): tokens, white space, quoted strings, lists
//! and numbers. Everything here looks at each byte once.

use crate::{Malformed, Text};
use bytes::Bytes;
use memchr::{memchr, memchr3};

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A byte that a token may hold.
pub(crate) const fn is_token_byte(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z'
        | b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_token_byte)
}

/// Without the white space at both ends.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

pub(crate) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_space(*first)
    {
        bytes = rest;
    }
    bytes
}

pub(crate) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., last] = bytes
        && is_space(*last)
    {
        bytes = rest;
    }
    bytes
}

/// The bytes before the first `mark`, and those after it.
pub(crate) fn split_at_byte(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr(mark, bytes)?;
    let (before, from) = bytes.split_at_checked(at)?;
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
pub(crate) fn unescape_quoted(whole: &Bytes, inside: &[u8]) -> Text {
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
