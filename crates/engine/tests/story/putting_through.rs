//! The dialplan puts callers through to a number outside, and they are never in silence and never
//! lost.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_is_put_through_to_a_number_outside_and_hears_music_until_it_answers() {
    check(
        "
        with ways out
        tell sip media ledger
        carrier is there
        believed calls +46812345
        wait 5
        carrier answers
        calls
        wait 60
        carrier hangs up
        totals
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed gets 100
            0s believed gets 200
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s carrier gets INVITE
            5s ledger: call-1 put through to +468555111 over carrier
            5s believed is bridged with carrier
            5s call-1 is talking
            65s ledger: call-1 ended PutThrough: called party hung up
            65s believed gets BYE since Q.850;cause=16;text="Normal call clearing"
            65s [("offered", 1), ("put through", 1)]
            125s nothing is left
        "#]],
    );
}

#[test]
fn a_step_that_names_its_trunks_calls_over_them_in_its_own_order() {
    check(
        "
        with ways out
        tell ledger
        carrier is there
        exchange is there
        believed calls +46812348
        wait 1
        carrier rejects 503
        wait 1
        exchange answers
        wait 60
        exchange hangs up
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812348 by +46701234567 over believed
            0s ledger: call-1 answered
            0s ledger: call-1 called +468555222 over carrier
            2s ledger: call-1 put through to +468555222 over exchange
            62s ledger: call-1 ended PutThrough: called party hung up
        "#]],
    );
}

#[test]
fn a_step_that_names_one_trunk_calls_over_no_other() {
    check(
        "
        with ways out
        tell ledger
        carrier is there
        exchange is there
        believed calls +46812348
        wait 1
        carrier rejects 503
        wait 1
        exchange rejects 486
        wait 1
        carrier rejects 503
        believed hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812348 by +46701234567 over believed
            0s ledger: call-1 answered
            0s ledger: call-1 called +468555222 over carrier
            2s ledger: call-1 could not be put through to +468555222 over exchange: not taken: 486 Busy Here
            2s ledger: call-1 called +468555222 over carrier
            3s ledger: call-1 could not be put through to +468555222 over carrier: not taken: 503 Service Unavailable
            3s ledger: call-1 ended Finished: the dialplan ended the call
            63s nothing is left
        "#]],
    );
}

#[test]
fn a_number_outside_that_is_busy_sends_the_caller_on_in_the_plan() {
    check(
        "
        with ways out
        tell media ledger
        carrier is there
        believed calls +46812345
        wait 2
        carrier rejects 486
        believed hears it out
        totals
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            2s ledger: call-1 could not be put through to +468555111 over carrier: not taken: 486 Busy Here
            2s believed hears nobody
            2s ledger: call-1 ended Finished: the dialplan ended the call
            2s [("offered", 1), ("finished", 1)]
            62s nothing is left
        "#]],
    );
}

#[test]
fn a_number_outside_that_does_not_answer_in_time_is_rung_no_longer() {
    check(
        "
        with ways out
        tell sip media ledger
        carrier is there
        believed calls +46812345
        wait 20
        believed hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed gets 100
            0s believed gets 200
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s carrier gets INVITE
            20s ledger: call-1 could not be put through to +468555111 over carrier: not taken: 480 Temporarily Unavailable
            20s believed hears nobody
            20s carrier gets CANCEL
            20s ledger: call-1 ended Finished: the dialplan ended the call
            20s believed gets BYE since Q.850;cause=16;text="Normal call clearing"
            80s nothing is left
        "#]],
    );
}

