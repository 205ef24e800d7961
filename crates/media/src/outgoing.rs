//! What a peer hears is one RTP stream, however often its source changes.
//!
//! A phone plays what comes in order of sequence number and at the time that the timestamp says,
//! and many fall silent when either jumps. So whatever is sent, our own frames or packets of
//! another leg, is numbered in one space: sequence numbers without holes of our making, timestamps
//! that only go forward and also run through silence, and one SSRC for life. That holds whatever the
//! other leg does meanwhile: numbers or times of its own that jump are laid anew.

use rtp::{Header, Heard, LATE_MAX};

/// Ticks of the 8 kHz clock in one frame of 20 ms.
pub(crate) const FRAME_TICKS: u32 = 160;

/// A source whose times step so many ticks further or less far than its numbers and the clock has
/// jumped: a second, which no network makes up or loses between two packets without showing in one of
/// them.
const JUMP: u32 = 8_000;

/// What is mixed goes on where the last that was sent ends, if that is no longer ago than this: 80 ms.
const BEHIND_MAX: u32 = 640;

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
    Own { timestamp_shift: u32 },
    Relay(Relay),
}

/// Packets of another leg.
#[derive(Clone, Copy, Debug)]
struct Relay {
    /// Those that come before are of before the change to it.
    first: u16,
    sequence_shift: u16,
    timestamp_shift: u32,
    /// Its last sound, by which it is seen whether the next one jumps.
    sound: Option<Spoken>,
}

/// A packet of sound as it came.
#[derive(Clone, Copy, Debug)]
struct Spoken {
    media_time: u32,
    sequence: u16,
    timestamp: u32,
    ticks: u32,
}

/// A packet of another leg, to be passed on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passing<'a> {
    pub(crate) heard: &'a Header,
    pub(crate) order: Heard,
    pub(crate) lasting: Lasting,
}

/// How much of the time a packet fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Sound of so many ticks.
    Sound(u32),
    /// A key, whose packets all have the time at which it was pressed.
    Key,
}

/// The numbering of one outgoing stream. Media time is in ticks since the worker's epoch.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    start: Start,
    sequence_next: u16,
    /// Where in time that ends which was sent.
    timestamp_end: Option<u32>,
    feed: Feed,
    /// The time at which a key was pressed that is sent among a mix, as it came and as ours.
    pressed: Option<(u32, u32)>,
}

impl Outgoing {
    pub(crate) const fn new(start: Start) -> Self {
        let sequence_next = start.sequence;
        Self { start, sequence_next, timestamp_end: None, feed: Feed::Silence, pressed: None }
    }

    /// Nothing is sent from here on, so what comes next starts a talkspurt.
    pub(crate) const fn fall_silent(&mut self) {
        self.feed = Feed::Silence;
    }

    /// Packets of the other leg do not go out for now: what comes of it later is laid anew.
    pub(crate) const fn stop_relaying(&mut self) {
        match self.feed {
            Feed::Relay(_) => self.fall_silent(),
            Feed::Silence | Feed::Own { .. } => {}
        }
    }

    /// The source that we are.
    pub(crate) const fn ssrc(&self) -> u32 {
        self.start.ssrc
    }

    /// The time of the stream at a moment, as its packets have it.
    pub(crate) const fn time_at(&self, media_time: u32) -> u32 {
        match self.feed {
            Feed::Own { timestamp_shift } => media_time.wrapping_add(timestamp_shift),
            Feed::Relay(Relay { sound: Some(last), timestamp_shift, .. }) => last
                .timestamp
                .wrapping_add(timestamp_shift)
                .wrapping_add(media_time.wrapping_sub(last.media_time)),
            Feed::Silence | Feed::Relay(Relay { sound: None, .. }) => {
                self.start.timestamp.wrapping_add(media_time)
            }
        }
    }

    /// The header of the frame of our own that is due at `media_time`.
    pub(crate) fn own(&mut self, media_time: u32, payload_type: u8) -> Header {
        let (timestamp_shift, marker) = match self.feed {
            Feed::Own { timestamp_shift } => (timestamp_shift, false),
            Feed::Silence | Feed::Relay(_) => (self.shift_from(media_time, media_time), true),
        };
        self.feed = Feed::Own { timestamp_shift };
        let timestamp = media_time.wrapping_add(timestamp_shift);
        let sequence = self.sequence_next;
        self.sent(sequence, timestamp, FRAME_TICKS);
        Header { marker, payload_type, sequence, timestamp, ssrc: self.start.ssrc }
    }

    /// The header of the frame of a mix that is due at `media_time`. It joins what was relayed last.
    pub(crate) fn mixed(&mut self, media_time: u32, payload_type: u8) -> Header {
        if let Feed::Relay(_) = self.feed {
            let timestamp_shift = self.behind(media_time).wrapping_sub(media_time);
            self.feed = Feed::Own { timestamp_shift };
        }
        self.own(media_time, payload_type)
    }

    /// The header of a frame that comes right behind what was sent last.
    pub(crate) fn follow(&mut self, media_time: u32, payload_type: u8) -> Header {
        let timestamp = self.behind(media_time);
        let sequence = self.sequence_next;
        self.sent(sequence, timestamp, FRAME_TICKS);
        Header { marker: false, payload_type, sequence, timestamp, ssrc: self.start.ssrc }
    }

    /// No frame of a mix goes out: what comes next is a new talkspurt. What was relayed before may be joined yet.
    pub(crate) const fn pause_mix(&mut self) {
        match self.feed {
            Feed::Own { .. } => self.fall_silent(),
            Feed::Silence | Feed::Relay(_) => {}
        }
    }

