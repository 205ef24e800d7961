//! A disk that will not take it now: nothing is lost, and all of it is there once there is room.

use crate::support::{Desk, Kind, folder, offered};
use crate::tool::Tool;
use ledger::Filter;
use std::time::Duration;

/// From here on every write fails, as on a full disk.
pub(crate) async fn fill(tool: &mut Tool) {
    let sql = match crate::KIND {
        Kind::Sqlite => {
            "CREATE TRIGGER no_room BEFORE INSERT ON calls WHEN new.id % 7 = 3
             BEGIN SELECT raise(ABORT, 'database or disk is full'); END"
        }
        Kind::Postgres => {
            "CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
             CREATE TRIGGER no_room BEFORE INSERT ON calls FOR EACH ROW WHEN (new.id % 7 = 3)
             EXECUTE FUNCTION no_room()"
        }
    };
    tool.run(sql).await;
}

pub(crate) async fn make_room(tool: &mut Tool) {
    let sql = match crate::KIND {
        Kind::Sqlite => "DROP TRIGGER no_room",
        Kind::Postgres => "DROP TRIGGER no_room ON calls",
    };
    tool.run(sql).await;
}

/// Nobody else can write until this tool ends its transaction.
pub(crate) async fn lock(tool: &mut Tool) {
    let sql = match crate::KIND {
        Kind::Sqlite => "BEGIN IMMEDIATE",
        Kind::Postgres => "BEGIN; LOCK TABLE events IN EXCLUSIVE MODE",
    };
    tool.run(sql).await;
}

async fn count(tool: &mut Tool) -> (i64, i64) {
    let events = tool.number("SELECT count(*) FROM events").await;
    (events, tool.number("SELECT count(*) FROM calls").await)
}

#[tokio::test]
async fn while_the_disk_is_full_nothing_is_half_written_and_later_nothing_is_missing() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let mut other = Tool::of(&place).await;
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
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let mut tool = Tool::of(&place).await;
    lock(&mut tool).await;
    desk.send((1..=10).map(|call| offered(call, 0, call)));
    // Longer than the writer waits for a lock, so that it fails at least once.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap().len(), 0);
    tool.run("ROLLBACK").await;
    desk.until(10);
    desk.finish();
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap().len(), 10);
}

#[tokio::test]
async fn readers_see_whole_calls_while_the_writer_writes() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let mut seen = 0;
    for round in 0..40 {
        desk.send((1..=100).map(|n| offered(round * 100 + n, 0, round * 100 + n)));
        let rows = ledger::list(&place, Filter::last(10_000)).await.unwrap();
        assert!(rows.len() >= seen, "rows do not go away");
        assert!(rows.iter().zip(1..).all(|(row, id)| row.id == id), "and come without a gap");
        seen = rows.len();
    }
    desk.until(4_000);
    assert_eq!(ledger::list(&place, Filter::last(10_000)).await.unwrap().len(), 4_000);
    desk.finish();
}
