//! What an agent's phone proves itself with.

use super::Secret;

/// What is known of a phone's password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneSecret {
    /// The password itself.
    Password(Secret),
    /// Only what its digests are made from.
    Hashed(Ha1),
}

/// `H(A1)` of the account, the realm and the password (RFC 7616 §3.4.2), in lower-case hex. It is good
/// for that realm alone. What is not there answers no challenge of that algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ha1 {
    /// By MD5: 32 digits.
    pub md5: Option<Secret>,
    /// By SHA-256: 64 digits.
    pub sha256: Option<Secret>,
}

impl PhoneSecret {
    /// The password, if it is known.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        match self {
            Self::Password(secret) => Some(secret.reveal()),
            Self::Hashed(_) => None,
        }
    }
}
