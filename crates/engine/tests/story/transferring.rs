//! Agents who hand callers over.

use crate::check;
use expect_test::expect;

#[test]
fn the_sound_of_each_leg_is_told_with_its_call_its_side_and_its_agent() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        streams are measured
        tell ledger
        1001 refers 1002
        wait 3
        1002 answers
        wait 5
        kim hangs up
        wait 60
        1001 dials 1002
        1002 answers
        wait 5
        1001 hangs up
        wait 60
        left
        ",
        expect![[r#"
            13s ledger: call-1 1001 hands it over to 1002
            13s ledger: 1001 wrap-up for call-1 started, 15000 ms
            13s ledger: call-1 sound of leg-2, agent of 1001: 2 packets, 1 lost, MOS 400
            18s ledger: call-1 ended Answered: caller hung up
            18s ledger: 1002 wrap-up for call-1 started, 15000 ms
            18s ledger: call-1 sound of leg-1, caller: 1 packets, 1 lost, MOS 400
            18s ledger: call-1 sound of leg-3, called of 1002: 3 packets, 1 lost, MOS 400
            28s ledger: 1001 wrap-up ended
            33s ledger: 1002 wrap-up ended
            78s ledger: call-2 offered to 1002 by 1001
            78s ledger: call-2 answered
            78s ledger: call-2 connected with 1002
            83s ledger: call-2 ended Answered: caller hung up
            83s ledger: call-2 sound of leg-5, caller of 1001: 5 packets, 1 lost, MOS 400
            83s ledger: call-2 sound of leg-6, called of 1002: 6 packets, 1 lost, MOS 400
            143s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_hands_a_caller_over_to_a_colleague() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        tell sip media ledger agents headers
        1001 refers 1002
        wait 3
        1002 answers
        wait 5
        calls
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            10s 1001 is parted
            10s kim hears music
            10s 1002 gets INVITE from "Faktura: 0701234567"
            10s 1002 gets From: sip:0701234567@10.0.0.1:5060
            10s 1002 gets Max-Forwards: 68
            10s 1002 gets Referred-By: <sip:1001@10.0.0.1:5060>
            10s 1001 gets 202 to REFER
            10s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            10s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            10s 1002 is occupied
            13s ledger: call-1 1001 hands it over to 1002
            13s kim is bridged with 1002
            13s ledger: 1001 wrap-up for call-1 started, 15000 ms
            13s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            13s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            13s 1001 is wrap_up
            13s 1002 is talking
            18s call-1 is talking in faktura
            18s ledger: call-1 ended Answered: caller hung up
            18s ledger: 1002 wrap-up for call-1 started, 15000 ms
            18s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            18s 1002 is wrap_up
            28s ledger: 1001 wrap-up ended
            28s 1001 is ready
            33s ledger: 1002 wrap-up ended
            33s 1002 is ready
            88s nothing is left
            88s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_colleague_who_is_busy_leaves_the_caller_with_the_agent() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger agents
        1001 refers 1002
        1002 rejects 486
        wait 5
        1001 hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1001 is parted
            0s kim hears music
            0s 1002 gets INVITE from "Faktura: 0701234567"
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s 1002 is occupied
            0s ledger: call-1 1001 could not hand it over to 1002: not taken: 486 Busy Here
            0s kim is bridged with 1001
            0s 1001 gets NOTIFY SIP/2.0 486 Busy Here, terminated;reason=noresource
            0s 1002 is ready
            5s ledger: call-1 ended Answered: agent hung up
            5s ledger: 1001 wrap-up for call-1 started, 15000 ms
            5s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            5s 1001 is wrap_up
            20s ledger: 1001 wrap-up ended
            20s 1001 is ready
            75s nothing is left
            75s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_phone_that_hangs_up_by_itself_when_it_fails_does_not_lose_the_caller() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        1001 refers 1002
        1002 rejects 486
        tell sip media ledger agents
        wait 1
        1001 hangs up
        1002 answers
        1002 speaks
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            11s 1001 is parted
            11s ledger: call-1 queued in faktura
            11s kim hears music
            11s ledger: 1001 wrap-up for call-1 started, 15000 ms
            11s ledger: call-1 rang 1002
            11s 1002 gets INVITE from "Faktura: 0701234567"
            11s 1001 is wrap_up
            11s 1002 is ringing
            11s kim is bridged with 1002
            11s ledger: call-1 connected with 1002
            11s ledger: call-1 1002 accepted
            11s 1002 is talking
            11s ledger: call-1 ended Answered: caller hung up
            11s ledger: 1002 wrap-up for call-1 started, 15000 ms
            11s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            11s 1002 is wrap_up
            26s ledger: 1001 wrap-up ended
            26s ledger: 1002 wrap-up ended
            26s 1001 is ready
            26s 1002 is ready
            81s nothing is left
            81s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_caller_whom_nobody_takes_when_the_agent_is_gone_waits_at_the_place_of_before() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        1002 dials *12
        1002 hangs up
        lo calls 9001
        wait 10
        tell sip media ledger agents
        1001 refers 1002
        1001 hangs up
        wait 2
        1002 rejects 486
        calls
        wait 15
        1001 answers
        1001 speaks
        kim hangs up
        lo hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            20s 1001 is parted
            20s kim hears music
            20s 1002 gets INVITE from "Faktura: 0701234567"
            20s 1001 gets 202 to REFER
            20s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            20s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            20s ledger: 1001 wrap-up for call-1 started, 15000 ms
            20s 1001 is wrap_up
            22s ledger: call-1 1001 could not hand it over to 1002: not taken: 486 Busy Here
            22s ledger: call-1 queued in faktura
            22s kim hears music
            22s kim hears queue/first, then music
            22s ledger: call-1 told place 1
            22s 1001 gets NOTIFY SIP/2.0 486 Busy Here, terminated;reason=noresource
            22s call-1 is waiting in faktura at place 1
            22s call-2 is waiting in faktura at place 2
            35s ledger: 1001 wrap-up ended
            35s ledger: call-1 rang 1001
            35s 1001 gets INVITE from "Faktura: 0701234567"
            35s 1001 is ringing
            37s kim is bridged with 1001
            37s ledger: call-1 connected with 1001
            37s ledger: call-1 1001 accepted
            37s 1001 is talking
            37s ledger: call-1 ended Answered: caller hung up
            37s ledger: 1001 wrap-up for call-1 started, 15000 ms
            37s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            37s 1001 is wrap_up
            37s ledger: call-2 leaves unserved, Some(1) in faktura: 3 logged_out, 1 wrap_up
            37s ledger: call-2 ended Abandoned(Waiting): caller hung up
            52s ledger: 1001 wrap-up ended
            52s 1001 is ready
            107s nothing is left
            107s [("offered", 2), ("answered", 1), ("abandoned", 1)]
        "#]],
    );
}

