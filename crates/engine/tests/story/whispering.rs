//! What an agent is told after answering, and before the two hear each other.

use crate::check;
use expect_test::expect;

#[test]
fn an_agent_is_told_of_the_queue_while_the_caller_hears_music() {
    check(
        "
        1001 registers
        kim calls 9008
        kim hears it out
        tell sip media ledger
        1001 answers
        1001 speaks
        wait 2
        1001 hears it out
        wait 2
        kim hangs up
        ",
        expect![[r#"
            0s 1001 hears faktura
            2s kim is bridged with 1001
            2s ledger: call-1 connected with 1001
            2s ledger: call-1 1001 accepted
            4s ledger: call-1 ended Answered: caller hung up
            4s ledger: 1001 wrap-up for call-1 started, 15000 ms
            4s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
        "#]],
    );
}

#[test]
fn an_agent_who_knows_it_cuts_it_short_by_a_key() {
    check(
        "
        1001 registers
        kim calls 9008
        kim hears it out
        1001 answers
        tell sip media ledger
        1001 presses 5
        1001 speaks
        ",
        expect![[r#"
            0s kim is bridged with 1001
            0s ledger: call-1 connected with 1001
            0s ledger: call-1 1001 accepted
        "#]],
    );
}

#[test]
fn no_caller_waits_for_the_end_of_what_is_never_said() {
    check(
        "
        1001 registers
        kim calls 9008
        kim hears it out
        1001 answers
        tell sip media ledger
        wait 15
        ",
        expect![[r#"
            8s kim is bridged with 1001
            9s ledger: call-1 connected with 1001
            9s ledger: call-1 1001 accepted
        "#]],
    );
}

#[test]
fn an_agent_who_hangs_up_while_being_told_costs_the_caller_no_place() {
    check(
        "
        1001 registers
        kim calls 9008
        lo calls 9008
        kim hears it out
        1001 answers
        tell sip media ledger
        1001 hangs up
        calls
        ",
        expect![[r#"
            0s 1001 is parted
            0s ledger: call-1 1001 dropped
            0s call-1 is waiting in whispered at place 1
            0s call-2 is waiting in whispered at place 2
        "#]],
    );
}

#[test]
fn a_caller_who_hangs_up_while_the_agent_is_told_has_not_been_answered() {
    check(
        "
        1001 registers
        kim calls 9008
        kim hears it out
        1001 answers
        1001 speaks
        tell sip media ledger
        kim hangs up
        wait 20
        calls
        ",
        expect![[r#"
            0s ledger: call-1 1001 withdrawn
            0s ledger: call-1 leaves unserved, None in whispered: 1 ringing
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            0s 1001 gets BYE
        "#]],
    );
}

#[test]
fn a_queue_has_its_own_sound_of_ringing_whatever_the_caller_wants() {
    check(
        "
        1001 registers
        kim writes Alert-Info: <http://10.9.9.9/loud.wav>
        tell headers
        kim calls 9008
        ",
        expect![[r#"
            0s 1001 gets From: sip:0701234567@10.0.0.1:5060
            0s 1001 gets Max-Forwards: 69
            0s 1001 gets X-Telefonist-Queue: Told
            0s 1001 gets X-Telefonist-Waited: 0
            0s 1001 gets Alert-Info: <http://127.0.0.1/Bellcore-dr2>
        "#]],
    );
}

#[test]
fn an_agent_is_told_how_long_a_caller_has_waited_who_has_waited_for_long() {
    check(
        "
        kim calls 9008
        kim hears it out
        wait 185
        1001 registers
        tell media
        1001 answers
        1001 hears it out
        ",
        expect![[r#"
            185s 1001 hears faktura, then agent/waited-about, then numbers/3, then queue/minutes
            185s kim is bridged with 1001
        "#]],
    );
}

#[test]
fn an_agent_is_told_who_calls_and_for_what_and_since_when() {
    check(
        "
        with callers
        kim calls 9107
        kim hears it out
        kim presses 2
        kim hears it out
        kim presses 1
        kim hears it out
        wait 185
        1001 registers
        tell media
        1001 answers
        1001 hears it out
        ",
        expect![[r#"
            185s 1001 hears faktura, then callers/kim, then matter/order, then matter/soon, then matter/invoice, then agent/waited-about, then numbers/3, then queue/minutes
            185s kim is bridged with 1001
        "#]],
    );
}

#[test]
fn who_goes_round_is_told_of_once() {
    check(
        "
        with callers
        kim calls 9107
        kim hears it out
        kim presses 2
        kim hears it out
        kim presses 2
        kim hears it out
        kim presses 1
        1001 registers
        tell media
        1001 answers
        ",
        expect![[r#"
            0s 1001 hears faktura, then callers/kim, then matter/order, then matter/soon, then matter/invoice
        "#]],
    );
}

#[test]
fn a_directory_that_is_asked_names_what_the_agent_is_told() {
    check(
        "
        with callers
        lo calls 9107
        crm says Lo
        lo hears it out
        lo presses 1
        1001 registers
        tell media
        1001 answers
        ",
        expect![[r#"
            0s 1001 hears faktura, then callers/gold, then matter/invoice
        "#]],
    );
}

#[test]
fn what_an_agent_is_told_goes_with_the_caller_to_another_agent() {
    check(
        "
        with callers
        kim calls 9107
        kim hears it out
        kim presses 1
        1001 registers
        1001 answers
        1001 hears it out
        1001 speaks
        1001 refers 9008
        tell media
        wait 30
        1001 answers
        ",
        expect![[r#"
            30s 1001 hears faktura, then callers/kim, then matter/invoice
        "#]],
    );
}
