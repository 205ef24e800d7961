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

#[test]
fn another_program_is_asked_and_what_it_says_decides() {
    check(
        "
        with branches
        tell ledger directory
        kim calls 9094
        crm reads -12, no
        kim hangs up
        nobody calls 9094
        crm knows nobody
        nobody hangs up
        lo calls 9094
        wait 2
        crm reads 1, no
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9094 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 noted matter: a/b
            0s crm: asked https://crm.example/%2B46701234567/a%2Fb?to=9094 X-Site: stories number=+46701234567 tries is not known text=it is a/b
            0s ledger: call-1 noted balance: -12
            0s ledger: call-1 noted blocked: no
            0s ledger: call-1 http.account leads to branch.account: found
            0s ledger: call-1 branch.account leads to queue.gold: balance < 0 and not blocked
            0s ledger: call-1 queued in gold
            0s ledger: call-1 leaves unserved, Some(1) in gold: 1 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: call-2 offered to 9094 by nobody
            0s ledger: call-2 answered
            0s ledger: call-2 noted matter: a/b
            0s crm: asked https://crm.example//a%2Fb?to=9094 X-Site: stories number is not known tries is not known text=it is a/b
            0s ledger: call-2 http.account leads to say.sorry: unknown
            0s ledger: call-2 ended Abandoned(InMenu): caller hung up
            0s ledger: call-3 offered to 9094 by 0707654321
            0s ledger: call-3 answered
            0s ledger: call-3 noted matter: a/b
            0s crm: asked https://crm.example/%2B46707654321/a%2Fb?to=9094 X-Site: stories number=+46707654321 tries is not known text=it is a/b
            1s ledger: call-3 http.account leads to say.bye: failed
        "#]],
    );
}

