//! Events on their way to the ledger.
//!
//! They are handed over in the order of their numbers, also when the disk is slow: an event for
//! which the ledger has no room waits, and all later ones wait behind it. So when the ledger says
//! that it has everything up to a number, it has, and a call is not answered on the word of a
//! later event.

use crate::backlog::Backlog;
use clock::Moment;
use ledger::{Entry, Unwritten, Writer, WriterThread};
use metrics::{Counter, counter};
use std::thread;
use std::time::{Duration, Instant};

/// Events that wait behind a full ledger: as many again as it holds itself. Some minutes of a
/// disk that takes nothing.
const EVENTS_KEPT_MAX: usize = 100_000;

/// How often a loss is told in the log.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// How often a ledger without room is asked again at the end.
const ASKED_EVERY: Duration = Duration::from_millis(10);

/// The way to the ledger.
#[derive(Debug)]
pub(crate) struct Records {
    writer: Writer,
    writing: WriterThread,
    kept: Backlog<Entry>,
    lost: u64,
    refused: Counter,
    tell_from: Moment,
}

impl Records {
    pub(crate) fn new(writer: Writer, writing: WriterThread) -> Self {
        let kept = Backlog::new(EVENTS_KEPT_MAX);
        let refused = counter!("ledger_events_refused_total");
        Self { writer, writing, kept, lost: 0, refused, tell_from: Moment::ZERO }
    }

    /// Hands an event or a binding over, behind those that wait. One for which there is no room at all is lost:
    /// the calls of that time have long been answered, since a slow disk must not cost a call.
    pub(crate) fn keep(&mut self, now: Moment, entry: Entry) {
        self.flush();
        if self.kept.push(entry).is_err() {
            self.lose(now);
        }
        self.flush();
    }

    /// Hands over what waits, as far as there is room.
    pub(crate) fn flush(&mut self) {
        let writer = &self.writer;
        self.kept.flush(|entry| {
            // Nobody else hands over, so the room that is seen is there; to ask by trying would
            // count as a refusal.
            if writer.waiting() >= Writer::EVENTS_MAX { Err(entry) } else { writer.try_send(entry) }
        });
    }

    /// Events that are on their way.
    pub(crate) fn waiting(&self) -> usize {
        self.kept.len() + self.writer.waiting()
    }

    fn lose(&mut self, now: Moment) {
        self.lost += 1;
        self.writer.lose(1);
        self.refused.increment(1);
        if now >= self.tell_from {
            self.tell_from = now + TOLD_EVERY;
            tracing::error!(lost = self.lost, "events are lost: the ledger cannot be written");
        }
    }

    /// Hands over what waits and has all of it written, within about that time.
    pub(crate) fn finish(mut self, within: Duration) -> Result<(), Unwritten> {
        let until = Instant::now() + within;
        self.flush();
        while !self.kept.is_empty() && Instant::now() < until {
            thread::sleep(ASKED_EVERY);
            self.flush();
        }
        let left = u64::try_from(self.kept.len()).unwrap_or(u64::MAX);
        drop(self.writer);
        let written = self.writing.finish(until.saturating_duration_since(Instant::now()));
        match (written, left) {
            (Ok(()), 0) => Ok(()),
            (Ok(()), events) => Err(Unwritten { events }),
            (Err(Unwritten { events }), left) => Err(Unwritten { events: events + left }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::WallTime;
    use events::{CallEvent, Event, What};
    use ids::CallId;
    use ledger::{Ledger, Place};
    use sqlx::ConnectOptions as _;
    use sqlx::sqlite::SqliteConnectOptions;

    #[tokio::test]
    async fn events_for_which_there_is_no_room_anywhere_are_counted_and_told() {
        const HANDED_OVER: u64 = 250_000;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger.db");
        let (ledger, _) = Ledger::open(&Place::sqlite(&file)).await.unwrap();
        let mut tool = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut tool).await.unwrap();
        let (writer, writing) = ledger.spooling(0).writer(|_| ()).unwrap();
        let mut records = Records::new(writer.clone(), writing);
        let event = |seq| {
            let what = What::Call(CallId(1), CallEvent::Answered);
            Event { seq, at: WallTime::from_micros(1), what }
        };
        assert_eq!(writer.lost(), None);
        (1..=HANDED_OVER).for_each(|seq| records.keep(Moment::ZERO, event(seq).into()));
        let lost = writer.lost().unwrap().events;
        let room = u64::try_from(EVENTS_KEPT_MAX + Writer::EVENTS_MAX).unwrap();
        assert!((HANDED_OVER - room - 1_000..=HANDED_OVER - room).contains(&lost), "{lost}");
        let Unwritten { events } = records.finish(Duration::ZERO).unwrap_err();
        assert_eq!(lost + events, HANDED_OVER, "each is kept or counted");
    }
}
