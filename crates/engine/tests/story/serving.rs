//! Out of one queue and into it again.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_leaves_one_queue_by_code_and_serves_the_others() {
    check(
        "
        with work
        1021 registers
        tell media ledger agents
        1021 dials *191
        1021 hears it out
        kim calls 9020
        wait 10
        lo calls 9021
        wait 2
        lo hangs up
        1021 dials *181
        1021 hears it out
        ",
        expect![[r#"
            0s ledger: 1021 left sales
            0s 1021 hears code/queue-left
            0s 1021 is occupied
            0s 1021 is ready
            0s ledger: call-1 offered to 9020 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 queued in sales
            0s kim hears music
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
            10s ledger: call-2 offered to 9021 by 0707654321
            10s ledger: call-2 answered
            10s ledger: call-2 queued in advice
            10s lo hears music
            10s ledger: call-2 rang 1021
            10s 1021 is ringing
            12s ledger: call-2 1021 withdrawn
            12s ledger: call-2 leaves unserved, None in advice: 3 logged_out, 1 ringing
            12s ledger: call-2 ended Abandoned(Ringing): caller hung up
            12s 1021 is ready
            12s ledger: 1021 joined sales
            12s 1021 hears code/queue-joined
            12s 1021 is occupied
            12s ledger: call-1 rang 1021
            12s 1021 is ringing
        "#]],
    );
}

#[test]
fn a_ring_for_a_queue_that_is_left_goes_to_somebody_else() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        1022 registers
        tell agents ledger
        command 1021 leave_queue advice
        command 1021 leave_queue advice
        command 1021 join_queue advice
        ",
        expect![[r#"
            0s ledger: 1021 left advice
            0s ledger: call-1 1021 withdrawn
            0s ledger: call-1 rang 1022
            0s 1021 is ready
            0s 1022 is ringing
            0s ledger: 1021 joined advice
        "#]],
    );
}

#[test]
fn nobody_leaves_a_queue_that_is_not_theirs() {
    check(
        "
        with work
        1022 registers
        tell media commands
        1022 dials *191
        1022 hears it out
        command 1022 leave_queue sales
        command 1022 join_queue nonsense
        ",
        expect![[r#"
            0s ledger: phone: leave_queue sales of 1022 refused, not_of_queue
            0s 1022 hears code/refused
            0s ledger: socket: leave_queue sales of 1022 refused, not_of_queue
            0s desk: refused: agent 1022 has no queue sales: use the name of a queue that the agent has in the dialplan
            0s ledger: socket: join_queue nonsense of 1022 refused, not_of_queue
            0s desk: refused: agent 1022 has no queue nonsense: use the name of a queue that the agent has in the dialplan
        "#]],
    );
}
