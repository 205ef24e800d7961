//! Calls that are not taken, and why.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_that_makes_no_offer_is_answered_with_ours() {
    check(
        "
        tell sip media ledger
        kim calls 9001 late
        kim hears it out
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s kim hears faktura, then music
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
        "#]],
    );
}

#[test]
fn a_call_that_never_answers_our_offer_is_hung_up() {
    check(
        "
        tell sip media ledger
        kim calls 9001 late without answer
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 ended Failed: session description cannot be read
            0s kim gets BYE since Q.850;cause=88;text="Incompatible destination"
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_call_in_a_codec_of_others_gets_488_and_a_row() {
    check(
        "
        tell sip ledger
        kim calls 9001 offering g729
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 ended Refused: no common codec, or no common protection of it
            0s kim gets 488
        "#]],
    );
}

#[test]
fn a_call_that_would_be_wired_to_another_call_of_ours_gets_488_and_a_row() {
    check(
        "
        tell sip ledger
        kim calls 9001 offering a port of ours
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 ended Refused: session description names a media port of our own
            0s kim gets 488
            60s nothing is left
        "#]],
    );
}

#[test]
fn a_call_whose_sound_would_go_to_many_gets_488_and_a_row() {
    check(
        "
        tell sip ledger
        kim calls 9001 offering a group
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 ended Refused: session description names a multicast or broadcast address
            0s kim gets 488
        "#]],
    );
}

#[test]
fn a_call_with_an_offer_that_cannot_be_read_gets_400_and_a_row() {
    check(
        "
        tell sip ledger
        kim calls 9001 offering nonsense
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 ended Refused: session description cannot be read
            0s kim gets 400
        "#]],
    );
}

#[test]
fn a_number_that_is_not_ours_gets_404_and_no_row() {
    check(
        "
        tell sip ledger
        kim calls 9999
        ",
        expect![[r#"
            0s kim gets 404
        "#]],
    );
}

#[test]
fn a_centre_that_drains_lets_callers_finish_and_sends_new_ones_away() {
    check(
        "
        1001 registers
        kim calls 9001
        tell sip ledger
        engine drains
        lo calls 9001
        1001 answers
        1001 speaks
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 ended Refused: the engine is stopping
            0s lo gets 503, Retry-After 5
            0s ledger: call-1 connected with 1001
            0s ledger: call-1 1001 accepted
        "#]],
    );
}

#[test]
fn a_call_more_than_calls_max_is_sent_away() {
    check(
        "
        with calls_max 1
        kim calls 9001
        tell sip ledger
        lo calls 9001
        kim hangs up
        lo calls 9001
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 ended Refused: calls_max reached at 1
            0s lo gets 503, Retry-After 5
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: call-3 offered to 9001 by 0707654321
            0s ledger: call-3 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-3 queued in faktura
        "#]],
    );
}

#[test]
fn a_call_for_which_no_two_ports_are_free_is_sent_away() {
    check(
        "
        with ports 3
        kim calls 9001
        tell sip ledger
        lo calls 9001
        kim hangs up
        lo calls 9001
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 ended Refused: no free media port
            0s lo gets 503, Retry-After 5
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: call-3 offered to 9001 by 0707654321
            0s ledger: call-3 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-3 queued in faktura
        "#]],
    );
}

#[test]
fn a_queue_that_is_full_says_so_and_the_row_says_so_too() {
    check(
        "
        kim calls 9002
        tell sip media ledger
        lo calls 9002
        calls
        lo hears it out
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9002 by 0707654321
            0s ledger: call-2 answered
            0s lo gets 100
            0s lo gets 200
            0s lo hears music
            0s ledger: call-2 found small full at 1
            0s lo hears sorry
            0s call-1 is waiting in small at place 1
            0s call-2 is menu
            0s ledger: call-2 ended Finished: the queue was full
            0s lo gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_text_that_may_be_passed_over_is_no_offer() {
    check(
        "
        tell sip ledger
        kim calls 9001 late, with a text
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
        "#]],
    );
}

#[test]
fn an_address_that_acknowledges_nothing_does_not_keep_others_out() {
    check(
        "
        with unacknowledged_per_source_max 1
        kim never acknowledges
        tell ledger
        kim calls 9001
        kim calls 9001
        lo calls 9001
        wait 33
        kim calls 9001
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-2 offered to 9001 by 0701234567
            0s ledger: call-2 ended Refused: too many calls from this address have not acknowledged our answer
            0s ledger: call-3 offered to 9001 by 0707654321
            0s ledger: call-3 answered
            0s ledger: call-3 queued in faktura
            32s ledger: call-1 ended Failed: the answer was never acknowledged
            33s ledger: call-4 offered to 9001 by 0701234567
            33s ledger: call-4 answered
        "#]],
    );
}

#[test]
fn a_burst_that_came_before_the_disk_did_is_held_to_the_same_limit() {
    check(
        "
        with unacknowledged_per_source_max 1
        disk is slow
        kim never acknowledges
        tell sip ledger
        kim calls 9001
        kim calls 9001
        disk catches up
        lo calls 9001
        disk catches up
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s kim gets 100
            0s ledger: call-2 offered to 9001 by 0701234567
            0s kim gets 100
            0s ledger: call-1 answered
            0s ledger: call-2 ended Refused: too many calls from this address have not acknowledged our answer
            0s kim gets 200
            0s kim gets 503, Retry-After 5
            0s ledger: call-3 offered to 9001 by 0707654321
            0s lo gets 100
            0s ledger: call-3 answered
            0s lo gets 200
            0s ledger: call-3 queued in faktura
        "#]],
    );
}

#[test]
fn who_has_gone_long_without_an_ack_gives_way_to_a_call_of_the_same_address() {
    check(
        "
        with unacknowledged_per_source_max 1
        kim never acknowledges
        tell ledger
        kim calls 9001
        wait 3
        kim calls 9001
        wait 2
        kim calls 9001
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            3s ledger: call-2 offered to 9001 by 0701234567
            3s ledger: call-2 ended Refused: too many calls from this address have not acknowledged our answer
            5s ledger: call-1 ended Failed: the answer was not acknowledged, and others waited
            5s ledger: call-3 offered to 9001 by 0701234567
            5s ledger: call-3 answered
        "#]],
    );
}

#[test]
fn a_flood_of_refusals_is_counted_and_not_written_down() {
    check(
        "
        with calls_max 1
        with refusal_rows_per_second_max 1
        kim calls 9001
        tell sip ledger
        lo calls 9001
        lo calls 9001
        wait 1
        lo calls 9001
        totals
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 ended Refused: calls_max reached at 1
            0s lo gets 503, Retry-After 5
            0s lo gets 503, Retry-After 5
            1s ledger: call-3 offered to 9001 by 0707654321
            1s ledger: call-3 ended Refused: calls_max reached at 1
            1s lo gets 503, Retry-After 5
            1s [("offered", 4), ("on", 1), ("refused", 3)]
        "#]],
    );
}

#[test]
fn a_port_is_lent_again_only_when_its_stream_has_closed() {
    check(
        "
        with ports 2
        kim calls 9001
        media is slow
        tell sip ledger
        kim hangs up
        lo calls 9001
        media catches up
        lo calls 9001
        ",
        expect![[r#"
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 ended Refused: no free media port
            0s lo gets 503, Retry-After 5
            0s ledger: call-3 offered to 9001 by 0707654321
            0s ledger: call-3 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-3 queued in faktura
        "#]],
    );
}

#[test]
fn new_calls_give_way_to_those_that_are_on_while_sound_is_late() {
    check(
        "
        with late sound refused
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        load is 41
        load is 41
        tell sip ledger
        lo calls 9001
        lo hangs up
        load is 41
        load is 41
        load is 41
        load is 41
        load is 41
        lo calls 9001
        kim holds
        1002 registers
        kim hangs up
        load is 40
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9001 by 0707654321
            0s ledger: call-2 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-2 queued in faktura
            0s ledger: call-2 leaves unserved, Some(1) in faktura: 3 logged_out, 1 talking
            0s ledger: call-2 ended Abandoned(Waiting): caller hung up
            0s ledger: call-3 offered to 9001 by 0707654321
            0s ledger: call-3 ended Refused: too much load: sound is 41 ms late, frames_late_max_ms is 40
            0s lo gets 503, Retry-After 5
            0s ledger: call-1 held by the caller
            0s kim gets 200, recvonly
            0s ledger: 1002 reachable
            0s ledger: 1002 logged in
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn new_calls_are_refused_at_once_while_messages_stand_in_a_long_line() {
    check(
        "
        with long lines refused
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        messages have waited 120
        tell sip ledger
        kim holds
        max asks 2 times
        wait 0.11
        lo calls 9001
        kim resumes
        1002 registers
        messages have waited 25
        lo calls 9001
        kim hangs up
        ",
        expect![[r#"
            0s ledger: call-1 held by the caller
            0s kim gets 200, recvonly
            0.11s ledger: call-2 offered to 9001 by 0707654321
            0.11s ledger: call-2 ended Refused: too much load: SIP messages have waited 120 ms for a while, and message_wait_max_ms is 100
            0.11s lo gets 503, Retry-After 5
            0.11s ledger: call-1 resumed
            0.11s kim gets 200
            0.11s ledger: 1002 reachable
            0.11s ledger: 1002 logged in
            0.11s ledger: call-3 offered to 9001 by 0707654321
            0.11s ledger: call-3 answered
            0.11s lo gets 100
            0.11s lo gets 200
            0.11s ledger: call-3 queued in faktura
            0.11s ledger: call-3 rang 1002
            0.11s 1002 gets INVITE from "Faktura: 0707654321"
            0.11s ledger: call-1 ended Answered: caller hung up
            0.11s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0.11s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn one_address_that_floods_us_is_told_503_and_then_nothing_while_all_others_are_heard() {
    check(
        "
        with requests_per_source_per_second_max 2
        1001 registers
        kim calls 9001
        tell sip turns
        max asks 9 times
        max calls 9001
        alarms
        lo calls 9001
        1001 answers
        wait 4
        alarms
        wait 2
        alarms
        ",
        expect![[r#"
            0s max says OPTIONS: Ok(Later)
            0s max says OPTIONS: Ok(Later)
            0s max says OPTIONS: Ok(Later)
            0s max says OPTIONS: Ok(Later)
            0s max says OPTIONS: Err(Refused)
            0s max says OPTIONS: Err(Refused)
            0s max says OPTIONS: Err(Refused)
            0s max says OPTIONS: Err(Refused)
            0s max says OPTIONS: Err(Ignored)
            0s max says INVITE: Err(Ignored)
            0s ["source: 10.0.2.3 says too much and is not heard beyond requests_per_source_per_second_max, which is 2"]
            0s lo says INVITE: Ok(Later)
            0s lo gets 100
            0s lo gets 200
            0s lo says ACK: Ok(First)
            0s 1001 says 200 to INVITE: Ok(First)
            0.5s max says INVITE: Ok(Later)
            0.5s max gets 100
            0.5s max gets 200
            0.5s max says ACK: Ok(First)
            4s ["source: 10.0.2.3 says too much and is not heard beyond requests_per_source_per_second_max, which is 2"]
            6s []
        "#]],
    );
}

#[test]
fn who_talks_holds_and_hangs_up_where_somebody_floods_us_from() {
    check(
        "
        with requests_per_source_per_second_max 1
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        kim asks 10 times
        tell sip ledger
        kim holds
        kim calls 9001
        kim hangs up
        ",
        expect![[r#"
            0s ledger: call-1 held by the caller
            0s kim gets 200, recvonly
            0s ledger: call-1 ended Answered: caller hung up
            0s ledger: 1001 wrap-up for call-1 started, 15000 ms
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn a_guesser_at_the_address_of_phones_does_not_keep_them_from_registering_again() {
    check(
        "
        with requests_per_source_per_second_max 1
        1001 registers
        1001 asks 3 times
        tell turns
        1001 asks 1 times
        1001 registers
        ",
        expect![[r#"
            0s 1001 says OPTIONS: Err(Ignored)
            0s 1001 says REGISTER: Ok(First)
            0s 1001 says REGISTER: Ok(First)
        "#]],
    );
}

#[test]
fn a_trunk_may_say_as_much_as_it_likes() {
    check(
        "
        with trunks
        with requests_per_source_per_second_max 1
        tell turns
        carrier asks 4 times
        alarms
        ",
        expect![[r#"
            0s carrier says OPTIONS: Ok(Later)
            0s carrier says OPTIONS: Ok(Later)
            0s carrier says OPTIONS: Ok(Later)
            0s carrier says OPTIONS: Ok(Later)
            0s []
        "#]],
    );
}

#[test]
fn what_is_known_goes_first_and_what_begins_something_later() {
    check(
        "
        tell turns
        1001 registers
        max makes up answers 1
        max asks 1 times
        kim calls 9001
        1001 answers
        1001 speaks
        kim holds
        lo calls 9001
        1001 hangs up
        nobody registers
        ",
        expect![[r#"
            0s 1001 says REGISTER: Ok(First)
            0s 1001 says REGISTER: Ok(First)
            0s max says 200 to INVITE: Ok(Later)
            0s max says OPTIONS: Ok(Later)
            0s kim says INVITE: Ok(Later)
            0s kim says ACK: Ok(First)
            0s 1001 says 180 to INVITE: Ok(First)
            0s 1001 says 200 to INVITE: Ok(First)
            0s kim says INVITE: Ok(First)
            0s kim says ACK: Ok(First)
            0s lo says INVITE: Ok(Later)
            0s lo says ACK: Ok(First)
            0s 1001 says BYE: Ok(First)
            0s kim says 200 to BYE: Ok(First)
            0s nobody says REGISTER: Ok(Later)
            0s nobody says REGISTER: Ok(Later)
            0s nobody says REGISTER: Ok(Later)
            0s nobody says REGISTER: Ok(Later)
            0s nobody says REGISTER: Ok(Later)
            0s nobody says REGISTER: Ok(Later)
            0s nobody says REGISTER: Ok(Later)
        "#]],
    );
}
