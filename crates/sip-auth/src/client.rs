//! The side that is asked who it is.

use crate::digest::Input;
use crate::fields::Fields;
use crate::quote::{escaped, unescaped};
use crate::{Algorithm, Credentials};
use sip_msg::{Method, Text, Uri};
use std::fmt;

/// A user and a password. Prints without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: Text,
    /// The password.
    pub password: Text,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The value for an Authorization or Proxy-Authorization header, in answer to the challenges of a
/// 401 or 407: to the first one with the strongest hash (RFC 8760 §2.4). `cnonce` is random letters
/// of the caller's. `None` if there is no challenge that we can answer.
///
/// Each challenge is to be answered once; if another follows that is not `stale`, the password is
/// wrong.
#[must_use]
pub fn respond<'v>(
    challenges: impl IntoIterator<Item = &'v Text>,
    method: &Method,
    uri: &Uri,
    login: &Login,
    cnonce: &str,
) -> Option<Text> {
    answer(challenges, method, uri, login, cnonce).map(|(_, value)| value)
}

/// The same, with the realm of the challenge that is answered.
pub(crate) fn answer<'v>(
    challenges: impl IntoIterator<Item = &'v Text>,
    method: &Method,
    uri: &Uri,
    login: &Login,
    cnonce: &str,
) -> Option<(Text, Text)> {
    let known = challenges.into_iter().filter_map(|value| Challenge::read(value.as_bytes()));
    // Of two equally strong ones `max_by_key` would take the last.
    let best = known.min_by_key(|challenge| std::cmp::Reverse(challenge.algorithm))?;
    Some((unescaped(best.realm), best.answer(method, uri, login, cnonce)))
}

/// A challenge that we can answer, its parts as they stand on the wire.
struct Challenge<'a> {
    algorithm: Algorithm,
    realm: &'a [u8],
    nonce: &'a [u8],
    opaque: Option<&'a [u8]>,
    quality: Quality,
}

/// Which form of digest a challenge asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quality {
    /// `auth`
    Auth,
    /// None: the old form (RFC 2069).
    Old,
}

impl<'a> Challenge<'a> {
    fn read(value: &'a [u8]) -> Option<Self> {
        let fields = Fields::parse(value).ok()?;
        let quality = match fields.qop {
            None => Quality::Old,
            Some(list) => {
                let mut offered = list.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
                offered.find(|quality| quality.eq_ignore_ascii_case(b"auth"))?;
                Quality::Auth
            }
        };
        Some(Self {
            algorithm: fields.algorithm.map_or(Some(Algorithm::Md5), Algorithm::new)?,
            realm: fields.realm?,
            nonce: fields.nonce?,
            opaque: fields.opaque,
            quality,
        })
    }

    fn answer(&self, method: &Method, uri: &Uri, login: &Login, cnonce: &str) -> Text {
        const FIRST: &str = "00000001";
        let uri = Text::from(uri);
        let credentials = Credentials::new(&login.user, &Text::copied(self.realm), &login.password);
        let counted = match self.quality {
            Quality::Auth => Some((FIRST.as_bytes(), cnonce.as_bytes())),
            Quality::Old => None,
        };
        let input = Input {
            algorithm: self.algorithm,
            method: method.as_bytes(),
            uri: uri.as_bytes(),
            nonce: self.nonce,
            counted,
        };
        let response = input.digest(&credentials);
        let mut value = b"Digest ".to_vec();
        quoted(&mut value, "username", escaped(&login.user).as_bytes());
        quoted(&mut value, "realm", self.realm);
        quoted(&mut value, "nonce", self.nonce);
        quoted(&mut value, "uri", uri.as_bytes());
        quoted(&mut value, "response", response.as_bytes());
        if let Some(opaque) = self.opaque {
            quoted(&mut value, "opaque", opaque);
        }
        if self.quality == Quality::Auth {
            quoted(&mut value, "cnonce", cnonce.as_bytes());
            value.extend_from_slice(format!("qop=auth, nc={FIRST}, ").as_bytes());
        }
        value.extend_from_slice(format!("algorithm={}", self.algorithm).as_bytes());
        Text::from(bytes::Bytes::from(value))
    }
}

/// Appends `name="value", `. The value is as it stands between quotes already.
fn quoted(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\", ");
}
