//! After-call work: extended, ended, and over when the call is filed.

use crate::check;
use expect_test::expect;

#[test]
fn after_call_work_is_extended_by_code_up_to_its_limit() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        kim hangs up
        tell media ledger agents commands
        1021 dials *15
        1021 hears it out
        1021 dials *15
        1021 hears it out
        1021 dials *15
        1021 hears it out
        wait 60
        ",
        expect![[r#"
            0s ledger: 1021 wrap-up for call-1 extended, 30000 ms
            0s ledger: phone: extend_wrap_up of 1021
            0s 1021 hears code/wrap-up-extended
            0s 1021 is occupied
            0s 1021 is wrap_up
            0s ledger: 1021 wrap-up for call-1 extended, 40000 ms
            0s ledger: phone: extend_wrap_up of 1021
            0s 1021 hears code/wrap-up-extended
            0s 1021 is occupied
            0s 1021 is wrap_up
            0s ledger: phone: extend_wrap_up of 1021 refused, wrap_up_max
            0s 1021 hears code/refused
            0s 1021 is occupied
            0s 1021 is wrap_up
            40s ledger: 1021 wrap-up ended
            40s 1021 is ready
        "#]],
    );
}

#[test]
fn after_call_work_is_ended_early_by_code_and_the_next_caller_rings_at_once() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        lo calls 9021
        kim hangs up
        tell media ledger agents
        wait 3
        1021 dials *16
        1021 hears it out
        ",
        expect![[r#"
            3s 1021 hears code/wrap-up-ended
            3s ledger: 1021 wrap-up ended
            3s 1021 is occupied
            3s ledger: call-2 rang 1021
            3s 1021 is ringing
        "#]],
    );
}

#[test]
fn a_call_that_must_be_filed_keeps_the_agent_until_it_is() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        1021 answers
        1021 speaks
        lo calls 9021
        tell media ledger agents commands
        kim hangs up
        wait 20
        1021 dials *16
        1021 hears it out
        wait 5
        1021 dials *171
        1021 hears it out
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1021 wrap-up for call-1 started, 10000 ms
            0s 1021 is wrap_up
            20s ledger: phone: end_wrap_up of 1021 refused, not_filed
            20s 1021 hears code/refused
            20s 1021 is occupied
            20s 1021 is wrap_up
            25s ledger: 1021 filed call-1 as sold
            25s ledger: phone: file sold of 1021
            25s 1021 hears code/filed
            25s ledger: 1021 wrap-up ended
            25s 1021 is occupied
            25s ledger: call-2 rang 1021
            25s 1021 is ringing
        "#]],
    );
}

#[test]
fn a_call_that_is_never_filed_keeps_the_agent_up_to_the_limit() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        1021 answers
        1021 speaks
        tell ledger agents
        kim hangs up
        wait 100
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1021 wrap-up for call-1 started, 10000 ms
            0s 1021 is wrap_up
            60s ledger: 1021 wrap-up ended
            60s 1021 is ready
        "#]],
    );
}

#[test]
fn a_call_that_is_filed_early_leaves_the_usual_time() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        1021 answers
        1021 speaks
        tell ledger agents
        command 1021 file sold
        wait 30
        kim hangs up
        wait 4
        command 1021 file not-sold
        wait 100
        ",
        expect![[r#"
            0s ledger: 1021 filed call-1 as sold
            30s ledger: call-1 ended Answered: caller hung up
            30s ledger: 1021 wrap-up for call-1 started, 10000 ms
            30s 1021 is wrap_up
            34s ledger: 1021 filed call-1 as not-sold
            40s ledger: 1021 wrap-up ended
            40s 1021 is ready
        "#]],
    );
}

#[test]
fn what_is_no_work_is_neither_extended_nor_ended_nor_filed() {
    check(
        "
        with work
        1021 registers
        tell commands
        command 1021 extend_wrap_up
        command 1021 end_wrap_up
        command 1021 file sold
        command 1021 file nonsense
        kim calls 9021
        1021 answers
        1021 speaks
        command 1021 extend_wrap_up
        kim hangs up
        wait 60
        command 1021 end_wrap_up
        command 1021 file sold
        ",
        expect![[r#"
            0s ledger: socket: extend_wrap_up of 1021 refused, no_wrap_up
            0s desk: refused: agent 1021 has no wrap-up on: wait until a call is over
            0s ledger: socket: end_wrap_up of 1021 refused, no_wrap_up
            0s desk: refused: agent 1021 has no wrap-up on: wait until a call is over
            0s ledger: socket: file sold of 1021 refused, no_call
            0s desk: refused: agent 1021 has had no call: wait until the agent has had a call
            0s ledger: socket: file nonsense of 1021 refused, unknown_disposition
            0s desk: refused: there is no disposition nonsense: use the name of a disposition of the dialplan
            0s ledger: socket: extend_wrap_up of 1021 refused, no_wrap_up
            0s desk: refused: agent 1021 has no wrap-up on: wait until a call is over
            60s ledger: socket: end_wrap_up of 1021 refused, no_wrap_up
            60s desk: refused: agent 1021 has no wrap-up on: wait until a call is over
            60s ledger: socket: file sold of 1021
            60s desk: obeyed
        "#]],
    );
}

#[test]
fn a_supervisor_ends_after_call_work_that_is_not_filed() {
    check(
        "
        with work
        1021 registers
        kim calls 9020
        1021 answers
        1021 speaks
        tell ledger agents
        kim hangs up
        wait 4
        command 1021 ready
        wait 100
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1021 wrap-up for call-1 started, 10000 ms
            0s 1021 is wrap_up
            4s ledger: 1021 wrap-up ended
            4s 1021 is ready
        "#]],
    );
}
