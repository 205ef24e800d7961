//! What a caller can count on.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_who_leaves_while_ringing_frees_the_agent_for_the_next() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        call 2 1
        wait 3
        leave 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            3s reservation-1: stop ringing, Withdrawn
            3s reservation-1: over, Withdrawn
            3s agent-7 is Ready
            3s agent-7 is Ringing(reservation-2)
            3s reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn an_agent_whose_caller_left_keeps_the_place_that_being_idle_has_earned() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        wait 1
        call 1 1
        leave 1
        call 2 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            2s agent-7 is Ringing(reservation-1)
            2s reservation-1: ring agent-7 for call-1
            2s reservation-1: stop ringing, Withdrawn
            2s reservation-1: over, Withdrawn
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-2)
            2s reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn an_agent_who_answers_and_drops_costs_the_caller_nothing() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        call 1 1
        call 2 1
        wait 2
        accept 1
        drop 1
        place 1
        in 8
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            2s reservation-1: connect agent-7 with call-1
            2s reservation-1: over, Dropped
            2s agent-7 is NotReady(Settling { until: Moment(3000000) })
            2s place of call-1: Some(1)
            2s agent-8 is Ready
            2s agent-8 is Ringing(reservation-2)
            2s reservation-2: ring agent-8 for call-1
        "#]],
    );
}

#[test]
fn an_answered_phone_that_is_never_connected_is_given_up() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        accept 1
        wait 10
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            10s reservation-1: stop ringing, Dropped
            10s reservation-1: over, Dropped
            10s agent-7 is NotReady(Settling { until: Moment(11000000) })
        "#]],
    );
}

#[test]
fn places_count_those_who_wait_and_not_those_being_rung() {
    check(
        "
        queue 1
        agent 7 1
        call 1 1
        call 2 1
        call 3 1
        place 3
        in 7
        place 1
        place 2
        place 3
        leave 2
        place 3
        decline 1
        place 1
        place 3
        ",
        expect![[r#"
            0ns place of call-3: Some(3)
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns place of call-1: None
            0ns place of call-2: Some(1)
            0ns place of call-3: Some(2)
            0ns place of call-3: Some(1)
            0ns reservation-1: over, Declined
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            0ns place of call-1: Some(1)
            0ns place of call-3: Some(2)
        "#]],
    );
}

#[test]
fn who_finds_the_queue_full_is_refused_and_who_finds_an_agent_is_not() {
    check(
        "
        centre 2
        queue 1 max 1
        queue 2
        agent 7 1
        call 1 1
        call 2 1
        call 3 2
        call 4 2
        call 5 9
        leave 1
        leave 3
        in 7
        call 6 1
        ",
        expect![[r#"
            0ns call-2 refused: queue full at 1 waiting
            0ns call-4 refused: centre full at 2 waiting
            0ns call-5 refused: no queue-9
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-6
        "#]],
    );
}

#[test]
fn where_there_is_no_room_to_wait_nobody_waits_for_the_last_agent_while_another_is_ready() {
    check(
        "
        queue 1 max 1
        agent 7 1
        agent 8 1
        in 7
        busy 7
        in 8
        call 1 1 for 7 30
        call 2 1 for 7 30
        leave 2
        free 7
        call 3 1 for 8 30
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-1)
            0ns reservation-1: ring agent-8 for call-2
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-8 is Ready
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-3)
            0ns reservation-3: ring agent-8 for call-3
        "#]],
    );
}

#[test]
fn a_call_is_in_line_only_once() {
    check(
        "
        queue 1
        queue 2
        agent 7 1
        call 1 1
        call 1 2
        waiting 1
        waiting 2
        ",
        expect![[r#"
            0ns queue-1 has [call-1] waiting
            0ns queue-2 has [] waiting
        "#]],
    );
}

#[test]
fn a_call_that_an_agent_has_just_given_back_is_not_kept_for_that_agent() {
    check(
        "
        queue 1 pause 20
        agent 7 1
        agent 8 1
        in 7
        in 8
        busy 8
        call 1 1 for 7 30 from 7
        wait 10
        free 8
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-8 is Occupied
            10s agent-8 is Ready
            10s agent-8 is Ringing(reservation-1)
            10s reservation-1: ring agent-8 for call-1
        "#]],
    );
}

#[test]
fn calls_kept_for_one_agent_are_served_by_their_scores_at_whatever_paces_they_age() {
    check(
        "
        queue 1
        queue 2 ageing 300
        agent 7 1 2
        agent 8 1 2
        in 7
        in 8
        call 9 1
        accept 1
        connect 1
        wait 10
        call 1 1 for 7 100
        wait 10
        call 2 2 for 7 100
        place 1
        place 2
        wait 30
        end 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-9
            0ns reservation-1: connect agent-7 with call-9
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-9)
            20s place of call-1: Some(1)
            20s place of call-2: Some(2)
            50s agent-7 is Ready
            50s agent-7 is Ringing(reservation-2)
            50s reservation-2: ring agent-7 for call-2
        "#]],
    );
}
