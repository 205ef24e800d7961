//! Whom a queue rings, and when: its strategy, what it relaxes, its tiers.

use crate::check;
use expect_test::expect;

#[test]
fn all_phones_ring_and_those_that_were_slower_are_told_that_it_was_taken() {
    check(
        "
        1001 registers
        1002 registers
        tell sip ledger agents
        kim calls 9005
        wait 3
        1002 answers
        1002 speaks
        calls
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9005 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in everybody
            0s ledger: call-1 rang 1001
            0s ledger: call-1 rang 1002
            0s 1001 gets INVITE from "everybody: 0701234567"
            0s 1002 gets INVITE from "everybody: 0701234567"
            0s 1001 is ringing
            0s 1002 is ringing
            3s ledger: call-1 1001 taken_elsewhere
            3s 1001 gets CANCEL since SIP;cause=200;text="Call completed elsewhere"
            3s 1001 is ready
            3s ledger: call-1 connected with 1002
            3s ledger: call-1 1002 accepted
            3s 1002 is talking
            3s call-1 is talking in everybody
        "#]],
    );
}

#[test]
fn a_winner_who_is_gone_before_being_heard_leaves_the_caller_at_the_head() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9005
        tell sip ledger agents
        1001 answers
        1001 hangs up
        calls
        wait 1
        ",
        expect![[r#"
            0s ledger: call-1 1002 taken_elsewhere
            0s 1002 gets CANCEL since SIP;cause=200;text="Call completed elsewhere"
            0s 1002 is ready
            0s ledger: call-1 1001 dropped
            0s ledger: call-1 rang 1002
            0s 1002 gets INVITE from "everybody: 0701234567"
            0s 1001 is settling
            0s 1002 is ringing
            0s call-1 is ringing in everybody
            1s 1001 is ready
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_stops_every_phone() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9005
        tell sip ledger agents
        kim hangs up
        calls
        ",
        expect![[r#"
            0s ledger: call-1 1001 withdrawn
            0s ledger: call-1 1002 withdrawn
            0s ledger: call-1 leaves unserved, None in everybody: 2 ringing
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s 1001 gets CANCEL
            0s 1002 gets CANCEL
            0s 1001 is ready
            0s 1002 is ready
        "#]],
    );
}

#[test]
fn a_need_is_relaxed_while_the_caller_waits() {
    check(
        "
        1002 registers
        wait 1
        1001 registers
        kim calls 9006
        tell ledger agents
        wait 28
        calls
        wait 2
        1001 rejects 603
        wait 30
        ",
        expect![[r#"
            29s call-1 is waiting in french at place 1
            31s ledger: call-1 rang 1001
            31s 1001 is ringing
            31s ledger: call-1 1001 declined
            31s 1001 is settling
            32s ledger: call-1 rang 1001
            32s 1001 is ringing
            52s ledger: call-1 1001 missed
            52s 1001 is settling
            53s ledger: call-1 rang 1001
            53s 1001 is ringing
        "#]],
    );
}

#[test]
fn the_second_tier_is_asked_when_the_first_has_had_its_time() {
    check(
        "
        1001 registers
        kim calls 9007
        tell ledger agents
        wait 9
        calls
        wait 1
        ",
        expect![[r#"
            9s call-1 is waiting in tiers at place 1
            10s ledger: call-1 rang 1001
            10s 1001 is ringing
        "#]],
    );
}
