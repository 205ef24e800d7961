//! From samples of two who talk to packets that keep the one on the left and the other on the right.

use ropus::{Application, Bitrate, Channels};
use std::fmt;

const RATE_HZ: u32 = 8_000;

/// Bits a second of both sides. With less, what one says is heard on the side of the other: the codec then tells of a part of the bands only how loud they
/// are on either side.
const BITS_PER_SECOND: u32 = 48_000;

/// How much work is put into a frame, of 0 to 10: more than the least has shown nothing.
const WORK: u8 = 0;

/// The samples of either side that have a packet: 20 ms.
pub const STEREO_FRAME: usize = 160;

/// How much later a sample comes out of a decoder, in ticks of 48,000 a second: what RFC 7845 §4.2 calls the pre-skip.
pub const LOOKAHEAD: u32 = 120;

/// Writes the packets of one stream of two sides.
pub struct StereoEncoder {
    /// None once it has given up.
    codec: Option<Box<ropus::Encoder>>,
}

impl StereoEncoder {
    /// One that has said nothing.
    #[must_use]
    pub fn new() -> Self {
        let builder =
            ropus::Encoder::builder(RATE_HZ, Channels::Stereo, Application::RestrictedLowDelay);
        let rate = Bitrate::try_bits(BITS_PER_SECOND);
        let codec = rate.ok().and_then(|rate| builder.bitrate(rate).complexity(WORK).build().ok());
        Self { codec: codec.map(Box::new) }
    }

    /// The next packet, of [`STEREO_FRAME`] samples of either side, left and right: how many octets of `packet` it is. `None` of another
    /// number, and where it finds no room.
    pub fn encode(&mut self, samples: &[[i16; 2]], packet: &mut [u8]) -> Option<usize> {
        if samples.len() != STEREO_FRAME {
            return None;
        }
        let codec = self.codec.as_mut()?;
        let encoded = crate::caught(|| codec.encode(samples.as_flattened(), packet));
        if encoded.is_none() {
            self.codec = None;
        }
        encoded?.ok()
    }
}

impl Default for StereoEncoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StereoEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.codec.is_some() { "StereoEncoder" } else { "StereoEncoder(given up)" })
    }
}
