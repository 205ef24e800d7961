//! One connection to a ledger, of either kind, and what is asked over it.
//!
//! Every column of the ledger is a whole number or a text, so a question has these two kinds of values, and
//! most are worded alike for both kinds of database: parameters as `$1`, `CASE` for the larger of two, `count(*)
//! FILTER` for a sum of conditions. Where the two need different words, [`Sql`] has both.

use crate::direct::{Cell, Cells, Direct};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    AssertSqlSafe, Decode, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, Type,
};
use std::borrow::Cow;

/// A connection to a ledger.
#[derive(Debug)]
pub(crate) enum Store {
    /// A file, of whoever writes there.
    Direct(Box<Direct>),
    /// A file, of whoever reads it.
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// A question in the words of each kind of database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(both: &'static str) -> Self {
        Self { sqlite: both, postgres: both }
    }
}

/// What is bound to a parameter.
#[derive(Clone, Debug)]
pub(crate) enum Value<'v> {
    Number(Option<i64>),
    Text(Option<Cow<'v, str>>),
}

/// A question with its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'v> {
    sql: Sql,
    values: Vec<Value<'v>>,
}

/// Begins a question. Its first parameter is `$1`.
pub(crate) fn ask<'v>(sql: impl Into<Sql>) -> Ask<'v> {
    Ask { sql: sql.into(), values: Vec::new() }
}

impl<'v> Ask<'v> {
    /// Gives the next parameter its value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'v>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Has it done, and says how many rows it has changed.
    pub(crate) async fn execute(&self, store: &mut Store) -> sqlx::Result<u64> {
        match store {
            Store::Direct(it) => it.execute(self.sql.sqlite, &self.values),
            Store::Sqlite(it) => Ok(self.of_sqlite().execute(&mut **it).await?.rows_affected()),
            Store::Postgres(it) => Ok(self.of_postgres().execute(&mut **it).await?.rows_affected()),
        }
    }

    /// All the rows that answer it.
    pub(crate) async fn rows(&self, store: &mut Store) -> sqlx::Result<Vec<Row>> {
        match store {
            Store::Direct(it) => {
                let rows = it.rows(self.sql.sqlite, &self.values, usize::MAX)?;
                Ok(rows.into_iter().map(Row::Direct).collect())
            }
            Store::Sqlite(it) => {
                let rows = self.of_sqlite().fetch_all(&mut **it).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Store::Postgres(it) => {
                let rows = self.of_postgres().fetch_all(&mut **it).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// The first row that answers it.
    pub(crate) async fn row(&self, store: &mut Store) -> sqlx::Result<Option<Row>> {
        match store {
            Store::Direct(it) => {
                let first = it.rows(self.sql.sqlite, &self.values, 1)?;
                Ok(first.into_iter().next().map(Row::Direct))
            }
            Store::Sqlite(it) => {
                Ok(self.of_sqlite().fetch_optional(&mut **it).await?.map(Row::Sqlite))
            }
            Store::Postgres(it) => {
                Ok(self.of_postgres().fetch_optional(&mut **it).await?.map(Row::Postgres))
            }
        }
    }

    /// The first column of the first row, a number; none if there is no row, or nothing in it.
    pub(crate) async fn number(&self, store: &mut Store) -> sqlx::Result<Option<i64>> {
        match self.row(store).await? {
            Some(row) => row.first::<Option<i64>>(),
            None => Ok(None),
        }
    }

    fn of_sqlite(&self) -> Query<'_, Sqlite, SqliteArguments> {
        self.values.iter().fold(sqlx::query(self.sql.sqlite), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text.as_deref()),
        })
    }

    fn of_postgres(&self) -> Query<'_, Postgres, PgArguments> {
        self.values.iter().fold(sqlx::query(self.sql.postgres), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text.as_deref().map(without_nul)),
        })
    }
}

/// PostgreSQL has no place for the character 0 in a text, which a stranger may have sent.
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

impl Store {
    /// Has statements without parameters done, one after the other.
    pub(crate) async fn script(&mut self, sql: impl Into<Cow<'static, str>>) -> sqlx::Result<()> {
        let sql = sql.into();
        // A script of our own: nothing in it is from outside.
        let ours = |sql: Cow<'static, str>| AssertSqlSafe(sql.into_owned());
        match self {
            Self::Direct(it) => it.script(&sql),
            Self::Sqlite(it) => sqlx::raw_sql(ours(sql)).execute(&mut **it).await.map(drop),
            Self::Postgres(it) => sqlx::raw_sql(ours(sql)).execute(&mut **it).await.map(drop),
        }
    }

