//! What can happen to the centre.

use crate::Recalled;
use clock::{Duration, Moment};
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId};

/// What waits in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody on the line.
    Caller,
    /// Somebody on the line who was called back: there is always room, and no condition sends them on.
    CalledBack,
    /// Something to be done, with nobody on the line: a message, say. It waits in the same order, and for as long as
    /// it takes: there is always room for it, no condition sends it on, and it is not counted where callers are.
    WorkItem,
}

impl Kind {
    /// Whether somebody is on the line.
    #[must_use]
    pub const fn is_on_the_line(self) -> bool {
        matches!(self, Self::Caller | Self::CalledBack)
    }
}

/// What comes to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The caller's visit, or the work item.
    pub call: CallId,
    /// Which of the two it is.
    pub kind: Kind,
    /// Where to wait.
    pub queue: QueueId,
    /// Added to the priority of the queue.
    pub priority: u8,
    /// When the caller first arrived, which may be earlier than now.
    pub arrived: Moment,
    /// Which of the queue's needs the call has, from 0; one that it has not is the first.
    pub need: usize,
    /// The agent whom the call is kept for, and at most how long: while that agent is on duty,
    /// nobody else is rung.
    pub kept_for: Option<(AgentId, Duration)>,
    /// An agent who has just given it back, and has a pause from it as after a refusal; from a work item,
    /// whoever else is on duty. It is not kept for that agent.
    pub given_back_by: Option<AgentId>,
    /// Whether the caller has been let in by an earlier process, and stands there again: there is room, however many have come since.
    pub stood: bool,
}

impl Waiting {
    /// A caller of no special need or priority.
    #[must_use]
    pub const fn new(call: CallId, queue: QueueId, arrived: Moment) -> Self {
        Self {
            call,
            kind: Kind::Caller,
            queue,
            priority: 0,
            arrived,
            need: 0,
            kept_for: None,
            given_back_by: None,
            stood: false,
        }
    }

    /// A work item of no special need or priority.
    #[must_use]
    pub const fn work_item(call: CallId, queue: QueueId, arrived: Moment) -> Self {
        Self { kind: Kind::WorkItem, ..Self::new(call, queue, arrived) }
    }
}

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
    /// The agent serves this queue of theirs no more, until [`JoinedQueue`](Self::JoinedQueue). A ring for
    /// it moves on at once.
    LeftQueue(AgentId, QueueId),
    /// The agent serves this queue of theirs again.
    JoinedQueue(AgentId, QueueId),
    /// The agent pauses, for this reason. A conversation is finished first, and its after-call work;
    /// a ring moves on at once.
    Paused(AgentId, PauseId),
    /// The pause is over.
    Resumed(AgentId),
    /// Rings that came to nothing are forgotten; a pause goes on.
    CameBack(AgentId),
    /// This is remembered of the agent, as it stood when the process ended. It changes nothing about one who can be
    /// rung, is being rung, talks, or is in after-call work. Such work that would be over by now is, and so is that of one
    /// who is not logged in.
    Recalled(AgentId, Recalled),
    /// A new day has begun for [`FewestCalls`](crate::Strategy::FewestCalls).
    DayBegan,
    /// A caller enters a queue, or a work item. A call that is in one already stays where it is.
    Queued(Waiting),
    /// Somebody takes the call out of its queue, waiting or being rung. It may come to another one.
    TakenOut(CallId),
    /// Somebody gives the call this priority of its own, added to that of the queue.
    Prioritised(CallId, u8),
    /// Somebody takes the ring back. The call goes to somebody else first, as after a refusal, which
    /// is not counted.
    TakenBack(ReservationId),
    /// The caller left the line, waiting or being rung.
    Abandoned(CallId),
    /// The agent's phone answered.
    Accepted(ReservationId),
    /// Agent and caller hear each other: the reservation has come to its good end.
    Connected(ReservationId),
    /// The agent's phone answered and hung up before the two were connected.
    Dropped(ReservationId),
    /// The agent refused: 603.
    Declined(ReservationId),
    /// The agent passes the ringing call on to a colleague. Where that one is not ready, or may not take
    /// it, the agent has refused.
    PassedOn(ReservationId, AgentId),
    /// The agent's phones are busy, or say so: 486 or 600.
    Busy(ReservationId),
    /// The phone could not be rung: 404, 408, 480, 5xx, no answer to the INVITE at all.
    Failed(ReservationId),
    /// A colleague has handed a conversation of this queue over to the agent. An agent who has no room for it, since
    /// they are rung or talk for a queue already, has it as a call of their own.
    TookOver(AgentId, CallId, QueueId),
    /// The agent goes on in a conversation of this queue that began at this moment, before the process did. It is counted
    /// already.
    GoesOnTalking(AgentId, CallId, QueueId, Moment),
    /// The agent's side of this conversation ended. After-call work begins with the end of the last one, or of the
    /// ring that is on; it is the longest that any of them has led to.
    Ended(AgentId, CallId),
    /// The agent is done with after-call work before its time.
    WrapUpEnded(AgentId),
    /// After-call work that is on ends at this moment instead.
    WrapUpUntil(AgentId, Moment),
}
