//! Every flow, every message in it, and everything that a network can do to one message: whatever
//! happens, each side hears of exactly one end, what was lost is sent again, and nothing is left.

use crate::wire::{ANSWER, OFFER, Side, Spoil, Wire, config, leg_of};
use clock::{Duration, Moment};
use ids::LegId;
use sip_msg::{Headers, Name, StatusCode};
use sip_ua::{Config, Event, SESSION_EXPIRES_MIN, SessionTimers};
use std::collections::BTreeMap;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// It rings, is answered, and the caller hangs up.
    CallerHangsUp,
    /// The same, and the called one hangs up.
    CalledHangsUp,
    /// Both hang up at once.
    BothHangUp,
    /// Every provisional answer is acknowledged, and there is sound before the answer.
    EarlySound,
    /// The caller gives up while it rings.
    GivenUp,
    /// There is sound before the answer, and the caller gives up while it lasts.
    SoundGivenUp,
    /// There is sound before the answer, which is that the called one is busy.
    SoundRejected,
    /// The caller gives up while the answer is on its way.
    GivenUpTooLate,
    /// The called one is busy.
    Rejected,
    /// The caller offers anew, then hangs up.
    CallerReoffers,
    /// The called one offers anew, then hangs up.
    CalledReoffers,
    /// Both offer anew at once.
    BothReoffer,
    /// The call lasts until it was refreshed.
    Refreshed,
}

impl Flow {
    /// Whether the caller wants its provisional answers to be acknowledged.
    fn has_early_sound(self) -> bool {
        matches!(self, Self::EarlySound | Self::SoundGivenUp | Self::SoundRejected)
    }
}

const FLOWS: [Flow; 13] = [
    Flow::CallerHangsUp,
    Flow::CalledHangsUp,
    Flow::BothHangUp,
    Flow::EarlySound,
    Flow::GivenUp,
    Flow::SoundGivenUp,
    Flow::SoundRejected,
    Flow::GivenUpTooLate,
    Flow::Rejected,
    Flow::CallerReoffers,
    Flow::CalledReoffers,
    Flow::BothReoffer,
    Flow::Refreshed,
];

/// What the network does: the late ones are overtaken by the next message, or by the next but some.
const SPOILS: [Spoil; 4] = [
    Spoil::Lost,
    Spoil::Doubled,
    Spoil::Late(Duration::from_millis(15)),
    Spoil::Late(Duration::from_secs(3)),
];

/// A wish of one side, and when.
#[derive(Clone, Copy, Debug)]
enum Act {
    Ring,
    Sound,
    Answer,
    Reject,
    Reoffer(Side),
    HangUp(Side),
}

struct Stage {
    wire: Wire,
    flow: Flow,
    agenda: Vec<(Moment, Act)>,
    legs: BTreeMap<Side, LegId>,
    /// How often each side heard of an end, or made it.
    ends: BTreeMap<Side, usize>,
}

const TICK: Duration = Duration::from_millis(5);
/// Every call is over by then, however often it had to be tried.
const LENGTH: Duration = Duration::from_secs(150);
const QUIET: Duration = Duration::from_secs(100);

impl Stage {
    fn new(flow: Flow) -> Self {
        let timers = SessionTimers { expires: SESSION_EXPIRES_MIN, min: SESSION_EXPIRES_MIN };
        let timed =
            |side| Config { session: (flow == Flow::Refreshed).then_some(timers), ..config(side) };
        let wire = Wire::with(11, timed(Side::A), timed(Side::B));
        Self { wire, flow, agenda: Vec::new(), legs: BTreeMap::new(), ends: BTreeMap::new() }
    }