    /// The header of a packet of a key that goes out among a mix: all of one press have one time.
    pub(crate) fn press(&mut self, media_time: u32, heard: &Header, payload_type: u8) -> Header {
        let timestamp = match self.pressed {
            Some((pressed, timestamp)) if pressed == heard.timestamp => timestamp,
            Some(_) | None => self.time_at(media_time),
        };
        self.pressed = Some((heard.timestamp, timestamp));
        let sequence = self.sequence_next;
        self.sequence_next = sequence.wrapping_add(1);
        Header { marker: heard.marker, payload_type, sequence, timestamp, ssrc: self.start.ssrc }
    }

    /// The header under which a packet of another leg goes out. `None` if it came so late that its
    /// number would fall before the change to this source.
    pub(crate) fn relay(
        &mut self,
        media_time: u32,
        passing: Passing<'_>,
        payload_type: u8,
    ) -> Option<Header> {
        let Passing { heard, order, lasting } = passing;
        let (mut relay, anchored) = match (self.feed, order) {
            (Feed::Relay(relay), Heard::Next) if !relay.jumps(media_time, heard, lasting) => {
                (relay, false)
            }
            (Feed::Relay(relay), Heard::Late) => (relay, false),
            (_, Heard::Next | Heard::Anew) => (self.anchor(media_time, heard), true),
            (Feed::Silence | Feed::Own { .. }, Heard::Late) | (_, Heard::Again | Heard::Stray) => {
                return None;
            }
        };
        if is_before(heard.sequence, relay.first) {
            return None;
        }
        relay.go_on(media_time, passing);
        self.feed = Feed::Relay(relay);
        let sequence = heard.sequence.wrapping_add(relay.sequence_shift);
        let timestamp = heard.timestamp.wrapping_add(relay.timestamp_shift);
        let ticks = match lasting {
            Lasting::Sound(ticks) => ticks,
            Lasting::Key => FRAME_TICKS,
        };
        self.sent(sequence, timestamp, ticks);
        let marker = heard.marker || anchored;
        Some(Header { marker, payload_type, sequence, timestamp, ssrc: self.start.ssrc })
    }

    /// A packet of the other leg is not passed on: the next one closes the hole.
    pub(crate) const fn leave_out(&mut self, sequence: u16, order: Heard) {
        match (&mut self.feed, order) {
            (Feed::Relay(relay), Heard::Next) => {
                // What comes late of before it would have the number of another one now.
                relay.first = sequence.wrapping_add(1);
                relay.sequence_shift = relay.sequence_shift.wrapping_sub(1);
            }
            (_, Heard::Anew) => self.stop_relaying(),
            (_, Heard::Next | Heard::Late | Heard::Again | Heard::Stray) => {}
        }
    }

    fn anchor(&self, media_time: u32, heard: &Header) -> Relay {
        Relay {
            first: heard.sequence,
            sequence_shift: self.sequence_next.wrapping_sub(heard.sequence),
            timestamp_shift: self.shift_from(media_time, heard.timestamp),
            sound: None,
        }
    }

    /// What to add to a source's timestamps so that its first one is now, or, if what was sent
    /// reaches further than now, where that ends.
    fn shift_from(&self, media_time: u32, timestamp: u32) -> u32 {
        let now = self.start.timestamp.wrapping_add(media_time);
        let begin = match self.timestamp_end {
            Some(end) if is_earlier(now, end) => end,
            Some(_) | None => now,
        };
        begin.wrapping_sub(timestamp)
    }

    /// Where in time that ends which was sent, or now if that is long ago.
    fn behind(&self, media_time: u32) -> u32 {
        let now = self.start.timestamp.wrapping_add(media_time);
        let is_near = |end: &u32| is_earlier(now, *end) || now.wrapping_sub(*end) <= BEHIND_MAX;
        self.timestamp_end.filter(is_near).unwrap_or(now)
    }

    fn sent(&mut self, sequence: u16, timestamp: u32, ticks: u32) {
        if !is_before(sequence, self.sequence_next) {
            self.sequence_next = sequence.wrapping_add(1);
        }
        let end = timestamp.wrapping_add(ticks);
        if self.timestamp_end.is_none_or(|last| is_earlier(last, end)) {
            self.timestamp_end = Some(end);
        }
    }
}

impl Relay {
    /// Whether the times of the source have jumped with its next packet.
    ///
    /// They step as its numbers do, or, after a silence of which nothing was sent, as the clock does.
    /// Keys are not asked, since theirs stand still.
    fn jumps(&self, media_time: u32, heard: &Header, lasting: Lasting) -> bool {
        let (Some(last), Lasting::Sound(_)) = (self.sound, lasting) else { return false };
        let step = heard.timestamp.wrapping_sub(last.timestamp);
        let by_number = u32::from(heard.sequence.wrapping_sub(last.sequence)) * last.ticks;
        let by_clock = media_time.wrapping_sub(last.media_time);
        let is_far = |expected| step.wrapping_sub(expected).cast_signed().unsigned_abs() > JUMP;
        is_far(by_number) && is_far(by_clock)
    }

    /// A packet of the source goes out.
    fn go_on(&mut self, media_time: u32, passing: Passing<'_>) {
        let &Header { sequence, timestamp, .. } = passing.heard;
        // Numbers wrap: a place that stays behind by half of them would come to lie ahead.
        if sequence.wrapping_sub(self.first) > LATE_MAX {
            self.first = sequence.wrapping_sub(LATE_MAX);
        }
        if let (Lasting::Sound(ticks), Heard::Next | Heard::Anew) = (passing.lasting, passing.order)
        {
            self.sound = Some(Spoken { media_time, sequence, timestamp, ticks });
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
        let heard = &said(count);
        let passing = Passing { heard, order, lasting: Lasting::Sound(FRAME_TICKS) };
        outgoing.relay(media_time, passing, 8).map(|header| header.sequence)
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
