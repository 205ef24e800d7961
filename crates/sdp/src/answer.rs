//! What two descriptions settle (RFC 3264 §6 and §7).

use crate::write::{AudioLine, description};
use crate::{
    AnswerFault, Audio, Codec, Direction, Local, MediaLine, NoCommonCodec, PTIME, Session,
};
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;

/// What offer and answer settled for the audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Where the peer listens; an unspecified address while it holds as RFC 2543 had it.
    pub remote: SocketAddr,
    /// The codec both ways.
    pub codec: Codec,
    /// The payload type number of the codec.
    pub payload_type: u8,
    /// The payload type number of telephone events, if both speak them.
    pub event_type: Option<u8>,
    /// Which way sound flows from *our* side.
    pub direction: Direction,
    /// The packet length the peer would like, 20 ms if it did not say.
    pub ptime: Duration,
}

/// Answers an offer with one codec, the first of the offer's that we speak (RFC 3264 §6.1), and
/// with the offer's own numbers. Every other media line is refused.
///
/// # Errors
/// [`NoCommonCodec`] if no live audio line has a codec of ours: the INVITE deserves a 488.
pub fn answer(offer: &Session, local: &Local) -> Result<(Bytes, Agreed), NoCommonCodec> {
    answer_wishing(offer, local, Direction::SendRecv)
}

/// [`answer`] by someone who wishes no more than `wish`: a phone that holds stays holding.
pub(crate) fn answer_wishing(
    offer: &Session,
    local: &Local,
    wish: Direction,
) -> Result<(Bytes, Agreed), NoCommonCodec> {
    let (chosen, transport, agreed) = choose(offer, local, wish).ok_or(NoCommonCodec)?;
    let lines = offer.media.iter().enumerate();
    let media: Vec<_> = lines.map(|(at, line)| (at != chosen).then_some(line)).collect();
    let audio = AudioLine {
        transport,
        codecs: &[(agreed.payload_type, agreed.codec)],
        event_type: agreed.event_type,
        direction: agreed.direction,
    };
    Ok((description(local, &media, &audio), agreed))
}

/// The first audio line that has a codec of ours: its place, its transport, and what is settled.
fn choose<'a>(
    offer: &'a Session,
    local: &Local,
    wish: Direction,
) -> Option<(usize, &'a str, Agreed)> {
    offer.media.iter().enumerate().find_map(|(at, MediaLine { transport, audio, .. })| {
        let agreed = settle(audio.as_ref()?, local, wish)?;
        Some((at, transport.as_str(), agreed))
    })
}

/// Reads the answer to the offer that `local` made: the first codec in it that was offered.
///
/// # Errors
/// [`AnswerFault`] says whether the audio was refused or answered with something never offered;
/// RFC 3261 §13.2.2.4 then wants the dialog ended by BYE.
pub fn agree(local: &Local, answer: &Session) -> Result<Agreed, AnswerFault> {
    agree_wishing(local, answer, Direction::SendRecv)
}

/// [`agree`] after an offer of the direction `wish`: an answer can not widen it.
pub(crate) fn agree_wishing(
    local: &Local,
    answer: &Session,
    wish: Direction,
) -> Result<Agreed, AnswerFault> {
    // We offer one line, so the answer to it is the first (RFC 3264 §6).
    let first = answer.media.first().and_then(|line| line.audio.as_ref());
    settle(first.ok_or(AnswerFault::Refused)?, local, wish).ok_or(AnswerFault::NoCommonCodec)
}

fn settle(theirs: &Audio, local: &Local, wish: Direction) -> Option<Agreed> {
    let (payload_type, codec) = theirs.common_codec(&local.codecs)?;
    let allowed =
        if theirs.is_held_by_address() { Direction::Inactive } else { theirs.direction.reversed() };
    Some(Agreed {
        remote: theirs.address,
        codec,
        payload_type,
        event_type: if local.events { theirs.event_type() } else { None },
        direction: allowed.and(wish),
        ptime: theirs.ptime.unwrap_or(PTIME),
    })
}