#[test]
fn a_caller_who_is_handed_over_to_another_queue_goes_before_those_who_came_there_meanwhile() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        lo calls 9005
        wait 10
        command 1001 leave_queue everybody
        tell ledger
        1001 refers 9005
        calls
        1002 registers
        1002 answers
        1002 speaks
        calls
        ",
        expect![[r#"
            20s ledger: call-1 1001 hands it over to 9005
            20s ledger: call-1 queued in everybody
            20s ledger: call-1 told place 1
            20s ledger: 1001 wrap-up for call-1 started, 15000 ms
            20s call-1 is waiting in everybody at place 1
            20s call-2 is waiting in everybody at place 2
            20s ledger: 1002 reachable
            20s ledger: 1002 logged in
            20s ledger: call-1 rang 1002
            20s ledger: call-1 connected with 1002
            20s ledger: call-1 1002 accepted
            20s call-1 is talking in everybody
            20s call-2 is waiting in everybody at place 1
        "#]],
    );
}

#[test]
fn an_agent_hands_a_caller_over_to_another_queue() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        tell sip media ledger agents
        1001 refers 9000
        kim hears it out
        kim presses 2
        wait 5
        calls
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            10s ledger: call-1 1001 hands it over to 9000
            10s 1001 is parted
            10s kim hears welcome
            10s ledger: 1001 wrap-up for call-1 started, 15000 ms
            10s 1001 gets 202 to REFER
            10s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            10s 1001 gets BYE
            10s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            10s 1001 is wrap_up
            10s kim hears choose
            10s ledger: call-1 chose 2 in main
            10s ledger: call-1 queued in small
            10s kim hears music
            10s kim hears queue/first, then music
            10s ledger: call-1 told place 1
            15s call-1 is waiting in small at place 1
            15s ledger: call-1 leaves unserved, Some(1) in small: 1 wrap_up
            15s ledger: call-1 ended Answered: caller hung up
            25s ledger: 1001 wrap-up ended
            25s 1001 is ready
            85s nothing is left
            85s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn an_agent_hands_a_caller_over_to_a_number_outside_that_the_agent_may_call() {
    check(
        "
        with trunks
        1001 registers
        1002 registers
        carrier calls +46812345
        1001 answers
        1001 speaks
        tell sip media ledger headers
        believed is there
        1001 refers +3581234567
        believed answers
        wait 5
        carrier hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1001 is parted
            0s carrier hears music
            0s believed gets INVITE
            0s believed gets From: sip:1001@10.0.3.4
            0s believed gets Max-Forwards: 68
            0s believed gets P-Asserted-Identity: <sip:1001@10.0.3.4>
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s ledger: call-1 1001 hands it over to +3581234567 over believed
            0s carrier is bridged with believed
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            5s ledger: call-1 ended Answered: caller hung up
            5s believed gets BYE since Q.850;cause=16;text="Normal call clearing"
            15s ledger: 1001 wrap-up ended
            75s nothing is left
            75s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn nobody_is_called_for_whom_the_agent_may_not_call() {
    check(
        "
        with trunks
        1001 registers
        1002 registers
        carrier calls +46812345
        1001 answers
        1001 speaks
        tell sip ledger
        1001 refers +8835551234
        1001 refers *11
        1001 refers 1001
        1001 refers 1003
        1001 refers +46701112233
        carrier refers 1002
        wait 1
        1001 hangs up
        wait 100
        ",
        expect![[r#"
            0s ledger: 1001 does not call out: not_listed
            0s 1001 gets 403 to REFER
            0s ledger: 1001 does not call out: not_listed
            0s 1001 gets 403 to REFER
            0s 1001 gets 403 to REFER
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 480 Temporarily Unavailable, terminated;reason=noresource
            0s ledger: 1001 does not call out: no_trunk
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 503 Service Unavailable, terminated;reason=noresource
            0s carrier gets 403 to REFER
            1s ledger: call-1 ended Answered: agent hung up
            1s ledger: 1001 wrap-up for call-1 started, 15000 ms
            1s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            16s ledger: 1001 wrap-up ended
        "#]],
    );
}

#[test]
fn an_agent_without_the_right_to_call_out_cannot_have_a_caller_do_it() {
    check(
        "
        with trunks
        1002 registers
        carrier calls +46812345
        1002 answers
        1002 speaks
        tell sip ledger
        1002 refers +46701112233
        carrier hangs up
        ",
        expect![[r#"
            0s ledger: 1002 does not call out: not_allowed
            0s 1002 gets 403 to REFER
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1002 wrap-up for call-1 started, 15000 ms
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_caller_who_hangs_up_while_another_is_called_ends_it_all() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip ledger agents
        1001 refers 1002
        wait 3
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1002 gets INVITE from "Faktura: 0701234567"
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s 1002 is occupied
            3s ledger: call-1 ended Answered: caller hung up
            3s ledger: 1001 wrap-up for call-1 started, 15000 ms
            3s 1001 gets NOTIFY SIP/2.0 487 Request Terminated, terminated;reason=noresource
            3s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            3s 1002 gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            3s 1001 is wrap_up
            3s 1002 is ready
            18s ledger: 1001 wrap-up ended
            18s 1001 is ready
            73s nothing is left
            73s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_colleague_who_does_not_answer_rings_for_a_minute_and_the_agent_has_the_caller_back() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger
        1001 refers 1002
        wait 61
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 is parted
            0s kim hears music
            0s 1002 gets INVITE from "Faktura: 0701234567"
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            60s ledger: call-1 1001 could not hand it over to 1002: not taken: 480 Temporarily Unavailable
            60s kim is bridged with 1001
            60s 1002 gets CANCEL
            60s 1001 gets NOTIFY SIP/2.0 480 Temporarily Unavailable, terminated;reason=noresource
            61s ledger: call-1 ended Answered: caller hung up
            61s ledger: 1001 wrap-up for call-1 started, 15000 ms
            61s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            76s ledger: 1001 wrap-up ended
            131s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_who_wants_no_reports_gets_none() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip
        1001 refers 1002 silently
        1002 answers
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1002 gets INVITE from "Faktura: 0701234567"
            0s 1001 gets 202 to REFER
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            70s nothing is left
        "#]],
    );
}

#[test]
fn whom_an_agent_has_called_is_handed_over_by_either_side() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        1001 dials 1002
        1002 answers
        tell sip media ledger agents
        1002 refers 1003
        1003 answers
        1003 refers 1002
        1002 rejects 603
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1002 is parted
            0s 1001 hears music
            0s 1003 gets INVITE from "Anna"
            0s 1002 gets 202 to REFER
            0s 1002 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1002 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s ledger: call-1 1002 hands it over to 1003
            0s 1001 is bridged with 1003
            0s 1002 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 is ready
            0s 1003 is parted
            0s 1001 hears music
            0s 1002 gets INVITE from "Anna"
            0s 1003 gets 202 to REFER
            0s 1003 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1003 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s 1002 is occupied
            0s ledger: call-1 1003 could not hand it over to 1002: not taken: 603 Decline
            0s 1001 is bridged with 1003
            0s 1003 gets NOTIFY SIP/2.0 603 Decline, terminated;reason=noresource
            0s 1002 is ready
            0s ledger: call-1 ended Answered: caller hung up
            0s 1003 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            70s nothing is left
        "#]],
    );
}

#[test]
fn whom_an_agent_has_called_outside_is_handed_over_to_a_colleague() {
    check(
        "
        with trunks
        1001 registers
        1002 registers
        believed is there
        1001 dials +3581234567
        believed answers
        tell sip media ledger agents
        1001 refers 1002
        1002 answers
        wait 5
        believed hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 is parted
            0s believed hears music
            0s 1002 gets INVITE
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s 1002 is occupied
            0s ledger: call-1 1001 hands it over to 1002
            0s believed is bridged with 1002
            0s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            5s ledger: call-1 ended Answered: caller hung up
            5s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            5s 1002 is ready
            75s nothing is left
        "#]],
    );
}

#[test]
fn the_other_party_of_an_own_call_has_nobody_to_go_back_to() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        1001 dials 1002
        1002 answers
        tell sip media ledger agents
        1001 refers 1003
        1001 hangs up
        1003 rejects 486
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 is parted
            0s 1002 hears music
            0s 1003 gets INVITE from "Bo"
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            0s 1001 is ready
            0s ledger: call-1 1001 could not hand it over to 1003: not taken: 486 Busy Here
            0s ledger: call-1 ended Answered: handed over, and nobody took it
            0s 1001 gets NOTIFY SIP/2.0 486 Busy Here, terminated;reason=noresource
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 is ready
            70s nothing is left
        "#]],
    );
}

#[test]
fn the_engine_stops_in_the_middle_of_it() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 refers 1002
        tell sip ledger
        engine stops
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s ledger: call-1 ended Answered: the engine was stopped
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s kim gets BYE
            0s 1001 gets NOTIFY SIP/2.0 487 Request Terminated, terminated;reason=noresource
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 gets CANCEL
            15s ledger: 1001 wrap-up ended
            70s nothing is left
            70s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn who_takes_no_calls_of_queues_is_handed_callers_by_colleagues() {
    check(
        "
        with phones by latest
        1022 registers
        1001 registers
        tell sip ledger agents
        kim calls 9001
        1001 answers
        1001 speaks
        wait 1
        1001 refers 1022
        1022 answers
        wait 5
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001 gets INVITE from "Faktura: 0701234567"
            0s 1001 is ringing
            0s ledger: call-1 connected with 1001
            0s ledger: call-1 1001 accepted
            0s 1001 is talking
            1s 1022 gets INVITE from "Faktura: 0701234567"
            1s 1001 gets 202 to REFER
            1s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            1s 1001 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            1s 1022 is occupied
            1s ledger: call-1 1001 hands it over to 1022
            1s ledger: 1001 wrap-up for call-1 started, 15000 ms
            1s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            1s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            1s 1001 is wrap_up
            1s 1022 is talking
            6s ledger: call-1 ended Answered: caller hung up
            6s ledger: 1022 wrap-up for call-1 started, 15000 ms
            6s 1022 gets BYE since Q.850;cause=16;text="Normal call clearing"
            6s 1022 is wrap_up
            16s ledger: 1001 wrap-up ended
            16s 1001 is ready
            21s ledger: 1022 wrap-up ended
            21s 1022 is ready
            76s nothing is left
        "#]],
    );
}
