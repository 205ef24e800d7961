//! Callers whose talks are kept.

use crate::check;
use expect_test::expect;

#[test]
fn a_talk_is_recorded_from_the_moment_that_the_two_hear_each_other_until_the_caller_goes() {
    check(
        "
        with recording
        1031 registers
        kim calls 9070
        wait 5
        tell media ledger
        1031 answers
        1031 speaks
        wait 30
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            5s kim is bridged with 1031
            5s kim is recorded with whoever talks with it
            5s ledger: call-1 recording began with 1031 by kept
            5s ledger: call-1 connected with 1031
            5s ledger: call-1 1031 accepted
            35s ledger: call-1 ended Answered: caller hung up
            35s ledger: 1031 wrap-up for call-1 started, 10000 ms
            35s ledger: call-1 recording whole: 9000 ms, 3 missed
            45s ledger: 1031 wrap-up ended
            95s nothing is left
        "#]],
    );
}

#[test]
fn a_queue_that_does_not_say_so_records_nobody() {
    check(
        "
        with recording
        1001 registers
        kim calls 9001
        wait 5
        tell media
        1001 answers
        1001 speaks
        wait 30
        kim hangs up
        ",
        expect![[r#"
            5s kim is bridged with 1001
        "#]],
    );
}

#[test]
fn what_is_asked_behind_the_talk_is_not_recorded() {
    check(
        "
        with recording
        1031 registers
        kim calls 9070
        1031 answers
        1031 speaks
        wait 30
        tell media ledger
        1031 hangs up
        wait 60
        left
        ",
        expect![[r#"
            30s ledger: call-1 asked on after the talk with 1031 of kept: say.sorry
            30s kim is recorded with nobody any more
            30s 1031 is parted
            30s kim hears sorry
            30s ledger: 1031 wrap-up for call-1 started, 10000 ms
            30s ledger: call-1 recording whole: 9000 ms, 3 missed
            40s ledger: 1031 wrap-up ended
            90s left: [("calls", 1), ("legs", 1), ("SIP legs", 1), ("shares", 1), ("ports", 2)]
        "#]],
    );
}

#[test]
fn a_recording_goes_on_with_whoever_the_caller_is_handed_over_to() {
    check(
        "
        with recording
        1031 registers
        1032 registers
        kim calls 9070
        1031 answers
        1031 speaks
        wait 10
        tell media ledger
        1031 refers 1032
        wait 3
        1032 answers
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            10s 1031 is parted
            10s kim hears music
            13s ledger: call-1 1031 hands it over to 1032
            13s kim is bridged with 1032
            13s ledger: 1031 wrap-up for call-1 started, 10000 ms
            18s ledger: call-1 ended Answered: caller hung up
            18s ledger: 1032 wrap-up for call-1 started, 10000 ms
            18s ledger: call-1 recording whole: 9000 ms, 3 missed
            23s ledger: 1031 wrap-up ended
            28s ledger: 1032 wrap-up ended
            78s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_comes_back_to_the_queue_has_a_second_part_of_the_same_call() {
    check(
        "
        with recording
        1031 registers
        1032 registers
        kim calls 9070
        1031 answers
        1031 speaks
        wait 10
        tell media ledger
        1031 refers 9070
        wait 3
        1032 answers
        1032 speaks
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            10s ledger: call-1 1031 hands it over to 9070
            10s kim is recorded with nobody any more
            10s 1031 is parted
            10s ledger: call-1 queued in kept
            10s kim hears music
            10s ledger: 1031 wrap-up for call-1 started, 10000 ms
            10s ledger: call-1 rang 1032
            10s ledger: call-1 recording whole: 9000 ms, 3 missed
            13s kim is bridged with 1032
            13s kim is recorded with whoever talks with it
            13s ledger: call-1 recording began with 1032 by kept
            13s ledger: call-1 connected with 1032
            13s ledger: call-1 1032 accepted
            18s ledger: call-1 ended Answered: caller hung up
            18s ledger: 1032 wrap-up for call-1 started, 10000 ms
            18s ledger: call-1 recording whole: 9000 ms, 3 missed
            20s ledger: 1031 wrap-up ended
            28s ledger: 1032 wrap-up ended
            78s nothing is left
        "#]],
    );
}

#[test]
fn who_comes_back_from_a_handing_over_that_failed_is_recorded_with_nobody_until_somebody_talks_again()
 {
    check(
        "
        with recording
        1031 registers
        1032 registers
        kim calls 9070
        1031 answers
        1031 speaks
        wait 10
        tell media ledger
        1031 refers 1032
        1031 hangs up
        wait 2
        1032 rejects 486
        wait 15
        1032 answers
        1032 speaks
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            10s 1031 is parted
            10s kim hears music
            10s ledger: 1031 wrap-up for call-1 started, 10000 ms
            12s ledger: call-1 1031 could not hand it over to 1032: not taken: 486 Busy Here
            12s kim is recorded with nobody any more
            12s ledger: call-1 queued in kept
            12s kim hears music
            12s ledger: call-1 rang 1032
            12s ledger: call-1 recording whole: 9000 ms, 3 missed
            20s ledger: 1031 wrap-up ended
            27s kim is bridged with 1032
            27s kim is recorded with whoever talks with it
            27s ledger: call-1 recording began with 1032 by kept
            27s ledger: call-1 connected with 1032
            27s ledger: call-1 1032 accepted
            32s ledger: call-1 ended Answered: caller hung up
            32s ledger: 1032 wrap-up for call-1 started, 10000 ms
            32s ledger: call-1 recording whole: 9000 ms, 3 missed
            42s ledger: 1032 wrap-up ended
            92s nothing is left
        "#]],
    );
}

#[test]
fn a_talk_that_outlives_the_process_is_recorded_in_two_parts_and_the_first_says_that_it_was_cut_off()
 {
    check(
        "
        with recording
        1031 registers
        kim calls 9070
        1031 answers
        1031 speaks
        wait 10
        tell media ledger
        engine is gone for 3
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            13s ledger: 1031 reachable
            13s ledger: call-1 recording cut_off: 4000 ms, 0 missed
            13s kim hears music
            13s kim hears nothing
            13s ledger: call-1 recovered
            13s kim is bridged with 1031
            13s kim is recorded with whoever talks with it
            13s ledger: call-1 recording began with 1031 by kept
            18s ledger: call-1 ended Answered: caller hung up
            18s ledger: 1031 wrap-up for call-1 started, 10000 ms
            18s ledger: call-1 recording whole: 9000 ms, 3 missed
            28s ledger: 1031 wrap-up ended
            78s nothing is left
        "#]],
    );
}

#[test]
fn a_recording_that_can_not_be_written_costs_nobody_the_talk() {
    check(
        "
        with recording
        disk is full
        1031 registers
        kim calls 9070
        1031 answers
        tell media ledger
        1031 speaks
        wait 10
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 connected with 1031
            0s ledger: call-1 1031 accepted
            10s ledger: call-1 ended Answered: caller hung up
            10s ledger: 1031 wrap-up for call-1 started, 10000 ms
            10s ledger: call-1 recording failed: 0 ms, 0 missed
            20s ledger: 1031 wrap-up ended
            70s nothing is left
        "#]],
    );
}

#[test]
fn a_recording_is_paused_and_goes_on_and_is_stopped_by_commands() {
    check(
        "
        with recording
        1031 registers
        kim calls 9070
        command call 1 record pause
        1031 answers
        1031 speaks
        tell media ledger commands
        wait 5
        command call 1 record pause
        command call 1 record pause
        wait 5
        command call 1 record resume
        command call 1 record start
        command call 1 record stop
        command call 1 record resume
        command call 1 record start
        command call 1 record pause
        command call 1 record start
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            5s kim is recorded no more for now
            5s ledger: call-1 recording paused
            5s ledger: socket: pause_recording of call-1
            5s desk: obeyed
            5s ledger: socket: pause_recording of call-1
            5s desk: obeyed
            10s kim is recorded again
            10s ledger: call-1 recording resumed
            10s ledger: socket: resume_recording of call-1
            10s desk: obeyed
            10s ledger: socket: start_recording of call-1
            10s desk: obeyed
            10s kim is recorded with nobody any more
            10s ledger: socket: stop_recording of call-1
            10s desk: obeyed
            10s ledger: call-1 recording whole: 9000 ms, 3 missed
            10s ledger: socket: resume_recording of call-1 refused, not_recorded
            10s desk: refused: no talk of call 1 is recorded: wait until caller and agent talk, and start a recording if the queue has none
            10s kim is recorded with whoever talks with it
            10s ledger: call-1 recording began with 1031 by kept, by command
            10s ledger: socket: start_recording of call-1
            10s desk: obeyed
            10s kim is recorded no more for now
            10s ledger: call-1 recording paused
            10s ledger: socket: pause_recording of call-1
            10s desk: obeyed
            10s ledger: socket: start_recording of call-1
            10s desk: obeyed
            10s ledger: call-1 ended Answered: caller hung up
            10s ledger: 1031 wrap-up for call-1 started, 10000 ms
            10s ledger: call-1 recording whole: 9000 ms, 3 missed
            20s ledger: 1031 wrap-up ended
            70s nothing is left
        "#]],
    );
}

#[test]
fn a_talk_of_a_queue_that_records_nothing_is_recorded_by_a_command() {
    check(
        "
        with recording
        1001 registers
        kim calls 9001
        command call 1 record start
        1001 answers
        1001 speaks
        tell media ledger commands
        command call 1 record start
        kim hangs up
        command call 1 record start
        wait 60
        left
        ",
        expect![[r#"
            0s kim is recorded with whoever talks with it
            0s ledger: call-1 recording began with 1001 by faktura, by command
            0s ledger: socket: start_recording of call-1
            0s desk: obeyed
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s ledger: call-1 recording whole: 9000 ms, 3 missed
            0s ledger: socket: start_recording of call-1 refused, unknown_call
            0s desk: refused: call 1 is not on: use the number of a call that the status lists
            15s ledger: 1001 wrap-up ended
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_recording_that_is_paused_when_the_server_is_killed_is_paused_after_it() {
    check(
        "
        with recording
        1031 registers
        kim calls 9070
        1031 answers
        1031 speaks
        command call 1 record pause
        tell media ledger
        engine is gone for 3
        wait 5
        command call 1 record stop
        engine is gone for 3
        wait 5
        ",
        expect![[r#"
            3s ledger: 1031 reachable
            3s ledger: call-1 recording cut_off: 4000 ms, 0 missed
            3s kim hears music
            3s kim hears nothing
            3s ledger: call-1 recovered
            3s kim is bridged with 1031
            3s kim is recorded with whoever talks with it
            3s ledger: call-1 recording began with 1031 by kept
            3s kim is recorded no more for now
            3s ledger: call-1 recording paused
            8s kim is recorded with nobody any more
            8s ledger: call-1 recording whole: 9000 ms, 3 missed
            11s ledger: 1031 reachable
            11s kim hears music
            11s kim hears nothing
            11s ledger: call-1 recovered
            11s kim is bridged with 1031
        "#]],
    );
}

#[test]
fn what_was_said_of_one_talk_is_no_word_on_the_next_and_goes_with_a_caller_who_is_handed_over() {
    check(
        "
        with recording
        1031 registers
        1032 registers
        kim calls 9070
        1031 answers
        1031 speaks
        command call 1 record pause
        tell media ledger
        1031 refers 1032
        1032 answers
        command call 1 record resume
        kim hangs up
        lo calls 9070
        wait 15
        1031 answers
        1031 speaks
        command call 2 record stop
        command call 2 requeue
        1032 answers
        1032 speaks
        ",
        expect![[r#"
            0s 1031 is parted
            0s kim hears music
            0s ledger: call-1 1031 hands it over to 1032
            0s kim is bridged with 1032
            0s ledger: 1031 wrap-up for call-1 started, 10000 ms
            0s kim is recorded again
            0s ledger: call-1 recording resumed
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1032 wrap-up for call-1 started, 10000 ms
            0s ledger: call-1 recording whole: 9000 ms, 3 missed
            0s ledger: call-2 offered to 9070 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in kept
            0s lo hears music
            0s lo hears queue/first, then music
            0s ledger: call-2 told place 1
            10s ledger: 1031 wrap-up ended
            10s ledger: call-2 rang 1031
            10s ledger: 1032 wrap-up ended
            15s lo is bridged with 1031
            15s lo is recorded with whoever talks with it
            15s ledger: call-2 recording began with 1031 by kept
            15s ledger: call-2 connected with 1031
            15s ledger: call-2 1031 accepted
            15s lo is recorded with nobody any more
            15s ledger: call-2 recording whole: 9000 ms, 3 missed
            15s 1031 is parted
            15s ledger: call-2 queued in kept
            15s lo hears music
            15s ledger: 1031 wrap-up for call-2 started, 10000 ms
            15s ledger: call-2 rang 1032
            15s lo is bridged with 1032
            15s lo is recorded with whoever talks with it
            15s ledger: call-2 recording began with 1032 by kept
            15s ledger: call-2 connected with 1032
            15s ledger: call-2 1032 accepted
        "#]],
    );
}

#[test]
fn keys_of_the_agents_phone_pause_and_end_a_recording_and_begin_another() {
    check(
        "
        with recording
        1031 registers
        1032 registers
        kim calls 9070
        1031 answers
        1031 speaks
        tell sip media ledger commands
        1031 presses 2
        kim presses *
        1031 presses *
        1031 tells *
        wait 1
        1031 tells *
        1031 presses 1
        1031 presses *
        wait 1
        1031 presses 1
        1031 refers 1032
        1032 answers
        1032 presses *
        kim hangs up
        ",
        expect![[r#"
            0s kim is recorded no more for now
            0s ledger: call-1 recording paused
            0s ledger: phone: pause_recording of call-1
            1s kim is recorded again
            1s ledger: call-1 recording resumed
            1s ledger: phone: resume_recording of call-1
            1s kim is recorded with nobody any more
            1s ledger: phone: stop_recording of call-1
            1s ledger: call-1 recording whole: 9000 ms, 3 missed
            2s kim is recorded with whoever talks with it
            2s ledger: call-1 recording began with 1031 by kept, by command
            2s ledger: phone: start_recording of call-1
            2s 1031 is parted
            2s kim hears music
            2s 1032 gets INVITE from "kept: 0701234567"
            2s 1031 gets 202 to REFER
            2s 1031 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            2s 1031 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            2s ledger: call-1 1031 hands it over to 1032
            2s kim is bridged with 1032
            2s ledger: 1031 wrap-up for call-1 started, 10000 ms
            2s 1031 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            2s 1031 gets BYE since Q.850;cause=16;text="Normal call clearing"
            2s kim is recorded no more for now
            2s ledger: call-1 recording paused
            2s ledger: phone: pause_recording of call-1
            2s ledger: call-1 ended Answered: caller hung up
            2s ledger: 1032 wrap-up for call-1 started, 10000 ms
            2s ledger: call-1 recording whole: 9000 ms, 3 missed
            2s 1032 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_caller_is_told_before_the_talk_that_it_will_be_recorded_and_it_is_from_its_first_word_on() {
    check(
        "
        with recording
        1031 registers
        kim calls 9071
        wait 5
        tell media ledger
        1031 answers
        1031 speaks
        wait 2
        1031 hears it out
        wait 1
        kim hears it out
        wait 30
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            5s 1031 hears recorded
            5s kim hears recorded, then music
            8s kim is bridged with 1031
            8s kim is recorded with whoever talks with it
            8s ledger: call-1 recording began with 1031 by announced
            8s ledger: call-1 connected with 1031
            8s ledger: call-1 1031 accepted
            38s ledger: call-1 ended Answered: caller hung up
            38s ledger: 1031 wrap-up for call-1 started, 10000 ms
            38s ledger: call-1 recording whole: 9000 ms, 3 missed
            48s ledger: 1031 wrap-up ended
            98s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_is_told_who_calls_while_the_caller_is_told_of_the_recording_and_neither_waits_alone() {
    check(
        "
        with recording
        1031 registers
        kim calls 9072
        tell media ledger
        1031 answers
        1031 speaks
        wait 1
        kim hears it out
        wait 1
        1031 hears it out
        wait 5
        kim hangs up
        wait 60
        lo calls 9072
        1031 answers
        1031 speaks
        1031 presses 5
        wait 2
        lo hears it out
        ",
        expect![[r#"
            0s 1031 hears faktura
            0s kim hears recorded, then music
            2s kim is bridged with 1031
            2s kim is recorded with whoever talks with it
            2s ledger: call-1 recording began with 1031 by introduced
            2s ledger: call-1 connected with 1031
            2s ledger: call-1 1031 accepted
            7s ledger: call-1 ended Answered: caller hung up
            7s ledger: 1031 wrap-up for call-1 started, 15000 ms
            7s ledger: call-1 recording whole: 9000 ms, 3 missed
            22s ledger: 1031 wrap-up ended
            67s ledger: call-2 offered to 9072 by 0707654321
            67s ledger: call-2 answered
            67s ledger: call-2 queued in introduced
            67s lo hears music
            67s ledger: call-2 rang 1031
            67s 1031 hears faktura
            67s lo hears recorded, then music
            67s 1031 hears nothing
            69s lo is bridged with 1031
            69s lo is recorded with whoever talks with it
            69s ledger: call-2 recording began with 1031 by introduced
            69s ledger: call-2 connected with 1031
            69s ledger: call-2 1031 accepted
        "#]],
    );
}

#[test]
fn who_hangs_up_while_it_is_announced_is_not_recorded_and_costs_nobody_anything() {
    check(
        "
        with recording
        1031 registers
        kim calls 9071
        1031 answers
        1031 speaks
        tell media ledger
        1031 hangs up
        calls
        wait 10
        1031 answers
        1031 speaks
        wait 1
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1031 is parted
            0s ledger: call-1 1031 dropped
            0s call-1 is waiting in announced at place 1
            1s ledger: call-1 rang 1031
            10s 1031 hears recorded
            10s kim hears recorded, then music
            11s ledger: call-1 1031 withdrawn
            11s ledger: call-1 leaves unserved, None in announced: 1 logged_out, 1 ringing
            11s ledger: call-1 ended Abandoned(Ringing): caller hung up
            71s nothing is left
        "#]],
    );
}

#[test]
fn what_is_not_announced_in_time_is_announced_in_the_talk() {
    check(
        "
        with recording
        1031 registers
        kim calls 9071
        1031 answers
        1031 speaks
        tell media ledger
        wait 10
        1031 hears it out
        wait 2
        kim hears it out
        wait 2
        ",
        expect![[r#"
            8s kim is bridged with 1031
            8s kim hears recorded
            8s 1031 hears recorded
            8s ledger: call-1 connected with 1031
            8s ledger: call-1 1031 accepted
            12s kim is recorded with whoever talks with it
            12s ledger: call-1 recording began with 1031 by announced
        "#]],
    );
}

#[test]
fn what_begins_by_a_key_is_announced_to_both_and_what_goes_on_after_a_pause_is_not() {
    check(
        "
        with recording
        1031 registers
        kim calls 9073
        1031 answers
        1031 speaks
        wait 5
        tell media ledger
        1031 presses 1
        wait 2
        1031 hears it out
        kim hears it out
        wait 1
        1031 presses *
        wait 1
        1031 presses *
        wait 1
        1031 presses 1
        wait 1
        1031 presses 1
        wait 1
        1031 presses 1
        wait 1
        1031 presses 1
        wait 1
        1031 presses *
        wait 1
        kim hears it out
        wait 1
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            5s kim hears recorded
            5s 1031 hears recorded
            7s kim is recorded with whoever talks with it
            7s ledger: call-1 recording began with 1031 by by-key, by command
            8s kim is recorded no more for now
            8s ledger: call-1 recording paused
            9s kim is recorded again
            9s ledger: call-1 recording resumed
            10s kim is recorded with nobody any more
            10s ledger: call-1 recording whole: 9000 ms, 3 missed
            11s kim hears recorded
            11s 1031 hears recorded
            12s kim hears 1031
            12s 1031 hears kim
            13s kim hears recorded
            13s 1031 hears recorded
            15s kim is recorded with whoever talks with it
            15s ledger: call-1 recording began with 1031 by by-key, by command
            15s kim is recorded no more for now
            15s ledger: call-1 recording paused
            16s ledger: call-1 ended Answered: caller hung up
            16s ledger: 1031 wrap-up for call-1 started, 15000 ms
            16s ledger: call-1 recording whole: 9000 ms, 3 missed
            31s ledger: 1031 wrap-up ended
            76s nothing is left
        "#]],
    );
}

#[test]
fn who_is_parked_while_it_is_announced_hears_it_anew_and_nothing_is_kept_before() {
    check(
        "
        with recording
        1031 registers
        kim calls 9073
        1031 answers
        1031 speaks
        tell media ledger
        1031 presses 1
        wait 1
        1031 holds
        wait 5
        1031 resumes
        wait 2
        kim holds
        wait 3
        kim hears it out
        kim resumes
        wait 2
        kim hears it out
        wait 1
        ",
        expect![[r#"
            0s kim hears recorded
            0s 1031 hears recorded
            1s kim hears music
            1s ledger: call-1 held by the agent
            6s kim hears 1031
            6s ledger: call-1 resumed
            6s kim hears recorded
            6s 1031 hears recorded
            8s 1031 hears music
            8s ledger: call-1 held by the caller
            11s 1031 hears kim
            11s ledger: call-1 resumed
            11s kim hears recorded
            11s 1031 hears recorded
            13s kim is recorded with whoever talks with it
            13s ledger: call-1 recording began with 1031 by by-key, by command
        "#]],
    );
}

#[test]
fn a_caller_who_is_handed_over_while_it_is_announced_is_not_recorded() {
    check(
        "
        with recording
        1031 registers
        1032 registers
        kim calls 9073
        1031 answers
        1031 speaks
        tell media ledger
        1031 presses 1
        wait 1
        1031 refers 1032
        wait 1
        1032 answers
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s kim hears recorded
            0s 1031 hears recorded
            1s 1031 is parted
            1s kim hears music
            2s ledger: call-1 1031 hands it over to 1032
            2s kim is bridged with 1032
            2s ledger: 1031 wrap-up for call-1 started, 15000 ms
            7s ledger: call-1 ended Answered: caller hung up
            7s ledger: 1032 wrap-up for call-1 started, 15000 ms
            17s ledger: 1031 wrap-up ended
            22s ledger: 1032 wrap-up ended
            67s nothing is left
        "#]],
    );
}

#[test]
fn a_talk_that_outlives_the_process_is_announced_again_before_its_second_part() {
    check(
        "
        with recording
        1031 registers
        kim calls 9071
        1031 answers
        1031 speaks
        1031 hears it out
        kim hears it out
        wait 10
        tell media ledger
        engine is gone for 3
        wait 2
        engine is gone for 3
        wait 2
        1031 hears it out
        kim hears it out
        wait 5
        kim hangs up
        ",
        expect![[r#"
            13s ledger: 1031 reachable
            13s ledger: call-1 recording cut_off: 4000 ms, 0 missed
            13s kim hears music
            13s kim hears nothing
            13s ledger: call-1 recovered
            13s kim is bridged with 1031
            13s kim hears recorded
            13s 1031 hears recorded
            18s ledger: 1031 reachable
            18s kim hears music
            18s kim hears nothing
            18s ledger: call-1 recovered
            18s kim is bridged with 1031
            18s kim hears recorded
            18s 1031 hears recorded
            20s kim is recorded with whoever talks with it
            20s ledger: call-1 recording began with 1031 by announced
            25s ledger: call-1 ended Answered: caller hung up
            25s ledger: 1031 wrap-up for call-1 started, 10000 ms
            25s ledger: call-1 recording whole: 9000 ms, 3 missed
        "#]],
    );
}
