//! From packets to samples.

use ropus::{Channels, DecodeMode};
use rtp::opus::{TICKS_MAX, ticks, ticks_told_again};
use std::fmt;

/// Samples of a second.
const RATE_HZ: u32 = 8_000;

/// The samples of the longest packet.
pub type Samples = [i16; TICKS_MAX as usize];

/// Room for the samples of a packet.
pub const ROOM: Samples = [0; TICKS_MAX as usize];

/// Reads the packets of one stream, each of which leans on those before it.
pub struct Decoder {
    /// None once it has given up.
    codec: Option<Box<ropus::Decoder>>,
}

impl Decoder {
    /// One that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { codec: ropus::Decoder::new(RATE_HZ, Channels::Mono).ok().map(Box::new) }
    }

    /// The samples of the next packet: as many as [`ticks`] says, of all its channels together. None of what is no packet of Opus.
    pub fn decode<'a>(&mut self, packet: &[u8], room: &'a mut Samples) -> &'a [i16] {
        let Some(len) = ticks(packet).and_then(|ticks| usize::try_from(ticks).ok()) else {
            return &[];
        };
        self.run(packet, DecodeMode::Normal, len, room)
    }

    /// What a packet tells of the sound before its own, if it does and there is no more of it than `len`: the last samples of those that
    /// were lost. The packet itself is to be decoded behind.
    ///
    /// What nobody tells is not made up here: what the codec would make of it is half as loud, and damages the packets behind.
    pub fn recover<'a>(&mut self, next: &[u8], len: usize, room: &'a mut Samples) -> &'a [i16] {
        let told = ticks_told_again(next).and_then(|ticks| usize::try_from(ticks).ok());
        match told.filter(|told| *told <= len) {
            Some(told) => self.run(next, DecodeMode::Fec, told, room),
            None => &[],
        }
    }

    /// Whether its codec has fallen over a packet: it gives nothing ever after.
    #[must_use]
    pub const fn has_given_up(&self) -> bool {
        self.codec.is_none()
    }

    fn run<'a>(
        &mut self,
        packet: &[u8],
        mode: DecodeMode,
        len: usize,
        room: &'a mut Samples,
    ) -> &'a [i16] {
        let Some(room) = room.get_mut(..len).filter(|room| !room.is_empty()) else { return &[] };
        let Some(codec) = &mut self.codec else { return &[] };
        match crate::caught(|| codec.decode(packet, room, mode)) {
            Some(Ok(len)) => room.get(..len).unwrap_or_default(),
            // It contradicts itself deeper within: such a packet is as if it were lost.
            Some(Err(_)) => &[],
            None => {
                self.codec = None;
                &[]
            }
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.codec.is_some() { "Decoder" } else { "Decoder(given up)" })
    }
}
