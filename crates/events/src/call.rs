//! Something in the life of a call.

use crate::{Ani, Name};
use serde::{Deserialize, Serialize};
use snapshot::Totals;
use snapshot::{DecisionExplained, StandingExplained};

/// Something in the life of a call, in the order in which it can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CallEvent {
    /// An INVITE came. The call's row exists from here on.
    Offered {
        /// The number dialled (DNIS).
        number: Name,
        /// The number of the caller.
        caller: Ani,
        /// The trunk it goes over, if it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        trunk: Option<Name>,
        /// Who was called before our number and sent the call on, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        diverted_by: Option<Ani>,
        /// Which way the call goes.
        direction: Direction,
    },
    /// A colleague's phone sent the call on.
    Redirected {
        /// The agent whose phone it is.
        agent: Name,
        /// The account or the number to which it goes on.
        number: String,
        /// The trunk it goes over now, if it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        trunk: Option<Name>,
    },
    /// An agent has handed the other party over.
    Transferred {
        /// The agent.
        by: Name,
        /// The account or the number with which that party goes on.
        to: String,
        /// The trunk it goes over, if it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        trunk: Option<Name>,
    },
    /// An agent wanted to hand the other party over, and nobody took it.
    TransferFailed {
        /// The agent.
        by: Name,
        /// The account or the number that was called.
        to: String,
        /// The trunk over which it was called, if it was.
        #[serde(skip_serializing_if = "Option::is_none")]
        trunk: Option<Name>,
        /// Why, in a few words for people.
        cause: String,
    },
    /// We answered with 200.
    Answered,
    /// The caller chose in a menu.
    Chose {
        /// The menu's name.
        menu: Name,
        /// The key.
        key: char,
    },
    /// A step of the dialplan sent the caller on without asking.
    Decided {
        /// The step, such as `branch.vip`.
        step: Name,
        /// Why this way, in the words of the plan: `vip and queue.support.waiting > 5`, `otherwise`.
        why: Name,
        /// The arrow, such as `queue.gold`.
        to: Name,
    },
    /// The agent hung up, and the dialplan goes on asking the caller.
    AskedAfter {
        /// The agent.
        agent: Name,
        /// The queue from which the agent had the call.
        queue: Name,
        /// The arrow, such as `menu.nps`: it says which survey that is.
        to: Name,
    },
    /// A step of the dialplan noted something of the call.
    Noted {
        /// The variable.
        name: Name,
        /// What it is from here on, as people write it.
        value: Name,
    },
    /// The caller entered a queue.
    Queued {
        /// The queue.
        queue: Name,
        /// The language in which the caller is spoken to, such as `sv`.
        language: Name,
    },
    /// The caller found a queue full.
    QueueFull {
        /// The queue.
        queue: Name,
        /// How many callers wait there, or in all queues together, at the most.
        waiting_max: u64,
    },
    /// The caller found a queue closed and went on by its arrow: on coming to it, or when it closed over
    /// those who wait.
    FoundClosed {
        /// The queue.
        queue: Name,
        /// The arrow, such as `say.closed`.
        to: Name,
        /// Whether the caller had entered the queue.
        entered: bool,
    },
    /// The caller met a condition of a queue and was sent on: out of it, or before entering it.
    SentOn {
        /// The queue.
        queue: Name,
        /// Which condition: `waited`, `every_agent`, `calls_per_agent` or `expected_wait`.
        condition: Name,
        /// The arrow, such as `queue.all`.
        to: Name,
        /// Whether the caller had entered the queue.
        entered: bool,
        /// How long the caller had waited there, in milliseconds.
        waited_ms: u64,
        /// How many callers were in the queue, this one and those being rung among them.
        callers: u32,
        /// How many of its agents were on duty.
        agents: u32,
        /// How long the caller was expected to wait, in milliseconds, where that was the condition.
        #[serde(skip_serializing_if = "Option::is_none")]
        expected_ms: Option<u64>,
    },
    /// A place in the queue was told.
    PlaceTold {
        /// The place: 1 is the first.
        place: u32,
    },
    /// An agent is being rung.
    Rang {
        /// The reservation, which ends once.
        reservation: u64,
        /// The agent.
        agent: Name,
        /// Why this call and this agent; none where so many were rung since that it is not known any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Box<DecisionExplained>>,
    },
    /// How the caller stood, who is now leaving a queue without having been served. Of many who leave
    /// at once it is told of some.
    Unserved(Box<StandingExplained>),
    /// A reservation ended.
    ReservationEnded {
        /// The reservation.
        reservation: u64,
        /// The agent.
        agent: Name,
        /// How it ended.
        end: ReservationEnd,
    },
    /// Caller and agent hear each other.
    Connected {
        /// The agent.
        agent: Name,
    },
    /// One side put the other on hold.
    Held {
        /// Whether the agent did it, rather than the caller.
        by_agent: bool,
    },
    /// The hold ended.
    Resumed,
    /// A supervisor is beside the two who talk from here on, or no longer.
    Monitored {
        /// The supervisor, or the colleague whom the agent has brought in.
        agent: Name,
        /// How.
        how: Beside,
    },
    /// The call is over.
    Ended {
        /// What became of it; in JSON its `outcome` and `while` stand beside the cause.
        #[serde(flatten)]
        outcome: Outcome,
        /// Why, in a few words for people: `caller hung up`, `agent hung up`, `no free media port`.
        cause: String,
    },
    /// The caller waits for one agent alone for a while: the one who talked with them last, or whom
    /// a directory names.
    KeptFor {
        /// The agent.
        agent: Name,
        /// For how long at most, in milliseconds.
        at_most_ms: u64,
    },
    /// The caller's line had dropped while they waited, and they have their place again.
    PlaceRegained {
        /// How long ago they first arrived, in milliseconds.
        waited_ms: u64,
    },
    /// The engine has been started again, and the caller's phone answers: they stand where they stood, and hear music.
    Recovered,
    /// The caller's number was looked up.
    LookedUp {
        /// The directory.
        directory: Name,
        /// What came of it.
        result: LookUpResult,
        /// Who the directory says it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
        /// And of which company.
        #[serde(skip_serializing_if = "Option::is_none")]
        company: Option<Name>,
    },
    /// The dialplan has a number outside called for the caller.
    CalledOut {
        /// The step.
        #[serde(default)]
        step: Name,
        /// The number.
        number: String,
        /// The trunk it goes over.
        trunk: Name,
    },
    /// That number did not take the call, or could not be called: the caller goes on in the dialplan.
    CallOutFailed {
        /// The number.
        number: String,
        /// The trunk it went over, if it did.
        #[serde(skip_serializing_if = "Option::is_none")]
        trunk: Option<Name>,
        /// Why, in a few words for people.
        cause: String,
    },
    /// Caller and number outside hear each other.
    PutThrough {
        /// The number.
        number: String,
        /// The trunk it goes over.
        trunk: Name,
    },
    /// A caller who waited has left a queue by a key that was offered there.
    LeftByKey {
        /// The queue.
        queue: Name,
        /// The key.
        key: char,
        /// The arrow, such as `say.later`.
        to: Name,
    },
    /// Somebody has taken a caller who waited, or was being rung for, out of a queue by a command.
    TakenOut {
        /// The queue.
        queue: Name,
    },
    /// The caller found that a voicemail takes no message.
    VoicemailFull {
        /// The voicemail.
        voicemail: Name,
        /// Why: `messages_max`, `mebibytes_max` or `recordings_max`.
        limit: Name,
    },
    /// The caller was told how long it will take.
    WaitTold {
        /// The place that was told with it: 1 is the first.
        place: u32,
        /// How long at most, in seconds, as it was said: rounded up. None when it was said that it
        /// may be more than half an hour.
        #[serde(skip_serializing_if = "Option::is_none")]
        at_most_s: Option<u32>,
        /// How often, in a hundred, that is to hold.
        confidence: u8,
        /// Whether it was said too that it takes longer than was said before.
        longer: bool,
    },
    /// The caller was told a place, and nothing of how long it will take.
    WaitUntold {
        /// Why.
        why: WaitUntold,
    },
}

