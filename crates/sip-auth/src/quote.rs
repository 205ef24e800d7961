//! The inside of quoted strings (RFC 3261 §25.1 `quoted-pair`).

use bytes::Bytes;
use sip_msg::Text;

/// As it may stand between quotes.
pub(crate) fn escaped(text: &Text) -> Text {
    if !text.as_bytes().iter().any(|byte| matches!(byte, b'"' | b'\\')) {
        return text.clone();
    }
    let mut inside = Vec::with_capacity(text.len() + 2);
    for &byte in text.as_bytes() {
        if matches!(byte, b'"' | b'\\') {
            inside.push(b'\\');
        }
        inside.push(byte);
    }
    Text::from(Bytes::from(inside))
}

/// As it is meant.
pub(crate) fn unescaped(inside: &[u8]) -> Text {
    if !inside.contains(&b'\\') {
        return Text::copied(inside);
    }
    let mut plain = Vec::with_capacity(inside.len());
    let mut is_escaped = false;
    for &byte in inside {
        if byte == b'\\' && !is_escaped {
            is_escaped = true;
        } else {
            plain.push(byte);
            is_escaped = false;
        }
    }
    Text::from(Bytes::from(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        for text in ["plain", "a \"b\" \\c\\\\", ""] {
            assert_eq!(unescaped(escaped(&text.into()).as_bytes()), text);
        }
        assert_eq!(escaped(&"a\"b".into()), "a\\\"b");
    }
}
