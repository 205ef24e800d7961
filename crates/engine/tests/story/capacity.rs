//! Agents who may have several conversations of queues at once.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_with_two_lines_is_rung_in_a_conversation_and_the_third_caller_waits() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        tell sip media ledger agents
        lo calls 9040
        desk of 1041
        1041 answers
        1041 speaks
        desk of 1041
        max calls 9040
        calls
        kim hangs up
        desk of 1041
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9040 by 0707654321
            0s ledger: call-2 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-2 queued in short
            0s lo hears music
            0s ledger: call-2 rang 1041
            0s 1041 gets INVITE from "short: 0707654321"
            0s 1041 is talking, calls [1, 2] of 2
            0s lo is bridged with 1041
            0s ledger: call-2 connected with 1041
            0s ledger: call-2 1041 accepted
            0s 1041 is talking, calls [1, 2] of 2
            0s ledger: call-3 offered to 9040 by 0709999999
            0s ledger: call-3 answered
            0s max gets 100
            0s max gets 200
            0s ledger: call-3 queued in short
            0s max hears music
            0s max hears queue/first, then music
            0s ledger: call-3 told place 1
            0s call-1 is talking in short
            0s call-2 is talking in short
            0s call-3 is waiting in short at place 1
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: call-3 rang 1041
            0s 1041 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1041 gets INVITE from "short: 0709999999"
            0s 1041 is talking, calls [2, 3] of 2
        "#]],
    );
}

#[test]
fn wrap_up_begins_after_the_last_conversation_and_is_the_longest_of_them() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9041
        1041 answers
        1041 speaks
        lo calls 9040
        1041 answers
        1041 speaks
        tell ledger agents
        kim hangs up
        wait 5
        command 1041 file sold
        lo hangs up
        wait 10
        command 1041 extend_wrap_up
        wait 60
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: caller hung up
            5s ledger: 1041 filed call-1 as sold
            5s ledger: call-2 ended Answered: caller hung up
            5s ledger: 1041 wrap-up for call-1 started, 30000 ms
            5s 1041 is wrap_up
            15s ledger: 1041 wrap-up for call-1 extended, 50000 ms
            55s ledger: 1041 wrap-up ended
            55s 1041 is ready
        "#]],
    );
}

#[test]
fn of_several_calls_that_are_not_filed_the_one_that_began_or_ended_last_is() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9041
        1041 answers
        1041 speaks
        tell ledger
        lo calls 9041
        1041 answers
        1041 speaks
        command 1041 file sold
        command 1041 file sold
        command 1041 file sold
        kim hangs up
        lo hangs up
        command 1041 end_wrap_up
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9041 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in long
            0s ledger: call-2 rang 1041
            0s ledger: call-2 connected with 1041
            0s ledger: call-2 1041 accepted
            0s ledger: 1041 filed call-2 as sold
            0s ledger: 1041 filed call-1 as sold
            0s ledger: 1041 filed call-2 as sold
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: call-2 ended Answered: caller hung up
            0s ledger: 1041 wrap-up for call-2 started, 30000 ms
            0s ledger: 1041 wrap-up ended
        "#]],
    );
}

#[test]
fn calls_that_must_be_filed_keep_the_agent_until_all_are() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9041
        1041 answers
        1041 speaks
        lo calls 9041
        1041 answers
        1041 speaks
        lo hangs up
        max calls 9040
        1041 answers
        1041 speaks
        max hangs up
        tell ledger commands
        kim hangs up
        wait 40
        command 1041 end_wrap_up
        command 1041 file sold
        command 1041 file sold
        command 1041 end_wrap_up
        command 1041 file sold
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1041 wrap-up for call-1 started, 30000 ms
            40s ledger: socket: end_wrap_up of 1041 refused, not_filed
            40s desk: refused: agent 1041 has not filed the call yet: file the call first
            40s ledger: 1041 filed call-1 as sold
            40s ledger: socket: file sold of 1041
            40s desk: obeyed
            40s ledger: 1041 filed call-3 as sold
            40s ledger: socket: file sold of 1041
            40s desk: obeyed
            40s ledger: socket: end_wrap_up of 1041 refused, not_filed
            40s desk: refused: agent 1041 has not filed the call yet: file the call first
            40s ledger: 1041 filed call-2 as sold
            40s ledger: socket: file sold of 1041
            40s desk: obeyed
            40s ledger: 1041 wrap-up ended
        "#]],
    );
}

