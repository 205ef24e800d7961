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
