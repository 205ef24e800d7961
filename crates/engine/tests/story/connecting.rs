//! Between an agent's answer and the first word: the caller has lost nothing yet.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_who_hangs_up_before_a_word_costs_the_caller_no_place() {
    check(
        "
        1001 registers
        kim calls 9001
        lo calls 9001
        kim hears it out
        tell sip media ledger agents
        1001 answers
        1001 hangs up
        calls
        ",
        expect![[r#"
            0s kim is bridged with 1001
            0s 1001 is parted
            0s kim hears music
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
            0s ledger: call-1 1001 dropped
            0s 1001 is settling
            0s call-1 is waiting in faktura at place 1
            0s call-2 is waiting in faktura at place 2
        "#]],
    );
}

#[test]
fn an_agent_who_is_silent_after_the_answer_counts_as_connected_a_second_later() {
    check(
        "
        1001 registers
        kim calls 9001
        tell sip media ledger
        1001 answers
        wait 2
        ",
        expect![[r#"
            0s kim is bridged with 1001
            1s ledger: call-1 connected with 1001
            1s ledger: call-1 1001 accepted
        "#]],
    );
}

#[test]
fn an_agents_connection_that_breaks_before_a_word_costs_the_caller_no_place() {
    check(
        "
        1001 registers by tcp
        wait 1
        1002 registers
        kim calls 9001
        1001 answers
        tell sip media ledger agents
        1001 breaks
        ",
        expect![[r#"
            1s 1001 is parted
            1s kim hears music
            1s ledger: call-1 1001 dropped
            1s ledger: call-1 rang 1002
            1s ledger: 1001 unreachable
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s 1001 is unreachable
            1s 1002 is ringing
        "#]],
    );
}

#[test]
fn an_agent_who_loses_the_phone_before_a_word_costs_the_caller_no_place() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        tell sip media ledger agents
        1001 unregisters
        wait 5
        ",
        expect![[r#"
            0s ledger: 1001 unreachable
            0s 1001 is parted
            0s kim hears music
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
            0s ledger: call-1 1001 withdrawn
            0s 1001 gets BYE
            0s 1001 is unreachable
        "#]],
    );
}

#[test]
fn an_agent_who_logs_out_before_a_word_hands_the_caller_on() {
    check(
        "
        1001 registers
        1001b registers
        wait 1
        1002 registers
        kim calls 9001
        1001 answers
        tell sip media ledger agents
        1001b dials *12
        ",
        expect![[r#"
            1s 1001b gets 407
            1s 1001 is parted
            1s kim hears music
            1s ledger: call-1 1001 withdrawn
            1s ledger: call-1 rang 1002
            1s 1001b gets 200
            1s 1001 gets BYE
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s ledger: 1001 logged out
            1s 1001b hears code/logged-out
            1s 1001 is logged_out
            1s 1002 is ringing
        "#]],
    );
}

#[test]
fn an_agent_whose_sound_stops_before_a_word_costs_the_caller_no_place() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        tell sip media ledger agents
        1001 falls silent
        ",
        expect![[r#"
            0s 1001 is parted
            0s kim hears music
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
            0s ledger: call-1 1001 dropped
            0s 1001 gets BYE
            0s 1001 is settling
        "#]],
    );
}

#[test]
fn a_phone_that_answers_in_a_codec_of_others_is_unreachable() {
    check(
        "
        1001 registers
        wait 1
        1002 registers
        kim calls 9001
        tell sip media ledger agents
        1001 answers in g729
        ",
        expect![[r#"
            1s ledger: call-1 1001 unreachable
            1s ledger: call-1 rang 1002
            1s 1001 gets BYE
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s 1001 is settling
            1s 1002 is ringing
        "#]],
    );
}

#[test]
fn a_phone_that_answers_in_a_codec_of_others_leaves_the_other_one_ringing() {
    check(
        "
        1001 registers
        1001b registers
        kim calls 9001
        tell sip media ledger agents
        1001 answers in g729
        1001b answers
        1001b speaks
        ",
        expect![[r#"
            0s 1001 gets BYE
            0s kim is bridged with 1001b
            0s ledger: call-1 connected with 1001
            0s ledger: call-1 1001 accepted
            0s 1001 is talking
        "#]],
    );
}
