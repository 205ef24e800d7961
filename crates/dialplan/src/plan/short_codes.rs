//! Short codes: what agents dial on their own phones.

use super::DispositionId;
use ids::{AgentId, PauseId, QueueId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an agent wants by dialling a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortCode {
    /// To be at work.
    LogIn,
    /// To go home.
    LogOut,
    /// To take no calls for a while, for this reason.
    Pause(PauseId),
    /// To take calls again.
    Resume,
    /// More time for after-call work.
    ExtendWrapUp,
    /// To be done with after-call work.
    EndWrapUp,
    /// To file the last call.
    File(DispositionId),
    /// To serve this queue again.
    JoinQueue(QueueId),
    /// To serve it no more for now.
    LeaveQueue(QueueId),
    /// To hear what this agent and a caller say to each other.
    Listen(AgentId),
}

/// What something dialled is to the short codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled {
    /// One of them.
    Code(ShortCode),
    /// It begins as one does, and goes on as none.
    NoSuchCode,
}

/// All short codes, by what is dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortCodes {
    pub(crate) by_dialled: BTreeMap<Arc<str>, ShortCode>,
    /// Codes behind which something is to be dialled.
    pub(crate) beginnings: Vec<Arc<str>>,
}

impl ShortCodes {
    /// What is meant by something that was dialled; none if it is no code at all. Only what begins
    /// with a star or a hash is taken for a slip: it is nobody's number.
    #[must_use]
    pub fn find(&self, dialled: &str) -> Option<Dialled> {
        if let Some(code) = self.by_dialled.get(dialled) {
            return Some(Dialled::Code(*code));
        }
        let begins = |beginning: &Arc<str>| dialled.starts_with(&**beginning);
        let is_slip = dialled.starts_with(['*', '#']) && self.beginnings.iter().any(begins);
        is_slip.then_some(Dialled::NoSuchCode)
    }

    /// What is dialled for it, if it can be dialled.
    #[must_use]
    pub fn of(&self, wanted: ShortCode) -> Option<&Arc<str>> {
        let mut codes = self.by_dialled.iter();
        codes.find(|(_, code)| **code == wanted).map(|(dialled, _)| dialled)
    }
}
