//! Days on which the process dies: what a ledger has is all that the next one knows.
//!
//! Up to the step at which it dies such a day is the day on which it does not. What held then, by what had come to the disk, is
//! compared with what the next process holds ([`judge`]) as soon as it has read the ledger; and whoever waited or talked must
//! come back ([`owed`]): with the same agent, or in the same queue, by the first arrival, nobody before those who stood in front; and
//! so must who was in the plan, where it can be gone on with.
//! All others go on as if nothing had been: phones answer what they are asked, and callers and agents do what they had in mind.
//!
//! What the rules allow to be lost is what had not come to the disk, of which nothing had been promised or spoken: a word by
//! short code, an end, a caller's step. Nobody hears a promise that is not on the disk,
//! no customer's phone is called oftener than is written down, and whoever was answered has a row unless the disk was slower than
//! callers are kept ringing for it.

mod disk;
mod evening;
mod held;
mod judge;
mod owed;

use crate::agenda::Due;
use crate::agent::AgentDoes;
use crate::phone::{Link, PhoneId, Presence};
use crate::site::{self, LEDGER_WAIT_MAX};
use crate::world::{MORNING, World, fork};
use clock::{Duration, Moment, WallTime};
use dialplan::builtin;
use disk::{Disk, Earlier};
use engine::{Engine, Input};
use events::{Event, What};
use held::{Held, Owed};
use ids::{CallId, ClipId, LegId, MessageId};
use judge::Left;
use ledger::Entry;
use rand::RngExt;
use rand::rngs::StdRng;
use sip_msg::Text;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::RangeInclusive;

/// Once it may die, it does so within so many steps.
const STEPS_MAX: u32 = 40;
/// Of what its last input leads to, so much is done at most.
const OUTPUTS_MAX: usize = 12;
/// Nobody listens to nothing for longer.
const DEAD_AIR_MAX: Duration = Duration::from_secs(12);
/// Whoever is there is back within this.
const REACHED_MAX: Duration = Duration::from_secs(40);
/// The same where messages are lost: who asks something themselves is given up later, and told so for as long again.
const REACHED_MAX_IN_FOUL_WEATHER: Duration = Duration::from_secs(80);

/// What is known of processes that die.
pub(crate) struct Crashing {
    disk: Disk,
    random: StdRng,
    away: RangeInclusive<Duration>,
    /// How many processes there have been before this one.
    deaths: u32,
    /// When this one has started.
    born: Moment,
    life: Life,
    /// What held when so much had been handed over, since it may die.
    history: VecDeque<(u64, Held)>,
    left: Option<Left>,
    owed: BTreeMap<CallId, Owed>,
    /// All who were owed since the start, those included who are back.
    owed_at_first: BTreeSet<CallId>,
    /// Callers whose phones ask something themselves, and are reached once they have done with that.
    asked: BTreeSet<LegId>,
    /// When the caller who is back arrived who is back last.
    last_back: i64,
    /// The call of each Call-ID.
    dialogs: BTreeMap<Text, CallId>,
    /// Those that this process knows.
    of_run: BTreeSet<Text>,
    /// Those of which this process has answered a copy of the INVITE that the one before had answered: whose answer comes first is the
    /// one that the caller keeps.
    copied: BTreeSet<Text>,
    /// Messages that somebody has dealt with: an agent may be hearing one still.
    done: BTreeSet<MessageId>,
    /// The recordings by which a callback is promised.
    promises: BTreeSet<ClipId>,
    /// Agents' phones that were away since this process started, if only for a moment.
    were_away: BTreeSet<PhoneId>,
    /// By how much the clock is off that people set, in microseconds.
    set: i64,
    /// How far it was set in all, on and back.
    set_in_all: i64,
}

/// What the process is up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// It lives.
    Healthy,
    /// It dies after so many steps, in the midst of so many outputs, once the disk has so much.
    Doomed { once: u64, steps: u32, outputs: usize },
    /// It is dead.
    Dead,
}

/// What becomes of an owed caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Is back.
    Back,
    /// Is gone.
    Ended,
}

impl Crashing {
    pub(crate) fn new(world: &mut World, times: u32, away: RangeInclusive<Duration>) -> Self {
        let mut random = fork(&mut world.people);
        let length = u64::try_from(world.day.length.as_millis()).expect("a day is shorter");
        for _ in 0..times {
            let at = Duration::from_millis(random.random_range(5_000..=length));
            world.agenda.put(Moment::ZERO + at, Due::Doom);
        }
        Self {
            disk: Disk::new(world.day.ledger_delay.clone(), fork(&mut random)),
            random,
            away,
            deaths: 0,
            born: Moment::ZERO,
            life: Life::Healthy,
            history: VecDeque::new(),
            left: None,
            owed: BTreeMap::new(),
            owed_at_first: BTreeSet::new(),
            asked: BTreeSet::new(),
            last_back: 0,
            dialogs: BTreeMap::new(),
            of_run: BTreeSet::new(),
            copied: BTreeSet::new(),
            done: BTreeSet::new(),
            promises: site::recordings_of(&world.plan, builtin::CALLBACK_PROMISED),
            were_away: BTreeSet::new(),
            set: 0,
            set_in_all: 0,
        }
    }

