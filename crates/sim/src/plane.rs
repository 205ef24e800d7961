//! A media plane without media: it obeys the engine, tells what a worker would tell, and holds the
//! engine to the rules of the plane.

use crate::agenda::{Agenda, Due};
use crate::site::clip_length;
use clock::{Duration, Moment};
use ids::{LegId, MessageId, PlayId, RecordingId};
use media_protocol::{Command, Digit, Event, Listening, Port, Recorded, Replayed, StreamReport};
use rand::RngExt;
use rand::rngs::StdRng;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::RangeInclusive;

/// When the first packet of a peer comes.
const FIRST_PACKET: RangeInclusive<Duration> =
    Duration::from_millis(5)..=Duration::from_millis(900);
/// How often the plane looks whether a peer has gone.
const SILENCE_LOOK: Duration = Duration::from_secs(4);
/// No message is longer in this centre.
const SPEECH_MAX: Duration = Duration::from_secs(40);

/// What comes of a peer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// It sends, but nobody says a thing, or its packets begin late.
    Mute,
    /// Its network went away at this moment.
    Gone(Moment),
}

#[derive(Debug)]
struct Stream {
    port: Port,
    remote: SocketAddr,
    bridged: Option<LegId>,
    /// Counts what plays, so that the end of an earlier play is not told.
    turn: u64,
    told_silent: bool,
}

#[derive(Debug)]
pub(crate) struct Plane {
    streams: BTreeMap<LegId, Stream>,
    /// Streams are named once.
    closed: BTreeSet<LegId>,
    /// Streams whose end has not been told yet.
    closing: BTreeMap<LegId, Port>,
    /// Peers that are not simply audible.
    voices: BTreeMap<SocketAddr, Voice>,
    /// Callers whose talks are recorded.
    talks: BTreeMap<LegId, RecordingId>,
    /// Whose streams are recorded, and for which message.
    recording: BTreeMap<LegId, MessageId>,
    /// The recordings that are there.
    recorded: BTreeSet<MessageId>,
    silence_max: Duration,
    telling_max: Duration,
    random: StdRng,
}

impl Plane {
    pub(crate) const fn new(silence_max: Duration, telling_max: Duration, random: StdRng) -> Self {
        Self {
            streams: BTreeMap::new(),
            closed: BTreeSet::new(),
            closing: BTreeMap::new(),
            voices: BTreeMap::new(),
            recording: BTreeMap::new(),
            talks: BTreeMap::new(),
            recorded: BTreeSet::new(),
            silence_max,
            telling_max,
            random,
        }
    }

    /// Another process has the workers: its streams are its own, and only what is on the disk is there.
    pub(crate) fn starts_anew(&mut self) {
        self.streams.clear();
        self.closed.clear();
        self.closing.clear();
        self.recording.clear();
        self.talks.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.streams.len()
    }

    pub(crate) fn set_voice(&mut self, peer: SocketAddr, voice: Voice) {
        self.voices.insert(peer, voice);
    }

    /// The peer is heard again, or as it should be.
    pub(crate) fn clear_voice(&mut self, peer: SocketAddr) {
        self.voices.remove(&peer);
    }

    /// A peer presses a key, having been told to send to this port.
    pub(crate) fn press(&self, peer: SocketAddr, port: u16, digit: Digit) -> Option<Event> {
        let here = |stream: &Stream| stream.port.number == port && stream.remote == peer;
        let (stream, _) = self.streams.iter().find(|(_, stream)| here(stream))?;
        Some(Event::Digit { stream: *stream, digit })
    }

    /// Somebody at this address presses a key, wherever it sends to.
    pub(crate) fn press_somewhere(&self, peer: SocketAddr, digit: Digit) -> Option<Event> {
        let (stream, _) = self.streams.iter().find(|(_, stream)| stream.remote == peer)?;
        Some(Event::Digit { stream: *stream, digit })
    }

