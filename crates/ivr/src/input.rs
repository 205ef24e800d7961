//! What happens to a caller.

use ids::{PlayId, QueueId};

/// What happened to the caller of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// We answered and sound can flow. Once, first of all.
    Answered,
    /// A key was pressed: `0`–`9`, `*`, `#`, `A`–`D`.
    Key(char),
    /// A play that was asked for has ended by itself. An older one's end changes nothing.
    Played(PlayId),
    /// The caller's place in the queue, asked for by [`crate::Output::AskPlace`]; 1 is the head.
    /// If it can not be told now, give no answer: it is asked again after the queue's interval.
    Place(u32),
    /// The queue asked for by [`crate::Output::Enqueue`] has no room.
    QueueRefused,
    /// Caller and agent hear each other. The visit is silent from here on.
    Connected,
    /// The agent was lost before the two could talk: the caller waits again and should hear so.
    Returned,
    /// Somebody sends the caller to this queue. The caller has been taken out of the one before.
    Moved(QueueId),
    /// Somebody has the visit ended. The caller has been taken out of any queue, hears a goodbye and
    /// is hung up on.
    Dismissed,
}
