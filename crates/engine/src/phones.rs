//! Which of an agent's phones ring: all at once, or one after the other, as the plan says; the one that
//! the agent has chosen before all others. The next rings when none before it can be rung, so nobody is
//! unreachable who has a phone that is there.

use crate::command::Refusal;
use crate::engine::Engine;
use crate::passage::Passage;
use crate::unsettled::Unsettled;
use clock::Moment;
use dialplan::Rings;
use events::AgentEvent;
use ids::{AgentId, CallId, LegId};
use media_protocol::Port;
use registrar::Binding;
use sip_msg::{NameAddr, Text, Uri};
use sip_ua::{Hop, OutgoingInvite};
use snapshot::PhoneNow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

/// The longest name of a phone that is shown, in letters.
const USER_AGENT_LETTERS_MAX: usize = 64;

/// Phones of an agent, in the order in which they are rung; those of one turn ring together.
#[derive(Debug, Default)]
pub(crate) struct Phones(VecDeque<Vec<Binding>>);

/// What was rung, and what is rung when none of it takes the call.
#[derive(Debug, Default)]
pub(crate) struct Rung {
    /// The phones that ring; none where no phone can be rung.
    pub(crate) legs: BTreeMap<LegId, Unsettled>,
    pub(crate) later: Phones,
}

impl From<BTreeMap<LegId, Unsettled>> for Rung {
    fn from(legs: BTreeMap<LegId, Unsettled>) -> Self {
        Self { legs, later: Phones::default() }
    }
}

impl Engine {
    /// The phones of an agent, in the order in which they are rung now.
    pub(crate) fn phones_of(&self, agent: AgentId) -> Phones {
        let plan = self.plan.agent(agent);
        let mut phones: Vec<Binding> = self.registrar.bindings(&plan.account).cloned().collect();
        let chosen = self.desks.get(agent).and_then(|desk| desk.chosen);
        let chosen = phones.iter().position(|phone| Some(phone.phone) == chosen);
        let first = chosen.map(|at| vec![phones.remove(at)]);
        let latest = |phone: &Binding| Reverse((phone.since, phone.phone));
        let turns: Vec<Vec<Binding>> = match plan.rings {
            Rings::All if phones.is_empty() => Vec::new(),
            Rings::All => vec![phones],
            Rings::Latest => {
                phones.sort_by_key(latest);
                phones.into_iter().map(|phone| vec![phone]).collect()
            }
            Rings::First => {
                phones.sort_by_key(|phone| (Reverse(phone.q), latest(phone)));
                phones.into_iter().map(|phone| vec![phone]).collect()
            }
        };
        Phones(first.into_iter().chain(turns).collect())
    }

    /// Invites the phones of the first turn that has one which can be rung, over the proxies that its
    /// registration came by (RFC 3327).
    pub(crate) fn ring_phones(
        &mut self,
        now: Moment,
        (id, agent, mut phones): (CallId, AgentId, Phones),
        from: &NameAddr,
        sound: (Port, &[sdp::Codec]),
        passage: &Passage,
    ) -> Rung {
        while let Some(turn) = phones.0.pop_front() {
            let legs = self.ring_turn(now, (id, agent, turn), from, sound, passage);
            if !legs.is_empty() {
                return Rung { legs, later: phones };
            }
        }
        Rung::default()
    }

    /// A phone that cannot have the protection that the plan requires is not rung.
    fn ring_turn(
        &mut self,
        now: Moment,
        (id, agent, phones): (CallId, AgentId, Vec<Binding>),
        from: &NameAddr,
        (port, codecs): (Port, &[sdp::Codec]),
        passage: &Passage,
    ) -> BTreeMap<LegId, Unsettled> {
        let agent = self.plan.agent(agent);
        let (account, srtp) = (agent.account.clone(), agent.srtp);
        let mut legs = BTreeMap::new();
        for phone in phones {
            let Ok(srtp) = self.protection(phone.hop, srtp) else { continue };
            let mut sound = self.unsettled((port, phone.hop), codecs, srtp);
            let offer = sound.offer();
            let invite = OutgoingInvite {
                contact_user: Some(Text::from(account.to_string())),
                route: phone.path,
                max_forwards: Some(passage.hops),
                headers: passage.to_phone(),
                session: passage.end,
                ..OutgoingInvite::new(
                    phone.hop,
                    phone.contact,
                    self.at_home(from, phone.hop),
                    offer,
                )
            };
            let leg = self.invite(now, id, invite);
            legs.insert(leg, sound);
        }
        legs
    }

    /// The same user at the address of ours that the phone at the other end of `hop` can call back.
    fn at_home(&self, from: &NameAddr, hop: Hop) -> NameAddr {
        let user = from.uri().user().unwrap_or_default();
        let home = NameAddr::new(Uri::sip(user, self.config.sip.plain_at(hop)));
        let home = home.with_params(from.params());
        match from.display() {
            Some(display) => home.with_display(display),
            None => home,
        }
    }

    /// The agent's calls ring at this phone before all others until the agent logs out; without one they
    /// ring as the plan says.
    ///
    /// # Errors
    /// When the agent has no such phone.
    pub(crate) fn use_phone(&mut self, agent: AgentId, phone: Option<u8>) -> Result<(), Refusal> {
        let account = &self.plan.agent(agent).account;
        let is_there =
            |phone: u8| self.registrar.bindings(account).any(|binding| binding.phone == phone);
        if let Some(missing) = phone.filter(|phone| !is_there(*phone)) {
            return Err(Refusal::NoPhone { agent: account.clone(), phone: missing });
        }
        self.choose(agent, phone);
        Ok(())
    }

    /// The agent has chosen this phone, or none.
    pub(crate) fn choose(&mut self, agent: AgentId, phone: Option<u8>) {
        let Some(desk) = self.desks.get_mut(agent) else { return };
        desk.chosen = phone;
        for each in &mut desk.phones {
            each.chosen = Some(each.phone) == phone;
        }
    }

    /// Phones of the agent have come or gone. When the chosen one is gone, calls ring as the plan says.
    pub(crate) fn phones_changed(&mut self, now: Moment, agent: AgentId) {
        let account = &self.plan.agent(agent).account;
        let mut phones: Vec<PhoneNow> = self.registrar.bindings(account).map(phone_now).collect();
        phones.sort_by_key(|phone| phone.phone);
        let Some(desk) = self.desks.get_mut(agent) else { return };
        let gone = desk.chosen.filter(|chosen| !phones.iter().any(|phone| phone.phone == *chosen));
        desk.phones = phones;
        let chosen = desk.chosen.filter(|_| gone.is_none());
        self.choose(agent, chosen);
        if let Some(phone) = gone {
            self.record_agent(now, agent, AgentEvent::ChosenPhoneGone { phone });
        }
    }
}

fn phone_now(binding: &Binding) -> PhoneNow {
    let name = binding.user_agent.as_ref().map(Text::to_str_lossy);
    let shown = |name: &str| name.chars().take(USER_AGENT_LETTERS_MAX).collect();
    PhoneNow {
        phone: binding.phone,
        user_agent: name.as_deref().map(shown),
        address: binding.hop.peer.to_string(),
        chosen: false,
    }
}
