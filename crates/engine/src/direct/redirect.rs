//! A colleague's phone sends the call on elsewhere (3xx, RFC 3261 §8.1.3.4).
//!
//! Only where the plan says so, only of direct calls, and only to where the agent whose phone it is could
//! have called: else whoever gets at a phone's settings could have the world called at our cost.

use super::{Calling, Destination, Party, Stage};
use crate::engine::{Engine, Timer};
use crate::identity::number_of;
use clock::Moment;
use dialplan::Redirect;
use events::{CallEvent, What};
use ids::{AgentId, CallId};
use sip_msg::{Contacts, Response, StatusCode};

/// How often a call is sent on: two phones that name each other are not rung for ever.
const REDIRECTIONS_MAX: u8 = 3;

impl Engine {
    /// Whether the call goes on to where the phone of the one who is called says.
    pub(super) fn redirect(
        &mut self,
        now: Moment,
        id: CallId,
        response: Option<&Response>,
    ) -> bool {
        let Some(dialled) = response.and_then(sent_on_to) else { return false };
        let Some((by, to)) = self.redirected(now, id, &dialled) else { return false };
        let Some(shown) = self.directs.get(id).map(|call| self.shown(&call.party)) else {
            return false;
        };
        let Some(call) = self.directs.get_mut(id) else { return false };
        let Stage::Calling(calling) = &mut call.stage else { return false };
        let others = std::mem::take(&mut calling.legs);
        let early = calling.early.take();
        call.redirections += 1;
        call.passage.hops = call.passage.hops.saturating_sub(1);
        let (caller, passage) = (call.caller.leg, call.passage.clone());
        let port = call.port;
        self.release_phones(now, others.into_keys(), None);
        early.into_iter().for_each(|line| self.keep_port(line));
        let codecs = self.directs.get(id).map(|call| self.codecs_for(&call.caller));
        let codecs = codecs.unwrap_or_default();
        let rung = self.call_out(now, (id, &to), (port, &codecs), (&shown, &passage));
        if rung.legs.is_empty() {
            return false;
        }
        self.ua.progress(now, caller, StatusCode::CALL_IS_BEING_FORWARDED, None);
        self.say_redirected(now, id, by, (&dialled, &to));
        let Some(call) = self.directs.get_mut(id) else { return false };
        call.to = to;
        call.stage = Stage::Calling(Calling::of(rung));
        self.timers.set(Timer::DirectNoSign(id), now + self.config.sign_max);
        true
    }

    /// Who sends the call on and to where, if that may be.
    fn redirected(
        &mut self,
        now: Moment,
        id: CallId,
        dialled: &str,
    ) -> Option<(AgentId, Destination)> {
        let call = self.directs.get_mut(id)?;
        let Destination::Agent(by) = call.to else { return None };
        let from = call.from;
        // A caller of ours whom an agent handed over is to reach a person, and never goes out by a
        // phone's own settings.
        if matches!(call.party, Party::Visitor(_)) {
            return None;
        }
        if call.redirections >= REDIRECTIONS_MAX || call.passage.hops == 0 {
            return None;
        }
        match self.plan.agent(by).redirect {
            Redirect::Refused => return None,
            Redirect::Followed => {}
        }
        let to = match self.plan.agent_of(dialled) {
            Some(to) if Some(to) == from || to == by => return None,
            Some(to) => Destination::Agent(to),
            None => self.find_way_out(now, by, dialled).ok()?,
        };
        Some((by, to))
    }

    fn say_redirected(
        &mut self,
        now: Moment,
        id: CallId,
        by: AgentId,
        (number, to): (&str, &Destination),
    ) {
        if let Destination::Agent(to) = to {
            self.occupy(now, *to);
        }
        let trunk = self.trunk_of(to);
        let agent = self.plan.agent(by).account.clone();
        let redirected = CallEvent::Redirected { agent, number: number.to_owned(), trunk };
        self.record(now, What::Call(id, redirected));
        self.release(now, by);
    }
}

/// The user that a redirection names first.
pub(crate) fn sent_on_to(response: &Response) -> Option<String> {
    if !(300..400).contains(&response.status.code()) {
        return None;
    }
    let Ok(Contacts::List(contacts)) = response.headers.contacts() else { return None };
    contacts.first().map(|contact| number_of(&contact.uri())).filter(|user| !user.is_empty())
}
