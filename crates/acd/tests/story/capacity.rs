//! An agent who may have several conversations at once.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_with_room_for_two_is_rung_while_talking_and_for_one_call_at_a_time() {
    check(
        "
        queue 1
        agent 7 1 capacity 2
        in 7
        call 1 1
        call 2 1
        call 3 1
        accept 1
        connect 1
        accept 2
        connect 2
        talks 7
        waiting 1
        end 7 1
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
            0ns queue-1 has [call-3] waiting
            0ns agent-7 is Talking(call-2)
            0ns reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn somebody_without_a_conversation_goes_first_in_every_strategy() {
    for strategy in ["occupancy", "calls", "round", "linear", "chance", "weight"] {
        let script = format!(
            "
            queue 1 by {strategy}
            queue 2
            agent 7 1 2 capacity 2 weight 1000000
            agent 8 1
            in 7
            call 1 2
            accept 1
            connect 1
            wait 1
            in 8
            call 2 1
            leave 2
            call 3 1
            leave 3
            call 4 1
            call 5 1
            "
        );
        let told = crate::script::play(&script);
        let rung: Vec<_> = told.lines().filter_map(|line| line.split_once(": ring ")).collect();
        let rung: Vec<_> = rung.into_iter().map(|(_, whom)| whom).collect();
        let first = ["agent-7 for call-1", "agent-8 for call-2", "agent-8 for call-3"];
        assert_eq!(rung, [&first[..], &["agent-8 for call-4", "agent-7 for call-5"]].concat());
    }
}

#[test]
fn of_those_with_as_many_conversations_who_has_had_them_for_longest_goes_first() {
    check(
        "
        queue 1
        agent 7 1 capacity 2
        agent 8 1 capacity 2
        in 7
        wait 1
        in 8
        call 1 1
        call 2 1
        wait 4
        accept 2
        connect 2
        wait 5
        accept 1
        connect 1
        wait 1
        call 3 1
        call 4 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            1s agent-8 is Ringing(reservation-2)
            1s reservation-2: ring agent-8 for call-2
            5s reservation-2: connect agent-8 with call-2
            5s reservation-2: over, Accepted
            5s agent-8 is Talking(call-2)
            10s reservation-1: connect agent-7 with call-1
            10s reservation-1: over, Accepted
            10s agent-7 is Talking(call-1)
            11s reservation-3: ring agent-8 for call-3
            11s reservation-4: ring agent-7 for call-4
        "#]],
    );
}

#[test]
fn all_with_room_are_rung_and_one_without_a_conversation_before_others() {
    check(
        "
        queue 1 by all
        queue 2 every 5
        agent 7 1 2 capacity 2
        agent 8 1 2
        in 7
        call 1 1
        accept 1
        connect 1
        in 8
        call 2 1
        accept 2
        leave 2
        wait 2
        call 3 2
        wait 5
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
            0ns reservation-3: ring agent-7 for call-2
            0ns reservation-2: connect agent-8 with call-2
            0ns reservation-3: stop ringing, TakenElsewhere
            0ns reservation-3: over, TakenElsewhere
            0ns reservation-2: stop ringing, Withdrawn
            0ns reservation-2: over, Withdrawn
            0ns agent-8 is Ready
            2s agent-8 is Ringing(reservation-4)
            2s reservation-4: ring agent-8 for call-3
            7s reservation-5: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn after_call_work_begins_with_the_end_of_the_last_conversation_and_is_the_longest_due() {
    check(
        "
        queue 1 wrap 90
        queue 2 wrap 20
        agent 7 1 2 capacity 2
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 2
        accept 2
        connect 2
        wait 10
        end 7 1
        wait 10
        end 7 2
        call 3 2
        wait 90
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
            10s agent-7 is Talking(call-2)
            20s agent-7 writes call-1 up until 110s
            20s agent-7 is WrapUp { until: Moment(110000000) }
            110s agent-7 has written up
            110s agent-7 is Ready
            110s agent-7 is Ringing(reservation-3)
            110s reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn a_ring_that_is_on_when_the_last_conversation_ends_puts_after_call_work_off() {
    check(
        "
        queue 1 ring 20 wrap 30
        agent 7 1 capacity 2
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        wait 5
        end 7 1
        state 7
        wait 15
        leave 2
        wait 30
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
            5s agent-7 is Ringing(reservation-2)
            5s agent-7 is Ringing(reservation-2)
            20s reservation-2: stop ringing, Missed
            20s reservation-2: over, Missed
            20s agent-7 writes call-1 up until 50s
            20s agent-7 is WrapUp { until: Moment(50000000) }
            50s agent-7 has written up
            50s agent-7 is Ready
        "#]],
    );
}

#[test]
fn a_pause_asked_in_a_conversation_keeps_further_rings_away_and_begins_after_the_last() {
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
        call 3 1
        pause 7 1
        explain 3
        end 7 1
        end 7 2
        resume 7
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
            0ns reservation-3: ring agent-7 for call-3
            0ns reservation-3: stop ringing, Withdrawn
            0ns reservation-3: over, Withdrawn
            0ns call-3 has place Some(1), priority 0, score 0ns
            0ns     agent-7: Is(NotReady(Paused(pause-1)))
            0ns     at 0ns to agent-7 by score 0ns, Strategy { strategy: LongestIdle, idle: 0ns, runner_up: None }
            0ns agent-7 is Talking(call-2)
            0ns agent-7 is NotReady(Paused(pause-1))
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-4)
            0ns reservation-4: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn an_own_call_keeps_further_rings_away_from_an_agent_who_talks() {
    check(
        "
        queue 1
        agent 7 1 capacity 2
        in 7
        call 1 1
        accept 1
        connect 1
        busy 7
        call 2 1
        explain 2
        free 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns call-2 has place Some(1), priority 0, score 0ns
            0ns     agent-7: Is(Occupied)
            0ns reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn a_second_ring_that_is_missed_leaves_the_conversation_alone_and_counts() {
    check(
        "
        queue 1 ring 20
        agent 7 1 capacity 2 missed 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        wait 22
        explain 2
        end 7 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
            20s reservation-2: stop ringing, Missed
            20s reservation-2: over, Missed
            22s call-2 has place Some(1), priority 0, score 22s
            22s     agent-7: Is(NotReady(MissedRing))
            22s     at 0ns to agent-7 by score 0ns, Strategy { strategy: LongestIdle, idle: 0ns, runner_up: None }
            22s agent-7 is NotReady(MissedRing)
        "#]],
    );
}

#[test]
fn a_call_kept_for_an_agent_rings_there_in_a_conversation_if_there_is_room() {
    check(
        "
        queue 1
        agent 7 1 capacity 2
        agent 8 1
        in 7
        in 8
        call 1 1
        accept 1
        connect 1
        call 2 1 for 7 30
        accept 2
        connect 2
        call 3 1 for 7 30
        explain 3
        wait 30
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
            0ns reservation-2: connect agent-7 with call-2
            0ns reservation-2: over, Accepted
            0ns call-3 has place Some(1), priority 0, score 0ns
            0ns     agent-7: Is(Talking(call-1))
            0ns     agent-8: KeptFor { agent: agent-7, until: Some(Moment(30000000)) }
            30s agent-8 is Ringing(reservation-3)
            30s reservation-3: ring agent-8 for call-3
        "#]],
    );
}

#[test]
fn a_ring_can_be_passed_on_to_a_colleague_who_talks_and_has_room() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1 capacity 2
        in 8
        call 1 1
        accept 1
        connect 1
        in 7
        call 2 1
        passes 2 8
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
            0ns reservation-2: over, PassedOn
            0ns agent-7 is NotReady(Settling { until: Moment(1000000) })
            0ns reservation-3: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn a_conversation_handed_over_is_one_of_the_queue_while_there_is_room() {
    check(
        "
        queue 1 wrap 10
        agent 7 1 capacity 2
        in 7
        takes 7 1 1
        takes 7 2 1
        takes 7 3 1
        takes 7 2 1
        talks 7
        end 7 3
        end 7 1
        end 7 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Talking(call-1)
            0ns agent-7 talks in [call-1, call-2]
            0ns agent-7 is Talking(call-2)
            0ns agent-7 writes call-2 up until 10s
            0ns agent-7 is WrapUp { until: Moment(10000000) }
        "#]],
    );
}

#[test]
fn agents_are_busy_for_a_condition_only_when_nobody_has_room() {
    check(
        "
        queue 1 coming busy
        agent 7 1 capacity 2
        in 7
        call 1 1
        call 2 1
        accept 1
        connect 1
        call 3 1
        accept 2
        connect 2
        call 4 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
            0ns call-3 sent on from queue-1 by 0: 0ns, 2 for 1
            0ns reservation-2: connect agent-7 with call-2
            0ns reservation-2: over, Accepted
            0ns call-4 sent on from queue-1 by 0: 0ns, 1 for 1
        "#]],
    );
}

#[test]
fn an_agent_counts_as_working_once_however_many_conversations_are_on() {
    check(
        "
        queue 1 by occupancy
        queue 2
        agent 7 1 2 capacity 2
        agent 8 1
        in 7
        in 8
        call 1 2
        accept 1
        connect 1
        call 2 2
        accept 2
        connect 2
        wait 30
        end 7 1
        end 7 2
        call 3 1
        accept 3
        connect 3
        wait 40
        end 8 3
        wait 60
        call 4 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: ring agent-7 for call-2
            0ns reservation-2: connect agent-7 with call-2
            0ns reservation-2: over, Accepted
            30s agent-7 is Talking(call-2)
            30s agent-7 is Ready
            30s agent-8 is Ringing(reservation-3)
            30s reservation-3: ring agent-8 for call-3
            30s reservation-3: connect agent-8 with call-3
            30s reservation-3: over, Accepted
            30s agent-8 is Talking(call-3)
            70s agent-8 is Ready
            130s agent-7 is Ringing(reservation-4)
            130s reservation-4: ring agent-7 for call-4
        "#]],
    );
}

#[test]
fn a_caller_who_waits_for_an_agent_of_two_conversations_waits_for_the_first_to_end() {
    check(
        "
        queue 1 talk 100
        agent 7 1 capacity 2
        agent 8 1
        in 7
        call 1 1
        accept 1
        connect 1
        wait 60
        call 2 1
        accept 2
        connect 2
        call 3 1
        expect 3
        wait 30
        expect 3
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            60s reservation-2: ring agent-7 for call-2
            60s reservation-2: connect agent-7 with call-2
            60s reservation-2: over, Accepted
            60s call-3 waits 97s
            90s call-3 waits 97s
        "#]],
    );
}
