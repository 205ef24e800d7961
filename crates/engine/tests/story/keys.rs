//! Keys that are not pressed in the sound.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_chooses_by_keys_that_come_in_messages_and_one_that_comes_both_ways_counts_once() {
    check(
        "
        kim calls 9000
        lo calls 9000
        tell ledger
        kim tells 1
        lo presses 3
        lo tells 3
        wait 1
        lo tells 2
        lo presses 2
        ",
        expect![[r#"
            0s ledger: call-1 chose 1 in main
            0s ledger: call-1 queued in faktura
            1s ledger: call-2 chose 2 in main
            1s ledger: call-2 queued in small
            1s ledger: call-2 told place 1
        "#]],
    );
}

#[test]
fn keys_of_a_talk_go_on_to_the_other_side_no_faster_than_a_person_presses() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        wait 1
        tell sip
        1001 tells 5
        1001 tells 6
        wait 1
        1001 tells 7
        1002 tells #
        1002 hangs up
        wait 60
        left
        ",
        expect![[r#"
            1s 1002 gets INFO "Signal=5\r\nDuration=160\r\n"
            2s 1002 gets INFO "Signal=7\r\nDuration=160\r\n"
            2s 1001 gets INFO "Signal=#\r\nDuration=160\r\n"
            2s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            62s nothing is left
        "#]],
    );
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 1
        tell sip
        1001 tells 9
        kim tells 1
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            1s kim gets INFO "Signal=9\r\nDuration=160\r\n"
            1s 1001 gets INFO "Signal=1\r\nDuration=160\r\n"
            1s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            61s nothing is left
        "#]],
    );
}