#[test]
fn a_program_that_fails_again_and_again_is_left_alone_for_a_while() {
    check(
        "
        with branches
        kim calls 9094
        crm fails
        kim hangs up
        kim calls 9094
        crm fails
        kim hangs up
        kim calls 9094
        crm fails
        kim hangs up
        kim calls 9094
        crm fails
        kim hangs up
        kim calls 9094
        crm fails
        kim hangs up
        tell ledger directory
        kim calls 9094
        kim hangs up
        wait 11
        kim calls 9094
        lo calls 9094
        crm reads 5, yes
        max calls 9094
        ",
        expect![[r#"
            0s ledger: call-6 offered to 9094 by 0701234567
            0s ledger: call-6 answered
            0s ledger: call-6 noted matter: a/b
            0s ledger: call-6 http.account leads to say.bye: failed
            0s ledger: call-6 ended Abandoned(InMenu): caller hung up
            11s ledger: call-7 offered to 9094 by 0701234567
            11s ledger: call-7 answered
            11s ledger: call-7 noted matter: a/b
            11s crm: asked https://crm.example/%2B46701234567/a%2Fb?to=9094 X-Site: stories number=+46701234567 tries is not known text=it is a/b
            11s ledger: call-8 offered to 9094 by 0707654321
            11s ledger: call-8 answered
            11s ledger: call-8 noted matter: a/b
            11s ledger: call-8 http.account leads to say.bye: failed
            11s ledger: call-7 noted balance: 5
            11s ledger: call-7 noted blocked: yes
            11s ledger: call-7 http.account leads to branch.account: found
            11s ledger: call-7 branch.account leads to queue.silver: otherwise
            11s ledger: call-7 queued in silver
            11s ledger: call-9 offered to 9094 by 0709999999
            11s ledger: call-9 answered
            11s ledger: call-9 noted matter: a/b
            11s crm: asked https://crm.example/%2B46709999999/a%2Fb?to=9094 X-Site: stories number=+46709999999 tries is not known text=it is a/b
        "#]],
    );
}

#[test]
fn a_call_that_the_plan_ends_with_a_cause_says_so_in_its_bye() {
    check(
        "
        with branches
        tell ledger headers sip
        kim calls 9095
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9095 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 ended Finished: the dialplan ended the call
            0s kim gets BYE since Q.850;cause=17;text="User busy"
        "#]],
    );
}

#[test]
fn a_caller_whose_agent_hangs_up_is_asked_how_it_was_and_was_answered_all_the_same() {
    check(
        "
        with branches
        1041 registers
        tell ledger agents sip sound
        kim calls 9096
        1041 answers
        1041 speaks
        1041 hangs up
        wait 1
        calls
        kim presses 1
        kim hears it out
        ",
        expect![[r#"
            0s kim is heard at 10.0.0.1
            0s ledger: call-1 offered to 9096 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s kim gets 200 with sound at IP4 10.0.0.1
            0s ledger: call-1 queued in asked
            0s ledger: call-1 rang 1041
            0s 1041 gets INVITE from "asked: 0701234567"
            0s 1041 gets INVITE with sound at IP4 10.0.0.1
            0s 1041 is ringing
            0s 1041 is heard at 10.0.0.1
            0s ledger: call-1 connected with 1041
            0s ledger: call-1 1041 accepted
            0s 1041 is talking
            0s ledger: call-1 asked on after the talk with 1041 of asked: menu.how
            0s ledger: 1041 wrap-up for call-1 started, 15000 ms
            0s 1041 is wrap_up
            1s call-1 is menu in asked
            1s ledger: call-1 chose 1 in how
            1s ledger: call-1 noted survey: 1
            1s ledger: call-1 ended Answered: the dialplan ended the call
            1s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn who_hangs_up_when_asked_was_answered_and_who_chooses_so_waits_again() {
    check(
        "
        with branches
        1041 registers
        kim calls 9096
        1041 answers
        1041 speaks
        tell ledger
        1041 hangs up
        kim presses 2
        wait 20
        1041 answers
        1041 speaks
        1041 hangs up
        kim hangs up
        ",
        expect![[r#"
            0s ledger: call-1 asked on after the talk with 1041 of asked: menu.how
            0s ledger: 1041 wrap-up for call-1 started, 15000 ms
            0s ledger: call-1 chose 2 in how
            0s ledger: call-1 noted survey: 2
            0s ledger: call-1 queued in asked
            15s ledger: 1041 wrap-up ended
            15s ledger: call-1 rang 1041
            20s ledger: call-1 connected with 1041
            20s ledger: call-1 1041 accepted
            20s ledger: call-1 asked on after the talk with 1041 of asked: menu.how
            20s ledger: 1041 wrap-up for call-1 started, 15000 ms
            20s ledger: call-1 ended Answered: caller hung up
        "#]],
    );
}

#[test]
fn one_of_many_numbers_is_the_one_that_was_dialled() {
    check(
        "
        with branches
        tell sip ledger
        kim calls 9512
        kim hangs up
        kim calls 9599
        kim hangs up
        kim calls 951
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9512 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 branch.dialled leads to queue.gold: dialled starts with '951'
            0s ledger: call-1 queued in gold
            0s ledger: call-1 leaves unserved, Some(1) in gold: 1 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            0s ledger: call-2 offered to 9599 by 0701234567
            0s ledger: call-2 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-2 branch.dialled leads to say.bye: otherwise
            0s ledger: call-2 ended Abandoned(InMenu): caller hung up
            0s kim gets 404
        "#]],
    );
}

#[test]
fn who_may_not_come_in_is_refused_unanswered_and_told_why() {
    check(
        "
        with branches
        tell sip ledger
        kim calls 9097
        nobody calls 9097
        lo calls 9097
        lo hangs up
        max calls 9097
        max hangs up
        totals
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9097 by 0701234567
            0s ledger: call-1 number.9097 leads to busy: listed.blocked
            0s ledger: call-1 ended Refused: refused by the number as busy
            0s kim gets 486 since Q.850;cause=17;text="User busy"
            0s ledger: call-2 offered to 9097 by nobody
            0s ledger: call-2 number.9097 leads to anonymous: withheld and week = 47 and odd_week and month = 11
            0s ledger: call-2 ended Refused: refused by the number as anonymous
            0s nobody gets 433 since Q.850;cause=21;text="Call rejected"
            0s ledger: call-3 offered to 9097 by 0707654321
            0s ledger: call-3 number.9097 leads to queue.gold: caller starts with '0707'
            0s ledger: call-3 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-3 queued in gold
            0s ledger: call-3 leaves unserved, Some(1) in gold: 1 logged_out
            0s ledger: call-3 ended Abandoned(Waiting): caller hung up
            0s ledger: call-4 offered to 9097 by 0709999999
            0s ledger: call-4 answered
            0s max gets 100
            0s max gets 200
            0s ledger: call-4 queued in silver
            0s ledger: call-4 leaves unserved, Some(1) in silver: 1 logged_out
            0s ledger: call-4 ended Abandoned(Waiting): caller hung up
            0s [("offered", 4), ("abandoned", 2), ("refused", 2)]
            0s left: [("transactions", 6)]
        "#]],
    );
}

#[test]
fn an_agent_who_hands_over_a_caller_whom_the_number_refuses_keeps_the_caller() {
    check(
        "
        with branches
        1041 registers
        kim calls 9092
        1041 answers
        1041 speaks
        tell sip ledger
        1041 refers 9097
        calls
        ",
        expect![[r#"
            0s 1041 gets 202 to REFER
            0s 1041 gets NOTIFY SIP/2.0 100 Trying, active;expires=180
            0s 1041 gets NOTIFY SIP/2.0 486 Busy Here, terminated;reason=noresource
            0s call-1 is talking in gold
        "#]],
    );
}

#[test]
fn a_customer_number_that_is_typed_says_who_calls() {
    check(
        "
        with branches
        1041 registers
        kim calls 9098
        tell ledger headers
        kim presses 1
        kim presses 0
        kim presses 0
        kim presses 4
        kim presses 5
        ",
        expect![[r#"
            0s ledger: call-1 noted customer: 10045
            0s ledger: call-1 collect.customer leads to lookup.customer: typed
            0s ledger: call-1 looked up in customers: found, Anna Berg
            0s ledger: call-1 queued in gold
            0s ledger: call-1 rang 1041
            0s 1041 gets From: sip:0701234567@10.0.0.1:5060
            0s 1041 gets Max-Forwards: 69
            0s 1041 gets X-Telefonist-Queue: gold
            0s 1041 gets X-Telefonist-Waited: 0
            0s 1041 gets X-Telefonist-Name: Anna Berg
        "#]],
    );
}

#[test]
fn a_branch_knows_who_is_in_a_list() {
    check(
        "
        with branches
        tell ledger
        kim calls 9099
        lo calls 9099
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9099 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 branch.listed leads to queue.gold: listed.blocked
            0s ledger: call-1 queued in gold
            0s ledger: call-2 offered to 9099 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 branch.listed leads to queue.silver: otherwise
            0s ledger: call-2 queued in silver
        "#]],
    );
}
