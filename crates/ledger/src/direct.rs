//! A connection to a file for whoever writes there: what is asked is done at once, by the thread that asks.
//!
//! A reader's question goes to a thread of its own and comes back, so that no runtime waits for a disk. Whoever writes has
//! a thread for it anyway, and a dozen small statements for each call: the way there and back was most of what they took.
//! One is made by [`disk::writing`](crate::disk::writing), for a start, for the writing thread, and for a command of its own.

use crate::store::Value;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Statement};
use sqlx::error::{DatabaseError, ErrorKind};
use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Statements that are kept ready: more than the ledger has for what happens often.
const STATEMENTS_MAX: usize = 128;

/// The connection.
#[derive(Debug)]
pub(crate) struct Direct(Connection);

/// What SQLite has said, as whoever asks any database hears it.
#[derive(Debug)]
struct Refusal {
    /// The extended code of the result.
    code: i32,
    said: String,
}

/// A row of an answer.
#[derive(Debug)]
pub(crate) struct Cells {
    names: Arc<[String]>,
    cells: Vec<Cell>,
}

/// What is in a column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Nothing,
    Number(i64),
    Text(String),
}

impl Direct {
    /// Connects to the file at `path`, which is there. A lock of somebody else is waited for as long as `patience`.
    pub(crate) fn open(path: &Path, patience: Duration) -> sqlx::Result<Self> {
        // One thread at a time has it, which the compiler sees to.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(refused)?;
        connection.busy_timeout(patience).map_err(refused)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(Self(connection))
    }

    /// Has a statement done, and says how many rows it has changed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> sqlx::Result<u64> {
        let done = || {
            let mut statement = self.0.prepare_cached(sql)?;
            bind(&mut statement, values)?;
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            Ok(self.0.changes())
        };
        done().map_err(refused)
    }

    /// So many of the rows that answer a question, the first ones.
    pub(crate) fn rows(
        &self,
        sql: &str,
        values: &[Value<'_>],
        rows_max: usize,
    ) -> sqlx::Result<Vec<Cells>> {
        let read = || {
            let mut statement = self.0.prepare_cached(sql)?;
            bind(&mut statement, values)?;
            let names = statement.column_names().into_iter().map(str::to_owned);
            let names: Arc<[String]> = names.collect();
            let (mut rows, mut found) = (statement.raw_query(), Vec::new());
            while found.len() < rows_max
                && let Some(row) = rows.next()?
            {
                let cells = (0..names.len()).map(|at| row.get_ref(at).map(Cell::of));
                let cells = cells.collect::<rusqlite::Result<_>>()?;
                found.push(Cells { names: Arc::clone(&names), cells });
            }
            Ok(found)
        };
        read().map_err(refused)
    }

    /// Has statements without parameters done, one after the other.
    pub(crate) fn script(&self, sql: &str) -> sqlx::Result<()> {
        self.0.execute_batch(sql).map_err(refused)
    }

    /// Has whatever is asked stopped once `is_over` says so, which it is asked every so many steps; by `None`, nothing any more.
    pub(crate) fn stop_when(
        &self,
        steps: i32,
        is_over: Option<impl FnMut() -> bool + Send + 'static>,
    ) -> sqlx::Result<()> {
        self.0.progress_handler(steps, is_over).map_err(refused)
    }

    /// Ends the connection in order.
    pub(crate) fn close(self) -> sqlx::Result<()> {
        self.0.close().map_err(|(_still_open, error)| refused(error))
    }
}

/// Binds each parameter by its number: SQLite takes `$2` for a name, and counts by where names come first.
fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    for at in 1..=statement.parameter_count() {
        let name = statement.parameter_name(at).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|number| number.parse::<usize>().ok()).unwrap_or(at);
        match values.get(number.saturating_sub(1)) {
            Some(Value::Number(value)) => statement.raw_bind_parameter(at, value)?,
            Some(Value::Text(value)) => statement.raw_bind_parameter(at, value.as_deref())?,
            None => {}
        }
    }
    Ok(())
}

impl Cells {
    /// What the first column has.
    pub(crate) fn first(&self) -> Option<&Cell> {
        self.cells.first()
    }

    /// What the column `name` has.
    pub(crate) fn named(&self, name: &str) -> Option<&Cell> {
        self.cells.get(self.names.iter().position(|it| it == name)?)
    }
}

impl Cell {
    /// What is neither a whole number nor a text stands in no column of ours.
    fn of(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Integer(number) => Self::Number(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Self::Nothing,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what an error is made into")]
fn refused(said: rusqlite::Error) -> sqlx::Error {
    match said.sqlite_error().map(|error| error.extended_code) {
        Some(code) => sqlx::Error::Database(Box::new(Refusal { code, said: said.to_string() })),
        None => sqlx::Error::Protocol(said.to_string()),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(code: {}) {}", self.code, self.said)
    }
}

impl std::error::Error for Refusal {}

impl DatabaseError for Refusal {
    fn message(&self) -> &str {
        &self.said
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use crate::disk;
    use crate::store::{Store, ask};

    fn store(folder: &tempfile::TempDir) -> Store {
        let file = folder.path().join("ledger.db");
        disk::make_private(&file).unwrap();
        disk::writing(&file, disk::BUSY_WRITER).unwrap()
    }

    #[tokio::test]
    async fn parameters_go_by_their_numbers_and_columns_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        store.script("CREATE TABLE t (a INTEGER, b TEXT) STRICT").await.unwrap();
        let two = ask("INSERT INTO t (b, a) VALUES ($2, $1), (NULL, $1 + 1)").bind(7_i64).bind("x");
        assert_eq!(two.execute(&mut store).await.unwrap(), 2);
        let none = ask("UPDATE t SET a = 0 WHERE a > $1").bind(8_i64);
        assert_eq!(none.execute(&mut store).await.unwrap(), 0);
        let rows = ask("SELECT b, a FROM t ORDER BY a").rows(&mut store).await.unwrap();
        let read = |at: usize| {
            (rows[at].get::<i64>("a").unwrap(), rows[at].get::<Option<String>>("b").unwrap())
        };
        assert_eq!((read(0), read(1)), ((7, Some("x".to_owned())), (8, None)));
        assert_eq!(rows[0].first::<String>().unwrap(), "x");
        let wrong = rows[0].get::<i64>("b").unwrap_err().to_string();
        assert!(wrong.contains("something else"), "{wrong}");
        assert!(matches!(rows[1].get::<String>("b"), Err(sqlx::Error::ColumnDecode { .. })));
        assert!(matches!(rows[0].get::<i64>("c"), Err(sqlx::Error::ColumnNotFound(_))));
    }

    #[tokio::test]
    async fn what_sqlite_refuses_has_its_code_and_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        store.script("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT").await.unwrap();
        let insert = ask("INSERT INTO t VALUES ($1)").bind(1_i64);
        insert.execute(&mut store).await.unwrap();
        let error = insert.execute(&mut store).await.unwrap_err();
        let code = error.as_database_error().and_then(|error| error.code());
        assert_eq!(code.as_deref(), Some("1555"));
        assert!(error.to_string().contains("UNIQUE constraint failed: t.a"), "{error}");
        // A statement that failed is as good as new.
        let other = ask("INSERT INTO t VALUES ($1)").bind(2_i64);
        assert_eq!(other.execute(&mut store).await.unwrap(), 1);
    }
}