    fn live(&mut self) {
        let mut headers = Headers::default();
        if self.flow.has_early_sound() {
            headers.push(Name::Require, "100rel");
        }
        let leg = self.wire.call_with(headers);
        self.legs.insert(Side::A, leg);
        while self.wire.now < Moment::ZERO + LENGTH {
            self.wire.run(TICK);
            while let Some((side, event)) = self.wire.events.pop_front() {
                self.hear(side, &event);
            }
            let now = self.wire.now;
            let due: Vec<Act> =
                self.agenda.iter().filter(|(at, _)| *at <= now).map(|(_, act)| *act).collect();
            self.agenda.retain(|(at, _)| *at > now);
            due.into_iter().for_each(|act| self.act(act));
        }
        self.wire.run(QUIET);
    }

    fn plan(&mut self, after_millis: u64, act: Act) {
        self.agenda.push((self.wire.now + Duration::from_millis(after_millis), act));
    }

    fn hear(&mut self, side: Side, event: &Event) {
        if let Some((_, true)) = leg_of(event) {
            *self.ends.entry(side).or_default() += 1;
        }
        match (side, event) {
            (Side::B, Event::Incoming { leg, .. }) => {
                self.legs.insert(Side::B, *leg);
                self.invited();
            }
            (Side::A, Event::Answered { .. }) => self.answered(),
            (_, Event::Reoffered { leg, .. }) => {
                let leg = *leg;
                self.wire.does(side, |agent, now| agent.accept_reinvite(now, leg, ANSWER));
            }
            (Side::A, Event::Reanswered { .. }) if self.flow == Flow::CallerReoffers => {
                self.plan(500, Act::HangUp(Side::A));
            }
            (Side::B, Event::Reanswered { .. }) if self.flow == Flow::CalledReoffers => {
                self.plan(500, Act::HangUp(Side::B));
            }
            _ => {}
        }
    }

    /// B has heard of the call.
    fn invited(&mut self) {
        match self.flow {
            Flow::EarlySound => {
                self.plan(20, Act::Ring);
                self.plan(200, Act::Sound);
                self.plan(1_000, Act::Answer);
            }
            Flow::SoundGivenUp => {
                self.plan(20, Act::Sound);
                self.plan(1_000, Act::HangUp(Side::A));
            }
            Flow::SoundRejected => {
                self.plan(20, Act::Sound);
                self.plan(1_000, Act::Reject);
            }
            Flow::GivenUp => {
                self.plan(20, Act::Ring);
                self.plan(1_000, Act::HangUp(Side::A));
            }
            Flow::GivenUpTooLate => {
                self.plan(20, Act::Ring);
                self.plan(1_000, Act::Answer);
                // The answer takes ten milliseconds to A.
                self.plan(1_005, Act::HangUp(Side::A));
            }
            Flow::Rejected => {
                self.plan(20, Act::Ring);
                self.plan(1_000, Act::Reject);
            }
            Flow::CallerHangsUp
            | Flow::CalledHangsUp
            | Flow::BothHangUp
            | Flow::CallerReoffers
            | Flow::CalledReoffers
            | Flow::BothReoffer
            | Flow::Refreshed => {
                self.plan(20, Act::Ring);
                self.plan(1_000, Act::Answer);
            }
        }
    }

    /// A has heard the answer.
    fn answered(&mut self) {
        match self.flow {
            Flow::CallerHangsUp | Flow::EarlySound => self.plan(2_000, Act::HangUp(Side::A)),
            Flow::CalledHangsUp => self.plan(2_000, Act::HangUp(Side::B)),
            Flow::BothHangUp => {
                self.plan(2_000, Act::HangUp(Side::A));
                self.plan(2_000, Act::HangUp(Side::B));
            }
            Flow::CallerReoffers => self.plan(2_000, Act::Reoffer(Side::A)),
            Flow::CalledReoffers => self.plan(2_000, Act::Reoffer(Side::B)),
            Flow::BothReoffer => {
                self.plan(2_000, Act::Reoffer(Side::A));
                self.plan(2_000, Act::Reoffer(Side::B));
                // After a glare one side waits four seconds at most.
                self.plan(20_000, Act::HangUp(Side::A));
            }
            Flow::Refreshed => self.plan(100_000, Act::HangUp(Side::A)),
            Flow::GivenUp
            | Flow::SoundGivenUp
            | Flow::SoundRejected
            | Flow::GivenUpTooLate
            | Flow::Rejected => {}
        }
    }

