//! Who a request comes from, by what cannot be forged: the address at the other end of the socket,
//! a client certificate of its connection, or a digest. What a message says of itself (Via, From,
//! Contact) decides nothing.

use crate::engine::Engine;
use clock::Moment;
use dialplan::{Digest, Strangers};
use ids::{AgentId, TrunkId};
use registrar::{Challenge, Proof};
use sip_msg::{Name, Request, Response, StatusCode, Text};
use sip_txn::Hop;

/// Who a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A trunk of the plan.
    Trunk(TrunkId),
    /// An agent's phone, which has proved it.
    Agent(AgentId),
    /// Somebody else, and strangers are welcome.
    Stranger,
}

impl Engine {
    /// Who sent a request that begins something. It is asked once, before anything of the request
    /// is looked at, for every method but ACK, CANCEL and OPTIONS.
    ///
    /// # Errors
    /// The answer to send: a challenge, or what is wrong with the credentials.
    pub(crate) fn peer_of(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
    ) -> Result<Peer, Box<Response>> {
        if let Some(trunk) = self.trunks.at(&self.plan, &self.carriers, hop) {
            return Ok(Peer::Trunk(trunk));
        }
        if self.plan.strangers == Strangers::Welcome && !self.claims_to_be_known(hop, request) {
            return Ok(Peer::Stranger);
        }
        self.known_peer(now, hop, request)
    }

    /// The agent or trunk whose credentials the request has.
    ///
    /// # Errors
    /// The answer to send: a challenge, or what is wrong with the credentials.
    pub(crate) fn known_peer(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
    ) -> Result<Peer, Box<Response>> {
        let user = self.registrar.authenticate(now, hop, request, Challenge::Proxy)?;
        let user = user.to_str_lossy();
        let agent = self.plan.agent_of(&user).map(Peer::Agent);
        let peer = agent.or_else(|| self.trunk_of_user(&user).map(Peer::Trunk));
        // The accounts are those of the plan, so this is only an account that has just gone.
        peer.ok_or_else(|| Box::new(request.reply(StatusCode::FORBIDDEN)))
    }

    /// Whether a request has credentials, or says to come from a trunk that proves itself, or from an
    /// agent who has a phone where it comes from.
    fn claims_to_be_known(&self, hop: Hop, request: &Request) -> bool {
        let user = request.from.uri().user_unescaped();
        let is_at_home = user.as_ref().is_some_and(|user| {
            let user = user.to_str_lossy();
            let mut phones = self.registrar.bindings(&user);
            phones.any(|phone| phone.hop.peer.ip() == hop.peer.ip())
        });
        if is_at_home {
            return true;
        }
        request.headers.has(Name::ProxyAuthorization)
            || user.is_some_and(|user| self.trunk_of_user(&user.to_str_lossy()).is_some())
    }

    /// The trunk that proves its calls as this user.
    pub(crate) fn trunk_of_user(&self, user: &str) -> Option<TrunkId> {
        let trunks = (0..).map(TrunkId).zip(&self.plan.trunks);
        let mut proving = trunks.filter(|(_, trunk)| trunk.known_by.digest == Digest::Login);
        proving
            .find(|(_, trunk)| trunk.login.as_ref().is_some_and(|login| &*login.user == user))
            .map(|(id, _)| id)
    }
}

/// The accounts of trunks that prove their calls by digest.
pub(crate) fn trunk_accounts(plan: &dialplan::Plan) -> impl Iterator<Item = (Text, Proof)> {
    let proving = plan.trunks.iter().filter(|trunk| trunk.known_by.digest == Digest::Login);
    let logins = proving.filter_map(|trunk| trunk.login.as_ref());
    logins
        .map(|login| (Text::from(login.user.to_string()), login.secret.reveal().to_owned().into()))
}
