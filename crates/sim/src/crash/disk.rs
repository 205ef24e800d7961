//! The disk that outlives the process: a real ledger, written in batches that take their time.
//!
//! What the engine hands over waits in a queue, as in front of the writing thread. A batch of it is written at a time, and is on
//! the disk when that time is over. A process that dies loses what is in the queue; of the batch that is just being written all is
//! on the disk, or nothing.

use crate::agenda::{Agenda, Due};
use clock::{Duration, Moment, WallTime};
use dialplan::Plan;
use events::{
    Acquaintance, CallEvent, CallbackEvent, Counted, Day, InterruptedCall, MessageEvent, SavedAt,
    SavedBinding, SavedCall, SavedCallback, SavedDesk, SavedMessage, SavedQueue, What,
};
use ids::{CallId, MessageId};
use ledger::{Entry, Ledger, Opened, Place};
use rand::RngExt;
use rand::rngs::StdRng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::RangeInclusive;
use std::thread;
use std::time::Instant;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Every so manyth batch is cut off anywhere: the writing thread takes what has been handed over so far.
const CUT_EVERY: u32 = 3;

/// How long a connection may take to be closed, and how often it is looked whether it is.
const CLOSED_MAX: Duration = Duration::from_secs(20);
const CLOSED_LOOK: Duration = Duration::from_millis(1);

/// A disk with a ledger.
#[derive(Debug)]
pub(crate) struct Disk {
    runtime: Runtime,
    /// Goes with the day.
    _folder: TempDir,
    place: Place,
    ledger: Option<Ledger>,
    delay: RangeInclusive<Duration>,
    random: StdRng,
    /// What is handed over and not on the disk; the batch that is being written is in front.
    queue: VecDeque<Entry>,
    batch: usize,
    /// What is on the disk, and not in the real ledger yet: there it comes when somebody wants to read it.
    written: Vec<Entry>,
    counts: Counts,
    known: Known,
}

/// How much this process has handed over, and how much of that is on the disk.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    taken: u64,
    written: u64,
}

/// What the disk has, of what people have been told.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Calls that have a row.
    pub(crate) rows: BTreeSet<CallId>,
    /// Calls that are on and can be taken up.
    pub(crate) on: BTreeSet<CallId>,
    /// Those of them who have only last words to hear, and so nothing once they are taken up.
    pub(crate) leaving: BTreeSet<CallId>,
    /// The last event of this process.
    pub(crate) last: u64,
    /// Calls in which a callback was promised.
    pub(crate) promised: BTreeSet<CallId>,
    /// The number of each callback.
    numbers: BTreeMap<CallId, String>,
    /// Messages that somebody has dealt with, or for which no agent is rung any more.
    pub(crate) done: BTreeSet<MessageId>,
    /// Messages that have a place in line, by their numbers as they are written.
    pub(crate) placed: BTreeSet<String>,
    /// How often each call has ended.
    pub(crate) ends: BTreeMap<CallId, u32>,
    /// How often each callback was over.
    pub(crate) overs: BTreeMap<CallId, u32>,
    /// How often a number was to be called.
    pub(crate) attempts: BTreeMap<String, u32>,
}

/// What the last process has left, for the next one.
#[derive(Debug)]
pub(crate) struct Earlier {
    pub(crate) opened: Opened,
    pub(crate) day: Day,
    pub(crate) desks: Vec<SavedDesk>,
    pub(crate) bindings: Vec<(SavedBinding, WallTime)>,
    pub(crate) acquaintances: Vec<Acquaintance>,
    pub(crate) messages: Vec<SavedMessage>,
    pub(crate) callbacks: Vec<SavedCallback>,
    pub(crate) counted: Vec<Counted>,
    pub(crate) queues: Vec<SavedQueue>,
    pub(crate) calls: Vec<InterruptedCall>,
}

