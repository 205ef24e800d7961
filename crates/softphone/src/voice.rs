//! A voice as frames of A-law.

use crate::Voice;
use rtp::g711::{ALAW_SILENCE, SAMPLE_RATE_HZ, alaw_encode};
use std::f32::consts::TAU;
use std::sync::Arc;

/// Samples of one packet: 20 ms at 8 kHz.
pub(crate) const FRAME_SAMPLES: usize = 160;
/// The peak of a tone: a sine of −12 dBov.
const TONE_PEAK: f32 = 8_231.0;

/// One frame of A-law.
pub(crate) type Frame = [u8; FRAME_SAMPLES];

/// A voice, and how far it has come.
#[derive(Clone, Debug)]
pub(crate) enum Speech {
    Silence,
    /// The phase in turns, 0 to 1, and how far each sample turns it.
    Tone {
        phase: f32,
        step: f32,
    },
    Clip {
        alaw: Arc<[u8]>,
        at: usize,
    },
    Mute,
}

impl Speech {
    pub(crate) fn new(voice: &Voice) -> Self {
        match voice {
            Voice::Silence => Self::Silence,
            Voice::Tone(hertz) => Self::Tone { phase: 0.0, step: hertz / sample_rate() },
            Voice::Clip(alaw) if alaw.is_empty() => Self::Silence,
            Voice::Clip(alaw) => Self::Clip { alaw: Arc::clone(alaw), at: 0 },
            Voice::Mute => Self::Mute,
        }
    }

    /// The next frame; `None` if nothing is sent at all.
    pub(crate) fn frame(&mut self) -> Option<Frame> {
        let mut frame = [ALAW_SILENCE; FRAME_SAMPLES];
        match self {
            Self::Mute => return None,
            Self::Silence => {}
            Self::Tone { phase, step } => {
                for byte in &mut frame {
                    *byte = alaw_encode(sample(*phase));
                    *phase = (*phase + *step).fract();
                }
            }
            Self::Clip { alaw, at } => {
                for byte in &mut frame {
                    *byte = alaw.get(*at).copied().unwrap_or(ALAW_SILENCE);
                    *at = (*at + 1) % alaw.len();
                }
            }
        }
        Some(frame)
    }
}

/// The sine at a phase given in turns.
#[expect(clippy::cast_possible_truncation, reason = "the peak is far below that of an i16")]
fn sample(phase: f32) -> i16 {
    ((phase * TAU).sin() * TONE_PEAK) as i16
}

#[expect(clippy::cast_precision_loss, reason = "8000 is exact in an f32")]
const fn sample_rate() -> f32 {
    SAMPLE_RATE_HZ as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_goes_round_without_a_seam() {
        let alaw: Arc<[u8]> = (0..100).collect();
        let mut speech = Speech::new(&Voice::Clip(alaw));
        let heard = [speech.frame().unwrap(), speech.frame().unwrap()].concat();
        for (at, byte) in heard.iter().enumerate() {
            assert_eq!(usize::from(*byte), at % 100);
        }
    }

    #[test]
    fn a_tone_has_its_pitch_over_frame_borders() {
        let mut speech = Speech::new(&Voice::Tone(400.0));
        let frames: Vec<_> = std::iter::repeat_with(|| speech.frame().unwrap()).take(50).collect();
        let samples = frames.concat();
        let signs: Vec<_> = samples.iter().map(|byte| rtp::g711::alaw_decode(*byte) > 0).collect();
        let rises = signs.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        assert!((398..=401).contains(&rises), "{rises} waves in a second");
    }

    #[test]
    fn an_empty_clip_is_silence() {
        let frame = Speech::new(&Voice::Clip(Arc::from([]))).frame();
        assert_eq!(frame, Some([ALAW_SILENCE; FRAME_SAMPLES]));
        assert_eq!(Speech::new(&Voice::Mute).frame(), None);
    }
}
