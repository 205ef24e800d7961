//! What comes of a made-up call, line by line.

use dialplan::Line;
use jiff::civil::DateTime;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// What comes of a made-up call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transcript {
    /// The number that was dialled.
    pub to: Arc<str>,
    /// The number of the caller, if it is not withheld.
    pub from: Option<String>,
    /// When, by the clock of the centre, such as `2026-12-24 10:00:00`.
    pub at: String,
    /// The time zone of that clock.
    pub timezone: String,
    /// What happened, in its order. The last one is an end.
    pub entries: Vec<Entry>,
    /// Keys that nothing asked for.
    pub not_pressed: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// How long after the call was answered, in milliseconds.
    pub at_ms: u64,
    /// Where in the plan the caller is: `number.9000`, `menu.main`, `queue.support`, `hangup`.
    pub place: Arc<str>,
    /// The line that it is about, such as `dialplan.toml:12`; none of what is built in.
    #[serde(serialize_with = "written", skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

fn written<S: Serializer>(line: &Option<Line>, serializer: S) -> Result<S::Ok, S::Error> {
    match line {
        Some(line) => serializer.collect_str(line),
        None => serializer.serialize_none(),
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The call is answered.
    Answered {
        /// The language that the caller is spoken to in at first.
        language: Arc<str>,
        /// The opening hours of the number, if it has any.
        #[serde(skip_serializing_if = "Option::is_none")]
        hours: Option<Arc<str>>,
        /// Whether it is open.
        open: bool,
        /// What day it is, where these hours are not those of an ordinary week: the name of a holiday, or
        /// the date.
        #[serde(skip_serializing_if = "Option::is_none")]
        day: Option<String>,
    },
    /// The call is not answered.
    Refused {
        /// The word of the plan for it.
        refused_as: &'static str,
        /// Why, in the words of the plan.
        why: Arc<str>,
    },
    /// The caller has come to the place.
    Came,
    /// Something is said, or music plays.
    Says {
        /// The phrases.
        phrases: Vec<Said>,
        /// The music behind them.
        #[serde(skip_serializing_if = "Option::is_none")]
        music: Option<Arc<str>>,
    },
    /// The caller presses a key.
    Presses {
        /// The key.
        key: char,
        /// What it does.
        does: Does,
    },
    /// A key that was pressed earlier is used here.
    Chooses {
        /// The key.
        key: char,
    },
    /// The caller is spoken to in another language.
    Speaks {
        /// The language.
        language: Arc<str>,
    },
    /// The caller is looked up.
    LooksUp {
        /// The directory.
        directory: Arc<str>,
        /// What comes of it.
        found: Found,
        /// The name that it knows.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<Arc<str>>,
        /// Whether it is a very important person.
        vip: bool,
    },
    /// A step sends the caller on without asking.
    Decides {
        /// Why this way, in the words of the plan.
        why: Arc<str>,
        /// Where to.
        to: Arc<str>,
    },
    /// A step notes something of the call.
    Notes {
        /// The variable.
        name: Arc<str>,
        /// What it is from here on.
        value: String,
    },
    /// A value is said, with what is said next.
    Tells {
        /// Its name in the plan.
        what: Arc<str>,
        /// In these words.
        words: String,
    },
    /// The caller waits in the queue.
    Waits {
        /// With this priority.
        priority: u8,
        /// What an agent must be able to do, as it could be written in `needs`.
        needs: Vec<String>,
    },
    /// The queue does not have the caller, or not any more.
    SentOn {
        /// Why.
        why: Why,
        /// What day it is, where it is closed by other hours than those of an ordinary week.
        #[serde(skip_serializing_if = "Option::is_none")]
        day: Option<String>,
    },
    /// The caller is told how they stand.
    IsTold {
        /// The place in the queue.
        #[serde(rename = "place_told")]
        place: u32,
        /// The wait, as it is said; none: nothing is said of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait: Option<String>,
    },
    /// An agent answers, and the two talk.
    Connected,
    /// The agent has hung up.
    AgentLeft {
        /// Where the caller is asked on, if the queue has a survey.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<Arc<str>>,
    },
    /// The agent who will answer is told this too.
    Whispers {
        /// The phrases.
        phrases: Vec<Arc<str>>,
    },
    /// A number outside is called.
    Dials {
        /// The number.
        number: Arc<str>,
        /// The trunks over which it may be called, the first to be tried first.
        trunks: Vec<Arc<str>>,
    },
    /// Nobody answers there.
    NotPutThrough,
    /// A message is being recorded.
    Records,
    /// The recording is over.
    Recorded {
        /// How long the caller has spoken, in milliseconds.
        spoken_ms: u64,
    },
    /// The message is thrown away.
    MessageDiscarded,
    /// The message is kept.
    MessageKept,
    /// No message can be left.
    MessageRefused,
    /// It is found out whether the caller can be called back.
    CallbackAsked {
        /// At this number; none: at none.
        #[serde(skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    /// A callback is promised.
    CallbackPromised {
        /// To this number.
        number: String,
        /// At this time; none: when it is the caller's turn.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<DateTime>,
    },
    /// The caller may choose when to be called.
    CallbackTimes {
        /// From these.
        times: Vec<DateTime>,
    },
    /// No callback can be promised.
    CallbackRefused,
    /// The callback would come after the queue has closed, or when it is not tried any more.
    CallbackTooLate,
    /// The caller comes to a queue in which a callback to them waits, and is asked about it.
    CalledAgain,
    /// The caller has been promised a callback already.
    CallbackStands {
        /// To this number.
        number: String,
        /// At this time, if it is at one.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<DateTime>,
    },
    /// The caller calls it off.
    CallbackCalledOff,
    /// The caller will wait on the line instead.
    CallbackTakenUp,
    /// An offer is not made, for it leads to callbacks alone, and none could be promised.
    OfferLeftOut,
    /// It is over.
    Ends {
        /// How.
        how: End,
        /// What the caller has left behind, as the last thing that was done.
        #[serde(skip_serializing_if = "Option::is_none")]
        left: Option<Left>,
    },
}

/// A phrase that is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The name of its recording.
    pub prompt: Arc<str>,
    /// In which language.
    pub language: Arc<str>,
    /// Its words, if they are written somewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Whether its recording is of other words.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// How much of it is heard.
    pub heard: Heard,
}

/// How much of a phrase is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// All of it.
    Whole,
    /// Its beginning.
    Begun,
    /// Nothing.
    Not,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// It is a choice, and leads on.
    Chooses,
    /// It takes the caller out of the queue.
    LeavesQueue,
    /// It is no choice here.
    NoChoice,
    /// It is kept for what asks next.
    Kept,
    /// It is part of an answer.
    Answers,
    /// Nothing.
    Nothing,
}

