//! What two say at once, as one sound for somebody who hears both. Told of packets, asked for frames.
//!
//! Each of the two has a short run of samples here, which is a frame ahead of what is heard: a packet may be late by that
//! much, and two phones whose clocks differ drift apart by a little before anything has to be left out. In place of what was lost
//! the voice goes on as it was for a moment. Sums that are too loud are clipped.

use crate::coding::{Frame, Reading, Told, Writing};
use crate::company::SOURCES_MAX;
use crate::concealing::Concealing;
use crate::outgoing::FRAME_TICKS;
use media_protocol::Codec;
use opus::ROOM as ROOM_OF_A_PACKET;
use prompts::FRAME_LEN;
use rtp::{Header, Heard};

/// Samples of a voice that there is room for: a quarter of a second.
const ROOM: usize = 2_048;

/// How much a voice is ahead of what is heard when it begins: a frame.
const LEAD: u32 = FRAME_TICKS;

/// A voice that is ahead by more begins anew: a clock that runs faster than ours, or a crowd of packets that a network had kept.
const AHEAD_MAX: u32 = 1_600;

/// A packet that is further behind than this is no late one: the times have jumped. A second.
const BEHIND_MAX: u32 = 8_000;

/// Over so many samples a voice comes in and goes, so that it makes no click: 8 ms.
const FADE: i32 = 64;

/// The sound of a frame, before it is encoded.
type Samples = [i16; FRAME_LEN];

/// What somebody hears of two others.
#[derive(Debug)]
pub(crate) struct Mix {
    voices: [Voice; SOURCES_MAX],
    /// None until a frame is to be written.
    writing: Option<Writing>,
}

/// What a packet says, and for how many ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken<'a> {
    pub(crate) codec: Codec,
    pub(crate) ticks: u32,
    pub(crate) octets: &'a [u8],
}

/// One of them.
#[derive(Debug)]
struct Voice {
    /// Where its stream is.
    of: Option<usize>,
    reading: Reading,
    samples: [i16; ROOM],
    /// What is heard next, in samples on a clock of its own, which wraps.
    next: u32,
    /// Where on that clock it began, what to add to a source's times to be on it, and where it ends.
    begun: Option<Begun>,
    concealing: Concealing,
    /// How loud it is, in parts of [`FADE`], and how loud it is to be.
    loudness: i32,
    wanted: i32,
}

#[derive(Clone, Copy, Debug)]
struct Begun {
    source: u32,
    shift: u32,
    from: u32,
    end: u32,
    /// What has not come of before the end: from where, and where it ends.
    hole: (u32, u32),
}

impl Mix {
    /// Nothing is there yet of these two. The first was heard until now, and comes in as loud as it is.
    pub(crate) fn begin(sources: [Option<usize>; SOURCES_MAX], heard: Option<usize>) -> Self {
        let voice = |of: Option<usize>| Voice::new(of, of.is_some() && of == heard);
        Self { voices: sources.map(voice), writing: None }
    }

    /// These are to be heard from here on; who was one of them before stays.
    pub(crate) fn turn_to(&mut self, sources: [Option<usize>; SOURCES_MAX]) {
        for voice in &mut self.voices {
            if !sources.contains(&voice.of) {
                *voice = Voice::new(None, false);
            }
        }
        for source in sources.into_iter().flatten() {
            let is_there = self.voices.iter().any(|voice| voice.of == Some(source));
            let free = self.voices.iter_mut().find(|voice| voice.of.is_none());
            if let (false, Some(voice)) = (is_there, free) {
                *voice = Voice::new(Some(source), false);
            }
        }
    }

    /// Nobody but this one is to be heard in what is left.
    pub(crate) fn fade_to(&mut self, source: Option<usize>) {
        for voice in self.voices.iter_mut().filter(|voice| voice.of != source) {
            voice.wanted = 0;
        }
    }

    /// What is here of this one is yet to be heard.
    pub(crate) fn has_left(&self, source: Option<usize>) -> bool {
        self.voices.iter().any(|voice| voice.of == source && voice.is_ahead())
    }

    /// Nothing of it is heard any more.
    pub(crate) fn clear(&mut self) {
        self.voices.iter_mut().for_each(Voice::stop);
        self.forget();
    }

    /// The next frame goes on behind what is sent before it by somebody else.
    pub(crate) fn forget(&mut self) {
        self.writing = None;
    }

    /// A packet has come from one of the two.
    pub(crate) fn hear(&mut self, of: usize, (header, order): (&Header, Heard), said: Spoken<'_>) {
        if let Some(voice) = self.voices.iter_mut().find(|voice| voice.of == Some(of)) {
            voice.hear(header, order, said);
        }
    }

    /// The next frame, behind what was sent last; `None` where neither says anything.
    pub(crate) fn frame(&mut self, codec: Codec, told: Option<&Told>) -> Option<Frame> {
        let is_sound = self.voices.iter().any(Voice::is_heard);
        let [one, another] = self.voices.each_mut().map(Voice::take);
        if !is_sound {
            return None;
        }
        let writing = self.writing.get_or_insert_with(|| Writing::behind(told));
        let mut both = [0; FRAME_LEN];
        for (sample, (one, another)) in both.iter_mut().zip(one.into_iter().zip(another)) {
            *sample = one.saturating_add(another);
        }
        Some(writing.frame(codec, &both))
    }
}

