//! The writer's connection, made again when it breaks.

use crate::agents;
use crate::disk;
use crate::entry::Entry;
use crate::open::now;
use crate::place::{Database, Place};
use crate::postgres::{self, Backend};
use crate::record;
use crate::spool::Record;
use crate::store::{Store, ask};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Error, Result};
use std::io;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// A database elsewhere that takes longer for a batch counts as gone.
const COMMIT_MAX: Duration = Duration::from_secs(10);

/// The way to the ledger, for the one thread that writes.
#[derive(Debug)]
pub(crate) struct Line {
    runtime: Runtime,
    pub(crate) place: Place,
    run: i64,
    store: Option<Store>,
    /// The session that has, or had, the claim of a database elsewhere.
    backend: Option<Backend>,
}

impl Line {
    /// Goes on with the connection by which the ledger was opened for `run`.
    pub(crate) fn of(
        place: Place,
        run: i64,
        (store, backend): (Store, Option<Backend>),
    ) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let store = match store {
            Store::Direct(_) | Store::Sqlite(_) => Some(store),
            // A socket belongs to the runtime that made it. Ours takes the claim over from it.
            Store::Postgres(_) => None,
        };
        Ok(Self { runtime, place, run, store, backend })
    }

    /// Writes all of `batch` or none of it.
    pub(crate) fn commit(&mut self, batch: &[Entry]) -> Result<()> {
        let run = self.run;
        self.with(async |store| record::commit(store, run, batch).await)
    }

    /// Writes all of these records of the spool or none of them.
    pub(crate) fn replay(&mut self, records: &[Record]) -> Result<()> {
        self.with(async |store| record::replay(store, records).await)
    }

    /// The run that is written for.
    pub(crate) const fn run(&self) -> i64 {
        self.run
    }

    /// Has something done over the connection, which is made if there is none.
    pub(crate) fn with<T>(&mut self, what: impl AsyncFnOnce(&mut Store) -> Result<T>) -> Result<T> {
        let mut store = match self.store.take() {
            Some(store) => store,
            None => self.connect()?,
        };
        let done = match store {
            Store::Direct(_) | Store::Sqlite(_) => self.runtime.block_on(what(&mut store)),
            Store::Postgres(_) => self.runtime.block_on(async {
                let done = timeout(COMMIT_MAX, what(&mut store)).await;
                done.unwrap_or_else(|_| Err(postgres::no_answer()))
            }),
        };
        if done.as_ref().err().is_none_or(leaves_the_connection) {
            self.store = Some(store);
        }
        done
    }

    fn connect(&mut self) -> Result<Store> {
        self.runtime.block_on(async {
            match &self.place.database {
                Database::Sqlite(path) => disk::writing(path, disk::BUSY_WRITER),
                Database::Postgres(options) => {
                    // One that hangs takes connections, and says nothing.
                    let reached = timeout(COMMIT_MAX, reach(options, self.backend.as_ref())).await;
                    let (store, claimed) =
                        reached.unwrap_or_else(|_| Err(postgres::no_answer()))?;
                    self.backend = Some(claimed);
                    Ok(store)
                }
            }
        })
    }

    /// Writes down that the run has ended.
    pub(crate) fn end_run(&mut self) -> Result<()> {
        let ended = ask("UPDATE runs SET ended_at = $1 WHERE id = $2").bind(now()).bind(self.run);
        self.with(async |store| {
            store.begin().await?;
            let over = match agents::all_over(store, now()).await {
                Ok(()) => ended.execute(store).await.map(drop),
                Err(error) => Err(error),
            };
            store.end(over).await
        })
    }

    /// Ends the connection in order.
    pub(crate) fn close(mut self) -> Result<()> {
        match self.store.take() {
            Some(store) => self.runtime.block_on(store.close()),
            None => Ok(()),
        }
    }
}

/// Connects to a database elsewhere, and takes its claim over from the session that had it.
async fn reach(options: &PgConnectOptions, before: Option<&Backend>) -> Result<(Store, Backend)> {
    let mut store = postgres::writing(options).await?;
    let claimed = postgres::claim(&mut store, before).await?;
    Ok((store, claimed.ok_or_else(taken)?))
}

/// An error of the database says that it is there, unless it says that it goes (class 57). Any other says that the
/// connection died.
fn leaves_the_connection(error: &Error) -> bool {
    let code = error.as_database_error().map(|error| error.code().unwrap_or_default());
    code.is_some_and(|code| !code.starts_with("57P"))
}

fn taken() -> Error {
    Error::Io(io::Error::other("another server writes to this ledger now: stop one of the two"))
}
