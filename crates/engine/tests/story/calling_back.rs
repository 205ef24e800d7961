//! Callers who do not wait on the line, and are called back at their turn.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_keeps_the_place_hangs_up_and_is_called_back_at_their_turn() {
    check(
        "
        with callbacks
        carrier is there
        tell sip media ledger
        kim calls 9071
        kim hears it out
        wait 2
        kim presses 5
        kim presses 1
        kim hears it out
        calls
        1022 registers
        1022 answers
        carrier answers
        carrier presses 1
        calls
        1022 hangs up
        totals
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9071 by +46701234567 over kim
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in desk
            0s kim hears music
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
            1s kim hears front, then music
            2s ledger: call-1 leaves unserved, Some(1) in desk: 2 logged_out
            2s ledger: call-1 left desk by key 5 for callback.desk
            2s kim hears callback/offer, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another
            2s kim hears nothing
            2s ledger: call-2 offered to desk by +46701234567
            2s ledger: call-2 is promised in call-1 by desk to +46701234567, 2000 ms after the arrival
            2s ledger: call-2 queued in desk
            2s kim hears callback/promised
            2s ledger: call-1 ended Callback: the dialplan ended the call
            2s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            2s call-2 is waiting in desk at place 1
            2s ledger: 1022 reachable
            2s ledger: 1022 logged in
            2s ledger: call-2 rang 1022
            2s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            2s ledger: call-2 attempt 1 with 1022
            2s 1022 hears callback/agent, then music
            2s ledger: call-2 1022 accepted
            2s carrier gets INVITE
            2s carrier hears callback/greeting
            2s ledger: call-2 is over: Reached
            2s ledger: call-2 connected with 1022
            2s carrier is bridged with 1022
            2s call-2 is talking in desk
            2s ledger: call-2 ended Answered: agent hung up
            2s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            2s [("offered", 1), ("callback", 1)]
            42s nothing is left
        "#]],
    );
}

#[test]
fn a_promise_is_not_spoken_before_it_is_on_disk() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        disk is slow
        tell media ledger
        kim presses 1
        wait 5
        disk catches up
        kim hears it out
        ",
        expect![[r#"
            0s kim hears nothing
            0s ledger: call-2 offered to desk by +46701234567
            0s ledger: call-2 is promised in call-1 by desk to +46701234567, 0 ms after the arrival
            0s ledger: call-2 queued in desk
            1s kim hears music
            5s kim hears callback/promised
            5s ledger: call-1 ended Callback: the dialplan ended the call
        "#]],
    );
}

#[test]
fn a_promise_that_does_not_come_to_the_disk_is_none() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        disk is slow
        tell media ledger
        kim presses 1
        wait 11
        calls
        ",
        expect![[r#"
            0s kim hears nothing
            0s ledger: call-2 offered to desk by +46701234567
            0s ledger: call-2 is promised in call-1 by desk to +46701234567, 0 ms after the arrival
            0s ledger: call-2 queued in desk
            1s kim hears music
            10s ledger: call-2 is over: NotSpoken
            10s ledger: call-2 ended Withdrawn: not spoken
            10s kim hears callback/full
            11s call-1 is menu
        "#]],
    );
}

#[test]
fn whoever_hangs_up_after_having_confirmed_is_called_back_all_the_same() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        disk is slow
        tell ledger
        kim presses 1
        kim hangs up
        disk catches up
        totals
        1022 registers
        1022 answers
        ",
        expect![[r#"
            0s ledger: call-2 offered to desk by +46701234567
            0s ledger: call-2 is promised in call-1 by desk to +46701234567, 0 ms after the arrival
            0s ledger: call-2 queued in desk
            0s ledger: call-1 ended Callback: caller hung up
            0s [("offered", 1), ("callback", 1)]
            0s ledger: 1022 reachable
            0s ledger: 1022 logged in
            0s ledger: call-2 rang 1022
            0s ledger: call-2 attempt 1 with 1022
            0s ledger: call-2 1022 accepted
        "#]],
    );
}

#[test]
fn who_asks_again_has_one_callback_and_the_place_that_it_had() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        tell ledger
        kim calls 9070
        kim presses 1
        kim hears it out
        calls
        ",
        expect![[r#"
            60s ledger: call-3 offered to 9070 by +46701234567 over kim
            60s ledger: call-3 answered
            60s ledger: call-2 is asked after in call-3
            60s ledger: call-2 is renewed in call-3
            60s ledger: call-3 ended Callback: the dialplan ended the call
            60s call-2 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn no_more_are_promised_than_there_may_be_and_the_caller_waits_at_the_place() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        max calls 9071
        max hears it out
        wait 2
        lo calls 9070
        lo presses 1
        lo hears it out
        tell media ledger
        max presses 5
        max hears it out
        calls
        ",
        expect![[r#"
            2s ledger: call-3 leaves unserved, Some(2) in desk: 2 logged_out
            2s ledger: call-3 left desk by key 5 for callback.desk
            2s max hears callback/full
            2s ledger: call-3 queued in desk
            2s max hears music
            2s max hears queue/place, then numbers/2, then queue/in-line, then music
            2s ledger: call-3 told place 2
            2s call-3 is waiting in desk at place 2
            2s call-2 is waiting in desk at place 1
            2s call-5 is waiting in desk at place 3
        "#]],
    );
}

#[test]
fn a_customer_who_is_busy_is_called_again_later_and_no_more_often_than_stated() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        tell sip ledger
        1022 answers
        carrier rejects 486
        1022 hears it out
        calls
        wait 299
        wait 1
        1022 answers
        carrier rejects 404
        1022 hears it out
        wait 40
        calls
        left
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1 with 1022
            0s ledger: call-2 1022 accepted
            0s carrier gets INVITE
            0s ledger: call-2 attempt 1: Busy
            0s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s call-2 is waiting in desk
            300s ledger: call-2 rang 1022
            300s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            300s ledger: call-2 attempt 2 with 1022
            300s ledger: call-2 1022 accepted
            300s carrier gets INVITE
            300s ledger: call-2 attempt 2: Refused
            300s ledger: call-2 is over: AttemptsMax
            300s ledger: call-2 ended Finished: the customer was not reached
            300s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            340s nothing is left
        "#]],
    );
}

