//! Questions to the DNS and the records that answer them, as far as SIP has use for them.

use clock::Duration;
use std::net::IpAddr;
use std::sync::Arc;

/// No more records than this of one answer are looked at.
pub const RECORDS_MAX: usize = 16;

/// What kind of record is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Which transports a domain has (RFC 3403).
    Naptr,
    /// Which hosts offer a service (RFC 2782).
    Srv,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The name, without a dot at its end.
    pub name: Arc<str>,
    /// The kind.
    pub kind: Kind,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// To [`Kind::Naptr`].
    Naptr(Naptr),
    /// To [`Kind::Srv`].
    Srv(Srv),
    /// To [`Kind::A`] and [`Kind::Aaaa`].
    Address(IpAddr),
}

/// A transport of a domain, and where its SRV records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naptr {
    /// Lower ones come first.
    pub order: u16,
    /// Lower ones come first among those of one order.
    pub preference: u16,
    /// Such as `s`.
    pub flags: String,
    /// Such as `SIP+D2U`.
    pub service: String,
    /// The name to go on with.
    pub replacement: Arc<str>,
}

/// A host that offers a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    /// Lower ones come first.
    pub priority: u16,
    /// The part of the load among those of one priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host's name; empty if the service is decidedly not available.
    pub target: Arc<str>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is this.
    Found {
        /// At most [`RECORDS_MAX`] of them are looked at.
        records: Vec<Record>,
        /// For how long that is good.
        ttl: Duration,
    },
    /// There is nothing of the kind, and that is certain.
    Nothing {
        /// For how long that is good.
        ttl: Duration,
    },
    /// Nobody could say.
    Failed,
}
