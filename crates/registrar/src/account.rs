//! One account and its bindings.

use crate::Binding;
use clock::Moment;
use sip_auth::Credentials;
use sip_msg::NameAddr;

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
