//! `ledger.report`: what a day's report of queues costs in a ledger that has a million calls of that day.
//!
//! The calls are written by the ledger's own writer, as a server hands them over: twenty queues around the clock, four of
//! five callers answered. The report has a line for each quarter of an hour and queue. The limit is the same report of one
//! queue alone, which has a twentieth of the lines: beside it one sees what opening the ledger costs.

use crate::figure::Figure;
use clock::{Duration, WallTime};
use events::{AbandonedWhile, CallEvent, Event, Outcome, What};
use ids::CallId;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ledger::{Calendar, Every, Ledger, Place, QueuesAsked, Writer, queue_report};
use std::thread::sleep;
use std::time::Instant;
use tokio::runtime::Builder;

const CALLS: u64 = 1_000_000;
const QUEUES: u64 = 20;
/// 2026-11-26T00:00:00Z.
const MIDNIGHT: i64 = 1_795_651_200_000_000;
const DAY_US: u64 = 86_400_000_000;
/// How often a report is made; the first time does not count.
const TURNS: u32 = 5;
/// So long the disk may take for the last calls.
const PATIENCE: Duration = Duration::from_mins(10);

/// Measures reports.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let place = Place::sqlite(folder.path().join("ledger.db"));
    let runtime = Builder::new_current_thread().enable_all().build().expect("there is a runtime");
    let (ledger, _) = runtime.block_on(Ledger::open(&place)).expect("the disk takes a ledger");
    let (writer, thread) = ledger.writer(|_| ()).expect("there is a thread");
    let began = Instant::now();
    write(&writer);
    thread.finish(PATIENCE).expect("the disk takes the calls");
    let written = began.elapsed().as_secs_f64();
    let millis = |queue: Option<&str>, offered: u64| {
        let report =
            || runtime.block_on(queue_report(&place, asked(queue))).expect("it is a ledger");
        let total = report().total;
        assert!(total.add_up() && total.offered == offered, "{total:?}");
        let start = Instant::now();
        (0..TURNS).for_each(|_| drop(report()));
        start.elapsed().as_secs_f64() * 1e3 / f64::from(TURNS)
    };
    let (all, one) = (millis(None, CALLS), millis(Some("queue-7"), CALLS / QUEUES));
    vec![
        Figure::beside("ledger.report", all, "ms", one),
        Figure::alone("ledger.report.written", written, "s"),
    ]
}

fn asked(queue: Option<&str>) -> QueuesAsked {
    let from = Timestamp::from_microsecond(MIDNIGHT).expect("it is a time");
    QueuesAsked {
        from,
        to: from + SignedDuration::from_hours(24),
        calendar: Calendar { every: Every::Quarter, zone: TimeZone::UTC },
        queue: queue.map(str::to_owned),
        within: Duration::from_secs(20),
    }
}

/// Hands all calls over, as fast as the disk takes them.
fn write(writer: &Writer) {
    let mut seq = 0;
    for call in 0..CALLS {
        let came = call * (DAY_US / CALLS);
        // Between nothing and two minutes; nothing is random, so that each run has the same counts.
        let waited = call.wrapping_mul(2_654_435_761) % 120_000_000;
        let queue = format!("queue-{}", call % QUEUES).into();
        let end = match call % 5 {
            0 => CallEvent::Ended {
                outcome: Outcome::Abandoned(AbandonedWhile::Waiting),
                cause: "caller hung up".to_owned(),
            },
            _ => CallEvent::Connected { agent: "1001".into() },
        };
        let queued = CallEvent::Queued { queue, language: "sv".into() };
        for (after, what) in [(0, queued), (waited, end)] {
            seq += 1;
            let micros = i64::try_from(came + after).expect("it is two days at most");
            let at = WallTime::from_micros(MIDNIGHT + micros);
            hand(writer, Event { seq, at, what: What::Call(CallId(call + 1), what) });
        }
    }
}

fn hand(writer: &Writer, event: Event) {
    while writer.waiting() >= Writer::EVENTS_MAX / 2 {
        sleep(Duration::from_millis(5));
    }
    writer.try_send(event).expect("there is room, and nobody else hands over");
}
