//! The one thread that owns the engine: takes what the shells tell, hands out what the engine
//! wants done, and sleeps in between. It has the engine's only clock.

use crate::answers::Answers;
use crate::courier::{Courier, Errand};
use crate::crier::Crier;
use crate::days::Wanted;
use crate::lines::Lines;
use crate::load::Meter;
use crate::note::{Note, Reload};
use crate::order::{Order, Orders};
use crate::records::Records;
use crate::tracer::Tap;
use crate::unheard::UnheardCounts;
use crate::workers::Workers;
use api::{Given, Why};
use border::{Inbox, Publisher};
use bytes::Bytes;
use clock::{Moment, WallTime};
use engine::{Engine, Input, Output, Turn, Unheard};
use events::{
    Acquaintance, Counted, Day, Event, FoundMessage, FoundRecording, InterruptedCall, SavedBinding,
    SavedCallback, SavedDesk, SavedMessage, SavedQueue,
};
use ids::CallId;
use ledger::{Entry, Unwritten};
use metrics::{Counter, Histogram, counter, histogram};
use net::Net;
use sip_msg::Message;
use sip_txn::{Hop, Transport};
use snapshot::Snapshot;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// How often the wall clock and the load are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How often those who look are shown a new state, as long as that takes little.
const PUBLISH_EVERY: Duration = Duration::from_millis(200);

/// Who is told something while a state is made waits for it. So it is made the more seldom the longer it takes: a part in so
/// many of the time goes into that, until it is made this seldom.
const PUBLISH_SHARE: u32 = 250;
const PUBLISH_EVERY_MAX: Duration = Duration::from_secs(1);

/// Who has given a command sees what came of it as soon as they are answered, so they are after a new state has been
/// shown: so soon behind the last one, however many commands come.
const PUBLISH_AFTER: Duration = Duration::from_millis(20);

/// Notes taken before deadlines and readers have their turn.
const NOTES_IN_A_ROW_MAX: usize = 256;

/// How long the last BYEs may take to be sent and answered.
const FAREWELL_MAX: Duration = Duration::from_millis(500);

/// How long the disk may take for the last events.
const LEDGER_FINISH_MAX: Duration = Duration::from_secs(5);

/// How long the disk of recordings may take for the last of them, after that.
const RECORDINGS_FINISH_MAX: Duration = Duration::from_secs(5);

/// The thread's belongings.
pub(crate) struct Driver {
    engine: Engine,
    inbox: Inbox<Note>,
    /// What came out of the inbox, and waits for its turn.
    lines: Lines<Note>,
    orders: Arc<Orders>,
    /// The latest order that was carried out.
    obeyed: Order,
    net: Arc<Net>,
    courier: Courier,
    crier: Crier,
    workers: Workers,
    /// Only where what is said is kept.
    tap: Option<Tap>,
    /// What happened in one batch of outputs.
    happened: Vec<Event>,
    /// Where phones can be reached since, and what holds of agents.
    holds: Vec<Entry>,
    records: Records,
    meter: Meter,
    shown: Shown,
    not_shown: Counter,
    /// How long a state takes to be made.
    making: Histogram,
    unheard: UnheardCounts,
    answers: Answers<Given>,
    explanations: Answers<Why>,
    /// Answers to commands whose effect has not been shown yet.
    unshown: Vec<(oneshot::Sender<Given>, Given)>,
    look_at: Moment,
    published_at: Moment,
    publish_at: Moment,
    started: Instant,
    stopping: Option<Moment>,
}

/// What others are shown.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The number of this run.
    pub(crate) run: i64,
    pub(crate) publisher: Publisher<Snapshot>,
}

/// What the thread talks to the world by.
pub(crate) type Shells = (Arc<Net>, Courier, Crier, Option<Tap>);

/// How the thread ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// Events that the disk did not take.
    pub(crate) unwritten: Option<Unwritten>,
}

impl Driver {
    /// Takes everything over, and shows the state that the centre begins with.
    /// An engine that has [`restored`] what an earlier run left begins with that.
    pub(crate) fn new(
        engine: Engine,
        (inbox, lines): (Inbox<Note>, Lines<Note>),
        orders: Arc<Orders>,
        (net, courier, crier, tap): Shells,
        workers: Workers,
        records: Records,
        shown: Shown,
    ) -> Self {
        let mut driver = Self {
            engine,
            inbox,
            lines,
            orders,
            obeyed: Order::Serve,
            net,
            courier,
            crier,
            workers,
            tap,
            happened: Vec::new(),
            holds: Vec::new(),
            records,
            meter: Meter::new(),
            shown,
            not_shown: counter!("snapshots_not_shown_total"),
            making: histogram!("snapshot_seconds"),
            unheard: UnheardCounts::new(),
            answers: Answers::default(),
            explanations: Answers::default(),
            unshown: Vec::new(),
            look_at: Moment::ZERO,
            published_at: Moment::ZERO,
            publish_at: Moment::ZERO,
            started: Instant::now(),
            stopping: None,
        };
        driver.look(Moment::ZERO);
        driver.publish(Moment::ZERO);
        driver
    }