#[test]
fn a_mailbox_that_answers_is_not_the_customer() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        tell sip media ledger
        carrier answers
        carrier hears it out
        carrier presses 7
        wait 20
        1022 hears it out
        calls
        wait 40
        left
        ",
        expect![[r#"
            0s carrier hears callback/greeting
            0s carrier hears callback/greeting
            20s ledger: call-2 attempt 1: NotConfirmed
            20s 1022 hears callback/not-reached
            20s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            20s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            20s call-2 is waiting in desk
            60s left: [("work items", 1), ("deadlines", 2)]
        "#]],
    );
}

#[test]
fn a_phone_that_rings_for_too_long_is_let_be() {
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
        wait 30
        1022 hears it out
        ",
        expect![[r#"
            30s ledger: call-2 attempt 1: NoAnswer
            30s carrier gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            30s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn an_agent_who_hangs_up_while_the_customer_is_called_ends_the_attempt() {
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
        1022 hangs up
        calls
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1: AgentLeft
            0s carrier gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            0s call-2 is waiting in desk
            40s left: [("work items", 1), ("deadlines", 2)]
        "#]],
    );
}

#[test]
fn a_customer_hangs_up_before_pressing_the_key() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        carrier answers
        tell sip ledger
        carrier hangs up
        1022 hears it out
        calls
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1: NotConfirmed
            0s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s call-2 is waiting in desk
        "#]],
    );
}

#[test]
fn who_need_not_confirm_is_connected_at_once() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9072
        kim presses 1
        kim hears it out
        1022 answers
        tell media ledger
        carrier answers
        ",
        expect![[r#"
            0s ledger: call-2 is over: Reached
            0s ledger: call-2 connected with 1022
            0s carrier is bridged with 1022
        "#]],
    );
}

#[test]
fn nobody_is_called_before_the_attempt_is_on_disk() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        disk is slow
        tell sip ledger
        1022 answers
        wait 5
        disk catches up
        disk is slow
        carrier rejects 486
        1022 hears it out
        wait 300
        1022 answers
        wait 10
        disk catches up
        1022 hears it out
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1 with 1022
            0s ledger: call-2 1022 accepted
            5s carrier gets INVITE
            5s ledger: call-2 attempt 1: Busy
            5s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            305s ledger: call-2 rang 1022
            305s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            305s ledger: call-2 attempt 2 with 1022
            305s ledger: call-2 1022 accepted
            315s ledger: call-2 attempt 2: NotStored
            315s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_callback_waits_on_after_a_restart_with_its_arrival_and_its_attempts() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        engine restarts
        tell ledger
        calls
        1022 registers
        1022 answers
        wait 60
        engine restarts
        calls
        1022 registers
        wait 269
        calls
        wait 1
        1022 answers
        carrier rejects 486
        1022 hears it out
        engine restarts
        calls
        left
        ",
        expect![[r#"
            60s call-2 is waiting in desk at place 1
            60s ledger: 1022 reachable
            60s ledger: 1022 logged in
            60s ledger: call-2 rang 1022
            60s ledger: call-2 attempt 1 with 1022
            60s ledger: call-2 1022 accepted
            90s ledger: call-2 attempt 1: NoAnswer
            120s ledger: trunk carrier is Up
            120s ledger: trunk kim is Up
            120s ledger: trunk lo is Up
            120s ledger: trunk max is Up
            120s ledger: trunk nobody is Up
            120s ledger: 1022 reachable
            120s call-2 is waiting in desk
            389s call-2 is waiting in desk
            390s ledger: call-2 rang 1022
            390s ledger: call-2 attempt 2 with 1022
            390s ledger: call-2 1022 accepted
            390s ledger: call-2 attempt 2: Busy
            390s ledger: call-2 is over: AttemptsMax
            390s ledger: call-2 ended Finished: the customer was not reached
            390s ledger: trunk carrier is Up
            390s ledger: trunk kim is Up
            390s ledger: trunk lo is Up
            390s ledger: trunk max is Up
            390s ledger: trunk nobody is Up
            390s ledger: 1022 reachable
            390s nothing is left
        "#]],
    );
}

