//! What a call needs of an agent, and whom it is kept for.

use crate::check;
use expect_test::expect;

#[test]
fn a_need_is_relaxed_step_by_step_and_the_place_is_kept() {
    check(
        "
        queue 1 skill 1 4 then 30 1 3 then 60 1 0
        agent 7 1 skill 1 3
        agent 8 1
        in 8
        wait 1
        in 7
        call 1 1
        call 2 1
        explain 1
        wait 29
        place 2
        wait 1
        decline 1
        place 1
        wait 40
        ",
        expect![[r#"
            0ns agent-8 is Ready
            1s agent-7 is Ready
            1s call-1 has place Some(1), priority 0, score 0ns
            1s     agent-7: LacksSkill(skill-1)
            1s     agent-8: LacksSkill(skill-1)
            30s place of call-2: Some(2)
            31s agent-7 is Ringing(reservation-1)
            31s reservation-1: ring agent-7 for call-1
            31s reservation-1: over, Declined
            31s agent-7 is NotReady(Settling { until: Moment(32000000) })
            31s place of call-1: Some(1)
            32s agent-7 is Ready
            32s agent-7 is Ringing(reservation-2)
            32s reservation-2: ring agent-7 for call-1
            52s reservation-2: stop ringing, Missed
            52s reservation-2: over, Missed
            52s agent-7 is NotReady(Settling { until: Moment(53000000) })
            53s agent-7 is Ready
            53s agent-7 is Ringing(reservation-3)
            53s reservation-3: ring agent-7 for call-1
            61s agent-8 is Ringing(reservation-4)
            61s reservation-4: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn nothing_is_relaxed_while_somebody_who_will_do_is_ready() {
    check(
        "
        queue 1 skill 1 4 then 30 1 0
        agent 7 1 skill 1 4
        agent 8 1
        in 8
        wait 1
        in 7
        call 1 1
        ",
        expect![[r#"
            0ns agent-8 is Ready
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn a_later_tier_is_asked_when_the_earlier_ones_have_had_their_time() {
    check(
        "
        queue 1 tier 10 tier 20
        agent 7 1/1
        agent 8 1/2
        agent 9 1/3
        in 8
        in 9
        call 1 1
        call 2 1
        explain 1
        wait 30
        ",
        expect![[r#"
            0ns agent-8 is Ready
            0ns agent-9 is Ready
            0ns call-1 has place Some(1), priority 0, score 0ns
            0ns     agent-7: Is(LoggedOut)
            0ns     agent-8: LaterTier(2)
            0ns     agent-9: LaterTier(3)
            10s agent-8 is Ringing(reservation-1)
            10s reservation-1: ring agent-8 for call-1
            30s reservation-1: stop ringing, Missed
            30s reservation-1: over, Missed
            30s agent-8 is NotReady(Settling { until: Moment(31000000) })
            30s agent-9 is Ringing(reservation-2)
            30s reservation-2: ring agent-9 for call-1
        "#]],
    );
}

#[test]
fn a_call_is_kept_for_the_last_agent_and_released_at_its_full_age() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        in 8
        call 1 1
        accept 1
        connect 1
        call 2 1 for 7 20
        explain 2
        wait 5
        call 3 1
        wait 14
        place 2
        wait 1
        leave 3
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns call-2 has place Some(1), priority 0, score 0ns
            0ns     agent-7: Is(Talking(call-1))
            0ns     agent-8: KeptFor { agent: agent-7, until: Some(Moment(20000000)) }
            5s agent-8 is Ringing(reservation-2)
            5s reservation-2: ring agent-8 for call-3
            19s place of call-2: Some(1)
            20s reservation-2: stop ringing, Withdrawn
            20s reservation-2: over, Withdrawn
            20s agent-8 is Ready
            20s agent-8 is Ringing(reservation-3)
            20s reservation-3: ring agent-8 for call-2
        "#]],
    );
}

#[test]
fn a_kept_call_comes_to_its_agent_by_its_score_like_any_other() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        wait 1
        call 3 1 for 7 60
        end 7
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
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-2)
            1s reservation-2: ring agent-7 for call-2
            1s reservation-2: connect agent-7 with call-2
            1s reservation-2: over, Accepted
            1s agent-7 is Talking(call-2)
            1s agent-7 is Ready
            1s agent-7 is Ringing(reservation-3)
            1s reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn who_is_not_on_duty_has_no_calls_kept() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 8
        call 1 1 for 7 60
        in 7
        busy 7
        call 2 1 for 7 60
        out 7
        place 2
        ",
        expect![[r#"
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-1)
            0ns reservation-1: ring agent-8 for call-1
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            0ns agent-7 is LoggedOut
            0ns place of call-2: Some(1)
        "#]],
    );
}
