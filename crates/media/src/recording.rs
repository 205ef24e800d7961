//! A message while a peer leaves it: where each packet belongs in it, and whether anybody speaks. Told the time,
//! writes nothing.

use crate::coding::Reading;
use crate::placement::{Placement, samples};
use clock::{Duration, Moment};
use ids::MessageId;
use media_protocol::{Codec, Listening};
use rtp::{Header, Heard};

/// Sound is speech from this mean strength of its samples on: about −40 dBov. The noise of a line is
/// below, and a person who speaks from afar above.
const SPEECH_MIN: u32 = 300;

/// A recording that goes on.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) message: MessageId,
    reading: Reading,
    placement: Placement,
    length_max: u64,
    spoken_min: u64,
    hush: Duration,
    /// Samples with speech so far.
    spoken: u64,
    told_spoken: bool,
    /// When it is told that nobody speaks, if it has not been.
    hushed_at: Option<Moment>,
    /// Packets that found no room on their way to the disk.
    pub(crate) packets_missed: u32,
}

impl Recording {
    pub(crate) fn begin(now: Moment, message: MessageId, listening: Listening) -> Self {
        Self {
            message,
            reading: Reading::default(),
            placement: Placement::begin(now),
            length_max: samples(listening.length_max),
            spoken_min: samples(listening.spoken_min),
            hush: listening.hush,
            spoken: 0,
            told_spoken: false,
            hushed_at: Some(now + listening.hush),
            packets_missed: 0,
        }
    }

    /// Where in the recording the sound of a packet begins, as a number of samples; `None` past its
    /// end.
    pub(crate) fn place(&mut self, now: Moment, header: &Header, ticks: u32) -> Option<u64> {
        self.placement.place(now, header, ticks, self.length_max)
    }

    /// Listens to what a packet says. Whether somebody has now spoken for long enough: true once.
    pub(crate) fn listen(&mut self, now: Moment, codec: Codec, sound: &[u8]) -> bool {
        let (mut sum, mut samples) = (0, 0);
        // What is late is heard with the rest: whether somebody speaks is nothing of a moment.
        self.reading.packet((codec, Heard::Next), sound, |sample| {
            sum += u32::from(sample.unsigned_abs());
            samples += 1;
        });
        if sum.checked_div(samples).is_none_or(|strength| strength < SPEECH_MIN) {
            return false;
        }
        self.hushed_at = self.hushed_at.map(|_| now + self.hush);
        self.spoken = self.spoken.saturating_add(samples.into());
        self.spoken >= self.spoken_min && !std::mem::replace(&mut self.told_spoken, true)
    }

    /// Whether nobody has spoken for too long: true once.
    pub(crate) fn is_hushed(&mut self, now: Moment) -> bool {
        self.hushed_at.take_if(|at| *at <= now).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtp::g711;

    const LISTENING: Listening = Listening {
        length_max: Duration::from_secs(10),
        spoken_min: Duration::from_secs(1),
        hush: Duration::from_secs(3),
    };

    fn recording() -> Recording {
        Recording::begin(Moment::ZERO, MessageId(1), LISTENING)
    }

    const fn at(ms: u64) -> Moment {
        Moment::from_micros(ms * 1_000)
    }

    #[test]
    fn speech_and_its_end_are_told_once() {
        let mut recording = recording();
        let (loud, quiet) = ([0x80; 160], [g711::ALAW_SILENCE; 160]);
        let mut spoken = 0;
        for packet in 0..100 {
            let now = at(20 * packet);
            assert!(!recording.listen(now, Codec::Pcma, &quiet));
            spoken += u32::from(recording.listen(now, Codec::Pcma, &loud));
        }
        assert_eq!(spoken, 1);
        assert!(!recording.is_hushed(at(4_970)));
        assert!(recording.is_hushed(at(4_980)) && !recording.is_hushed(at(9_000)));
    }
}
