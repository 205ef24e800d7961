//! Callers who go one way or another by what is so when they come to a branch.

use crate::check;
use expect_test::expect;

#[test]
fn who_calls_and_how_queues_do_at_that_moment_decide() {
    check(
        "
        with branches
        1041 registers
        tell ledger
        kim calls 9090
        kim hangs up
        lo calls 9090
        1041 rejects 486
        nobody calls 9090
        nobody hangs up
        lo hangs up
        wait 120
        kim calls 9090
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9090 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 looked up in regulars: unknown
            0s ledger: call-1 branch.who leads to queue.silver: caller starts with '070' and dialled = '9090' and weekday = 'thu' and time < 12:01
            0s ledger: call-1 queued in silver
            0s ledger: call-1 leaves unserved, Some(1) in silver: 1 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: call-2 offered to 9090 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 looked up in regulars: found, Lo
            0s ledger: call-2 branch.who leads to queue.gold: vip and queue.gold.agents_on_duty > 0
            0s ledger: call-2 queued in gold
            0s ledger: call-2 rang 1041
            0s ledger: call-2 1041 declined
            0s ledger: call-3 offered to 9090 by nobody
            0s ledger: call-3 answered
            0s ledger: call-3 looked up in regulars: unknown
            0s ledger: call-3 branch.who leads to say.sorry: queue.gold.waiting >= 1 or withheld
            0s ledger: call-3 ended Abandoned(InMenu): caller hung up
            0s ledger: call-2 leaves unserved, Some(1) in gold: 1 settling
            0s ledger: call-2 ended Abandoned(Waiting): caller hung up
            120s ledger: call-4 offered to 9090 by 0701234567
            120s ledger: call-4 answered
            120s ledger: call-4 looked up in regulars: unknown
            120s ledger: call-4 branch.who leads to say.bye: otherwise
        "#]],
    );
}

#[test]
fn a_wait_that_would_be_a_guess_is_unknown_and_a_closed_queue_is_closed() {
    check(
        "
        with branches
        1042 registers
        tell ledger
        kim calls 9091
        kim hangs up
        1042 dials 9003
        kim calls 9091
        command queue silver close
        lo calls 9091
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9091 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 branch.long leads to say.bye: otherwise
            0s ledger: call-1 ended Abandoned(InMenu): caller hung up
            0s ledger: call-2 offered to 9003 by 1042
            0s ledger: call-2 answered
            0s ledger: call-3 offered to 9091 by 0701234567
            0s ledger: call-3 answered
            0s ledger: call-3 branch.long leads to queue.silver: queue.silver.expected_wait is unknown and queue.silver.open
            0s ledger: call-3 queued in silver
            0s ledger: silver is closed by socket
            0s ledger: call-4 offered to 9091 by 0707654321
            0s ledger: call-4 answered
            0s ledger: call-4 branch.long leads to say.bye: otherwise
        "#]],
    );
}

#[test]
fn what_steps_note_is_in_the_ledger_and_what_is_shown_on_the_agents_phone() {
    check(
        "
        with branches
        1041 registers
        tell ledger headers
        kim calls 9092
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9092 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 noted matter: my "last" invoice, please
            0s ledger: call-1 noted tries: 1
            0s ledger: call-1 noted internal: not shown
            0s ledger: call-1 queued in gold
            0s ledger: call-1 rang 1041
            0s 1041 gets From: sip:0701234567@10.0.0.1:5060
            0s 1041 gets Max-Forwards: 69
            0s 1041 gets X-Telefonist-Queue: gold
            0s 1041 gets X-Telefonist-Waited: 0
            0s 1041 gets X-Telefonist-Values: matter="my \"last\" invoice, please", tries=1
        "#]],
    );
}

#[test]
fn digits_are_in_the_ledger_and_on_the_agents_phone_unless_they_are_secret() {
    check(
        "
        with branches
        1041 registers
        tell ledger headers sound
        kim calls 9093
        kim presses 4
        kim presses 7
        kim presses 1
        kim presses 2
        kim presses #
        kim presses 8
        kim presses 6
        kim presses 9
        kim presses 5
        ",
        expect![[r#"
            0s kim is heard at 10.0.0.1
            0s ledger: call-1 offered to 9093 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 200 with sound at IP4 10.0.0.1
            0s ledger: call-1 noted order: 4712
            0s ledger: call-1 collect.order leads to collect.code: typed
            0s ledger: call-1 collect.code leads to queue.gold: typed
            0s ledger: call-1 queued in gold
            0s ledger: call-1 rang 1041
            0s 1041 gets INVITE with sound at IP4 10.0.0.1
            0s 1041 gets From: sip:0701234567@10.0.0.1:5060
            0s 1041 gets Max-Forwards: 69
            0s 1041 gets X-Telefonist-Queue: gold
            0s 1041 gets X-Telefonist-Waited: 0
            0s 1041 gets X-Telefonist-Values: order=4712
        "#]],
    );
}
