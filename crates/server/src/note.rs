//! What is handed to the thread that owns the engine.

use api::{Given, Memberships, Why};
use engine::Edition;
use engine::LookUpId;
use engine::{About, Command};
use events::{By, Day};
use ids::FlowId;
use prompts::Store;
use sip_dns::{Answer, Question};
use sip_msg::Message;
use sip_txn::Hop;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::oneshot;

/// One thing that a shell tells the engine's thread.
#[derive(Debug)]
pub(crate) enum Note {
    /// A SIP message came.
    Message { hop: Hop, message: Box<Message>, came: Instant },
    /// A peer has proved by a certificate who it is.
    Certified { flow: FlowId, names: Vec<String> },
    /// The DNS has answered, or has not.
    Resolved { question: Question, answer: Answer },
    /// A directory has answered, or has not.
    LookedUp { id: LookUpId, answer: engine::Answer },
    /// A peer that has connected has said nothing for a while.
    Unused(Hop),
    /// A connection is gone.
    FlowClosed(FlowId),
    /// A peer cannot be connected to.
    Unreachable(SocketAddr),
    /// A media worker tells something.
    Media(media_protocol::Event),
    /// Somebody wants something done.
    Command { by: By, command: Command, answer: oneshot::Sender<Given> },
    /// The site has another plan.
    Reload(Box<Reload>),
    /// Somebody wants to know why.
    Explain { about: About, answer: oneshot::Sender<Why> },
    /// The ledger has everything up to this event on disk.
    Stored(u64),
    /// What the ledger has counted of a day, up to this event.
    DayRead { day: Box<Day>, last: u64 },
}

/// Another plan, with all that goes with it.
#[derive(Debug)]
pub(crate) struct Reload {
    pub(crate) by: By,
    pub(crate) next: Edition,
    pub(crate) store: Arc<Store>,
    pub(crate) memberships: Memberships,
    pub(crate) answer: oneshot::Sender<Given>,
}

impl From<net::Arrival> for Note {
    fn from(arrival: net::Arrival) -> Self {
        match arrival {
            net::Arrival::Message { hop, message } => {
                Self::Message { hop, message, came: Instant::now() }
            }
            net::Arrival::Certified { flow, names } => Self::Certified { flow, names },
            net::Arrival::FlowClosed(flow) => Self::FlowClosed(flow),
            net::Arrival::Unused { hop } => Self::Unused(hop),
            net::Arrival::Unreachable { peer } => Self::Unreachable(peer),
        }
    }
}
