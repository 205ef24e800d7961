//! A caller who waits rings in the moment in which an agent may take them, whatever makes that so.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_who_waits_rings_at_once_when_the_agent_logs_in_or_registers() {
    check(
        "
        1001 registers
        command 1001 log_out
        kim calls 9001
        wait 7
        tell sip
        command 1001 log_in
        1001 answers
        1001 speaks
        1001 unregisters
        kim hangs up
        wait 20
        lo calls 9001
        wait 3
        1001 registers
        ",
        expect![[r#"
            7s 1001 gets INVITE from "Faktura: 0701234567"
            7s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            27s lo gets 100
            27s lo gets 200
            30s 1001 gets INVITE from "Faktura: 0707654321"
        "#]],
    );
}

#[test]
fn a_caller_who_waits_rings_at_once_when_the_agent_comes_back_from_a_pause_or_into_the_queue() {
    check(
        "
        1001 registers
        command 1001 pause pause
        kim calls 9001
        wait 7
        tell sip
        command 1001 resume
        kim hangs up
        command 1001 leave_queue faktura
        lo calls 9001
        wait 3
        command 1001 join_queue faktura
        ",
        expect![[r#"
            7s 1001 gets INVITE from "Faktura: 0701234567"
            7s 1001 gets CANCEL
            7s lo gets 100
            7s lo gets 200
            10s 1001 gets INVITE from "Faktura: 0707654321"
        "#]],
    );
}

#[test]
fn a_caller_who_waits_rings_at_once_when_after_call_work_or_an_own_call_is_over() {
    check(
        "
        1001 registers
        1002 registers
        command 1002 pause pause
        kim calls 9001
        1001 answers
        1001 speaks
        lo calls 9001
        wait 5
        kim hangs up
        wait 4
        tell sip
        command 1001 end_wrap_up
        lo hangs up
        1001 dials 1002
        1002 answers
        max calls 9001
        wait 3
        1001 hangs up
        ",
        expect![[r#"
            9s 1001 gets INVITE from "Faktura: 0707654321"
            9s 1001 gets CANCEL
            9s 1001 gets 407
            9s 1002 gets INVITE from "Anna"
            9s 1001 gets 100
            9s 1001 gets 180
            9s 1001 gets 200
            9s max gets 100
            9s max gets 200
            12s 1002 gets BYE since Q.850;cause=16;text="Normal call clearing"
            12s 1001 gets INVITE from "Faktura: 0709999999"
        "#]],
    );
}

#[test]
fn a_caller_who_waits_rings_at_once_when_the_agent_is_made_ready_after_missed_rings() {
    check(
        "
        1001 registers
        kim calls 9001
        wait 50
        tell sip
        command 1001 ready
        ",
        expect![[r#"
            50s 1001 gets INVITE from "Faktura: 0701234567"
        "#]],
    );
}
