//! The one thread that writes, and the queue in front of it.
//!
//! Events are gathered for a moment and committed together. A batch that cannot be written is
//! kept and tried again until it can; meanwhile the queue holds what comes.

use crate::disk::Claim;
use crate::entry::Entry;
use crate::line::Line;
use crate::open::Ledger;
use crate::retry::{Backoff, Patience};
use border::{Inbox, Sender};
use metrics::{counter, histogram};
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
}

/// The writing thread, to be ended with [`WriterThread::finish`].
pub struct WriterThread {
    until: Arc<OnceLock<Instant>>,
    thread: Option<JoinHandle<Result<(), Unwritten>>>,
}

/// The disk did not take everything in time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{events} events could not be written to the ledger")]
pub struct Unwritten {
    /// How many events are lost with the process.
    pub events: u64,
}

impl Ledger {
    /// Starts the writing thread.
    ///
    /// `acknowledge` is called on that thread with the highest number among the events that are
    /// now on disk: every event up to that one which [`Writer::try_send`] accepted is there.
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
        let (refused, until) = (Arc::default(), Arc::default());
        let Self { place, run, store, backend, claim } = self;
        let line = Line::of(place, run, (store, backend))?;
        let writing = Writing {
            line,
            inbox,
            batch: Vec::with_capacity(BATCH_MAX),
            acknowledge: Box::new(acknowledge),
            trouble: Patience::default(),
            crowded: Patience::default(),
            refused: Arc::clone(&refused),
            refused_told: 0,
            until: Arc::clone(&until),
            _claim: claim,
        };
        let thread = thread::Builder::new().name("ledger".into()).spawn(|| writing.run())?;
        Ok((Writer { queue, refused }, WriterThread { until, thread: Some(thread) }))
    }
}

impl WriterThread {
    /// Writes what waits, marks the run as ended and gives the file free. Blocks for at most
    /// about `within`. Nothing may be handed over any more when this is called.
    ///
    /// # Errors
    /// When not everything could be written in that time.
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
    inbox: Inbox<Entry>,
    batch: Vec<Entry>,
    acknowledge: Box<dyn Fn(u64) + Send>,
    trouble: Patience,
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
                (0, true) => break,
                (0, false) => self.inbox.wait(IDLE),
                (_, true) => self.write()?,
                (taken, false) => {
                    self.gather(taken);
                    self.write()?;
                }
            }
        }
        self.close();
        Ok(())
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

    /// Commits the batch, however long the disk refuses it, or until the end is due.
    fn write(&mut self) -> Result<(), Unwritten> {
        let mut backoff = Backoff::new();
        loop {
            let started = Instant::now();
            match self.line.commit(&self.batch) {
                Ok(()) => {
                    histogram!("ledger_commit_seconds").record(started.elapsed().as_secs_f64());
                    self.written();
                    return Ok(());
                }
                Err(error) => self.failed(&error)?,
            }
            thread::sleep(backoff.next());
        }
    }

    fn written(&mut self) {
        let events = events_in(&self.batch);
        counter!("ledger_events_written_total").increment(events);
        counter!("ledger_bindings_written_total").increment(count(self.batch.len()) - events);
        if let Some(seq) = self.batch.iter().filter_map(Entry::seq).max() {
            (self.acknowledge)(seq);
        }
        self.batch.clear();
    }

    /// Counts and tells the failure; gives up only when the process is about to end.
    fn failed(&mut self, error: &sqlx::Error) -> Result<(), Unwritten> {
        counter!("ledger_write_failures_total").increment(1);
        let now = Instant::now();
        if self.trouble.may_speak(now) {
            let place = &self.line.place;
            tracing::error!(%place, %error, "the ledger cannot be written; events are kept and tried again");
        }
        if self.until.get().is_some_and(|until| *until <= now) {
            let mut events = events_in(&self.batch);
            while let Some(entry) = self.inbox.take() {
                events += events_in(&[entry]);
            }
            tracing::error!(events, "the server ends before the ledger could be written");
            return Err(Unwritten { events });
        }
        Ok(())
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

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// How many are events. What is lost of bindings the phones' next refresh mends.
fn events_in(entries: &[Entry]) -> u64 {
    entries.iter().fold(0, |events, entry| events + u64::from(entry.seq().is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, ask};
    use crate::{Place, disk};
    use clock::WallTime;
    use events::{CallEvent, Event, What};
    use ids::CallId;
    use sqlx::ConnectOptions as _;

    fn answered(seq: u64) -> Event {
        let what = What::Call(CallId(1), CallEvent::Answered);
        Event { seq, at: WallTime::from_micros(1), what }
    }

    #[tokio::test]
    async fn a_full_queue_gives_events_back_and_takes_them_later() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (ledger, _) = Ledger::open(&place).await.unwrap();
        let tool = disk::writing(&folder.path().join("ledger.db")).connect().await.unwrap();
        let mut tool = Store::Sqlite(Box::new(tool));
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
