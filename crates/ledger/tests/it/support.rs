//! Events in few words, and ledgers to put them in.

use clock::WallTime;
use events::{CallEvent, Event, Outcome, What};
use ids::CallId;
use ledger::{Entry, Filter, Ledger, Opened, Place, Writer, WriterThread};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use tempfile::TempDir;

/// Long enough for any disk; a test that fails by it hangs for this long first.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// 2026-01-01T08:00:00Z.
pub(crate) const MORNING: i64 = 1_767_254_400_000_000;

/// What happened to `call`, `ms` milliseconds after eight in the morning.
pub(crate) fn happened(seq: u64, ms: i64, call: u64, what: CallEvent) -> Event {
    let at = WallTime::from_micros(MORNING + ms * 1000);
    Event { seq, at, what: What::Call(CallId(call), what) }
}

pub(crate) fn offered(seq: u64, ms: i64, call: u64) -> Event {
    let event = CallEvent::Offered {
        number: "9000".into(),
        caller: events::Ani::new("0701234567"),
        trunk: None,
        diverted_by: None,
        direction: events::Direction::In,
    };
    happened(seq, ms, call, event)
}

pub(crate) fn ended(seq: u64, ms: i64, call: u64, outcome: Outcome, cause: &str) -> Event {
    happened(seq, ms, call, CallEvent::Ended { outcome, cause: cause.into() })
}

pub(crate) fn queued(queue: &str) -> CallEvent {
    CallEvent::Queued { queue: queue.into(), language: "sv".into() }
}

pub(crate) fn connected(agent: &str) -> CallEvent {
    CallEvent::Connected { agent: agent.into() }
}

/// The agent, who had the call from the queue `faktura`, has hung up, and the caller is asked.
pub(crate) fn asked_after(agent: &str) -> CallEvent {
    let (queue, to) = ("faktura".into(), "menu.nps".into());
    CallEvent::AskedAfter { agent: agent.into(), queue, to }
}

/// A ledger in a folder of its own, and the writer to it.
pub(crate) struct Desk {
    pub(crate) opened: Opened,
    pub(crate) writer: Writer,
    thread: WriterThread,
    acknowledged: Receiver<u64>,
}

impl Desk {
    pub(crate) async fn open(place: &Place) -> Self {
        Self::open_with(place, |ledger| ledger).await
    }

    pub(crate) async fn open_with(place: &Place, with: impl FnOnce(Ledger) -> Ledger) -> Self {
        let (ledger, opened) = Ledger::open(place).await.unwrap();
        let ledger = with(ledger);
        let (send, acknowledged) = mpsc::channel();
        let (writer, thread) = ledger.writer(move |seq| send.send(seq).unwrap_or(())).unwrap();
        Self { opened, writer, thread, acknowledged }
    }

    pub(crate) fn send(&self, entries: impl IntoIterator<Item: Into<Entry>>) {
        for entry in entries {
            self.writer.try_send(entry).unwrap();
        }
    }

    /// Waits until everything up to `seq` is on disk.
    pub(crate) fn until(&self, seq: u64) {
        while self.acknowledged.recv_timeout(PATIENCE).unwrap() < seq {}
    }

    /// The latest acknowledgement, if there was one since it was last asked for.
    pub(crate) fn acknowledged(&self) -> Option<u64> {
        self.acknowledged.try_iter().last()
    }

    pub(crate) fn finish(self) {
        self.thread.finish(PATIENCE).unwrap();
    }

    pub(crate) fn finish_within(self, within: Duration) -> Result<(), ledger::Unwritten> {
        self.thread.finish(within)
    }
}

/// What holds the ledgers of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "each of the two programs of tests is of one kind")]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// A folder, and a place for a ledger that is not there yet.
pub(crate) fn folder() -> (TempDir, Place) {
    let folder = TempDir::new().unwrap();
    let place = crate::place(folder.path());
    (folder, place)
}

/// The calls in few words, one a line.
pub(crate) async fn calls(place: &Place) -> String {
    let rows = ledger::list(place, Filter::last(1000)).await.unwrap();
    let second = |at: jiff::Timestamp| (at.as_microsecond() - MORNING) / 1000;
    let line = |row: ledger::CallRow| {
        format!(
            "call-{} {} from {}: queue {} agent {} wait {} talk {} end {} {} {} ({})\n",
            row.id,
            row.number,
            row.caller,
            row.queue.as_deref().unwrap_or("-"),
            row.agent.as_deref().unwrap_or("-"),
            row.wait_ms.map_or_else(|| "-".into(), |ms| ms.to_string()),
            row.talk_ms.map_or_else(|| "-".into(), |ms| ms.to_string()),
            row.ended_at.map_or_else(|| "-".into(), |at| second(at).to_string()),
            row.outcome.as_deref().unwrap_or("-"),
            row.abandoned_while.as_deref().unwrap_or("-"),
            row.cause.as_deref().unwrap_or("-"),
        )
    };
    rows.into_iter().map(line).collect()
}

/// The events of a call, one a line.
pub(crate) async fn story(place: &Place, call: u64) -> String {
    let rows = ledger::story(place, CallId(call)).await.unwrap();
    let line = |row: ledger::EventRow| {
        let agent = row.agent.as_deref().unwrap_or("-");
        format!("run {} event {} {agent} {} {}\n", row.run, row.seq, row.kind, row.detail)
    };
    rows.into_iter().map(line).collect()
}