#[test]
fn a_callback_is_called_off_by_a_command_and_over_with_its_window() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        lo calls 9070
        lo presses 1
        lo hears it out
        tell ledger commands
        command call 2 requeue
        command call 2 withdraw
        command callback 3 cancel
        command callback 2 cancel
        wait 3599
        calls
        wait 1
        calls
        left
        ",
        expect![[r#"
            0s ledger: socket: requeue of call-2 refused, call_state
            0s desk: refused: call 2 is a callback: give it another priority, or cancel the callback
            0s ledger: socket: withdraw of call-2 refused, call_state
            0s desk: refused: call 2 is a callback: give it another priority, or cancel the callback
            0s ledger: socket: callback_cancel of call-3 refused, unknown_callback
            0s desk: refused: there is no callback 3 that waits: use the number of a callback that is listed and not over
            0s ledger: call-2 is over: Cancelled { by: Socket }
            0s ledger: call-2 ended Withdrawn: cancelled
            0s ledger: socket: callback_cancel of call-2
            0s desk: obeyed
            3599s call-4 is waiting in desk at place 1
            3600s ledger: call-4 is over: WindowOver
            3600s ledger: call-4 ended Finished: window over
            3600s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_withholds_the_number_types_one_and_no_foreign_one() {
    check(
        "
        with callbacks
        carrier is there
        tell media ledger
        nobody calls 9070
        nobody presses 0
        nobody presses 8
        nobody presses 1
        nobody presses #
        nobody hears it out
        nobody presses 0
        nobody presses 7
        nobody presses 0
        nobody presses 1
        nobody presses #
        nobody presses 1
        nobody hears it out
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9070 by nobody over nobody
            0s ledger: call-1 answered
            0s nobody hears callback/offer, then callback/type
            0s nobody hears nothing
            0s nobody hears callback/not-possible, then callback/type
            0s nobody hears nothing
            0s nobody hears callback/number, then numbers/0, then numbers/7, then numbers/0, then numbers/1, then callback/confirm, then callback/another
            0s nobody hears nothing
            0s ledger: call-2 offered to desk by +46701
            0s ledger: call-2 is promised in call-1 by desk to +46701, 0 ms after the arrival
            0s ledger: call-2 queued in desk
            0s nobody hears callback/promised
            0s ledger: call-1 ended Callback: the dialplan ended the call
        "#]],
    );
}

#[test]
fn a_customer_who_was_reached_can_be_sent_back_to_the_queue() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        carrier answers
        carrier presses 1
        tell media ledger commands
        command call 2 requeue
        1022 answers
        1022 speaks
        carrier hangs up
        totals
        wait 40
        left
        ",
        expect![[r#"
            0s 1022 is parted
            0s ledger: call-2 queued in desk
            0s carrier hears music
            0s ledger: socket: requeue of call-2
            0s desk: obeyed
            0s ledger: call-2 rang 1022
            0s carrier is bridged with 1022
            0s ledger: call-2 connected with 1022
            0s ledger: call-2 1022 accepted
            0s ledger: call-2 ended Answered: caller hung up
            0s [("offered", 1), ("callback", 1)]
            40s nothing is left
        "#]],
    );
}

#[test]
fn who_asks_again_while_the_agent_hears_that_it_is_over_has_a_new_callback() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 300
        1022 answers
        carrier rejects 486
        tell ledger
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 hears it out
        calls
        ",
        expect![[r#"
            300s ledger: call-3 offered to 9070 by +46701234567 over kim
            300s ledger: call-3 answered
            300s ledger: call-4 offered to desk by +46701234567
            300s ledger: call-4 is promised in call-3 by desk to +46701234567, 0 ms after the arrival
            300s ledger: call-4 queued in desk
            300s ledger: call-3 ended Callback: the dialplan ended the call
            300s ledger: call-2 ended Finished: the customer was not reached
            300s ledger: call-4 rang 1022
            300s call-4 is ringing in desk
        "#]],
    );
}

#[test]
fn nobody_who_was_promised_a_callback_is_moved_to_a_queue_besides() {
    check(
        "
        with callbacks
        kim calls 9070
        disk is slow
        kim presses 1
        tell media ledger commands
        command call 1 move desk
        disk catches up
        command call 1 move desk
        kim hears it out
        calls
        ",
        expect![[r#"
            0s ledger: socket: move desk of call-1 refused, call_state
            0s desk: refused: call 1 is promised a callback: let the call end: the customer is called back, or cancel the callback
            0s kim hears callback/promised
            0s ledger: socket: move desk of call-1 refused, call_state
            0s desk: refused: call 1 is promised a callback: let the call end: the customer is called back, or cancel the callback
            0s ledger: call-1 ended Callback: the dialplan ended the call
            0s call-2 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn nobody_is_rung_for_a_promise_that_is_not_on_disk_yet() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        disk is slow
        tell sip media ledger
        kim presses 1
        kim hangs up
        wait 60
        disk catches up
        ",
        expect![[r#"
            0s kim hears nothing
            0s ledger: call-2 offered to desk by +46701234567
            0s ledger: call-2 is promised in call-1 by desk to +46701234567, 0 ms after the arrival
            0s ledger: call-2 queued in desk
            0s ledger: call-1 ended Callback: caller hung up
            60s ledger: call-2 rang 1022
            60s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
        "#]],
    );
}

#[test]
fn what_the_steps_ask_of_an_agent_goes_with_the_callback_over_a_restart() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9073
        kim presses 1
        kim hears it out
        tell ledger
        calls
        engine restarts
        calls
        1021 registers
        calls
        ",
        expect![[r#"
            0s call-2 is waiting in desk at place 1
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: 1022 reachable
            0s call-2 is waiting in desk at place 1
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-2 rang 1021
            0s call-2 is ringing in desk
        "#]],
    );
}

#[test]
fn who_has_a_callback_may_ask_again_where_no_more_are_promised() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        lo calls 9070
        lo presses 1
        lo hears it out
        tell media ledger
        kim calls 9070
        kim presses 1
        kim hears it out
        ",
        expect![[r#"
            0s ledger: call-5 offered to 9070 by +46701234567 over kim
            0s ledger: call-5 answered
            0s ledger: call-2 is asked after in call-5
            0s kim hears callback/stands, then queue/first, then callback/choose
            0s kim hears nothing
            0s ledger: call-2 is renewed in call-5
            0s kim hears callback/promised
            0s ledger: call-5 ended Callback: the dialplan ended the call
        "#]],
    );
}

#[test]
fn attempts_that_our_side_has_spoilt_are_not_counted() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        tell sip ledger
        1022 answers
        1022 hangs up
        wait 300
        1022 answers
        carrier rejects 503
        1022 hears it out
        wait 300
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 300
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1 with 1022
            0s ledger: call-2 1022 accepted
            0s carrier gets INVITE
            0s ledger: call-2 attempt 1: AgentLeft
            0s carrier gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            300s ledger: call-2 rang 1022
            300s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            300s ledger: call-2 attempt 1 with 1022
            300s ledger: call-2 1022 accepted
            300s carrier gets INVITE
            300s ledger: call-2 attempt 1: NoTrunk
            300s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            600s ledger: call-2 rang 1022
            600s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            600s ledger: call-2 attempt 1 with 1022
            600s ledger: call-2 1022 accepted
            600s carrier gets INVITE
            600s ledger: call-2 attempt 1: Busy
            600s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            900s ledger: call-2 rang 1022
            900s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            900s ledger: call-2 attempt 2 with 1022
            900s ledger: call-2 1022 accepted
            900s carrier gets INVITE
            900s ledger: call-2 attempt 2: Busy
            900s ledger: call-2 is over: AttemptsMax
            900s ledger: call-2 ended Finished: the customer was not reached
            900s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            940s nothing is left
        "#]],
    );
}

#[test]
fn nobody_is_called_more_often_in_an_hour_than_there_is_a_limit_for() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9074
        kim presses 1
        kim hears it out
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        tell sip ledger
        wait 60
        calls
        ",
        expect![[r#"
            360s call-2 is waiting in desk
        "#]],
    );
}

#[test]
fn an_attempt_that_a_restart_cuts_off_does_not_count_and_the_customer_is_tried_again() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        tell ledger commands
        command callback 2 cancel
        engine restarts
        wait 299
        wait 1
        1022 answers
        calls
        ",
        expect![[r#"
            0s ledger: socket: callback_cancel of call-2 refused, call_state
            0s desk: refused: call 2 is being called: wait until the attempt is over, or let the agent hang up
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: 1022 reachable
            0s ledger: call-2 attempt 1: CutOff
            300s ledger: call-2 rang 1022
            300s ledger: call-2 attempt 1 with 1022
            300s ledger: call-2 1022 accepted
            300s call-2 is talking in desk
        "#]],
    );
}

#[test]
fn the_last_attempt_that_a_restart_cuts_off_is_made_again() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 300
        tell sip ledger
        1022 answers
        engine is gone for 3
        carrier rejects 486
        wait 297
        1022 answers
        carrier rejects 486
        1022 hears it out
        ",
        expect![[r#"
            300s ledger: call-2 attempt 2 with 1022
            300s ledger: call-2 1022 accepted
            300s carrier gets INVITE
            303s ledger: trunk carrier is Up
            303s ledger: trunk kim is Up
            303s ledger: trunk lo is Up
            303s ledger: trunk max is Up
            303s ledger: trunk nobody is Up
            303s ledger: 1022 reachable
            303s ledger: call-2 attempt 2: CutOff
            600s ledger: call-2 rang 1022
            600s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            600s ledger: call-2 attempt 2 with 1022
            600s ledger: call-2 1022 accepted
            600s carrier gets INVITE
            600s ledger: call-2 attempt 2: Busy
            600s ledger: call-2 is over: AttemptsMax
            600s ledger: call-2 ended Finished: the customer was not reached
            600s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_server_that_dies_in_each_attempt_rings_nobody_for_ever() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        tell sip ledger
        1022 answers
        engine restarts
        wait 300
        1022 answers
        engine restarts
        wait 300
        1022 answers
        engine restarts
        wait 300
        1022 answers
        engine restarts
        wait 300
        1022 answers
        engine restarts
        wait 300
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1 with 1022
            0s ledger: call-2 1022 accepted
            0s carrier gets INVITE
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: 1022 reachable
            0s ledger: call-2 attempt 1: CutOff
            300s ledger: call-2 rang 1022
            300s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            300s ledger: call-2 attempt 1 with 1022
            300s ledger: call-2 1022 accepted
            300s carrier gets INVITE
            300s ledger: trunk carrier is Up
            300s ledger: trunk kim is Up
            300s ledger: trunk lo is Up
            300s ledger: trunk max is Up
            300s ledger: trunk nobody is Up
            300s ledger: 1022 reachable
            300s ledger: call-2 attempt 1: CutOff
            600s ledger: call-2 rang 1022
            600s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            600s ledger: call-2 attempt 1 with 1022
            600s ledger: call-2 1022 accepted
            600s carrier gets INVITE
            600s ledger: trunk carrier is Up
            600s ledger: trunk kim is Up
            600s ledger: trunk lo is Up
            600s ledger: trunk max is Up
            600s ledger: trunk nobody is Up
            600s ledger: 1022 reachable
            600s ledger: call-2 attempt 1: CutOff
            900s ledger: call-2 rang 1022
            900s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            900s ledger: call-2 attempt 1 with 1022
            900s ledger: call-2 1022 accepted
            900s carrier gets INVITE
            900s ledger: trunk carrier is Up
            900s ledger: trunk kim is Up
            900s ledger: trunk lo is Up
            900s ledger: trunk max is Up
            900s ledger: trunk nobody is Up
            900s ledger: 1022 reachable
            900s ledger: call-2 attempt 1: CutOff
            1200s ledger: call-2 rang 1022
            1200s 1022 gets INVITE from "Återuppringning Desk: +46701234567"
            1200s ledger: call-2 attempt 1 with 1022
            1200s ledger: call-2 1022 accepted
            1200s carrier gets INVITE
            1200s ledger: trunk carrier is Up
            1200s ledger: trunk kim is Up
            1200s ledger: trunk lo is Up
            1200s ledger: trunk max is Up
            1200s ledger: trunk nobody is Up
            1200s ledger: 1022 reachable
            1200s ledger: call-2 attempt 1: CutOff
            1200s ledger: call-2 is over: AttemptsMax
            1200s ledger: call-2 ended Finished: attempts max
        "#]],
    );
}

#[test]
fn a_promise_that_was_asked_for_twice_outlives_the_one_that_was_not_stored_in_time() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        lo calls 9070
        disk is slow
        kim presses 1
        wait 2
        lo presses 2
        lo presses 0
        lo presses 7
        lo presses 0
        lo presses 1
        lo presses 2
        lo presses 3
        lo presses 4
        lo presses 5
        lo presses 6
        lo presses 7
        lo presses #
        lo presses 1
        tell media ledger
        wait 8
        disk catches up
        lo hears it out
        calls
        ",
        expect![[r#"
            3s lo hears music
            10s kim hears callback/full
            10s lo hears callback/promised
            10s ledger: call-2 ended Callback: the dialplan ended the call
            10s call-1 is menu
            10s call-3 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn no_agent_is_rung_for_a_callback_while_no_trunk_has_room() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9075
        kim presses 1
        kim hears it out
        lo calls 9075
        lo presses 1
        lo hears it out
        1021 registers
        1021 answers
        tell sip ledger
        1022 registers
        wait 10
        carrier answers
        carrier hangs up
        wait 10
        calls
        ",
        expect![[r#"
            0s ledger: 1022 reachable
            0s ledger: 1022 logged in
            10s ledger: call-2 is over: Reached
            10s ledger: call-2 connected with 1021
            10s ledger: call-2 ended Answered: caller hung up
            10s 1021 gets BYE since Q.850;cause=16;text="Normal call clearing"
            20s ledger: call-4 rang 1022
            20s 1022 gets INVITE from "Återuppringning Desk: +46707654321"
            20s call-4 is ringing in desk
        "#]],
    );
}

#[test]
fn a_customer_who_was_reached_and_sent_back_waits_with_what_was_asked_for() {
    check(
        "
        with callbacks
        carrier is there
        1021 registers
        1022 registers
        kim calls 9073
        kim presses 1
        kim hears it out
        1021 answers
        carrier answers
        carrier presses 1
        tell ledger
        command 1021 log_out
        command call 2 requeue
        calls
        ",
        expect![[r#"
            0s ledger: 1021 logged out
            0s ledger: call-2 queued in desk
            0s ledger: call-2 told place 1
            0s call-2 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn a_trunk_that_says_nothing_is_no_customer_who_does_not_answer() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9070
        kim presses 1
        kim hears it out
        carrier dies
        tell sip ledger
        1022 answers
        wait 4
        1022 hears it out
        calls
        ",
        expect![[r#"
            0s ledger: call-2 attempt 1 with 1022
            0s ledger: call-2 1022 accepted
            4s ledger: call-2 attempt 1: NoTrunk
            4s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            4s call-2 is waiting in desk
        "#]],
    );
}

#[test]
fn no_callback_is_promised_that_may_come_after_closing() {
    check(
        "
        with callbacks
        carrier is there
        wait 660
        tell media
        kim calls 9076
        kim hears it out
        ",
        expect![[r#"
            660s kim hears callback/too-late
            660s kim hears front
        "#]],
    );
}

#[test]
fn what_can_not_be_kept_is_not_offered_to_those_who_wait() {
    check(
        "
        with callbacks
        carrier is there
        wait 560
        tell media ledger
        kim calls 9078
        wait 2
        kim hears it out
        wait 60
        kim hears it out
        wait 180
        kim presses 5
        kim hears it out
        ",
        expect![[r#"
            560s ledger: call-1 offered to 9078 by +46701234567 over kim
            560s ledger: call-1 answered
            560s ledger: call-1 queued in day
            560s kim hears music
            560s kim hears queue/first, then music
            560s ledger: call-1 told place 1
            562s kim hears front, then music
            622s kim hears queue/first, then music
            622s ledger: call-1 told place 1
            802s ledger: call-1 leaves unserved, Some(1) in day: 1 logged_out
            802s ledger: call-1 left day by key 5 for callback.day
            802s kim hears callback/too-late
            802s kim hears front
        "#]],
    );
}

#[test]
fn a_callback_that_is_open_at_closing_is_kept_to_the_next_opening_at_its_place() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9076
        kim presses 1
        kim hears it out
        wait 2460
        tell ledger
        1022 registers
        wait 1080
        calls
        wait 60
        1022 answers
        carrier answers
        carrier presses 1
        ",
        expect![[r#"
            2460s ledger: 1022 reachable
            2460s ledger: 1022 logged in
            3540s call-2 is waiting in day
            3600s ledger: call-2 rang 1022
            3600s ledger: call-2 attempt 1 with 1022
            3600s ledger: call-2 1022 accepted
            3600s ledger: call-2 is over: Reached
            3600s ledger: call-2 connected with 1022
        "#]],
    );
}

#[test]
fn a_restart_while_it_is_closed_keeps_it_to_the_opening_too() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9076
        kim presses 1
        kim hears it out
        wait 2460
        engine restarts
        tell ledger
        1022 registers
        wait 1140
        1022 answers
        ",
        expect![[r#"
            2460s ledger: 1022 reachable
            2460s ledger: 1022 logged in
            3600s ledger: call-2 rang 1022
            3600s ledger: call-2 attempt 1 with 1022
            3600s ledger: call-2 1022 accepted
        "#]],
    );
}

#[test]
fn a_callback_that_is_open_at_closing_is_over_where_the_plan_says_so() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9077
        kim presses 1
        kim hears it out
        tell ledger
        wait 2460
        left
        ",
        expect![[r#"
            2400s ledger: call-2 is over: Closed
            2400s ledger: call-2 ended Finished: closed
            2460s nothing is left
        "#]],
    );
}

#[test]
fn closing_by_hand_counts_as_closing() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9077
        kim presses 1
        kim hears it out
        tell ledger media
        command queue day close
        lo calls 9077
        ",
        expect![[r#"
            0s ledger: day is closed by socket
            0s ledger: call-2 is over: Closed
            0s ledger: call-2 ended Finished: closed
            0s ledger: call-3 offered to 9077 by +46707654321 over lo
            0s ledger: call-3 answered
            0s lo hears callback/full
        "#]],
    );
}

#[test]
fn who_calls_again_hears_how_the_callback_stands_and_keeps_it() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        tell ledger media
        kim calls 9071
        kim hears it out
        kim presses 1
        kim hears it out
        calls
        ",
        expect![[r#"
            60s ledger: call-3 offered to 9071 by +46701234567 over kim
            60s ledger: call-3 answered
            60s kim hears music
            60s ledger: call-2 is asked after in call-3
            60s kim hears callback/stands, then queue/first, then callback/choose
            60s kim hears nothing
            60s ledger: call-2 is renewed in call-3
            60s kim hears callback/promised
            60s ledger: call-3 ended Callback: the dialplan ended the call
            60s call-2 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn who_calls_again_calls_it_off() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        tell ledger media
        kim calls 9071
        kim presses 2
        kim hears it out
        left
        ",
        expect![[r#"
            60s ledger: call-3 offered to 9071 by +46701234567 over kim
            60s ledger: call-3 answered
            60s kim hears music
            60s ledger: call-2 is asked after in call-3
            60s kim hears callback/stands, then queue/first, then callback/choose
            60s kim hears nothing
            60s ledger: call-2 is over: Cancelled { by: Caller }
            60s ledger: call-2 ended Withdrawn: cancelled
            60s kim hears callback/called-off
            60s ledger: call-3 ended Finished: the dialplan ended the call
            60s left: [("transactions", 2)]
        "#]],
    );
}

#[test]
fn who_calls_again_waits_on_the_line_at_the_place_that_was_kept() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        lo calls 9071
        wait 60
        tell ledger media
        kim calls 9071
        kim presses 3
        kim hears it out
        calls
        1022 registers
        1022 answers
        1022 speaks
        ",
        expect![[r#"
            120s ledger: call-4 offered to 9071 by +46701234567 over kim
            120s ledger: call-4 answered
            120s kim hears music
            120s ledger: call-2 is asked after in call-4
            120s kim hears callback/stands, then queue/first, then callback/choose
            120s kim hears nothing
            120s ledger: call-2 is over: TakenUp
            120s ledger: call-2 ended Finished: taken up
            120s ledger: call-4 queued in desk
            120s kim hears music
            120s kim hears queue/first, then music
            120s ledger: call-4 told place 1
            120s call-3 is waiting in desk at place 2
            120s call-4 is waiting in desk at place 1
            120s ledger: 1022 reachable
            120s ledger: 1022 logged in
            120s ledger: call-4 rang 1022
            120s kim is bridged with 1022
            120s ledger: call-4 connected with 1022
            120s ledger: call-4 1022 accepted
        "#]],
    );
}

#[test]
fn who_would_wait_on_the_line_and_finds_it_full_keeps_the_callback_and_its_place() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9085
        kim presses 1
        kim hears it out
        wait 60
        lo calls 9086
        wait 60
        tell ledger
        kim calls 9086
        kim presses 3
        kim hears it out
        wait 15
        calls
        1022 registers
        ",
        expect![[r#"
            120s ledger: call-4 offered to 9086 by +46701234567 over kim
            120s ledger: call-4 answered
            120s ledger: call-2 is asked after in call-4
            120s ledger: call-4 found brim full at 1
            120s ledger: call-4 ended Finished: the queue was full
            135s call-3 is waiting in brim at place 2
            135s call-2 is waiting in brim at place 1
            135s ledger: 1022 reachable
            135s ledger: 1022 logged in
            135s ledger: call-2 rang 1022
        "#]],
    );
}

#[test]
fn a_callback_that_is_tried_later_is_so_when_the_caller_finds_the_line_full_meanwhile() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9085
        kim presses 1
        kim hears it out
        1022 registers
        1022 answers
        carrier rejects 486
        1022 hears it out
        command 1022 pause pause
        lo calls 9086
        wait 60
        tell ledger
        kim calls 9086
        kim presses 3
        kim hears it out
        wait 15
        calls
        lo hangs up
        command 1022 resume
        wait 1000
        ",
        expect![[r#"
            60s ledger: call-4 offered to 9086 by +46701234567 over kim
            60s ledger: call-4 answered
            60s ledger: call-2 is asked after in call-4
            60s ledger: call-4 found brim full at 1
            60s ledger: call-4 ended Finished: the queue was full
            75s call-3 is waiting in brim at place 1
            75s call-2 is waiting in brim
            75s ledger: call-3 leaves unserved, Some(1) in brim: 1 paused
            75s ledger: call-3 ended Abandoned(Waiting): caller hung up
            600s ledger: call-2 rang 1022
            620s ledger: call-2 1022 missed
            621s ledger: call-2 rang 1022
            641s ledger: call-2 1022 missed
            641s ledger: 1022 missed too often
        "#]],
    );
}

#[test]
fn who_would_wait_on_the_line_and_is_sent_on_keeps_the_callback_and_its_place() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command 1022 pause pause
        kim calls 9087
        kim presses 1
        kim hears it out
        wait 60
        tell ledger
        kim calls 9088
        kim presses 3
        kim hears it out
        wait 15
        calls
        command 1022 resume
        ",
        expect![[r#"
            60s ledger: call-3 offered to 9088 by +46701234567 over kim
            60s ledger: call-3 answered
            60s ledger: call-2 is asked after in call-3
            60s ledger: call-3 sent on past thin to say.sorry, calls_per_agent: 0 ms, 1 for 0
            60s ledger: call-3 ended Finished: sent on by a condition of the queue
            75s call-2 is waiting in thin at place 1
            75s ledger: call-2 rang 1022
        "#]],
    );
}

#[test]
fn a_callback_that_rings_everybody_leaves_the_line_for_a_while_while_its_customer_is_on_the_line() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9089
        kim presses 1
        kim hears it out
        kim calls 9078
        tell ledger
        1021 registers
        command 1022 leave_queue day
        1022 registers
        wait 25
        calls
        kim hangs up
        wait 10
        calls
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: 1022 left day
            0s ledger: 1022 reachable
            0s ledger: 1022 logged in
            25s call-3 is waiting in day at place 1
            25s call-2 is waiting in all
            25s ledger: call-3 leaves unserved, Some(1) in day: 1 left_queue
            25s ledger: call-3 ended Abandoned(Waiting): caller hung up
            30s ledger: call-2 rang 1022
            30s ledger: call-2 rang 1021
            35s call-2 is ringing in all
        "#]],
    );
}

#[test]
fn who_is_asked_and_chooses_nothing_waits_and_is_not_asked_again() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        tell ledger media
        kim calls 9071
        kim hears it out
        wait 6
        kim hears it out
        wait 6
        kim hears it out
        wait 6
        calls
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9071 by +46701234567 over kim
            0s ledger: call-3 answered
            0s kim hears music
            0s ledger: call-2 is asked after in call-3
            0s kim hears callback/stands, then queue/first, then callback/choose
            5s kim hears callback/stands, then queue/first, then callback/choose
            11s kim hears callback/stands, then queue/first, then callback/choose
            17s ledger: call-3 queued in desk
            17s kim hears music
            17s kim hears queue/place, then numbers/2, then queue/in-line, then music
            17s ledger: call-3 told place 2
            18s call-3 is waiting in desk at place 2
            18s call-2 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn who_talks_with_an_agent_of_the_queue_is_not_called_back_any_more() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        kim calls 9071
        kim hears it out
        wait 6
        kim hears it out
        wait 6
        kim hears it out
        wait 6
        tell ledger sip
        1022 registers
        wait 10
        1022 answers
        1022 speaks
        calls
        ",
        expect![[r#"
            18s ledger: 1022 reachable
            18s ledger: 1022 logged in
            18s ledger: call-3 rang 1022
            18s 1022 gets INVITE from "Desk: +46701234567"
            28s ledger: call-3 connected with 1022
            28s ledger: call-2 is over: Served
            28s ledger: call-2 ended Finished: served
            28s ledger: call-3 1022 accepted
            28s call-3 is talking in desk
        "#]],
    );
}

#[test]
fn who_is_on_the_line_for_another_matter_is_not_called_until_that_is_over() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        kim calls 9078
        tell ledger
        1021 registers
        wait 30
        kim hangs up
        wait 10
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            30s ledger: call-3 leaves unserved, Some(1) in day: 1 logged_out
            30s ledger: call-3 ended Abandoned(Waiting): caller hung up
            40s ledger: call-2 rang 1021
        "#]],
    );
}

#[test]
fn a_stranger_with_the_same_number_hears_nothing_of_the_callback() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        tell ledger media
        lo calls 9071
        lo hears it out
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9071 by +46707654321 over lo
            0s ledger: call-3 answered
            0s ledger: call-3 queued in desk
            0s lo hears music
            0s lo hears queue/place, then numbers/2, then queue/in-line, then music
            0s ledger: call-3 told place 2
        "#]],
    );
}

#[test]
fn who_has_waited_for_too_long_is_offered_a_callback_by_itself_and_keeps_the_place() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9082
        wait 60
        lo calls 9082
        tell media ledger
        wait 60
        kim presses 1
        kim hears it out
        calls
        ",
        expect![[r#"
            120s ledger: call-1 leaves unserved, Some(1) in bound: 1 logged_out
            120s ledger: call-1 sent on out of bound to callback.bound, waited: 120000 ms, 2 for 0
            120s kim hears callback/offer, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another
            120s kim hears nothing
            120s ledger: call-3 offered to bound by +46701234567
            120s ledger: call-3 is promised in call-1 by bound to +46701234567, 120000 ms after the arrival
            120s ledger: call-3 queued in bound
            120s kim hears callback/promised
            120s ledger: call-1 ended Callback: sent on by a condition of the queue
            120s call-2 is waiting in bound at place 2
            120s call-3 is waiting in bound at place 1
        "#]],
    );
}

#[test]
fn who_is_expected_to_wait_for_too_long_is_offered_a_callback_at_once() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9083
        1022 answers
        1022 speaks
        wait 1
        tell media ledger
        lo calls 9083
        lo presses 1
        lo hears it out
        calls
        ",
        expect![[r#"
            1s ledger: call-2 offered to 9083 by +46707654321 over lo
            1s ledger: call-2 answered
            1s lo hears music
            1s ledger: call-2 sent on past doubt to callback.doubt, expected_wait: 0 ms, 1 for 1, expected 461979 ms
            1s lo hears callback/offer, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/7, then numbers/6, then numbers/5, then pause, then numbers/4, then numbers/3, then pause, then numbers/2, then numbers/1, then callback/confirm, then callback/another
            1s lo hears nothing
            1s ledger: call-3 offered to doubt by +46707654321
            1s ledger: call-3 is promised in call-2 by doubt to +46707654321, 0 ms after the arrival
            1s ledger: call-3 queued in doubt
            1s lo hears callback/promised
            1s ledger: call-2 ended Callback: sent on by a condition of the queue
            1s call-1 is talking in doubt
            1s call-3 is waiting in doubt at place 1
        "#]],
    );
}

#[test]
fn a_priority_that_was_given_by_hand_is_that_of_the_callback_after_a_restart_too() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        kim hears it out
        wait 60
        lo calls 9070
        lo presses 1
        lo hears it out
        tell ledger
        command call 4 priority 9
        engine restarts
        calls
        1022 registers
        ",
        expect![[r#"
            60s ledger: call-4 has priority 9
            60s ledger: trunk carrier is Up
            60s ledger: trunk kim is Up
            60s ledger: trunk lo is Up
            60s ledger: trunk max is Up
            60s ledger: trunk nobody is Up
            60s call-2 is waiting in desk at place 2
            60s call-4 is waiting in desk at place 1
            60s ledger: 1022 reachable
            60s ledger: 1022 logged in
            60s ledger: call-4 rang 1022
        "#]],
    );
}

#[test]
fn nobody_is_called_more_often_in_an_hour_for_all_that_the_server_is_restarted() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        kim calls 9074
        kim presses 1
        kim hears it out
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        wait 60
        1022 answers
        carrier rejects 486
        1022 hears it out
        engine restarts
        wait 3000
        1022 registers
        tell ledger
        wait 299
        wait 1
        ",
        expect![[r#"
            3600s ledger: call-2 rang 1022
        "#]],
    );
}
