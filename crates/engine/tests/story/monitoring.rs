//! A supervisor beside two who talk.

use crate::check;
use expect_test::expect;

#[test]
fn a_supervisor_listens_whispers_talks_with_both_and_goes_and_the_two_talk_on() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        wait 5
        tell sip media ledger agents
        1053 dials *201051
        wait 5
        1053 presses 5
        1053 presses 5
        1053 tells 6
        1053 presses 6
        1053 presses 7
        1053 presses 4
        wait 5
        1053 hangs up
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            5s 1053 gets 407
            5s 1053 gets 200
            5s 1053 hears, unheard, the talk of kim
            5s ledger: call-1 1053 is beside the two: listen
            5s 1053 is occupied
            10s 1053 is heard by whoever talks with kim
            10s ledger: call-1 1053 is beside the two: whisper
            10s 1053 is heard in the talk of kim
            10s ledger: call-1 1053 is beside the two: barge
            10s 1053 hears, unheard, the talk of kim
            10s ledger: call-1 1053 is beside the two: listen
            15s 1053 is parted
            15s ledger: call-1 1053 is beside the two: left
            15s 1053 is ready
            20s ledger: call-1 ended Answered: caller hung up
            20s ledger: 1051 wrap-up for call-1 started, 10000 ms
            20s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
            20s 1051 is wrap_up
            30s ledger: 1051 wrap-up ended
            30s 1051 is ready
            80s nothing is left
        "#]],
    );
}

#[test]
fn whoever_listens_is_let_go_when_the_talk_is_over_whatever_ends_it() {
    for end in ["kim hangs up", "1051 hangs up", "1051 falls silent", "command call 1 requeue"] {
        let told = crate::script::play(Box::leak(
            format!(
                "
                with monitoring
                1051 registers
                1053 registers
                kim calls 9080
                1051 answers
                1051 speaks
                1053 dials *201051
                tell sip
                {end}
                "
            )
            .into_boxed_str(),
        ));
        assert!(told.contains("0s 1053 gets BYE"), "{end}: {told}");
    }
}

#[test]
fn a_supervisor_takes_a_caller_over_and_the_agent_has_after_call_work() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        wait 5
        1053 dials *201051
        tell sip media ledger agents
        wait 5
        1053 presses 9
        wait 20
        calls
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            10s ledger: call-1 1053 is beside the two: took_over
            10s 1051 is parted
            10s kim is bridged with 1053
            10s ledger: 1051 wrap-up for call-1 started, 10000 ms
            10s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s 1051 is wrap_up
            10s 1053 is talking
            20s ledger: 1051 wrap-up ended
            20s 1051 is ready
            30s call-1 is talking in heard
            30s ledger: call-1 ended Answered: caller hung up
            30s ledger: 1053 wrap-up for call-1 started, 10000 ms
            30s 1053 gets BYE since Q.850;cause=16;text="Normal call clearing"
            30s 1053 is wrap_up
            40s ledger: 1053 wrap-up ended
            40s 1053 is ready
            90s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_was_taken_over_is_let_go_when_the_supervisor_hangs_up() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        1053 dials *201051
        1053 presses 9
        tell sip ledger agents
        1053 hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: called party hung up
            0s ledger: 1053 wrap-up for call-1 started, 10000 ms
            0s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1053 is wrap_up
            10s ledger: 1051 wrap-up ended
            10s ledger: 1053 wrap-up ended
            10s 1051 is ready
            10s 1053 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn nobody_listens_who_may_not_or_where_nobody_talks_with_a_caller() {
    check(
        "
        with monitoring
        1051 registers
        1052 registers
        1053 registers
        tell sip media ledger commands
        1053 dials *201051
        1053 hears it out
        kim calls 9080
        1051 answers
        1051 speaks
        1052 dials *201051
        1052 hears it out
        1053 dials *201053
        1053 hears it out
        1053 dials *209999
        1053 hears it out
        ",
        expect![[r#"
            0s 1053 gets 407
            0s 1053 gets 200
            0s ledger: phone: listen 1051 of 1053 refused, talks_with_nobody
            0s 1053 hears code/refused
            0s 1053 gets BYE
            0s ledger: call-1 offered to 9080 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in heard
            0s kim hears music
            0s ledger: call-1 rang 1051
            0s 1051 gets INVITE from "heard: 0701234567"
            0s kim is bridged with 1051
            0s ledger: call-1 connected with 1051
            0s ledger: call-1 1051 accepted
            0s 1052 gets 407
            0s 1052 gets 200
            0s ledger: phone: listen 1051 of 1052 refused, not_supervised
            0s 1052 hears code/refused
            0s 1052 gets BYE
            0s 1053 gets 407
            0s 1053 gets 200
            0s ledger: phone: listen 1053 of 1053 refused, oneself
            0s 1053 hears code/refused
            0s 1053 gets BYE
            0s 1053 gets 407
            0s 1053 gets 200
            0s 1053 hears code/unknown
            0s 1053 gets BYE
        "#]],
    );
}

#[test]
fn a_talk_of_a_queue_that_one_does_not_supervise_is_not_heard() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9081
        1051 answers
        1051 speaks
        tell sip media ledger
        1053 dials *201051
        1053 hears it out
        ",
        expect![[r#"
            0s 1053 gets 407
            0s 1053 gets 200
            0s 1053 hears code/refused
            0s 1053 gets BYE
        "#]],
    );
}

#[test]
fn there_is_room_for_one_beside_a_talk() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        1053b registers
        kim calls 9080
        1051 answers
        1051 speaks
        1053 dials *201051
        tell sip media ledger
        1053b dials *201051
        ",
        expect![[r#"
            0s 1053b gets 407
            0s 1053b gets 486
        "#]],
    );
}

#[test]
fn whoever_may_not_listen_any_more_after_a_reload_is_told_so_and_the_two_talk_on() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        1053 dials *201051
        1053 presses 6
        tell sip media ledger agents
        reload unsupervised
        1053 presses 9
        1053 hears it out
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1053 is parted
            0s ledger: call-1 1053 is beside the two: barred
            0s 1053 hears code/refused
            0s 1053 gets BYE
            0s 1053 is ready
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1051 wrap-up for call-1 started, 10000 ms
            0s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1051 is wrap_up
            10s ledger: 1051 wrap-up ended
            10s 1051 is ready
            60s nothing is left
        "#]],
    );
}

