//! From a reservation to the first answer, or to the next agent.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_that_an_agent_declines_rings_the_next_one_and_keeps_its_place() {
    check(
        "
        1001 registers
        wait 1
        1002 registers
        kim calls 9001
        tell sip ledger agents
        1001 rejects 486
        lo calls 9001
        1002 rejects 603
        calls
        ",
        expect![[r#"
            1s ledger: call-1 1001 declined
            1s ledger: call-1 rang 1002
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s 1001 is settling
            1s 1002 is ringing
            1s ledger: call-2 offered to 9001 by 0707654321
            1s ledger: call-2 answered
            1s lo gets 100
            1s lo gets 200
            1s ledger: call-2 queued in faktura
            1s ledger: call-1 1002 declined
            1s 1002 is settling
            1s call-1 is waiting in faktura at place 1
            1s call-2 is waiting in faktura at place 2
        "#]],
    );
}

#[test]
fn a_phone_that_comes_back_makes_no_second_agent_who_missed_too_often() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 45
        kim hangs up
        tell ledger agents
        1001 unregisters
        wait 5
        1001 registers
        engine restarts
        1001 registers
        command 1001 ready
        kim calls 9001
        wait 50
        ",
        expect![[r#"
            45s ledger: 1001 unreachable
            45s 1001 is unreachable
            50s ledger: 1001 reachable
            50s 1001 is missed_ring
            50s 1001 is logged_out
            50s 1001 is unreachable
            50s ledger: 1001 reachable
            50s 1001 is missed_ring
            50s 1001 is ready
            50s ledger: call-2 offered to 9001 by 0701234567
            50s ledger: call-2 answered
            50s ledger: call-2 queued in faktura
            50s ledger: call-2 rang 1001
            50s 1001 is ringing
            70s ledger: call-2 1001 missed
            70s 1001 is settling
            71s ledger: call-2 rang 1001
            71s 1001 is ringing
            91s ledger: call-2 1001 missed
            91s ledger: 1001 missed too often
            91s 1001 is missed_ring
        "#]],
    );
}

#[test]
fn an_agent_who_misses_too_many_rings_is_rung_no_more_until_star_11() {
    check(
        "
        1001 registers
        kim calls 9001
        tell sip ledger agents
        wait 60
        1001 dials *11
        1001 hangs up
        ",
        expect![[r#"
            20s ledger: call-1 1001 missed
            20s 1001 gets CANCEL
            20s 1001 is settling
            21s ledger: call-1 rang 1001
            21s 1001 gets INVITE from "Faktura: 0701234567"
            21s 1001 is ringing
            41s ledger: call-1 1001 missed
            41s ledger: 1001 missed too often
            41s 1001 gets CANCEL
            41s 1001 gets MESSAGE "Du får inga fler samtal: 2 samtal har inte besvarats i rad. Ring *14 för att ta emot igen."
            41s 1001 is missed_ring
            60s 1001 gets 407
            60s 1001 gets 200
            60s ledger: 1001 logged in
            60s 1001 is occupied
            60s ledger: call-1 rang 1001
            60s 1001 gets INVITE from "Faktura: 0701234567"
            60s 1001 is ringing
        "#]],
    );
}

#[test]
fn of_two_phones_the_first_to_answer_wins_and_the_other_misses_nothing() {
    check(
        "
        1001 registers
        1001b registers
        tell sip media ledger
        kim calls 9001
        1001b answers
        1001b speaks
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s kim hears faktura, then music
            0s ledger: call-1 rang 1001
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001b gets INVITE from "Faktura: 0701234567"
            0s kim is bridged with 1001b
            0s 1001 gets CANCEL since SIP;cause=200;text="Call completed elsewhere"
            0s ledger: call-1 connected with 1001
            0s ledger: call-1 1001 accepted
        "#]],
    );
}

#[test]
fn who_declines_on_one_phone_has_declined_on_all() {
    check(
        "
        1001 registers
        1001b registers
        kim calls 9001
        tell sip ledger agents
        1001 rejects 603
        ",
        expect![[r#"
            0s ledger: call-1 1001 declined
            0s 1001b gets CANCEL
            0s 1001 is settling
        "#]],
    );
}

#[test]
fn one_phone_that_cannot_take_the_call_leaves_the_other_ringing() {
    check(
        "
        1001 registers
        1001b registers
        kim calls 9001
        tell sip ledger agents
        1001 rejects 480
        wait 5
        1001b rejects 480
        ",
        expect![[r#"
            5s ledger: call-1 1001 unreachable
            5s 1001 is settling
        "#]],
    );
}

#[test]
fn a_phone_that_says_bye_while_it_rings_rings_no_longer() {
    check(
        "
        1001 registers
        wait 1
        1002 registers
        kim calls 9001
        tell sip ledger agents
        1001 says bye early
        ",
        expect![[r#"
            1s ledger: call-1 1001 unreachable
            1s ledger: call-1 rang 1002
            1s 1001 gets CANCEL
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s 1001 is settling
            1s 1002 is ringing
        "#]],
    );
}

#[test]
fn a_dead_phone_is_unreachable_after_seconds_and_no_ring_is_missed() {
    check(
        "
        1001 registers
        wait 1
        1002 registers
        1001 dies
        tell sip ledger agents
        kim calls 9001
        wait 10
        ",
        expect![[r#"
            1s ledger: call-1 offered to 9001 by 0701234567
            1s ledger: call-1 answered
            1s kim gets 100
            1s kim gets 200
            1s ledger: call-1 queued in faktura
            1s ledger: call-1 rang 1001
            1s 1001 is ringing
            5s ledger: call-1 1001 unreachable
            5s ledger: call-1 rang 1002
            5s 1002 gets INVITE from "Faktura: 0701234567"
            5s 1001 is settling
            5s 1002 is ringing
            10s 1001 is ready
        "#]],
    );
}

#[test]
fn a_dead_phone_beside_a_living_one_does_not_end_the_ring() {
    check(
        "
        1001 registers
        1001b registers
        1001 dies
        tell sip ledger agents
        kim calls 9001
        wait 10
        1001b answers
        1001b speaks
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001b gets INVITE from "Faktura: 0701234567"
            0s 1001 is ringing
            10s ledger: call-1 connected with 1001
            10s ledger: call-1 1001 accepted
            10s 1001 is talking
        "#]],
    );
}

#[test]
fn an_agent_without_a_phone_left_is_rung_no_longer() {
    check(
        "
        1001 registers
        wait 1
        1002 registers
        kim calls 9001
        tell sip ledger agents
        1001 unregisters
        ",
        expect![[r#"
            1s ledger: 1001 unreachable
            1s ledger: call-1 1001 withdrawn
            1s ledger: call-1 rang 1002
            1s 1001 gets CANCEL
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s 1001 is unreachable
            1s 1002 is ringing
        "#]],
    );
}

#[test]
fn an_agent_who_logs_out_while_ringing_hands_the_caller_on() {
    check(
        "
        1001 registers
        1001b registers
        wait 1
        1002 registers
        kim calls 9001
        tell sip ledger agents
        1001b rejects 480
        1001b dials *12
        1001b hangs up
        ",
        expect![[r#"
            1s 1001b gets 407
            1s ledger: call-1 1001 withdrawn
            1s ledger: call-1 rang 1002
            1s 1001b gets 200
            1s 1001 gets CANCEL
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s ledger: 1001 logged out
            1s 1001 is logged_out
            1s 1002 is ringing
        "#]],
    );
}
