//! `ledger.events`: how many events a second the writing thread puts into a database, whole calls one after the other,
//! and what a million calls take of the disk. `ledger.promise`: how long it takes from handing a call's events over to "they are
//! in the database", one call after the other; so long a caller who asks to be called back waits for the thanks. A fiftieth of a
//! second of it is the writer's, which gathers what comes together.
//!
//! The limit is a bare file to which the same text is appended: for the events with a sync after each batch of the size that
//! the writer commits, for the promise a sync after each. PostgreSQL is measured where one is installed.

use crate::figure::Figure;
use crate::served::{at_share, milliseconds};
use clock::WallTime;
use events::{Ani, CallEvent, Direction, Event, Outcome, ReservationEnd, What};
use ids::CallId;
use jiff::Timestamp;
use ledger::{Ledger, Place, Writer, WriterThread};
use pg_cluster::{Cluster, Durable};
use snapshot::{DecisionExplained, RuleExplained};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

/// Calls that are written as fast as the database takes them.
const CALLS: u64 = 30_000;
/// Events that the writer commits together when many wait.
const BATCH: usize = 500;
/// Promises that are timed, one after the other.
const PROMISES: u64 = 500;
/// Between two, so that none is committed with the one before.
const PAUSE: Duration = Duration::from_millis(20);
/// 2026-11-26T08:00:00Z.
const MORNING: i64 = 1_795_680_000_000_000;
/// So long a disk may take for an acknowledgement.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures writing, and what it takes of the disk.
#[must_use]
pub(crate) fn writing() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let limit = BareFile::at(folder.path()).events_a_second();
    let measure = |database: &str, office: &mut Office| {
        let value = office.write_calls();
        vec![Figure::beside(format!("ledger.events.{database}"), value, "1/s", limit)]
    };
    on_both(folder.path(), measure, |database, bytes| {
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let megabytes = bytes as f64 / CALLS as f64;
        Some(Figure::alone(format!("ledger.events.{database}.million_calls"), megabytes, "MB"))
    })
}

/// Measures promises.
#[must_use]
pub(crate) fn promising() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let limits = BareFile::at(folder.path()).promises();
    let measure = |database: &str, office: &mut Office| {
        let promises = office.promise();
        let figure = |(label, share)| {
            let (value, limit) = at_share(&promises, share).zip(at_share(&limits, share))?;
            Some(Figure::beside(format!("ledger.promise.{database}.{label}"), value, "ms", limit))
        };
        [("p50", 0.5), ("p99", 0.99)].into_iter().filter_map(figure).collect()
    };
    on_both(folder.path(), measure, |_, _| None)
}

/// Measures SQLite, and PostgreSQL where there is one; `after` is told by how many bytes the database has grown.
fn on_both(
    folder: &Path,
    measure: impl Fn(&str, &mut Office) -> Vec<Figure>,
    after: impl Fn(&str, u64) -> Option<Figure>,
) -> Vec<Figure> {
    let on = |database, place, size: &dyn Fn() -> u64| {
        let mut office = Office::open(&place);
        let before = size();
        let mut figures = measure(database, &mut office);
        office.thread.finish(PATIENCE).expect("the database takes the calls");
        figures.extend(after(database, size().saturating_sub(before)));
        figures
    };
    let file = sqlite(folder);
    let size = || std::fs::metadata(&file).map_or(0, |file| file.len());
    let mut figures = on("sqlite", Place::sqlite(&file), &size);
    if let Ok(mut cluster) = Cluster::start(Durable::Yes) {
        let url = cluster.create("measured").expect("it is the first of that name");
        let place = Place::postgres(&url, None, folder).expect("it is a URL");
        figures.extend(on("postgres", place, &|| size_of(&url)));
    }
    figures
}

/// How many bytes a database of PostgreSQL takes of the disk.
fn size_of(url: &str) -> u64 {
    let asked = "SELECT pg_database_size(current_database())";
    let answer = Command::new("psql").args(["-Atc", asked, url]).output();
    let answer = answer.expect("PostgreSQL has psql").stdout;
    String::from_utf8_lossy(&answer).trim().parse().expect("it is a number")
}

fn sqlite(folder: &Path) -> PathBuf {
    folder.join("ledger.db")
}

/// What a bare file takes.
struct BareFile(File);

impl BareFile {
    fn at(folder: &Path) -> Self {
        Self(File::create(folder.join("bare")).expect("the disk takes a file"))
    }

    fn events_a_second(mut self) -> f64 {
        let lines: Vec<String> = (0..CALLS).flat_map(|call| call_of(call, 0)).map(line).collect();
        let began = Instant::now();
        lines.chunks(BATCH).for_each(|batch| self.append(&batch.concat()));
        a_second(lines.len() as u64, began)
    }

