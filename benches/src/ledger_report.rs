//! `ledger.report`: what a day's report of queues costs in a ledger that has a million calls of that day.
//!
//! The calls are written by the ledger's own writer, as a server hands them over: twenty queues around the clock, four of
//! five callers answered. In PostgreSQL, where that would take a quarter of an hour, the same rows are made by the database itself, and the
//! report has to say the same. It has a line for each quarter of an hour and queue. The limit is the same report of one
//! queue alone, which has a twentieth of the lines: beside it one sees what opening the ledger costs.

use crate::figure::Figure;
use clock::{Duration, WallTime};
use events::{AbandonedWhile, CallEvent, Event, Outcome, What};
use ids::CallId;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ledger::{Calendar, Counts, Every, Ledger, Place, QueuesAsked, Writer, queue_report};
use pg_cluster::{Cluster, Durable};
use std::process::Command;
use std::thread::sleep;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};

const CALLS: u64 = 1_000_000;
const QUEUES: u64 = 20;
/// 2026-11-26T00:00:00Z.
const MIDNIGHT: i64 = 1_795_651_200_000_000;
const DAY_US: u64 = 86_400_000_000;
/// How often a report is made; the first time does not count.
const TURNS: u32 = 5;
/// So long the disk may take for the last calls.
const PATIENCE: Duration = Duration::from_mins(10);

/// The same calls as [`write()`] hands over, made by the database.
const MADE: &str = "
    SET search_path TO telefonist;
    INSERT INTO calls (number, caller, queue, offered_at, queued_at, connected_at, ended_at, last_event_at, wait_ms, outcome)
        SELECT '', '', queue, at, at, CASE WHEN hung_up THEN NULL ELSE over END, over, over, (over - at) / 1000,
            CASE WHEN hung_up THEN 'abandoned' ELSE 'answered' END
        FROM (SELECT at, at + waited AS over, hung_up, queue FROM (SELECT 1795651200000000 + i * 86400 AS at,
            i * 2654435761 % 120000000 AS waited, i % 5 = 0 AS hung_up, 'queue-' || i % 20 AS queue
            FROM generate_series(0::bigint, 999999) AS i) AS made) AS lasted ORDER BY at;
    INSERT INTO visits (call, queue, queued_at, arrived_at, ended_at, outcome, agent, wait_ms)
        SELECT id, queue, queued_at, queued_at, ended_at,
            CASE WHEN outcome = 'abandoned' AND ended_at - queued_at < 5000000 THEN 'short_abandoned' ELSE outcome END,
            CASE WHEN outcome = 'answered' THEN '1001' END, wait_ms
        FROM calls ORDER BY id;
    INSERT INTO quarters
        SELECT quarter, queue, coalesce(offered, 0), coalesce(answered, 0), coalesce(abandoned, 0), coalesce(short_abandoned, 0),
            0, 0, 0, 0, 0, 0, 0, 0, coalesce(ended, 0), coalesce(waited, 0), coalesce(longest, 0), coalesce(waits, '')
        FROM (SELECT quarter, queue, sum(all_of)::bigint AS offered, sum(answered)::bigint AS answered,
                sum(abandoned)::bigint AS abandoned, sum(short)::bigint AS short_abandoned, sum(waited)::bigint AS waited,
                max(longest) AS longest, string_agg(second || ':' || answered || ',' || abandoned + short, ' ') AS waits
            FROM (SELECT queued_at / 900000000 * 900000000 AS quarter, queue, (wait_ms + 999) / 1000 AS second, count(*) AS all_of,
                    count(*) FILTER (WHERE outcome = 'answered') AS answered,
                    count(*) FILTER (WHERE outcome = 'abandoned') AS abandoned,
                    count(*) FILTER (WHERE outcome = 'short_abandoned') AS short,
                    coalesce(sum(wait_ms) FILTER (WHERE outcome = 'answered'), 0) AS waited,
                    coalesce(max(wait_ms) FILTER (WHERE outcome = 'answered'), 0) AS longest
                FROM visits GROUP BY 1, 2, 3) AS seconds GROUP BY 1, 2) AS began
        FULL JOIN (SELECT ended_at / 900000000 * 900000000 AS quarter, queue, count(*) AS ended FROM visits GROUP BY 1, 2) AS over
            USING (quarter, queue);
    ANALYZE;
";

/// Measures reports.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let desk = Desk::new();
    let place = Place::sqlite(folder.path().join("ledger.db"));
    let began = Instant::now();
    desk.write(&place, write);
    let written = Figure::alone("ledger.report.written", began.elapsed().as_secs_f64(), "s");
    let (of_sqlite, total) = desk.report("ledger.report.sqlite", &place);
    let mut figures = vec![of_sqlite, written];
    if let Ok(mut cluster) = Cluster::start(Durable::Yes) {
        let url = cluster.create("measured").expect("it is the first of that name");
        let place = Place::postgres(&url, None, folder.path()).expect("it is a URL");
        desk.write(&place, |_| ());
        let mut psql = Command::new("psql");
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-c", MADE, &url]);
        assert!(psql.status().expect("PostgreSQL has psql").success(), "the rows are made");
        let (of_postgres, the_same) = desk.report("ledger.report.postgres", &place);
        assert_eq!(the_same, total, "both databases say the same");
        figures.push(of_postgres);
    }
    figures
}

/// Who asks.
struct Desk(Runtime);

impl Desk {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        Self(runtime.expect("there is a runtime"))
    }

    /// Opens a ledger, and has something written there.
    fn write(&self, place: &Place, what: impl FnOnce(&Writer)) {
        let (ledger, _) = self.0.block_on(Ledger::open(place)).expect("the disk takes a ledger");
        let (writer, thread) = ledger.writer(|_| ()).expect("there is a thread");
        what(&writer);
        thread.finish(PATIENCE).expect("the disk takes the calls");
    }

    /// How long a report of all queues takes beside one of a single queue; and what it says.
    fn report(&self, name: &str, place: &Place) -> (Figure, Counts) {
        let millis = |queue: Option<&str>, offered: u64| {
            let report =
                || self.0.block_on(queue_report(place, asked(queue))).expect("it is a ledger");
            let total = report().total;
            assert!(total.add_up() && total.offered == offered, "{total:?}");
            let start = Instant::now();
            (0..TURNS).for_each(|_| drop(report()));
            (start.elapsed().as_secs_f64() * 1e3 / f64::from(TURNS), total)
        };
        let ((all, total), (one, _)) =
            (millis(None, CALLS), millis(Some("queue-7"), CALLS / QUEUES));
        (Figure::beside(name, all, "ms", one), total)
    }
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
