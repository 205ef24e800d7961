//! Whose turn it is while messages wait, and whose messages are not heard at all.
//!
//! What belongs to a call that is on goes before whoever wants to begin something, and so do the registrations of phones of ours:
//! whoever talks notices nothing of those who call. And one address that says more than anybody has to say keeps nobody else
//! waiting: what is over its measure is not put in line. Trunks have no such measure, since all of their callers come from one address.

use crate::engine::Engine;
use clock::{Duration, Moment};
use sip_msg::{Message, Method, Request};
use sip_txn::{Hop, Rates};
use std::net::IpAddr;

/// When a message is taken of those that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Before all that can wait: it belongs to something that is on, or a phone of ours registers.
    First,
    /// It begins something.
    Later,
}

/// What becomes of a message that is not heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// It has been answered 503.
    Refused,
    /// Nothing is said to it.
    Ignored,
}

/// So long after the last message that was too many, people are told of it.
const TOLD_FOR: Duration = Duration::from_secs(5);

/// What is heard of each source.
#[derive(Debug)]
pub(crate) struct Sources {
    per_second_max: u32,
    heard: Rates,
    /// Phones that register where they are already have a measure of their own: a guesser at the same address does not use it up.
    at_home: Rates,
    /// Who is over it is told so no oftener, so that a forged address is not flooded in its turn.
    refused: Rates,
    over: Option<Over>,
}

/// A source that says too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Over {
    pub(crate) source: IpAddr,
    pub(crate) since: Moment,
    last: Moment,
    pub(crate) per_second_max: u32,
}

impl Sources {
    pub(crate) const fn new(per_second_max: u32) -> Self {
        Self {
            per_second_max,
            heard: Rates::new(per_second_max),
            at_home: Rates::new(per_second_max),
            refused: Rates::new(per_second_max),
            over: None,
        }
    }

    /// Who has said too much just now, or the last one who did.
    pub(crate) fn over(&self, now: Moment) -> Option<Over> {
        self.over.filter(|over| now.since(over.last) < TOLD_FOR)
    }

    fn note_over(&mut self, now: Moment, source: IpAddr) {
        let since = self.over(now).filter(|over| over.source == source).map(|over| over.since);
        let (since, per_second_max) = (since.unwrap_or(now), self.per_second_max);
        self.over = Some(Over { source, since, last: now, per_second_max });
    }
}

/// An ACK wants no answer and begins nothing. Of those that are for refusals nothing is known any more.
fn is_ack(message: &Message) -> bool {
    matches!(message, Message::Request(request) if request.method == Method::Ack)
}

impl Engine {
    /// When a message that has come is to be taken, of those that wait.
    ///
    /// # Errors
    /// It is not to be taken at all: its source has said too much. An answer, if there is one, is among the outputs.
    pub fn turn_of(&mut self, now: Moment, hop: Hop, message: &Message) -> Result<Turn, Unheard> {
        if is_ack(message) || self.ua.knows(message) {
            return Ok(Turn::First);
        }
        let turn = self.turn_of_stranger(message);
        if self.is_within_measure(now, hop, message) {
            return Ok(turn);
        }
        self.sources.note_over(now, hop.source());
        match message {
            Message::Request(request) if self.sources.refused.take_one(now, hop.source()) => {
                self.refuse_unheard(now, hop, request);
                Err(Unheard::Refused)
            }
            Message::Request(_) | Message::Response(_) => Err(Unheard::Ignored),
        }
    }

    /// Answers a request with 503 that there is no room for among those that wait.
    pub fn refuse_unheard(&mut self, now: Moment, hop: Hop, request: &Request) {
        self.ua.refuse_unheard(now, hop, request);
        self.settle(now);
    }

    fn turn_of_stranger(&self, message: &Message) -> Turn {
        let is_first = matches!(message, Message::Request(request)
            if request.method == Method::Register && self.is_account(request));
        if is_first { Turn::First } else { Turn::Later }
    }

    fn is_account(&self, register: &Request) -> bool {
        register.to.uri().user_unescaped().is_some_and(|user| self.registrar.has_account(&user))
    }

    fn is_within_measure(&mut self, now: Moment, hop: Hop, message: &Message) -> bool {
        if self.trunks.at(&self.plan, &self.carriers, hop).is_some() {
            return true;
        }
        let is_at_home =
            matches!(message, Message::Request(request) if self.is_at_home(hop, request));
        let rates = if is_at_home { &mut self.sources.at_home } else { &mut self.sources.heard };
        rates.take_one(now, hop.source())
    }

    /// Whether a phone registers that is there already.
    fn is_at_home(&self, hop: Hop, request: &Request) -> bool {
        let user = request.to.uri().user_unescaped().filter(|_| request.method == Method::Register);
        user.is_some_and(|user| {
            let user = user.to_str_lossy();
            let mut phones = self.registrar.bindings(&user);
            phones.any(|phone| phone.hop.peer.ip() == hop.peer.ip())
        })
    }
}
