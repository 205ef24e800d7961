//! What can happen to the centre.

use clock::Moment;
use ids::{AgentId, CallId, QueueId, ReservationId};

/// What happened. What concerns an agent, call or reservation that is not there (any more) changes
/// nothing: phones and callers are often a moment late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The agent logged in, or came back after missing too many rings.
    LoggedIn(AgentId),
    /// The agent logged out. A conversation is finished first; a ring moves on at once.
    LoggedOut(AgentId),
    /// A phone of the agent can be rung.
    Reachable(AgentId),
    /// No phone of the agent can be rung any more. A ring moves on at once.
    Unreachable(AgentId),
    /// The agent is on a call of their own. A ring moves on at once.
    Occupied(AgentId),
    /// The agent's own call is over.
    Freed(AgentId),
    /// A caller enters a queue. A call that is in one already stays where it is.
    Queued {
        /// The caller's visit.
        call: CallId,
        /// Where to wait.
        queue: QueueId,
        /// Added to the priority of the queue.
        priority: u8,
        /// When the caller first arrived, which may be earlier than now.
        arrived: Moment,
    },
    /// The caller left the line, waiting or being rung.
    Abandoned(CallId),
    /// The agent's phone answered.
    Accepted(ReservationId),
    /// Agent and caller hear each other: the reservation has come to its good end.
    Connected(ReservationId),
    /// The agent's phone answered and hung up before the two were connected.
    Dropped(ReservationId),
    /// The agent refused: 486, 600 or 603.
    Declined(ReservationId),
    /// The phone could not be rung: 404, 408, 480, 5xx, no answer to the INVITE at all.
    Failed(ReservationId),
    /// The agent's side of the conversation ended: after-call work begins.
    Ended(AgentId),
    /// The agent is done with after-call work before its time.
    WrapUpEnded(AgentId),
}
