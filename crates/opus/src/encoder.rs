//! From samples to packets.

use ropus::{Application, Bitrate, Channels};
use rtp::opus::begin_several;
use std::fmt;

const RATE_HZ: u32 = 8_000;

/// Bits a second, half of what G.711 has. Less is enough for a voice in the half of Opus that is made for voices; this is written in the
/// other one (CELT), which takes three quarters of the work and 4 ms less of delay, is nearer to what it was told, and can be music.
const BITS_PER_SECOND: u32 = 32_000;

/// How much work is put into a frame, of 0 to 10: more than the least has shown nothing.
const WORK: u8 = 0;

/// Samples of 10 ms. A packet has a whole number of them.
const STEP: usize = 80;

/// The longest frame of several in a packet, in octets: 10 ms of at most 160,000 bits a second.
const PART_LEN: usize = 200;

/// The most such frames in a packet: 110 ms, since even numbers of them are frames of 20 ms.
const PARTS_MAX: usize = 11;

/// Writes the packets of one stream.
pub struct Encoder {
    /// None once it has given up.
    codec: Option<Box<ropus::Encoder>>,
}

impl Encoder {
    /// One that has said nothing.
    #[must_use]
    pub fn new() -> Self {
        let builder =
            ropus::Encoder::builder(RATE_HZ, Channels::Mono, Application::RestrictedLowDelay);
        let rate = Bitrate::try_bits(BITS_PER_SECOND);
        let codec = rate.ok().and_then(|rate| builder.bitrate(rate).complexity(WORK).build().ok());
        Self { codec: codec.map(Box::new) }
    }

    /// The next packet, of 10 to 120 ms: how many octets of `packet` it is. `None` of another length, and where it finds no room: 160
    /// octets are enough for 20 ms.
    pub fn encode(&mut self, samples: &[i16], packet: &mut [u8]) -> Option<usize> {
        if samples.is_empty() || !samples.len().is_multiple_of(STEP) {
            return None;
        }
        match samples.len() / STEP {
            1 => self.frame(samples, packet),
            2.. if samples.len().is_multiple_of(2 * STEP) => self.frame(samples, packet),
            _ => self.several(samples, packet),
        }
    }

    /// What is no length of a frame: as many of 10 ms as it takes.
    fn several(&mut self, samples: &[i16], packet: &mut [u8]) -> Option<usize> {
        let mut parts = [[0; PART_LEN]; PARTS_MAX];
        let mut sizes = [0; PARTS_MAX];
        let mut kind = None;
        let frames = samples.len() / STEP;
        let rows = parts.iter_mut().zip(&mut sizes);
        for ((part, size), samples) in rows.zip(samples.chunks_exact(STEP)) {
            let len = self.frame(samples, part)?;
            let toc = *part.first()?;
            // One of another kind than the first cannot stand beside it, and is one that was not sent.
            *size = if *kind.get_or_insert(toc) == toc { len - 1 } else { 0 };
        }
        let mut at = begin_several(kind?, sizes.get(..frames)?, packet)?;
        for (part, size) in parts.iter().zip(sizes).take(frames) {
            packet.get_mut(at..at + size)?.copy_from_slice(part.get(1..=size)?);
            at += size;
        }
        Some(at)
    }

    fn frame(&mut self, samples: &[i16], packet: &mut [u8]) -> Option<usize> {
        let codec = self.codec.as_mut()?;
        let encoded = crate::caught(|| codec.encode(samples, packet));
        if encoded.is_none() {
            self.codec = None;
        }
        encoded?.ok()
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.codec.is_some() { "Encoder" } else { "Encoder(given up)" })
    }
}
