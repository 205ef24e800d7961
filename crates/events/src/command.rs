//! A command that somebody gave: who, about whom, and what came of it.

use crate::Name;
use ids::{CallId, MessageId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Who gave a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The agent, by a short code on the phone.
    Phone,
    /// The caller, by a key.
    Caller,
    /// Somebody on this machine, over the control socket.
    Socket,
    /// Whoever holds the token of this name.
    Token(Name),
    /// Somebody on this machine, by a signal to the process.
    Signal,
    /// The server itself, which has seen that a file of the site has changed.
    Watch,
}

impl By {
    /// Who it was, as it is written by `Display`; none for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "phone" => Some(Self::Phone),
            "caller" => Some(Self::Caller),
            "socket" => Some(Self::Socket),
            "signal" => Some(Self::Signal),
            "watch" => Some(Self::Watch),
            _ => text.strip_prefix("token:").map(|name| Self::Token(name.into())),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone => f.write_str("phone"),
            Self::Caller => f.write_str("caller"),
            Self::Socket => f.write_str("socket"),
            Self::Signal => f.write_str("signal"),
            Self::Watch => f.write_str("watch"),
            Self::Token(name) => write!(f, "token:{name}"),
        }
    }
}

impl Serialize for By {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| de::Error::custom(format!("{text:?} gives no commands")))
    }
}

/// Whom a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The agent of this account.
    Agent(Name),
    /// This call.
    Call(CallId),
    /// This message.
    Message(MessageId),
    /// The queue of this name.
    Queue(Name),
    /// The dialplan.
    Plan,
}

/// A command that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CommandEvent {
    /// It was carried out.
    #[serde(rename = "command_obeyed")]
    Obeyed {
        /// Who gave it.
        by: By,
        /// Its word, such as `log_out`.
        command: &'static str,
        /// What goes with the word, such as the queue that a call is moved to.
        #[serde(skip_serializing_if = "Option::is_none")]
        with: Option<String>,
    },
    /// It was not.
    #[serde(rename = "command_refused")]
    Refused {
        /// Who gave it.
        by: By,
        /// Its word.
        command: &'static str,
        /// What goes with the word.
        #[serde(skip_serializing_if = "Option::is_none")]
        with: Option<String>,
        /// Why not, in one word, such as `unknown_call`.
        why: &'static str,
    },
}
