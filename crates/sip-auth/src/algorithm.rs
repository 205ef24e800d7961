//! The hashes that a digest may be made with.

use md5::Md5;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A hash algorithm (RFC 7616 §3.2, RFC 8760 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// `MD5`: broken for other uses, yet all that many phones know.
    Md5,
    /// `SHA-256`
    Sha256,
}

impl Algorithm {
    /// The algorithm of this name, in any case; `None` for those we do not know, the session
    /// variants among them.
    #[must_use]
    pub const fn new(name: &[u8]) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"MD5") {
            Some(Self::Md5)
        } else if name.eq_ignore_ascii_case(b"SHA-256") {
            Some(Self::Sha256)
        } else {
            None
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The hash of `parts` with a colon between each two, in lower-case hex.
    pub(crate) fn hash(self, parts: &[&[u8]]) -> String {
        let text = parts.join(&b':');
        match self {
            Self::Md5 => hex(&Md5::digest(&text)),
            Self::Sha256 => hex(&Sha256::digest(&text)),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit =
        |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}
