//! The write-ahead log of a SQLite file, as far as a power failure is concerned: a header, and a frame for each page of a
//! transaction, of which the last says that this was all (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).

use std::fs::{self, File};
use std::path::Path;

/// The header: magic, version, size of a page, sequence, and at these places the two salts that all frames of it have.
const HEADER: usize = 32;
const HEADER_SALTS: std::ops::Range<usize> = 16..24;
/// What is before the page in a frame: the page's number, the size of the database after a commit or 0, the salts, sums.
const FRAME: usize = 24;
const FRAME_COMMIT: std::ops::Range<usize> = 4..8;
const FRAME_SALTS: std::ops::Range<usize> = 8..16;
/// With so many frames SQLite begins to move them into the database, and brings a log to the disk once more that is there.
const MOVED_AT: usize = 1_000;

/// Has a log lose its last transaction, which has not come to the disk. One that is long enough to be moved stays whole: it
/// may be there already.
pub(crate) fn lose_last(log: &Path) {
    let bytes = fs::read(log).unwrap_or_default();
    if let Some(length) = without_last(&bytes) {
        let file = File::options().write(true).open(log).expect("it is ours");
        file.set_len(length as u64).expect("a file can be made shorter");
    }
}

/// How long a log is without its last transaction, if it has one.
fn without_last(log: &[u8]) -> Option<usize> {
    let salts = log.get(HEADER_SALTS)?;
    let page = usize::try_from(u32::from_be_bytes(log.get(8..12)?.try_into().ok()?)).ok()?;
    let frames = log.get(HEADER..)?.chunks_exact(FRAME.checked_add(page)?);
    // What is behind them is of the time before the log was begun anew.
    let frames = frames.take_while(|frame| frame[FRAME_SALTS] == *salts);
    let ends = frames.enumerate().filter(|(_, frame)| frame[FRAME_COMMIT] != [0; 4]);
    let ends: Vec<usize> = ends.map(|(nth, _)| nth + 1).collect();
    let last = ends.last().filter(|frames| **frames < MOVED_AT)?;
    let before = ends.iter().rev().find(|end| *end != last).unwrap_or(&0);
    Some(HEADER + before * (FRAME + page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
    use sqlx::{ConnectOptions as _, Executor as _, SqliteConnection};

    async fn opened(file: &Path) -> SqliteConnection {
        let wal = SqliteJournalMode::Wal;
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        options.journal_mode(wal).connect().await.unwrap()
    }

    async fn numbers(file: &Path) -> Vec<i64> {
        sqlx::query_scalar("SELECT n FROM t").fetch_all(&mut opened(file).await).await.unwrap()
    }

    #[tokio::test]
    async fn a_log_that_loses_its_last_transaction_has_those_before() {
        let folder = tempfile::tempdir().unwrap();
        let (file, copy) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let mut store = opened(&file).await;
        store.execute("CREATE TABLE t (n INTEGER)").await.unwrap();
        for n in 1..=3 {
            let insert = sqlx::query("INSERT INTO t VALUES ($1)").bind(n);
            insert.execute(&mut store).await.unwrap();
        }
        let log = |of: &Path| of.with_extension("db-wal");
        // The process is there still: a log is moved when it ends well.
        fs::copy(&file, &copy).unwrap();
        fs::copy(log(&file), log(&copy)).unwrap();
        lose_last(&log(&copy));
        assert_eq!(numbers(&copy).await, [1, 2]);
        assert_eq!(numbers(&file).await, [1, 2, 3]);
    }
}
