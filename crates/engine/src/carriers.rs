//! The carriers behind the trunks: registered at, asked whether they are there, and called over.

use crate::engine::{Engine, fork};
use clock::Moment;
use dialplan::{Plan, TrunkHost, TrunkTransport};
use events::{TrunkEvent, What};
use ids::{FlowId, TrunkId};
use rand::rngs::StdRng;
use sip_auth::{Login, Prover};
use sip_dns::{Families, Place};
use sip_msg::{Host, Name, NameAddr, Request, Response, Text};
use sip_txn::{ClientTxn, Hop, Transport};
use std::net::{IpAddr, SocketAddr};
use trunk::{Job, Output, Registration, State, Target, Trunk};

/// Where SIP is when nobody says otherwise (RFC 3261 §19.1.2).
const PORT_DEFAULT: u16 = 5060;
const PORT_DEFAULT_TLS: u16 = 5061;

/// One machine for each trunk of the plan, by [`TrunkId`].
#[derive(Debug, Default)]
pub(crate) struct Carriers(Vec<Trunk>);

impl Carriers {
    /// The carriers of a plan, which have begun.
    pub(crate) fn of(plan: &Plan, random: &mut StdRng) -> Self {
        let begin = |plan: &dialplan::Trunk| {
            let mut trunk = Trunk::new(config(plan), fork(random));
            trunk.begin(Moment::ZERO);
            // What needs no DNS is known before the first call comes.
            if let Some(target) = target(plan) {
                trunk.located(Moment::ZERO, vec![target], None);
            }
            trunk
        };
        Self(plan.trunks.iter().map(begin).collect())
    }

    /// Whether a host of this trunk is at this address.
    pub(crate) fn is_at(&self, trunk: TrunkId, address: IpAddr) -> bool {
        self.0.get(trunk.index()).is_some_and(|trunk| trunk.is_at(address))
    }

    /// The hop of the next call over a trunk, if calls can go out over it.
    pub(crate) fn way_out(&self, now: Moment, trunk: TrunkId) -> Option<Hop> {
        self.0.get(trunk.index())?.way_out(now)
    }

    /// How a trunk of the plan stands.
    pub(crate) fn state(&self, trunk: TrunkId) -> State {
        self.0.get(trunk.index()).map_or(State::Stopped, Trunk::state)
    }

    pub(crate) fn get_mut(&mut self, trunk: TrunkId) -> Option<&mut Trunk> {
        self.0.get_mut(trunk.index())
    }

    pub(crate) fn flow_closed(&mut self, now: Moment, flow: FlowId) {
        self.0.iter_mut().for_each(|trunk| trunk.flow_closed(now, flow));
    }

    pub(crate) fn handle_timeout(&mut self, now: Moment) {
        self.0.iter_mut().for_each(|trunk| trunk.handle_timeout(now));
    }

    pub(crate) fn poll_timeout(&self) -> Option<Moment> {
        self.0.iter().filter_map(Trunk::poll_timeout).min()
    }

    /// What the first trunk that wants something wants done.
    pub(crate) fn poll_output(&mut self) -> Option<(TrunkId, Output)> {
        let mut trunks = (0..).map(TrunkId).zip(&mut self.0);
        trunks.find_map(|(id, trunk)| trunk.poll_output().map(|output| (id, output)))
    }

    /// An answer to a request outside all legs.
    pub(crate) fn answered(&mut self, now: Moment, txn: ClientTxn, hop: Hop, response: &Response) {
        self.0.iter_mut().any(|trunk| trunk.answered(now, txn, hop, response));
    }

    /// A request outside all legs got no answer.
    pub(crate) fn failed(&mut self, now: Moment, txn: ClientTxn) {
        self.0.iter_mut().any(|trunk| trunk.failed(now, txn));
    }

    pub(crate) fn stop(&mut self, now: Moment) {
        self.0.iter_mut().for_each(|trunk| trunk.stop(now));
    }
}

impl Engine {
    /// A trunk wants something done.
    pub(crate) fn hear_carrier(&mut self, now: Moment, id: TrunkId, output: Output) {
        match output {
            Output::Locate => self.locate_carrier(now, id),
            Output::Send { hop, request, job } => {
                self.send_for_carrier(now, id, hop, *request, job)
            }
            Output::StateNow(state) => self.carrier_is(now, id, state),
        }
    }

    fn locate_carrier(&mut self, now: Moment, id: TrunkId) {
        let planned = self.plan.trunk(id);
        match (&planned.host, target(planned)) {
            (TrunkHost::Name(name), _) => {
                let transport = planned.transport.map(transport_of);
                let place = Place { name: name.clone(), port: planned.port, transport };
                self.locator.locate(now, id, place);
            }
            (TrunkHost::Address(_), target) => {
                let hosts: Vec<_> = target.iter().map(|it| (it.transport, it.peer)).collect();
                self.name_hosts(id, &hosts);
                if let Some(carrier) = self.carriers.get_mut(id) {
                    carrier.located(now, target.into_iter().collect(), None);
                }
            }
        }
    }

