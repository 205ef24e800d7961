//! Agents who come and go by the clock: 12:10 to 12:30 and 12:40 to 13:00. It is noon.

use crate::check;
use expect_test::expect;

#[test]
fn a_shift_logs_its_agents_in_when_it_begins_and_out_when_it_ends() {
    check(
        "
        with work
        tell ledger agents
        1023 registers
        wait 3540
        1023 registers
        wait 120
        ",
        expect![[r#"
            0s ledger: 1023 reachable
            600s ledger: 1023 logged in
            600s 1023 is ready
            1800s ledger: 1023 logged out
            1800s 1023 is logged_out
            2400s ledger: 1023 logged in
            2400s 1023 is ready
            3600s ledger: 1023 logged out
            3600s 1023 is logged_out
        "#]],
    );
}

#[test]
fn who_has_no_phone_when_a_shift_begins_comes_with_the_phone() {
    check(
        "
        with work
        tell ledger agents
        wait 700
        1023 registers
        ",
        expect![[r#"
            700s ledger: 1023 reachable
            700s ledger: 1023 logged in
            700s 1023 is ready
        "#]],
    );
}

#[test]
fn a_shift_that_ends_in_a_conversation_lets_it_go_on() {
    check(
        "
        with work
        1023 registers
        kim calls 9021
        wait 601
        1023 answers
        1023 speaks
        tell ledger agents
        wait 1300
        kim hangs up
        wait 60
        ",
        expect![[r#"
            1800s ledger: 1023 logged out
            1901s ledger: call-1 ended Answered: caller hung up
            1901s 1023 is logged_out
        "#]],
    );
}

#[test]
fn who_goes_within_a_shift_stays_away_until_the_next_begins() {
    check(
        "
        with work
        1023 registers
        wait 700
        tell ledger agents
        1023 dials *12
        1023 hangs up
        1023 unregisters
        1023 registers
        wait 1700
        ",
        expect![[r#"
            700s ledger: 1023 logged out
            700s 1023 is logged_out
            700s ledger: 1023 unreachable
            700s ledger: 1023 reachable
            2400s ledger: 1023 logged in
            2400s 1023 is ready
        "#]],
    );
}

#[test]
fn who_comes_outside_a_shift_stays_until_the_next_ends() {
    check(
        "
        with work
        1023 registers
        tell ledger agents
        wait 60
        1023 dials *11
        1023 hangs up
        wait 1800
        ",
        expect![[r#"
            60s ledger: 1023 logged in
            60s 1023 is occupied
            60s 1023 is ready
            1800s ledger: 1023 logged out
            1800s 1023 is logged_out
        "#]],
    );
}

#[test]
fn who_was_logged_in_by_the_clock_is_so_again_after_a_restart() {
    check(
        "
        with work
        1023 registers
        wait 700
        tell ledger agents
        engine restarts
        wait 1200
        ",
        expect![[r#"
            700s 1023 is logged_out
            700s 1023 is unreachable
            700s ledger: 1023 reachable
            700s 1023 is ready
            1800s ledger: 1023 logged out
            1800s 1023 is logged_out
        "#]],
    );
}
