//! The tables, and how older ones become newer ones. Both kinds of database have the same: PostgreSQL's words for a
//! script are [made](crate::dialect) of SQLite's.

use crate::agents;
use crate::dialect;
use crate::error::OpenError;
use crate::place::Place;
use crate::project;
use crate::quarters::Tally;
use crate::store::{Store, ask};

/// `PRAGMA application_id` of our files: the letters `TLFN`.
const APPLICATION: i64 = 0x544C_464E;

/// One script for each version; the first makes version 1. Times are UTC microseconds since 1970,
/// lengths are milliseconds.
const STEPS: [&str; 24] = [
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
    QUARTERS,
    AGENTS,
    DESKS,
    PROMISED,
    OLD,
    CALLS_ON,
    CALLBACKS_KEPT,
    MESSAGES_KEPT,
    COUNTED,
    LEGS,
    RECORDINGS,
    CALLBACKS_CHANGED,
    RECORDINGS_ENDED,
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

/// How many callers came to each queue in each quarter of an hour, and by whose clock days are told.
const QUARTERS: &str = "
    CREATE TABLE quarters (
        quarter INTEGER NOT NULL,
        queue TEXT NOT NULL,
        offered INTEGER NOT NULL,
        answered INTEGER NOT NULL,
        abandoned INTEGER NOT NULL,
        short_abandoned INTEGER NOT NULL,
        timed_out INTEGER NOT NULL,
        overflowed INTEGER NOT NULL,
        callback INTEGER NOT NULL,
        key INTEGER NOT NULL,
        closed INTEGER NOT NULL,
        moved INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL,
        interrupted INTEGER NOT NULL,
        ended INTEGER NOT NULL,
        answered_wait_ms INTEGER NOT NULL,
        longest_wait_ms INTEGER NOT NULL,
        waits TEXT NOT NULL,
        PRIMARY KEY (quarter, queue)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX quarters_standing ON quarters (queue, quarter, offered, ended);
    CREATE INDEX visits_open ON visits (call) WHERE ended_at IS NULL;
    CREATE TABLE centre (
        id INTEGER PRIMARY KEY,
        time_zone TEXT NOT NULL
    ) STRICT;
";

/// What agents did.
const AGENTS: &str = "
    CREATE TABLE agent_states (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        state TEXT NOT NULL,
        pause TEXT,
        from_at INTEGER NOT NULL,
        to_at INTEGER
    ) STRICT;
    CREATE INDEX agent_states_open ON agent_states (agent) WHERE to_at IS NULL;
    CREATE INDEX agent_states_from ON agent_states (from_at, id);
    CREATE INDEX agent_states_to ON agent_states (to_at, from_at);
    CREATE TABLE rings (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        call INTEGER,
        at INTEGER NOT NULL,
        ended TEXT NOT NULL
    ) STRICT;
    CREATE INDEX rings_at ON rings (at, id);
    CREATE TABLE holds (
        id INTEGER PRIMARY KEY,
        call INTEGER NOT NULL,
        agent TEXT NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER
    ) STRICT;
    CREATE INDEX holds_open ON holds (call) WHERE to_at IS NULL;
    CREATE INDEX holds_from ON holds (from_at, id);
    CREATE INDEX holds_to ON holds (to_at, from_at);
";

/// What holds of agents at work, as JSON.
const DESKS: &str = "
    CREATE TABLE desks (
        account TEXT PRIMARY KEY,
        facts TEXT NOT NULL
    ) STRICT;
";

/// What was promised of callbacks.
const PROMISED: &str = "
    ALTER TABLE callbacks ADD COLUMN whisper TEXT NOT NULL DEFAULT '';
    ALTER TABLE callbacks ADD COLUMN expected_ms INTEGER;
    ALTER TABLE callbacks ADD COLUMN due_at INTEGER;
    CREATE INDEX callbacks_at ON callbacks (promised_at);
";

/// What is too old is found without looking through what is not.
const OLD: &str = "
    CREATE INDEX calls_ended ON calls (ended_at, id) WHERE ended_at IS NOT NULL;
    CREATE INDEX events_at ON events (at);
";

/// How calls that are on can be taken up by the next run, as JSON.
const CALLS_ON: &str = "
    CREATE TABLE calls_on (
        call INTEGER PRIMARY KEY,
        facts TEXT NOT NULL
    ) STRICT;
";

/// What of callbacks the next run is to know besides: attempts that the end of a run has cut off, a priority that was given by hand,
/// and what was done lately.
const CALLBACKS_KEPT: &str = "
    ALTER TABLE callbacks ADD COLUMN is_on INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE callbacks ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE callbacks ADD COLUMN priority INTEGER;
    CREATE INDEX callbacks_tried ON callbacks (tried_at) WHERE tried_at IS NOT NULL;
";

/// A priority that a message was given by hand.
const MESSAGES_KEPT: &str = "
    ALTER TABLE messages ADD COLUMN priority INTEGER;
";

/// How long agents were logged in, and raw counts of what they did and of calls in each quarter of an hour.
const COUNTED: &str = "
    CREATE TABLE log_ins (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        from_at INTEGER NOT NULL,
        to_at INTEGER
    ) STRICT;
    CREATE INDEX log_ins_open ON log_ins (agent) WHERE to_at IS NULL;
    CREATE INDEX log_ins_to ON log_ins (to_at);
    CREATE TABLE agent_quarters (
        quarter INTEGER NOT NULL,
        agent TEXT NOT NULL,
        figure TEXT NOT NULL,
        pause TEXT NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (quarter, agent, figure, pause)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE call_quarters (
        quarter INTEGER NOT NULL,
        direction TEXT NOT NULL,
        figure TEXT NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (quarter, direction, figure)
    ) STRICT, WITHOUT ROWID;
";

/// How the sound of each leg was.
const LEGS: &str = "
    CREATE TABLE legs (
        id INTEGER PRIMARY KEY,
        call INTEGER NOT NULL,
        leg INTEGER NOT NULL,
        side TEXT NOT NULL,
        agent TEXT,
        closed_at INTEGER NOT NULL,
        codec TEXT NOT NULL,
        encrypted INTEGER NOT NULL,
        sent INTEGER NOT NULL,
        received INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        lost INTEGER NOT NULL,
        strangers INTEGER NOT NULL,
        jitter_us INTEGER,
        jitter_max_us INTEGER,
        round_trip_us INTEGER,
        told_lost INTEGER,
        told_jitter_us INTEGER,
        mos INTEGER
    ) STRICT;
    CREATE INDEX legs_of_call ON legs (call);
";

/// What is kept of talks. What came of a recording is not known while it goes on.
const RECORDINGS: &str = "
    CREATE TABLE recordings (
        id INTEGER PRIMARY KEY,
        recording TEXT NOT NULL UNIQUE,
        call INTEGER NOT NULL,
        began_at INTEGER NOT NULL,
        agent TEXT,
        queue TEXT,
        started_by TEXT NOT NULL,
        ended_at INTEGER,
        state TEXT,
        length_ms INTEGER,
        bytes INTEGER,
        packets_missed INTEGER
    ) STRICT;
    CREATE INDEX recordings_of_call ON recordings (call);
";

/// Whose place a callback takes.
const CALLBACKS_CHANGED: &str = "
    ALTER TABLE callbacks ADD COLUMN instead_of INTEGER;
";

/// By which recordings that are too old are found: of a million each look took most of a second.
const RECORDINGS_ENDED: &str = "
    CREATE INDEX recordings_ended ON recordings (ended_at, id) WHERE ended_at IS NOT NULL;
";

/// The version that this program writes.
pub(crate) const KNOWN: i64 = 24;
/// The version from which on there is the table `waits`.
pub(crate) const WAITS_SINCE: i64 = 5;
/// The version from which on there is the table `legs`.
pub(crate) const LEGS_SINCE: i64 = 21;
/// The version from which on there is the table `recordings`.
pub(crate) const RECORDINGS_SINCE: i64 = 22;
/// The version from which on there is the table `surveys`.
pub(crate) const SURVEYS_SINCE: i64 = 11;
/// The version from which on there are the tables `quarters` and `centre`.
pub(crate) const QUARTERS_SINCE: i64 = 12;
/// The version from which on it is known what was promised of callbacks.
pub(crate) const PROMISED_SINCE: i64 = 15;
/// The version from which on what agents did is counted, and calls are.
pub(crate) const COUNTED_SINCE: i64 = 20;

/// Brings the tables up to the version of this program. Nothing is changed in what is not a
/// ledger, and a stop in the middle leaves the version there was.
pub(crate) async fn migrate(store: &mut Store, place: &Place) -> Result<(), OpenError> {
    let failed = |source| OpenError::of(place, source);
    let found = version(store).await.map_err(failed)?;
    let found = found.ok_or_else(|| OpenError::NotALedger(place.to_string()))?;
    if found > KNOWN {
        return Err(OpenError::TooNew { place: place.to_string(), found, known: KNOWN });
    }
    match store {
        Store::Direct(_) | Store::Sqlite(_) => write_ahead(store).await.map_err(failed)?,
        Store::Postgres(_) => room_for_tables(store).await.map_err(failed)?,
    }
    for (version, step) in (1..).zip(STEPS) {
        if version > found {
            apply(store, version, step).await.map_err(failed)?;
        }
    }
    Ok(())
}

/// The version of the tables: 0 where there are none, none for a database of somebody else.
pub(crate) async fn version(store: &mut Store) -> sqlx::Result<Option<i64>> {
    let (mark, tables) = match store {
        Store::Direct(_) | Store::Sqlite(_) => {
            let mark = ask("PRAGMA application_id").number(store).await?;
            (
                mark == Some(APPLICATION),
                ask("SELECT count(*) FROM sqlite_master").number(store).await?,
            )
        }
        Store::Postgres(_) => {
            let tables = ask("SELECT count(*) FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = to_regnamespace('telefonist')");
            let mark =
                ask("SELECT (to_regclass('telefonist.schema_version') IS NOT NULL)::int::bigint");
            (mark.number(store).await? == Some(1), tables.number(store).await?)
        }
    };
    match (mark, tables) {
        (true, Some(1..)) => ask("SELECT max(version) FROM schema_version").number(store).await,
        (false, Some(0)) => Ok(Some(0)),
        (_, _) => Ok(None),
    }
}

/// With a write-ahead log readers and the writer do not hold each other up.
async fn write_ahead(store: &mut Store) -> sqlx::Result<()> {
    let row = ask("PRAGMA journal_mode = WAL").row(store).await?;
    let mode = row.map(|row| row.get::<String>("journal_mode")).transpose()?.unwrap_or_default();
    if mode != "wal" {
        tracing::warn!(mode, "the ledger's disk has no shared memory: readers may delay writes");
    }
    Ok(())
}

/// The tables have a schema of their own. Who may make none there is given one by the database's owner.
async fn room_for_tables(store: &mut Store) -> sqlx::Result<()> {
    let there = ask("SELECT (to_regnamespace('telefonist') IS NOT NULL)::int::bigint");
    if there.number(store).await? == Some(1) {
        return Ok(());
    }
    ask("CREATE SCHEMA telefonist").execute(store).await.map(drop)
}

async fn apply(store: &mut Store, version: i64, step: &'static str) -> sqlx::Result<()> {
    store.begin().await?;
    let applied = async {
        match store {
            Store::Direct(_) | Store::Sqlite(_) => store.script(step).await?,
            Store::Postgres(_) => store.script(dialect::of_postgres(step)).await?,
        }
        if version == QUARTERS_SINCE {
            Tally::fill(store).await?;
        }
        if version == COUNTED_SINCE {
            count_all(store).await?;
        }
        ask("UPDATE schema_version SET version = $1").bind(version).execute(store).await
    };
    let applied = applied.await;
    store.end(applied).await.map(drop)
}

/// Counts what is in a ledger that was made when nothing of it was counted. Where nobody's states are, they are made of the events.
async fn count_all(store: &mut Store) -> sqlx::Result<()> {
    let there = ask("SELECT id FROM agent_states UNION ALL SELECT id FROM rings LIMIT 1");
    match there.row(store).await? {
        Some(_) => agents::count_all(store).await?,
        None => agents::fill(store).await?,
    }
    project::count_all(store).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::{Calendar, Every};
    use crate::place::Database;
    use crate::{AgentsAsked, Filter, Ledger, QueuesAsked, disk, postgres};
    use jiff::tz::TimeZone;
    use jiff::{SignedDuration, Timestamp};
    use pg_cluster::{Cluster, Durable};
    use std::time::Duration;

    /// 2026-01-01T08:00:00Z, in microseconds, and a minute later.
    const BEGIN: i64 = 1_767_254_400_000_000;
    const END: i64 = BEGIN + 60_000_000;
    /// What a version has put into tables that were new with it.
    const ROWS: [(i64, &str); 3] = [
        (
            1,
            "INSERT INTO runs (started_at, ended_at) VALUES ($b, $e);
             INSERT INTO calls (id, number, caller, offered_at, last_event_at, ended_at, outcome)
                 VALUES (41, '9000', '0701234567', $b, $e, $e, 'answered');
             INSERT INTO events (run, seq, at, call, agent, kind, detail) VALUES
                 (1, 1, $b, NULL, '1001', 'agent_state', '{\"state\":\"ready\"}'),
                 (1, 2, $e, 41, '1001', 'reservation_ended', '{\"end\":\"accepted\"}'),
                 (1, 3, $e, NULL, '1001', 'agent_state', '{\"state\":\"logged_out\"}')",
        ),
        (
            10,
            "INSERT INTO visits (call, queue, queued_at, ended_at, outcome, agent, wait_ms)
                 VALUES (41, 'support', $b, $e, 'answered', '1001', 60000)",
        ),
        (
            13,
            "INSERT INTO agent_states (agent, state, from_at, to_at) VALUES ('1001', 'ready', $b, $e);
             INSERT INTO rings (agent, call, at, ended) VALUES ('1001', 41, $e, 'accepted')",
        ),
    ];

    /// A database as the version `last` has left it: one call in it, and an agent who was at work for a minute.
    async fn made_by(last: i64, place: &Place) -> Store {
        let mut store = match &place.database {
            Database::Sqlite(path) => {
                disk::make_private(path).unwrap();
                disk::writing(path, disk::BUSY_WRITER).unwrap()
            }
            Database::Postgres(options) => {
                let mut store = postgres::writing(options).await.unwrap();
                room_for_tables(&mut store).await.unwrap();
                store
            }
        };
        for (version, step) in (1..=last).zip(STEPS) {
            apply(&mut store, version, step).await.unwrap();
        }
        let (begin, end) = (BEGIN.to_string(), END.to_string());
        for (_, rows) in ROWS.iter().filter(|(since, _)| *since <= last) {
            let rows = rows.replace("$b", &begin).replace("$e", &end);
            store.script(rows).await.unwrap();
        }
        // What such a version has counted as it wrote it.
        if last >= QUARTERS_SINCE {
            Tally::fill(&mut store).await.unwrap();
        }
        if last >= COUNTED_SINCE {
            count_all(&mut store).await.unwrap();
        }
        store
    }

    /// What the tables are.
    async fn shape(store: &mut Store) -> Vec<String> {
        let sql = match store {
            Store::Direct(_) | Store::Sqlite(_) => {
                "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk
                 FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'
                 UNION ALL SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1"
            }
            Store::Postgres(_) => {
                "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
                     || ' ' || coalesce(collation_name, '-')
                 FROM information_schema.columns WHERE table_schema = 'telefonist'
                 UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'telefonist' ORDER BY 1"
            }
        };
        let rows = ask(sql).rows(store).await.unwrap();
        rows.iter().map(|row| row.first().unwrap()).collect()
    }

    /// What reports say of the minute.
    async fn reported(place: &Place) -> (u64, u64, u64) {
        let from = Timestamp::from_microsecond(BEGIN).unwrap();
        let to = from + SignedDuration::from_hours(1);
        let calendar = Calendar { every: Every::Hour, zone: TimeZone::UTC };
        let within = Duration::from_secs(20);
        let asked = QueuesAsked { from, to, calendar: calendar.clone(), queue: None, within };
        let came = crate::queue_report(place, asked).await.unwrap().total.answered;
        let asked = AgentsAsked { from, to, now: to, calendar, agent: None };
        let worked = crate::agent_report(place, asked).await.unwrap().total;
        (came, worked.staffed_s(), worked.ring("accepted"))
    }

    /// Brings databases of every version up to date, each at a place of its own, and says what they have become.
    async fn brought_up_to_date(mut place: impl FnMut(i64) -> Place) -> Vec<String> {
        let mut shapes = Vec::new();
        for version in 1..=KNOWN {
            let place = place(version);
            made_by(version, &place).await.close().await.unwrap();
            let (mut ledger, opened) = Ledger::open(&place).await.unwrap();
            assert_eq!(opened.next_call, ids::CallId(42), "from version {version}");
            shapes.push(shape(&mut ledger.store).await);
            let calls = crate::list(&place, Filter::default()).await.unwrap();
            assert_eq!((calls.len(), &*calls[0].number), (1, "9000"), "from version {version}");
            // Visits were not kept at first; what agents did is made of the events.
            let visits = u64::from(version >= 10);
            assert_eq!(reported(&place).await, (visits, 60, 1), "from version {version}");
            let off = crate::imbalance(&place, Timestamp::from_microsecond(BEGIN).unwrap()).await;
            assert!(off.unwrap().is_none(), "from version {version}");
        }
        assert!(shapes.windows(2).all(|both| both[0] == both[1]), "{shapes:#?}");
        shapes.pop().unwrap_or_default()
    }

    #[tokio::test]
    async fn a_file_of_every_earlier_version_becomes_one_of_this() {
        let folder = tempfile::tempdir().unwrap();
        let place = |version| Place::sqlite(folder.path().join(format!("{version}.db")));
        assert!(!brought_up_to_date(place).await.is_empty());
        assert_eq!(crate::check(&place(1)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_database_of_postgresql_of_every_earlier_version_becomes_one_of_this() {
        let mut cluster = Cluster::start(Durable::No).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let beside = |version: i64| folder.path().join(version.to_string());
        let place = |version: i64| {
            let url = cluster.create(&format!("version_{version}")).unwrap();
            Place::postgres(&url, None, &beside(version)).unwrap()
        };
        let shape = brought_up_to_date(place).await;
        assert!(shape.iter().any(|line| line.starts_with("agent_quarters.")), "{shape:#?}");
    }

    #[test]
    fn every_version_has_its_script() {
        assert_eq!(i64::try_from(STEPS.len()), Ok(KNOWN));
        assert_eq!(APPLICATION, 1_414_284_878);
    }
}
