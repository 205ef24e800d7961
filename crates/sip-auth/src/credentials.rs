//! What is kept of a password.

use crate::Algorithm;
use sip_msg::Text;
use std::fmt;

/// What the digests of one user in one realm are made from (`H(A1)` of RFC 7616 §3.4.2). Whoever
/// holds it can answer challenges of that realm, so it prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    md5: Option<String>,
    sha256: Option<String>,
}

impl Credentials {
    /// The credentials of `user` in `realm` with this password, which is not kept.
    #[must_use]
    pub fn new(user: &Text, realm: &Text, password: &Text) -> Self {
        let parts = [user.as_bytes(), realm.as_bytes(), password.as_bytes()];
        Self {
            md5: Some(Algorithm::Md5.hash(&parts)),
            sha256: Some(Algorithm::Sha256.hash(&parts)),
        }
    }

    /// The credentials of a user whose hashes alone are known, in lower-case hex. Without the hash of an
    /// algorithm no answer by that one is right.
    #[must_use]
    pub const fn hashed(md5: Option<String>, sha256: Option<String>) -> Self {
        Self { md5, sha256 }
    }

    /// `H(A1)` by an algorithm, in lower-case hex; empty if it is not known.
    #[must_use]
    pub fn ha1(&self, algorithm: Algorithm) -> &str {
        let known = match algorithm {
            Algorithm::Md5 => &self.md5,
            Algorithm::Sha256 => &self.sha256,
        };
        known.as_deref().unwrap_or_default()
    }

    /// Whether answers by this algorithm can be right.
    pub(crate) const fn knows(&self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Md5 => self.md5.is_some(),
            Algorithm::Sha256 => self.sha256.is_some(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}
