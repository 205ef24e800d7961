//! All streams of one worker, as a value: feed it commands, packets and the time; it sends through
//! the [`Wire`] that it is given, and tells events.
//!
//! The contract is that of every core: feed one input, drain [`Streams::poll_output`] until
//! `None`, then sleep until [`Streams::poll_timeout`].

mod company;

use crate::control::Road;
use crate::counts::Counts;
use crate::hearing::{Age, Content, Dropped, LeftOut, PACKET_MAX, Taken};
use crate::outgoing::{FRAME_TICKS, Start};
use crate::patience::Patience;
use crate::playback::Sound;
use crate::protection::{ReportRoom, Sealing};
use crate::recording::Recording;
use crate::reel::Reels;
use crate::schedule::{Schedule, Slot};
use crate::srtp::SEAL_MAX;
use crate::stream::{Law, Sending, Stream, on_the_wire};
use crate::talk::{MARK_LEN, Place, Talk, mark};
use crate::tape::{Of, Piece, Side, Tape};
use clock::Moment;
use events::{Label, RecordingLabel};
use ids::{LegId, MessageId, PlayId, RecordingId};
use media_protocol::{Clock, Codec, Command, Event, Format, Listening, Port, Recorded, Replayed};
use prompts::{FRAME_LEN, Store};
use rand::Rng;
use rand::rngs::StdRng;
use rtp::rtcp::{NAME_LEN, REPORT_LEN_MAX, Report};
use rtp::{HEADER_LEN, Header, TELEPHONE_EVENT_LEN, g711, is_rtcp};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Events that may wait to be told. Beyond it keys are dropped, and the worker takes no commands;
/// the other events come from commands, or once in a while from each stream, and can not pile up.
pub(crate) const EVENTS_MAX: usize = 4_096;

/// The way out, by the place of a socket. Behind those for sound come, in the same order, those for reports.
pub(crate) trait Wire {
    fn send(&mut self, socket: usize, to: SocketAddr, packet: &[u8]);
}

/// The streams of one worker, each at the place of the socket that it has.
#[derive(Debug)]
pub(crate) struct Streams {
    store: Arc<Store>,
    patience: Patience,
    random: StdRng,
    sockets: BTreeMap<SocketAddr, usize>,
    places: Vec<Option<Stream>>,
    by_leg: BTreeMap<LegId, usize>,
    schedule: Schedule,
    events: VecDeque<Event>,
    counts: Counts,
    /// Whereto recordings go, if anywhere.
    tape: Option<Tape>,
    /// Where they come from, if from anywhere.
    reels: Option<Reels>,
}

impl Streams {
    /// No streams yet, over sockets that are bound to these addresses.
    pub(crate) fn new(
        sockets: &[SocketAddr],
        store: Arc<Store>,
        patience: Patience,
        random: StdRng,
        (tape, reels): (Option<Tape>, Option<Reels>),
    ) -> Self {
        Self {
            store,
            patience,
            random,
            sockets: sockets.iter().copied().zip(0..).collect(),
            places: sockets.iter().map(|_| None).collect(),
            by_leg: BTreeMap::new(),
            schedule: Schedule::new(),
            events: VecDeque::with_capacity(EVENTS_MAX),
            counts: Counts::default(),
            tape,
            reels,
        }
    }

    /// The clips are these from now on; those that play have the same ids.
    pub(crate) fn restock(&mut self, store: Arc<Store>) {
        self.store = store;
    }

