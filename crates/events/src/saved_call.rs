//! A call that is on, as the ledger keeps it for the run after this one: enough to reach its caller again, and to put
//! them back where they stood.

use crate::{AbandonedWhile, Ani, Name, RecordingWish};
use ids::CallId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;

/// A call whose caller is in the dialplan, or in which two talk. Moments are microseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedCall {
    /// Its number.
    pub id: u64,
    /// The number dialled, as the dialplan writes it.
    pub number: Name,
    /// Whose call it is.
    pub from: SavedPeer,
    /// The caller's number.
    pub caller: Ani,
    /// Who a directory says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// And of which company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<Name>,
    /// How the caller is reached.
    pub leg: SavedLeg,
    /// The language in which the caller is spoken to, such as `sv`.
    pub language: Name,
    /// Where the caller stands, or stood before somebody answered; none where that is no caller of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<SavedPlace>,
    /// Whom the caller talks with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<SavedTalk>,
    /// The priority that somebody has given it by a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_by_hand: Option<u8>,
    /// Whether the caller has talked with an agent before.
    #[serde(default)]
    pub talked: bool,
    /// Whether it is a customer who was called back.
    #[serde(default)]
    pub called_back: bool,
    /// What the agent is told: names of recordings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whisper: Vec<Name>,
    /// What steps have noted, by the names of the variables; nothing secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<(Name, SavedValue)>,
    /// The keys chosen last, each with its menu.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<(Name, char)>,
    /// What goes on to the phones that are rung for it.
    pub passage: SavedPassage,
    /// How many runs have tried to reach the caller since one did.
    #[serde(default)]
    pub tries: u8,
}

impl SavedCall {
    /// The clock has been set on by so many microseconds since this was written down, or back: each moment is by the clock as it is.
    pub fn clock_is_set(&mut self, by: i64) {
        let set = |at: &mut i64| *at = at.saturating_add(by);
        self.talk.iter_mut().for_each(|talk| set(&mut talk.since));
        let Some(place) = &mut self.place else { return };
        place.queued.iter_mut().for_each(|(_, arrived)| set(arrived));
        if let SavedAt::Queue(wait) = &mut place.at {
            set(&mut wait.since);
            let until = wait.promised.as_mut().and_then(|promised| promised.until.as_mut());
            until.into_iter().for_each(set);
        }
    }
}

/// Whose call it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedPeer {
    /// An agent's, by account.
    Agent(Name),
    /// It came by this trunk.
    Trunk(Name),
    /// Anybody's.
    Stranger,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedTalk {
    /// The other one.
    #[serde(flatten)]
    pub with: SavedParty,
    /// Since when the two talk.
    pub since: i64,
    /// How the other's phone is reached.
    pub leg: SavedLeg,
    /// What somebody has said of its recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingWish>,
    /// What is to be known where it is no talk of a queue with its agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<SavedDirect>,
}

/// Somebody who talks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedParty {
    /// An agent, by account.
    Agent(Name),
    /// Somebody at a number outside.
    Outside(SavedOutside),
}

/// A number outside, and how it was called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedOutside {
    /// The number.
    pub number: Ani,
    /// The trunk that carries the call.
    pub trunk: Name,
    /// As whom it was called over a trunk that has no name for us.
    pub as_user: Name,
}

/// A direct call: one between phones of agents and numbers outside, or of a caller who was handed over or put through.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedDirect {
    /// Who is in the caller's place; none where that is a caller of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<SavedParty>,
    /// The agent by whose right the other one was called; none where that is the dialplan's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
    /// What was dialled.
    pub dialled: Ani,
    /// Whether it is one of a queue for the agent who has taken it over.
    #[serde(default)]
    pub of_queue: bool,
}

/// Where a caller stands in the dialplan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedPlace {
    /// In which queue, or at which step.
    pub at: SavedAt,
    /// When the caller first came to any queue, and the one that they were in last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued: Option<(Name, i64)>,
    /// What is added to the priority of a queue.
    #[serde(default)]
    pub priority: u8,
    /// The steps of the dialplan that have asked something of whoever takes the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<Name>,
    /// Where each `sub` goes on that the caller is in, the outermost first: arrows, such as `menu.main`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subs: Vec<Name>,
}

/// In which queue, or at which step.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedAt {
    /// In a queue.
    Queue(SavedWait),
    /// At a step.
    Step {
        /// An arrow, such as `menu.main`.
        goto: Name,
        /// Whether the caller has come to a number that is closed.
        closed: bool,
    },
}