    /// When this process has started.
    pub(crate) const fn born(&self) -> Moment {
        self.born
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.life == Life::Dead
    }

    /// Whether somebody of an earlier process has not been reached.
    pub(crate) fn owes(&self) -> bool {
        !self.owed.is_empty()
    }

    /// A step begins. How many of its outputs are done; none for all of them.
    pub(crate) fn outputs_left(&mut self) -> Option<usize> {
        let written = self.disk.written();
        let Life::Doomed { once, steps, outputs } = &mut self.life else { return None };
        if written < *once {
            return None;
        }
        *steps = steps.saturating_sub(1);
        (*steps == 0).then_some(*outputs)
    }

    /// A dialog is of this call, unless it is the copy of one by which a caller is on the line already.
    pub(crate) fn belongs(&mut self, call: CallId, call_id: Text, is_on: bool) {
        let is_other = |before: CallId| {
            // What had no row goes by the number of nobody, which the next process gives to somebody.
            before != call || !self.disk.known().rows.contains(&call)
        };
        let is_known = self.of_run.contains(&call_id);
        let before = self.call_of(&call_id);
        if is_on && !is_known && before.is_none_or(is_other) {
            return;
        }
        if !is_known && before.is_some_and(is_other) {
            self.copied.insert(call_id.clone());
        }
        self.of_run.insert(call_id.clone());
        self.dialogs.insert(call_id, call);
    }

    /// The call that a Call-ID is of.
    fn call_of(&self, call_id: &Text) -> Option<CallId> {
        self.dialogs.get(call_id).copied()
    }

    /// A caller's phone asks something.
    pub(crate) fn asks(&mut self, leg: LegId) {
        self.asked.insert(leg);
    }

    /// Something is told the ledger.
    pub(crate) fn hears(&mut self, event: &Event) {
        if let What::Message(id, event) = &event.what
            && disk::is_done(event)
        {
            self.done.insert(*id);
        }
    }

    /// A phone's network goes away.
    pub(crate) fn goes_away(&mut self, phone: PhoneId) {
        self.were_away.insert(phone);
    }

    /// Somebody sets the clock by so much, which nobody does who finds no process.
    pub(crate) fn set_clock(&mut self, by: i64) {
        if !self.is_dead() {
            self.set += by;
            self.set_in_all += by.abs();
        }
    }

    /// By how much the clock is off.
    pub(crate) const fn set_by(&self) -> i64 {
        self.set
    }

    /// Whether what was asked for by a command is on the disk, whose event is this.
    pub(crate) fn may_obey(&self, seq: u64) -> Result<(), String> {
        let is_kept = seq <= self.disk.known().last;
        if is_kept { Ok(()) } else { Err(format!("event {seq} is answered and not on the disk")) }
    }

    /// What a clock that nobody sets shows at a moment of this process.
    fn wall(&self) -> impl Fn(Moment) -> i64 + use<> {
        let born = self.born;
        move |moment| MORNING + born.signed_micros() + moment.signed_micros()
    }

    /// Whether these recordings promise a callback.
    pub(crate) fn is_promise(&self, clips: &[ClipId]) -> bool {
        clips.iter().any(|clip| self.promises.contains(clip))
    }

    /// Whether what is spoken to this caller is on the disk.
    pub(crate) fn may_promise(&self, call: CallId) -> Result<(), String> {
        let is_kept = self.disk.known().promised.contains(&call);
        if is_kept { Ok(()) } else { Err(format!("{call} is promised what is not on the disk")) }
    }
}

impl World {
    /// From here on the process may die at any step. Not while it is dead already, or doomed.
    pub(crate) fn doom(&mut self) {
        let Some(crashing) = &mut self.crashing else { return };
        if crashing.life != Life::Healthy {
            return;
        }
        let steps = crashing.random.random_range(1..=STEPS_MAX);
        let outputs = crashing.random.random_range(0..=OUTPUTS_MAX);
        crashing.life = Life::Doomed { once: crashing.disk.taken(), steps, outputs };
        crashing.history.clear();
        self.remember();
    }

    /// Writes down what holds, for the judge.
    fn remember(&mut self) {
        let Some(crashing) = &self.crashing else { return };
        if !matches!(crashing.life, Life::Doomed { .. }) {
            return;
        }
        let held = self.held(crashing);
        let crashing = self.crashing.as_mut().expect("it was there a line above");
        crashing.history.push_back((crashing.disk.taken(), held));
    }

