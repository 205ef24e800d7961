//! The way of a call from its INVITE to the next caller's ring.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_goes_from_invite_to_the_next_callers_ring_at_the_end_of_wrap_up() {
    check(
        "
        tell sip media ledger agents
        1001 registers
        wait 5
        kim calls 9000
        kim hears it out
        kim presses 1
        1001 answers
        1001 speaks
        wait 55
        lo calls 9001
        lo hears it out
        1001 hangs up
        wait 15
        1001 answers
        1001 speaks
        wait 5
        lo hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: 1001 reachable
            0s ledger: 1001 logged in
            0s 1001 is ready
            5s ledger: call-1 offered to 9000 by 0701234567
            5s ledger: call-1 answered
            5s kim gets 100
            5s kim gets 200
            5s kim hears welcome
            5s kim hears choose
            5s ledger: call-1 chose 1 in main
            5s ledger: call-1 queued in faktura
            5s kim hears faktura, then music
            5s ledger: call-1 rang 1001
            5s 1001 gets INVITE from "Faktura: 0701234567"
            5s 1001 is ringing
            5s kim is bridged with 1001
            5s ledger: call-1 connected with 1001
            5s ledger: call-1 1001 accepted
            5s 1001 is talking
            60s ledger: call-2 offered to 9001 by 0707654321
            60s ledger: call-2 answered
            60s lo gets 100
            60s lo gets 200
            60s ledger: call-2 queued in faktura
            60s lo hears faktura, then music
            60s lo hears queue/first, then music
            60s ledger: call-2 told place 1
            60s ledger: call-1 ended Answered: agent hung up
            60s ledger: 1001 wrap-up for call-1 started, 15000 ms
            60s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            60s 1001 is wrap_up
            75s ledger: 1001 wrap-up ended
            75s ledger: call-2 rang 1001
            75s 1001 gets INVITE from "Faktura: 0707654321"
            75s 1001 is ringing
            75s lo is bridged with 1001
            75s ledger: call-2 connected with 1001
            75s ledger: call-2 1001 accepted
            75s 1001 is talking
            80s ledger: call-2 ended Answered: caller hung up
            80s ledger: 1001 wrap-up for call-2 started, 15000 ms
            80s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            80s 1001 is wrap_up
            95s ledger: 1001 wrap-up ended
            95s 1001 is ready
            140s nothing is left
        "#]],
    );
}

#[test]
fn a_key_typed_ahead_is_kept_for_the_menu() {
    check(
        "
        tell media ledger
        kim calls 9000
        kim presses 1
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9000 by 0701234567
            0s ledger: call-1 answered
            0s kim hears welcome
            0s ledger: call-1 chose 1 in main
            0s ledger: call-1 queued in faktura
            0s kim hears faktura, then music
        "#]],
    );
}

#[test]
fn a_caller_who_presses_nothing_is_asked_again_and_then_sent_on() {
    check(
        "
        tell media ledger
        kim calls 9000
        kim hears it out
        kim hears it out
        wait 5
        kim presses 7
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9000 by 0701234567
            0s ledger: call-1 answered
            0s kim hears welcome
            0s kim hears choose
            5s kim hears no-choice, then choose
            5s ledger: call-1 queued in faktura
            5s kim hears faktura, then music
        "#]],
    );
}

#[test]
fn a_number_that_only_speaks_hangs_up_when_it_has_spoken() {
    check(
        "
        tell sip media ledger
        kim calls 9003
        kim hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9003 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s kim hears sorry
            0s ledger: call-1 ended Finished: the dialplan ended the call
            0s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_closed_number_says_so_and_is_written_down_as_closed() {
    check(
        "
        tell sip media ledger
        kim calls 9004
        kim hears it out
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9004 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s kim hears sorry
            0s ledger: call-1 ended Closed: closed
            0s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_caller_who_withholds_the_number_is_anonymous_to_everybody() {
    check(
        "
        1001 registers
        tell sip ledger
        nobody calls 9001
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by nobody
            0s ledger: call-1 answered
            0s nobody gets 100
            0s nobody gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001 gets INVITE from "Faktura: anonymous"
        "#]],
    );
}
