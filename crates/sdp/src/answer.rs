//! What two descriptions settle (RFC 3264 §6 and §7).

use crate::write::{AudioLine, description};
use crate::{
    AnswerFault, Audio, Codec, Crypto, Direction, Local, MediaLine, Mux, NoCommonCodec, PTIME,
    Profile, Session, Srtp,
};
use bytes::Bytes;
use media_protocol::{Clock, ControlPath, Protection};
use std::net::SocketAddr;
use std::time::Duration;

/// What offer and answer settled for the audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Where the peer listens; an unspecified address while it holds as RFC 2543 had it.
    pub remote: SocketAddr,
    /// Where the peer takes reports on the sound (RTCP).
    pub control: ControlPath,
    /// The codec both ways.
    pub codec: Codec,
    /// The payload type number of the codec.
    pub payload_type: u8,
    /// The number under which we have said that we hear it: of an answer to our own offer that may be another one.
    pub heard_type: u8,
    /// The payload type number of telephone events, if both speak them.
    pub event_type: Option<u8>,
    /// The number under which we have said that we hear them, where that is another one.
    pub heard_event_type: Option<u8>,
    /// The clock of these.
    pub event_clock: Clock,
    /// Which way sound flows from *our* side.
    pub direction: Direction,
    /// The packet length the peer would like, 20 ms if it did not say.
    pub ptime: Duration,
    /// The keys, if the sound is encrypted.
    pub protection: Option<Protection>,
}

/// Answers an offer with one codec, the first of the offer's that we speak (RFC 3264 §6.1), and
/// with the offer's own numbers. Every other media line is refused.
///
/// # Errors
/// [`NoCommonCodec`] if no live audio line has a codec of ours and the protection that `local` wants:
/// the INVITE deserves a 488.
pub fn answer(offer: &Session, local: &Local) -> Result<(Bytes, Agreed), NoCommonCodec> {
    answer_wishing(offer, local, Direction::SendRecv)
}

/// [`answer`] by someone who wishes no more than `wish`: a phone that holds stays holding.
pub(crate) fn answer_wishing(
    offer: &Session,
    local: &Local,
    wish: Direction,
) -> Result<(Bytes, Agreed), NoCommonCodec> {
    let (chosen, transport, Settled { agreed, ours }) =
        choose(offer, local, wish).ok_or(NoCommonCodec)?;
    let lines = offer.media.iter().enumerate();
    let media: Vec<_> = lines.map(|(at, line)| (at != chosen).then_some(line)).collect();
    let events = agreed.event_type.map(|number| (number, agreed.event_clock));
    let audio = AudioLine {
        transport,
        cryptos: ours.as_slice(),
        codecs: &[(agreed.payload_type, agreed.codec)],
        events: events.as_slice(),
        direction: agreed.direction,
        // What was offered is answered (RFC 5761 §5.1.1).
        mux: match agreed.control {
            ControlPath::WithSound => Mux::Together,
            ControlPath::At(_) => Mux::Apart,
        },
    };
    Ok((description(local, &media, &audio), agreed))
}

/// The first audio line that has a codec of ours: its place, its transport, and what is settled.
fn choose<'a>(
    offer: &'a Session,
    local: &Local,
    wish: Direction,
) -> Option<(usize, &'a str, Settled)> {
    offer.media.iter().enumerate().find_map(|(at, MediaLine { transport, audio, .. })| {
        let audio = audio.as_ref()?;
        let picked = audio.common_codec(&local.codecs)?;
        let settled = settle((audio, picked), local, wish, audio.cryptos.first())?;
        Some((at, transport.as_str(), settled))
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
    let first = first.ok_or(AnswerFault::Refused)?;
    let chosen = first.cryptos.iter().find(|crypto| was_offered(local, crypto));
    let settled = first
        .first_codec(&local.codecs)
        .and_then(|picked| settle((first, picked), local, wish, chosen));
    let settled = settled.ok_or(AnswerFault::NoCommonCodec)?;
    let agreed = settled.agreed;
    let heard_type = local.numbers.of(agreed.codec);
    let heard_event = agreed.event_type.map(|_| local.numbers.of_events(agreed.event_clock));
    let heard_event_type = heard_event.filter(|_| heard_event != agreed.event_type);
    Ok(Agreed { heard_type, heard_event_type, ..agreed })
}

/// RFC 4568 §5.1.2: an answer names one of the offered lines, by tag and suite.
fn was_offered(local: &Local, answered: &Crypto) -> bool {
    let offered = local.srtp.keys().map(crate::Keys::offered);
    offered
        .into_iter()
        .flatten()
        .any(|ours| ours.tag == answered.tag && ours.key.suite() == answered.key.suite())
}

/// What is settled, and our own line of keys for an answer.
struct Settled {
    agreed: Agreed,
    ours: Option<Crypto>,
}

fn settle(
    (theirs, (payload_type, codec)): (&Audio, (u8, Codec)),
    local: &Local,
    wish: Direction,
    chosen: Option<&Crypto>,
) -> Option<Settled> {
    let events = if local.events { theirs.event_type(codec) } else { None };
    let allowed =
        if theirs.is_held_by_address() { Direction::Inactive } else { theirs.direction.reversed() };
    let ours = own_crypto(theirs.profile, local.srtp, chosen)?;
    let protection = ours
        .as_ref()
        .zip(chosen)
        .map(|(ours, theirs)| Protection { ours: ours.key, theirs: theirs.key });
    let agreed = Agreed {
        remote: theirs.address,
        // Our own offers always have it.
        control: match theirs.mux {
            Mux::Together => ControlPath::WithSound,
            Mux::Apart => ControlPath::At(theirs.control),
        },
        codec,
        payload_type,
        heard_type: payload_type,
        event_type: events.map(|(number, _)| number),
        heard_event_type: None,
        event_clock: events.map_or_else(|| codec.clock(), |(_, clock)| clock),
        direction: allowed.and(wish),
        ptime: theirs.ptime.unwrap_or(PTIME),
        protection,
    };
    Some(Settled { agreed, ours })
}

/// Our line of keys beside the peer's; `Some(None)` where the sound goes in the clear, and `None`
/// where the two cannot meet: sealed without a key that we can use, or in the clear where we must
/// not.
fn own_crypto(profile: Profile, srtp: Srtp, chosen: Option<&Crypto>) -> Option<Option<Crypto>> {
    match (srtp.keys().zip(chosen), profile, srtp) {
        (Some((keys, theirs)), _, _) => {
            Some(Some(Crypto { tag: theirs.tag, key: keys.of(theirs.key.suite()) }))
        }
        (None, Profile::Plain, Srtp::Never | Srtp::Possible(_)) => Some(None),
        (None, Profile::Sealed, _) | (None, Profile::Plain, Srtp::Required(_)) => None,
    }
}
