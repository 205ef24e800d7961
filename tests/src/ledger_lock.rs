//! A tool that keeps the file of a ledger to itself, so that the server writes to its spool.

use crate::wait;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Executor, SqliteConnection};
use std::path::Path;

/// Such a tool, until it is dropped or lets go.
#[derive(Debug)]
pub struct LedgerLock {
    ledger: SqliteConnection,
}

impl LedgerLock {
    /// Takes hold of the ledger in this folder as soon as the server lets it go, which on a busy machine takes as long as that
    /// writes.
    ///
    /// # Panics
    /// If there is none.
    pub async fn take(data: &Path) -> Self {
        let file = SqliteConnectOptions::new().filename(data.join("ledger.db"));
        let patient = file.busy_timeout(wait::LONG);
        let mut ledger = SqliteConnection::connect_with(&patient).await.expect("there is a ledger");
        ledger.execute("BEGIN IMMEDIATE").await.expect("the server writes a moment at most");
        Self { ledger }
    }

    /// Lets it go.
    pub async fn let_go(self) {
        // What nobody has written to closes without a word.
        let _ = self.ledger.close().await;
    }
}
