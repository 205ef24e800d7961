//! What a peer hears is one RTP stream, however often its source changes.
//!
//! A phone plays what comes in order of sequence number and at the time that the timestamp says,
//! and many fall silent when either jumps. So whatever is sent, our own frames or packets of
//! another leg, is numbered in one space: sequence numbers without holes of our making, timestamps
//! that only go forward and also run through silence, and one SSRC for life.

use rtp::{Header, Heard, LATE_MAX};

/// Ticks of the 8 kHz clock in one frame of 20 ms.
pub(crate) const FRAME_TICKS: u32 = 160;

/// Where a stream's numbers start: random, so that they can not be guessed (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) ssrc: u32,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
}

/// Where the packets come from now, and how its numbers become ours.
#[derive(Clone, Copy, Debug)]
enum Feed {
    Silence,
    Own {
        timestamp_shift: u32,
    },
    /// Packets of another leg that come before `first` are of before the change to it.
    Relay {
        first: u16,
        sequence_shift: u16,
        timestamp_shift: u32,
    },
}

/// The numbering of one outgoing stream. Media time is in ticks since the worker's epoch.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    start: Start,
    sequence_next: u16,
    timestamp_last: Option<u32>,
    feed: Feed,
}

impl Outgoing {
    pub(crate) const fn new(start: Start) -> Self {
        let sequence_next = start.sequence;
        Self { start, sequence_next, timestamp_last: None, feed: Feed::Silence }
    }

    /// Nothing is sent from here on, so what comes next starts a talkspurt.
    pub(crate) const fn fall_silent(&mut self) {
        self.feed = Feed::Silence;
    }

    /// The header of the frame of our own that is due at `media_time`.
    pub(crate) fn own(&mut self, media_time: u32, payload_type: u8) -> Header {
        let (timestamp_shift, marker) = match self.feed {
            Feed::Own { timestamp_shift } => (timestamp_shift, false),
            Feed::Silence | Feed::Relay { .. } => (self.shift_from(media_time, media_time), true),
        };
        self.feed = Feed::Own { timestamp_shift };
        let timestamp = media_time.wrapping_add(timestamp_shift);
        let sequence = self.sequence_next;
        self.sent(sequence, timestamp);
        Header { marker, payload_type, sequence, timestamp, ssrc: self.start.ssrc }
    }

    /// The header under which a packet of another leg goes out. `None` if it came so late that its
    /// number would fall before the change to this source.
    pub(crate) fn relay(
        &mut self,
        media_time: u32,
        heard: &Header,
        order: Heard,
        payload_type: u8,
    ) -> Option<Header> {
        let anchored = match (self.feed, order) {
            (Feed::Relay { .. }, Heard::Next | Heard::Late) => false,
            (Feed::Silence | Feed::Own { .. }, Heard::Next) | (_, Heard::Anew) => {
                self.anchor(media_time, heard);
                true
            }
            (Feed::Silence | Feed::Own { .. }, Heard::Late) | (_, Heard::Again | Heard::Stray) => {
                return None;
            }
        };
        let Feed::Relay { first, sequence_shift, timestamp_shift } = &mut self.feed else {
            return None;
        };
        if is_before(heard.sequence, *first) {
            return None;
        }
        // Numbers wrap: a place that stays behind by half of them would come to lie ahead.
        if heard.sequence.wrapping_sub(*first) > LATE_MAX {
            *first = heard.sequence.wrapping_sub(LATE_MAX);
        }
        let sequence = heard.sequence.wrapping_add(*sequence_shift);
        let timestamp = heard.timestamp.wrapping_add(*timestamp_shift);
        self.sent(sequence, timestamp);
        let marker = heard.marker || anchored;
        Some(Header { marker, payload_type, sequence, timestamp, ssrc: self.start.ssrc })
    }

    /// A packet of the other leg is not passed on: the next one closes the hole.
    pub(crate) const fn leave_out(&mut self, order: Heard) {
        if let (Feed::Relay { sequence_shift, .. }, Heard::Next) = (&mut self.feed, order) {
            *sequence_shift = sequence_shift.wrapping_sub(1);
        }
    }

