//! What the lines of an agent's phone are doing, as far as it knows.

use crate::answering::Manner;
use crate::phone::Sound;
use crate::registering::CodeCall;
use ids::LegId;
use sip_msg::{Request, Text};
use std::net::SocketAddr;

/// A line that is in use.
#[derive(Debug)]
pub(crate) enum On {
    Call { leg: LegId, invite: Box<Request>, sound: Sound, answered: Option<Manner> },
    Code(CodeCall),
}

impl On {
    pub(crate) const fn leg(&self) -> LegId {
        match self {
            Self::Call { leg, .. } => *leg,
            Self::Code(code) => code.leg,
        }
    }

    const fn sound(&self) -> &Sound {
        match self {
            Self::Call { sound, .. } => sound,
            Self::Code(code) => &code.sound,
        }
    }

    pub(crate) const fn sound_mut(&mut self) -> &mut Sound {
        match self {
            Self::Call { sound, .. } => sound,
            Self::Code(code) => &mut code.sound,
        }
    }
}

/// The lines of a phone that are in use, of so many that it has.
#[derive(Debug)]
pub(crate) struct Lines {
    on: Vec<On>,
    max: usize,
}

impl Lines {
    pub(crate) const fn new(max: usize) -> Self {
        Self { on: Vec::new(), max }
    }

    pub(crate) fn are_all_on(&self) -> bool {
        self.on.len() >= self.max
    }

    pub(crate) const fn is_one_on(&self) -> bool {
        !self.on.is_empty()
    }

    pub(crate) fn at(&self, leg: LegId) -> Option<&On> {
        self.on.iter().find(|on| on.leg() == leg)
    }

    pub(crate) fn at_mut(&mut self, leg: LegId) -> Option<&mut On> {
        self.on.iter_mut().find(|on| on.leg() == leg)
    }

    /// The calls that were answered, of queues and with colleagues, each with its Call-ID.
    pub(crate) fn answered(&self) -> impl Iterator<Item = (LegId, &Text)> {
        self.on.iter().filter_map(|on| match on {
            On::Call { leg, invite, answered: Some(_), .. } => Some((*leg, &invite.call_id)),
            On::Code(CodeCall { leg, talk: Some(call_id), .. }) => Some((*leg, call_id)),
            On::Call { answered: None, .. } | On::Code(_) => None,
        })
    }

    pub(crate) fn begin(&mut self, on: On) {
        self.on.push(on);
    }

    pub(crate) fn end(&mut self, leg: LegId) -> Option<On> {
        let at = self.on.iter().position(|on| on.leg() == leg)?;
        Some(self.on.remove(at))
    }

    /// The phone knows of no call any more.
    pub(crate) fn forget(&mut self) {
        self.on.clear();
    }

    /// Where each of them listens.
    pub(crate) fn ears(&self) -> Vec<SocketAddr> {
        self.on.iter().map(|on| on.sound().rtp).collect()
    }
}

/// Where a line listens.
pub(crate) const fn ear(on: &On) -> SocketAddr {
    on.sound().rtp
}
