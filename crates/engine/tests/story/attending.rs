//! Agents who ask before they hand a caller over, and agents who go on at another phone.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_asks_a_colleague_and_joins_the_two() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 5
        tell sip media ledger agents
        1001 holds
        1001 dials 1002
        1002 answers
        wait 5
        1001 joins both
        wait 5
        calls
        1002 hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            5s kim hears music
            5s ledger: call-1 held by the agent
            5s 1001 gets 200, recvonly
            5s 1001 gets 407
            5s ledger: call-2 offered to 1002 by 1001
            5s 1002 gets INVITE from "Anna"
            5s 1001 gets 100
            5s 1001 gets 180
            5s 1002 is occupied
            5s ledger: call-2 answered
            5s ledger: call-2 connected with 1002
            5s 1001 is bridged with 1002
            5s 1001 gets 200
            10s 1001 is parted
            10s 1001 is parted
            10s ledger: call-1 1001 hands it over to 1002
            10s kim is bridged with 1002
            10s ledger: call-2 ended Answered: joined with call-1 by the agent
            10s ledger: 1001 wrap-up for call-1 started, 15000 ms
            10s 1001 gets 202 to REFER
            10s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            10s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            10s 1001 is wrap_up
            10s 1002 is talking
            15s call-1 is talking in faktura
            15s ledger: call-1 ended Answered: called party hung up
            15s ledger: 1002 wrap-up for call-1 started, 15000 ms
            15s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            15s 1002 is wrap_up
            25s ledger: 1001 wrap-up ended
            25s 1001 is ready
            30s ledger: 1002 wrap-up ended
            30s 1002 is ready
            85s nothing is left
            85s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn the_two_are_joined_from_the_other_call_as_well() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 dials 1002
        1002 answers
        tell sip media ledger agents
        1001 joins both from the other
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1001 is parted
            0s 1001 is parted
            0s ledger: call-1 1001 hands it over to 1002
            0s kim is bridged with 1002
            0s ledger: call-2 ended Answered: joined with call-1 by the agent
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1001 is wrap_up
            0s 1002 is talking
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1002 wrap-up for call-1 started, 15000 ms
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 is wrap_up
            15s ledger: 1001 wrap-up ended
            15s ledger: 1002 wrap-up ended
            15s 1001 is ready
            15s 1002 is ready
            70s nothing is left
            70s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_colleague_who_rings_yet_rings_on_for_the_caller() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 dials 1002
        tell sip media ledger agents
        1001 joins both ringing
        wait 3
        1002 answers
        wait 3
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1001 is parted
            0s kim hears music
            0s ledger: call-2 ended Abandoned(Ringing): goes on in call-1 by the agent
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets 480 since Q.850;cause=16;text="Normal call clearing"
            3s ledger: call-1 1001 hands it over to 1002
            3s kim is bridged with 1002
            3s ledger: 1001 wrap-up for call-1 started, 15000 ms
            3s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            3s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            3s 1001 is wrap_up
            3s 1002 is talking
            6s ledger: call-1 ended Answered: caller hung up
            6s ledger: 1002 wrap-up for call-1 started, 15000 ms
            6s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            6s 1002 is wrap_up
            18s ledger: 1001 wrap-up ended
            18s 1001 is ready
            21s ledger: 1002 wrap-up ended
            21s 1002 is ready
            76s nothing is left
            76s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_colleague_who_asked_the_agent_is_joined_with_another_colleague() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        1002 dials 1001
        1001 answers
        1001 dials 1003
        1003 answers
        tell sip media ledger agents
        1001 joins both
        1002 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 is parted
            0s 1001 is parted
            0s ledger: call-1 1001 hands it over to 1003
            0s 1002 is bridged with 1003
            0s ledger: call-2 ended Answered: joined with call-1 by the agent
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1001 is ready
            0s ledger: call-1 ended Answered: caller hung up
            0s 1003 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 is ready
            70s nothing is left
        "#]],
    );
}

