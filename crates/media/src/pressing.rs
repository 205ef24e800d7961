//! A key as its packets tell it by the clock of whoever presses it, and by that of whoever hears it (RFC 4733 §2.5).

use media_protocol::Clock;
use rtp::{Header, TelephoneEvent};

/// The longest that one packet can tell of a press; a longer one goes on under a later time (§2.5.1.3). By the clock of Opus that is
/// 1.4 s.
const DURATION_MAX: u32 = 0xffff;

/// What a packet says of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Press {
    pub(crate) event: TelephoneEvent,
    /// By which clock it is told.
    clock: Clock,
    /// When the key was pressed and how long it has been down, in ticks of 8,000 a second.
    began: u32,
    lasting: u32,
}

impl Press {
    /// The time of its packets and what they say, for somebody who hears it by this clock; nothing where that is the one by which it is
    /// told. A press that lasts longer than this clock can tell is told as one that lasts as long as it can.
    pub(crate) fn told_by(&self, clock: Clock) -> Option<(u32, TelephoneEvent)> {
        let duration = self.lasting.saturating_mul(clock.pace().into()).min(DURATION_MAX);
        let duration = u16::try_from(duration).unwrap_or(u16::MAX);
        (clock != self.clock).then_some((self.began, TelephoneEvent { duration, ..self.event }))
    }
}

/// Follows the presses of one peer.
#[derive(Debug, Default)]
pub(crate) struct Pressing {
    last: Option<Last>,
}

/// The press that was told last.
#[derive(Clone, Copy, Debug)]
struct Last {
    event: u8,
    has_ended: bool,
    /// The time of its packets as it came.
    came: u32,
    /// When it began, in ticks of 8,000 a second, and how much was told under earlier times, as it came.
    began: u32,
    told: u32,
}

impl Pressing {
    /// A packet of a key, its time as it came and in ticks of 8,000 a second.
    pub(crate) fn hear(
        &mut self,
        event: TelephoneEvent,
        clock: Clock,
        (came, header): (u32, &Header),
    ) -> Press {
        let (began, told) = match self.last.filter(|last| last.event == event.event) {
            Some(last) if last.came == came => (last.began, last.told),
            Some(last) if !last.has_ended && came.wrapping_sub(last.came) == DURATION_MAX => {
                (last.began, last.told.saturating_add(DURATION_MAX))
            }
            Some(_) | None => (header.timestamp, 0),
        };
        self.last = Some(Last { event: event.event, has_ended: event.end, came, began, told });
        let lasting = told.saturating_add(event.duration.into()) / u32::from(clock.pace());
        Press { event, clock, began, lasting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(pressing: &mut Pressing, clock: Clock, came: u32, duration: u16) -> Press {
        let event = TelephoneEvent { event: 5, end: false, volume: 10, duration };
        let header = Header { timestamp: came / u32::from(clock.pace()), ..Header::default() };
        pressing.hear(event, clock, (came, &header))
    }

    fn told(press: &Press, clock: Clock) -> Option<(u32, u16)> {
        press.told_by(clock).map(|(at, event)| (at, event.duration))
    }

    #[test]
    fn a_press_is_as_long_by_either_clock() {
        let wide = press(&mut Pressing::default(), Clock::Hz48000, 4_800, 960);
        assert_eq!(told(&wide, Clock::Hz8000), Some((800, 160)));
        assert_eq!(told(&wide, Clock::Hz48000), None, "as it came");
        let narrow = press(&mut Pressing::default(), Clock::Hz8000, 800, 160);
        assert_eq!(told(&narrow, Clock::Hz48000), Some((800, 960)));
    }

    #[test]
    fn a_press_that_goes_on_under_a_later_time_is_one() {
        let mut pressing = Pressing::default();
        press(&mut pressing, Clock::Hz48000, 600, 0xffff);
        let later = press(&mut pressing, Clock::Hz48000, 600 + 0xffff, 9_600);
        assert_eq!(told(&later, Clock::Hz8000), Some((100, 12_522)));
        let other = press(&mut pressing, Clock::Hz48000, 600_000, 960);
        assert_eq!(told(&other, Clock::Hz8000), Some((100_000, 160)));
    }

    #[test]
    fn a_press_that_is_longer_than_can_be_told_is_told_as_long_as_can_be() {
        let long = press(&mut Pressing::default(), Clock::Hz8000, 0, 16_000);
        assert_eq!(told(&long, Clock::Hz48000), Some((0, 0xffff)));
    }
}
