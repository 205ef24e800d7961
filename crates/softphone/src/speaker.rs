//! The sending half of a stream: one even row of packets, whatever is said in it.

use crate::keypad::{Keypad, Press};
use crate::voice::{FRAME_SAMPLES, Frame, Speech};
use media_protocol::Digit;
use rtp::g711::alaw_decode;
use rtp::g722::NarrowEncoder;
use rtp::{HEADER_LEN, Header, TELEPHONE_EVENT_LEN, TelephoneEvent};
use sdp::{Agreed, Codec};

/// Bytes of the longest packet: one of Opus of 20 ms is shorter than one of another codec.
const PACKET_BYTES: usize = HEADER_LEN + FRAME_SAMPLES;

/// Makes the packets of one stream. Sequence and time go on without a jump over changes of format,
/// keys and holds (RFC 3550 §5.1).
#[derive(Debug)]
pub(crate) struct Speaker {
    ssrc: u32,
    sequence: u16,
    /// In ticks of 8,000 a second.
    timestamp: u32,
    speech: Speech,
    keypad: Keypad,
    g722: NarrowEncoder,
    opus: Option<Box<opus::Encoder>>,
    /// The next packet of sound comes after a pause (RFC 3551 §4.1).
    is_after_pause: bool,
}

impl Speaker {
    /// A stream that begins at random numbers (RFC 3550 §5.1).
    pub(crate) fn new(speech: Speech) -> Self {
        Self {
            ssrc: rand::random(),
            sequence: rand::random(),
            timestamp: rand::random(),
            speech,
            keypad: Keypad::default(),
            g722: NarrowEncoder::default(),
            opus: None,
            is_after_pause: true,
        }
    }

    pub(crate) fn press(&mut self, digit: Digit) {
        self.keypad.press(digit);
    }

    /// Whether anything will be said in the frames to come.
    pub(crate) fn has_a_say(&self) -> bool {
        !matches!(self.speech, Speech::Mute) || !self.keypad.is_idle()
    }

    /// Makes what is due in one frame, and hands each packet to `send`.
    pub(crate) fn tick(&mut self, agreed: &Agreed, mut send: impl FnMut(&[u8])) {
        let press = agreed
            .event_type
            .and_then(|number| self.keypad.tick(self.timestamp).map(|press| (number, press)));
        match press {
            Some((number, press)) => self.send_press(agreed, (number, press), &mut send),
            None => self.send_sound(agreed, &mut send),
        }
        self.timestamp = self.timestamp.wrapping_add(FRAME_TICKS);
    }

    /// Lets this many frames go by in silence.
    pub(crate) fn pause(&mut self, frames: u32) {
        self.timestamp = self.timestamp.wrapping_add(frames.wrapping_mul(FRAME_TICKS));
        self.is_after_pause = true;
    }

    fn send_sound(&mut self, agreed: &Agreed, send: &mut impl FnMut(&[u8])) {
        let Some(mut frame) = self.speech.frame() else { return };
        match agreed.codec {
            Codec::Pcma => {}
            Codec::Pcmu => to_ulaw(&mut frame),
            Codec::G722 => self.put_into_g722(&mut frame),
            Codec::Opus => return self.send_opus(agreed, &frame, send),
        }
        let header = self.header(agreed, agreed.payload_type, self.is_after_pause, self.timestamp);
        self.is_after_pause = false;
        self.send(header, &frame, send);
    }

    fn send_opus(&mut self, agreed: &Agreed, frame: &Frame, send: &mut impl FnMut(&[u8])) {
        let mut octets = [0; FRAME_SAMPLES];
        let encoder = self.opus.get_or_insert_with(Box::default);
        let samples = frame.map(alaw_decode);
        let Some(len) = encoder.encode(&samples, &mut octets) else { return };
        let header = self.header(agreed, agreed.payload_type, self.is_after_pause, self.timestamp);
        self.is_after_pause = false;
        self.send(header, octets.get(..len).unwrap_or_default(), send);
    }

    fn put_into_g722(&mut self, frame: &mut Frame) {
        for octet in frame {
            *octet = self.g722.encode(alaw_decode(*octet));
        }
    }

    fn send_press(
        &mut self,
        agreed: &Agreed,
        (number, press): (u8, Press),
        send: &mut impl FnMut(&[u8]),
    ) {
        let pace = u16::from(agreed.event_clock.pace());
        let duration = press.event.duration.saturating_mul(pace);
        let event = TelephoneEvent { duration, ..press.event };
        let payload: [u8; TELEPHONE_EVENT_LEN] = event.encode();
        for time in 0..press.times {
            let header = self.header(agreed, number, press.is_first && time == 0, press.began);
            self.send(header, &payload, send);
        }
    }

    fn header(&self, agreed: &Agreed, payload_type: u8, marker: bool, timestamp: u32) -> Header {
        let timestamp = timestamp.wrapping_mul(agreed.codec.clock().pace().into());
        Header { marker, payload_type, sequence: self.sequence, timestamp, ssrc: self.ssrc }
    }

    fn send(&mut self, header: Header, payload: &[u8], send: &mut impl FnMut(&[u8])) {
        let mut packet = [0; PACKET_BYTES];
        let length = HEADER_LEN + payload.len();
        let (head, rest) = packet.split_at_mut(HEADER_LEN);
        head.copy_from_slice(&header.encode());
        for (byte, said) in rest.iter_mut().zip(payload) {
            *byte = *said;
        }
        send(packet.get(..length).unwrap_or_default());
        self.sequence = self.sequence.wrapping_add(1);
    }
}

