//! Commands given over the control socket or by short code, in each state that they can meet.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_is_logged_in_and_out_by_command_as_by_short_code_and_it_is_known_who_did_it() {
    check(
        "
        tell ledger agents commands
        1003 registers
        command 1003 log_in
        wait 5
        command 1003 log_out
        1003 dials *11
        1003 hears it out
        ",
        expect![[r#"
            0s ledger: 1003 reachable
            0s ledger: 1003 logged in
            0s ledger: socket: log_in of 1003
            0s desk: obeyed
            0s 1003 is ready
            5s ledger: 1003 logged out
            5s ledger: socket: log_out of 1003
            5s desk: obeyed
            5s 1003 is logged_out
            5s ledger: 1003 logged in
            5s ledger: phone: log_in of 1003
            5s 1003 is occupied
            5s 1003 is ready
        "#]],
    );
}

#[test]
fn making_an_agent_ready_ends_missed_rings_and_after_call_work() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 21
        wait 20
        tell agents commands
        command 1001 ready
        wait 1
        1001 answers
        1001 speaks
        wait 60
        kim hangs up
        wait 5
        command 1001 ready
        wait 20
        ",
        expect![[r#"
            41s ledger: socket: make_ready of 1001
            41s desk: obeyed
            41s 1001 is settling
            42s 1001 is ringing
            42s 1001 is talking
            102s 1001 is wrap_up
            107s ledger: socket: make_ready of 1001
            107s desk: obeyed
            107s 1001 is ready
        "#]],
    );
}

#[test]
fn an_agent_who_is_not_at_work_or_in_a_call_is_not_made_ready() {
    check(
        "
        tell commands
        command 1003 ready
        command 1001 ready
        command nobody ready
        1001 registers
        command 1001 ready
        kim calls 9001
        command 1001 ready
        1001 answers
        1001 speaks
        command 1001 ready
        kim hangs up
        wait 15
        1001 dials *11
        command 1001 ready
        ",
        expect![[r#"
            0s ledger: socket: make_ready of 1003 refused, agent_state
            0s desk: refused: agent 1003 is logged out: log the agent in
            0s ledger: socket: make_ready of 1001 refused, agent_state
            0s desk: refused: agent 1001 is logged out: log the agent in
            0s ledger: socket: make_ready of nobody refused, unknown_agent
            0s desk: refused: there is no agent nobody: use the account of an agent of the dialplan
            0s ledger: socket: make_ready of 1001
            0s desk: obeyed
            0s ledger: socket: make_ready of 1001 refused, agent_state
            0s desk: refused: agent 1001 is ringing: wait until the call is over
            0s ledger: socket: make_ready of 1001 refused, agent_state
            0s desk: refused: agent 1001 is talking: wait until the call is over
            15s ledger: phone: log_in of 1001
            15s ledger: socket: make_ready of 1001 refused, agent_state
            15s desk: refused: agent 1001 is occupied: wait until the agent's own call is over
        "#]],
    );
}

#[test]
fn a_waiting_call_is_moved_to_another_queue_and_keeps_its_arrival() {
    check(
        "
        kim calls 9001
        wait 20
        lo calls 9005
        wait 5
        tell ledger media commands sip
        command call 1 move everybody
        calls
        1002 registers
        wait 1
        ",
        expect![[r#"
            25s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            25s ledger: call-1 taken out of faktura
            25s ledger: call-1 queued in everybody
            25s kim hears music
            25s kim hears queue/first, then music
            25s ledger: call-1 told place 1
            25s ledger: socket: move everybody of call-1
            25s desk: obeyed
            25s call-1 is waiting in everybody at place 1
            25s call-2 is waiting in everybody at place 2
            25s ledger: 1002 reachable
            25s ledger: 1002 logged in
            25s ledger: call-1 rang 1002
            25s 1002 gets INVITE from "everybody: 0701234567"
        "#]],
    );
}

#[test]
fn a_call_is_moved_from_a_menu_from_a_phone_that_rings_and_out_of_a_conversation() {
    check(
        "
        tell ledger sip media
        kim calls 9000
        kim hears it out
        command call 1 move faktura
        wait 1
        1002 registers
        command call 1 move small
        calls
        1001 registers
        1001 answers
        command call 1 move french
        wait 5
        command call 1 move small
        1001 answers
        1001 speaks
        wait 5
        command call 1 move everybody
        calls
        wait 20
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9000 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s kim hears welcome
            0s kim hears choose
            0s ledger: call-1 queued in faktura
            0s kim hears faktura, then music
            1s ledger: 1002 reachable
            1s ledger: 1002 logged in
            1s ledger: call-1 rang 1002
            1s 1002 gets INVITE from "Faktura: 0701234567"
            1s ledger: call-1 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            1s ledger: call-1 1002 withdrawn
            1s ledger: call-1 taken out of faktura
            1s ledger: call-1 queued in small
            1s kim hears music
            1s kim hears queue/first, then music
            1s ledger: call-1 told place 1
            1s 1002 gets CANCEL
            1s call-1 is waiting in small at place 1
            1s ledger: 1001 reachable
            1s ledger: 1001 logged in
            1s ledger: call-1 rang 1001
            1s 1001 gets INVITE from "Small: 0701234567"
            1s kim is bridged with 1001
            1s ledger: call-1 leaves unserved, None in small: 1 ringing
            1s 1001 is parted
            1s kim hears music
            1s ledger: call-1 1001 withdrawn
            1s ledger: call-1 taken out of small
            1s ledger: call-1 queued in french
            1s kim hears music
            1s kim hears queue/first, then music
            1s ledger: call-1 told place 1
            1s 1001 gets BYE
            6s ledger: call-1 leaves unserved, Some(1) in french: 2 lacks_skill, 1 logged_out
            6s ledger: call-1 taken out of french
            6s ledger: call-1 queued in small
            6s kim hears music
            6s ledger: call-1 rang 1001
            6s 1001 gets INVITE from "Small: 0701234567"
            6s kim is bridged with 1001
            6s ledger: call-1 connected with 1001
            6s ledger: call-1 1001 accepted
            11s 1001 is parted
            11s ledger: call-1 queued in everybody
            11s kim hears music
            11s ledger: 1001 wrap-up for call-1 started, 15000 ms
            11s ledger: call-1 rang 1002
            11s 1001 gets BYE
            11s 1002 gets INVITE from "everybody: 0701234567"
            11s call-1 is ringing in everybody
            26s ledger: 1001 wrap-up ended
            26s ledger: call-1 rang 1001
            26s 1001 gets INVITE from "everybody: 0701234567"
            31s ledger: call-1 1002 missed
            31s 1002 gets CANCEL
        "#]],
    );
}

#[test]
fn a_ring_is_taken_back_and_a_conversation_goes_back_into_its_queue() {
    check(
        "
        kim calls 9001
        wait 10
        1001 registers
        1002 registers
        tell ledger sip media agents
        command call 1 requeue
        wait 1
        1002 answers
        command call 1 requeue
        wait 2
        1001 answers
        1001 speaks
        wait 30
        command call 1 requeue
        calls
        wait 20
        ",
        expect![[r#"
            10s ledger: call-1 1001 withdrawn
            10s ledger: call-1 rang 1002
            10s 1001 gets CANCEL
            10s 1002 gets INVITE from "Faktura: 0701234567"
            10s 1001 is settling
            10s 1002 is ringing
            11s 1001 is ready
            11s kim is bridged with 1002
            11s 1002 is parted
            11s kim hears music
            11s ledger: call-1 1002 withdrawn
            11s ledger: call-1 rang 1001
            11s 1002 gets BYE
            11s 1001 gets INVITE from "Faktura: 0701234567"
            11s 1001 is ringing
            11s 1002 is settling
            12s 1002 is ready
            13s kim is bridged with 1001
            13s ledger: call-1 connected with 1001
            13s ledger: call-1 1001 accepted
            13s 1001 is talking
            43s 1001 is parted
            43s ledger: call-1 queued in faktura
            43s kim hears music
            43s ledger: 1001 wrap-up for call-1 started, 15000 ms
            43s ledger: call-1 rang 1002
            43s 1001 gets BYE
            43s 1002 gets INVITE from "Faktura: 0701234567"
            43s 1001 is wrap_up
            43s 1002 is ringing
            43s call-1 is ringing in faktura
            58s ledger: 1001 wrap-up ended
            58s 1001 is ready
            63s ledger: call-1 1002 missed
            63s ledger: call-1 rang 1001
            63s 1002 gets CANCEL
            63s 1001 gets INVITE from "Faktura: 0701234567"
            63s 1001 is ringing
            63s 1002 is settling
        "#]],
    );
}

#[test]
fn a_call_with_a_higher_priority_is_served_first_and_keeps_it_in_the_next_queue() {
    check(
        "
        kim calls 9001
        wait 10
        lo calls 9001
        tell ledger commands
        command call 2 priority 9
        calls
        command call 2 move everybody
        command call 2 move faktura
        calls
        1001 registers
        ",
        expect![[r#"
            10s ledger: socket: set_priority 9 of call-2
            10s desk: obeyed
            10s call-1 is waiting in faktura at place 2
            10s call-2 is waiting in faktura at place 1
            10s ledger: call-2 leaves unserved, Some(1) in faktura: 4 logged_out
            10s ledger: call-2 taken out of faktura
            10s ledger: call-2 queued in everybody
            10s ledger: call-2 told place 1
            10s ledger: socket: move everybody of call-2
            10s desk: obeyed
            10s ledger: call-2 leaves unserved, Some(1) in everybody: 2 logged_out
            10s ledger: call-2 taken out of everybody
            10s ledger: call-2 queued in faktura
            10s ledger: socket: move faktura of call-2
            10s desk: obeyed
            10s call-1 is waiting in faktura at place 2
            10s call-2 is waiting in faktura at place 1
            10s ledger: 1001 reachable
            10s ledger: 1001 logged in
            10s ledger: call-2 rang 1001
        "#]],
    );
}

#[test]
fn a_call_that_an_agent_wanted_to_hand_over_keeps_the_priority_it_was_given() {
    check(
        "
        lo calls 9001
        wait 10
        kim calls 9001
        command call 2 priority 9
        1003 registers
        1001 registers
        1001 answers
        1001 speaks
        1001 refers 1003
        1001 hangs up
        1003 rejects 486
        calls
        ",
        expect![[r#"
            10s call-1 is waiting in faktura at place 2
            10s call-2 is waiting in faktura at place 1
        "#]],
    );
}

#[test]
fn a_withdrawn_call_hears_a_goodbye_wherever_it_was_and_is_counted_as_such() {
    check(
        "
        tell ledger sip media
        kim calls 9001
        wait 10
        command call 1 withdraw
        kim hears it out
        lo calls 9000
        command call 2 withdraw
        lo hangs up
        1001 registers
        kim calls 9001
        command call 3 withdraw
        kim hears it out
        lo calls 9001
        1001 answers
        1001 speaks
        command call 4 withdraw
        command call 4 requeue
        lo hears it out
        totals
        wait 100
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s kim hears faktura, then music
            10s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            10s ledger: call-1 taken out of faktura
            10s kim hears goodbye
            10s ledger: call-1 ended Withdrawn: ended by a command
            10s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s ledger: call-2 offered to 9000 by 0707654321
            10s ledger: call-2 answered
            10s lo gets 100
            10s lo gets 200
            10s lo hears welcome
            10s lo hears goodbye
            10s ledger: call-2 ended Withdrawn: caller hung up
            10s ledger: 1001 reachable
            10s ledger: 1001 logged in
            10s ledger: call-3 offered to 9001 by 0701234567
            10s ledger: call-3 answered
            10s kim gets 100
            10s kim gets 200
            10s ledger: call-3 queued in faktura
            10s kim hears faktura, then music
            10s ledger: call-3 rang 1001
            10s 1001 gets INVITE from "Faktura: 0701234567"
            10s ledger: call-3 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            10s ledger: call-3 1001 withdrawn
            10s ledger: call-3 taken out of faktura
            10s kim hears goodbye
            10s 1001 gets CANCEL
            10s ledger: call-3 ended Withdrawn: ended by a command
            10s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s ledger: call-4 offered to 9001 by 0707654321
            10s ledger: call-4 answered
            10s lo gets 100
            10s lo gets 200
            10s ledger: call-4 queued in faktura
            10s lo hears faktura, then music
            10s ledger: call-4 rang 1001
            10s 1001 gets INVITE from "Faktura: 0707654321"
            10s lo is bridged with 1001
            10s ledger: call-4 connected with 1001
            10s ledger: call-4 1001 accepted
            10s 1001 is parted
            10s lo hears goodbye
            10s ledger: 1001 wrap-up for call-4 started, 15000 ms
            10s 1001 gets BYE
            10s ledger: call-4 ended Answered: ended by a command
            10s lo gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s [("offered", 4), ("answered", 1), ("withdrawn", 3)]
            25s ledger: 1001 wrap-up ended
            110s nothing is left
        "#]],
    );
}

#[test]
fn a_call_that_is_not_answered_yet_is_withdrawn_and_nothing_else() {
    check(
        "
        disk is slow
        tell ledger sip commands
        kim calls 9001
        command call 1 move everybody
        command call 1 requeue
        command call 1 withdraw
        disk catches up
        wait 100
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s kim gets 100
            0s ledger: socket: move everybody of call-1 refused, call_state
            0s desk: refused: call 1 is answering: wait until the call is answered
            0s ledger: socket: requeue of call-1 refused, call_state
            0s desk: refused: call 1 is answering: name a queue to move it to
            0s ledger: call-1 ended Withdrawn: ended by a command
            0s ledger: socket: withdraw of call-1
            0s desk: obeyed
            0s kim gets 480 since Q.850;cause=16;text="Normal call clearing"
            100s nothing is left
        "#]],
    );
}

#[test]
fn a_call_between_phones_is_withdrawn_and_nothing_else() {
    check(
        "
        1001 registers
        1002 registers
        1001 dials 1002
        tell ledger sip commands
        command call 1 move faktura
        command call 1 withdraw
        1001 dials 1002
        1002 answers
        command call 2 withdraw
        wait 100
        left
        ",
        expect![[r#"
            0s ledger: socket: move faktura of call-1 refused, direct_call
            0s desk: refused: call 1 is between phones: withdraw it, or let one of the two hang up
            0s ledger: call-1 ended Withdrawn: ended by a command
            0s ledger: socket: withdraw of call-1
            0s desk: obeyed
            0s 1001 gets 480 since Q.850;cause=16;text="Normal call clearing"
            0s 1002 gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            0s 1001 gets 407
            0s ledger: call-2 offered to 1002 by 1001
            0s 1002 gets INVITE from "Anna"
            0s 1001 gets 100
            0s 1001 gets 180
            0s ledger: call-2 answered
            0s ledger: call-2 connected with 1002
            0s 1001 gets 200
            0s ledger: call-2 ended Answered: ended by a command
            0s ledger: socket: withdraw of call-2
            0s desk: obeyed
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            100s nothing is left
        "#]],
    );
}

#[test]
fn what_cannot_be_done_with_a_call_is_refused_with_what_to_do_instead() {
    check(
        "
        tell commands
        command call 1 withdraw
        kim calls 9002
        lo calls 9001
        command call 2 move small
        command call 2 move nowhere
        command call 2 requeue
        command call 2 move faktura
        max calls 9000
        command call 3 requeue
        lo hangs up
        command call 2 move faktura
        ",
        expect![[r#"
            0s ledger: socket: withdraw of call-1 refused, unknown_call
            0s desk: refused: call 1 is not on: use the number of a call that the status lists
            0s ledger: socket: move small of call-2 refused, queue_full
            0s desk: refused: queue small is full at 1 waiting: choose another queue, or wait until somebody has left it
            0s ledger: socket: move nowhere of call-2 refused, unknown_queue
            0s desk: refused: there is no queue nowhere: use the name of a queue of the dialplan
            0s ledger: socket: requeue of call-2 refused, call_state
            0s desk: refused: call 2 is waiting: nothing: it waits already
            0s ledger: socket: move faktura of call-2
            0s desk: obeyed
            0s ledger: socket: requeue of call-3 refused, call_state
            0s desk: refused: call 3 is menu: name a queue to move it to
            0s ledger: socket: move faktura of call-2 refused, unknown_call
            0s desk: refused: call 2 is not on: use the number of a call that the status lists
        "#]],
    );
}
