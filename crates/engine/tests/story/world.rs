//! The engine, the phones and all that lies between them, on virtual time.

mod seen;
mod topology;
mod watch;

use crate::phone::Phone;
use crate::plane::Plane;
use crate::site::{self, ENGINE, NOON};
use crate::telling::{self, Topic};
use clock::{Duration, Moment, WallTime};
use dialplan::Plan;
use dialplan::{Read, Value, ValueKind};
use engine::{Answer, Ask, Config, Edition, Engine, Input, LookUpId, Output, Turn};
use events::{
    Acquaintance, AgentEvent, BindingChange, By, CallEvent, CallbackEvent, Counted, CountedBy, Day,
    Event, InterruptedCall, Kept, MessageEvent, NotReached, Outcome, QueueEvent, SavedBinding,
    SavedCallback, SavedDesk, SavedMessage, SavedQueue, What,
};
use ids::{BindingId, CallId, MessageId, TicketId};
use media_protocol::{Command, Monitor};
use sip_msg::Message;
use sip_txn::Hop;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use topology::Topology;
use watch::Watch;

/// How the ledger takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disk {
    /// It has them at once.
    Quick,
    /// It has them when the story says so.
    Slow,
    /// It has so many more of them, and none after that: the process is killed before.
    Dying(u32),
    /// The same, and nobody is told of those.
    Silent(u32),
    /// It has nothing of what processes hand over until the story says so.
    Away,
}

/// How the media plane closes streams.
pub(crate) enum Closing {
    /// They are closed at once.
    Quick,
    /// They are closed when the story says so.
    Slow(Vec<media_protocol::Event>),
}

/// What is on its way. Nothing takes any time, and everything keeps its order.
enum Post {
    ToPhone(SocketAddr, Box<Message>),
    ToEngine(Input),
}

/// Everything there is.
pub(crate) struct World {
    pub(crate) now: Moment,
    engine: Engine,
    phones: BTreeMap<&'static str, Phone>,
    post: VecDeque<Post>,
    pub(crate) plane: Plane,
    clip_names: Vec<String>,
    pub(crate) disk: Disk,
    pub(crate) closing: Closing,
    /// For how long each message waits until it is taken.
    pub(crate) waited: Duration,
    /// What the ledger has of agents.
    desks: BTreeMap<events::Name, SavedDesk>,
    /// The calls that can be taken up, as the ledger has them.
    calls_on: BTreeMap<CallId, InterruptedCall>,
    /// Where phones can be reached, as the ledger has it.
    bindings: BTreeMap<BindingId, (SavedBinding, WallTime)>,
    /// Who has talked with whom, as the ledger has it, by the call.
    talks: BTreeMap<CallId, Acquaintance>,
    /// The messages that callers have left, as the ledger has them.
    messages: BTreeMap<MessageId, SavedMessage>,
    callbacks: BTreeMap<CallId, SavedCallback>,
    /// What counts against limits, as the ledger has it.
    counted: Vec<Counted>,
    /// What the ledger has counted of the day, and when it was last written.
    day: (Day, WallTime),
    /// What the ledger has of this run, and the day that it is to count of that.
    events: Vec<Event>,
    day_wanted: Option<(WallTime, WallTime, u64)>,
    /// The queues that are kept by hand, as the ledger has them.
    queues: BTreeMap<events::Name, SavedQueue>,
    /// Questions to the directory that it has not answered yet.
    asked: VecDeque<(LookUpId, Vec<Read>)>,
    config: Config,
    plan: Arc<Plan>,
    /// The last event that was handed to the ledger.
    written: u64,
    /// By how many seconds somebody has set the clock on the wall.
    set: i64,
    topics: Vec<Topic>,
    agents: BTreeMap<String, String>,
    told: String,
    topology: Topology,
    watch: Watch,
    /// Which letter each end of a call goes by.
    ends: BTreeMap<String, char>,
}

