//! The one thread that writes, and the queue in front of it.
//!
//! Events are gathered for a moment and committed together. What the database does not take goes into the
//! [spool](crate::spool), and everything after it, so that the order stays; the spool is written to the database
//! as soon as that takes something again. Only what is in the database is acknowledged.

use crate::disk::Claim;
use crate::entry::{Entry, Kind};
use crate::error::OpenError;
use crate::line::Line;
use crate::open::{self, Ledger};
use crate::record;
use crate::retention::{Retention, SWEPT_EVERY, Swept};
use crate::retry::{Backoff, Patience};
use crate::spool::{Front, Spool};
use crate::trouble::{Lost, Shared, Trouble};
use border::{Inbox, Sender};
use metrics::{counter, gauge, histogram};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{fmt, io};
use thiserror::Error;

/// Events that may wait for the disk; at 3,000 a second half a minute of trouble.
pub(crate) const EVENTS_MAX: usize = 100_000;
/// Events in one commit.
const BATCH_MAX: usize = 500;
/// How long a batch is gathered after its first event.
const GATHER_MAX: Duration = Duration::from_millis(20);
/// How long the thread sleeps when nothing happens.
const IDLE: Duration = Duration::from_secs(1);
/// How long the thread of a dropped handle goes on trying.
const ABANDONED: Duration = Duration::from_secs(5);

/// Hands events over. Cheap to clone; never waits.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: Sender<Entry>,
    refused: Arc<AtomicU64>,
    trouble: Arc<Shared>,
}

impl Writer {
    /// No more events than this wait for the disk.
    pub const EVENTS_MAX: usize = EVENTS_MAX;

    /// Hands an event, or a change of where a phone can be reached, over to be written. Takes no lock
    /// and does no I/O.
    ///
    /// # Errors
    /// Gives it back when [`Writer::EVENTS_MAX`] wait already; that is counted, and logged
    /// by the writing thread. It may be handed over again later, in any order.
    pub fn try_send(&self, entry: impl Into<Entry>) -> Result<(), Entry> {
        self.queue.try_send(entry.into()).inspect_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
        })
    }

    /// Events that wait for the disk.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Has it told that events were lost, for which there was no room here nor with whoever hands them over.
    pub fn lose(&self, events: u64) {
        self.trouble.lose(events);
    }

    /// What was lost of this run.
    #[must_use]
    pub fn lost(&self) -> Option<Lost> {
        self.trouble.lost()
    }

    /// What keeps events from the database now; none if nothing does.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.now()
    }
}

/// The writing thread, to be ended with [`WriterThread::finish`].
pub struct WriterThread {
    until: Arc<OnceLock<Instant>>,
    thread: Option<JoinHandle<Result<(), Unwritten>>>,
}

/// Neither the database nor the spool took everything in time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{events} events could not be written to the ledger")]
pub struct Unwritten {
    /// How many events are lost with the process.
    pub events: u64,
}

impl Ledger {
    /// Writes all of `batch` or none of it, as the writing thread does: for whoever has a time of their own.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn write(&mut self, batch: &[Entry]) -> Result<(), OpenError> {
        let written = record::commit(&mut self.store, self.run, batch).await;
        written.map_err(|source| OpenError::of(&self.place, source))
    }

    /// Starts the writing thread.
    ///
    /// `acknowledge` is called on that thread with the highest number among the events that are
    /// now in the database: every event up to that one which [`Writer::try_send`] accepted is there.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn writer(
        self,
        acknowledge: impl Fn(u64) + Send + 'static,
    ) -> io::Result<(Writer, WriterThread)> {
        self.writer_holding(EVENTS_MAX, acknowledge)
    }

    /// As [`Ledger::writer`], with room for `capacity` events.
    pub(crate) fn writer_holding(
        self,
        capacity: usize,
        acknowledge: impl Fn(u64) + Send + 'static,
    ) -> io::Result<(Writer, WriterThread)> {
        let (queue, inbox) = border::inbox(capacity);
        let (refused, until, trouble) = (Arc::default(), Arc::default(), Arc::default());
        let Self { place, run, store, backend, spool, keep, claim } = self;
        let line = Line::of(place, run, (store, backend))?;
        let writing = Writing {
            line,
            spool,
            inbox,
            batch: Vec::with_capacity(BATCH_MAX),
            acknowledge: Box::new(acknowledge),
            trouble: Arc::clone(&trouble),
            keep,
            swept_again_at: Instant::now(),
            backoff: Backoff::new(),
            asked_again_at: Instant::now(),
            told: Patience::default(),
            crowded: Patience::default(),
            refused: Arc::clone(&refused),
            refused_told: 0,
            until: Arc::clone(&until),
            _claim: claim,
        };
        let thread = thread::Builder::new().name("ledger".into()).spawn(|| writing.run())?;
        Ok((Writer { queue, refused, trouble }, WriterThread { until, thread: Some(thread) }))
    }
}

