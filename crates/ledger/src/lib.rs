//! The ledger: what happened, on disk, before anything is promised.
//!
//! One SQLite file (WAL), or a database of PostgreSQL, holds these tables. `events` has every event of every run of the engine,
//! once, however often it was handed over. `calls` has one row for each call from its INVITE on,
//! and is a projection of the events, made in the same transaction: the two never disagree.
//! `waits` has what callers were told of their wait and what came, and is a projection likewise.
//! `visits` has each time that a caller came to a queue, and what became of it, likewise.
//! `quarters` has how many that were, by queue, for reports.
//! `log_ins`, `agent_states`, `rings` and `holds` have what agents did, likewise; `agent_quarters` and `call_quarters` have how much of
//! that and how many calls there were.
//! `surveys` and `answers` have who was asked after the talk, and what they answered, likewise.
//! `legs` has how the sound of each leg of a call was, and `recordings` what is kept of it, likewise.
//! `bindings` says where phones can be reached, so that a restart need not wait for them.
//! `desks` says what holds of agents at work, for the same reason, and `calls_on` how calls can be taken up that were on.
//! `messages` has what callers have left at voicemails, made of the events too.
//!
//! [`Ledger::open`] takes the ledger for this process and closes, truthfully, the rows that a dead
//! run left open. [`Ledger::writer`] starts the one thread that writes; the engine hands events
//! over through a lock-free queue and never waits for the disk. What the database does not take lies in a spool
//! beside it, and is written as soon as it does; only then is it acknowledged. [`list`] and [`story`] read beside
//! a running server.
//!
//! ```
//! use clock::{Duration, WallTime};
//! use events::{CallEvent, Event, What};
//! use ledger::{Filter, Ledger, Place};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let place = Place::sqlite(folder.path().join("ledger.db"));
//! let (ledger, opened) = Ledger::open(&place).await?;
//! let (writer, thread) = ledger.writer(|seq| println!("on disk up to {seq}"))?;
//! let offered = CallEvent::Offered { number: "9000".into(), caller: events::Ani::new("0701234567"), trunk: None, diverted_by: None, direction: events::Direction::In };
//! let what = What::Call(opened.next_call, offered);
//! writer.try_send(Event { seq: 1, at: WallTime::from_micros(0), what }).expect("the queue is empty");
//! thread.finish(Duration::from_secs(5))?;
//! assert_eq!(ledger::list(&place, Filter::last(1)).await?[0].number, "9000");
//! # Ok(())
//! # }
//! ```

mod acquaintances;
mod agent_past;
mod agent_report;
mod agents;
mod amounts;
mod backup;
mod balance;
mod bindings;
mod callback_report;
mod callbacks;
mod calls_on;
mod check;
mod counted;
mod day;
mod desks;
mod dialect;
mod direct;
mod disk;
mod entry;
mod error;
mod explained;
mod export;
mod forget;
mod interval;
mod legs;
mod line;
mod messages;
mod number;
mod open;
mod place;
mod postgres;
mod project;
mod quarters;
mod queue_report;
mod queues;
mod read;
mod record;
mod recordings;
mod remover;
mod retention;
mod retry;
mod row;
mod schema;
mod spool;
mod spooled;
mod store;
mod survey_report;
mod surveys;
mod text;
mod trouble;
mod visits;
mod waits;
mod writer;
mod zone;

pub use agent_past::agent_past;
pub use agent_report::{AgentCounts, AgentLine, AgentReport, AgentsAsked, agent_report};
pub use backup::backup;
pub use balance::{Imbalance, Off, imbalance};
pub use callback_report::{CallbackLine, CallbacksAsked, callback_report};
pub use callbacks::{CALLBACKS_MAX, CallbackRow, callbacks};
pub use check::check;
pub use day::day_so_far;
pub use entry::Entry;
pub use error::{BackupError, ForgetError, OpenError, PlaceError, ReadError};
pub use events::SHORT_ABANDON_MAX;
pub use explained::{TOLD_MAX, explained, rung};
pub use export::{ExportError, Numbers, export};
pub use forget::{FORGOTTEN, Forgotten, Kept, forget};
pub use interval::{Calendar, Every, QUARTER};
pub use legs::{LegRow, legs};
pub use messages::{MESSAGES_MAX, MessageRow, Named, messages};
pub use open::{Ledger, Opened};
pub use place::Place;
pub use queue_report::{
    Counts, QueueLine, QueueReport, QueuesAsked, REPORT_LINES_MAX, queue_report,
};
pub use read::{Filter, list, story};
pub use recordings::{RecordingRow, RecordingState, recordings};
pub use remover::RemoveFile;
pub use row::{CallRow, EventRow};
pub use survey_report::{
    ANSWERS_LISTED_MAX, Question, SurveyBy, SurveyLine, SurveysAsked, survey_report,
};
pub use trouble::{Lost, Trouble};
pub use waits::waits;
pub use writer::{Unwritten, Writer, WriterThread};
pub use zone::time_zone;
