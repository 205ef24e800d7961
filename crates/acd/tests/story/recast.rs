//! The centre becomes another one while it works.

use crate::check;
use acd::{Acd, AgentConfig, AgentState, Config, Input, Need, QueueConfig, Requirement, Waiting};
use clock::{Duration, Moment};
use expect_test::expect;
use ids::{AgentId, CallId, QueueId, ReservationId, SkillId};

#[test]
fn who_waits_keeps_the_place_when_the_centre_becomes_another() {
    check(
        "
        queue 1
        agent 7 1
        call 1 1
        wait 5
        call 2 1
        wait 5
        recast
        queue 1 max 1 wrap 9
        queue 2
        place 1
        place 2
        call 3 1
        in 7
        ",
        expect![[r#"
            10s place of call-1: Some(1)
            10s place of call-2: Some(2)
            10s call-3 refused: queue full at 1 waiting
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-1)
            10s reservation-1: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn an_agent_who_may_take_a_waiting_call_since_is_rung_at_once() {
    check(
        "
        queue 1
        queue 2 skill 1 3
        agent 7 1
        agent 8 2
        in 7
        in 8
        call 1 2
        wait 10
        call 2 2
        recast
        agent 7 1 2 skill 1 3
        recast
        agent 8 2 skill 1 5
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            10s agent-7 is Ringing(reservation-1)
            10s reservation-1: ring agent-7 for call-1
            10s agent-8 is Ringing(reservation-2)
            10s reservation-2: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn a_new_queue_and_a_new_agent_work_as_if_they_had_always_been_there() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 2
        recast
        queue 2
        agent 8 2
        in 8
        call 2 2
        recast
        agent 7 1 2
        call 3 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns call-1 refused: no queue-2
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-1)
            0ns reservation-1: ring agent-8 for call-2
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn what_rings_rings_on_at_an_agent_who_has_lost_the_queue_and_goes_elsewhere_if_missed() {
    check(
        "
        queue 1 ring 10
        agent 7 1
        agent 8 1
        in 7
        call 1 1
        recast
        agent 7
        in 8
        wait 10
        state 7
        wait 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ready
            10s reservation-1: stop ringing, Missed
            10s reservation-1: over, Missed
            10s agent-7 is NotReady(Settling { until: Moment(11000000) })
            10s agent-8 is Ringing(reservation-2)
            10s reservation-2: ring agent-8 for call-1
            10s agent-7 is NotReady(Settling { until: Moment(11000000) })
            11s agent-7 is Ready
        "#]],
    );
}

#[test]
fn a_ring_that_is_answered_after_the_change_is_connected() {
    check(
        "
        queue 1 wrap 30
        agent 7 1
        in 7
        call 1 1
        recast
        queue 1 wrap 60
        agent 7
        accept 1
        connect 1
        end 7
        wait 60
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 60s
            0ns agent-7 is WrapUp { until: Moment(60000000) }
            60s agent-7 has written up
            60s agent-7 is Ready
        "#]],
    );
}

#[test]
fn after_call_work_that_is_on_ends_when_it_was_to_and_the_next_lasts_as_long_as_is_set_now() {
    check(
        "
        queue 1 wrap 30
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        end 7
        wait 10
        recast
        queue 1 wrap 5
        call 2 1
        wait 20
        accept 2
        connect 2
        end 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 30s
            0ns agent-7 is WrapUp { until: Moment(30000000) }
            30s agent-7 has written up
            30s agent-7 is Ready
            30s agent-7 is Ringing(reservation-2)
            30s reservation-2: ring agent-7 for call-2
            30s reservation-2: connect agent-7 with call-2
            30s reservation-2: over, Accepted
            30s agent-7 is Talking(call-2)
            30s agent-7 writes call-2 up until 35s
            30s agent-7 is WrapUp { until: Moment(35000000) }
        "#]],
    );
}

#[test]
fn a_pause_and_a_queue_left_by_hand_are_kept() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        in 7
        pause 7 3
        off 7 1
        recast
        queue 1 wrap 5
        agent 7 1 2 wrap 5
        call 1 1
        call 2 2
        state 7
        resume 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is NotReady(Paused(pause-3))
            0ns agent-7 is NotReady(Paused(pause-3))
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn a_queue_left_by_hand_is_served_when_it_was_taken_away_and_given_back() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        in 7
        off 7 1
        call 1 1
        recast
        agent 7 2
        recast
        agent 7 1 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn the_longest_idle_and_the_fewest_calls_are_counted_from_before() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        call 1 1
        accept 1
        connect 1
        end 7
        wait 5
        in 8
        wait 5
        recast
        queue 1 wrap 3
        call 2 1
        leave 2
        recast
        queue 1 by calls
        call 3 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 is Ready
            5s agent-8 is Ready
            10s agent-7 is Ringing(reservation-2)
            10s reservation-2: ring agent-7 for call-2
            10s reservation-2: stop ringing, Withdrawn
            10s reservation-2: over, Withdrawn
            10s agent-7 is Ready
            10s agent-8 is Ringing(reservation-3)
            10s reservation-3: ring agent-8 for call-3
        "#]],
    );
}

#[test]
fn who_was_hardly_occupied_before_the_queue_asked_for_it_is_rung_first() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        accept 1
        connect 1
        wait 120
        end 7
        wait 60
        call 2 1
        accept 2
        connect 2
        end 8
        wait 60
        recast
        queue 1 by occupancy
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
            121s agent-7 is Ready
            181s agent-8 is Ringing(reservation-2)
            181s reservation-2: ring agent-8 for call-2
            181s reservation-2: connect agent-8 with call-2
            181s reservation-2: over, Accepted
            181s agent-8 is Talking(call-2)
            181s agent-8 is Ready
            241s agent-8 is Ringing(reservation-3)
            241s reservation-3: ring agent-8 for call-3
        "#]],
    );
}

