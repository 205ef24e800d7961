//! A clip: one recording as it goes out on the wire, in every codec.

use crate::Pcm;
use media_protocol::Codec;
use rtp::{g711, g722};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Octets of any codec but Opus in one frame, which is what one packet of [`FRAME_DURATION`] carries; and its samples.
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
    opus: Arc<Packets>,
}

/// Frames that are not of one length, one behind the other.
#[derive(Default, PartialEq, Eq)]
struct Packets {
    octets: Box<[u8]>,
    /// Where each ends.
    ends: Box<[u32]>,
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
            opus: Arc::default(),
        }
    }

    /// Encodes a recording in these of the others too, which takes much longer.
    #[must_use]
    pub fn encode_in(name: &str, pcm: &Pcm, others: &[Codec]) -> Self {
        let mut clip = Self::encode(name, pcm);
        if others.contains(&Codec::G722) {
            let mut encoder = g722::NarrowEncoder::default();
            clip.g722 = whole_frames(pcm.samples(), |sample| encoder.encode(sample));
        }
        if others.contains(&Codec::Opus) {
            clip.opus = Arc::new(Packets::encode(pcm.samples()));
        }
        clip
    }

    /// What the recording is called, without its language: `queue/first`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All octets, one frame after the other: of [`FRAME_LEN`] each, but in Opus. None in a codec that it was not encoded in.
    #[must_use]
    pub fn frames(&self, codec: Codec) -> &[u8] {
        match codec {
            Codec::Pcma => &self.pcma,
            Codec::Pcmu => &self.pcmu,
            Codec::G722 => &self.g722,
            Codec::Opus => &self.opus.octets,
        }
    }

    /// The octets to send for a frame, the first of which is 0. `None` behind the last one.
    #[must_use]
    pub fn frame(&self, codec: Codec, place: usize) -> Option<&[u8]> {
        match codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => {
                let start = place.checked_mul(FRAME_LEN)?;
                self.frames(codec).get(start..start + FRAME_LEN)
            }
            Codec::Opus => self.opus.get(place),
        }
    }

    /// How much memory its sound takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.pcma.len() + self.pcmu.len() + self.g722.len() + self.opus.bytes()
    }

    /// How long the clip sounds: a multiple of [`FRAME_DURATION`].
    #[must_use]
    pub fn duration(&self) -> Duration {
        let frames = self.pcma.len() / FRAME_LEN;
        FRAME_DURATION * u32::try_from(frames).expect("DURATION_MAX keeps clips short")
    }
}

impl Packets {
    fn encode(samples: &[i16]) -> Self {
        let mut encoder = opus::Encoder::new();
        let (mut octets, mut ends) = (Vec::new(), Vec::new());
        let mut packet = [0; FRAME_LEN];
        for said in samples.chunks(FRAME_LEN) {
            let mut frame = [0; FRAME_LEN];
            frame.iter_mut().zip(said).for_each(|(sample, said)| *sample = *said);
            // Should the codec have given up, the frame is one that was not sent, and heard as silence.
            let len = encoder.encode(&frame, &mut packet).unwrap_or_default();
            let packet = packet.get(..len).filter(|packet| !packet.is_empty());
            octets.extend_from_slice(packet.unwrap_or(&rtp::opus::NOT_SENT));
            ends.push(u32::try_from(octets.len()).expect("DURATION_MAX keeps clips short"));
        }
        Self { octets: octets.into(), ends: ends.into() }
    }

    fn get(&self, place: usize) -> Option<&[u8]> {
        let offset = |place: usize| usize::try_from(*self.ends.get(place)?).ok();
        let start = place.checked_sub(1).map_or(Some(0), offset)?;
        self.octets.get(start..offset(place)?)
    }

    const fn bytes(&self) -> usize {
        self.octets.len() + size_of::<u32>() * self.ends.len()
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
        let clip = Clip::encode_in("beep", &pcm, &[Codec::G722]);
        assert_eq!(clip.frames(Codec::G722).len(), clip.frames(Codec::Pcma).len());
        assert_eq!(clip.bytes(), 3 * 320);
        assert!(Clip::encode("beep", &pcm).frames(Codec::G722).is_empty());
    }

    #[test]
    fn in_opus_a_clip_has_as_many_packets_as_frames_each_of_which_is_20_ms() {
        let clip = Clip::encode_in("beep", &Pcm::new(vec![1_000; 1_601]), &[Codec::Opus]);
        let packets: Vec<_> = (0..).map_while(|place| clip.frame(Codec::Opus, place)).collect();
        assert_eq!(packets.len(), 11);
        assert!(packets.iter().all(|packet| rtp::opus::ticks(packet) == Some(160)));
        assert_eq!(packets.concat(), clip.frames(Codec::Opus));
        assert_eq!(clip.frame(Codec::Pcma, 10).map(<[u8]>::len), Some(FRAME_LEN));
        assert_eq!(clip.frame(Codec::Pcma, 11), None);
        assert_eq!(rtp::opus::ticks(&rtp::opus::NOT_SENT), Some(160));
    }

    #[test]
    fn an_empty_recording_is_an_empty_clip() {
        let clip = Clip::encode("nothing", &Pcm::new(Vec::new()));
        assert!(clip.frames(Codec::Pcmu).is_empty());
        assert_eq!(clip.duration(), Duration::ZERO);
    }
}
