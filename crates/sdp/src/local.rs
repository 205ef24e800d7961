//! Our side of a session, and the offer it makes.

use crate::write::{AudioLine, description};
use crate::{Codec, Direction, Mux, Srtp};
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;

/// The payload type number under which telephone events are offered.
pub const EVENT_TYPE_OFFERED: u8 = 101;
/// The length of the packets that are sent and asked for.
pub const PTIME: Duration = Duration::from_millis(20);

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
}

impl Local {
    /// A session that speaks `codecs` and telephone events, in the clear.
    #[must_use]
    pub const fn new(address: SocketAddr, session: u64, codecs: Vec<Codec>) -> Self {
        Self { address, session, version: 1, codecs, events: true, srtp: Srtp::Never }
    }
}

/// The offer that `local` makes (RFC 3264 §5): one audio line with every codec it speaks.
#[must_use]
pub fn offer(local: &Local, direction: Direction) -> Bytes {
    let codecs: Vec<_> = local.codecs.iter().map(|codec| (codec.static_type(), *codec)).collect();
    let cryptos = local.srtp.keys().map(crate::Keys::offered);
    let audio = AudioLine {
        transport: match local.srtp {
            Srtp::Never | Srtp::Possible(_) => "RTP/AVP",
            Srtp::Required(_) => "RTP/SAVP",
        },
        cryptos: cryptos.as_ref().map_or(&[], |cryptos| cryptos),
        codecs: &codecs,
        event_type: local.events.then_some(EVENT_TYPE_OFFERED),
        direction,
        mux: Mux::Together,
    };
    description(local, &[None], &audio)
}