    /// Does what the engine asks.
    pub(crate) fn handle(&mut self, now: Moment, command: Command, wire: &mut impl Wire) {
        let done = match command {
            Command::Open { stream, port, address, format } => {
                self.open(now, (stream, port, address), format)
            }
            Command::Adjust { stream, format } => {
                self.stream(stream).map(|(_, stream)| stream.adjust(now, format))
            }
            Command::Play { stream, play, clips, then } => {
                self.stream(stream).map(|(_, stream)| stream.playback.play(play, clips, then))
            }
            Command::Replay { stream, play, message } => self.replay(stream, play, message),
            Command::Quiet { stream } => self.stream(stream).map(|(_, stream)| stream.quiet()),
            Command::Bridge { a, b } => self.bridge(now, (a, b), wire),
            Command::Monitor { stream, caller, monitor } => {
                self.monitor(now, (stream, caller), monitor, wire)
            }
            Command::Unbridge { stream } => {
                let place = self.by_leg.get(&stream).copied();
                place.map(|place| self.unbridge(now, place, wire))
            }
            Command::Record { stream, message, label, listening } => {
                self.record(now, stream, (message, label), listening)
            }
            Command::StopRecording { stream } => {
                self.by_leg.get(&stream).copied().and_then(|place| self.stop_recording(place))
            }
            Command::RecordTalk { stream, recording, label } => {
                self.record_talk(now, stream, (recording, label))
            }
            Command::PauseRecordingTalk { stream } => {
                self.mark_talk(stream, |talk| talk.pause(now))
            }
            Command::ResumeRecordingTalk { stream } => {
                self.mark_talk(stream, |talk| talk.resume(now))
            }
            Command::StopRecordingTalk { stream } => {
                self.by_leg.get(&stream).copied().and_then(|place| self.stop_talk(place))
            }
            Command::Discard { message } => {
                self.tape.as_mut().map(|tape| tape.put(Piece::Discard(message)))
            }
            Command::Close { stream } => self.close(now, stream, wire),
        };
        if done.is_none() {
            self.counts.commands_astray += 1;
        }
    }

    /// Takes a packet that came to the socket at `place`. One that is sealed is opened where it lies.
    pub(crate) fn receive(
        &mut self,
        now: Moment,
        place: usize,
        (from, packet): (SocketAddr, &mut [u8]),
        wire: &mut impl Wire,
    ) {
        if let Some(place) = place.checked_sub(self.places.len()) {
            return self.hear_report(now, place, (Road::Control, from), packet);
        }
        if is_rtcp(packet) {
            return self.hear_report(now, place, (Road::Sound, from), packet);
        }
        let Some(stream) = self.places.get_mut(place).and_then(Option::as_mut) else {
            self.counts.packets_unlent += 1;
            return;
        };
        match stream.receive(now, (from, &mut *packet)) {
            Ok(taken) => {
                self.counts.packets_received += 1;
                let (leg, bridged, listens) = (stream.leg, stream.bridged, stream.listens());
                let company = stream.company;
                self.tell_of(leg, &taken);
                self.keep(now, place, &taken, packet);
                if let Some(company) = company {
                    return self.say(now, (place, company), (&taken, packet), wire);
                }
                match bridged {
                    Some(other) if listens => {
                        self.pass_on(now, other, &taken, packet, wire);
                        self.keep_talk(now, (place, Side::Caller), &taken, packet);
                        self.keep_talk(now, (other, Side::Other), &taken, packet);
                    }
                    Some(other) => self.at(other).into_iter().for_each(Stream::stop_relaying),
                    None => {}
                }
            }
            Err(Dropped::Foreign) => self.counts.packets_foreign += 1,
            Err(Dropped::Unusable) => self.counts.packets_unusable += 1,
            Err(Dropped::LeftOut { why, sequence, order }) => {
                let (leg, bridged, company) = (stream.leg, stream.bridged, stream.company);
                *match why {
                    LeftOut::Unknown => &mut self.counts.packets_unusable,
                    LeftOut::TooMuch => &mut self.counts.packets_too_much,
                    LeftOut::Noise(_) => &mut self.counts.packets_received,
                } += 1;
                if why == LeftOut::Noise(Age::First) {
                    self.tell(Event::Heard { stream: leg });
                }
                if let Some(company) = company {
                    self.say_nothing((place, company), sequence, order);
                } else if let Some(other) = bridged.and_then(|other| self.at(other)) {
                    other.leave_out(sequence, order);
                }
            }
            Err(Dropped::Unproved) => self.counts.packets_unproved += 1,
        }
    }

