//! A process that leaves its calls to the next one.

use crate::check;
use expect_test::expect;

#[test]
fn nobody_hears_of_a_restart_who_waits_or_talks_but_for_a_moment_of_silence() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 20
        lo calls 9001
        wait 10
        tell sip media ledger
        engine hands over
        max calls 9001
        engine is gone for 3
        wait 2
        calls
        1001 hangs up
        lo hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            30s ledger: call-3 offered to 9001 by 0709999999
            30s ledger: call-3 ended Refused: the engine is stopping
            30s max gets 503, Retry-After 5
            33s ledger: 1001 reachable
            33s kim gets INVITE
            33s 1001 gets INVITE
            33s lo gets INVITE
            33s kim hears music
            33s kim hears nothing
            33s ledger: call-1 recovered
            33s kim is bridged with 1001
            33s ledger: call-2 recovered
            33s lo hears music
            33s lo hears queue/first, then music
            33s ledger: call-2 told place 1
            35s call-1 is talking in faktura
            35s call-2 is waiting in faktura at place 1
            35s ledger: call-1 ended Answered: agent hung up
            35s ledger: 1001 wrap-up for call-1 started, 15000 ms
            35s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            35s ledger: call-2 leaves unserved, Some(1) in faktura: 3 logged_out, 1 wrap_up
            35s ledger: call-2 ended Abandoned(Waiting): caller hung up
            50s ledger: 1001 wrap-up ended
            105s nothing is left
            105s [("offered", 3), ("answered", 1), ("abandoned", 1), ("refused", 1)]
        "#]],
    );
}

#[test]
fn a_phone_that_rings_when_the_calls_are_handed_over_stops_and_is_rung_by_the_next_process() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 2
        tell sip media ledger agents
        engine hands over
        engine is gone for 3
        wait 1
        1001 answers
        1001 speaks
        calls
        ",
        expect![[r#"
            2s 1001 gets CANCEL
            5s 1001 is logged_out
            5s 1001 is unreachable
            5s ledger: 1001 reachable
            5s 1001 is ready
            5s kim gets INVITE
            5s ledger: call-1 recovered
            5s kim hears music
            5s ledger: call-1 rang 1001
            5s 1001 gets INVITE from "Faktura: 0701234567"
            5s 1001 is ringing
            6s kim is bridged with 1001
            6s ledger: call-1 connected with 1001
            6s ledger: call-1 1001 accepted
            6s 1001 is talking
            6s call-1 is talking in faktura
        "#]],
    );
}

#[test]
fn a_call_that_nobody_could_take_up_is_ended_before_the_server_goes() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        tell sip ledger
        engine hands over
        engine is gone for 3
        wait 70
        left
        ",
        expect![[r#"
            0s ledger: call-1 ended Interrupted: the engine was stopped
            0s 1001 gets 480
            0s 1002 gets CANCEL
            3s ledger: 1001 reachable
            3s ledger: 1002 reachable
            73s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_whose_agent_has_answered_and_was_not_heard_is_rung_for_again() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        tell sip media ledger
        engine hands over
        engine is gone for 3
        wait 1
        calls
        ",
        expect![[r#"
            0s 1001 gets BYE
            3s ledger: 1001 reachable
            3s kim gets INVITE
            3s ledger: call-1 recovered
            3s kim hears music
            3s ledger: call-1 rang 1001
            3s 1001 gets INVITE from "Faktura: 0701234567"
            4s call-1 is ringing in faktura
        "#]],
    );
}

#[test]
fn an_agent_in_a_browser_is_hung_up_on_and_the_caller_waits_for_another_one() {
    check(
        "
        1001 registers in a browser
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        tell sip media ledger
        engine hands over
        engine is gone for 3
        wait 1
        calls
        ",
        expect![[r#"
            30s 1001 gets BYE
            33s kim gets INVITE
            33s ledger: call-1 recovered
            33s kim hears music
            33s kim hears queue/first, then music
            33s ledger: call-1 told place 1
            34s call-1 is waiting in faktura at place 1
        "#]],
    );
}
