//! What people change by hand.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_that_is_moved_keeps_its_arrival_and_frees_the_agent_who_was_rung() {
    check(
        "
        queue 1
        queue 2
        agent 7 1
        call 2 2
        wait 10
        in 7
        call 1 1 since 5
        takeout 1
        call 1 2 since 5
        place 1
        place 2
        takeout 1
        place 2
        ",
        expect![[r#"
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-1)
            10s reservation-1: ring agent-7 for call-1
            10s reservation-1: stop ringing, Withdrawn
            10s reservation-1: over, Withdrawn
            10s agent-7 is Ready
            10s place of call-1: Some(2)
            10s place of call-2: Some(1)
            10s place of call-2: Some(1)
        "#]],
    );
}

#[test]
fn a_call_with_a_new_priority_changes_its_place_and_rings_nobody() {
    check(
        "
        queue 1
        agent 7 1
        call 1 1
        wait 1
        call 2 1
        raise 2 3
        place 1
        place 2
        raise 2 0
        place 2
        raise 9 3
        in 7
        raise 1 5
        wait 1
        out 7
        place 1
        ",
        expect![[r#"
            1s place of call-1: Some(2)
            1s place of call-2: Some(1)
            1s place of call-2: Some(2)
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            2s reservation-1: stop ringing, Withdrawn
            2s reservation-1: over, Withdrawn
            2s agent-7 is LoggedOut
            2s place of call-1: Some(1)
        "#]],
    );
}

#[test]
fn a_ring_that_is_taken_back_goes_to_somebody_else_and_is_not_counted_against_the_agent() {
    check(
        "
        queue 1 ring 20 pause 10
        agent 7 1 missed 1 declined 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        wait 2
        unring 1
        unring 1
        wait 2
        accept 2
        unring 2
        wait 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            3s reservation-1: stop ringing, Withdrawn
            3s reservation-1: over, Withdrawn
            3s agent-7 is NotReady(Settling { until: Moment(4000000) })
            3s agent-8 is Ringing(reservation-2)
            3s reservation-2: ring agent-8 for call-1
            4s agent-7 is Ready
            5s reservation-2: connect agent-8 with call-1
            5s reservation-2: stop ringing, Withdrawn
            5s reservation-2: over, Withdrawn
            5s agent-8 is NotReady(Settling { until: Moment(6000000) })
            5s agent-7 is Ringing(reservation-3)
            5s reservation-3: ring agent-7 for call-1
            6s agent-8 is Ready
        "#]],
    );
}
