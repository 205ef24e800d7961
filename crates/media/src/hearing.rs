//! What a stream takes from the packets that come to its port, and what it drops.

use crate::narrowing::Narrowing;
use crate::patience::Last;
use crate::peer::{Claim, Peer, Standing, Target};
use crate::pressing::{Press, Pressing};
use crate::protection::Opening;
use crate::rate::{Allowance, FORGED_PER_SECOND_MAX, Rate, STRANGERS_PER_SECOND_MAX};
use crate::tones::Tones;
use clock::Moment;
use media_protocol::{Clock, Codec, Digit, Direction, Format, StreamReport};
use rtp::quality::Jitter;
use rtp::rtcp::Block;
use rtp::{EventDetector, Header, Heard, Sequence, TelephoneEvent};
use std::net::SocketAddr;
use std::ops::Range;

/// The longest packet that is taken and sent: what an Ethernet frame carries.
pub(crate) const PACKET_MAX: usize = 1_500;

/// Comfort noise (RFC 3389 §4): a peer that sends nothing while its person is silent says so, agreed on or not. 19 is what
/// it was before it had a number (RFC 3551 §6).
const COMFORT_NOISE: [u8; 2] = [13, 19];

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Sound of so many ticks of 8,000 a second.
    Sound {
        codec: Codec,
        ticks: u32,
    },
    Key(Press),
}

/// The same of a packet that nothing is known of but itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carried {
    Sound { codec: Codec, ticks: u32 },
    Key(TelephoneEvent),
}

/// A packet that the peer sent and that is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// As it came, but for its time, which is in ticks of 8,000 a second whatever the peer counts by.
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
    /// It came from elsewhere than the peer.
    Foreign,
    /// Its seal (SRTP) is wrong, or it came before.
    Unproved,
    /// It is no RTP, or out of order beyond use.
    Unusable,
    /// It has its place in the peer's stream, and nothing of it is passed on.
    LeftOut { why: LeftOut, sequence: u16, order: Heard },
}

/// Why nothing of a packet is passed on that the peer sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// It is of an unknown type.
    Unknown,
    /// It is more than is taken in a second.
    TooMuch,
    /// It says that the peer says nothing for now.
    Noise(Age),
}

/// The incoming side of one stream.
#[derive(Debug)]
pub(crate) struct Hearing {
    format: Format,
    peer: Peer,
    source: Option<u32>,
    narrowing: Narrowing,
    pressing: Pressing,
    sequence: Sequence,
    /// What was lost when the source began.
    lost_before_source: u64,
    jitter: Jitter,
    detector: EventDetector,
    /// Where keys come by no events.
    tones: Option<Box<Tones>>,
    allowance: Allowance,
    forged: Rate,
    forged_by_strangers: Rate,
    last: Last,
    report: StreamReport,
}

impl Hearing {
    pub(crate) fn new(format: &Format) -> Self {
        Self {
            format: format.clone(),
            peer: Peer::new(format.remote, format.signalled_from),
            source: None,
            narrowing: Narrowing::default(),
            pressing: Pressing::default(),
            sequence: Sequence::default(),
            lost_before_source: 0,
            jitter: Jitter::default(),
            detector: EventDetector::default(),
            tones: Tones::of(format),
            allowance: Allowance::of(format.codec),
            forged: Rate::new(FORGED_PER_SECOND_MAX),
            forged_by_strangers: Rate::new(STRANGERS_PER_SECOND_MAX),
            last: Last::Nothing,
            report: StreamReport::default(),
        }
    }

    /// The format changes.
    pub(crate) fn adjust(&mut self, format: &Format) {
        if format.event_type.is_some() || self.tones.is_none() {
            self.tones = Tones::of(format);
        }
        self.allowance.adjust(format.codec);
        self.format = format.clone();
        self.peer.signal(format.remote, format.signalled_from);
    }

    /// Takes a packet that came to this stream's port, and opens it where it lies if the peer seals them.
    pub(crate) fn take(
        &mut self,
        now: Moment,
        (from, packet): (SocketAddr, &mut [u8]),
        opening: Option<&mut Opening>,
    ) -> Result<Taken, Dropped> {
        let heard = self.judge(now, (from, packet), opening);
        match &heard {
            Ok(_) => self.count(Last::Sound),
            Err(Dropped::LeftOut { why: LeftOut::Noise(_), .. }) => self.count(Last::Noise),
            Err(Dropped::Foreign) => self.report.packets_foreign += 1,
            Err(Dropped::Unproved) => self.report.packets_unproved += 1,
            Err(Dropped::Unusable | Dropped::LeftOut { .. }) => {
                self.report.packets_unusable += 1;
            }
        }
        heard
    }

