//! What a phone has heard in one call.

use crate::Listen;
use crate::breaks::{Breaks, Following};
use media_protocol::Digit;
use rtp::g711::{ALAW_SILENCE, alaw_decode, alaw_encode, ulaw_to_alaw};
use rtp::g722::NarrowDecoder;
use rtp::{EventDetector, Header, TelephoneEvent};
use sdp::{Agreed, Codec};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A-law bytes that are kept of one call: ten minutes.
pub const SOUND_BYTES_MAX: usize = 8_000 * 600;
/// Packets whose arrival is kept of one call: ten minutes of them.
pub const ARRIVALS_MAX: usize = 50 * 600;
/// Keys that are kept of one call.
pub const KEYS_HEARD_MAX: usize = 256;
/// Strangers that are told apart of one call.
pub(crate) const STRANGERS_MAX: usize = 16;
/// A step in time up to this is a gap, and kept as silence; a longer one is a new beginning.
const GAP_BYTES_MAX: usize = 8_000 * 10;

/// One packet's arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// When it came.
    pub at: Instant,
    /// Its sequence number.
    pub sequence: u16,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// Whether it began a talkspurt.
    pub marker: bool,
}

/// What a phone has heard in one call.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Packets of sound or keys from where the other side said it would be.
    pub packets: u64,
    /// Packets that never came, by their sequence numbers.
    pub packets_lost: u64,
    /// How often the packets did not follow each other.
    pub breaks: Breaks,
    /// Packets from anywhere else.
    pub packets_foreign: u64,
    /// Where the first of those came from, each once: something else may send to a port that was another's a moment ago.
    pub strangers: Vec<SocketAddr>,
    /// Packets that are no RTP, or of a payload type that was not agreed.
    pub packets_unusable: u64,
    /// The sound as A-law, gaps filled with silence; if [`Listen::Record`] was asked for.
    pub alaw: Vec<u8>,
    /// The arrival of each packet of sound; if [`Listen::Record`] was asked for.
    pub arrivals: Vec<Arrived>,
    /// The keys that the other side pressed.
    pub keys: Vec<Digit>,
    /// The longest time between two packets of sound, holds included.
    pub gap_longest: Duration,
    /// When the last packet of sound came.
    pub last_at: Option<Instant>,
}

impl Heard {
    /// The sound as samples of 16 bits at 8 kHz.
    #[must_use]
    pub fn samples(&self) -> Vec<i16> {
        self.alaw.iter().map(|byte| alaw_decode(*byte)).collect()
    }

    fn count_foreign(&mut self, source: SocketAddr) {
        self.packets_foreign += 1;
        if self.strangers.len() < STRANGERS_MAX && !self.strangers.contains(&source) {
            self.strangers.push(source);
        }
    }
}

/// The receiving half of a stream.
#[derive(Debug)]
pub(crate) struct Ear {
    listen: Listen,
    following: Following,
    keys: EventDetector,
    g722: NarrowDecoder,
    opus: Option<Box<opus::Decoder>>,
    /// The source, and the timestamp that the end of the sound so far stands for.
    sound_end: Option<(u32, u32)>,
}

impl Ear {
    pub(crate) fn new(listen: Listen) -> Self {
        Self {
            listen,
            following: Following::default(),
            keys: EventDetector::default(),
            g722: NarrowDecoder::default(),
            opus: None,
            sound_end: None,
        }
    }

    /// Takes one datagram that came to the RTP port.
    pub(crate) fn hear(
        &mut self,
        heard: &mut Heard,
        agreed: Option<&Agreed>,
        source: SocketAddr,
        datagram: &[u8],
    ) {
        let Some(agreed) = agreed.filter(|agreed| agreed.remote == source) else {
            heard.count_foreign(source);
            return;
        };
        if rtp::is_rtcp(datagram) {
            return;
        }
        let packet = Header::parse(datagram);
        let packet = packet.and_then(|(header, at)| Some((header, datagram.get(at)?)));
        match packet {
            Some((header, sound))
                if [agreed.payload_type, agreed.heard_type].contains(&header.payload_type) =>
            {
                self.count(heard, header);
                self.take_sound(heard, agreed.codec, header, sound);
            }
            Some((header, event)) if Some(header.payload_type) == agreed.event_type => {
                self.count(heard, header);
                self.take_event(heard, header, event);
            }
            Some(_) | None => heard.packets_unusable += 1,
        }
    }