impl World {
    pub(crate) fn new(config: Config, more: &str) -> Self {
        let plan = site::plan(more);
        let mut clip_names = Vec::new();
        let clips = site::clips(&plan, &mut clip_names);
        let mut world = Self {
            now: Moment::ZERO,
            engine: Engine::new(config.clone(), Arc::clone(&plan), clips),
            phones: BTreeMap::new(),
            post: VecDeque::new(),
            plane: Plane::default(),
            clip_names,
            disk: Disk::Quick,
            closing: Closing::Quick,
            waited: Duration::ZERO,
            desks: BTreeMap::new(),
            calls_on: BTreeMap::new(),
            bindings: BTreeMap::new(),
            talks: BTreeMap::new(),
            messages: BTreeMap::new(),
            callbacks: BTreeMap::new(),
            counted: Vec::new(),
            day: (Day::default(), NOON),
            events: Vec::new(),
            day_wanted: None,
            queues: BTreeMap::new(),
            asked: VecDeque::new(),
            config,
            plan,
            written: 0,
            set: 0,
            topics: Vec::new(),
            agents: BTreeMap::new(),
            told: String::new(),
            topology: Topology::default(),
            watch: Watch::default(),
            ends: BTreeMap::from([("0".repeat(32), '-')]),
        };
        world.feed(Input::Wall(NOON));
        world
    }

    /// The site has another plan.
    pub(crate) fn reload(&mut self, more: &str) {
        self.take_plan(site::plan_after(&self.plan, more));
    }

    /// The site is somewhere else.
    pub(crate) fn move_to(&mut self, zone: &str) {
        self.take_plan(site::plan_in(&self.plan, zone));
    }

    fn take_plan(&mut self, plan: Arc<Plan>) {
        self.plan = plan;
        let clips = site::clips(&self.plan, &mut self.clip_names);
        let next = Edition { number: 2, plan: Arc::clone(&self.plan), clips };
        self.feed(Input::Reload { ticket: TicketId(0), by: By::Socket, next });
        self.carry();
    }

    /// Someone does something with a phone.
    pub(crate) fn phone_does(&mut self, name: &'static str, does: impl FnOnce(&mut Phone, Moment)) {
        let now = self.now;
        does(self.phone(name), now);
        self.carry();
    }

    /// The phone of this name; it is there from the first time it is named.
    pub(crate) fn phone(&mut self, name: &'static str) -> &mut Phone {
        let (user, ip) = match name {
            // Those of IPv6.
            "ivy" => ("0705555555", "2001:db8:2::1".parse().unwrap()),
            "1002six" => ("1002", "2001:db8:1::2".parse().unwrap()),
            "six" => ("+35412345678", "2001:db8:3::1".parse().unwrap()),
            _ => ipv4(name),
        };
        let flow = site::flow(ip, 0);
        self.phones.entry(name).or_insert_with(|| Phone::new(user, ip, flow))
    }

    /// A message comes over this way.
    pub(crate) fn hear(&mut self, hop: Hop, message: Box<Message>) {
        let (turn, waited) = (Turn::Later, self.waited);
        self.feed(Input::Message { hop, message, turn, waited });
    }

    pub(crate) fn feed(&mut self, input: Input) {
        self.post.push_back(Post::ToEngine(input));
        self.carry();
    }

    fn wall(&self) -> WallTime {
        let passed = i64::try_from(self.now.as_micros()).unwrap();
        WallTime::from_micros(NOON.as_micros() + passed + 1_000_000 * self.set)
    }

    /// The shell looks at the clock.
    pub(crate) fn read_clock(&mut self) {
        self.feed(Input::Wall(self.wall()));
    }

    /// Somebody sets the clock by so many seconds, and the shell looks at it.
    pub(crate) fn set_clock(&mut self, by: i64) {
        self.set += by;
        self.read_clock();
    }

    /// The engine is gone, and only after a while a new one is there.
    pub(crate) fn be_without_engine(&mut self, length: Duration) {
        self.now += length;
        self.restart();
    }

