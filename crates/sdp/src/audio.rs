//! One live audio line of a peer's description: where it listens and what it understands.

use crate::session::Lines;
use crate::{CRYPTO_LINES_MAX, Crypto, Direction, FORMATS_MAX, SdpError};
use media_protocol::Clock;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Packet lengths that a peer may ask for; others are taken as unsaid.
const PTIME_MS: RangeInclusive<u64> = 10..=200;

/// A codec that is spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// G.711 A-law: static payload type 8 (RFC 3551 §4.5.14).
    Pcma,
    /// G.711 µ-law: static payload type 0 (RFC 3551 §4.5.14).
    Pcmu,
    /// G.722 at 64 kbit/s: static payload type 9. Its clock is said to be 8000 and its sound has 16,000 samples a second (RFC 3551
    /// §4.5.2).
    G722,
    /// Opus: a number that is agreed on, a clock of 48,000 ticks, and two channels in its name whatever it has (RFC 7587 §7).
    Opus,
}

impl Codec {
    /// The number under which it is offered, unless the peer has named one before: of those that have one the one that needs no
    /// `a=rtpmap` (RFC 3551 §6).
    #[must_use]
    pub const fn type_offered(self) -> u8 {
        match self {
            Self::Pcma => 8,
            Self::Pcmu => 0,
            Self::G722 => 9,
            Self::Opus => 111,
        }
    }

    /// The encoding name of `a=rtpmap`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
            Self::G722 => "G722",
            Self::Opus => "opus",
        }
    }

    /// What `a=rtpmap` says behind the number.
    pub(crate) const fn map(self) -> &'static str {
        match self {
            Self::Pcma => "PCMA/8000",
            Self::Pcmu => "PCMU/8000",
            Self::G722 => "G722/8000",
            Self::Opus => "opus/48000/2",
        }
    }

    /// The clock that its packets are told by.
    #[must_use]
    pub const fn clock(self) -> Clock {
        match self {
            Self::Pcma | Self::Pcmu | Self::G722 => Clock::Hz8000,
            Self::Opus => Clock::Hz48000,
        }
    }

    /// Whether it carries more than the sound of an old telephone, which ends below 4 kHz.
    #[must_use]
    pub const fn is_wide(self) -> bool {
        match self {
            Self::Pcma | Self::Pcmu => false,
            Self::G722 | Self::Opus => true,
        }
    }
}

/// What a payload type number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Sound in a codec that is spoken here.
    Sound(Codec),
    /// Telephone events at the clock of a codec of ours (RFC 4733 §2.2).
    Events(Clock),
    /// Anything else, telephone events of other clocks too.
    Unknown,
}

/// One payload type number and what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadFormat {
    /// The number on the wire, 0 to 127.
    pub number: u8,
    /// What it stands for.
    pub meaning: Use,
}

/// Whether a line wants its packets sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// `RTP/AVP`: in the clear, unless keys stand beside it (RFC 8643).
    Plain,
    /// `RTP/SAVP`: sealed (RFC 3711).
    Sealed,
}

impl Profile {
    /// The profile of a media line's transport, if live sound can come by it. AVPF without feedback
    /// messages is AVP on the wire.
    pub(crate) fn of(transport: &str) -> Option<Self> {
        let is = |names: [&str; 2]| names.iter().any(|name| transport.eq_ignore_ascii_case(name));
        if is(["RTP/AVP", "RTP/AVPF"]) {
            Some(Self::Plain)
        } else if is(["RTP/SAVP", "RTP/SAVPF"]) {
            Some(Self::Sealed)
        } else {
            None
        }
    }
}

/// Whether reports on the sound (RTCP) go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mux {
    /// By the same port (`a=rtcp-mux`, RFC 5761).
    Together,
    /// By another one.
    Apart,
}

/// A live audio line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Where the peer listens. An unspecified address (`0.0.0.0`) is the hold of RFC 2543.
    pub address: SocketAddr,
    /// Whether the peer can take reports where it takes the sound.
    pub mux: Mux,
    /// Where it takes them if not: at the next port, unless it says otherwise (RFC 3605).
    pub control: SocketAddr,
    /// The formats in the peer's order of preference.
    pub formats: Vec<PayloadFormat>,
    /// The direction as the peer wrote it, from its side.
    pub direction: Direction,
    /// The packet length that the peer would like to receive, 10 to 200 ms.
    pub ptime: Option<Duration>,
    /// Whether it wants its packets sealed.
    pub profile: Profile,
    /// The keys that we could use, in the peer's order; at most [`CRYPTO_LINES_MAX`].
    pub cryptos: Vec<Crypto>,
}

impl Audio {
    /// Reads the attributes of one audio line, with the session's where it has none of its own.
    pub(crate) fn read(lines: &Lines<'_>, profile: Profile) -> Result<Self, SdpError> {
        let formats = lines
            .media
            .fmt
            .split_ascii_whitespace()
            .filter_map(|number| number.parse().ok().filter(|number| *number <= 127))
            .map(|number| PayloadFormat { number, meaning: meaning(lines, number) })
            .collect();
        let address = SocketAddr::new(lines.address()?, lines.media.port);
        Ok(Self {
            address,
            mux: if lines.has("rtcp-mux") { Mux::Together } else { Mux::Apart },
            control: control(lines, address),
            formats,
            direction: lines.direction(),
            ptime: ptime(lines),
            profile,
            cryptos: lines
                .values("crypto")
                .take(CRYPTO_LINES_MAX)
                .filter_map(Crypto::parse)
                .collect(),
        })
    }

