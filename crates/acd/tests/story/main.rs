//! Stories of a small centre: a script goes in, what the centre does comes out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first surprise"
)]

mod agents;
mod by_hand;
mod callers;
mod capacity;
mod conditions;
mod crowd;
mod duty;
mod needs;
mod order;
mod recast;
mod refusals;
mod script;
mod several;
mod strategies;
mod wait;
mod work_items;

use expect_test::Expect;

/// Plays a script, see [`script`], and compares what came of it.
fn check(script: &str, expected: Expect) {
    expected.assert_eq(&script::play(script));
}