#[test]
fn the_calls_of_an_agent_are_on_one_worker_so_that_they_can_be_joined() {
    check(
        "
        with workers 2
        1001 registers
        1002 registers
        1003 registers
        1002 dials 1001
        1001 answers
        1001 dials 1003
        1003 answers
        tell media
        1001 joins both
        ",
        expect![[r#"
            0s 1001 is parted
            0s 1001 is parted
            0s 1002 is bridged with 1003
        "#]],
    );
}

#[test]
fn a_number_outside_is_asked_and_joined_with_the_caller() {
    check(
        "
        with trunks
        1001 registers
        1002 registers
        believed is there
        carrier calls +46812345
        1001 answers
        1001 speaks
        1001 dials +3581234567
        believed answers
        tell sip media ledger agents
        1001 joins both
        wait 5
        believed hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1001 is parted
            0s 1001 is parted
            0s ledger: call-1 1001 hands it over to +3581234567 over believed
            0s carrier is bridged with believed
            0s ledger: call-2 ended Answered: joined with call-1 by the agent
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            0s 1001 is wrap_up
            5s ledger: call-1 ended Answered: called party hung up
            5s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            15s ledger: 1001 wrap-up ended
            15s 1001 is ready
            75s nothing is left
            75s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn nobody_is_joined_with_a_call_that_is_not_there_or_is_anothers() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1002 dials 1003
        1003 answers
        tell sip media ledger
        1001 joins the call of 1002
        1001 joins nothing
        wait 3
        kim hangs up
        1003 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 gets 403 to REFER
            0s 1001 gets 202 to REFER
            0s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1001 gets NOTIFY SIP/2.0 481 Call/Transaction Does Not Exist, terminated;reason=noresource
            3s ledger: call-1 ended Answered: caller hung up
            3s ledger: 1001 wrap-up for call-1 started, 15000 ms
            3s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            3s ledger: call-2 ended Answered: called party hung up
            3s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            18s ledger: 1001 wrap-up ended
            73s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_goes_on_at_another_phone() {
    check(
        "
        1001 registers
        1001b registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 holds
        tell sip media ledger agents
        1001b takes over from 1001
        wait 5
        1001b hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            0s 1001b gets 407
            0s 1001 is parted
            0s kim is bridged with 1001b
            0s kim hears 1001b
            0s ledger: call-1 resumed
            0s 1001b gets 200
            0s 1001 gets BYE since SIP;cause=200;text="Taken over by another phone"
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
fn either_side_of_an_own_call_goes_on_at_another_phone() {
    check(
        "
        1001 registers
        1001b registers
        1002 registers
        1001 dials 1002
        1002 answers
        tell sip media ledger agents
        1001b takes over from 1001
        1001 takes over from 1001b
        1002 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001b gets 407
            0s 1001 is parted
            0s 1002 is bridged with 1001b
            0s 1001b gets 200
            0s 1001 gets BYE since SIP;cause=200;text="Taken over by another phone"
            0s 1001 gets 407
            0s 1001b is parted
            0s 1002 is bridged with 1001
            0s 1001 gets 200
            0s 1001b gets BYE since SIP;cause=200;text="Taken over by another phone"
            0s ledger: call-1 ended Answered: called party hung up
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            0s 1002 is ready
            70s nothing is left
        "#]],
    );
}

#[test]
fn nobody_else_takes_over_a_call() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger
        1002 takes over from 1001
        lo takes over from 1001
        1001b takes over from kim
        1001b takes over from 1001 late
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1002 gets 407
            0s 1002 gets 403
            0s lo gets 407
            0s lo gets 407
            0s 1001b gets 407
            0s 1001b gets 403
            0s 1001b gets 407
            0s 1001b gets 488
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            15s ledger: 1001 wrap-up ended
            70s nothing is left
        "#]],
    );
}