/// Ticks of the RTP clock in one frame.
const FRAME_TICKS: u32 = 160;

fn to_ulaw(frame: &mut Frame) {
    for byte in frame {
        *byte = rtp::g711::alaw_to_ulaw(*byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Voice;
    use sdp::Direction;

    fn agreed(codec: Codec) -> Agreed {
        Agreed {
            remote: "127.0.0.1:4000".parse().unwrap(),
            codec,
            payload_type: codec.type_offered(),
            heard_type: codec.type_offered(),
            event_type: Some(101),
            heard_event_type: None,
            event_clock: codec.clock(),
            direction: Direction::SendRecv,
            ptime: sdp::PTIME,
            control: media_protocol::ControlPath::WithSound,
            protection: None,
        }
    }

    /// What `frames` ticks send: header and length of payload of each packet.
    fn sent(speaker: &mut Speaker, agreed: &Agreed, frames: usize) -> Vec<(Header, usize)> {
        let mut packets = Vec::new();
        for _ in 0..frames {
            speaker.tick(agreed, |packet| {
                let (header, payload) = Header::parse(packet).unwrap();
                packets.push((header, payload.len()));
            });
        }
        packets
    }

    #[test]
    fn packets_follow_each_other_without_a_jump() {
        let mut speaker = Speaker::new(Speech::new(&Voice::Silence));
        let packets = sent(&mut speaker, &agreed(Codec::Pcma), 400);
        assert_eq!(packets.len(), 400);
        assert!(packets[0].0.marker);
        for pair in packets.windows(2) {
            assert_eq!(pair[1].0.sequence, pair[0].0.sequence.wrapping_add(1));
            assert_eq!(pair[1].0.timestamp, pair[0].0.timestamp.wrapping_add(160));
            assert_eq!((pair[1].0.marker, pair[1].1), (false, 160));
        }
    }

    #[test]
    fn a_key_takes_the_place_of_sound_and_time_goes_on() {
        let mut speaker = Speaker::new(Speech::new(&Voice::Silence));
        let before = sent(&mut speaker, &agreed(Codec::Pcma), 1)[0].0;
        speaker.press(Digit::from_char('5').unwrap());
        let key = sent(&mut speaker, &agreed(Codec::Pcma), 5);
        assert_eq!(key.len(), 7, "five frames, and the end twice more");
        assert!(key.iter().all(|(header, length)| (header.payload_type, *length) == (101, 4)));
        assert!(key.iter().all(|(header, _)| header.timestamp == key[0].0.timestamp));
        let after = sent(&mut speaker, &agreed(Codec::Pcma), 1)[0].0;
        assert_eq!(after.timestamp, before.timestamp.wrapping_add(6 * 160));
        assert_eq!(after.sequence, before.sequence.wrapping_add(8));
    }

    #[test]
    fn a_pause_moves_the_time_and_marks_what_follows() {
        let mut speaker = Speaker::new(Speech::new(&Voice::Silence));
        let before = sent(&mut speaker, &agreed(Codec::Pcma), 2)[1].0;
        speaker.pause(50);
        let after = sent(&mut speaker, &agreed(Codec::Pcma), 1)[0].0;
        assert!(after.marker);
        assert_eq!(after.sequence, before.sequence.wrapping_add(1));
        assert_eq!(after.timestamp, before.timestamp.wrapping_add(51 * 160));
    }

    #[test]
    fn the_codec_that_was_agreed_is_spoken() {
        let mut speaker = Speaker::new(Speech::new(&Voice::Silence));
        speaker.tick(&agreed(Codec::Pcmu), |packet| {
            let (header, payload) = Header::parse(packet).unwrap();
            assert_eq!(header.payload_type, 0);
            // A-law has no zero; its smallest level is a small one of µ-law too.
            assert!(packet[payload].iter().all(|byte| rtp::g711::ulaw_decode(*byte).abs() <= 8));
        });
    }

    #[test]
    fn in_opus_times_and_keys_are_told_by_its_clock() {
        let mut speaker = Speaker::new(Speech::new(&Voice::Tone(440.0)));
        let packets = sent(&mut speaker, &agreed(Codec::Opus), 50);
        for pair in packets.windows(2) {
            assert_eq!(pair[1].0.timestamp, pair[0].0.timestamp.wrapping_add(960));
        }
        speaker.press(Digit::from_char('5').unwrap());
        let mut durations = Vec::new();
        for _ in 0..5 {
            speaker.tick(&agreed(Codec::Opus), |packet| {
                let (_, payload) = Header::parse(packet).unwrap();
                durations.push(TelephoneEvent::parse(&packet[payload]).unwrap().duration);
            });
        }
        assert_eq!(durations[..2], [960, 1_920]);
    }

    #[test]
    fn a_mute_phone_sends_only_its_keys() {
        let mut speaker = Speaker::new(Speech::new(&Voice::Mute));
        assert_eq!(sent(&mut speaker, &agreed(Codec::Pcma), 3), []);
        speaker.press(Digit::from_char('1').unwrap());
        assert_eq!(sent(&mut speaker, &agreed(Codec::Pcma), 9).len(), 7);
    }
}