impl WriterThread {
    /// Writes what waits, marks the run as ended and gives the ledger free. What the database does not take now
    /// stays in the spool for the next start. Blocks for at most about `within`. Nothing may be handed over any
    /// more when this is called.
    ///
    /// # Errors
    /// When the spool took not everything in that time either.
    pub fn finish(mut self, within: Duration) -> Result<(), Unwritten> {
        let Some(thread) = self.end(within) else { return Ok(()) };
        thread.join().expect("the writing thread has no bug that ends it")
    }

    fn end(&mut self, within: Duration) -> Option<JoinHandle<Result<(), Unwritten>>> {
        let thread = self.thread.take()?;
        self.until.get_or_init(|| Instant::now() + within);
        thread.thread().unpark();
        Some(thread)
    }
}

/// A handle that is dropped lets the thread end by itself.
impl Drop for WriterThread {
    fn drop(&mut self) {
        self.end(ABANDONED);
    }
}

impl fmt::Debug for WriterThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriterThread").field("ending", &self.until.get().is_some()).finish()
    }
}

/// What the writing thread owns.
struct Writing {
    line: Line,
    spool: Spool,
    inbox: Inbox<Entry>,
    batch: Vec<Entry>,
    acknowledge: Box<dyn Fn(u64) + Send>,
    trouble: Arc<Shared>,
    keep: Retention,
    /// When what is too old is looked for again.
    swept_again_at: Instant,
    backoff: Backoff,
    /// When the database is tried again that has failed.
    asked_again_at: Instant,
    told: Patience,
    crowded: Patience,
    refused: Arc<AtomicU64>,
    refused_told: u64,
    until: Arc<OnceLock<Instant>>,
    _claim: Claim,
}

impl Writing {
    fn run(mut self) -> Result<(), Unwritten> {
        loop {
            // Looked at before the queue: what was handed over before the end is still taken.
            let ending = self.until.get().is_some();
            self.tell_refused();
            match (self.take(), ending) {
                (0, true) if self.is_drained_at_the_end() => break,
                (0, true) => {}
                (0, false) => self.idle(),
                (_, true) => self.keep()?,
                (taken, false) => {
                    self.gather(taken);
                    self.keep()?;
                }
            }
        }
        self.close();
        Ok(())
    }

    /// Nothing was handed over: what waits in the spool has its turn, or nothing is done for a while.
    fn idle(&mut self) {
        if self.spool.waiting() == 0 {
            self.sweep();
            self.inbox.wait(IDLE);
        } else if self.is_due() {
            self.drain();
        } else {
            self.inbox.wait(self.asked_again_at.saturating_duration_since(Instant::now()));
        }
    }

    /// Deletes a little of what is too old; once there is no more, looks again in an hour.
    fn sweep(&mut self) {
        if Instant::now() < self.swept_again_at {
            return;
        }
        let Self { line, keep, .. } = self;
        match line.with(async |store| keep.sweep(store, open::now()).await) {
            Ok(Swept::All) => self.swept_again_at = Instant::now() + SWEPT_EVERY,
            Ok(Swept::Waits) => {}
            Ok(Swept::Some(deleted)) => counter!("ledger_rows_expired_total").increment(deleted),
            // Whoever writes next meets it too.
            Err(error) => {
                tracing::warn!(%error, "what is too old could not be deleted");
                self.swept_again_at = Instant::now() + SWEPT_EVERY;
            }
        }
    }

    /// Whether nothing is left to be done before the end. A database that does not take the spool now takes it at
    /// the next start.
    fn is_drained_at_the_end(&mut self) -> bool {
        let waiting = self.spool.waiting();
        if waiting > 0 && self.drain() {
            return self.spool.waiting() == 0;
        }
        if waiting > 0 {
            tracing::warn!(
                waiting,
                "events are left in the spool: the next start writes them to the ledger"
            );
        }
        true
    }

