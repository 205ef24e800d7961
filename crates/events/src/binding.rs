//! Where a phone can be reached, as the ledger keeps it over a restart.

use crate::Name;
use clock::WallTime;
use ids::{BindingId, FlowId};
use std::net::SocketAddr;

/// A phone's binding (RFC 3261 §10), all in the words of the wire, so that whoever restores it reads
/// it with the same grammar as a REGISTER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedBinding {
    /// Which one.
    pub id: BindingId,
    /// Whose phone.
    pub account: Name,
    /// Its Contact with all parameters but `expires`: one value of that header.
    pub contact: String,
    /// The address that its REGISTER came from.
    pub peer: SocketAddr,
    /// The listening socket that it came to.
    pub listener: FlowId,
    /// The proxies on the way to it (RFC 3327), one value of a Path header each, first one first.
    pub path: Vec<String>,
    /// The Call-ID of its latest REGISTER.
    pub call_id: String,
    /// The `CSeq` of its latest REGISTER.
    pub cseq: u32,
    /// What it calls itself.
    pub user_agent: Option<String>,
}

/// What has become of a binding that is to outlive the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindingChange {
    /// It is new, or it was refreshed.
    Kept {
        /// The binding.
        binding: Box<SavedBinding>,
        /// When it ends unless refreshed again.
        until: WallTime,
    },
    /// It has ended.
    Gone(BindingId),
}
