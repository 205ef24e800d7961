//! Pieces of sound as they come to whoever writes them, into samples: a packet of Opus is read when all of its pieces are here.

use crate::coding::Reading;
use crate::tape::Sound;
use media_protocol::Codec;
use rtp::Heard;

/// Reads the pieces of one side of a recording.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    reading: Reading,
    /// What has come of a packet that is not whole.
    packet: Vec<u8>,
    samples: Vec<i16>,
}

impl Gathering {
    /// The samples that a piece brings. A packet of which a piece has found no room is let go.
    pub(crate) fn samples(&mut self, sound: &Sound) -> &[i16] {
        let Self { reading, packet, samples } = self;
        samples.clear();
        let octets = sound.octets.get(..sound.len.into()).unwrap_or_default();
        let packet = match sound.codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => octets,
            Codec::Opus => {
                if sound.behind == 0 {
                    packet.clear();
                } else if packet.len() != usize::from(sound.behind) {
                    return samples;
                }
                packet.extend_from_slice(octets);
                if sound.goes_on {
                    return samples;
                }
                packet
            }
        };
        // What is late has a place of its own, and is read with the rest.
        reading.packet((sound.codec, Heard::Next), packet, |sample| samples.push(sample));
        samples
    }
}