    /// Drives the engine until it is told to stop.
    pub(crate) fn run(mut self, runtime: &Handle) -> Ended {
        loop {
            let now = self.now();
            self.look(now);
            self.publish(now);
            self.take_order();
            self.take_notes();
            self.turn_deadlines();
            if self.stopping.is_some_and(|at| self.now() >= at) {
                break;
            }
            let now = self.now();
            let wake = self.wake_at();
            if wake > now && self.lines.are_empty() {
                self.inbox.wait(wake.since(now));
            }
        }
        self.finish(runtime)
    }

    fn take_order(&mut self) {
        let order = self.orders.latest();
        if order == self.obeyed {
            return;
        }
        self.obeyed = order;
        let now = self.now();
        match order {
            Order::Serve => {}
            Order::Drain => self.feed(now, Input::Drain),
            // The next process is waited for: what is said to phones that rang is not said twice.
            Order::HandOver => {
                self.feed(now, Input::HandOver);
                self.stopping = Some(now);
            }
            Order::Stop => {
                self.feed(now, Input::Stop);
                self.stopping = Some(now + FAREWELL_MAX);
            }
        }
    }

    fn take_notes(&mut self) {
        for _ in 0..NOTES_IN_A_ROW_MAX {
            self.sort_notes();
            let Some((turn, note)) = self.lines.take(Instant::now()) else { break };
            let now = self.now();
            match note {
                Note::Message { hop, message, came } => {
                    self.take_message(now, (hop, message), turn, came.elapsed());
                }
                Note::Certified { flow, names } => {
                    self.feed(now, Input::PeerCertified { flow, names });
                }
                Note::Resolved { question, answer } => {
                    self.feed(now, Input::Resolved { question, answer });
                }
                Note::LookedUp { id, answer } => self.feed(now, Input::LookedUp { id, answer }),
                Note::Unused(hop) => self.feed(now, Input::FlowUnused(hop)),
                Note::FlowClosed(flow) => self.feed(now, Input::FlowClosed(flow)),
                Note::Unreachable(peer) => self.feed(now, Input::Unreachable(peer)),
                Note::Media(event) => self.feed(now, Input::Media(event)),
                Note::Command { by, command, answer } => {
                    let ticket = self.answers.wait(answer);
                    self.feed(now, Input::Command { ticket, by, command });
                }
                Note::Reload(reload) => self.reload(now, *reload),
                Note::Explain { about, answer } => {
                    let ticket = self.explanations.wait(answer);
                    self.feed(now, Input::Explain { ticket, about });
                }
                Note::Stored(seq) => self.feed(now, Input::Stored(seq)),
                Note::DayRead { day, last } => self.feed(now, Input::DayRead { day, last }),
            }
        }
    }

    fn take_message(
        &mut self,
        now: Moment,
        (hop, message): (Hop, Box<Message>),
        turn: Turn,
        waited: Duration,
    ) {
        self.meter.taken(waited);
        self.tap_heard(hop, &message);
        self.feed(now, Input::Message { hop, message, turn, waited });
    }

    fn tap_heard(&self, hop: Hop, message: &Message) {
        if let Some(tap) = &self.tap {
            tap.heard(wall(), hop, message);
        }
    }

    /// Puts what is in the inbox in line.
    fn sort_notes(&mut self) {
        for _ in 0..NOTES_IN_A_ROW_MAX {
            if !self.lines.have_room() {
                break;
            }
            let Some(note) = self.inbox.take() else { break };
            match note {
                Note::Message { hop, message, came } => self.sort_message(hop, message, came),
                Note::FlowClosed(flow) => self.lines.push_end(flow, note),
                Note::Certified { .. }
                | Note::Resolved { .. }
                | Note::LookedUp { .. }
                | Note::Unused(_)
                | Note::Unreachable(_)
                | Note::Media(_)
                | Note::Command { .. }
                | Note::Reload(_)
                | Note::Explain { .. }
                | Note::Stored(_)
                | Note::DayRead { .. } => self.lines.push_first(note),
            }
        }
    }

    fn sort_message(&mut self, hop: Hop, message: Box<Message>, came: Instant) {
        let now = self.now();
        match self.engine.turn_of(now, hop, &message) {
            Ok(Turn::First) => self.lines.push_first(Note::Message { hop, message, came }),
            Ok(Turn::Later) => {
                let note = Note::Message { hop, message, came };
                if let Err(note) = self.lines.push_later(Instant::now(), (came, hop.flow), note) {
                    self.refuse_unheard(now, note);
                }
            }
            Err(unheard) => {
                self.unheard.of_source(unheard);
                if unheard == Unheard::Refused {
                    self.tap_heard(hop, &message);
                }
                self.hand_out(now);
            }
        }
    }

