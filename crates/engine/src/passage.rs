//! What of an INVITE goes on to the next leg.
//!
//! Everything else stays on its own leg: whoever is called learns neither the caller's addresses nor
//! its device, and no stranger can make a phone act by a header (RFC 5853 §3.1, RFC 7092 §3.1.2).

use crate::identity::is_private;
use crate::peer::Peer;
use dialplan::{Plan, Trust};
use events::SavedPassage;
use sip_msg::{Headers, Name, Request, Text};
use sip_ua::SessionUuid;

/// RFC 3261 §8.1.1.6: what a request without Max-Forwards counts as.
const MAX_FORWARDS: u8 = 70;

/// Of one header no more values are passed on; a person's device shows one.
const VALUES_MAX: usize = 4;

/// A longer value is not passed on. RFC 7433 §4 has 128 octets of user data, in hexadecimal digits
/// and with parameters.
const VALUE_OCTETS_MAX: usize = 512;

/// Where a header goes on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// To phones of agents: they may act on it.
    Phones,
    /// To phones, and to carriers who may know what we know.
    PhonesAndTrusted,
}

/// All that passes, from agents and from trunks whose word is believed.
const PASSED: [(Name, Reach); 3] = [
    // Another sound of ringing (RFC 7462).
    (Name::AlertInfo, Reach::Phones),
    (Name::Subject, Reach::Phones),
    // What the one program tells the other of the call (RFC 7433).
    (Name::UserToUser, Reach::PhonesAndTrusted),
];

/// Whether who calls may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Openly,
    /// RFC 3323 §4.2: the one who is called must not learn it.
    Privately,
}

/// What goes on with a call, whichever legs it will have.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    headers: Headers,
    /// Through how many hops the call may still go (RFC 7332 §4: a loop through us comes to its end).
    pub(crate) hops: u8,
    pub(crate) shown: Shown,
    /// The number of the end for which we call on (RFC 7989), if it has one.
    pub(crate) end: Option<SessionUuid>,
}

impl Passage {
    pub(crate) fn of(plan: &Plan, peer: Peer, request: &Request) -> Self {
        let is_believed = match peer {
            Peer::Agent(_) => true,
            Peer::Trunk(trunk) => plan.trunk(trunk).trust == Trust::Asserted,
            Peer::Stranger => false,
        };
        let mut headers = Headers::default();
        for (name, _) in PASSED.iter().filter(|_| is_believed) {
            let values = request.headers.all(name).filter(|value| value.len() <= VALUE_OCTETS_MAX);
            values.take(VALUES_MAX).for_each(|value| headers.push(name.clone(), value.clone()));
        }
        let hops = request.max_forwards.unwrap_or(MAX_FORWARDS).saturating_sub(1);
        let shown = if is_private(request) { Shown::Privately } else { Shown::Openly };
        let end = request.headers.get(Name::SessionId).and_then(SessionUuid::parse);
        Self { headers, hops, shown, end }
    }

    /// As it is written down for another process.
    pub(crate) fn to_save(&self) -> SavedPassage {
        let text = |text: &Text| text.to_str_lossy().into_owned();
        let headers = self.headers.iter();
        let headers = headers.map(|header| {
            let name = String::from_utf8_lossy(header.name.as_bytes()).into_owned();
            (name, text(&header.value))
        });
        SavedPassage {
            headers: headers.collect(),
            hops: self.hops,
            private: self.shown == Shown::Privately,
            end: self.end.map(|end| end.to_string()),
        }
    }

    /// That of another process. What is no header any more is left out.
    pub(crate) fn read(saved: &SavedPassage) -> Self {
        let mut headers = Headers::default();
        for (name, value) in &saved.headers {
            if let Some(name) = Name::new(Text::from(name.clone())) {
                headers.push(name, Text::from(value.clone()));
            }
        }
        let end = saved.end.clone().and_then(|end| SessionUuid::parse(&Text::from(end)));
        let shown = if saved.private { Shown::Privately } else { Shown::Openly };
        Self { headers, hops: saved.hops, shown, end }
    }

    /// That of what nobody calls for.
    pub(crate) fn of_our_own() -> Self {
        let (headers, hops) = (Headers::default(), MAX_FORWARDS);
        Self { headers, hops, shown: Shown::Openly, end: None }
    }

    /// Phones are told this besides.
    pub(crate) fn say_to_phones(&mut self, name: Name, value: Text) {
        self.headers.set(name, value);
    }

    /// What an agent's phone is told.
    pub(crate) fn to_phone(&self) -> Headers {
        self.headers.clone()
    }

    /// What a carrier is told.
    pub(crate) fn to_trunk(&self, trust: Trust) -> Headers {
        let mut headers = Headers::default();
        for header in self.headers.iter() {
            let passes = |(name, reach): &(Name, Reach)| {
                *name == header.name && *reach == Reach::PhonesAndTrusted
            };
            if trust == Trust::Asserted && PASSED.iter().any(passes) {
                headers.push(header.name.clone(), header.value.clone());
            }
        }
        headers
    }
}
