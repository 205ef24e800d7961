//! Talks of every kind when the process ends, and the run after it.

use crate::check;
use expect_test::expect;

#[test]
fn two_agents_who_talk_directly_talk_on_over_a_restart() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        wait 30
        kim calls 9001
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        kim hangs up
        1002 hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1002 is logged_out
            33s 1001 is unreachable
            33s 1002 is unreachable
            33s ledger: 1001 reachable
            33s ledger: 1002 reachable
            33s 1001 is occupied
            33s 1002 is occupied
            33s 1001 gets INVITE
            33s 1002 gets INVITE
            33s kim gets INVITE
            33s 1001 hears music
            33s 1001 hears nothing
            33s 1001 is bridged with 1002
            33s ledger: call-1 recovered
            33s ledger: call-2 recovered
            33s kim hears music
            33s kim hears queue/first, then music
            33s ledger: call-2 told place 1
            38s call-2 is waiting in faktura at place 1
            38s call-1 is talking
            38s ledger: call-2 leaves unserved, Some(1) in faktura: 2 logged_out, 2 occupied
            38s ledger: call-2 ended Abandoned(Waiting): caller hung up
            38s ledger: call-1 ended Answered: called party hung up
            38s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            38s 1001 is ready
            38s 1002 is ready
            108s nothing is left
            108s [("offered", 1), ("abandoned", 1)]
        "#]],
    );
}

#[test]
fn an_agent_talks_on_with_a_number_outside_over_a_restart_and_the_trunk_is_counted() {
    check(
        "
        with trunks
        carrier is there
        1001 registers
        1001 dials 08555111
        carrier answers
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        left
        carrier hangs up
        wait 60
        left
        totals
        ",
        expect![[r#"
            33s ledger: trunk carrier is Up
            33s ledger: trunk believed is Up
            33s ledger: trunk sealed is Up
            33s ledger: trunk six is Up
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s ledger: 1001 reachable
            33s 1001 is occupied
            33s 1001 gets INVITE
            33s carrier gets INVITE
            33s 1001 hears music
            33s 1001 hears nothing
            33s 1001 is bridged with carrier
            33s ledger: call-1 recovered
            38s call-1 is talking
            38s left: [("directs", 1), ("legs", 2), ("SIP legs", 2), ("shares", 1), ("transactions", 2), ("ports", 2)]
            38s ledger: call-1 ended Answered: called party hung up
            38s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            38s 1001 is ready
            98s nothing is left
            98s []
        "#]],
    );
}

#[test]
fn a_direct_call_whose_other_phone_is_gone_is_over_and_both_agents_are_free() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        wait 30
        1002 dies
        tell sip media ledger agents
        engine is gone for 3
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1002 is logged_out
            33s 1001 is unreachable
            33s 1002 is unreachable
            33s ledger: 1001 reachable
            33s ledger: 1002 reachable
            33s 1001 is occupied
            33s 1002 is occupied
            33s 1001 gets INVITE
            33s 1001 hears music
            41s ledger: call-1 ended Answered: gone after a restart, 8 s ago
            41s 1001 gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            41s 1001 is ready
            41s 1002 is ready
            103s nothing is left
        "#]],
    );
}

