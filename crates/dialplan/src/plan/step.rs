//! Places of the plan that speak or listen, and the arrows between them.

use super::{
    Branch, Callback, Collect, Confirm, DemandId, DigitPattern, DirectoryId, HangUp, Http,
    LanguageId, Saying, StepId, Sub, Value, VariableId, Voicemail,
};
use ids::{PromptId, QueueId, TrunkId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// An arrow: where a caller goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goto {
    /// To a step.
    Step(StepId),
    /// Into a queue.
    Queue(QueueId),
    /// The call is over.
    HangUp,
}

/// A place on a caller's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Says something and goes on.
    Say(Say),
    /// Asks for a key.
    Menu(Menu),
    /// Changes the language and goes on.
    Speak(Speak),
    /// Adds to what the call needs and goes on.
    Set(Set),
    /// Sends callers different ways.
    Branch(Branch),
    /// Collects digits and goes on.
    Collect(Collect),
    /// Says something and asks whether it is right.
    Confirm(Confirm),
    /// Asks another program and goes on.
    Http(Http),
    /// Hangs up, and says why.
    HangUp(HangUp),
    /// Goes somewhere and comes back.
    Sub(Sub),
    /// Goes back behind the last [`Sub`] on the caller's way; with its name.
    Return(Arc<str>),
    /// Looks the caller up and goes on.
    LookUp(LookUp),
    /// Calls a number outside and puts the caller through to it.
    Dial(Dial),
    /// Takes a message and goes on.
    Voicemail(Voicemail),
    /// Promises to call back and goes on.
    Callback(Callback),
}

/// Says something and goes on. A key cuts it short if a menu follows, and is kept for that menu; the
/// last words before a queue or the end are said whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What is said.
    pub prompts: Vec<Saying>,
    /// Where to go then.
    pub goto: Goto,
    /// Where to go when a value can not be said: nothing of the step is said then. None: it says no values.
    pub otherwise: Option<Goto>,
}

/// Asks for a key. Keys pressed earlier count, in their order; a key cuts the question short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// The question.
    pub prompts: Vec<Phrase>,
    /// Where each key leads.
    pub keys: BTreeMap<char, Goto>,
    /// Where several keys lead, in the order of the file.
    pub patterns: Vec<(DigitPattern, Goto)>,
    /// What the keys of a choice are noted as.
    pub into: Option<VariableId>,
    /// Said after a key that leads nowhere, before the question is asked again.
    pub invalid: Vec<Phrase>,
    /// Said when no key came in time, before the question is asked again.
    pub silent: Vec<Phrase>,
    /// How long to wait for a key after the question.
    pub timeout: Duration,
    /// How often the question is asked, at least once.
    pub tries: u8,
    /// Where to go after the last try.
    pub otherwise: Goto,
}

/// Changes the language that the caller is spoken to in, and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speak {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// The language from here on.
    pub language: LanguageId,
    /// Where to go then.
    pub goto: Goto,
}

/// Adds to what the call needs of an agent or to what that agent is told, says how urgent it is, and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What the call needs from here on, beside all else.
    pub demand: Option<DemandId>,
    /// What is added to the priority of the queue from here on, 0 to 10.
    pub priority: Option<u8>,
    /// The language that the caller is spoken to in from here on.
    pub language: Option<LanguageId>,
    /// Told to the agent before the two hear each other.
    pub whisper: Vec<Phrase>,
    /// What is noted of the call.
    pub values: Vec<(VariableId, Value)>,
    /// Where to go then.
    pub goto: Goto,
}

/// Looks the caller up, and goes on by what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// Where.
    pub directory: DirectoryId,
    /// By what they have typed; none: by their number.
    pub key: Option<VariableId>,
    /// What is noted of who is known, and the column in which it stands, in small letters.
    pub reads: Vec<(VariableId, Arc<str>)>,
    /// Where a known caller goes.
    pub goto: Goto,
    /// Where a very important one goes.
    pub vip: Goto,
    /// Where a caller goes whom the directory does not know.
    pub unknown: Goto,
    /// Where a caller goes when the directory cannot be asked.
    pub failed: Goto,
}

/// Calls a number outside over a trunk and puts the caller through to it, who hears music until it is
/// answered. With the conversation the call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// The number in our form: one that some trunk may carry.
    pub number: Arc<str>,
    /// Over which trunks, the first to be tried first; empty: whichever may carry the number.
    pub trunks: Vec<TrunkId>,
    /// For how long it rings at most.
    pub ring: Duration,
    /// How many calls the step makes in an hour at most.
    pub per_hour_max: u32,
    /// Whether who answers must press 1, so that a mailbox is not taken for a person.
    pub confirm: bool,
    /// Where the caller goes when nobody answers there, or it cannot be called now.
    pub failed: Goto,
}

