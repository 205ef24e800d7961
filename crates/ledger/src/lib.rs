//! The ledger: what happened, on disk, before anything is promised.
//!
//! One SQLite file (WAL) holds two tables. `events` has every event of every run of the engine,
//! once, however often it was handed over. `calls` has one row for each call from its INVITE on,
//! and is a projection of the events, made in the same transaction: the two never disagree.
//!
//! [`Ledger::open`] takes the file for this process and closes, truthfully, the rows that a dead
//! run left open. [`Ledger::writer`] starts the one thread that writes; the engine hands events
//! over through a lock-free queue and never waits for the disk. [`list`] and [`story`] read beside
//! a running server.

mod disk;
mod error;
mod open;
mod project;
mod read;
mod record;
mod retry;
mod row;
mod schema;
mod text;
mod writer;

pub use error::{OpenError, ReadError};
pub use open::{Ledger, Opened};
pub use read::{Filter, list, story};
pub use row::{CallRow, EventRow};
pub use writer::{Unwritten, Writer, WriterThread};
