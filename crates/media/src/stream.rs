//! One stream: what it sends at a frame and what it takes from a packet. Told the time, owns no
//! socket.

use crate::outgoing::{Outgoing, Start};
use crate::peer::Peer;
use crate::playback::Playback;
use crate::rate::Rate;
use crate::schedule::Slot;
use clock::Moment;
use ids::{LegId, PlayId};
use media_protocol::{Codec, Digit, Direction, Format, Port, StreamReport};
use prompts::Store;
use rtp::{EventDetector, Header, Heard, Sequence, TelephoneEvent, is_rtcp};
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

/// The longest packet that is taken and sent: what an Ethernet frame carries.
pub(crate) const PACKET_MAX: usize = 1_500;

/// A packet to send: under which header, with which payload, whereto.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sending<'a> {
    pub(crate) to: SocketAddr,
    pub(crate) header: Header,
    pub(crate) payload: &'a [u8],
}

/// What comes of a stream's frame.
#[derive(Debug, Default)]
pub(crate) struct Frame<'a> {
    pub(crate) sending: Option<Sending<'a>>,
    pub(crate) played: Option<PlayId>,
    pub(crate) silent: Option<LegId>,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Sound(Codec),
    Key(TelephoneEvent),
}

/// A packet that the peer sent and that is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) header: Header,
    pub(crate) payload: Range<usize>,
    pub(crate) content: Content,
    pub(crate) order: Heard,
    /// A key whose press begins with this packet.
    pub(crate) digit: Option<Digit>,
    /// Whether it is the first of the stream's life.
    pub(crate) age: Age,
}

/// Whether a peer was heard before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    First,
    Later,
}

/// Why a packet is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    /// RTCP: nothing is done with it yet.
    Control,
    /// It came from elsewhere than the peer.
    Foreign,
    /// It is no RTP, of an unknown type, too many, or out of order beyond use.
    Unusable,
}

/// The media side of one leg.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) leg: LegId,
    pub(crate) port: Port,
    pub(crate) playback: Playback,
    /// The place of the stream that this one is bridged with.
    pub(crate) bridged: Option<usize>,
    format: Format,
    peer: Peer,
    outgoing: Outgoing,
    source: Option<u32>,
    sequence: Sequence,
    detector: EventDetector,
    rate: Rate,
    silence_max: Duration,
    silent_at: Option<Moment>,
    report: StreamReport,
}

impl Stream {
    pub(crate) fn new(
        now: Moment,
        (leg, port): (LegId, Port),
        format: Format,
        silence_max: Duration,
        start: Start,
    ) -> Self {
        let mut stream = Self {
            leg,
            port,
            playback: Playback::new(),
            bridged: None,
            format,
            peer: Peer::new(format.remote),
            outgoing: Outgoing::new(start),
            source: None,
            sequence: Sequence::default(),
            detector: EventDetector::default(),
            rate: Rate::default(),
            silence_max,
            silent_at: None,
            report: StreamReport::default(),
        };
        stream.watch_silence(now);
        stream
    }

    /// The format changes; the numbering goes on.
    pub(crate) fn adjust(&mut self, now: Moment, format: Format) {
        let listened = receives(self.format.direction);
        self.format = format;
        self.peer.signal(format.remote);
        if !format.direction.sends() {
            self.outgoing.fall_silent();
        }
        if listened != receives(format.direction) {
            self.watch_silence(now);
        }
    }

    /// Nothing plays from here on. The music remembers its place.
    pub(crate) fn quiet(&mut self) {
        self.playback.quiet();
        self.outgoing.fall_silent();
    }