#[test]
fn what_a_carrier_announces_is_heard_and_after_it_music_or_the_next_step() {
    check(
        "
        with ways out
        tell media ledger
        carrier is there
        believed calls +46812345
        carrier sounds early
        wait 2
        carrier rejects 404
        believed hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s believed is bridged with carrier
            2s carrier is parted
            2s believed hears music
            2s ledger: call-1 could not be put through to +468555111 over carrier: not taken: 404 Not Found
            2s believed hears nobody
            2s ledger: call-1 ended Finished: the dialplan ended the call
            62s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_gives_up_while_it_rings_leaves_nothing_behind() {
    check(
        "
        with ways out
        tell sip ledger
        carrier is there
        believed calls +46812345
        wait 3
        believed hangs up
        totals
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed gets 100
            0s believed gets 200
            0s ledger: call-1 called +468555111 over carrier
            0s carrier gets INVITE
            3s ledger: call-1 ended Abandoned(Ringing): caller hung up
            3s carrier gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            3s [("offered", 1), ("abandoned", 1)]
            63s nothing is left
        "#]],
    );
}

#[test]
fn a_step_calls_no_oftener_than_its_hour_allows_and_over_no_trunk_without_room() {
    check(
        "
        with ways out
        tell media ledger
        carrier is there
        believed calls +46812345
        carrier answers
        wait 60
        believed calls +46812345
        believed hears it out
        wait 3000
        carrier hangs up
        believed calls +46812345
        carrier answers
        carrier hangs up
        believed calls +46812345
        believed hears it out
        wait 541
        believed calls +46812345
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s ledger: call-1 put through to +468555111 over carrier
            0s believed is bridged with carrier
            60s ledger: call-2 offered to +46812345 by +46701234567 over believed
            60s ledger: call-2 answered
            60s believed hears music
            60s ledger: call-2 could not be put through to +468555111: no_trunk
            60s believed hears nobody
            60s ledger: call-2 ended Finished: the dialplan ended the call
            3060s ledger: call-1 ended PutThrough: called party hung up
            3060s ledger: call-3 offered to +46812345 by +46701234567 over believed
            3060s ledger: call-3 answered
            3060s believed hears music
            3060s ledger: call-3 called +468555111 over carrier
            3060s ledger: call-3 put through to +468555111 over carrier
            3060s believed is bridged with carrier
            3060s ledger: call-3 ended PutThrough: called party hung up
            3060s ledger: call-4 offered to +46812345 by +46701234567 over believed
            3060s ledger: call-4 answered
            3060s believed hears music
            3060s ledger: call-4 could not be put through to +468555111: too_often
            3060s believed hears nobody
            3060s ledger: call-4 ended Finished: the dialplan ended the call
            3601s ledger: call-5 offered to +46812345 by +46701234567 over believed
            3601s ledger: call-5 answered
            3601s believed hears music
            3601s ledger: call-5 called +468555111 over carrier
        "#]],
    );
}

#[test]
fn who_has_waited_too_long_is_put_through_and_comes_out_of_the_queue() {
    check(
        "
        with ways out
        tell media ledger
        carrier is there
        believed calls +46812346
        wait 60
        carrier answers
        command call 1 priority 3
        command call 1 withdraw
        totals
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812346 by +46701234567 over believed
            0s ledger: call-1 answered
            0s ledger: call-1 queued in short
            0s believed hears front, then music
            60s ledger: call-1 leaves unserved, Some(1) in short: 1 logged_out
            60s ledger: call-1 sent on out of short to dial.onduty, waited: 60000 ms, 1 for 0
            60s believed hears music
            60s ledger: call-1 called +468555111 over carrier
            60s ledger: call-1 put through to +468555111 over carrier
            60s believed is bridged with carrier
            60s ledger: call-1 ended PutThrough: ended by a command
            60s [("offered", 1), ("put through", 1)]
            120s nothing is left
        "#]],
    );
}

#[test]
fn who_answers_outside_takes_the_call_by_a_key_and_is_asked_again_until_then() {
    check(
        "
        with ways out
        tell sip media ledger
        carrier is there
        believed calls +46812347
        wait 5
        carrier answers
        carrier hears it out
        calls
        carrier presses 5
        carrier presses 1
        calls
        wait 60
        carrier hangs up
        totals
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812347 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed gets 100
            0s believed gets 200
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s carrier gets INVITE
            5s carrier hears dial/confirm
            5s carrier hears dial/confirm
            5s call-1 is ringing
            5s carrier hears nothing
            5s ledger: call-1 put through to +468555111 over carrier
            5s believed is bridged with carrier
            5s call-1 is talking
            65s ledger: call-1 ended PutThrough: called party hung up
            65s believed gets BYE since Q.850;cause=16;text="Normal call clearing"
            65s [("offered", 1), ("put through", 1)]
            125s nothing is left
        "#]],
    );
}

#[test]
fn a_mailbox_outside_takes_no_call_and_the_caller_goes_on() {
    check(
        "
        with ways out
        tell sip media ledger
        carrier is there
        believed calls +46812347
        wait 5
        carrier answers
        wait 20
        believed hears it out
        totals
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812347 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed gets 100
            0s believed gets 200
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s carrier gets INVITE
            5s carrier hears dial/confirm
            25s carrier is parted
            25s ledger: call-1 could not be put through to +468555111 over carrier: answered, and not taken by key 1
            25s believed hears nobody
            25s carrier gets BYE
            25s ledger: call-1 ended Finished: the dialplan ended the call
            25s believed gets BYE since Q.850;cause=16;text="Normal call clearing"
            25s [("offered", 1), ("finished", 1)]
            85s nothing is left
        "#]],
    );
}

#[test]
fn who_hangs_up_instead_of_taking_the_call_leaves_the_caller_to_the_plan() {
    check(
        "
        with ways out
        tell media ledger
        carrier is there
        believed calls +46812347
        carrier sounds early
        wait 2
        carrier answers
        carrier hangs up
        believed hears it out
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812347 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s believed is bridged with carrier
            2s carrier is parted
            2s believed hears music
            2s carrier hears dial/confirm
            2s carrier is parted
            2s ledger: call-1 could not be put through to +468555111 over carrier: answered, and not taken by key 1
            2s believed hears nobody
            2s ledger: call-1 ended Finished: the dialplan ended the call
            62s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_hangs_up_while_somebody_is_asked_leaves_nothing() {
    check(
        "
        with ways out
        tell sip media ledger
        carrier is there
        believed calls +46812347
        carrier answers
        believed hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812347 by +46701234567 over believed
            0s ledger: call-1 answered
            0s believed gets 100
            0s believed gets 200
            0s believed hears music
            0s ledger: call-1 called +468555111 over carrier
            0s carrier gets INVITE
            0s carrier hears dial/confirm
            0s carrier is parted
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s carrier gets BYE since Q.850;cause=16;text="Normal call clearing"
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_step_calls_no_oftener_in_an_hour_for_all_that_the_server_is_restarted() {
    check(
        "
        with ways out
        carrier is there
        believed calls +46812345
        carrier answers
        carrier hangs up
        wait 60
        believed calls +46812345
        carrier answers
        carrier hangs up
        engine restarts
        tell ledger
        believed calls +46812345
        believed hears it out
        wait 3540
        believed calls +46812345
        ",
        expect![[r#"
            60s ledger: call-3 offered to +46812345 by +46701234567 over believed
            60s ledger: call-3 answered
            60s ledger: call-3 could not be put through to +468555111: too_often
            60s ledger: call-3 ended Finished: the dialplan ended the call
            3600s ledger: call-4 offered to +46812345 by +46701234567 over believed
            3600s ledger: call-4 answered
            3600s ledger: call-4 called +468555111 over carrier
        "#]],
    );
}
