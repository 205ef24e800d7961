//! The way of what is recorded from a worker to the one thread that writes it.
//!
//! A ring of pieces of a fixed size, made at the start: the worker copies and never waits. What finds no
//! room is silence in the recording, and counted; beginnings and ends are kept until there is room, since
//! somebody waits for what comes of them.

use events::{Label, RecordingLabel};
use ids::{MessageId, RecordingId};
use media_protocol::Codec;
use rtrb::{Consumer, Producer, PushError, RingBuffer};
use std::collections::VecDeque;

/// Pieces that may wait for the disk: of four hundred talks at once, a second and a half.
pub(crate) const PIECES_MAX: usize = 65_536;

/// No recording begins while so many beginnings and ends wait behind a disk that stands.
pub(crate) const OWED_MAX: usize = 1_024;

/// The octets of a piece of sound: those of a packet of 20 ms. Longer packets are several pieces.
pub(crate) const PIECE_LEN: usize = 160;

/// One thing for the writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Begin(MessageId, Box<Label>),
    Sound(Sound),
    /// What there is, is all there is; so many packets found no room.
    End {
        message: MessageId,
        packets_missed: u32,
    },
    Discard(MessageId),
    BeginTalk(RecordingId, Box<RecordingLabel>),
    EndTalk {
        recording: RecordingId,
        packets_missed: u32,
    },
}

/// What a little sound is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Message(MessageId),
    Talk(RecordingId, Side),
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// On the left.
    Caller,
    /// Whoever talks with the caller, on the right.
    Other,
}

/// A little sound and where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sound {
    pub(crate) of: Of,
    /// The number of its first sample in the recording.
    pub(crate) place: u64,
    pub(crate) codec: Codec,
    /// How many octets of its packet stand before it, and whether more do behind: only of Opus, whose packets make sense as a whole.
    pub(crate) behind: u16,
    pub(crate) goes_on: bool,
    pub(crate) len: u8,
    pub(crate) octets: [u8; PIECE_LEN],
}

/// The worker's end.
#[derive(Debug)]
pub(crate) struct Tape {
    ring: Producer<Piece>,
    /// Beginnings, ends and what is to be discarded, which did not find room yet: what was begun has one end, and nothing begins
    /// behind [`OWED_MAX`] of them.
    owed: VecDeque<Piece>,
}

impl Tape {
    /// Both ends.
    pub(crate) fn new() -> (Self, Consumer<Piece>) {
        let (ring, pieces) = RingBuffer::new(PIECES_MAX);
        (Self { ring, owed: VecDeque::new() }, pieces)
    }

    /// Hands over the beginning of a recording. Whether it is one; if not, there is none.
    pub(crate) fn begin(&mut self, piece: Piece) -> bool {
        let is_one = self.owed.len() < OWED_MAX;
        if is_one {
            self.put(piece);
        }
        is_one
    }

    /// Hands over what must not be lost, at once or as soon as there is room.
    pub(crate) fn put(&mut self, piece: Piece) {
        self.owed.push_back(piece);
        self.flush();
    }

    /// Hands sound over. Whether there was room.
    pub(crate) fn put_sound(&mut self, at: (Of, u64), codec: Codec, sound: &[u8]) -> bool {
        let (of, mut place) = at;
        if !self.owed.is_empty() {
            return false;
        }
        let mut behind = 0;
        for chunk in sound.chunks(PIECE_LEN) {
            let mut octets = [0; PIECE_LEN];
            octets.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            let len = u8::try_from(chunk.len()).unwrap_or(u8::MAX);
            let goes_on =
                codec == Codec::Opus && usize::from(behind) + usize::from(len) < sound.len();
            let piece = Sound { of, place, codec, behind, goes_on, len, octets };
            if self.ring.push(Piece::Sound(piece)).is_err() {
                return false;
            }
            match codec {
                Codec::Pcma | Codec::Pcmu | Codec::G722 => place += u64::from(len),
                Codec::Opus => behind += u16::from(len),
            }
        }
        true
    }

    /// Hands over what is owed, in its order, as far as there is room.
    pub(crate) fn flush(&mut self) {
        while let Some(piece) = self.owed.pop_front() {
            if let Err(PushError::Full(piece)) = self.ring.push(piece) {
                self.owed.push_front(piece);
                return;
            }
        }
    }
}

/// Whose a recording is that somebody makes for a test.
#[cfg(test)]
pub(crate) fn label() -> Box<Label> {
    let left = events::MessageLeft {
        voicemail: "office".into(),
        call: 7,
        caller: events::Ani::new("0701234567"),
        name: None,
        company: None,
        language: "sv".into(),
        queue: None,
        waited_ms: 0,
        length_ms: 0,
        bytes: 0,
        packets_missed: 0,
    };
    Box::new(Label { arrived_at: 5, left })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: MessageId = MessageId(1);
    const OF: Of = Of::Message(MESSAGE);

    #[test]
    fn a_packet_of_sixty_milliseconds_is_three_pieces_in_their_order() {
        let (mut tape, mut pieces) = Tape::new();
        assert!(tape.put_sound((OF, 1_000), Codec::Pcmu, &[7; 480]));
        let places = std::iter::from_fn(|| match pieces.pop() {
            Ok(Piece::Sound(Sound { place, len, .. })) => Some((place, len)),
            Ok(_) | Err(_) => None,
        });
        assert_eq!(places.collect::<Vec<_>>(), [(1_000, 160), (1_160, 160), (1_320, 160)]);
    }

    #[test]
    fn a_packet_of_opus_of_many_octets_is_pieces_of_one_place() {
        let (mut tape, mut pieces) = Tape::new();
        assert!(tape.put_sound((OF, 1_000), Codec::Opus, &[7; 400]));
        let places = std::iter::from_fn(|| match pieces.pop() {
            Ok(Piece::Sound(Sound { place, behind, goes_on, len, .. })) => {
                Some((place, behind, goes_on, len))
            }
            Ok(_) | Err(_) => None,
        });
        let expected = [(1_000, 0, true, 160), (1_000, 160, true, 160), (1_000, 320, false, 80)];
        assert_eq!(places.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sound_finds_no_room_behind_a_disk_that_stands_and_an_end_is_not_lost() {
        let (mut tape, mut pieces) = Tape::new();
        let kept = (0..PIECES_MAX + 10).filter(|_| tape.put_sound((OF, 0), Codec::Pcma, &[1]));
        assert_eq!(kept.count(), PIECES_MAX);
        let end = Piece::End { message: MESSAGE, packets_missed: 10 };
        tape.put(end.clone());
        assert!(pieces.pop().is_ok(), "the disk goes on");
        assert!(!tape.put_sound((OF, 0), Codec::Pcma, &[1]), "the end comes first");
        tape.flush();
        let all: Vec<_> = std::iter::from_fn(|| pieces.pop().ok()).collect();
        assert_eq!((all.len(), all.last()), (PIECES_MAX, Some(&end)));
    }

    #[test]
    fn behind_a_disk_that_stands_for_long_nothing_begins_and_what_was_begun_ends() {
        let (mut tape, _pieces) = Tape::new();
        while tape.put_sound((OF, 0), Codec::Pcma, &[1]) {}
        let begun =
            (0..2 * OWED_MAX).filter(|_| tape.begin(Piece::Begin(MESSAGE, label()))).count();
        assert_eq!(begun, OWED_MAX);
        (0..begun).for_each(|_| tape.put(Piece::End { message: MESSAGE, packets_missed: 0 }));
        assert_eq!(tape.owed.len(), 2 * OWED_MAX);
    }
}
