//! Callers who choose by key when they are called back.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_chooses_a_time_hears_the_promise_when_it_is_on_disk_and_is_called_then() {
    check(
        "
        with callbacks
        carrier is there
        tell ledger media
        kim calls 9090
        kim hears it out
        kim presses 2
        kim hears it out
        disk is slow
        kim presses 1
        wait 1
        disk catches up
        kim hears it out
        1022 registers
        wait 1700
        engine restarts
        carrier is there
        1022 registers
        wait 100
        1022 answers
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9090 by +46701234567 over kim
            0s ledger: call-1 answered
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s kim hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s kim hears nothing
            0s ledger: call-2 offered to times by +46701234567
            0s ledger: call-2 is promised in call-1 by times to +46701234567, 0 ms after the arrival
            0s ledger: call-2 queued in day
            1s kim hears music
            1s kim hears callback/promised-at, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30
            1s ledger: call-1 ended Callback: the dialplan ended the call
            1s ledger: 1022 reachable
            1s ledger: 1022 logged in
            1701s ledger: trunk carrier is Up
            1701s ledger: trunk kim is Up
            1701s ledger: trunk lo is Up
            1701s ledger: trunk max is Up
            1701s ledger: trunk nobody is Up
            1701s ledger: 1022 reachable
            1800s ledger: call-2 rang 1022
            1801s ledger: call-2 attempt 1 with 1022
            1801s 1022 hears callback/agent, then music
            1801s ledger: call-2 1022 accepted
        "#]],
    );
}

#[test]
fn of_two_callers_who_hear_the_last_place_of_a_time_the_second_is_offered_the_next_ones() {
    check(
        "
        with callbacks
        carrier is there
        tell ledger media
        kim calls 9090
        lo calls 9090
        lo presses 1
        kim presses 1
        kim presses 1
        lo presses 1
        lo hears it out
        lo presses 1
        lo presses 1
        lo hears it out
        calls
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9090 by +46701234567 over kim
            0s ledger: call-1 answered
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s ledger: call-2 offered to 9090 by +46707654321 over lo
            0s ledger: call-2 answered
            0s lo hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s lo hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/7, then numbers/6, then numbers/5, then pause, then numbers/4, then numbers/3, then pause, then numbers/2, then numbers/1, then callback/confirm, then callback/another, then callback/another-time
            0s kim hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s kim hears nothing
            0s ledger: call-3 offered to times by +46701234567
            0s ledger: call-3 is promised in call-1 by times to +46701234567, 0 ms after the arrival
            0s ledger: call-3 queued in day
            0s kim hears callback/promised-at, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15
            0s lo hears nothing
            0s lo hears callback/gone, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s lo hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/7, then numbers/6, then numbers/5, then pause, then numbers/4, then numbers/3, then pause, then numbers/2, then numbers/1, then callback/confirm, then callback/another, then callback/another-time
            0s lo hears nothing
            0s ledger: call-4 offered to times by +46707654321
            0s ledger: call-4 is promised in call-2 by times to +46707654321, 0 ms after the arrival
            0s ledger: call-4 queued in day
            0s lo hears callback/promised-at, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30
            0s ledger: call-2 ended Callback: the dialplan ended the call
            0s call-1 is menu
            0s call-3 is waiting in day
            0s call-4 is waiting in day
        "#]],
    );
}

