//! One attempt to hand one call to one agent.

use clock::Moment;
use ids::{AgentId, CallId, QueueId};

/// An attempt that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Who is rung.
    pub agent: AgentId,
    /// For whom.
    pub call: CallId,
    /// The queue of the call.
    pub queue: QueueId,
    /// Since when.
    pub since: Moment,
    /// How far it has come.
    pub phase: Phase,
}

/// How far a reservation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The phone rings.
    Ringing,
    /// The phone has answered; agent and caller do not hear each other yet.
    Answered,
}