    fn refuse_unheard(&mut self, now: Moment, note: Note) {
        self.unheard.without_room();
        if let Note::Message { hop, message, .. } = note
            && let Message::Request(request) = &*message
        {
            self.tap_heard(hop, &message);
            self.engine.refuse_unheard(now, hop, request);
            self.hand_out(now);
        }
    }

    /// The recordings are there before anybody is told to play them. Without room for that the plan stays what it was.
    fn reload(&mut self, now: Moment, reload: Reload) {
        let Reload { by, next, store, memberships, answer } = reload;
        if let Err(worker) = self.workers.restock(&store) {
            tracing::error!(worker, "a media worker takes no recordings: the plan stays as it was");
            return;
        }
        self.crier.members_are(memberships);
        self.records.keep(now, Entry::TimeZone(time_zone(&next.plan)));
        let ticket = self.answers.wait(answer);
        self.feed(now, Input::Reload { ticket, by, next });
    }

    fn feed(&mut self, now: Moment, input: Input) {
        self.engine.handle(now, input);
        self.hand_out(now);
    }

    fn turn_deadlines(&mut self) {
        let now = self.now();
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            self.engine.handle_timeout(now);
            self.hand_out(now);
        }
        self.workers.flush();
        self.records.flush();
    }

    /// Nothing but a socket or a ring lies between a decision and its message: what is told of it
    /// comes after.
    fn hand_out(&mut self, now: Moment) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::NamePeer { peer, name } => self.net.name_peer(peer, &name),
                Output::Send { hop, bytes } => {
                    if let Some(tap) = &self.tap {
                        tap.said(wall(), hop, &bytes);
                    }
                    self.send(hop, bytes);
                }
                Output::Dialog { call, call_id } => {
                    self.tap.iter().for_each(|tap| tap.dialog(call, call_id.clone()));
                }
                Output::CloseFlow(flow) => self.courier.hand(Errand::Close(flow)),
                Output::Resolve(question) => self.courier.hand(Errand::Resolve(question)),
                Output::LookUp(question) => self.courier.hand(Errand::LookUp(question)),
                Output::Media { worker, command } => self.workers.send(worker, command),
                Output::Record(event) => self.happened.push(event),
                Output::ReadDay { began, ends, after } => {
                    self.courier.hand(Errand::ReadDay(Wanted { began, ends, after }));
                }
                Output::Obeyed { ticket, seq, result } => {
                    if let Some(to) = self.answers.take(ticket) {
                        self.unshown.push((to, Given { seq, result }));
                        let soon = self.published_at + PUBLISH_AFTER;
                        self.publish_at = self.publish_at.min(soon);
                    }
                }
                Output::Explained { ticket, told } => {
                    if let Some(to) = self.explanations.take(ticket) {
                        self.courier.hand(Errand::Explain { to, why: told });
                    }
                }
                Output::Binding(change) => self.holds.push(change.into()),
                Output::Desk(desk) => self.holds.push(Entry::Desk(desk)),
                Output::Call(call) => self.holds.push(Entry::Call(call)),
                Output::NoCall(call) => self.holds.push(Entry::NoCall(call)),
            }
        }
        for event in self.happened.drain(..) {
            self.crier.say(event.clone());
            self.records.keep(now, event.into());
        }
        for entry in self.holds.drain(..) {
            self.records.keep(now, entry);
        }
    }

    /// A datagram is for the kernel alone; what goes over a connection wakes the task that has it.
    fn send(&self, hop: Hop, bytes: Bytes) {
        match hop.transport {
            Transport::Udp => self.net.send(hop, bytes),
            Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                self.courier.hand(Errand::Send { hop, bytes });
            }
        }
    }

    /// Tells the engine what the wall clock shows, and how much there is to do.
    fn look(&mut self, now: Moment) {
        if now < self.look_at {
            return;
        }
        self.look_at = now + LOOK_EVERY;
        self.feed(now, Input::Wall(wall()));
        let load = self.meter.look(self.workers.late(), self.records.waiting());
        self.feed(now, Input::Load(load));
        self.workers.look();
    }

    /// Shows the state to those who look.
    fn publish(&mut self, now: Moment) {
        if now < self.publish_at {
            return;
        }
        self.published_at = now;
        let began = Instant::now();
        let mut snapshot = self.engine.snapshot(now);
        snapshot.run = self.shown.run;
        if self.shown.publisher.publish(snapshot).is_err() {
            // So many readers are stopped in the middle of a look: the next state may find room.
            self.not_shown.increment(1);
        }
        let took = began.elapsed();
        self.making.record(took.as_secs_f64());
        self.publish_at = now + (took * PUBLISH_SHARE).clamp(PUBLISH_EVERY, PUBLISH_EVERY_MAX);
        for (to, given) in self.unshown.drain(..) {
            self.courier.hand(Errand::Answer { to, given });
        }
    }

    fn wake_at(&self) -> Moment {
        let deadlines = [self.engine.poll_timeout(), self.stopping];
        deadlines.into_iter().flatten().fold(self.publish_at.min(self.look_at), Moment::min)
    }

    fn now(&self) -> Moment {
        Moment::ZERO + self.started.elapsed()
    }

    fn finish(self, runtime: &Handle) -> Ended {
        self.courier.finish();
        self.crier.finish();
        if let Some(net) = Arc::into_inner(self.net) {
            runtime.block_on(net.close());
        }
        // They go on writing meanwhile; a disk that hangs must not keep the run from being closed.
        let recorders = self.workers.stop();
        let unwritten = self.records.finish(LEDGER_FINISH_MAX).err();
        if let Err(hung) = recorders.finish(RECORDINGS_FINISH_MAX) {
            tracing::error!("{hung}");
        }
        Ended { unwritten }
    }
}

