//! One subscription: who asked for what, and what is still to be told.

use crate::package::EventName;
use clock::Moment;
use ids::AgentId;
use sip_dialog::Dialog;
use sip_msg::Text;
use sip_txn::Hop;

/// The Call-ID and our own tag: enough to find a subscription, since our tags are never given twice.
pub(crate) type DialogKey = (Text, Text);

/// One subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Whose phone it is.
    pub(crate) by: AgentId,
    /// Who is watched.
    pub(crate) whom: AgentId,
    pub(crate) event: EventName,
    pub(crate) dialog: Dialog,
    /// The way that its last SUBSCRIBE came, which is the way back.
    pub(crate) hop: Hop,
    /// Our Contact in it.
    pub(crate) contact: Text,
    /// Who is watched, as the phone called them.
    pub(crate) entity: Text,
    pub(crate) expires_at: Moment,
    /// The number of the next document.
    pub(crate) version: u32,
    /// What is still to be told.
    pub(crate) owed: Owed,
    /// Not before this is a change told.
    pub(crate) change_at: Moment,
}

impl Subscription {
    pub(crate) fn key(&self) -> DialogKey {
        (self.dialog.id.call_id.clone(), self.dialog.id.local_tag.clone())
    }

    /// Owes that as well; what is more urgent stays.
    pub(crate) fn owe(&mut self, owed: Owed) {
        self.owed = self.owed.max(owed);
    }

    /// Whether it goes on after what is owed.
    pub(crate) const fn is_alive(&self) -> bool {
        match self.owed {
            Owed::Nothing | Owed::Change | Owed::Answer => true,
            Owed::End(_) => false,
        }
    }
}

/// What a subscriber is still to be told, the less urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owed {
    Nothing,
    /// What has changed, in a moment.
    Change,
    /// What a SUBSCRIBE is answered with, at once.
    Answer,
    /// That it is over, at once.
    End(Over),
}

/// Why a subscription is over (RFC 6665 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Over {
    /// Its time has come, or the phone has said so.
    Timeout,
    /// We go, and so many seconds later somebody may be here again.
    Probation { retry_after_s: u64 },
}

impl Over {
    /// The value of Subscription-State.
    pub(crate) fn state(self) -> String {
        match self {
            Self::Timeout => "terminated;reason=timeout".to_owned(),
            Self::Probation { retry_after_s } => {
                format!("terminated;reason=probation;retry-after={retry_after_s}")
            }
        }
    }
}