impl Disk {
    pub(crate) fn new(delay: RangeInclusive<Duration>, random: StdRng) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime without threads needs nothing");
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let opened = runtime.block_on(Ledger::open(&place));
        let (ledger, _) = opened.expect("nobody else has this folder");
        Self {
            runtime,
            _folder: folder,
            place,
            ledger: Some(ledger),
            delay,
            random,
            queue: VecDeque::new(),
            batch: 0,
            written: Vec::new(),
            counts: Counts::default(),
            known: Known::default(),
        }
    }

    /// How many entries this process has handed over.
    pub(crate) const fn taken(&self) -> u64 {
        self.counts.taken
    }

    /// How many of them are on the disk.
    pub(crate) const fn written(&self) -> u64 {
        self.counts.written
    }

    pub(crate) const fn known(&self) -> &Known {
        &self.known
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) const fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Takes what an input has led to.
    pub(crate) fn take(&mut self, now: Moment, entries: Vec<Entry>, agenda: &mut Agenda) {
        self.counts.taken += u64::try_from(entries.len()).unwrap_or(u64::MAX);
        self.queue.extend(entries);
        self.begin_batch(now, agenda);
    }

    fn begin_batch(&mut self, now: Moment, agenda: &mut Agenda) {
        if self.batch > 0 || self.queue.is_empty() {
            return;
        }
        self.batch = self.queue.len();
        if self.random.random_ratio(1, CUT_EVERY) {
            self.batch = self.random.random_range(1..=self.batch);
        }
        agenda.put(now + self.random.random_range(self.delay.clone()), Due::Written);
    }

    /// The batch is on the disk. Gives the last event in it, which is acknowledged.
    pub(crate) fn batch_written(&mut self, now: Moment, agenda: &mut Agenda) -> Option<u64> {
        let last = self.keep_batch();
        self.begin_batch(now, agenda);
        last
    }

    fn keep_batch(&mut self) -> Option<u64> {
        let batch: Vec<Entry> = self.queue.drain(..std::mem::take(&mut self.batch)).collect();
        self.counts.written += u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let mut last = None;
        for entry in batch {
            match &entry {
                Entry::Event(event) => {
                    last = Some(event.seq);
                    self.known.last = event.seq;
                    self.known.learn(&event.what);
                }
                Entry::Call(call) => {
                    self.known.stands(call);
                }
                Entry::NoCall(call) => {
                    self.known.on.remove(call);
                }
                Entry::Binding(_) | Entry::TimeZone(_) | Entry::Desk(_) => {}
            }
            self.written.push(entry);
        }
        last
    }

    /// The process dies. Gives how much of what it has handed over is on the disk.
    pub(crate) fn die(&mut self) -> u64 {
        if self.random.random_bool(0.5) {
            self.keep_batch();
        }
        self.queue.clear();
        self.batch = 0;
        self.store();
        self.ledger = None;
        self.known.last = 0;
        let Counts { written, .. } = std::mem::take(&mut self.counts);
        written
    }

    /// What is on the disk comes to the ledger. In which batches it came there makes no difference any more.
    fn store(&mut self) {
        let written = std::mem::take(&mut self.written);
        if let Some(ledger) = &mut self.ledger {
            let stored = self.runtime.block_on(ledger.write(&written));
            stored.expect("nobody else has this folder");
        }
    }

    /// The next process opens the ledger, and reads it as the server does.
    pub(crate) fn open(&mut self, plan: &Plan, now: WallTime) -> Earlier {
        let (ledger, earlier) = self.runtime.block_on(read(&self.place, plan, now));
        self.ledger = Some(ledger);
        earlier
    }

    /// The day is over: all that was handed over is on the disk, and the process ends.
    pub(crate) fn end(&mut self) {
        while !self.queue.is_empty() {
            self.batch = self.queue.len();
            self.keep_batch();
        }
        self.store();
        self.ledger = None;
    }
}

