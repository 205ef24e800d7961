//! What a request asks for (RFC 3261 §7.1 and the RFCs that added methods).

use crate::Text;
use crate::lexer::is_token;
use crate::text::Whole;
use std::fmt;

/// A request method. Names are case-sensitive (RFC 3261 §7.1): `invite` is not INVITE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Begins or changes a dialog with media (RFC 3261 §13).
    Invite,
    /// Confirms a final answer to INVITE (RFC 3261 §13.2.2.4).
    Ack,
    /// Ends a dialog (RFC 3261 §15).
    Bye,
    /// Takes back an INVITE that has no final answer yet (RFC 3261 §9).
    Cancel,
    /// Asks what the peer can do (RFC 3261 §11).
    Options,
    /// Binds an address to where it can be reached (RFC 3261 §10).
    Register,
    /// Confirms a reliable provisional answer (RFC 3262).
    Prack,
    /// Changes a session without a new INVITE (RFC 3311).
    Update,
    /// Carries data inside a dialog (RFC 6086).
    Info,
    /// Asks the peer to call someone (RFC 3515).
    Refer,
    /// Reports an event that was subscribed to (RFC 6665).
    Notify,
    /// Asks for events (RFC 6665).
    Subscribe,
    /// Carries a text message (RFC 3428).
    Message,
    /// Publishes event state (RFC 3903).
    Publish,
    /// A method this crate has no name for; never one of the above.
    Other(Text),
}

impl Method {
    /// The method of this name; `None` if it is not a token.
    #[must_use]
    pub fn new(name: impl Into<Text>) -> Option<Self> {
        let name: Text = name.into();
        Self::from_part(name.whole(), name.as_bytes())
    }

    pub(crate) fn from_part(whole: Whole<'_>, name: &[u8]) -> Option<Self> {
        Some(match name {
            b"INVITE" => Self::Invite,
            b"ACK" => Self::Ack,
            b"BYE" => Self::Bye,
            b"CANCEL" => Self::Cancel,
            b"OPTIONS" => Self::Options,
            b"REGISTER" => Self::Register,
            b"PRACK" => Self::Prack,
            b"UPDATE" => Self::Update,
            b"INFO" => Self::Info,
            b"REFER" => Self::Refer,
            b"NOTIFY" => Self::Notify,
            b"SUBSCRIBE" => Self::Subscribe,
            b"MESSAGE" => Self::Message,
            b"PUBLISH" => Self::Publish,
            other if is_token(other) => Self::Other(Text::part(whole, other)),
            _ => return None,
        })
    }

    /// The name on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Invite => b"INVITE",
            Self::Ack => b"ACK",
            Self::Bye => b"BYE",
            Self::Cancel => b"CANCEL",
            Self::Options => b"OPTIONS",
            Self::Register => b"REGISTER",
            Self::Prack => b"PRACK",
            Self::Update => b"UPDATE",
            Self::Info => b"INFO",
            Self::Refer => b"REFER",
            Self::Notify => b"NOTIFY",
            Self::Subscribe => b"SUBSCRIBE",
            Self::Message => b"MESSAGE",
            Self::Publish => b"PUBLISH",
            Self::Other(name) => name.as_bytes(),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}
