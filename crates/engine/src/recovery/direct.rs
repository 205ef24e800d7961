//! Direct calls over the end of the process: those in which two talk, and callers of ours who are handed over or put through.

use super::other::{self, Who};
use super::saving::Caller;
use super::{Interrupted, leg};
use crate::direct::{Destination, DirectCall, Party, Stage, Talk};
use crate::engine::Engine;
use crate::line::Line;
use crate::passage::Passage;
use crate::peer::Peer;
use clock::Moment;
use dialplan::LanguageId;
use events::{
    Ani, CallEvent, Name, SavedCall, SavedDirect, SavedParty, SavedPeer, SavedTalk, What,
};
use ids::AgentId;
use sip_txn::Hop;

impl Engine {
    /// How a direct call can be taken up. Whoever is being handed over is back with the agent, or where that one is gone in the queue;
    /// a caller who is being put through is before that step. Two of whom one has not answered the other are let go.
    pub(super) fn direct_to_save(&self, call: &DirectCall) -> Option<SavedCall> {
        let talk = match (&call.stage, call.referrer()) {
            (Stage::Talking(talk), _) => self.direct_talk_to_save(call, talk),
            (Stage::Calling(_), Some(referrer)) => self.referrer_to_save(call, referrer),
            (Stage::Calling(_), None) => None,
        };
        match (&call.party, &talk) {
            (Party::Visitor(visitor), _) => {
                let of = Caller::of_visitor(call, visitor);
                self.caller_to_save(&of, talk)
            }
            (Party::Agent(_) | Party::Outside(_), Some(_)) => self.party_to_save(call, talk),
            (Party::Agent(_) | Party::Outside(_), None) => None,
        }
    }

    fn direct_talk_to_save(&self, call: &DirectCall, talk: &Talk) -> Option<SavedTalk> {
        let (with, agent) = match &call.to {
            Destination::Agent(to) => (self.agent_to_save(*to), Some(*to)),
            Destination::Outside(to) => (SavedParty::Outside(self.outside_to_save(to)), None),
        };
        let direct = self.direct_with(call, agent);
        self.between_to_save(call, (with, &talk.line), Some(direct))
    }

    /// Nobody has taken the call yet that this agent hands over: it is still the agent's.
    fn referrer_to_save(
        &self,
        call: &DirectCall,
        (by, line, of_queue): (AgentId, &Line, bool),
    ) -> Option<SavedTalk> {
        let direct = (!of_queue).then(|| self.direct_with(call, Some(by)));
        self.between_to_save(call, (self.agent_to_save(by), line), direct)
    }

    fn between_to_save(
        &self,
        call: &DirectCall,
        (with, line): (SavedParty, &Line),
        direct: Option<SavedDirect>,
    ) -> Option<SavedTalk> {
        let outlived = self.ua.outlived(line.leg)?;
        let since = self.journal.wall(call.since).as_micros();
        let leg = leg::write(&outlived, line.described())?;
        // What was handed over is recorded no more after a restart.
        Some(SavedTalk { with, since, leg, recording: None, direct })
    }

    fn direct_with(&self, call: &DirectCall, agent: Option<AgentId>) -> SavedDirect {
        let party = match &call.party {
            Party::Agent(agent) => Some(self.agent_to_save(*agent)),
            Party::Outside(outside) => Some(SavedParty::Outside(self.outside_to_save(outside))),
            Party::Visitor(_) => None,
        };
        SavedDirect {
            party,
            by: call.from.map(|agent| self.plan.agent(agent).account.clone()),
            dialled: Ani::new(call.dialled.clone()),
            of_queue: agent.is_some_and(|agent| self.acd.talks_in(agent, call.id)),
        }
    }

    fn agent_to_save(&self, agent: AgentId) -> SavedParty {
        SavedParty::Agent(self.plan.agent(agent).account.clone())
    }

    /// Nothing of who is no caller of ours is the dialplan's.
    fn party_to_save(&self, call: &DirectCall, talk: Option<SavedTalk>) -> Option<SavedCall> {
        let outlived = self.ua.outlived(call.caller.leg)?;
        let (from, caller) = match &call.party {
            Party::Agent(agent) => {
                let account: Name = self.plan.agent(*agent).account.clone();
                (SavedPeer::Agent(account.clone()), Ani::new(account.to_string()))
            }
            Party::Outside(outside) => {
                let trunk = self.plan.trunk(outside.trunk).name.clone();
                (SavedPeer::Trunk(trunk), Ani::new(outside.number.clone()))
            }
            Party::Visitor(_) => return None,
        };
        let language: LanguageId = self.plan.default_language;
        Some(SavedCall {
            id: call.id.0,
            number: Name::from(""),
            from,
            caller,
            name: None,
            company: None,
            leg: leg::write(&outlived, call.caller.described())?,
            language: Name::from(&**self.plan.language(language)),
            place: None,
            talk,
            priority_by_hand: None,
            talked: false,
            called_back: false,
            whisper: Vec::new(),
            notes: Vec::new(),
            choices: Vec::new(),
            passage: call.passage().to_save(),
            tries: 0,
        })
    }

    /// Both have answered, who talked directly: they hear each other.
    pub(super) fn put_direct_back(&mut self, now: Moment, interrupted: Interrupted) {
        let id = interrupted.saved.call();
        let Some(call) = self.direct_again(now, interrupted) else { return };
        let agents: Vec<_> = call.agents().collect();
        self.talk_on_directly(now, call);
        self.record(now, What::Call(id, CallEvent::Recovered));
        agents.into_iter().for_each(|agent| self.lamps.changed(now, agent));
    }

    fn direct_again(&mut self, now: Moment, interrupted: Interrupted) -> Option<DirectCall> {
        let Interrupted { mut saved, caller, peer, share, other, .. } = interrupted;
        let id = saved.call();
        let (other, talk) = (other?, saved.talk.take()?);
        let direct = talk.direct?;
        let since = self.moment(now, talk.since).min(now);
        let (caller_hop, called_hop) = (caller.hop, other.side.hop);
        let (line, called) = (caller.line?, other.side.line?);
        let to = destination((other.who, called_hop), &talk.with)?;
        let passage = Passage::read(&saved.passage);
        let (party, line) = match (&direct.party, peer) {
            (Some(SavedParty::Outside(saved)), Peer::Trunk(trunk)) => {
                (Party::Outside(other::outside((trunk, caller_hop), saved)), line)
            }
            (Some(_), Peer::Agent(agent)) => (Party::Agent(agent), line),
            (Some(_), Peer::Trunk(_) | Peer::Stranger) => return None,
            (None, _) => {
                let lines = (line, called.port);
                let call = self.caller_again(now, saved, (peer, share, caller_hop), lines)?;
                let (visitor, line, _) = call.into_visitor();
                (Party::Visitor(Box::new(visitor)), line)
            }
        };
        let by = direct.by.and_then(|account| self.plan.agent_of(&account));
        let dialled = direct.dialled.reveal().to_owned();
        Some(DirectCall::of_two((id, since), (party, line), (to, called)).by(by, dialled, passage))
    }
}

fn destination((who, hop): (Who, Hop), with: &SavedParty) -> Option<Destination> {
    match (who, with) {
        (Who::OfQueue(agent, _) | Who::Agent(agent), _) => Some(Destination::Agent(agent)),
        (Who::Outside(trunk), SavedParty::Outside(saved)) => {
            Some(Destination::Outside(other::outside((trunk, hop), saved)))
        }
        (Who::Outside(_), SavedParty::Agent(_)) => None,
    }
}
