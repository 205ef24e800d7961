//! Agents with several phones: which of them ring.

use crate::check;
use expect_test::expect;

#[test]
fn the_phone_that_came_last_rings_alone_however_often_the_other_refreshes() {
    check(
        "
        with phones by latest
        1021 registers
        wait 5
        1021b registers
        wait 5
        1021 registers
        tell sip ledger
        kim calls 9220
        1021b answers
        1021b speaks
        ",
        expect![[r#"
            10s ledger: call-1 offered to 9220 by 0701234567
            10s ledger: call-1 answered
            10s kim gets 100
            10s kim gets 200
            10s ledger: call-1 queued in home
            10s ledger: call-1 rang 1021
            10s 1021b gets INVITE from "home: 0701234567"
            10s ledger: call-1 connected with 1021
            10s ledger: call-1 1021 accepted
        "#]],
    );
}

#[test]
fn the_next_phone_rings_when_the_first_cannot_take_the_call_or_is_not_there() {
    check(
        "
        with phones by latest
        1021 registers
        wait 1
        1021b registers
        tell sip ledger agents
        kim calls 9220
        1021b rejects 480
        1021 rejects 480
        1021b dies
        wait 10
        ",
        expect![[r#"
            1s ledger: call-1 offered to 9220 by 0701234567
            1s ledger: call-1 answered
            1s kim gets 100
            1s kim gets 200
            1s ledger: call-1 queued in home
            1s ledger: call-1 rang 1021
            1s 1021b gets INVITE from "home: 0701234567"
            1s 1021 is ringing
            1s 1021 gets INVITE from "home: 0701234567"
            1s ledger: call-1 1021 unreachable
            1s 1021 is settling
            6s ledger: call-1 rang 1021
            6s 1021 is ringing
            10s 1021 gets INVITE from "home: 0701234567"
        "#]],
    );
}

#[test]
fn who_declines_on_the_phone_that_rings_has_declined_and_no_other_rings() {
    check(
        "
        with phones by latest
        1021 registers
        wait 1
        1021b registers
        kim calls 9220
        tell sip ledger
        1021b rejects 603
        ",
        expect![[r#"
            1s ledger: call-1 1021 declined
        "#]],
    );
}

#[test]
fn the_phone_of_the_highest_preference_rings_first() {
    check(
        "
        with phones by first
        1021 registers
        wait 1
        1021b registers as second choice
        tell sip
        kim calls 9220
        1021 rejects 480
        ",
        expect![[r#"
            1s kim gets 100
            1s kim gets 200
            1s 1021 gets INVITE from "home: 0701234567"
            1s 1021b gets INVITE from "home: 0701234567"
        "#]],
    );
}

#[test]
fn a_chosen_phone_rings_before_all_others_until_the_agent_logs_out() {
    check(
        "
        1001 registers
        1001b registers
        command 1001 phone 1
        tell sip ledger commands
        kim calls 9001
        1001 rejects 480
        kim hangs up
        command 1001 phone 9
        command 1001 log_out
        command 1001 log_in
        kim calls 9001
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001b gets INVITE from "Faktura: 0701234567"
            0s ledger: call-1 1001 withdrawn
            0s ledger: call-1 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s 1001b gets CANCEL
            0s ledger: socket: use_phone 9 of 1001 refused, no_phone
            0s desk: refused: agent 1001 has no phone 9: use the number of a phone that the status of the agent lists
            0s ledger: 1001 logged out
            0s ledger: socket: log_out of 1001
            0s desk: obeyed
            0s ledger: 1001 logged in
            0s ledger: socket: log_in of 1001
            0s desk: obeyed
            0s ledger: call-2 offered to 9001 by 0701234567
            0s ledger: call-2 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-2 queued in faktura
            0s ledger: call-2 rang 1001
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001b gets INVITE from "Faktura: 0701234567"
        "#]],
    );
}

#[test]
fn when_the_chosen_phone_is_gone_that_is_told_and_the_others_ring() {
    check(
        "
        1001 registers
        1001b registers
        command 1001 phone 1
        phones of 1001
        tell sip ledger
        1001 unregisters
        phones of 1001
        kim calls 9001
        ",
        expect![[r#"
            0s 1001 has phone 1 at 10.0.1.1:5060, chosen
            0s 1001 has phone 2 at 10.0.1.11:5060
            0s ledger: 1001 chosen phone 1 is gone
            0s 1001 has phone 2 at 10.0.1.11:5060
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001b gets INVITE from "Faktura: 0701234567"
        "#]],
    );
}

#[test]
fn the_call_of_a_colleague_rings_the_same_phones() {
    check(
        "
        with phones by latest
        1021 registers
        wait 1
        1021b registers
        1003 registers
        tell sip
        1003 dials 1021
        1021b rejects 480
        1021 rejects 486
        ",
        expect![[r#"
            1s 1003 gets 407
            1s 1021b gets INVITE from "Cia"
            1s 1003 gets 100
            1s 1003 gets 180
            1s 1021 gets INVITE from "Cia"
            1s 1003 gets 486
        "#]],
    );
}
