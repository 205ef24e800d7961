//! One caller's visit: where it stands, and what it holds while it stands there.

use crate::command::Priority;
use crate::forecast::Forecast;
use crate::line::Line;
use crate::passage::Passage;
use crate::phones::Phones;
use crate::trunks::Share;
use crate::unsettled::Unsettled;
use crate::whisper::{Whisper, Whispers};
use crate::work_items::Promise;
use bytes::Bytes;
use clock::Moment;
use dialplan::{Known, LanguageId};
use events::{AbandonedWhile, Ani, Outcome, RecordedBy, RecordingWish};
use ids::{AgentId, CallId, ClipId, LegId, QueueId, ReservationId};
use ivr::Visit;
use media_protocol::Port;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

/// One caller's visit.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) id: CallId,
    /// The number dialled.
    pub(crate) number: Arc<str>,
    /// Where the INVITE came from.
    pub(crate) source: IpAddr,
    /// Whose share of calls it takes.
    pub(crate) share: Option<Share>,
    /// The agent who calls, if it is one.
    pub(crate) from: Option<AgentId>,
    pub(crate) caller: Ani,
    /// Who a directory says it is.
    pub(crate) known: Option<Arc<Known>>,
    /// The keys that were chosen last, with their menus.
    pub(crate) choices: VecDeque<(Arc<str>, char)>,
    /// What the steps on its way have the agent told.
    pub(crate) whisper: Whispers,
    /// What goes on to the phones that are rung for it.
    pub(crate) passage: Passage,
    pub(crate) line: Line,
    /// The port for whichever agent is connected.
    pub(crate) agent_port: Port,
    pub(crate) visit: Visit,
    pub(crate) language: LanguageId,
    /// What sounds under everything else while the caller waits.
    pub(crate) music: Option<ClipId>,
    /// The queue and when the caller first entered one.
    pub(crate) queued: Option<(QueueId, Moment)>,
    /// How many callers came to that queue before this one.
    pub(crate) turn: u32,
    /// Whether the caller has talked with an agent, who has handed the call on.
    pub(crate) talked: Talked,
    /// The priority that somebody has given it by a command, in place of its queue's.
    pub(crate) priority: Option<Priority>,
    /// The event of the message that the caller has left, if one was.
    pub(crate) message: Option<u64>,
    /// What the caller has been promised, or is to be once it is on disk.
    pub(crate) promise: Option<Promise>,
    /// Whether the caller has been asked about a callback that was promised before.
    pub(crate) asked_again: bool,
    /// The callback in place of which the caller will wait, once they stand in its queue.
    pub(crate) takes_up: Option<CallId>,
    /// What somebody has said of the recording of the talk that is on.
    pub(crate) recording: Option<RecordingWish>,
    /// How long the caller was last expected to wait, for who looks.
    pub(crate) forecast: Option<Forecast>,
    pub(crate) stage: Stage,
    pub(crate) since: Moment,
}

/// Whether a caller who does not talk now has talked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Talked {
    Never,
    /// Nor has before: a customer who was called back, and is in no total of calls.
    CalledBack,
    Before,
    /// And came back then to the agent, who had wanted to hand the caller over.
    GivenBack(Moment),
}

impl Talked {
    /// Whether the caller has talked with an agent.
    pub(crate) const fn with_an_agent(self) -> bool {
        match self {
            Self::Never | Self::CalledBack => false,
            Self::Before | Self::GivenBack(_) => true,
        }
    }
}

/// Where a call stands.
#[derive(Debug)]
pub(crate) enum Stage {
    /// The INVITE is taken, and the row of the call is on its way to the disk.
    Recording { row: u64, body: Bytes },
    /// We have answered; the caller's phone has not acknowledged it yet.
    Answering,
    /// The caller listens and chooses.
    InPlan,
    /// The caller waits for an agent.
    Waiting,
    /// The phones of an agent ring, or of several.
    Ringing(Ringing),
    /// An agent answered and was bridged, but has not been heard yet.
    Connecting(Talk),
    /// Caller and agent talk.
    Talking(Talk),
}

/// The reservations whose phones ring; never none.
#[derive(Debug)]
pub(crate) struct Ringing {
    pub(crate) attempts: BTreeMap<ReservationId, Attempt>,
}

/// A reservation whose phones ring.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) agent: AgentId,
    /// The phones that still ring.
    pub(crate) legs: BTreeMap<LegId, Unsettled>,
    /// Those of them that have not said a word yet.
    pub(crate) unseen: BTreeSet<LegId>,
    /// Those that have said that they ring, or what they play.
    pub(crate) heard: BTreeSet<LegId>,
    /// The phones that ring when none of these can take the call.
    pub(crate) later: Phones,
}

/// An agent on the line.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) reservation: ReservationId,
    pub(crate) agent: AgentId,
    pub(crate) line: Line,
    pub(crate) held: Option<HeldBy>,
    /// Whether the agent is being told what the call is about, and so does not hear the caller yet.
    pub(crate) whisper: Option<Whisper>,
    /// By whose will the talk is recorded as soon as both have been told so.
    pub(crate) announcing: Option<RecordedBy>,
}

/// Who parked the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeldBy {
    Caller,
    Agent,
}

impl Talk {
    /// An agent who has answered. Nobody has parked anybody, and nothing is being told.
    pub(crate) const fn new(reservation: ReservationId, agent: AgentId, line: Line) -> Self {
        Self { reservation, agent, line, held: None, whisper: None, announcing: None }
    }