impl Voice {
    fn new(of: Option<usize>, was_heard: bool) -> Self {
        let loudness = if was_heard { FADE } else { 0 };
        let reading = Reading::default();
        let concealing = Concealing::nothing();
        let (samples, begun, wanted) = ([0; ROOM], None, FADE);
        Self { of, reading, samples, next: 0, begun, concealing, loudness, wanted }
    }

    fn hear(&mut self, header: &Header, order: Heard, said: Spoken<'_>) {
        let Spoken { codec, ticks, octets } = said;
        if ticks > AHEAD_MAX || (codec == Codec::Opus && order == Heard::Late) {
            return;
        }
        let Some(at) = self.place(header, order, ticks) else { return };
        if codec == Codec::Opus {
            self.recover(at, said);
        }
        let Self { reading, samples, next, .. } = self;
        let put = putting(samples, *next, at);
        reading.packet((codec, order), octets, put);
    }

    /// What a packet tells of the end of the hole before it.
    fn recover(&mut self, at: u32, Spoken { codec, octets, .. }: Spoken<'_>) {
        let Self { reading, samples, next, begun, .. } = self;
        let Some(begun) = begun.as_mut().filter(|begun| begun.hole.1 == at) else { return };
        let hole = usize::try_from(at.wrapping_sub(begun.hole.0)).unwrap_or_default();
        let mut room = ROOM_OF_A_PACKET;
        let told = reading.told_again(codec, (hole, octets), &mut room);
        let from = at.wrapping_sub(u32::try_from(told.len()).unwrap_or_default());
        begun.hole.1 = from;
        told.iter().copied().for_each(putting(samples, *next, from));
    }

    /// Where on the clock of this voice a packet belongs; `None` if it comes too late.
    fn place(&mut self, header: &Header, order: Heard, len: u32) -> Option<u32> {
        if let Some(begun) = self.begun.as_mut().filter(|begun| begun.source == header.ssrc) {
            let at = header.timestamp.wrapping_add(begun.shift);
            let end = at.wrapping_add(len);
            let ahead = end.wrapping_sub(self.next);
            if (1..=AHEAD_MAX).contains(&ahead) {
                begun.take(at, end);
                return Some(at);
            }
            if ahead.wrapping_neg() <= BEHIND_MAX {
                return None;
            }
        }
        // What was overtaken does not say where it goes on.
        if order == Heard::Late {
            return None;
        }
        self.samples.fill(0);
        let from = self.next.wrapping_add(LEAD);
        let shift = from.wrapping_sub(header.timestamp);
        let (end, hole) = (from.wrapping_add(len), (from, from));
        self.begun = Some(Begun { source: header.ssrc, shift, from, end, hole });
        Some(from)
    }

    /// Whether there is something of it for the next frame.
    fn is_heard(&self) -> bool {
        self.begun.is_some_and(|begun| !is_earlier(self.next, begun.from))
            && (self.is_ahead() || self.concealing.lasts())
    }

    fn is_ahead(&self) -> bool {
        self.begun.is_some_and(|begun| is_earlier(self.next, begun.end))
    }

    fn stop(&mut self) {
        (self.begun, self.loudness) = (None, 0);
        self.concealing = Concealing::nothing();
    }

    /// Its next frame. Who has said nothing for as long begins anew with the next packet.
    fn take(&mut self) -> Samples {
        let mut frame = [0; FRAME_LEN];
        let Some(begun) = self.begun else { return frame };
        let is_heard = self.is_heard();
        if !is_heard && !self.is_ahead() {
            self.stop();
            return frame;
        }
        for sample in &mut frame {
            let at = self.next as usize % ROOM;
            if let Some(here) = self.samples.get_mut(at).filter(|_| is_heard) {
                let here = std::mem::take(here);
                let heard = if begun.has(self.next) {
                    self.concealing.come(here)
                } else {
                    self.concealing.missing()
                };
                self.loudness += (self.wanted - self.loudness).signum();
                *sample = scaled(heard, self.loudness);
            }
            self.next = self.next.wrapping_add(1);
        }
        frame
    }
}

impl Begun {
    /// Sound has come for these times.
    const fn take(&mut self, at: u32, end: u32) {
        let (from, until) = self.hole;
        if is_earlier(self.end, at) {
            // Of an older hole there is nothing left to be heard, or all but nothing.
            self.hole = (self.end, at);
        } else if is_earlier(from, end) && is_earlier(at, until) {
            self.hole = if is_earlier(from, at) { (from, at) } else { (end, until) };
        }
        if is_earlier(self.end, end) {
            self.end = end;
        }
    }

    /// Whether sound has come for this time.
    const fn has(&self, at: u32) -> bool {
        let is_in_hole = !is_earlier(at, self.hole.0) && is_earlier(at, self.hole.1);
        is_earlier(at, self.end) && !is_in_hole
    }
}

/// Puts one sample behind the other, those that are still to be heard.
fn putting(samples: &mut [i16; ROOM], next: u32, mut at: u32) -> impl FnMut(i16) {
    move |sample| {
        if !is_earlier(at, next)
            && let Some(place) = samples.get_mut(at as usize % ROOM)
        {
            *place = sample;
        }
        at = at.wrapping_add(1);
    }
}

/// A sample at so many parts of [`FADE`] of its loudness.
fn scaled(sample: i16, loudness: i32) -> i16 {
    i16::try_from(i32::from(sample) * loudness / FADE).unwrap_or_default()
}

/// Whether `a` is earlier than `b` on a clock that wraps.
const fn is_earlier(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() < 0
}
