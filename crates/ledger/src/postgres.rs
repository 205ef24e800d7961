//! A database of PostgreSQL: how it is connected to, and who may write there.

use crate::store::{Store, ask};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Error, PgConnection};
use std::time::Duration;
use tokio::time::timeout;

/// A database that does not answer within this is not there.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// A session that is ending is asked for so often: two seconds.
const ENDING_ASKED_MAX: u32 = 40;
const ENDING_ASKED_EVERY: Duration = Duration::from_millis(50);

/// What a session begins with. A commit is on the disk when it returns, whatever else the server is used for; and a
/// peer that is no more is noticed within half a minute, so that its claim ends.
const WRITING: &str = "
    SET search_path TO telefonist;
    SET synchronous_commit TO on;
    SET tcp_keepalives_idle TO 10;
    SET tcp_keepalives_interval TO 5;
    SET tcp_keepalives_count TO 3;
    SET idle_in_transaction_session_timeout TO '60s';
";
/// Readers can change nothing, and a question without end has one.
const READING: &str = "
    SET search_path TO telefonist;
    SET default_transaction_read_only TO on;
    SET statement_timeout TO '120s';
";

/// The number of the lock by which one server says that it writes: the letters `TLFN`.
const CLAIM: i64 = 0x544C_464E;

/// The session at the server's end of a connection, told apart from any other that there was or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backend {
    pid: i64,
    since: String,
}

/// Connects to write. Whether that may be done is said by [`claim`].
pub(crate) async fn writing(options: &PgConnectOptions) -> sqlx::Result<Store> {
    connect(options, WRITING).await
}

/// Connects to read.
pub(crate) async fn reading(options: &PgConnectOptions) -> sqlx::Result<Store> {
    connect(options, READING).await
}

async fn connect(options: &PgConnectOptions, begin: &'static str) -> sqlx::Result<Store> {
    let options = options.clone().disable_statement_logging();
    let connecting = async {
        let connection: PgConnection = options.connect().await?;
        let mut store = Store::Postgres(Box::new(connection));
        store.script(begin).await?;
        Ok(store)
    };
    timeout(CONNECT_MAX, connecting).await.unwrap_or_else(|_| Err(no_answer()))
}

/// What is said where a database is silent.
pub(crate) fn no_answer() -> Error {
    Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the database does not answer"))
}

/// Takes the ledger for this connection; none if another has it for longer than a session takes to end, as that of a
/// server that was stopped a moment ago does. The session of a connection that broke may outlive it for long:
/// `former` is one of our own, and is ended.
pub(crate) async fn claim(
    store: &mut Store,
    former: Option<&Backend>,
) -> sqlx::Result<Option<Backend>> {
    for _ in 0..ENDING_ASKED_MAX {
        let taken = ask("SELECT pg_try_advisory_lock($1)::int::bigint").bind(CLAIM);
        if taken.number(store).await? == Some(1) {
            return own(store).await.map(Some);
        }
        if let Some(former) = former {
            let end = ask("SELECT pg_terminate_backend(pid)::int::bigint FROM pg_stat_activity
                 WHERE pid = $1 AND backend_start::text = $2");
            end.bind(former.pid).bind(former.since.as_str()).row(store).await?;
        }
        tokio::time::sleep(ENDING_ASKED_EVERY).await;
    }
    Ok(None)
}

async fn own(store: &mut Store) -> sqlx::Result<Backend> {
    let own = ask("SELECT pid::bigint AS pid, backend_start::text AS since FROM pg_stat_activity
         WHERE pid = pg_backend_pid()");
    let row = own.row(store).await?.ok_or(Error::RowNotFound)?;
    Ok(Backend { pid: row.get("pid")?, since: row.get("since")? })
}