    /// The engine is gone and a new one is there, which knows what the ledger knows.
    pub(crate) fn restart(&mut self) {
        // No two processes draw the same numbers.
        self.config.seed = self.config.seed.map(|byte| byte.wrapping_add(1));
        self.plane.starts_anew();
        if let Disk::Dying(_) | Disk::Silent(_) = self.disk {
            self.disk = Disk::Quick;
        }
        self.calls_on.values_mut().for_each(|on| on.starts += 1);
        self.watch.starts_anew();
        let clips = site::clips(&self.plan, &mut Vec::new());
        let talks = self.talks.keys().copied();
        let items = self.messages.values().filter_map(|saved| Some(saved.waits.as_ref()?.1));
        let promised = self.callbacks.keys().copied();
        self.config.first_call =
            talks.chain(items).chain(promised).max().map_or(CallId(1), CallId::next);
        self.engine = Engine::new(self.config.clone(), Arc::clone(&self.plan), clips);
        self.read_clock();
        let day = self.day_as_a_start_finds_it();
        self.feed(Input::RecallDay(Box::new(day)));
        self.feed(Input::RecallDesks(self.desks.values().cloned().collect()));
        self.feed(Input::RecallCalls(self.calls_on.values().cloned().collect()));
        self.feed(Input::Restore(self.bindings.values().cloned().collect()));
        self.feed(Input::Recall(self.talks.values().cloned().collect()));
        self.feed(Input::RecallMessages(self.messages.values().cloned().collect()));
        self.feed(Input::RecallCounted(self.counted.clone()));
        self.feed(Input::RecallQueues(self.queues.values().cloned().collect()));
        self.feed(Input::RecallCallbacks(self.callbacks.values().cloned().collect()));
        let found = self.plane.on_disk().filter(|found| !self.messages.contains_key(&found.id));
        self.feed(Input::RecallFound(found.collect()));
        let cut_off = self.plane.cut_off();
        self.feed(Input::RecallRecordings(cut_off));
    }

    /// What was open when the engine was gone is over with the last that was written, but for calls that can be taken up.
    fn day_as_a_start_finds_it(&mut self) -> Day {
        let (day, last_at) = &mut self.day;
        day.cut_off(*last_at);
        let gone: Vec<_> = day.on.keys().filter(|call| !self.calls_on.contains_key(call)).collect();
        for call in gone.into_iter().copied().collect::<Vec<_>>() {
            let ended = CallEvent::Ended { outcome: Outcome::Interrupted, cause: String::new() };
            day.happened(*last_at, &What::Call(call, ended));
        }
        day.clone()
    }

    fn note_day(&mut self, event: &Event) {
        let (began, ends) = self.plan.day_of(event.at).unwrap();
        let (day, last_at) = &mut self.day;
        if day.began != began {
            day.turn(began, ends);
        }
        day.happened(event.at, &event.what);
        *last_at = event.at;
    }

    /// The ledger knows who calls, and who answered.
    fn note_talk(&mut self, event: &Event) {
        self.events.push(event.clone());
        self.note_day(event);
        if let What::Call(call, ended) | What::WorkItem(call, ended) = &event.what
            && let CallEvent::Ended { .. } = ended
        {
            self.calls_on.remove(call);
        }
        // Who can be taken up was there as long as anything was written down.
        self.calls_on.values_mut().for_each(|on| on.last_at = event.at.as_micros());
        match &event.what {
            What::Call(call, CallEvent::Offered { caller, .. }) => {
                let (caller, agent) = (caller.clone(), "".into());
                self.talks.insert(*call, Acquaintance { caller, agent, at: event.at });
            }
            What::Call(_, CallEvent::CalledOut { step, .. }) => {
                self.counted.push(Counted { at: event.at, by: CountedBy::Step(step.clone()) });
            }
            What::Call(call, CallEvent::Connected { agent }) => {
                let talk = self.talks.get_mut(call).unwrap();
                (talk.agent, talk.at) = (agent.clone(), event.at);
            }
            What::Message(id, MessageEvent::Left(left)) => {
                let saved = SavedMessage {
                    id: *id,
                    left: (**left).clone(),
                    at: event.at,
                    done_at: None,
                    waits: None,
                    given_back: 0,
                    set_aside: false,
                    priority: None,
                };
                self.messages.insert(*id, saved);
            }
            What::Callback(id, happened) => {
                self.note_callback(*id, happened, event.at);
                self.note_counted(*id, happened, event.at);
            }
            What::Message(id, MessageEvent::Queued { queue, call }) => {
                let waits = Some((queue.clone(), CallId(*call)));
                self.messages.get_mut(id).unwrap().waits = waits;
            }
            What::Message(id, MessageEvent::Prioritised { priority, .. }) => {
                self.messages.get_mut(id).unwrap().priority = Some(*priority);
            }
            What::Message(id, MessageEvent::GivenBack { .. }) => {
                self.messages.get_mut(id).unwrap().given_back += 1;
            }
            What::Message(id, MessageEvent::SetAside { .. }) => {
                self.messages.get_mut(id).unwrap().set_aside = true;
            }
            What::Message(id, MessageEvent::Done { .. }) => {
                self.messages.get_mut(id).unwrap().done_at = Some(event.at);
            }
            What::Message(id, MessageEvent::Removed) => {
                self.messages.remove(id);
            }
            What::Queue(queue, happened) => self.note_queue(queue, happened, event.at),
            What::Call(..)
            | What::WorkItem(..)
            | What::Agent(..)
            | What::Sound(..)
            | What::Trunk(..)
            | What::Command(..) => {}
        }
    }

