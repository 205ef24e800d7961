//! Whoever leaves, and whenever: the row says what happened, and nothing is left.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_who_leaves_in_the_menu_was_in_the_menu() {
    check(
        "
        kim calls 9000
        tell sip ledger
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 ended Abandoned(InMenu): caller hung up
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_the_queue_lets_the_next_one_move_up() {
    check(
        "
        kim calls 9001
        lo calls 9001
        calls
        tell sip ledger
        kim hangs up
        calls
        ",
        expect![[r#"
            0s call-1 is waiting in faktura at place 1
            0s call-2 is waiting in faktura at place 2
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s call-2 is waiting in faktura at place 1
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_while_an_agent_rings_frees_the_agent() {
    check(
        "
        1001 registers
        kim calls 9001
        tell sip ledger agents
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 1001 withdrawn
            0s ledger: call-1 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s 1001 gets CANCEL
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_between_answer_and_first_word_frees_the_agent() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        tell sip ledger agents
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 1001 withdrawn
            0s ledger: call-1 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s 1001 gets BYE
            0s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_the_talk_leaves_the_agent_in_wrap_up() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip ledger agents
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is wrap_up
            15s ledger: 1001 wrap-up ended
            15s 1001 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_callers_connection_that_breaks_is_no_hanging_up() {
    check(
        "
        kim uses tcp
        kim calls 9001
        tell sip ledger
        kim breaks
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Failed: the caller's connection broke
            60s nothing is left
        "#]],
    );
}

#[test]
fn an_agents_connection_that_breaks_is_no_hanging_up() {
    check(
        "
        1001 registers by tcp
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip ledger agents
        1001 breaks
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: the agent's connection broke
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s ledger: 1001 unreachable
            0s kim gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            0s 1001 is unreachable
        "#]],
    );
}

#[test]
fn a_caller_whose_sound_stops_is_not_waited_for() {
    check(
        "
        kim calls 9001
        tell sip ledger
        kim falls silent
        ",
        expect![[r#"
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Failed: no sound from the caller's phone
            0s kim gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
        "#]],
    );
}

#[test]
fn an_agent_whose_sound_stops_ends_the_talk_and_has_wrap_up() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip ledger agents
        1001 falls silent
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: no sound from the agent's phone
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s kim gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            0s 1001 gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            0s 1001 is wrap_up
        "#]],
    );
}

#[test]
fn an_engine_that_stops_says_goodbye_to_everybody() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        lo calls 9001
        max calls 9000
        tell sip ledger
        engine stops
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: the engine was stopped
            0s ledger: call-2 1002 withdrawn
            0s ledger: call-2 ended Interrupted: the engine was stopped
            0s ledger: call-3 ended Interrupted: the engine was stopped
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s kim gets BYE since Q.850;cause=31;text="Normal, unspecified"
            0s 1001 gets BYE since Q.850;cause=31;text="Normal, unspecified"
            0s lo gets BYE since Q.850;cause=31;text="Normal, unspecified"
            0s 1002 gets CANCEL
            0s max gets BYE since Q.850;cause=31;text="Normal, unspecified"
            15s ledger: 1001 wrap-up ended
            60s nothing is left
        "#]],
    );
}