    /// An agent who talks on. No reservation of this run has the number 0: what led to the talk is over.
    pub(crate) const fn of_an_earlier_run(agent: AgentId, line: Line) -> Self {
        Self::new(ReservationId(0), agent, line)
    }
}

impl Ringing {
    /// The attempt that rings at a phone.
    pub(crate) fn attempt_at(&mut self, leg: LegId) -> Option<(ReservationId, &mut Attempt)> {
        let mut attempts = self.attempts.iter_mut().map(|(id, attempt)| (*id, attempt));
        attempts.find(|(_, attempt)| attempt.legs.contains_key(&leg))
    }

    /// All phones that ring.
    pub(crate) fn into_legs(self) -> impl Iterator<Item = LegId> {
        self.attempts.into_values().flat_map(|attempt| attempt.legs.into_keys())
    }
}

/// The agent is told no more of what the caller chose than this.
const CHOICES_MAX: usize = 8;

impl Call {
    /// Remembers a choice for the agent; of many, the last ones.
    pub(crate) fn remember_choice(&mut self, menu: &Arc<str>, key: char) {
        if self.choices.len() == CHOICES_MAX {
            self.choices.pop_front();
        }
        self.choices.push_back((Arc::clone(menu), key));
    }

    /// What stands in line. Who is called back has the room that the callback had, and no condition sends them on.
    pub(crate) const fn kind(&self) -> acd::Kind {
        match self.talked {
            Talked::CalledBack => acd::Kind::CalledBack,
            Talked::Never | Talked::Before | Talked::GivenBack(_) => acd::Kind::Caller,
        }
    }

    /// Goes on to `stage`, and gives the one that was left.
    pub(crate) fn enter(&mut self, now: Moment, stage: Stage) -> Stage {
        self.since = now;
        std::mem::replace(&mut self.stage, stage)
    }

    /// Takes the agent's line out of a call that is connecting; the call waits from then on.
    pub(crate) fn take_connecting(&mut self, now: Moment) -> Option<Talk> {
        match std::mem::replace(&mut self.stage, Stage::Waiting) {
            Stage::Connecting(talk) => {
                self.since = now;
                Some(talk)
            }
            other @ (Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Talking(_)) => {
                self.stage = other;
                None
            }
        }
    }

    /// The phones that ring for it, while some do.
    pub(crate) const fn ringing_mut(&mut self) -> Option<&mut Ringing> {
        match &mut self.stage {
            Stage::Ringing(ringing) => Some(ringing),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Connecting(_)
            | Stage::Talking(_) => None,
        }
    }

    /// The agents who are rung, or the one who talks.
    pub(crate) fn agents(&self) -> Vec<AgentId> {
        match &self.stage {
            Stage::Ringing(ringing) => ringing.attempts.values().map(|each| each.agent).collect(),
            Stage::Connecting(talk) | Stage::Talking(talk) => vec![talk.agent],
            Stage::Recording { .. } | Stage::Answering | Stage::InPlan | Stage::Waiting => {
                Vec::new()
            }
        }
    }

    /// The agent's line, if one is on the call.
    pub(crate) const fn talk(&self) -> Option<&Talk> {
        match &self.stage {
            Stage::Connecting(talk) | Stage::Talking(talk) => Some(talk),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_) => None,
        }
    }

    /// The agent's line, if the two talk.
    pub(crate) const fn talking(&self) -> Option<&Talk> {
        match &self.stage {
            Stage::Talking(talk) => Some(talk),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Connecting(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) const fn talk_mut(&mut self) -> Option<&mut Talk> {
        match &mut self.stage {
            Stage::Connecting(talk) | Stage::Talking(talk) => Some(talk),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_) => None,
        }
    }

    /// Whether the caller is in a queue, waiting or being rung for, and has not been connected yet.
    pub(crate) const fn is_in_queue(&self) -> bool {
        match &self.stage {
            Stage::Waiting | Stage::Ringing(_) | Stage::Connecting(_) => true,
            Stage::Recording { .. } | Stage::Answering | Stage::InPlan | Stage::Talking(_) => false,
        }
    }

    /// Whether the dialplan has the caller's ear: not while an agent has it.
    pub(crate) const fn hears_the_plan(&self) -> bool {
        match &self.stage {
            Stage::InPlan | Stage::Waiting | Stage::Ringing(_) => true,
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::Connecting(_)
            | Stage::Talking(_) => false,
        }
    }

    /// What becomes of a call whose caller leaves now.
    pub(crate) const fn outcome_when_left(&self) -> Outcome {
        match &self.stage {
            Stage::Recording { .. } | Stage::Answering => {
                Outcome::Abandoned(AbandonedWhile::Dialling)
            }
            Stage::InPlan => Outcome::Abandoned(AbandonedWhile::InMenu),
            Stage::Waiting => Outcome::Abandoned(AbandonedWhile::Waiting),
            Stage::Ringing(_) | Stage::Connecting(_) => Outcome::Abandoned(AbandonedWhile::Ringing),
            Stage::Talking(_) => Outcome::Answered,
        }
    }

    /// One word for the table.
    pub(crate) const fn word(&self) -> &'static str {
        match &self.stage {
            Stage::Recording { .. } | Stage::Answering => "answering",
            Stage::InPlan => "menu",
            Stage::Waiting => "waiting",
            Stage::Ringing(_) | Stage::Connecting(_) => "ringing",
            Stage::Talking(_) => "talking",
        }
    }
}
