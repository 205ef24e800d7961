//! Sound of a codec into samples, and back, where somebody has to look into it: 8,000 samples a second, one for each tick of the
//! clock that we count by, and one for each octet of all codecs but Opus.
//!
//! Of G.722 that is the lower band, and of Opus what a telephone has room for, which is all that a recording, a mix and G.711 take; the
//! rest passes only where both sides speak the same. Both go on from what came before, so each stream has values of its own here.
//! Nothing takes memory for a packet but Opus, whose codec does, and gives it back.

use crate::concealing::Concealing;
use media_protocol::Codec;
use opus::{ROOM, Samples};
use prompts::FRAME_LEN;
use rtp::{Header, Heard, g711, g722};
use std::ops::Deref;

/// So many octets of G.722 tell nearly all of what whoever hears them goes on from: 120 ms.
const TOLD_LEN: usize = 960;

/// Opus is written in steps of 10 ms.
const OPUS_STEP: usize = 80;

/// Reads the sound of one stream.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    g722: g722::NarrowDecoder,
    opus: Option<Box<opus::Decoder>>,
}

impl Reading {
    /// Reads the octets of a packet. Those that come late are read beside the rest, which goes on as if they had been lost; and in Opus
    /// they are not read.
    pub(crate) fn packet(
        &mut self,
        (codec, order): (Codec, Heard),
        octets: &[u8],
        mut each: impl FnMut(i16),
    ) {
        match codec {
            Codec::Pcma => octets.iter().for_each(|octet| each(g711::alaw_decode(*octet))),
            Codec::Pcmu => octets.iter().for_each(|octet| each(g711::ulaw_decode(*octet))),
            Codec::G722 => {
                let mut beside = (order == Heard::Late).then(|| self.g722.clone());
                let reading = beside.as_mut().unwrap_or(&mut self.g722);
                octets.iter().for_each(|octet| each(reading.decode(*octet)));
            }
            Codec::Opus if order == Heard::Late => {}
            Codec::Opus => {
                let mut room = ROOM;
                self.opus().decode(octets, &mut room).iter().for_each(|sample| each(*sample));
            }
        }
    }

    /// So many ticks were lost before this packet: what that tells of the last of them, as Opus may.
    pub(crate) fn told_again<'a>(
        &mut self,
        codec: Codec,
        (ticks, next): (usize, &[u8]),
        room: &'a mut Samples,
    ) -> &'a [i16] {
        match codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => &[],
            Codec::Opus => self.opus().recover(next, ticks, room),
        }
    }

    fn opus(&mut self) -> &mut opus::Decoder {
        self.opus.get_or_insert_with(Box::default)
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

/// The octets of 20 ms, in whatever codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    octets: [u8; FRAME_LEN],
    len: u8,
}

impl Deref for Frame {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.octets.get(..self.len.into()).unwrap_or_default()
    }
}

/// Writes the sound of one stream.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    g722: g722::NarrowEncoder,
    opus: Option<Box<opus::Encoder>>,
}

impl Writing {
    /// Goes on behind what the phone was sent, where that matters to its codec.
    pub(crate) fn behind(told: Option<&Told>) -> Self {
        let g722 = told.map(|told| g722::NarrowEncoder::behind(&told.octets));
        Self { g722: g722.unwrap_or_default(), opus: None }
    }

    /// 20 ms.
    pub(crate) fn frame(&mut self, codec: Codec, samples: &[i16; FRAME_LEN]) -> Frame {
        let mut octets = [0; FRAME_LEN];
        let len = self.packet(codec, samples, &mut octets);
        let len = len.and_then(|len| u8::try_from(len).ok()).filter(|len| *len > 0);
        if len.is_none() {
            // That its codec has given up is heard as silence.
            [octets[0]] = rtp::opus::NOT_SENT;
        }
        Frame { octets, len: len.unwrap_or(1) }
    }

    /// The octets of so many samples: how many there are. `None` where they find no room, and where Opus has given up.
    fn packet(&mut self, codec: Codec, samples: &[i16], octets: &mut [u8]) -> Option<usize> {
        match codec {
            Codec::Pcma => each(samples, octets, g711::alaw_encode),
            Codec::Pcmu => each(samples, octets, g711::ulaw_encode),
            Codec::G722 => each(samples, octets, |sample| self.g722.encode(sample)),
            Codec::Opus => {
                let encoder = self.opus.get_or_insert_with(Box::default);
                encoder.encode(samples, octets)
            }
        }
    }
}

/// An octet for each sample.
fn each(samples: &[i16], octets: &mut [u8], mut encode: impl FnMut(i16) -> u8) -> Option<usize> {
    let octets = octets.get_mut(..samples.len())?;
    octets.iter_mut().zip(samples).for_each(|(octet, sample)| *octet = encode(*sample));
    Some(octets.len())
}

