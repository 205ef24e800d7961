//! What the two ends of a stream tell each other of it (RTCP, RFC 3550 §6): when, whereto, and what is
//! believed.
//!
//! A report changes no call: it says how sound arrives, and a farewell in it is no end; only of a peer that has said that it
//! is quiet for now (comfort noise) it shows that it is still there. It is taken from the
//! IP address at which the peer speaks, and only from the source that speaks, so that who does not hear the sound
//! can say nothing of it. It goes where the peer was heard, and to nobody who was merely named.

use crate::rate::Rate;
use clock::{Duration, Moment};
use media_protocol::{Clock, ControlPath, StreamReport, Told};
use rtp::quality::{Interval, of_ticks, round_trip};
use rtp::rtcp::{Block, NAME_LEN, NtpTime, Packet, read};
use std::net::SocketAddr;

/// Reports are this far apart, or up to half of it more or less (RFC 3550 §6.2 and §6.3.1).
const EVERY: Duration = Duration::from_secs(5);

/// Reports of one stream that are looked at in a second; one in some seconds is usual.
const REPORTS_PER_SECOND_MAX: u32 = 10;

/// By which of the sockets of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Road {
    /// The one for sound, and reports among it.
    Sound,
    /// The next one, for reports alone.
    Control,
}

/// What is known of the other end's reports, and of ours.
#[derive(Debug)]
pub(crate) struct Control {
    /// How we are called in ours.
    pub(crate) name: [u8; NAME_LEN],
    path: ControlPath,
    /// Where the peer's reports come from, if they come by their own road.
    place: Option<SocketAddr>,
    /// The peer's last report as a sender: its mark, and when it came.
    theirs: Option<(u32, Moment)>,
    told: Option<Told>,
    round_trips: (Duration, u32),
    interval: Interval,
    packets_reported: u64,
    rate: Rate,
    sent: u64,
    received: u64,
    dropped: u64,
}

/// Who may say something of a stream, and what it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parties {
    /// The source of our sound.
    pub(crate) ours: u32,
    /// The source of the peer's, if it was heard.
    pub(crate) theirs: Option<u32>,
    /// What our sound has its times by.
    pub(crate) clock: Clock,
}

impl Control {
    pub(crate) fn new(name: [u8; NAME_LEN], path: ControlPath) -> Self {
        Self {
            name,
            path,
            place: None,
            theirs: None,
            told: None,
            round_trips: (Duration::ZERO, 0),
            interval: Interval::default(),
            packets_reported: 0,
            rate: Rate::new(REPORTS_PER_SECOND_MAX),
            sent: 0,
            received: 0,
            dropped: 0,
        }
    }

    /// The peer says where it takes reports, perhaps as before.
    pub(crate) fn adjust(&mut self, path: ControlPath) {
        if path != self.path {
            (self.path, self.place) = (path, None);
        }
    }

    /// Whether one more report may be looked at now.
    pub(crate) fn admits(&mut self, now: Moment) -> bool {
        self.rate.admits(now)
    }

    /// Takes a report that came from the peer's address, in the clear. `None` if it is none, or another source's.
    pub(crate) fn hear(
        &mut self,
        now: Moment,
        (road, from): (Road, SocketAddr),
        datagram: &[u8],
        parties: Parties,
    ) -> Option<()> {
        let packets = read(datagram)?;
        let is_theirs = |ssrc| parties.theirs.is_none_or(|theirs| theirs == ssrc);
        if !matches!(packets.clone().next(), Some(Packet::Report { ssrc, .. }) if is_theirs(ssrc)) {
            return None;
        }
        if road == Road::Control {
            self.place = Some(from);
        }
        for packet in packets {
            let Packet::Report { ssrc, sent, blocks } = packet else { continue };
            if let Some(sent) = sent.filter(|_| is_theirs(ssrc)) {
                self.theirs = Some((sent.at.middle(), now));
            }
            blocks
                .filter(|block| block.ssrc == parties.ours)
                .for_each(|block| self.learn(now, &block, parties.clock));
        }
        Some(())
    }

    /// What the peer says of our sound.
    fn learn(&mut self, now: Moment, block: &Block, clock: Clock) {
        let jitter = of_ticks(u64::from(block.jitter) / u64::from(clock.pace()));
        self.told = Some(Told { lost: u32::try_from(block.lost).unwrap_or_default(), jitter });
        if let Some(length) = round_trip(clock_of(now).middle(), block) {
            let (sum, count) = &mut self.round_trips;
            (*sum, *count) = (sum.saturating_add(length), count.saturating_add(1));
        }
    }

    /// A report was taken or dropped.
    pub(crate) const fn count(&mut self, taken: Option<()>) {
        match taken {
            Some(()) => self.received += 1,
            None => self.dropped += 1,
        }
    }

    /// A report has left.
    pub(crate) const fn sent(&mut self) {
        self.sent += 1;
    }

    /// Whether nothing of ours has left, of which there would be a farewell (RFC 3550 §6.3.7).
    pub(crate) const fn is_silent(&self) -> bool {
        self.sent == 0
    }

    /// Whereto reports go, and by which road, for a peer whose sound comes from `sound`.
    pub(crate) fn target(&self, sound: SocketAddr) -> (Road, SocketAddr) {
        let ControlPath::At(named) = self.path else { return (Road::Sound, sound) };
        let is_there = |place: &SocketAddr| place.ip() == sound.ip() && place.port() != 0;
        let next = SocketAddr::new(sound.ip(), sound.port().saturating_add(1));
        let place = self.place.filter(is_there).or_else(|| Some(named).filter(is_there));
        (Road::Control, place.unwrap_or(next))
    }

    /// What we hear, as far as the numbers of the stream tell, with what is known here.
    pub(crate) fn complete(&mut self, now: Moment, block: Block, counted: (u64, u64)) -> Block {
        let fraction_lost = self.interval.fraction(counted.0, counted.1);
        let Some((last_report, came)) = self.theirs else {
            return Block { fraction_lost, ..block };
        };
        let since_last_report = parts_of(now.since(came));
        Block { fraction_lost, last_report, since_last_report, ..block }
    }

    /// Whether sound has left since this was last asked: then we report as a sender.
    pub(crate) const fn has_sent(&mut self, packets: u64) -> bool {
        std::mem::replace(&mut self.packets_reported, packets) != packets
    }

    /// The report of the stream's life with what is known here.
    pub(crate) fn report(&self, report: StreamReport) -> StreamReport {
        let (sum, count) = self.round_trips;
        StreamReport {
            round_trip: sum.checked_div(count),
            told: self.told,
            control_sent: self.sent,
            control_received: self.received,
            control_dropped: self.dropped,
            ..report
        }
    }
}

/// How long until the next report: by a random number, so that many streams do not report at once.
pub(crate) fn interval(random: u32) -> Duration {
    let micros = u64::try_from(EVERY.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(micros / 2 + ((micros * u64::from(random)) >> 32))
}

/// Our clock as reports tell it: it begins when the worker does (RFC 3550 §4 allows it).
pub(crate) fn clock_of(now: Moment) -> NtpTime {
    NtpTime::since_zero(now.since(Moment::ZERO))
}

/// A length of time in parts of a second of which there are 65 536.
fn parts_of(length: Duration) -> u32 {
    u32::try_from((length.as_micros() << 16) / 1_000_000).unwrap_or(u32::MAX)
}
