//! What a stream says while it is recorded: where each packet belongs in the recording, and whether
//! anybody speaks. Told the time, writes nothing.
//!
//! A packet has its place by its RTP time, so that what was lost, and what a phone that is silent does
//! not send, is silence of the right length; one that comes late still goes where it belongs. The
//! clock on the wall has the last word: RTP times that run away from it begin anew where it stands.

use clock::{Duration, Moment};
use ids::MessageId;
use media_protocol::{Codec, Listening};
use rtp::{Header, g711};

/// How far RTP times may be from the clock, in samples: a second of jitter and of hurried packets.
const DRIFT_MAX: u64 = g711::SAMPLE_RATE_HZ as u64;

/// Sound is speech from this mean strength of its samples on: about −40 dBov. The noise of a line is
/// below, and a person who speaks from afar above.
const SPEECH_MIN: u32 = 300;

/// A recording that goes on.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) message: MessageId,
    began: Moment,
    length_max: u64,
    spoken_min: u64,
    hush: Duration,
    /// The source, one of its RTP times, and the sample that belongs there.
    anchor: Option<(u32, u32, u64)>,
    /// Where the last packet ends.
    end: u64,
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
            began: now,
            length_max: samples(listening.length_max),
            spoken_min: samples(listening.spoken_min),
            hush: listening.hush,
            anchor: None,
            end: 0,
            spoken: 0,
            told_spoken: false,
            hushed_at: Some(now + listening.hush),
            packets_missed: 0,
        }
    }

    /// Where in the recording the sound of a packet begins, as a number of samples; `None` past its
    /// end.
    pub(crate) fn place(&mut self, now: Moment, header: &Header, len: usize) -> Option<u64> {
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        let clock = samples(now.since(self.began));
        let by_anchor = self.anchor.filter(|(source, ..)| *source == header.ssrc);
        let place = by_anchor.and_then(|(_, time, sample)| {
            // A packet from before the anchor is a little negative.
            let [a, b, c, d] = header.timestamp.wrapping_sub(time).to_ne_bytes();
            sample.checked_add_signed(i32::from_ne_bytes([a, b, c, d]).into())
        });
        let is_near = |place: &u64| place.abs_diff(clock.saturating_sub(len)) <= DRIFT_MAX;
        let place = place.filter(is_near).unwrap_or_else(|| {
            let anew = self.end.max(clock.saturating_sub(len));
            self.anchor = Some((header.ssrc, header.timestamp, anew));
            anew
        });
        if place.saturating_add(len) > self.length_max {
            return None;
        }
        self.end = self.end.max(place + len);
        Some(place)
    }

    /// Listens to what a packet says. Whether somebody has now spoken for long enough: true once.
    pub(crate) fn listen(&mut self, now: Moment, codec: Codec, sound: &[u8]) -> bool {
        if !is_speech(codec, sound) {
            return false;
        }
        self.hushed_at = self.hushed_at.map(|_| now + self.hush);
        self.spoken = self.spoken.saturating_add(u64::try_from(sound.len()).unwrap_or(0));
        self.spoken >= self.spoken_min && !std::mem::replace(&mut self.told_spoken, true)
    }

    /// Whether nobody has spoken for too long: true once.
    pub(crate) fn is_hushed(&mut self, now: Moment) -> bool {
        self.hushed_at.take_if(|at| *at <= now).is_some()
    }
}

/// Whether somebody speaks there.
fn is_speech(codec: Codec, sound: &[u8]) -> bool {
    let decode = match codec {
        Codec::Pcma => g711::alaw_decode,
        Codec::Pcmu => g711::ulaw_decode,
    };
    let strength: u32 = sound.iter().map(|byte| u32::from(decode(*byte).unsigned_abs())).sum();
    let len = u32::try_from(sound.len()).unwrap_or(u32::MAX);
    len > 0 && strength / len >= SPEECH_MIN
}

/// How many samples a time has.
fn samples(time: Duration) -> u64 {
    let samples = time.as_micros() * u128::from(g711::SAMPLE_RATE_HZ) / 1_000_000;
    u64::try_from(samples).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTENING: Listening = Listening {
        length_max: Duration::from_secs(10),
        spoken_min: Duration::from_secs(1),
        hush: Duration::from_secs(3),
    };

    fn recording() -> Recording {
        Recording::begin(Moment::ZERO, MessageId(1), LISTENING)
    }

    const fn header(ssrc: u32, timestamp: u32) -> Header {
        Header { marker: false, payload_type: 8, sequence: 0, timestamp, ssrc }
    }

    const fn at(ms: u64) -> Moment {
        Moment::from_micros(ms * 1_000)
    }

    #[test]
    fn lost_packets_leave_a_gap_of_their_length_and_late_ones_fill_theirs() {
        let mut recording = recording();
        assert_eq!(recording.place(at(20), &header(1, 5_000), 160), Some(0));
        assert_eq!(recording.place(at(80), &header(1, 5_480), 160), Some(480));
        assert_eq!(recording.place(at(81), &header(1, 5_160), 160), Some(160));
        assert_eq!(recording.place(at(100), &header(1, 5_640), 160), Some(640));
    }

    #[test]
    fn times_that_run_away_from_the_clock_begin_anew_where_it_stands() {
        let mut recording = recording();
        assert_eq!(recording.place(at(20), &header(1, 0), 160), Some(0));
        assert_eq!(recording.place(at(2_000), &header(1, 0x7fff_0000), 160), Some(15_840));
        assert_eq!(recording.place(at(2_020), &header(1, 0x7fff_00a0), 160), Some(16_000));
        // A clock that stands still, as of a phone that does not count its silence.
        assert_eq!(recording.place(at(4_000), &header(1, 0x7fff_0140), 160), Some(31_840));
        // Another source.
        assert_eq!(recording.place(at(4_020), &header(2, 9), 160), Some(32_000));
    }

    #[test]
    fn nothing_is_kept_past_the_longest_length() {
        let mut recording = recording();
        assert_eq!(recording.place(at(9_990), &header(1, 0), 160), Some(79_760));
        assert_eq!(recording.place(at(10_010), &header(1, 160), 160), None);
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
