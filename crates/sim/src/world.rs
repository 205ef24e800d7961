//! The world: what happens next, and to whom.

use crate::agenda::{Agenda, Due};
use crate::agent::Agent;
use crate::caller::Caller;
use crate::crash::{Crashing, Turn};
use crate::customer::Customer;
use crate::day::{Clock, Day, Process, Trunk};
use crate::ledger::Ledger;
use crate::phone::{Link, Phone, PhoneId};
use crate::plane::Plane;
use crate::site::{self, SOCKET, Site, TRUNK};
use crate::supervisor;
use crate::transcript::Transcript;
use crate::wire::Wire;
use crate::{Report, audit};
use clock::{Duration, Moment, WallTime};
use dialplan::Plan;
use engine::{Edition, Engine, Input, Output};
use events::{By, CallEvent, Event, What};
use ids::{CallId, FlowId, LegId, TicketId};
use ledger::Entry;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sip_audit::{Auditor, Breach};
use sip_msg::Text;
use sip_ua::UserAgent;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// How often the shell reads the wall clock.
const WALL_EVERY: Duration = Duration::from_secs(10);
/// A summer morning, in microseconds since 1970.
pub(crate) const MORNING: i64 = 1_780_300_800_000_000;
/// By how much the wall clock may jump, in microseconds.
const JUMP: i64 = 3_600_000_000;
/// By how much it may be set where the process dies.
const SET: i64 = 60_000_000;
/// Looking at what is shown costs more than it tells, so it is done every so many steps.
const SHOWN_EVERY: u64 = 50;
/// How often a connection of the trunk breaks.
const TRUNK_BREAKS_EVERY: Duration = Duration::from_secs(70);
/// How often the plan is read again: no multiple of anything else.
const RELOAD_EVERY: Duration = Duration::from_millis(41_017);
/// Calls that the trunk can carry.
const TRUNK_LEGS: usize = 1_000;

/// What people are up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// They do as they like.
    Wild,
    /// They do as they should.
    Good,
    /// They do as they should, and begin nothing of their own any more.
    Done,
}

pub(crate) struct World {
    pub(crate) day: Day,
    pub(crate) now: Moment,
    pub(crate) plan: Arc<Plan>,
    /// How often the plan has been read.
    editions: u64,
    pub(crate) engine: Engine,
    /// Watches what the engine says. Phones may break rules as they like.
    pub(crate) auditor: Auditor,
    pub(crate) agenda: Agenda,
    pub(crate) wire: Wire,
    pub(crate) plane: Plane,
    pub(crate) ledger: Ledger,
    pub(crate) phones: Vec<Phone>,
    pub(crate) agents: BTreeMap<PhoneId, Agent>,
    pub(crate) callers: BTreeMap<LegId, Caller>,
    /// Customers whose phones ring.
    pub(crate) customers: BTreeMap<LegId, Customer>,
    /// Legs of phones that have offered something and have no answer to it yet.
    pub(crate) asking: BTreeSet<(PhoneId, LegId)>,
    /// How often the phone of each number was rung.
    pub(crate) rung: BTreeMap<String, u32>,
    /// In which dialogs.
    pub(crate) rang: BTreeSet<Text>,
    /// On days on which the process dies.
    pub(crate) crashing: Option<Box<Crashing>>,
    /// Call-IDs whose messages reach nobody any more.
    pub(crate) cut_off: BTreeSet<Text>,
    pub(crate) mood: Mood,
    /// What people do.
    pub(crate) people: StdRng,
    pub(crate) next_flow: FlowId,
    pub(crate) next_number: u16,
    /// What was recorded, if anybody wants to know.
    told: Option<Vec<Event>>,
    transcript: Transcript,
    steps: u64,
}

