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
