//! A process that dies in the middle: what is on disk is consistent, and the next start says
//! truthfully what became of the calls.

use crate::support::{
    Desk, Kind, calls, connected, ended, folder, happened, offered, queued, story,
};
use crate::tool::Tool;
use events::{CallEvent, Outcome};
use expect_test::expect;
use ids::CallId;
use ledger::Place;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Names the ledger to the test below when it runs as the victim in a process of its own, and what lies beside it.
const VICTIM: &str = "LEDGER_VICTIM";
const BESIDE: &str = "LEDGER_VICTIM_BESIDE";

/// What a victim says before it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Victim {
    /// The number of each event that is acknowledged.
    Writes,
    /// How many entries are in the spool, whenever there are more.
    Spools,
}

impl Victim {
    const fn word(self) -> &'static str {
        match self {
            Self::Writes => "acknowledged",
            Self::Spools => "spooled",
        }
    }
}

/// Not a story: the process that the stories kill. Writes calls without end, saying each
/// acknowledgement and what is in the spool, until it is killed.
#[tokio::test]
async fn the_victim() {
    let Ok(place) = env::var(VICTIM) else { return };
    let beside = env::var_os(BESIDE).unwrap();
    let place = match crate::KIND {
        Kind::Sqlite => Place::sqlite(place),
        Kind::Postgres => Place::postgres(&place, None, Path::new(&beside)).unwrap(),
    };
    let (ledger, opened) = ledger::Ledger::open(&place).await.unwrap();
    let (writer, _thread) = ledger.writer(|seq| println!("\nacknowledged {seq}")).unwrap();
    let mut spooled = 0;
    for round in 0.. {
        let now = writer.trouble().map_or(0, |trouble| trouble.spooled);
        if now > spooled {
            println!("\nspooled {now}");
        }
        spooled = now;
        let (seq, call) = (round * 4 + 1, opened.next_call.0 + round);
        for event in [
            offered(seq, 0, call),
            happened(seq + 1, 1_000, call, queued("faktura")),
            happened(seq + 2, 2_000, call, connected("1001")),
            ended(seq + 3, 3_000, call, Outcome::Answered, "caller hung up"),
        ] {
            while writer.try_send(event.clone()).is_err() {
                std::thread::yield_now();
            }
        }
    }
}

fn victim(place: &Place, folder: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::the_victim", "--nocapture"])
        .env(VICTIM, place.to_string())
        .env(BESIDE, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a victim after it has said so many things more than one; the last number that it said.
pub(crate) fn kill_after(kind: Victim, times: usize, place: &Place, folder: &Path) -> u64 {
    let mut victim = victim(place, folder);
    let said = BufReader::new(victim.stdout.take().unwrap()).lines();
    let last = said
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix(kind.word())?.trim().parse().ok())
        .nth(times);
    victim.kill().unwrap();
    victim.wait().unwrap();
    last.unwrap()
}

#[tokio::test]
async fn a_killed_writer_leaves_consistent_rows_and_all_that_it_acknowledged() {
    let (folder, place) = folder();
    let mut calls_before = 0;
    for run in 1..=3_i64 {
        let acknowledged =
            kill_after(Victim::Writes, usize::try_from(run).unwrap() * 3, &place, folder.path());
        let desk = Desk::open(&place).await;
        let mut look = Tool::of(&place).await;
        let of_run = format!("FROM events WHERE run = {}", run * 2 - 1);
        let last = look.number(format!("SELECT max(seq) {of_run}")).await;
        let written = look.number(format!("SELECT count(*) {of_run} AND seq > 0")).await;
        assert!(u64::try_from(last).unwrap() >= acknowledged, "{acknowledged} was promised");
        assert_eq!(written, last, "events are on disk without a gap");
        assert_eq!(look.number("SELECT count(*) FROM calls WHERE ended_at IS NULL").await, 0);
        // At most the one call whose events the kill cut apart.
        assert_eq!(desk.opened.interrupted, u64::from(last % 4 != 0));
        let calls = look.number("SELECT count(*) FROM calls").await;
        assert_eq!(calls, calls_before + (last + 3) / 4, "each call that came has its row");
        assert_eq!(desk.opened.next_call, CallId(u64::try_from(calls).unwrap() + 1));
        let orphans = "SELECT count(*) FROM events WHERE call NOT IN (SELECT id FROM calls)";
        assert_eq!(look.number(orphans).await, 0);
        if crate::KIND == Kind::Sqlite {
            assert_eq!(look.rows("PRAGMA integrity_check").await, "ok\n");
        }
        calls_before = calls;
        desk.finish();
    }
}

#[tokio::test]
async fn the_next_start_closes_open_calls_at_the_last_thing_known_of_them() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([
        offered(1, 0, 1),
        ended(2, 900, 1, Outcome::Closed, "closed"),
        offered(3, 1_000, 2),
        happened(4, 2_000, 2, queued("faktura")),
        offered(5, 3_000, 3),
        happened(6, 4_000, 3, queued("support")),
        happened(7, 9_000, 3, connected("1002")),
        happened(8, 19_000, 3, CallEvent::Held { by_agent: false }),
    ]);
    // The run ends with three calls on, as a killed one would.
    desk.finish();
    let desk = Desk::open(&place).await;
    assert_eq!((desk.opened.next_call, desk.opened.interrupted), (CallId(4), 2));
    expect![[r#"
        call-1 9000 from 0701234567: queue - agent - wait - talk - end 900 closed - (closed)
        call-2 9000 from 0701234567: queue faktura agent - wait 0 talk - end 2000 interrupted - (the engine stopped while the call was on)
        call-3 9000 from 0701234567: queue support agent 1002 wait 5000 talk 10000 end 19000 interrupted - (the engine stopped while the call was on)
    "#]].assert_eq(&calls(&place).await);
    expect![[r#"
        run 1 event 3 - offered {"caller":"0701234567","direction":"in","number":"9000"}
        run 1 event 4 - queued {"language":"sv","queue":"faktura"}
        run 2 event -2 - ended {"cause":"the engine stopped while the call was on","outcome":"interrupted"}
    "#]].assert_eq(&story(&place, 2).await);
    desk.finish();
    let again = Desk::open(&place).await;
    assert_eq!(again.opened.interrupted, 0, "closed once, closed for good");
    again.finish();
}
