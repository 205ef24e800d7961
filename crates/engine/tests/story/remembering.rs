//! What holds of agents over the end of the process.

use crate::check;
use expect_test::expect;

#[test]
fn a_pause_goes_on_over_a_restart_and_ends_when_it_would_have() {
    check(
        "
        with work
        1021 registers
        command 1021 pause coffee
        wait 60
        tell agents states ledger
        engine restarts
        kim calls 9020
        wait 900
        ",
        expect![[r#"
            60s 1021 is logged_out
            60s ledger: 1021 is unreachable
            60s 1021 is unreachable
            60s ledger: 1021 reachable
            60s ledger: 1021 is paused for coffee
            60s 1021 is paused
            60s ledger: call-1 offered to 9020 by 0701234567
            60s ledger: call-1 answered
            60s ledger: call-1 queued in sales
            60s ledger: call-1 told place 1
            600s ledger: 1021 paused too long: coffee
        "#]],
    );
}

#[test]
fn a_pause_that_is_asked_for_in_a_conversation_is_not_forgotten_by_a_restart() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        command 1021 pause coffee
        tell agents states
        engine restarts
        wait 2
        ",
        expect![[r#"
            0s 1021 is logged_out
            0s ledger: 1021 is unreachable
            0s 1021 is unreachable
            0s ledger: 1021 is talking in call-1
            0s 1021 is talking
        "#]],
    );
}

#[test]
fn after_call_work_ends_when_it_would_have_and_its_call_can_be_filed() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        kim hangs up
        wait 5
        tell agents states ledger commands
        engine restarts
        command 1021 file sold
        wait 60
        ",
        expect![[r#"
            5s 1021 is logged_out
            5s ledger: 1021 is unreachable
            5s 1021 is unreachable
            5s ledger: 1021 reachable
            5s ledger: 1021 is wrap_up
            5s 1021 is wrap_up
            5s ledger: 1021 filed call-1 as sold
            5s ledger: socket: file sold of 1021
            5s desk: obeyed
            10s ledger: 1021 wrap-up ended
            10s ledger: 1021 is ready
            10s 1021 is ready
        "#]],
    );
}

#[test]
fn after_call_work_that_would_be_over_by_now_is_over() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        kim hangs up
        tell agents states
        engine is gone for 100
        wait 1
        ",
        expect![[r#"
            100s 1021 is logged_out
            100s ledger: 1021 is unreachable
            100s 1021 is unreachable
            100s ledger: 1021 is ready
            100s 1021 is ready
        "#]],
    );
}

#[test]
fn who_has_logged_out_is_not_brought_back_by_a_restart_and_who_has_left_a_queue_is_away_from_it() {
    check(
        "
        with work
        1021 registers
        1022 registers
        command 1022 log_out
        command 1021 leave_queue sales
        tell agents states ledger
        engine restarts
        kim calls 9020
        wait 2
        command 1021 join_queue sales
        ",
        expect![[r#"
            0s 1021 is logged_out
            0s ledger: 1021 is unreachable
            0s 1021 is unreachable
            0s ledger: 1021 reachable
            0s ledger: 1021 is ready
            0s ledger: 1022 reachable
            0s 1021 is ready
            0s ledger: call-1 offered to 9020 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 queued in sales
            0s ledger: call-1 told place 1
            2s ledger: 1021 joined sales
            2s ledger: 1021 is ringing
            2s ledger: call-1 rang 1021
            2s 1021 is ringing
        "#]],
    );
}

#[test]
fn who_has_missed_too_many_rings_comes_back_as_somebody_who_has() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 100
        kim hangs up
        tell agents states
        engine restarts
        command 1001 ready
        ",
        expect![[r#"
            100s 1001 is logged_out
            100s ledger: 1001 is unreachable
            100s 1001 is unreachable
            100s ledger: 1001 is missed_ring
            100s 1001 is missed_ring
            100s ledger: 1001 is ready
            100s 1001 is ready
        "#]],
    );
}

#[test]
fn a_shift_that_has_ended_meanwhile_has_the_last_word() {
    check(
        "
        with work
        1023 registers
        wait 600
        1023 dials *11
        1023 hangs up
        tell agents states
        engine is gone for 1500
        wait 1
        ",
        expect![[r#"
            2100s 1023 is logged_out
        "#]],
    );
}

#[test]
fn who_was_taken_out_for_a_while_comes_back_when_they_would_have() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        wait 30
        kim hangs up
        wait 170
        tell agents states
        engine restarts
        wait 300
        ",
        expect![[r#"
            200s 1021 is logged_out
            200s ledger: 1021 is unreachable
            200s 1021 is unreachable
            200s ledger: 1021 is missed_ring
            200s 1021 is missed_ring
            320s ledger: 1021 is ready
            320s 1021 is ready
        "#]],
    );
}

#[test]
fn what_a_night_shift_did_before_midnight_holds_after_it() {
    check(
        "
        with work
        wait 42600
        1024 registers
        command 1024 log_out
        tell agents states
        wait 900
        engine restarts
        wait 1
        command 1024 log_in
        ",
        expect![[r#"
            43501s ledger: 1024 is ready
            43501s 1024 is ready
        "#]],
    );
}

#[test]
fn a_shift_that_has_begun_meanwhile_has_the_last_word_though_the_one_before_was_on_too() {
    check(
        "
        with work
        1023 registers
        wait 700
        command 1023 log_out
        tell agents states
        engine is gone for 1800
        wait 1
        ",
        expect![[r#"
            2500s ledger: 1023 is unreachable
            2500s ledger: 1023 is ready
            2500s 1023 is ready
        "#]],
    );
}

#[test]
fn a_ring_that_was_missed_in_a_conversation_counts_after_a_restart() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        lo calls 9040
        wait 20
        lo hangs up
        engine restarts
        wait 1
        kim hangs up
        wait 15
        tell ledger agents
        max calls 9040
        wait 25
        desk of 1041
        ",
        expect![[r#"
            36s ledger: call-3 offered to 9040 by 0709999999
            36s ledger: call-3 answered
            36s ledger: call-3 queued in short
            36s ledger: call-3 rang 1041
            36s 1041 is ringing
            56s ledger: call-3 1041 missed
            56s ledger: 1041 missed too often
            56s 1041 is missed_ring
            61s 1041 is missed_ring, calls [] of 2
        "#]],
    );
}

#[test]
fn who_has_had_a_call_today_has_had_it_after_a_restart_too_and_not_on_the_next_day() {
    check(
        "
        with work
        1031 registers
        1032 registers
        kim calls 9022
        1031 answers
        1031 speaks
        kim hangs up
        tell sip
        engine restarts
        kim calls 9022
        kim hangs up
        engine is gone for 43200
        1031 registers
        1032 registers
        kim calls 9022
        ",
        expect![[r#"
            0s kim gets 100
            0s kim gets 200
            0s 1032 gets INVITE from "evenly: 0701234567"
            0s 1032 gets CANCEL
            43200s kim gets 100
            43200s kim gets 200
            43200s 1031 gets INVITE from "evenly: 0701234567"
        "#]],
    );
}

#[test]
fn a_pause_is_as_long_after_a_restart_for_all_that_the_clock_was_set_before_it() {
    check(
        "
        with work
        1021 registers
        tell agents ledger
        command 1021 pause coffee
        wait 100
        clock is set -3600
        engine restarts
        wait 499
        wait 1
        ",
        expect![[r#"
            0s 1021 is paused
            100s 1021 is logged_out
            100s 1021 is unreachable
            100s ledger: 1021 reachable
            100s 1021 is paused
            600s ledger: 1021 paused too long: coffee
        "#]],
    );
}

#[test]
fn a_phone_is_rung_after_a_restart_for_all_that_the_clock_was_set_before_it() {
    check(
        "
        1001 registers
        wait 10
        clock is set 86400
        engine restarts
        tell ledger
        kim calls 9001
        ",
        expect![[r#"
            10s ledger: call-1 offered to 9001 by 0701234567
            10s ledger: call-1 answered
            10s ledger: call-1 queued in faktura
            10s ledger: call-1 rang 1001
        "#]],
    );
}