impl World {
    pub(crate) fn new(day: &Day) -> Self {
        let mut random = StdRng::seed_from_u64(day.seed ^ 0x5ee_d0f_da4);
        let site = site_of(day);
        let plan = site.plan();
        let config = site::config(site, day.calls_max, &mut random);
        let engine = Engine::new(config, plan.clone(), site::clips(&plan));
        let trunk = Phone::new(TRUNK, Link::Datagrams, TRUNK_LEGS, fork(&mut random));
        let ledger = Ledger::new(plan.clone(), day.ledger_delay.clone(), fork(&mut random));
        let mut world = Self {
            day: day.clone(),
            now: Moment::ZERO,
            plan,
            editions: 1,
            engine,
            auditor: Auditor::default(),
            agenda: Agenda::default(),
            wire: Wire::new(day.weather.clone(), fork(&mut random)),
            plane: Plane::new(day.silence_max, day.telling_max, fork(&mut random)),
            ledger,
            phones: vec![trunk],
            agents: BTreeMap::new(),
            callers: BTreeMap::new(),
            customers: BTreeMap::new(),
            asking: BTreeSet::new(),
            rung: BTreeMap::new(),
            rang: BTreeSet::new(),
            crashing: None,
            cut_off: BTreeSet::new(),
            mood: Mood::Wild,
            people: fork(&mut random),
            next_flow: SOCKET.next(),
            next_number: 1,
            told: None,
            transcript: Transcript::new(day),
            steps: 0,
        };
        if day.trunk == Trunk::Connection {
            world.phone_mut(PhoneId::TRUNK).link = world.new_connection();
            world.agenda.put(Moment::ZERO + TRUNK_BREAKS_EVERY, Due::TrunkBreaks);
        }
        world.hire(&mut random);
        world.agenda.put(Moment::ZERO + RELOAD_EVERY, Due::Reload);
        world.agenda.put(Moment::ZERO, Due::Wall);
        world.agenda.put(Moment::ZERO, Due::NextCaller);
        world.supervise();
        if let Process::Dies { times, away } = &day.process {
            let crashing = Crashing::new(&mut world, *times, away.clone());
            world.crashing = Some(Box::new(crashing));
        }
        world
    }

    pub(crate) fn site(&self) -> Site {
        site_of(&self.day)
    }

    /// The time by the clock of the process, which begins with it.
    pub(crate) fn engine_now(&self) -> Moment {
        Moment::ZERO + self.now.since(self.born())
    }

    pub(crate) fn born(&self) -> Moment {
        self.crashing.as_ref().map_or(Moment::ZERO, |crashing| crashing.born())
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.crashing.as_ref().is_some_and(|crashing| crashing.is_dead())
    }

    /// Lives the day to its end.
    pub(crate) fn live(mut self) -> Report {
        self.live_through()
    }

    /// The same, with everything that was recorded.
    pub(crate) fn live_and_tell(mut self) -> (Report, Vec<Event>) {
        self.told = Some(Vec::new());
        let report = self.live_through();
        (report, self.told.unwrap_or_default())
    }

    fn live_through(&mut self) -> Report {
        self.run(self.day.length);
        self.close();
        self.evening();
        self.insist(self.auditor.finish(self.now).map_err(broken));
        Report {
            seed: self.day.seed,
            steps: self.steps,
            length: self.now.since(Moment::ZERO),
            fingerprint: self.transcript.fingerprint(),
            totals: self.engine.totals_now(),
            seen: self.ledger.seen().clone(),
            lost: self.wire.lost(),
        }
    }