/// So many packets that were lost in a row are made up, and no more than 60 ms.
const LOST_MAX: u16 = 3;
const LOST_TICKS_MAX: u32 = 480;

/// One stream's sound in the codec of another one.
#[derive(Debug)]
pub(crate) struct Recoding {
    reading: Reading,
    writing: Writing,
    /// The source and number of the last packet, and where in time it ends.
    last: Option<(u32, u16, u32)>,
    /// Of a source in Opus what is lost is made up here. In the others a loss is passed on, and made up by who hears it.
    concealing: Option<Box<Concealing>>,
}

/// Packets that were lost before one that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) count: u16,
    /// How many ticks of 8,000 a second each of them had.
    pub(crate) ticks: u32,
}

impl Recoding {
    /// The sound of a source in this codec, behind what the phone was sent.
    pub(crate) fn behind(from: Codec, told: Option<&Told>) -> Self {
        let concealing = (from == Codec::Opus).then(|| Box::new(Concealing::nothing()));
        let (reading, writing) = (Reading::default(), Writing::behind(told));
        Self { reading, writing, last: None, concealing }
    }

    /// A packet comes of so many ticks: what was lost right before it, if that is to be made up. What was not sent is not lost: the
    /// numbers go on where a phone says nothing.
    pub(crate) fn follow(&mut self, header: &Header, order: Heard, ticks: u32) -> Option<Lost> {
        if !matches!(order, Heard::Next | Heard::Anew) {
            return None;
        }
        let end = header.timestamp.wrapping_add(ticks);
        let (source, number, from) = self.last.replace((header.ssrc, header.sequence, end))?;
        let count = header.sequence.wrapping_sub(number).wrapping_sub(1);
        let gap = header.timestamp.wrapping_sub(from);
        if source != header.ssrc
            || order == Heard::Anew
            || !(1..=LOST_MAX).contains(&count)
            || !(1..=LOST_TICKS_MAX).contains(&gap)
        {
            return None;
        }
        gap.is_multiple_of(count.into()).then_some(Lost { count, ticks: gap / u32::from(count) })
    }

    /// Puts a packet into the other codec: how many octets of `room` it is. Those that come late change nothing of what the next
    /// ones go on from; where Opus is one of the two they are left out, and so is what is longer than 120 ms.
    pub(crate) fn packet(
        &mut self,
        (from, to): (Codec, Codec),
        order: Heard,
        said: &[u8],
        room: &mut [u8],
    ) -> Option<usize> {
        let (mut samples, mut len): (Samples, _) = (ROOM, 0);
        let is_late = order == Heard::Late;
        if is_late && (from == Codec::Opus || to == Codec::Opus) {
            return None;
        }
        if from != Codec::Opus && said.len() > samples.len() {
            return None;
        }
        let concealing = &mut self.concealing;
        self.reading.packet((from, order), said, |sample| {
            if let Some(place) = samples.get_mut(len) {
                *place = match concealing {
                    Some(concealing) => concealing.come(sample),
                    None => sample,
                };
            }
            len += 1;
        });
        self.write(to, is_late, (&samples, len), room)
    }

    /// What was lost before a packet, in the other codec: of a source in Opus to somebody who has an octet for each tick. What the packet
    /// tells of it is heard, and what it does not tell is made up.
    pub(crate) fn lost(
        &mut self,
        (from, to): (Codec, Codec),
        (lost, next): (Lost, &[u8]),
        room: &mut [u8],
    ) -> Option<usize> {
        let concealing = self.concealing.as_mut()?;
        let len = usize::try_from(lost.ticks).ok()? * usize::from(lost.count);
        let (mut samples, mut told): (Samples, Samples) = (ROOM, ROOM);
        let told = self.reading.told_again(from, (len, next), &mut told);
        let unknown = len.checked_sub(told.len())?;
        for (place, sample) in samples.iter_mut().take(len).enumerate() {
            *sample = match place.checked_sub(unknown).and_then(|at| told.get(at)) {
                Some(told) => concealing.come(*told),
                None => concealing.missing(),
            };
        }
        self.write(to, false, (&samples, len), room)
    }

    fn write(
        &mut self,
        to: Codec,
        is_late: bool,
        (samples, len): (&Samples, usize),
        room: &mut [u8],
    ) -> Option<usize> {
        if len == 0 {
            return None;
        }
        let len = if to == Codec::Opus { len.next_multiple_of(OPUS_STEP) } else { len };
        let samples = samples.get(..len)?;
        let before = is_late.then(|| self.writing.g722.clone());
        let written = self.writing.packet(to, samples, room);
        before.into_iter().for_each(|before| self.writing.g722 = before);
        written
    }
}
