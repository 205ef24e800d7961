//! When a call does not simply wait.

use crate::check;
use expect_test::expect;

#[test]
fn nobody_logged_in_sends_on_whoever_comes() {
    check(
        "
        queue 1 coming out
        agent 7 1
        call 1 1
        in 7
        call 2 1
        ",
        expect![[r#"
            0ns call-1 sent on from queue-1 by 0: 0ns, 1 for 0
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-2
        "#]],
    );
}

#[test]
fn each_way_of_nobody_being_there_triggers_its_own_condition_and_no_other() {
    check(
        "
        queue 1 wrap 60 coming out coming paused coming wrap coming busy
        agent 7 1
        agent 8 1
        call 1 1
        in 7
        pause 7 0
        call 2 1
        resume 7
        call 3 1
        call 4 1
        accept 1
        connect 1
        end 7
        call 5 1
        in 8
        call 6 1
        ",
        expect![[r#"
            0ns call-1 sent on from queue-1 by 0: 0ns, 1 for 0
            0ns agent-7 is Ready
            0ns agent-7 is NotReady(Paused(pause-0))
            0ns call-2 sent on from queue-1 by 1: 0ns, 1 for 0
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-3
            0ns call-4 sent on from queue-1 by 3: 0ns, 2 for 1
            0ns reservation-1: connect agent-7 with call-3
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-3)
            0ns agent-7 writes call-3 up until 60s
            0ns agent-7 is WrapUp { until: Moment(60000000) }
            0ns call-5 sent on from queue-1 by 2: 0ns, 1 for 1
            0ns agent-8 is Ready
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-6
        "#]],
    );
}

#[test]
fn everyone_who_waits_is_sent_on_when_nobody_has_been_there_for_long_enough() {
    check(
        "
        queue 1 all out,lost 10
        agent 7 1
        in 7
        call 1 1
        call 2 1
        call 3 1
        accept 1
        connect 1
        wait 5
        out 7
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
            5s agent-7 is LoggedOut
            15s call-2 sent on from queue-1 by 0: 15s, 2 for 0
            15s call-3 sent on from queue-1 by 0: 15s, 1 for 0
        "#]],
    );
}

#[test]
fn a_phone_that_comes_and_goes_throws_nobody_out() {
    check(
        "
        queue 1 all out,lost 10
        agent 7 1
        in 7
        busy 7
        call 1 1
        wait 5
        lost 7
        wait 9
        back 7
        lost 7
        wait 9
        back 7
        wait 60
        waiting 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            5s agent-7 is Unreachable
            14s agent-7 is Occupied
            14s agent-7 is Unreachable
            23s agent-7 is Occupied
            83s queue-1 has [call-1] waiting
        "#]],
    );
}

#[test]
fn who_has_waited_long_enough_is_sent_on_once_and_not_while_being_rung() {
    check(
        "
        queue 1 ring 20 waited 30
        agent 7 1
        call 1 1
        call 2 1
        wait 25
        in 7
        wait 100
        ",
        expect![[r#"
            25s agent-7 is Ready
            25s agent-7 is Ringing(reservation-1)
            25s reservation-1: ring agent-7 for call-1
            30s call-2 sent on from queue-1 by 0: 30s, 2 for 1
            45s reservation-1: stop ringing, Missed
            45s reservation-1: over, Missed
            45s agent-7 is NotReady(Settling { until: Moment(46000000) })
            45s call-1 sent on from queue-1 by 0: 45s, 1 for 1
            46s agent-7 is Ready
        "#]],
    );
}

#[test]
fn who_waits_again_has_the_time_of_the_queue_anew_and_the_first_arrival_still() {
    check(
        "
        queue 1 waited 30
        queue 2 waited 60
        agent 7 1 2
        call 1 1
        wait 30
        call 1 2 since 0
        explain 1
        wait 59
        wait 1
        ",
        expect![[r#"
            30s call-1 sent on from queue-1 by 0: 30s, 1 for 0
            30s call-1 has place Some(1), priority 0, score 30s
            30s     agent-7: Is(LoggedOut)
            90s call-1 sent on from queue-2 by 0: 60s, 1 for 0
        "#]],
    );
}

#[test]
fn too_many_calls_for_those_on_duty_send_on_whoever_comes() {
    check(
        "
        queue 1 per 2
        agent 7 1
        call 1 1
        in 7
        call 2 1
        call 3 1
        call 4 1
        ",
        expect![[r#"
            0ns call-1 sent on from queue-1 by 0: 0ns, 1 for 0
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-2
            0ns call-4 sent on from queue-1 by 0: 0ns, 3 for 1
        "#]],
    );
}

#[test]
fn of_several_conditions_the_first_in_the_list_counts() {
    check(
        "
        queue 1 max 1 per 1 coming out waited 5
        agent 7 1
        call 1 1
        in 7
        busy 7
        call 2 1
        call 3 1
        wait 5
        ",
        expect![[r#"
            0ns call-1 sent on from queue-1 by 0: 0ns, 1 for 0
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            0ns call-3 sent on from queue-1 by 0: 0ns, 2 for 1
            5s call-2 sent on from queue-1 by 2: 5s, 1 for 1
        "#]],
    );
}

#[test]
fn who_is_away_from_the_queue_is_not_there_for_it() {
    check(
        "
        queue 1 all out 0
        queue 2
        agent 7 1 2
        in 7
        busy 7
        call 1 1
        off 7 1
        on 7 1
        call 2 1
        waiting 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Occupied
            0ns call-1 sent on from queue-1 by 0: 0ns, 1 for 0
            0ns queue-1 has [call-2] waiting
        "#]],
    );
}

#[test]
fn whoever_is_expected_to_wait_too_long_is_sent_on_and_the_one_before_stays() {
    check(
        "
        queue 1 talk 100 expected 200
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        arriving 1
        call 2 1
        wait 1
        arriving 1
        call 3 1
        waiting 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns who comes to queue-1 waits Ok(193s)
            1s who comes to queue-1 waits Ok(388s)
            1s call-3 sent on from queue-1 by 0: 0ns, 2 for 1, expected 388s
            1s queue-1 has [call-2] waiting
        "#]],
    );
}

#[test]
fn who_waits_is_asked_every_half_minute_whether_the_wait_has_become_too_long() {
    check(
        "
        queue 1 talk 100 expecting 200
        agent 7 1
        agent 8 1
        in 7
        in 8
        call 1 1
        call 2 1
        accept 1
        accept 2
        connect 1
        connect 2
        call 3 1
        call 4 1
        expect 4
        wait 31
        out 8
        end 8
        wait 28
        expect 4
        wait 10
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-8 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns agent-8 is Ringing(reservation-2)
            0ns reservation-2: ring agent-8 for call-2
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-2: connect agent-8 with call-2
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns reservation-2: over, Accepted
            0ns agent-8 is Talking(call-2)
            0ns call-4 waits 185s
            31s agent-8 is LoggedOut
            59s call-4 waits 374s
            60.005s call-4 sent on from queue-1 by 0: 60.005s, 2 for 1, expected 374s
        "#]],
    );
}

#[test]
fn an_expected_wait_that_would_be_a_guess_sends_nobody_on() {
    check(
        "
        queue 1 expected 1 expecting 1
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        expect 2
        wait 60
        waiting 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns call-2 waits: too few talks are known
            60s queue-1 has [call-2] waiting
        "#]],
    );
}

#[test]
fn a_crowd_that_comes_at_once_is_asked_one_by_one_how_long_it_would_wait() {
    check(
        "
        queue 1 talk 100 expected 200
        agent 7 1
        in 7
        call 1 1
        accept 1
        connect 1
        call 2 1
        call 3 1
        call 4 1
        call 5 1
        leave 4
        waiting 1
        wait 1
        waiting 1
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns queue-1 has [call-2, call-3, call-5] waiting
            5ms call-3 sent on from queue-1 by 0: 5ms, 3 for 1, expected 382s
            10ms call-5 sent on from queue-1 by 0: 10ms, 2 for 1, expected 375s
            1s queue-1 has [call-2] waiting
        "#]],
    );
}
