//! A clip: one recording as it goes out on the wire, in every codec.

use crate::Pcm;
use media_protocol::Codec;
use rtp::{g711, g722};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Octets of any codec in one frame, which is what one packet of [`FRAME_DURATION`] carries.
pub const FRAME_LEN: usize = 160;

/// How long one frame sounds.
pub const FRAME_DURATION: Duration = Duration::from_millis(20);

/// One recording, encoded once and shared by all who hear it.
///
/// All encodings hold the same number of whole frames; the end of the last one is silence.
#[derive(Clone, PartialEq, Eq)]
pub struct Clip {
    name: Box<str>,
    pcma: Arc<[u8]>,
    pcmu: Arc<[u8]>,
    /// Empty where nobody speaks it.
    g722: Arc<[u8]>,
}

impl Clip {
    /// Encodes a recording in both laws of G.711.
    #[must_use]
    pub fn encode(name: &str, pcm: &Pcm) -> Self {
        let samples = pcm.samples();
        Self {
            name: name.into(),
            pcma: whole_frames(samples, g711::alaw_encode),
            pcmu: whole_frames(samples, g711::ulaw_encode),
            g722: Arc::default(),
        }
    }

    /// Encodes a recording in G.722 too, which takes much longer.
    #[must_use]
    pub fn encode_with_g722(name: &str, pcm: &Pcm) -> Self {
        let mut encoder = g722::NarrowEncoder::default();
        let g722 = whole_frames(pcm.samples(), |sample| encoder.encode(sample));
        Self { g722, ..Self::encode(name, pcm) }
    }

    /// What the recording is called, without its language: `queue/first`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The octets to send: whole frames of [`FRAME_LEN`], one after the other. None in G.722 where it was not encoded so.
    #[must_use]
    pub fn frames(&self, codec: Codec) -> &[u8] {
        match codec {
            Codec::Pcma => &self.pcma,
            Codec::Pcmu => &self.pcmu,
            Codec::G722 => &self.g722,
        }
    }

    /// How much memory its sound takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.pcma.len() + self.pcmu.len() + self.g722.len()
    }

    /// How long the clip sounds: a multiple of [`FRAME_DURATION`].
    #[must_use]
    pub fn duration(&self) -> Duration {
        let frames = self.pcma.len() / FRAME_LEN;
        FRAME_DURATION * u32::try_from(frames).expect("DURATION_MAX keeps clips short")
    }
}

impl fmt::Debug for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clip({} {:?})", self.name, self.duration())
    }
}

fn whole_frames(samples: &[i16], encode: impl FnMut(i16) -> u8) -> Arc<[u8]> {
    let len = samples.len().next_multiple_of(FRAME_LEN);
    let silence = std::iter::repeat_n(0, len - samples.len());
    samples.iter().copied().chain(silence).map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frame_is_filled_with_silence() {
        let clip = Clip::encode("beep", &Pcm::new(vec![1_000; 161]));
        assert_eq!(clip.duration(), Duration::from_millis(40));
        for (codec, silence) in
            [(Codec::Pcma, g711::ALAW_SILENCE), (Codec::Pcmu, g711::ULAW_SILENCE)]
        {
            let frames = clip.frames(codec);
            assert_eq!(frames.len(), 320);
            assert_ne!(frames[160], silence);
            assert!(frames[161..].iter().all(|octet| *octet == silence), "{codec:?}");
        }
    }

    #[test]
    fn a_whole_number_of_frames_is_left_alone() {
        let clip = Clip::encode("beep", &Pcm::new(vec![0; 320]));
        assert_eq!(clip.frames(Codec::Pcma).len(), 320);
        assert_eq!(format!("{clip:?}"), "Clip(beep 40ms)");
    }

    #[test]
    fn a_clip_is_as_long_in_g722_and_only_where_that_is_wanted() {
        let pcm = Pcm::new(vec![1_000; 161]);
        let clip = Clip::encode_with_g722("beep", &pcm);
        assert_eq!(clip.frames(Codec::G722).len(), clip.frames(Codec::Pcma).len());
        assert_eq!(clip.bytes(), 3 * 320);
        assert!(Clip::encode("beep", &pcm).frames(Codec::G722).is_empty());
    }

    #[test]
    fn an_empty_recording_is_an_empty_clip() {
        let clip = Clip::encode("nothing", &Pcm::new(Vec::new()));
        assert!(clip.frames(Codec::Pcmu).is_empty());
        assert_eq!(clip.duration(), Duration::ZERO);
    }
}
