//! One search: what is known decides what is asked next, until the hosts are found or are not.

use crate::cache::{Cache, Known};
use crate::record::{Kind, Naptr, Question, Record, Srv};
use clock::Moment;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sip_txn::Transport;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// No more hosts than this are found in one search.
pub const HOSTS_MAX: usize = 16;

/// What is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of a domain or a host.
    pub name: Arc<str>,
    /// The port, if it is written down: the name is that of a host then (§4.2).
    pub port: Option<u16>,
    /// The transport, if it is written down (§4.1).
    pub transport: Option<Transport>,
}

/// Which addresses can be reached from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Families {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
    /// Both, IPv6 first.
    Both,
}

/// How far a search is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// These have to be asked before it goes on.
    Ask(Vec<Question>),
    /// The hosts, in the order in which to try them; good until then.
    Found(Vec<(Transport, SocketAddr)>, Moment),
    /// There are none, or nobody can say; not worth another try before then.
    NotFound(Moment),
}

/// A service whose SRV records name hosts.
struct Service {
    transport: Transport,
    name: Arc<str>,
}

/// Reads the cache once through. Questions that have to be asked are gathered, so that those that
/// do not depend on each other are asked together.
pub(crate) struct Reading<'a> {
    now: Moment,
    cache: &'a Cache,
    families: Families,
    random: StdRng,
    missing: Vec<Question>,
    good_until: Option<Moment>,
    /// Somebody could not say.
    is_unsure: bool,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(now: Moment, cache: &'a Cache, families: Families, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self {
            now,
            cache,
            families,
            random,
            missing: Vec::new(),
            good_until: None,
            is_unsure: false,
        }
    }

    pub(crate) fn step(mut self, place: &Place) -> Step {
        let mut hosts = self.hosts(place);
        hosts.truncate(HOSTS_MAX);
        let until = self.good_until.unwrap_or(self.now);
        if !self.missing.is_empty() {
            Step::Ask(self.missing)
        } else if hosts.is_empty() {
            Step::NotFound(until)
        } else {
            Step::Found(hosts, until)
        }
    }

    fn hosts(&mut self, place: &Place) -> Vec<(Transport, SocketAddr)> {
        if let Some(port) = place.port {
            let transport = place.transport.unwrap_or(Transport::Udp);
            return self.addresses(transport, &place.name, port);
        }
        let services = match place.transport {
            Some(transport) => vec![service(transport, &place.name)],
            None => self.services(&place.name),
        };
        let mut hosts = Vec::new();
        let mut is_any_there = false;
        for service in services {
            if let Some(found) = self.of_service(&service) {
                is_any_there = true;
                hosts.extend(found);
            }
        }
        // §4.2: without SRV records, the name is that of a host.
        if !is_any_there && !self.is_unsure && self.missing.is_empty() {
            let transport = place.transport.unwrap_or(Transport::Udp);
            return self.addresses(transport, &place.name, default_port(transport));
        }
        hosts
    }

    /// §4.1: the transports of a domain, by its NAPTR records; without any, those that we have.
    fn services(&mut self, name: &Arc<str>) -> Vec<Service> {
        let question = Question { kind: Kind::Naptr, name: name.clone() };
        let Some(records) = self.look(question) else { return Vec::new() };
        let naptr = |record: &Record| match record {
            Record::Naptr(naptr) => Some(naptr.clone()),
            Record::Srv(_) | Record::Address(_) => None,
        };
        let mut found: Vec<Naptr> = records.iter().filter_map(naptr).collect();
        found.retain(|naptr| naptr.flags.eq_ignore_ascii_case("s"));
        found.sort_by_key(|naptr| (naptr.order, naptr.preference));
        let known = found.into_iter().filter_map(|naptr| {
            let transport = transport_of(&naptr.service)?;
            Some(Service { transport, name: naptr.replacement })
        });
        let known: Vec<Service> = known.collect();
        if known.is_empty() {
            let ours = [Transport::Udp, Transport::Tcp, Transport::Tls];
            return ours.into_iter().map(|transport| service(transport, name)).collect();
        }
        known
    }

    /// The hosts of a service; `None` if it has no SRV records, as far as is known.
    fn of_service(&mut self, service: &Service) -> Option<Vec<(Transport, SocketAddr)>> {
        let question = Question { kind: Kind::Srv, name: service.name.clone() };
        let records = self.look(question)?;
        let srv = |record: &Record| match record {
            Record::Srv(srv) => Some(srv.clone()),
            Record::Naptr(_) | Record::Address(_) => None,
        };
        let srvs: Vec<Srv> = records.iter().filter_map(srv).collect();
        if srvs.is_empty() {
            return None;
        }
        let mut hosts = Vec::new();
        for srv in ordered(srvs, &mut self.random) {
            // RFC 2782: a dot says that the service is decidedly not available.
            if !srv.target.is_empty() {
                hosts.extend(self.addresses(service.transport, &srv.target, srv.port));
            }
        }
        Some(hosts)
    }

    fn addresses(
        &mut self,
        transport: Transport,
        name: &Arc<str>,
        port: u16,
    ) -> Vec<(Transport, SocketAddr)> {
        let kinds: &[Kind] = match self.families {
            Families::V4 => &[Kind::A],
            Families::V6 => &[Kind::Aaaa],
            Families::Both => &[Kind::Aaaa, Kind::A],
        };
        let mut addresses: Vec<IpAddr> = Vec::new();
        for kind in kinds {
            let records = self.look(Question { kind: *kind, name: name.clone() });
            addresses.extend(records.into_iter().flatten().filter_map(|record| match record {
                Record::Address(address) => Some(*address),
                Record::Naptr(_) | Record::Srv(_) => None,
            }));
        }
        let host = |address| (transport, SocketAddr::new(address, port));
        addresses.into_iter().map(host).collect()
    }

    /// What is known on a question: nothing as an empty list; `None` if nobody has said yet.
    fn look(&mut self, question: Question) -> Option<&'a [Record]> {
        let (found, until): (Option<&'a [Record]>, _) = match self.cache.look(self.now, &question) {
            Known::Records(records, until) => (Some(records), until),
            Known::Nothing(until) => (Some(&[]), until),
            Known::Failed(until) => {
                self.is_unsure = true;
                (None, until)
            }
            Known::Unknown => {
                if !self.missing.contains(&question) {
                    self.missing.push(question);
                }
                return None;
            }
        };
        self.good_until = Some(self.good_until.map_or(until, |before| before.min(until)));
        found
    }
}

