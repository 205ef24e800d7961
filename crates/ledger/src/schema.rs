//! The tables, and how an older file becomes a newer one.

use crate::error::OpenError;
use sqlx::{Connection, SqliteConnection};
use std::path::Path;

/// `PRAGMA application_id` of our files: the letters `TLFN`.
const APPLICATION: i64 = 0x544C_464E;

/// One script for each version; the first makes version 1. Times are UTC microseconds since 1970,
/// lengths are milliseconds.
const STEPS: [&str; 11] = [
    CALLS,
    BINDINGS,
    DIRECTIONS,
    MESSAGES,
    WAITS,
    QUEUES_BY_HAND,
    RINGS,
    MESSAGES_WAIT,
    CALLBACKS,
    VISITS,
    SURVEYS,
];

/// What happened.
const CALLS: &str = "
    PRAGMA application_id = 1414284878;
    CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
    INSERT INTO schema_version (version) VALUES (0);
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        started_at INTEGER NOT NULL,
        ended_at INTEGER
    ) STRICT;
    CREATE TABLE events (
        run INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        call INTEGER,
        agent TEXT,
        kind TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX events_of_call ON events (call, run, seq) WHERE call IS NOT NULL;
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL,
        caller TEXT NOT NULL,
        language TEXT,
        queue TEXT,
        agent TEXT,
        offered_at INTEGER NOT NULL,
        answered_at INTEGER,
        queued_at INTEGER,
        connected_at INTEGER,
        ended_at INTEGER,
        last_event_at INTEGER NOT NULL,
        wait_ms INTEGER,
        talk_ms INTEGER,
        outcome TEXT,
        abandoned_while TEXT,
        cause TEXT,
        places_told INTEGER NOT NULL DEFAULT 0,
        reservations INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX calls_open ON calls (id) WHERE ended_at IS NULL;
";

/// Where phones can be reached.
const BINDINGS: &str = "
    CREATE TABLE bindings (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        contact TEXT NOT NULL,
        peer TEXT NOT NULL,
        listener INTEGER NOT NULL,
        path TEXT NOT NULL,
        call_id TEXT NOT NULL,
        cseq INTEGER NOT NULL,
        user_agent TEXT,
        expires_at INTEGER NOT NULL
    ) STRICT;
";

/// Which way a call goes; those of before all came in.
const DIRECTIONS: &str = "
    ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL DEFAULT 'in';
";

/// What callers have left at voicemails.
const MESSAGES: &str = "
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        voicemail TEXT NOT NULL,
        call INTEGER NOT NULL,
        caller TEXT NOT NULL,
        name TEXT,
        company TEXT,
        language TEXT NOT NULL,
        queue TEXT,
        arrived_at INTEGER NOT NULL,
        left_at INTEGER NOT NULL,
        length_ms INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        packets_missed INTEGER NOT NULL,
        done_at INTEGER,
        done_by TEXT,
        removed_at INTEGER
    ) STRICT;
    CREATE INDEX messages_there ON messages (left_at) WHERE removed_at IS NULL;
";

