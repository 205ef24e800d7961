//! How the sound of each leg was.
//!
//! Whose a stream is, is noted while it is open; what it did, the worker says when it has closed. By then the call
//! has ended and the leg is nobody's. A stream by which nothing went has nothing to tell.

use crate::calls::Owner;
use crate::direct::{Destination, Party, Side};
use crate::engine::Engine;
use clock::{Duration, Moment};
use events::{LegSide, LegSound, Name, SoundEvent, What};
use ids::{CallId, LegId};
use media_protocol::{Codec, Command, Format, StreamReport};
use std::collections::BTreeMap;

/// The streams that are open.
#[derive(Debug, Default)]
pub(crate) struct LegSounds {
    open: BTreeMap<LegId, Known>,
}

/// What is known of one.
#[derive(Debug)]
struct Known {
    whose: Option<(CallId, LegSide)>,
    agent: Option<Name>,
    codec: Codec,
    encrypted: bool,
}

impl Known {
    const fn new(format: &Format) -> Self {
        let encrypted = format.protection.is_some();
        Self { whose: None, agent: None, codec: format.codec, encrypted }
    }
}

impl Engine {
    /// A worker is told something of a stream, which is somebody's now.
    pub(crate) fn note_sound(&mut self, command: &Command) {
        match command {
            Command::Open { stream, format, .. } => {
                self.leg_sounds.open.insert(*stream, Known::new(format));
                self.note_owner(*stream);
            }
            Command::Adjust { stream, format } => {
                if let Some(known) = self.leg_sounds.open.get_mut(stream) {
                    (known.codec, known.encrypted) = (format.codec, format.protection.is_some());
                }
                self.note_owner(*stream);
            }
            Command::Bridge { a, b } => {
                self.note_owner(*a);
                self.note_owner(*b);
            }
            Command::Monitor { stream, .. }
            | Command::Play { stream, .. }
            | Command::Replay { stream, .. }
            | Command::Quiet { stream }
            | Command::Unbridge { stream }
            | Command::Record { stream, .. }
            | Command::StopRecording { stream }
            | Command::RecordTalk { stream, .. }
            | Command::PauseRecordingTalk { stream }
            | Command::ResumeRecordingTalk { stream }
            | Command::StopRecordingTalk { stream }
            | Command::Close { stream } => self.note_owner(*stream),
            Command::Discard { .. } => {}
        }
    }

    /// Who has the leg now; where nobody has it any more, who had it stays.
    fn note_owner(&mut self, stream: LegId) {
        let whose = match self.calls.owner(stream) {
            Some(Owner::Caller(call) | Owner::Customer(call)) => (call, LegSide::Caller),
            Some(Owner::Agent(call)) => (call, LegSide::Agent),
            Some(Owner::Direct(call, Side::Caller)) => (call, LegSide::Caller),
            Some(Owner::Direct(call, Side::Called)) => (call, LegSide::Called),
            // Who hands a call over is who they were, and an interrupted call has nobody yet.
            Some(
                Owner::Referrer(_) | Owner::Interrupted(_) | Owner::ShortCode | Owner::Summoned(_),
            )
            | None => return,
        };
        let agent = self.agent_at(stream, whose);
        if let Some(known) = self.leg_sounds.open.get_mut(&stream) {
            known.whose = Some(whose);
            known.agent = agent.or_else(|| known.agent.take());
        }
    }

    /// The agent whose leg it is, if it is one's.
    fn agent_at(&self, stream: LegId, (call, side): (CallId, LegSide)) -> Option<Name> {
        let direct = self.directs.get(call);
        let agent = match (side, direct) {
            (LegSide::Agent, _) => {
                let talk = self.calls.get(call)?.talk()?;
                (talk.line.leg == stream).then_some(talk.agent)
            }
            (LegSide::Caller, Some(direct)) => match direct.party {
                Party::Agent(agent) => Some(agent),
                Party::Outside(_) | Party::Visitor(_) => None,
            },
            (LegSide::Called, Some(direct)) => match direct.to {
                Destination::Agent(agent) => Some(agent),
                Destination::Outside(_) => None,
            },
            (LegSide::Caller | LegSide::Called, None) => None,
        };
        agent.map(|agent| self.plan.agent(agent).account.clone())
    }

    /// A stream has closed.
    pub(crate) fn leg_closed(&mut self, now: Moment, stream: LegId, report: &StreamReport) {
        self.ports.closed(stream);
        let Some(known) = self.leg_sounds.open.remove(&stream) else { return };
        let Some((call, side)) = known.whose else { return };
        if report.packets_sent > 0 || report.packets_received > 0 {
            let sound = Box::new(sound(stream, side, known, report));
            self.record(now, What::Sound(call, SoundEvent::LegClosed(sound)));
        }
    }
}

fn sound(leg: LegId, side: LegSide, known: Known, report: &StreamReport) -> LegSound {
    LegSound {
        leg: leg.0,
        side,
        agent: known.agent,
        codec: match known.codec {
            Codec::Pcma => "PCMA".into(),
            Codec::Pcmu => "PCMU".into(),
            Codec::G722 => "G722".into(),
            Codec::Opus => "opus".into(),
        },
        encrypted: known.encrypted,
        sent: report.packets_sent,
        received: report.packets_received,
        expected: report.packets_expected,
        lost: report.packets_lost,
        strangers: report.packets_foreign,
        jitter_us: report.jitter.map(micros),
        jitter_max_us: report.jitter_max.map(micros),
        round_trip_us: report.round_trip.map(micros),
        told_lost: report.told.map(|told| told.lost.into()),
        told_jitter_us: report.told.map(|told| micros(told.jitter)),
        mos: report.mos_hundredths.map(u64::from),
    }
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}
