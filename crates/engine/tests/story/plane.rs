//! A media plane without media: it keeps the list of streams, and tells what a story says.

use events::{FoundMessage, FoundRecording, Label, RecordingEnd};
use ids::{LegId, MessageId, PlayId, RecordingId};
use media_protocol::{Command, Event, Port, Recorded, Replayed, StreamReport};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

struct Stream {
    port: Port,
    /// Whose it is.
    peer: IpAddr,
    /// What plays, and will end when the story says so.
    play: Option<Play>,
    /// Whom it hears when nothing plays.
    bridged: Option<LegId>,
    /// The message that is recorded.
    message: Option<MessageId>,
    talk: Option<RecordingId>,
}

/// What plays at a stream.
#[derive(Clone, Copy)]
enum Play {
    Clips(PlayId),
    Recording(PlayId),
}

/// All streams that are open.
#[derive(Default)]
pub(crate) struct Plane {
    streams: BTreeMap<LegId, Stream>,
    /// Whether recordings can be written.
    pub(crate) is_full: bool,
    /// Whether recordings can not be read.
    pub(crate) is_gone: bool,
    /// Whether sound went by the streams, and they tell how it came: of each as many packets as its number says.
    pub(crate) is_measured: bool,
    /// What came of recordings that is to be told.
    recorded: Vec<Event>,
    /// Recordings of talks that go on, with their calls, and those that went on when the process ended before.
    talks: BTreeMap<RecordingId, u64>,
    cut_off: Vec<FoundRecording>,
    /// What is on its disk, with whose it is.
    files: BTreeMap<MessageId, (Label, File)>,
}

/// How far a recording is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum File {
    Part,
    Whole,
}

impl Plane {
    /// Carries out a command. A stream that is not open gets none.
    pub(crate) fn obey(&mut self, command: &Command) -> Option<Event> {
        match command {
            Command::Open { stream, port, format, .. } => {
                assert!(self.streams.values().all(|open| open.port != *port), "{port:?} is taken");
                let peer = format.remote.ip();
                let opened = Stream {
                    port: *port,
                    peer,
                    play: None,
                    bridged: None,
                    message: None,
                    talk: None,
                };
                assert!(self.streams.insert(*stream, opened).is_none(), "{stream} is open");
            }
            Command::Play { stream, play, .. } => {
                self.at(*stream).play = Some(Play::Clips(*play));
            }
            Command::Replay { stream, play, .. } => {
                self.at(*stream).play = Some(Play::Recording(*play));
            }
            Command::Quiet { stream } => self.at(*stream).play = None,
            Command::Bridge { a, b } => {
                for (one, other) in [(*a, *b), (*b, *a)] {
                    let stream = self.at(one);
                    assert_eq!(stream.bridged.replace(other), None, "{one} is bridged");
                    stream.play = None;
                }
            }
            Command::Monitor { stream, caller, .. } => {
                self.at(*caller);
                self.at(*stream);
            }
            Command::Unbridge { stream } => self.unbridge(*stream),
            Command::Adjust { stream, .. } => {
                self.at(*stream);
            }
            Command::Record { stream, message, label, .. } => {
                self.files.insert(*message, ((**label).clone(), File::Part));
                assert_eq!(
                    self.at(*stream).message.replace(*message),
                    None,
                    "{stream} is recorded"
                );
            }
            Command::StopRecording { stream } => self.stop_recording(*stream),
            Command::RecordTalk { stream, recording, label } => {
                self.talks.insert(*recording, label.call);
                let talk = self.at(*stream).talk.replace(*recording);
                assert_eq!(talk, None, "the talk of {stream} is recorded");
            }
            Command::PauseRecordingTalk { stream } | Command::ResumeRecordingTalk { stream } => {
                assert!(self.at(*stream).talk.is_some(), "the talk of {stream} is not recorded");
            }
            Command::StopRecordingTalk { stream } => self.stop_recording_talk(*stream),
            Command::Discard { message } => drop(self.files.remove(message)),
            Command::Close { stream } => {
                self.unbridge(*stream);
                self.stop_recording(*stream);
                self.stop_recording_talk(*stream);
                let port = self.at(*stream).port;
                self.streams.remove(stream);
                let report =
                    if self.is_measured { report(*stream) } else { StreamReport::default() };
                return Some(Event::Closed { stream: *stream, port, report });
            }
        }
        None
    }

