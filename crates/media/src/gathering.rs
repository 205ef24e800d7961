//! Pieces of sound as they come to whoever writes them, into samples: a packet of Opus is read when all of its pieces are here,
//! and in place of a short loss is what the voice would have gone on as.

use crate::coding::Reading;
use crate::concealing::{Concealing, LASTS};
use crate::tape::Sound;
use media_protocol::Codec;
use rtp::Heard;

/// So many samples a piece brings at most: those of a packet, and what is made up before it.
pub(crate) const GATHERED_MAX: usize = LASTS + opus::ROOM.len();

/// Reads the pieces of one side of a recording.
#[derive(Debug)]
pub(crate) struct Gathering {
    reading: Reading,
    concealing: Concealing,
    /// The place behind the latest sound.
    next: Option<u64>,
    /// What has come of a packet that is not whole.
    packet: Vec<u8>,
    samples: Vec<i16>,
}

impl Default for Gathering {
    fn default() -> Self {
        Self {
            reading: Reading::default(),
            concealing: Concealing::nothing(),
            next: None,
            packet: Vec::new(),
            samples: Vec::new(),
        }
    }
}

impl Gathering {
    /// The samples that a piece brings, behind those that are made up for what was lost before it, and the place of the first.
    /// A packet of which a piece has found no room is let go.
    pub(crate) fn samples(&mut self, sound: &Sound) -> (u64, &[i16]) {
        self.samples.clear();
        let octets = sound.octets.get(..sound.len.into()).unwrap_or_default();
        let place = match sound.codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => self.read(sound, octets),
            Codec::Opus => {
                if sound.behind == 0 {
                    self.packet.clear();
                } else if self.packet.len() != usize::from(sound.behind) {
                    return (sound.place, &[]);
                }
                self.packet.extend_from_slice(octets);
                if sound.goes_on {
                    return (sound.place, &[]);
                }
                let packet = std::mem::take(&mut self.packet);
                let place = self.read(sound, &packet);
                self.packet = packet;
                place
            }
        };
        (place, &self.samples)
    }

    /// Reads a packet. Where its samples begin, with those that are made up.
    fn read(&mut self, sound: &Sound, packet: &[u8]) -> u64 {
        let Self { reading, concealing, samples, .. } = self;
        // What is late has a place of its own, and is read with the rest.
        let which = (sound.codec, Heard::Next);
        let Some(lost) = sound.place.checked_sub(self.next.unwrap_or(sound.place)) else {
            reading.packet(which, packet, |sample| samples.push(sample));
            // It may lie over the end of what came, and then no loss is behind it.
            self.next = self.next.max(Some(sound.place + samples.len() as u64));
            return sound.place;
        };
        let lost = usize::try_from(lost).ok().filter(|lost| *lost <= LASTS);
        if lost.is_none() {
            // That was a pause, and whoever was heard before it is not heard on.
            *concealing = Concealing::nothing();
        }
        let lost = lost.unwrap_or(0);
        samples.extend((0..lost).map(|_| concealing.missing()));
        reading.packet(which, packet, |sample| samples.push(concealing.come(sample)));
        let came = samples.len() - lost;
        self.next = Some(sound.place + came as u64);
        sound.place - lost as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Of, PIECE_LEN};
    use ids::MessageId;
    use rtp::g711::alaw_encode;
    use std::f64::consts::TAU;

    /// A voice of 150 Hz, packet by packet.
    #[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
    fn said(packet: u64) -> Sound {
        let mut octets = [0; PIECE_LEN];
        for (octet, n) in octets.iter_mut().zip(160 * packet..) {
            let turn = TAU * 150.0 * n as f64 / 8_000.0;
            *octet = alaw_encode((8_000.0 * turn.sin()) as i16);
        }
        let (of, codec) = (Of::Message(MessageId(1)), Codec::Pcma);
        Sound { of, place: 160 * packet, codec, behind: 0, goes_on: false, len: 160, octets }
    }

    /// What is written of these packets, and where: nothing is behind what comes.
    fn written(packets: &[u64]) -> Vec<i16> {
        let mut gathering = Gathering::default();
        let mut file = vec![0; 160 * 40];
        for packet in packets {
            let (place, samples) = gathering.samples(&said(*packet));
            let place = usize::try_from(place).unwrap();
            file[place..place + samples.len()].copy_from_slice(samples);
        }
        file
    }

    fn loudness(samples: &[i16]) -> f64 {
        let sum: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        (sum / samples.len() as f64).sqrt()
    }

    #[test]
    fn a_voice_of_which_a_packet_was_lost_is_written_without_a_hole_or_a_crack() {
        let whole = written(&(0..40).collect::<Vec<_>>());
        let lost: Vec<_> = (0..40).filter(|packet| !matches!(packet, 20 | 30 | 31)).collect();
        let file = written(&lost);
        for packet in 5..38 {
            let part = |file: &[i16]| loudness(&file[160 * packet..160 * (packet + 1)]);
            let kept = part(&file) / part(&whole);
            // Of two that were lost in a row the second is softer.
            let least = if packet == 31 { 0.3 } else { 0.7 };
            assert!((least..1.3).contains(&kept), "{packet}: {kept}");
        }
        let step = |file: &[i16]| file.windows(2).map(|two| two[0].abs_diff(two[1])).max();
        assert!(step(&file) < step(&whole).map(|step| 3 * step), "{:?}", step(&file));
        assert_eq!(file[32 * 160 + 32..], whole[32 * 160 + 32..], "what came is as it came");
    }

    #[test]
    fn a_pause_is_silence_and_what_comes_late_is_written_as_it_came() {
        let file = written(&[0, 1, 2, 10, 11, 13, 12, 14]);
        let whole = written(&(0..40).collect::<Vec<_>>());
        assert_eq!(file[3 * 160..10 * 160], vec![0; 7 * 160], "seven packets are a pause");
        assert_eq!(file[10 * 160..11 * 160], whole[10 * 160..11 * 160]);
        assert_eq!(file[12 * 160..13 * 160], whole[12 * 160..13 * 160]);
        assert_eq!(file[14 * 160..15 * 160], whole[14 * 160..15 * 160]);
    }
}
