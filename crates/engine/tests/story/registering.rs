//! Phones are rung where their registration says they are.

use crate::check;
use expect_test::expect;

#[test]
fn a_phone_behind_an_edge_is_rung_by_way_of_the_edge() {
    check(
        "
        1001 registers by way of an edge
        tell sip
        kim calls 9001
        ",
        expect![[r#"
            0s kim gets 100
            0s kim gets 200
            0s 1001 gets INVITE from "Faktura: 0701234567" by way of <sip:token@edge.example;lr>
        "#]],
    );
}

#[test]
fn a_phone_that_came_by_tcp_is_rung_on_its_connection() {
    check(
        "
        tell sip ledger agents
        1001 registers by tcp
        kim calls 9001
        1001 breaks
        ",
        expect![[r#"
            0s ledger: 1001 reachable
            0s ledger: 1001 logged in
            0s 1001 is ready
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001 is ringing
            0s ledger: call-1 1001 unreachable
            0s ledger: 1001 unreachable
            0s 1001 is unreachable
        "#]],
    );
}

#[test]
fn a_connection_is_kept_for_a_registration_or_a_call_and_for_nothing_else() {
    check(
        "
        tell sip
        1001 registers by tcp
        1001 is quiet
        kim uses tcp
        kim is quiet
        kim calls 9001
        kim is quiet
        kim hangs up
        kim is quiet
        ",
        expect![[r#"
            0s kim is cut off
            0s kim gets 100
            0s kim gets 200
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001 gets CANCEL
            0s kim is cut off
        "#]],
    );
}

#[test]
fn a_registration_that_is_not_renewed_is_forgotten() {
    check(
        "
        tell sip ledger agents
        1001 registers
        wait 3601
        kim calls 9001
        ",
        expect![[r#"
            0s ledger: 1001 reachable
            0s ledger: 1001 logged in
            0s 1001 is ready
            3600s ledger: 1001 unreachable
            3600s 1001 is unreachable
            3601s ledger: call-1 offered to 9001 by 0701234567
            3601s ledger: call-1 answered
            3601s kim gets 100
            3601s kim gets 200
            3601s ledger: call-1 queued in faktura
        "#]],
    );
}

#[test]
fn a_phone_that_is_forgotten_when_wrap_up_ends_is_not_rung_any_more() {
    check(
        "
        1001 registers for a minute
        kim calls 9001
        1001 answers
        1001 speaks
        lo calls 9001
        wait 45
        tell sip ledger agents
        kim hangs up
        wait 15
        ",
        expect![[r#"
            45s ledger: call-1 ended Answered: caller hung up
            45s ledger: 1001 wrap-up for call-1 started, 15000 ms
            45s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            45s 1001 is wrap_up
            60s ledger: 1001 unreachable
            60s ledger: 1001 wrap-up ended
            60s 1001 is unreachable
        "#]],
    );
}

#[test]
fn after_a_restart_a_phone_is_rung_that_has_not_registered_again() {
    check(
        "
        1001 registers
        1002 registers by tcp
        wait 1800
        tell sip ledger agents
        engine restarts
        kim calls 9001
        wait 1800
        ",
        expect![[r#"
            1800s 1001 is logged_out
            1800s 1002 is logged_out
            1800s 1001 is unreachable
            1800s 1002 is unreachable
            1800s ledger: 1001 reachable
            1800s 1001 is ready
            1800s ledger: call-1 offered to 9001 by 0701234567
            1800s ledger: call-1 answered
            1800s kim gets 100
            1800s kim gets 200
            1800s ledger: call-1 queued in faktura
            1800s ledger: call-1 rang 1001
            1800s 1001 gets INVITE from "Faktura: 0701234567"
            1800s 1001 is ringing
            1820s ledger: call-1 1001 missed
            1820s 1001 gets CANCEL
            1820s 1001 is settling
            1821s ledger: call-1 rang 1001
            1821s 1001 gets INVITE from "Faktura: 0701234567"
            1821s 1001 is ringing
            1841s ledger: call-1 1001 missed
            1841s ledger: 1001 missed too often
            1841s 1001 gets CANCEL
            1841s 1001 gets MESSAGE "Du får inga fler samtal: 2 samtal har inte besvarats i rad. Ring *14 för att ta emot igen."
            1841s 1001 is missed_ring
            3600s ledger: 1001 unreachable
            3600s 1001 is unreachable
        "#]],
    );
}

#[test]
fn what_a_phone_took_back_does_not_come_back_by_a_restart() {
    check(
        "
        1001 registers
        1001 unregisters
        1003 registers for a minute
        wait 60
        tell sip ledger agents
        engine restarts
        kim calls 9001
        ",
        expect![[r#"
            60s 1001 is logged_out
            60s 1001 is unreachable
            60s ledger: call-1 offered to 9001 by 0701234567
            60s ledger: call-1 answered
            60s kim gets 100
            60s kim gets 200
            60s ledger: call-1 queued in faktura
        "#]],
    );
}

#[test]
fn of_one_phone_more_than_an_account_may_have_the_one_heard_of_longest_ago_gives_way() {
    check(
        "
        with phones by first
        with phones_per_account_max 1
        1021 registers
        wait 1
        1021b registers
        tell sip
        phones of 1021
        kim calls 9220
        1021b rejects 480
        wait 6
        ",
        expect![[r#"
            1s 1021 has phone 2 at 10.0.1.41:5060
            1s kim gets 100
            1s kim gets 200
            1s 1021b gets INVITE from "home: 0701234567"
            6s 1021b gets INVITE from "home: 0701234567"
        "#]],
    );
}
