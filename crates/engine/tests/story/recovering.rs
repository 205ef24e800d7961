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
fn who_waited_in_a_queue_that_others_have_filled_since_the_restart_stands_there_again() {
    check(
        "
        kim calls 9002
        wait 10
        kim dies
        engine is gone for 3
        lo calls 9002
        wait 1
        kim is there
        tell sip media ledger
        wait 3
        calls
        max calls 9002
        wait 1
        calls
        ",
        expect![[r#"
            14.5s kim gets INVITE
            14.5s ledger: call-1 recovered
            14.5s kim hears music
            14.5s kim hears queue/first, then music
            14.5s ledger: call-1 told place 1
            17s call-1 is waiting in small at place 1
            17s call-2 is waiting in small at place 2
            17s ledger: call-3 offered to 9002 by 0709999999
            17s ledger: call-3 answered
            17s max gets 100
            17s max gets 200
            17s max hears music
            17s ledger: call-3 found small full at 1
            17s max hears sorry
            18s call-1 is waiting in small at place 1
            18s call-2 is waiting in small at place 2
            18s call-3 is menu
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
fn a_process_that_dies_before_anything_is_on_disk_leaves_numbers_to_the_next_one_that_it_has_not_used()
 {
    check(
        "
        kim calls 9001
        wait 30
        tell numbers ledger
        engine is gone for 1
        wait 1
        disk is away
        engine is gone for 0
        wait 0
        engine is gone for 0
        wait 0
        disk is back
        engine is gone for 0
        wait 1
        kim hangs up
        ",
        expect![[r#"
            31s kim gets INVITE 1001, version 101
            31s ledger: call-1 recovered
            31s ledger: call-1 told place 1
            31s kim gets ACK 1001
            32s kim gets INVITE 2002, version 201
            32s ledger: call-1 recovered
            32s ledger: call-1 told place 1
            32s kim gets ACK 2002
            32s kim gets INVITE 3002, version 301
            32s ledger: call-1 recovered
            32s ledger: call-1 told place 1
            32s kim gets ACK 3002
            32s kim gets INVITE 4002, version 401
            32s ledger: call-1 recovered
            32s ledger: call-1 told place 1
            32s kim gets ACK 4002
            33s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            33s ledger: call-1 ended Abandoned(Waiting): caller hung up
        "#]],
    );
}

#[test]
fn two_who_talk_talk_on_after_a_process_that_died_before_anything_was_on_disk() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        tell numbers ledger
        disk is away
        engine is gone for 1
        wait 1
        disk is back
        engine is gone for 1
        wait 1
        calls
        1001 hangs up
        ",
        expect![[r#"
            31s ledger: 1001 reachable
            31s kim gets INVITE 1001, version 101
            31s 1001 gets INVITE 1002, version 101
            31s ledger: call-1 recovered
            31s kim gets ACK 1001
            31s 1001 gets ACK 1002
            33s ledger: 1001 reachable
            33s kim gets INVITE 2001, version 201
            33s 1001 gets INVITE 2002, version 201
            33s ledger: call-1 recovered
            33s kim gets ACK 2001
            33s 1001 gets ACK 2002
            34s call-1 is talking in faktura
            34s ledger: call-1 ended Answered: agent hung up
            34s ledger: 1001 wrap-up for call-1 started, 15000 ms
            34s kim gets BYE 2002
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

#[test]
fn caller_and_agent_who_talk_over_a_restart_hear_each_other_again() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        lo calls 9001
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        1001 speaks
        kim hangs up
        wait 20
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
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
            38s call-1 is talking in faktura
            38s call-2 is waiting in faktura at place 1
            38s ledger: call-1 ended Answered: caller hung up
            38s ledger: 1001 wrap-up for call-1 started, 15000 ms
            38s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            38s 1001 is wrap_up
            53s ledger: 1001 wrap-up ended
            53s ledger: call-2 rang 1001
            53s 1001 gets INVITE from "Faktura: 0707654321"
            53s 1001 is ringing
        "#]],
    );
}

#[test]
fn who_talks_over_two_restarts_in_a_row_talks_on() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger agents
        engine is gone for 1
        engine is gone for 1
        wait 1
        calls
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            1s 1001 is logged_out
            1s 1001 is unreachable
            1s 1001 is talking
            1s ledger: 1001 reachable
            2s 1001 is logged_out
            2s 1001 is unreachable
            2s 1001 is talking
            2s ledger: 1001 reachable
            2s kim gets INVITE
            2s 1001 gets INVITE
            2s kim hears music
            2s kim hears nothing
            2s ledger: call-1 recovered
            2s kim is bridged with 1001
            3s call-1 is talking in faktura
            3s ledger: call-1 ended Answered: agent hung up
            3s ledger: 1001 wrap-up for call-1 started, 15000 ms
            3s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            3s 1001 is wrap_up
            18s ledger: 1001 wrap-up ended
            18s 1001 is ready
            73s nothing is left
        "#]],
    );
}

#[test]
fn a_talk_whose_agent_hung_up_meanwhile_is_over() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        1001 dies
        tell sip media ledger agents
        engine is gone for 3
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
            33s ledger: 1001 reachable
            33s kim gets INVITE
            33s kim hears music
            41s ledger: call-1 ended Answered: gone after a restart, 8 s ago
            41s ledger: 1001 wrap-up for call-1 started, 15000 ms
            41s kim gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            41s 1001 is wrap_up
            56s ledger: 1001 wrap-up ended
            56s 1001 is ready
            103s nothing is left
        "#]],
    );
}

#[test]
fn a_talk_whose_caller_is_gone_leaves_the_agent_free_in_ten_seconds() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        kim dies
        tell sip media ledger agents
        engine is gone for 3
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
            33s ledger: 1001 reachable
            33s 1001 gets INVITE
            33s 1001 hears music
            41s ledger: call-1 ended Answered: gone after a restart, 8 s ago
            41s ledger: 1001 wrap-up for call-1 started, 15000 ms
            41s 1001 gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            41s 1001 is wrap_up
            56s ledger: 1001 wrap-up ended
            56s 1001 is ready
            103s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_whom_the_agent_held_is_held_after_a_restart() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 holds
        tell sip media ledger
        engine is gone for 3
        wait 5
        1001 resumes
        calls
        ",
        expect![[r#"
            3s ledger: 1001 reachable
            3s kim gets INVITE
            3s 1001 gets INVITE
            3s kim hears music
            3s kim hears nothing
            3s ledger: call-1 recovered
            3s kim is bridged with 1001
            3s kim hears music
            3s ledger: call-1 held by the agent
            8s kim hears 1001
            8s ledger: call-1 resumed
            8s 1001 gets 200
            8s call-1 is talking in faktura
        "#]],
    );
}

#[test]
fn an_agent_who_talks_over_a_restart_may_hang_up_before_the_caller_answers() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        kim dies
        tell sip media ledger agents
        engine is gone for 3
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
            33s ledger: 1001 reachable
            33s ledger: call-1 ended Answered: agent hung up
            33s ledger: 1001 wrap-up for call-1 started, 15000 ms
            33s 1001 is wrap_up
            48s ledger: 1001 wrap-up ended
            48s 1001 is ready
            103s nothing is left
        "#]],
    );
}

