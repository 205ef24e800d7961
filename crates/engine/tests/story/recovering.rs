//! Callers who wait when the process ends, and the run after it.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_who_waits_over_a_restart_hears_music_again_and_is_answered() {
    check(
        "
        kim calls 9001
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        1001 registers
        1001 answers
        1001 speaks
        calls
        wait 20
        kim hangs up
        wait 40
        left
        ",
        expect![[r#"
            33s kim gets INVITE
            33s ledger: call-1 recovered
            33s kim hears music
            33s kim hears queue/first, then music
            33s ledger: call-1 told place 1
            38s call-1 is waiting in faktura at place 1
            38s ledger: 1001 reachable
            38s ledger: 1001 logged in
            38s ledger: call-1 rang 1001
            38s 1001 gets INVITE from "Faktura: 0701234567"
            38s 1001 is ringing
            38s kim is bridged with 1001
            38s ledger: call-1 connected with 1001
            38s ledger: call-1 1001 accepted
            38s 1001 is talking
            38s call-1 is talking in faktura
            58s ledger: call-1 ended Answered: caller hung up
            58s ledger: 1001 wrap-up for call-1 started, 15000 ms
            58s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            58s 1001 is wrap_up
            73s ledger: 1001 wrap-up ended
            73s 1001 is ready
            98s nothing is left
        "#]],
    );
}

#[test]
fn who_came_first_is_first_after_a_restart_whatever_came_meanwhile() {
    check(
        "
        kim calls 9001
        wait 10
        lo calls 9001
        wait 10
        engine is gone for 3
        max calls 9001
        wait 1
        tell sip media ledger
        calls
        1001 registers
        ",
        expect![[r#"
            24s call-1 is waiting in faktura at place 1
            24s call-2 is waiting in faktura at place 2
            24s call-3 is waiting in faktura at place 3
            24s ledger: 1001 reachable
            24s ledger: 1001 logged in
            24s ledger: call-1 rang 1001
            24s 1001 gets INVITE from "Faktura: 0701234567"
        "#]],
    );
}

#[test]
fn who_hung_up_while_the_server_was_away_is_written_down_as_gone_when_last_heard_of() {
    check(
        "
        kim calls 9001
        wait 10
        kim dies
        tell sip media ledger
        engine is gone for 3
        wait 70
        calls
        left
        ",
        expect![[r#"
            45s ledger: call-1 ended Interrupted: gone after a restart, 45 s ago
            83s nothing is left
        "#]],
    );
}

#[test]
fn who_waits_over_two_restarts_in_a_row_is_still_there() {
    check(
        "
        kim calls 9001
        wait 30
        tell sip media ledger
        engine is gone for 1
        engine is gone for 1
        engine is gone for 1
        wait 1
        calls
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            33s kim gets INVITE
            33s ledger: call-1 recovered
            33s kim hears music
            33s kim hears queue/first, then music
            33s ledger: call-1 told place 1
            34s call-1 is waiting in faktura at place 1
            34s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            34s ledger: call-1 ended Abandoned(Waiting): caller hung up
            104s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_for_whom_a_phone_rang_when_the_server_was_killed_has_it_rung_again() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 2
        tell sip media ledger agents
        engine is gone for 3
        wait 1
        calls
        ",
        expect![[r#"
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
            6s call-1 is ringing in faktura
        "#]],
    );
}

#[test]
fn a_caller_whom_nobody_has_reached_yet_may_hang_up() {
    check(
        "
        kim calls 9001
        wait 30
        kim dies
        engine is gone for 3
        wait 1
        kim is there
        tell sip media ledger
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            34s ledger: call-1 ended Abandoned(Waiting): caller hung up
            34.5s kim gets INVITE
            104s nothing is left
        "#]],
    );
}