    /// Carries out a command, or says which rule it breaks.
    pub(crate) fn obey(
        &mut self,
        now: Moment,
        worker: u8,
        command: &Command,
        agenda: &mut Agenda,
    ) -> Result<(), String> {
        match command {
            Command::Open { stream, port, format, .. } => {
                self.open(*stream, worker, *port)?;
                let remote = format.remote;
                let (bridged, turn, told_silent) = (None, 0, false);
                let opened = Stream { port: *port, remote, bridged, turn, told_silent };
                self.streams.insert(*stream, opened);
                let first = self.random.random_range(FIRST_PACKET);
                agenda.put(now + first, Due::Heard(*stream));
                agenda.put(now + SILENCE_LOOK, Due::Silence(*stream));
            }
            Command::Adjust { stream, format } => {
                self.stream(*stream, worker)?.remote = format.remote;
            }
            Command::Play { stream, play, clips, .. } => {
                let length: Duration = clips.iter().map(|clip| clip_length(*clip)).sum();
                let turn = self.next_turn(*stream, worker)?;
                let over = now + length.max(Duration::from_millis(20));
                agenda.put(over, Due::Played { stream: *stream, play: *play, turn });
            }
            Command::Replay { stream, play, message } => {
                if !self.recorded.contains(message) {
                    return Err(format!("{message} is played, and there is no such recording"));
                }
                let turn = self.next_turn(*stream, worker)?;
                let over = now + Duration::from_secs(9);
                agenda.put(over, Due::Replayed { stream: *stream, play: *play, turn });
            }
            Command::Quiet { stream } => {
                self.next_turn(*stream, worker)?;
            }
            Command::Bridge { a, b } => self.bridge(*a, *b, worker)?,
            Command::Monitor { stream, caller, .. } => {
                self.stream(*caller, worker)?;
                self.stream(*stream, worker)?;
            }
            Command::Unbridge { stream } => self.unbridge(*stream, worker)?,
            Command::Record { stream, message, listening, .. } => {
                self.record(*stream, worker, *message)?;
                self.speak(now, (*stream, *message), *listening, agenda);
            }
            Command::StopRecording { stream } => {
                self.stream(*stream, worker)?;
                self.stop_recording(now, *stream, agenda);
            }
            Command::RecordTalk { stream, recording, .. } => {
                self.stream(*stream, worker)?;
                if let Some(other) = self.talks.insert(*stream, *recording) {
                    return Err(format!("{stream} is recorded for {recording} and for {other}"));
                }
            }
            Command::PauseRecordingTalk { stream } | Command::ResumeRecordingTalk { stream } => {
                self.stream(*stream, worker)?;
            }
            Command::StopRecordingTalk { stream } => {
                self.stream(*stream, worker)?;
                self.stop_recording_talk(now, *stream, agenda)?;
            }
            Command::Discard { message } => {
                self.recorded.remove(message);
            }
            Command::Close { stream } => self.close(now, *stream, worker, agenda)?,
        }
        Ok(())
    }

    fn open(&self, stream: LegId, worker: u8, port: Port) -> Result<(), String> {
        if port.worker != worker {
            return Err(format!("{stream} is opened at worker {worker} on {port:?}"));
        }
        if self.streams.contains_key(&stream) || self.closed.contains(&stream) {
            return Err(format!("{stream} is opened twice"));
        }
        match self.streams.iter().find(|(_, open)| open.port == port) {
            Some((other, _)) => Err(format!("{stream} is opened on {port:?}, which {other} has")),
            None => Ok(()),
        }
    }

    fn stream(&mut self, stream: LegId, worker: u8) -> Result<&mut Stream, String> {
        let found = self.streams.get_mut(&stream);
        let found = found.ok_or_else(|| format!("{stream} is not open"))?;
        if found.port.worker != worker {
            return Err(format!("{stream} is not at worker {worker}"));
        }
        Ok(found)
    }

    fn record(&mut self, stream: LegId, worker: u8, message: MessageId) -> Result<(), String> {
        self.stream(stream, worker)?;
        match self.recording.insert(stream, message) {
            Some(other) => Err(format!("{stream} is recorded for {message} and for {other}")),
            None => Ok(()),
        }
    }

    /// Most people speak, and stop at some time; some say nothing.
    fn speak(
        &mut self,
        now: Moment,
        (stream, message): (LegId, MessageId),
        listening: Listening,
        agenda: &mut Agenda,
    ) {
        if self.random.random_bool(0.8) {
            agenda.put(now + listening.spoken_min, Due::Told(Event::Spoken { stream, message }));
        }
        let speech = self.random.random_range(listening.hush..=listening.hush + SPEECH_MAX);
        agenda.put(now + speech, Due::Told(Event::Hushed { stream, message }));
    }

    /// A recording comes to the disk, or does not.
    fn stop_recording(&mut self, now: Moment, stream: LegId, agenda: &mut Agenda) {
        let Some(message) = self.recording.remove(&stream) else { return };
        let result = if self.random.random_bool(0.95) {
            self.recorded.insert(message);
            Recorded::OnDisk { length: Duration::from_secs(9), bytes: 144_044, packets_missed: 0 }
        } else {
            Recorded::Failed
        };
        let told = now + self.random.random_range(Duration::ZERO..=self.telling_max);
        agenda.put(told, Due::Told(Event::Recorded { message, result }));
    }

    /// The recording of a talk comes to the disk, or does not.
    fn stop_recording_talk(
        &mut self,
        now: Moment,
        stream: LegId,
        agenda: &mut Agenda,
    ) -> Result<(), String> {
        let recording = self.talks.remove(&stream);
        let recording = recording.ok_or_else(|| format!("no talk of {stream} is recorded"))?;
        let (length, bytes) = (Duration::from_secs(9), 288_044);
        let result = if self.random.random_bool(0.95) {
            Recorded::OnDisk { length, bytes, packets_missed: 0 }
        } else {
            Recorded::Failed
        };
        let told = now + self.random.random_range(Duration::ZERO..=self.telling_max);
        agenda.put(told, Due::Told(Event::TalkRecorded { recording, result }));
        Ok(())
    }