    fn note_callback(&mut self, id: CallId, happened: &CallbackEvent, at: WallTime) {
        if let CallbackEvent::Promised(promised) = happened {
            if let Some(over) = promised.instead_of.filter(|_| promised.call == 0) {
                self.callbacks.remove(&CallId(over));
            }
            let promised = (**promised).clone();
            let saved = SavedCallback {
                id,
                promised,
                at,
                attempts: 0,
                was_on: false,
                cut_off: 0,
                tried_at: None,
                priority: None,
            };
            self.callbacks.insert(id, saved);
        }
        let Some(saved) = self.callbacks.get_mut(&id) else { return };
        match happened {
            CallbackEvent::Promised(_) => {}
            CallbackEvent::Stands { .. } | CallbackEvent::AskedAfter { .. } => {}
            CallbackEvent::Renewed { window_ms, .. } => {
                saved.promised.window_ms = *window_ms;
                // As a ledger has them, times stay where they are.
                let later = (at.as_micros() - saved.at.as_micros()) / 1_000;
                let later = u64::try_from(later).unwrap_or(0);
                saved.promised.waited_ms += later;
                let due = saved.promised.due_ms.as_mut();
                due.into_iter().for_each(|due| *due = due.saturating_sub(later));
                (saved.at, saved.attempts, saved.cut_off) = (at, 0, 0);
            }
            CallbackEvent::Prioritised { priority } => saved.priority = Some(*priority),
            CallbackEvent::Attempt { attempt, .. } => {
                (saved.attempts, saved.tried_at, saved.was_on) = (*attempt, Some(at), true);
            }
            CallbackEvent::NotReached { why: NotReached::CutOff, .. } => {
                (saved.attempts, saved.was_on) = (saved.attempts.saturating_sub(1), false);
                saved.cut_off += 1;
            }
            CallbackEvent::NotReached { why, .. } => {
                (saved.tried_at, saved.was_on) = (Some(at), false);
                saved.attempts = saved.attempts.saturating_sub(u32::from(!why.counts()));
            }
            CallbackEvent::Over { .. } => {
                self.callbacks.remove(&id);
            }
        }
    }

    fn note_counted(&mut self, id: CallId, happened: &CallbackEvent, at: WallTime) {
        let of = self.callbacks.get(&id).map(|saved| saved.promised.clone());
        let Some(of) = of else { return };
        let promise = CountedBy::Promise(of.number.clone());
        let request = CountedBy::Request(of.callback);
        let by = match happened {
            CallbackEvent::Promised(promised) if promised.call == 0 => vec![promise, request],
            CallbackEvent::Renewed { call: 0, .. } => vec![promise, request],
            CallbackEvent::Promised(_) | CallbackEvent::Renewed { .. } => vec![promise],
            CallbackEvent::Attempt { .. } => vec![CountedBy::Customer(of.number)],
            CallbackEvent::Stands { .. }
            | CallbackEvent::AskedAfter { .. }
            | CallbackEvent::Prioritised { .. }
            | CallbackEvent::NotReached { .. }
            | CallbackEvent::Over { .. } => Vec::new(),
        };
        self.counted.extend(by.into_iter().map(|by| Counted { at, by }));
    }

