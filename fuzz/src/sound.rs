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