    /// What this stream does in its slot.
    pub(crate) fn frame<'a>(&mut self, slot: Slot, store: &'a Store) -> Frame<'a> {
        let silent = self.silent_at.take_if(|at| *at <= slot.due()).map(|_| self.leg);
        if !self.playback.is_playing() {
            return Frame { silent, ..Frame::default() };
        }
        // Time goes on for a peer on hold too: a play ends when it would have ended.
        let step = self.playback.step(store, self.format.codec);
        let sending = step.sound.and_then(|payload| {
            let to = self.target()?;
            let header = self.outgoing.own(slot.media_time(), self.format.payload_type);
            self.report.packets_sent += 1;
            Some(Sending { to, header, payload })
        });
        if !self.playback.is_playing() {
            self.outgoing.fall_silent();
        }
        Frame { sending, played: step.played, silent }
    }

    /// Takes a packet that came to this stream's port.
    pub(crate) fn receive(
        &mut self,
        now: Moment,
        from: SocketAddr,
        packet: &[u8],
    ) -> Result<Taken, Dropped> {
        if self.peer.is_stranger(from) {
            return self.drop_foreign();
        }
        if is_rtcp(packet) {
            return Err(Dropped::Control);
        }
        let Some((header, payload, content)) = self.read(packet) else {
            return self.drop_unusable();
        };
        if !self.peer.hear(from) {
            return self.drop_foreign();
        }
        if !self.rate.admits(now) {
            return self.drop_unusable();
        }
        let order = self.order(&header);
        if matches!(order, Heard::Again | Heard::Stray) {
            return self.drop_unusable();
        }
        let age = if self.report.packets_received == 0 { Age::First } else { Age::Later };
        self.report.packets_received += 1;
        self.watch_silence(now);
        let digit = self.digit(&header, content);
        Ok(Taken { header, payload, content, order, digit, age })
    }

    /// The header under which a packet of the bridged stream goes to this stream's peer, and
    /// whereto. `None` if it does not go out.
    pub(crate) fn relay(&mut self, now: Moment, taken: &Taken) -> Option<(SocketAddr, Header)> {
        if self.playback.is_playing() {
            return None;
        }
        let to = self.target()?;
        let payload_type = match taken.content {
            Content::Sound(_) => Some(self.format.payload_type),
            Content::Key(_) => self.format.event_type,
        };
        let Some(payload_type) = payload_type else {
            self.outgoing.leave_out(taken.order);
            return None;
        };
        let media_time = Slot::at(now).media_time();
        let header = self.outgoing.relay(media_time, &taken.header, taken.order, payload_type)?;
        self.report.packets_sent += 1;
        Some((to, header))
    }

    /// Whether what the peer says is passed on.
    pub(crate) const fn listens(&self) -> bool {
        receives(self.format.direction)
    }

    /// What goes out is encoded so.
    pub(crate) const fn codec(&self) -> Codec {
        self.format.codec
    }

    /// What the stream did in its life so far.
    pub(crate) fn report(&self) -> StreamReport {
        StreamReport { packets_lost: self.sequence.lost(), ..self.report }
    }

    /// What was relayed ends: what comes next is a new talkspurt.
    pub(crate) fn part(&mut self) {
        self.bridged = None;
        if !self.playback.is_playing() {
            self.outgoing.fall_silent();
        }
    }

    fn target(&self) -> Option<SocketAddr> {
        if self.format.direction.sends() { self.peer.target() } else { None }
    }

    fn read(&self, packet: &[u8]) -> Option<(Header, Range<usize>, Content)> {
        if packet.len() > PACKET_MAX {
            return None;
        }
        let (header, payload) = Header::parse(packet)?;
        if Some(header.payload_type) == self.format.event_type {
            let event = TelephoneEvent::parse(packet.get(payload.clone())?)?;
            return Some((header, payload, Content::Key(event)));
        }
        let codec = self.codec_of(header.payload_type)?;
        Some((header, payload, Content::Sound(codec)))
    }

    /// The codec of a payload type: as settled, or by the static numbers (RFC 3551 §6), for a peer
    /// that changes its mind within what it offered.
    const fn codec_of(&self, payload_type: u8) -> Option<Codec> {
        match payload_type {
            settled if settled == self.format.payload_type => Some(self.format.codec),
            0 => Some(Codec::Pcmu),
            8 => Some(Codec::Pcma),
            _ => None,
        }
    }

    /// Another SSRC is another stream, which begins anywhere.
    fn order(&mut self, header: &Header) -> Heard {
        if self.source.replace(header.ssrc) != Some(header.ssrc) {
            self.sequence.restart();
        }
        self.sequence.hear(header.sequence)
    }

    fn digit(&mut self, header: &Header, content: Content) -> Option<Digit> {
        match content {
            Content::Sound(_) => None,
            Content::Key(event) => {
                self.detector.hear(header.ssrc, header.timestamp, event).and_then(Digit::from_event)
            }
        }
    }

    fn watch_silence(&mut self, now: Moment) {
        self.silent_at = receives(self.format.direction).then(|| now + self.silence_max);
    }

    fn drop_foreign<T>(&mut self) -> Result<T, Dropped> {
        self.report.packets_foreign += 1;
        Err(Dropped::Foreign)
    }

    fn drop_unusable<T>(&mut self) -> Result<T, Dropped> {
        self.report.packets_unusable += 1;
        Err(Dropped::Unusable)
    }
}

/// Whether the peer is to send.
const fn receives(direction: Direction) -> bool {
    match direction {
        Direction::SendReceive | Direction::ReceiveOnly => true,
        Direction::SendOnly | Direction::Inactive => false,
    }
}
