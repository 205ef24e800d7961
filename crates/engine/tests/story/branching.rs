//! Callers who go one way or another by what is so when they come to a branch.

use crate::check;
use expect_test::expect;

#[test]
fn who_calls_and_how_queues_do_at_that_moment_decide() {
    check(
        "
        with branches
        1051 registers
        tell ledger
        kim calls 9090
        kim hangs up
        lo calls 9090
        1051 rejects 486
        nobody calls 9090
        nobody hangs up
        lo hangs up
        wait 120
        kim calls 9090
        ",
        expect![[r#""#]],
    );
}

#[test]
fn a_wait_that_would_be_a_guess_is_unknown_and_a_closed_queue_is_closed() {
    check(
        "
        with branches
        1052 registers
        tell ledger
        kim calls 9091
        kim hangs up
        command queue silver close
        kim calls 9091
        ",
        expect![[r#""#]],
    );
}
