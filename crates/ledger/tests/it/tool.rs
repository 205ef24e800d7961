//! What another program sees in a ledger, and does there.

use ledger::Place;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row, SqliteConnection};
use std::fmt::Write;

/// A connection of somebody else.
pub(crate) enum Tool {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Tool {
    pub(crate) async fn of(place: &Place) -> Self {
        let place = place.to_string();
        if place.starts_with("postgres:") {
            let mut connection = postgres(&place).await;
            sqlx::raw_sql("SET search_path TO telefonist").execute(&mut connection).await.unwrap();
            return Self::Postgres(connection);
        }
        let file = SqliteConnectOptions::new().filename(place).create_if_missing(true);
        Self::Sqlite(file.connect().await.unwrap())
    }

    /// Has statements done.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) {
        let script = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        match self {
            Self::Sqlite(it) => script.execute(it).await.map(drop).unwrap(),
            Self::Postgres(it) => script.execute(it).await.map(drop).unwrap(),
        }
    }

    /// The rows that answer a question, one a line, the cells with spaces between; `-` where there is nothing.
    pub(crate) async fn rows(&mut self, sql: impl Into<String>) -> String {
        let query = AssertSqlSafe(sql.into());
        let mut text = String::new();
        match self {
            Self::Sqlite(it) => {
                for row in sqlx::query(query).fetch_all(it).await.unwrap() {
                    let cells = (0..row.len()).map(|at| sqlite_cell(&row, at));
                    writeln!(text, "{}", cells.collect::<Vec<_>>().join(" ")).unwrap();
                }
            }
            Self::Postgres(it) => {
                for row in sqlx::query(query).fetch_all(it).await.unwrap() {
                    let cells = (0..row.len()).map(|at| postgres_cell(&row, at));
                    writeln!(text, "{}", cells.collect::<Vec<_>>().join(" ")).unwrap();
                }
            }
        }
        text
    }

    /// The one number that answers a question.
    pub(crate) async fn number(&mut self, sql: impl Into<String>) -> i64 {
        let sql = sql.into();
        self.rows(sql).await.trim().parse().unwrap()
    }
}

fn sqlite_cell(row: &SqliteRow, at: usize) -> String {
    let number = row.try_get::<Option<i64>, _>(at).map(|it| it.map(|it| it.to_string()));
    number.or_else(|_| row.try_get::<Option<String>, _>(at)).unwrap().unwrap_or_else(|| "-".into())
}

fn postgres_cell(row: &PgRow, at: usize) -> String {
    let number = row.try_get::<Option<i64>, _>(at).map(|it| it.map(|it| it.to_string()));
    number.or_else(|_| row.try_get::<Option<String>, _>(at)).unwrap().unwrap_or_else(|| "-".into())
}

pub(crate) async fn postgres(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().unwrap();
    options.connect().await.unwrap()
}