    fn count(&mut self, heard: &mut Heard, header: Header) {
        heard.packets += 1;
        self.following.hear(&mut heard.breaks, header);
        heard.packets_lost = self.following.lost();
    }

    fn take_event(&mut self, heard: &mut Heard, header: Header, payload: &[u8]) {
        let Some(event) = TelephoneEvent::parse(payload) else { return };
        let code = self.keys.hear(header.ssrc, header.timestamp, event);
        if let Some(digit) = code.and_then(Digit::from_event)
            && heard.keys.len() < KEYS_HEARD_MAX
        {
            heard.keys.push(digit);
        }
    }

    fn take_sound(&mut self, heard: &mut Heard, codec: Codec, header: Header, sound: &[u8]) {
        // A tick of the clock is a byte, but in Opus, whose clock is faster.
        let pace = u32::from(codec.clock().pace());
        let length = match codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => sound.len(),
            Codec::Opus => {
                usize::try_from(rtp::opus::ticks(sound).unwrap_or_default()).unwrap_or_default()
            }
        };
        self.following.hear_sound(&mut heard.breaks, header, pace * wrapped(length));
        let now = Instant::now();
        if let Some(last) = heard.last_at.replace(now) {
            heard.gap_longest = heard.gap_longest.max(now - last);
        }
        if self.listen == Listen::Count {
            return;
        }
        let Header { sequence, timestamp, marker, .. } = header;
        if heard.arrivals.len() < ARRIVALS_MAX {
            heard.arrivals.push(Arrived { at: now, sequence, timestamp, marker });
        }
        let start = self.place_of(header, pace, heard.alaw.len());
        let alaw = self.alaw(codec, sound);
        place(&mut heard.alaw, start, alaw.into_iter());
        let (source, end) = self.sound_end.get_or_insert((header.ssrc, timestamp));
        if *source != header.ssrc || start + length == heard.alaw.len() {
            (*source, *end) = (header.ssrc, timestamp.wrapping_add(pace * wrapped(length)));
        }
    }

    fn alaw(&mut self, codec: Codec, sound: &[u8]) -> Vec<u8> {
        match codec {
            Codec::Pcma => sound.to_vec(),
            Codec::Pcmu => sound.iter().map(|octet| ulaw_to_alaw(*octet)).collect(),
            Codec::G722 => sound.iter().map(|it| alaw_encode(self.g722.decode(*it))).collect(),
            Codec::Opus => {
                let decoder = self.opus.get_or_insert_with(Box::default);
                let mut room = opus::ROOM;
                decoder.decode(sound, &mut room).iter().map(|it| alaw_encode(*it)).collect()
            }
        }
    }

    /// Where in the sound so far a packet belongs: after a gap, or back in one, by its timestamp;
    /// or just behind, if its time has nothing to do with what came before.
    fn place_of(&self, header: Header, pace: u32, length: usize) -> usize {
        let Some((_, end)) = self.sound_end.filter(|(source, _)| *source == header.ssrc) else {
            return length;
        };
        let bytes = |ticks: u32| usize::try_from(ticks / pace).unwrap_or(usize::MAX);
        let ahead = bytes(header.timestamp.wrapping_sub(end));
        let behind = bytes(end.wrapping_sub(header.timestamp));
        if ahead <= GAP_BYTES_MAX {
            length + ahead
        } else if behind <= GAP_BYTES_MAX {
            length.saturating_sub(behind)
        } else {
            length
        }
    }
}

/// RTP time counts in 32 bits and wraps.
#[expect(clippy::cast_possible_truncation, reason = "a packet is shorter than 64 kB")]
const fn wrapped(length: usize) -> u32 {
    length as u32
}

/// Writes sound at `start`, over silence or behind it, as far as there is room.
fn place(alaw: &mut Vec<u8>, start: usize, sound: impl ExactSizeIterator<Item = u8>) {
    let end = (start + sound.len()).min(SOUND_BYTES_MAX);
    if alaw.len() < end {
        alaw.resize(end, ALAW_SILENCE);
    }
    let room = alaw.get_mut(start..end).unwrap_or_default();
    room.iter_mut().zip(sound).for_each(|(kept, byte)| *kept = byte);
}

#[cfg(test)]
mod tests {
    use super::*;
    use sdp::Direction;

