//! A day of a site.

use crate::dice::{Dice, seconds};
use crate::site::{RING, Site};
use crate::tally::Tally;
use acd::{Acd, AgentState, Input, Output, Waiting};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::{BTreeMap, BTreeSet};

/// From one announcement to the next.
const INTERVAL: Duration = Duration::from_secs(30);
/// One ring in so many is missed.
const MISSED: f64 = 0.02;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Call,
    Announce(CallId),
    GivesUp(CallId),
    Answers(ReservationId),
    Hears(ReservationId),
    HangsUp(AgentId, CallId),
}

/// A caller who is with us.
struct Caller {
    queue: usize,
    /// When something was told, and the bound that was: rounded up, none where it is too long for one.
    told: Vec<(Moment, Option<Duration>)>,
}

struct Day<'a> {
    site: &'a Site,
    dice: Dice,
    acd: Acd,
    now: Moment,
    agenda: BTreeSet<(Moment, u64, Event)>,
    planned: u64,
    calls: u64,
    callers: BTreeMap<CallId, Caller>,
    tally: &'a mut Tally,
}

/// Plays a day and writes down what was told and what came.
pub(crate) fn play(site: &Site, seed: u64, tally: &mut Tally) {
    let mut day = Day {
        site,
        dice: Dice::new(seed + 1),
        acd: Acd::new(site.config()),
        now: Moment::ZERO,
        agenda: BTreeSet::new(),
        planned: 0,
        calls: 0,
        callers: BTreeMap::new(),
        tally,
    };
    for agent in (0..).map(AgentId).take(site.agents.len()) {
        day.feed(Input::Reachable(agent));
        day.feed(Input::LoggedIn(agent));
    }
    day.plan(Duration::ZERO, Event::Call);
    day.go_on();
}

impl Day<'_> {
    fn plan(&mut self, after: Duration, event: Event) {
        self.planned += 1;
        self.agenda.insert((self.now + after, self.planned, event));
    }

    fn go_on(&mut self) {
        while let Some((at, ..)) = self.agenda.first().copied() {
            match self.acd.poll_timeout().filter(|due| *due <= at) {
                Some(due) => {
                    self.pass_to(due.max(self.now));
                    self.acd.handle_timeout(self.now);
                    self.drain();
                }
                None => {
                    let (at, _, event) = self.agenda.pop_first().unwrap();
                    self.pass_to(at);
                    self.happen(event);
                }
            }
        }
    }

    /// Lets time pass, in which agents work or do not.
    fn pass_to(&mut self, moment: Moment) {
        let length = moment.since(self.now);
        self.now = moment;
        if self.calls == self.site.calls {
            return;
        }
        for (_, state) in self.acd.agents() {
            let works = !matches!(state, AgentState::Ready);
            self.tally.worked(if works { length } else { Duration::ZERO }, length);
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Call => self.call(),
            Event::Announce(call) => self.announce(call),
            Event::GivesUp(call) => {
                if self.acd.arrived(call).is_some() {
                    self.waited(call, true);
                    self.feed(Input::Abandoned(call));
                }
            }
            Event::Answers(reservation) => self.feed(Input::Accepted(reservation)),
            Event::Hears(reservation) => {
                let Some(found) = self.acd.reservation(reservation).copied() else { return };
                let line = self.site.lines[found.queue.index()];
                self.waited(found.call, false);
                self.feed(Input::Connected(reservation));
                let talk = self.dice.lognormal(line.talk, line.spread);
                self.plan(talk, Event::HangsUp(found.agent, found.call));
            }
            Event::HangsUp(agent, call) => self.feed(Input::Ended(agent, call)),
        }
    }

    fn call(&mut self) {
        self.calls += 1;
        let call = CallId(self.calls);
        let queue = self.dice.pick(self.site.lines.iter().map(|line| line.part));
        self.callers.insert(call, Caller { queue, told: Vec::new() });
        let id = QueueId(u32::try_from(queue).unwrap());
        self.feed(Input::Queued(Waiting::new(call, id, self.now)));
        let patience = self.dice.memoryless(self.site.patience);
        self.plan(patience, Event::GivesUp(call));
        self.announce(call);
        if self.calls < self.site.calls {
            let pause = self.dice.memoryless(self.site.between_calls());
            self.plan(pause, Event::Call);
        }
    }

    /// Tells a caller who waits how long it will take.
    fn announce(&mut self, call: CallId) {
        let Some(expected) = self.acd.wait_to_say(self.now, call) else { return };
        match expected {
            Ok(bound) => {
                let said = speech::Wait::rounded_up(bound).bound();
                self.callers.get_mut(&call).unwrap().told.push((self.now, said));
            }
            Err(_) => self.tally.waits.untold(),
        }
        self.plan(INTERVAL, Event::Announce(call));
    }

    /// The wait is over.
    fn waited(&mut self, call: CallId, gave_up: bool) {
        let Some(caller) = self.callers.remove(&call) else { return };
        assert!(caller.queue < self.site.lines.len());
        for (at, bound) in caller.told {
            self.tally.told(bound, self.now.since(at), gave_up);
        }
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.acd.poll_output() {
            match output {
                Output::Ring { reservation, .. } if self.dice.part() >= MISSED => {
                    let (least, most) = RING;
                    let rings = seconds(least + self.dice.part() * (most - least));
                    self.plan(rings, Event::Answers(reservation));
                }
                Output::Connect { reservation, .. } => {
                    self.plan(Duration::from_millis(200), Event::Hears(reservation));
                }
                Output::AgentNow(agent, AgentState::NotReady(_)) => {
                    // Whoever has missed too often comes back at once.
                    self.acd.handle(self.now, Input::LoggedIn(agent));
                }
                Output::Ring { .. }
                | Output::StopRinging { .. }
                | Output::AgentNow(..)
                | Output::ReservationOver { .. }
                | Output::WrapUpStarted { .. }
                | Output::WrapUpOver(_)
                | Output::Refuse(..)
                | Output::SentOn { .. } => {}
            }
        }
    }
}
