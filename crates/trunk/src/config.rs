//! What a trunk is told at its start.

use clock::Duration;
use sip_auth::Prover;
use sip_msg::{Host, Text};

/// What a trunk is told at its start.
#[derive(Clone, Debug)]
pub struct Config {
    /// The host part of addresses there.
    pub domain: Host,
    /// How to register, if we do.
    pub registration: Option<Registration>,
    /// How often each host is asked whether it is there; `None` is never.
    pub health: Option<Duration>,
}

/// How to register at a carrier.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The user of the address that is registered, and of our Contact.
    pub user: Text,
    /// What we prove ourselves with.
    pub prover: Prover,
    /// For how long; the carrier may grant less.
    pub expires: Duration,
}