    /// Milliseconds, the shortest first.
    fn promises(mut self) -> Vec<f64> {
        let calls = (0..PROMISES).map(|call| call_of(call, 0).into_iter().map(line).collect());
        let took = calls.map(|text: String| {
            let began = Instant::now();
            self.append(&text);
            milliseconds(began.elapsed())
        });
        sorted(took.collect())
    }

    fn append(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).expect("the disk takes it");
        self.0.sync_data().expect("the disk takes it");
    }
}

fn line(event: Event) -> String {
    let What::Call(call, event) = event.what else { unreachable!("it is an event of a call") };
    let event = serde_json::to_string(&event).expect("an event can be written");
    format!("{} {event}\n", call.0)
}

fn a_second(events: u64, began: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let events = events as f64;
    events / began.elapsed().as_secs_f64()
}

fn sorted(mut figures: Vec<f64>) -> Vec<f64> {
    figures.sort_by(f64::total_cmp);
    figures
}

/// A ledger, and who writes to it.
struct Office {
    writer: Writer,
    thread: WriterThread,
    acknowledged: Receiver<u64>,
    seq: u64,
}

impl Office {
    fn open(place: &Place) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("there is a runtime");
        let opened = runtime.block_on(Ledger::open(place));
        let (ledger, _) = opened.expect("the database takes a ledger");
        let (send, acknowledged) = mpsc::channel();
        let acknowledge = move |seq| send.send(seq).unwrap_or(());
        let (writer, thread) = ledger.writer(acknowledge).expect("there is a thread");
        Self { writer, thread, acknowledged, seq: 0 }
    }

    /// Writes as fast as the database takes it; events a second.
    fn write_calls(&mut self) -> f64 {
        let began = Instant::now();
        (0..CALLS).for_each(|call| self.hand(call));
        self.until_written();
        a_second(self.seq, began)
    }

    /// How long each promise took, in milliseconds, the shortest first.
    fn promise(&mut self) -> Vec<f64> {
        let took = (0..PROMISES).map(|call| {
            let began = Instant::now();
            self.hand(call);
            self.until_written();
            let took = milliseconds(began.elapsed());
            sleep(PAUSE);
            took
        });
        sorted(took.collect())
    }

    fn hand(&mut self, call: u64) {
        for event in call_of(call, self.seq) {
            while self.writer.waiting() >= Writer::EVENTS_MAX / 2 {
                sleep(Duration::from_millis(5));
            }
            self.seq = event.seq;
            self.writer.try_send(event).expect("there is room, and nobody else hands over");
        }
    }

    fn until_written(&self) {
        while self.acknowledged.recv_timeout(PATIENCE).expect("the database answers") < self.seq {}
    }
}

/// A caller who waits, hears the place, and is served: what most calls are.
fn call_of(call: u64, seq: u64) -> Vec<Event> {
    let came = MORNING + i64::try_from(call * 200_000).expect("it is hours");
    let number = format!("07{:08}", call % 100_000_000);
    let agent = format!("{}", 1_000 + call % 100);
    let queue = format!("queue-{}", call % 20);
    let waited_ms = 30_000;
    let why = DecisionExplained {
        at: Timestamp::from_microsecond(came + 30_000_000).expect("it is a time"),
        queue: queue.clone(),
        agent: agent.clone(),
        conversations: 0,
        waited_ms,
        priority: 0,
        score_ms: waited_ms,
        rule: RuleExplained::Strategy {
            strategy: "longest_idle".to_owned(),
            idle_ms: 12_000,
            runner_up: Some("1001".to_owned()),
        },
    };
    let offered = CallEvent::Offered {
        number: "0812345600".into(),
        caller: Ani::new(&number),
        trunk: Some("carrier".into()),
        diverted_by: None,
        direction: Direction::In,
    };
    let end = ReservationEnd::Accepted;
    let steps = [
        (0, offered),
        (200, CallEvent::Answered),
        (4_000, CallEvent::Chose { menu: "main".into(), key: '1' }),
        (4_100, CallEvent::Queued { queue: queue.as_str().into(), language: "sv".into() }),
        (9_000, CallEvent::PlaceTold { place: 3 }),
        (
            34_100,
            CallEvent::Rang {
                reservation: call,
                agent: agent.as_str().into(),
                why: Some(Box::new(why)),
            },
        ),
        (
            38_000,
            CallEvent::ReservationEnded { reservation: call, agent: agent.as_str().into(), end },
        ),
        (38_000, CallEvent::Connected { agent: agent.as_str().into() }),
        (
            210_000,
            CallEvent::Ended { outcome: Outcome::Answered, cause: "caller hung up".to_owned() },
        ),
    ];
    (seq + 1..)
        .zip(steps)
        .map(|(seq, (ms, what))| {
            let at = WallTime::from_micros(came + ms * 1_000);
            Event { seq, at, what: What::Call(CallId(call + 1), what) }
        })
        .collect()
}
