//! Keys as tones in a peer's sound: of one that agreed on no other way for them, since whoever has another one says each key
//! twice.

use crate::coding::Reading;
use clock::Moment;
use media_protocol::{Codec, Digit, Format};
use rtp::{Header, Heard, ToneDetector};

/// A pause in samples that is as good as any longer one.
const LONG: u32 = 8_000;

/// What hears them.
#[derive(Debug, Default)]
pub(crate) struct Tones {
    reading: Reading,
    detector: ToneDetector,
    last: Option<Last>,
}

/// The latest packet: its number, and how much sound it had.
#[derive(Clone, Copy, Debug)]
struct Last {
    sequence: u16,
    ticks: u32,
    /// The time of the stream at which that ends.
    end: u32,
    came_at: Moment,
    /// Whether it said that a talkspurt begins.
    marked: bool,
}

impl Tones {
    /// What hears them in what was settled, if they are to be heard.
    pub(crate) fn of(format: &Format) -> Option<Box<Self>> {
        format.event_type.is_none().then(Box::default)
    }

    /// Listens to a packet: the key whose press has now lasted long enough. What comes late is not listened to, and what is lost
    /// is as if time had stood still: a press outlasts either. What was not sent is silence.
    pub(crate) fn hear(
        &mut self,
        now: Moment,
        (header, order): (&Header, Heard),
        (codec, ticks): (Codec, u32),
        octets: &[u8],
    ) -> Option<Digit> {
        let mut heard = None;
        match order {
            Heard::Next | Heard::Anew => {
                let pause = self.pause_before(now, header, order);
                self.detector.pause(usize::try_from(pause).unwrap_or(usize::MAX));
                let (sequence, end) = (header.sequence, header.timestamp.wrapping_add(ticks));
                let (marked, came_at) = (header.marker, now);
                self.last = Some(Last { sequence, ticks, end, came_at, marked });
                let Self { reading, detector, .. } = self;
                reading.packet((codec, order), octets, |sample| {
                    heard = detector.hear(sample).or(heard);
                });
            }
            Heard::Late | Heard::Again | Heard::Stray => {}
        }
        heard.and_then(Digit::from_event)
    }

    /// The peer says that its person is silent for now.
    pub(crate) fn rest(&mut self, sequence: u16, order: Heard) {
        match order {
            Heard::Next | Heard::Anew => {
                self.detector.pause(LONG as usize);
                // Its number is not one that was lost.
                self.last.iter_mut().for_each(|last| last.sequence = sequence);
            }
            Heard::Late | Heard::Again | Heard::Stray => {}
        }
    }

    /// For how many samples the peer has sent nothing before a packet. A phone that hears when its person is silent need send
    /// nothing in the pause between two presses: its times step over that, and a mark says that a talkspurt begins
    /// (RFC 3551 §4.1). Some have times that stand still meanwhile; then the clock tells, with a mark alone, as packets are late
    /// at any time, and with one that not every packet has. Times that step further than the sound between them with each packet, as by a
    /// clock of 16,000 a second, are no pause: the clock has to bear out half of it.
    fn pause_before(&self, now: Moment, header: &Header, order: Heard) -> u32 {
        let Some(last) = self.last else { return 0 };
        if order == Heard::Anew {
            return if header.marker { LONG } else { 0 };
        }
        let lost = u32::from(header.sequence.wrapping_sub(last.sequence).saturating_sub(1));
        let step = header.timestamp.wrapping_sub(last.end);
        let step = if step > u32::MAX / 2 { 0 } else { step };
        let by_time = step.saturating_sub(lost * last.ticks);
        let waited = u32::try_from(now.since(last.came_at).as_micros() / 125).unwrap_or(u32::MAX);
        let by_clock = waited.saturating_sub((lost + 1) * last.ticks);
        let by_mark = if header.marker && !last.marked { by_clock } else { 0 };
        let by_time = if by_clock >= by_time / 2 { by_time } else { 0 };
        by_time.max(by_mark).min(LONG)
    }
}