/// A phrase to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phrase {
    /// Which.
    pub prompt: PromptId,
    /// In which language, if not the caller's: `"en:speak"` in a Swedish menu offers English in
    /// English.
    pub language: Option<LanguageId>,
}

impl Step {
    /// The kind in its header.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Say(_) => "say",
            Self::Menu(_) => "menu",
            Self::Speak(_) => "speak",
            Self::Set(_) => "set",
            Self::Branch(_) => "branch",
            Self::Collect(_) => "collect",
            Self::Confirm(_) => "confirm",
            Self::Http(_) => "http",
            Self::HangUp(_) => "hangup",
            Self::Sub(_) => "sub",
            Self::Return(_) => "return",
            Self::LookUp(_) => "lookup",
            Self::Dial(_) => "dial",
            Self::Voicemail(_) => "voicemail",
            Self::Callback(_) => "callback",
        }
    }

    /// The name in the file, without the kind.
    #[must_use]
    pub const fn name(&self) -> &Arc<str> {
        match self {
            Self::Say(Say { name, .. })
            | Self::Menu(Menu { name, .. })
            | Self::Speak(Speak { name, .. })
            | Self::Set(Set { name, .. })
            | Self::Branch(Branch { name, .. })
            | Self::Collect(Collect { name, .. })
            | Self::Confirm(Confirm { name, .. })
            | Self::Http(Http { name, .. })
            | Self::HangUp(HangUp { name, .. })
            | Self::Sub(Sub { name, .. })
            | Self::Return(name)
            | Self::LookUp(LookUp { name, .. })
            | Self::Dial(Dial { name, .. })
            | Self::Voicemail(Voicemail { name, .. })
            | Self::Callback(Callback { name, .. }) => name,
        }
    }

    /// What it says, if it is such a step.
    #[must_use]
    pub const fn say(&self) -> Option<&Say> {
        if let Self::Say(say) = self { Some(say) } else { None }
    }

    /// What it says to callers, where there may be values among it.
    #[must_use]
    pub fn sayings(&self) -> &[Saying] {
        match self {
            Self::Say(say) => &say.prompts,
            Self::Confirm(confirm) => &confirm.prompts,
            Self::Menu(_)
            | Self::Speak(_)
            | Self::Set(_)
            | Self::Branch(_)
            | Self::Collect(_)
            | Self::Http(_)
            | Self::HangUp(_)
            | Self::Sub(_)
            | Self::Return(_)
            | Self::LookUp(_)
            | Self::Dial(_)
            | Self::Voicemail(_)
            | Self::Callback(_) => &[],
        }
    }

    /// The menu, if it is one.
    #[must_use]
    pub const fn menu(&self) -> Option<&Menu> {
        if let Self::Menu(menu) = self { Some(menu) } else { None }
    }

    /// What it sets, if it is such a step.
    #[must_use]
    pub const fn set(&self) -> Option<&Set> {
        if let Self::Set(set) = self { Some(set) } else { None }
    }

    /// The branch, if it is one.
    #[must_use]
    pub const fn branch(&self) -> Option<&Branch> {
        if let Self::Branch(branch) = self { Some(branch) } else { None }
    }

    /// What it collects, if it is such a step.
    #[must_use]
    pub const fn collect(&self) -> Option<&Collect> {
        if let Self::Collect(collect) = self { Some(collect) } else { None }
    }

    /// What it asks to be confirmed, if it is such a step.
    #[must_use]
    pub const fn confirm(&self) -> Option<&Confirm> {
        if let Self::Confirm(confirm) = self { Some(confirm) } else { None }
    }

    /// What it asks another program, if it does.
    #[must_use]
    pub const fn http(&self) -> Option<&Http> {
        if let Self::Http(http) = self { Some(http) } else { None }
    }

    /// The voicemail, if it is one.
    #[must_use]
    pub const fn voicemail(&self) -> Option<&Voicemail> {
        if let Self::Voicemail(voicemail) = self { Some(voicemail) } else { None }
    }

    /// The callback, if it is one.
    #[must_use]
    pub const fn callback(&self) -> Option<&Callback> {
        if let Self::Callback(callback) = self { Some(callback) } else { None }
    }
}