/// The name of the time zone of `plan`, by which reports tell days.
pub(crate) fn time_zone(plan: &dialplan::Plan) -> String {
    plan.timezone.iana_name().unwrap_or("UTC").to_owned()
}

/// What earlier runs have left in the ledger, for the engine.
#[derive(Debug)]
pub(crate) struct Earlier {
    pub(crate) day: Day,
    pub(crate) desks: Vec<SavedDesk>,
    pub(crate) bindings: Vec<(SavedBinding, WallTime)>,
    pub(crate) acquaintances: Vec<Acquaintance>,
    pub(crate) messages: Vec<SavedMessage>,
    /// Recordings that no message is known of.
    pub(crate) found: Vec<FoundMessage>,
    /// What they have left of recordings of talks.
    pub(crate) talks: Vec<FoundRecording>,
    pub(crate) callbacks: Vec<SavedCallback>,
    pub(crate) counted: Vec<Counted>,
    pub(crate) queues: Vec<SavedQueue>,
    pub(crate) calls: Vec<InterruptedCall>,
}

impl Earlier {
    /// The first number that none of its calls has, though the ledger may have no row of them.
    pub(crate) fn first_call(&self) -> CallId {
        first_behind(&self.found, &self.talks)
    }
}

/// The first number that no call has that something was recorded of.
fn first_behind(messages: &[FoundMessage], talks: &[FoundRecording]) -> CallId {
    let of_messages = messages.iter().map(|found| found.label.left.call);
    let of_talks = talks.iter().map(|found| found.call);
    of_messages.chain(of_talks).map(|call| CallId(call).next()).max().unwrap_or(CallId(0))
}

/// Tells an engine what the clock shows, and then what agents did before the start, who waited or talked on the line, where
/// phones could be reached, who has talked with whom, which queues are kept open or closed by hand, which messages are there, and who
/// is to be called back.
pub(crate) fn restored(mut engine: Engine, earlier: Earlier) -> Engine {
    let Earlier {
        day,
        desks,
        bindings,
        acquaintances,
        messages,
        found,
        talks,
        callbacks,
        counted,
        queues,
        calls,
    } = earlier;
    for input in [
        Input::Wall(wall()),
        // Before anything is written down, which is counted.
        Input::RecallDay(Box::new(day)),
        Input::RecallDesks(desks),
        // Before any phone can be rung: who talks is free for nothing that waits.
        Input::RecallCalls(calls),
        Input::Restore(bindings),
        Input::Recall(acquaintances),
        Input::RecallQueues(queues),
        Input::RecallCounted(counted),
        Input::RecallMessages(messages),
        Input::RecallCallbacks(callbacks),
        // Behind those that have a number already.
        Input::RecallFound(found),
        Input::RecallRecordings(talks),
    ] {
        engine.handle(Moment::ZERO, input);
    }
    engine
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("engine", &self.engine).finish_non_exhaustive()
    }
}

pub(crate) fn wall() -> WallTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    WallTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::RecordingEnd;
    use ids::RecordingId;

    #[test]
    fn no_call_has_the_number_of_one_that_something_was_recorded_of() {
        let of = |call| FoundRecording {
            id: RecordingId(call),
            unnamed: None,
            call,
            end: RecordingEnd::CutOff,
            length_ms: 0,
            bytes: 44,
        };
        assert_eq!(first_behind(&[], &[of(41), of(42), of(7)]), CallId(43));
        assert_eq!(first_behind(&[], &[]), CallId(0));
    }
}
