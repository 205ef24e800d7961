//! Agents, and the secrets of their phones.

use super::Assembly;
use super::names::id;
use crate::draft::{AgentDraft, Named, QueuesDraft, SecretDraft};
use crate::nearest::did_you_mean;
use crate::plan::{Agent, PhoneSecret, Secret};
use crate::report::Flaw;
use crate::secrets::{SecretSource, Site};
use crate::table::Text;
use ids::QueueId;

const MISSED_MAX: u32 = 2;

impl Assembly<'_, '_> {
    pub(super) fn agents(&mut self, site: &mut Site<'_>) -> Vec<Agent> {
        self.draft.agents.iter().map(|agent| self.agent(agent, site)).collect()
    }

    fn agent(&mut self, agent: &Named<AgentDraft>, site: &mut Site<'_>) -> Agent {
        let Named { name: account, body } = agent;
        Agent {
            account: account.get_ref().as_str().into(),
            name: body.name.as_ref().unwrap_or(account).get_ref().as_str().into(),
            secret: match &body.ha1 {
                Some(ha1) => PhoneSecret::Hashed(ha1.clone()),
                None => PhoneSecret::Password(self.secret(body.secret.as_ref(), site)),
            },
            queues: self.queues_of(&body.queues),
            skills: self.levels(&body.skills),
            wrap_up: body.wrap_up,
            missed_max: body.missed_max.unwrap_or(MISSED_MAX),
            log_in: body.log_in,
            srtp: body.srtp,
            dial_out: body.dial_out,
            redirect: body.redirect,
        }
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

    fn queue_of(&mut self, text: &Text) -> Option<QueueId> {
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
            SecretDraft::Env(text) => (text, (site.secrets)(SecretSource::Env(text.get_ref()))),
            SecretDraft::File(text) => (text, (site.secrets)(SecretSource::File(text.get_ref()))),
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