    /// Lets this much time pass.
    pub(crate) fn run(&mut self, length: Duration) {
        let until = self.now + length;
        while let Some(at) = self.next_moment().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.wake();
            while let Some(due) = self.agenda.pop_due(self.now) {
                self.happens(due);
            }
        }
        self.now = until;
    }

    fn next_moment(&self) -> Option<Moment> {
        let phones = self.phones.iter().filter_map(|phone| phone.ua.poll_timeout());
        phones.chain(self.agenda.next()).chain(self.engine_wakes_at()).min()
    }

    fn engine_wakes_at(&self) -> Option<Moment> {
        let at = self.engine.poll_timeout().filter(|_| !self.is_dead())?;
        Some(self.born() + at.since(Moment::ZERO))
    }

    /// Wakes whoever has a deadline now.
    fn wake(&mut self) {
        let is_due = |at: Option<Moment>| at.is_some_and(|at| at <= self.now);
        if is_due(self.engine_wakes_at()) {
            self.say(format_args!("engine wakes"));
            self.engine.handle_timeout(self.engine_now());
            self.after_engine();
        }
        for place in 0..self.phones.len() {
            let due = self.phones.get(place).and_then(|phone| phone.ua.poll_timeout());
            if due.is_some_and(|at| at <= self.now) {
                self.phone_does(PhoneId(place), |ua, now| ua.handle_timeout(now));
            }
        }
    }

    fn happens(&mut self, due: Due) {
        match due {
            Due::Letter(letter) => self.deliver(*letter),
            Due::Closed(stream) => {
                let closed = self.plane.closed(stream);
                self.tell_media(closed);
            }
            Due::Played { stream, play, turn } => {
                let played = self.plane.played(stream, play, turn);
                self.tell_media(played);
            }
            Due::Replayed { stream, play, turn } => {
                let replayed = self.plane.replayed(stream, play, turn);
                self.tell_media(replayed);
            }
            Due::Heard(stream) => {
                let heard = self.plane.heard(stream);
                self.tell_media(heard);
            }
            Due::Silence(stream) => {
                let silent = self.plane.silence(self.now, stream, &mut self.agenda);
                self.tell_media(silent);
            }
            Due::Told(event) => {
                let told = self.plane.told(event);
                self.tell_media(told);
            }
            Due::Stored(seq) => self.feed(Input::Stored(seq)),
            Due::Wall => self.read_wall(),
            Due::TrunkBreaks => self.trunk_breaks(),
            Due::Reload => self.reload(),
            Due::NextCaller => self.next_caller(),
            Due::Caller(leg, does) => self.caller_does(leg, does),
            Due::Supervisor => self.supervisor_acts(),
            Due::Agent(phone, does) => self.agent_does(phone, does),
            Due::Customer(leg, does) => self.customer_does(leg, does),
            Due::Written => self.batch_written(),
            Due::Doom => self.doom(),
            Due::Start => self.start(),
            Due::DeadAir(run) => self.dead_air(run),
            Due::Reached(run) => self.all_are_reached(run),
        }
    }

    pub(crate) fn tell_media(&mut self, event: Option<media_protocol::Event>) {
        if let Some(event) = event {
            self.feed(Input::Media(event));
        }
    }

    fn read_wall(&mut self) {
        if let Some(crashing) = &mut self.crashing {
            if self.day.clock == Clock::Set && self.people.random_ratio(1, 4) {
                crashing.set_clock(self.people.random_range(-SET..=SET));
            }
            self.feed(Input::Wall(WallTime::from_micros(self.clock_shows())));
            return self.agenda.put(self.now + WALL_EVERY, Due::Wall);
        }
        let jump =
            if self.people.random_ratio(1, 8) { self.people.random_range(-JUMP..=JUMP) } else { 0 };
        let run = i64::try_from(self.now.as_micros()).expect("a day is shorter than that");
        self.feed(Input::Wall(WallTime::from_micros(MORNING + run + jump)));
        self.agenda.put(self.now + WALL_EVERY, Due::Wall);
    }

    fn trunk_breaks(&mut self) {
        if self.mood == Mood::Wild {
            self.break_connection(PhoneId::TRUNK);
            self.agenda.put(self.now + TRUNK_BREAKS_EVERY, Due::TrunkBreaks);
        }
    }

    /// The operator has saved the plan as it is, which nobody may notice.
    fn reload(&mut self) {
        if self.is_dead() {
            return self.agenda.put(self.now + RELOAD_EVERY, Due::Reload);
        }
        self.plan = self.site().plan_again(&self.plan);
        self.editions += 1;
        let (plan, number) = (Arc::clone(&self.plan), self.editions);
        let next = Edition { number, clips: site::clips(&plan), plan };
        self.feed(Input::Reload { ticket: TicketId(0), by: By::Watch, next });
        self.agenda.put(self.now + RELOAD_EVERY, Due::Reload);
    }

    /// Gives the engine one input, and does all that comes of it.
    pub(crate) fn feed(&mut self, input: Input) {
        if self.is_dead() {
            return;
        }
        match &input {
            // Told as a letter already.
            Input::Message { .. } => {}
            Input::Reload { next, .. } => {
                self.say(format_args!("engine hears of edition {}", next.number));
            }
            Input::FlowClosed(_)
            | Input::FlowUnused(_)
            | Input::Unreachable(_)
            | Input::Media(_)
            | Input::Stored(_)
            | Input::Wall(_)
            | Input::Load(_)
            | Input::RecallDay(_)
            | Input::DayRead { .. }
            | Input::RecallDesks(_)
            | Input::Restore(_)
            | Input::Recall(_)
            | Input::RecallMessages(_)
            | Input::RecallFound(_)
            | Input::RecallRecordings(_)
            | Input::RecallCallbacks(_)
            | Input::RecallCounted(_)
            | Input::RecallQueues(_)
            | Input::RecallCalls(_)
            | Input::LookedUp { .. }
            | Input::Explain { .. }
            | Input::Drain
            | Input::PeerCertified { .. }
            | Input::Resolved { .. }
            | Input::Command { .. }
            | Input::HandOver
            | Input::Stop => self.say(format_args!("engine hears {input:?}")),
        }
        self.engine.handle(self.engine_now(), input);
        self.after_engine();
    }

    /// Does what the engine wants done; the process may die in the midst of it.
    pub(crate) fn after_engine(&mut self) {
        self.steps += 1;
        let left = self.crashing.as_mut().and_then(|crashing| crashing.outputs_left());
        let (mut done, mut told) = (0, Told::default());
        while left.is_none_or(|left| done < left)
            && let Some(output) = self.engine.poll_output()
        {
            done += 1;
            self.obey(output, &mut told);
        }
        // All that an input has led to is done before the ledger is told of it.
        if left.is_none_or(|left| done < left) {
            let Told { events, holds, turns } = told;
            self.settle(turns);
            self.hand_over(events.into_iter().chain(holds).collect());
        }
        match left {
            Some(_) => self.die(),
            None => self.audit(),
        }
    }

    fn obey(&mut self, output: Output, told: &mut Told) {
        match output {
            Output::Send { hop, bytes } => self.post_from_engine(hop, bytes),
            other @ (Output::Resolve(_)
            | Output::LookUp(_)
            | Output::NamePeer { .. }
            | Output::CloseFlow(_)) => {
                self.insist(Err(format!("the day asks for no such thing: {other:?}")));
            }
            Output::Obeyed { ticket: supervisor::ASKED, seq, result: Ok(()) } => {
                let kept = self.crashing.as_ref().map_or(Ok(()), |it| it.may_obey(seq));
                self.insist(kept);
            }
            // What comes of a command is in its event.
            // The days of its plans are told by one clock.
            Output::ReadDay { .. } | Output::Obeyed { .. } | Output::Explained { .. } => {}
            // Whoever keeps traces is not part of a day.
            Output::Dialog { call, call_id } => {
                // A copy that comes late of what a caller had said to the process before is not the caller, who is on the line
                // to nobody.
                let is_on = |caller: &Caller| caller.has_called() && *caller.call_id() == call_id;
                let is_on = self.callers.values().any(is_on);
                let crashing = self.crashing.iter_mut();
                crashing.for_each(|it| it.belongs(call, call_id.clone(), is_on));
            }
            Output::Media { worker, command } => {
                self.say(format_args!("engine wants {command:?}"));
                self.insist(self.is_kept_promise(&command));
                let obeyed = self.plane.obey(self.now, worker, &command, &mut self.agenda);
                self.insist(obeyed);
            }
            Output::Record(event) => {
                self.say(format_args!("engine records {} {:?}", event.seq, event.what));
                self.told.iter_mut().for_each(|told| told.push(event.clone()));
                self.record(event, told);
            }
            Output::Desk(desk) => told.holds.push(Entry::Desk(desk)),
            Output::Call(call) => told.holds.push(Entry::Call(call)),
            Output::NoCall(call) => told.holds.push(Entry::NoCall(call)),
            Output::Binding(change) if self.crashing.is_some() => {
                told.holds.push(Entry::Binding(change));
            }
            Output::Binding(change) => {
                let recorded = self.ledger.rebind(change);
                self.insist(recorded);
            }
        }
    }

    /// A process that dies has a real ledger; one that lives through the day, one that reads each event.
    fn record(&mut self, event: Event, told: &mut Told) {
        let Some(crashing) = &mut self.crashing else {
            let recorded = self.ledger.record(self.now, &event, &mut self.agenda);
            return self.insist(recorded);
        };
        crashing.hears(&event);
        self.ledger.count(&event);
        if let What::Call(call, happened) | What::WorkItem(call, happened) = &event.what {
            let is_back = matches!(happened, CallEvent::Recovered).then_some(Turn::Back);
            let is_over = matches!(happened, CallEvent::Ended { .. }).then_some(Turn::Ended);
            told.turns.extend(is_back.or(is_over).map(|turn| (*call, turn)));
        }
        told.events.push(Entry::Event(event));
    }

    /// Nobody hears a promise that is not on the disk.
    fn is_kept_promise(&self, command: &media_protocol::Command) -> Result<(), String> {
        let (Some(crashing), media_protocol::Command::Play { stream, clips, .. }) =
            (&self.crashing, command)
        else {
            return Ok(());
        };
        let calls = self.engine.books().calls;
        match calls.iter().find(|call| call.leg == *stream) {
            Some(call) if crashing.is_promise(clips) => crashing.may_promise(call.call),
            Some(_) | None => Ok(()),
        }
    }

    fn audit(&self) {
        let (books, now) = (self.engine.books(), self.engine_now());
        if let Some(crashing) = &self.crashing {
            // Who has not been reached yet is nowhere.
            if !crashing.owes() {
                self.insist(audit::places(now, &self.plan, &books));
            }
            return;
        }
        self.insist(audit::audit(self.now, &self.plan, &books, &self.ledger.tally()));
        self.insist(audit::messages(&books, self.ledger.messages(), self.plane.recorded()));
        self.insist(audit::closing(&books, &self.plane.closing()));
        if self.steps.is_multiple_of(SHOWN_EVERY) {
            let snapshot = self.engine.snapshot(self.now);
            self.insist(audit::shown(&self.plan, &books, &snapshot));
        }
    }

    /// A broken promise ends the day.
    pub(crate) fn insist(&self, promise: Result<(), String>) {
        if let Err(broken) = promise {
            panic!("seed {} at {}: {broken}", self.day.seed, self.now);
        }
    }

    pub(crate) fn say(&mut self, line: fmt::Arguments<'_>) {
        self.transcript.say(self.now, line);
    }

    pub(crate) fn phone(&self, phone: PhoneId) -> &Phone {
        self.phones.get(phone.0).expect("phones are never taken away")
    }

    pub(crate) fn phone_mut(&mut self, phone: PhoneId) -> &mut Phone {
        self.phones.get_mut(phone.0).expect("phones are never taken away")
    }

    /// A phone does something, and all that comes of it is done.
    pub(crate) fn phone_does<T>(
        &mut self,
        phone: PhoneId,
        wish: impl FnOnce(&mut UserAgent, Moment) -> T,
    ) -> T {
        let now = self.now;
        let done = wish(&mut self.phone_mut(phone).ua, now);
        while let Some(output) = self.phone_mut(phone).ua.poll_output() {
            match output {
                sip_ua::Output::Send { hop, bytes } => self.post_from_phone(phone, hop, bytes),
                sip_ua::Output::Event(event) => match phone {
                    PhoneId::TRUNK => self.trunk_hears(event),
                    PhoneId(_) => self.agent_hears(phone, event),
                },
            }
        }
        done
    }

    /// A time between these two, both in milliseconds, from now.
    pub(crate) fn in_millis(&mut self, range: std::ops::RangeInclusive<u64>) -> Moment {
        self.now + Duration::from_millis(self.people.random_range(range))
    }

    /// A number that nobody else has.
    pub(crate) fn new_number(&mut self) -> u16 {
        self.next_number += 1;
        self.next_number
    }
}

/// What an input has led to, for the ledger: what happened, and then what holds.
#[derive(Debug, Default)]
struct Told {
    events: Vec<Entry>,
    holds: Vec<Entry>,
    /// What has become of callers of an earlier process.
    turns: Vec<(CallId, Turn)>,
}

const fn site_of(day: &Day) -> Site {
    match day.process {
        Process::Lives => Site::Usual,
        Process::Dies { .. } => Site::Promises,
    }
}

/// What was said against a rule, as the day tells it.
pub(crate) fn broken(breach: Breach) -> String {
    format!("a rule of SIP is broken: {breach}")
}

pub(crate) fn fork(random: &mut StdRng) -> StdRng {
    StdRng::from_rng(random)
}
