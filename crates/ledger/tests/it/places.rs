//! Files that are no ledgers and places that cannot hold one: an error that names the file and
//! what to do, and nothing changed.

use crate::support::{Desk, folder, offered, sqlite};
use ledger::{Filter, Ledger, OpenError, ReadError};
use sqlx::Connection;
use std::fs;
use std::path::Path;

async fn refused(path: &Path) -> OpenError {
    Ledger::open(path).await.unwrap_err()
}

#[tokio::test]
async fn garbage_is_named_and_left_alone() {
    let (_folder, path) = folder();
    let garbage = b"Dear diary, today I became a database.\n".repeat(100);
    fs::write(&path, &garbage).unwrap();
    let error = refused(&path).await;
    let said =
        format!("{} is not a ledger: move it away, or name another data folder", path.display());
    assert_eq!(error.to_string(), said);
    assert_eq!(fs::read(&path).unwrap(), garbage);
    let error = ledger::list(&path, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::NotALedger(_)), "{error}");
}

#[tokio::test]
async fn a_database_of_somebody_else_is_left_alone() {
    let (_folder, path) = folder();
    fs::write(&path, b"").unwrap();
    let mut other = sqlite(&path).await;
    sqlx::query("CREATE TABLE songs (name TEXT)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(refused(&path).await, OpenError::NotALedger(_)));
    assert_eq!(fs::read(&path).unwrap(), before);
    let error = ledger::list(&path, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::NotALedger(_)), "{error}");
}

#[tokio::test]
async fn a_ledger_with_torn_pages_is_called_damaged() {
    let (_folder, path) = folder();
    let desk = Desk::open(&path).await;
    desk.send((1..500).map(|call| offered(call, 0, call)));
    desk.finish();
    let mut bytes = fs::read(&path).unwrap();
    // The header stays, the tables do not.
    bytes[100..].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Damaged(_)), "{error}");
    let error = ledger::list(&path, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn a_ledger_from_the_future_is_not_touched() {
    let (_folder, path) = folder();
    Desk::open(&path).await.finish();
    let mut later = sqlite(&path).await;
    sqlx::query("UPDATE schema_version SET version = 99").execute(&mut later).await.unwrap();
    later.close().await.unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::TooNew { found: 99, .. }), "{error}");
    assert!(error.to_string().ends_with("run a newer program"), "{error}");
}

#[tokio::test]
async fn a_place_that_cannot_hold_a_file_is_named() {
    let (folder, _) = folder();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = refused(&file.join("ledger.db")).await;
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
    assert!(error.to_string().starts_with(&format!("{} cannot be written: ", file.display())));
    let error = refused(folder.path()).await;
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_in_a_read_only_folder_can_be_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = folder();
    let desk = Desk::open(&path).await;
    desk.send([offered(1, 0, 1)]);
    desk.finish();
    fs::remove_file(folder.path().join("ledger.db.lock")).unwrap();
    let may = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    may(0o500);
    // Root may write everywhere: there is nothing to be seen then.
    let root = fs::write(folder.path().join("probe"), b"").is_ok();
    let (opened, listed) =
        (Ledger::open(&path).await, ledger::list(&path, Filter::default()).await);
    may(0o700);
    assert_eq!(listed.unwrap().len(), 1);
    if !root {
        assert!(matches!(opened.unwrap_err(), OpenError::NotWritable { .. }));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_the_owner_may_read_people_s_numbers() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = folder();
    let desk = Desk::open(&path).await;
    desk.send([offered(1, 0, 1)]);
    desk.until(1);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
    }
    desk.finish();
}

#[tokio::test]
async fn where_there_is_no_ledger_reading_says_so_and_makes_none() {
    let (_folder, path) = folder();
    let error = ledger::list(&path, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::Missing(_)), "{error}");
    assert!(!path.exists());
}

#[tokio::test]
async fn folders_are_made_on_the_way() {
    let (folder, _) = folder();
    let path = folder.path().join("data/site/ledger.db");
    Desk::open(&path).await.finish();
    assert_eq!(ledger::list(&path, Filter::default()).await.unwrap(), []);
}
