//! Callers who are called back before an agent is there for them.

use crate::check;
use expect_test::expect;

#[test]
fn a_customer_is_called_when_an_agent_will_be_free_soon_and_waits_at_their_place() {
    check(
        "
        with callbacks
        carrier is there
        1021 registers
        lo calls 9080
        1021 answers
        1021 speaks
        kim calls 9079
        kim presses 1
        kim hears it out
        tell sip media ledger
        max calls 9080
        wait 30
        lo hangs up
        wait 6
        carrier answers
        carrier presses 1
        carrier hears it out
        calls
        wait 14
        1021 answers
        1021 speaks
        calls
        1021 hangs up
        totals
        ",
        expect![[r#"
            0s ledger: call-4 offered to 9080 by +46709999999 over max
            0s ledger: call-4 answered
            0s max gets 100
            0s max gets 200
            0s ledger: call-4 queued in soon
            0s max hears music
            0s max hears queue/place, then numbers/2, then queue/in-line, then queue/wait-about, then numbers/15, then queue/minutes, then music
            0s ledger: call-4 told place 2
            0s ledger: call-4 told 900 s at place 2, 80 % sure
            30s ledger: call-1 ended Answered: caller hung up
            30s ledger: 1021 wrap-up for call-1 started, 20000 ms
            30s 1021 gets BYE since Q.850;cause=16;text="Normal call clearing"
            35s ledger: call-3 attempt 1
            35s carrier gets INVITE
            36s carrier hears callback/greeting
            36s ledger: call-3 queued in soon
            36s carrier hears callback/connecting, then music
            36s call-3 is waiting in soon at place 1
            36s call-4 is waiting in soon at place 2
            50s ledger: 1021 wrap-up ended
            50s ledger: call-3 rang 1021
            50s 1021 gets INVITE from "Soon: +46701234567"
            50s carrier is bridged with 1021
            50s ledger: call-3 is over: Reached
            50s ledger: call-3 connected with 1021
            50s ledger: call-3 1021 accepted
            50s call-3 is talking in soon
            50s call-4 is waiting in soon at place 1
            50s ledger: call-3 leaves unserved, Some(1) in soon: 1 wrap_up
            50s ledger: call-3 ended Answered: agent hung up
            50s ledger: 1021 wrap-up for call-3 started, 20000 ms
            50s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            50s [("offered", 3), ("on", 1), ("answered", 1), ("callback", 1)]
        "#]],
    );
}

#[test]
fn a_customer_is_called_at_once_when_an_agent_is_free() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        tell sip ledger
        1021 registers
        carrier answers
        calls
        carrier presses 1
        1021 answers
        1021 speaks
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-2 attempt 1
            0s carrier gets INVITE
            0s call-2 is calling in soon
            0s ledger: call-2 queued in soon
            0s ledger: call-2 rang 1021
            0s 1021 gets INVITE from "Soon: +46701234567"
            0s ledger: call-2 is over: Reached
            0s ledger: call-2 connected with 1021
            0s ledger: call-2 1021 accepted
        "#]],
    );
}

#[test]
fn a_customer_who_is_fetched_too_early_is_told_so_and_keeps_the_place() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        1021 registers
        carrier answers
        carrier presses 1
        tell sip media ledger
        1021 rejects 486
        1021 unregisters
        carrier hears it out
        wait 31
        carrier hears it out
        calls
        ",
        expect![[r#"
            0s ledger: call-2 1021 declined
            0s ledger: 1021 unreachable
            30s ledger: call-2 told no wait: nobody_on_duty
            30s carrier hears queue/first, then music
            30s ledger: call-2 told place 1
            31s call-2 is waiting in soon at place 1
        "#]],
    );
}

#[test]
fn a_customer_who_is_not_reached_is_called_again_and_no_agent_has_been_kept_for_them() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        tell ledger
        1021 registers
        carrier rejects 486
        command callback 2 cancel
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-2 attempt 1
            0s ledger: call-2 attempt 1: Busy
            0s ledger: call-2 is over: Cancelled { by: Socket }
            0s ledger: call-2 ended Withdrawn: cancelled
        "#]],
    );
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        tell ledger
        1021 registers
        carrier rejects 486
        wait 300
        carrier answers
        wait 20
        left
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-2 attempt 1
            0s ledger: call-2 attempt 1: Busy
            300s ledger: call-2 attempt 2
            320s ledger: call-2 attempt 2: NotConfirmed
            320s ledger: call-2 is over: AttemptsMax
            320s ledger: call-2 ended Finished: the customer was not reached
            320s left: [("transactions", 2)]
        "#]],
    );
}

#[test]
fn a_customer_who_is_being_fetched_can_not_be_called_off_and_a_restart_tries_again() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        tell ledger commands
        1021 registers
        command callback 2 cancel
        engine restarts
        carrier is there
        1021 registers
        wait 300
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-2 attempt 1
            0s ledger: socket: callback_cancel of call-2 refused, call_state
            0s desk: refused: call 2 is being called: wait until the attempt is over, or let the agent hang up
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: 1021 reachable
            0s ledger: call-2 attempt 1: CutOff
            300s ledger: call-2 attempt 1
        "#]],
    );
}

#[test]
fn no_more_customers_are_fetched_than_agents_will_be_there() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        lo calls 9079
        lo presses 1
        lo hears it out
        tell ledger sip
        1021 registers
        wait 10
        calls
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-2 attempt 1
            0s carrier gets INVITE
            10s call-2 is calling in soon
            10s call-4 is waiting in soon
        "#]],
    );
}