async fn read(place: &Place, plan: &Plan, now: WallTime) -> (Ledger, Earlier) {
    const READS: &str = "what was written can be read";
    let (mut ledger, opened) = opened(place).await;
    let (began, ends) = plan.day_of(now).unwrap_or_default();
    let earlier = Earlier {
        opened,
        day: ledger.day(began, ends).await.expect(READS),
        desks: ledger.desks().await.expect(READS),
        bindings: ledger.bindings().await.expect(READS),
        acquaintances: ledger.acquaintances(talked_since(plan, now)).await.expect(READS),
        messages: ledger.messages().await.expect(READS),
        callbacks: ledger.callbacks().await.expect(READS),
        counted: ledger.counted(now).await.expect(READS),
        queues: ledger.queues_by_hand().await.expect(READS),
        calls: ledger.interrupted_calls().await.expect(READS),
    };
    (ledger, earlier)
}

/// The connection of a process that is gone takes a moment to be so, where it is a thread of our own.
async fn opened(place: &Place) -> (Ledger, Opened) {
    let until = Instant::now() + CLOSED_MAX;
    loop {
        match Ledger::open(place).await {
            Ok(opened) => return opened,
            Err(error) => assert!(Instant::now() < until, "the ledger cannot be opened: {error}"),
        }
        thread::sleep(CLOSED_LOOK);
    }
}

/// As far back as any queue wants to know who has talked with whom.
fn talked_since(plan: &Plan, now: WallTime) -> WallTime {
    let within = plan.queues.iter().map(|queue| queue.last_agent_within).max();
    let within = within.unwrap_or_default().as_micros();
    WallTime::from_micros(now.as_micros() - i64::try_from(within).unwrap_or(0))
}

impl Known {
    fn stands(&mut self, saved: &SavedCall) {
        self.on.insert(saved.call());
        let at = saved.place.as_ref().map(|place| &place.at);
        match at {
            Some(SavedAt::Step { goto, .. }) if **goto == *"hangup" => {
                self.leaving.insert(saved.call());
            }
            Some(SavedAt::Step { .. } | SavedAt::Queue(_)) | None => {
                self.leaving.remove(&saved.call());
            }
        }
    }

    fn learn(&mut self, what: &What) {
        match what {
            What::Call(call, CallEvent::Offered { .. }) => {
                self.rows.insert(*call);
            }
            What::Call(call, CallEvent::Ended { .. })
            | What::WorkItem(call, CallEvent::Ended { .. }) => {
                *self.ends.entry(*call).or_default() += 1;
                self.on.remove(call);
            }
            What::Callback(id, CallbackEvent::Over { .. }) => {
                *self.overs.entry(*id).or_default() += 1;
            }
            What::Callback(id, CallbackEvent::Promised(promised)) => {
                self.promised.insert(CallId(promised.call));
                self.numbers.insert(*id, promised.number.reveal().to_owned());
            }
            What::Callback(
                _,
                CallbackEvent::Renewed { call, .. } | CallbackEvent::Stands { call },
            ) => {
                self.promised.insert(CallId(*call));
            }
            What::Callback(id, CallbackEvent::Attempt { .. }) => {
                if let Some(number) = self.numbers.get(id) {
                    *self.attempts.entry(number.clone()).or_default() += 1;
                }
            }
            What::Call(..)
            | What::Callback(..)
            | What::WorkItem(..)
            | What::Agent(..)
            | What::Queue(..)
            | What::Sound(..)
            | What::Trunk(..)
            | What::Command(..) => {}
            What::Message(id, event) => {
                if is_done(event) {
                    self.done.insert(*id);
                }
                if let MessageEvent::Queued { .. } = event {
                    self.placed.insert(id.hex());
                }
            }
        }
    }
}

/// Whether no agent is rung for a message from then on.
pub(crate) const fn is_done(event: &MessageEvent) -> bool {
    match event {
        MessageEvent::Done { .. } | MessageEvent::SetAside { .. } | MessageEvent::Removed => true,
        MessageEvent::Left(_)
        | MessageEvent::Queued { .. }
        | MessageEvent::Prioritised { .. }
        | MessageEvent::GivenBack { .. } => false,
    }
}
