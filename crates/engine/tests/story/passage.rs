//! What of one leg reaches the other, and what does not.

use crate::check;
use expect_test::expect;

#[test]
fn a_colleague_gets_what_is_on_the_list_and_nothing_else() {
    check(
        "
        1001 registers
        1002 registers
        tell headers
        1001 writes Alert-Info: <urn:alert:service:urgent>
        1001 writes User-to-User: 00c0ffee;encoding=hex
        1001 writes Subject: the lost parcel
        1001 writes P-Asserted-Identity: <sip:+46888888@bank.example>
        1001 writes History-Info: <sip:boss@10.9.9.9>;index=1
        1001 writes X-Secret: 7
        1001 writes Route: <sip:10.9.9.9;lr>
        1001 dials 1002
        ",
        expect![[r#"
            0s 1002 gets From: sip:1001@10.0.0.1:5060
            0s 1002 gets Max-Forwards: 69
            0s 1002 gets Alert-Info: <urn:alert:service:urgent>
            0s 1002 gets Subject: the lost parcel
            0s 1002 gets User-to-User: 00c0ffee;encoding=hex
        "#]],
    );
}

#[test]
fn a_stranger_makes_no_phone_act_by_a_header() {
    check(
        "
        1001 registers
        tell headers
        kim writes Alert-Info: <http://10.9.9.9/loud.wav>
        kim writes User-to-User: 00c0ffee;encoding=hex
        kim calls 9001
        ",
        expect![[r#"
            0s 1001 gets From: sip:0701234567@10.0.0.1:5060
            0s 1001 gets Max-Forwards: 69
            0s 1001 gets X-Telefonist-Queue: Faktura
            0s 1001 gets X-Telefonist-Waited: 0
        "#]],
    );
}

#[test]
fn a_carrier_whose_word_is_believed_says_more_than_one_whose_word_is_not() {
    check(
        "
        with trunks
        1001 registers
        tell headers ledger
        believed writes User-to-User: 00c0ffee;encoding=hex
        believed writes Diversion: <sip:+46812300@carrier>;reason=no-answer
        carrier writes User-to-User: 00c0ffee;encoding=hex
        carrier writes Diversion: <sip:+46812300@carrier>;reason=no-answer
        believed calls +46812345
        believed hangs up
        wait 1
        carrier calls 46812345
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed sent on by +46812300
            0s ledger: call-1 answered
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 rang 1001
            0s 1001 gets From: sip:+46701234567@10.0.0.1:5060
            0s 1001 gets Max-Forwards: 69
            0s 1001 gets User-to-User: 00c0ffee;encoding=hex
            0s 1001 gets X-Telefonist-Queue: Faktura
            0s 1001 gets X-Telefonist-Waited: 0
            0s ledger: call-1 1001 withdrawn
            0s ledger: call-1 leaves unserved, None in faktura: 3 logged_out, 1 ringing
            0s ledger: call-1 ended Abandoned(Ringing): caller hung up
            1s ledger: call-2 offered to +46812345 by +46701234567 over carrier
            1s ledger: call-2 answered
            1s ledger: call-2 queued in faktura
            1s ledger: call-2 rang 1001
            1s 1001 gets From: sip:+46701234567@10.0.0.1:5060
            1s 1001 gets Max-Forwards: 69
            1s 1001 gets X-Telefonist-Queue: Faktura
            1s 1001 gets X-Telefonist-Waited: 0
        "#]],
    );
}

#[test]
fn the_ledger_says_who_sent_a_call_on_by_history_and_keeps_a_private_number() {
    check(
        "
        with trunks
        tell ledger
        believed writes History-Info: <sip:+46812300@a?Reason=SIP%3Bcause%3D302>;index=1
        believed writes History-Info: <sip:+46812345@b;cause=302>;index=1.1, <sip:+46812345@c>;index=1.1.1
        believed calls +46812345
        believed hangs up
        wait 1
        believed writes Diversion: <sip:+46812399@carrier>;privacy=full
        believed calls +46812345
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over believed sent on by +46812300
            0s ledger: call-1 answered
            0s ledger: call-1 queued in faktura
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            1s ledger: call-2 offered to +46812345 by +46701234567 over believed sent on by nobody
            1s ledger: call-2 answered
            1s ledger: call-2 queued in faktura
        "#]],
    );
}

#[test]
fn an_agent_who_does_not_want_to_be_known_is_not() {
    check(
        "
        with trunks
        1001 registers
        believed is there
        carrier is there
        tell headers
        1001 writes Privacy: id
        1001 writes User-to-User: 00c0ffee;encoding=hex
        1001 dials 0035812345678
        1001 hangs up
        wait 1
        1001 dials 08555111
        ",
        expect![[r#"
            0s believed gets From: sip:anonymous@anonymous.invalid
            0s believed gets Max-Forwards: 69
            0s believed gets User-to-User: 00c0ffee;encoding=hex
            0s believed gets P-Asserted-Identity: <sip:1001@10.0.3.4>
            0s believed gets Privacy: id
            1s carrier gets From: sip:anonymous@anonymous.invalid
            1s carrier gets Max-Forwards: 69
            1s carrier gets Privacy: id
        "#]],
    );
}

#[test]
fn a_call_that_runs_in_circles_comes_to_its_end() {
    check(
        "
        1001 registers
        1002 registers
        tell headers sip
        1001 writes Max-Forwards: 1
        1001 dials 1002
        ",
        expect![[r#"
            0s 1001 gets 407
            0s 1002 gets INVITE from "Anna"
            0s 1002 gets From: sip:1001@10.0.0.1:5060
            0s 1002 gets Max-Forwards: 0
            0s 1001 gets 100
            0s 1001 gets 483
        "#]],
    );
}

#[test]
fn the_ends_of_a_call_are_named_on_both_legs() {
    check(
        "
        1001 registers
        1002 registers
        tell ends
        1001 dials 1002
        1002 answers
        1001 hangs up
        wait 1
        kim calls 9001
        1001 answers
        1001 hangs up
        ",
        expect![[r#"
            0s 1002 gets INVITE of A;remote=-
            0s 1001 gets 180 of B;remote=A
            0s 1002 gets ACK of A;remote=C
            0s 1001 gets 200 of C;remote=A
            0s 1001 gets 200 of C;remote=A
            0s 1002 gets BYE of A;remote=C
            1s kim gets 200 of D;remote=E
            1s 1001 gets INVITE of E;remote=-
            1s 1001 gets ACK of E;remote=F
            1s 1001 gets 200 of E;remote=F
            1s 1002 gets INVITE of E;remote=-
        "#]],
    );
}
