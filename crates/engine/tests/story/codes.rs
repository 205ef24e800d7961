//! Short codes, dialled on an agent's phone.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_comes_and_goes_by_short_code_and_hears_it_confirmed() {
    check(
        "
        tell sip media ledger agents
        1003 registers
        1003 dials *11
        1003 hears it out
        wait 5
        1003 dials *12
        1003 hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: 1003 reachable
            0s 1003 gets 407
            0s 1003 gets 200
            0s ledger: 1003 logged in
            0s 1003 hears code/logged-in
            0s 1003 is occupied
            0s 1003 gets BYE
            0s 1003 is ready
            5s 1003 gets 407
            5s 1003 gets 200
            5s ledger: 1003 logged out
            5s 1003 hears code/logged-out
            5s 1003 is logged_out
            5s 1003 gets BYE
            65s nothing is left
        "#]],
    );
}

#[test]
fn a_log_out_dialled_in_a_conversation_is_confirmed_as_what_comes_after_it() {
    check(
        "
        with work
        1021 registers
        1021b registers
        kim calls 9021
        1021 answers
        1021 speaks
        tell media agents states
        wait 5
        1021b dials *12
        1021b hears it out
        wait 5
        kim hangs up
        1021b dials *12
        ",
        expect![[r#"
            5s 1021b hears code/after-call, then code/logged-out
            10s ledger: 1021 is logged_out
            10s 1021 is logged_out
            10s 1021b hears code/logged-out
        "#]],
    );
}

#[test]
fn a_log_out_asked_for_in_a_conversation_is_shown_until_it_comes_also_over_a_restart() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        desk of 1021
        command 1021 log_out
        desk of 1021
        tell agents
        engine is gone for 3
        wait 5
        desk of 1021
        kim hangs up
        desk of 1021
        ",
        expect![[r#"
            0s 1021 is talking, calls [1] of 1
            0s 1021 is talking, calls [1] of 1, logs out
            3s 1021 is logged_out
            3s 1021 is talking
            8s 1021 is talking, calls [1] of 1, logs out
            8s 1021 is logged_out
            8s 1021 is logged_out, calls [] of 1
        "#]],
    );
}

#[test]
fn nobody_rings_a_phone_that_listens_to_its_confirmation() {
    check(
        "
        kim calls 9001
        1003 registers
        tell sip agents
        1003 dials *11
        wait 2
        1003 hears it out
        ",
        expect![[r#"
            0s 1003 gets 407
            0s 1003 gets 200
            0s 1003 is occupied
            2s 1003 gets BYE
            2s 1003 gets INVITE from "Faktura: 0701234567"
            2s 1003 is ringing
        "#]],
    );
}

#[test]
fn an_agent_on_a_code_call_gets_busy_for_the_next_and_is_not_rung() {
    check(
        "
        1001 registers
        1001b registers
        tell sip agents
        1001 dials *11
        1001b dials *12
        kim calls 9001
        wait 1
        1001 hangs up
        ",
        expect![[r#"
            0s 1001 gets 407
            0s 1001 gets 200
            0s 1001 is occupied
            0s 1001b gets 407
            0s 1001b gets 486
            0s kim gets 100
            0s kim gets 200
            1s 1001 gets INVITE from "Faktura: 0701234567"
            1s 1001b gets INVITE from "Faktura: 0701234567"
            1s 1001 is ringing
        "#]],
    );
}

#[test]
fn a_code_that_never_answers_our_offer_is_done_and_hung_up() {
    check(
        "
        1003 registers
        tell sip media ledger agents
        1003 dials *11 late without answer
        wait 60
        left
        ",
        expect![[r#"
            0s 1003 gets 407
            0s 1003 gets 200
            0s ledger: 1003 logged in
            0s 1003 gets BYE
            0s 1003 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_code_in_a_codec_of_others_changes_nothing() {
    check(
        "
        1003 registers
        tell sip media ledger agents
        1003 dials *11 offering g729
        wait 60
        left
        ",
        expect![[r#"
            0s 1003 gets 407
            0s 1003 gets 488
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_dials_a_code_is_asked_who_that_is() {
    check(
        "
        tell sip ledger
        kim dials *11
        ",
        expect![[r#"
            0s kim gets 407
            0s kim gets 407
        "#]],
    );
}

#[test]
fn a_code_call_whose_connection_breaks_leaves_nothing() {
    check(
        "
        1003 registers by tcp
        tell ledger agents
        1003 dials *11
        1003 breaks
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: 1003 logged in
            0s 1003 is occupied
            0s ledger: 1003 unreachable
            0s 1003 is unreachable
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_code_call_whose_sound_stops_is_hung_up() {
    check(
        "
        1003 registers
        tell sip ledger agents
        1003 dials *11
        wait 5
        1003 falls silent
        ",
        expect![[r#"
            0s 1003 gets 407
            0s 1003 gets 200
            0s ledger: 1003 logged in
            0s 1003 is occupied
            5s 1003 gets BYE
            5s 1003 is ready
        "#]],
    );
}

#[test]
fn an_agent_who_has_gone_stays_gone_though_the_phone_comes_back() {
    check(
        "
        1001 registers
        tell ledger agents
        1001 dials *12
        1001 hangs up
        1001 unregisters
        1001 registers
        1001 dials *11
        1001 hangs up
        ",
        expect![[r#"
            0s ledger: 1001 logged out
            0s 1001 is logged_out
            0s ledger: 1001 unreachable
            0s ledger: 1001 reachable
            0s ledger: 1001 logged in
            0s 1001 is occupied
            0s 1001 is ready
        "#]],
    );
}