    /// The DNS is to be asked, or has told where a trunk is.
    pub(crate) fn hear_locator(&mut self, now: Moment, output: sip_dns::Output) {
        match output {
            sip_dns::Output::Ask(question) => self.output(crate::Output::Resolve(question)),
            sip_dns::Output::Located { trunk, hosts, again } => {
                self.name_hosts(trunk, &hosts);
                let target = |(transport, peer)| Target { transport, peer };
                if let Some(carrier) = self.carriers.get_mut(trunk) {
                    carrier.located(now, hosts.into_iter().map(target).collect(), Some(again));
                }
            }
        }
    }

    /// RFC 5922 §4: whoever the DNS names has to prove the name that was looked up, since anybody can
    /// write anything into an answer.
    fn name_hosts(&mut self, id: TrunkId, hosts: &[(Transport, SocketAddr)]) {
        let name = self.plan.trunk(id).domain.to_string();
        for (_, peer) in hosts.iter().filter(|(transport, _)| transport.is_secure()) {
            self.output(crate::Output::NamePeer { peer: *peer, name: name.clone() });
        }
    }

    fn send_for_carrier(
        &mut self,
        now: Moment,
        id: TrunkId,
        hop: Hop,
        mut request: Request,
        job: Job,
    ) {
        let contact = match job {
            Job::Register => {
                let user = request.from.uri().user().unwrap_or_default();
                Some(self.ua.contact(user, hop))
            }
            Job::AskHealth(_) => None,
        };
        let uri = contact.as_ref().and_then(|contact| NameAddr::parse(contact.clone()).ok());
        contact.into_iter().for_each(|contact| request.headers.push(Name::Contact, contact));
        let txn = self.ua.request(now, hop, request);
        if let Some(carrier) = self.carriers.get_mut(id) {
            carrier.sent(job, txn, uri.map(|contact| contact.uri()));
        }
    }

    /// Written down, as far as it matters afterwards.
    fn carrier_is(&mut self, now: Moment, id: TrunkId, state: State) {
        let event = match state {
            State::Locating | State::Registering | State::Stopped => return,
            State::Registered => TrunkEvent::Registered,
            State::Up => TrunkEvent::Up,
            State::Down => TrunkEvent::Down,
            State::Refused(status) => TrunkEvent::Refused { status: status.code() },
        };
        let trunk = self.plan.trunk(id).name.clone();
        self.record(now, What::Trunk(trunk, event));
    }
}

/// The only host of a trunk whose address is written down.
fn target(plan: &dialplan::Trunk) -> Option<Target> {
    let TrunkHost::Address(address) = plan.host else { return None };
    let transport = plan.transport.map_or(Transport::Udp, transport_of);
    let default = if transport.is_secure() { PORT_DEFAULT_TLS } else { PORT_DEFAULT };
    Some(Target { transport, peer: SocketAddr::new(address, plan.port.unwrap_or(default)) })
}

/// Which addresses can be reached from ours.
pub(crate) const fn families(ours: IpAddr) -> Families {
    match ours {
        IpAddr::V4(_) => Families::V4,
        IpAddr::V6(_) => Families::V6,
    }
}

/// What carries messages to a trunk, in the words of the signalling.
const fn transport_of(transport: TrunkTransport) -> Transport {
    match transport {
        TrunkTransport::Udp => Transport::Udp,
        TrunkTransport::Tcp => Transport::Tcp,
        TrunkTransport::Tls => Transport::Tls,
    }
}

fn config(plan: &dialplan::Trunk) -> trunk::Config {
    let registration = plan.register.and_then(|expires| {
        let login = plan.login.as_ref()?;
        Some(Registration {
            user: Text::from(login.user.to_string()),
            prover: prover(plan)?,
            expires,
        })
    });
    let domain = host_of(&plan.domain);
    trunk::Config { domain, registration, health: plan.health }
}

/// What is proved to a trunk, if it knows us by a password.
pub(crate) fn prover(plan: &dialplan::Trunk) -> Option<Prover> {
    let login = plan.login.as_ref()?;
    let password = Text::from(login.secret.reveal().to_owned());
    let user = Text::from(login.user.to_string());
    let realm = login.realm.as_ref().map(|realm| Text::from(realm.to_string()));
    Some(Prover::new(Login { user, password }, realm))
}

/// The host that a text of the plan names.
pub(crate) fn host_of(text: &str) -> Host {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().map_or_else(|_| Host::Name(Text::from(text.to_owned())), Host::from)
}
