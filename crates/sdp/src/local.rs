//! Our side of a session, and the offer it makes.

use crate::write::{AudioLine, description};
use crate::{Agreed, Codec, Direction, Mux, Srtp};
use bytes::Bytes;
use media_protocol::Clock;
use std::net::SocketAddr;
use std::time::Duration;

/// The payload type number under which telephone events are offered.
pub const EVENT_TYPE_OFFERED: u8 = 101;
/// The one under which they are offered by the clock of Opus.
pub const WIDE_EVENT_TYPE_OFFERED: u8 = 102;
/// The length of the packets that are sent and asked for.
pub const PTIME: Duration = Duration::from_millis(20);

/// The first of the numbers that are there to be agreed on (RFC 3551 §6).
const DYNAMIC_MIN: u8 = 96;

/// Our side of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Where we listen for RTP.
    pub address: SocketAddr,
    /// The session id of `o=`, fixed for the life of the dialog (RFC 3264 §8).
    pub session: u64,
    /// The version of `o=`: one more each time the description changes, else the same.
    pub version: u64,
    /// The codecs we speak, the dearest first.
    pub codecs: Vec<Codec>,
    /// Whether telephone events are spoken.
    pub events: bool,
    /// Whether the sound is encrypted.
    pub srtp: Srtp,
    /// The numbers of what has none of its own.
    pub numbers: Numbers,
}

/// The payload type numbers of formats that have none of their own: ours, until a peer names others. A number means the same for the life
/// of a session (RFC 3264 §8.3.2), so what is offered next has the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Of Opus.
    pub opus: u8,
    /// Of telephone events at 8,000 ticks a second.
    pub events: u8,
    /// Of telephone events at 48,000.
    pub wide_events: u8,
}

impl Numbers {
    pub(crate) const OURS: Self = Self {
        opus: Codec::Opus.type_offered(),
        events: EVENT_TYPE_OFFERED,
        wide_events: WIDE_EVENT_TYPE_OFFERED,
    };

    /// The number of a codec.
    pub(crate) const fn of(self, codec: Codec) -> u8 {
        match codec {
            Codec::Opus => self.opus,
            Codec::Pcma | Codec::Pcmu | Codec::G722 => codec.type_offered(),
        }
    }

    /// The number of the events of a clock.
    pub(crate) const fn of_events(self, clock: Clock) -> u8 {
        match clock {
            Clock::Hz8000 => self.events,
            Clock::Hz48000 => self.wide_events,
        }
    }

    /// A peer has these. Where one would stand for two formats, they stay as they were.
    #[must_use]
    pub(crate) fn learned(self, agreed: &Agreed) -> Self {
        let mut numbers = self;
        if agreed.codec == Codec::Opus {
            numbers.opus = agreed.payload_type;
        }
        match (agreed.event_type, agreed.event_clock) {
            (Some(number), Clock::Hz8000) => numbers.events = number,
            (Some(number), Clock::Hz48000) => numbers.wide_events = number,
            (None, _) => {}
        }
        let Self { opus, events, wide_events } = numbers;
        let are_apart = opus != events && opus != wide_events && events != wide_events;
        let are_free = [opus, events, wide_events].into_iter().all(|number| number >= DYNAMIC_MIN);
        if are_apart && are_free { numbers } else { self }
    }
}

impl Local {
    /// A session that speaks `codecs` and telephone events, in the clear.
    #[must_use]
    pub const fn new(address: SocketAddr, session: u64, codecs: Vec<Codec>) -> Self {
        Self {
            address,
            session,
            version: 1,
            codecs,
            events: true,
            srtp: Srtp::Never,
            numbers: Numbers::OURS,
        }
    }
}

/// The offer that `local` makes (RFC 3264 §5): one audio line with every codec it speaks.
#[must_use]
pub fn offer(local: &Local, direction: Direction) -> Bytes {
    let codecs: Vec<_> =
        local.codecs.iter().map(|codec| (local.numbers.of(*codec), *codec)).collect();
    let events: Vec<_> = [Clock::Hz8000, Clock::Hz48000]
        .into_iter()
        .filter(|clock| local.events && local.codecs.iter().any(|codec| codec.clock() == *clock))
        .map(|clock| (local.numbers.of_events(clock), clock))
        .collect();
    let cryptos = local.srtp.keys().map(crate::Keys::offered);
    let audio = AudioLine {
        transport: match local.srtp {
            Srtp::Never | Srtp::Possible(_) => "RTP/AVP",
            Srtp::Required(_) => "RTP/SAVP",
        },
        cryptos: cryptos.as_ref().map_or(&[], |cryptos| cryptos),
        codecs: &codecs,
        events: &events,
        direction,
        mux: Mux::Together,
    };
    description(local, &[None], &audio)
}