    /// What was to be told of a recording, if it is still true.
    pub(crate) fn told(&self, event: Event) -> Option<Event> {
        let is_true = match &event {
            Event::Spoken { stream, message } | Event::Hushed { stream, message } => {
                self.recording.get(stream) == Some(message)
            }
            Event::Recorded { .. }
            | Event::Digit { .. }
            | Event::Played { .. }
            | Event::Replayed { .. }
            | Event::Heard { .. }
            | Event::Lull { .. }
            | Event::Silent { .. }
            | Event::TalkRecorded { .. }
            | Event::Closed { .. } => true,
        };
        is_true.then_some(event)
    }

    /// The recordings that are there.
    pub(crate) const fn recorded(&self) -> &BTreeSet<MessageId> {
        &self.recorded
    }

    fn next_turn(&mut self, stream: LegId, worker: u8) -> Result<u64, String> {
        let found = self.stream(stream, worker)?;
        found.turn += 1;
        Ok(found.turn)
    }

    fn bridge(&mut self, a: LegId, b: LegId, worker: u8) -> Result<(), String> {
        for (one, other) in [(a, b), (b, a)] {
            self.next_turn(one, worker)?;
            let bridged = self.stream(one, worker)?.bridged.replace(other);
            if bridged.is_some() || a == b {
                return Err(format!("{one} is bridged with {bridged:?} and then with {other}"));
            }
        }
        Ok(())
    }

    fn unbridge(&mut self, stream: LegId, worker: u8) -> Result<(), String> {
        if let Some(other) = self.stream(stream, worker)?.bridged.take() {
            self.stream(other, worker)?.bridged = None;
        }
        Ok(())
    }

    fn close(
        &mut self,
        now: Moment,
        stream: LegId,
        worker: u8,
        agenda: &mut Agenda,
    ) -> Result<(), String> {
        self.unbridge(stream, worker)?;
        self.stop_recording(now, stream, agenda);
        if self.talks.contains_key(&stream) {
            self.stop_recording_talk(now, stream, agenda)?;
        }
        let port = self.stream(stream, worker)?.port;
        self.streams.remove(&stream);
        self.closed.insert(stream);
        self.closing.insert(stream, port);
        let told = now + self.random.random_range(Duration::ZERO..=self.telling_max);
        agenda.put(told, Due::Closed(stream));
        Ok(())
    }

    /// The end of a stream is told.
    pub(crate) fn closed(&mut self, stream: LegId) -> Option<Event> {
        let port = self.closing.remove(&stream)?;
        Some(Event::Closed { stream, port, report: StreamReport::default() })
    }

    /// Ports with a stream whose end has not been told yet.
    pub(crate) fn closing(&self) -> BTreeSet<Port> {
        self.closing.values().copied().collect()
    }

    /// Whether something is heard on a stream: what plays, or somebody.
    pub(crate) fn is_alive(&self, stream: LegId) -> bool {
        self.streams.get(&stream).is_some_and(|found| found.turn > 0 || found.bridged.is_some())
    }

    /// The end of a play, if nothing took its place.
    pub(crate) fn played(&self, stream: LegId, play: PlayId, turn: u64) -> Option<Event> {
        let found = self.streams.get(&stream)?;
        (found.turn == turn).then_some(Event::Played { stream, play })
    }

    /// The same of a recording.
    pub(crate) fn replayed(&self, stream: LegId, play: PlayId, turn: u64) -> Option<Event> {
        let found = self.streams.get(&stream)?;
        let result = Replayed::Whole;
        (found.turn == turn).then_some(Event::Replayed { stream, play, result })
    }

    /// The first packet of a peer, if it sends.
    pub(crate) fn heard(&self, stream: LegId) -> Option<Event> {
        let found = self.streams.get(&stream)?;
        match self.voices.get(&found.remote) {
            Some(Voice::Mute | Voice::Gone(_)) => None,
            None => Some(Event::Heard { stream }),
        }
    }

    /// Whether a peer has been gone for too long; told once. Looks again as long as it is open.
    pub(crate) fn silence(
        &mut self,
        now: Moment,
        stream: LegId,
        agenda: &mut Agenda,
    ) -> Option<Event> {
        let found = self.streams.get_mut(&stream)?;
        agenda.put(now + SILENCE_LOOK, Due::Silence(stream));
        match self.voices.get(&found.remote) {
            Some(Voice::Gone(since))
                if now.since(*since) > self.silence_max && !found.told_silent =>
            {
                found.told_silent = true;
                Some(Event::Silent { stream })
            }
            Some(Voice::Gone(_) | Voice::Mute) | None => None,
        }
    }
}