#[test]
fn a_pause_asked_for_in_a_talk_begins_after_it_also_over_a_restart() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        command 1021 pause lunch
        engine is gone for 3
        wait 5
        tell agents
        kim hangs up
        wait 20
        ",
        expect![[r#"
            8s 1021 is wrap_up
            18s 1021 is paused
        "#]],
    );
}

#[test]
fn a_caller_whose_phone_asked_something_while_nobody_was_there_is_not_let_go_for_it() {
    check(
        "
        kim calls 9001
        wait 30
        kim dies
        kim holds
        wait 17
        tell sip media ledger
        engine is gone for 1
        kim is there
        wait 20
        calls
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            48s kim gets INVITE
            49.063s kim gets INVITE
            50.536s kim gets INVITE
            51.206s kim gets INVITE
            52.106s kim gets INVITE
            52.786s kim gets INVITE
            54.026s kim gets INVITE
            55.013s kim gets INVITE
            55.531s kim gets INVITE
            55.531s kim gets INVITE
            56.345s kim gets INVITE
            56.781s kim gets INVITE
            57.897s kim gets INVITE
            59.116s kim gets INVITE
            59.853s kim gets INVITE
            61.5s kim gets 491
            61.662s kim gets INVITE
            61.662s ledger: call-1 recovered
            61.662s kim hears music
            61.662s kim hears queue/first, then music
            61.662s ledger: call-1 told place 1
            63.968s kim gets 200, recvonly
            68s call-1 is waiting in faktura at place 1
            68s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            68s ledger: call-1 ended Abandoned(Waiting): caller hung up
            138s nothing is left
        "#]],
    );
}

#[test]
fn a_phone_that_rang_when_the_server_was_killed_and_is_answered_then_has_no_dead_call() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 2
        engine is gone for 3
        wait 1
        tell sip ledger
        1001 answers
        1001 answers
        1001 speaks
        calls
        ",
        expect![[r#"
            6s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            6s ledger: call-1 connected with 1001
            6s ledger: call-1 1001 accepted
            6s call-1 is talking in faktura
        "#]],
    );
}

#[test]
fn a_customer_whose_phone_rang_when_the_server_was_killed_has_no_dead_call() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        tell sip ledger
        engine restarts
        carrier answers
        wait 40
        ",
        expect![[r#"
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: 1022 reachable
            0s ledger: call-2 attempt 1: CutOff
            0s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn whoever_says_to_have_been_called_and_is_nobody_whom_we_call_is_sent_nothing() {
    check(
        "
        1001 registers for a minute
        wait 50
        kim calls 9001
        wait 2
        kim dies
        engine is gone for 15
        tell sip
        1001 answers
        wait 40
        ",
        expect![[r#""#]],
    );
}

#[test]
fn a_stranger_who_makes_up_answers_costs_a_phone_that_really_rang_nothing() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 2
        engine is gone for 3
        wait 1
        max makes up answers 1000
        tell sip
        1001 answers
        ",
        expect![[r#"
            6s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn who_came_first_is_first_after_a_restart_for_all_that_the_clock_was_set_before_it() {
    check(
        "
        kim calls 9001
        wait 10
        clock is set -3600
        lo calls 9001
        wait 10
        engine is gone for 3
        wait 5
        calls
        tell ledger
        1001 registers
        ",
        expect![[r#"
            28s call-1 is waiting in faktura at place 1
            28s call-2 is waiting in faktura at place 2
            28s ledger: 1001 reachable
            28s ledger: 1001 logged in
            28s ledger: call-1 rang 1001
        "#]],
    );
}