#[test]
fn no_time_is_offered_at_which_the_queue_is_closed_and_shortly_before_closing_times_alone_are() {
    check(
        "
        with callbacks
        carrier is there
        wait 2000
        tell ledger media
        kim calls 9090
        kim hangs up
        wait 600
        lo calls 9090
        lo presses 3
        lo presses 1
        lo hears it out
        wait 604800
        max calls 9090
        ",
        expect![[r#"
            2000s ledger: call-1 offered to 9090 by +46701234567 over kim
            2000s ledger: call-1 answered
            2000s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/30, then callback/press, then numbers/3
            2000s ledger: call-1 ended Abandoned(InMenu): caller hung up
            2600s ledger: call-2 offered to 9090 by +46707654321 over lo
            2600s ledger: call-2 answered
            2600s lo hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/30, then callback/press, then numbers/3
            2600s lo hears callback/chosen, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/30, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/7, then numbers/6, then numbers/5, then pause, then numbers/4, then numbers/3, then pause, then numbers/2, then numbers/1, then callback/confirm, then callback/another, then callback/another-time
            2600s lo hears nothing
            2600s ledger: call-3 offered to times by +46707654321
            2600s ledger: call-3 is promised in call-2 by times to +46707654321, 0 ms after the arrival
            2600s ledger: call-3 queued in day
            2600s lo hears callback/promised-at, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/30
            2600s ledger: call-2 ended Callback: the dialplan ended the call
            19800s ledger: call-3 is over: WindowOver
            19800s ledger: call-3 ended Finished: window over
            607400s ledger: call-4 offered to 9090 by +46709999999 over max
            607400s ledger: call-4 answered
            607400s max hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/30, then callback/press, then numbers/3
        "#]],
    );
}

#[test]
fn who_has_chosen_a_time_and_calls_again_hears_it_and_calls_it_off_so_that_it_is_free() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9090
        kim presses 1
        kim presses 1
        kim hears it out
        tell ledger media
        kim calls 9090
        kim hears it out
        kim presses 2
        kim hears it out
        lo calls 9090
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9090 by +46701234567 over kim
            0s ledger: call-3 answered
            0s ledger: call-2 is asked after in call-3
            0s kim hears callback/stands, then callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/choose
            0s kim hears nothing
            0s ledger: call-2 is over: Cancelled { by: Caller }
            0s ledger: call-2 ended Withdrawn: cancelled
            0s kim hears callback/called-off
            0s ledger: call-3 ended Finished: the dialplan ended the call
            0s ledger: call-4 offered to 9090 by +46707654321 over lo
            0s ledger: call-4 answered
            0s lo hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
        "#]],
    );
}

#[test]
fn who_types_a_number_that_somebody_else_has_a_time_for_changes_nothing_and_does_not_hear_it() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9090
        kim presses 1
        kim presses 1
        kim hears it out
        tell ledger media
        lo calls 9090
        lo presses 2
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
        calls
        lo calls 9090
        lo presses 4
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
        calls
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9090 by +46707654321 over lo
            0s ledger: call-3 answered
            0s lo hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s lo hears callback/chosen, then callback/today, then clock/clock, then numbers/13, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/7, then numbers/6, then numbers/5, then pause, then numbers/4, then numbers/3, then pause, then numbers/2, then numbers/1, then callback/confirm, then callback/another, then callback/another-time
            0s lo hears callback/type
            0s lo hears nothing
            0s lo hears callback/chosen, then callback/today, then clock/clock, then numbers/13, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s lo hears nothing
            0s lo hears callback/full
            0s call-3 is menu
            0s call-2 is waiting in day
            0s ledger: call-4 offered to 9090 by +46707654321 over lo
            0s ledger: call-4 answered
            0s lo hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s lo hears callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/7, then numbers/6, then numbers/5, then pause, then numbers/4, then numbers/3, then pause, then numbers/2, then numbers/1, then callback/confirm, then callback/another, then callback/another-time
            0s lo hears callback/type
            0s lo hears nothing
            0s lo hears callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s lo hears nothing
            0s ledger: call-2 is renewed in call-4
            0s lo hears callback/promised
            0s call-3 is menu
            0s call-4 is menu
            0s call-2 is waiting in day
        "#]],
    );
}

#[test]
fn who_is_killed_while_choosing_is_asked_anew() {
    check(
        "
        with callbacks
        carrier is there
        tell ledger media
        kim calls 9090
        kim presses 1
        engine restarts
        wait 1
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9090 by +46701234567 over kim
            0s ledger: call-1 answered
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s kim hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: call-1 recovered
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
        "#]],
    );
}

#[test]
fn no_more_are_promised_a_time_than_callbacks_max_says() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9090
        lo calls 9090
        max calls 9090
        kim presses 1
        lo presses 2
        max presses 3
        kim presses 1
        lo presses 1
        tell media
        max presses 1
        calls
        ",
        expect![[r#"
            0s max hears nothing
            0s max hears callback/full
            0s call-1 is menu
            0s call-2 is menu
            0s call-3 is menu
            0s call-4 is waiting in day
            0s call-5 is waiting in day
        "#]],
    );
}