/// The cause of the end of a call whose phone did not answer any more when the engine had been started again.
pub const GONE_AFTER_RESTART: &str = "gone after a restart";

/// The cause of the end of a call that was on when the engine was told to stop.
pub const STOPPED: &str = "the engine was stopped";

/// Why nothing was said of how long it will take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitUntold {
    /// Nobody who may take the call was on duty.
    NobodyOnDuty,
    /// Too few talks were known.
    TooFewTalks,
    /// It might have been short or long.
    TooWide,
    /// It was too long to be told.
    TooLong,
    /// It was longer than what had been said before.
    WouldRise,
}

impl WaitUntold {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NobodyOnDuty => "nobody_on_duty",
            Self::TooFewTalks => "too_few_talks",
            Self::TooWide => "too_wide",
            Self::TooLong => "too_long",
            Self::WouldRise => "would_rise",
        }
    }
}

/// What came of looking a number up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookUpResult {
    /// The number is in the directory.
    Found,
    /// It is not, or the caller withheld it.
    Unknown,
    /// The directory gave no answer in time, or none that can be read.
    Failed,
}

impl LookUpResult {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }
}

/// Which way a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A caller calls a number of ours.
    In,
    /// An agent calls an agent.
    Internal,
    /// An agent calls a number outside.
    Out,
    /// A message that a caller has left waits for an agent.
    Message,
    /// Somebody is called back.
    Callback,
}

