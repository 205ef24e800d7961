//! Keys as telephone events (RFC 4733): what to send in each 20 ms while one is down.

use media_protocol::Digit;
use rtp::TelephoneEvent;
use std::collections::VecDeque;

/// How long a key is down: 100 ms.
const DOWN_FRAMES: u16 = 5;
/// How long to wait between two keys: 60 ms.
const REST_FRAMES: u16 = 3;
/// Keys that may wait to be pressed.
pub(crate) const KEYS_MAX: usize = 64;
/// How loud a key says it is: −10 dBm0.
const VOLUME: u8 = 10;
/// The end is told three times, since a lost one would leave the key down (§2.5.1.4).
const END_REPEATS: usize = 3;
/// Ticks of the event clock in one frame.
const FRAME_TICKS: u16 = 160;

/// Keys waiting, and the one that is down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keypad {
    waiting: VecDeque<Digit>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Idle,
    Down {
        digit: Digit,
        began: u32,
        frames: u16,
    },
    Resting {
        frames_left: u16,
    },
}

/// What a key says in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Press {
    /// The time at which the key went down: the timestamp of all its packets.
    pub(crate) began: u32,
    /// Whether this is its first packet.
    pub(crate) is_first: bool,
    /// How often to send the packet.
    pub(crate) times: usize,
    pub(crate) event: TelephoneEvent,
}

impl Keypad {
    /// Puts a key in the row of those that are to be pressed; over the limit it is let fall.
    pub(crate) fn press(&mut self, digit: Digit) {
        if self.waiting.len() < KEYS_MAX {
            self.waiting.push_back(digit);
        }
    }

    /// Whether no key is down, resting or waiting.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && matches!(self.state, State::Idle)
    }

    /// One frame has come, whose first sample is at `timestamp`.
    pub(crate) fn tick(&mut self, timestamp: u32) -> Option<Press> {
        match self.state {
            State::Idle => {
                let digit = self.waiting.pop_front()?;
                Some(self.hold_down(digit, timestamp, 0))
            }
            State::Down { digit, began, frames } => Some(self.hold_down(digit, began, frames)),
            State::Resting { frames_left: 0 | 1 } => {
                self.state = State::Idle;
                None
            }
            State::Resting { frames_left } => {
                self.state = State::Resting { frames_left: frames_left - 1 };
                None
            }
        }
    }

    fn hold_down(&mut self, digit: Digit, began: u32, before: u16) -> Press {
        let frames = before + 1;
        let end = frames == DOWN_FRAMES;
        self.state = if end {
            State::Resting { frames_left: REST_FRAMES }
        } else {
            State::Down { digit, began, frames }
        };
        let duration = frames * FRAME_TICKS;
        let event = TelephoneEvent { event: digit.event(), end, volume: VOLUME, duration };
        Press { began, is_first: before == 0, times: if end { END_REPEATS } else { 1 }, event }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_down_for_its_time_and_told_ended_three_times() {
        let mut keypad = Keypad::default();
        keypad.press(Digit::from_char('7').unwrap());
        keypad.press(Digit::from_char('#').unwrap());
        let mut seen = Vec::new();
        for frame in 0..20_u32 {
            seen.push(keypad.tick(1_000 + frame * 160));
        }
        let durations: Vec<_> = seen[..5].iter().map(|it| it.unwrap().event.duration).collect();
        assert_eq!(durations, [160, 320, 480, 640, 800]);
        assert!(seen[..5].iter().all(|it| it.unwrap().began == 1_000));
        assert_eq!(seen[..5].iter().map(|it| it.unwrap().times).sum::<usize>(), 4 + 3);
        assert!(seen[0].unwrap().is_first && !seen[1].unwrap().is_first);
        assert!(seen[5..8].iter().all(Option::is_none), "a rest lies between two keys");
        assert_eq!(seen[8].unwrap().event.event, 11);
        assert_eq!(seen[8].unwrap().began, 1_000 + 8 * 160);
        assert!(seen[13..].iter().all(Option::is_none));
    }

    #[test]
    fn a_madman_at_the_keys_fills_no_memory() {
        let mut keypad = Keypad::default();
        for _ in 0..10_000 {
            keypad.press(Digit::from_char('1').unwrap());
        }
        assert_eq!(keypad.waiting.len(), KEYS_MAX);
    }
}
