//! Agents, and the secrets of their phones.

use super::Assembly;
use super::names::id;
use crate::draft::{AgentDraft, Named, QueuesDraft, SecretDraft, TierDraft};
use crate::nearest::did_you_mean;
use crate::outside::{Outside, Site};
use crate::plan::{Agent, PhoneSecret, RingsMax, Secret, ShiftId};
use crate::report::Flaw;
use crate::table::Text;
use ids::QueueId;

const MISSED_MAX: u32 = 2;

impl Assembly<'_, '_> {
    pub(super) fn agents(&mut self, site: &mut Site<'_>) -> Vec<Agent> {
        self.draft.agents.iter().map(|agent| self.agent(agent, site)).collect()
    }

    fn agent(&mut self, agent: &Named<AgentDraft>, site: &mut Site<'_>) -> Agent {
        let Named { name: account, body } = agent;
        let queues = self.queues_of(&body.queues);
        let tiers = self.tiers(account, &body.tiers, &queues);
        let supervises = body.supervises.as_ref().map(|queues| self.queues_of(queues));
        Agent {
            account: account.get_ref().as_str().into(),
            name: body.name.as_ref().unwrap_or(account).get_ref().as_str().into(),
            secret: match &body.ha1 {
                Some(ha1) => PhoneSecret::Hashed(ha1.clone()),
                None => PhoneSecret::Password(self.secret(body.secret.as_ref(), site)),
            },
            queues,
            supervises: supervises.unwrap_or_default(),
            tiers,
            capacity: body.capacity.and_then(|most| u8::try_from(most).ok()).unwrap_or(1),
            weight: body.weight.unwrap_or(1),
            skills: self.levels(&body.skills),
            wrap_up: body.wrap_up,
            rings_max: RingsMax {
                missed: body.missed_max.unwrap_or(MISSED_MAX),
                declined: body.declined_max.unwrap_or(0),
                busy: body.busy_max.unwrap_or(0),
                unreachable: body.unreachable_max.unwrap_or(0),
            },
            shift: body.shift.as_ref().and_then(|shift| self.shift(shift)),
            returns: body.returns,
            log_in: body.log_in,
            rings: body.rings,
            srtp: body.srtp,
            dial_out: body.dial_out,
            redirect: body.redirect,
        }
    }

    /// The tiers of an agent, which must be of queues that the agent serves and that have tiers.
    fn tiers(
        &mut self,
        account: &Text,
        tiers: &[TierDraft],
        queues: &[QueueId],
    ) -> Vec<(QueueId, u8)> {
        let mut found = Vec::new();
        for TierDraft { queue: text, tier } in tiers {
            let Some(queue) = self.queue_of(text) else { continue };
            let last =
                self.draft.queues.get(queue.index()).map_or(0, |q| q.body.distribution.tiers.len());
            let name = text.get_ref();
            if !queues.contains(&queue) {
                let message = format!("agent {} takes no calls of `{name}`", account.get_ref());
                let remedy = format!("add \"{name}\" to the agent's `queues`, or take it out here");
                let flaw = Flaw::error("tier-elsewhere", text.span(), message);
                self.report.add(flaw.suggest(remedy));
            } else if usize::from(*tier) > last + 1 {
                let message = format!("`queue.{name}` has no tier {tier}");
                let remedy =
                    "give the queue `tiers`, one wait less than there are tiers".to_owned();
                self.report.add(Flaw::error("no-such-tier", text.span(), message).suggest(remedy));
            }
            found.push((queue, *tier));
        }
        found
    }

    fn shift(&mut self, text: &Text) -> Option<ShiftId> {
        let shifts = &self.draft.shifts;
        let found = shifts.iter().position(|shift| shift.name.get_ref() == text.get_ref());
        if found.is_none() {
            let message = format!("there is no shift `{}`", text.get_ref());
            let known = shifts.iter().map(|shift| shift.name.get_ref().as_str());
            let meant = did_you_mean(text.get_ref(), known);
            let remedy = || format!("write it as `[shift.{}]`", text.get_ref());
            let flaw = Flaw::error("undefined-shift", text.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
        }
        found.map(|at| ShiftId(id(at)))
    }

    fn queues_of(&mut self, queues: &QueuesDraft) -> Vec<QueueId> {
        match queues {
            QueuesDraft::All => (0..id(self.draft.queues.len())).map(QueueId).collect(),
            QueuesDraft::These(names) => {
                let mut found: Vec<_> =
                    names.iter().filter_map(|name| self.queue_of(name)).collect();
                found.sort_unstable();
                found.dedup();
                found
            }
        }
    }

    pub(super) fn queue_of(&mut self, text: &Text) -> Option<QueueId> {
        let name = text.get_ref();
        let found = self.names.queue(name);
        if found.is_none() {
            self.queues_lost = true;
            let bare = name.strip_prefix("queue.").unwrap_or(name);
            let meant = did_you_mean(bare, self.names.queues());
            let message = format!("there is no queue `{name}`");
            self.report.add(Flaw::error("undefined-queue", text.span(), message).suggest(meant));
        }
        found
    }

    pub(super) fn secret(&mut self, secret: Option<&SecretDraft>, site: &mut Site<'_>) -> Secret {
        let nothing = || Secret::new(String::new());
        let Some(secret) = secret else { return nothing() };
        let (text, found) = match secret {
            SecretDraft::Given(text) => (text, Ok(text.get_ref().clone())),
            SecretDraft::Env(text) => (text, (site.outside)(Outside::Env(text.get_ref()))),
            SecretDraft::File(text) => (text, (site.outside)(Outside::File(text.get_ref()))),
        };
        let told = match found {
            Ok(secret) if !secret.is_empty() => return Secret::new(secret),
            Ok(_) => "the secret is empty".to_owned(),
            Err(told) => told,
        };
        let flaw = Flaw::error("secret-missing", text.span(), told);
        self.report.add(flaw.suggest(remedy(secret)));
        nothing()
    }
}

fn remedy(secret: &SecretDraft) -> String {
    match secret {
        SecretDraft::Given(_) => "write the secret that the phone or the carrier has".to_owned(),
        SecretDraft::Env(name) => format!("start with {}=… in the environment", name.get_ref()),
        SecretDraft::File(name) => format!("put the secret into `{}`", name.get_ref()),
    }
}
