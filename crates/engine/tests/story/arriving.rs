//! Who arrived first keeps that, whatever befalls them, and goes before those who arrived meanwhile. For overflow and a
//! transfer into a queue see `overflowing` and `transferring`.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_whose_ring_was_missed_goes_before_those_who_arrived_meanwhile() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 5
        lo calls 9001
        wait 40
        calls
        tell ledger
        1002 registers
        1002 answers
        1002 speaks
        calls
        ",
        expect![[r#"
            45s call-1 is waiting in faktura at place 1
            45s call-2 is waiting in faktura at place 2
            45s ledger: 1002 reachable
            45s ledger: 1002 logged in
            45s ledger: call-1 rang 1002
            45s ledger: call-1 connected with 1002
            45s ledger: call-1 1002 accepted
            45s call-1 is talking in faktura
            45s call-2 is waiting in faktura at place 1
        "#]],
    );
}

#[test]
fn a_caller_whose_ring_was_declined_goes_before_those_who_arrived_meanwhile() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 5
        lo calls 9001
        1001 rejects 603
        calls
        tell ledger
        1002 registers
        1002 answers
        1002 speaks
        calls
        ",
        expect![[r#"
            5s call-1 is waiting in faktura at place 1
            5s call-2 is waiting in faktura at place 2
            5s ledger: 1002 reachable
            5s ledger: 1002 logged in
            5s ledger: call-1 rang 1002
            5s ledger: call-1 connected with 1002
            5s ledger: call-1 1002 accepted
            5s call-1 is talking in faktura
            5s call-2 is waiting in faktura at place 1
        "#]],
    );
}

#[test]
fn a_caller_whose_ringing_phone_is_gone_goes_before_those_who_arrived_meanwhile() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 5
        lo calls 9001
        tell ledger
        1001 unregisters
        calls
        1002 registers
        1002 answers
        1002 speaks
        calls
        ",
        expect![[r#"
            5s ledger: 1001 unreachable
            5s ledger: call-1 1001 withdrawn
            5s call-1 is waiting in faktura at place 1
            5s call-2 is waiting in faktura at place 2
            5s ledger: 1002 reachable
            5s ledger: 1002 logged in
            5s ledger: call-1 rang 1002
            5s ledger: call-1 connected with 1002
            5s ledger: call-1 1002 accepted
            5s call-1 is talking in faktura
            5s call-2 is waiting in faktura at place 1
        "#]],
    );
}

#[test]
fn a_callback_that_is_tried_again_goes_before_callers_who_arrived_meanwhile() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        lo calls 9071
        tell ledger
        1022 registers
        1022 answers
        1022 speaks
        carrier rejects 486
        1022 hears it out
        1022 answers
        1022 speaks
        wait 60
        max calls 9071
        wait 300
        calls
        lo hangs up
        ",
        expect![[r#"
            60s ledger: 1022 reachable
            60s ledger: 1022 logged in
            60s ledger: call-2 rang 1022
            60s ledger: call-2 attempt 1 with 1022
            60s ledger: call-2 1022 accepted
            60s ledger: call-2 attempt 1: Busy
            60s ledger: call-3 rang 1022
            60s ledger: call-3 connected with 1022
            60s ledger: call-3 1022 accepted
            120s ledger: call-4 offered to 9071 by +46709999999 over max
            120s ledger: call-4 answered
            120s ledger: call-4 queued in desk
            120s ledger: call-4 told place 1
            420s call-3 is talking in desk
            420s call-4 is waiting in desk at place 2
            420s call-2 is waiting in desk at place 1
            420s ledger: call-3 ended Answered: caller hung up
            420s ledger: call-2 rang 1022
        "#]],
    );
}
