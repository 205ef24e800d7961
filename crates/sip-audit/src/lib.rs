//! Watches what one user agent hears and says, and tells where what it *says* breaks a rule. What it
//! hears is anybody's and is judged by nobody here.
//!
//! An [`Auditor`] is told every message in the order in which the agent heard and said them. It is
//! made for tests and for the simulation: it remembers every dialog that goes on, and the branches of a
//! whole run.
//!
//! ```
//! use clock::Moment;
//! use sip_audit::{Auditor, Rule};
//! use sip_msg::{Message, StatusCode, parse};
//!
//! let invite = "INVITE sip:bo@h SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n\
//!     From: <sip:ana@a>;tag=1\r\nTo: <sip:bo@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n";
//! let Ok(Message::Request(request)) = parse(invite.into()) else { panic!("it is a request") };
//! let mut auditor = Auditor::default();
//! let ringing = request.reply(StatusCode::RINGING).to_bytes();
//! auditor.hears(Moment::ZERO, &Message::Request(request));
//! assert_eq!(auditor.says(Moment::ZERO, &ringing).unwrap_err().rule, Rule::Tag);
//! ```

mod acks;
mod breach;
mod cancels;
mod dialog;
mod requests;
mod responses;
mod talk;
mod transaction;

pub use breach::{Breach, Needed, Rule};

use bytes::Bytes;
use clock::Moment;
use sip_msg::{Message, Method, Text};
use std::collections::BTreeMap;
use talk::Talk;
use transaction::{Asked, PATIENCE, Transaction};

/// Messages after which talks that are over are forgotten.
const TIDY_EVERY: u64 = 1_024;

/// One watched user agent.
#[derive(Debug, Default)]
pub struct Auditor {
    /// What is known, by Call-ID.
    talks: BTreeMap<Text, Talk>,
    /// The Call-ID that has used a branch.
    branches: BTreeMap<Text, Text>,
    said: u64,
}

impl Auditor {
    /// The agent has heard this.
    pub fn hears(&mut self, now: Moment, message: &Message) {
        match message {
            Message::Request(request) => {
                self.talk(&request.call_id).hear_request(now, request);
            }
            Message::Response(response) => {
                self.talk(&response.call_id).hear_response(now, response);
            }
        }
    }

    /// The agent says this: the whole message as it goes out.
    ///
    /// # Errors
    /// The first rule that it breaks; or one that a talk that is over by now has broken.
    pub fn says(&mut self, now: Moment, bytes: &Bytes) -> Result<(), Breach> {
        let unreadable = |rule| Breach { rule, said: String::from_utf8_lossy(bytes).into_owned() };
        let message = sip_msg::parse(bytes.clone()).map_err(|_| unreadable(Rule::Readable))?;
        let said = || name(&message);
        measured(bytes).map_err(|rule| Breach { rule, said: said() })?;
        self.judge(now, &message, bytes).map_err(|rule| Breach { rule, said: said() })?;
        self.said += 1;
        if self.said.is_multiple_of(TIDY_EVERY) { self.tidy(now) } else { Ok(()) }
    }

    fn judge(&mut self, now: Moment, message: &Message, bytes: &Bytes) -> Result<(), Rule> {
        match message {
            Message::Request(request) => {
                let branch = Transaction::of(request).branch.unwrap_or_default();
                let user = self.branches.entry(branch).or_insert_with(|| request.call_id.clone());
                let is_used = *user != request.call_id;
                requests::judge(self.talk(&request.call_id), now, request, bytes, is_used)
            }
            Message::Response(response) => {
                responses::judge(self.talk(&response.call_id), now, response, bytes)
            }
        }
    }

    /// Its connections are broken: whatever was asked of it and has no answer yet need not get one.
    pub fn cut_off(&mut self) {
        for answered in self.talks.values_mut().flat_map(|talk| talk.heard.values_mut()) {
            answered.is_cut_off = true;
        }
    }

    /// It has been killed and started again. Of what was asked of it, and what it asked, it knows nothing any more; dialogs
    /// it may go on with, by higher numbers than before.
    pub fn starts_anew(&mut self) {
        self.branches.clear();
        self.talks.values_mut().for_each(Talk::starts_anew);
    }

    /// Nothing more will be heard or said.
    ///
    /// # Errors
    /// What should have been said until now: an ACK, or a final answer.
    pub fn finish(&self, now: Moment) -> Result<(), Breach> {
        self.talks.iter().try_for_each(|(call_id, talk)| ended_well(now, call_id, talk))
    }

    fn tidy(&mut self, now: Moment) -> Result<(), Breach> {
        for (call_id, talk) in self.talks.iter().filter(|(_, talk)| talk.is_over(now)) {
            ended_well(now, call_id, talk)?;
        }
        self.talks.retain(|_, talk| !talk.is_over(now));
        Ok(())
    }

    fn talk(&mut self, call_id: &Text) -> &mut Talk {
        self.talks.entry(call_id.clone()).or_default()
    }
}

/// Each 2xx has its ACK (§13.2.2.4), and where nothing was said for long each INVITE its answer.
fn ended_well(now: Moment, call_id: &Text, talk: &Talk) -> Result<(), Breach> {
    for (of, asked) in &talk.said {
        let cancelled = talk.said.get(&of.with_method(Method::Cancel));
        if of.method == Method::Invite
            && !is_forgotten(asked, cancelled)
            && is_unacknowledged(asked)
        {
            return Err(Breach {
                rule: Rule::Acknowledged,
                said: format!("the 2xx to {}", of.name(call_id)),
            });
        }
    }
    for (of, answered) in talk.heard.iter().filter(|_| talk.is_over(now)) {
        let is_open = answered.status().is_none_or(|status| status < 200);
        if of.method == Method::Invite && is_open && !answered.is_cut_off {
            return Err(Breach { rule: Rule::Answered, said: of.name(call_id) });
        }
    }
    Ok(())
}

fn is_unacknowledged(asked: &Asked) -> bool {
    asked.successes.values().any(|is_acknowledged| !is_acknowledged)
}

/// Whether the INVITE was given up before its first 2xx: it was never answered provisionally, or
/// cancelled, and that for 64·T1 (§9.1, §17.1.1.2).
fn is_forgotten(asked: &Asked, cancelled: Option<&Asked>) -> bool {
    let since = match cancelled {
        Some(cancel) => cancel.at,
        None if !asked.has_rung => asked.at,
        None => return false,
    };
    asked.succeeded.is_some_and(|at| at.since(since) >= PATIENCE)
}

/// §20.14.
fn measured(bytes: &Bytes) -> Result<(), Rule> {
    let end =
        bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let (head, body) = bytes.split_at(end);
    let lengths = head.split(|byte| *byte == b'\n').filter_map(|line| {
        let (name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
        let is_length = name.trim_ascii().eq_ignore_ascii_case(b"content-length");
        is_length.then(|| str::from_utf8(value.get(1..)?.trim_ascii()).ok()).flatten()
    });
    let lengths: Vec<&str> = lengths.collect();
    match lengths.as_slice() {
        [length] if *length == body.len().to_string() => Ok(()),
        _ => Err(Rule::ContentLength),
    }
}

fn name(message: &Message) -> String {
    match message {
        Message::Request(request) => Transaction::of(request).name(&request.call_id),
        Message::Response(response) => {
            let of = Transaction::answered_by(response).name(&response.call_id);
            format!("{} to {of}", response.status.code())
        }
    }
}

impl Transaction {
    fn name(&self, call_id: &Text) -> String {
        format!("{} {} of {call_id}", self.method, self.cseq)
    }
}
