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
            0s ledger: call-2 leaves unserved, Some(1) in known: 1 settling, 1 unreachable
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
            1s ledger: call-2 offered to 9101 by 0701234567
            1s ledger: call-2 answered
            1s ledger: call-2 queued in known
            1s ledger: call-2 rang 1021
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
            100s ledger: call-3 leaves unserved, Some(1) in known: 2 logged_out
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

#[test]
fn a_call_needs_what_it_has_gathered_on_its_way() {
    check(
        "
        with callers
        1031 registers
        1032 registers
        tell ledger
        kim calls 9102
        kim presses 1
        1031 rejects 486
        1032 rejects 486
        kim hangs up
        wait 2
        kim calls 9102
        kim presses 2
        kim presses 1
        1031 rejects 486
        wait 3
        kim hangs up
        wait 3
        kim calls 9102
        kim presses 2
        kim presses 2
        calls
        wait 31
        calls
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9102 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 chose 1 in language
            0s ledger: call-1 queued in shared
            0s ledger: call-1 rang 1031
            0s ledger: call-1 1031 declined
            0s ledger: call-1 rang 1032
            0s ledger: call-1 1032 declined
            0s ledger: call-1 leaves unserved, Some(1) in shared: 2 settling
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            2s ledger: call-2 offered to 9102 by 0701234567
            2s ledger: call-2 answered
            2s ledger: call-2 chose 2 in language
            2s ledger: call-2 chose 1 in matter
            2s ledger: call-2 queued in shared
            2s ledger: call-2 rang 1031
            2s ledger: call-2 1031 declined
            3s ledger: call-2 rang 1031
            5s ledger: call-2 1031 withdrawn
            5s ledger: call-2 leaves unserved, None in shared: 1 lacks_skill, 1 ringing
            5s ledger: call-2 ended Abandoned(Ringing): caller hung up
            8s ledger: call-3 offered to 9102 by 0701234567
            8s ledger: call-3 answered
            8s ledger: call-3 chose 2 in language
            8s ledger: call-3 chose 2 in matter
            8s ledger: call-3 queued in shared
            8s ledger: call-3 told place 1
            8s call-3 is waiting in shared at place 1
            38s ledger: call-3 rang 1032
            39s call-3 is ringing in shared
        "#]],
    );
}

