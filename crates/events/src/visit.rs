//! What an event is to the visits of its call: each time that a caller came to a queue, and what became of it.
//!
//! The ledger keeps visits and the engine counts them; both go by this one reading.

use crate::{CallEvent, Outcome, STOPPED};
use clock::Duration;
use snapshot::QueueToday;

/// Who hangs up in less than this has hardly waited: dialled wrongly, or thought better of it.
pub const SHORT_ABANDON_MAX: Duration = Duration::from_secs(5);

/// What became of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisitOutcome {
    /// An agent took the call.
    Answered,
    /// The caller hung up.
    Abandoned,
    /// So soon that it was hardly a wait.
    ShortAbandoned,
    /// Sent on for having waited.
    TimedOut,
    /// Sent on for anything else, or the queue was full.
    Overflowed,
    /// Left by a key, and was promised a callback.
    Callback,
    /// Left by a key for something else.
    Key,
    /// The queue was closed, or closed while the caller waited.
    Closed,
    /// Moved to another queue by a command.
    Moved,
    /// Sent away by a command.
    Withdrawn,
    /// The server stopped.
    Interrupted,
}

impl VisitOutcome {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Answered,
        Self::Abandoned,
        Self::ShortAbandoned,
        Self::TimedOut,
        Self::Overflowed,
        Self::Callback,
        Self::Key,
        Self::Closed,
        Self::Moved,
        Self::Withdrawn,
        Self::Interrupted,
    ];

    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::ShortAbandoned => "short_abandoned",
            Self::TimedOut => "timed_out",
            Self::Overflowed => "overflowed",
            Self::Callback => "callback",
            Self::Key => "key",
            Self::Closed => "closed",
            Self::Moved => "moved",
            Self::Withdrawn => "withdrawn",
            Self::Interrupted => "interrupted",
        }
    }

    /// Where it is counted.
    #[must_use]
    pub const fn count_in(self, counts: &mut QueueToday) -> &mut u64 {
        match self {
            Self::Answered => &mut counts.answered,
            Self::Abandoned => &mut counts.abandoned,
            Self::ShortAbandoned => &mut counts.short_abandoned,
            Self::TimedOut => &mut counts.timed_out,
            Self::Overflowed => &mut counts.overflowed,
            Self::Callback => &mut counts.callback,
            Self::Key => &mut counts.key,
            Self::Closed => &mut counts.closed,
            Self::Moved => &mut counts.moved,
            Self::Withdrawn => &mut counts.withdrawn,
            Self::Interrupted => &mut counts.interrupted,
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// What an event changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitChange<'e> {
    /// One begins.
    Begins {
        /// At this queue.
        queue: &'e str,
    },
    /// One of no length: the caller was turned away at the door.
    TurnedAway {
        /// Of this queue.
        queue: &'e str,
        /// Why.
        outcome: VisitOutcome,
    },
    /// The one that is open is over.
    Ends {
        /// What became of it.
        outcome: VisitOutcome,
        /// Who took the call.
        agent: Option<&'e str>,
    },
    /// The one that is open is over, and how long it took says what became of it.
    HungUp,
}

/// What `event` changes; nothing, for most.
#[must_use]
pub fn visit_change(event: &CallEvent) -> Option<VisitChange<'_>> {
    let ends = |outcome| Some(VisitChange::Ends { outcome, agent: None });
    match event {
        CallEvent::Queued { queue, .. } => Some(VisitChange::Begins { queue }),
        CallEvent::QueueFull { queue, .. } => {
            Some(VisitChange::TurnedAway { queue, outcome: VisitOutcome::Overflowed })
        }
        CallEvent::FoundClosed { queue, entered: false, .. } => {
            Some(VisitChange::TurnedAway { queue, outcome: VisitOutcome::Closed })
        }
        CallEvent::SentOn { queue, condition, entered: false, .. } => {
            Some(VisitChange::TurnedAway { queue, outcome: sent_on(condition) })
        }
        CallEvent::Connected { agent } => {
            Some(VisitChange::Ends { outcome: VisitOutcome::Answered, agent: Some(agent) })
        }
        CallEvent::FoundClosed { entered: true, .. } => ends(VisitOutcome::Closed),
        CallEvent::SentOn { condition, entered: true, .. } => ends(sent_on(condition)),
        CallEvent::LeftByKey { .. } => ends(VisitOutcome::Key),
        // Or moved: whoever comes to a queue after it was.
        CallEvent::TakenOut { .. } => ends(VisitOutcome::Withdrawn),
        // Whatever they had done before: they are there, and the server stops.
        CallEvent::Ended { cause, .. } if cause == STOPPED => ends(VisitOutcome::Interrupted),
        CallEvent::Ended { outcome, .. } => Some(ended(*outcome)),
        CallEvent::Offered { .. }
        | CallEvent::Redirected { .. }
        | CallEvent::Transferred { .. }
        | CallEvent::TransferFailed { .. }
        | CallEvent::Monitored { .. }
        | CallEvent::Answered
        | CallEvent::Chose { .. }
        | CallEvent::Decided { .. }
        | CallEvent::Noted { .. }
        | CallEvent::AskedAfter { .. }
        | CallEvent::PlaceTold { .. }
        | CallEvent::Rang { .. }
        | CallEvent::Unserved(_)
        | CallEvent::ReservationEnded { .. }
        | CallEvent::Held { .. }
        | CallEvent::Resumed
        | CallEvent::KeptFor { .. }
        | CallEvent::PlaceRegained { .. }
        | CallEvent::Recovered
        | CallEvent::LookedUp { .. }
        | CallEvent::CalledOut { .. }
        | CallEvent::CallOutFailed { .. }
        | CallEvent::PutThrough { .. }
        | CallEvent::VoicemailFull { .. }
        | CallEvent::WaitTold { .. }
        | CallEvent::WaitUntold { .. } => None,
    }
}

fn sent_on(condition: &str) -> VisitOutcome {
    if condition == "waited" { VisitOutcome::TimedOut } else { VisitOutcome::Overflowed }
}

/// What the end of a call is to a visit that is open still.
const fn ended(outcome: Outcome) -> VisitChange<'static> {
    let outcome = match outcome {
        // Who talked, left a message or was promised a callback before, and hangs up while waiting for
        // another turn, has abandoned that one. A line that fails is no different from here.
        Outcome::Abandoned(_)
        | Outcome::Answered
        | Outcome::Voicemail
        | Outcome::Callback
        | Outcome::Refused
        | Outcome::Failed => return VisitChange::HungUp,
        Outcome::Interrupted => VisitOutcome::Interrupted,
        Outcome::Withdrawn => VisitOutcome::Withdrawn,
        Outcome::Closed => VisitOutcome::Closed,
        // The dialplan has taken the caller on, and the event that told it got lost.
        Outcome::Finished | Outcome::PutThrough => VisitOutcome::Overflowed,
    };
    VisitChange::Ends { outcome, agent: None }
}
