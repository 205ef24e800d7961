//! From what offer and answer agreed on to what a media worker is told.

use media_protocol::{Codec, Direction, Format};
use std::net::IpAddr;
use std::sync::Arc;

/// The worker's words for an agreement with a peer whose signalling comes from `signalled_from`.
pub(crate) fn of(agreed: &sdp::Agreed, signalled_from: IpAddr) -> Format {
    Format {
        remote: agreed.remote,
        signalled_from,
        control: agreed.control,
        codec: codec(agreed.codec),
        payload_type: agreed.payload_type,
        heard_type: agreed.heard_type,
        event_type: agreed.event_type,
        heard_event_type: agreed.heard_event_type,
        event_clock: agreed.event_clock,
        direction: direction(agreed.direction),
        protection: agreed.protection.map(Arc::new),
    }
}

const fn codec(codec: sdp::Codec) -> Codec {
    match codec {
        sdp::Codec::Pcma => Codec::Pcma,
        sdp::Codec::Pcmu => Codec::Pcmu,
        sdp::Codec::G722 => Codec::G722,
        sdp::Codec::Opus => Codec::Opus,
    }
}

const fn direction(direction: sdp::Direction) -> Direction {
    match direction {
        sdp::Direction::SendRecv => Direction::SendReceive,
        sdp::Direction::SendOnly => Direction::SendOnly,
        sdp::Direction::RecvOnly => Direction::ReceiveOnly,
        sdp::Direction::Inactive => Direction::Inactive,
    }
}

/// The codec of the other crate's name for it.
pub(crate) const fn to_sdp(codec: Codec) -> sdp::Codec {
    match codec {
        Codec::Pcma => sdp::Codec::Pcma,
        Codec::Pcmu => sdp::Codec::Pcmu,
        Codec::G722 => sdp::Codec::G722,
        Codec::Opus => sdp::Codec::Opus,
    }
}
