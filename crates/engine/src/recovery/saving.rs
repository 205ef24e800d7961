//! What of a call is written down: whenever an input has been about it, what holds is compared with what the ledger has,
//! and handed over where it is something else.

use super::{leg, place};
use crate::call::{Call, Talk, Talked};
use crate::engine::Engine;
use crate::io::Output;
use crate::trunks::Share;
use events::{Name, SavedCall, SavedPeer, SavedTalk};
use ids::CallId;
use std::sync::Arc;

impl Engine {
    /// The input is about this call.
    pub(crate) fn touch_call(&mut self, id: CallId) {
        self.recovery.touched.insert(id);
    }

    /// Hands over what has changed of the calls that the last input was about.
    pub(crate) fn save_calls(&mut self) {
        while let Some(id) = self.recovery.touched.pop_first() {
            if self.recovery.interrupted.contains_key(&id) {
                continue;
            }
            match self.calls.get(id).map(|call| self.call_to_save(call)) {
                Some(Some(is)) if self.recovery.saved.get(&id) == Some(&is) => {}
                Some(Some(is)) => self.keep_call(is),
                // It has become another kind of call, such as a conversation.
                Some(None) => {
                    if self.recovery.saved.remove(&id).is_some() {
                        self.output(Output::NoCall(id));
                    }
                }
                // The event of its end has taken it out of the ledger, or it goes on as a direct call.
                None => {
                    if self.recovery.saved.remove(&id).is_some() && self.directs.get(id).is_some() {
                        self.output(Output::NoCall(id));
                    }
                }
            }
        }
    }

    /// The ledger has this of a call from now on.
    pub(super) fn keep_call(&mut self, is: SavedCall) {
        self.recovery.saved.insert(is.call(), is.clone());
        self.output(Output::Call(Box::new(is)));
    }

    /// How a caller can be taken up who waits, or talks with an agent of a queue; none of any other call, and of one that cannot be
    /// reached from outside.
    fn call_to_save(&self, call: &Call) -> Option<SavedCall> {
        let is_one = (call.is_in_queue() || call.talking().is_some())
            && call.talked != Talked::CalledBack
            && !self.called_back.contains(&call.id);
        let (_, arrived) = call.queued.filter(|_| is_one)?;
        let outlived = self.ua.outlived(call.line.leg)?;
        let resumed = call.visit.to_resume()?;
        let talk = match call.talking() {
            Some(talk) => Some(self.talk_to_save(call, talk)?),
            None => None,
        };
        let plan = call.visit.plan();
        let known = call.known.as_deref();
        let text = |text: &Arc<str>| Name::from(&**text);
        Some(SavedCall {
            id: call.id.0,
            number: text(&call.number),
            from: self.peer_to_save(call)?,
            caller: call.caller.clone(),
            name: known.and_then(|known| known.name.as_ref()).map(text),
            company: known.and_then(|known| known.company.as_ref()).map(text),
            leg: leg::write(&outlived, call.line.described())?,
            language: text(self.plan.language(call.language)),
            place: place::write(plan, (&resumed, arrived), |moment| {
                self.journal.wall(moment).as_micros()
            }),
            talk,
            priority_by_hand: call.priority.map(crate::command::Priority::number),
            talked: call.talked.with_an_agent(),
            whisper: self.whispers_of(call).names(plan),
            notes: place::notes(&resumed),
            choices: call.choices.iter().map(|(menu, key)| (text(menu), *key)).collect(),
            passage: call.passage.to_save(),
            tries: 0,
        })
    }

    fn talk_to_save(&self, call: &Call, talk: &Talk) -> Option<SavedTalk> {
        let outlived = self.ua.outlived(talk.line.leg)?;
        Some(SavedTalk {
            agent: self.plan.agent(talk.agent).account.clone(),
            since: self.journal.wall(call.since).as_micros(),
            leg: leg::write(&outlived, talk.line.described())?,
        })
    }

    fn peer_to_save(&self, call: &Call) -> Option<SavedPeer> {
        Some(match (call.from, call.share) {
            (Some(agent), _) => SavedPeer::Agent(self.plan.agent(agent).account.clone()),
            (None, Some(Share::Trunk(trunk))) => {
                SavedPeer::Trunk(self.plan.trunk(trunk).name.clone())
            }
            (None, Some(Share::Source(_))) => SavedPeer::Stranger,
            (None, None) => return None,
        })
    }
}
