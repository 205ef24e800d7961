//! What the engine asks of a media worker.

use crate::{Port, Protection};
use events::{Label, RecordingLabel};
use ids::{ClipId, LegId, MessageId, PlayId, RecordingId};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// A codec of the media plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// G.711 A-law, static payload type 8 (RFC 3551 §4.5.14).
    Pcma,
    /// G.711 µ-law, static payload type 0 (RFC 3551 §4.5.14).
    Pcmu,
    /// G.722 at 64 kbit/s, static payload type 9 (RFC 3551 §4.5.2): 16,000 samples a second, and 8,000 octets and ticks, as
    /// the others have.
    G722,
    /// Opus (RFC 6716, RFC 7587), of a number that is agreed on: packets of any length, and a clock of 48,000 ticks.
    Opus,
}

impl Codec {
    /// The clock that the times of its packets are told by.
    #[must_use]
    pub const fn clock(self) -> Clock {
        match self {
            Self::Pcma | Self::Pcmu | Self::G722 => Clock::Hz8000,
            Self::Opus => Clock::Hz48000,
        }
    }
}

/// A clock of RTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// Of G.711 and G.722, and the one that we count by.
    Hz8000,
    /// Of Opus.
    Hz48000,
}

impl Clock {
    /// Its ticks in one of 8,000 a second.
    #[must_use]
    pub const fn pace(self) -> u8 {
        match self {
            Self::Hz8000 => 1,
            Self::Hz48000 => 6,
        }
    }
}

/// Which way sound flows, seen from us (RFC 3264 §6.1, already turned around).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    SendReceive,
    /// We send only: the peer holds us and wants to hear music.
    SendOnly,
    /// We listen only.
    ReceiveOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    /// Whether packets may leave towards the peer.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendReceive | Self::SendOnly)
    }
}

/// Where a peer takes reports on the sound (RTCP, RFC 3550 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlPath {
    /// Where it takes the sound (`a=rtcp-mux`, RFC 5761).
    WithSound,
    /// At a port of its own: the next one, unless it named another (`a=rtcp`, RFC 3605).
    At(SocketAddr),
}

/// What offer and answer settled for one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// Where the peer said it listens. A packet from elsewhere may latch once, if nothing came from
    /// there and it came from the IP address of this or from `signalled_from`.
    pub remote: SocketAddr,
    /// Where the peer's signalling comes from: the IP address that the network showed when the call
    /// was set up, not one that a message names. Behind a NAT the sound comes from there too. What
    /// is sent there is wanted, since the signalling was answered from there; sound to any other
    /// address is bounded until the peer is heard.
    pub signalled_from: IpAddr,
    /// Where the peer takes reports.
    pub control: ControlPath,
    /// The codec both ways.
    pub codec: Codec,
    /// The payload type number of the codec.
    pub payload_type: u8,
    /// The number under which the peer was asked to send it: another one than that, if we offered and it answered so
    /// (RFC 3264 §5.1).
    pub heard_type: u8,
    /// The payload type number of telephone events (RFC 4733), if agreed.
    pub event_type: Option<u8>,
    /// The number under which the peer was asked to send these, where that is another one.
    pub heard_event_type: Option<u8>,
    /// The clock by which these tell how long a key is down.
    pub event_clock: Clock,
    /// Which way sound flows.
    pub direction: Direction,
    /// The keys, if the sound is encrypted. The same keys as before go on where they were; another
    /// one begins anew.
    pub protection: Option<Arc<Protection>>,
}

/// What follows the last clip of a [`Command::Play`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing is sent, and [`crate::Event::Played`] is told.
    Stop,
    /// [`crate::Event::Played`] is told, and this clip is repeated for ever: music on hold. It goes
    /// on where this stream's music was left, so an announcement does not start the tune anew.
    Music(ClipId),
}

/// What a worker listens for in what it records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listening {
    /// No longer than this is kept.
    pub length_max: Duration,
    /// [`crate::Event::Spoken`] is told once somebody has spoken for as long as this.
    pub spoken_min: Duration,
    /// [`crate::Event::Hushed`] is told once nobody has spoken for as long as this.
    pub hush: Duration,
}

