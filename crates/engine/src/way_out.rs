//! The way out of the centre: who may call which number, and over which trunk.
//!
//! Nothing goes out that the plan does not allow in writing: the agent may call out, the number is on
//! a trunk's list, and the hour has room. A trunk's calls never go out again, and a stranger's neither,
//! except to a number that a step of the plan names: whoever calls cannot choose it.

use crate::books::CountStands;
use crate::carriers::{host_of, prover};
use crate::engine::Engine;
use crate::passage::{Passage, Shown};
use crate::trunks::Share;
use bytes::Bytes;
use clock::{Duration, Moment};
use dialplan::{Dial, DialOut, Srtp, Trunk, Trust};
use events::{Ani, Counted, CountedBy, NoWayOut};
use ids::{AgentId, TrunkId};
use sip_msg::{Host, Name, NameAddr, StatusCode, Text, Uri};
use sip_ua::{Hop, OutgoingInvite};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The hour that `dial_out_per_hour_max` is of.
const HOUR: Duration = Duration::from_secs(3_600);

/// The day that `per_number_a_day` of a callback is of.
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Nobody is called back more often in an hour than this, whoever has asked for it.
const CUSTOMER_PER_HOUR_MAX: u32 = 6;

/// When so many are remembered, those that count no more are forgotten.
const RIGHTS_MAX: usize = 10_000;

