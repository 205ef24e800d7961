//! Hold, from either side, in the middle of a talk or from its beginning.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_whom_the_agent_holds_hears_music_until_the_agent_is_back() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger
        1001 holds
        wait 10
        1001 resumes
        ",
        expect![[r#"
            0s kim hears music
            0s ledger: call-1 held by the agent
            0s 1001 gets 200, recvonly
            10s kim hears 1001
            10s ledger: call-1 resumed
            10s 1001 gets 200
        "#]],
    );
}

#[test]
fn an_agent_whom_the_caller_holds_hears_music_until_the_caller_is_back() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger
        kim holds
        wait 10
        kim resumes
        ",
        expect![[r#"
            0s 1001 hears music
            0s ledger: call-1 held by the caller
            0s kim gets 200, recvonly
            10s 1001 hears kim
            10s ledger: call-1 resumed
            10s kim gets 200
        "#]],
    );
}

#[test]
fn a_caller_who_waits_on_hold_is_on_hold_when_the_agent_answers() {
    check(
        "
        kim calls 9001
        kim holds
        1001 registers
        tell sip media ledger
        1001 answers
        1001 speaks
        wait 5
        kim resumes
        ",
        expect![[r#"
            0s kim is bridged with 1001
            0s 1001 hears music
            0s ledger: call-1 held by the caller
            0s ledger: call-1 connected with 1001
            0s ledger: call-1 1001 accepted
            5s 1001 hears kim
            5s ledger: call-1 resumed
            5s kim gets 200
        "#]],
    );
}

#[test]
fn an_agent_who_answers_on_hold_leaves_the_caller_the_music() {
    check(
        "
        1001 registers
        kim calls 9001
        tell sip media ledger
        1001 answers on hold
        wait 5
        1001 resumes
        ",
        expect![[r#"
            0s kim is bridged with 1001
            0s kim hears music
            0s ledger: call-1 held by the agent
            1s ledger: call-1 connected with 1001
            1s ledger: call-1 1001 accepted
            5s kim hears 1001
            5s ledger: call-1 resumed
            5s 1001 gets 200
        "#]],
    );
}

#[test]
fn a_hold_on_both_sides_ends_only_when_both_are_back() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell media ledger
        kim holds
        1001 holds
        kim resumes
        1001 resumes
        ",
        expect![[r#"
            0s 1001 hears music
            0s ledger: call-1 held by the caller
            0s 1001 hears kim
            0s kim hears music
            0s ledger: call-1 held by the agent
            0s kim hears 1001
            0s ledger: call-1 resumed
        "#]],
    );
}

#[test]
fn a_change_to_a_codec_of_others_is_refused_and_the_sound_stays() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger
        kim reoffers g729
        wait 5
        kim hangs up
        ",
        expect![[r#"
            0s kim gets 488
            5s ledger: call-1 ended Answered: caller hung up
            5s ledger: 1001 wrap-up for call-1 started, 15000 ms
            5s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_change_that_would_wire_a_call_to_another_is_refused_and_the_sound_stays() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell sip media ledger
        kim reoffers a port of ours
        wait 5
        kim hangs up
        ",
        expect![[r#"
            0s kim gets 488
            5s ledger: call-1 ended Answered: caller hung up
            5s ledger: 1001 wrap-up for call-1 started, 15000 ms
            5s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_change_that_makes_no_offer_is_answered_with_ours() {
    check(
        "
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        kim holds
        tell sip media ledger
        kim asks for an offer
        ",
        expect![[r#"
            0s kim gets 200
        "#]],
    );
}
