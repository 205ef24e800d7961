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
