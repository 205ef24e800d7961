//! Whom the one in the caller's place talked with: an agent, or somebody at a number outside.

use super::side::Side;
use crate::direct::Outside;
use crate::engine::Engine;
use crate::peer::Peer;
use crate::trunks::Share;
use clock::Moment;
use events::{Ani, SavedOutside, SavedParty, SavedTalk};
use ids::{AgentId, CallId, QueueId, TrunkId};
use sip_msg::Text;
use sip_txn::Hop;

/// The other one of two who talked.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) side: Side,
    pub(super) who: Who,
}

/// What the talk is to the other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// An agent's, and one of this queue.
    OfQueue(AgentId, QueueId),
    /// An agent's own.
    Agent(AgentId),
    /// Somebody's outside, by this trunk.
    Outside(TrunkId),
}

impl Who {
    /// The agent, if it is one.
    pub(super) const fn agent(self) -> Option<AgentId> {
        match self {
            Self::OfQueue(agent, _) | Self::Agent(agent) => Some(agent),
            Self::Outside(_) => None,
        }
    }

    /// The agent who is rung for nothing until it is known whether the talk goes on.
    pub(super) const fn kept_from_rings(self) -> Option<AgentId> {
        match self {
            Self::OfQueue(agent, _) => Some(agent),
            Self::Agent(_) | Self::Outside(_) => None,
        }
    }

    pub(super) const fn peer(self) -> Peer {
        match self {
            Self::OfQueue(agent, _) | Self::Agent(agent) => Peer::Agent(agent),
            Self::Outside(trunk) => Peer::Trunk(trunk),
        }
    }
}

impl Engine {
    /// The two talk on, as far as anybody knows.
    pub(super) fn recall_other(
        &mut self,
        now: Moment,
        (id, queue): (CallId, Option<QueueId>),
        talk: &SavedTalk,
    ) -> Option<Other> {
        let who = self.who_talked(queue, talk)?;
        let side = self.recall_side(now, (id, who.peer()), &talk.leg)?;
        self.belongs(id, Text::from(talk.leg.call_id.clone()));
        match who {
            Who::OfQueue(agent, queue) => {
                let since = self.moment(now, talk.since).min(now);
                self.acd.handle(now, acd::Input::GoesOnTalking(agent, id, queue, since));
                self.talks(agent, id, queue);
                // Nobody else rings meanwhile, though there may be room for a second call: who answered that would hold the
                // first one, of which nobody knows yet whether it goes on.
                self.occupy(now, agent);
            }
            Who::Agent(agent) => self.occupy(now, agent),
            Who::Outside(trunk) => self.trunks.take(Share::Trunk(trunk)),
        }
        Some(Other { side, who })
    }

    fn who_talked(&self, queue: Option<QueueId>, talk: &SavedTalk) -> Option<Who> {
        let is_queues = talk.direct.as_ref().is_none_or(|direct| direct.of_queue);
        Some(match (&talk.with, queue.filter(|_| is_queues)) {
            (SavedParty::Agent(account), Some(queue)) => {
                Who::OfQueue(self.plan.agent_of(account)?, queue)
            }
            (SavedParty::Agent(account), None) => Who::Agent(self.plan.agent_of(account)?),
            (SavedParty::Outside(outside), _) => Who::Outside(self.trunk_named(&outside.trunk)?),
        })
    }

    pub(super) fn trunk_named(&self, name: &str) -> Option<TrunkId> {
        let mut trunks = (0..).map(TrunkId).zip(&self.plan.trunks);
        trunks.find(|(_, trunk)| *trunk.name == *name).map(|(id, _)| id)
    }

    /// The leg ends, and with it what the talk was to the other one.
    pub(super) fn let_other_go(
        &mut self,
        now: Moment,
        id: CallId,
        Other { side, who }: Other,
        reason: &'static str,
    ) {
        self.let_side_go(now, side, reason);
        match who {
            Who::OfQueue(agent, _) => {
                self.release(now, agent);
                self.talks_no_more(now, agent, id);
            }
            Who::Agent(agent) => self.release(now, agent),
            Who::Outside(trunk) => self.trunks.give_back(Share::Trunk(trunk)),
        }
    }

    /// A number outside, as it is written down.
    pub(super) fn outside_to_save(&self, outside: &Outside) -> SavedOutside {
        SavedOutside {
            number: Ani::new(outside.number.clone()),
            trunk: self.plan.trunk(outside.trunk).name.clone(),
            as_user: (&*outside.as_user).into(),
        }
    }
}

/// A number outside of another process. It has answered, so no other trunk is tried for it.
pub(super) fn outside((trunk, hop): (TrunkId, Hop), saved: &SavedOutside) -> Outside {
    Outside {
        number: saved.number.reveal().to_owned(),
        trunk,
        hop,
        untried: Vec::new(),
        as_user: (&*saved.as_user).into(),
    }
}
