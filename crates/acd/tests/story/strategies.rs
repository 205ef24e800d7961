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
fn round_robin_goes_on_behind_the_one_rung_last_and_comes_round() {
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