/// A wait in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedWait {
    /// The queue.
    pub queue: Name,
    /// When the caller came to it.
    pub since: i64,
    /// The smallest place that was told there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<u32>,
    /// What was last said of the wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<SavedPromise>,
    /// The announcement with keys that was made last: which offer of the queue, and which of its announcements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<(usize, usize)>,
}

/// What was said of the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedPromise {
    /// The bound that was said, in seconds; none: more than could be said.
    pub at_most_s: Option<u64>,
    /// When the caller should have been served.
    pub until: Option<i64>,
}

/// A value that a step has noted.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedValue {
    /// Yes or no.
    YesNo(bool),
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A length of time, in microseconds.
    Length(u64),
    /// Minutes from midnight.
    Time(u16),
    /// A date: year, month, day.
    Date(i16, i8, i8),
}

/// It may be what only the caller should know.
impl fmt::Debug for SavedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SavedValue")
    }
}

/// A dialog (RFC 3261 §12) and its sound, all in the words of the wire, so that whoever takes it up reads it with the
/// same grammar as a message.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedLeg {
    /// The Call-ID.
    pub call_id: String,
    /// Our side, with our tag: From of our requests.
    pub local: String,
    /// The peer's, with its tag.
    pub remote: String,
    /// The peer's Contact.
    pub target: String,
    /// The proxies that our requests pass, the nearest first.
    pub route: Vec<String>,
    /// Whether we have sent the INVITE.
    pub is_ours: bool,
    /// The number of our last request.
    pub local_cseq: u32,
    /// The number of the peer's last request.
    pub remote_cseq: Option<u32>,
    /// Our Contact.
    pub contact: String,
    /// What it is spoken over: `udp`, `tcp`.
    pub transport: String,
    /// The listening socket that it came to; 0 where it is a connection.
    pub listener: u64,
    /// Where the peer was heard from.
    pub peer: SocketAddr,
    /// The number of our end (RFC 7989).
    pub session: String,
    /// The session id of our `o=` (RFC 8866 §5.2).
    pub sdp_id: u64,
    /// The version of it that was said last.
    pub sdp_version: u64,
}

/// Addresses are people's numbers.
impl fmt::Debug for SavedLeg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedLeg").field("call_id", &self.call_id).finish_non_exhaustive()
    }
}

/// What of an INVITE goes on to the phones that are rung.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedPassage {
    /// Headers, with their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Through how many hops the call may still go.
    pub hops: u8,
    /// Whether who calls must not be shown.
    pub private: bool,
    /// The number of the caller's end (RFC 7989).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// Headers may hold what one program tells the other of the caller.
impl fmt::Debug for SavedPassage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedPassage").field("headers", &self.headers.len()).finish_non_exhaustive()
    }
}

impl SavedCall {
    /// Its number.
    #[must_use]
    pub const fn call(&self) -> CallId {
        CallId(self.id)
    }

    /// When the caller came to the queue, if they have: those first who came to none, and who talk with somebody else.
    #[must_use]
    pub fn arrived(&self) -> Option<i64> {
        self.place.as_ref()?.queued.as_ref().map(|(_, arrived)| *arrived)
    }

    /// What a caller does who hangs up.
    #[must_use]
    pub const fn left_while(&self) -> AbandonedWhile {
        match &self.place {
            Some(SavedPlace { at: SavedAt::Queue(_), .. }) => AbandonedWhile::Waiting,
            Some(SavedPlace { at: SavedAt::Step { .. }, .. }) | None => AbandonedWhile::InMenu,
        }
    }

    /// Whether the caller talks with an agent, or has: whom the dialplan has put through to a number outside has not.
    #[must_use]
    pub const fn has_talked(&self) -> bool {
        self.talked || (self.talk.is_some() && !self.is_put_through())
    }

    /// Whether it is a caller whom the dialplan has put through to a number outside, and who has talked with no agent.
    #[must_use]
    pub const fn is_put_through(&self) -> bool {
        let Some(SavedTalk { direct: Some(direct), .. }) = &self.talk else { return false };
        direct.by.is_none() && !self.talked
    }
}

/// A call as a new run recalls it from the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterruptedCall {
    /// How it was.
    pub saved: SavedCall,
    /// When anything was last heard of it, in microseconds since 1970, UTC.
    pub last_at: i64,
    /// How many starts there have been since it was written down, this one among them: at least 1. Each may have gone on with it.
    pub starts: u64,
}
