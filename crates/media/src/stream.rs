//! One stream: what it sends at a frame and what it takes from a packet. Told the time, owns no
//! socket.

use crate::coding::{Lost, Recoding, Told, Writing};
use crate::company::{Company, SOURCES_MAX};
use crate::control::{Control, Parties, Road, clock_of, interval};
use crate::hearing::{Content, Dropped, Hearing, LeftOut, Taken};
use crate::mix::{Mix, Spoken};
use crate::outgoing::{Lasting, Outgoing, Passing, Start};
use crate::patience::{Last, Patience};
use crate::peer::Target;
use crate::playback::{Playback, Sound};
use crate::protection::{Protected, Sealing};
use crate::recording::Recording;
use crate::schedule::Slot;
use crate::talk::Talk;
use crate::unproved::Unproved;
use clock::{Duration, Moment};
use ids::{LegId, MessageId, PlayId};
use media_protocol::{Clock, Codec, Format, Port, Protection, Replayed, StreamReport};
use prompts::Store;
use rtp::quality::mos_hundredths;
use rtp::rtcp::{NAME_LEN, Presence, Report, Sent};
use rtp::{Header, Heard};
use std::net::SocketAddr;

/// One law of G.711 into the other, octet by octet.
pub(crate) type Law = fn(u8) -> u8;

/// A packet to send: under which header, with which payload, in which law if it has another one, whereto.
#[derive(Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) to: SocketAddr,
    pub(crate) header: Header,
    pub(crate) payload: Sound<'a>,
    pub(crate) law: Option<Law>,
    /// By which the time of the header is told on the wire; there it is in ticks of 8,000 a second.
    pub(crate) clock: Clock,
}

/// Nothing has come for this long: told then, and each time that it has lasted so long again.
const LULL: Duration = Duration::from_secs(3);

/// What comes of a stream's frame.
#[derive(Debug, Default)]
pub(crate) struct Frame<'a> {
    pub(crate) sending: Option<Sending<'a>>,
    pub(crate) played: Option<PlayId>,
    pub(crate) replayed: Option<(PlayId, Replayed)>,
    pub(crate) silent: Option<LegId>,
    pub(crate) lull: Option<LegId>,
    /// Nobody speaks any more in the message that is recorded.
    pub(crate) hushed: Option<(LegId, MessageId)>,
}

/// The media side of one leg.
///
/// Thousands of streams send in turn, so what a frame needs is kept close together, and the rest
/// elsewhere: fetching a stream from memory is most of what its frame costs before the system call.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) leg: LegId,
    pub(crate) port: Port,
    pub(crate) playback: Playback,
    /// The place of the stream that this one is bridged with.
    pub(crate) bridged: Option<usize>,
    /// While somebody is beside the two, or this one is.
    pub(crate) company: Option<Company>,
    /// What the peer hears while it hears two.
    pub(crate) mix: Option<Box<Mix>>,
    outgoing: Outgoing,
    /// Where to send now, as the incoming side has learned it.
    to: Option<Target>,
    unproved: Unproved,
    codec: Codec,
    payload_type: u8,
    event_type: Option<u8>,
    event_clock: Clock,
    packets_sent: u64,
    octets_sent: u64,
    /// When the peer is told how things stand.
    report_at: Moment,
    silent_at: Option<Moment>,
    /// When it is told that nothing has come for a while.
    lull_at: Moment,
    patience: Patience,
    hearing: Box<Hearing>,
    control: Box<Control>,
    protection: Option<Box<Protected>>,
    /// What was sent last, in G.722.
    told: Option<Box<Told>>,
    /// While what is passed on is in another codec.
    recoding: Option<Box<Recoding>>,
    /// While what the peer says is recorded.
    pub(crate) recording: Option<Box<Recording>>,
    /// While what is said over its bridges is.
    pub(crate) talk: Option<Box<Talk>>,
}

impl Stream {
    pub(crate) fn new(
        now: Moment,
        (leg, port): (LegId, Port),
        format: Format,
        patience: Patience,
        (start, name): (Start, [u8; NAME_LEN]),
    ) -> Self {
        let protection = format.protection.as_deref().map(|keys| Box::new(Protected::new(*keys)));
        let hearing = Box::new(Hearing::new(&format));
        let mut stream = Self {
            leg,
            port,
            playback: Playback::new(),
            bridged: None,
            company: None,
            mix: None,
            outgoing: Outgoing::new(start),
            to: hearing.target(),
            unproved: Unproved::new(),
            codec: format.codec,
            payload_type: format.payload_type,
            event_type: format.event_type,
            event_clock: format.event_clock,
            packets_sent: 0,
            octets_sent: 0,
            // The first is sooner (RFC 3550 §6.2); any random number will do.
            report_at: now + interval(start.timestamp) / 2,
            silent_at: None,
            lull_at: now + LULL,
            patience,
            hearing,
            control: Box::new(Control::new(name, format.control)),
            protection,
            told: told_in(format.codec),
            recoding: None,
            recording: None,
            talk: None,
        };
        stream.watch_silence(now);
        stream
    }