/// What comes of looking a caller up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// They are known.
    Known,
    /// They are not.
    Unknown,
    /// Nobody has said whether they are: taken for unknown.
    NotSaid,
    /// The directory gives no answer.
    Failed,
}

/// Why a queue does not have a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is closed.
    Closed,
    /// It is full.
    Full,
    /// Every agent is as one of its conditions says.
    EveryAgent,
    /// The caller has waited long enough.
    Waited,
    /// There are too many callers for those on duty.
    CallsPerAgent,
    /// The expected wait is too long.
    ExpectedWait,
}

/// What a caller leaves behind. The call is counted for that, whatever has led there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// A message.
    Message,
    /// The wish to be called back.
    Callback,
}

/// How a made-up call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Everything there was to say has been said.
    Finished,
    /// The number was closed, and it has been said.
    Closed,
    /// The queue was full, and it has been said.
    QueueFull,
    /// The queue was closed, and it has been said.
    QueueClosed,
    /// A condition of a queue sent the caller on, and what there was to say has been said.
    SentOn,
    /// The caller went round in circles.
    StepsMax,
    /// The caller waits, and no more is asked.
    Waits,
    /// An agent answers.
    Connected,
    /// Somebody outside answers.
    PutThrough,
    /// The caller hangs up.
    Left,
    /// It was not answered.
    Refused,
}
