//! Sound that nobody on the way can hear (SRTP).

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_over_tls_may_have_the_sound_encrypted_or_not() {
    check(
        "
        kim uses tls and seals
        lo uses tls
        tell sip
        kim calls 9001
        lo calls 9001
        ",
        expect![[r#"
            0s kim gets 100
            0s kim gets 200, sealed
            0s lo gets 100
            0s lo gets 200
        "#]],
    );
}

#[test]
fn keys_that_come_in_the_clear_are_refused() {
    check(
        "
        tell sip ledger
        kim calls 9001 offering sealed sound
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 ended Refused: no common codec, or no common protection of it
            0s kim gets 488
        "#]],
    );
}

#[test]
fn a_phone_that_must_be_encrypted_is_rung_over_tls_and_nowhere_else() {
    check(
        "
        1004 registers
        kim calls 9001
        tell sip agents
        wait 5
        1004 unregisters
        1004 uses tls and seals
        1004 registers
        wait 5
        1004 answers
        ",
        expect![[r#"
            5s 1004 is unreachable
            5s 1004 is settling
            10s 1004 gets INVITE from "Faktura: 0701234567", sealed
            10s 1004 is ringing
        "#]],
    );
}

#[test]
fn a_phone_over_tls_is_offered_keys_and_may_pass_them_over() {
    check(
        "
        1001 uses tls
        1001 registers
        tell sip
        kim calls 9001
        1001 answers
        1001 speaks
        kim hangs up
        left
        ",
        expect![[r#"
            0s kim gets 100
            0s kim gets 200
            0s 1001 gets INVITE from "Faktura: 0701234567", with keys
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s left: [("transactions", 5)]
        "#]],
    );
}

#[test]
fn a_trunk_that_must_be_encrypted_is_both_ways_and_its_calls_in_the_clear_are_refused() {
    check(
        "
        with trunks
        sealed uses tls and seals
        1001 registers
        tell sip ledger
        1001 dials 004930123
        sealed answers
        1001 hangs up
        wait 1
        sealed calls +46812345
        sealed hangs up
        wait 1
        sealed uses tls
        sealed calls +46812345
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s ledger: call-1 offered to 004930123 by 1001 over sealed
            0s sealed gets INVITE, sealed
            0s 1001 gets 100
            0s 1001 gets 180
            0s ledger: call-1 answered
            0s ledger: call-1 connected with 1001
            0s 1001 gets 200
            0s ledger: call-1 ended Answered: caller hung up
            0s sealed gets BYE since Q.850;cause=16;text="Normal call clearing"
            1s ledger: call-2 offered to +46812345 by +49301234567 over sealed
            1s ledger: call-2 answered
            1s sealed gets 100
            1s sealed gets 200, sealed
            1s ledger: call-2 queued in faktura
            1s ledger: call-2 rang 1001
            1s 1001 gets INVITE from "Faktura: +49301234567"
            1s ledger: call-2 1001 withdrawn
            1s ledger: call-2 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            1s ledger: call-2 ended Abandoned(Ringing): caller hung up
            1s 1001 gets CANCEL
            2s ledger: call-3 offered to +46812345 by +49301234567 over sealed
            2s ledger: call-3 ended Refused: no common codec, or no common protection of it
            2s sealed gets 488
            62s nothing is left
        "#]],
    );
}