/// What callers were told of their wait, and what came.
const WAITS: &str = "
    CREATE TABLE waits (
        call INTEGER NOT NULL,
        at INTEGER NOT NULL,
        queue TEXT NOT NULL,
        place INTEGER,
        at_most_s INTEGER,
        confidence INTEGER,
        longer INTEGER,
        untold TEXT,
        ended_at INTEGER,
        ended TEXT,
        PRIMARY KEY (call, at)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX waits_at ON waits (at);
";

/// Queues that somebody keeps open or closed.
const QUEUES_BY_HAND: &str = "
    CREATE TABLE queues_by_hand (
        queue TEXT PRIMARY KEY,
        kept TEXT NOT NULL,
        kept_by TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Whom agents were rung for is asked by agent.
const RINGS: &str = "
    CREATE INDEX events_rang ON events (agent, run, seq) WHERE kind = 'rang';
";

/// Messages wait for agents, each under the number of a call.
const MESSAGES_WAIT: &str = "
    ALTER TABLE messages ADD COLUMN waits_in TEXT;
    ALTER TABLE messages ADD COLUMN waits_as INTEGER;
    ALTER TABLE messages ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN set_aside_at INTEGER;
";

/// Promises to call somebody back, each under the number of a call.
const CALLBACKS: &str = "
    CREATE TABLE callbacks (
        id INTEGER PRIMARY KEY,
        callback TEXT NOT NULL,
        queue TEXT NOT NULL,
        call INTEGER NOT NULL,
        dialled TEXT NOT NULL,
        number TEXT NOT NULL,
        caller TEXT NOT NULL,
        name TEXT,
        company TEXT,
        demands TEXT NOT NULL,
        language TEXT NOT NULL,
        arrived_at INTEGER NOT NULL,
        promised_at INTEGER NOT NULL,
        until_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        tried_at INTEGER,
        not_reached TEXT,
        outcome TEXT,
        over_at INTEGER,
        over_by TEXT
    ) STRICT;
    CREATE INDEX callbacks_open ON callbacks (promised_at) WHERE over_at IS NULL;
";

/// Each time that a caller came to a queue, and what became of it.
const VISITS: &str = "
    CREATE TABLE visits (
        id INTEGER PRIMARY KEY,
        call INTEGER NOT NULL,
        queue TEXT NOT NULL,
        queued_at INTEGER NOT NULL,
        arrived_at INTEGER,
        ended_at INTEGER,
        outcome TEXT,
        agent TEXT,
        wait_ms INTEGER
    ) STRICT;
    CREATE INDEX visits_of_call ON visits (call);
    CREATE INDEX visits_at ON visits (queued_at);
";

/// Who was asked after the talk, and what they answered.
const SURVEYS: &str = "
    CREATE TABLE surveys (
        id INTEGER PRIMARY KEY,
        call INTEGER NOT NULL,
        survey TEXT NOT NULL,
        queue TEXT NOT NULL,
        agent TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        over_at INTEGER,
        comments INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX surveys_of_call ON surveys (call);
    CREATE INDEX surveys_at ON surveys (asked_at);
    CREATE TABLE answers (
        survey INTEGER NOT NULL,
        question TEXT NOT NULL,
        answer TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (survey, question)
    ) STRICT, WITHOUT ROWID;
";

/// The version that this program writes.
const KNOWN: i64 = 11;
/// The version from which on there is the table `waits`.
pub(crate) const WAITS_SINCE: i64 = 5;
/// The version from which on there is the table `visits`.
pub(crate) const VISITS_SINCE: i64 = 10;
/// The version from which on there is the table `surveys`.
pub(crate) const SURVEYS_SINCE: i64 = 11;

/// Brings the file up to the version of this program. Nothing is changed in a file that is not a
/// ledger, and a stop in the middle leaves the version there was.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), OpenError> {
    let failed = |source| OpenError::sqlite(path, source);
    let found = version(connection).await.map_err(failed)?;
    let found = found.ok_or_else(|| OpenError::NotALedger(path.to_owned()))?;
    if found > KNOWN {
        return Err(OpenError::TooNew { path: path.to_owned(), found, known: KNOWN });
    }
    write_ahead(connection).await.map_err(failed)?;
    for (version, step) in (1..).zip(STEPS) {
        if version > found {
            apply(connection, version, step).await.map_err(failed)?;
        }
    }
    Ok(())
}

/// The version of the tables: 0 for an empty file, none for a database of somebody else.
pub(crate) async fn version(connection: &mut SqliteConnection) -> sqlx::Result<Option<i64>> {
    let application: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
        .fetch_one(&mut *connection)
        .await?;
    match (application, tables) {
        (APPLICATION, 1..) => {
            sqlx::query_scalar("SELECT max(version) FROM schema_version")
                .fetch_one(connection)
                .await
        }
        (0, 0) => Ok(Some(0)),
        (_, _) => Ok(None),
    }
}

/// With a write-ahead log readers and the writer do not hold each other up.
async fn write_ahead(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(connection).await?;
    if mode != "wal" {
        tracing::warn!(mode, "the ledger's disk has no shared memory: readers may delay writes");
    }
    Ok(())
}

async fn apply(
    connection: &mut SqliteConnection,
    version: i64,
    step: &'static str,
) -> sqlx::Result<()> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(step).execute(&mut *transaction).await?;
    sqlx::query("UPDATE schema_version SET version = ?1")
        .bind(version)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_script() {
        assert_eq!(i64::try_from(STEPS.len()), Ok(KNOWN));
        assert_eq!(APPLICATION, 1_414_284_878);
    }
}
