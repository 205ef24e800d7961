//! Callbacks that are asked for on the web, and limits that hold for all of them.

use crate::check;
use expect_test::expect;

#[test]
fn who_asks_on_the_web_is_called_at_their_turn() {
    check(
        "
        with callbacks
        carrier is there
        tell ledger commands
        command request web 0701234567
        1022 registers
        1022 answers
        carrier answers
        carrier presses 1
        ",
        expect![[r#"
            0s ledger: call-1 offered to web by +46701234567
            0s ledger: call-1 is promised in call-0 by web to +46701234567, 0 ms after the arrival
            0s ledger: call-1 queued in day
            0s ledger: socket: callback_request web of call-1
            0s desk: obeyed
            0s ledger: 1022 reachable
            0s ledger: 1022 logged in
            0s ledger: call-1 rang 1022
            0s ledger: call-1 attempt 1 with 1022
            0s ledger: call-1 1022 accepted
            0s ledger: call-1 is over: Reached
            0s ledger: call-1 connected with 1022
        "#]],
    );
}

#[test]
fn who_asks_for_a_time_is_called_then_and_no_agent_is_rung_before() {
    check(
        "
        with callbacks
        carrier is there
        tell ledger commands
        1022 registers
        command request web 0701234567 2026-11-19T13:20
        wait 4000
        engine restarts
        carrier is there
        1022 registers
        wait 500
        1022 answers
        ",
        expect![[r#"
            0s ledger: 1022 reachable
            0s ledger: 1022 logged in
            0s ledger: call-1 offered to web by +46701234567
            0s ledger: call-1 is promised in call-0 by web to +46701234567, 0 ms after the arrival
            0s ledger: call-1 queued in day
            0s ledger: socket: callback_request web of call-1
            0s desk: obeyed
            3600s ledger: 1022 unreachable
            4000s ledger: trunk carrier is Up
            4000s ledger: trunk kim is Up
            4000s ledger: trunk lo is Up
            4000s ledger: trunk max is Up
            4000s ledger: trunk nobody is Up
            4000s ledger: 1022 reachable
            4500s ledger: call-1 rang 1022
            4500s ledger: call-1 attempt 1 with 1022
            4500s ledger: call-1 1022 accepted
        "#]],
    );
}

#[test]
fn who_has_a_time_and_asks_again_on_the_line_is_called_then_however_short_the_window() {
    check(
        "
        with callbacks
        carrier is there
        command request web 0701234567 2026-11-26T13:15
        tell ledger media
        kim calls 9081
        kim presses 1
        kim hears it out
        wait 300000
        engine restarts
        carrier is there
        wait 309295
        calls
        1022 registers
        wait 10
        1022 answers
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9081 by +46701234567 over kim
            0s ledger: call-2 answered
            0s ledger: call-1 is asked after in call-2
            0s kim hears callback/stands, then callback/chosen, then weekdays/thursday, then words/the, then ordinals/26, then months/november, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/choose
            0s kim hears nothing
            0s ledger: call-1 is renewed in call-2
            0s kim hears callback/promised-at, then weekdays/thursday, then words/the, then ordinals/26, then months/november, then clock/clock, then numbers/13, then words/and, then numbers/15
            0s ledger: call-2 ended Callback: the dialplan ended the call
            300000s ledger: trunk carrier is Up
            300000s ledger: trunk kim is Up
            300000s ledger: trunk lo is Up
            300000s ledger: trunk max is Up
            300000s ledger: trunk nobody is Up
            609295s call-1 is waiting in day
            609295s ledger: 1022 reachable
            609295s ledger: 1022 logged in
            609300s ledger: call-1 rang 1022
            609305s ledger: call-1 attempt 1 with 1022
            609305s 1022 hears callback/agent, then music
            609305s ledger: call-1 1022 accepted
        "#]],
    );
}

#[test]
fn a_time_is_promised_to_no_more_than_there_may_be_and_only_while_the_queue_is_open() {
    check(
        "
        with callbacks
        carrier is there
        tell commands
        command request web 0701234567 2026-11-19T13:20
        command request web 0701234568 2026-11-19T13:16
        command request web 0701234568 2026-11-19T12:45
        command request web 0701234568 2026-11-19T11:00
        command request web 0701234568 2027-01-19T13:00
        command request desk 0701234568 2026-11-19T13:15
        command request nowhere 0701234568
        ",
        expect![[r#"
            0s ledger: socket: callback_request web of call-1
            0s desk: obeyed
            0s ledger: socket: callback_request web of the plan refused, no_slot
            0s desk: refused: callback web is not made at that time; the next one free is 2026-11-19T13:30:00: ask for a time within `slots` of the callback at which its queue is open
            0s ledger: socket: callback_request web of the plan refused, no_slot
            0s desk: refused: callback web is not made at that time; the next one free is 2026-11-19T13:00:00: ask for a time within `slots` of the callback at which its queue is open
            0s ledger: socket: callback_request web of the plan refused, no_slot
            0s desk: refused: callback web is not made at that time; the next one free is 2026-11-19T12:15:00: ask for a time within `slots` of the callback at which its queue is open
            0s ledger: socket: callback_request web of the plan refused, no_slot
            0s desk: refused: callback web is made at no time that can be asked for: ask for a time within `slots` of the callback at which its queue is open
            0s ledger: socket: callback_request desk of the plan refused, no_slot
            0s desk: refused: callback desk is made at no time that can be asked for: ask for a time within `slots` of the callback at which its queue is open
            0s ledger: socket: callback_request nowhere of the plan refused, unknown_callback
            0s desk: refused: there is no callback nowhere: use the name of a callback of the dialplan
        "#]],
    );
}

#[test]
fn a_second_request_changes_the_first() {
    check(
        "
        with callbacks
        carrier is there
        command request web 0701234567
        tell ledger
        command request web 0701234567 2026-11-19T13:15
        calls
        ",
        expect![[r#"
            0s ledger: call-2 offered to web by +46701234567
            0s ledger: call-2 is promised in call-0 by web to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-2 queued in day
            0s ledger: call-1 is over: Cancelled { by: Socket }
            0s ledger: call-1 ended Withdrawn: cancelled
            0s call-2 is waiting in day
        "#]],
    );
}

#[test]
fn a_second_request_changes_the_first_or_does_not_wherever_the_process_is_killed() {
    check(
        "
        with callbacks
        carrier is there
        command request web 0701234567
        tell ledger
        disk takes 1 more
        command request web 0701234567 2026-11-19T13:15
        engine restarts
        calls
        disk takes 2 more
        command request web 0701234567 2026-11-19T13:30
        engine restarts
        calls
        ",
        expect![[r#"
            0s ledger: call-2 offered to web by +46701234567
            0s ledger: call-2 is promised in call-0 by web to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-2 queued in day
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s call-1 is waiting in day at place 1
            0s ledger: call-2 offered to web by +46701234567
            0s ledger: call-2 is promised in call-0 by web to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-2 queued in day
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s call-2 is waiting in day
        "#]],
    );
}

#[test]
fn a_request_that_is_not_on_disk_is_not_answered_stands_and_is_called_once_when_it_is() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        disk is slow
        tell ledger commands
        command request web 0701234567
        wait 60
        command request web 0701234567
        calls
        disk catches up
        1022 answers
        calls
        ",
        expect![[r#"
            0s ledger: call-1 offered to web by +46701234567
            0s ledger: call-1 is promised in call-0 by web to +46701234567, 0 ms after the arrival
            0s ledger: call-1 queued in day
            0s ledger: socket: callback_request web of call-1
            60s ledger: call-1 is renewed in call-0
            60s ledger: socket: callback_request web of call-1
            60s call-1 is waiting in day
            60s desk: obeyed
            60s desk: obeyed
            60s ledger: call-1 rang 1022
            60s ledger: call-1 attempt 1 with 1022
            60s ledger: call-1 1022 accepted
            60s call-1 is talking in day
        "#]],
    );
}

#[test]
fn a_number_is_promised_no_more_callbacks_a_day_than_it_may_be() {
    check(
        "
        with callbacks
        carrier is there
        tell commands
        command request web 0701234567
        command callback 1 cancel
        command request web 0701234567
        command callback 2 cancel
        command request web 0701234567
        wait 86400
        command request web 0701234567 2026-11-26T13:15
        ",
        expect![[r#"
            0s ledger: socket: callback_request web of call-1
            0s desk: obeyed
            0s ledger: socket: callback_cancel of call-1
            0s desk: obeyed
            0s ledger: socket: callback_request web of call-2
            0s desk: obeyed
            0s ledger: socket: callback_cancel of call-2
            0s desk: obeyed
            0s ledger: socket: callback_request web of the plan refused, too_often
            0s desk: refused: that number has been promised enough callbacks today: wait until tomorrow, or raise `per_number_a_day` of the callback
            86400s ledger: socket: callback_request web of call-3
            86400s desk: obeyed
        "#]],
    );
}

#[test]
fn a_number_that_is_not_allowed_is_not_called_whoever_asks() {
    check(
        "
        with callbacks
        carrier is there
        tell commands media
        command request web 0709912345
        command request web 0721234567
        command request web 0812345
        kim calls 9081
        kim presses 2
        kim presses 0
        kim presses 7
        kim presses 2
        kim presses 1
        kim presses 2
        kim presses 3
        kim presses 4
        kim presses 5
        kim presses 6
        kim presses 7
        kim presses #
        kim hears it out
        ",
        expect![[r#"
            0s ledger: socket: callback_request web of the plan refused, number_not_called
            0s desk: refused: that number is not called back: use a number that `dial` of a trunk and the lists of the callback allow
            0s ledger: socket: callback_request web of the plan refused, number_not_called
            0s desk: refused: that number is not called back: use a number that `dial` of a trunk and the lists of the callback allow
            0s ledger: socket: callback_request web of the plan refused, number_not_called
            0s desk: refused: that number is not called back: use a number that `dial` of a trunk and the lists of the callback allow
            0s kim hears callback/offer, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another
            0s kim hears callback/type
            0s kim hears nothing
            0s kim hears callback/not-possible, then callback/type
        "#]],
    );
}

#[test]
fn no_agent_is_rung_for_a_customer_who_has_been_called_too_often() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9074
        kim presses 1
        kim hears it out
        1022 registers
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
        wait 3200
        1022 registers
        tell ledger
        wait 200
        ",
        expect![[r#"
            3600s ledger: call-2 rang 1022
            3615s ledger: call-2 1022 missed
            3616s ledger: call-2 rang 1022
            3631s ledger: call-2 1022 missed
            3631s ledger: 1022 missed too often
        "#]],
    );
}

#[test]
fn the_agent_hears_the_matter_of_who_is_called_back() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9081
        kim presses 1
        kim hears it out
        1022 registers
        tell media
        1022 answers
        ",
        expect![[r#"
            0s 1022 hears front, then callback/agent, then music
        "#]],
    );
    check(
        "
        with callbacks
        carrier is there
        kim calls 9081
        kim presses 1
        kim hears it out
        engine restarts
        carrier is there
        1022 registers
        tell media
        1022 answers
        ",
        expect![[r#"
            0s 1022 hears front, then callback/agent, then music
        "#]],
    );
}

#[test]
fn a_number_is_promised_no_more_callbacks_in_a_day_for_all_that_the_server_is_restarted() {
    check(
        "
        with callbacks
        carrier is there
        command request web 0701234567
        wait 60
        command callback 1 cancel
        command request web 0701234567
        command callback 2 cancel
        command request web 0703333331
        command request web 0703333332
        command request web 0703333333
        engine restarts
        tell commands
        command request web 0701234567
        command request web 0707654321
        command request web 0702222222
        wait 3600
        command request web 0702222222
        wait 82739
        command request web 0701234567
        wait 1
        command request web 0701234567
        ",
        expect![[r#"
            60s ledger: socket: callback_request web of the plan refused, too_often
            60s desk: refused: that number has been promised enough callbacks today: wait until tomorrow, or raise `per_number_a_day` of the callback
            60s ledger: socket: callback_request web of call-6
            60s desk: obeyed
            60s ledger: socket: callback_request web of the plan refused, requests_max
            60s desk: refused: callback web has been asked for as often in an hour as it may be: wait, or raise `requests_per_hour_max` of the callback
            3660s ledger: socket: callback_request web of call-7
            3660s desk: obeyed
            86399s ledger: socket: callback_request web of the plan refused, too_often
            86399s desk: refused: that number has been promised enough callbacks today: wait until tomorrow, or raise `per_number_a_day` of the callback
            86400s ledger: socket: callback_request web of the plan refused, queue_closed
            86400s desk: refused: queue day is closed: open the queue, or choose another
        "#]],
    );
}

#[test]
fn what_is_due_at_a_time_is_due_by_the_clock_also_after_that_is_set() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command request web 0701234567 2026-11-19T13:15
        wait 600
        clock is set 1800
        tell ledger commands
        command request web 0707654321 2026-11-19T13:20
        wait 2099
        wait 1
        ",
        expect![[r#"
            600s ledger: socket: callback_request web of the plan refused, no_slot
            600s desk: refused: callback web is not made at that time; the next one free is 2026-11-19T13:30:00: ask for a time within `slots` of the callback at which its queue is open
            2700s ledger: call-1 rang 1022
        "#]],
    );
}

#[test]
fn a_clock_that_is_set_back_puts_off_what_is_due() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command request web 0701234567 2026-11-19T13:15
        wait 3600
        clock is set -3000
        tell ledger
        wait 900
        engine restarts
        1022 registers
        wait 2999
        wait 1
        ",
        expect![[r#"
            4500s ledger: trunk carrier is Up
            4500s ledger: trunk kim is Up
            4500s ledger: trunk lo is Up
            4500s ledger: trunk max is Up
            4500s ledger: trunk nobody is Up
            4500s ledger: 1022 reachable
            7500s ledger: call-1 rang 1022
        "#]],
    );
}

#[test]
fn what_is_due_at_a_time_that_the_clock_has_leapt_over_is_called_at_once() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command request web 0701234567 2026-11-19T13:15
        wait 60
        tell ledger
        clock is set 4800
        ",
        expect![[r#"
            60s ledger: call-1 rang 1022
        "#]],
    );
}
