//! Whoever looks after a ledger does so beside a running server, with callers on the line: copies it, looks through it, gives it
//! out, and forgets a number. And a count that does not add up is told as long as it does not.

use e2e::{Ran, Server, Sipp, Site, run, wait};
use pg_cluster::{Cluster, Durable};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use std::fs;
use std::path::Path;

/// Who has called and is gone, and who is on the line.
const GONE: &str = "0701000001";
const ON: &str = "0701000002";

/// A server with a call that is over and a caller who waits.
fn with_a_caller(site: Site) -> (Server, Sipp) {
    let server = Server::start(site);
    let mut gone = Sipp::dial(server.sip(), GONE);
    server.until_calls(&["waiting"]);
    gone.hang_up();
    server.until_closed(1);
    let on = Sipp::dial(server.sip(), ON);
    server.until_calls(&["waiting"]);
    wait::until_so("both calls have rows", || server.calls().len() == 2);
    (server, on)
}

fn site() -> Site {
    Site::of_one_queue("welcome = []", 1)
}

fn ledger(data: &Path, what: &[&str]) -> Ran {
    let data = data.to_str().unwrap();
    run(&[&["ledger"][..], what, &["--data", data][..]].concat())
}

fn said(ran: &Ran, code: i32) -> &str {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    &ran.out
}

/// The numbers in an export, the oldest call first.
fn callers(export: &str) -> Vec<String> {
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    // A call's events have none.
    lines.filter_map(|line| line["caller"].as_str().map(str::to_owned)).collect()
}

/// What can be done on either database.
fn given_out_and_forgotten(server: &Server, on: &mut Sipp) {
    let data = server.site().data();
    assert!(said(&ledger(&data, &["check"]), 0).contains("is whole"));
    let export = ledger(&data, &["export"]);
    assert_eq!(callers(said(&export, 0)), [GONE, ON]);
    let hidden = ledger(&data, &["export", "--pseudonymous"]);
    let hidden = callers(said(&hidden, 0));
    assert!(hidden.len() == 2 && hidden[0] != hidden[1], "{hidden:?}");
    assert!(hidden.iter().all(|caller| !caller.contains("1000001") && !caller.contains("1000002")));

    let forgot = ledger(&data, &["forget", GONE]);
    assert!(said(&forgot, 0).starts_with("forgotten in 1 calls"), "{forgot:?}");
    let still_on = ledger(&data, &["forget", ON]);
    assert!(said(&still_on, 1).contains("call 2 is on"), "{still_on:?}");
    let rows = server.calls();
    assert_eq!((&rows[0]["caller"], &rows[1]["caller"]), (&"forgotten".into(), &ON.into()));

    // The call has noticed nothing.
    let from = on.sound.heard().len();
    wait::until_music("who is on the line", from, || on.sound.heard());
    on.hang_up();
    let rows = server.until_closed(2);
    assert_eq!(
        (&rows[0]["outcome"], &rows[1]["outcome"]),
        (&"abandoned".into(), &"abandoned".into())
    );
    assert_eq!(server.alarms(), [""; 0]);
    assert!(said(&ledger(&data, &["forget", ON]), 0).starts_with("forgotten in 1 calls"));
}

#[test]
fn a_ledger_is_copied_given_out_and_made_to_forget_beside_a_server_with_calls_on() {
    let (server, mut on) = with_a_caller(site());
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("ledger.db");
    said(&ledger(&server.site().data(), &["backup", copy.to_str().unwrap()]), 0);
    given_out_and_forgotten(&server, &mut on);
    // The copy is of the moment at which it was made, and whole.
    assert!(said(&ledger(copies.path(), &["check"]), 0).contains("is whole"));
    let export = ledger(copies.path(), &["export"]);
    assert_eq!(callers(said(&export, 0)), [GONE, ON]);
    let calls = run(&["calls", "--data", copies.path().to_str().unwrap(), "--json"]);
    let rows: Vec<Value> = serde_json::from_str(&calls.out).unwrap();
    assert!(rows.len() == 2 && rows.iter().any(|row| row["outcome"].is_null()), "{rows:?}");
    // With it the server starts, where its own is lost.
    let site = server.kill();
    for beside in ["ledger.db-wal", "ledger.db-shm", "ledger.db.spool"] {
        let _ = fs::remove_file(site.data().join(beside));
    }
    fs::copy(&copy, site.data().join("ledger.db")).unwrap();
    let server = Server::start(site);
    let rows = server.until_closed(2);
    assert_eq!((&rows[1]["caller"], &rows[1]["outcome"]), (&ON.into(), &"interrupted".into()));
    assert_eq!(server.alarms(), [""; 0]);
}

#[test]
fn a_ledger_in_postgresql_is_given_out_and_made_to_forget_beside_a_server_with_calls_on() {
    let mut cluster = Cluster::start(Durable::No).unwrap();
    let url = cluster.create("calls").unwrap();
    let site = site().with_setting(&format!("[ledger]\ndatabase = \"{url}\""));
    let (server, mut on) = with_a_caller(site);
    let refused = ledger(&server.site().data(), &["backup", "/tmp/never.db"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("pg_dump"), "{}", refused.err);
    given_out_and_forgotten(&server, &mut on);
}

/// What somebody writes into the ledger, how it is mended, and how the alarm begins.
const TAMPERED: [(&str, &str, &str); 3] = [
    (
        "UPDATE quarters SET offered = offered + 1",
        "UPDATE quarters SET offered = offered - 1",
        "queues (support at",
    ),
    (
        "UPDATE call_quarters SET amount = amount + 1 WHERE figure = 'offered'",
        "UPDATE call_quarters SET amount = amount - 1 WHERE figure = 'offered'",
        "calls (in at",
    ),
    (
        "INSERT INTO agent_quarters (quarter, agent, figure, pause, amount)
             SELECT max(quarter), '1001', 'talking_s', '', 60 FROM call_quarters",
        "DELETE FROM agent_quarters WHERE agent = '1001' AND figure = 'talking_s'",
        "agents (1001 at",
    ),
];

/// Somebody writes into the ledger.
async fn tamper(site: &Site, sql: String) {
    let file = SqliteConnectOptions::new().filename(site.data().join("ledger.db"));
    let mut tool = file.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut tool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_does_not_add_up_is_an_alarm_until_it_is_mended() {
    let (server, mut on) = with_a_caller(site());
    on.hang_up();
    server.until_closed(2);
    let mut site = server.kill();
    for (change, back, kind) in TAMPERED {
        tamper(&site, change.to_owned()).await;
        let server = Server::start(site);
        let told = wait::until("the alarm is shown", || {
            let status = server.status();
            status.0["alarms"][0]["what"].as_str().map(str::to_owned)
        });
        assert!(told.contains(kind) && told.contains("do not trust reports"), "{told}");
        assert_eq!(server.alarms(), ["counts"]);
        assert!(server.log().contains("counts do not add up"), "{}", server.log());
        tamper(server.site(), back.to_owned()).await;
        wait::until_so("the alarm is over", || server.alarms().is_empty());
        site = server.kill();
    }
}