    fn held(&self, crashing: &Crashing) -> Held {
        let now = self.engine_now();
        let set = crashing.set;
        let mut held = held::held(&self.engine, (now, set), &self.plan, crashing.wall());
        // What came over a connection is gone with it.
        let lasts = |address: &String| {
            let mut phones = self.phones.iter().filter(|phone| phone.link == Link::Datagrams);
            phones.any(|phone| phone.address.to_string() == *address)
        };
        held.agents.values_mut().for_each(|agent| agent.phones.retain(lasts));
        // Nobody is rung any more for a message that is dealt with.
        let is_done = |message: &String| crashing.done.iter().any(|done| done.hex() == *message);
        let messages = held.messages.iter_mut().filter(|(message, _)| is_done(message));
        messages.for_each(|(_, item)| *item = None);
        // Who has not been reached yet is owed still.
        held.callers.extend(crashing.owed.iter().map(|(call, owed)| (*call, owed.clone())));
        held
    }

    /// What an input has led to is handed over.
    pub(crate) fn hand_over(&mut self, entries: Vec<Entry>) {
        let Some(crashing) = &mut self.crashing else { return };
        if entries.is_empty() {
            return;
        }
        crashing.disk.take(self.now, entries, &mut self.agenda);
        self.remember();
    }

    /// A batch is on the disk.
    pub(crate) fn batch_written(&mut self) {
        let Some(crashing) = &mut self.crashing else { return };
        if let Some(seq) = crashing.disk.batch_written(self.now, &mut self.agenda) {
            self.feed(Input::Stored(seq));
        }
    }

    /// The process is killed.
    pub(crate) fn die(&mut self) {
        let Some(crashing) = &mut self.crashing else { return };
        let border = crashing.disk.die();
        crashing.life = Life::Dead;
        crashing.deaths += 1;
        crashing.of_run.clear();
        crashing.copied.clear();
        let away = crashing.random.random_range(crashing.away.clone());
        let mut history = std::mem::take(&mut crashing.history).into_iter();
        let mut before = None;
        let after = loop {
            match history.next() {
                Some((count, held)) if count <= border => before = Some((count, held)),
                later => break later,
            }
        };
        let (count, before) =
            before.expect("it dies when what was handed over at first is written");
        let after = after.filter(|_| count < border).map(|(_, held)| held);
        crashing.left = Some(Left { before, after });
        let is_owing = crashing.owes();
        self.say(format_args!("the process dies, {border} entries are on the disk"));
        if is_owing {
            self.outlived("a process that died while it reached callers");
        }
        self.agenda.forget_the_engine();
        self.plane.starts_anew();
        self.auditor.starts_anew();
        self.lose_connections(away);
        self.agenda.put(self.now + away, Due::Start);
        let rows = self.every_answered_caller_has_a_row();
        self.insist(rows);
    }

    /// The phones that had one register anew, once somebody is there.
    fn lose_connections(&mut self, away: Duration) {
        for phone in (0..self.phones.len()).map(PhoneId) {
            if self.phone(phone).connection().is_some() {
                self.break_connection(phone);
                let at = self.in_millis(10..=3_000) + away;
                self.agenda.put(at, Due::Agent(phone, AgentDoes::Register));
            }
        }
    }

    /// Unless the disk was slower than callers are kept ringing for it.
    fn every_answered_caller_has_a_row(&self) -> Result<(), String> {
        let Some(crashing) = &self.crashing else { return Ok(()) };
        // An event waits for the batch before its own.
        if *self.day.ledger_delay.end() * 3 > LEDGER_WAIT_MAX {
            return Ok(());
        }
        for caller in self.callers.values().filter(|caller| caller.has_called()) {
            let call = crashing.call_of(caller.call_id());
            if !call.is_some_and(|call| crashing.disk.known().rows.contains(&call)) {
                return Err(format!("caller {} was answered and has no row", caller.call_id()));
            }
        }
        Ok(())
    }