    /// The format changes; the numbering goes on.
    pub(crate) fn adjust(&mut self, now: Moment, format: Format) {
        let was_wanted = self.hearing.is_wanted();
        self.hearing.adjust(&format);
        self.control.adjust(format.control);
        self.to = self.hearing.target();
        if self.codec.clock() != format.codec.clock() {
            // Its times are others from here on, and what comes is a new talkspurt.
            self.outgoing.fall_silent();
        }
        if self.codec != format.codec {
            (self.codec, self.told, self.recoding) = (format.codec, told_in(format.codec), None);
            self.mix.iter_mut().for_each(|mix| mix.forget());
        }
        self.payload_type = format.payload_type;
        (self.event_type, self.event_clock) = (format.event_type, format.event_clock);
        self.protect(format.protection.as_deref().copied());
        if self.to.is_none() {
            self.outgoing.fall_silent();
        }
        // A peer that need not send shows by this that it is there; one that should shows nothing.
        if !(was_wanted && self.hearing.is_wanted()) {
            self.watch_silence(now);
        }
    }

    fn protect(&mut self, keys: Option<Protection>) {
        match (&mut self.protection, keys) {
            (Some(protection), Some(keys)) => protection.adjust(keys),
            (None, Some(keys)) => self.protection = Some(Box::new(Protected::new(keys))),
            (_, None) => self.protection = None,
        }
    }

    /// The way that packets are sealed on, where they are.
    pub(crate) fn sealing(&mut self) -> Option<&mut Sealing> {
        self.protection.as_mut().map(|protection| &mut protection.sealing)
    }

    /// Plays a recording from the next frame on, in place of what plays now.
    pub(crate) fn replay(&mut self, play: PlayId, message: MessageId) {
        self.playback.replay(play, message, Writing::behind(self.told.as_deref()));
    }

    /// Nothing plays from here on. The music remembers its place.
    pub(crate) fn quiet(&mut self) {
        self.playback.quiet();
        self.outgoing.fall_silent();
    }

