//! Fairness: to agents, also to those of several queues, and to callers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first surprise"
)]

mod agents;
mod callers;
mod claims;
mod day;
