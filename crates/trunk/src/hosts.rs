//! The hosts of a trunk, in the order in which to try them, and which of them may be tried.

use clock::{Duration, Moment};
use sip_txn::{Hop, Transport};
use std::net::SocketAddr;

/// No more hosts than this of one trunk are kept; the first ones count.
pub const TARGETS_MAX: usize = 8;

/// How long a host that failed is passed over, unless it shows earlier that it is back.
pub(crate) const REST: Duration = Duration::from_secs(30);

/// One host of a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// What carries messages there.
    pub transport: Transport,
    /// Where it is.
    pub peer: SocketAddr,
}

impl Target {
    /// The hop there; a connection is opened where there is none.
    #[must_use]
    pub const fn hop(self) -> Hop {
        Hop { transport: self.transport, flow: Hop::NO_FLOW, peer: self.peer }
    }
}

/// All hosts of a trunk.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    list: Vec<Host>,
}

#[derive(Clone, Copy, Debug)]
struct Host {
    target: Target,
    /// Passed over until then.
    rests_until: Option<Moment>,
}

impl Hosts {
    /// These are the hosts from now on. One that was there before keeps what is known of it.
    pub(crate) fn set(&mut self, targets: impl IntoIterator<Item = Target>) {
        let before = std::mem::take(&mut self.list);
        for target in targets.into_iter().take(TARGETS_MAX) {
            if !self.has(target.peer) {
                let known = before.iter().find(|host| host.target == target);
                let rests_until = known.and_then(|host| host.rests_until);
                self.list.push(Host { target, rests_until });
            }
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a host of the trunk is at this address.
    pub(crate) fn has(&self, peer: SocketAddr) -> bool {
        self.list.iter().any(|host| host.target.peer == peer)
    }

    /// The host at this address.
    pub(crate) fn at(&self, peer: SocketAddr) -> Option<Target> {
        self.list.iter().map(|host| host.target).find(|target| target.peer == peer)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Target> + use<'_> {
        self.list.iter().map(|host| host.target)
    }

    /// The first host that may be tried.
    pub(crate) fn best(&self, now: Moment) -> Option<Target> {
        let mut awake =
            self.list.iter().filter(|host| host.rests_until.is_none_or(|until| until <= now));
        awake.next().map(|host| host.target)
    }

    /// A host failed, or asks to be left alone: it is passed over for so long.
    pub(crate) fn rest(&mut self, peer: SocketAddr, until: Moment) {
        for host in self.list.iter_mut().filter(|host| host.target.peer == peer) {
            host.rests_until = Some(until);
        }
    }

    /// Whether the host at this address is passed over.
    pub(crate) fn is_resting(&self, peer: SocketAddr, now: Moment) -> bool {
        let mut resting =
            self.list.iter().filter(|host| host.rests_until.is_some_and(|until| until > now));
        resting.any(|host| host.target.peer == peer)
    }

    /// When the next host has rested.
    pub(crate) fn next_wake(&self) -> Option<Moment> {
        self.list.iter().filter_map(|host| host.rests_until).min()
    }

    /// Hosts that have rested by now may be tried again.
    pub(crate) fn wake_rested(&mut self, now: Moment) {
        for host in &mut self.list {
            host.rests_until.take_if(|until| *until <= now);
        }
    }

    /// A host is there.
    pub(crate) fn wake(&mut self, peer: SocketAddr) {
        for host in self.list.iter_mut().filter(|host| host.target.peer == peer) {
            host.rests_until = None;
        }
    }
}