/// What an agent is answered whose call does not go out.
pub(crate) const fn status_of(why: NoWayOut) -> StatusCode {
    match why {
        NoWayOut::NotAllowed | NoWayOut::NotListed | NoWayOut::TooOften => StatusCode::FORBIDDEN,
        NoWayOut::NoTrunk => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// By whose right a call goes out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// An agent's, who may call out.
    Agent(AgentId),
    /// A `dial` step's, by its name: the plan has the number itself.
    Step(Arc<str>),
    /// A customer's, by the number: who asks to be called back.
    Customer(String),
    /// A customer's to be promised that, by the number.
    Promise(String),
    /// That of who does not call, and asks for a callback of this step.
    Request(Arc<str>),
}

impl Right {
    /// As the ledger knows it; none of an agent's, which is written down with the desk.
    fn counted(&self) -> Option<CountedBy> {
        Some(match self {
            Self::Agent(_) => return None,
            Self::Step(step) => CountedBy::Step(Arc::clone(step)),
            Self::Customer(number) => CountedBy::Customer(Ani::new(number.clone())),
            Self::Promise(number) => CountedBy::Promise(Ani::new(number.clone())),
            Self::Request(step) => CountedBy::Request(Arc::clone(step)),
        })
    }

    /// How far back calls by it count.
    const fn window(&self) -> Duration {
        match self {
            Self::Agent(_) | Self::Step(_) | Self::Customer(_) | Self::Request(_) => HOUR,
            Self::Promise(_) => DAY,
        }
    }
}

/// What has been done lately, by whose right: calls out, or promises.
#[derive(Debug, Default)]
pub(crate) struct CallsOut(BTreeMap<Right, VecDeque<Moment>>);

impl CallsOut {
    /// Counts one more by the right, if its window has room for it.
    fn count(&mut self, now: Moment, right: Right, max: u32) -> bool {
        if self.0.len() >= RIGHTS_MAX {
            let is_new = |right: &Right, at: &Moment| now.since(*at) < right.window();
            self.0.retain(|right, calls| calls.back().is_some_and(|at| is_new(right, at)));
        }
        let window = right.window();
        let calls = self.0.entry(right).or_default();
        while calls.front().is_some_and(|at| now.since(*at) >= window) {
            calls.pop_front();
        }
        let has_room = calls.len() < max as usize;
        if has_room {
            calls.push_back(now);
        }
        has_room
    }

    /// When what counts by the right was done, the oldest first.
    pub(crate) fn counting(&self, now: Moment, right: &Right) -> impl Iterator<Item = Moment> {
        let window = right.window();
        let calls = self.0.get(right).into_iter().flatten().copied();
        calls.filter(move |at| now.since(*at) < window)
    }

    /// Everything that was done, by whose right.
    fn all(&self) -> impl Iterator<Item = (&Right, Moment)> {
        self.0.iter().flat_map(|(right, done)| done.iter().map(move |at| (right, *at)))
    }

    /// One more by the right was done by an earlier run, after those that are known.
    pub(crate) fn recall(&mut self, at: Moment, right: Right) {
        self.0.entry(right).or_default().push_back(at);
    }

    /// When there is room for one more call by the right: now, or once the oldest that fills it counts no more.
    fn room_at(&self, now: Moment, right: &Right, max: u32) -> Moment {
        let counting: Vec<_> = self.counting(now, right).collect();
        let surplus = counting.len().saturating_sub(max.saturating_sub(1) as usize);
        let last = surplus.checked_sub(1).and_then(|at| counting.get(at));
        last.map_or(now, |at| *at + right.window())
    }
}

impl Engine {
    /// The number, in our form, that an agent calls by dialling this, if it may be called at all.
    pub(crate) fn number_outside(&self, dialled: &str) -> Option<String> {
        let number = self.plan.number_dialled(dialled)?;
        (!self.plan.ways_out(&number).is_empty()).then_some(number)
    }

    /// Whether an agent may call what was dialled now; counts the call. Gives the number in our form.
    pub(crate) fn may_call_out(
        &mut self,
        now: Moment,
        agent: AgentId,
        dialled: &str,
    ) -> Result<String, NoWayOut> {
        if self.plan.agent(agent).dial_out == DialOut::Forbidden {
            return Err(NoWayOut::NotAllowed);
        }
        let number = self.number_outside(dialled).ok_or(NoWayOut::NotListed)?;
        let max = self.plan.dial_out_per_hour_max;
        self.desks.touch(agent);
        match self.calls_out.count(now, Right::Agent(agent), max) {
            true => Ok(number),
            false => Err(NoWayOut::TooOften),
        }
    }

    /// What earlier runs have done, the oldest first: a restart makes no room for more.
    pub(crate) fn recall_counted(&mut self, now: Moment, counted: Vec<Counted>) {
        for Counted { at, by } in counted {
            // However far ahead the clock was that has written this.
            let at = self.moment(now, at.as_micros()).min(now);
            match by {
                CountedBy::Step(step) => self.calls_out.recall(at, Right::Step(step)),
                CountedBy::Customer(number) => {
                    self.calls_out.recall(at, Right::Customer(number.reveal().to_owned()));
                }
                CountedBy::Promise(number) => {
                    self.promised.recall(at, Right::Promise(number.reveal().to_owned()));
                }
                CountedBy::Request(step) => self.promised.recall(at, Right::Request(step)),
            }
        }
    }

    /// What there is of it, for the books.
    pub(crate) fn counted(&self) -> Vec<CountStands> {
        let all = self.calls_out.all().chain(self.promised.all());
        all.filter_map(|(right, at)| Some(CountStands { by: right.counted()?, at })).collect()
    }

    /// Whether a step of the plan may call its number now; counts the call.
    pub(crate) fn may_dial(&mut self, now: Moment, dial: &Dial) -> Result<(), NoWayOut> {
        let right = Right::Step(Arc::clone(&dial.name));
        match self.calls_out.count(now, right, dial.per_hour_max) {
            true => Ok(()),
            false => Err(NoWayOut::TooOften),
        }
    }

    /// Whether a customer may be called back now; counts the call.
    pub(crate) fn may_call_customer(&mut self, now: Moment, number: &str) -> Result<(), NoWayOut> {
        if self.plan.ways_out(number).is_empty() {
            return Err(NoWayOut::NotListed);
        }
        let right = Right::Customer(number.to_owned());
        match self.calls_out.count(now, right, CUSTOMER_PER_HOUR_MAX) {
            true => Ok(()),
            false => Err(NoWayOut::TooOften),
        }
    }

    /// When a customer may be called back, as often as they have been called in the last hour.
    pub(crate) fn customer_callable_at(&self, now: Moment, number: &str) -> Moment {
        let right = Right::Customer(number.to_owned());
        self.calls_out.room_at(now, &right, CUSTOMER_PER_HOUR_MAX)
    }

    /// Whether a number may be promised one more callback today.
    pub(crate) fn may_be_promised(&self, now: Moment, number: &str, max: u32) -> bool {
        self.promised.room_at(now, &Right::Promise(number.to_owned()), max) <= now
    }

    /// Whether one more callback of a step may be asked for by somebody who does not call; counts it.
    pub(crate) fn may_be_requested(&mut self, now: Moment, step: &Arc<str>, max: u32) -> bool {
        self.promised.count(now, Right::Request(Arc::clone(step)), max)
    }

    /// A number is promised a callback: counts it.
    pub(crate) fn count_promise(&mut self, now: Moment, number: &str, max: u32) {
        self.promised.count(now, Right::Promise(number.to_owned()), max);
    }

    /// The trunks that may carry a call to the number, but for those that were tried.
    pub(crate) fn untried(&self, number: &str, tried: &[TrunkId]) -> Vec<TrunkId> {
        self.plan.ways_out(number).into_iter().filter(|id| !tried.contains(id)).collect()
    }

    /// The first of these trunks that is up and has room.
    pub(crate) fn way_out(
        &self,
        now: Moment,
        ways: &[TrunkId],
    ) -> Result<(TrunkId, Hop), NoWayOut> {
        let mut open = ways.iter().filter_map(|&id| {
            let calls_max = self.plan.trunk(id).calls_max;
            let calls_on = self.trunks.calls_on(Share::Trunk(id));
            let has_room = calls_max.is_none_or(|max| calls_on < max as usize);
            let hop = has_room.then(|| self.carriers.way_out(now, id)).flatten();
            let keeps = |hop: &Hop| can_protect(self.plan.trunk(id).srtp, *hop);
            hop.filter(keeps).map(|hop| (id, hop))
        });
        open.next().ok_or(NoWayOut::NoTrunk)
    }

    /// A number of ours as a trunk wants it written; what is none is written as it is.
    pub(crate) fn written_at(&self, trunk: TrunkId, number: &str) -> String {
        let country = self.plan.country.as_deref();
        match number.starts_with('+') {
            true => self.plan.trunk(trunk).wants.write(country, number),
            false => number.to_owned(),
        }
    }

    /// The INVITE that calls a number over a trunk, as `user` where the trunk has no name for us.
    pub(crate) fn invite_out(
        &self,
        (trunk, hop): (TrunkId, Hop),
        number: &str,
        user: &str,
        (offer, passage): (Bytes, &Passage),
    ) -> OutgoingInvite {
        let trunk = self.plan.trunk(trunk);
        let country = self.plan.country.as_deref();
        let target = address(trunk, &trunk.wants.write(country, number));
        let own = match (&trunk.caller_id, &trunk.login) {
            (Some(number), _) => trunk.wants.write(country, number),
            (None, Some(login)) => login.user.to_string(),
            (None, None) => user.to_owned(),
        };
        let known = NameAddr::new(address(trunk, &own));
        let mut headers = passage.to_trunk(trunk.trust);
        if trunk.trust == Trust::Asserted {
            headers.push(Name::PAssertedIdentity, &known);
        }
        let from = match passage.shown {
            Shown::Openly => known,
            Shown::Privately => {
                headers.push(Name::Privacy, "id");
                anonymous()
            }
        };
        let user = trunk.login.as_ref().map_or(own, |login| login.user.to_string());
        OutgoingInvite {
            contact_user: Some(Text::from(user)),
            max_forwards: Some(passage.hops),
            headers,
            credentials: prover(trunk),
            session: passage.end,
            ..OutgoingInvite::new(hop, target, from, offer)
        }
    }
}

/// Who calls, where that is not to be known (RFC 3323 §4.1.1.3).
fn anonymous() -> NameAddr {
    let nowhere = Host::Name(Text::from("anonymous.invalid"));
    NameAddr::new(Uri::sip_host("anonymous", nowhere, None)).with_display("Anonymous")
}

/// Keys stand in the signalling, so that must be encrypted itself.
const fn can_protect(wish: Srtp, hop: Hop) -> bool {
    match wish {
        Srtp::Off | Srtp::Optional => true,
        Srtp::Required => hop.transport.is_secure(),
    }
}

fn address(trunk: &Trunk, user: &str) -> Uri {
    Uri::sip_host(Text::from(user.to_owned()), host_of(&trunk.domain), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_agent_calls_out_more_often_than_the_hour_allows() {
        let mut calls = CallsOut::default();
        let at = |minutes: u64| Moment::ZERO + Duration::from_secs(60 * minutes);
        let [ana, bo] = [1, 2].map(|id| Right::Agent(AgentId(id)));
        assert!(calls.count(at(0), ana.clone(), 2) && calls.count(at(30), ana.clone(), 2));
        assert!(!calls.count(at(59), ana.clone(), 2));
        assert!(calls.count(at(59), bo, 2), "another agent has an hour of her own");
        assert!(calls.count(at(60), ana.clone(), 2), "the first call is an hour ago");
        assert!(!calls.count(at(61), ana, 2));
    }

    #[test]
    fn it_is_known_when_there_is_room_again() {
        let mut calls = CallsOut::default();
        let at = |minutes: u64| Moment::ZERO + Duration::from_secs(60 * minutes);
        let right = Right::Customer("+46812345".to_owned());
        assert_eq!(calls.room_at(at(0), &right, 2), at(0));
        assert!(calls.count(at(0), right.clone(), 2) && calls.count(at(10), right.clone(), 2));
        assert_eq!(calls.room_at(at(20), &right, 2), at(60));
        assert_eq!(calls.room_at(at(60), &right, 2), at(60));
        assert_eq!(calls.room_at(at(20), &right, 1), at(70), "the limit has been made smaller");
        let promise = Right::Promise("+46812345".to_owned());
        assert!(calls.count(at(0), promise.clone(), 1));
        assert_eq!(calls.room_at(at(90), &promise, 1), at(24 * 60));
    }
}
