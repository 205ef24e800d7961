//! Messages that wait in a queue, and agents who hear them.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_is_rung_for_a_message_hears_it_and_is_done_with_it_by_a_key() {
    check(
        "
        with voicemail
        1022 registers
        tell sip media ledger
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        calls
        1022 answers
        1022 speaks
        1022 hears it out
        wait 9
        1022 hears it out
        1022 presses 1
        1022 hears it out
        calls
        1022 presses 2
        1022 hears it out
        voicemails
        totals
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9062 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at desk in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            8s ledger: call-2 offered to desk by 0701234567
            8s ledger: call-2 queued in desk
            8s ledger: the message waits in desk as call-2
            8s ledger: call-2 rang 1022
            8s 1022 gets INVITE from "Meddelande Desk: 0701234567"
            8s message call-2 is ringing in desk
            8s ledger: call-2 connected with 1022
            8s 1022 hears voicemail/message
            8s ledger: call-2 1022 accepted
            8s 1022 hears the message
            17s 1022 hears voicemail/heard
            17s 1022 hears the message
            17s 1022 hears voicemail/heard
            17s message call-2 is talking in desk
            17s ledger: the message is done, says phone
            17s 1022 hears voicemail/done
            17s ledger: call-2 ended Answered: dealt with
            17s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            17s voicemail office has 0, and takes 0
            17s voicemail desk has 0, and takes 0
            17s [("offered", 1), ("voicemail", 1)]
            57s left: [("deadlines", 1)]
        "#]],
    );
}

#[test]
fn who_hangs_up_before_gives_the_message_back_and_others_are_rung_first() {
    check(
        "
        with voicemail
        1022 registers
        tell ledger
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        1022 answers
        1022 hears it out
        1022 hangs up
        wait 29
        wait 1
        1022 rejects 486
        1023 registers
        1023 answers
        1023 hangs up
        voicemails
        wait 100
        calls
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9062 by 0701234567
            0s ledger: call-1 answered
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at desk in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            8s ledger: call-2 offered to desk by 0701234567
            8s ledger: call-2 queued in desk
            8s ledger: the message waits in desk as call-2
            8s ledger: call-2 rang 1022
            8s ledger: call-2 connected with 1022
            8s ledger: call-2 1022 accepted
            8s ledger: 1022 gives call-2 back
            38s ledger: call-2 rang 1022
            38s ledger: call-2 1022 declined
            38s ledger: 1023 reachable
            38s ledger: 1023 logged in
            38s ledger: call-2 rang 1023
            38s ledger: call-2 connected with 1023
            38s ledger: call-2 1023 accepted
            38s ledger: 1023 gives call-2 back
            38s ledger: call-2 is set aside: HeardMax
            38s ledger: call-2 ended Finished: as many agents as may have heard it, and none dealt with it
            38s voicemail office has 0, and takes 0
            38s voicemail desk has 1, and takes 0
            138s nothing is left
        "#]],
    );
}

#[test]
fn a_message_waits_in_the_order_of_the_callers() {
    check(
        "
        with voicemail
        tell ledger
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        lo calls 9062
        lo hears it out
        lo speaks a message
        wait 8
        lo hangs up
        calls
        command call 4 priority 9
        calls
        1022 registers
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9062 by 0701234567
            0s ledger: call-1 answered
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at desk in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            8s ledger: call-2 offered to desk by 0701234567
            8s ledger: call-2 queued in desk
            8s ledger: the message waits in desk as call-2
            8s ledger: call-3 offered to 9062 by 0707654321
            8s ledger: call-3 answered
            16s ledger: call-3 ended Voicemail: caller hung up
            16s ledger: message at desk in call-3 by 0707654321, in sv, 8000 ms after the arrival, 9000 ms long
            16s ledger: call-4 offered to desk by 0707654321
            16s ledger: call-4 queued in desk
            16s ledger: the message waits in desk as call-4
            16s message call-2 is waiting in desk at place 1
            16s message call-4 is waiting in desk at place 2
            16s ledger: the message call-4 has priority 9
            16s message call-2 is waiting in desk at place 2
            16s message call-4 is waiting in desk at place 1
            16s ledger: 1022 reachable
            16s ledger: 1022 logged in
            16s ledger: call-4 rang 1022
        "#]],
    );
}

#[test]
fn a_message_that_is_done_by_a_command_rings_nowhere_any_more() {
    check(
        "
        with voicemail
        1022 registers
        tell sip ledger commands
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        command call 2 withdraw
        command message of 1 done
        voicemails
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9062 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at desk in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            8s ledger: call-2 offered to desk by 0701234567
            8s ledger: call-2 queued in desk
            8s ledger: the message waits in desk as call-2
            8s ledger: call-2 rang 1022
            8s 1022 gets INVITE from "Meddelande Desk: 0701234567"
            8s ledger: socket: withdraw of call-2 refused, call_state
            8s desk: refused: call 2 is a message: give it another priority, or say that the message is done
            8s ledger: the message is done, says socket
            8s ledger: call-2 1022 withdrawn
            8s ledger: call-2 ended Withdrawn: dealt with by socket
            8s ledger: socket: message_done of the message
            8s desk: obeyed
            8s 1022 gets CANCEL
            8s voicemail office has 0, and takes 0
            8s voicemail desk has 0, and takes 0
            48s left: [("deadlines", 1)]
        "#]],
    );
}

