//! The ledger on a real disk.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking as well")]

mod acquaintances;
mod bindings;
mod crash;
mod faults;
mod places;
mod stories;
mod support;
mod surveys;
mod visits;
mod waits;
