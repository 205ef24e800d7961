//! What the registrar has refused, for metrics.

/// How often each thing has happened since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests with wrong credentials for a nonce that their source was given.
    pub wrong: u64,
    /// Requests of those who had been wrong some times, told to come back later.
    pub slowed: u64,
    /// Requests of those who had been wrong too often, refused unread.
    pub barred: u64,
    /// Credentials on a nonce that is not ours, was given to another source, is too old or used up.
    pub stale: u64,
    /// Bindings that made place for a newer one of the same account.
    pub displaced: u64,
}