#[test]
fn a_step_that_is_due_by_the_new_rules_is_taken_at_once_and_a_later_one_in_its_time() {
    check(
        "
        queue 1 skill 1 4 then 60 1 0
        agent 7 1
        in 7
        call 1 1
        wait 20
        call 2 1
        recast
        queue 1 skill 1 4 then 20 1 0
        recast
        agent 8 1
        in 8
        wait 20
        ",
        expect![[r#"
            0ns agent-7 is Ready
            20s agent-7 is Ringing(reservation-1)
            20s reservation-1: ring agent-7 for call-1
            20s agent-8 is Ready
            40s reservation-1: stop ringing, Missed
            40s reservation-1: over, Missed
            40s agent-7 is NotReady(Settling { until: Moment(41000000) })
            40s agent-8 is Ringing(reservation-2)
            40s reservation-2: ring agent-8 for call-1
        "#]],
    );
}

#[test]
fn a_queue_that_asks_for_more_again_asks_for_it_of_those_who_wait_too() {
    check(
        "
        queue 1 skill 1 4 then 10 1 0
        agent 7 1
        call 1 1
        wait 15
        recast
        queue 1 skill 1 4 then 30 1 0
        in 7
        wait 15
        ",
        expect![[r#"
            15s agent-7 is Ready
            30s agent-7 is Ringing(reservation-1)
            30s reservation-1: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn priority_and_ageing_count_from_the_arrival_by_the_new_rules_at_once() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        in 7
        call 9 1
        accept 1
        connect 1
        call 1 1
        wait 30
        call 2 2
        wait 20
        place 1
        place 2
        recast
        queue 2 priority 2
        place 1
        place 2
        recast
        queue 1 ageing 300
        place 1
        end 7
        explain 1
        explain 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-9
            0ns reservation-1: connect agent-7 with call-9
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-9)
            50s place of call-1: Some(1)
            50s place of call-2: Some(2)
            50s place of call-1: Some(2)
            50s place of call-2: Some(1)
            50s place of call-1: Some(1)
            50s agent-7 is Ready
            50s agent-7 is Ringing(reservation-2)
            50s reservation-2: ring agent-7 for call-1
            50s call-1 has place None, priority 0, score 150s
            50s     agent-7: Is(Ringing(reservation-2))
            50s     at 50s to agent-7 by score 150s, HighestScore { rivals: [Some(Rival { call: call-2, score: 80s }), None, None] }
            50s call-2 has place Some(1), priority 2, score 80s
            50s     agent-7: Is(Ringing(reservation-2))
        "#]],
    );
}

#[test]
fn a_call_that_was_turned_down_keeps_away_from_the_agent_as_long_as_before() {
    check(
        "
        queue 1 pause 30
        agent 7 1
        agent 8 1
        in 7
        call 1 1
        accept 1
        connect 1
        in 8
        call 2 1
        decline 2
        end 7
        accept 3
        connect 3
        call 3 1
        wait 1
        decline 4
        wait 5
        recast
        queue 1 pause 5
        wait 25
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-2
            0ns reservation-2: over, Declined
            0ns agent-8 is NotReady(Settling { until: Moment(1000000) })
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-3)
            0ns reservation-3: ring agent-7 for call-2
            0ns reservation-3: connect agent-7 with call-2
            0ns reservation-3: over, Accepted
            0ns agent-7 is Talking(call-2)
            1s agent-8 is Ready
            1s agent-8 is Ringing(reservation-4)
            1s reservation-4: ring agent-8 for call-3
            1s reservation-4: over, Declined
            1s agent-8 is NotReady(Settling { until: Moment(2000000) })
            2s agent-8 is Ready
            31s agent-8 is Ringing(reservation-5)
            31s reservation-5: ring agent-8 for call-3
        "#]],
    );
}

#[test]
fn a_call_is_kept_for_the_last_agent_as_long_as_before_unless_the_queue_is_theirs_no_more() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        call 9 1
        accept 1
        connect 1
        call 1 1 for 7 30
        call 2 1 for 7 60
        in 8
        wait 10
        recast
        queue 1 wrap 5
        wait 20
        recast
        agent 7
        accept 2
        connect 2
        end 8
        wait 5
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-9
            0ns reservation-1: connect agent-7 with call-9
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-9)
            0ns agent-8 is Ready
            30s agent-8 is Ringing(reservation-2)
            30s reservation-2: ring agent-8 for call-1
            30s reservation-2: connect agent-8 with call-1
            30s reservation-2: over, Accepted
            30s agent-8 is Talking(call-1)
            30s agent-8 writes call-1 up until 35s
            30s agent-8 is WrapUp { until: Moment(35000000) }
            35s agent-8 has written up
            35s agent-8 is Ready
            35s agent-8 is Ringing(reservation-3)
            35s reservation-3: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn talks_go_on_when_there_is_room_for_fewer_and_no_other_is_rung_beside_them() {
    check(
        "
        queue 1
        agent 7 1 capacity 3
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        accept 2
        connect 2
        recast
        agent 7 1 capacity 1
        call 3 1
        talks 7
        end 7 1
        end 7 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
            0ns reservation-2: connect agent-7 with call-2
            0ns reservation-2: over, Accepted
            0ns agent-7 talks in [call-1, call-2]
            0ns agent-7 is Talking(call-2)
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-3)
            0ns reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn who_talks_and_has_room_for_another_since_is_rung_at_once() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        recast
        agent 7 1 capacity 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn a_lower_limit_throws_nobody_out_and_lets_nobody_in() {
    check(
        "
        queue 1
        agent 7
        call 1 1
        call 2 1
        recast
        queue 1 max 1
        centre 1
        waiting 1
        call 3 1
        leave 1
        call 4 1
        leave 2
        call 5 1
        ",
        expect![[r#"
            0ns queue-1 has [call-1, call-2] waiting
            0ns call-3 refused: queue full at 1 waiting
            0ns call-4 refused: queue full at 1 waiting
        "#]],
    );
}

#[test]
fn all_phones_that_ring_ring_on_and_where_one_is_enough_since_no_other_is_rung_beside_them() {
    check(
        "
        queue 1 by all
        agent 6 1
        agent 7 1
        agent 8 1
        agent 9 1
        in 6
        in 7
        call 1 1
        recast
        queue 1 by all wrap 5
        in 8
        recast
        queue 1 by idle
        in 9
        decline 1
        wait 2
        accept 2
        ",
        expect![[r#"
            0ns agent-6 is Ready
            0ns agent-7 is Ready
            0ns agent-6 is Ringing(reservation-1)
            0ns reservation-1: ring agent-6 for call-1
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-1
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-3)
            0ns reservation-3: ring agent-8 for call-1
            0ns agent-9 is Ready
            0ns reservation-1: over, Declined
            0ns agent-6 is NotReady(Settling { until: Moment(1000000) })
            1s agent-6 is Ready
            2s reservation-2: connect agent-7 with call-1
            2s reservation-3: stop ringing, TakenElsewhere
            2s reservation-3: over, TakenElsewhere
            2s agent-8 is Ready
        "#]],
    );
}

#[test]
fn one_phone_after_another_goes_on_in_its_time_and_ends_with_the_rule() {
    check(
        "
        queue 1 every 5
        agent 6 1
        agent 7 1
        agent 8 1
        in 6
        wait 1
        in 7
        wait 1
        in 8
        call 1 1
        wait 3
        recast
        queue 1 every 6
        wait 2
        recast
        queue 1 by idle
        wait 10
        ",
        expect![[r#"
            0ns agent-6 is Ready
            1s agent-7 is Ready
            2s agent-8 is Ready
            2s agent-6 is Ringing(reservation-1)
            2s reservation-1: ring agent-6 for call-1
            7s agent-7 is Ringing(reservation-2)
            7s reservation-2: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_new_condition_sends_on_at_once_who_has_waited_for_so_long_and_others_in_their_time() {
    check(
        "
        queue 1
        agent 7 1
        call 1 1
        wait 30
        call 2 1
        recast
        queue 1 waited 30
        wait 29
        recast
        queue 1 waited 60
        wait 30
        wait 1
        ",
        expect![[r#"
            30s call-1 sent on from queue-1 by 0: 30s, 2 for 0
            90s call-2 sent on from queue-1 by 0: 60s, 1 for 0
        "#]],
    );
}

#[test]
fn a_condition_on_agents_that_holds_goes_on_and_triggers_once() {
    check(
        "
        queue 1 all paused 20
        agent 7 1
        in 7
        call 9 1
        accept 1
        connect 1
        call 1 1
        pause 7 0
        wait 10
        recast
        queue 1 waited 100 all paused 20
        wait 9
        recast
        queue 1 waited 90 all paused 20
        wait 1
        recast
        queue 1 all paused 20
        wait 100
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-9
            0ns reservation-1: connect agent-7 with call-9
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-9)
            20s call-1 sent on from queue-1 by 1: 20s, 1 for 0
        "#]],
    );
}

#[test]
fn taking_the_last_agent_out_of_a_queue_meets_its_condition() {
    check(
        "
        queue 1 all out 0
        queue 2
        agent 7 1
        in 7
        call 9 1
        accept 1
        connect 1
        call 1 1
        recast
        agent 7 2
        call 2 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-9
            0ns reservation-1: connect agent-7 with call-9
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-9)
            0ns call-1 sent on from queue-1 by 0: 0ns, 1 for 0
            0ns call-2 sent on from queue-1 by 0: 0ns, 1 for 0
        "#]],
    );
}

#[test]
fn what_was_learned_of_a_queue_stays_and_before_that_the_last_word_on_it_counts() {
    check(
        "
        queue 1 talk 60
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        expect 2
        recast
        queue 1 talk 600
        expect 2
        wait 60
        end 7
        accept 2
        connect 2
        call 3 1
        expect 3
        recast
        queue 1 talk 6
        expect 3
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns call-2 waits 116s
            0ns call-2 waits 1156s
            60s agent-7 is Ready
            60s agent-7 is Ringing(reservation-2)
            60s reservation-2: ring agent-7 for call-2
            60s reservation-2: connect agent-7 with call-2
            60s reservation-2: over, Accepted
            60s agent-7 is Talking(call-2)
            60s call-3 waits 1129s
            60s call-3 waits 1129s
        "#]],
    );
}

#[test]
fn going_round_goes_on_behind_the_one_who_was_rung_last() {
    check(
        "
        queue 1 by round
        agent 6 1
        agent 7 1
        agent 8 1
        in 6
        in 7
        in 8
        call 1 1
        leave 1
        call 2 1
        leave 2
        recast
        queue 1 by round wrap 5
        agent 6 1 wrap 2
        call 3 1
        explain 3
        ",
        expect![[r#"
            0ns agent-6 is Ready
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-6 is Ringing(reservation-1)
            0ns reservation-1: ring agent-6 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-6 is Ready
            0ns agent-7 is Ringing(reservation-2)
            0ns reservation-2: ring agent-7 for call-2
            0ns reservation-2: stop ringing, Withdrawn
            0ns reservation-2: over, Withdrawn
            0ns agent-7 is Ready
            0ns agent-8 is Ringing(reservation-3)
            0ns reservation-3: ring agent-8 for call-3
            0ns call-3 has place None, priority 0, score 0ns
            0ns     agent-6: RungElsewhere
            0ns     agent-7: RungElsewhere
            0ns     agent-8: Is(Ringing(reservation-3))
            0ns     at 0ns to agent-8 by score 0ns, Strategy { strategy: RoundRobin, idle: 0ns, runner_up: Some(agent-6) }
        "#]],
    );
}

#[test]
fn rings_in_vain_count_by_the_new_limit() {
    check(
        "
        queue 1 ring 5
        agent 7 1
        in 7
        call 1 1
        wait 5
        leave 1
        wait 5
        recast
        agent 7 1 missed 1
        call 2 1
        recast
        agent 7 1 missed 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            5s reservation-1: stop ringing, Missed
            5s reservation-1: over, Missed
            5s agent-7 is NotReady(Settling { until: Moment(6000000) })
            6s agent-7 is Ready
            10s agent-7 is NotReady(MissedRing)
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-2)
            10s reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn of_many_who_can_be_brought_together_the_highest_score_has_the_first_choice() {
    check(
        "
        queue 1
        queue 2 by linear
        agent 6
        agent 7
        agent 8
        in 8
        wait 1
        in 7
        wait 1
        in 6
        call 1 1
        call 2 2 priority 1
        call 3 1 priority 2
        call 4 2
        recast
        agent 6 1 2
        agent 7 2
        agent 8 1 2
        ",
        expect![[r#"
            0ns agent-8 is Ready
            1s agent-7 is Ready
            2s agent-6 is Ready
            2s agent-8 is Ringing(reservation-1)
            2s reservation-1: ring agent-8 for call-3
            2s agent-6 is Ringing(reservation-2)
            2s reservation-2: ring agent-6 for call-2
            2s agent-7 is Ringing(reservation-3)
            2s reservation-3: ring agent-7 for call-4
        "#]],
    );
}

#[test]
fn time_on_duty_is_counted_by_the_rules_of_its_time() {
    check(
        "
        queue 1 ring 5
        agent 7 1 missed 1
        agent 8 1
        in 7
        call 1 1
        accept 1
        connect 1
        wait 60
        end 7
        call 2 1
        wait 5
        leave 2
        in 8
        call 3 1
        accept 3
        connect 3
        wait 120
        end 8
        wait 600
        recast
        queue 1 by occupancy
        agent 7 1
        wait 60
        call 4 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            60s agent-7 is Ready
            60s agent-7 is Ringing(reservation-2)
            60s reservation-2: ring agent-7 for call-2
            65s reservation-2: stop ringing, Missed
            65s reservation-2: over, Missed
            65s agent-7 is NotReady(MissedRing)
            65s agent-8 is Ready
            65s agent-8 is Ringing(reservation-3)
            65s reservation-3: ring agent-8 for call-3
            65s reservation-3: connect agent-8 with call-3
            65s reservation-3: over, Accepted
            65s agent-8 is Talking(call-3)
            185s agent-8 is Ready
            785s agent-7 is Ready
            845s agent-8 is Ringing(reservation-4)
            845s reservation-4: ring agent-8 for call-4
        "#]],
    );
}

#[test]
fn who_is_asked_how_long_it_will_take_is_asked_on_in_its_time() {
    check(
        "
        queue 1 talk 60 expecting 200
        agent 7 1
        in 7
        call 9 1
        accept 1
        connect 1
        call 1 1
        call 2 1
        call 3 1
        wait 20
        recast
        queue 1 talk 60 waited 50 expecting 200
        call 4 1
        wait 15
        recast
        queue 1 talk 60 expecting 100 waited 50
        wait 25
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-9
            0ns reservation-1: connect agent-7 with call-9
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-9)
            30.005s call-2 sent on from queue-1 by 1: 30.005s, 4 for 1, expected 237s
            30.01s call-3 sent on from queue-1 by 1: 30.01s, 3 for 1, expected 233s
            50s call-1 sent on from queue-1 by 1: 50s, 2 for 1
            50s call-4 sent on from queue-1 by 0: 30s, 1 for 1, expected 116s
        "#]],
    );
}

#[test]
fn what_was_due_before_is_done_by_the_rules_of_then_however_late() {
    let second = |second| Moment::ZERO + Duration::from_secs(second);
    let (queue, agent) = (QueueId(0), AgentId(0));
    let skilled = Need::always(Requirement::AtLeast(SkillId(0), 4));
    let relaxed = skilled.clone().then(Duration::from_secs(30), Requirement::ANYONE);
    let config = |need| {
        let queue = QueueConfig { needs: vec![need], ..QueueConfig::new(queue) };
        Config::new(vec![queue], vec![AgentConfig::new(agent, vec![QueueId(0)])])
    };
    let mut acd = Acd::new(config(relaxed));
    acd.handle(second(0), Input::Reachable(agent));
    acd.handle(second(0), Input::LoggedIn(agent));
    acd.handle(second(0), Input::Queued(Waiting::new(CallId(1), queue, second(0))));
    acd.recast(second(40), config(skilled));
    assert_eq!(acd.state_of(agent), Some(AgentState::Ringing(ReservationId(1))));
}

#[test]
fn who_turns_a_call_down_again_keeps_away_as_long_as_is_set_now() {
    check(
        "
        queue 1 pause 30
        agent 7 1
        in 7
        call 1 1
        decline 1
        wait 1
        recast
        queue 1 pause 0
        agent 8 1
        decline 2
        in 8
        decline 3
        wait 1
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
            1s reservation-2: over, Declined
            1s agent-7 is NotReady(Settling { until: Moment(2000000) })
            1s agent-8 is Ready
            1s agent-8 is Ringing(reservation-3)
            1s reservation-3: ring agent-8 for call-1
            1s reservation-3: over, Declined
            1s agent-8 is NotReady(Settling { until: Moment(2000000) })
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-4)
            2s reservation-4: ring agent-7 for call-1
            2s agent-8 is Ready
        "#]],
    );
}