#[test]
fn a_direct_call_may_be_hung_up_before_the_other_phone_has_answered() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        wait 30
        1001 dies
        tell sip media ledger agents
        engine is gone for 3
        1002 hangs up
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1002 is logged_out
            33s 1001 is unreachable
            33s 1002 is unreachable
            33s ledger: 1001 reachable
            33s ledger: 1002 reachable
            33s 1001 is occupied
            33s 1002 is occupied
            33s ledger: call-1 ended Answered: called party hung up
            33s 1001 is ready
            33s 1002 is ready
            103s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_was_handed_over_talks_on_with_the_colleague_over_a_restart() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        1001 refers 1002
        1002 answers
        wait 20
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        1002 refers 1001
        1001 answers
        wait 5
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1002 is logged_out
            33s 1001 is unreachable
            33s 1002 is unreachable
            33s 1002 is talking
            33s ledger: 1001 reachable
            33s ledger: 1002 reachable
            33s 1001 is ready
            33s kim gets INVITE
            33s 1002 gets INVITE
            33s kim hears music
            33s kim hears nothing
            33s kim is bridged with 1002
            33s ledger: call-1 recovered
            38s call-1 is talking in faktura
            38s 1002 is parted
            38s kim hears music
            38s 1001 gets INVITE from "Faktura: 0701234567"
            38s 1002 gets 202 to REFER
            38s 1002 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            38s 1002 gets NOTIFY SIP/2.0 180 Ringing, active;expires=180
            38s 1001 is occupied
            38s ledger: call-1 1002 hands it over to 1001
            38s kim is bridged with 1001
            38s ledger: 1002 wrap-up for call-1 started, 15000 ms
            38s 1002 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
            38s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            38s 1001 is talking
            38s 1002 is wrap_up
            43s ledger: call-1 ended Answered: caller hung up
            43s ledger: 1001 wrap-up for call-1 started, 15000 ms
            43s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            43s 1001 is wrap_up
            53s ledger: 1002 wrap-up ended
            53s 1002 is ready
            58s ledger: 1001 wrap-up ended
            58s 1001 is ready
            113s nothing is left
            113s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_caller_who_is_being_handed_over_when_the_server_is_killed_is_back_in_the_queue() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        1001 refers 1002
        1001 hangs up
        wait 2
        tell media ledger
        engine is gone for 3
        wait 1
        calls
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            15s ledger: 1001 reachable
            15s ledger: 1002 reachable
            15s ledger: call-1 recovered
            15s kim hears music
            15s ledger: call-1 rang 1002
            16s call-1 is ringing in faktura
            16s ledger: call-1 1002 withdrawn
            16s ledger: call-1 leaves unserved, None in faktura: 2 logged_out, 1 ringing, 1 wrap_up
            16s ledger: call-1 ended Answered: caller hung up
            25s ledger: 1001 wrap-up ended
            86s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_who_asks_a_colleague_over_a_restart_joins_the_two_after_it() {
    check(
        "
        with workers 2
        1001 registers
        1002 registers
        1003 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001 holds
        1001 dials 1002
        1002 answers
        wait 5
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        1001 joins both
        wait 5
        calls
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            8s 1001 is logged_out
            8s 1002 is logged_out
            8s 1001 is unreachable
            8s 1002 is unreachable
            8s 1001 is talking
            8s ledger: 1001 reachable
            8s ledger: 1002 reachable
            8s ledger: 1003 reachable
            8s 1002 is occupied
            8s 1001 gets INVITE
            8s 1002 gets INVITE
            8s kim gets INVITE
            8s 1001 gets INVITE
            8s 1001 hears music
            8s 1001 hears nothing
            8s 1001 is bridged with 1002
            8s ledger: call-2 recovered
            8s kim hears music
            8s kim hears nothing
            8s ledger: call-1 recovered
            8s kim is bridged with 1001
            8s kim hears music
            8s ledger: call-1 held by the agent
            13s call-1 is talking in faktura
            13s call-2 is talking
            13s 1001 is parted
            13s 1001 is parted
            13s ledger: call-1 1001 hands it over to 1002
            13s kim is bridged with 1002
            13s ledger: call-2 ended Answered: joined with call-1 by the agent
            13s ledger: 1001 wrap-up for call-1 started, 15000 ms
            13s 1001 gets 202 to REFER
            13s 1001 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            13s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            13s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            13s 1001 gets NOTIFY SIP/2.0 200 OK, terminated;reason=noresource
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
        "#]],
    );
}

