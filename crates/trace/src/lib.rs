//! What was said in SIP, for whoever has to find out why a call went as it did.
//!
//! A [`Store`] keeps the latest messages of each call, and a few of those that belong to none, within
//! limits that have names. What it shows of a call, a [ladder](ladder::draw) or a [pcap
//! file](pcap::write), and what it hands on to [Homer](hep::packet), has no password, no key of encrypted sound and no key that a caller pressed in
//! it, and people's numbers only for those who ask ([`redact`]).
//!
//! ```
//! use clock::WallTime;
//! use ids::{CallId, FlowId};
//! use sip_txn::{Hop, Transport};
//! use trace::{Limits, Numbers, Store, Traced, Way, ladder};
//!
//! let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: "192.0.2.7:5062".parse().unwrap() };
//! let invite = "INVITE sip:100@192.0.2.1 SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK1\r\n\
//!     From: <sip:ana@192.0.2.7>;tag=a\r\nTo: <sip:100@192.0.2.1>\r\n\
//!     Call-ID: 1@192.0.2.7\r\nCSeq: 1 INVITE\r\n\r\n";
//! let mut store = Store::new(Limits::default());
//! let traced = Traced { at: WallTime::default(), way: Way::Heard, hop, bytes: invite.into() };
//! store.keep("1@192.0.2.7".into(), traced);
//! store.belongs(CallId(1), "1@192.0.2.7".into());
//! let call = store.call(CallId(1)).unwrap();
//! assert!(ladder::draw(&call, Numbers::Masked).contains("INVITE sip:100@192.0.2.1"));
//! ```

pub mod hep;
pub mod ladder;
pub mod pcap;
pub mod redact;
mod store;

pub use redact::Numbers;
pub use store::{CallTrace, Limits, Store};

use bytes::Bytes;
use clock::WallTime;
use sip_txn::{Hop, Local};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A peer sent it to us.
    Heard,
    /// We sent it to a peer.
    Said,
}

/// One message as it was on the wire.
#[derive(Clone, Debug)]
pub struct Traced {
    /// When the engine took it or gave it.
    pub at: WallTime,
    /// Which way it went.
    pub way: Way,
    /// The peer, and what carried it.
    pub hop: Hop,
    /// The whole message.
    pub bytes: Bytes,
}

/// Who sends to whom.
type Path = (SocketAddr, SocketAddr);

impl Traced {
    /// Who sent it to whom; `local` has our own addresses.
    fn path(&self, local: &Local) -> Path {
        let ours = of_family(local.at(self.hop), self.hop.peer);
        match self.way {
            Way::Heard => (self.hop.peer, ours),
            Way::Said => (ours, self.hop.peer),
        }
    }
}

/// Our address as a peer of the other family would see it is not known.
const fn of_family(ours: SocketAddr, peer: SocketAddr) -> SocketAddr {
    match (ours, peer) {
        (SocketAddr::V4(_), SocketAddr::V4(_)) | (SocketAddr::V6(_), SocketAddr::V6(_)) => ours,
        (_, SocketAddr::V4(_)) => SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), ours.port()),
        (_, SocketAddr::V6(_)) => SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), ours.port()),
    }
}
