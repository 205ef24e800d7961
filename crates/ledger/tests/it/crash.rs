//! A process that dies in the middle: what is on disk is consistent, and the next start says
//! truthfully what became of the calls.

use crate::support::{
    Desk, PATIENCE, calls, connected, ended, folder, happened, offered, queued, sqlite, story,
};
use events::{CallEvent, Outcome};
use expect_test::expect;
use ids::CallId;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Names the ledger to the test below when it runs as the victim in a process of its own.
const VICTIM: &str = "LEDGER_VICTIM";

/// Not a story: the process that the stories kill. Writes calls without end, saying each
/// acknowledgement, until it is killed.
#[tokio::test]
async fn the_victim() {
    let Some(path) = env::var_os(VICTIM) else { return };
    let (ledger, opened) = ledger::Ledger::open(Path::new(&path)).await.unwrap();
    let (writer, _thread) = ledger.writer(|seq| println!("\nacknowledged {seq}")).unwrap();
    for round in 0.. {
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

fn victim(path: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::the_victim", "--nocapture"])
        .env(VICTIM, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a victim after so many acknowledgements; the last number that it acknowledged.
fn kill_after(acknowledgements: usize, path: &Path) -> u64 {
    let mut victim = victim(path);
    let said = BufReader::new(victim.stdout.take().unwrap()).lines();
    let last = said
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok())
        .nth(acknowledgements);
    victim.kill().unwrap();
    victim.wait().unwrap();
    last.unwrap()
}

#[tokio::test]
async fn a_killed_writer_leaves_consistent_rows_and_all_that_it_acknowledged() {
    let (_folder, path) = folder();
    let mut calls_before = 0;
    for run in 1..=3_i64 {
        let acknowledged = kill_after(usize::try_from(run).unwrap() * 3, &path);
        let desk = Desk::open(&path).await;
        let mut look = sqlite(&path).await;
        let one = async |look: &mut _, sql: &'static str| {
            sqlx::query_scalar::<_, i64>(sql).fetch_one(look).await.unwrap()
        };
        let last: i64 = sqlx::query_scalar("SELECT max(seq) FROM events WHERE run = ?1")
            .bind(run * 2 - 1)
            .fetch_one(&mut look)
            .await
            .unwrap();
        let written: i64 =
            sqlx::query_scalar("SELECT count(*) FROM events WHERE run = ?1 AND seq > 0")
                .bind(run * 2 - 1)
                .fetch_one(&mut look)
                .await
                .unwrap();
        assert!(u64::try_from(last).unwrap() >= acknowledged, "{acknowledged} was promised");
        assert_eq!(written, last, "events are on disk without a gap");
        assert_eq!(one(&mut look, "SELECT count(*) FROM calls WHERE ended_at IS NULL").await, 0);
        // At most the one call whose events the kill cut apart.
        assert_eq!(desk.opened.interrupted, u64::from(last % 4 != 0));
        let calls = one(&mut look, "SELECT count(*) FROM calls").await;
        assert_eq!(calls, calls_before + (last + 3) / 4, "each call that came has its row");
        assert_eq!(desk.opened.next_call, CallId(u64::try_from(calls).unwrap() + 1));
        let orphans = "SELECT count(*) FROM events WHERE call NOT IN (SELECT id FROM calls)";
        assert_eq!(one(&mut look, orphans).await, 0);
        let check: String =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut look).await.unwrap();
        assert_eq!(check, "ok");
        calls_before = calls;
        desk.finish();
    }
}

#[tokio::test]
async fn the_next_start_closes_open_calls_at_the_last_thing_known_of_them() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
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
    let desk = Desk::open(&path).await;
    assert_eq!((desk.opened.next_call, desk.opened.interrupted), (CallId(4), 2));
    expect![[r#"
        call-1 9000 from 0701234567: queue - agent - wait - talk - end 900 closed - (closed)
        call-2 9000 from 0701234567: queue faktura agent - wait 0 talk - end 2000 interrupted - (the engine stopped while the call was on)
        call-3 9000 from 0701234567: queue support agent 1002 wait 5000 talk 10000 end 19000 interrupted - (the engine stopped while the call was on)
    "#]].assert_eq(&calls(&path).await);
    expect![[r#"
        run 1 event 3 - offered {"caller":"0701234567","direction":"in","number":"9000"}
        run 1 event 4 - queued {"language":"sv","queue":"faktura"}
        run 2 event -2 - ended {"cause":"the engine stopped while the call was on","outcome":"interrupted"}
    "#]].assert_eq(&story(&path, 2).await);
    desk.finish();
    let again = Desk::open(&path).await;
    assert_eq!(again.opened.interrupted, 0, "closed once, closed for good");
    again.finish();
}

#[tokio::test]
async fn a_second_server_is_turned_away_and_changes_nothing() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
    desk.send([offered(1, 0, 1)]);
    desk.until(1);
    let error = ledger::Ledger::open(&path).await.unwrap_err();
    assert!(matches!(error, ledger::OpenError::InUse(_)), "{error}");
    assert!(calls(&path).await.contains("end - -"), "the first one's call is still on");
    desk.finish();
    Desk::open(&path).await.finish_within(PATIENCE).unwrap();
}
