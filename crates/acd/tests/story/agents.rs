//! What an agent can count on.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_goes_from_line_to_conversation_to_wrap_up_to_the_next_call() {
    check(
        "
        queue 1 wrap 30
        agent 7 1
        call 1 1
        call 2 1
        wait 12
        in 7
        wait 3
        accept 1
        connect 1
        wait 60
        end 7
        wait 40
        ",
        expect![[r#"
            12s agent-7 is Ready
            12s agent-7 is Ringing(reservation-1)
            12s reservation-1: ring agent-7 for call-1
            15s reservation-1: connect agent-7 with call-1
            15s reservation-1: over, Accepted
            15s agent-7 is Talking(call-1)
            75s agent-7 writes call-1 up until 105s
            75s agent-7 is WrapUp { until: Moment(105000000) }
            105s agent-7 has written up
            105s agent-7 is Ready
            105s agent-7 is Ringing(reservation-2)
            105s reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn a_lost_phone_moves_its_ring_on_at_once_and_returns_by_itself() {
    check(
        "
        queue 1
        agent 7 1
        agent 8 1
        in 7
        wait 1
        in 8
        call 1 1
        wait 2
        lost 7
        wait 3
        back 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            1s agent-8 is Ready
            1s agent-7 is Ringing(reservation-1)
            1s reservation-1: ring agent-7 for call-1
            3s reservation-1: stop ringing, Withdrawn
            3s reservation-1: over, Withdrawn
            3s agent-7 is Unreachable
            3s agent-8 is Ringing(reservation-2)
            3s reservation-2: ring agent-8 for call-1
            6s agent-7 is Ready
        "#]],
    );
}

#[test]
fn a_log_out_while_talking_takes_effect_after_the_call() {
    check(
        "
        queue 1 wrap 30
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        out 7
        state 7
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
            0ns agent-7 is Talking(call-1)
            0ns agent-7 is LoggedOut
        "#]],
    );
}

#[test]
fn a_phone_lost_while_talking_still_has_its_wrap_up() {
    check(
        "
        queue 1 wrap 30
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        lost 7
        end 7
        wait 10
        back 7
        wait 30
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 30s
            0ns agent-7 is Unreachable
            10s agent-7 is WrapUp { until: Moment(30000000) }
            30s agent-7 has written up
            30s agent-7 is Ready
        "#]],
    );
}

#[test]
fn wrap_up_is_the_agents_own_and_can_end_early() {
    check(
        "
        queue 1 wrap 30
        agent 7 1 wrap 90
        in 7
        call 1 1
        accept 1
        connect 1
        end 7
        call 2 1
        wait 10
        done 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 writes call-1 up until 90s
            0ns agent-7 is WrapUp { until: Moment(90000000) }
            10s agent-7 has written up
            10s agent-7 is Ready
            10s agent-7 is Ringing(reservation-2)
            10s reservation-2: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn an_agent_on_a_call_of_their_own_is_not_rung() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        busy 7
        wait 5
        free 7
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is Occupied
            5s agent-7 is Ready
            5s agent-7 is Ringing(reservation-2)
            5s reservation-2: ring agent-7 for call-1
        "#]],
    );
}

#[test]
fn what_comes_too_late_changes_nothing() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        leave 1
        accept 1
        connect 1
        decline 1
        end 7
        done 7
        leave 1
        in 9
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is Ready
        "#]],
    );
}
