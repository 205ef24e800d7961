//! Readers of session descriptions and of packets of sound.

use sdp::{Codec, Direction, LocalSession, Session};

/// A session description: it is read or refused, and what is answered to it reads again and has as
/// many media lines (RFC 3264 §6).
pub fn sdp(data: &[u8]) {
    let Ok(offer) = Session::parse(data) else { return };
    let ours = || {
        let codecs = vec![Codec::Pcma, Codec::Pcmu];
        LocalSession::new("192.0.2.9:6000".parse().expect("an address"), 2, codecs)
    };
    if let Ok((body, _)) = ours().answer(&offer) {
        let answer = Session::parse(&body).expect("our own words can be read");
        assert_eq!(answer.media.len(), offer.media.len());
    }
    let mut caller = ours();
    let _ = caller.offer(Direction::SendRecv);
    let _ = caller.agree(&offer);
}

/// Presses of a key as packets tell them: each is told once, however the packets come (RFC 4733 §2.5).
pub fn keys(data: &[u8]) {
    let mut detector = rtp::EventDetector::default();
    let mut told = std::collections::VecDeque::new();
    for octets in data.chunks_exact(6) {
        let [ssrc, time, rest @ ..] = octets else { continue };
        let Some(heard) = rtp::TelephoneEvent::parse(rest) else { continue };
        let (ssrc, timestamp) = (u32::from(ssrc % 2), u32::from(*time) << 8);
        let press = (ssrc, timestamp, heard.event);
        if told.front().is_some_and(|(before, _, _)| *before != ssrc) {
            told.clear();
        }
        let is_told = detector.hear(ssrc, timestamp, heard);
        assert!(is_told.is_none_or(|key| key == heard.event));
        assert!(is_told.is_none() || !told.contains(&press), "{press:?} is told twice");
        if !told.contains(&press) {
            told.push_front(press);
            told.truncate(8);
        }
    }
}

/// Packets of Opus, each behind an octet that says how long it is: whatever they are, there are as many samples as a packet says, or none,
/// and its codec never gives up.
pub fn opus(data: &[u8]) {
    let (mut decoder, mut room, mut rest) = (opus::Decoder::new(), opus::ROOM, data);
    while let [len, more @ ..] = rest {
        let (packet, next) = more.split_at_checked(usize::from(*len)).unwrap_or((more, &[]));
        let ticks = rtp::opus::ticks(packet).unwrap_or_default();
        let told = rtp::opus::ticks_told_again(packet).unwrap_or_default();
        assert!(told <= ticks && ticks <= rtp::opus::TICKS_MAX);
        let recovered = decoder.recover(packet, usize::from(*len) * 4, &mut room).len();
        assert!(recovered == 0 || u32::try_from(recovered) == Ok(told));
        let decoded = decoder.decode(packet, &mut room).len();
        assert!(decoded == 0 || u32::try_from(decoded) == Ok(ticks));
        rest = next;
    }
    assert!(!decoder.has_given_up());
}

/// A recording of the operator's: it is read or refused, whatever the decoders of others do with it.
pub fn prompt(data: &[u8]) {
    // Their panics are caught, which libFuzzer's own hook would take for the end.
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    if let Ok(pcm) = prompts::decode(data, None) {
        assert!(!pcm.samples().is_empty());
    }
}

/// A packet of RTP and a key in it, or reports.
pub fn rtp(data: &[u8]) {
    if rtp::is_rtcp(data) {
        for packet in rtp::rtcp::read(data).into_iter().flatten() {
            if let rtp::rtcp::Packet::Report { blocks, .. } = packet {
                blocks.for_each(|block| _ = rtp::quality::round_trip(1 << 16, &block));
            }
        }
    }
    if let Some((_, payload)) = rtp::Header::parse(data) {
        let payload = data.get(payload).expect("the payload is in the packet");
        let _ = rtp::TelephoneEvent::parse(payload);
    }
}
