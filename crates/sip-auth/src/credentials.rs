//! What is kept of a password.

use crate::Algorithm;
use sip_msg::Text;
use std::fmt;

/// What the digests of one user in one realm are made from (`H(A1)` of RFC 7616 §3.4.2). Whoever
/// holds it can answer challenges of that realm, so it prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    md5: String,
    sha256: String,
}

impl Credentials {
    /// The credentials of `user` in `realm` with this password, which is not kept.
    #[must_use]
    pub fn new(user: &Text, realm: &Text, password: &Text) -> Self {
        let parts = [user.as_bytes(), realm.as_bytes(), password.as_bytes()];
        Self { md5: Algorithm::Md5.hash(&parts), sha256: Algorithm::Sha256.hash(&parts) }
    }

    pub(crate) const fn ha1(&self, algorithm: Algorithm) -> &[u8] {
        match algorithm {
            Algorithm::Md5 => self.md5.as_bytes(),
            Algorithm::Sha256 => self.sha256.as_bytes(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}
