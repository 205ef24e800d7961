//! A caller of ours in a direct call, and the way back.

use crate::call::Talked;
use crate::command::Priority;
use crate::trunks::Share;
use crate::whisper::Whispers;
use crate::work_items::Promise;
use clock::Moment;
use dialplan::{Known, LanguageId};
use events::{Ani, RecordingWish};
use ids::{AgentId, ClipId, QueueId};
use ivr::Visit;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

/// A caller of ours whom an agent has handed over, or whom the dialplan puts through: what is needed to
/// take the caller back.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) number: Arc<str>,
    pub(crate) source: IpAddr,
    pub(crate) share: Option<Share>,
    /// The agent who called a number of ours, if it is one.
    pub(crate) from: Option<AgentId>,
    pub(crate) caller: Ani,
    pub(crate) known: Option<Arc<Known>>,
    pub(crate) choices: VecDeque<(Arc<str>, char)>,
    pub(crate) whisper: Whispers,
    pub(crate) visit: Visit,
    pub(crate) language: LanguageId,
    pub(crate) music: Option<ClipId>,
    pub(crate) queued: Option<(QueueId, Moment)>,
    pub(crate) turn: u32,
    pub(crate) priority: Option<Priority>,
    /// The callback that the caller was promised.
    pub(crate) promise: Option<Promise>,
    /// Whether the caller has talked with an agent.
    pub(crate) talked: Talked,
    /// What somebody has said of the recording of the talk.
    pub(crate) recording: Option<RecordingWish>,
}

impl Visitor {
    pub(crate) const fn is_of_trunk(&self) -> bool {
        matches!(self.share, Some(Share::Trunk(_)))
    }
}
