//! One account and its bindings.

use crate::Binding;
use clock::Moment;
use sip_auth::Credentials;
use sip_msg::{NameAddr, Text};
use std::fmt;

/// What proves an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The password, which is not kept.
    Password(Password),
    /// What its digests are made from.
    Hashed(Credentials),
}

/// A password on its way to being hashed. Prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Text);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl From<&'static str> for Proof {
    fn from(password: &'static str) -> Self {
        Self::Password(Password(password.into()))
    }
}

impl From<String> for Proof {
    fn from(password: String) -> Self {
        Self::Password(Password(password.into()))
    }
}

impl From<Credentials> for Proof {
    fn from(credentials: Credentials) -> Self {
        Self::Hashed(credentials)
    }
}

impl Proof {
    /// What is kept of it for this account in this realm.
    pub(crate) fn credentials(self, name: &Text, realm: &Text) -> Credentials {
        match self {
            Self::Password(Password(password)) => Credentials::new(name, realm, &password),
            Self::Hashed(credentials) => credentials,
        }
    }
}

/// An account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) credentials: Credentials,
    /// In the order of their last refresh, the latest last.
    pub(crate) bindings: Vec<Binding>,
}

impl Account {
    pub(crate) const fn new(credentials: Credentials) -> Self {
        Self { credentials, bindings: Vec::new() }
    }

    pub(crate) fn find(&self, contact: &NameAddr) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.is_for(contact))
    }

    pub(crate) fn take(&mut self, number: u64) -> Option<Binding> {
        let at = self.bindings.iter().position(|binding| binding.number == number)?;
        Some(self.bindings.remove(at))
    }

    /// Bindings that have not run out.
    pub(crate) fn live(&self, now: Moment) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |binding| binding.expires_at > now)
    }
}
