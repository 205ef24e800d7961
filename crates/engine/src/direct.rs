//! Direct calls: an agent's phone calls somebody, without a dialplan and without a queue.
//!
//! We stand between the two as a B2BUA (RFC 7092): each side has a leg, a port and a description of
//! its own. The caller's description is answered when the INVITE comes; it is told with the first
//! sound of the other side, or with its answer.

mod asking;
mod begin;
mod end;
mod outside;
mod put_through;
mod redirect;
mod ring;
mod taken_up;
mod talk;
mod transfer;

pub(crate) use self::redirect::sent_on_to;
use self::transfer::Transfer;
pub(crate) use self::transfer::Visitor;
use crate::line::Line;
use crate::passage::Passage;
use crate::phones::{Phones, Rung};
use crate::unsettled::Unsettled;
use bytes::Bytes;
use clock::Moment;
use events::RecordingWish;
use ids::{AgentId, CallId, LegId, TrunkId};
use media_protocol::Port;
use sip_msg::StatusCode;
use sip_txn::Hop;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whom a direct call is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Every phone of this agent; the first answer wins.
    Agent(AgentId),
    /// A number outside, over one trunk after the other.
    Outside(Outside),
}

/// A number outside, and the trunk that carries the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outside {
    /// The number in our form.
    pub(crate) number: String,
    pub(crate) trunk: TrunkId,
    pub(crate) hop: Hop,
    /// The trunks that may be tried yet, if this one fails.
    pub(crate) untried: Vec<TrunkId>,
    /// As whom we call over a trunk that has no name for us.
    pub(crate) as_user: Arc<str>,
}

/// Whose line the caller's side of a direct call is.
#[derive(Debug)]
pub(crate) enum Party {
    /// An agent's, who has called or was called.
    Agent(AgentId),
    /// Somebody's outside, whom an agent has called and handed over.
    Outside(Outside),
    /// A caller's of ours, whom an agent has handed over.
    Visitor(Box<Visitor>),
}

impl Destination {
    fn into_party(self) -> Party {
        match self {
            Self::Agent(agent) => Party::Agent(agent),
            Self::Outside(outside) => Party::Outside(outside),
        }
    }
}

/// Which side of a direct call a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Caller,
    Called,
}

/// One direct call.
#[derive(Debug)]
pub(crate) struct DirectCall {
    pub(crate) id: CallId,
    /// Whose line the caller's side is.
    pub(crate) party: Party,
    /// By whose right the other side is called: who has called, or hands the call over. None: by the
    /// dialplan's, for a caller who is in no agent's hands.
    pub(crate) from: Option<AgentId>,
    /// Who is called.
    pub(crate) to: Destination,
    /// What was dialled.
    pub(crate) dialled: String,
    pub(crate) caller: Line,
    /// What goes on to the other side.
    passage: Passage,
    /// How often one who was called sent it on.
    redirections: u8,
    /// Our description for the caller's 200; and for a 183 where the caller made an offer.
    body: Bytes,
    /// The port for the side that is called.
    port: Port,
    /// The handing over that is under way.
    transfer: Option<Box<Transfer>>,
    pub(crate) stage: Stage,
    pub(crate) since: Moment,
}

/// Where a direct call stands.
#[derive(Debug)]
pub(crate) enum Stage {
    /// The other side is called.
    Calling(Calling),
    /// The two talk.
    Talking(Talk),
}

/// The other side is called.
#[derive(Debug)]
pub(crate) struct Calling {
    /// Its phones that have not given up.
    legs: BTreeMap<LegId, Unsettled>,
    /// Those of them that have said nothing yet.
    unseen: BTreeSet<LegId>,
    /// The line of the one whose sound the caller hears before its answer.
    early: Option<Line>,
    /// The best that one which gave up has said.
    refusal: Option<StatusCode>,
    /// Whether the caller was told that it rings.
    told_ringing: Told,
    /// The phones that ring when none of these can take the call.
    later: Phones,
    /// What an answer means.
    answer: Answer,
    /// The line of who has answered, and is asked whether they are a person.
    asked: Option<Box<Line>>,
}

