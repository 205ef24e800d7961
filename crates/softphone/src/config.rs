//! What a phone is told at its start.

use sdp::Codec;
use sip_msg::StatusCode;
use sip_ua::Transport;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// What a phone is told at its start.
#[derive(Clone)]
pub struct PhoneConfig {
    /// Where the SIP server listens.
    pub server: SocketAddr,
    /// UDP, or TCP over one connection to the server.
    pub transport: Transport,
    /// The user part of the phone's address, and its name for digest.
    pub user: String,
    /// The password, if the server is to be told one.
    pub password: Option<String>,
    /// The name that is shown to those who are called.
    pub display: Option<String>,
    /// The address to bind, for SIP and RTP alike; must not be unspecified, since peers are told it.
    pub bind_ip: IpAddr,
    /// How long bindings are asked for, and that the phone keeps itself registered. `None`: it
    /// registers when told to, for an hour.
    pub registration: Option<Duration>,
    /// What to do when it rings.
    pub answer: Answer,
    /// How long to talk before hanging up; `None`: until told, or until the other side does.
    pub talk: Option<Duration>,
    /// What to say.
    pub voice: Voice,
    /// What to keep of what is heard.
    pub listen: Listen,
    /// The codecs, the dearest first.
    pub codecs: Vec<Codec>,
    /// How the other side hears of keys.
    pub keys: Keys,
}

/// How keys go to the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// As telephone events (RFC 4733), where the other side has them.
    Events,
    /// Not at all, but for tones that are in what is said.
    InVoice,
}

impl PhoneConfig {
    /// A silent phone on loopback, over UDP, that rings until told what to do.
    #[must_use]
    pub fn new(server: SocketAddr, user: impl Into<String>) -> Self {
        Self {
            server,
            transport: Transport::Udp,
            user: user.into(),
            password: None,
            display: None,
            bind_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            registration: None,
            answer: Answer::Manual,
            talk: None,
            voice: Voice::Silence,
            listen: Listen::Count,
            codecs: vec![Codec::Pcma, Codec::Pcmu],
            keys: Keys::Events,
        }
    }
}

impl fmt::Debug for PhoneConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhoneConfig")
            .field("server", &self.server)
            .field("transport", &self.transport)
            .field("user", &self.user)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// What a phone does when it rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Rings until the caller gives up, or until told by [`PhoneCall::accept`](crate::PhoneCall).
    Manual,
    /// Answers after ringing this long.
    After(Duration),
    /// Refuses with this status, such as 486 or 603, and tells nothing of it.
    Decline(StatusCode),
}

/// What a phone says while it may send.
#[derive(Clone, Debug, PartialEq)]
pub enum Voice {
    /// Packets of silence, as real phones send them.
    Silence,
    /// A tone of this many hertz, at −12 dBov.
    Tone(f32),
    /// This A-law at 8 kHz, again and again. Shared by all phones that say it.
    Clip(Arc<[u8]>),
    /// No packets at all: a phone behind a broken firewall.
    Mute,
}

/// What a phone keeps of what it hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Counts only: what hundreds of phones can afford.
    Count,
    /// The sound too, and when each packet came, up to ten minutes of it.
    Record,
}