/// How somebody is beside two who talk. Whoever it is hears both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Monitor {
    /// Neither hears it.
    Listen,
    /// Whom the caller talks with hears it, and the caller does not.
    Whisper,
    /// Both hear it: the three talk.
    Barge,
}

/// One request to a worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Take up a stream on a port of this worker.
    Open {
        /// The stream.
        stream: LegId,
        /// The port that the engine lends to it.
        port: Port,
        /// At which of the addresses that ports are bound at: the stream sends from there, and hears
        /// what comes there.
        address: IpAddr,
        /// What was settled.
        format: Format,
    },
    /// The stream's format has changed (re-INVITE). The RTP sequence goes on; a new remote address
    /// may latch anew.
    Adjust {
        /// The stream.
        stream: LegId,
        /// What is settled now.
        format: Format,
    },
    /// Play these clips one after the other without gaps, in place of what plays now.
    Play {
        /// The stream.
        stream: LegId,
        /// Told again in [`crate::Event::Played`].
        play: PlayId,
        /// The clips in their order; may be empty when only music is wanted.
        clips: Arc<[ClipId]>,
        /// What follows the last one.
        then: Then,
    },
    /// Play the recording of a message, in place of what plays now. [`crate::Event::Replayed`] is told at its end,
    /// and nothing is sent then.
    Replay {
        /// The stream.
        stream: LegId,
        /// Told again in [`crate::Event::Replayed`].
        play: PlayId,
        /// The message.
        message: MessageId,
    },
    /// Stop what plays, within one packet. Nothing is told.
    Quiet {
        /// The stream.
        stream: LegId,
    },
    /// Join two streams of this worker: what one receives goes out at the other. What played on
    /// either stops within one packet.
    Bridge {
        /// One stream.
        a: LegId,
        /// The other.
        b: LegId,
    },
    /// Put a stream of this worker beside another one and whoever that is bridged with, now or later; or let it be there
    /// in another way from here on. What played on it stops within one packet. There is one such stream to a talk; it leaves
    /// with [`Command::Unbridge`] or a bridge of its own, and when the caller's stream closes. What it says is
    /// in a recording of the talk where the caller hears it. Keys go between the two alone.
    Monitor {
        /// Who is beside.
        stream: LegId,
        /// The caller's stream.
        caller: LegId,
        /// How.
        monitor: Monitor,
    },
    /// Part a stream from the one it is bridged with, or from the two that it is beside.
    Unbridge {
        /// Either of the two, or who is beside them.
        stream: LegId,
    },
    /// Keep what the stream's peer says from here on as this message, until [`Command::StopRecording`]
    /// or [`Command::Close`]. What came of it is told in [`crate::Event::Recorded`].
    Record {
        /// The stream.
        stream: LegId,
        /// The message.
        message: MessageId,
        /// Whose it is, to stand beside the recording.
        label: Box<Label>,
        /// What is listened for meanwhile.
        listening: Listening,
    },
    /// The message that the stream's peer leaves is over.
    StopRecording {
        /// The stream.
        stream: LegId,
    },
    /// Keep what the stream's peer and whoever it is bridged with say to each other from here on, until
    /// [`Command::StopRecordingTalk`] or [`Command::Close`]; over other bridges it goes on. What came of it is told in
    /// [`crate::Event::TalkRecorded`].
    RecordTalk {
        /// The caller's stream.
        stream: LegId,
        /// The recording.
        recording: RecordingId,
        /// Whose it is, to stand beside it.
        label: Box<RecordingLabel>,
    },
    /// Nothing of what is said is kept from here on, until [`Command::ResumeRecordingTalk`]: the recording is silent for as long,
    /// behind a tone of 200 ms.
    PauseRecordingTalk {
        /// The caller's stream.
        stream: LegId,
    },
    /// What is said from here on is kept again, behind such a tone.
    ResumeRecordingTalk {
        /// The caller's stream.
        stream: LegId,
    },
    /// What the stream's peer and another say is not kept any more.
    StopRecordingTalk {
        /// The caller's stream.
        stream: LegId,
    },
    /// Let the recording of a message be gone, however far it has come. Nothing is told.
    Discard {
        /// The message.
        message: MessageId,
    },
    /// Let the stream go. Its port is free for lending again when [`crate::Event::Closed`] is told.
    Close {
        /// The stream.
        stream: LegId,
    },
}