    /// The first format of an answer whose codec is among `codecs`: what the peer will speak (RFC 3264 §6.1).
    pub(crate) fn first_codec(&self, codecs: &[Codec]) -> Option<(u8, Codec)> {
        self.common(codecs).next()
    }

    fn common(&self, codecs: &[Codec]) -> impl Iterator<Item = (u8, Codec)> {
        self.formats.iter().filter_map(|format| match format.meaning {
            Use::Sound(codec) if codecs.contains(&codec) => Some((format.number, codec)),
            Use::Sound(_) | Use::Events(_) | Use::Unknown => None,
        })
    }

    /// The first format of an offer, in the peer's order, whose codec is among `codecs`, the dearest of which comes first.
    ///
    /// Opus is dear to us alone: it has to be made anew for most others. So it is taken only where it comes before all others for us
    /// too, or where there is no other.
    #[must_use]
    pub fn common_codec(&self, codecs: &[Codec]) -> Option<(u8, Codec)> {
        let common = || self.common(codecs);
        let is_dearest = || {
            let dearest = codecs.iter().find(|ours| common().any(|(_, codec)| codec == **ours));
            dearest == Some(&Codec::Opus)
        };
        let first = common().find(|(_, codec)| *codec != Codec::Opus || is_dearest());
        first.or_else(|| common().next())
    }

    /// The number for telephone events beside this codec, if the peer has one, and their clock: that of the sound (RFC 4733 §2.5.1.1),
    /// or beside Opus the other one, which some phones have alone.
    #[must_use]
    pub fn event_type(&self, codec: Codec) -> Option<(u8, Clock)> {
        let events = || {
            self.formats.iter().filter_map(|format| match format.meaning {
                Use::Events(clock) => Some((format.number, clock)),
                Use::Sound(_) | Use::Unknown => None,
            })
        };
        let beside = |wanted| events().find(|(_, clock)| *clock == wanted);
        beside(codec.clock()).or_else(|| beside(Clock::Hz8000))
    }

    /// Whether the peer asks for silence by address instead of by attribute, as RFC 2543 had it
    /// and RFC 3264 §8.4 still accepts.
    #[must_use]
    pub const fn is_held_by_address(&self) -> bool {
        match self.address.ip() {
            IpAddr::V4(address) => address.is_unspecified(),
            IpAddr::V6(address) => address.is_unspecified(),
        }
    }
}

/// What `number` stands for: by its `a=rtpmap`, else by the static table of RFC 3551 §6.
fn meaning(lines: &Lines<'_>, number: u8) -> Use {
    match lines.rtpmap(number) {
        Some(map) => meaning_of_map(map),
        None => match number {
            0 => Use::Sound(Codec::Pcmu),
            8 => Use::Sound(Codec::Pcma),
            9 => Use::Sound(Codec::G722),
            _ => Use::Unknown,
        },
    }
}

/// What `encoding/clock[/channels]` stands for; encoding names know no case (RFC 8866 §6.6).
fn meaning_of_map(map: &str) -> Use {
    let mut parts = map.split('/');
    let (name, clock, channels) = (parts.next(), parts.next(), parts.next());
    let is = |wanted: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    match (clock, channels) {
        (Some("8000"), None | Some("1")) if is("PCMA") => Use::Sound(Codec::Pcma),
        (Some("8000"), None | Some("1")) if is("PCMU") => Use::Sound(Codec::Pcmu),
        (Some("8000"), None | Some("1")) if is("G722") => Use::Sound(Codec::G722),
        // One channel in its name is wrong, and said by some.
        (Some("48000"), None | Some("1" | "2")) if is("opus") => Use::Sound(Codec::Opus),
        (Some("8000"), None | Some("1")) if is("telephone-event") => Use::Events(Clock::Hz8000),
        (Some("48000"), None | Some("1")) if is("telephone-event") => Use::Events(Clock::Hz48000),
        _ => Use::Unknown,
    }
}

/// `a=rtcp:53020` or `a=rtcp:53020 IN IP4 192.0.2.4`; what cannot be read is as if it were unsaid.
fn control(lines: &Lines<'_>, sound: SocketAddr) -> SocketAddr {
    let named = lines.values("rtcp").next().and_then(|value| {
        let mut words = value.split_ascii_whitespace();
        let port = words.next()?.parse().ok()?;
        let ip = match words.nth(2) {
            Some(ip) => ip.parse().ok()?,
            None => sound.ip(),
        };
        Some(SocketAddr::new(ip, port))
    });
    named.unwrap_or_else(|| SocketAddr::new(sound.ip(), sound.port().saturating_add(1)))
}

fn ptime(lines: &Lines<'_>) -> Option<Duration> {
    let wanted = lines.value("ptime")?.trim().parse().ok()?;
    PTIME_MS.contains(&wanted).then(|| Duration::from_millis(wanted))
}

/// Whether a line has more formats than there are numbers.
pub(crate) fn has_too_many_formats(fmt: &str) -> bool {
    fmt.split_ascii_whitespace().nth(FORMATS_MAX).is_some()
}