    /// What this stream does in its slot.
    pub(crate) fn frame<'a>(&mut self, slot: Slot, store: &'a Store) -> Frame<'a> {
        let silent = self.silent_at.take_if(|at| *at <= slot.due()).map(|_| self.leg);
        let lull = (self.lull_at <= slot.due()).then_some(self.leg);
        if lull.is_some() {
            self.lull_at = slot.due() + LULL;
        }
        let hushed = self.recording.as_mut().and_then(|recording| {
            recording.is_hushed(slot.due()).then_some((self.leg, recording.message))
        });
        if !self.playback.is_playing() {
            return Frame { silent, lull, hushed, ..Frame::default() };
        }
        self.mix.iter_mut().for_each(|mix| mix.clear());
        // Time goes on for a peer on hold too: a play ends when it would have ended.
        let step = self.playback.step(store, self.codec);
        let is_over = step.sound.is_none() || !self.playback.is_playing();
        let sending = step.sound.and_then(|payload| {
            let to = self.whereto()?;
            let header = self.outgoing.own(slot.media_time(), self.payload_type);
            Some(Sending { to, header, payload, law: None, clock: self.codec.clock() })
        });
        // What comes after a frame that brings nothing, as of a recording that the disk is late with, is
        // a new talkspurt.
        if is_over {
            self.outgoing.fall_silent();
        }
        Frame { sending, played: step.played, replayed: step.replayed, silent, lull, hushed }
    }

    /// Takes a packet that came to this stream's port, and opens it where it lies if its peer seals them.
    pub(crate) fn receive(
        &mut self,
        now: Moment,
        (from, packet): (SocketAddr, &mut [u8]),
    ) -> Result<Taken, Dropped> {
        let opening = self.protection.as_mut().map(|protection| &mut protection.opening);
        let taken = self.hearing.take(now, (from, packet), opening);
        // One that is of no use by itself may show where the peer is.
        self.to = self.hearing.target();
        if matches!(taken, Ok(_) | Err(Dropped::LeftOut { why: LeftOut::Noise(_), .. })) {
            self.watch_silence(now);
        }
        taken
    }

    /// How often the peer went to another address.
    pub(crate) const fn moves(&self) -> u64 {
        self.hearing.moves()
    }

    /// A packet of sound has left.
    pub(crate) fn sent(&mut self, payload: &[u8]) {
        self.sent_octets(payload.len());
        if let Some(told) = &mut self.told {
            told.push(payload);
        }
    }

    /// A packet of a key with so many octets of payload has left.
    pub(crate) const fn sent_octets(&mut self, octets: usize) {
        self.packets_sent += 1;
        self.octets_sent += octets as u64;
    }

    /// Takes a report that came to this stream's port, and opens it where it lies if its peer seals them. `None` if
    /// it is dropped.
    pub(crate) fn hear_report(
        &mut self,
        now: Moment,
        (road, from): (Road, SocketAddr),
        report: &mut [u8],
    ) -> Option<()> {
        let taken = self.believe(now, (road, from), report);
        self.control.count(taken);
        // On hold a phone reports for as long as it is held, whatever becomes of its person.
        if taken.is_some() && self.hearing.last() == Last::Noise && self.hearing.is_wanted() {
            self.watch_silence(now);
        }
        taken
    }

    fn believe(
        &mut self,
        now: Moment,
        (road, from): (Road, SocketAddr),
        report: &mut [u8],
    ) -> Option<()> {
        if !self.hearing.may_report(from) || !self.control.admits(now) {
            return None;
        }
        let report = match &mut self.protection {
            Some(protection) => protection.opening.open_report(report)?,
            None => report,
        };
        let (ours, theirs) = (self.outgoing.ssrc(), self.hearing.source());
        let parties = Parties { ours, theirs, clock: self.codec.clock() };
        self.control.hear(now, (road, from), report, parties)
    }

    /// Whether the peer is to be told how things stand.
    pub(crate) fn is_report_due(&self, slot: Slot) -> bool {
        self.report_at <= slot.due()
    }

    /// What the peer is told, by which road and whereto. `None` if nobody is known to be there. A random
    /// number says when it is told again.
    pub(crate) fn tell_peer(
        &mut self,
        now: Moment,
        random: u32,
    ) -> Option<(Road, SocketAddr, Report)> {
        self.report_at = now + interval(random);
        self.say(now, Presence::Stays)
    }

    /// The last that the peer is told. `None` if it was never told or sent anything.
    pub(crate) fn take_leave(&mut self, now: Moment) -> Option<(Road, SocketAddr, Report)> {
        let was_there = self.packets_sent > 0 || !self.control.is_silent();
        if was_there { self.say(now, Presence::Leaves) } else { None }
    }

    /// A report has left.
    pub(crate) const fn told_peer(&mut self) {
        self.control.sent();
    }

    fn say(&mut self, now: Moment, presence: Presence) -> Option<(Road, SocketAddr, Report)> {
        let Some(Target::Proved(sound)) = self.hearing.place() else { return None };
        let (road, to) = self.control.target(sound);
        let has_sent = self.control.has_sent(self.packets_sent);
        let heard =
            self.hearing.block().map(|(block, counted)| self.control.complete(now, block, counted));
        let report = Report {
            ssrc: self.outgoing.ssrc(),
            sent: has_sent.then(|| self.sent_until(now)),
            heard,
            name: self.control.name,
            presence,
        };
        Some((road, to, report))
    }

    fn sent_until(&self, now: Moment) -> Sent {
        Sent {
            at: clock_of(now),
            timestamp: on_the_wire(
                self.outgoing.time_at(Slot::at(now).media_time()),
                self.codec.clock(),
            ),
            packets: wrapped(self.packets_sent),
            octets: wrapped(self.octets_sent),
        }
    }

    /// The header under which a packet of the bridged stream goes to this stream's peer, and
    /// whereto. `None` if it does not go out.
    pub(crate) fn relay(&mut self, now: Moment, taken: &Taken) -> Option<(SocketAddr, Header)> {
        if self.playback.is_playing() {
            self.stop_relaying();
            return None;
        }
        let mut heard = taken.header;
        let (payload_type, lasting) = match taken.content {
            Content::Sound { ticks, .. } => (Some(self.payload_type), Lasting::Sound(ticks)),
            Content::Key(press) => {
                if let Some((began, _)) = press.told_by(self.event_clock) {
                    heard.timestamp = began;
                }
                (self.event_type, Lasting::Key)
            }
        };
        let Some(payload_type) = payload_type else {
            self.leave_out(taken.header.sequence, taken.order);
            return None;
        };
        let to = self.whereto()?;
        let media_time = Slot::at(now).media_time();
        let passing = Passing { heard: &heard, order: taken.order, lasting };
        let header = self.outgoing.relay(media_time, passing, payload_type)?;
        Some((to, header))
    }

    /// Puts a packet of the bridged stream into the codec of this stream's peer: how many octets of `room` it is, if it is to be sent.
    /// One that comes late hurts nothing.
    pub(crate) fn recode(
        &mut self,
        (from, order): (Codec, Heard),
        said: &[u8],
        room: &mut [u8],
    ) -> Option<usize> {
        let told = self.told.as_deref();
        let recoding = self.recoding.get_or_insert_with(|| Box::new(Recoding::behind(from, told)));
        recoding.packet((from, self.codec), order, said, room)
    }

    /// What was lost right before a packet of the bridged stream, if its codec knows of it: how long each was, and how many octets of `room`
    /// they are, one behind the other.
    pub(crate) fn recode_lost(
        &mut self,
        taken: &Taken,
        said: &[u8],
        room: &mut [u8],
    ) -> Option<(Lost, usize)> {
        let Content::Sound { codec, ticks } = taken.content else { return None };
        let recoding = self.recoding.as_mut()?;
        let lost = recoding.follow(&taken.header, taken.order, ticks)?;
        let len = recoding.lost((codec, self.codec), (lost, said), room)?;
        Some((lost, len))
    }

    /// The header under which one goes out that was lost so many before a packet that has just been relayed.
    pub(crate) fn relay_lost(
        &mut self,
        now: Moment,
        taken: &Taken,
        (lost, back): (Lost, u16),
    ) -> Option<(SocketAddr, Header)> {
        let mut heard = Header { marker: false, ..taken.header };
        heard.sequence = heard.sequence.wrapping_sub(back);
        heard.timestamp = heard.timestamp.wrapping_sub(lost.ticks * u32::from(back));
        let to = self.whereto()?;
        let lasting = Lasting::Sound(lost.ticks);
        let passing = Passing { heard: &heard, order: Heard::Late, lasting };
        let header = self.outgoing.relay(Slot::at(now).media_time(), passing, self.payload_type)?;
        Some((to, header))
    }

    /// What the peer hears of two in its slot, unless something plays.
    pub(crate) fn mixed(&mut self, slot: Slot) -> Option<Sending<'static>> {
        let mix = self.mix.as_mut().filter(|_| !self.playback.is_playing())?;
        let Some(frame) = mix.frame(self.codec, self.told.as_deref()) else {
            self.outgoing.pause_mix();
            return None;
        };
        let to = self.whereto()?;
        let header = self.outgoing.mixed(slot.media_time(), self.payload_type);
        Some(self.mixture(to, header, Sound::Made(frame)))
    }

    /// A packet of what has been mixed for this stream alone.
    const fn mixture(
        &self,
        to: SocketAddr,
        header: Header,
        payload: Sound<'static>,
    ) -> Sending<'static> {
        Sending { to, header, payload, law: None, clock: self.codec.clock() }
    }

    /// What is left of the mix, frame by frame, as long as there is something of this source.
    pub(crate) fn rest_of_mix(
        &mut self,
        now: Moment,
        source: Option<usize>,
    ) -> Option<Sending<'static>> {
        let mix = self.mix.as_mut().filter(|_| !self.playback.is_playing())?;
        if source.is_none() || !mix.has_left(source) {
            return None;
        }
        // A frame in which nobody has begun yet is stepped over.
        let told = self.told.as_deref();
        let frame = match mix.frame(self.codec, told) {
            Some(frame) => frame,
            None => mix.frame(self.codec, told)?,
        };
        let to = self.whereto()?;
        let header = self.outgoing.follow(Slot::at(now).media_time(), self.payload_type);
        Some(self.mixture(to, header, Sound::Made(frame)))
    }

    /// In what is left of the mix nobody is heard but this one.
    pub(crate) fn fade_to(&mut self, source: Option<usize>) {
        self.mix.iter_mut().for_each(|mix| mix.fade_to(source));
    }

    /// The peer hears these from here on, after those. Two are mixed.
    pub(crate) fn turn_to(
        &mut self,
        heard: [Option<usize>; SOURCES_MAX],
        sources: [Option<usize>; SOURCES_MAX],
    ) {
        let [first, second] = heard;
        match (&mut self.mix, sources) {
            (Some(mix), [Some(_), Some(_)]) => mix.turn_to(sources),
            (None, [Some(_), Some(_)]) => {
                self.mix = Some(Box::new(Mix::begin(sources, first.or(second))));
            }
            (_, [_, None] | [None, _]) if sources != heard => self.outgoing.stop_relaying(),
            (_, [_, None] | [None, _]) => {}
        }
    }

    /// One of the two says something.
    pub(crate) fn mix_in(&mut self, place: usize, taken: &Taken, said: Spoken<'_>) {
        if let Some(mix) = self.mix.as_mut().filter(|_| !self.playback.is_playing()) {
            mix.hear(place, (&taken.header, taken.order), said);
        }
    }

    /// A packet of a key that the bridged stream's peer pressed, for a peer that hears a mix. `None` if it does not go out.
    pub(crate) fn press<'a>(
        &mut self,
        now: Moment,
        taken: &Taken,
        payload: &'a [u8],
    ) -> Option<Sending<'a>> {
        let payload_type = self.event_type.filter(|_| !self.playback.is_playing())?;
        let to = self.whereto()?;
        let mut heard = taken.header;
        if let Content::Key(press) = taken.content
            && let Some((began, _)) = press.told_by(self.event_clock)
        {
            heard.timestamp = began;
        }
        let header = self.outgoing.press(Slot::at(now).media_time(), &heard, payload_type);
        let (payload, clock) = (Sound::Stored(payload), self.codec.clock());
        Some(Sending { to, header, payload, law: None, clock })
    }

    /// A packet of the bridged stream is of no use to anybody.
    pub(crate) const fn leave_out(&mut self, sequence: u16, order: Heard) {
        self.outgoing.leave_out(sequence, order);
    }

    /// What the bridged stream says is not passed on for now.
    pub(crate) fn stop_relaying(&mut self) {
        self.recoding = None;
        self.outgoing.stop_relaying();
    }

    /// Whether what the peer says is passed on.
    pub(crate) const fn listens(&self) -> bool {
        self.hearing.is_wanted()
    }

    /// By which clock keys are told.
    pub(crate) const fn event_clock(&self) -> Clock {
        self.event_clock
    }

    /// What goes out is encoded so.
    pub(crate) const fn codec(&self) -> Codec {
        self.codec
    }

    /// What the stream did in its life so far.
    pub(crate) fn report(&self) -> StreamReport {
        let heard = self.control.report(self.hearing.report());
        // A telephone waits about twice the jitter before it plays, and a packet is 20 ms.
        let delay = heard.round_trip.unwrap_or_default() / 2
            + heard.jitter.unwrap_or_default() * 2
            + Duration::from_millis(20);
        StreamReport {
            packets_sent: self.packets_sent,
            packets_withheld: self.unproved.withheld(),
            mos_hundredths: mos_hundredths(heard.packets_expected, heard.packets_lost, delay),
            ..heard
        }
    }

    /// What was relayed ends: what comes next is a new talkspurt.
    pub(crate) fn part(&mut self) {
        self.bridged = None;
        self.recoding = None;
        if !self.playback.is_playing() {
            self.outgoing.fall_silent();
        }
    }

    /// Whereto a packet may go now. What comes after one that may not go is a new talkspurt.
    fn whereto(&mut self) -> Option<SocketAddr> {
        let to = self.to.and_then(|to| self.unproved.admit(to));
        if to.is_none() {
            self.outgoing.fall_silent();
        }
        to
    }

    fn watch_silence(&mut self, now: Moment) {
        self.lull_at = now + LULL;
        let longest = if self.hearing.is_wanted() {
            self.patience.in_silence(self.hearing.last())
        } else {
            self.patience.on_hold(self.hearing.last())
        };
        self.silent_at = Some(now + longest);
    }
}

/// What is remembered of what was sent in a codec.
fn told_in(codec: Codec) -> Option<Box<Told>> {
    match codec {
        Codec::Pcma | Codec::Pcmu | Codec::Opus => None,
        Codec::G722 => Some(Box::new(Told::nothing())),
    }
}

/// A time in ticks of 8,000 a second by the clock of whoever hears it, which wraps as often.
pub(crate) fn on_the_wire(time: u32, clock: Clock) -> u32 {
    time.wrapping_mul(clock.pace().into())
}

/// A count as reports have it.
const fn wrapped(count: u64) -> u32 {
    let [a, b, c, d, ..] = count.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
