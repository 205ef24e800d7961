//! The session identifier (RFC 7989): one number for each end of a call, the same on every leg, by which
//! the traces of all elements between the two can be found.

use crate::UserAgent;
use crate::leg::LegKey;
use ids::LegId;
use rand::RngExt;
use sip_msg::{Headers, Name, Request, Response, Text};
use std::fmt;

/// The number of one end of a call: 128 random bits, written as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionUuid(u128);

impl SessionUuid {
    /// What stands for the number of an end that is not known yet (§5).
    const NULL: Self = Self(0);

    /// The number at the beginning of a header's value; `None` if it is none, or the null one.
    #[must_use]
    pub fn parse(value: &Text) -> Option<Self> {
        let digits = value.as_bytes().split(|byte| b"; ".contains(byte)).next()?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 32)?;
        // `from_str_radix` would take a sign.
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u128::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        (number != 0).then_some(Self(number))
    }
}

impl fmt::Display for SessionUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The two ends of a leg.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionId {
    /// Our own number, or that of the end for which we speak.
    ours: SessionUuid,
    theirs: Option<SessionUuid>,
}

impl SessionId {
    pub(crate) const fn new(ours: SessionUuid) -> Self {
        Self { ours, theirs: None }
    }

    /// Our own number.
    pub(crate) const fn ours(self) -> SessionUuid {
        self.ours
    }

    /// The header as we write it (§5): our side first.
    pub(crate) fn value(&self) -> Text {
        let theirs = self.theirs.unwrap_or(SessionUuid::NULL);
        Text::from(format!("{};remote={theirs}", self.ours))
    }

    /// A peer that is silent about it, or writes nonsense, changes nothing.
    pub(crate) fn hear(&mut self, headers: &Headers) {
        let said = headers.get(Name::SessionId).and_then(SessionUuid::parse);
        self.theirs = said.or(self.theirs);
    }
}

impl UserAgent {
    /// The number of the peer's end of a leg, if it has said one.
    #[must_use]
    pub fn peer_session(&self, leg: LegId) -> Option<SessionUuid> {
        self.legs.get(&leg)?.session.theirs
    }

    /// What is said in this leg from now on is said for the end with this number (§7: an intermediary
    /// that joins two legs).
    pub fn speak_for(&mut self, leg: LegId, end: SessionUuid) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.session.ours = end;
        }
    }

    pub(crate) fn new_session(&mut self) -> SessionUuid {
        SessionUuid(self.random.random())
    }

    pub(crate) fn hear_session(&mut self, leg: LegId, headers: &Headers) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.session.hear(headers);
        }
    }

    /// Puts the identifier into a request inside a leg.
    pub(crate) fn identify_request(&self, request: &mut Request) {
        let tag = request.from.tag().unwrap_or_default();
        if let Some(value) = self.session_value(&(request.call_id.clone(), tag)) {
            request.headers.set(Name::SessionId, value);
        }
    }

    /// Puts the identifier into a response inside a leg, if it has none: a copy says what the first
    /// one said.
    pub(crate) fn identify_response(&self, response: &mut Response) {
        let tag = response.to.tag().unwrap_or_default();
        if !response.headers.has(Name::SessionId)
            && let Some(value) = self.session_value(&(response.call_id.clone(), tag))
        {
            response.headers.push(Name::SessionId, value);
        }
    }

    fn session_value(&self, key: &LegKey) -> Option<Text> {
        let leg = self.legs.get(self.keys.get(key)?)?;
        Some(leg.session.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_whatever_its_case_and_nonsense_is_none() {
        let read = |value: &'static str| {
            SessionUuid::parse(&Text::from(value)).map(|uuid| uuid.to_string())
        };
        let number = "ab30317f1a784dc48ff824d0d3715d86";
        assert_eq!(read("AB30317F1a784dc48ff824d0d3715d86;remote=0").as_deref(), Some(number));
        assert_eq!(read(number).as_deref(), Some(number));
        for nonsense in [
            "",
            "00000000000000000000000000000000",
            "ab30317f1a784dc48ff824d0d3715d8",
            "+b30317f1a784dc48ff824d0d3715d86",
            "ab30317f-1a78-4dc4-8ff8-24d0d3715d86",
        ] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
