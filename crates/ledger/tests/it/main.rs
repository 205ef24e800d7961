//! The ledger on a real disk. `tests/postgres` tells the same stories of a database of PostgreSQL.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking as well")]

mod acquaintances;
mod agents;
mod bindings;
mod callbacks;
mod calls_on;
mod crash;
mod faults;
mod files;
mod keeping;
mod legs;
mod places;
mod recordings;
mod spool;
mod stories;
mod support;
mod surveys;
mod tool;
mod visits;
mod waits;

/// Where ledgers are made.
const KIND: support::Kind = support::Kind::Sqlite;

fn place(folder: &std::path::Path) -> ledger::Place {
    ledger::Place::sqlite(folder.join("ledger.db"))
}
