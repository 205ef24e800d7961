//! Keys for encrypted sound in a description: `a=crypto` (SDES, RFC 4568; RFC 7714 §14.2).
//!
//! The keys stand in the description as they are, so they are only worth something where the
//! signalling is encrypted itself. Whether it is, the user of this crate knows.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use media_protocol::{MasterKey, Suite};
use std::fmt;

/// The most `a=crypto` of one media line that are looked at.
pub const CRYPTO_LINES_MAX: usize = 16;

/// The longest name of a key that is looked at: tags have nine digits (RFC 4568 §9.1).
const TAG_DIGITS_MAX: usize = 9;

/// Session parameters that change nothing for us (RFC 4568 §6.3): how often keys are derived anew
/// when that is never, and the window of the other side.
const HARMLESS: [&str; 2] = ["KDR=0", "WSH="];

/// One `a=crypto` that we can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crypto {
    /// The number that an answer names it by.
    pub tag: u32,
    /// The key that its writer seals with.
    pub key: MasterKey,
}

impl Crypto {
    /// Reads the value of the attribute: `1 AES_CM_128_HMAC_SHA1_80 inline:…`.
    ///
    /// `None` for suites that are not spoken here, keys of a wrong length, several keys, keys with
    /// an identifier in each packet (MKI), and session parameters that leave something in the clear
    /// or that nobody knows (RFC 4568 §6.3.7): such a line must not be chosen.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let mut words = value.split_ascii_whitespace();
        let (tag, suite, keys) = (words.next()?, words.next()?, words.next()?);
        if tag.len() > TAG_DIGITS_MAX || !words.all(is_harmless) {
            return None;
        }
        let suite = [Suite::AesCm128HmacSha1_80, Suite::AeadAes128Gcm]
            .into_iter()
            .find(|known| name(*known).eq_ignore_ascii_case(suite))?;
        Some(Self { tag: tag.parse().ok()?, key: key(suite, keys)? })
    }
}

/// `inline:KEY` with or without a lifetime.
fn key(suite: Suite, keys: &str) -> Option<MasterKey> {
    let (method, info) = keys.split_once(':')?;
    let mut fields = info.split('|');
    let octets = fields.next()?;
    let is_plain = fields.next().is_none_or(|lifetime| !lifetime.contains(':'))
        && fields.next().is_none()
        && !info.contains(';');
    if !method.eq_ignore_ascii_case("inline") || !is_plain {
        return None;
    }
    let octets =
        STANDARD.decode(octets).or_else(|_| STANDARD_NO_PAD.decode(octets)).unwrap_or_default();
    MasterKey::new(suite, &octets)
}

fn is_harmless(parameter: &str) -> bool {
    // An extension that its writer can do without begins with a hyphen.
    parameter.starts_with('-') || HARMLESS.iter().any(|known| parameter.starts_with(known))
}

/// The name of a suite in `a=crypto`.
const fn name(suite: Suite) -> &'static str {
    match suite {
        Suite::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
        Suite::AeadAes128Gcm => "AEAD_AES_128_GCM",
    }
}

/// The value of the attribute.
impl fmt::Display for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (master, salt) = self.key.reveal();
        let octets = STANDARD.encode([master, salt].concat());
        write!(f, "{} {} inline:{octets}", self.tag, name(self.key.suite()))
    }
}

/// Our own keys of one session: one for each suite, since which of them is used the peer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    dear: MasterKey,
    usual: MasterKey,
}

impl Keys {
    /// The octets that [`Keys::new`] takes.
    pub const LEN: usize = Suite::AeadAes128Gcm.octets() + Suite::AesCm128HmacSha1_80.octets();

    /// Keys made of octets that nobody can guess.
    #[must_use]
    pub fn new(random: [u8; Self::LEN]) -> Self {
        let (dear, usual) = random.split_at(Suite::AeadAes128Gcm.octets());
        let both = MasterKey::new(Suite::AeadAes128Gcm, dear)
            .zip(MasterKey::new(Suite::AesCm128HmacSha1_80, usual));
        let (dear, usual) = both.expect("LEN is the length of both");
        Self { dear, usual }
    }

    /// Our key for a suite.
    #[must_use]
    pub const fn of(&self, suite: Suite) -> MasterKey {
        match suite {
            Suite::AeadAes128Gcm => self.dear,
            Suite::AesCm128HmacSha1_80 => self.usual,
        }
    }

    /// What we offer, the dearest first.
    pub(crate) const fn offered(&self) -> [Crypto; 2] {
        [Crypto { tag: 1, key: self.dear }, Crypto { tag: 2, key: self.usual }]
    }
}

/// Whether the sound of a session is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Srtp {
    /// Never: `RTP/AVP` only.
    #[default]
    Never,
    /// Where the peer can: offered as `RTP/AVP` with keys beside it (RFC 8643), accepted in that
    /// form and as `RTP/SAVP`.
    Possible(Keys),
    /// Always: `RTP/SAVP` is offered, and sound in the clear is refused.
    Required(Keys),
}

impl Srtp {
    /// The keys, if there are any.
    #[must_use]
    pub const fn keys(&self) -> Option<&Keys> {
        match self {
            Self::Never => None,
            Self::Possible(keys) | Self::Required(keys) => Some(keys),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIRTY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd";
    const TWENTY_EIGHT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==";

    fn suite(value: &str) -> Option<Suite> {
        Crypto::parse(value).map(|crypto| crypto.key.suite())
    }

    #[test]
    fn both_suites_are_read_and_written_alike() {
        for value in [
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}"),
            format!("999999999 AEAD_AES_128_GCM inline:{TWENTY_EIGHT}"),
        ] {
            assert_eq!(Crypto::parse(&value).unwrap().to_string(), value);
        }
    }

    #[test]
    fn what_phones_write_beside_the_key_is_read() {
        let usual = Some(Suite::AesCm128HmacSha1_80);
        assert_eq!(suite(&format!("2 aes_cm_128_hmac_sha1_80 inline:{THIRTY}|2^31")), usual);
        assert_eq!(suite(&format!("2 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}|2^20 WSH=64")), usual);
        assert_eq!(suite(&format!("2 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY} KDR=0 -x")), usual);
        let unpadded = TWENTY_EIGHT.trim_end_matches('=');
        assert_eq!(
            suite(&format!("1 AEAD_AES_128_GCM inline:{unpadded}")),
            Some(Suite::AeadAes128Gcm)
        );
    }

    #[test]
    fn a_line_that_cannot_be_used_is_none() {
        for value in [
            String::new(),
            format!("1 AES_CM_128_HMAC_SHA1_32 inline:{THIRTY}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{TWENTY_EIGHT}"),
            format!("1 AEAD_AES_128_GCM inline:{THIRTY}"),
            "1 AES_CM_128_HMAC_SHA1_80 inline:".to_owned(),
            "1 AES_CM_128_HMAC_SHA1_80 inline:%%%".to_owned(),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}|2^20|1:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}|1:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY};inline:{THIRTY}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 uri:{THIRTY}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY} UNENCRYPTED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY} UNAUTHENTICATED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY} KDR=3"),
            format!("1234567890 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}"),
            format!("-1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}"),
        ] {
            assert_eq!(suite(&value), None, "{value}");
        }
    }

    #[test]
    fn a_key_does_not_print() {
        let crypto = Crypto::parse(&format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THIRTY}")).unwrap();
        assert!(!format!("{crypto:?}").contains("AAEC"), "{crypto:?}");
    }
}