#[test]
fn an_offer_of_a_queue_is_made_shortly_before_closing_while_a_time_can_be_chosen() {
    check(
        "
        with callbacks
        carrier is there
        wait 2100
        tell media
        kim calls 9091
        kim hears it out
        wait 2
        kim hears it out
        kim presses 5
        kim presses 1
        kim presses 1
        kim hears it out
        lo calls 9091
        lo hears it out
        wait 2
        ",
        expect![[r#"
            2100s kim hears music
            2100s kim hears queue/first, then music
            2101s kim hears front, then music
            2102s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/1
            2102s kim hears callback/chosen, then callback/today, then clock/clock, then numbers/13, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            2102s kim hears nothing
            2102s kim hears callback/promised-at, then callback/today, then clock/clock, then numbers/13
            2102s lo hears music
            2102s lo hears queue/first, then music
            2103s lo hears front, then music
        "#]],
    );
}

#[test]
fn who_changes_a_callback_while_the_disk_takes_nothing_keeps_the_one_before_and_hears_so() {
    check(
        "
        with callbacks
        carrier is there
        command request times 0701234567 2026-11-19T12:15
        lo calls 9090
        lo presses 2
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
        tell ledger media
        disk is slow
        lo presses 1
        wait 11
        disk catches up
        calls
        ",
        expect![[r#"
            0s lo hears nothing
            0s ledger: call-3 offered to times by +46701234567
            0s ledger: call-3 is promised in call-2 by times to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-3 queued in day
            1s lo hears music
            10s ledger: call-3 is over: NotSpoken
            10s ledger: call-3 ended Withdrawn: not spoken
            10s ledger: call-1 stands, asked for again in call-0
            10s lo hears callback/unchanged, then callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15
            11s call-2 is menu
            11s call-1 is waiting in day
        "#]],
    );
}

#[test]
fn who_heard_that_nothing_is_changed_has_the_callback_before_though_the_other_came_to_the_disk_before_the_process_died()
 {
    check(
        "
        with callbacks
        carrier is there
        command request times 0701234567 2026-11-19T12:15
        lo calls 9090
        lo presses 2
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
        tell ledger media
        disk takes 3 more silently
        lo presses 1
        wait 11
        engine restarts
        calls
        ",
        expect![[r#"
            0s lo hears nothing
            0s ledger: call-3 offered to times by +46701234567
            0s ledger: call-3 is promised in call-2 by times to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-3 queued in day
            1s lo hears music
            10s ledger: call-3 is over: NotSpoken
            10s ledger: call-3 ended Withdrawn: not spoken
            10s ledger: call-1 stands, asked for again in call-0
            10s lo hears callback/unchanged, then callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15
            11s ledger: trunk carrier is Up
            11s ledger: trunk kim is Up
            11s ledger: trunk lo is Up
            11s ledger: trunk max is Up
            11s ledger: trunk nobody is Up
            11s ledger: call-3 is over: NotSpoken
            11s ledger: call-3 ended Withdrawn: not spoken
            11s ledger: call-1 stands, asked for again in call-0
            11s call-1 is waiting in day
        "#]],
    );
}

#[test]
fn a_new_time_is_not_spoken_before_the_end_of_the_one_before_is_on_disk_and_without_that_the_one_before_stands()
 {
    check(
        "
        with callbacks
        carrier is there
        command request times 0701234567 2026-11-19T12:15
        lo calls 9090
        lo presses 2
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
        tell ledger media
        disk takes 3 more
        lo presses 1
        wait 12
        engine restarts
        calls
        ",
        expect![[r#"
            0s lo hears nothing
            0s ledger: call-3 offered to times by +46701234567
            0s ledger: call-3 is promised in call-2 by times to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-3 queued in day
            0s ledger: call-1 is over: Cancelled { by: Caller }
            0s ledger: call-1 ended Withdrawn: cancelled
            1s lo hears music
            12s ledger: trunk carrier is Up
            12s ledger: trunk kim is Up
            12s ledger: trunk lo is Up
            12s ledger: trunk max is Up
            12s ledger: trunk nobody is Up
            12s ledger: call-3 is over: NotSpoken
            12s ledger: call-3 ended Withdrawn: not spoken
            12s ledger: call-1 stands, asked for again in call-0
            12s call-1 is waiting in day
        "#]],
    );
}

#[test]
fn who_waits_for_the_end_of_the_one_before_hears_at_once_when_somebody_calls_the_new_one_off() {
    check(
        "
        with callbacks
        carrier is there
        command request times 0701234567 2026-11-19T12:15
        lo calls 9090
        lo presses 2
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
        disk takes 3 more
        lo presses 1
        wait 2
        tell ledger media
        command callback 3 cancel
        calls
        ",
        expect![[r#"
            2s ledger: call-3 is over: Cancelled { by: Socket }
            2s ledger: call-3 ended Withdrawn: cancelled
            2s lo hears callback/full
            2s call-2 is menu
        "#]],
    );
}

#[test]
fn the_end_of_the_one_before_alone_makes_the_new_time_hold() {
    check(
        "
        with callbacks
        carrier is there
        command request times 0701234567 2026-11-19T12:15
        lo calls 9090
        lo presses 2
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
        disk takes 4 more
        lo presses 1
        wait 1
        tell ledger media
        engine restarts
        calls
        ",
        expect![[r#"
            1s ledger: trunk carrier is Up
            1s ledger: trunk kim is Up
            1s ledger: trunk lo is Up
            1s ledger: trunk max is Up
            1s ledger: trunk nobody is Up
            1s call-3 is waiting in day
        "#]],
    );
}

#[test]
fn who_chooses_a_time_for_a_number_that_was_asked_for_on_the_web_changes_that_one_wherever_the_process_is_killed()
 {
    check(
        "
        with callbacks
        carrier is there
        command request times 0701234567 2026-11-19T12:15
        tell ledger
        lo calls 9090
        lo presses 2
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
        disk takes 1 more
        lo presses 1
        engine restarts
        calls
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9090 by +46707654321 over lo
            0s ledger: call-2 answered
            0s ledger: call-3 offered to times by +46701234567
            0s ledger: call-3 is promised in call-2 by times to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-3 queued in day
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s call-1 is waiting in day
        "#]],
    );
}

#[test]
fn the_callback_before_is_over_when_the_one_in_its_place_is_on_disk_and_not_sooner() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9093
        kim presses 1
        kim presses 1
        kim hears it out
        tell ledger media
        kim calls 9093
        kim presses 1
        disk is slow
        kim presses 1
        wait 2
        calls
        command callback 2 cancel
        disk catches up
        calls
        disk catches up
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9093 by +46701234567 over kim
            0s ledger: call-3 answered
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2
            0s kim hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s kim hears nothing
            0s ledger: call-4 offered to many by +46701234567
            0s ledger: call-4 is promised in call-3 by many to +46701234567, 0 ms after the arrival, in place of call-2
            0s ledger: call-4 queued in day
            1s kim hears music
            2s call-3 is menu
            2s call-2 is waiting in day
            2s call-4 is waiting in day
            2s ledger: call-2 is over: Cancelled { by: Caller }
            2s ledger: call-2 ended Withdrawn: cancelled
            2s call-3 is menu
            2s call-4 is waiting in day
            2s kim hears callback/promised-at, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15
        "#]],
    );
}

#[test]
fn no_agent_is_rung_for_a_callback_whose_place_another_is_about_to_take() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command request web 0701234567 2026-11-19T12:15
        wait 895
        disk is slow
        tell ledger
        command request web 0701234567 2026-11-19T13:15
        wait 60
        calls
        disk catches up
        calls
        wait 2700
        ",
        expect![[r#"
            895s ledger: call-2 offered to web by +46701234567
            895s ledger: call-2 is promised in call-0 by web to +46701234567, 0 ms after the arrival, in place of call-1
            895s ledger: call-2 queued in day
            955s call-1 is waiting in day
            955s call-2 is waiting in day
            955s ledger: call-1 is over: Cancelled { by: Socket }
            955s ledger: call-1 ended Withdrawn: cancelled
            955s call-2 is waiting in day
            3600s ledger: 1022 unreachable
        "#]],
    );
}

#[test]
fn an_agent_who_is_rung_for_a_callback_is_rung_no_more_while_another_takes_its_place() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command request web 0701234567
        disk is slow
        tell ledger
        command request web 0701234567 2026-11-19T13:15
        disk catches up
        calls
        ",
        expect![[r#"
            0s ledger: call-2 offered to web by +46701234567
            0s ledger: call-2 is promised in call-0 by web to +46701234567, 0 ms after the arrival, in place of call-1
            0s ledger: call-2 queued in day
            0s ledger: call-1 1022 withdrawn
            0s ledger: call-1 is over: Cancelled { by: Socket }
            0s ledger: call-1 ended Withdrawn: cancelled
            0s call-2 is waiting in day
        "#]],
    );
}

#[test]
fn who_has_been_promised_as_many_as_there_may_be_hears_that_the_time_is_the_one_before() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9092
        kim presses 1
        kim presses 1
        kim hears it out
        tell ledger media
        kim calls 9092
        kim presses 1
        kim presses 1
        kim hears it out
        calls
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9092 by +46701234567 over kim
            0s ledger: call-3 answered
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2
            0s kim hears callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            0s kim hears nothing
            0s ledger: call-2 stands, asked for again in call-3
            0s kim hears callback/unchanged, then callback/chosen, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15
            0s ledger: call-3 ended Finished: the dialplan ended the call
            0s call-2 is waiting in day
        "#]],
    );
}

#[test]
fn who_chooses_a_time_while_the_number_is_called_hears_so() {
    check(
        "
        with callbacks
        carrier is there
        1022 registers
        command request many 0701234567
        lo calls 9093
        lo presses 1
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
        1022 answers
        tell ledger media
        lo presses 1
        lo hears it out
        kim calls 9093
        ",
        expect![[r#"
            0s lo hears nothing
            0s ledger: call-1 stands, asked for again in call-2
            0s lo hears callback/now
            0s ledger: call-2 ended Finished: the dialplan ended the call
            0s ledger: call-3 offered to 9093 by +46701234567 over kim
            0s ledger: call-3 answered
            0s kim hears callback/now
        "#]],
    );
}

#[test]
fn who_has_a_time_is_offered_others_and_no_turn() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9093
        kim presses 1
        kim presses 1
        kim hears it out
        tell media
        kim calls 9093
        kim hangs up
        wait 3000
        kim calls 9093
        kim hangs up
        wait 3900
        kim calls 9093
        ",
        expect![[r#"
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/15, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/12, then words/and, then numbers/30, then callback/press, then numbers/2
            3000s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/13, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/13, then words/and, then numbers/15, then callback/press, then numbers/2, then callback/in-turn, then numbers/3
            6900s kim hears callback/offer, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another
        "#]],
    );
}

#[test]
fn no_time_is_offered_that_no_clock_shows_on_the_night_of_spring() {
    check(
        "
        with callbacks
        carrier is there
        clock is set 11106000
        tell media
        kim calls 9094
        ",
        expect![[r#"
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/today, then clock/clock, then numbers/1, then words/and, then numbers/30, then callback/press, then numbers/1, then callback/for, then callback/today, then clock/clock, then numbers/3, then callback/press, then numbers/2, then callback/for, then callback/today, then clock/clock, then numbers/3, then words/and, then numbers/30, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
        "#]],
    );
}

#[test]
fn what_is_chosen_before_midnight_for_the_next_day_is_today_behind_it() {
    check(
        "
        with callbacks
        carrier is there
        clock is set 43190
        tell media
        kim calls 9094
        kim presses 1
        wait 20
        kim presses 9
        kim presses 1
        kim hears it out
        ",
        expect![[r#"
            0s kim hears callback/offer, then callback/times, then callback/for, then callback/tomorrow, then clock/clock, then numbers/0, then words/and, then numbers/30, then callback/press, then numbers/1, then callback/for, then callback/tomorrow, then clock/clock, then numbers/1, then callback/press, then numbers/2, then callback/for, then callback/tomorrow, then clock/clock, then numbers/1, then words/and, then numbers/30, then callback/press, then numbers/3, then callback/in-turn, then numbers/4
            0s kim hears callback/chosen, then callback/tomorrow, then clock/clock, then numbers/0, then words/and, then numbers/30, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            20s kim hears invalid, then callback/chosen, then callback/today, then clock/clock, then numbers/0, then words/and, then numbers/30, then callback/number, then numbers/0, then numbers/7, then numbers/0, then pause, then numbers/1, then numbers/2, then numbers/3, then pause, then numbers/4, then numbers/5, then pause, then numbers/6, then numbers/7, then callback/confirm, then callback/another, then callback/another-time
            20s kim hears nothing
            20s kim hears callback/promised-at, then callback/today, then clock/clock, then numbers/0, then words/and, then numbers/30
        "#]],
    );
}

#[test]
fn where_no_time_comes_while_the_queue_is_open_none_is_promised() {
    check(
        "
        with callbacks
        carrier is there
        tell media
        kim calls 9095
        lo calls 9095
        wait 2
        max calls 9095
        ",
        expect![[r#"
            0s kim hears callback/full
            0s lo hears callback/full
            2s max hears callback/full
        "#]],
    );
}
