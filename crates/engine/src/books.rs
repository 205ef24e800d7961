//! The books: what the engine holds right now, as facts that whoever audits it can add up.
//!
//! The simulation reads them after every step, and holds each list against every other one.

use crate::call::{Attempt, Call, Stage, Talked};
use crate::desk::DeskTimer;
use crate::direct::{self, DirectCall};
use crate::engine::Engine;
use crate::work_items::{self, WorkItem};
use acd::Acd;
use clock::Moment;
use events::CountedBy;
use ids::{AgentId, CallId, LegId, MessageId, QueueId, ReservationId};
use media_protocol::Port;
use snapshot::Totals;

/// Everything the engine holds at one instant.
#[derive(Clone, Debug)]
pub struct Books<'a> {
    /// Who waits, who is rung, and what every agent is doing.
    pub acd: &'a Acd,
    /// The calls that are on, in the order of their numbers.
    pub calls: Vec<CallStands>,
    /// Phones of agents that have dialled a short code.
    pub codes: usize,
    /// Agents who are rung to be put beside a talk.
    pub summons: usize,
    /// What agents are in the midst of, in the order of their ids.
    pub desks: Vec<DeskStands>,
    /// Messages and callbacks that wait for agents, are rung for or with an agent, in the order of their numbers.
    pub work_items: Vec<ItemStands>,
    /// Direct calls that are on, in the order of their numbers.
    pub directs: Vec<DirectStands>,
    /// Legs that belong to a call or a short code.
    pub legs: usize,
    /// Media ports that are free for lending.
    pub ports_free: usize,
    /// Media ports whose stream has not closed yet.
    pub ports_closing: usize,
    /// SIP legs, those on their way out too.
    pub sip_legs: usize,
    /// Recordings of talks of which it has not been told what came of them.
    pub recordings: usize,
    /// SIP transactions, those that only remember too.
    pub transactions: usize,
    /// Deadlines of the engine itself.
    pub timers: usize,
    /// Calls that wait for their row.
    pub rows_awaited: usize,
    /// Calls that take a share of a trunk or of a stranger's address.
    pub shares: usize,
    /// Calls whose answer is not acknowledged yet, by the admission's count.
    pub unacknowledged: usize,
    /// Messages that callers are leaving, those included whose recordings come to the disk.
    pub messages_taken: usize,
    /// Messages whose recordings are there.
    pub messages: Vec<MessageId>,
    /// Subscriptions of phones that watch agents.
    pub subscriptions: usize,
    /// NOTIFYs that are on their way.
    pub notifies: usize,
    /// What counts against a limit of an hour or a day, each right's in the order in which it was done. What agents have called is
    /// not among it.
    pub counted: Vec<CountStands>,
    /// The counters, with the calls that are on.
    pub totals: Totals,
}

/// Where a direct call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectStands {
    /// The call.
    pub call: CallId,
    /// The agents who are busy with it.
    pub agents: Vec<AgentId>,
    /// Whether the two talk.
    pub talks: bool,
}

/// Something that counts against a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountStands {
    /// Whose limit.
    pub by: CountedBy,
    /// When it was.
    pub at: Moment,
}

/// Where one call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStands {
    /// The call.
    pub call: CallId,
    /// The leg of the caller, which its media stream is named after.
    pub leg: LegId,
    /// The port lent for whichever agent is connected.
    pub agent_port: Port,
    /// The queue the caller entered last, if any.
    pub queue: Option<QueueId>,
    /// Where the call is.
    pub place: Place,
    /// Whether the caller talks with an agent, or has.
    pub has_talked: bool,
    /// Since when.
    pub since: Moment,
}

/// Where one work item stands: a message, or a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemStands {
    /// Its number, as that of a call.
    pub id: CallId,
    /// The message, unless it is a callback.
    pub message: Option<MessageId>,
    /// Where it waits.
    pub queue: QueueId,
    /// Where it is.
    pub place: Place,
    /// The port lent for whoever answers, while phones ring.
    pub port: Option<Port>,
    /// Since when.
    pub since: Moment,
}

/// What an agent is in the midst of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskStands {
    /// Who.
    pub agent: AgentId,
    /// The call that the after-call work is for, and whether it was filed.
    pub works_for: Option<(CallId, bool)>,
    /// When the pause has been on for as long as it may be.
    pub pause_max_at: Option<Moment>,
    /// When the agent comes back by themselves, who was taken out.
    pub returns_at: Option<Moment>,
}