#[test]
fn a_caller_who_was_put_through_outside_talks_on_over_a_restart() {
    check(
        "
        with ways out
        carrier is there
        believed calls +46812345
        carrier answers
        wait 30
        tell sip media ledger
        engine is gone for 3
        wait 5
        calls
        totals
        carrier hangs up
        totals
        wait 60
        left
        ",
        expect![[r#"
            33s ledger: trunk carrier is Up
            33s ledger: trunk exchange is Up
            33s ledger: trunk believed is Up
            33s believed gets INVITE
            33s carrier gets INVITE
            33s believed hears music
            33s believed hears nothing
            33s believed is bridged with carrier
            33s ledger: call-1 recovered
            38s call-1 is talking
            38s [("offered", 1), ("on", 1)]
            38s ledger: call-1 ended PutThrough: called party hung up
            38s believed gets BYE since Q.850;cause=16;text="Normal call clearing"
            38s [("offered", 1), ("put through", 1)]
            98s nothing is left
        "#]],
    );
}

#[test]
fn a_customer_who_was_called_back_talks_on_over_a_restart_and_is_called_no_more() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9071
        kim hears it out
        wait 2
        kim presses 5
        kim presses 1
        kim hears it out
        1022 registers
        1022 answers
        carrier answers
        carrier presses 1
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 5
        calls
        1022 hangs up
        totals
        wait 70
        left
        ",
        expect![[r#"
            35s ledger: trunk carrier is Up
            35s ledger: trunk kim is Up
            35s ledger: trunk lo is Up
            35s ledger: trunk max is Up
            35s ledger: trunk nobody is Up
            35s 1022 is logged_out
            35s 1022 is unreachable
            35s 1022 is talking
            35s ledger: 1022 reachable
            35s carrier gets INVITE
            35s 1022 gets INVITE
            35s carrier hears music
            35s carrier hears nothing
            35s ledger: call-2 recovered
            35s carrier is bridged with 1022
            40s call-2 is talking in desk
            40s ledger: call-2 ended Answered: agent hung up
            40s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            40s 1022 is ready
            40s [("offered", 1), ("callback", 1)]
            110s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_who_talks_at_another_phone_over_a_restart_is_reached_at_that_one() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        1001b takes over from 1001
        wait 10
        tell sip media
        engine is gone for 3
        wait 1
        calls
        ",
        expect![[r#"
            13s kim gets INVITE
            13s 1001b gets INVITE
            13s kim hears music
            13s kim hears nothing
            13s kim is bridged with 1001b
            14s call-1 is talking in faktura
        "#]],
    );
}

#[test]
fn a_caller_who_is_being_handed_over_when_the_server_is_killed_is_back_with_the_agent_who_is_there()
{
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 10
        1001 refers 1002
        wait 2
        tell media ledger agents
        engine is gone for 3
        wait 1
        calls
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            15s 1001 is logged_out
            15s 1002 is logged_out
            15s 1001 is unreachable
            15s 1002 is unreachable
            15s 1001 is talking
            15s ledger: 1001 reachable
            15s ledger: 1002 reachable
            15s 1002 is ready
            15s kim hears music
            15s kim hears nothing
            15s ledger: call-1 recovered
            15s kim is bridged with 1001
            16s call-1 is talking in faktura
            16s ledger: call-1 ended Answered: agent hung up
            16s ledger: 1001 wrap-up for call-1 started, 15000 ms
            16s 1001 is wrap_up
            31s ledger: 1001 wrap-up ended
            31s 1001 is ready
            86s nothing is left
        "#]],
    );
}

#[test]
fn a_customer_who_is_called_before_an_agent_is_there_stands_in_line_again_after_a_restart() {
    check(
        "
        with callbacks
        carrier is there
        1021 registers
        lo calls 9080
        1021 answers
        1021 speaks
        kim calls 9079
        kim presses 1
        kim hears it out
        max calls 9080
        wait 30
        lo hangs up
        wait 6
        carrier answers
        carrier presses 1
        carrier hears it out
        tell sip media ledger
        engine is gone for 3
        wait 1
        calls
        wait 14
        1021 answers
        1021 speaks
        calls
        1021 hangs up
        totals
        ",
        expect![[r#"
            39s ledger: trunk carrier is Up
            39s ledger: trunk kim is Up
            39s ledger: trunk lo is Up
            39s ledger: trunk max is Up
            39s ledger: trunk nobody is Up
            39s ledger: 1021 reachable
            39s carrier gets INVITE
            39s max gets INVITE
            39s ledger: call-3 recovered
            39s carrier hears music
            39s carrier hears queue/first, then queue/wait-longer, then queue/wait-under-a-minute, then music
            39s ledger: call-3 told place 1
            39s ledger: call-3 told 60 s at place 1, 80 % sure, longer than was said
            39s ledger: call-4 recovered
            39s max hears music
            39s max hears queue/place, then numbers/2, then queue/in-line, then queue/wait-longer, then queue/wait-about, then numbers/7, then queue/minutes, then music
            39s ledger: call-4 told place 2
            39s ledger: call-4 told 420 s at place 2, 80 % sure, longer than was said
            40s call-3 is waiting in soon at place 1
            40s call-4 is waiting in soon at place 2
            50s ledger: 1021 wrap-up ended
            50s ledger: call-3 rang 1021
            50s 1021 gets INVITE from "Soon: +46701234567"
            54s carrier is bridged with 1021
            54s ledger: call-3 is over: Reached
            54s ledger: call-3 connected with 1021
            54s ledger: call-3 1021 accepted
            54s call-3 is talking in soon
            54s call-4 is waiting in soon at place 1
            54s ledger: call-3 ended Answered: agent hung up
            54s ledger: 1021 wrap-up for call-3 started, 20000 ms
            54s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            54s [("offered", 3), ("on", 1), ("answered", 1), ("callback", 1)]
        "#]],
    );
}

#[test]
fn a_caller_who_talks_with_an_agent_in_a_browser_is_back_in_the_queue_after_a_restart() {
    check(
        "
        1001 registers in a browser
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 1
        calls
        kim hangs up
        totals
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s kim gets INVITE
            33s ledger: call-1 recovered
            33s kim hears music
            33s kim hears queue/first, then music
            33s ledger: call-1 told place 1
            34s call-1 is waiting in faktura at place 1
            34s ledger: call-1 leaves unserved, Some(1) in faktura: 3 logged_out, 1 unreachable
            34s ledger: call-1 ended Answered: caller hung up
            34s [("offered", 1), ("answered", 1)]
            104s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_whose_phone_came_by_a_connection_talks_on_over_the_one_that_it_opens_after_a_restart() {
    check(
        "
        1001 registers by tcp
        kim calls 9001
        1001 answers
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 2
        calls
        1001 registers by tcp
        wait 5
        calls
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
            33s kim gets INVITE
            33s kim hears music
            35s ledger: 1001 reachable
            35s 1001 gets INVITE
            35s kim hears nothing
            35s ledger: call-1 recovered
            35s kim is bridged with 1001
            40s call-1 is talking in faktura
            40s ledger: call-1 ended Answered: caller hung up
            40s ledger: 1001 wrap-up for call-1 started, 15000 ms
            40s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            40s 1001 is wrap_up
            55s ledger: 1001 wrap-up ended
            55s 1001 is ready
            110s nothing is left
            110s [("offered", 1), ("answered", 1)]
        "#]],
    );
}

#[test]
fn a_phone_that_has_a_connection_again_before_its_call_has_its_turn_is_asked_over_that_one() {
    // Twenty are reached at once, and those who talk came last.
    check(
        "
        with ports 60
        with calls_max 40
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        lo calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        max calls 9006
        1001 registers by tcp
        kim calls 9001
        1001 answers
        wait 1
        engine is gone for 3
        1001 registers by tcp
        tell sip
        wait 2
        ",
        expect![[r#"
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s lo gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4s max gets INVITE
            4.02s max gets INVITE
            4.02s kim gets INVITE
            4.02s 1001 gets INVITE
        "#]],
    );
}

#[test]
fn an_agents_phone_that_opens_no_connection_after_a_restart_is_connected_to() {
    check(
        "
        1001 registers by tcp
        kim calls 9001
        1001 answers
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 7
        calls
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
            33s kim gets INVITE
            33s kim hears music
            37s 1001 gets INVITE
            37s kim hears nothing
            37s ledger: call-1 recovered
            37s kim is bridged with 1001
            40s call-1 is talking in faktura
            40s ledger: call-1 ended Answered: caller hung up
            40s ledger: 1001 wrap-up for call-1 started, 15000 ms
            40s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            40s 1001 is unreachable
            55s ledger: 1001 wrap-up ended
            110s nothing is left
        "#]],
    );
}

#[test]
fn who_hangs_up_before_the_agents_phone_has_a_connection_again_is_gone_and_the_agent_is_free() {
    check(
        "
        1001 registers by tcp
        kim calls 9001
        1001 answers
        wait 30
        tell sip media ledger agents
        engine is gone for 3
        wait 2
        kim hangs up
        1001 registers by tcp
        wait 70
        left
        ",
        expect![[r#"
            33s 1001 is logged_out
            33s 1001 is unreachable
            33s 1001 is talking
            33s kim gets INVITE
            33s kim hears music
            35s ledger: call-1 ended Answered: caller hung up
            35s ledger: 1001 wrap-up for call-1 started, 15000 ms
            35s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            35s 1001 is unreachable
            35s ledger: 1001 reachable
            35s 1001 is wrap_up
            50s ledger: 1001 wrap-up ended
            50s 1001 is ready
            105s nothing is left
        "#]],
    );
}
