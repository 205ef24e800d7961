//! Calls that not everybody may take, and callers who are known.

use crate::check;
use expect_test::expect;

#[test]
fn this_and_that_is_needed_then_less_then_anyone() {
    check(
        "
        with callers
        1011 registers
        kim calls 9100
        tell ledger
        wait 29
        1012 registers
        wait 1
        1012 rejects 603
        wait 30
        ",
        expect![[r#"
            29s ledger: 1012 reachable
            29s ledger: 1012 logged in
            30s ledger: call-1 rang 1012
            30s ledger: call-1 1012 declined
            31s ledger: call-1 rang 1012
            51s ledger: call-1 1012 missed
            52s ledger: call-1 rang 1012
        "#]],
    );
}

#[test]
fn a_known_caller_is_kept_for_the_last_agent_and_then_released_at_full_age() {
    check(
        "
        with callers
        1021 registers
        kim calls 9101
        1021 answers
        1021 speaks
        kim hangs up
        wait 60
        1021 dials 9003
        1022 registers
        tell ledger
        kim calls 9101
        wait 1
        lo calls 9101
        wait 22
        ",
        expect![[r#"
            60s ledger: call-3 offered to 9101 by 0701234567
            60s ledger: call-3 answered
            60s ledger: call-3 queued in known
            60s ledger: call-3 kept for 1021 for 20000 ms at most
            60s ledger: call-3 told place 1
            61s ledger: call-4 offered to 9101 by 0707654321
            61s ledger: call-4 answered
            61s ledger: call-4 queued in known
            61s ledger: call-4 rang 1022
            81s ledger: call-4 1022 missed
            82s ledger: call-3 rang 1022
        "#]],
    );
}

#[test]
fn a_known_caller_gets_the_last_agent_who_is_free_again_in_time() {
    check(
        "
        with callers
        1021 registers
        kim calls 9101
        1021 answers
        1021 speaks
        kim hangs up
        1022 registers
        lo calls 9101
        1021 rejects 603
        1022 answers
        1022 speaks
        lo hangs up
        wait 2
        max calls 9101
        tell ledger
        lo calls 9101
        kim calls 9101
        calls
        wait 30
        ",
        expect![[r#"
            2s ledger: call-4 offered to 9101 by 0707654321
            2s ledger: call-4 answered
            2s ledger: call-4 queued in known
            2s ledger: call-4 kept for 1022 for 20000 ms at most
            2s ledger: call-4 told place 1
            2s ledger: call-5 offered to 9101 by 0701234567
            2s ledger: call-5 answered
            2s ledger: call-5 queued in known
            2s ledger: call-5 rang 1021
            2s call-3 is ringing in known
            2s call-4 is waiting in known at place 1
            2s call-5 is ringing in known
            22s ledger: call-3 1022 missed
            22s ledger: call-5 1021 missed
            23s ledger: call-3 rang 1021
            23s ledger: call-4 rang 1022
            32s ledger: call-5 told place 1
        "#]],
    );
}

#[test]
fn nobody_is_kept_for_an_agent_who_is_not_there_or_talked_with_them_long_ago() {
    check(
        "
        with callers
        1021 registers
        kim calls 9101
        1021 answers
        1021 speaks
        kim hangs up
        1022 registers
        1021 unregisters
        tell ledger
        kim calls 9101
        1022 rejects 486
        kim hangs up
        1021 registers
        wait 3700
        1021 registers
        1022 registers
        wait 1
        1021 dials 9003
        kim calls 9101
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9101 by 0701234567
            0s ledger: call-2 answered
            0s ledger: call-2 queued in known
            0s ledger: call-2 rang 1022
            0s ledger: call-2 1022 declined
            0s ledger: call-2 ended Abandoned(Waiting): caller hung up
            0s ledger: 1021 reachable
            3378s ledger: 1022 unreachable
            3516s ledger: 1021 unreachable
            3700s ledger: 1021 reachable
            3700s ledger: 1022 reachable
            3701s ledger: call-3 offered to 9003 by 1021
            3701s ledger: call-3 answered
            3701s ledger: call-4 offered to 9101 by 0701234567
            3701s ledger: call-4 answered
            3701s ledger: call-4 queued in known
            3701s ledger: call-4 rang 1022
        "#]],
    );
}

#[test]
fn a_restart_remembers_the_last_agent() {
    check(
        "
        with callers
        1021 registers
        kim calls 9101
        1021 answers
        1021 speaks
        kim hangs up
        engine restarts
        1022 registers
        wait 1
        1021 registers
        tell ledger
        kim calls 9101
        ",
        expect![[r#"
            1s ledger: call-1 offered to 9101 by 0701234567
            1s ledger: call-1 answered
            1s ledger: call-1 queued in known
            1s ledger: call-1 rang 1021
        "#]],
    );
}

#[test]
fn whose_line_dropped_regains_the_place_within_the_window() {
    check(
        "
        with callers
        kim calls 9101
        wait 30
        lo calls 9101
        wait 10
        kim hangs up
        wait 60
        tell ledger
        kim calls 9101
        calls
        kim hangs up
        wait 121
        kim calls 9101
        calls
        ",
        expect![[r#"
            100s ledger: call-3 offered to 9101 by 0701234567
            100s ledger: call-3 answered
            100s ledger: call-3 regained a place of 100000 ms ago
            100s ledger: call-3 queued in known
            100s ledger: call-3 told place 1
            100s call-2 is waiting in known at place 2
            100s call-3 is waiting in known at place 1
            100s ledger: call-3 ended Abandoned(Waiting): caller hung up
            221s ledger: call-4 offered to 9101 by 0701234567
            221s ledger: call-4 answered
            221s ledger: call-4 queued in known
            221s ledger: call-4 told place 2
            221s call-2 is waiting in known at place 1
            221s call-4 is waiting in known at place 2
        "#]],
    );
}

#[test]
fn who_withholds_the_number_is_not_remembered() {
    check(
        "
        with callers
        nobody calls 9101
        wait 30
        nobody hangs up
        tell ledger
        nobody calls 9101
        calls
        1021 registers
        1022 registers
        wait 1
        1021 answers
        1021 speaks
        nobody hangs up
        nobody calls 9101
        ",
        expect![[r#"
            30s ledger: call-2 offered to 9101 by nobody
            30s ledger: call-2 answered
            30s ledger: call-2 queued in known
            30s ledger: call-2 told place 1
            30s call-2 is waiting in known at place 1
            30s ledger: 1021 reachable
            30s ledger: 1021 logged in
            30s ledger: call-2 rang 1021
            30s ledger: 1022 reachable
            30s ledger: 1022 logged in
            31s ledger: call-2 connected with 1021
            31s ledger: call-2 1021 accepted
            31s ledger: call-2 ended Answered: caller hung up
            31s ledger: call-3 offered to 9101 by nobody
            31s ledger: call-3 answered
            31s ledger: call-3 queued in known
            31s ledger: call-3 rang 1022
        "#]],
    );
}
