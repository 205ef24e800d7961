//! Agents call numbers outside, and others try to.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_calls_outside_over_the_trunk_that_may_carry_it() {
    check(
        "
        with trunks
        tell sip media agents
        carrier is there
        1001 registers
        1001 dials 08555111
        carrier answers
        carrier hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 is ready
            0s 1001 gets 407
            0s carrier gets INVITE
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is occupied
            0s 1001 is bridged with carrier
            0s 1001 gets 200
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_who_gives_up_leaves_nothing_behind() {
    check(
        "
        with trunks
        tell sip agents
        carrier is there
        1001 registers
        1001 dials 08555111
        1001 hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 is ready
            0s 1001 gets 407
            0s carrier gets INVITE
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is occupied
            0s 1001 gets 487
            0s carrier gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_number_outside_that_is_busy_is_told_so() {
    check(
        "
        with trunks
        tell sip agents
        carrier is there
        1001 registers
        1001 dials 112
        carrier rejects 486
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 is ready
            0s 1001 gets 407
            0s carrier gets INVITE
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is occupied
            0s 1001 gets 486
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_carrier_that_cannot_is_passed_over_and_without_another_the_agent_hears_it() {
    check(
        "
        with trunks
        tell sip agents
        carrier is there
        1001 registers
        1001 dials 08555111
        carrier rejects 503
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 is ready
            0s 1001 gets 407
            0s carrier gets INVITE
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is occupied
            0s 1001 gets 503, Retry-After 5
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_carrier_sends_no_call_anywhere_else() {
    check(
        "
        with trunks
        tell sip
        carrier is there
        1001 registers
        1001 dials 08555111
        carrier rejects 302
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s carrier gets INVITE
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 gets 480
            60s nothing is left
        "#]],
    );
}

#[test]
fn nobody_calls_outside_who_may_not_or_what_may_not_be_called() {
    check(
        "
        with trunks
        tell sip
        carrier is there
        1001 registers
        1002 registers
        1002 dials 08555111
        1001 dials 0047555111
        1001 dials 00883510001
        1001 dials 0900555111
        1001 dials *21*08555111
        kim calls 08555111
        carrier calls 46855511122
        pbx dials 08555111
        wait 60
        left
        ",
        expect![[r#"
            0s 1002 gets 407
            0s 1002 gets 403
            0s 1001 gets 407
            0s 1001 gets 403
            0s 1001 gets 407
            0s 1001 gets 403
            0s 1001 gets 407
            0s 1001 gets 403
            0s 1001 gets 407
            0s 1001 gets 403
            0s kim gets 407
            0s carrier gets 404
            0s pbx gets 407
            0s pbx gets 404
            60s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_has_no_more_calls_out_in_an_hour_for_all_that_the_server_is_restarted() {
    check(
        "
        with ways out
        carrier is there
        1001 registers
        1001 dials 08555111
        1001 hangs up
        wait 60
        1001 dials 08555111
        1001 hangs up
        engine restarts
        carrier is there
        1001 registers
        tell sip ledger
        1001 dials 08555111
        wait 3540
        1001 registers
        1001 dials 08555111
        ",
        expect![[r#"
            60s 1001 gets 407
            60s ledger: 1001 does not call out: too_often
            60s 1001 gets 403
            3438s ledger: 1001 unreachable
            3600s ledger: 1001 reachable
            3600s 1001 gets 407
            3600s ledger: call-3 offered to 08555111 by 1001 over carrier
            3600s carrier gets INVITE
            3600s 1001 gets 100
            3600s 1001 gets 180
        "#]],
    );
}