#[test]
fn who_hears_a_message_that_somebody_else_is_done_with_hears_on() {
    check(
        "
        with voicemail
        1022 registers
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        1022 answers
        tell media ledger commands
        1022 hears it out
        command message of 1 done
        1022 hears it out
        1022 hangs up
        voicemails
        ",
        expect![[r#"
            8s 1022 hears the message
            8s ledger: the message is done, says socket
            8s ledger: socket: message_done of the message
            8s desk: obeyed
            8s 1022 hears voicemail/heard
            8s ledger: call-2 ended Answered: dealt with
            8s voicemail office has 0, and takes 0
            8s voicemail desk has 0, and takes 0
        "#]],
    );
}

#[test]
fn a_message_that_can_not_be_played_is_set_aside_and_stays_in_the_list() {
    check(
        "
        with voicemail
        1022 registers
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        tell sip media ledger
        1022 answers
        1022 hears it out
        recordings are gone
        1022 hears it out
        1022 presses 2
        1022 hears it out
        voicemails
        wait 100
        left
        ",
        expect![[r#"
            8s ledger: call-2 connected with 1022
            8s 1022 hears voicemail/message
            8s ledger: call-2 1022 accepted
            8s 1022 hears the message
            8s 1022 hears voicemail/unreadable
            8s ledger: call-2 is set aside: Unreadable
            8s ledger: call-2 ended Finished: its recording can not be played
            8s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            8s voicemail office has 0, and takes 0
            8s voicemail desk has 1, and takes 0
            108s nothing is left
        "#]],
    );
}

#[test]
fn a_message_waits_on_after_a_restart_under_its_number_and_with_its_arrival() {
    check(
        "
        with voicemail
        tell ledger
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        wait 52
        engine restarts
        wait 10
        calls
        1022 registers
        1022 answers
        engine restarts
        calls
        1022 registers
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9062 by 0701234567
            0s ledger: call-1 answered
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at desk in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            8s ledger: call-2 offered to desk by 0701234567
            8s ledger: call-2 queued in desk
            8s ledger: the message waits in desk as call-2
            70s message call-2 is waiting in desk at place 1
            70s ledger: 1022 reachable
            70s ledger: 1022 logged in
            70s ledger: call-2 rang 1022
            70s ledger: call-2 connected with 1022
            70s ledger: call-2 1022 accepted
            70s ledger: 1022 reachable
            70s ledger: call-2 rang 1022
            70s message call-2 is ringing in desk
        "#]],
    );
}

#[test]
fn a_priority_that_was_given_by_hand_is_that_of_the_message_after_a_restart_too() {
    check(
        "
        with voicemail
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        lo calls 9062
        lo hears it out
        lo speaks a message
        wait 8
        lo hangs up
        tell ledger
        command call 4 priority 9
        engine restarts
        calls
        1022 registers
        ",
        expect![[r#"
            16s ledger: the message call-4 has priority 9
            16s message call-2 is waiting in desk at place 2
            16s message call-4 is waiting in desk at place 1
            16s ledger: 1022 reachable
            16s ledger: 1022 logged in
            16s ledger: call-4 rang 1022
        "#]],
    );
}

#[test]
fn an_engine_that_drains_rings_nobody_for_a_message_and_the_next_run_does() {
    check(
        "
        with voicemail
        1022 registers
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        tell sip ledger
        engine drains
        wait 30
        engine stops
        left
        engine restarts
        1022 registers
        ",
        expect![[r#"
            8s ledger: call-2 1022 withdrawn
            8s 1022 gets CANCEL
            38s left: [("work items", 1), ("transactions", 2)]
            38s ledger: 1022 reachable
            38s ledger: call-2 rang 1022
            38s 1022 gets INVITE from "Meddelande Desk: 0701234567"
        "#]],
    );
}

#[test]
fn the_phone_of_an_agent_who_hears_a_message_dies_and_the_message_waits_again() {
    check(
        "
        with voicemail
        1022 registers
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        1022 answers
        tell ledger
        1022 falls silent
        calls
        left
        ",
        expect![[r#"
            8s ledger: 1022 gives call-2 back
            8s message call-2 is waiting in desk at place 1
            8s left: [("work items", 1), ("transactions", 5)]
        "#]],
    );
}

#[test]
fn a_message_for_which_there_is_no_media_port_is_tried_again() {
    check(
        "
        with ports 2
        with voicemail
        kim calls 9062
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        lo calls 9060
        tell ledger
        1022 registers
        wait 11
        lo hangs up
        wait 10
        ",
        expect![[r#"
            8s ledger: 1022 reachable
            8s ledger: 1022 logged in
            19s ledger: call-3 ended Abandoned(InMenu): caller hung up
            28s ledger: call-2 rang 1022
        "#]],
    );
}
