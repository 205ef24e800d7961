//! What happened, as values: the events that the ledger keeps.
//!
//! Queues and agents go by the names they have in the dialplan, since a place in a list means
//! nothing after the list has changed. The engine numbers events as it makes them; the ledger
//! stores an event once however often it is handed over. Beside the events it keeps where phones can
//! be reached, what holds of agents at work, and how calls that are on can be taken up again: not what happened, only what is so, of which a change leaves no trace.

mod acquaintance;
mod agent;
mod ani;
mod binding;
mod call;
mod callback;
mod command;
mod counted;
mod day;
mod desk;
mod gone;
mod message;
mod queue;
mod saved_call;
mod sound;
mod visit;

pub use acquaintance::Acquaintance;
pub use agent::{AgentEvent, NoWayOut};
pub use ani::Ani;
pub use binding::{BindingChange, SavedBinding};
pub use call::{
    AbandonedWhile, Beside, CallEvent, Direction, GONE_AFTER_RESTART, LookUpResult, Outcome,
    ReservationEnd, STOPPED, WaitUntold,
};
pub use callback::{CallbackEvent, CallbackOver, CallbackPromised, NotReached, SavedCallback};
pub use command::{By, CommandEvent, Subject};
pub use counted::{Counted, CountedBy};
pub use day::{AgentDay, Day, Visit};
pub use desk::{SavedDesk, SavedPause, SavedWrapUp};
pub use gone::Gone;
pub use message::{FoundMessage, Label, MessageEvent, MessageLeft, SavedMessage, SetAside};
pub use queue::{Kept, QueueEvent, SavedQueue};
pub use saved_call::{
    InterruptedCall, SavedAt, SavedCall, SavedDirect, SavedLeg, SavedOutside, SavedParty,
    SavedPassage, SavedPeer, SavedPlace, SavedPromise, SavedTalk, SavedValue, SavedWait,
};
pub use sound::{
    FoundRecording, LegSide, LegSound, RecordedBy, RecordingEnd, RecordingLabel, RecordingName,
    RecordingWish, SoundEvent,
};
pub use visit::{SHORT_ABANDON_MAX, VisitChange, VisitOutcome, visit_change};

use clock::WallTime;
use ids::{CallId, MessageId};
use serde::Serialize;
use std::sync::Arc;

/// The name of a queue, an agent or a node in the dialplan.
pub type Name = Arc<str>;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Counts up by one for each event of a run of the engine, from 1.
    pub seq: u64,
    /// When, by the wall clock.
    pub at: WallTime,
    /// What.
    pub what: What,
}

/// What happened, to whom.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Something in the life of a call.
    Call(CallId, CallEvent),
    /// Something about the sound of a call, or of a work item that goes by the number of one.
    Sound(CallId, SoundEvent),
    /// Something in the life of a work item: what waits for an agent with nobody on the line. It goes by the number
    /// of a call, and is none.
    WorkItem(CallId, CallEvent),
    /// Something in the shift of an agent.
    Agent(Name, AgentEvent),
    /// Something about a queue.
    Queue(Name, QueueEvent),
    /// Something about a trunk.
    Trunk(Name, TrunkEvent),
    /// Somebody gave a command.
    Command(Subject, Box<CommandEvent>),
    /// Something in the life of a message that a caller has left.
    Message(MessageId, MessageEvent),
    /// Something in the life of a callback, by its number.
    Callback(CallId, CallbackEvent),
}

/// Something about a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TrunkEvent {
    /// The carrier knows where we are.
    #[serde(rename = "trunk_registered")]
    Registered,
    /// It is there; it needs no registration.
    #[serde(rename = "trunk_up")]
    Up,
    /// It does not answer.
    #[serde(rename = "trunk_down")]
    Down,
    /// The carrier does not let us in.
    #[serde(rename = "trunk_refused")]
    Refused {
        /// Its SIP status, such as 403.
        status: u16,
    },
}
