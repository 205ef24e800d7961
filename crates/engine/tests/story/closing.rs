//! Queues that close, by the clock or by hand: who comes then, and who waits already.

use crate::check;
use expect_test::expect;

#[test]
fn who_comes_to_a_queue_that_is_closed_by_hand_goes_by_its_arrow_until_it_is_opened() {
    check(
        "
        with closing
        tell media ledger commands
        command queue desk close
        kim calls 9210
        kim presses 1
        kim hangs up
        command queue desk open
        lo calls 9210
        ",
        expect![[r#"
            0s ledger: desk is closed by socket
            0s ledger: socket: close_queue of desk
            0s desk: obeyed
            0s ledger: call-1 offered to 9210 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 found desk closed, goes to menu.shut
            0s kim hears music
            0s kim hears shut
            0s ledger: call-1 chose 1 in shut
            0s ledger: call-1 queued in night
            0s kim hears music
            0s ledger: call-1 leaves unserved, Some(1) in night: 1 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: desk is opened by socket
            0s ledger: socket: open_queue of desk
            0s desk: obeyed
            0s ledger: call-2 offered to 9210 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in desk
            0s lo hears music
        "#]],
    );
}

#[test]
fn who_waits_in_a_queue_that_serves_stays_when_it_is_closed() {
    check(
        "
        with closing
        kim calls 9210
        tell media ledger commands
        command queue desk close
        1021 registers
        1021 answers
        1021 speaks
        ",
        expect![[r#"
            0s ledger: desk is closed by socket
            0s ledger: socket: close_queue of desk
            0s desk: obeyed
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-1 rang 1021
            0s kim is bridged with 1021
            0s ledger: call-1 connected with 1021
            0s ledger: call-1 1021 accepted
        "#]],
    );
}

#[test]
fn who_waits_or_is_rung_for_leaves_a_queue_that_is_closed_where_nobody_stays() {
    check(
        "
        with closing
        1021 registers
        kim calls 9211
        lo calls 9211
        tell media ledger agents
        command queue night close
        lo hears it out
        ",
        expect![[r#"
            0s ledger: night is closed by socket
            0s ledger: call-2 leaves unserved, Some(1) in night: 1 ringing
            0s ledger: call-2 is in night closed, goes to say.closed
            0s lo hears closed
            0s ledger: call-1 leaves unserved, None in night: 1 ringing
            0s ledger: call-1 1021 withdrawn
            0s ledger: call-1 is in night closed, goes to say.closed
            0s kim hears closed
            0s 1021 is ready
            0s ledger: call-2 ended Closed: the queue was closed
        "#]],
    );
}

#[test]
fn a_queue_closes_by_its_hours_and_who_talks_is_not_disturbed() {
    check(
        "
        with closing
        1021 registers
        kim calls 9211
        1021 answers
        1021 speaks
        lo calls 9211
        tell media ledger
        wait 600
        max calls 9211
        max hears it out
        1021 hangs up
        ",
        expect![[r#"
            600s ledger: call-2 leaves unserved, Some(1) in night: 1 talking
            600s ledger: call-2 is in night closed, goes to say.closed
            600s lo hears closed
            600s ledger: call-3 offered to 9211 by 0709999999
            600s ledger: call-3 answered
            600s ledger: call-3 found night closed, goes to say.closed
            600s max hears music
            600s max hears closed
            600s ledger: call-3 ended Closed: the queue was closed
            600s ledger: call-1 ended Answered: agent hung up
            600s ledger: 1021 wrap-up for call-1 started, 15000 ms
        "#]],
    );
}

#[test]
fn a_queue_is_kept_open_by_hand_past_its_hours_and_closes_when_it_follows_them_again() {
    check(
        "
        with closing
        tell ledger commands
        command queue night open
        wait 660
        kim calls 9211
        command queue night auto
        kim hears it out
        command queue night auto
        ",
        expect![[r#"
            0s ledger: night is opened by socket
            0s ledger: socket: open_queue of night
            0s desk: obeyed
            660s ledger: call-1 offered to 9211 by 0701234567
            660s ledger: call-1 answered
            660s ledger: call-1 queued in night
            660s ledger: night follows its hours, says socket
            660s ledger: call-1 leaves unserved, Some(1) in night: 1 logged_out
            660s ledger: call-1 is in night closed, goes to say.closed
            660s ledger: socket: follow_hours of night
            660s desk: obeyed
            660s ledger: call-1 ended Closed: the queue was closed
            660s ledger: socket: follow_hours of night
            660s desk: obeyed
        "#]],
    );
}

#[test]
fn a_queue_that_was_closed_by_hand_is_closed_after_a_restart() {
    check(
        "
        with closing
        command queue desk close
        command queue night close
        command queue night auto
        engine restarts
        tell ledger
        kim calls 9210
        lo calls 9211
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9210 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 found desk closed, goes to menu.shut
            0s ledger: call-2 offered to 9211 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in night
        "#]],
    );
}

#[test]
fn a_caller_whose_agent_drops_the_call_leaves_a_queue_that_has_closed_meanwhile() {
    check(
        "
        with closing
        1021 registers
        kim calls 9211
        1021 answers
        command queue night close
        tell media ledger
        1021 hangs up
        kim hears it out
        ",
        expect![[r#"
            0s 1021 is parted
            0s kim hears music
            0s ledger: call-1 leaves unserved, Some(1) in night: 1 settling
            0s ledger: call-1 1021 dropped
            0s ledger: call-1 is in night closed, goes to say.closed
            0s kim hears closed
            0s ledger: call-1 ended Closed: the queue was closed
        "#]],
    );
}

#[test]
fn a_queue_is_not_closed_while_a_thousand_such_answers_wait_for_the_disk() {
    let many = "command queue desk close\n command queue desk open\n".repeat(500);
    let script = format!(
        "
        with closing
        disk is slow
        {many}
        tell commands
        command queue desk close
        disk catches up
        command queue desk close
        disk catches up
        "
    );
    let told = crate::script::play(script.leak());
    // The thousand are answered when the disk has caught up.
    let answered = told.lines().filter(|line| line.ends_with("desk: obeyed")).count();
    assert_eq!(answered, 1_001, "{told}");
    let refused = "refused: too much waits for the disk; nothing was done: look whether the disk is full or slow, and try again";
    assert!(told.lines().nth(1).is_some_and(|line| line.ends_with(refused)), "{told}");
}

#[test]
fn nobody_is_moved_by_hand_into_a_queue_that_is_closed() {
    check(
        "
        with closing
        kim calls 9211
        command queue desk close
        tell ledger commands
        command call 1 move desk
        command queue nowhere close
        command queue desk close
        ",
        expect![[r#"
            0s ledger: socket: move desk of call-1 refused, queue_closed
            0s desk: refused: queue desk is closed: open the queue, or choose another
            0s ledger: socket: close_queue of nowhere refused, unknown_queue
            0s desk: refused: there is no queue nowhere: use the name of a queue of the dialplan
            0s ledger: socket: close_queue of desk
            0s desk: obeyed
        "#]],
    );
}

#[test]
fn who_is_taken_back_from_an_agent_leaves_a_queue_that_has_closed_and_rings_nobody() {
    check(
        "
        with closing
        1021 registers
        kim calls 9211
        1021 answers
        1021 speaks
        command queue night close
        tell media ledger agents
        command call 1 requeue
        kim hears it out
        ",
        expect![[r#"
            0s 1021 is parted
            0s kim hears music
            0s ledger: call-1 is in night closed, goes to say.closed
            0s kim hears closed
            0s ledger: 1021 wrap-up for call-1 started, 15000 ms
            0s 1021 is wrap_up
            0s ledger: call-1 ended Answered: the queue was closed
        "#]],
    );
}

#[test]
fn whom_nobody_takes_over_is_told_that_the_queue_is_closed_when_the_agent_is_gone_too() {
    check(
        "
        with closing
        1021 registers
        1003 registers
        kim calls 9211
        1021 answers
        1021 speaks
        command queue night close
        1021 refers 1003
        1021 hangs up
        tell media ledger
        wait 3
        1003 rejects 486
        kim hears it out
        wait 70
        left
        ",
        expect![[r#"
            3s ledger: call-1 1021 could not hand it over to 1003: not taken: 486 Busy Here
            3s kim hears music
            3s ledger: call-1 is in night closed, goes to say.closed
            3s kim hears closed
            3s ledger: call-1 ended Answered: the queue was closed
            15s ledger: 1021 wrap-up ended
            73s nothing is left
        "#]],
    );
}

#[test]
fn a_queue_is_closed_at_once_and_said_to_be_when_that_is_on_disk() {
    check(
        "
        with closing
        disk is slow
        tell commands ledger
        command queue desk close
        command queue nowhere close
        kim calls 9210
        wait 1
        disk catches up
        ",
        expect![[r#"
            0s ledger: desk is closed by socket
            0s ledger: socket: close_queue of desk
            0s ledger: socket: close_queue of nowhere refused, unknown_queue
            0s desk: refused: there is no queue nowhere: use the name of a queue of the dialplan
            0s ledger: call-1 offered to 9210 by 0701234567
            0.25s ledger: call-1 answered
            0.25s ledger: call-1 found desk closed, goes to menu.shut
            1s desk: obeyed
        "#]],
    );
}
