//! A database that goes, comes back, or lets nobody in.

use crate::cluster::{SERVER, place_in, start};
use crate::support::{Desk, calls, folder, offered};

use ledger::{Filter, Ledger, OpenError, Place};

#[tokio::test]
async fn a_database_that_is_not_there_is_named_without_the_password() {
    let (folder, _) = folder();
    let url = "postgres://ana:geheim@127.0.0.1:9/calls";
    let place = Place::postgres(url, None, folder.path()).unwrap();
    let error = Ledger::open(&place).await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    let said = error.to_string();
    assert!(said.starts_with("postgres://ana@127.0.0.1:9/calls cannot be reached: "), "{said}");
    assert!(said.ends_with("start the database, or mend [ledger] in telefonist.toml"), "{said}");
    assert!(!format!("{said}{error:?}").contains("geheim"));
}

#[tokio::test]
async fn a_database_that_nobody_has_made_is_unreachable() {
    let (folder, _) = folder();
    let url = SERVER.lock().unwrap().url("no_such_database");
    let place = Place::postgres(&url, None, folder.path()).unwrap();
    let error = Ledger::open(&place).await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    let error = ledger::list(&place, Filter::default()).await.unwrap_err();
    assert!(error.to_string().contains("no_such_database"), "{error}");
}

#[tokio::test]
async fn a_killed_database_that_comes_back_has_all_that_happened_meanwhile_once() {
    let (folder, _) = folder();
    let mut server = start();
    let place = place_in(&mut server, folder.path());
    let desk = Desk::open(&place).await;
    desk.send([offered(1, 0, 1)]);
    desk.until(1);
    server.stop().unwrap();
    desk.send((2..=1_500).map(|call| offered(call, 0, call)));
    assert!(ledger::list(&place, Filter::default()).await.is_err());
    server.restart().unwrap();
    desk.until(1_500);
    let listed = ledger::list(&place, Filter::last(10_000)).await.unwrap();
    assert!(listed.iter().map(|row| row.id).eq(1..=1_500));
    // The claim was taken again with the connection.
    assert!(matches!(Ledger::open(&place).await.unwrap_err(), OpenError::InUse(_)));
    desk.finish();
    assert!(calls(&place).await.ends_with("end - - - (-)\n"));
}
