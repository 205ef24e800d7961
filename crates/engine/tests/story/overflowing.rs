//! Callers who do not simply wait: a condition of the queue sends them on, once, and they keep their
//! first arrival.

use crate::check;
use expect_test::expect;

#[test]
fn nobody_logged_in_triggers_its_step_and_no_other() {
    check(
        "
        with overflow
        tell media ledger
        kim calls 9200
        kim hears it out
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9200 by 0701234567
            0s ledger: call-1 answered
            0s kim hears front, then music
            0s ledger: call-1 sent on past front to say.nobody, every_agent: 0 ms, 1 for 0
            0s kim hears nobody
            0s ledger: call-1 ended Finished: sent on by a condition of the queue
        "#]],
    );
}

#[test]
fn everybody_in_wrap_up_triggers_its_step_and_who_comes_next_is_served() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9200
        1021 answers
        1021 speaks
        kim hangs up
        tell media ledger
        lo calls 9200
        lo hears it out
        wait 20
        max calls 9200
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9200 by 0707654321
            0s ledger: call-2 answered
            0s lo hears front, then music
            0s ledger: call-2 sent on past front to say.writing, every_agent: 0 ms, 1 for 1
            0s lo hears writing
            0s ledger: call-2 queued in back
            0s lo hears back, then music
            20s ledger: 1021 wrap-up ended
            20s ledger: call-3 offered to 9200 by 0709999999
            20s ledger: call-3 answered
            20s ledger: call-3 queued in front
            20s max hears front, then music
            20s ledger: call-3 rang 1021
        "#]],
    );
}

#[test]
fn who_has_waited_too_long_goes_to_the_other_queue_with_the_first_arrival() {
    check(
        "
        with overflow
        1021 registers
        1021 dials 9001
        kim calls 9200
        wait 30
        max calls 9201
        tell media ledger
        wait 35
        lo calls 9200
        wait 20
        tell media ledger agents
        1022 registers
        1022 answers
        1022 speaks
        ",
        expect![[r#"
            60s ledger: call-2 sent on out of front to queue.back, waited: 60000 ms, 1 for 1
            60s ledger: call-2 queued in back
            60s kim hears back, then music
            65s ledger: call-4 offered to 9200 by 0707654321
            65s ledger: call-4 answered
            65s ledger: call-4 queued in front
            65s lo hears front, then music
            85s ledger: 1022 reachable
            85s ledger: 1022 logged in
            85s ledger: call-2 rang 1022
            85s 1022 is ringing
            85s kim is bridged with 1022
            85s ledger: call-2 connected with 1022
            85s ledger: call-2 1022 accepted
            85s 1022 is talking
        "#]],
    );
}

#[test]
fn too_many_callers_for_those_on_duty_trigger_their_step() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9200
        lo calls 9200
        max calls 9200
        tell media ledger
        nobody calls 9200
        nobody hears it out
        left
        ",
        expect![[r#"
            0s ledger: call-4 offered to 9200 by nobody
            0s ledger: call-4 answered
            0s nobody hears front, then music
            0s ledger: call-4 sent on past front to say.crowded, calls_per_agent: 0 ms, 4 for 1
            0s nobody hears crowded
            0s ledger: call-4 ended Finished: sent on by a condition of the queue
            0s left: [("calls", 3), ("legs", 4), ("SIP legs", 4), ("shares", 3), ("transactions", 7), ("ports", 6), ("deadlines", 1)]
        "#]],
    );
}

#[test]
fn a_caller_is_sent_on_from_queue_to_queue_and_out_of_the_last_and_nothing_is_left() {
    check(
        "
        with overflow
        1021 registers
        1021 dials 9001
        kim calls 9200
        tell media ledger
        wait 60
        kim hears it out
        wait 120
        kim hears it out
        1021 hangs up
        left
        ",
        expect![[r#"
            60s ledger: call-2 sent on out of front to queue.back, waited: 60000 ms, 1 for 1
            60s ledger: call-2 queued in back
            60s kim hears back, then music
            60s kim hears queue/first, then music
            60s ledger: call-2 told place 1
            180s ledger: call-2 sent on out of back to say.sorry, waited: 120000 ms, 1 for 0
            180s kim hears sorry
            180s ledger: call-2 ended Finished: sent on by a condition of the queue
            180s ledger: call-1 ended Abandoned(Waiting): caller hung up
            180s left: [("transactions", 2)]
        "#]],
    );
}

#[test]
fn when_the_last_phone_is_gone_for_ten_seconds_those_who_wait_are_sent_on() {
    check(
        "
        with overflow
        1021 registers by tcp
        kim calls 9200
        lo calls 9200
        tell media ledger
        1021 breaks
        wait 9
        1021 registers by tcp
        1021 breaks
        wait 10
        ",
        expect![[r#"
            0s ledger: call-1 1021 unreachable
            0s ledger: 1021 unreachable
            9s ledger: 1021 reachable
            9s ledger: call-1 rang 1021
            9s ledger: call-1 1021 unreachable
            9s ledger: 1021 unreachable
            19s ledger: call-1 sent on out of front to say.nobody, every_agent: 19000 ms, 2 for 0
            19s kim hears nobody
            19s ledger: call-2 sent on out of front to say.nobody, every_agent: 19000 ms, 1 for 0
            19s lo hears nobody
        "#]],
    );
}
