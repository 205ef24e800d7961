//! Keys as tones in a peer's sound: of one that agreed on no other way for them, since whoever has another one says each key
//! twice.

use crate::coding::Reading;
use media_protocol::{Codec, Digit, Format};
use rtp::{Heard, ToneDetector};

/// What hears them.
#[derive(Debug, Default)]
pub(crate) struct Tones {
    reading: Reading,
    detector: ToneDetector,
}

impl Tones {
    /// What hears them in what was settled, if they are to be heard.
    pub(crate) fn of(format: &Format) -> Option<Box<Self>> {
        format.event_type.is_none().then(Box::default)
    }

    /// Listens to a packet: the key whose press has now lasted long enough. What comes late is not listened to, and what is lost
    /// is as if time had stood still: a press outlasts either.
    pub(crate) fn hear(&mut self, (codec, order): (Codec, Heard), octets: &[u8]) -> Option<Digit> {
        let mut heard = None;
        match order {
            Heard::Next | Heard::Anew => {
                let Self { reading, detector } = self;
                reading.packet((codec, order), octets, |sample| {
                    heard = detector.hear(sample).or(heard);
                });
            }
            Heard::Late | Heard::Again | Heard::Stray => {}
        }
        heard.and_then(Digit::from_event)
    }
}
