//! Why a command was not carried out, with what to do instead.

use acd::AgentState;
use events::Name;
use ids::{CallId, MessageId};
use jiff::civil::DateTime;
use std::fmt;

/// Why a command was not carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The plan has no such agent.
    UnknownAgent(Name),
    /// The plan has no such queue.
    UnknownQueue(Name),
    /// No such call is on.
    UnknownCall(CallId),
    /// There is no such message.
    UnknownMessage(MessageId),
    /// There is no such callback, or it is over.
    UnknownCallback(CallId),
    /// The plan has no such callback.
    UnknownCallbackStep(Name),
    /// The plan does not have this number called back.
    NumberNotCalled,
    /// The number has been promised as many callbacks today as it may be.
    TooOften,
    /// There are as many callbacks of this step as there may be.
    CallbacksMax(Name),
    /// As many callbacks of this step have been asked for in the last hour as there may be.
    RequestsMax(Name),
    /// Nobody would call before the queue closes, or before the window is over.
    TooLate(Name),
    /// The callback is not made at that time.
    NoSlot {
        /// Which callback.
        callback: Name,
        /// The next time that is free, by the clock of the centre.
        next: Option<DateTime>,
    },
    /// The engine is stopping, and takes nothing new.
    Draining,
    /// It is a call between phones, which knows no queue.
    DirectCall(CallId),
    /// Where the call stands does not allow it.
    CallIs {
        /// Which.
        call: CallId,
        /// Where it stands, in the word of the status.
        state: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
    /// Nobody else may wait there.
    QueueFull {
        /// Where.
        queue: Name,
        /// How many may.
        waiting_max: usize,
    },
    /// Nobody may come there now.
    QueueClosed(Name),
    /// What is to outlive the process would have to wait for the disk, and too much waits already.
    DiskBehind,
    /// What the agent is doing does not allow it.
    AgentIs {
        /// Who.
        agent: Name,
        /// What the agent is doing.
        state: AgentState,
    },
    /// The plan has no such pause.
    UnknownPause(Name),
    /// The plan has no such disposition.
    UnknownDisposition(Name),
    /// It is no queue of the agent's.
    NotOfQueue {
        /// Who.
        agent: Name,
        /// Which queue was meant.
        queue: Name,
    },
    /// The agent has no after-call work on.
    NoWrapUp(Name),
    /// The agent's after-call work lasts as long as it may.
    WrapUpMax(Name),
    /// The agent's after-call work does not end before the call is filed.
    NotFiled(Name),
    /// The agent has had no call to file.
    NoCall(Name),
    /// Nothing is recorded that the two say, or nobody talks.
    NotRecorded(CallId),
    /// The agent listens to nobody.
    NotBeside(Name),
    /// The agent cannot be listened to.
    CannotHear {
        /// Who.
        agent: Name,
        /// Why not.
        why: NoListening,
    },
    /// As many listen as may.
    MonitorsMax(usize),
    /// The agent has no such phone.
    NoPhone {
        /// Who.
        agent: Name,
        /// The number that was meant.
        phone: u8,
    },
}

/// Why an agent cannot be listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoListening {
    /// The agent is the one who wants to listen.
    Oneself,
    /// The agent talks with no caller.
    TalksWithNobody,
    /// The caller came by a queue that the other one does not supervise.
    NotSupervised,
    /// Somebody listens already.
    Taken,
    /// The phone of who wants to listen has no port beside the talk.
    NoPort,
}

