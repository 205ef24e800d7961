//! What a waiting caller is told.

use crate::check;
use expect_test::expect;

#[test]
fn a_waiting_caller_is_told_the_place_again_and_again() {
    check(
        "
        kim calls 9001
        lo calls 9001
        tell media ledger
        lo hears it out
        lo hears it out
        wait 20
        kim hangs up
        wait 10
        ",
        expect![[r#"
            0s lo hears queue/place, then numbers/2, then queue/in-line, then music
            0s ledger: call-2 told place 2
            20s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            20s ledger: call-1 ended Abandoned(Waiting): caller hung up
            30s lo hears queue/first, then music
            30s ledger: call-2 told place 1
        "#]],
    );
}

#[test]
fn a_caller_who_is_rung_out_of_turn_is_not_told_to_be_first() {
    check(
        "
        1002 registers
        max calls 9001
        1002 answers
        1002 speaks
        1001 registers
        kim calls 9001
        lo calls 9001
        tell sip media ledger
        1001 rejects 486
        wait 2
        lo hears it out
        wait 8
        1001 unregisters
        calls
        wait 30
        ",
        expect![[r#"
            0s ledger: call-2 1001 declined
            1s ledger: call-3 rang 1001
            1s 1001 gets INVITE from "Faktura: 0707654321"
            10s ledger: 1001 unreachable
            10s ledger: call-3 1001 withdrawn
            10s 1001 gets CANCEL
            10s call-1 is talking in faktura
            10s call-2 is waiting in faktura at place 1
            10s call-3 is waiting in faktura at place 2
            32s lo hears queue/place, then numbers/2, then queue/in-line, then music
            32s ledger: call-3 told place 2
        "#]],
    );
}
