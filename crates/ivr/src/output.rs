//! What a visit asks for.

use crate::Number;
use dialplan::{
    Demands, Dial, DirectoryId, Fact, Facts, Goto, LanguageId, Phrase, StepId, Value, VariableId,
};
use ids::{PlayId, PromptId, QueueId};
use jiff::civil::DateTime;
use std::sync::Arc;

/// What the visit asks of whoever drives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Play these phrases one after the other in place of what plays now.
    Play {
        /// To be told again in [`crate::Input::Played`], when the last phrase has ended.
        play: PlayId,
        /// The phrases; may be empty when only music is wanted.
        phrases: Vec<Spoken>,
        /// What follows the last one.
        then: Then,
    },
    /// Stop what plays.
    Quiet,
    /// Let the caller wait in this queue. A queue without room answers
    /// [`crate::Input::QueueRefused`], one that is closed [`crate::Input::QueueClosed`], one with a
    /// condition that is met [`crate::Input::SentOn`].
    Enqueue {
        /// The queue.
        queue: QueueId,
        /// How urgent the call is: the queue, the steps on the way and the caller add 0 to 10 each.
        priority: u8,
        /// What the call needs of an agent, beside what the queue does.
        demands: Demands,
    },
    /// The caller has chosen by this key of an offer to leave the queue, and goes there.
    LeaveQueue {
        /// The key.
        key: char,
        /// Where to.
        to: Goto,
    },
    /// Look the caller up in this directory, and tell [`crate::Input::LookedUp`], soon in any case:
    /// the caller hears nothing meanwhile.
    LookUp {
        /// Where.
        directory: DirectoryId,
        /// By what.
        by: LookedUpBy,
    },
    /// A branch, or who says a value, needs to know these: tell [`crate::Input::Facts`], at once, for the caller hears nothing
    /// meanwhile.
    AskFacts(Vec<Fact>),
    /// Ask another program what this step asks, and tell [`crate::Input::Fetched`], soon in any case: the
    /// caller hears nothing meanwhile.
    Fetch {
        /// The step.
        step: StepId,
        /// Which ask this is, to be told with the answer.
        ask: u32,
        /// What the visit knows of what the step fills in.
        known: Facts,
    },
    /// A step has sent the caller on without asking them.
    Decided {
        /// The step.
        step: StepId,
        /// Why this way, in the words of the plan.
        why: Arc<str>,
        /// Where to.
        to: Goto,
    },
    /// A value is said in these words, with what is played next.
    Told {
        /// The name of the value in the plan.
        what: Arc<str>,
        /// The words.
        words: String,
    },
    /// A step has noted this of the call. Not told of what is secret.
    Noted {
        /// What.
        variable: VariableId,
        /// What it is from here on.
        value: Value,
    },
    /// Call this number outside. The visit hears no more when it answers, and
    /// [`crate::Input::NotPutThrough`] when it does not.
    Dial(Dial),
    /// Tell [`crate::Input::Place`], at once.
    AskPlace,
    /// This place is being told to the caller.
    PlaceTold(u32),
    /// This wait is being told to the caller, behind the place.
    WaitTold {
        /// That place.
        place: u32,
        /// What is said.
        said: speech::Wait,
        /// Whether it is said too that it takes longer than was said before.
        longer: bool,
    },
    /// Nothing is said of the wait, for it would be longer than what was said before.
    WaitKept,
    /// The caller comes to this voicemail. One that takes no message now answers
    /// [`crate::Input::VoicemailRefused`].
    OpenVoicemail(StepId),
    /// Record what the caller says from now on, for this voicemail.
    Record(StepId),
    /// The message is over: tell [`crate::Input::Recorded`] when that is known.
    StopRecording,
    /// Keep the message, once it is known to have something in it; tell
    /// [`crate::Input::MessageKept`] when nothing can take it away any more.
    KeepMessage,
    /// Throw the message away: the caller speaks it again.
    DiscardMessage,
    /// An offer is due that leads to these callbacks and nowhere else: tell [`crate::Input::OfferStands`], at once.
    AskOffer(Vec<StepId>),
    /// The caller may be called back by this step: tell [`crate::Input::CallbackNumber`], soon in any case,
    /// for the caller hears nothing meanwhile; or [`crate::Input::CallbackRefused`] if no callback can
    /// be promised now.
    OpenCallback {
        /// The step.
        step: StepId,
        /// The number that the caller has typed. None: the one the caller calls from is meant.
        typed: Option<Number>,
    },
    /// The caller wants to be called back, and has said that the number is right. Tell
    /// [`crate::Input::CallbackPromised`] when nothing can take it away any more, or else
    /// [`crate::Input::CallbackRefused`], soon in any case: the caller hears nothing meanwhile.
    PromiseCallback {
        /// The step.
        step: StepId,
        /// The number, as it was told in [`crate::Input::CallbackNumber`].
        number: Number,
        /// At this time, one of [`crate::Input::CallbackTimes`]; none: when it is their turn. One that is free no more
        /// answers [`crate::Input::CallbackTimeGone`], and where the number has a callback that is given no other time, [`crate::Input::CallbackUnchanged`].
        at: Option<DateTime>,
    },
    /// The caller chooses when they are called: tell [`crate::Input::CallbackTimes`], or [`crate::Input::CallbackUnchanged`], at once.
    AskTimes {
        /// The step.
        step: StepId,
        /// The number, as it was told in [`crate::Input::CallbackNumber`].
        number: Number,
    },
    /// The caller does not want to be called back any more: tell [`crate::Input::CallbackCalledOff`], or
    /// [`crate::Input::CallbackRefused`] if they are being called right now, at once.
    CallOffCallback(StepId),
    /// The caller will wait on the line instead: tell [`crate::Input::CallbackTakenUp`], or
    /// [`crate::Input::CallbackRefused`] if they are being called right now, at once.
    TakeUpCallback(StepId),
    /// The caller chose in a menu, or called the operator from a step.
    Chose {
        /// The name of the step.
        menu: Arc<str>,
        /// The key.
        key: char,
    },
    /// The agent who comes to take the call is told this, beside all else.
    Whisper(Vec<Phrase>),
    /// The caller is spoken to in this language from here on. Not told for the language the visit
    /// begins in.
    Language(LanguageId),
    /// The visit is over. The last output.
    HangUp(EndReason),
}

/// A phrase in the language it is said in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spoken {
    /// The language.
    pub language: LanguageId,
    /// The phrase.
    pub prompt: PromptId,
}

/// What follows the last phrase of a play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Silence.
    Stop,
    /// Music, until something else is asked for.
    Music(Spoken),
}

/// Why the dialplan ends a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Everything there was to say has been said.
    Finished,
    /// The number was closed, and it has been said.
    Closed,
    /// The queue was full, and it has been said.
    QueueFull,
    /// The queue was closed, and it has been said.
    QueueClosed,
    /// Somebody has had it ended by a command.
    Withdrawn,
    /// A condition of a queue sent the caller on, and what there was to say has been said.
    SentOn,
    /// The caller went round in circles for [`crate::STEPS_MAX`] steps.
    StepsMax,
}

/// By what somebody is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookedUpBy {
    /// The number that they call from.
    Number,
    /// What they have typed.
    Key(Arc<str>),
}