    /// Lets a batch that is not full grow for a moment. Sleeping rather than waiting for the next
    /// event spares the engine a system call for each.
    fn gather(&mut self, taken: usize) {
        if taken < BATCH_MAX {
            thread::sleep(GATHER_MAX);
            self.take();
        }
    }

    /// Moves events from the queue to the batch, and says how many the batch has.
    fn take(&mut self) -> usize {
        while self.batch.len() < BATCH_MAX {
            let Some(entry) = self.inbox.take() else { break };
            self.batch.push(entry);
        }
        self.batch.len()
    }

    /// Writes the batch to the database, or to the spool where something waits before it or the database does not
    /// take it; however long both refuse it, or until the end is due.
    fn keep(&mut self) -> Result<(), Unwritten> {
        loop {
            if self.spool.waiting() == 0 && self.is_due() && self.commit() {
                return Ok(());
            }
            if self.put_aside() {
                // One batch from its front for each behind it: the spool ends some time.
                if self.is_due() {
                    self.drain();
                }
                return Ok(());
            }
            if self.is_over() {
                return Err(self.lose());
            }
            if self.spool.waiting() == 0 || !self.is_due() || !self.drain() {
                thread::sleep(self.asked_again_at.saturating_duration_since(Instant::now()));
            }
        }
    }

