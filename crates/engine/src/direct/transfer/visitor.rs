//! A caller of ours in a direct call, and the way back.

use crate::call::Talked;
use crate::command::Priority;
use crate::trunks::Share;
use crate::whisper::Whispers;
use crate::work_items::Promise;
use clock::Moment;
use dialplan::{Known, LanguageId};
use events::Ani;
use ids::{AgentId, ClipId, QueueId};
use ivr::Visit;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

/// A caller of ours whom an agent has handed over, or whom the dialplan puts through: what is needed to
/// take the caller back.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(in crate::direct) number: Arc<str>,
    pub(super) source: IpAddr,
    pub(in crate::direct) share: Option<Share>,
    /// The agent who called a number of ours, if it is one.
    pub(crate) from: Option<AgentId>,
    pub(crate) caller: Ani,
    pub(crate) known: Option<Arc<Known>>,
    pub(super) choices: VecDeque<(Arc<str>, char)>,
    pub(super) whisper: Whispers,
    pub(crate) visit: Visit,
    pub(super) language: LanguageId,
    pub(in crate::direct) music: Option<ClipId>,
    pub(crate) queued: Option<(QueueId, Moment)>,
    pub(super) turn: u32,
    pub(super) priority: Option<Priority>,
    /// The callback that the caller was promised.
    pub(super) promise: Option<Promise>,
    /// Whether the caller has talked with an agent.
    pub(crate) talked: Talked,
}

impl Visitor {
    pub(crate) const fn is_of_trunk(&self) -> bool {
        matches!(self.share, Some(Share::Trunk(_)))
    }
}