    fn act(&mut self, act: Act) {
        let called = self.legs.get(&Side::B).copied().unwrap_or_default();
        let sound = StatusCode::SESSION_PROGRESS;
        match act {
            Act::Ring => self.wire.does(Side::B, |agent, now| agent.ring(now, called)),
            Act::Sound => self.wire.does(Side::B, |agent, now| {
                agent.progress(now, called, sound, Some(ANSWER));
            }),
            Act::Answer => self.wire.does(Side::B, |agent, now| agent.answer(now, called, ANSWER)),
            Act::Reject => {
                let busy = StatusCode::BUSY_HERE;
                self.wire.does(Side::B, |agent, now| {
                    agent.reject(now, called, busy, Headers::default())
                });
                *self.ends.entry(Side::B).or_default() += 1;
            }
            Act::Reoffer(side) => {
                let leg = self.legs[&side];
                self.wire.does(side, |agent, now| agent.reinvite(now, leg, OFFER));
            }
            Act::HangUp(side) => {
                // Who has heard of the end has nothing to hang up.
                if !self.ends.contains_key(&side) {
                    let leg = self.legs[&side];
                    self.wire.does(side, |agent, now| agent.hang_up(now, leg, None));
                    self.ends.insert(side, 1);
                }
            }
        }
    }
}

/// The messages of an undisturbed flow.
fn messages(flow: Flow) -> Vec<String> {
    let mut stage = Stage::new(flow);
    stage.live();
    stage.wire.copies.keys().cloned().collect()
}

/// Whether losing it leaves somebody waiting: a provisional answer that nobody acknowledges may be
/// lost for good.
fn is_missed(flow: Flow, summary: &str) -> bool {
    let provisional = ["100 ", "180 "].iter().any(|start| summary.starts_with(start));
    // The BYE to an answer that came too late is as good as its ACK.
    let is_moot = flow == Flow::GivenUpTooLate && summary == "ACK";
    let is_acknowledged = flow == Flow::EarlySound && summary.starts_with("180 ");
    !is_moot && (!provisional || is_acknowledged)
}

fn check(flow: Flow, summary: &str, spoil: Spoil) -> Result<(), String> {
    let cell = format!("{flow:?}, {summary} {spoil:?}");
    let mut stage = Stage::new(flow);
    stage.wire = stage.wire.spoil(summary, spoil);
    stage.live();
    let Stage { wire, ends, .. } = &mut stage;
    let story = wire.take_transcript();
    if *ends != BTreeMap::from([(Side::A, 1), (Side::B, 1)]) {
        return Err(format!("{cell}: ends {ends:?}\n{story}"));
    }
    let sent = wire.copies[summary];
    if spoil == Spoil::Lost && is_missed(flow, summary) && sent < 2 {
        return Err(format!("{cell}: sent {sent} times\n{story}"));
    }
    for side in [Side::A, Side::B] {
        let agent = wire.agent(side);
        let left = (agent.legs_len(), agent.transactions_len(), agent.poll_timeout());
        if left != (0, 0, None) {
            return Err(format!("{cell}: {side:?} has left {left:?}\n{story}"));
        }
    }
    Ok(())
}

#[test]
fn whatever_happens_to_one_message_each_side_hears_of_one_end_and_nothing_is_left() {
    let mut cells = 0;
    let mut broken = Vec::new();
    for flow in FLOWS {
        for summary in messages(flow) {
            for spoil in SPOILS {
                cells += 1;
                broken.extend(check(flow, &summary, spoil).err());
            }
        }
    }
    assert!(broken.is_empty(), "{} of {cells} cells:\n{}", broken.len(), broken.join("\n"));
    assert!(cells >= 300, "only {cells} cells: a flow has lost its messages");
}
