//! What the ledger is handed to keep.

use events::{BindingChange, Event, SavedDesk};

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
}

impl Entry {
    /// The number that is acknowledged once this is on disk; only events have one.
    pub(crate) const fn seq(&self) -> Option<u64> {
        match self {
            Self::Event(event) => Some(event.seq),
            Self::Binding(_) | Self::TimeZone(_) | Self::Desk(_) => None,
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
