//! What the ledger is handed to keep.

use events::{BindingChange, Event, SavedCall, SavedDesk};
use ids::CallId;

/// One thing to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Something that happened.
    Event(Event),
    /// Where a phone can be reached, or no more.
    Binding(BindingChange),
    /// The name of the time zone of the centre, by which reports tell days, from now on.
    TimeZone(String),
    /// What holds of an agent.
    Desk(Box<SavedDesk>),
    /// How a call that is on can be taken up by the next run.
    Call(Box<SavedCall>),
    /// A call that is on can not be taken up any more.
    NoCall(CallId),
}

/// What an entry counts as once it is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An event of this run, with the number that is acknowledged.
    Event(u64),
    /// Where a phone can be reached.
    Binding,
    /// How a call that is on can be taken up.
    Call,
    /// What nobody counts.
    Else,
}

impl Entry {
    /// What it counts as.
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Event(event) => Kind::Event(event.seq),
            Self::Binding(_) => Kind::Binding,
            Self::Call(_) | Self::NoCall(_) => Kind::Call,
            Self::TimeZone(_) | Self::Desk(_) => Kind::Else,
        }
    }
}

impl From<Event> for Entry {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}

impl From<BindingChange> for Entry {
    fn from(change: BindingChange) -> Self {
        Self::Binding(change)
    }
}

impl From<SavedDesk> for Entry {
    fn from(desk: SavedDesk) -> Self {
        Self::Desk(Box::new(desk))
    }
}
