//! Whoever is rung to be put beside a talk: a supervisor who listens, a colleague whom the agent brings in.

use crate::check;
use crate::script::play;
use expect_test::expect;

/// A caller and the agent 1051 talk.
fn talks(story: &str) -> String {
    play(Box::leak(
        format!(
            "
            with monitoring
            1051 registers
            1052 registers
            1053 registers
            kim calls 9080
            1051 answers
            1051 speaks
            tell sip media ledger agents commands
            {story}
            "
        )
        .into_boxed_str(),
    ))
}

#[test]
fn a_supervisor_is_rung_listens_and_is_heard_by_keys() {
    expect![[r#"
        0s ledger: call-1 1053 is beside the two: rung
        0s ledger: socket: listen 1051, listen of 1053
        0s desk: obeyed
        0s 1053 gets INVITE from "heard: 0701234567"
        0s 1053 is occupied
        0s 1053 hears, unheard, the talk of kim
        0s ledger: call-1 1053 is beside the two: listen
        0s 1053 is heard in the talk of kim
        0s ledger: call-1 1053 is beside the two: barge
        0s ledger: phone: monitor barge of 1053
        0s 1053 is parted
        0s ledger: call-1 1053 is beside the two: left
        0s 1053 is ready
        0s ledger: call-1 ended Answered: caller hung up
        0s ledger: 1051 wrap-up for call-1 started, 10000 ms
        0s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
        0s 1051 is wrap_up
        10s ledger: 1051 wrap-up ended
        10s 1051 is ready
        60s nothing is left
    "#]]
    .assert_eq(&talks(
        "
        command 1053 listen 1051 listen
        1053 answers
        1053 presses 6
        1053 hangs up
        kim hangs up
        wait 60
        left
        ",
    ));
}

#[test]
fn a_colleague_is_brought_in_and_goes_on_with_the_caller_when_the_agent_leaves() {
    expect![[r#"
        0s ledger: call-1 1052 is beside the two: rung
        0s ledger: socket: bring_in 1052 of 1051
        0s desk: obeyed
        0s 1052 gets INVITE from "heard: 0701234567"
        0s 1052 is heard in the talk of kim
        0s ledger: call-1 1052 is beside the two: barge
        0s ledger: call-1 1052 is beside the two: took_over
        0s 1051 is parted
        0s kim is bridged with 1052
        0s ledger: 1051 wrap-up for call-1 started, 10000 ms
        0s 1051 is wrap_up
        0s 1052 is talking
        5s call-1 is talking in heard
        5s ledger: call-1 ended Answered: called party hung up
        5s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
        5s 1052 is logged_out
        10s ledger: 1051 wrap-up ended
        10s 1051 is ready
        65s nothing is left
    "#]]
    .assert_eq(&talks(
        "
        command 1051 bring_in 1052
        1052 answers
        1052 presses 4
        1052 presses 9
        1051 hangs up
        wait 5
        calls
        1052 hangs up
        wait 60
        left
        ",
    ));
}

#[test]
fn a_colleague_who_was_brought_in_goes_and_the_two_talk_on() {
    expect![[r#"
        0s ledger: call-1 1052 is beside the two: rung
        0s ledger: socket: bring_in 1052 of 1051
        0s desk: obeyed
        0s 1052 gets INVITE from "heard: 0701234567"
        0s 1052 is heard in the talk of kim
        0s ledger: call-1 1052 is beside the two: barge
        0s 1052 is parted
        0s ledger: call-1 1052 is beside the two: left
        5s ledger: call-1 1053 is beside the two: rung
        5s ledger: socket: bring_in 1053 of 1051
        5s desk: obeyed
        5s 1053 gets INVITE from "heard: 0701234567"
        5s 1053 is occupied
        5s 1053 is heard in the talk of kim
        5s ledger: call-1 1053 is beside the two: barge
        5s ledger: call-1 ended Answered: caller hung up
        5s ledger: 1051 wrap-up for call-1 started, 10000 ms
        5s 1053 is parted
        5s ledger: call-1 1053 is beside the two: left
        5s 1051 gets BYE since Q.850;cause=16;text="Normal call clearing"
        5s 1053 gets BYE
        5s 1051 is wrap_up
        5s 1053 is ready
        15s ledger: 1051 wrap-up ended
        15s 1051 is ready
        65s nothing is left
    "#]]
    .assert_eq(&talks(
        "
        command 1051 bring_in 1052
        1052 answers
        1052 hangs up
        wait 5
        command 1051 bring_in 1053
        1053 answers
        kim hangs up
        wait 60
        left
        ",
    ));
}

#[test]
fn a_colleague_goes_on_with_the_caller_when_the_agents_phone_falls_silent() {
    let told =
        talks("command 1051 bring_in 1052\n1052 answers\n1051 falls silent\nwait 120\ncalls");
    assert!(told.contains("call-1 is talking in heard"), "{told}");
    assert!(told.contains("1052 is beside the two: took_over"), "{told}");
}

#[test]
fn phones_ring_no_longer_than_the_talk_lasts_or_than_anybody_lets_them() {
    for (end, what) in [
        ("kim hangs up", "0s 1053 gets CANCEL"),
        ("1051 hangs up", "0s 1053 gets CANCEL"),
        ("1053 rejects 603", "0s ledger: call-1 1053 is beside the two: not_reached"),
        ("wait 200", "1053 gets CANCEL"),
        ("engine stops", "0s 1053 gets CANCEL"),
        ("engine hands over", "0s 1053 gets CANCEL"),
    ] {
        let told = talks(&format!("command 1051 bring_in 1053\n{end}"));
        assert!(told.contains(what), "{end}: {told}");
        assert!(told.contains("1053 is beside the two: not_reached"), "{end}: {told}");
        assert!(told.contains("1053 is ready"), "{end}: {told}");
    }
}

#[test]
fn nobody_is_rung_who_may_not_listen_or_has_no_ear_for_it() {
    check(
        "
        with monitoring
        1051 registers
        1052 registers
        1053 registers
        tell commands
        command 1053 listen 1051 listen
        kim calls 9080
        1051 answers
        1051 speaks
        command 1052 listen 1051 listen
        command 1053 listen 1053 listen
        command 1053 listen 9999 listen
        command 1051 bring_in 1051
        command 1051 bring_in 9999
        command 1051 bring_in 1041
        command 1051 bring_in 1052
        command 1053 listen 1051 listen
        command 1051 bring_in 1053
        1052 rejects 603
        1053 dials 1052
        command 1053 listen 1051 listen
        ",
        expect![[r#"
            0s ledger: socket: listen 1051, listen of 1053 refused, talks_with_nobody
            0s desk: refused: agent 1051 talks with no caller: wait until the agent talks with a caller
            0s ledger: socket: listen 1051, listen of 1052 refused, not_supervised
            0s desk: refused: agent 1051 talks with a caller of a queue that is not supervised: have the plan say that the agent `supervises` the queue
            0s ledger: socket: listen 1053, listen of 1053 refused, oneself
            0s desk: refused: agent 1053 would be beside the own talk: name another agent
            0s ledger: socket: listen 9999, listen of 1053 refused, unknown_agent
            0s desk: refused: there is no agent 9999: use the account of an agent of the dialplan
            0s ledger: socket: bring_in 1051 of 1051 refused, oneself
            0s desk: refused: agent 1051 would be beside the own talk: name another agent
            0s ledger: socket: bring_in 9999 of 1051 refused, unknown_agent
            0s desk: refused: there is no agent 9999: use the account of an agent of the dialplan
            0s ledger: socket: bring_in 1041 of 1051 refused, unknown_agent
            0s desk: refused: there is no agent 1041: use the account of an agent of the dialplan
            0s ledger: socket: bring_in 1052 of 1051
            0s desk: obeyed
            0s ledger: socket: listen 1051, listen of 1053 refused, monitored_already
            0s desk: refused: somebody is beside the talk of agent 1051 already: wait until the other one hangs up
            0s ledger: socket: bring_in 1053 of 1051 refused, monitored_already
            0s desk: refused: somebody is beside the talk of agent 1051 already: wait until the other one hangs up
            0s ledger: socket: listen 1051, listen of 1053 refused, agent_state
            0s desk: refused: agent 1053 is occupied: wait until the agent's own call is over
        "#]],
    );
}

#[test]
fn a_colleague_is_no_listener_and_is_beside_one_talk() {
    let told = talks(
        "
        command 1051 bring_in 1053
        1053 dials *201051
        1053 answers
        command 1053 monitor listen
        command 1053 take_over
        calls
        ",
    );
    assert!(told.contains("1053 gets 486"), "{told}");
    assert!(told.contains("monitor listen of 1053 refused, not_beside"), "{told}");
    assert!(told.contains("take_over of 1053 refused, not_beside"), "{told}");
}

#[test]
fn a_phone_that_says_nothing_is_given_up_and_the_talk_goes_on() {
    let told = talks("1053 dies\ncommand 1053 listen 1051 listen\nwait 20");
    assert!(told.contains("1053 is beside the two: not_reached"), "{told}");
}

#[test]
fn a_reload_that_takes_the_queue_from_a_supervisor_ends_the_ringing_and_not_a_colleagues() {
    expect![[r#"
        0s ledger: call-1 1053 is beside the two: rung
        0s ledger: socket: listen 1051, listen of 1053
        0s desk: obeyed
        0s 1053 gets INVITE from "heard: 0701234567"
        0s 1053 is occupied
        0s ledger: socket: reload edition 2 of the plan
        0s ledger: call-1 1053 is beside the two: not_reached
        0s desk: obeyed
        0s 1053 gets CANCEL
        0s 1053 is ready
        0s ledger: call-1 1053 is beside the two: rung
        0s ledger: socket: bring_in 1053 of 1051
        0s desk: obeyed
        0s 1053 gets INVITE from "heard: 0701234567"
        0s 1053 is occupied
        0s ledger: socket: reload edition 2 of the plan
        0s desk: obeyed
        0s 1053 is heard in the talk of kim
        0s ledger: call-1 1053 is beside the two: barge
        0s ledger: socket: reload edition 2 of the plan
        0s desk: obeyed
    "#]]
    .assert_eq(&talks(
        "
        command 1053 listen 1051 listen
        reload unsupervised
        command 1051 bring_in 1053
        reload unsupervised
        1053 answers
        reload unsupervised
        ",
    ));
}