    const fn count(&mut self, last: Last) {
        self.last = last;
        self.report.packets_received += 1;
    }

    /// What was heard last.
    pub(crate) const fn last(&self) -> Last {
        self.last
    }

    /// How often the peer went to another address.
    pub(crate) const fn moves(&self) -> u64 {
        self.peer.moves()
    }

    /// Where to send, if the peer is to be sent anything.
    pub(crate) fn target(&self) -> Option<Target> {
        if self.format.direction.sends() { self.peer.target() } else { None }
    }

    /// Whether the peer is to send, and what it says is passed on.
    pub(crate) const fn is_wanted(&self) -> bool {
        match self.format.direction {
            Direction::SendReceive | Direction::ReceiveOnly => true,
            Direction::SendOnly | Direction::Inactive => false,
        }
    }

    /// Whether the next packet is the first of the stream's life.
    const fn age(&self) -> Age {
        match self.last {
            Last::Nothing => Age::First,
            Last::Noise | Last::Sound => Age::Later,
        }
    }

    /// What was heard in the stream's life so far.
    pub(crate) fn report(&self) -> StreamReport {
        StreamReport {
            packets_lost: self.sequence.lost(),
            packets_expected: self.sequence.expected(),
            jitter: self.jitter.mean(),
            jitter_max: self.jitter.max(),
            ..self.report
        }
    }

    /// Where the peer is, whether it is to be sent sound or not.
    pub(crate) fn place(&self) -> Option<Target> {
        self.peer.target()
    }

    /// Whether a report from here may be the peer's.
    pub(crate) fn may_report(&self, from: SocketAddr) -> bool {
        self.peer.may_report(from)
    }

    /// The source that the peer is.
    pub(crate) const fn source(&self) -> Option<u32> {
        self.source
    }

    /// How its sound comes, as far as the packets tell, and how many were expected and lost.
    pub(crate) fn block(&self) -> Option<(Block, (u64, u64))> {
        let (ssrc, highest) = (self.source?, self.sequence.highest_extended()?);
        let counted = (self.sequence.expected(), self.sequence.lost());
        let lost = counted.1.saturating_sub(self.lost_before_source);
        let lost = i32::try_from(lost).unwrap_or(i32::MAX);
        // Reports are told by the clock of what they report (RFC 3550 §6.4.1).
        let jitter = self.jitter.now().saturating_mul(self.format.codec.clock().pace().into());
        Some((Block { ssrc, lost, highest, jitter, ..Block::default() }, counted))
    }

    fn judge(
        &mut self,
        now: Moment,
        (from, packet): (SocketAddr, &mut [u8]),
        opening: Option<&mut Opening>,
    ) -> Result<Taken, Dropped> {
        let standing = self.peer.standing(now, from);
        match standing {
            Standing::Peer | Standing::Claimant => {}
            Standing::Elsewhere if opening.is_some() => {}
            Standing::Elsewhere | Standing::Stranger => return Err(Dropped::Foreign),
        }
        if packet.len() > PACKET_MAX {
            return Err(Dropped::Unusable);
        }
        let is_sealed = opening.is_some();
        let packet = match opening {
            Some(opening) => self.open(now, standing, packet, opening).ok_or(Dropped::Unproved)?,
            None => packet,
        };
        let (mut header, payload) = Header::parse(packet).ok_or(Dropped::Unusable)?;
        let content = self.content(&header, packet.get(payload.clone()).unwrap_or_default());
        let is_noise = COMFORT_NOISE.contains(&header.payload_type);
        // What is of no use teaches no address. Comfort noise is all that a peer may say whose person listens.
        if content.is_none() && !is_noise && standing != Standing::Peer {
            return Err(Dropped::Unusable);
        }
        let claim = if is_sealed { Claim::Proved } else { self.claim(&header) };
        if !self.peer.hear(now, from, claim) {
            return Err(Dropped::Foreign);
        }
        // Whatever becomes of it, it has come: its number is not lost.
        let order = self.order(&header);
        if matches!(order, Heard::Again | Heard::Stray) {
            return Err(Dropped::Unusable);
        }
        let sequence = header.sequence;
        let said = packet.get(payload.clone()).unwrap_or_default();
        let came = header.timestamp;
        let content = match content {
            None if !is_noise => Err(LeftOut::Unknown),
            Some(_) | None if !self.allowance.admits(now, weight(content, payload.len())) => {
                Err(LeftOut::TooMuch)
            }
            Some(carried) => {
                header.timestamp = self.narrowing.narrow(self.clock_of(carried), came);
                Ok(self.follow(carried, (came, &header)))
            }
            None => {
                self.tones.iter_mut().for_each(|tones| tones.rest(sequence, order));
                Err(LeftOut::Noise(self.age()))
            }
        };
        let content = content.map_err(|why| Dropped::LeftOut { why, sequence, order })?;
        self.measure(now, &header, (content, order));
        let age = self.age();
        let digit = self.digit(now, (&header, came), (content, order), said);
        Ok(Taken { header, payload, content, order, digit, age })
    }

