//! Whose turn it is, and who is rung.

use crate::check;
use expect_test::expect;

#[test]
fn the_agent_who_has_been_idle_longest_is_rung() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 8
        wait 1
        in 7
        call 1 1
        accept 1
        connect 1
        end 8
        call 2 1
        call 3 1
        ",
        expect![[r#"
            0ns agent-8 is Ready
            1s agent-7 is Ready
            1s agent-8 is Ringing(reservation-1)
            1s reservation-1: ring agent-8 for call-1
            1s reservation-1: connect agent-8 with call-1
            1s reservation-1: over, Accepted
            1s agent-8 is Talking(call-1)
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-2)
            1s reservation-2: ring agent-7 for call-2
            1s agent-8 is Ringing(reservation-3)
            1s reservation-3: ring agent-8 for call-3
        "#]],
    );
}

#[test]
fn a_call_over_all_queues_goes_first_that_has_waited_longest() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        call 1 2
        wait 1
        call 2 1
        in 7
        ",
        expect![[r#"
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_step_of_priority_is_worth_thirty_seconds_and_no_more() {
    check(
        "
        queue 1
        queue 2 priority 1
        agent 7 1 2
        call 1 1
        wait 29
        call 2 2
        wait 2
        call 3 2
        waiting 2
        in 7
        accept 1
        connect 1
        end 7
        ",
        expect![[r#"
            31s queue-2 has [call-2, call-3] waiting
            31s agent-7 is Ready
            31s agent-7 is Ringing(reservation-1)
            31s reservation-1: ring agent-7 for call-2
            31s reservation-1: connect agent-7 with call-2
            31s reservation-1: over, Accepted
            31s agent-7 is Talking(call-2)
            31s agent-7 is Ready
            31s agent-7 is Ringing(reservation-2)
            31s reservation-2: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_caller_from_another_queue_brings_the_first_arrival() {
    check(
        "
        queue 1
        wait 10
        call 1 1
        call 2 1 since 5
        waiting 1
        ",
        expect![[r#"
            10s queue-1 has [call-2, call-1] waiting
        "#]],
    );
}

#[test]
fn a_call_goes_only_to_those_who_have_the_skills() {
    check(
        "
        queue 1 skill 1 4 skill 2 1
        agent 6 1 skill 1 5
        agent 7 1 skill 1 3 skill 2 5
        agent 8 1 skill 1 4 skill 2 1
        in 6
        in 7
        call 1 1
        wait 1
        in 8
        ",
        expect![[r#"
            0ns agent-6 is Ready
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-8 is Ringing(reservation-1)
            1s reservation-1: ring agent-8 for call-1
        "#]],
    );
}

#[test]
fn explain_names_the_score_the_place_and_what_keeps_each_agent() {
    check(
        "
        queue 1 priority 1 skill 1 4
        agent 6 1 skill 1 1
        agent 7 1 skill 1 4
        agent 8 1 skill 1 4
        agent 9 1 skill 1 4
        in 8
        call 1 1
        accept 1
        connect 1
        in 7
        call 2 1
        decline 2
        wait 10
        explain 1
        explain 2
        call 3 1
        explain 3
        explain 4
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
            10s     at 0ns to agent-8 by score 30s, Strategy { strategy: LongestIdle, idle: 0ns, runner_up: None }
            10s call-2 has place Some(1), priority 1, score 40s
            10s     agent-6: LacksSkill(skill-1)
            10s     agent-7: TurnedDown { until: Moment(30000000) }
            10s     agent-8: Is(Talking(call-1))
            10s     agent-9: Is(LoggedOut)
            10s     at 0ns to agent-7 by score 30s, Strategy { strategy: LongestIdle, idle: 0ns, runner_up: None }
            10s agent-7 is Ringing(reservation-3)
            10s reservation-3: ring agent-7 for call-3
            10s call-3 has place None, priority 1, score 30s
            10s     agent-6: LacksSkill(skill-1)
            10s     agent-7: Is(Ringing(reservation-3))
            10s     agent-8: Is(Talking(call-1))
            10s     agent-9: Is(LoggedOut)
            10s     at 10s to agent-7 by score 30s, Strategy { strategy: LongestIdle, idle: 9s, runner_up: None }
            10s call-4 is unknown
        "#]],
    );
}

#[test]
fn explain_names_who_would_have_been_next() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        agent 8 1
        call 1 1
        wait 5
        call 2 2
        wait 5
        in 7
        accept 1
        connect 1
        end 7
        leave 2
        in 8
        wait 5
        call 3 1
        explain 1
        explain 3
        ",
        expect![[r#"
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-1)
            10s reservation-1: ring agent-7 for call-1
            10s reservation-1: connect agent-7 with call-1
            10s reservation-1: over, Accepted
            10s agent-7 is Talking(call-1)
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-2)
            10s reservation-2: ring agent-7 for call-2
            10s reservation-2: stop ringing, Withdrawn
            10s reservation-2: over, Withdrawn
            10s agent-7 is Ready
            10s agent-8 is Ready
            15s agent-7 is Ringing(reservation-3)
            15s reservation-3: ring agent-7 for call-3
            15s     at 10s to agent-7 by score 10s, HighestScore { rivals: [Some(Rival { call: call-2, score: 5s }), None, None] }
            15s call-3 has place None, priority 0, score 0ns
            15s     agent-7: Is(Ringing(reservation-3))
            15s     agent-8: RungElsewhere
            15s     at 15s to agent-7 by score 0ns, Strategy { strategy: LongestIdle, idle: 5s, runner_up: Some(agent-8) }
        "#]],
    );
}
