//! Agents who call agents.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_calls_a_colleague_and_both_are_busy_until_one_hangs_up() {
    check(
        "
        1001 registers
        1002 registers
        tell sip media ledger agents
        1001 dials 1002
        wait 1
        1002 answers
        wait 5
        1002 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s ledger: call-1 offered to 1002 by 1001
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is occupied
            0s 1002 is occupied
            1s ledger: call-1 answered
            1s ledger: call-1 connected with 1002
            1s 1001 is bridged with 1002
            1s 1001 gets 200
            6s ledger: call-1 ended Answered: called party hung up
            6s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            6s 1001 is ready
            6s 1002 is ready
            76s nothing is left
        "#]],
    );
}

#[test]
fn whoever_calls_an_agent_must_be_one() {
    check(
        "
        1002 registers
        tell sip ledger
        kim calls 1002
        1001 calls 1002
        1002 dials 1002
        1002 dials 1009
        ",
        expect![[r#"
            0s kim gets 404
            0s 1001 gets 404
            0s 1002 gets 407
            0s 1002 gets 404
            0s 1002 gets 407
            0s ledger: 1002 does not call out: not_allowed
            0s 1002 gets 403
        "#]],
    );
}

#[test]
fn a_colleague_who_is_busy_or_gone_is_told_as_such() {
    check(
        "
        1001 registers
        1002 registers
        tell sip ledger
        1001 dials 1002
        1002 rejects 486
        1001 dials 1002
        1002 rejects 302
        1001 dials 1003
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s ledger: call-1 offered to 1002 by 1001
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s ledger: call-1 ended Refused: not taken: 486 Busy Here
            0s 1001 gets 486
            0s 1001 gets 407
            0s ledger: call-2 offered to 1002 by 1001
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s ledger: call-2 ended Failed: not taken: 480 Temporarily Unavailable
            0s 1001 gets 480
            0s 1001 gets 407
            0s 1001 gets 480
            70s nothing is left
        "#]],
    );
}

#[test]
fn of_two_phones_the_first_to_answer_has_the_call() {
    check(
        "
        1001 registers
        1001b registers
        1002 registers
        tell sip
        1002 dials 1001
        1001b answers
        1002 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1002 gets 407
            0s 1001 gets INVITE from "Bo"
            0s 1001b gets INVITE from "Bo"
            0s 1002 gets 100
            0s 1002 gets 180
            0s 1001 gets CANCEL since SIP;cause=200;text="Call completed elsewhere"
            0s 1002 gets 200
            0s 1001b gets BYE since Q.850;cause=16;text="Normal call clearing"
            70s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_gives_up_stops_the_ringing() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        tell sip ledger agents
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s 1001 gets 487
            0s 1002 gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            0s 1001 is ready
            0s 1002 is ready
            70s nothing is left
        "#]],
    );
}

#[test]
fn a_phone_that_rings_too_long_or_says_nothing_is_given_up() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        1001 dials 1002
        tell sip ledger
        wait 61
        1003 dies
        1001 dials 1003
        wait 70
        left
        ",
        expect![[r#"
            60s ledger: call-1 ended Failed: not taken: 480 Temporarily Unavailable
            60s 1001 gets 180
            60s 1001 gets 480
            60s 1002 gets CANCEL
            61s 1001 gets 407
            61s ledger: call-2 offered to 1003 by 1001
            61s 1001 gets 100
            65s ledger: call-2 ended Failed: not taken: 408 Request Timeout
            65s 1001 gets 408
            131s nothing is left
        "#]],
    );
}

#[test]
fn sound_before_the_answer_is_heard() {
    check(
        "
        1001 registers
        1002 registers
        tell sip media
        1001 dials 1002
        1002 sounds early
        wait 1
        1002 answers
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1001 is bridged with 1002
            0s 1002 gets PRACK
            0s 1001 gets 183
            1s 1001 gets 200
            1s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            71s nothing is left
        "#]],
    );
}

#[test]
fn a_call_that_makes_no_offer_is_described_with_its_answer() {
    check(
        "
        1001 registers
        1002 registers
        tell sip media
        1001 dials 1002 late
        1002 sounds early
        1002 answers
        1001 hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 gets 407
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s 1002 gets PRACK
            0s 1001 gets 200
            0s 1001 is bridged with 1002
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            70s nothing is left
        "#]],
    );
}

#[test]
fn who_is_held_hears_music_and_who_is_taken_back_the_other() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        tell sip media ledger
        1002 holds
        1002 resumes
        1001 holds
        1001 resumes
        1001 falls silent
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 hears music
            0s ledger: call-1 held by the agent
            0s 1002 gets 200, recvonly
            0s 1001 hears 1002
            0s ledger: call-1 resumed
            0s 1002 gets 200
            0s 1002 hears music
            0s ledger: call-1 held by the caller
            0s 1001 gets 200, recvonly
            0s 1002 hears 1001
            0s ledger: call-1 resumed
            0s 1001 gets 200
            0s ledger: call-1 ended Answered: no sound from the caller's phone
            0s 1001 gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            0s 1002 gets BYE since Q.850;cause=102;text="Recovery on timer expiry"
            70s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_on_a_call_of_their_own_is_rung_by_no_queue() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        1002 answers
        tell sip agents
        kim calls 9001
        wait 1
        1001 hangs up
        ",
        expect![[r#"
            0s kim gets 100
            0s kim gets 200
            1s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            1s 1001 gets INVITE from "Faktura: 0701234567"
            1s 1001 is ringing
            1s 1002 is ready
        "#]],
    );
}

#[test]
fn an_agent_who_calls_a_number_of_ours_is_busy_with_it() {
    check(
        "
        1001 registers
        1002 registers
        tell sip agents ledger
        1001 dials 9001
        1002 answers
        1002 speaks
        lo calls 9001
        1001 hangs up
        ",
        expect![[r#"
            0s 1001 gets 407
            0s ledger: call-1 offered to 9001 by 1001
            0s ledger: call-1 answered
            0s 1001 gets 100
            0s 1001 gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1002
            0s 1002 gets INVITE from "Faktura: 1001"
            0s 1001 is occupied
            0s 1002 is ringing
            0s ledger: call-1 connected with 1002
            0s ledger: call-1 1002 accepted
            0s 1002 is talking
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-2 queued in faktura
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1002 wrap-up for call-1 started, 15000 ms
            0s ledger: call-2 rang 1001
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets INVITE from "Faktura: 0707654321"
            0s 1001 is ringing
            0s 1002 is wrap_up
        "#]],
    );
}

#[test]
fn the_end_of_the_engine_is_the_end_of_direct_calls() {
    check(
        "
        with calls_max 1
        1001 registers
        1002 registers
        1001 dials 1002
        tell sip ledger
        kim calls 9001
        engine drains
        1002 answers
        1002 dials 1001
        engine stops
        wait 70
        left
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9001 by 0701234567
            0s ledger: call-2 ended Refused: calls_max reached at 1
            0s kim gets 503, Retry-After 5
            0s ledger: call-1 answered
            0s ledger: call-1 connected with 1002
            0s 1001 gets 200
            0s 1002 gets 407
            0s 1002 gets 503, Retry-After 5
            0s ledger: call-1 ended Interrupted: the engine was stopped
            0s 1001 gets BYE
            0s 1002 gets BYE
            70s nothing is left
        "#]],
    );
}
