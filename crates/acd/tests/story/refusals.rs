//! Rings that come to nothing: missed, refused, unreachable.

use crate::check;
use expect_test::expect;

#[test]
fn a_missed_ring_returns_the_call_to_the_head() {
    check(
        "
        queue 1 ring 12
        agent 7 1
        in 7
        call 1 1
        wait 1
        call 2 1
        wait 12
        waiting 1
        in 8
        wait 5
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            12s reservation-1: stop ringing, Missed
            12s reservation-1: over, Missed
            12s agent-7 is NotReady(Settling { until: Moment(13000000) })
            13s agent-7 is Ready
            13s agent-7 is Ringing(reservation-2)
            13s reservation-2: ring agent-7 for call-1
            13s queue-1 has [call-2] waiting
        "#]],
    );
}

#[test]
fn the_next_agent_is_rung_as_soon_as_one_misses() {
    check(
        "
        queue 1 ring 12
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        wait 12
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            13s reservation-1: stop ringing, Missed
            13s reservation-1: over, Missed
            13s agent-7 is NotReady(Settling { until: Moment(14000000) })
            13s agent-8 is Ringing(reservation-2)
            13s reservation-2: ring agent-8 for call-1
        "#]],
    );
}

#[test]
fn an_agent_who_misses_too_often_comes_back_with_one_log_in() {
    check(
        "
        queue 1 ring 10
        agent 7 1 missed 2
        in 7
        call 1 1
        wait 60
        login 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            10s reservation-1: stop ringing, Missed
            10s reservation-1: over, Missed
            10s agent-7 is NotReady(Settling { until: Moment(11000000) })
            11s agent-7 is Ready
            11s agent-7 is Ringing(reservation-2)
            11s reservation-2: ring agent-7 for call-1
            21s reservation-2: stop ringing, Missed
            21s reservation-2: over, Missed
            21s agent-7 is NotReady(MissedRing)
            60s agent-7 is Ready
            60s agent-7 is Ringing(reservation-3)
            60s reservation-3: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_conversation_wipes_earlier_misses_out() {
    check(
        "
        queue 1 ring 10
        agent 7 1 missed 2
        in 7
        call 1 1
        wait 11
        accept 2
        connect 2
        end 7
        call 2 1
        wait 10
        state 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            10s reservation-1: stop ringing, Missed
            10s reservation-1: over, Missed
            10s agent-7 is NotReady(Settling { until: Moment(11000000) })
            11s agent-7 is Ready
            11s agent-7 is Ringing(reservation-2)
            11s reservation-2: ring agent-7 for call-1
            11s reservation-2: connect agent-7 with call-1
            11s reservation-2: over, Accepted
            11s agent-7 is Talking(call-1)
            11s agent-7 is Ready
            11s agent-7 is Ringing(reservation-3)
            11s reservation-3: ring agent-7 for call-2
            21s reservation-3: stop ringing, Missed
            21s reservation-3: over, Missed
            21s agent-7 is NotReady(Settling { until: Moment(22000000) })
            21s agent-7 is NotReady(Settling { until: Moment(22000000) })
        "#]],
    );
}

#[test]
fn a_refused_call_keeps_away_from_the_agent_while_somebody_else_is_on_duty() {
    check(
        "
        queue 1 pause 30
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        call 2 1
        accept 2
        connect 2
        decline 1
        wait 60
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            1s agent-8 is Ringing(reservation-2)
            1s reservation-2: ring agent-8 for call-2
            1s reservation-2: connect agent-8 with call-2
            1s reservation-2: over, Accepted
            1s agent-8 is Talking(call-2)
            1s reservation-1: over, Declined
            1s agent-7 is NotReady(Settling { until: Moment(2000000) })
            2s agent-7 is Ready
            31s agent-7 is Ringing(reservation-3)
            31s reservation-3: ring agent-7 for call-1
            51s reservation-3: stop ringing, Missed
            51s reservation-3: over, Missed
            51s agent-7 is NotReady(Settling { until: Moment(52000000) })
            52s agent-7 is Ready
            52s agent-7 is Ringing(reservation-4)
            52s reservation-4: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_refused_call_comes_back_when_nobody_else_is_on_duty() {
    check(
        "
        queue 1 pause 30
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        call 2 1
        accept 2
        connect 2
        decline 1
        wait 10
        out 8
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            1s agent-8 is Ringing(reservation-2)
            1s reservation-2: ring agent-8 for call-2
            1s reservation-2: connect agent-8 with call-2
            1s reservation-2: over, Accepted
            1s agent-8 is Talking(call-2)
            1s reservation-1: over, Declined
            1s agent-7 is NotReady(Settling { until: Moment(2000000) })
            2s agent-7 is Ready
            11s agent-7 is Ringing(reservation-3)
            11s reservation-3: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn an_agent_who_refused_one_call_gets_another() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 8
        call 1 1
        accept 1
        connect 1
        in 7
        call 2 1
        call 3 1
        decline 2
        wait 2
        ",
        expect![[r#"
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-1)
            0ns reservation-1: ring agent-8 for call-1
            0ns reservation-1: connect agent-8 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-8 is Talking(call-1)
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-2
            0ns reservation-2: over, Declined
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-3)
            1s reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn a_phone_that_can_not_be_rung_has_five_seconds_to_settle() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        fail 1
        wait 5
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: over, Unreachable
            0ns agent-7 is NotReady(Settling { until: Moment(5000000) })
            5s agent-7 is Ready
            5s agent-7 is Ringing(reservation-2)
            5s reservation-2: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_call_nobody_is_left_for_goes_back_to_who_refused_it() {
    check(
        "
        queue 1 pause 30
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        decline 1
        wait 5
        decline 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            1s reservation-1: over, Declined
            1s agent-7 is NotReady(Settling { until: Moment(2000000) })
            1s agent-8 is Ringing(reservation-2)
            1s reservation-2: ring agent-8 for call-1
            2s agent-7 is Ready
            6s reservation-2: over, Declined
            6s agent-8 is NotReady(Settling { until: Moment(7000000) })
            6s agent-7 is Ringing(reservation-3)
            6s reservation-3: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_call_is_passed_on_to_a_colleague_and_keeps_its_place() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        agent 9 1
        in 7
        call 1 1
        in 9
        in 8
        passes 1 8
        explain 1
        decline 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-9 is Ready
            0ns agent-8 is Ready
            0ns reservation-1: over, PassedOn
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
            0ns call-1 has place None, priority 0, score 0ns
            0ns     agent-7: Is(NotReady(Settling { until: Moment(1000000) }))
            0ns     agent-8: Is(Ringing(reservation-2))
            0ns     agent-9: RungElsewhere
            0ns     at 0ns to agent-7 by score 0ns, Strategy { strategy: LongestIdle, idle: 0ns, runner_up: None }
            0ns     at 0ns to agent-8 by score 0ns, PassedOn { by: agent-7 }
            0ns reservation-2: over, Declined
            0ns agent-8 is NotReady(Settling { until: Moment(1000000) })
            0ns agent-9 is Ringing(reservation-3)
            0ns reservation-3: ring agent-9 for call-1
        "#]],
    );
}

#[test]
fn who_passes_a_call_on_to_nobody_who_could_take_it_has_declined() {
    check(
        "
        queue 1
        queue 2
        agent 7 1
        agent 8 2
        in 7
        in 8
        call 1 1
        passes 1 8
        wait 1
        passes 2 7
        wait 1
        passes 3 99
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: over, Declined
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-2)
            1s reservation-2: ring agent-7 for call-1
            1s reservation-2: over, Declined
            1s agent-7 is NotReady(Settling { until: Moment(2000000) })
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-3)
            2s reservation-3: ring agent-7 for call-1
            2s reservation-3: over, Declined
            2s agent-7 is NotReady(Settling { until: Moment(3000000) })
        "#]],
    );
}