#[test]
fn whoever_listens_is_let_go_when_the_caller_is_handed_over() {
    check(
        "
        with monitoring
        1051 registers
        1052 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        1053 dials *201051
        tell sip media ledger
        1051 refers 1052
        1052 answers
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1051 is parted
            0s kim hears music
            0s 1053 is parted
            0s ledger: call-1 1053 is beside the two: left
            0s 1052 gets INVITE from "heard: 0701234567"
            0s 1051 gets 202 to REFER
            0s 1051 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1053 gets BYE
            0s 1051 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s ledger: call-1 1051 hands it over to 1052
            0s kim is bridged with 1052
            0s ledger: 1051 wrap-up for call-1 started, 10000 ms
            0s 1051 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s ledger: call-1 ended Answered: caller hung up
            0s 1052 gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s ledger: 1051 wrap-up ended
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_hold_leaves_the_supervisor_where_they_are() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        1053 dials *201051
        tell media ledger
        1051 holds
        1051 resumes
        kim holds
        1053 presses 9
        kim resumes
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s kim hears music
            0s ledger: call-1 held by the agent
            0s kim hears 1051
            0s ledger: call-1 resumed
            0s 1051 hears music
            0s ledger: call-1 held by the caller
            0s ledger: call-1 1053 is beside the two: took_over
            0s 1051 is parted
            0s kim is bridged with 1053
            0s 1053 hears music
            0s ledger: call-1 held by the caller
            0s ledger: 1051 wrap-up for call-1 started, 10000 ms
            0s 1053 hears kim
            0s ledger: call-1 resumed
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1053 wrap-up for call-1 started, 10000 ms
            10s ledger: 1051 wrap-up ended
            10s ledger: 1053 wrap-up ended
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_program_says_how_a_supervisor_is_heard_and_that_they_take_over() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        tell media ledger commands
        command 1053 monitor whisper
        command 1053 take_over
        1053 dials *201051
        command 1053 monitor barge
        command 1053 take_over
        command 1053 monitor listen
        ",
        expect![[r#"
            0s ledger: socket: monitor whisper of 1053 refused, not_beside
            0s desk: refused: agent 1053 listens to nobody: dial the code for listening on the agent's phone, or have it rung, first
            0s ledger: socket: take_over of 1053 refused, not_beside
            0s desk: refused: agent 1053 listens to nobody: dial the code for listening on the agent's phone, or have it rung, first
            0s 1053 hears, unheard, the talk of kim
            0s ledger: call-1 1053 is beside the two: listen
            0s 1053 is heard in the talk of kim
            0s ledger: call-1 1053 is beside the two: barge
            0s ledger: socket: monitor barge of 1053
            0s desk: obeyed
            0s ledger: call-1 1053 is beside the two: took_over
            0s 1051 is parted
            0s kim is bridged with 1053
            0s ledger: socket: take_over of 1053
            0s desk: obeyed
            0s ledger: 1051 wrap-up for call-1 started, 10000 ms
            0s ledger: socket: monitor listen of 1053 refused, not_beside
            0s desk: refused: agent 1053 listens to nobody: dial the code for listening on the agent's phone, or have it rung, first
        "#]],
    );
}

#[test]
fn two_workers_are_none_too_many() {
    check(
        "
        with workers 2
        with monitoring
        1051 registers
        1053 registers
        lo calls 9003
        kim calls 9080
        1051 answers
        1051 speaks
        tell media ledger
        1053 dials *201051
        1053 presses 9
        kim hangs up
        lo hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s 1053 hears, unheard, the talk of kim
            0s ledger: call-2 1053 is beside the two: listen
            0s ledger: call-2 1053 is beside the two: took_over
            0s 1051 is parted
            0s kim is bridged with 1053
            0s ledger: 1051 wrap-up for call-2 started, 10000 ms
            0s ledger: call-2 ended Answered: caller hung up
            0s ledger: 1053 wrap-up for call-2 started, 10000 ms
            0s ledger: call-1 ended Finished: the dialplan ended the call
            10s ledger: 1051 wrap-up ended
            10s ledger: 1053 wrap-up ended
            60s nothing is left
        "#]],
    );
}

#[test]
fn who_listens_when_the_server_ends_is_let_go_and_nothing_is_left() {
    check(
        "
        with monitoring
        1051 registers
        1053 registers
        kim calls 9080
        1051 answers
        1051 speaks
        1053 dials *201051
        tell sip media
        engine stops
        wait 60
        left
        ",
        expect![[r#"
            0s 1053 is parted
            0s kim gets BYE since Q.850;cause=31;text="Normal, unspecified"
            0s 1051 gets BYE since Q.850;cause=31;text="Normal, unspecified"
            0s 1053 gets BYE
            60s nothing is left
        "#]],
    );
}
