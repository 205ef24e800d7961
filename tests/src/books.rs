//! What a server that is not there any more has written down, read from its tables.

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use std::fs;
use std::path::Path;

/// All events in their order, and the promises that are kept.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// What happened, the first first.
    pub events: Vec<Written>,
    /// The numbers of the customers who have been reached.
    pub reached: Vec<String>,
    /// The last word in the spool, if something waits there.
    pub spooled: Option<String>,
    /// How calls can be taken up that were on, as it is written down and as it waits in the spool.
    saved: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// In which call, or in place of which a callback waits.
    pub call: Option<i64>,
    /// To whom.
    pub agent: Option<String>,
    /// What, by the word of the ledger.
    pub kind: String,
    /// Whether the number is a callback's, and no call's that somebody made.
    pub is_of_callback: bool,
}

const EVENTS: &str = "SELECT call, agent, kind, \
                      (SELECT count(*) FROM callbacks WHERE callbacks.id = events.call) \
                      FROM events ORDER BY run, seq";
const REACHED: &str = "SELECT number FROM callbacks WHERE outcome = 'reached'";
const SAVED: &str = "SELECT facts FROM calls_on";

type Event = (Option<i64>, Option<String>, String, i64);

/// What the tables have.
#[derive(Default)]
struct Tables {
    events: Vec<Event>,
    reached: Vec<(String,)>,
    saved: Vec<(String,)>,
}

impl Books {
    /// Reads those in a folder of data, or in a database. Where nothing was begun nothing is in them.
    pub async fn read(data: &Path, database: Option<&str>) -> Self {
        let read = match database {
            Some(url) => of_postgres(url).await,
            None => of_sqlite(data).await,
        };
        let Tables { events, reached, saved } = read.unwrap_or_default();
        let events = events.into_iter().map(|(call, agent, kind, callbacks)| {
            let is_of_callback = callbacks > 0;
            Written { call, agent, kind, is_of_callback }
        });
        let reached = reached.into_iter().map(|(number,)| number).collect();
        let spool = spool(data).unwrap_or_default();
        let saved: String = saved.into_iter().map(|(facts,)| facts + "\n").collect();
        Self {
            events: events.collect(),
            reached,
            spooled: last_spooled(&spool),
            saved: saved + &spool,
        }
    }

    /// Whether the next start can take up a call of this caller.
    #[must_use]
    pub fn can_take_up(&self, caller: &str) -> bool {
        // As a call is written that can be, and no event of one is.
        self.saved.contains(&format!("\"caller\":\"{caller}\",\"leg\":"))
    }

    /// How often this happened, as far as it is written down.
    #[must_use]
    pub fn count(&self, so: impl Fn(&Written) -> bool) -> usize {
        self.events.iter().filter(|event| so(event)).count()
    }

    /// How far it had come: what is written down last.
    #[must_use]
    pub fn step(&self) -> String {
        let of_event = |event: &Written| {
            let is_only_waiting = event.is_of_callback && !event.kind.starts_with("callback");
            format!("{}{}", if is_only_waiting { "callback " } else { "" }, event.kind)
        };
        let spooled = self.spooled.as_ref().map(|kind| format!("{kind}, in the spool"));
        let written = || self.events.last().map(of_event);
        spooled.or_else(written).unwrap_or_else(|| "nothing".to_owned())
    }
}

/// It is a copy that is read, for to read one is to bring it in order, which is for the next start to do.
async fn of_sqlite(data: &Path) -> sqlx::Result<Tables> {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    for part in ["ledger.db", "ledger.db-wal"] {
        // A ledger that has just been begun has not all of its parts.
        let _ = fs::copy(data.join(part), folder.path().join(part));
    }
    let copy = format!("sqlite://{}", folder.path().join("ledger.db").display());
    let mut ledger = SqliteConnection::connect(&copy).await?;
    let events = sqlx::query_as(EVENTS).fetch_all(&mut ledger).await?;
    let reached = sqlx::query_as(REACHED).fetch_all(&mut ledger).await?;
    let saved = sqlx::query_as(SAVED).fetch_all(&mut ledger).await?;
    Ok(Tables { events, reached, saved })
}

async fn of_postgres(url: &str) -> sqlx::Result<Tables> {
    let mut ledger = PgConnection::connect(url).await?;
    ledger.execute("SET search_path TO telefonist").await?;
    let events = sqlx::query_as(EVENTS).fetch_all(&mut ledger).await?;
    let reached = sqlx::query_as(REACHED).fetch_all(&mut ledger).await?;
    let saved = sqlx::query_as(SAVED).fetch_all(&mut ledger).await?;
    Ok(Tables { events, reached, saved })
}

/// What waits in a spool.
fn spool(data: &Path) -> Option<String> {
    let spools = ["ledger.db.spool", "ledger.postgres.spool"].map(|name| data.join(name));
    let spool = spools.iter().find_map(|path| fs::read(path).ok())?;
    Some(String::from_utf8_lossy(&spool).into_owned())
}

/// The kind of the last event in it.
fn last_spooled(spool: &str) -> Option<String> {
    let (_, last) = spool.rsplit_once("\"event\":\"")?;
    last.split('"').next().map(str::to_owned)
}
