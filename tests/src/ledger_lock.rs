//! A tool that keeps the file of a ledger to itself, so that the server writes to its spool.

use sqlx::{Connection, Executor, SqliteConnection};
use std::path::Path;

/// Such a tool, until it is dropped or lets go.
#[derive(Debug)]
pub struct LedgerLock {
    ledger: SqliteConnection,
}

impl LedgerLock {
    /// Takes hold of the ledger in this folder.
    ///
    /// # Panics
    /// If there is none.
    pub async fn take(data: &Path) -> Self {
        let file = format!("sqlite://{}", data.join("ledger.db").display());
        let mut ledger = SqliteConnection::connect(&file).await.expect("there is a ledger");
        ledger.execute("BEGIN IMMEDIATE").await.expect("the server writes a moment at most");
        Self { ledger }
    }

    /// Lets it go.
    pub async fn let_go(self) {
        // What nobody has written to closes without a word.
        let _ = self.ledger.close().await;
    }
}
