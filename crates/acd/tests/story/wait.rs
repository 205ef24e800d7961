//! Where a caller stands at the agents who can take the call, and how long it will take.

use crate::check;
use expect_test::expect;

/// A queue whose only agent talks with somebody.
const ONE_TALKS: &str = "
    queue 1 talk 100 wrap 20
    agent 7 1
    in 7
    call 1 1
    accept 1
    connect 1
";

#[test]
fn a_call_of_another_queue_that_goes_first_at_a_shared_agent_is_ahead() {
    check(
        "
        queue 1
        queue 2
        agent 7 1 2
        agent 8 2
        in 7
        busy 7
        call 1 1
        wait 5
        call 2 2
        place 1
        place 2
        in 8
        busy 8
        out 7
        place 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            5s place of call-1: Some(1)
            5s place of call-2: Some(2)
            5s agent-8 is Ready
            5s agent-8 is Ringing(reservation-1)
            5s reservation-1: ring agent-8 for call-2
            5s reservation-1: stop ringing, Withdrawn
            5s reservation-1: over, Withdrawn
            5s agent-8 is Occupied
            5s agent-7 is LoggedOut
            5s place of call-2: Some(1)
        "#]],
    );
}

#[test]
fn a_call_that_only_others_can_take_is_not_ahead() {
    check(
        "
        queue 1 skill 3 5 then 60 3 0
        agent 7 1 skill 3 5
        agent 8 1
        in 8
        busy 8
        call 1 1
        wait 61
        call 2 1
        place 2
        in 7
        busy 7
        place 2
        place 1
        ",
        expect![[r#"
            0ns agent-8 is Ready
            0ns agent-8 is Occupied
            61s place of call-2: Some(2)
            61s agent-7 is Ready
            61s agent-7 is Ringing(reservation-1)
            61s reservation-1: ring agent-7 for call-1
            61s reservation-1: stop ringing, Withdrawn
            61s reservation-1: over, Withdrawn
            61s agent-7 is Occupied
            61s place of call-2: Some(2)
            61s place of call-1: Some(1)
        "#]],
    );
}

#[test]
fn a_more_urgent_call_of_another_queue_is_ahead_while_it_is() {
    check(
        "
        queue 1 ageing 200
        queue 2 priority 1
        agent 7 1 2
        in 7
        busy 7
        call 1 1
        wait 20
        call 2 2
        place 1
        place 2
        wait 20
        call 3 2
        place 1
        place 3
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            20s place of call-1: Some(1)
            20s place of call-2: Some(2)
            40s place of call-1: Some(1)
            40s place of call-3: Some(3)
        "#]],
    );
}

#[test]
fn nothing_is_said_while_nobody_is_on_duty() {
    check(
        "
        queue 1 talk 100
        agent 7 1
        call 1 1
        expect 1
        arriving 1
        in 7
        pause 7 1
        expect 1
        ",
        expect![[r#"
            0ns call-1 waits: nobody is on duty for it
            0ns who comes to queue-1 waits Err(NobodyOnDuty)
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: stop ringing, Withdrawn
            0ns reservation-1: over, Withdrawn
            0ns agent-7 is NotReady(Paused(pause-1))
            0ns call-1 waits: nobody is on duty for it
        "#]],
    );
}

#[test]
fn nothing_is_said_of_talks_that_nobody_knows() {
    check(
        "
        queue 1
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        expect 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns call-2 waits: too few talks are known
        "#]],
    );
}

#[test]
fn the_end_of_after_call_work_is_told_to_the_second() {
    let script =
        format!("{ONE_TALKS} call 2 1 \n wait 60 \n end 7 \n expect 2 \n wait 15 \n expect 2");
    check(
        &script,
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            60s agent-7 writes call-1 up until 80s
            60s agent-7 is WrapUp { until: Moment(80000000) }
            60s call-2 waits 25s
            75s call-2 waits 10s
        "#]],
    );
}

#[test]
fn each_caller_ahead_makes_it_longer_and_each_agent_shorter() {
    check(
        "
        queue 1 talk 100
        agent 7 1
        agent 8 1
        agent 9 1
        in 7
        in 8
        in 9
        busy 9
        call 1 1
        call 2 1
        accept 1
        connect 1
        accept 2
        connect 2
        call 3 1
        call 4 1
        call 5 1
        expect 3
        expect 4
        expect 5
        free 9
        accept 3
        connect 3
        expect 4
        expect 5
        out 9
        expect 4
        expect 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-9 is Ready
            0ns agent-9 is Occupied
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-2
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: connect agent-8 with call-2
            0ns reservation-2: over, Accepted
            0ns agent-8 is Talking(call-2)
            0ns call-3 waits 97s
            0ns call-4 waits 185s
            0ns call-5 waits 275s
            0ns agent-9 is Ready
            0ns agent-9 is Ringing(reservation-3)
            0ns reservation-3: ring agent-9 for call-3
            0ns reservation-3: connect agent-9 with call-3
            0ns reservation-3: over, Accepted
            0ns agent-9 is Talking(call-3)
            0ns call-4 waits 69s
            0ns call-5 waits 123s
            0ns call-4 waits 98s
            0ns call-1 does not wait
        "#]],
    );
}

#[test]
fn who_would_find_an_agent_ready_waits_for_the_phone_alone() {
    check(
        "
        queue 1 talk 100
        agent 7 1
        in 7
        arriving 1
        arriving 2
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns who comes to queue-1 waits Ok(5s)
            0ns who comes to queue-2 waits Err(NobodyOnDuty)
        "#]],
    );
}

#[test]
fn who_wants_to_be_surer_is_told_more() {
    let script = |sure: &str| ONE_TALKS.replace("queue 1", &format!("queue 1 sure {sure}"));
    for (sure, told) in [
        (
            "50",
            expect![[r#"
                0ns agent-7 is Ready
                0ns agent-7 is Ringing(reservation-1)
                0ns reservation-1: ring agent-7 for call-1
                0ns reservation-1: connect agent-7 with call-1
                0ns reservation-1: over, Accepted
                0ns agent-7 is Talking(call-1)
                0ns call-2 waits 105s
            "#]],
        ),
        (
            "95",
            expect![[r#"
                0ns agent-7 is Ready
                0ns agent-7 is Ringing(reservation-1)
                0ns reservation-1: ring agent-7 for call-1
                0ns reservation-1: connect agent-7 with call-1
                0ns reservation-1: over, Accepted
                0ns agent-7 is Talking(call-1)
                0ns call-2 waits 423s
            "#]],
        ),
    ] {
        check(&format!("{} call 2 1 \n expect 2", script(sure)), told);
    }
}
