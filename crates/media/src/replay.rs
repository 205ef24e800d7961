//! A recording as it is played: the part that sounds, and the one that comes next.

use crate::coding::{Frame, Writing};
use crate::reel::{Found, PART_LEN};
use ids::{MessageId, PlayId};
use media_protocol::{Codec, Replayed};
use prompts::FRAME_LEN;

/// A recording that plays.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) play: PlayId,
    pub(crate) message: MessageId,
    /// The part that sounds.
    sounds: Box<[i16]>,
    /// How far it has sounded.
    at: usize,
    next: Next,
    /// The number of the next part.
    part: u32,
    writing: Writing,
}

/// How it is with the part that comes next.
#[derive(Debug)]
enum Next {
    /// It is to be asked for.
    Wanted,
    Asked,
    Here(Found),
    /// The one that sounds is the last.
    None,
}

/// What a frame brings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Sound(Frame),
    /// The disk is late.
    Late,
    Over(Replayed),
}

impl Replay {
    pub(crate) fn new(play: PlayId, message: MessageId, writing: Writing) -> Self {
        Self { play, message, sounds: [].into(), at: 0, next: Next::Wanted, part: 0, writing }
    }

    /// The part that is to be asked for.
    pub(crate) const fn wanted(&self) -> Option<u32> {
        match self.next {
            Next::Wanted => Some(self.part),
            Next::Asked | Next::Here(_) | Next::None => None,
        }
    }

    /// It has been asked for.
    pub(crate) fn asked(&mut self) {
        self.next = Next::Asked;
    }

    /// A part is here. One that nobody waits for any more is let go.
    pub(crate) fn give(&mut self, part: u32, found: Found) {
        if let (Next::Asked, true) = (&self.next, part == self.part) {
            self.next = Next::Here(found);
        }
    }

    /// The next frame, the last one filled up with silence.
    pub(crate) fn step(&mut self, codec: Codec) -> Turn {
        if self.at >= self.sounds.len() {
            match std::mem::replace(&mut self.next, Next::Wanted) {
                Next::Here(Found::Sound(sounds)) => {
                    self.at = 0;
                    self.part += 1;
                    self.next = if sounds.len() < PART_LEN { Next::None } else { Next::Wanted };
                    self.sounds = sounds;
                }
                Next::Here(Found::Unreadable) => return Turn::Over(Replayed::Unreadable),
                Next::None => return Turn::Over(Replayed::Whole),
                late @ (Next::Wanted | Next::Asked) => {
                    self.next = late;
                    return Turn::Late;
                }
            }
        }
        let rest = self.sounds.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Turn::Over(Replayed::Whole);
        }
        self.at += FRAME_LEN;
        let mut samples = [0; FRAME_LEN];
        samples.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Turn::Sound(self.writing.frame(codec, &samples))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtp::g711;

    fn sound(samples: usize) -> Found {
        Found::Sound(vec![1_000; samples].into())
    }

    /// Plays until something else than sound comes; how many frames there were, and what came.
    fn play(replay: &mut Replay) -> (usize, Turn) {
        let mut frames = 0;
        loop {
            match replay.step(Codec::Pcmu) {
                Turn::Sound(_) => frames += 1,
                other @ (Turn::Late | Turn::Over(_)) => return (frames, other),
            }
        }
    }

    fn begun() -> Replay {
        let mut replay = Replay::new(PlayId(1), MessageId(1), Writing::default());
        assert_eq!(replay.wanted(), Some(0));
        replay.asked();
        replay
    }

    #[test]
    fn parts_follow_each_other_and_a_short_one_is_the_last() {
        let mut replay = begun();
        replay.give(0, sound(PART_LEN));
        assert!(matches!(replay.step(Codec::Pcma), Turn::Sound(_)));
        assert_eq!(replay.wanted(), Some(1), "while the first one sounds");
        replay.asked();
        replay.give(1, sound(170));
        assert_eq!(play(&mut replay), (49 + 2, Turn::Over(Replayed::Whole)));
    }

    #[test]
    fn a_recording_of_whole_seconds_ends_with_an_empty_part() {
        let mut replay = begun();
        replay.give(0, sound(PART_LEN));
        assert!(matches!(replay.step(Codec::Pcma), Turn::Sound(_)));
        replay.asked();
        replay.give(1, sound(0));
        assert_eq!(play(&mut replay), (49, Turn::Over(Replayed::Whole)));
    }

    #[test]
    fn what_is_late_is_played_when_it_comes() {
        let mut replay = begun();
        assert_eq!(play(&mut replay), (0, Turn::Late));
        assert_eq!(replay.wanted(), None, "it has been asked for");
        replay.give(7, sound(160));
        assert_eq!(play(&mut replay), (0, Turn::Late), "that was for another one");
        replay.give(0, sound(160));
        assert_eq!(play(&mut replay), (1, Turn::Over(Replayed::Whole)));
    }

    #[test]
    fn what_can_not_be_read_is_over() {
        let mut replay = begun();
        replay.give(0, Found::Unreadable);
        assert_eq!(play(&mut replay), (0, Turn::Over(Replayed::Unreadable)));
    }

    #[test]
    fn samples_come_out_in_the_law_of_the_stream() {
        let mut replay = begun();
        replay.give(0, Found::Sound([-8_000, 8_000].into()));
        let Turn::Sound(frame) = replay.step(Codec::Pcmu) else { panic!("there is sound") };
        let expected = [g711::ulaw_encode(-8_000), g711::ulaw_encode(8_000), g711::ULAW_SILENCE];
        assert_eq!(frame[..3], expected);
    }
}
