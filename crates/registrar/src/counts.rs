//! What the registrar has refused, for metrics.

/// How often each thing has happened since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests with wrong credentials.
    pub wrong: u64,
    /// Requests from a source that had been wrong too often, refused unread.
    pub barred: u64,
    /// Right credentials on too old a nonce, or used twice.
    pub stale: u64,
    /// Bindings that made place for a newer one of the same account.
    pub displaced: u64,
}