    /// Writes the batch to the database, and says whether it could.
    fn commit(&mut self) -> bool {
        let started = Instant::now();
        match self.line.commit(&self.batch) {
            Ok(()) => {
                histogram!("ledger_commit_seconds").record(started.elapsed().as_secs_f64());
                let kinds: Vec<_> = self.batch.iter().map(Entry::kind).collect();
                self.batch.clear();
                self.written(&kinds);
                true
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Puts the batch behind what waits in the spool, and says whether it could.
    fn put_aside(&mut self) -> bool {
        match self.spool.append(self.line.run(), &self.batch) {
            Ok(()) => {
                counter!("ledger_events_spooled_total").increment(events_in(&self.batch));
                self.batch.clear();
                self.tell_spool();
                true
            }
            Err(error) => {
                self.trouble.is_full(true);
                if self.crowded.may_speak(Instant::now()) {
                    tracing::error!(%error, "the spool takes nothing: events are kept in memory, as long as there is room");
                }
                false
            }
        }
    }

    /// Writes a batch from the front of the spool to the database, and says whether it could.
    fn drain(&mut self) -> bool {
        let front = match self.spool.front(BATCH_MAX) {
            Ok(front) => front,
            Err(error) => return self.unreadable(&error),
        };
        let started = Instant::now();
        match self.line.replay(&front.records) {
            Ok(()) => {
                histogram!("ledger_commit_seconds").record(started.elapsed().as_secs_f64());
                self.took(&front);
                true
            }
            Err(error) => self.failed(&error),
        }
    }

    fn took(&mut self, front: &Front) {
        if let Err(error) = self.spool.took(front) {
            // It stands there still; the next start writes it again: events change nothing, and what holds of phones and agents is as old as it is there.
            tracing::error!(%error, "the spool cannot be emptied");
        }
        let kinds: Vec<_> = front.records.iter().map(|record| record.entry.kind()).collect();
        self.written(&kinds);
        self.tell_spool();
    }

    /// What this very process has written cannot be read again: the disk has lost it.
    fn unreadable(&mut self, error: &io::Error) -> bool {
        let place = &self.line.place;
        tracing::error!(%place, %error, "the spool cannot be read");
        self.asked_again_at = Instant::now() + self.backoff.next();
        false
    }

    /// Entries are in the database.
    fn written(&mut self, kinds: &[Kind]) {
        let (mut last, mut events, mut bindings, mut calls) = (None, 0, 0, 0);
        for kind in kinds {
            match kind {
                Kind::Event(seq) => (last, events) = (last.max(Some(*seq)), events + 1),
                Kind::Binding => bindings += 1,
                Kind::Call => calls += 1,
                Kind::Else => {}
            }
        }
        counter!("ledger_events_written_total").increment(events);
        counter!("ledger_bindings_written_total").increment(bindings);
        counter!("ledger_calls_on_written_total").increment(calls);
        self.backoff = Backoff::new();
        if self.spool.waiting() == 0 && self.trouble.is_over() {
            self.told = Patience::default();
            gauge!("ledger_away").set(0.0);
            let place = &self.line.place;
            tracing::info!(%place, "the ledger is written again, with all that happened meanwhile");
        }
        if let Some(seq) = last {
            (self.acknowledge)(seq);
        }
    }

    /// Counts and tells the failure, and says when it is tried again.
    fn failed(&mut self, error: &sqlx::Error) -> bool {
        counter!("ledger_write_failures_total").increment(1);
        gauge!("ledger_away").set(1.0);
        self.trouble.begins();
        let now = Instant::now();
        if self.told.may_speak(now) {
            let (place, waiting) = (&self.line.place, self.spool.waiting());
            tracing::error!(%place, %error, waiting, "the ledger cannot be written: events go into the spool; calls go on, and nothing is promised");
        }
        self.asked_again_at = now + self.backoff.next();
        false
    }

    fn tell_spool(&self) {
        let waiting = self.spool.waiting();
        self.trouble.is_full(false);
        self.trouble.spooled(waiting);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a gauge is no place to count millions by ones"
        )]
        gauge!("ledger_events_spooled").set(waiting as f64);
    }

    fn is_due(&self) -> bool {
        Instant::now() >= self.asked_again_at
    }

    fn is_over(&self) -> bool {
        self.until.get().is_some_and(|until| *until <= Instant::now())
    }

    /// The end is due, and there is nowhere to write to.
    fn lose(&mut self) -> Unwritten {
        let mut events = events_in(&self.batch);
        while let Some(entry) = self.inbox.take() {
            events += events_in(&[entry]);
        }
        tracing::error!(events, "the server ends before these events could be written anywhere");
        Unwritten { events }
    }

    /// Speaks for the senders, who may neither log nor wait.
    fn tell_refused(&mut self) {
        let refused = self.refused.load(Ordering::Relaxed);
        let new = refused.saturating_sub(self.refused_told);
        if new == 0 {
            return;
        }
        counter!("ledger_events_refused_total").increment(new);
        self.refused_told = refused;
        if self.crowded.may_speak(Instant::now()) {
            tracing::error!(new, refused, "events were refused: too many wait for the ledger");
        }
    }

    /// The run is marked as ended, and the write-ahead log of a file folded into it.
    fn close(self) {
        let Self { mut line, .. } = self;
        let ended = line.end_run().and_then(|()| line.close());
        if let Err(error) = ended {
            tracing::warn!(%error, "the end of the run could not be noted in the ledger");
        }
    }
}

/// How many are events. What is lost of bindings the phones' next refresh mends.
fn events_in(entries: &[Entry]) -> u64 {
    entries
        .iter()
        .fold(0, |events, entry| events + u64::from(matches!(entry.kind(), Kind::Event(_))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ask;
    use crate::{Place, disk};
    use clock::WallTime;
    use events::{CallEvent, Event, What};
    use ids::CallId;

    fn answered(seq: u64) -> Event {
        let what = What::Call(CallId(1), CallEvent::Answered);
        Event { seq, at: WallTime::from_micros(1), what }
    }

    #[tokio::test]
    async fn a_full_queue_gives_events_back_and_takes_them_later() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (ledger, _) = Ledger::open(&place).await.unwrap();
        let file = folder.path().join("ledger.db");
        let mut tool = disk::writing(&file, disk::BUSY_WRITER).unwrap();
        tool.begin().await.unwrap();
        let (writer, thread) = ledger.writer_holding(4, |_| ()).unwrap();
        // The thread takes one batch, which it cannot write, and leaves the rest in the queue.
        let mut back = Vec::new();
        for seq in 1..=100 {
            back.extend(writer.try_send(answered(seq)).err());
        }
        assert!(!back.is_empty());
        assert_eq!(writer.refused.load(Ordering::Relaxed), events_in(&back));
        tool.script("ROLLBACK").await.unwrap();
        for event in back {
            let mut event = Some(event);
            while let Some(Err(again)) = event.take().map(|event| writer.try_send(event)) {
                event = Some(again);
                thread::sleep(Duration::from_millis(1));
            }
        }
        thread.finish(Duration::from_secs(60)).unwrap();
        let written = ask("SELECT count(*) FROM events").number(&mut tool).await.unwrap();
        assert_eq!(written, Some(100));
    }
}