/// The one place a call is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before any queue, or behind all of them; of a message, out of the line for now.
    InPlan,
    /// In line.
    Waiting,
    /// The phones of these agents ring.
    Ringing(Vec<Rings>),
    /// An agent answered, and has not been heard yet.
    Connecting {
        /// For this reservation.
        reservation: ReservationId,
        /// Who.
        agent: AgentId,
        /// The agent's leg.
        leg: LegId,
    },
    /// Caller and agent talk.
    Talking {
        /// Who.
        agent: AgentId,
        /// The agent's leg.
        leg: LegId,
    },
}

/// One agent's phones that ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rings {
    /// For this reservation.
    pub reservation: ReservationId,
    /// Whose phones.
    pub agent: AgentId,
    /// The phones that still ring.
    pub phones: Vec<LegId>,
}

impl Engine {
    /// The books as they are now. Costs a look at every call.
    #[must_use]
    pub fn books(&self) -> Books<'_> {
        Books {
            acd: &self.acd,
            calls: self.calls.iter().map(stands).collect(),
            work_items: self.work_items.iter().map(item_stands).collect(),
            desks: self.desks.all().map(|agent| self.desk_stands(agent)).collect(),
            codes: self.codes.len(),
            summons: self.summons.len(),
            directs: self.directs.iter().map(direct_stands).collect(),
            legs: self.calls.legs(),
            ports_free: self.ports.free(),
            ports_closing: self.ports.closing(),
            sip_legs: self.ua.legs_len(),
            recordings: self.talk_recordings.len(),
            transactions: self.ua.transactions_len(),
            timers: self.timers.len(),
            rows_awaited: self.journal.rows_awaited(),
            shares: self.trunks.shares(),
            unacknowledged: self.admission.unacknowledged(),
            messages_taken: self.messages.being_taken(),
            messages: self.messages.there().collect(),
            subscriptions: self.lamps.subscriptions(),
            notifies: self.lamps.unanswered(),
            counted: self.counted(),
            totals: self.totals_now(),
        }
    }
}

impl Engine {
    fn desk_stands(&self, agent: AgentId) -> DeskStands {
        let work = self.desks.get(agent).and_then(|desk| desk.after_call.work());
        DeskStands {
            agent,
            works_for: work.map(|(work, filed)| (work.call, filed)),
            pause_max_at: self.desks.timers.of(&DeskTimer::PauseMax(agent)),
            returns_at: self.desks.timers.of(&DeskTimer::Return(agent)),
        }
    }
}

fn direct_stands(call: &DirectCall) -> DirectStands {
    DirectStands {
        call: call.id,
        agents: call.agents().collect(),
        talks: matches!(call.stage, direct::Stage::Talking(_)),
    }
}

fn rings((reservation, attempt): (&ReservationId, &Attempt)) -> Rings {
    Rings {
        reservation: *reservation,
        agent: attempt.agent,
        phones: attempt.legs.keys().copied().collect(),
    }
}

fn item_stands(item: &WorkItem) -> ItemStands {
    let place = match &item.stage {
        work_items::Stage::PutOff => Place::InPlan,
        work_items::Stage::Waiting => Place::Waiting,
        work_items::Stage::Ringing(ringing) => {
            Place::Ringing(ringing.attempts.iter().map(rings).collect())
        }
        work_items::Stage::Hearing(hearing) => {
            Place::Talking { agent: hearing.talk.agent, leg: hearing.talk.line.leg }
        }
        work_items::Stage::Calling(calling) => match calling.talk() {
            Some(talk) => Place::Talking { agent: talk.agent, leg: talk.line.leg },
            None => Place::InPlan,
        },
    };
    let WorkItem { id, queue, since, .. } = item;
    ItemStands {
        id: *id,
        message: item.message(),
        queue: *queue,
        place,
        port: item.port(),
        since: *since,
    }
}

fn stands(call: &Call) -> CallStands {
    let place = match &call.stage {
        Stage::Recording { .. } | Stage::Answering | Stage::InPlan => Place::InPlan,
        Stage::Waiting => Place::Waiting,
        Stage::Ringing(ringing) => Place::Ringing(ringing.attempts.iter().map(rings).collect()),
        Stage::Connecting(talk) => Place::Connecting {
            reservation: talk.reservation,
            agent: talk.agent,
            leg: talk.line.leg,
        },
        Stage::Talking(talk) => Place::Talking { agent: talk.agent, leg: talk.line.leg },
    };
    CallStands {
        call: call.id,
        leg: call.line.leg,
        agent_port: call.agent_port,
        queue: call.queued.map(|(queue, _)| queue),
        has_talked: matches!(place, Place::Talking { .. }) || call.talked != Talked::Never,
        place,
        since: call.since,
    }
}