    fn anchor(&mut self, media_time: u32, heard: &Header) {
        self.feed = Feed::Relay {
            first: heard.sequence,
            sequence_shift: self.sequence_next.wrapping_sub(heard.sequence),
            timestamp_shift: self.shift_from(media_time, heard.timestamp),
        };
    }

    /// What to add to a source's timestamps so that its first one is now, or, if what was sent
    /// reaches further than now, one frame later than that.
    fn shift_from(&self, media_time: u32, timestamp: u32) -> u32 {
        let now = self.start.timestamp.wrapping_add(media_time);
        let begin = match self.timestamp_last.map(|last| last.wrapping_add(FRAME_TICKS)) {
            Some(earliest) if is_earlier(now, earliest) => earliest,
            Some(_) | None => now,
        };
        begin.wrapping_sub(timestamp)
    }

    fn sent(&mut self, sequence: u16, timestamp: u32) {
        if !is_before(sequence, self.sequence_next) {
            self.sequence_next = sequence.wrapping_add(1);
        }
        if self.timestamp_last.is_none_or(|last| is_earlier(last, timestamp)) {
            self.timestamp_last = Some(timestamp);
        }
    }
}

/// Whether `a` comes before `b` in a sequence that wraps.
const fn is_before(a: u16, b: u16) -> bool {
    a.wrapping_sub(b).cast_signed() < 0
}

/// Whether `a` is earlier than `b` on a clock that wraps.
const fn is_earlier(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() < 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Start = Start { ssrc: 1, sequence: 65_000, timestamp: 0 };

    /// A packet of a phone, so many after its first.
    fn said(count: u32) -> Header {
        let [_, _, s0, s1] = count.to_be_bytes();
        let sequence = u16::from_be_bytes([s0, s1]).wrapping_add(100);
        let timestamp = count.wrapping_mul(FRAME_TICKS);
        Header { marker: false, payload_type: 8, sequence, timestamp, ssrc: 77 }
    }

    fn relayed(outgoing: &mut Outgoing, count: u32, order: Heard) -> Option<u16> {
        let media_time = count.wrapping_mul(FRAME_TICKS);
        outgoing.relay(media_time, &said(count), order, 8).map(|header| header.sequence)
    }

    #[test]
    fn a_source_is_relayed_for_as_long_as_it_lasts() {
        let mut outgoing = Outgoing::new(START);
        let mut expected = START.sequence;
        for count in 0..200_000 {
            let order = if count == 0 { Heard::Anew } else { Heard::Next };
            assert_eq!(relayed(&mut outgoing, count, order), Some(expected), "packet {count}");
            expected = expected.wrapping_add(1);
        }
    }

    #[test]
    fn a_late_packet_finds_its_place_wherever_the_numbers_wrap() {
        let mut outgoing = Outgoing::new(START);
        relayed(&mut outgoing, 0, Heard::Anew);
        let late = u32::from(LATE_MAX);
        for count in 1..150_000 {
            relayed(&mut outgoing, count, Heard::Next);
            if count >= late {
                let [_, _, s0, s1] = (count - late).to_be_bytes();
                let place = START.sequence.wrapping_add(u16::from_be_bytes([s0, s1]));
                assert_eq!(relayed(&mut outgoing, count - late, Heard::Late), Some(place));
            }
        }
    }

    #[test]
    fn what_came_before_the_change_of_source_stays_out_wherever_the_numbers_wrap() {
        for first in (100..200_000).step_by(4_999) {
            let mut outgoing = Outgoing::new(START);
            relayed(&mut outgoing, 0, Heard::Anew);
            outgoing.own(0, 8);
            let taken = relayed(&mut outgoing, first, Heard::Next);
            for count in 1..=u32::from(LATE_MAX) {
                relayed(&mut outgoing, first + count, Heard::Next);
                assert_eq!(relayed(&mut outgoing, first - 1, Heard::Late), None, "{count} later");
            }
            assert_eq!(relayed(&mut outgoing, first, Heard::Late), taken);
        }
    }
}
