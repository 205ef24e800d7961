//! A trunk of the plan: a carrier, how it is known, and what may be called over it.

use super::{DialPattern, Network, NumberForm, Secret, Srtp};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A peering with a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trunk {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// Where it is reached.
    pub host: TrunkHost,
    /// Its port; none: what DNS says, or the transport's own.
    pub port: Option<u16>,
    /// What carries messages to it; none: what DNS says, else UDP.
    pub transport: Option<TrunkTransport>,
    /// The host part of addresses there: From, To and the Request-URI.
    pub domain: Arc<str>,
    /// What we prove ourselves with.
    pub login: Option<TrunkLogin>,
    /// For how long we register there, if we do.
    pub register: Option<Duration>,
    /// How its calls are known as its.
    pub known_by: KnownBy,
    /// How it writes numbers.
    pub sends: NumberForm,
    /// How it wants them written.
    pub wants: NumberForm,
    /// The number that calls out show, as we write it; none: the login's user.
    pub caller_id: Option<Arc<str>>,
    /// How many calls may be on over it at once, both ways together.
    pub calls_max: Option<u32>,
    /// How often it is asked whether it is there; none: never.
    pub health: Option<Duration>,
    /// Whether what it says of who calls is believed.
    pub trust: Trust,
    /// Whether the sound of its calls is encrypted.
    pub srtp: Srtp,
    /// What may be called over it.
    pub dial: Vec<DialPattern>,
}

/// Where a trunk is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrunkHost {
    /// At an address.
    Address(IpAddr),
    /// At what a name leads to (RFC 3263).
    Name(Arc<str>),
}

impl fmt::Display for TrunkHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // RFC 3986 §3.2.2: an IPv6 address stands in brackets.
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// What carries messages to a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrunkTransport {
    /// Datagrams.
    Udp,
    /// A plain stream.
    Tcp,
    /// A stream inside TLS.
    Tls,
}

/// Who we are to a trunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkLogin {
    /// The user.
    pub user: Arc<str>,
    /// The password.
    pub secret: Secret,
    /// The only realm in which we prove it; none: whichever the trunk names.
    pub realm: Option<Arc<str>>,
}

/// How a call is known to come from a trunk. Any one of these is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownBy {
    /// From here. Where none is written, what the host leads to.
    pub addresses: Vec<Network>,
    /// Over TLS, with a client certificate of this name.
    pub certificate: Option<Arc<str>>,
    /// With the login's user and secret, asked for in our own realm.
    pub digest: Digest,
}

/// Whether a trunk proves itself by digest when it calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digest {
    /// It does not.
    #[default]
    None,
    /// It has the login's user and secret.
    Login,
}

/// Whether what a trunk says of who calls is believed (RFC 3325).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// From is shown; P-Asserted-Identity is neither read nor sent.
    None,
    /// P-Asserted-Identity says who calls, and we say it too.
    Asserted,
}

impl Trunk {
    /// How many characters of `number` its longest entry allows; `None` if it may not be called.
    #[must_use]
    pub fn allows(&self, number: &str) -> Option<usize> {
        self.dial.iter().filter_map(|pattern| pattern.allows(number)).max()
    }
}
