//! Keys that phones press by INFO instead of in the sound (RFC 6086's legacy use: `application/dtmf-relay`
//! and `application/dtmf`, which no RFC has, and every phone).

use crate::leg::State;
use crate::purpose::Purpose;
use crate::{Event, ServerTxn, UserAgent, way};
use clock::Moment;
use ids::LegId;
use sip_msg::{Method, Name, Request, StatusCode};

const RELAY: &str = "application/dtmf-relay";
const PLAIN: &str = "application/dtmf";

/// How long a key of ours is said to be held, in milliseconds.
const HELD_MILLIS: u32 = 160;

/// A longer body is no key.
const BODY_OCTETS_MAX: usize = 256;

impl UserAgent {
    /// Presses a key for whoever is at the other end of the leg: one of `0`–`9`, `*`, `#` and `A`–`D`.
    /// What the peer makes of it is not told.
    pub fn press(&mut self, now: Moment, leg: LegId, key: char) {
        let Some(live) = self.legs.get_mut(&leg) else { return };
        let State::Talking(talking) = &mut live.state else { return };
        let mut info = talking.dialog.request(Method::Info);
        let hop = way::hop_inside(live.hop, talking);
        info.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let body = format!("Signal={key}\r\nDuration={HELD_MILLIS}\r\n");
        let txn = self.send_request(now, hop, info.with_body(RELAY, body.into()));
        self.purposes.insert(txn, Purpose::Untold);
        self.settle(now);
    }

    /// An INFO inside a leg: a key, nothing at all, or something that we do not know.
    pub(crate) fn hear_info(&mut self, now: Moment, leg: LegId, txn: ServerTxn, request: &Request) {
        let key = match key_in(request) {
            Ok(key) => key,
            Err(Unknown) => {
                let refusal = request
                    .reply(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                    .with_header(Name::Accept, format!("{RELAY}, {PLAIN}"));
                return self.respond(now, txn, refusal);
            }
        };
        self.respond(now, txn, request.reply(StatusCode::OK));
        if let Some(key) = key {
            self.tell(Event::Pressed { leg, key });
        }
    }
}

/// A body of a type that says nothing to us.
struct Unknown;

fn key_in(request: &Request) -> Result<Option<char>, Unknown> {
    if request.body.is_empty() {
        // Some phones ask so whether the leg is still there.
        return Ok(None);
    }
    let value = request.headers.get(Name::ContentType).ok_or(Unknown)?;
    let media_type = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    let media_type = media_type.trim_ascii();
    let is_relay = media_type.eq_ignore_ascii_case(RELAY.as_bytes());
    if !is_relay && !media_type.eq_ignore_ascii_case(PLAIN.as_bytes()) {
        return Err(Unknown);
    }
    let body = request.body.get(..BODY_OCTETS_MAX).unwrap_or(&request.body);
    let text = std::str::from_utf8(body).unwrap_or_default();
    let said = if is_relay { signal(text) } else { Some(text.trim()) };
    Ok(said.and_then(key))
}

/// The value of `Signal=`, wherever it stands and however it is spaced.
fn signal(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case("signal").then_some(value.trim())
    })
}

/// A key by its sign, or, for the last two, by its event number (RFC 4733 §3.2).
fn key(said: &str) -> Option<char> {
    let mut signs = said.chars();
    match (signs.next(), signs.as_str()) {
        (Some('1'), "0") => Some('*'),
        (Some('1'), "1") => Some('#'),
        (Some(sign), "") => Some(sign.to_ascii_uppercase()).filter(|sign| is_key(*sign)),
        _ => None,
    }
}

const fn is_key(sign: char) -> bool {
    matches!(sign, '0'..='9' | '*' | '#' | 'A'..='D')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_phones_write_it() {
        for (text, is) in [
            ("Signal=5\r\nDuration=160\r\n", Some('5')),
            ("signal = # \nDuration= 250", Some('#')),
            ("Duration=100\r\nSignal=10", Some('*')),
            ("Signal=11", Some('#')),
            ("Signal=d", Some('D')),
            ("Signal=", None),
            ("Signal=12", None),
            ("Signal=é", None),
            ("Signal", None),
            ("", None),
        ] {
            assert_eq!(signal(text).and_then(key), is, "{text}");
        }
    }
}