#[test]
fn who_hangs_up_while_waiting_for_the_agent_leaves_nothing_behind() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        1021 registers
        carrier answers
        carrier presses 1
        tell ledger
        carrier hangs up
        wait 40
        totals
        left
        ",
        expect![[r#"
            0s ledger: call-2 1021 withdrawn
            0s ledger: call-2 leaves unserved, None in soon: 1 ringing
            0s ledger: call-2 is over: Reached
            0s ledger: call-2 ended Abandoned(Ringing): caller hung up
            40s [("offered", 1), ("callback", 1)]
            40s nothing is left
        "#]],
    );
}

#[test]
fn a_customer_who_is_called_back_as_the_queue_closes_waits_for_the_agent_all_the_same() {
    check(
        "
        with callbacks
        carrier is there
        1021 registers
        lo calls 9080
        1021 answers
        1021 speaks
        kim calls 9079
        kim presses 1
        kim hears it out
        wait 30
        lo hangs up
        wait 6
        carrier answers
        tell sip media ledger
        command queue soon close
        carrier presses 1
        carrier hears it out
        wait 14
        1021 answers
        1021 speaks
        calls
        ",
        expect![[r#"
            36s ledger: soon is closed by socket
            36s ledger: call-3 queued in soon
            36s carrier hears callback/connecting, then music
            50s ledger: 1021 wrap-up ended
            50s ledger: call-3 rang 1021
            50s 1021 gets INVITE from "Soon: +46701234567"
            50s carrier is bridged with 1021
            50s ledger: call-3 is over: Reached
            50s ledger: call-3 connected with 1021
            50s ledger: call-3 1021 accepted
            50s call-3 is talking in soon
        "#]],
    );
}

#[test]
fn a_customer_who_waits_on_the_line_when_the_server_is_killed_is_called_again() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        1021 registers
        carrier answers
        tell sip ledger
        carrier presses 1
        1021 unregisters
        wait 5
        carrier dies
        engine is gone for 3
        wait 40
        carrier is there
        1021 registers
        wait 260
        calls
        carrier answers
        carrier presses 1
        1021 answers
        1021 speaks
        ",
        expect![[r#"
            0s ledger: call-2 queued in soon
            0s ledger: call-2 rang 1021
            0s 1021 gets INVITE from "Soon: +46701234567"
            0s ledger: 1021 unreachable
            0s ledger: call-2 1021 withdrawn
            0s 1021 gets CANCEL
            8s ledger: trunk carrier is Up
            8s ledger: trunk kim is Up
            8s ledger: trunk lo is Up
            8s ledger: trunk max is Up
            8s ledger: trunk nobody is Up
            40s ledger: call-2 attempt 1: CutOff
            48s ledger: 1021 reachable
            51.5s carrier gets BYE
            300s ledger: call-2 attempt 1
            300s carrier gets INVITE
            308s call-2 is calling in soon
            308s ledger: call-2 queued in soon
            308s ledger: call-2 rang 1021
            308s 1021 gets INVITE from "Soon: +46701234567"
            308s ledger: call-2 is over: Reached
            308s ledger: call-2 connected with 1021
            308s ledger: call-2 1021 accepted
        "#]],
    );
}

#[test]
fn a_customer_who_waits_on_the_line_when_the_server_stops_is_called_again() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        1021 registers
        carrier answers
        carrier presses 1
        1021 unregisters
        tell sip ledger
        engine stops
        engine restarts
        carrier is there
        1021 registers
        wait 300
        calls
        ",
        expect![[r#"
            0s carrier gets BYE since Q.850;cause=31;text="Normal, unspecified"
            0s ledger: trunk carrier is Up
            0s ledger: trunk kim is Up
            0s ledger: trunk lo is Up
            0s ledger: trunk max is Up
            0s ledger: trunk nobody is Up
            0s ledger: call-2 attempt 1: CutOff
            0s ledger: 1021 reachable
            300s ledger: call-2 attempt 1
            300s carrier gets INVITE
            300s call-2 is calling in soon
        "#]],
    );
}

#[test]
fn a_customer_who_waits_on_the_line_over_a_restart_is_reached_when_the_two_talk() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9079
        kim presses 1
        kim hears it out
        1021 registers
        carrier answers
        carrier presses 1
        1021 unregisters
        wait 5
        tell sip media ledger
        engine is gone for 3
        wait 5
        calls
        1021 registers
        1021 answers
        1021 speaks
        1021 hangs up
        wait 400
        left
        ",
        expect![[r#"
            8s ledger: trunk carrier is Up
            8s ledger: trunk kim is Up
            8s ledger: trunk lo is Up
            8s ledger: trunk max is Up
            8s ledger: trunk nobody is Up
            8s carrier gets INVITE
            8s ledger: call-2 recovered
            8s carrier hears music
            8s ledger: call-2 told no wait: nobody_on_duty
            8s carrier hears queue/first, then music
            8s ledger: call-2 told place 1
            13s call-2 is waiting in soon at place 1
            13s ledger: 1021 reachable
            13s ledger: call-2 rang 1021
            13s 1021 gets INVITE from "Soon: +46701234567"
            13s carrier is bridged with 1021
            13s ledger: call-2 is over: Reached
            13s ledger: call-2 connected with 1021
            13s ledger: call-2 1021 accepted
            13s ledger: call-2 ended Answered: agent hung up
            13s ledger: 1021 wrap-up for call-2 started, 20000 ms
            13s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            33s ledger: 1021 wrap-up ended
            413s nothing is left
        "#]],
    );
}