    /// Sends the frames that are due.
    pub(crate) fn handle_timeout(&mut self, now: Moment, wire: &mut impl Wire) {
        self.take_parts();
        while let Some(slot) = self.schedule.pop_due(now) {
            self.do_slot(now, slot, wire);
        }
        self.counts.slots_skipped = self.schedule.skipped();
        self.tape.iter_mut().for_each(Tape::flush);
    }

    /// How late the latest frames were sent, of those since this was last asked.
    pub(crate) const fn take_late(&mut self) -> Duration {
        self.schedule.take_late()
    }

    /// The next event to tell.
    #[must_use]
    pub(crate) fn poll_output(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When frames are due next.
    #[must_use]
    pub(crate) fn poll_timeout(&self) -> Option<Moment> {
        self.schedule.next_due()
    }

    /// Whether so many events wait that no command should be given.
    pub(crate) fn is_backed_up(&self) -> bool {
        self.events.len() >= EVENTS_MAX
    }

    /// The place of the socket that has this port at this address.
    pub(crate) fn place_of(&self, port: Port, address: IpAddr) -> Option<usize> {
        self.sockets.get(&SocketAddr::new(address, port.number)).copied()
    }

    pub(crate) const fn counts(&self) -> Counts {
        self.counts
    }

    pub(crate) fn len(&self) -> usize {
        self.by_leg.len()
    }

    fn stream(&mut self, leg: LegId) -> Option<(usize, &mut Stream)> {
        let place = *self.by_leg.get(&leg)?;
        let stream = self.places.get_mut(place)?.as_mut()?;
        Some((place, stream))
    }

    fn at(&mut self, place: usize) -> Option<&mut Stream> {
        self.places.get_mut(place)?.as_mut()
    }

    fn open(
        &mut self,
        now: Moment,
        (leg, port, address): (LegId, Port, IpAddr),
        format: Format,
    ) -> Option<()> {
        let place = self.place_of(port, address)?;
        if self.by_leg.contains_key(&leg) || self.places.get(place)?.is_some() {
            return None;
        }
        let start = self.start();
        let start = (start, self.name());
        let stream = Stream::new(now, (leg, port), format, self.patience, start);
        *self.places.get_mut(place)? = Some(stream);
        self.by_leg.insert(leg, place);
        self.schedule.admit(now, place);
        Some(())
    }

    fn close(&mut self, now: Moment, leg: LegId, wire: &mut impl Wire) -> Option<()> {
        let place = *self.by_leg.get(&leg)?;
        self.take_leave(now, place, wire);
        if self.company(place).is_some_and(|company| company.caller == place) {
            self.leave_company(now, place, wire);
        }
        self.unbridge(now, place, wire);
        self.stop_recording(place);
        self.stop_talk(place);
        self.by_leg.remove(&leg);
        self.schedule.dismiss(place);
        let stream = self.places.get_mut(place)?.take()?;
        let report = stream.report();
        self.counts.packets_withheld += report.packets_withheld;
        self.counts.peers_moved += stream.moves();
        self.tell(Event::Closed { stream: leg, port: stream.port, report });
        Some(())
    }

    /// Records what comes at a stream from now on; of another message that it was recorded for, that is
    /// the end.
    fn record(
        &mut self,
        now: Moment,
        leg: LegId,
        (message, label): (MessageId, Box<Label>),
        listening: Listening,
    ) -> Option<()> {
        let place = *self.by_leg.get(&leg)?;
        self.stop_recording(place);
        let is_begun = |tape: &mut Tape| tape.begin(Piece::Begin(message, label));
        if !self.tape.as_mut().is_some_and(is_begun) {
            self.tell(Event::Recorded { message, result: Recorded::Failed });
            return Some(());
        }
        self.at(place)?.recording = Some(Box::new(Recording::begin(now, message, listening)));
        Some(())
    }

    fn replay(&mut self, leg: LegId, play: PlayId, message: MessageId) -> Option<()> {
        let is_there = self.reels.is_some();
        let (_, stream) = self.stream(leg)?;
        if is_there {
            stream.replay(play, message);
        } else {
            stream.quiet();
            let result = Replayed::Unreadable;
            self.tell(Event::Replayed { stream: leg, play, result });
        }
        Some(())
    }

    /// Takes the parts of recordings that have come from the disk.
    fn take_parts(&mut self) {
        while let Some(part) = self.reels.as_mut().and_then(Reels::next) {
            if let Some((_, stream)) = self.stream(part.ask.stream) {
                stream.playback.give(part);
            }
        }
    }

    /// What was recorded is whole: the writer tells what came of it.
    fn stop_recording(&mut self, place: usize) -> Option<()> {
        let recording = self.at(place)?.recording.take()?;
        let Recording { message, packets_missed, .. } = *recording;
        self.tape.as_mut()?.put(Piece::End { message, packets_missed });
        Some(())
    }

    /// Records what is said over the bridges of a stream from now on; of another recording of it, that is the end.
    fn record_talk(
        &mut self,
        now: Moment,
        leg: LegId,
        (recording, label): (RecordingId, Box<RecordingLabel>),
    ) -> Option<()> {
        let place = *self.by_leg.get(&leg)?;
        self.stop_talk(place);
        let is_begun = |tape: &mut Tape| tape.begin(Piece::BeginTalk(recording, label));
        if !self.tape.as_mut().is_some_and(is_begun) {
            self.tell(Event::TalkRecorded { recording, result: Recorded::Failed });
            return Some(());
        }
        self.at(place)?.talk = Some(Box::new(Talk::begin(now, recording)));
        Some(())
    }

    /// Nothing of the talk is kept from here on, or all of it is again, and a tone says so on both sides.
    fn mark_talk(
        &mut self,
        leg: LegId,
        change: impl FnOnce(&mut Talk) -> Option<u64>,
    ) -> Option<()> {
        let place = *self.by_leg.get(&leg)?;
        let Self { places, tape, .. } = self;
        let stream = places.get_mut(place).and_then(Option::as_mut)?;
        let talk = stream.talk.as_mut()?;
        let at = change(talk)?;
        let mut tone = [0; MARK_LEN];
        tone.iter_mut().zip(mark()).for_each(|(octet, tone)| *octet = tone);
        for side in [Side::Caller, Side::Other] {
            tape.as_mut()?.put_sound((Of::Talk(talk.recording, side), at), Codec::Pcma, &tone);
        }
        Some(())
    }

    /// What was recorded of a talk is whole: the writer tells what came of it.
    fn stop_talk(&mut self, place: usize) -> Option<()> {
        let talk = self.at(place)?.talk.take()?;
        let Talk { recording, packets_missed, .. } = *talk;
        self.tape.as_mut()?.put(Piece::EndTalk { recording, packets_missed });
        Some(())
    }

    /// Keeps what a packet says on a side of the talk of the stream at `place`, if that is recorded.
    fn keep_talk(
        &mut self,
        now: Moment,
        (place, side): (usize, Side),
        taken: &Taken,
        packet: &[u8],
    ) {
        let Self { places, tape, counts, .. } = self;
        let Some(stream) = places.get_mut(place).and_then(Option::as_mut) else { return };
        let Content::Sound { codec, ticks } = taken.content else { return };
        let Some(sound) = packet.get(taken.payload.clone()) else { return };
        keep_on_talk((stream, tape, counts), now, side, (&taken.header, codec, ticks, sound));
    }

    /// Keeps what a packet says, if the stream is recorded.
    fn keep(&mut self, now: Moment, place: usize, taken: &Taken, packet: &[u8]) {
        let Self { places, tape, counts, events, .. } = self;
        let Some(stream) = places.get_mut(place).and_then(Option::as_mut) else { return };
        let (Some(recording), Some(tape)) = (&mut stream.recording, tape) else { return };
        let Content::Sound { codec, ticks } = taken.content else { return };
        let Some(sound) = packet.get(taken.payload.clone()) else { return };
        let message = recording.message;
        if recording.listen(now, codec, sound) {
            events.push_back(Event::Spoken { stream: stream.leg, message });
        }
        let Some(at) = recording.place(now, &taken.header, ticks) else { return };
        if !tape.put_sound((Of::Message(message), at), codec, sound) {
            recording.packets_missed = recording.packets_missed.saturating_add(1);
            counts.packets_unrecorded += 1;
        }
    }

    fn do_slot(&mut self, now: Moment, slot: Slot, wire: &mut impl Wire) {
        let Self { schedule, places, store, counts, events, reels, random, tape, .. } = self;
        let sockets = places.len();
        for &place in schedule.members(slot) {
            let Some(stream) = places.get_mut(place).and_then(Option::as_mut) else { continue };
            let frame = stream.frame(slot, store);
            let leg = stream.leg;
            if let (Some(reels), Some(ask)) = (reels.as_mut(), stream.playback.wanted(leg))
                && reels.ask(ask)
            {
                stream.playback.asked();
            }
            let mixed = if frame.sending.is_none() { stream.mixed(slot) } else { None };
            if let Some(mixed) = &mixed {
                keep_said((stream, tape, counts), now, mixed);
            }
            if let Some(sending) = frame.sending.or(mixed)
                && send(wire, place, &sending, stream.sealing()).is_some()
            {
                counts.packets_sent += 1;
                stream.sent(&sending.payload);
            }
            if stream.is_report_due(slot)
                && let Some(told) = stream.tell_peer(now, random.next_u32())
            {
                counts.control_sent += send_report(wire, (place, sockets), told, stream);
            }
            if let Some(play) = frame.played {
                events.push_back(Event::Played { stream: leg, play });
            }
            if let Some((play, result)) = frame.replayed {
                events.push_back(Event::Replayed { stream: leg, play, result });
            }
            // It is told again anyway.
            if let Some(stream) = frame.lull
                && events.len() < EVENTS_MAX
            {
                events.push_back(Event::Lull { stream });
            }
            if let Some(stream) = frame.silent {
                events.push_back(Event::Silent { stream });
            }
            if let Some((stream, message)) = frame.hushed {
                events.push_back(Event::Hushed { stream, message });
            }
        }
    }

    fn tell_of(&mut self, stream: LegId, taken: &Taken) {
        if taken.age == Age::First {
            self.tell(Event::Heard { stream });
        }
        if let Some(digit) = taken.digit {
            if self.is_backed_up() {
                self.counts.events_dropped += 1;
            } else {
                self.tell(Event::Digit { stream, digit });
            }
        }
    }

    fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Sends a packet of one stream on to the peer of the stream at `place`.
    fn pass_on(
        &mut self,
        now: Moment,
        place: usize,
        taken: &Taken,
        packet: &[u8],
        wire: &mut impl Wire,
    ) {
        let Some(payload) = packet.get(taken.payload.clone()) else { return };
        let Some(stream) = self.at(place) else { return };
        let Some((to, header)) = stream.relay(now, taken) else { return };
        let law = match translation(taken.content, stream.codec()) {
            Translation::Nothing => None,
            Translation::Law(law) => Some(law),
            Translation::Recoding(from) => {
                let said = (from, taken);
                return self.pass_on_recoded((now, place), (to, header), said, payload, wire);
            }
        };
        let key = key_for(taken.content, stream.event_clock());
        let payload = key.as_ref().map_or(payload, |key| key);
        let clock = stream.codec().clock();
        let sending = Sending { to, header, payload: Sound::Stored(payload), law, clock };
        if send(wire, place, &sending, stream.sealing()).is_some() {
            match taken.content {
                Content::Sound { .. } => stream.sent(&sending.payload),
                Content::Key(_) => stream.sent_octets(payload.len()),
            }
            self.counts.packets_sent += 1;
        }
    }

    /// Sends the sound of a packet on in the codec of the stream at `place`, and what is known of those lost before it.
    fn pass_on_recoded(
        &mut self,
        (now, place): (Moment, usize),
        (to, header): (SocketAddr, Header),
        (from, taken): (Codec, &Taken),
        said: &[u8],
        wire: &mut impl Wire,
    ) {
        let mut room = [0; PACKET_MAX];
        let Some(stream) = self.at(place) else { return };
        let clock = stream.codec().clock();
        let mut sent = 0;
        let mut pass = |stream: &mut Stream, (to, header), octets: &[u8]| {
            let payload = Sound::Stored(octets);
            let sending = Sending { to, header, payload, law: None, clock };
            if send(wire, place, &sending, stream.sealing()).is_some() {
                stream.sent(&sending.payload);
                sent += 1;
            }
        };
        if let Some((lost, len)) = stream.recode_lost(taken, said, &mut room) {
            let each = usize::try_from(lost.ticks).unwrap_or(PACKET_MAX);
            let octets = room.get(..len).unwrap_or_default();
            for (back, octets) in (1..=lost.count).rev().zip(octets.chunks(each)) {
                if let Some(whereto) = stream.relay_lost(now, taken, (lost, back)) {
                    pass(stream, whereto, octets);
                }
            }
        }
        if let Some(len) = stream.recode((from, taken.order), said, &mut room) {
            pass(stream, (to, header), room.get(..len).unwrap_or_default());
        }
        self.counts.packets_sent += sent;
        self.counts.packets_recoded += sent;
    }

    /// A report has come to one of the sockets of a place.
    fn hear_report(
        &mut self,
        now: Moment,
        place: usize,
        (road, from): (Road, SocketAddr),
        report: &mut [u8],
    ) {
        let Some(stream) = self.places.get_mut(place).and_then(Option::as_mut) else {
            self.counts.packets_unlent += 1;
            return;
        };
        match stream.hear_report(now, (road, from), report) {
            Some(()) => self.counts.control_received += 1,
            None => self.counts.control_dropped += 1,
        }
    }

    /// The peer of a stream that closes is told so.
    fn take_leave(&mut self, now: Moment, place: usize, wire: &mut impl Wire) {
        let sockets = self.places.len();
        let Some(stream) = self.at(place) else { return };
        if let Some(told) = stream.take_leave(now) {
            let sent = send_report(wire, (place, sockets), told, stream);
            self.counts.control_sent += sent;
        }
    }

    /// How a stream is called in reports: 96 random bits (RFC 7022 §4.2), as letters and digits.
    fn name(&mut self) -> [u8; NAME_LEN] {
        const LETTERS: [u8; 64] =
            *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let random =
            (u128::from(self.random.next_u64()) << 64) | u128::from(self.random.next_u64());
        std::array::from_fn(|at| {
            let letter = usize::try_from((random >> (6 * at)) & 63).unwrap_or_default();
            LETTERS.get(letter).copied().unwrap_or(b'A')
        })
    }

    fn start(&mut self) -> Start {
        let [s0, s1, ..] = self.random.next_u32().to_ne_bytes();
        Start {
            ssrc: self.random.next_u32(),
            sequence: u16::from_ne_bytes([s0, s1]),
            timestamp: self.random.next_u32(),
        }
    }
}

/// Keeps a frame of a mix as what is said to the peer, if that talk is recorded.
fn keep_said(
    kept: (&mut Stream, &mut Option<Tape>, &mut Counts),
    now: Moment,
    sending: &Sending<'_>,
) {
    let codec = kept.0.codec();
    let said = (&sending.header, codec, FRAME_TICKS, &*sending.payload);
    keep_on_talk(kept, now, Side::Other, said);
}

/// Keeps a little sound on a side of the talk of a stream, if that is recorded.
fn keep_on_talk(
    (stream, tape, counts): (&mut Stream, &mut Option<Tape>, &mut Counts),
    now: Moment,
    side: Side,
    (header, codec, ticks, sound): (&Header, Codec, u32, &[u8]),
) {
    let (Some(talk), Some(tape)) = (&mut stream.talk, tape) else { return };
    let is_kept = match talk.place(now, side, header, ticks) {
        Place::At(at) => tape.put_sound((Of::Talk(talk.recording, side), at), codec, sound),
        Place::Unwanted => return,
        Place::Nowhere => false,
    };
    if !is_kept {
        talk.packets_missed = talk.packets_missed.saturating_add(1);
        counts.packets_unrecorded += 1;
    }
}

/// One copy and one system call, and a seal where one was agreed on. `None` if it can not be sealed.
fn send(
    wire: &mut impl Wire,
    place: usize,
    sending: &Sending<'_>,
    sealing: Option<&mut Sealing>,
) -> Option<()> {
    // Nearly all packets are no longer than frames of our own, and clearing octets takes time too.
    if sending.payload.len() <= FRAME_LEN {
        send_from([0; HEADER_LEN + FRAME_LEN + SEAL_MAX], wire, place, sending, sealing)
    } else {
        send_from([0; PACKET_MAX], wire, place, sending, sealing)
    }
}

fn send_from<const ROOM: usize>(
    mut room: [u8; ROOM],
    wire: &mut impl Wire,
    place: usize,
    sending: &Sending<'_>,
    sealing: Option<&mut Sealing>,
) -> Option<()> {
    let len = HEADER_LEN + sending.payload.len();
    let (header, payload) = room.get_mut(..len)?.split_at_mut(HEADER_LEN);
    let timestamp = on_the_wire(sending.header.timestamp, sending.clock);
    header.copy_from_slice(&Header { timestamp, ..sending.header }.encode());
    payload.copy_from_slice(&sending.payload);
    if let Some(law) = sending.law {
        payload.iter_mut().for_each(|octet| *octet = law(*octet));
    }
    let packet = match sealing {
        None => room.get(..len)?,
        Some(sealing) => sealing.seal(&sending.header, len, &mut room)?,
    };
    wire.send(place, sending.to, packet);
    Some(())
}

/// Sends a report by its road, sealed where that was agreed on: how many have left.
fn send_report(
    wire: &mut impl Wire,
    (place, sockets): (usize, usize),
    (road, to, report): (Road, SocketAddr, Report),
    stream: &mut Stream,
) -> u64 {
    let mut room: ReportRoom = [0; _];
    let Some(written) = room.first_chunk_mut::<REPORT_LEN_MAX>() else { return 0 };
    let len = report.write(written);
    let len = match stream.sealing() {
        None => Some(len),
        Some(sealing) => sealing.seal_report(report.ssrc, len, &mut room),
    };
    let Some(packet) = len.and_then(|len| room.get(..len)) else { return 0 };
    let socket = match road {
        Road::Sound => place,
        Road::Control => sockets + place,
    };
    wire.send(socket, to, packet);
    stream.told_peer();
    1
}

/// What is done with a payload on its way to the other side.
enum Translation {
    /// It passes as it is.
    Nothing,
    /// Each octet by itself.
    Law(Law),
    /// It is read in this codec, and written in that of the other side.
    Recoding(Codec),
}

/// What is said of a key to somebody who is told of it by another clock than it came by.
fn key_for(content: Content, clock: Clock) -> Option<[u8; TELEPHONE_EVENT_LEN]> {
    match content {
        Content::Sound { .. } => None,
        Content::Key(press) => press.told_by(clock).map(|(_, event)| event.encode()),
    }
}

/// How sound gets into the codec that the other side was promised, if it has another one.
const fn translation(content: Content, to: Codec) -> Translation {
    let Content::Sound { codec: from, .. } = content else { return Translation::Nothing };
    match (from, to) {
        (Codec::Pcma, Codec::Pcmu) => Translation::Law(g711::alaw_to_ulaw),
        (Codec::Pcmu, Codec::Pcma) => Translation::Law(g711::ulaw_to_alaw),
        (Codec::Pcma, Codec::Pcma)
        | (Codec::Pcmu, Codec::Pcmu)
        | (Codec::G722, Codec::G722)
        | (Codec::Opus, Codec::Opus) => Translation::Nothing,
        (Codec::Pcma | Codec::Pcmu, Codec::G722 | Codec::Opus)
        | (Codec::G722, Codec::Pcma | Codec::Pcmu | Codec::Opus)
        | (Codec::Opus, Codec::Pcma | Codec::Pcmu | Codec::G722) => Translation::Recoding(from),
    }
}
