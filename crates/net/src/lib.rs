//! Sockets for SIP: UDP, TCP, TLS and WebSockets, in and out, bounded.
//!
//! [`Net`] binds an address or several for UDP and TCP, and one for each [`Door`]: TLS, WebSocket, or both.
//! What arrives is cut into messages and parsed by the thread or the task that received it; faulty messages are answered and counted there, and only whole, checked
//! ones are delivered. What leaves is handed over with [`Net::send`], which never waits: a datagram
//! goes straight to the socket, a message for a stream into the queue of its connection.
//!
//! What is kept true:
//! - A peer that does not read, does not finish its message, or opens connections without end
//!   costs a bounded amount of memory and no one else's time. The bounds are in [`Limits`].
//! - A connection is told closed exactly once after it was used, and after its last message.
//! - The way back to a peer is its [`FlowId`](ids::FlowId): the UDP sockets are the first, in
//!   their order; connections count up from there and are never named twice.

mod arrival;
mod certificates;
mod connection;
mod door;
mod handshakes;
mod limits;
mod meters;
mod names;
mod net;
mod origins;
mod patience;
mod reading;
mod receiver;
mod resolver;
mod stun;
mod switchboard;
mod tls;
mod udp;
mod websocket;

pub use arrival::Arrival;
pub use certificates::TlsFault;
pub use door::Door;
pub use limits::Limits;
pub use net::{Listener, Listening, Net, UDP_FLOW, listen};
pub use origins::Origins;
pub use resolver::{QUESTIONS_MAX, Resolver};
pub use tls::{Tls, TlsFiles};
