//! What an operator may choose of the media plane.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// Expedited forwarding (RFC 3246), as a network expects of speech: DSCP 46 in the upper six bits.
pub const TOS_EXPEDITED: u8 = 0xb8;

/// How the system is asked for what comes, and told of what is to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Io {
    /// By io_uring where the system gives it, and otherwise by epoll.
    #[default]
    Best,
    /// By epoll and a call for each packet.
    Epoll,
    /// By io_uring, or not at all.
    Uring,
}

/// How the recording of a talk is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TalkForm {
    /// Linear PCM of 16 bits, 8,000 samples a second, two channels: 1.9 MB a minute.
    #[default]
    Wav,
    /// Opus in Ogg (RFC 7845), two channels: about 0.4 MB a minute, and work for the thread that writes.
    Opus,
}

impl TalkForm {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Wav, Self::Opus];

    /// The ending of a file of it.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Opus => "opus",
        }
    }
}

/// How the media plane is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The addresses that every port is bound at, each once; at least one.
    pub bind: Vec<IpAddr>,
    /// UDP ports for RTP. The even ones are used, as RFC 3550 §11 wants it, and the odd one behind each for
    /// RTCP; both need a file descriptor at each address. Pairs of which other programs hold one at one of
    /// them are stepped over.
    pub ports: RangeInclusive<u16>,
    /// Threads that send and receive, 1–255: one for each core that media may fill.
    pub workers: u8,
    /// How they do.
    pub io: Io,
    /// How long a peer that should send may be silent before [`media_protocol::Event::Silent`]; five
    /// times as long before its first packet.
    pub silence_max: Duration,
    /// How long a peer that need not send (on hold, or listening only) may give no sign of itself
    /// before [`media_protocol::Event::Silent`]. A packet is a sign, and so is a changed format.
    pub hold_max: Duration,
    /// The octet that marks our packets for the network: type of service in IPv4, traffic class in
    /// IPv6.
    pub tos: u8,
    /// The folder of recordings, which is made if there is none. Without one every recording fails.
    pub recordings: Option<PathBuf>,
    /// The folder of recordings of talks, which is made if there is none. Without one, or without the other
    /// folder, each of these fails.
    pub talks: Option<PathBuf>,
    /// How recordings of talks are kept that begin from now on.
    pub talk_form: TalkForm,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            ports: 40_000..=40_999,
            workers: 1,
            io: Io::Best,
            silence_max: Duration::from_secs(30),
            hold_max: Duration::from_secs(30 * 60),
            tos: TOS_EXPEDITED,
            recordings: None,
            talks: None,
            talk_form: TalkForm::Wav,
        }
    }
}
