//! Hears each press of a key once, however many packets tell of it (RFC 4733 §2.5).
//!
//! All packets of a press carry the timestamp of its beginning, so a press is new when its
//! timestamp is not among the last few that were told. That holds when the first packets are lost,
//! or the last, or when packets come twice or late.

use crate::TelephoneEvent;

/// How many presses back a late packet is still known for one. Keys come a tenth of a second apart
/// at the fastest, so this covers any delay that a packet survives.
const REMEMBERED_MAX: usize = 8;

/// The longest duration that one timestamp can tell; a longer press goes on under a later one.
const DURATION_MAX: u32 = 0xffff;

#[derive(Clone, Copy, Debug)]
struct Press {
    event: u8,
    timestamp: u32,
    ended: bool,
}

/// Tells presses from the packets of one peer's telephone events.
#[derive(Clone, Debug, Default)]
pub struct EventDetector {
    source: Option<u32>,
    recent: [Option<Press>; REMEMBERED_MAX],
    next: usize,
}

impl EventDetector {
    /// Takes one packet of the telephone-event payload type: the stream's SSRC, the packet's
    /// timestamp and its event. Answers with the event's code at the first packet of each press.
    pub fn hear(&mut self, ssrc: u32, timestamp: u32, heard: TelephoneEvent) -> Option<u8> {
        if self.source != Some(ssrc) {
            // Another source counts its time from elsewhere.
            *self = Self { source: Some(ssrc), ..Self::default() };
        }
        let known = self
            .recent
            .iter_mut()
            .flatten()
            .find(|press| press.event == heard.event && press.timestamp == timestamp);
        if let Some(press) = known {
            press.ended |= heard.end;
            return None;
        }
        let goes_on = self.goes_on(timestamp, heard.event);
        self.remember(Press { event: heard.event, timestamp, ended: heard.end });
        (!goes_on).then_some(heard.event)
    }

    /// Whether this is the next segment of a key that is held for more than eight seconds
    /// (§2.5.1.3): it begins where the last one had to stop.
    fn goes_on(&self, timestamp: u32, event: u8) -> bool {
        self.recent.iter().flatten().any(|press| {
            !press.ended
                && press.event == event
                && timestamp.wrapping_sub(press.timestamp) == DURATION_MAX
        })
    }

    fn remember(&mut self, press: Press) {
        if let Some(slot) = self.recent.get_mut(self.next) {
            *slot = Some(press);
        }
        self.next = (self.next + 1) % REMEMBERED_MAX;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SSRC: u32 = 7;

    /// The packets of a press as a phone sends them: one each 20 ms, then the end three times.
    fn press(event: u8, timestamp: u32) -> Vec<(u32, TelephoneEvent)> {
        let going = (1..=4).map(|n| (false, n * 160));
        let ended = [(true, 800); 3];
        going
            .chain(ended)
            .map(|(end, duration)| (timestamp, TelephoneEvent { event, end, volume: 10, duration }))
            .collect()
    }

    fn keys(packets: impl IntoIterator<Item = (u32, TelephoneEvent)>) -> Vec<u8> {
        let mut detector = EventDetector::default();
        let told = packets.into_iter().filter_map(|(at, event)| detector.hear(SSRC, at, event));
        told.collect()
    }

    #[test]
    fn a_press_is_told_once_and_at_its_first_packet() {
        let mut detector = EventDetector::default();
        let told: Vec<_> =
            press(5, 1_000).into_iter().map(|(at, event)| detector.hear(SSRC, at, event)).collect();
        assert_eq!(told, [Some(5), None, None, None, None, None, None]);
    }

    #[test]
    fn the_same_key_twice_is_two_presses() {
        assert_eq!(keys([press(1, 0), press(1, 1_600), press(2, 3_200)].concat()), [1, 1, 2]);
    }

    #[test]
    fn a_lost_beginning_is_made_up_by_the_end() {
        assert_eq!(keys(press(9, 0).split_off(6)), [9]);
    }

    #[test]
    fn a_lost_end_does_not_hide_the_next_press() {
        let mut cut_off = press(3, 0);
        cut_off.truncate(2);
        assert_eq!(keys([cut_off, press(3, 1_600)].concat()), [3, 3]);
    }

    #[test]
    fn packets_that_come_twice_or_late_are_no_new_press() {
        let first = press(4, 0);
        let late = first.clone();
        let packets = [first, press(6, 1_600), late, press(6, 1_600)].concat();
        assert_eq!(keys(packets), [4, 6]);
    }

    #[test]
    fn a_key_held_for_more_than_eight_seconds_is_one_press() {
        let held =
            |at, duration| (at, TelephoneEvent { event: 0, end: false, volume: 0, duration });
        let packets = vec![held(50, 160), held(50, 0xffff), held(50 + 0xffff, 160)];
        assert_eq!(keys(packets), [0]);
    }

    #[test]
    fn a_press_just_where_a_finished_one_could_go_on_is_new() {
        let mut packets = press(0, 50);
        packets.extend(press(0, 50 + 0xffff));
        assert_eq!(keys(packets), [0, 0]);
    }

    #[test]
    fn a_timestamp_that_jumps_back_is_a_press() {
        assert_eq!(keys([press(1, 90_000), press(2, 400)].concat()), [1, 2]);
    }

    #[test]
    fn another_source_may_use_the_same_timestamp() {
        let mut detector = EventDetector::default();
        let (at, event) = press(8, 0).remove(0);
        assert_eq!(detector.hear(1, at, event), Some(8));
        assert_eq!(detector.hear(2, at, event), Some(8));
    }
}