    /// The next process starts, and reads what there is.
    pub(crate) fn start(&mut self) {
        let site = self.site();
        let wall = WallTime::from_micros(self.clock_shows());
        let Some(crashing) = &mut self.crashing else { return };
        let earlier = crashing.disk.open(&self.plan, wall);
        let mut config = site::config(site, self.day.calls_max, &mut crashing.random);
        let next_call = earlier.opened.next_call;
        config.first_call = next_call;
        // The numbers of calls that have left no trace are used again.
        crashing.dialogs.retain(|_, call| *call < next_call);
        crashing.born = self.now;
        crashing.life = Life::Healthy;
        crashing.done = crashing.disk.known().done.clone();
        crashing.last_back = i64::MIN;
        let asks = self.asking.iter().filter(|(phone, _)| *phone == PhoneId::TRUNK);
        crashing.asked = asks.map(|(_, leg)| *leg).collect();
        let away = self.phones.iter().enumerate().filter(|(_, it)| it.presence == Presence::Away);
        crashing.were_away = away.map(|(place, _)| PhoneId(place)).collect();
        let run = crashing.deaths;
        self.plan = site.plan();
        self.engine = Engine::new(config, self.plan.clone(), site::clips(&self.plan));
        self.say(format_args!("process {run} starts and reads {} calls", earlier.calls.len()));
        self.restore(wall, earlier);
        let judged = self.judge_start();
        self.insist(judged);
        let is_fair = self.day.weather.is_fair();
        let reached_max = if is_fair { REACHED_MAX } else { REACHED_MAX_IN_FOUL_WEATHER };
        self.agenda.put(self.now + reached_max, Due::Reached(run));
        self.agenda.put(self.now + DEAD_AIR_MAX, Due::DeadAir(run));
        self.after_engine();
    }

    /// In the order in which the server tells it.
    fn restore(&mut self, wall: WallTime, earlier: Earlier) {
        let Earlier {
            day,
            desks,
            bindings,
            acquaintances,
            messages,
            callbacks,
            counted,
            queues,
            calls,
            ..
        } = earlier;
        for input in [
            Input::Wall(wall),
            Input::RecallDay(Box::new(day)),
            Input::RecallDesks(desks),
            Input::RecallCalls(calls),
            Input::Restore(bindings),
            Input::Recall(acquaintances),
            Input::RecallQueues(queues),
            Input::RecallCounted(counted),
            Input::RecallMessages(messages),
            Input::RecallCallbacks(callbacks),
        ] {
            self.engine.handle(self.engine_now(), input);
        }
    }

    fn judge_start(&mut self) -> Result<(), String> {
        let now = self.wall_now();
        let Some(crashing) = &mut self.crashing else { return Ok(()) };
        let left = crashing.left.take().expect("a process has died before the next starts");
        let clock = judge::Clock { now, set: crashing.set, set_in_all: crashing.set_in_all };
        crashing.owed = owed::owed(&left, clock, crashing.disk.known());
        crashing.owed_at_first = crashing.owed.keys().copied().collect();
        crashing.left = Some(left);
        let crashing = self.crashing.as_ref().expect("it was there a line above");
        let left = crashing.left.as_ref().expect("it was put there a line above");
        let is = self.held(crashing);
        judge::judge(clock, left, crashing.disk.known(), &is)?;
        is.words().into_iter().for_each(|word| self.outlived(word));
        Ok(())
    }

    /// Something has outlived the process.
    fn outlived(&mut self, what: &str) {
        self.ledger.has_seen(&format!("outlived: {what}"));
    }

    /// What a clock shows now that nobody sets.
    fn wall_now(&self) -> i64 {
        MORNING + self.now.signed_micros()
    }

    /// What the clock shows that people set.
    pub(crate) fn clock_shows(&self) -> i64 {
        self.wall_now() + self.crashing.as_ref().map_or(0, |crashing| crashing.set_by())
    }

    /// Whoever the process of this number knows nothing of has heard nothing for long enough.
    pub(crate) fn dead_air(&mut self, run: u32) {
        if self.crashing.as_ref().is_some_and(|crashing| crashing.deaths == run) {
            self.air_is_dead();
        }
    }

    /// Whoever the process knows nothing of hears nothing, and hangs up.
    pub(crate) fn air_is_dead(&mut self) {
        let Some(crashing) = self.crashing.as_ref().filter(|it| !it.is_dead()) else { return };
        let books = self.engine.books();
        let is_over = |call: CallId| {
            books.calls.iter().all(|it| it.call != call)
                && books.directs.iter().all(|it| it.call != call)
        };
        let is_unknown = |call_id: &Text| {
            let keeps_the_other = crashing.copied.contains(call_id);
            !crashing.of_run.contains(call_id)
                || (keeps_the_other && crashing.call_of(call_id).is_none_or(is_over))
        };
        let callers = self.callers.iter().filter(|(_, caller)| is_unknown(caller.call_id()));
        let callers: Vec<_> = callers.map(|(leg, _)| *leg).collect();
        let agents = self.agents.iter().flat_map(|(phone, agent)| {
            agent.lines.answered().filter(|(_, id)| is_unknown(id)).map(|(leg, _)| (*phone, leg))
        });
        let agents: Vec<_> = agents.collect();
        let forgotten = callers.iter().try_for_each(|leg| self.nobody_is_owed(*leg));
        self.insist(forgotten);
        callers.into_iter().for_each(|leg| self.caller_gives_up(leg));
        agents.into_iter().for_each(|(phone, leg)| self.agent_hangs_up(phone, leg));
    }
}
