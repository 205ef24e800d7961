//! What can be subscribed to: three event packages, and no other.

use sip_msg::{Headers, Name, Text};

/// An event package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Package {
    /// The calls of an agent (RFC 4235): what a lamp beside a key shows.
    Dialog,
    /// Whether an agent is at work (RFC 3856).
    Presence,
    /// How many messages wait for the subscriber itself (RFC 3842).
    MessageSummary,
}

/// The value of Allow-Events: every package there is.
pub(crate) const ALLOW_EVENTS: &str = "dialog, presence, message-summary";

impl Package {
    fn of(name: &[u8]) -> Option<Self> {
        // RFC 6665 §8.4: event types are compared letter by letter.
        match name {
            b"dialog" => Some(Self::Dialog),
            b"presence" => Some(Self::Presence),
            b"message-summary" => Some(Self::MessageSummary),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Dialog => "dialog",
            Self::Presence => "presence",
            Self::MessageSummary => "message-summary",
        }
    }

    /// The media type of its documents.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Dialog => "application/dialog-info+xml",
            Self::Presence => "application/pidf+xml",
            Self::MessageSummary => "application/simple-message-summary",
        }
    }

    /// Whether a subscriber takes our documents: if it says nothing of it, it does (RFC 4235 §3.5,
    /// RFC 3856 §6.6, RFC 3842 §3.5).
    pub(crate) fn is_acceptable(self, headers: &Headers) -> bool {
        let is_ours = |accepted: &Text| {
            let media = accepted.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
            [self.media_type(), "application/*", "*/*"]
                .iter()
                .any(|ours| media.trim_ascii().eq_ignore_ascii_case(ours.as_bytes()))
        };
        let mut accepted = headers.tokens(Name::Accept).peekable();
        accepted.peek().is_none() || accepted.any(|accepted| is_ours(&accepted))
    }
}

/// An Event header (RFC 6665 §8.2.1): a package, and an id by which the subscriber tells two of its
/// subscriptions apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventName {
    pub(crate) package: Package,
    pub(crate) id: Option<Text>,
}

impl EventName {
    /// The Event header of a SUBSCRIBE; `None` if it has none, or one of a package that is not ours.
    pub(crate) fn read(headers: &Headers) -> Option<Self> {
        let mut parts = headers.get(Name::Event)?.as_bytes().split(|byte| *byte == b';');
        let package = Package::of(parts.next()?.trim_ascii())?;
        let id = parts.find_map(|param| {
            let equals = param.iter().position(|byte| *byte == b'=')?;
            let (name, value) = param.split_at_checked(equals)?;
            let value = value.get(1..)?.trim_ascii();
            (name.trim_ascii().eq_ignore_ascii_case(b"id") && !value.is_empty())
                .then(|| Text::copied(value))
        });
        Some(Self { package, id })
    }

    /// The same as a header of ours.
    pub(crate) fn value(&self) -> Text {
        match &self.id {
            Some(id) => Text::from(format!("{};id={}", self.package.name(), id.to_str_lossy())),
            None => Text::from(self.package.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &'static str) -> Option<EventName> {
        let mut headers = Headers::new();
        headers.push(Name::Event, value);
        EventName::read(&headers)
    }

    #[test]
    fn an_event_is_a_package_and_perhaps_an_id() {
        let dialog = |id: Option<&'static str>| {
            Some(EventName { package: Package::Dialog, id: id.map(Text::from) })
        };
        assert_eq!(read("dialog"), dialog(None));
        assert_eq!(read(" dialog ; sla ; id = 7"), dialog(Some("7")));
        assert_eq!(read("dialog;id="), dialog(None));
        assert_eq!(read("dialog;ID=a;id=b"), dialog(Some("a")));
        assert_eq!(dialog(Some("7")).unwrap().value(), "dialog;id=7");
        for strange in ["Dialog", "dialog.winfo", "", ";id=7", "reg", "refer;id=1"] {
            assert_eq!(read(strange), None, "{strange}");
        }
    }
}