#[test]
fn who_is_in_a_directory_goes_their_way_and_the_agent_is_told_who_it_is() {
    check(
        "
        with callers
        1021 registers
        wait 1
        1022 registers
        1031 registers
        tell ledger sip headers
        kim calls 9103
        lo calls 9103
        max calls 9103
        nobody calls 9103
        calls
        ",
        expect![[r#"
            1s ledger: call-1 offered to 9103 by 0701234567
            1s ledger: call-1 answered
            1s kim gets 100
            1s kim gets 200
            1s ledger: call-1 looked up in customers: found, Kim Åberg, Berg & Co
            1s ledger: call-1 queued in shared
            1s ledger: call-1 rang 1031
            1s 1031 gets INVITE from "Växel: Kim Åberg, Berg & Co"
            1s 1031 gets From: sip:0701234567@10.0.0.1:5060
            1s 1031 gets Max-Forwards: 69
            1s 1031 gets X-Telefonist-Queue: Växel
            1s 1031 gets X-Telefonist-Waited: 0
            1s 1031 gets X-Telefonist-Name: Kim Åberg
            1s 1031 gets X-Telefonist-Company: Berg & Co
            1s ledger: call-2 offered to 9103 by 0707654321
            1s ledger: call-2 answered
            1s lo gets 100
            1s lo gets 200
            1s ledger: call-2 looked up in customers: found, Lo
            1s ledger: call-2 queued in known
            1s ledger: call-2 rang 1022
            1s 1022 gets INVITE from "known: Lo"
            1s 1022 gets From: sip:0707654321@10.0.0.1:5060
            1s 1022 gets Max-Forwards: 69
            1s 1022 gets X-Telefonist-Queue: known
            1s 1022 gets X-Telefonist-Waited: 0
            1s 1022 gets X-Telefonist-Name: Lo
            1s ledger: call-3 offered to 9103 by 0709999999
            1s ledger: call-3 answered
            1s max gets 100
            1s max gets 200
            1s ledger: call-3 looked up in customers: unknown
            1s ledger: call-4 offered to 9103 by nobody
            1s ledger: call-4 answered
            1s nobody gets 100
            1s nobody gets 200
            1s ledger: call-4 looked up in customers: unknown
            1s call-1 is ringing in shared
            1s call-2 is ringing in known
            1s call-3 is menu
            1s call-4 is menu
        "#]],
    );
}

#[test]
fn the_agent_is_told_what_was_chosen_and_since_when_the_caller_waits() {
    check(
        "
        with callers
        kim calls 9102
        kim presses 2
        kim presses 1
        wait 17
        tell headers
        1031 registers
        ",
        expect![[r#"
            17s 1031 gets From: sip:0701234567@10.0.0.1:5060
            17s 1031 gets Max-Forwards: 69
            17s 1031 gets X-Telefonist-Queue: Växel
            17s 1031 gets X-Telefonist-Waited: 17
            17s 1031 gets X-Telefonist-Choice: language=2, matter=1
        "#]],
    );
}

#[test]
fn a_directory_that_is_asked_answers_later_and_its_answer_is_kept() {
    check(
        "
        with callers
        1021 registers
        wait 1
        1022 registers
        tell ledger directory sip
        kim calls 9104
        wait 0.5
        crm says Kim Ek
        kim hangs up
        wait 5
        kim calls 9104
        kim hangs up
        nobody calls 9104
        nobody hangs up
        wait 60
        kim calls 9104
        crm knows nobody
        ",
        expect![[r#"
            1s ledger: call-1 offered to 9104 by 0701234567
            1s ledger: call-1 answered
            1s kim gets 100
            1s kim gets 200
            1s crm: who is +46701234567?
            1.5s ledger: call-1 looked up in crm: found, Kim Ek
            1.5s ledger: call-1 queued in known
            1.5s ledger: call-1 rang 1022
            1.5s 1022 gets INVITE from "known: Kim Ek"
            1.5s ledger: call-1 1022 withdrawn
            1.5s ledger: call-1 leaves unserved, None in known: 1 ringing, 1 rung_elsewhere
            1.5s ledger: call-1 ended Abandoned(Ringing): caller hung up
            1.5s 1022 gets CANCEL
            6.5s ledger: call-2 offered to 9104 by 0701234567
            6.5s ledger: call-2 answered
            6.5s kim gets 100
            6.5s kim gets 200
            6.5s ledger: call-2 looked up in crm: found, Kim Ek
            6.5s ledger: call-2 regained a place of 5000 ms ago
            6.5s ledger: call-2 queued in known
            6.5s ledger: call-2 rang 1022
            6.5s 1022 gets INVITE from "known: Kim Ek"
            6.5s ledger: call-2 1022 withdrawn
            6.5s ledger: call-2 leaves unserved, None in known: 1 ringing, 1 rung_elsewhere
            6.5s ledger: call-2 ended Abandoned(Ringing): caller hung up
            6.5s 1022 gets CANCEL
            6.5s ledger: call-3 offered to 9104 by nobody
            6.5s ledger: call-3 answered
            6.5s nobody gets 100
            6.5s nobody gets 200
            6.5s ledger: call-3 looked up in crm: unknown
            6.5s ledger: call-3 queued in known
            6.5s ledger: call-3 rang 1021
            6.5s 1021 gets INVITE from "known: anonymous"
            6.5s ledger: call-3 1021 withdrawn
            6.5s ledger: call-3 leaves unserved, None in known: 1 ringing, 1 rung_elsewhere
            6.5s ledger: call-3 ended Abandoned(Ringing): caller hung up
            6.5s 1021 gets CANCEL
            66.5s ledger: call-4 offered to 9104 by 0701234567
            66.5s ledger: call-4 answered
            66.5s kim gets 100
            66.5s kim gets 200
            66.5s crm: who is +46701234567?
            66.5s ledger: call-4 looked up in crm: unknown
            66.5s ledger: call-4 regained a place of 65000 ms ago
            66.5s ledger: call-4 queued in known
            66.5s ledger: call-4 rang 1021
            66.5s 1021 gets INVITE from "known: 0701234567"
        "#]],
    );
}

#[test]
fn a_directory_that_does_not_answer_holds_nobody_up_for_long() {
    check(
        "
        with callers
        1021 registers
        tell ledger directory
        kim calls 9104
        wait 1
        crm says Too Late
        kim hangs up
        kim calls 9105
        crm fails
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9104 by 0701234567
            0s ledger: call-1 answered
            0s crm: who is +46701234567?
            0.8s ledger: call-1 looked up in crm: failed
            0.8s ledger: call-1 queued in known
            0.8s ledger: call-1 rang 1021
            1s ledger: call-1 1021 withdrawn
            1s ledger: call-1 leaves unserved, None in known: 1 logged_out, 1 ringing
            1s ledger: call-1 ended Abandoned(Ringing): caller hung up
            1s ledger: call-2 offered to 9105 by 0701234567
            1s ledger: call-2 answered
            1s crm: who is +46701234567?
            1s ledger: call-2 looked up in crm: failed
        "#]],
    );
}

#[test]
fn a_directory_that_fails_is_left_alone_for_a_while_and_tried_again() {
    check(
        "
        with callers
        kim calls 9105
        crm fails
        kim hangs up
        kim calls 9105
        crm fails
        kim hangs up
        kim calls 9105
        crm fails
        kim hangs up
        kim calls 9105
        crm fails
        kim hangs up
        kim calls 9105
        crm fails
        kim hangs up
        tell ledger directory
        kim calls 9105
        kim hangs up
        wait 10
        lo calls 9105
        max calls 9105
        crm knows nobody
        lo hangs up
        kim calls 9105
        ",
        expect![[r#"
            0s ledger: call-6 offered to 9105 by 0701234567
            0s ledger: call-6 answered
            0s ledger: call-6 looked up in crm: failed
            0s ledger: call-6 ended Abandoned(InMenu): caller hung up
            10s ledger: call-7 offered to 9105 by 0707654321
            10s ledger: call-7 answered
            10s crm: who is +46707654321?
            10s ledger: call-8 offered to 9105 by 0709999999
            10s ledger: call-8 answered
            10s ledger: call-8 looked up in crm: failed
            10s ledger: call-7 looked up in crm: unknown
            10s ledger: call-7 queued in known
            10s ledger: call-7 told place 1
            10s ledger: call-7 leaves unserved, Some(1) in known: 2 logged_out
            10s ledger: call-7 ended Abandoned(Waiting): caller hung up
            10s ledger: call-9 offered to 9105 by 0701234567
            10s ledger: call-9 answered
            10s crm: who is +46701234567?
        "#]],
    );
}

#[test]
fn who_hangs_up_while_being_looked_up_leaves_nothing_behind() {
    check(
        "
        with callers
        tell ledger directory
        kim calls 9104
        kim hangs up
        crm says Kim Ek
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9104 by 0701234567
            0s ledger: call-1 answered
            0s crm: who is +46701234567?
            0s ledger: call-1 ended Abandoned(InMenu): caller hung up
            0s left: [("transactions", 2)]
        "#]],
    );
}

#[test]
fn who_finds_the_queue_full_has_the_lost_place_still_to_come() {
    check(
        "
        with callers
        kim calls 9106
        wait 10
        kim hangs up
        lo calls 9106
        tell ledger
        kim calls 9106
        wait 5
        lo hangs up
        kim calls 9106
        ",
        expect![[r#"
            10s ledger: call-3 offered to 9106 by 0701234567
            10s ledger: call-3 answered
            10s ledger: call-3 found narrow full at 1
            15s ledger: call-2 leaves unserved, Some(1) in narrow: 1 logged_out
            15s ledger: call-2 ended Abandoned(Waiting): caller hung up
            15s ledger: call-4 offered to 9106 by 0701234567
            15s ledger: call-4 answered
            15s ledger: call-4 regained a place of 15000 ms ago
            15s ledger: call-4 queued in narrow
            15s ledger: call-4 told place 1
        "#]],
    );
}

#[test]
fn callers_who_hang_up_take_no_question_back() {
    let calls = "kim calls 9104\nkim hangs up\nlo calls 9104\nlo hangs up\n".repeat(32);
    let then = "tell ledger directory\nmax calls 9104\nmax hangs up\nwait 12\nlo calls 9104\n";
    check(
        format!("with callers\n{calls}{then}").leak(),
        expect![[r#"
            0s ledger: call-65 offered to 9104 by 0709999999
            0s ledger: call-65 answered
            0s ledger: call-65 looked up in crm: failed
            0s ledger: call-65 queued in known
            0s ledger: call-65 told place 1
            0s ledger: call-65 leaves unserved, Some(1) in known: 2 logged_out
            0s ledger: call-65 ended Abandoned(Waiting): caller hung up
            12s ledger: call-66 offered to 9104 by 0707654321
            12s ledger: call-66 answered
            12s crm: who is +46707654321?
        "#]],
    );
}
