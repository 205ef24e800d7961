//! The stories of `tests/it`, told of a database of PostgreSQL: a throwaway one, which these tests start.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking as well")]

#[path = "../it/acquaintances.rs"]
mod acquaintances;
#[path = "../it/agents.rs"]
mod agents;
#[path = "../it/bindings.rs"]
mod bindings;
#[path = "../it/callbacks.rs"]
mod callbacks;
#[path = "../it/calls_on.rs"]
mod calls_on;
mod cluster;
#[path = "../it/crash.rs"]
mod crash;
#[path = "../it/faults.rs"]
mod faults;
#[path = "../it/keeping.rs"]
mod keeping;
#[path = "../it/legs.rs"]
mod legs;
#[path = "../it/places.rs"]
mod places;
#[path = "../it/recordings.rs"]
mod recordings;
mod server;
#[path = "../it/spool.rs"]
mod spool;
#[path = "../it/stories.rs"]
mod stories;
#[path = "../it/support.rs"]
mod support;
#[path = "../it/surveys.rs"]
mod surveys;
#[path = "../it/tool.rs"]
mod tool;
#[path = "../it/visits.rs"]
mod visits;
#[path = "../it/waits.rs"]
mod waits;

use cluster::place;

/// Where ledgers are made.
const KIND: support::Kind = support::Kind::Postgres;