impl Direction {
    /// One word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Internal => "internal",
            Self::Out => "out",
            Self::Message => "message",
            Self::Callback => "callback",
        }
    }
}

/// How a reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReservationEnd {
    /// The agent answered and was connected.
    Accepted,
    /// The agent answered, and hung up before the two were connected.
    Dropped,
    /// The agent refused (603).
    Declined,
    /// The agent passed the call on to a colleague, who is rung instead.
    PassedOn,
    /// The agent's phone was busy, or said so (486, 600).
    Busy,
    /// The phone rang until the time was over.
    Missed,
    /// The phone could not be reached at all.
    Unreachable,
    /// We took it back: the caller left, or the agent logged out.
    Withdrawn,
    /// Another agent's phone that rang for the same call was quicker.
    TakenElsewhere,
}

impl ReservationEnd {
    /// One word for a table: `accepted`, `taken_elsewhere`, …
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dropped => "dropped",
            Self::Declined => "declined",
            Self::PassedOn => "passed_on",
            Self::Busy => "busy",
            Self::Missed => "missed",
            Self::Unreachable => "unreachable",
            Self::Withdrawn => "withdrawn",
            Self::TakenElsewhere => "taken_elsewhere",
        }
    }
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "while")]
pub enum Outcome {
    /// The caller talked with an agent.
    Answered,
    /// The caller left.
    Abandoned(AbandonedWhile),
    /// The centre was closed and said so.
    Closed,
    /// The dialplan ended the call without a queue.
    Finished,
    /// We did not take the call.
    Refused,
    /// Somebody had it ended by a command.
    Withdrawn,
    /// The line failed: no ACK, no sound, a broken connection.
    Failed,
    /// The engine stopped while the call was on; written by the next start.
    Interrupted,
    /// The dialplan put the caller through to a number outside, and that answered.
    PutThrough,
    /// The caller left a message.
    Voicemail,
    /// The caller was promised a callback.
    Callback,
}

/// What the caller who left was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbandonedWhile {
    /// Not yet answered by us.
    Dialling,
    /// Listening to a prompt or choosing in a menu.
    InMenu,
    /// Waiting in a queue.
    Waiting,
    /// Waiting in a queue while an agent was being rung, or anywhere while a number outside was.
    Ringing,
}

impl Outcome {
    /// One word for a table: `answered`, `abandoned`, …
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Abandoned(_) => "abandoned",
            Self::Closed => "closed",
            Self::Finished => "finished",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::PutThrough => "put_through",
            Self::Voicemail => "voicemail",
            Self::Callback => "callback",
        }
    }

    /// Where a call whose caller had not talked before is counted.
    #[must_use]
    pub const fn count_in(self, totals: &mut Totals) -> &mut u64 {
        match self {
            Self::Answered => &mut totals.answered,
            Self::Abandoned(_) => &mut totals.abandoned,
            Self::Closed => &mut totals.closed,
            Self::Finished => &mut totals.finished,
            Self::Refused => &mut totals.refused,
            Self::PutThrough => &mut totals.put_through,
            Self::Withdrawn => &mut totals.withdrawn,
            Self::Voicemail => &mut totals.voicemail,
            Self::Callback => &mut totals.callback,
            Self::Failed | Self::Interrupted => &mut totals.failed,
        }
    }

    /// The one of that word; of callers who left, whatever they were doing.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let all = [
            Self::Answered,
            Self::Abandoned(AbandonedWhile::Waiting),
            Self::Closed,
            Self::Finished,
            Self::Refused,
            Self::Withdrawn,
            Self::Failed,
            Self::Interrupted,
            Self::PutThrough,
            Self::Voicemail,
            Self::Callback,
        ];
        all.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// How a supervisor, or a colleague, is beside two who talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// Not yet: the phones ring.
    Rung,
    /// Not at all: nobody has answered, or the talk was over before.
    NotReached,
    /// Unheard.
    Listen,
    /// Heard by the agent alone.
    Whisper,
    /// Heard by both.
    Barge,
    /// In the agent's place: the agent is let go.
    TookOver,
    /// No longer.
    Left,
    /// No longer, since another plan does not have them `supervise` the queue any more.
    Barred,
}

impl Beside {
    /// One word for people and for tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rung => "rung",
            Self::NotReached => "not_reached",
            Self::Listen => "listen",
            Self::Whisper => "whisper",
            Self::Barge => "barge",
            Self::TookOver => "took_over",
            Self::Left => "left",
            Self::Barred => "barred",
        }
    }
}
