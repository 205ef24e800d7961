//! Whom a queue rings of several who are ready.

use crate::check;
use expect_test::expect;

#[test]
fn fewest_calls_goes_to_who_has_had_the_fewest_today() {
    check(
        "
        queue 1 by calls
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        accept 1
        connect 1
        end 7
        wait 1
        call 2 1
        accept 2
        connect 2
        end 8
        call 3 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            1s reservation-1: connect agent-7 with call-1
            1s reservation-1: over, Accepted
            1s agent-7 is Talking(call-1)
            1s agent-7 is Ready
            2s agent-8 is Ringing(reservation-2)
            2s reservation-2: ring agent-8 for call-2
            2s reservation-2: connect agent-8 with call-2
            2s reservation-2: over, Accepted
            2s agent-8 is Talking(call-2)
            2s agent-8 is Ready
            2s agent-7 is Ringing(reservation-3)
            2s reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn round_robin_rings_who_was_rung_longest_ago_and_comes_round() {
    check(
        "
        queue 1 by round
        agent 7 1
        agent 8 1
        agent 9 1
        in 9
        in 8
        in 7
        call 1 1
        leave 1
        call 2 1
        leave 2
        out 9
        call 3 1
        ",
        expect![[r#"
            0ns agent-9 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is Ready
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-2
            0ns reservation-2: stop ringing, Withdrawn
            0ns reservation-2: over, Withdrawn
            0ns agent-8 is Ready
            0ns agent-9 is LoggedOut
            0ns agent-7 is Ringing(reservation-3)
            0ns reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn round_robin_counts_rings_of_all_queues_but_not_those_where_another_phone_was_quicker() {
    check(
        "
        queue 1 by round
        queue 2 by all
        queue 3
        agent 7 1 2
        agent 8 1 2
        agent 9 1 3
        in 7
        in 8
        in 9
        call 1 3
        leave 1
        call 2 2
        accept 3
        connect 3
        end 8
        call 3 1
        leave 3
        call 4 1
        leave 4
        call 5 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-9 is Ready
            0ns agent-9 is Ringing(reservation-1)
            0ns reservation-1: ring agent-9 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-9 is Ready
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-2
            0ns agent-8 is Ringing(reservation-3)
            0ns reservation-3: ring agent-8 for call-2
            0ns reservation-3: connect agent-8 with call-2
            0ns reservation-2: stop ringing, TakenElsewhere
            0ns reservation-2: over, TakenElsewhere
            0ns agent-7 is Ready
            0ns reservation-3: over, Accepted
            0ns agent-8 is Talking(call-2)
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-4)
            0ns reservation-4: ring agent-7 for call-3
            0ns reservation-4: stop ringing, Withdrawn
            0ns reservation-4: over, Withdrawn
            0ns agent-7 is Ready
            0ns agent-9 is Ringing(reservation-5)
            0ns reservation-5: ring agent-9 for call-4
            0ns reservation-5: stop ringing, Withdrawn
            0ns reservation-5: over, Withdrawn
            0ns agent-9 is Ready
            0ns agent-8 is Ringing(reservation-6)
            0ns reservation-6: ring agent-8 for call-5
        "#]],
    );
}

#[test]
fn linear_rings_the_first_of_the_plan_who_is_ready() {
    check(
        "
        queue 1 by linear
        agent 7 1
        agent 8 1
        in 8
        wait 9
        in 7
        call 1 1
        call 2 1
        ",
        expect![[r#"
            0ns agent-8 is Ready
            9s agent-7 is Ready
            9s agent-7 is Ringing(reservation-1)
            9s reservation-1: ring agent-7 for call-1
            9s agent-8 is Ringing(reservation-2)
            9s reservation-2: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn least_occupied_goes_by_work_over_time_on_duty_in_the_full_minutes_before() {
    check(
        "
        queue 1 by occupancy
        queue 2
        agent 7 1
        agent 8 1 2
        agent 9 2
        in 7
        in 8
        busy 7
        call 1 2
        accept 1
        connect 1
        wait 60
        end 8
        free 7
        wait 60
        call 2 1
        leave 2
        busy 7
        wait 60
        free 7
        wait 59
        call 3 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Occupied
            0ns agent-8 is Ringing(reservation-1)
            0ns reservation-1: ring agent-8 for call-1
            0ns reservation-1: connect agent-8 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-8 is Talking(call-1)
            60s agent-8 is Ready
            60s agent-7 is Ready
            120s agent-7 is Ringing(reservation-2)
            120s reservation-2: ring agent-7 for call-2
            120s reservation-2: stop ringing, Withdrawn
            120s reservation-2: over, Withdrawn
            120s agent-7 is Ready
            120s agent-7 is Occupied
            180s agent-7 is Ready
            239s agent-7 is Ringing(reservation-3)
            239s reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn of_equal_ones_the_longest_idle_goes_first() {
    check(
        "
        queue 1 by calls
        agent 7 1
        agent 8 1
        in 8
        wait 1
        in 7
        call 1 1
        ",
        expect![[r#"
            0ns agent-8 is Ready
            1s agent-7 is Ready
            1s agent-8 is Ringing(reservation-1)
            1s reservation-1: ring agent-8 for call-1
        "#]],
    );
}
