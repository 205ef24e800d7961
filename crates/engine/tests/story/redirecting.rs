//! Phones that send calls on to somebody else.

use crate::check;
use expect_test::expect;

#[test]
fn a_colleagues_call_is_sent_on_to_another_agent_who_is_busy_with_it_then() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        tell sip media ledger agents
        1001 dials 1002
        1002 sends it on to 1003
        1003 answers
        1003 hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s ledger: call-1 offered to 1002 by 1001
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is occupied
            0s 1002 is occupied
            0s ledger: call-1 1002 sends it on to 1003
            0s 1003 gets INVITE from "Anna"
            0s 1001 gets 181
            0s 1001 gets 180
            0s 1002 is ready
            0s ledger: call-1 answered
            0s ledger: call-1 connected with 1003
            0s 1001 is bridged with 1003
            0s 1001 gets 200
            0s ledger: call-1 ended Answered: called party hung up
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_call_that_is_sent_on_in_circles_comes_to_its_end() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        tell sip ledger agents
        1003 dials 1001
        1001 sends it on to 1002
        1002 sends it on to 1001
        1001 sends it on to 1002
        1002 sends it on to 1001
        wait 60
        left
        ",
        expect![[r#"
            0s 1003 gets 407
            0s ledger: call-1 offered to 1001 by 1003
            0s 1001 gets INVITE from "Cia"
            0s 1003 gets 100
            0s 1003 gets 180
            0s 1001 is occupied
            0s ledger: call-1 1001 sends it on to 1002
            0s 1002 gets INVITE from "Cia"
            0s 1003 gets 181
            0s 1003 gets 180
            0s 1001 is ready
            0s 1002 is occupied
            0s ledger: call-1 1002 sends it on to 1001
            0s 1001 gets INVITE from "Cia"
            0s 1003 gets 181
            0s 1003 gets 180
            0s 1001 is occupied
            0s 1002 is ready
            0s ledger: call-1 1001 sends it on to 1002
            0s 1002 gets INVITE from "Cia"
            0s 1003 gets 181
            0s 1003 gets 180
            0s 1001 is ready
            0s 1002 is occupied
            0s ledger: call-1 ended Failed: not taken: 480 Temporarily Unavailable
            0s 1003 gets 480
            0s 1002 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_call_is_sent_on_to_the_outside_as_far_as_the_one_who_does_may_call_there() {
    check(
        "
        with trunks
        carrier is there
        1001 registers
        1002 registers
        tell sip ledger agents
        1002 dials 1001
        1001 sends it on to 08555111
        carrier answers
        1002 hangs up
        wait 60
        1001 dials 1002
        1002 sends it on to 08555111
        1002 dials 1001
        1001 sends it on to +46900123456
        wait 60
        left
        ",
        expect![[r#"
            0s 1002 gets 407
            0s ledger: call-1 offered to 1001 by 1002
            0s 1001 gets INVITE from "Bo"
            0s 1002 gets 100
            0s 1002 gets 180
            0s 1001 is occupied
            0s 1002 is occupied
            0s ledger: call-1 1001 sends it on to 08555111 over carrier
            0s carrier gets INVITE
            0s 1002 gets 181
            0s 1002 gets 180
            0s 1001 is ready
            0s ledger: call-1 answered
            0s ledger: call-1 connected with 1002
            0s 1002 gets 200
            0s ledger: call-1 ended Answered: caller hung up
            0s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 is ready
            60s 1001 gets 407
            60s ledger: call-2 offered to 1002 by 1001
            60s 1002 gets INVITE from "Anna"
            60s 1001 gets 100
            60s 1001 gets 180
            60s 1001 is occupied
            60s 1002 is occupied
            60s ledger: 1002 does not call out: not_allowed
            60s ledger: call-2 ended Failed: not taken: 480 Temporarily Unavailable
            60s 1001 gets 480
            60s 1001 is ready
            60s 1002 is ready
            60s 1002 gets 407
            60s ledger: call-3 offered to 1001 by 1002
            60s 1001 gets INVITE from "Bo"
            60s 1002 gets 100
            60s 1002 gets 180
            60s 1001 is occupied
            60s 1002 is occupied
            60s ledger: 1001 does not call out: not_listed
            60s ledger: call-3 ended Failed: not taken: 480 Temporarily Unavailable
            60s 1002 gets 480
            60s 1001 is ready
            60s 1002 is ready
            120s nothing is left
        "#]],
    );
}

#[test]
fn a_call_of_a_queue_is_never_sent_on() {
    check(
        "
        1001 registers
        1002 registers
        tell sip ledger agents
        kim calls 9001
        1001 sends it on to 1003
        1002 answers
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001 is ringing
            0s ledger: call-1 1001 declined
            0s ledger: call-1 rang 1002
            0s 1002 gets INVITE from "Faktura: 0701234567"
            0s 1001 is settling
            0s 1002 is ringing
        "#]],
    );
}

#[test]
fn a_call_is_not_sent_on_where_the_plan_does_not_say_so_or_by_whoever_called() {
    check(
        "
        1001 registers
        1003 registers
        tell sip ledger
        1001 dials 1003
        1003 sends it on to 1002
        1003 dials 1001
        1001 sends it on to 1003
        1003 dials 1001
        1001 sends it on to 9001
        wait 60
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s ledger: call-1 offered to 1003 by 1001
            0s 1003 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s ledger: call-1 ended Failed: not taken: 480 Temporarily Unavailable
            0s 1001 gets 480
            0s 1003 gets 407
            0s ledger: call-2 offered to 1001 by 1003
            0s 1001 gets INVITE from "Cia"
            0s 1003 gets 100
            0s 1003 gets 180
            0s ledger: call-2 ended Failed: not taken: 480 Temporarily Unavailable
            0s 1003 gets 480
            0s 1003 gets 407
            0s ledger: call-3 offered to 1001 by 1003
            0s 1001 gets INVITE from "Cia"
            0s 1003 gets 100
            0s 1003 gets 180
            0s ledger: 1001 does not call out: not_listed
            0s ledger: call-3 ended Failed: not taken: 480 Temporarily Unavailable
            0s 1003 gets 480
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_was_handed_over_is_not_sent_on_and_comes_back_to_the_agent() {
    check(
        "
        with trunks
        carrier is there
        1002 registers
        carrier calls 46812345
        1002 answers
        1002 speaks
        1001 registers
        wait 1
        tell sip media ledger
        1002 refers 1001
        1001 sends it on to 08555111
        wait 5
        ",
        expect![[r#"
            1s 1002 is parted
            1s carrier hears music
            1s 1001 gets INVITE from "Faktura: +46701234567"
            1s 1002 gets 202 to REFER
            1s 1002 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            1s 1002 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            1s ledger: call-1 1002 could not hand it over to 1001: not taken: 480 Temporarily Unavailable
            1s carrier is bridged with 1002
            1s 1002 gets NOTIFY SIP/2.0 480 Temporarily Unavailable, terminated;reason=noresource
        "#]],
    );
}

#[test]
fn a_call_of_a_queue_is_passed_on_to_a_colleague_who_is_ready() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1022 registers
        tell sip ledger agents
        wait 3
        1021 sends it on to 1022
        1022 answers
        1022 speaks
        ",
        expect![[r#"
            3s ledger: call-1 1021 passed_on
            3s ledger: call-1 rang 1022
            3s 1022 gets INVITE from "advice: 0701234567"
            3s 1021 is settling
            3s 1022 is ringing
            3s ledger: call-1 connected with 1022
            3s ledger: call-1 1022 accepted
            3s 1022 is talking
        "#]],
    );
}

#[test]
fn a_call_of_a_queue_that_is_passed_on_to_nobody_who_could_take_it_was_declined() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        1022 registers
        tell ledger agents
        wait 3
        1021 sends it on to 1022
        wait 1
        1021 sends it on to 1023
        ",
        expect![[r#"
            3s ledger: call-1 1021 declined
            3s 1021 is settling
            4s ledger: call-1 rang 1021
            4s 1021 is ringing
            4s ledger: call-1 1021 declined
            4s 1021 is declined_ring
        "#]],
    );
}
