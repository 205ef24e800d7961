//! What the sockets tell.

use ids::FlowId;
use sip_msg::Message;
use sip_txn::Hop;
use std::net::SocketAddr;

/// Something that arrived.
#[derive(Debug)]
pub enum Arrival {
    /// A whole message that was parsed without fault.
    Message {
        /// Where it came from, and the way back.
        hop: Hop,
        /// What it says.
        message: Box<Message>,
    },
    /// A peer has proved by a certificate who it is. Told before the connection's first message.
    Certified {
        /// The connection.
        flow: FlowId,
        /// The names that the certificate is made out to.
        names: Vec<String>,
    },
    /// A connection is gone, or a message was to go out over one that was gone before.
    FlowClosed(FlowId),
    /// A peer that has connected has brought no message for as long as
    /// [`Limits::unused_max`](crate::Limits), and so on after each such time. Whoever does not need
    /// the connection should [close](crate::Net::close_flow) it.
    Unused {
        /// The connection and its peer.
        hop: Hop,
    },
    /// No connection to this peer could be opened; what was to go there is lost.
    Unreachable {
        /// The peer.
        peer: SocketAddr,
    },
}

/// Where arrivals are handed to: must not block.
pub(crate) trait Deliver: Fn(Arrival) + Send + Sync + Clone + 'static {}

impl<F: Fn(Arrival) + Send + Sync + Clone + 'static> Deliver for F {}
