//! Whether a database is whole.

use crate::error::{OpenError, ReadError};
use crate::place::{Database, Place};
use crate::read;
use crate::store::{Store, ask};
use std::time::{Duration, Instant};

/// A start looks through a file for so long at most: callers wait. What fits into memory is looked through by then.
const AT_START_MAX: Duration = Duration::from_secs(2);
/// Steps of SQLite between two looks at the clock.
const STEPS: i32 = 20_000;

/// Looks through the pages of a file, as far as there is time.
pub(crate) async fn at_start(store: &mut Store, place: &Place) -> Result<(), OpenError> {
    let Store::Direct(_) = store else { return Ok(()) };
    let failed = |source| OpenError::of(place, source);
    let until = Instant::now() + AT_START_MAX;
    stop_when(store, Some(move || Instant::now() >= until)).map_err(failed)?;
    let found = fault(store, "PRAGMA quick_check(1)").await;
    stop_when(store, None::<fn() -> bool>).map_err(failed)?;
    match found {
        Ok(None) => Ok(()),
        Ok(Some(fault)) => {
            tracing::error!(%place, fault, "the ledger is damaged");
            Err(OpenError::Damaged(place.to_string()))
        }
        Err(error) if is_interrupted(&error) => {
            tracing::info!(%place, "the ledger is too large to be looked through at a start: `telefonist ledger check` does it");
            Ok(())
        }
        Err(error) => Err(failed(error)),
    }
}

fn stop_when(
    store: &Store,
    over: Option<impl FnMut() -> bool + Send + 'static>,
) -> sqlx::Result<()> {
    match store {
        Store::Direct(connection) => connection.stop_when(STEPS, over),
        Store::Sqlite(_) | Store::Postgres(_) => Ok(()),
    }
}

/// Looks through all of the ledger at `place`, also while a server writes: what is wrong with it, if anything is.
///
/// # Errors
/// When there is no ledger there, or it cannot be read.
pub async fn check(place: &Place) -> Result<Option<String>, ReadError> {
    let mut store = match read::connect(place).await {
        Err(ReadError::Damaged(place)) => {
            return Ok(Some(format!("{place} cannot be read at all")));
        }
        connected => connected?,
    };
    let found = match &place.database {
        Database::Sqlite(_) => whole(&mut store).await,
        Database::Postgres(_) => agrees(&mut store).await,
    };
    found.map_err(|source| ReadError::of(place, source))
}

/// What is wrong with a file, pages, indexes and rows, if anything is.
pub(crate) async fn whole(store: &mut Store) -> sqlx::Result<Option<String>> {
    match fault(store, "PRAGMA integrity_check(10)").await? {
        None => agrees(store).await,
        found => Ok(found),
    }
}

/// Events and what is made of them belong together.
async fn agrees(store: &mut Store) -> sqlx::Result<Option<String>> {
    let orphans = ask("SELECT count(*) FROM visits WHERE call NOT IN (SELECT id FROM calls)");
    match orphans.number(store).await? {
        None | Some(0) => Ok(None),
        Some(count) => Ok(Some(format!("{count} rows of visits belong to no call"))),
    }
}

async fn fault(store: &mut Store, sql: &'static str) -> sqlx::Result<Option<String>> {
    let rows = match ask(sql).rows(store).await {
        // Damaged so much that it cannot be looked through.
        Err(error) if code(&error) == Some(11) => return Ok(Some(error.to_string())),
        rows => rows?,
    };
    let said: Vec<String> = rows.iter().map(|row| row.first()).collect::<sqlx::Result<_>>()?;
    Ok((said != ["ok"]).then(|| said.join("; ")))
}

fn is_interrupted(error: &sqlx::Error) -> bool {
    code(error) == Some(9)
}

fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error().and_then(|error| error.code())?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}
