//! What of a call is written down: whenever an input has been about it, what holds is compared with what the ledger has,
//! and handed over where it is something else.

use super::kept::Kept;
use super::{leg, place};
use crate::call::{Call, Talk, Talked};
use crate::command::Priority;
use crate::direct::{DirectCall, Visitor};
use crate::engine::Engine;
use crate::io::Output;
use crate::line::Line;
use crate::passage::Passage;
use crate::trunks::Share;
use crate::whisper::Whispers;
use clock::Moment;
use dialplan::{Known, LanguageId};
use events::{Ani, Name, SavedCall, SavedParty, SavedPeer, SavedTalk};
use ids::{AgentId, CallId, QueueId};
use ivr::Visit;
use std::collections::VecDeque;
use std::sync::Arc;

/// A caller of ours, whatever kind of call they are in.
pub(super) struct Caller<'a> {
    id: CallId,
    number: &'a Arc<str>,
    from: Option<AgentId>,
    share: Option<Share>,
    caller: &'a Ani,
    known: Option<&'a Arc<Known>>,
    choices: &'a VecDeque<(Arc<str>, char)>,
    whisper: &'a Whispers,
    passage: &'a Passage,
    line: &'a Line,
    visit: &'a Visit,
    language: LanguageId,
    queued: Option<(QueueId, Moment)>,
    talked: Talked,
    priority: Option<Priority>,
}

impl<'a> Caller<'a> {
    const fn of(call: &'a Call) -> Self {
        Self {
            id: call.id,
            number: &call.number,
            from: call.from,
            share: call.share,
            caller: &call.caller,
            known: call.known.as_ref(),
            choices: &call.choices,
            whisper: &call.whisper,
            passage: &call.passage,
            line: &call.line,
            visit: &call.visit,
            language: call.language,
            queued: call.queued,
            talked: call.talked,
            priority: call.priority,
        }
    }

    pub(super) const fn of_visitor(call: &'a DirectCall, visitor: &'a Visitor) -> Self {
        Self {
            id: call.id,
            number: &visitor.number,
            from: visitor.from,
            share: visitor.share,
            caller: &visitor.caller,
            known: visitor.known.as_ref(),
            choices: &visitor.choices,
            whisper: &visitor.whisper,
            passage: call.passage(),
            line: &call.caller,
            visit: &visitor.visit,
            language: visitor.language,
            queued: visitor.queued,
            talked: visitor.talked,
            priority: visitor.priority,
        }
    }
}

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
            let is = match (self.calls.get(id), self.directs.get(id)) {
                (Some(call), _) => self.call_to_save(call),
                (None, Some(call)) => self.direct_to_save(call),
                (None, None) => {
                    // The event of its end has taken it out of the ledger.
                    self.recovery.saved.remove(&id);
                    continue;
                }
            };
            match is {
                Some(is) if self.recovery.saved.get(&id) == Some(&Kept::of(&is)) => {}
                Some(is) => self.keep_call(is),
                None => self.keep_nothing_of(id),
            }
        }
    }

    /// Whether the next process can take the call up.
    pub(crate) fn is_saved(&self, id: CallId) -> bool {
        self.recovery.saved.contains_key(&id)
    }

    /// Whether it can reach the two who talk in it.
    pub(crate) fn is_saved_talking(&self, id: CallId) -> bool {
        self.recovery.saved.get(&id).is_some_and(|kept| kept.talks)
    }

    /// The ledger has this of a call from now on.
    pub(super) fn keep_call(&mut self, is: SavedCall) {
        self.recovery.saved.insert(is.call(), Kept::of(&is));
        self.output(Output::Call(Box::new(is)));
    }

    /// It has become a call that nobody could take up, or has ended without an event of that.
    pub(crate) fn keep_nothing_of(&mut self, id: CallId) {
        if self.recovery.saved.remove(&id).is_some() {
            self.output(Output::NoCall(id));
        }
    }

    /// How a caller can be taken up who is in the plan, or talks with an agent of a queue; none of one who has what they called
    /// for, and of one who cannot be reached from outside.
    fn call_to_save(&self, call: &Call) -> Option<SavedCall> {
        let talk = call.talking().and_then(|talk| self.talk_to_save(call, talk));
        // Who was promised a callback and went on into a queue waits there like anybody else.
        let has_left = call.is_promised_callback() || call.message.is_some();
        let caller = match (call.talking(), &talk) {
            // An agent in a browser is gone with the connection, and the caller needs another one.
            (Some(_), None) => Caller { talked: Talked::Before, ..Caller::of(call) },
            (Some(_), Some(_)) | (None, _) => Caller::of(call),
        };
        (!has_left).then(|| self.caller_to_save(&caller, talk))?
    }

    pub(super) fn caller_to_save(
        &self,
        caller: &Caller<'_>,
        talk: Option<SavedTalk>,
    ) -> Option<SavedCall> {
        let outlived = self.ua.outlived(caller.line.leg)?;
        let resumed = caller.visit.to_resume()?;
        let plan = caller.visit.plan();
        let known = caller.known.map(|known| &**known);
        let text = |text: &Arc<str>| Name::from(&**text);
        Some(SavedCall {
            id: caller.id.0,
            number: text(caller.number),
            from: self.peer_to_save(caller)?,
            caller: caller.caller.clone(),
            name: known.and_then(|known| known.name.as_ref()).map(text),
            company: known.and_then(|known| known.company.as_ref()).map(text),
            leg: leg::write(&outlived, caller.line.described())?,
            language: text(self.plan.language(caller.language)),
            place: Some(place::write(plan, (&resumed, caller.queued), |moment| {
                self.journal.wall(moment).as_micros()
            })),
            talk,
            priority_by_hand: caller.priority.map(Priority::number),
            talked: caller.talked.with_an_agent(),
            called_back: self.called_back.contains(&caller.id),
            whisper: caller.whisper.with_known(known).names(plan),
            notes: place::notes(&resumed),
            choices: caller.choices.iter().map(|(menu, key)| (text(menu), *key)).collect(),
            passage: caller.passage.to_save(),
            tries: 0,
        })
    }

    fn talk_to_save(&self, call: &Call, talk: &Talk) -> Option<SavedTalk> {
        let outlived = self.ua.outlived(talk.line.leg)?;
        Some(SavedTalk {
            with: SavedParty::Agent(self.plan.agent(talk.agent).account.clone()),
            since: self.journal.wall(call.since).as_micros(),
            leg: leg::write(&outlived, talk.line.described())?,
            recording: call.recording,
            direct: None,
        })
    }

    fn peer_to_save(&self, caller: &Caller<'_>) -> Option<SavedPeer> {
        Some(match (caller.from, caller.share) {
            (Some(agent), _) => SavedPeer::Agent(self.plan.agent(agent).account.clone()),
            (None, Some(Share::Trunk(trunk))) => {
                SavedPeer::Trunk(self.plan.trunk(trunk).name.clone())
            }
            (None, Some(Share::Source(_))) => SavedPeer::Stranger,
            (None, None) => return None,
        })
    }
}
