//! What waits with nobody on the line.

use crate::check;
use expect_test::expect;

#[test]
fn a_work_item_waits_in_the_same_order_as_callers() {
    check(
        "
        queue 1 wrap 0
        agent 7 1
        call 1 1
        wait 1
        item 2 1
        wait 1
        call 3 1
        place 3
        in 7
        accept 1
        connect 1
        end 7
        accept 2
        connect 2
        end 7
        ",
        expect![[r#"
            2s place of call-3: Some(3)
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-1)
            2s reservation-1: ring agent-7 for call-1
            2s reservation-1: connect agent-7 with call-1
            2s reservation-1: over, Accepted
            2s agent-7 is Talking(call-1)
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-2)
            2s reservation-2: ring agent-7 for call-2
            2s reservation-2: connect agent-7 with call-2
            2s reservation-2: over, Accepted
            2s agent-7 is Talking(call-2)
            2s agent-7 is Ready
            2s agent-7 is Ringing(reservation-3)
            2s reservation-3: ring agent-7 for call-3
        "#]],
    );
}

#[test]
fn there_is_room_for_a_work_item_where_there_is_none_for_a_caller() {
    check(
        "
        queue 1 max 1
        agent 7 1
        item 1 1
        item 2 1
        call 3 1
        call 4 1
        item 5 1
        waiting 1
        ",
        expect![[r#"
            0ns call-4 refused: queue full at 1 waiting
            0ns queue-1 has [call-1, call-2, call-3, call-5] waiting
        "#]],
    );
}

#[test]
fn no_condition_sends_a_work_item_on() {
    check(
        "
        queue 1 waited 10 per 1
        agent 7 1
        item 1 1
        item 2 1
        call 3 1
        wait 60
        waiting 1
        ",
        expect![[r#"
            0ns call-3 sent on from queue-1 by 1: 0ns, 1 for 0
            60s queue-1 has [call-1, call-2] waiting
        "#]],
    );
}

#[test]
fn what_an_agent_gives_back_goes_to_others_and_comes_to_the_agent_again_after_the_pause() {
    check(
        "
        queue 1 wrap 0 pause 20
        agent 7 1
        agent 8 1
        in 7
        item 1 1
        accept 1
        connect 1
        item 2 1 since 0 from 7
        end 7
        wait 10
        call 3 1
        accept 2
        connect 2
        wait 5
        end 7
        wait 4
        waiting 1
        wait 1
        leave 2
        item 4 1 from 7
        in 8
        ",
        expect![[r#"
            0ns agent-7 is Ready
            0ns agent-7 is Ringing(reservation-1)
            0ns reservation-1: ring agent-7 for call-1
            0ns reservation-1: connect agent-7 with call-1
            0ns reservation-1: over, Accepted
            0ns agent-7 is Talking(call-1)
            0ns agent-7 is Ready
            10s agent-7 is Ringing(reservation-2)
            10s reservation-2: ring agent-7 for call-3
            10s reservation-2: connect agent-7 with call-3
            10s reservation-2: over, Accepted
            10s agent-7 is Talking(call-3)
            15s agent-7 is Ready
            19s queue-1 has [call-2] waiting
            20s agent-7 is Ringing(reservation-3)
            20s reservation-3: ring agent-7 for call-2
            20s reservation-3: stop ringing, Withdrawn
            20s reservation-3: over, Withdrawn
            20s agent-7 is Ready
            20s agent-8 is Ready
            20s agent-8 is Ringing(reservation-4)
            20s reservation-4: ring agent-8 for call-4
        "#]],
    );
}