#[test]
fn who_never_files_is_free_after_what_the_queue_allows_that_wants_it() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9042
        1041 answers
        1041 speaks
        lo calls 9040
        1041 answers
        1041 speaks
        kim hangs up
        tell ledger
        lo hangs up
        wait 150
        ",
        expect![[r#"
            0s ledger: call-2 ended Answered: caller hung up
            0s ledger: 1041 wrap-up for call-2 started, 10000 ms
            20s ledger: 1041 wrap-up ended
        "#]],
    );
}

#[test]
fn a_pause_asked_in_two_conversations_begins_after_both_and_nobody_rings_meanwhile() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        tell ledger agents
        command 1041 pause coffee
        lo calls 9040
        wait 5
        command 1041 ready
        wait 1
        desk of 1041
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9040 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in short
            0s ledger: call-2 told place 1
            5s ledger: call-2 rang 1041
            6s 1041 is talking, calls [1, 2] of 2
        "#]],
    );
}

#[test]
fn a_phone_with_one_line_is_busy_and_the_conversation_goes_on() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        tell sip ledger agents
        lo calls 9040
        1041 rejects 486
        wait 2
        desk of 1041
        kim hangs up
        wait 40
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9040 by 0707654321
            0s ledger: call-2 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-2 queued in short
            0s ledger: call-2 rang 1041
            0s 1041 gets INVITE from "short: 0707654321"
            0s ledger: call-2 1041 declined
            1s ledger: call-2 rang 1041
            1s 1041 gets INVITE from "short: 0707654321"
            2s 1041 is talking, calls [1, 2] of 2
            2s ledger: call-1 ended Answered: caller hung up
            2s 1041 gets BYE since Q.850;cause=16;text="Normal call clearing"
            2s 1041 is ringing
            21s ledger: call-2 1041 missed
            21s ledger: 1041 wrap-up for call-1 started, 10000 ms
            21s 1041 gets CANCEL
            21s 1041 is wrap_up
            30s ledger: call-2 told place 1
            31s ledger: 1041 wrap-up ended
            31s ledger: call-2 rang 1041
            31s 1041 gets INVITE from "short: 0707654321"
            31s 1041 is ringing
        "#]],
    );
}

#[test]
fn an_agent_who_calls_a_colleague_in_a_conversation_is_not_rung_meanwhile() {
    check(
        "
        with capacity
        1041 registers
        1001 registers
        kim calls 9040
        1041 answers
        1041 speaks
        1041 dials 1001
        1001 answers
        tell ledger agents
        lo calls 9040
        wait 5
        1001 hangs up
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9040 by 0707654321
            0s ledger: call-3 answered
            0s ledger: call-3 queued in short
            0s ledger: call-3 told place 1
            5s ledger: call-2 ended Answered: called party hung up
            5s ledger: call-3 rang 1041
            5s 1001 is ready
        "#]],
    );
}

#[test]
fn the_agents_own_line_ends_one_conversation_and_leaves_the_other() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        lo calls 9040
        1041 answers
        1041 speaks
        tell sip media ledger agents
        1041 hangs up
        desk of 1041
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: agent hung up
            0s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1041 is talking, calls [2] of 2
        "#]],
    );
}

#[test]
fn a_call_taken_back_from_an_agent_of_two_leaves_the_other_where_it_is() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        lo calls 9040
        1041 answers
        1041 speaks
        1042 registers
        tell media ledger agents commands
        command call 1 requeue
        1042 answers
        1042 speaks
        command call 1 requeue
        desk of 1041
        ",
        expect![[r#"
            0s 1041 is parted
            0s ledger: call-1 queued in short
            0s kim hears music
            0s ledger: socket: requeue of call-1
            0s desk: obeyed
            0s ledger: call-1 rang 1042
            0s 1042 is ringing
            0s kim is bridged with 1042
            0s ledger: call-1 connected with 1042
            0s ledger: call-1 1042 accepted
            0s 1042 is talking
            0s 1042 is parted
            0s ledger: call-1 queued in short
            0s kim hears music
            0s ledger: socket: requeue of call-1
            0s desk: obeyed
            0s ledger: 1042 wrap-up for call-1 started, 10000 ms
            0s ledger: call-1 rang 1041
            0s 1042 is wrap_up
            0s 1041 is talking, calls [2, 1] of 2
        "#]],
    );
}

