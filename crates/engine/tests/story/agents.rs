//! After-call work: begun once, ended once, for the call that it was for.

use crate::check;
use expect_test::expect;

#[test]
fn a_log_in_during_wrap_up_leaves_the_wrap_up_as_it_was() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell ledger agents
        1001 hangs up
        wait 5
        1001 dials *11
        wait 1
        1001 hangs up
        wait 30
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: agent hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 is wrap_up
            5s ledger: 1001 logged in
            5s 1001 is occupied
            6s 1001 is wrap_up
            15s ledger: 1001 wrap-up ended
            15s 1001 is ready
        "#]],
    );
}

#[test]
fn a_wrap_up_that_ends_during_a_code_call_ends_then() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell ledger agents
        1001 hangs up
        wait 10
        1001 dials *11
        wait 10
        1001 hangs up
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: agent hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 is wrap_up
            10s ledger: 1001 logged in
            10s 1001 is occupied
            15s ledger: 1001 wrap-up ended
            20s 1001 is ready
        "#]],
    );
}

#[test]
fn a_phone_that_is_lost_and_found_during_wrap_up_changes_nothing_of_it() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell ledger agents
        1001 hangs up
        wait 5
        1001 unregisters
        wait 5
        1001 registers
        wait 30
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: agent hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 is wrap_up
            5s ledger: 1001 unreachable
            5s 1001 is unreachable
            10s ledger: 1001 reachable
            10s 1001 is wrap_up
            15s ledger: 1001 wrap-up ended
            15s 1001 is ready
        "#]],
    );
}

#[test]
fn a_phone_that_is_lost_during_the_talk_has_its_wrap_up_for_that_call() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell ledger agents
        1001 unregisters
        wait 5
        kim hangs up
        wait 5
        1001 registers
        wait 30
        ",
        expect![[r#"
            0s ledger: 1001 unreachable
            5s ledger: call-1 ended Answered: caller hung up
            5s ledger: 1001 wrap-up for call-1 started, 15000 ms
            5s 1001 is unreachable
            10s ledger: 1001 reachable
            10s 1001 is wrap_up
            20s ledger: 1001 wrap-up ended
            20s 1001 is ready
        "#]],
    );
}

#[test]
fn a_log_out_during_the_talk_takes_effect_after_it() {
    check(
        "
        1001 registers
        1001b registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell ledger agents
        1001b dials *12
        1001b hangs up
        wait 5
        kim hangs up
        wait 30
        ",
        expect![[r#"
            0s ledger: 1001 logged out
            5s ledger: call-1 ended Answered: caller hung up
            5s 1001 is logged_out
        "#]],
    );
}

#[test]
fn a_log_out_during_wrap_up_ends_both() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell ledger agents
        1001 hangs up
        wait 5
        1001 dials *12
        1001 hangs up
        wait 30
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: agent hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 is wrap_up
            5s ledger: 1001 logged out
            5s ledger: 1001 wrap-up ended
            5s 1001 is logged_out
        "#]],
    );
}