    fn note_queue(&mut self, queue: &events::Name, happened: &QueueEvent, at: WallTime) {
        let (kept, by) = match happened {
            QueueEvent::Closed { by } => (Kept::Closed, by.clone()),
            QueueEvent::Opened { by } => (Kept::Open, by.clone()),
            QueueEvent::ByHours { .. } => {
                self.queues.remove(queue);
                return;
            }
        };
        let saved = SavedQueue { queue: queue.clone(), kept, by, at };
        self.queues.insert(queue.clone(), saved);
    }

    /// The message that was left in this call.
    pub(crate) fn message_of(&self, call: u64) -> MessageId {
        let found = self.messages.values().find(|message| message.left.call == call);
        found.map_or(MessageId(404), |message| message.id)
    }

    /// Somebody on the machine gives a command.
    pub(crate) fn command(&mut self, command: engine::Command) {
        self.feed(Input::Command { ticket: TicketId(1), by: By::Socket, command });
    }

    /// Somebody wants to know why.
    pub(crate) fn explain(&mut self, about: engine::About) {
        self.feed(Input::Explain { ticket: TicketId(1), about });
    }

    fn rebind(&mut self, change: BindingChange) {
        match change {
            BindingChange::Kept { binding, until } => {
                self.bindings.insert(binding.id, (*binding, until));
            }
            BindingChange::Gone(id) => {
                self.bindings.remove(&id).unwrap();
            }
        }
    }

    /// The directory answers the question that has waited longest.
    pub(crate) fn crm_answers(&mut self, answer: Answer) {
        let (id, _) = self.asked.pop_front().unwrap();
        self.feed(Input::LookedUp { id, answer });
    }

    /// Another program answers the oldest question with these values, in the order in which they are read.
    pub(crate) fn crm_reads(&mut self, values: &str) {
        let reads = &self.asked.front().unwrap().1;
        let values = values.split(',').map(str::trim).zip(reads);
        let read = values.map(|(value, read)| match read.kind {
            ValueKind::Number => (read.into, Value::Number(value.parse().unwrap())),
            ValueKind::YesNo => (read.into, Value::YesNo(value == "yes")),
            ValueKind::Text | ValueKind::Length | ValueKind::Time | ValueKind::Date => {
                (read.into, Value::text(value))
            }
        });
        let answer = Answer::Read(read.collect());
        self.crm_answers(answer);
    }

    /// The ledger has everything on disk.
    pub(crate) fn disk_catches_up(&mut self) {
        self.feed(Input::Stored(self.written));
        self.read_day();
    }

    /// Somebody counts the day that the engine wants to know of, by what the ledger has when it has just enough.
    fn read_day(&mut self) {
        let Some((began, ends, last)) = self.day_wanted.take() else { return };
        let mut day = Day { began, ends, ..Day::default() };
        let events = self.events.iter().filter(|event| event.seq <= last);
        events.for_each(|event| day.happened(event.at, &event.what));
        self.feed(Input::DayRead { day: Box::new(day), last });
    }

    /// Every stream that was let go is closed.
    pub(crate) fn media_catches_up(&mut self) {
        if let Closing::Slow(waiting) = std::mem::replace(&mut self.closing, Closing::Quick) {
            waiting.into_iter().for_each(|closed| self.feed(Input::Media(closed)));
        }
    }

