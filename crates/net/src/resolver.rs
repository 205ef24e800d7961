//! Asks the DNS what the engine wants to know, and tells the answer. Never waited for: a resolver
//! that is slow or dead delays nothing but its own answers.

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{Resolver as Hickory, TokioResolver};
use sip_dns::{Answer, Kind, Naptr, Question, RECORDS_MAX, Record, Srv};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Questions that may be out at once. One over it has failed.
pub const QUESTIONS_MAX: usize = 64;

/// How long one name server may take, and how often it is asked.
const TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;

/// How long it is good that there is nothing, where the answer does not say (RFC 2308 §5).
const NOTHING_TTL: Duration = Duration::from_secs(30);

type Tell = dyn Fn(Question, Answer) + Send + Sync;

/// Asks the DNS.
pub struct Resolver {
    asks: TokioResolver,
    room: Arc<Semaphore>,
    tell: Arc<Tell>,
    runtime: Handle,
}

impl Resolver {
    /// A resolver that asks these name servers, or those of the system if there are none. Must be
    /// called inside a Tokio runtime. `tell` is called from tasks of it and must not block.
    ///
    /// # Errors
    /// If what the system says of its name servers cannot be read.
    pub fn start(
        servers: &[SocketAddr],
        tell: impl Fn(Question, Answer) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(io::Error::other)?
        } else {
            let servers = servers.iter().copied().map(name_server).collect();
            let config = ResolverConfig::from_name_servers(servers);
            Hickory::builder_with_config(config, TokioRuntimeProvider::default())
        };
        set(builder.options_mut());
        Ok(Self {
            asks: builder.build().map_err(io::Error::other)?,
            room: Arc::new(Semaphore::new(QUESTIONS_MAX)),
            tell: Arc::new(tell),
            runtime: Handle::current(),
        })
    }

    /// Asks, and tells the answer some time later.
    pub fn ask(&self, question: Question) {
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            return (self.tell)(question, Answer::Failed);
        };
        let (asks, tell) = (self.asks.clone(), Arc::clone(&self.tell));
        self.runtime.spawn(async move {
            let answer = answer(&asks, &question).await;
            tell(question, answer);
            drop(place);
        });
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = connections.map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.to_vec())
}

/// The engine has a cache of its own, which is told the time.
const fn set(options: &mut ResolverOpts) {
    options.timeout = TIMEOUT;
    options.attempts = ATTEMPTS;
    options.cache_size = 0;
}

async fn answer(asks: &TokioResolver, question: &Question) -> Answer {
    // With its dot the name is whole, and no domain of ours is tried behind it.
    let Ok(name) = Name::from_utf8(format!("{}.", question.name)) else {
        return Answer::Nothing { ttl: NOTHING_TTL };
    };
    match asks.lookup(name, kind(question.kind)).await {
        Ok(found) => {
            let ttl = found.valid_until().saturating_duration_since(Instant::now());
            let records = found.answers().iter().filter_map(|record| read(&record.data));
            Answer::Found { records: records.take(RECORDS_MAX).collect(), ttl }
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(nothing))) => {
            let ttl = nothing.negative_ttl.map(|seconds| Duration::from_secs(seconds.into()));
            Answer::Nothing { ttl: ttl.unwrap_or(NOTHING_TTL) }
        }
        Err(error) => {
            tracing::debug!(name = %question.name, kind = ?question.kind, %error, "no answer");
            Answer::Failed
        }
    }
}

const fn kind(kind: Kind) -> RecordType {
    match kind {
        Kind::Naptr => RecordType::NAPTR,
        Kind::Srv => RecordType::SRV,
        Kind::A => RecordType::A,
        Kind::Aaaa => RecordType::AAAA,
    }
}

/// A record, if it is of a kind that we asked for: what led to it (CNAME) is not.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the DNS has dozens of kinds, and we ask for four"
)]
fn read(data: &RData) -> Option<Record> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match data {
        RData::A(address) => Some(Record::Address(address.0.into())),
        RData::AAAA(address) => Some(Record::Address(address.0.into())),
        RData::SRV(srv) => Some(Record::Srv(Srv {
            priority: srv.priority,
            weight: srv.weight,
            port: srv.port,
            target: bare(&srv.target),
        })),
        RData::NAPTR(naptr) => Some(Record::Naptr(Naptr {
            order: naptr.order,
            preference: naptr.preference,
            flags: text(&naptr.flags),
            service: text(&naptr.services),
            replacement: bare(&naptr.replacement),
        })),
        _ => None,
    }
}

/// A name without the dot at its end.
fn bare(name: &Name) -> Arc<str> {
    name.to_utf8().trim_end_matches('.').to_ascii_lowercase().into()
}
