//! Being at work: pauses, queues of one's own, rings that come to nothing, after-call work.

use crate::check;
use expect_test::expect;

#[test]
fn a_pause_asked_for_during_a_call_takes_effect_after_it() {
    check(
        "
        queue 1 wrap 10
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        pause 7 2
        call 2 1
        end 7
        wait 10
        state 7
        resume 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 10s
            0ns agent-7 is WrapUp { until: Moment(10000000) }
            10s agent-7 has written up
            10s agent-7 is NotReady(Paused(pause-2))
            10s agent-7 is NotReady(Paused(pause-2))
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-2)
            10s reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn a_pause_moves_a_ring_on_and_keeps_the_place() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        call 1 1
        pause 7 0
        place 1
        in 8
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is NotReady(Paused(pause-0))
            0ns place of call-1: Some(1)
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-1
        "#]],
    );
}

#[test]
fn an_agent_leaves_one_queue_and_serves_the_others() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        in 7
        call 1 1
        off 7 1
        call 2 2
        explain 1
        on 7 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-2
            0ns call-1 has place Some(1), priority 0, score 0ns
            0ns     agent-7: LeftQueue
            0ns     at 0ns to agent-7 by score 0ns, Strategy { strategy: LongestIdle, idle: 0ns, runner_up: None }
        "#]],
    );
}

#[test]
fn rings_are_counted_by_how_they_came_to_nothing() {
    check(
        "
        queue 1 pause 0
        agent 7 1 missed 2 declined 2
        in 7
        call 1 1
        decline 1
        wait 1
        engaged 2
        wait 1
        decline 3
        wait 1
        state 7
        login 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: over, Declined
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-2)
            1s reservation-2: ring agent-7 for call-1
            1s reservation-2: over, Busy
            1s agent-7 is NotReady(Settling { until: Moment(2000000) })
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-3)
            2s reservation-3: ring agent-7 for call-1
            2s reservation-3: over, Declined
            2s agent-7 is NotReady(DeclinedRing)
            3s agent-7 is NotReady(DeclinedRing)
            3s agent-7 is Ready
            3s agent-7 is Ringing(reservation-4)
            3s reservation-4: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn after_call_work_is_made_longer_or_shorter_and_shows_its_end() {
    check(
        "
        queue 1 wrap 10
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        end 7
        wait 5
        until 7 30
        wait 20
        state 7
        until 7 26
        wait 1
        until 7 99
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 10s
            0ns agent-7 is WrapUp { until: Moment(10000000) }
            5s agent-7 is WrapUp { until: Moment(30000000) }
            25s agent-7 is WrapUp { until: Moment(30000000) }
            25s agent-7 is WrapUp { until: Moment(26000000) }
            26s agent-7 has written up
            26s agent-7 is Ready
        "#]],
    );
}

#[test]
fn who_takes_a_conversation_over_has_after_call_work_for_it() {
    check(
        "
        queue 1 wrap 10
        agent 7 1
        in 7
        busy 7
        takes 7 4 1
        takes 7 5 1
        call 1 1
        end 7
        free 7
        wait 10
        end 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            0ns agent-7 is Talking(call-4)
            0ns agent-7 writes call-4 up until 10s
            0ns agent-7 is Occupied
            0ns agent-7 is WrapUp { until: Moment(10000000) }
            10s agent-7 has written up
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-1)
            10s reservation-1: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn who_takes_a_conversation_over_in_after_call_work_is_done_with_that() {
    check(
        "
        queue 1 wrap 10
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        end 7
        wait 4
        takes 7 4 1
        wait 20
        end 7
        wait 10
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 10s
            0ns agent-7 is WrapUp { until: Moment(10000000) }
            4s agent-7 has written up
            4s agent-7 is Talking(call-4)
            24s agent-7 writes call-4 up until 34s
            24s agent-7 is WrapUp { until: Moment(34000000) }
            34s agent-7 has written up
            34s agent-7 is Ready
        "#]],
    );
}