/// What it means that somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// That they take the call.
    Counts,
    /// That they can be asked whether they do: it may be a mailbox.
    IsAsked,
    /// The same, and somebody has been asked.
    WasAsked,
}

/// Whether something was said already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    NotYet,
    Already,
}

/// The two talk.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) line: Line,
    pub(crate) held: Option<Side>,
}

impl Calling {
    /// These phones begin to ring.
    fn of(Rung { legs, later }: Rung) -> Self {
        Self {
            later,
            unseen: legs.keys().copied().collect(),
            legs,
            early: None,
            refusal: None,
            told_ringing: Told::NotYet,
            answer: Answer::Counts,
            asked: None,
        }
    }

    /// Whether the caller has heard anything of the other side.
    pub(crate) const fn is_heard_of(&self) -> bool {
        self.early.is_some() || matches!(self.told_ringing, Told::Already)
    }
}

impl DirectCall {
    /// The agents who are busy with it.
    pub(crate) fn agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        let party = match &self.party {
            Party::Agent(agent) => Some(*agent),
            Party::Outside(_) => None,
            Party::Visitor(visitor) => visitor.from,
        };
        let to = match self.to {
            Destination::Agent(to) => Some(to),
            Destination::Outside(_) => None,
        };
        party.into_iter().chain(to)
    }

    /// Whether the agent has made the call, or has it for another one.
    fn is_of(&self, agent: AgentId) -> bool {
        match self.party {
            Party::Agent(party) => party == agent,
            Party::Outside(_) | Party::Visitor(_) => false,
        }
    }

    /// One word for the table.
    pub(crate) const fn word(&self) -> &'static str {
        match &self.stage {
            Stage::Calling(_) => "ringing",
            Stage::Talking(_) => "talking",
        }
    }

    /// What somebody has said of the recording of the talk.
    pub(crate) fn recording(&self) -> Option<RecordingWish> {
        match &self.party {
            Party::Visitor(visitor) => visitor.recording,
            Party::Agent(_) | Party::Outside(_) => None,
        }
    }

    /// The same, to be changed, if a caller of ours has one.
    pub(crate) const fn recording_mut(&mut self) -> Option<&mut Option<RecordingWish>> {
        match &mut self.party {
            Party::Visitor(visitor) => Some(&mut visitor.recording),
            Party::Agent(_) | Party::Outside(_) => None,
        }
    }

    /// The line of a side, once there is one.
    pub(crate) fn line_mut(&mut self, leg: LegId) -> Option<&mut Line> {
        if self.caller.leg == leg {
            return Some(&mut self.caller);
        }
        match &mut self.stage {
            Stage::Calling(calling) => calling.asked.as_deref_mut().or(calling.early.as_mut()),
            Stage::Talking(talk) => Some(&mut talk.line),
        }
        .filter(|line| line.leg == leg)
    }
}

/// All direct calls.
#[derive(Debug, Default)]
pub(crate) struct DirectCalls {
    by_id: BTreeMap<CallId, DirectCall>,
}

impl DirectCalls {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut DirectCall> {
        self.by_id.values_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &DirectCall> {
        self.by_id.values()
    }

    /// Callers of ours who talk with somebody outside, or are handed over.
    pub(crate) fn visitors(&self) -> impl Iterator<Item = &Visitor> {
        self.iter().filter_map(|call| match &call.party {
            Party::Visitor(visitor) => Some(&**visitor),
            Party::Agent(_) | Party::Outside(_) => None,
        })
    }

    pub(crate) fn ids(&self) -> Vec<CallId> {
        self.by_id.keys().copied().collect()
    }

    pub(crate) fn get(&self, id: CallId) -> Option<&DirectCall> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: CallId) -> Option<&mut DirectCall> {
        self.by_id.get_mut(&id)
    }
}
