//! Pauses, by code and by command.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_pauses_with_a_reason_by_code_and_comes_back_by_another() {
    check(
        "
        with work
        1021 registers
        tell media agents states ledger commands
        wait 5
        1021 dials *131
        1021 hears it out
        wait 60
        kim calls 9020
        1021 dials *14
        1021 hears it out
        ",
        expect![[r#"
            5s ledger: 1021 is occupied
            5s ledger: phone: pause coffee of 1021
            5s 1021 hears code/paused
            5s 1021 is occupied
            5s ledger: 1021 is paused for coffee
            5s 1021 is paused
            65s ledger: call-1 offered to 9020 by 0701234567
            65s ledger: call-1 answered
            65s ledger: call-1 queued in sales
            65s kim hears music
            65s kim hears queue/first, then music
            65s ledger: call-1 told place 1
            65s ledger: 1021 is occupied
            65s ledger: phone: resume of 1021
            65s 1021 hears code/resumed
            65s 1021 is occupied
            65s ledger: 1021 is ready
            65s ledger: 1021 is ringing
            65s ledger: call-1 rang 1021
            65s 1021 is ringing
        "#]],
    );
}

#[test]
fn a_pause_asked_for_in_a_conversation_begins_after_it_and_its_wrap_up() {
    check(
        "
        with work
        1021 registers
        1021b registers
        kim calls 9021
        1021 answers
        1021 speaks
        tell media agents states
        1021b dials *132
        1021b hears it out
        lo calls 9021
        wait 20
        kim hangs up
        wait 10
        wait 60
        ",
        expect![[r#"
            0s 1021b hears code/after-call, then enjoy-your-meal
            0s lo hears music
            0s lo hears queue/first, then music
            20s ledger: 1021 is wrap_up
            20s 1021 is wrap_up
            30s ledger: 1021 is paused for lunch
            30s 1021 is paused
        "#]],
    );
}

#[test]
fn a_pause_takes_a_ring_to_somebody_else() {
    check(
        "
        with work
        1021 registers
        1021b registers
        kim calls 9021
        1022 registers
        tell agents
        wait 3
        command 1021 pause coffee
        ",
        expect![[r#"
            3s 1021 is paused
            3s 1022 is ringing
        "#]],
    );
}

#[test]
fn a_pause_that_is_too_long_goes_on_and_is_told() {
    check(
        "
        with work
        1021 registers
        tell agents ledger
        command 1021 pause coffee
        wait 599
        wait 1000
        command 1021 log_out
        left
        ",
        expect![[r#"
            0s 1021 is paused
            600s ledger: 1021 paused too long: coffee
            1599s ledger: 1021 logged out
            1599s 1021 is logged_out
            1599s nothing is left
        "#]],
    );
}

#[test]
fn a_pause_that_is_too_long_ends_where_the_plan_says_so() {
    check(
        "
        with work
        1021 registers
        wait 3000
        tell agents ledger
        command 1021 pause lunch
        1021 registers
        kim calls 9021
        wait 3600
        ",
        expect![[r#"
            3000s 1021 is paused
            3000s ledger: call-1 offered to 9021 by 0701234567
            3000s ledger: call-1 answered
            3000s ledger: call-1 queued in advice
            3000s ledger: call-1 told place 1
            6378s ledger: 1021 unreachable
            6378s 1021 is unreachable
            6600s ledger: 1021 paused too long: lunch
        "#]],
    );
}

#[test]
fn who_pauses_too_long_is_logged_out_where_the_plan_says_so() {
    check(
        "
        with work
        1021 registers
        tell agents ledger
        command 1021 pause training
        wait 3000
        1021 registers
        wait 3000
        1021 registers
        wait 1200
        left
        ",
        expect![[r#"
            0s 1021 is paused
            7200s ledger: 1021 paused too long: training
            7200s ledger: 1021 logged out
            7200s 1021 is logged_out
            7200s nothing is left
        "#]],
    );
}

#[test]
fn a_pause_that_is_asked_for_again_counts_from_then() {
    check(
        "
        with work
        1021 registers
        tell agents ledger
        command 1021 pause coffee
        wait 500
        command 1021 pause coffee
        wait 500
        wait 100
        command 1021 resume
        wait 1000
        left
        ",
        expect![[r#"
            0s 1021 is paused
            1100s ledger: 1021 paused too long: coffee
            1100s 1021 is ready
            2100s nothing is left
        "#]],
    );
}

#[test]
fn a_pause_goes_on_under_calls_of_the_agents_own() {
    check(
        "
        with work
        1021 registers
        1022 registers
        command 1021 pause coffee
        tell agents ledger
        wait 500
        1021 dials 1022
        1022 answers
        wait 10
        1021 hangs up
        wait 90
        ",
        expect![[r#"
            500s ledger: call-1 offered to 1022 by 1021
            500s 1021 is occupied
            500s 1022 is occupied
            500s ledger: call-1 answered
            500s ledger: call-1 connected with 1022
            510s ledger: call-1 ended Answered: caller hung up
            510s 1021 is paused
            510s 1022 is ready
            600s ledger: 1021 paused too long: coffee
        "#]],
    );
}

#[test]
fn nobody_pauses_who_is_not_at_work_nor_for_no_reason() {
    check(
        "
        with work
        1021 registers
        1021 dials *12
        1021 hears it out
        tell media commands
        1021 dials *131
        1021 hears it out
        1021 dials *139
        1021 hears it out
        command 1021 pause coffee
        command 1021 resume
        command 1021 pause nonsense
        ",
        expect![[r#"
            0s ledger: phone: pause coffee of 1021 refused, agent_state
            0s 1021 hears code/refused
            0s 1021 hears code/unknown
            0s ledger: socket: pause coffee of 1021 refused, agent_state
            0s desk: refused: agent 1021 is logged out: log the agent in
            0s ledger: socket: resume of 1021 refused, agent_state
            0s desk: refused: agent 1021 is logged out: log the agent in
            0s ledger: socket: pause nonsense of 1021 refused, unknown_pause
            0s desk: refused: there is no pause nonsense: use the name of a pause of the dialplan
        "#]],
    );
}

#[test]
fn a_plan_without_pauses_has_one_that_needs_no_digits() {
    check(
        "
        1001 registers
        tell media states
        1001 dials *13
        1001 hears it out
        wait 5
        1001 dials *14
        1001 hears it out
        ",
        expect![[r#"
            0s ledger: 1001 is occupied
            0s 1001 hears code/paused
            0s ledger: 1001 is paused for pause
            5s ledger: 1001 is occupied
            5s 1001 hears code/resumed
            5s ledger: 1001 is ready
        "#]],
    );
}

#[test]
fn the_way_back_from_missed_rings_is_one_code() {
    check(
        "
        with work
        1021 registers
        tell agents
        kim calls 9020
        wait 20
        kim hangs up
        wait 10
        1021 dials *14
        1021 hears it out
        ",
        expect![[r#"
            0s 1021 is ringing
            20s 1021 is missed_ring
            30s 1021 is occupied
            30s 1021 is ready
        "#]],
    );
}

#[test]
fn who_missed_too_often_is_told_on_the_phone_and_comes_back_after_a_while() {
    check(
        "
        with work
        1021 registers
        1021b registers
        tell agents sip
        kim calls 9020
        wait 20
        kim hangs up
        wait 299
        wait 1
        ",
        expect![[r#"
            0s kim gets 100
            0s kim gets 200
            0s 1021 gets INVITE from "sales: 0701234567"
            0s 1021b gets INVITE from "sales: 0701234567"
            0s 1021 is ringing
            20s 1021 gets CANCEL
            20s 1021b gets CANCEL
            20s 1021 gets MESSAGE "Du får inga fler samtal: 1 samtal har inte besvarats i rad. Ring *14 för att ta emot igen."
            20s 1021b gets MESSAGE "Du får inga fler samtal: 1 samtal har inte besvarats i rad. Ring *14 för att ta emot igen."
            20s 1021 is missed_ring
            320s 1021 is ready
        "#]],
    );
}

#[test]
fn who_comes_back_after_a_while_goes_on_with_a_pause() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        wait 20
        kim hangs up
        tell agents
        wait 10
        command 1021 pause lunch
        wait 3000
        1021 registers
        wait 600
        left
        ",
        expect![[r#"
            30s 1021 is paused
            3630s 1021 is ready
            3630s nothing is left
        "#]],
    );
}

#[test]
fn who_declined_too_often_is_told_so() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        1021 rejects 603
        wait 2
        tell agents sip
        1021 rejects 603
        wait 10
        ",
        expect![[r#"
            2s 1021 gets MESSAGE "Du får inga fler samtal: 2 samtal har avvisats i rad. Ring *14 för att ta emot igen."
            2s 1021 is declined_ring
        "#]],
    );
}