    fn at(&mut self, stream: LegId) -> &mut Stream {
        self.streams.get_mut(&stream).unwrap_or_else(|| panic!("{stream} is not open"))
    }

    fn stop_recording(&mut self, stream: LegId) {
        let Some(message) = self.at(stream).message.take() else { return };
        let length = Duration::from_secs(9);
        let result = match self.is_full {
            false => Recorded::OnDisk { length, bytes: 144_044, packets_missed: 0 },
            true => Recorded::Failed,
        };
        if let (Recorded::OnDisk { bytes, .. }, Some((label, file))) =
            (result, self.files.get_mut(&message))
        {
            (label.left.bytes, label.left.length_ms, *file) = (bytes, 9_000, File::Whole);
        }
        self.recorded.push(Event::Recorded { message, result });
    }

    fn stop_recording_talk(&mut self, stream: LegId) {
        let Some(recording) = self.at(stream).talk.take() else { return };
        self.talks.remove(&recording);
        let length = Duration::from_secs(9);
        let result = match self.is_full {
            false => Recorded::OnDisk { length, bytes: 288_044, packets_missed: 3 },
            true => Recorded::Failed,
        };
        self.recorded.push(Event::TalkRecorded { recording, result });
    }

    /// What came of recordings since the last time.
    /// The process is gone and another one there: what was whole is on the disk.
    pub(crate) fn starts_anew(&mut self) {
        let mut files = std::mem::take(&mut self.files);
        files.retain(|_, (_, file)| *file == File::Whole);
        let end = RecordingEnd::CutOff;
        let talks = std::mem::take(&mut self.talks).into_iter();
        let cut_off = talks.map(|(id, call)| FoundRecording {
            id,
            unnamed: None,
            call,
            end,
            length_ms: 4_000,
            bytes: 128_044,
        });
        *self = Self { files, cut_off: cut_off.collect(), ..Self::default() };
    }

    /// What a start finds of recordings of talks.
    pub(crate) fn cut_off(&mut self) -> Vec<FoundRecording> {
        std::mem::take(&mut self.cut_off)
    }

    /// The recordings on the disk.
    pub(crate) fn on_disk(&self) -> impl Iterator<Item = FoundMessage> {
        let whole = self.files.iter().filter(|(_, (_, file))| *file == File::Whole);
        whole.map(|(id, (label, _))| FoundMessage { id: *id, label: label.clone() })
    }

    pub(crate) fn recorded(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.recorded)
    }

    /// The stream of a phone that is recorded, and for which message.
    pub(crate) fn recording(&self, peer: IpAddr) -> (LegId, MessageId) {
        let stream = self.of(peer);
        (stream, self.streams[&stream].message.expect("it is recorded"))
    }

    fn unbridge(&mut self, stream: LegId) {
        if let Some(other) = self.at(stream).bridged.take() {
            self.at(other).bridged = None;
        }
    }

    /// Whom a stream is bridged with.
    pub(crate) fn other(&self, stream: LegId) -> Option<IpAddr> {
        self.streams[&stream].bridged.map(|other| self.peer(other))
    }

    /// Whose stream it is.
    pub(crate) fn peer(&self, stream: LegId) -> IpAddr {
        self.streams[&stream].peer
    }

    /// The latest stream of a phone.
    pub(crate) fn of(&self, peer: IpAddr) -> LegId {
        let mut streams = self.streams.iter().rev();
        *streams.find(|(_, open)| open.peer == peer).expect("the phone has a stream").0
    }

    /// What plays to a phone has come to its end.
    pub(crate) fn played(&mut self, peer: IpAddr) -> Event {
        let stream = self.of(peer);
        let result = if self.is_gone { Replayed::Unreadable } else { Replayed::Whole };
        match self.at(stream).play.take().expect("something plays") {
            Play::Clips(play) => Event::Played { stream, play },
            Play::Recording(play) => Event::Replayed { stream, play, result },
        }
    }
}

/// How a stream sounded of whose packets one was lost.
fn report(stream: LegId) -> StreamReport {
    StreamReport {
        packets_sent: 1,
        packets_received: stream.0,
        packets_expected: stream.0 + 1,
        packets_lost: 1,
        mos_hundredths: Some(400),
        ..StreamReport::default()
    }
}
