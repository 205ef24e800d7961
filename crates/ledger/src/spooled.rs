//! Entries as they lie in the spool.
//!
//! What changes more than its own row is kept as an event; of the rest the row is enough.

use crate::entry::{Entry, Kind};
use crate::record::Row;
use crate::text::{column, micros};
use clock::WallTime;
use events::{
    BindingChange, CallEvent, CallbackEvent, Event, MessageEvent, Name, QueueEvent, SavedBinding,
    SavedCall, SavedDesk, SoundEvent, What,
};
use ids::{BindingId, CallId, FlowId, MessageId};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// An entry in the spool.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Spooled {
    Event { seq: u64, at: i64, of: Of },
    Row { seq: i64, at: i64, row: Row },
    Kept(Box<Kept>),
    Gone(u64),
    TimeZone(String),
    Desk(Box<SavedDesk>),
    Call(Box<SavedCall>),
    NoCall(u64),
}

/// Whose event it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Of {
    Call(u64, CallEvent),
    WorkItem(u64, CallEvent),
    Message(u64, MessageEvent),
    Callback(u64, CallbackEvent),
    Queue(Name, QueueEvent),
    Sound(u64, SoundEvent),
}

/// A binding, and until when it holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    id: u64,
    account: Name,
    contact: String,
    peer: SocketAddr,
    listener: u64,
    path: Vec<String>,
    call_id: String,
    cseq: u32,
    user_agent: Option<String>,
    until: i64,
}

/// What is done with it.
#[derive(Clone, Debug)]
pub(crate) enum Replayed {
    Entry(Entry),
    Row { seq: i64, at: i64, row: Row },
}

impl Spooled {
    pub(crate) fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Event(event) => Self::of_event(event),
            Entry::TimeZone(name) => Self::TimeZone(name.clone()),
            Entry::Binding(BindingChange::Gone(id)) => Self::Gone(id.0),
            Entry::Binding(BindingChange::Kept { binding, until }) => {
                Self::Kept(Box::new(Kept::of(binding, *until)))
            }
            Entry::Desk(desk) => Self::Desk(desk.clone()),
            Entry::Call(call) => Self::Call(call.clone()),
            Entry::NoCall(call) => Self::NoCall(call.0),
        }
    }

    fn of_event(event: &Event) -> Self {
        let of = match event.what.clone() {
            What::Call(call, happened) => Of::Call(call.0, happened),
            What::WorkItem(call, happened) => Of::WorkItem(call.0, happened),
            What::Message(id, happened) => Of::Message(id.0, happened),
            What::Callback(id, happened) => Of::Callback(id.0, happened),
            What::Queue(queue, happened) => Of::Queue(queue, happened),
            What::Sound(call, happened) => Of::Sound(call.0, happened),
            What::Agent(..) | What::Trunk(..) | What::Command(..) => {
                let (seq, at) = (column(event.seq), micros(event.at));
                return Self::Row { seq, at, row: Row::of(event) };
            }
        };
        Self::Event { seq: event.seq, at: event.at.as_micros(), of }
    }

    /// As it was handed over.
    pub(crate) fn replayed(self) -> Replayed {
        let entry = match self {
            Self::Row { seq, at, row } => return Replayed::Row { seq, at, row },
            Self::Event { seq, at, of } => {
                let what = match of {
                    Of::Call(call, happened) => What::Call(CallId(call), happened),
                    Of::WorkItem(call, happened) => What::WorkItem(CallId(call), happened),
                    Of::Message(id, happened) => What::Message(MessageId(id), happened),
                    Of::Callback(id, happened) => What::Callback(CallId(id), happened),
                    Of::Queue(queue, happened) => What::Queue(queue, happened),
                    Of::Sound(call, happened) => What::Sound(CallId(call), happened),
                };
                Entry::Event(Event { seq, at: WallTime::from_micros(at), what })
            }
            Self::TimeZone(name) => Entry::TimeZone(name),
            Self::Gone(id) => Entry::Binding(BindingChange::Gone(BindingId(id))),
            Self::Kept(kept) => Entry::Binding(kept.change()),
            Self::Desk(desk) => Entry::Desk(desk),
            Self::Call(call) => Entry::Call(call),
            Self::NoCall(call) => Entry::NoCall(CallId(call)),
        };
        Replayed::Entry(entry)
    }

    /// What it counts as.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Event { seq, .. } => Kind::Event(*seq),
            Self::Row { seq, .. } => u64::try_from(*seq).map_or(Kind::Else, Kind::Event),
            Self::Kept(_) | Self::Gone(_) => Kind::Binding,
            Self::Call(_) | Self::NoCall(_) => Kind::Call,
            Self::TimeZone(_) | Self::Desk(_) => Kind::Else,
        }
    }
}

impl Kept {
    fn of(binding: &SavedBinding, until: WallTime) -> Self {
        let binding = binding.clone();
        Self {
            id: binding.id.0,
            account: binding.account,
            contact: binding.contact,
            peer: binding.peer,
            listener: binding.listener.0,
            path: binding.path,
            call_id: binding.call_id,
            cseq: binding.cseq,
            user_agent: binding.user_agent,
            until: until.as_micros(),
        }
    }

    fn change(self) -> BindingChange {
        let binding = SavedBinding {
            id: BindingId(self.id),
            account: self.account,
            contact: self.contact,
            peer: self.peer,
            listener: FlowId(self.listener),
            path: self.path,
            call_id: self.call_id,
            cseq: self.cseq,
            user_agent: self.user_agent,
        };
        BindingChange::Kept { binding: Box::new(binding), until: WallTime::from_micros(self.until) }
    }
}
