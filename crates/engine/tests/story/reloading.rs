//! The site has another plan while calls are on.

use crate::check;
use expect_test::expect;

#[test]
fn who_waits_keeps_the_place_and_is_rung_for_by_the_new_plan() {
    check(
        "
        with reload
        kim calls 9500
        kim presses 2
        lo calls 9500
        lo presses 2
        wait 20
        tell sip ledger
        reload
        calls
        1051 registers
        ",
        expect![[r#"
            20s call-1 is waiting in autumn at place 1
            20s call-2 is waiting in autumn at place 2
            20s ledger: 1051 reachable
            20s ledger: 1051 logged in
            20s ledger: call-1 rang 1051
            20s 1051 gets INVITE from "autumn: 0701234567"
        "#]],
    );
}

#[test]
fn a_key_means_what_was_said_of_it() {
    check(
        "
        with reload
        1051 registers
        kim calls 9500
        kim hears it out
        reload
        tell sip media ledger
        kim presses 2
        ",
        expect![[r#"
            0s ledger: call-1 chose 2 in season
            0s ledger: call-1 queued in autumn
            0s kim hears late-autumn, then music
            0s ledger: call-1 rang 1051
            0s 1051 gets INVITE from "autumn: 0701234567"
        "#]],
    );
}

#[test]
fn who_is_in_a_queue_that_is_gone_is_served_by_those_who_served_it() {
    check(
        "
        with reload
        kim calls 9500
        kim presses 1
        lo calls 9500
        lo hears it out
        wait 5
        reload
        lo presses 1
        calls
        tell sip ledger
        1052 registers
        1051 registers
        1051 answers
        1051 speaks
        lo hangs up
        ",
        expect![[r#"
            5s call-1 is waiting in spring at place 1
            5s call-2 is waiting in spring at place 2
            5s ledger: 1051 reachable
            5s ledger: 1051 logged in
            5s ledger: call-1 rang 1051
            5s 1051 gets INVITE from "spring: 0701234567"
            5s ledger: call-1 connected with 1051
            5s ledger: call-1 1051 accepted
            5s ledger: call-2 leaves unserved, Some(1) in spring: 1 talking
            5s ledger: call-2 ended Abandoned(Waiting): caller hung up
        "#]],
    );
}

#[test]
fn an_agent_who_is_gone_ends_the_conversation_and_takes_no_other() {
    check(
        "
        with reload
        1052 registers
        kim calls 9500
        kim presses 1
        1052 answers
        1052 speaks
        lo calls 9500
        lo presses 1
        tell sip ledger agents
        reload
        wait 10
        kim hangs up
        wait 20
        1052 registers
        left
        ",
        expect![[r#"
            0s ledger: 1052 logged out
            10s ledger: call-1 ended Answered: caller hung up
            10s 1052 gets BYE since Q.850;cause=16;text="Normal call clearing"
            30s left: [("calls", 1), ("legs", 1), ("SIP legs", 1), ("shares", 1), ("transactions", 11), ("ports", 2)]
        "#]],
    );
}

#[test]
fn an_agent_who_is_new_registers_and_is_rung() {
    check(
        "
        with reload
        tell sip ledger
        1053 registers
        kim calls 9501
        reload
        lo calls 9501
        wait 40
        1053 registers
        ",
        expect![[r#"
            0s kim gets 404
            0s ledger: call-1 offered to 9501 by 0707654321
            0s ledger: call-1 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-1 queued in winter
            40s ledger: 1053 reachable
            40s ledger: 1053 logged in
            40s ledger: call-1 rang 1053
            40s 1053 gets INVITE from "winter: 0707654321"
        "#]],
    );
}

#[test]
fn what_is_on_goes_on() {
    check(
        "
        with reload
        1051 registers
        kim calls 9500
        kim presses 2
        1051 answers
        1051 speaks
        lo calls 9500
        lo presses 2
        wait 5
        tell sip media ledger agents
        reload
        1051 holds
        1051 resumes
        kim hangs up
        wait 19
        wait 2
        1051 answers
        calls
        ",
        expect![[r#"
            5s kim hears music
            5s ledger: call-1 held by the agent
            5s 1051 gets 200, recvonly
            5s kim hears 1051
            5s ledger: call-1 resumed
            5s 1051 gets 200
            5s ledger: call-1 ended Answered: caller hung up
            5s ledger: 1051 wrap-up for call-1 started, 20000 ms
            5s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
            5s 1051 is wrap_up
            25s ledger: 1051 wrap-up ended
            25s ledger: call-2 rang 1051
            25s 1051 gets INVITE from "autumn: 0707654321"
            25s 1051 is ringing
            26s lo is bridged with 1051
            26s call-2 is ringing in autumn
        "#]],
    );
}

#[test]
fn a_queue_sends_on_by_its_new_conditions_those_who_wait() {
    check(
        "
        with reload
        kim calls 9500
        kim presses 2
        wait 30
        tell ledger
        reload
        wait 100
        ",
        expect![[r#"
            120s ledger: call-1 leaves unserved, Some(1) in autumn: 1 logged_out
            120s ledger: call-1 sent on out of autumn to queue.winter, waited: 120000 ms, 1 for 0
            120s ledger: call-1 queued in winter
        "#]],
    );
}

#[test]
fn what_comes_back_is_as_it_was() {
    check(
        "
        with reload
        1052 registers
        1051 registers
        kim calls 9500
        kim presses 1
        wait 2
        reload
        reload back
        tell sip ledger
        1052 registers
        lo calls 9500
        lo presses 1
        calls
        ",
        expect![[r#"
            2s ledger: 1052 reachable
            2s ledger: 1052 logged in
            2s ledger: call-2 offered to 9500 by 0707654321
            2s ledger: call-2 answered
            2s lo gets 100
            2s lo gets 200
            2s ledger: call-2 chose 1 in season
            2s ledger: call-2 queued in spring
            2s ledger: call-2 rang 1052
            2s 1052 gets INVITE from "spring: 0707654321"
            2s call-1 is ringing in spring
            2s call-2 is ringing in spring
        "#]],
    );
}

#[test]
fn what_comes_of_those_who_go_goes_by_the_plan_that_they_go_from() {
    check(
        "
        with reload
        1054 registers
        1054 dials *13
        kim calls 9502
        wait 5
        tell ledger
        reload
        calls
        ",
        expect![[r#"
            5s ledger: 1054 logged out
            5s ledger: call-1 leaves unserved, Some(1) in summer: 1 logged_out
            5s ledger: call-1 sent on out of summer to queue.autumn, every_agent: 5000 ms, 1 for 0
            5s ledger: call-1 queued in autumn
            5s call-1 is waiting in autumn at place 1
        "#]],
    );
}

#[test]
fn who_waits_in_a_queue_that_is_closed_from_now_on_leaves_it() {
    check(
        "
        with reload
        kim calls 9503
        wait 5
        tell ledger
        reload
        calls
        ",
        expect![[r#"
            5s ledger: call-1 leaves unserved, Some(1) in closing: 1 logged_out
            5s ledger: call-1 is in closing closed, goes to say.sorry
            5s call-1 is menu in closing
        "#]],
    );
}

/// Midnight in Fiji is an hour after the stories begin.
#[test]
fn by_another_clock_the_day_has_what_happened_since_its_own_midnight() {
    check(
        "
        with reload
        1051 registers
        kim calls 9500
        kim presses 2
        1051 answers
        1051 speaks
        wait 10
        kim hangs up
        wait 1800
        1051 registers
        wait 1800
        lo calls 9500
        lo presses 2
        1051 answers
        1051 speaks
        wait 20
        today
        disk is slow
        reload in Pacific/Fiji
        wait 5
        kim calls 9500
        kim presses 2
        wait 5
        today
        disk catches up
        today
        lo hangs up
        kim hangs up
        wait 30
        today
        reload in Europe/Stockholm
        disk catches up
        today
        ",
        expect![[r#"
            3630s autumn today: offered 2, answered 2
            3630s 1051 today: handled 2, staffed 3630, ready 3585, talking 30, wrap-up 15
            3640s autumn today: offered 3, answered 2, waiting 1
            3640s 1051 today: handled 2, staffed 3640, ready 3585, talking 40, wrap-up 15
            3640s autumn today: offered 2, answered 1, waiting 1
            3640s 1051 today: handled 1, staffed 40, ready 10, talking 30
            3670s autumn today: offered 2, answered 1, short abandoned 1
            3670s 1051 today: handled 1, staffed 70, ready 25, talking 30, wrap-up 15
            3670s autumn today: offered 3, answered 2, short abandoned 1
            3670s 1051 today: handled 2, staffed 3670, ready 3600, talking 40, wrap-up 30
        "#]],
    );
}

#[test]
fn a_day_that_is_over_before_it_was_read_has_the_next_one_behind_it() {
    check(
        "
        with reload
        kim calls 9500
        kim presses 2
        wait 3500
        today
        disk is slow
        reload in Pacific/Fiji
        wait 200
        lo calls 9500
        lo presses 2
        wait 5
        today
        disk catches up
        today
        ",
        expect![[r#"
            3500s autumn today: offered 1
            3705s autumn today: offered 2, waiting 1
            3705s autumn today: offered 1, waiting 1
        "#]],
    );
}

#[test]
fn a_clock_that_is_another_again_before_the_day_was_read_leaves_the_day_as_it_is() {
    check(
        "
        with reload
        kim calls 9500
        kim presses 2
        wait 10
        disk is slow
        reload in Pacific/Fiji
        reload in Europe/Stockholm
        disk catches up
        kim hangs up
        today
        ",
        expect![[r#"
            10s autumn today: offered 1, abandoned 1
        "#]],
    );
}
