//! Requests outside all calls: phones register here, and others ask whether we are there.

use crate::config::Config;
use crate::engine::{Door, Engine};
use crate::io::Output;
use crate::peer::trunk_accounts;
use clock::Moment;
use dialplan::{Agent, PhoneSecret, Plan, Secret};
use ids::{AgentId, LegId};
use rand::Rng;
use rand::rngs::StdRng;
use registrar::{Proof, Registrar};
use sip_auth::Credentials;
use sip_msg::{Headers, Method, Name, Request, StatusCode, Text};
use sip_txn::{Hop, ServerTxn};
use std::time::Duration;

/// The methods we take.
pub(crate) const METHODS: [Method; 11] = [
    Method::Invite,
    Method::Ack,
    Method::Bye,
    Method::Cancel,
    Method::Options,
    Method::Register,
    Method::Update,
    Method::Info,
    Method::Prack,
    Method::Refer,
    Method::Subscribe,
];

/// How long a refused caller's side shall wait before it tries again (RFC 3261 §20.33).
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The name in Server and User-Agent headers: without a version, which would help an attacker more
/// than anybody else.
pub(crate) const PRODUCT: &str = "Telefonist";

pub(crate) fn user_agent(config: &Config) -> sip_ua::Config {
    sip_ua::Config {
        local: config.sip,
        user_agent: Text::from(PRODUCT),
        first_leg: LegId(1),
        // A caller, the phones of one agent, and one more that is on its way out.
        legs_max: config.calls_max.saturating_mul(4),
        transactions_max: config.transactions_max,
        transactions_per_source_max: config.transactions_per_source_max,
        session: config.session,
        allow: METHODS.to_vec(),
    }
}

pub(crate) fn registrar(config: &Config, plan: &Plan, random: &mut StdRng) -> Registrar {
    let mut key = [0; 32];
    random.fill_bytes(&mut key);
    let mut settings = registrar::Config::new(Text::from(config.realm.clone()), key);
    settings.offers.clone_from(&config.digest);
    settings.expires_min = config.expires_min;
    settings.expires_max = config.expires_max;
    settings.bindings_per_account_max = config.phones_per_account_max;
    Registrar::new(settings, accounts(plan))
}

/// Whose phones register, and which trunks prove who they are.
pub(crate) fn accounts(plan: &Plan) -> impl Iterator<Item = (Text, Proof)> {
    let of_agent = |agent: &Agent| (Text::from(agent.account.to_string()), proof(&agent.secret));
    let agents = (0..).map(AgentId).zip(&plan.agents);
    let agents = agents.filter(|(id, _)| !plan.gone.agents.contains(id));
    agents.map(move |(_, agent)| of_agent(agent)).chain(trunk_accounts(plan))
}

/// What proves an agent's phone.
fn proof(secret: &PhoneSecret) -> Proof {
    let hash = |hash: &Option<Secret>| hash.as_ref().map(|hash| hash.reveal().to_owned());
    match secret {
        PhoneSecret::Password(secret) => secret.reveal().to_owned().into(),
        PhoneSecret::Hashed(ha1) => Credentials::hashed(hash(&ha1.md5), hash(&ha1.sha256)).into(),
    }
}

/// The headers of a refusal that is over soon.
pub(crate) fn retry_after() -> Headers {
    let mut headers = Headers::default();
    headers.push(Name::RetryAfter, RETRY_AFTER.as_secs().to_string());
    headers
}

/// Whether a copy of this request is answered like the first. Credentials are good once (RFC 7616
/// §3.4.3), and a wrong password that is heard twice would be two guesses.
fn may_forget(request: &Request) -> bool {
    !request.headers.has(Name::Authorization) && !request.headers.has(Name::ProxyAuthorization)
}

impl Engine {
    /// Answers a request that belongs to no leg.
    pub(crate) fn outside_request(
        &mut self,
        now: Moment,
        txn: ServerTxn,
        hop: Hop,
        request: &Request,
    ) {
        let response = match request.method {
            Method::Register => self.registrar.register(now, hop, request),
            Method::Subscribe => self.subscribe(now, hop, request),
            Method::Options => match self.door {
                Door::Open => request.reply(StatusCode::OK),
                Door::Draining => request.reply(StatusCode::SERVICE_UNAVAILABLE),
            },
            // RFC 3261 §9.2, §15.1.2, §17: these begin nothing, so nobody is asked who it is.
            Method::Ack | Method::Bye | Method::Cancel | Method::Prack => {
                request.reply(StatusCode::CALL_DOES_NOT_EXIST)
            }
            // Who is not known is asked before it learns what we can do.
            // Outside a call there is nobody to hand over.
            Method::Refer => match self.peer_of(now, hop, request) {
                Ok(_) => request.reply(StatusCode::FORBIDDEN),
                Err(refusal) => *refusal,
            },
            Method::Invite
            | Method::Update
            | Method::Info
            | Method::Notify
            | Method::Message
            | Method::Publish
            | Method::Other(_) => match self.peer_of(now, hop, request) {
                Ok(_) => request.reply(StatusCode::METHOD_NOT_ALLOWED),
                Err(refusal) => *refusal,
            },
        };
        if may_forget(request) {
            self.ua.reply_and_forget(now, txn, response);
        } else {
            self.ua.reply(now, txn, response);
        }
    }

    /// Refuses a caller of whom nothing is written down, and remembers the INVITE only where a copy
    /// of it would be taken for something else: floods from forged addresses take no room.
    pub(crate) fn turn_away(
        &mut self,
        now: Moment,
        leg: LegId,
        request: &Request,
        (status, headers): (StatusCode, Headers),
    ) {
        if may_forget(request) {
            self.ua.turn_away(now, leg, status, headers);
        } else {
            self.ua.reject(now, leg, status, headers);
        }
    }

    /// Hands a command to the worker that has the port.
    pub(crate) fn media(&mut self, worker: u8, command: media_protocol::Command) {
        self.note_sound(&command);
        self.output(Output::Media { worker, command });
    }
}