    const PEER: &str = "127.0.0.1:4000";

    fn agreed() -> Agreed {
        Agreed {
            remote: PEER.parse().unwrap(),
            codec: Codec::Pcma,
            payload_type: 8,
            heard_type: 8,
            event_type: Some(101),
            heard_event_type: None,
            event_clock: sdp::Clock::Hz8000,
            direction: Direction::SendRecv,
            ptime: sdp::PTIME,
            control: media_protocol::ControlPath::WithSound,
            protection: None,
        }
    }

    fn packet(payload_type: u8, sequence: u16, timestamp: u32, payload: &[u8]) -> Vec<u8> {
        let header = Header { payload_type, sequence, timestamp, ssrc: 7, marker: false };
        [&header.encode()[..], payload].concat()
    }

    /// What is kept of these packets, each a sequence number, a timestamp and what it says.
    fn recorded(packets: &[(u16, u32, u8)]) -> Heard {
        let mut ear = Ear::new(Listen::Record);
        let mut heard = Heard::default();
        for (sequence, timestamp, byte) in packets {
            let packet = packet(8, *sequence, *timestamp, &[*byte; 4]);
            ear.hear(&mut heard, Some(&agreed()), PEER.parse().unwrap(), &packet);
        }
        heard
    }

    #[test]
    fn gaps_are_silence_and_late_packets_fill_them() {
        let start = u32::MAX - 5;
        let at = |samples: u32| start.wrapping_add(samples);
        let heard = recorded(&[(1, at(0), 1), (3, at(8), 3), (2, at(4), 2), (5, at(16), 5)]);
        let s = ALAW_SILENCE;
        assert_eq!(heard.alaw, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, s, s, s, s, 5, 5, 5, 5]);
        assert_eq!((heard.packets, heard.packets_lost), (4, 1));
        assert_eq!(heard.arrivals.len(), 4);
    }

    #[test]
    fn a_leap_in_time_is_a_new_beginning() {
        let heard = recorded(&[(1, 0, 1), (2, 1_000_000_000, 2), (3, 1_000_000_004, 3)]);
        assert_eq!(heard.alaw, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
        assert_eq!(heard.breaks, Breaks { uneven: 1, ..Breaks::default() });
    }

    #[test]
    fn strangers_and_nonsense_are_counted_apart() {
        let mut ear = Ear::new(Listen::Record);
        let mut heard = Heard::default();
        let good = packet(8, 1, 0, &[1; 4]);
        let stranger = "127.0.0.66:4000".parse().unwrap();
        ear.hear(&mut heard, Some(&agreed()), stranger, &good);
        ear.hear(&mut heard, None, PEER.parse().unwrap(), &good);
        ear.hear(&mut heard, Some(&agreed()), PEER.parse().unwrap(), b"junk");
        ear.hear(&mut heard, Some(&agreed()), PEER.parse().unwrap(), &packet(97, 1, 0, &[]));
        assert_eq!((heard.packets_foreign, heard.packets_unusable, heard.packets), (2, 2, 0));
        assert_eq!(heard.strangers, [stranger, PEER.parse().unwrap()]);
        assert_eq!(heard.alaw, []);
    }

    #[test]
    fn keys_are_heard_once_each() {
        let mut ear = Ear::new(Listen::Count);
        let mut heard = Heard::default();
        for (sequence, duration, end) in [(1, 160, false), (2, 320, true), (3, 320, true)] {
            let event = TelephoneEvent { event: 9, end, volume: 10, duration };
            let packet = packet(101, sequence, 0, &event.encode());
            ear.hear(&mut heard, Some(&agreed()), PEER.parse().unwrap(), &packet);
        }
        assert_eq!(heard.keys, [Digit::from_char('9').unwrap()]);
    }

    #[test]
    fn a_record_has_an_end() {
        let mut alaw = vec![1; SOUND_BYTES_MAX - 2];
        let length = alaw.len();
        place(&mut alaw, length, [9; 4].into_iter());
        assert_eq!(alaw.len(), SOUND_BYTES_MAX);
        place(&mut alaw, SOUND_BYTES_MAX, [9; 4].into_iter());
        place(&mut alaw, SOUND_BYTES_MAX + 80_000, [9; 4].into_iter());
        assert_eq!(alaw.len(), SOUND_BYTES_MAX);
    }
}