    /// The packet in the clear, if its seal is right. After too many wrong ones it is not looked at.
    fn open<'a>(
        &mut self,
        now: Moment,
        standing: Standing,
        packet: &'a mut [u8],
        opening: &mut Opening,
    ) -> Option<&'a mut [u8]> {
        let forged = match standing {
            Standing::Peer | Standing::Claimant => &mut self.forged,
            Standing::Elsewhere | Standing::Stranger => &mut self.forged_by_strangers,
        };
        if forged.is_spent(now) {
            return None;
        }
        let clear = opening.open(packet);
        if clear.is_none() {
            forged.admits(now);
        }
        clear
    }

    /// What a packet in the clear says for being the peer's.
    fn claim(&self, header: &Header) -> Claim {
        let goes_on = self.source == Some(header.ssrc) && self.sequence.is_ahead(header.sequence);
        if goes_on { Claim::GoesOn } else { Claim::Nothing }
    }

    /// What a packet carries; `None` where that was not agreed on, or is none of it.
    fn content(&self, header: &Header, payload: &[u8]) -> Option<Carried> {
        let keys = [self.format.event_type, self.format.heard_event_type];
        if keys.contains(&Some(header.payload_type)) {
            return TelephoneEvent::parse(payload).map(Carried::Key);
        }
        let codec = self.codec_of(header.payload_type)?;
        let ticks = match codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => u32::try_from(payload.len()).ok()?,
            Codec::Opus => rtp::opus::ticks(payload)?,
        };
        Some(Carried::Sound { codec, ticks })
    }

    /// The clock that a packet has its time by: keys have theirs by that of the sound among which they are sent.
    const fn clock_of(&self, carried: Carried) -> Clock {
        match carried {
            Carried::Sound { codec, .. } => codec.clock(),
            Carried::Key(_) => self.format.codec.clock(),
        }
    }

    fn follow(&mut self, carried: Carried, times: (u32, &Header)) -> Content {
        match carried {
            Carried::Sound { codec, ticks } => Content::Sound { codec, ticks },
            Carried::Key(event) => {
                Content::Key(self.pressing.hear(event, self.format.event_clock, times))
            }
        }
    }

    /// The codec of a payload type: as settled, or by the static numbers (RFC 3551 §6), for a peer
    /// that changes its mind within what it offered.
    const fn codec_of(&self, payload_type: u8) -> Option<Codec> {
        match payload_type {
            settled if settled == self.format.payload_type => Some(self.format.codec),
            ours if ours == self.format.heard_type => Some(self.format.codec),
            0 => Some(Codec::Pcmu),
            8 => Some(Codec::Pcma),
            _ => None,
        }
    }

    /// Another SSRC is another stream, which begins anywhere.
    fn order(&mut self, header: &Header) -> Heard {
        if self.source.replace(header.ssrc) != Some(header.ssrc) {
            self.lost_before_source = self.sequence.lost();
            self.sequence.restart();
        }
        self.sequence.hear(header.sequence)
    }

    /// How evenly sound comes. Keys all have the time at which they were pressed, and tell nothing of it.
    fn measure(&mut self, now: Moment, header: &Header, (content, order): (Content, Heard)) {
        if order == Heard::Anew {
            self.jitter.restart();
        }
        match content {
            Content::Sound { .. } => self.jitter.hear(ticks_of(now), header.timestamp),
            Content::Key(_) => {}
        }
    }

    fn digit(
        &mut self,
        now: Moment,
        (header, came): (&Header, u32),
        (content, order): (Content, Heard),
        said: &[u8],
    ) -> Option<Digit> {
        match content {
            Content::Sound { codec, ticks } => {
                self.tones.as_mut()?.hear(now, (header, order), (codec, ticks), said)
            }
            Content::Key(press) => {
                self.detector.hear(header.ssrc, came, press.event).and_then(Digit::from_event)
            }
        }
    }
}

/// A moment in ticks of the clock of our codecs; wraps, as RTP time does.
const fn ticks_of(now: Moment) -> u32 {
    let [a, b, c, d, ..] = (now.as_micros() / 125).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
/// The octets that count of a packet: what it becomes for who has no Opus, two octets of which may be 120 ms.
fn weight(content: Option<Carried>, octets: usize) -> usize {
    match content {
        Some(Carried::Sound { ticks, .. }) => octets.max(usize::try_from(ticks).unwrap_or(octets)),
        Some(Carried::Key(_)) | None => octets,
    }
}