    /// Lets time pass, stopping at every deadline.
    pub(crate) fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        while let Some(due) = self.next_deadline().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.engine.handle_timeout(self.now);
            for phone in self.phones.values_mut() {
                phone.handle_timeout(self.now);
            }
            self.carry();
        }
        self.now = end;
    }

    fn next_deadline(&self) -> Option<Moment> {
        let phones = self.phones.values().filter_map(Phone::poll_timeout);
        self.engine.poll_timeout().into_iter().chain(phones).min()
    }

    /// Whether nothing is written down any more.
    fn is_too_late(&mut self) -> bool {
        match &mut self.disk {
            Disk::Dying(0) | Disk::Silent(0) => true,
            Disk::Dying(left) | Disk::Silent(left) => {
                *left -= 1;
                false
            }
            Disk::Away => true,
            Disk::Quick | Disk::Slow => false,
        }
    }

    /// Whether it is handed over, and comes to no disk, how things are and not what happened.
    fn is_lost(&self) -> bool {
        matches!(self.disk, Disk::Dying(0) | Disk::Silent(0) | Disk::Away)
    }

    /// Carries everything to where it belongs until nothing is left.
    fn carry(&mut self) {
        loop {
            self.drain_engine();
            self.drain_phones();
            match self.post.pop_front() {
                Some(Post::ToEngine(input)) => {
                    self.watch.hears(self.now, &input);
                    if let Some(input) = self.in_turn(input) {
                        self.engine.handle(self.now, input);
                    }
                }
                Some(Post::ToPhone(address, message)) => self.deliver(address, *message),
                None => break,
            }
        }
        if self.day_wanted.is_some() && self.disk == Disk::Quick {
            self.read_day();
        }
        self.look_at_agents();
    }

    /// As the shell puts messages in line, or does not.
    fn in_turn(&mut self, input: Input) -> Option<Input> {
        let Input::Message { hop, message, waited, .. } = input else { return Some(input) };
        let turn = self.engine.turn_of(self.now, hop, &message);
        let told = format!("says {}: {turn:?}", telling::kind(&message));
        self.tell(Topic::Turns, self.name_of(hop.peer.ip()), &told);
        let turn = turn.ok()?;
        Some(Input::Message { hop, message, turn, waited })
    }

    fn drain_engine(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send { hop, bytes } => {
                    self.watch.says(self.now, &bytes, &self.told);
                    let message = Box::new(sip_msg::parse(bytes).unwrap());
                    self.post.push_back(Post::ToPhone(hop.peer, message));
                }
                Output::Dialog { call_id, .. } => self.watch.belongs(call_id),
                Output::CloseFlow(flow) => {
                    let mut phones = self.phones.iter();
                    let (name, _) = phones.find(|(_, phone)| phone.hop().flow == flow).unwrap();
                    self.tell(Topic::Sip, name, "is cut off");
                }
                Output::Resolve(question) => {
                    let answer = site::answer(&question);
                    self.post.push_back(Post::ToEngine(Input::Resolved { question, answer }));
                }
                Output::LookUp(question) => {
                    let (told, reads) = match question.ask {
                        Ask::Caller { number, .. } => (format!("who is {number}?"), Vec::new()),
                        Ask::Step(request) => (step_asks(&request), request.reads),
                    };
                    self.tell(Topic::Directory, "crm:", &told);
                    self.asked.push_back((question.id, reads));
                }
                // The phones of the stories prove nothing.
                Output::NamePeer { .. } => {}
                Output::Media { command, .. } => self.obey(&command),
                Output::Binding(_) | Output::Call(_) | Output::NoCall(_) | Output::Desk(_)
                    if self.is_lost() => {}
                Output::Binding(change) => self.rebind(change),
                Output::Call(saved) => {
                    let last_at = self.wall().as_micros();
                    let call = InterruptedCall { saved: *saved, last_at, starts: 0 };
                    self.calls_on.insert(call.saved.call(), call);
                }
                Output::NoCall(call) => drop(self.calls_on.remove(&call).unwrap()),
                Output::Desk(desk) => drop(self.desks.insert(desk.account.clone(), *desk)),
                Output::ReadDay { began, ends, after } => {
                    self.day_wanted = Some((began, ends, after));
                }
                Output::Obeyed { result, .. } => {
                    let told = match result {
                        Ok(()) => "obeyed".to_owned(),
                        Err(refusal) => format!("refused: {refusal}: {}", refusal.remedy()),
                    };
                    self.tell(Topic::Commands, "desk:", &told);
                }
                Output::Explained { told, .. } => {
                    for line in telling::explanation(told) {
                        self.tell(Topic::Reasons, "why:", &line);
                    }
                }
                Output::Record(event) => {
                    let topic = match event.what {
                        What::Agent(_, AgentEvent::State { .. }) => Topic::States,
                        What::Call(..)
                        | What::WorkItem(..)
                        | What::Agent(..)
                        | What::Sound(..)
                        | What::Trunk(..)
                        | What::Message(..)
                        | What::Callback(..)
                        | What::Queue(..) => Topic::Ledger,
                        What::Command(..) => Topic::Commands,
                    };
                    let told = telling::event(&event.what);
                    match (self.wall().as_micros() - event.at.as_micros()) / 1_000_000 {
                        0 => self.tell(topic, "ledger:", &told),
                        ago => self.tell(topic, "ledger:", &format!("{told}, {ago} s ago")),
                    }
                    if self.is_too_late() {
                        continue;
                    }
                    self.note_talk(&event);
                    self.written = event.seq;
                    if !matches!(self.disk, Disk::Slow | Disk::Silent(_)) {
                        self.post.push_back(Post::ToEngine(Input::Stored(event.seq)));
                    }
                }
            }
        }
    }

    fn drain_phones(&mut self) {
        let waited = self.waited;
        for phone in self.phones.values_mut() {
            let hop = phone.hop();
            let is_heard = phone.alive;
            for message in phone.drain(self.now).into_iter().filter(|_| is_heard) {
                let message = Box::new(message);
                let turn = Turn::Later;
                self.post.push_back(Post::ToEngine(Input::Message { hop, message, turn, waited }));
            }
        }
    }

    fn deliver(&mut self, address: SocketAddr, message: Message) {
        assert_ne!(address, ENGINE, "the engine talks to itself");
        let now = self.now;
        // Nobody has been there yet.
        let Some(name) = self.name_at(address.ip()) else { return };
        if !self.phone(name).alive {
            return;
        }
        self.topology.check(&message, address.ip(), self.phones.values());
        if let Some(told) = telling::lamp(&message) {
            self.tell(Topic::Lamps, name, &told);
        }
        if let Some(told) = telling::message(&message) {
            self.tell(Topic::Sip, name, &format!("gets {told}"));
        }
        if let Some(told) = telling::sound(&message) {
            self.tell(Topic::Sound, name, &format!("gets {told}"));
        }
        if let Some((what, ends)) = telling::ends(&message) {
            let ends = self.ends_by_letters(ends);
            self.tell(Topic::Ends, name, &format!("gets {what} of {ends}"));
        }
        if let Some(told) = telling::numbers(&message) {
            self.tell(Topic::Numbers, name, &format!("gets {told}"));
        }
        for header in telling::headers(&message) {
            self.tell(Topic::Headers, name, &format!("gets {header}"));
        }
        let phone = self.phone(name);
        phone.look_at_offer(&message);
        phone.receive(now, message);
    }

    fn obey(&mut self, command: &Command) {
        let told = match command {
            Command::Play { stream, clips, then, .. } => {
                Some((*stream, format!("hears {}", telling::play(&self.clip_names, clips, *then))))
            }
            Command::Replay { stream, .. } => Some((*stream, "hears the message".to_owned())),
            Command::Quiet { stream } => {
                let other = self.plane.other(*stream);
                let other = other.map_or("nothing", |other| self.name_of(other));
                Some((*stream, format!("hears {other}")))
            }
            Command::Bridge { a, b } => {
                Some((*a, format!("is bridged with {}", self.name_of(self.plane.peer(*b)))))
            }
            Command::Monitor { stream, caller, monitor } => {
                let caller = self.name_of(self.plane.peer(*caller));
                let how = match monitor {
                    Monitor::Listen => "hears, unheard, the talk of",
                    Monitor::Whisper => "is heard by whoever talks with",
                    Monitor::Barge => "is heard in the talk of",
                };
                Some((*stream, format!("{how} {caller}")))
            }
            Command::Unbridge { stream } => Some((*stream, "is parted".to_owned())),
            Command::Record { stream, .. } => Some((*stream, "is recorded".to_owned())),
            Command::StopRecording { stream } => Some((*stream, "is recorded no more".to_owned())),
            Command::RecordTalk { stream, .. } => {
                Some((*stream, "is recorded with whoever talks with it".to_owned()))
            }
            Command::PauseRecordingTalk { stream } => {
                Some((*stream, "is recorded no more for now".to_owned()))
            }
            Command::ResumeRecordingTalk { stream } => {
                Some((*stream, "is recorded again".to_owned()))
            }
            Command::StopRecordingTalk { stream } => {
                Some((*stream, "is recorded with nobody any more".to_owned()))
            }
            Command::Discard { .. } => {
                self.tell(Topic::Media, "recording", "is thrown away");
                None
            }
            Command::Open { .. } | Command::Adjust { .. } | Command::Close { .. } => None,
        };
        if let Some((stream, told)) = told {
            self.tell(Topic::Media, self.name_of(self.plane.peer(stream)), &told);
        }
        if let Command::Open { address, format, .. } = command {
            self.tell(
                Topic::Sound,
                self.name_of(format.remote.ip()),
                &format!("is heard at {address}"),
            );
        }
        let closed = self.plane.obey(command);
        let recorded = self.plane.recorded().into_iter();
        self.post.extend(recorded.map(|event| Post::ToEngine(Input::Media(event))));
        let Some(closed) = closed else { return };
        match &mut self.closing {
            Closing::Quick => self.post.push_back(Post::ToEngine(Input::Media(closed))),
            Closing::Slow(waiting) => waiting.push(closed),
        }
    }

    pub(crate) fn told(self) -> String {
        self.watch.finish(self.now, &self.told);
        self.told
    }
}

