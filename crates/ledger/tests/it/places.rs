//! Ledgers that are not what they should be: an error that says what to do, and nothing changed.

use crate::support::{Desk, Kind, calls, folder, offered};
use crate::tool::Tool;
use ledger::{Filter, Ledger, OpenError, Place, ReadError};

async fn refused(place: &Place) -> OpenError {
    Ledger::open(place).await.unwrap_err()
}

#[tokio::test]
async fn a_ledger_from_the_future_is_not_touched() {
    let (_folder, place) = folder();
    Desk::open(&place).await.finish();
    Tool::of(&place).await.run("UPDATE schema_version SET version = 99").await;
    let error = refused(&place).await;
    assert!(matches!(error, OpenError::TooNew { found: 99, .. }), "{error}");
    assert!(error.to_string().ends_with("run a newer program"), "{error}");
}

#[tokio::test]
async fn where_there_is_no_ledger_reading_says_so_and_makes_none() {
    let (folder, place) = folder();
    let error = ledger::list(&place, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::Missing(_)), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_database_of_somebody_else_is_left_alone() {
    let (_folder, place) = folder();
    let mut other = Tool::of(&place).await;
    let songs = match crate::KIND {
        Kind::Sqlite => "CREATE TABLE songs (name TEXT)",
        Kind::Postgres => "CREATE SCHEMA telefonist; CREATE TABLE telefonist.songs (name TEXT)",
    };
    other.run(songs).await;
    assert!(matches!(refused(&place).await, OpenError::NotALedger(_)));
    let error = ledger::list(&place, Filter::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::NotALedger(_)), "{error}");
    let tables = match crate::KIND {
        Kind::Sqlite => "SELECT count(*) FROM sqlite_master",
        Kind::Postgres => {
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'telefonist'::regnamespace AND relkind = 'r'"
        }
    };
    assert_eq!(other.number(tables).await, 1);
}

#[tokio::test]
async fn a_second_server_is_turned_away_and_changes_nothing() {
    let (folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([offered(1, 0, 1)]);
    desk.until(1);
    let elsewhere = match crate::KIND {
        Kind::Sqlite => place.clone(),
        // Another machine: nothing beside the database is shared.
        Kind::Postgres => {
            Place::postgres(&place.to_string(), None, &folder.path().join("other")).unwrap()
        }
    };
    for second in [&place, &elsewhere] {
        let error = refused(second).await;
        assert!(matches!(error, OpenError::InUse(_)), "{error}");
    }
    assert!(calls(&place).await.contains("end - -"), "the first one's call is still on");
    desk.finish();
    Desk::open(&place).await.finish();
}
