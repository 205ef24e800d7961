//! A call has a row before it has an answer.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_is_answered_only_when_its_row_is_on_disk() {
    check(
        "
        tell sip ledger
        disk is slow
        kim calls 9001
        wait 0.2
        disk catches up
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s kim gets 100
            0.2s ledger: call-1 answered
            0.2s kim gets 200
            0.2s ledger: call-1 queued in faktura
        "#]],
    );
}

#[test]
fn a_slow_disk_costs_a_quarter_of_a_second_and_no_call() {
    check(
        "
        tell sip ledger
        disk is slow
        kim calls 9001
        wait 1
        disk catches up
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s kim gets 100
            0.25s ledger: call-1 answered
            0.25s kim gets 200
            0.25s ledger: call-1 queued in faktura
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_before_the_row_is_stored_is_not_answered() {
    check(
        "
        tell sip ledger
        disk is slow
        kim calls 9001
        kim hangs up
        disk catches up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s kim gets 100
            0s ledger: call-1 ended Abandoned(Dialling): caller hung up
            0s kim gets 487
            60s nothing is left
        "#]],
    );
}

#[test]
fn one_flush_answers_every_call_that_it_covers() {
    check(
        "
        disk is slow
        tell sip
        kim calls 9001
        lo calls 9001
        wait 0.1
        disk catches up
        ",
        expect![[r#"
            0s kim gets 100
            0s lo gets 100
            0.1s kim gets 200
            0.1s lo gets 200
        "#]],
    );
}