/// The kind of a refusal, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// There is no such agent.
    UnknownAgent,
    /// There is no such queue.
    UnknownQueue,
    /// No such call is on.
    UnknownCall,
    /// There is no such message.
    UnknownMessage,
    /// There is no such callback.
    UnknownCallback,
    /// The number is not called back.
    NumberNotCalled,
    /// The number has been promised too many today.
    TooOften,
    /// There are too many callbacks.
    CallbacksMax,
    /// Too many were asked for.
    RequestsMax,
    /// It would be too late.
    TooLate,
    /// That time is not free.
    NoSlot,
    /// The engine is stopping.
    Stopping,
    /// It is no call of a queue.
    DirectCall,
    /// Where the call stands does not allow it.
    CallState,
    /// The queue is full.
    QueueFull,
    /// The queue is closed.
    QueueClosed,
    /// The disk is behind.
    DiskBehind,
    /// The agent's state does not allow it.
    AgentState,
    /// There is no such pause.
    UnknownPause,
    /// There is no such disposition.
    UnknownDisposition,
    /// It is no queue of the agent's.
    NotOfQueue,
    /// There is no after-call work on.
    NoWrapUp,
    /// After-call work lasts as long as it may.
    WrapUpMax,
    /// The call has to be filed first.
    NotFiled,
    /// There is no call to file.
    NoCall,
    /// Nothing is recorded.
    NotRecorded,
    /// The agent listens to nobody.
    NotBeside,
    /// Nobody listens to themselves.
    Oneself,
    /// The agent talks with no caller.
    TalksWithNobody,
    /// The queue of the talk is not theirs to supervise.
    NotSupervised,
    /// Somebody listens already.
    MonitoredAlready,
    /// There is no port beside the talk.
    NoPortBeside,
    /// Too many listen.
    MonitorsMax,
    /// There is no such phone.
    NoPhone,
}

impl Code {
    /// The word for the ledger and for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownAgent => "unknown_agent",
            Self::UnknownQueue => "unknown_queue",
            Self::UnknownCall => "unknown_call",
            Self::UnknownMessage => "unknown_message",
            Self::UnknownCallback => "unknown_callback",
            Self::NumberNotCalled => "number_not_called",
            Self::TooOften => "too_often",
            Self::CallbacksMax => "callbacks_max",
            Self::RequestsMax => "requests_max",
            Self::TooLate => "too_late",
            Self::NoSlot => "no_slot",
            Self::Stopping => "stopping",
            Self::DirectCall => "direct_call",
            Self::CallState => "call_state",
            Self::QueueFull => "queue_full",
            Self::QueueClosed => "queue_closed",
            Self::DiskBehind => "disk_behind",
            Self::AgentState => "agent_state",
            Self::UnknownPause => "unknown_pause",
            Self::UnknownDisposition => "unknown_disposition",
            Self::NotOfQueue => "not_of_queue",
            Self::NoWrapUp => "no_wrap_up",
            Self::WrapUpMax => "wrap_up_max",
            Self::NotFiled => "not_filed",
            Self::NoCall => "no_call",
            Self::NotRecorded => "not_recorded",
            Self::NotBeside => "not_beside",
            Self::Oneself => "oneself",
            Self::TalksWithNobody => "talks_with_nobody",
            Self::NotSupervised => "not_supervised",
            Self::MonitoredAlready => "monitored_already",
            Self::NoPortBeside => "no_port_beside",
            Self::MonitorsMax => "monitors_max",
            Self::NoPhone => "no_phone",
        }
    }

    /// Whether what the command is about is not there at all.
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        matches!(
            self,
            Self::UnknownAgent
                | Self::UnknownQueue
                | Self::UnknownCall
                | Self::UnknownMessage
                | Self::UnknownCallback
        )
    }
}

