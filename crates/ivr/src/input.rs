//! What happens to a caller.

use crate::Number;
use clock::Moment;
use dialplan::{Facts, LanguageId, More, StepId, Value, VariableId};
use ids::{PlayId, QueueId};
use speech::Appointment;
use std::time::Duration;

/// What happened to the caller of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// We answered and sound can flow. Once, first of all.
    Answered,
    /// What came of [`crate::Output::LookUp`].
    LookedUp(LookedUp),
    /// What is so at this moment of what [`crate::Output::AskFacts`] asks for. What is left out is not known.
    Facts(Facts),
    /// What came of [`crate::Output::Fetch`].
    Fetched {
        /// Which of them.
        ask: u32,
        /// What came of it.
        fetched: Fetched,
    },
    /// A key was pressed: `0`–`9`, `*`, `#`, `A`–`D`.
    Key(char),
    /// A play that was asked for has ended by itself. An older one's end changes nothing.
    Played(PlayId),
    /// Where the caller stands, asked for by [`crate::Output::AskPlace`]. If it can not be told now,
    /// give no answer: it is asked again after the queue's interval.
    Place {
        /// The place in the queue; 1 is the head.
        place: u32,
        /// How long the caller will wait at most, as far as can be said. None where it would be a
        /// guess, or the queue does not tell it.
        wait: Option<Duration>,
    },
    /// The queue asked for by [`crate::Output::Enqueue`] has no room.
    QueueRefused,
    /// The queue that the caller has come to, or waits in, is closed, and the caller is out of it.
    QueueClosed,
    /// The caller met this condition of the queue, by its place in
    /// [`conditions`](dialplan::Queue::conditions), and is out of it.
    SentOn(usize),
    /// The number asked for by [`crate::Output::Dial`] has not answered, or could not be called.
    NotPutThrough,
    /// Caller and agent hear each other. The visit is silent from here on.
    Connected,
    /// The agent was lost before the two could talk: the caller waits again and should hear so.
    Returned,
    /// The caller of a [resumed](crate::Visit::resumed) visit is there again: in line, or at the step.
    StandsAgain,
    /// The agent has hung up, and the caller is asked on, where the queue has a survey.
    AgentLeft,
    /// The voicemail of [`crate::Output::OpenVoicemail`] takes no message now.
    VoicemailRefused,
    /// Nobody has spoken for a while in the message that is being recorded.
    Hushed,
    /// The recording that was ended by [`crate::Output::StopRecording`] is done.
    Recorded(Recorded),
    /// The message of [`crate::Output::KeepMessage`] is kept, whatever happens from now on.
    MessageKept,
    /// What came of [`crate::Output::OpenCallback`]: this number can be called, and is read to the caller
    /// as it is written here. None: it can not be called, or the caller withholds it.
    CallbackNumber(Option<Number>),
    /// No callback can be promised now. Whenever it comes, as long as none has been promised.
    CallbackRefused(NoCallback),
    /// Whether the offer of [`crate::Output::AskOffer`] is one that can be kept.
    OfferStands(bool),
    /// The other thing that may come of [`crate::Output::OpenCallback`]: the caller has been promised one, at this
    /// number, and is asked what to do about it.
    CallbackStands {
        /// The number, as it is written here.
        number: Number,
        /// At which place it stands, if that can be told.
        place: Option<u32>,
        /// At which time they will be called, if it is at one that is to come.
        at: Option<Appointment>,
        /// When the day is over on which that is told.
        day_ends: Moment,
    },
    /// What came of [`crate::Output::AskTimes`].
    CallbackTimes {
        /// The next times that are free, the soonest first; as many as the step offers at most.
        times: Vec<Appointment>,
        /// Whether the caller may be called at their turn.
        at_turn: Result<(), NoCallback>,
        /// When the day is over on which these times are told.
        day_ends: Moment,
    },
    /// The number has a callback that stays as it is: what came of [`crate::Output::AskTimes`], or of
    /// [`crate::Output::PromiseCallback`].
    CallbackUnchanged(Unchanged),
    /// Nobody is promised the time of [`crate::Output::PromiseCallback`]: it has been taken since.
    CallbackTimeGone,
    /// A callback of this step is open to the caller who came to the queue, and is out of it again.
    CalledAgain(StepId),
    /// What came of [`crate::Output::CallOffCallback`]: nobody will be called.
    CallbackCalledOff,
    /// What came of [`crate::Output::TakeUpCallback`]: nobody will be called, and the caller has its place.
    CallbackTakenUp,
    /// The callback of [`crate::Output::PromiseCallback`] is kept, whatever happens from now on: at this time, if it is at
    /// one.
    CallbackPromised(Option<Appointment>),
    /// Somebody sends the caller to this queue. The caller has been taken out of the one before.
    Moved(QueueId),
    /// Somebody has the visit ended. The caller has been taken out of any queue, hears a goodbye and
    /// is hung up on.
    Dismissed,
}

/// Why no callback is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCallback {
    /// There are too many, or nobody takes any now.
    Full,
    /// Nobody would call before the queue closes, or before the window is over.
    TooLate,
}

/// How a callback stands that is given no other time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchanged {
    /// They will be called at this time.
    At(Appointment),
    /// They will be called when it is their turn.
    AtTurn,
    /// They are being called right now.
    CalledNow,
}

/// What came of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is on disk, and somebody speaks in it.
    Whole,
    /// Nobody has spoken for long enough.
    Nothing,
    /// It could not be written.
    Failed,
}

/// What came of asking another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It has answered, and this is to be noted.
    Found(Vec<(VariableId, Value)>),
    /// It knows nothing of that.
    Unknown,
    /// It gave no answer, or none that can be read.
    Failed,
}

/// What came of looking the caller up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookedUp {
    /// The directory knows the caller.
    Known {
        /// In which language they are spoken to, if that is known.
        language: Option<LanguageId>,
        /// How urgent their calls are, 0 to 10.
        priority: u8,
        /// Whether they go the way of very important persons.
        vip: bool,
        /// What else the directory has of them.
        more: More,
    },
    /// It does not.
    Unknown,
    /// It could not be asked.
    Failed,
}
