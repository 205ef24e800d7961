//! A disk that will not take it now: nothing is lost, and all of it is there once there is room.

use crate::support::{Desk, folder, offered, sqlite};
use ledger::Filter;
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;

/// From here on every write fails, as on a full disk.
async fn fill(connection: &mut SqliteConnection) {
    let sql = "CREATE TRIGGER no_room BEFORE INSERT ON calls WHEN new.id % 7 = 3
               BEGIN SELECT raise(ABORT, 'database or disk is full'); END";
    sqlx::query(sql).execute(connection).await.unwrap();
}

async fn make_room(connection: &mut SqliteConnection) {
    sqlx::query("DROP TRIGGER no_room").execute(connection).await.unwrap();
}

async fn count(connection: &mut SqliteConnection) -> (i64, i64) {
    let sql = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM calls)";
    sqlx::query_as(sql).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn while_the_disk_is_full_nothing_is_half_written_and_later_nothing_is_missing() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
    let mut other = sqlite(&path).await;
    fill(&mut other).await;
    desk.send((1..=2_000).map(|call| offered(call, 0, call)));
    // Several attempts fail within this time, each in the middle of a batch.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let (events, calls) = count(&mut other).await;
    assert_eq!(events, calls, "an event and its call are written together");
    assert!(events < 3, "a batch is written whole or not at all");
    make_room(&mut other).await;
    desk.until(2_000);
    assert_eq!(count(&mut other).await, (2_000, 2_000));
    desk.finish();
}

#[tokio::test]
async fn a_tool_that_locks_the_file_delays_and_loses_nothing() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
    let mut tool = sqlite(&path).await;
    let held = tool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    desk.send((1..=10).map(|call| offered(call, 0, call)));
    // Longer than the writer waits for a lock, so that it fails at least once.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(ledger::list(&path, Filter::default()).await.unwrap().len(), 0);
    held.rollback().await.unwrap();
    desk.until(10);
    desk.finish();
    assert_eq!(ledger::list(&path, Filter::default()).await.unwrap().len(), 10);
}

#[tokio::test]
async fn a_server_that_must_end_before_there_is_room_says_how_much_is_lost() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
    let mut other = sqlite(&path).await;
    fill(&mut other).await;
    desk.send((1..=1_000).map(|call| offered(call, 0, call)));
    let lost = desk.finish_within(Duration::ZERO).unwrap_err();
    let (written, _) = count(&mut other).await;
    assert_eq!(i64::try_from(lost.events).unwrap() + written, 1_000);
    assert!(lost.events > 0);
}

#[tokio::test]
async fn readers_see_whole_calls_while_the_writer_writes() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
    let mut seen = 0;
    for round in 0..40 {
        desk.send((1..=100).map(|n| offered(round * 100 + n, 0, round * 100 + n)));
        let rows = ledger::list(&path, Filter::last(10_000)).await.unwrap();
        assert!(rows.len() >= seen, "rows do not go away");
        assert!(rows.iter().zip(1..).all(|(row, id)| row.id == id), "and come without a gap");
        seen = rows.len();
    }
    desk.until(4_000);
    assert_eq!(ledger::list(&path, Filter::last(10_000)).await.unwrap().len(), 4_000);
    desk.finish();
}
