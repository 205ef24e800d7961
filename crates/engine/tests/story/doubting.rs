//! Whether an agent's phone is still there, of which nothing is heard.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_whose_phone_dies_in_a_conversation_is_free_within_ten_seconds() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        tell sip ledger agents
        1001 dies
        wait 3
        1001 pauses for breath
        wait 3
        1001 pauses for breath
        wait 4
        wait 20
        ",
        expect![[r#"
            39s ledger: call-1 ended Answered: the agent's phone no longer knew the call
            39s ledger: 1001 wrap-up for call-1 started, 15000 ms
            39s kim gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            39s 1001 is wrap_up
            54s ledger: 1001 wrap-up ended
            54s 1001 is ready
        "#]],
    );
}

#[test]
fn a_phone_that_says_nothing_and_is_there_goes_on_talking() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip ledger agents
        1001 holds
        wait 3
        1001 pauses for breath
        wait 3
        1001 pauses for breath
        wait 30
        ",
        expect![[r#"
            0s ledger: call-1 held by the agent
            0s 1001 gets 200, recvonly
            3s 1001 gets OPTIONS
            6s 1001 gets INVITE, recvonly
        "#]],
    );
}

#[test]
fn an_agent_whose_goodbye_was_lost_is_free_once_asked() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        1001 dies
        1001 hangs up
        wait 40
        1001 is there
        tell sip ledger agents
        1001 pauses for breath
        ",
        expect![[r#"
            70s 1001 gets OPTIONS
            70s ledger: call-1 ended Answered: the agent's phone no longer knew the call
            70s ledger: 1001 wrap-up for call-1 started, 15000 ms
            70s kim gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            70s 1001 is wrap_up
        "#]],
    );
}

#[test]
fn a_phone_that_dies_in_a_call_between_agents_frees_both() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        tell ledger agents
        wait 30
        1002 dies
        1002 pauses for breath
        wait 7
        ",
        expect![[r#"
            36s ledger: call-1 ended Answered: the called party's phone no longer knew the call
            36s 1001 is ready
            36s 1002 is ready
        "#]],
    );
}

#[test]
fn a_caller_of_whom_nothing_is_heard_is_not_asked() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip
        kim pauses for breath
        wait 30
        ",
        expect![""],
    );
}
