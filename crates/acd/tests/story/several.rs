//! One call rung at several agents: one winner.

use crate::check;
use expect_test::expect;

#[test]
fn all_are_rung_and_the_first_who_answers_has_the_call() {
    check(
        "
        queue 1 by all
        agent 7 1
        agent 8 1
        agent 9 1
        in 7
        in 8
        call 1 1
        wait 2
        in 9
        accept 2
        accept 1
        connect 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
            2s agent-9 is Ready
            2s agent-9 is Ringing(reservation-3)
            2s reservation-3: ring agent-9 for call-1
            2s reservation-2: connect agent-8 with call-1
            2s reservation-1: stop ringing, TakenElsewhere
            2s reservation-1: over, TakenElsewhere
            2s agent-7 is Ready
            2s reservation-3: stop ringing, TakenElsewhere
            2s reservation-3: over, TakenElsewhere
            2s agent-9 is Ready
            2s reservation-2: over, Accepted
            2s agent-8 is Talking(call-1)
        "#]],
    );
}

#[test]
fn those_who_were_slower_take_the_next_call_at_once() {
    check(
        "
        queue 1 by all
        agent 7 1
        agent 8 1
        in 7
        in 8
        call 1 1
        call 2 1
        accept 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-2: stop ringing, TakenElsewhere
            0ns reservation-2: over, TakenElsewhere
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-3)
            0ns reservation-3: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn a_winner_who_drops_the_call_leaves_it_at_its_place_and_all_are_rung_again() {
    check(
        "
        queue 1 by all
        agent 7 1
        agent 8 1
        in 7
        in 8
        call 1 1
        accept 1
        place 1
        drop 1
        place 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-2: stop ringing, TakenElsewhere
            0ns reservation-2: over, TakenElsewhere
            0ns agent-8 is Ready
            0ns place of call-1: None
            0ns reservation-1: over, Dropped
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            0ns agent-8 is Ringing(reservation-3)
            0ns reservation-3: ring agent-8 for call-1
            0ns place of call-1: None
        "#]],
    );
}

#[test]
fn one_who_declines_does_not_stop_the_others() {
    check(
        "
        queue 1 by all pause 30
        agent 7 1
        agent 8 1
        in 7
        in 8
        call 1 1
        decline 1
        wait 3
        place 1
        accept 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
            0ns reservation-1: over, Declined
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            1s agent-7 is Ready
            3s place of call-1: None
            3s reservation-2: connect agent-8 with call-1
        "#]],
    );
}

#[test]
fn a_caller_who_leaves_stops_all_phones() {
    check(
        "
        queue 1 by all
        agent 7 1
        agent 8 1
        in 7
        in 8
        call 1 1
        leave 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is Ready
            0ns reservation-2: stop ringing, Withdrawn
            0ns reservation-2: over, Withdrawn
            0ns agent-8 is Ready
        "#]],
    );
}

#[test]
fn one_more_phone_rings_each_so_many_seconds() {
    check(
        "
        queue 1 every 5 ring 20
        agent 7 1
        agent 8 1
        agent 9 1
        in 7
        wait 1
        in 8
        call 1 1
        wait 11
        in 9
        accept 3
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            6s agent-8 is Ringing(reservation-2)
            6s reservation-2: ring agent-8 for call-1
            12s agent-9 is Ready
            12s agent-9 is Ringing(reservation-3)
            12s reservation-3: ring agent-9 for call-1
            12s reservation-3: connect agent-9 with call-1
            12s reservation-1: stop ringing, TakenElsewhere
            12s reservation-1: over, TakenElsewhere
            12s agent-7 is Ready
            12s reservation-2: stop ringing, TakenElsewhere
            12s reservation-2: over, TakenElsewhere
            12s agent-8 is Ready
        "#]],
    );
}

#[test]
fn one_who_declines_is_replaced_before_the_time() {
    check(
        "
        queue 1 every 5
        agent 7 1
        agent 8 1
        agent 9 1
        in 7
        in 8
        in 9
        call 1 1
        wait 5
        decline 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-9 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            5s agent-8 is Ringing(reservation-2)
            5s reservation-2: ring agent-8 for call-1
            5s reservation-1: over, Declined
            5s agent-7 is NotReady(Settling { until: Moment(6000000) })
            5s agent-9 is Ringing(reservation-3)
            5s reservation-3: ring agent-9 for call-1
        "#]],
    );
}
