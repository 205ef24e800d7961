//! The documents in NOTIFYs: dialogs (RFC 4235), presence (RFC 3863 with the activities of RFC 4480),
//! and messages that wait (RFC 3842). All of them are whole: each stands for itself.

use crate::package::Package;
use crate::seen::{Duty, Progress, Seen, Side};
use bytes::Bytes;
use sip_msg::Text;
use std::fmt::Write as _;

/// The document of a package about `entity`. `version` counts the documents of one subscription from
/// 0 on (RFC 4235 §4.1).
pub(crate) fn document(package: Package, entity: &Text, seen: &Seen, version: u32) -> Bytes {
    let entity = entity.to_str_lossy();
    let text = match package {
        Package::Dialog => dialog_info(&escape(&entity), seen, version),
        Package::Presence => presence(&escape(&entity), seen),
        Package::MessageSummary => message_summary(&entity),
    };
    Bytes::from(text)
}

fn dialog_info(entity: &str, seen: &Seen, version: u32) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" \
         state=\"full\" entity=\"{entity}\">\r\n"
    );
    for call in &seen.calls {
        let direction = match call.side {
            Side::Initiator => "initiator",
            Side::Recipient => "recipient",
        };
        let state = match call.progress {
            Progress::Trying => "trying",
            Progress::Early => "early",
            Progress::Confirmed => "confirmed",
        };
        write!(
            text,
            "<dialog id=\"{}\" direction=\"{direction}\"><state>{state}</state></dialog>\r\n",
            call.call
        )
        .expect("a String takes everything");
    }
    if seen.calls.is_empty() {
        // There are phones that leave a lamp as it was when a document has no dialog at all.
        text += "<dialog id=\"none\"><state>terminated</state></dialog>\r\n";
    }
    text + "</dialog-info>\r\n"
}

/// Whether somebody can be reached, in the two words of RFC 3863 §4.1.4.
const fn basic(duty: Duty) -> &'static str {
    match duty {
        Duty::Ready | Duty::WrapUp | Duty::Away => "open",
        Duty::NoPhone | Duty::LoggedOut => "closed",
    }
}

/// For people, and the activity for phones.
fn note(seen: &Seen) -> (&'static str, Option<&'static str>) {
    match (seen.furthest(), seen.duty) {
        (Some(Progress::Confirmed | Progress::Trying), _) => ("On the phone", Some("on-the-phone")),
        (Some(Progress::Early), _) => ("Ringing", Some("busy")),
        (None, Duty::Ready) => ("Ready", None),
        (None, Duty::WrapUp) => ("Wrap-up", Some("busy")),
        (None, Duty::Away) => ("Away", Some("away")),
        (None, Duty::NoPhone) => ("No phone", Some("away")),
        (None, Duty::LoggedOut) => ("Logged out", Some("away")),
    }
}

fn presence(entity: &str, seen: &Seen) -> String {
    let (note, activity) = note(seen);
    let basic = basic(seen.duty);
    let person = activity.map_or_else(String::new, |activity| {
        format!(
            "<dm:person id=\"agent\"><rpid:activities><rpid:{activity}/></rpid:activities>\
             </dm:person>\r\n"
        )
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
         xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
         xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"{entity}\">\r\n\
         <tuple id=\"phone\"><status><basic>{basic}</basic></status><note>{note}</note></tuple>\r\n\
         {person}</presence>\r\n"
    )
}

/// Messages are left for queues and not for accounts, so none waits.
fn message_summary(account: &str) -> String {
    format!("Messages-Waiting: no\r\nMessage-Account: {account}\r\nVoice-Message: 0/0 (0/0)\r\n")
}

/// Letters that mean something else in XML, and those that it has none for.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_end_its_attribute() {
        let entity = Text::from("sip:a\"><b>&'@example.net\u{1}");
        let text = document(Package::Dialog, &entity, &Seen::NOBODY, 0);
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains("entity=\"sip:a&quot;&gt;&lt;b&gt;&amp;'@example.net\u{fffd}\""));
    }

    #[test]
    fn who_has_logged_out_and_still_talks_is_on_the_phone_and_not_to_be_had() {
        let call = crate::CallSeen {
            call: ids::CallId(1),
            side: Side::Recipient,
            progress: Progress::Confirmed,
        };
        let seen = Seen { duty: Duty::LoggedOut, calls: vec![call] };
        let text = document(Package::Presence, &Text::from("sip:a@b"), &seen, 0);
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains("<basic>closed</basic>") && text.contains("<rpid:on-the-phone/>"));
    }
}
