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
