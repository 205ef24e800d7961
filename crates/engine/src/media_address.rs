//! Our addresses for sound: each leg has its sound where its signalling goes.

use crate::config::Config;
use sip_txn::Hop;
use std::net::IpAddr;

/// One of our addresses for sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaAddress {
    /// What session descriptions call it.
    pub told: IpAddr,
    /// What the media ports are bound at there: another one behind a router, or all of the machine.
    pub bound: IpAddr,
}

impl From<IpAddr> for MediaAddress {
    /// An address that is told as it is bound.
    fn from(ip: IpAddr) -> Self {
        Self { told: ip, bound: ip }
    }
}

impl Config {
    /// The address for the sound of a leg whose signalling goes over `hop`.
    pub(crate) fn media_at(&self, hop: Hop) -> MediaAddress {
        let told = self.sip.at(hop).ip();
        let listed = self.media.iter().find(|address| address.told == told);
        listed.copied().unwrap_or_else(|| told.into())
    }
}