#[test]
fn a_caller_handed_over_to_an_agent_with_room_is_one_of_the_queue_and_the_next_one_waits() {
    check(
        "
        with capacity
        1041 registers
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 refers 1041
        tell ledger agents
        1041 answers
        desk of 1041
        lo calls 9040
        1041 answers
        1041 speaks
        desk of 1041
        kim hangs up
        lo hangs up
        ",
        expect![[r#"
            0s ledger: call-1 1001 hands it over to 1041
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 is wrap_up
            0s 1041 is talking
            0s 1041 is talking, calls [1] of 2
            0s ledger: call-2 offered to 9040 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in short
            0s ledger: call-2 rang 1041
            0s ledger: call-2 connected with 1041
            0s ledger: call-2 1041 accepted
            0s 1041 is talking, calls [1, 2] of 2
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: call-2 ended Answered: caller hung up
            0s ledger: 1041 wrap-up for call-1 started, 15000 ms
            0s 1041 is wrap_up
        "#]],
    );
}

#[test]
fn an_agent_hands_one_of_two_callers_over_and_goes_on_with_the_other() {
    check(
        "
        with capacity
        1041 registers
        1001 registers
        kim calls 9040
        1041 answers
        1041 speaks
        lo calls 9040
        1041 answers
        1041 speaks
        tell media ledger agents
        1041 refers 1001
        1001 answers
        desk of 1041
        lo hangs up
        ",
        expect![[r#"
            0s 1041 is parted
            0s kim hears music
            0s 1001 is occupied
            0s ledger: call-1 1041 hands it over to 1001
            0s kim is bridged with 1001
            0s 1001 is talking
            0s 1041 is talking, calls [2] of 2
            0s ledger: call-2 ended Answered: caller hung up
            0s ledger: 1041 wrap-up for call-2 started, 10000 ms
            0s 1041 is wrap_up
        "#]],
    );
}

#[test]
fn a_lamp_shows_the_ring_in_a_conversation_and_its_end() {
    check(
        "
        with capacity
        1041 registers
        1001 registers
        1001 watches 1041
        kim calls 9040
        1041 answers
        1041 speaks
        wait 5
        tell lamps
        lo calls 9040
        wait 5
        lo hangs up
        wait 5
        ",
        expect![[r#"
            5s 1001 sees 1041: recipient confirmed recipient early
            10s 1001 sees 1041: recipient confirmed
        "#]],
    );
}

#[test]
fn an_agent_is_rung_for_a_second_call_once_it_is_known_whether_the_first_goes_on_after_a_restart() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        lo calls 9040
        kim dies
        tell sip media ledger agents
        engine is gone for 3
        wait 7
        wait 1
        ",
        expect![[r#"
            3s 1041 is logged_out
            3s 1041 is unreachable
            3s 1041 is talking
            3s ledger: 1041 reachable
            3s 1041 gets INVITE
            3s lo gets INVITE
            3s 1041 hears music
            3s ledger: call-2 recovered
            3s lo hears music
            3s lo hears queue/first, then music
            3s ledger: call-2 told place 1
            11s ledger: call-1 ended Answered: gone after a restart, 8 s ago
            11s ledger: call-2 rang 1041
            11s 1041 gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            11s 1041 gets INVITE from "short: 0707654321"
            11s 1041 is ringing
        "#]],
    );
}

#[test]
fn an_agent_whose_talk_goes_on_after_a_restart_is_rung_beside_it() {
    check(
        "
        with capacity
        1041 registers
        kim calls 9040
        1041 answers
        1041 speaks
        lo calls 9040
        tell sip media ledger
        engine is gone for 3
        wait 1
        desk of 1041
        ",
        expect![[r#"
            3s ledger: 1041 reachable
            3s kim gets INVITE
            3s 1041 gets INVITE
            3s lo gets INVITE
            3s kim hears music
            3s kim hears nothing
            3s ledger: call-1 recovered
            3s kim is bridged with 1041
            3s ledger: call-2 recovered
            3s lo hears music
            3s ledger: call-2 rang 1041
            3s 1041 gets INVITE from "short: 0707654321"
            4s 1041 is talking, calls [1, 2] of 2
        "#]],
    );
}
