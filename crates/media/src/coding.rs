//! Sound of a codec into samples, and back, where somebody has to look into it: 8,000 samples a second, one for each octet
//! and each tick of the clock of all our codecs.
//!
//! Of G.722 that is the lower band, which is all that a recording, a mix and G.711 have room for; the upper one passes
//! only where both sides speak G.722. It goes on from what came before, so each stream has values of its own here.

use media_protocol::Codec;
use rtp::{Heard, g711, g722};

/// So many octets of G.722 tell nearly all of what whoever hears them goes on from: 120 ms.
const TOLD_LEN: usize = 960;

/// Reads the sound of one stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    g722: g722::NarrowDecoder,
}

impl Reading {
    /// The sample of the next octet.
    pub(crate) fn sample(&mut self, codec: Codec, octet: u8) -> i16 {
        match codec {
            Codec::Pcma => g711::alaw_decode(octet),
            Codec::Pcmu => g711::ulaw_decode(octet),
            Codec::G722 => self.g722.decode(octet),
        }
    }

    /// Reads the octets of a packet. Those that come late are read beside the rest, which goes on as if they had been lost.
    pub(crate) fn packet(
        &mut self,
        (codec, order): (Codec, Heard),
        octets: &[u8],
        mut each: impl FnMut(i16),
    ) {
        let mut beside = (order == Heard::Late).then(|| self.clone());
        let reading = beside.as_mut().unwrap_or(self);
        octets.iter().for_each(|octet| each(reading.sample(codec, *octet)));
    }
}

/// What a phone with G.722 was sent last, wherever that came from. Whoever writes for it next goes on from there: a writer
/// that began anew in the midst of somebody's word would be heard as a crack.
#[derive(Debug)]
pub(crate) struct Told {
    octets: [u8; TOLD_LEN],
}

impl Told {
    pub(crate) const fn nothing() -> Self {
        Self { octets: [u8::MAX; TOLD_LEN] }
    }

    /// These were sent.
    pub(crate) fn push(&mut self, octets: &[u8]) {
        let kept = octets.len().min(TOLD_LEN);
        self.octets.copy_within(kept.., 0);
        let newest = octets.iter().rev().take(kept);
        self.octets.iter_mut().rev().zip(newest).for_each(|(place, octet)| *place = *octet);
    }
}

/// Writes the sound of one stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writing {
    g722: g722::NarrowEncoder,
}

impl Writing {
    /// Goes on behind what the phone was sent, where that matters to its codec.
    pub(crate) fn behind(told: Option<&Told>) -> Self {
        let g722 = told.map(|told| g722::NarrowEncoder::behind(&told.octets));
        Self { g722: g722.unwrap_or_default() }
    }

    /// The octet of the next sample.
    pub(crate) fn octet(&mut self, codec: Codec, sample: i16) -> u8 {
        match codec {
            Codec::Pcma => g711::alaw_encode(sample),
            Codec::Pcmu => g711::ulaw_encode(sample),
            Codec::G722 => self.g722.encode(sample),
        }
    }
}

/// One stream's sound in the codec of another one.
#[derive(Clone, Debug)]
pub(crate) struct Recoding {
    reading: Reading,
    writing: Writing,
}

impl Recoding {
    /// Goes on behind what the phone was sent.
    pub(crate) fn behind(told: Option<&Told>) -> Self {
        Self { reading: Reading::default(), writing: Writing::behind(told) }
    }

    /// Puts the octets of a packet into the other codec where they lie. Those that come late change nothing of what the next
    /// ones go on from.
    pub(crate) fn packet(&mut self, (from, to): (Codec, Codec), order: Heard, octets: &mut [u8]) {
        let mut beside = (order == Heard::Late).then(|| self.clone());
        let Self { reading, writing } = beside.as_mut().unwrap_or(self);
        for octet in octets {
            *octet = writing.octet(to, reading.sample(from, *octet));
        }
    }
}
