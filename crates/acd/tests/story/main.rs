//! Stories of a small centre: a script goes in, what the centre does comes out.

mod agents;
mod callers;
mod order;
mod script;

use expect_test::Expect;

/// Plays a script, see [`script`], and compares what came of it.
fn check(script: &str, expected: Expect) {
    expected.assert_eq(&script::play(script));
}