impl Refusal {
    /// Its kind.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::UnknownAgent(_) => Code::UnknownAgent,
            Self::UnknownQueue(_) => Code::UnknownQueue,
            Self::UnknownCall(_) => Code::UnknownCall,
            Self::UnknownMessage(_) => Code::UnknownMessage,
            Self::UnknownCallback(_) | Self::UnknownCallbackStep(_) => Code::UnknownCallback,
            Self::NumberNotCalled => Code::NumberNotCalled,
            Self::TooOften => Code::TooOften,
            Self::CallbacksMax(_) => Code::CallbacksMax,
            Self::RequestsMax(_) => Code::RequestsMax,
            Self::TooLate(_) => Code::TooLate,
            Self::NoSlot { .. } => Code::NoSlot,
            Self::Draining => Code::Stopping,
            Self::DirectCall(_) => Code::DirectCall,
            Self::CallIs { .. } => Code::CallState,
            Self::QueueFull { .. } => Code::QueueFull,
            Self::QueueClosed(_) => Code::QueueClosed,
            Self::DiskBehind => Code::DiskBehind,
            Self::AgentIs { .. } => Code::AgentState,
            Self::UnknownPause(_) => Code::UnknownPause,
            Self::UnknownDisposition(_) => Code::UnknownDisposition,
            Self::NotOfQueue { .. } => Code::NotOfQueue,
            Self::NoWrapUp(_) => Code::NoWrapUp,
            Self::WrapUpMax(_) => Code::WrapUpMax,
            Self::NotFiled(_) => Code::NotFiled,
            Self::NoCall(_) => Code::NoCall,
            Self::NotRecorded(_) => Code::NotRecorded,
            Self::NotBeside(_) => Code::NotBeside,
            Self::CannotHear { why, .. } => match why {
                NoListening::Oneself => Code::Oneself,
                NoListening::TalksWithNobody => Code::TalksWithNobody,
                NoListening::NotSupervised => Code::NotSupervised,
                NoListening::Taken => Code::MonitoredAlready,
                NoListening::NoPort => Code::NoPortBeside,
            },
            Self::MonitorsMax(_) => Code::MonitorsMax,
            Self::NoPhone { .. } => Code::NoPhone,
        }
    }

    /// What to do instead, in a sentence for people.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownAgent(_) => "use the account of an agent of the dialplan",
            Self::UnknownPause(_) => "use the name of a pause of the dialplan",
            Self::UnknownDisposition(_) => "use the name of a disposition of the dialplan",
            Self::NotOfQueue { .. } => "use the name of a queue that the agent has in the dialplan",
            Self::NoWrapUp(_) => "wait until a call is over",
            Self::WrapUpMax(_) => "pause the agent, if the work takes longer",
            Self::NotFiled(_) => "file the call first",
            Self::NoCall(_) => "wait until the agent has had a call",
            Self::NotRecorded(_) => {
                "wait until caller and agent talk, and start a recording if the queue has none"
            }
            Self::NotBeside(_) => {
                "dial the code for listening on the agent's phone, or have it rung, first"
            }
            Self::CannotHear { why, .. } => match why {
                NoListening::Oneself => "name another agent",
                NoListening::TalksWithNobody => "wait until the agent talks with a caller",
                NoListening::NotSupervised => {
                    "have the plan say that the agent `supervises` the queue"
                }
                NoListening::Taken => "wait until the other one hangs up",
                NoListening::NoPort => "dial again",
            },
            Self::MonitorsMax(_) => "wait until somebody hangs up who listens",
            Self::NoPhone { .. } => "use the number of a phone that the status of the agent lists",
            Self::UnknownQueue(_) => "use the name of a queue of the dialplan",
            Self::UnknownCallback(_) => "use the number of a callback that is listed and not over",
            Self::UnknownCallbackStep(_) => "use the name of a callback of the dialplan",
            Self::NumberNotCalled => {
                "use a number that `dial` of a trunk and the lists of the callback allow"
            }
            Self::TooOften => "wait until tomorrow, or raise `per_number_a_day` of the callback",
            Self::CallbacksMax(_) => "wait until one is over, or raise `callbacks_max`",
            Self::RequestsMax(_) => "wait, or raise `requests_per_hour_max` of the callback",
            Self::TooLate(_) => "ask for another day",
            Self::NoSlot { .. } => {
                "ask for a time within `slots` of the callback at which its queue is open"
            }
            Self::Draining => "ask again when it has been started",
            Self::UnknownMessage(_) => "use the name of a message that is listed",
            Self::UnknownCall(_) => "use the number of a call that the status lists",
            Self::DirectCall(_) => "withdraw it, or let one of the two hang up",
            Self::CallIs { remedy, .. } => remedy,
            Self::QueueFull { .. } => "choose another queue, or wait until somebody has left it",
            Self::QueueClosed(_) => "open the queue, or choose another",
            Self::DiskBehind => "look whether the disk is full or slow, and try again",
            Self::AgentIs { state, .. } => match state {
                AgentState::LoggedOut => "log the agent in",
                AgentState::Unreachable => "let a phone of the agent register",
                AgentState::Occupied => "wait until the agent's own call is over",
                AgentState::Ringing(_) | AgentState::Talking(_) => "wait until the call is over",
                AgentState::NotReady(_) | AgentState::Ready | AgentState::WrapUp { .. } => {
                    "make the agent ready"
                }
            },
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAgent(agent) => write!(f, "there is no agent {agent}"),
            Self::UnknownPause(pause) => write!(f, "there is no pause {pause}"),
            Self::UnknownDisposition(name) => write!(f, "there is no disposition {name}"),
            Self::NotOfQueue { agent, queue } => {
                write!(f, "agent {agent} has no queue {queue}")
            }
            Self::NoWrapUp(agent) => write!(f, "agent {agent} has no wrap-up on"),
            Self::WrapUpMax(agent) => {
                write!(f, "the wrap-up of agent {agent} lasts as long as it may")
            }
            Self::NotFiled(agent) => write!(f, "agent {agent} has not filed the call yet"),
            Self::NoCall(agent) => write!(f, "agent {agent} has had no call"),
            Self::NotRecorded(call) => write!(f, "no talk of call {} is recorded", call.0),
            Self::NotBeside(agent) => write!(f, "agent {agent} listens to nobody"),
            Self::CannotHear { agent, why } => match why {
                NoListening::Oneself => write!(f, "agent {agent} would be beside the own talk"),
                NoListening::TalksWithNobody => write!(f, "agent {agent} talks with no caller"),
                NoListening::NotSupervised => {
                    write!(f, "agent {agent} talks with a caller of a queue that is not supervised")
                }
                NoListening::Taken => {
                    write!(f, "somebody is beside the talk of agent {agent} already")
                }
                NoListening::NoPort => {
                    write!(f, "the phone has no port beside the talk of agent {agent}")
                }
            },
            Self::MonitorsMax(max) => write!(f, "{max} listen already, as many as may"),
            Self::NoPhone { agent, phone } => write!(f, "agent {agent} has no phone {phone}"),
            Self::UnknownQueue(queue) => write!(f, "there is no queue {queue}"),
            Self::UnknownCallback(id) => write!(f, "there is no callback {} that waits", id.0),
            Self::UnknownCallbackStep(name) => write!(f, "there is no callback {name}"),
            Self::NumberNotCalled => write!(f, "that number is not called back"),
            Self::TooOften => write!(f, "that number has been promised enough callbacks today"),
            Self::CallbacksMax(name) => write!(f, "callback {name} has as many as there may be"),
            Self::RequestsMax(name) => {
                write!(f, "callback {name} has been asked for as often in an hour as it may be")
            }
            Self::TooLate(name) => write!(f, "callback {name} could not be made in time"),
            Self::NoSlot { callback, next: Some(next) } => {
                write!(
                    f,
                    "callback {callback} is not made at that time; the next one free is {next}"
                )
            }
            Self::NoSlot { callback, next: None } => {
                write!(f, "callback {callback} is made at no time that can be asked for")
            }
            Self::Draining => write!(f, "the engine is stopping"),
            Self::UnknownMessage(message) => {
                write!(f, "there is no message {}", message.hex())
            }
            Self::UnknownCall(call) => write!(f, "call {} is not on", call.0),
            Self::DirectCall(call) => write!(f, "call {} is between phones", call.0),
            Self::CallIs { call, state, .. } => write!(f, "call {} is {state}", call.0),
            Self::QueueFull { queue, waiting_max } => {
                write!(f, "queue {queue} is full at {waiting_max} waiting")
            }
            Self::QueueClosed(queue) => write!(f, "queue {queue} is closed"),
            Self::DiskBehind => write!(f, "too much waits for the disk; nothing was done"),
            Self::AgentIs { agent, state } => {
                write!(f, "agent {agent} is {}", crate::view::word(*state).replace('_', " "))
            }
        }
    }
}

impl std::error::Error for Refusal {}
