//! Files that are no ledgers and places that cannot hold one: an error that names the file and
//! what to do, and nothing changed.

use crate::support::{Desk, folder, offered};
use ledger::{Filter, Ledger, OpenError, Place, ReadError};
use std::fs;
use std::path::PathBuf;

/// The file of a ledger.
fn file(place: &Place) -> PathBuf {
    place.to_string().into()
}

async fn refused(place: &Place) -> OpenError {
    Ledger::open(place).await.unwrap_err()
}

#[tokio::test]
async fn garbage_is_named_and_left_alone() {
    let (_folder, place) = folder();
    let garbage = b"Dear diary, today I became a database.\n".repeat(100);
    fs::write(file(&place), &garbage).unwrap();
    let error = refused(&place).await;
    let said =
        format!("{place} is not a ledger: move it away, or name another data folder or database");
    assert_eq!(error.to_string(), said);
    assert_eq!(fs::read(file(&place)).unwrap(), garbage);
    let error = ledger::list(&place, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::NotALedger(_)), "{error}");
}

#[tokio::test]
async fn a_ledger_with_torn_pages_is_called_damaged() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send((1..500).map(|call| offered(call, 0, call)));
    desk.finish();
    let mut bytes = fs::read(file(&place)).unwrap();
    // The header stays, the tables do not.
    bytes[100..].fill(0x5a);
    fs::write(file(&place), bytes).unwrap();
    let error = refused(&place).await;
    assert!(matches!(error, OpenError::Damaged(_)), "{error}");
    let error = ledger::list(&place, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn a_place_that_cannot_hold_a_file_is_named() {
    let (folder, _) = folder();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = refused(&Place::sqlite(file.join("ledger.db"))).await;
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
    assert!(error.to_string().starts_with(&format!("{} cannot be written: ", file.display())));
    let error = refused(&Place::sqlite(folder.path())).await;
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_in_a_read_only_folder_can_be_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([offered(1, 0, 1)]);
    desk.finish();
    fs::remove_file(folder.path().join("ledger.db.lock")).unwrap();
    let may = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    may(0o500);
    // Root may write everywhere: there is nothing to be seen then.
    let root = fs::write(folder.path().join("probe"), b"").is_ok();
    let (opened, listed) =
        (Ledger::open(&place).await, ledger::list(&place, Filter::default()).await);
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
    let (folder, place) = folder();
    let desk = Desk::open(&place).await;
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
async fn folders_are_made_on_the_way() {
    let (folder, _) = folder();
    let place = Place::sqlite(folder.path().join("data/site/ledger.db"));
    Desk::open(&place).await.finish();
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap(), []);
}

#[tokio::test]
async fn a_backup_beside_the_writer_is_a_whole_ledger_of_one_moment() {
    let (folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send((1..=3_000).map(|call| offered(call, 0, call)));
    desk.until(500);
    let copy = folder.path().join("copy.db");
    ledger::backup(&place, &copy).await.unwrap();
    desk.finish();
    let copy = Place::sqlite(copy);
    let listed = ledger::list(&copy, Filter::last(10_000)).await.unwrap();
    assert!(listed.len() >= 500 && listed.iter().map(|row| row.id).eq(1..=listed.len() as u64));
    assert_eq!(ledger::check(&copy).await.unwrap(), None);
    // A server can go on with it.
    let opened = Desk::open(&copy).await;
    assert_eq!(opened.opened.interrupted, listed.len() as u64);
    opened.finish();
    let error = ledger::backup(&place, &file(&copy)).await.unwrap_err();
    assert!(error.to_string().contains("exists"), "{error}");
}

#[tokio::test]
async fn a_start_finds_a_page_that_the_disk_has_lost() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send((1..3_000).map(|call| offered(call, 0, call)));
    desk.finish();
    let mut bytes = fs::read(file(&place)).unwrap();
    // Far behind what an open looks at.
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 4_096].fill(0x5a);
    fs::write(file(&place), bytes).unwrap();
    let error = refused(&place).await;
    assert!(matches!(error, OpenError::Damaged(_)), "{error}");
    assert!(error.to_string().contains("put a backup in its place"), "{error}");
    assert!(ledger::check(&place).await.unwrap().is_some());
}
