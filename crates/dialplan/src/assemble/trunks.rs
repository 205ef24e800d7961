//! Trunks, and the secrets that they are proved with.

use super::{Assembly, id};
use crate::draft::{Named, TrunkDraft};
use crate::nearest::did_you_mean;
use crate::outside::Site;
use crate::plan::{Digest, KnownBy, Strangers, Trunk, TrunkHost, TrunkLogin};
use crate::report::Flaw;
use crate::table::Text;
use ids::TrunkId;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// How often a trunk is asked whether it is there.
const HEALTH: Duration = Duration::from_secs(30);

/// How many calls out an agent may begin in an hour.
pub(super) const DIAL_OUT_PER_HOUR_MAX: u32 = 60;

impl Assembly<'_, '_> {
    pub(super) fn trunks(&mut self, site: &mut Site<'_>) -> Vec<Trunk> {
        self.check_users();
        self.draft.trunks.iter().map(|trunk| self.trunk(trunk, site)).collect()
    }

    /// Who proves a call by digest is found by the user: each means one peer.
    fn check_users(&mut self) {
        let agents = self.draft.agents.iter().map(|agent| agent.name.get_ref().as_str());
        let mut taken: BTreeSet<&str> = agents.collect();
        for Named { name, body } in &self.draft.trunks {
            let Some(user) = body.user.as_ref().filter(|_| body.digest == Digest::Login) else {
                continue;
            };
            if !taken.insert(user.get_ref()) {
                let message = format!("`{}` is the user of somebody else too", user.get_ref());
                let remedy = format!("give `trunk.{}` a user of its own", name.get_ref());
                let flaw = Flaw::error("duplicate-user", user.span(), message);
                self.report.add(flaw.suggest(remedy));
            }
        }
    }

    fn trunk(&mut self, trunk: &Named<TrunkDraft>, site: &mut Site<'_>) -> Trunk {
        let Named { name, body } = trunk;
        let stand_in = (TrunkHost::Address(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), None);
        let (host, port) = body.host.clone().unwrap_or(stand_in);
        let owned = |text: &Text| -> Arc<str> { text.get_ref().as_str().into() };
        self.check_country(body);
        Trunk {
            name: owned(name),
            domain: body.domain.as_ref().map_or_else(|| host.to_string().into(), owned),
            known_by: KnownBy {
                addresses: body.addresses.clone(),
                certificate: body.certificate.as_ref().map(owned),
                digest: body.digest,
            },
            host,
            port,
            transport: body.transport,
            login: body.user.as_ref().map(|user| TrunkLogin {
                user: owned(user),
                secret: self.secret(body.secret.as_ref(), site),
                realm: body.realm.as_ref().map(owned),
            }),
            register: body.register,
            sends: body.sends,
            wants: body.wants,
            caller_id: body.caller_id.as_ref().map(owned),
            calls_max: body.calls_max,
            health: Some(body.health.unwrap_or(HEALTH)).filter(|interval| !interval.is_zero()),
            trust: body.trust,
            srtp: body.srtp,
            dial: self.in_our_form(&body.dial),
        }
    }

    /// The trunk that is named here.
    pub(super) fn trunk_of(&mut self, text: &Text) -> Option<TrunkId> {
        let name = text.get_ref();
        let mut trunks = self.draft.trunks.iter();
        if let Some(at) = trunks.position(|trunk| trunk.name.get_ref() == name) {
            return Some(TrunkId(id(at)));
        }
        let bare = name.strip_prefix("trunk.").unwrap_or(name);
        let known = self.draft.trunks.iter().map(|trunk| trunk.name.get_ref().as_str());
        let meant = did_you_mean(bare, known);
        let flaw =
            Flaw::error("undefined-trunk", text.span(), format!("there is no trunk `{name}`"));
        self.report.add(flaw.suggest(meant));
        None
    }

    /// A national number says nothing without its country.
    fn check_country(&mut self, trunk: &TrunkDraft) {
        if let (Some(span), None) = (&trunk.national, &self.draft.top.country) {
            let message = "national numbers are of a country, and the plan names none".to_owned();
            let remedy = "write `country = \"46\"` at the top of the file".to_owned();
            self.report.add(Flaw::error("no-country", span.clone(), message).suggest(remedy));
        }
    }

    /// Without a trunk everybody may call, as in a demo; with one, who is no trunk has no business.
    pub(super) fn strangers(&self) -> Strangers {
        let usual = match self.draft.trunks.is_empty() {
            true => Strangers::Welcome,
            false => Strangers::Refused,
        };
        self.draft.top.strangers.unwrap_or(usual)
    }
}