    /// Begins a transaction, to be ended with [`Store::end`].
    ///
    /// It is kept by hand: on a full disk SQLite rolls back by itself, and `sqlx::Transaction`, which does
    /// not learn of it, would refuse to begin another.
    pub(crate) async fn begin(&mut self) -> sqlx::Result<()> {
        match self {
            // IMMEDIATE: a lock of somebody else is met here, where SQLite waits for it.
            Self::Direct(_) | Self::Sqlite(_) => self.script("BEGIN IMMEDIATE").await,
            Self::Postgres(_) => self.script("BEGIN").await,
        }
    }

    /// Begins to look at one moment of the ledger, whatever is written meanwhile; to be ended with
    /// [`Store::end`].
    pub(crate) async fn look(&mut self) -> sqlx::Result<()> {
        match self {
            Self::Direct(_) | Self::Sqlite(_) => self.script("BEGIN").await,
            Self::Postgres(_) => {
                self.script("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await
            }
        }
    }

    /// Commits what was done, or takes it back if a part of it was not.
    pub(crate) async fn end<T>(&mut self, done: sqlx::Result<T>) -> sqlx::Result<T> {
        let committed = match done {
            Ok(done) => self.script("COMMIT").await.map(|()| done),
            Err(error) => Err(error),
        };
        if committed.is_err() {
            // An error here says that it was rolled back already, or that the connection is gone.
            let _: sqlx::Result<_> = self.script("ROLLBACK").await;
        }
        committed
    }

    /// Ends the connection in order.
    pub(crate) async fn close(self) -> sqlx::Result<()> {
        use sqlx::Connection as _;
        match self {
            Self::Direct(it) => it.close(),
            Self::Sqlite(it) => it.close().await,
            Self::Postgres(it) => it.close().await,
        }
    }
}

/// A row of an answer.
#[derive(Debug)]
pub(crate) enum Row {
    Direct(Cells),
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a column can be read as.
pub(crate) trait Column:
    Type<Sqlite> + for<'r> Decode<'r, Sqlite> + Type<Postgres> + for<'r> Decode<'r, Postgres>
{
    /// The same of a cell; none if it is something else.
    fn of(cell: &Cell) -> Option<Self>;
}

impl Column for i64 {
    fn of(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Number(number) => Some(*number),
            Cell::Text(_) | Cell::Nothing => None,
        }
    }
}

impl Column for String {
    fn of(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.clone()),
            Cell::Number(_) | Cell::Nothing => None,
        }
    }
}

impl Column for Option<i64> {
    fn of(cell: &Cell) -> Option<Self> {
        or_nothing(cell)
    }
}

impl Column for Option<String> {
    fn of(cell: &Cell) -> Option<Self> {
        or_nothing(cell)
    }
}

#[expect(
    clippy::option_option,
    reason = "a column may hold nothing, and may not be what it was thought to be"
)]
fn or_nothing<T: Column>(cell: &Cell) -> Option<Option<T>> {
    if *cell == Cell::Nothing { Some(None) } else { T::of(cell).map(Some) }
}

impl Row {
    /// What the first column has.
    pub(crate) fn first<T: Column>(&self) -> sqlx::Result<T> {
        match self {
            Self::Direct(row) => of_cell(row.first(), "the first"),
            Self::Sqlite(row) => row.try_get(0),
            Self::Postgres(row) => row.try_get(0),
        }
    }

    /// What the column `name` has.
    pub(crate) fn get<T: Column>(&self, name: &str) -> sqlx::Result<T> {
        match self {
            Self::Direct(row) => of_cell(row.named(name), name),
            Self::Sqlite(row) => row.try_get(name),
            Self::Postgres(row) => row.try_get(name),
        }
    }
}

fn of_cell<T: Column>(cell: Option<&Cell>, name: &str) -> sqlx::Result<T> {
    let cell = cell.ok_or_else(|| sqlx::Error::ColumnNotFound(name.to_owned()))?;
    let other = || format!("there is something else in it: {cell:?}");
    T::of(cell)
        .ok_or_else(|| sqlx::Error::ColumnDecode { index: name.to_owned(), source: other().into() })
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<bool> for Value<'_> {
    fn from(yes: bool) -> Self {
        Self::Number(Some(yes.into()))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.map(Into::into))
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(text: Option<&'v str>) -> Self {
        Self::Text(text.map(Into::into))
    }
}

impl<'v> From<Cow<'v, str>> for Value<'v> {
    fn from(text: Cow<'v, str>) -> Self {
        Self::Text(Some(text))
    }
}

impl<'v> From<Option<Cow<'v, str>>> for Value<'v> {
    fn from(text: Option<Cow<'v, str>>) -> Self {
        Self::Text(text)
    }
}