/// What a step asks, as it goes out.
fn step_asks(request: &engine::Request) -> String {
    let body = request.body.iter().flatten().map(|(key, value)| match value {
        Some(value) => format!(" {key}={value}"),
        None => format!(" {key} is not known"),
    });
    let head = request.headers.iter().map(|(name, value)| format!(" {name}: {}", value.reveal()));
    format!("asked {}{}{}", request.url, head.collect::<String>(), body.collect::<String>())
}

/// A phone of IPv4: its user and its address.
fn ipv4(name: &str) -> (&'static str, IpAddr) {
    let (user, ip) = match name {
        "1001" => ("1001", [10, 0, 1, 1]),
        "1001b" => ("1001", [10, 0, 1, 11]),
        "1002" => ("1002", [10, 0, 1, 2]),
        "1003" => ("1003", [10, 0, 1, 3]),
        "1004" => ("1004", [10, 0, 1, 4]),
        "1011" => ("1011", [10, 0, 1, 21]),
        "1012" => ("1012", [10, 0, 1, 22]),
        "1021" => ("1021", [10, 0, 1, 31]),
        "1021b" => ("1021", [10, 0, 1, 41]),
        "1022" => ("1022", [10, 0, 1, 32]),
        "1023" => ("1023", [10, 0, 1, 33]),
        "1024" => ("1024", [10, 0, 1, 34]),
        "1031" => ("1031", [10, 0, 1, 41]),
        "1032" => ("1032", [10, 0, 1, 42]),
        "1041" => ("1041", [10, 0, 1, 51]),
        "1042" => ("1042", [10, 0, 1, 52]),
        "1051" => ("1051", [10, 0, 1, 61]),
        "1052" => ("1052", [10, 0, 1, 62]),
        "1053" => ("1053", [10, 0, 1, 63]),
        "1053b" => ("1053", [10, 0, 1, 73]),
        "1054" => ("1054", [10, 0, 1, 64]),
        "kim" => ("0701234567", [10, 0, 2, 1]),
        "lo" => ("0707654321", [10, 0, 2, 2]),
        "max" => ("0709999999", [10, 0, 2, 3]),
        "carrier" => ("46701234567", [10, 0, 3, 1]),
        // A carrier whose sound is encrypted.
        "sealed" => ("+49301234567", [10, 0, 3, 5]),
        // A carrier whose word is believed.
        "believed" => ("+46701234567", [10, 0, 3, 4]),
        "exchange" => ("46812345", [10, 0, 3, 3]),
        "pbx" => ("acme", [10, 0, 3, 2]),
        "nobody" => ("anonymous", [10, 0, 2, 9]),
        _ => panic!("no such phone: {name}"),
    };
    (user, IpAddr::from(ip))
}