/// §4.1: where the SRV records of a transport are.
fn service(transport: Transport, name: &str) -> Service {
    let prefix = match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
        // RFC 7118 §6.
        Transport::Ws => "_sip._ws",
        Transport::Wss => "_sips._ws",
    };
    Service { transport, name: format!("{prefix}.{name}").into() }
}

/// §4.1: the transport of a NAPTR service that we have.
fn transport_of(service: &str) -> Option<Transport> {
    match service.to_ascii_uppercase().as_str() {
        "SIP+D2U" => Some(Transport::Udp),
        "SIP+D2T" => Some(Transport::Tcp),
        "SIPS+D2T" => Some(Transport::Tls),
        _ => None,
    }
}

const fn default_port(transport: Transport) -> u16 {
    if transport.is_secure() { 5061 } else { 5060 }
}

/// RFC 2782: by priority, and within one at random, so that each gets its weight of first tries.
fn ordered(mut left: Vec<Srv>, random: &mut StdRng) -> Vec<Srv> {
    // Those without weight come first, so that they have the small chance they should have.
    left.sort_by_key(|srv| (srv.priority, srv.weight));
    let mut ordered = Vec::with_capacity(left.len());
    while let Some(priority) = left.first().map(|srv| srv.priority) {
        let same = left.iter().take_while(|srv| srv.priority == priority);
        let total: u32 = same.map(|srv| u32::from(srv.weight)).sum();
        let mut ticket = random.random_range(0..=total);
        let is_drawn = |srv: &Srv| {
            let weight = u32::from(srv.weight);
            let drawn = ticket <= weight;
            ticket = ticket.saturating_sub(weight);
            drawn
        };
        let at = left.iter().position(is_drawn).unwrap_or(0);
        ordered.push(left.remove(at));
    }
    ordered
}
