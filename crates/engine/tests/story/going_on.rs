//! Callers in a menu, and at other steps of the plan, when the process ends, and the run after it.

use crate::check;
use expect_test::expect;

#[test]
fn a_caller_in_a_menu_is_in_it_again_after_a_restart() {
    check(
        "
        kim calls 9000
        kim hears it out
        wait 2
        tell sip media ledger
        engine is gone for 3
        wait 1
        calls
        kim presses 1
        calls
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            5s kim gets INVITE
            5s ledger: call-1 recovered
            5s kim hears choose
            6s call-1 is menu
            6s ledger: call-1 chose 1 in main
            6s ledger: call-1 queued in faktura
            6s kim hears faktura, then music
            6s call-1 is waiting in faktura at place 1
            6s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            6s ledger: call-1 ended Abandoned(Waiting): caller hung up
            76s nothing is left
            76s [("offered", 1), ("abandoned", 1)]
        "#]],
    );
}

#[test]
fn a_caller_who_is_told_something_when_the_server_is_killed_hears_it_from_the_beginning() {
    check(
        "
        kim calls 9000
        wait 1
        tell sip media ledger
        engine is gone for 3
        wait 1
        kim hears it out
        kim hangs up
        wait 70
        left
        totals
        ",
        expect![[r#"
            4s kim gets INVITE
            4s ledger: call-1 recovered
            4s kim hears welcome
            5s kim hears choose
            5s ledger: call-1 ended Abandoned(InMenu): caller hung up
            75s nothing is left
            75s [("offered", 1), ("abandoned", 1)]
        "#]],
    );
}

#[test]
fn a_caller_in_a_menu_who_hung_up_meanwhile_has_an_end_that_says_so() {
    check(
        "
        kim calls 9000
        kim hears it out
        wait 2
        kim dies
        tell ledger
        engine is gone for 3
        wait 70
        left
        totals
        ",
        expect![[r#"
            37s ledger: call-1 ended Interrupted: gone after a restart, 37 s ago
            75s nothing is left
            75s [("offered", 1), ("failed", 1)]
        "#]],
    );
}

#[test]
fn a_caller_in_a_menu_may_hang_up_before_anybody_has_reached_them() {
    check(
        "
        kim calls 9000
        kim hears it out
        wait 30
        kim dies
        engine is gone for 3
        wait 1
        kim is there
        tell ledger
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            34s ledger: call-1 ended Abandoned(InMenu): caller hung up
            104s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_hears_goodbye_when_the_server_is_killed_hears_it_again_and_is_hung_up_on() {
    check(
        "
        kim calls 9003
        tell sip media ledger
        engine is gone for 3
        wait 1
        kim hears it out
        wait 70
        left
        totals
        ",
        expect![[r#"
            3s kim gets INVITE
            3s ledger: call-1 recovered
            3s kim hears sorry
            4s ledger: call-1 ended Finished: the dialplan ended the call
            4s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            74s nothing is left
            74s [("offered", 1), ("finished", 1)]
        "#]],
    );
}

#[test]
fn a_caller_for_whom_a_number_outside_is_rung_has_it_rung_again_after_a_restart() {
    check(
        "
        with ways out
        carrier is there
        believed calls +46812345
        wait 5
        tell sip media ledger
        engine is gone for 3
        wait 1
        calls
        wait 5
        believed hangs up
        wait 60
        left
        totals
        ",
        expect![[r#"
            8s ledger: trunk carrier is Up
            8s ledger: trunk exchange is Up
            8s ledger: trunk believed is Up
            8s believed gets INVITE
            8s ledger: call-1 recovered
            8s believed hears music
            8s ledger: call-1 called +468555111 over carrier
            8s carrier gets INVITE
            9s call-1 is ringing
            14s ledger: call-1 ended Abandoned(Ringing): caller hung up
            14s carrier gets CANCEL since Q.850;cause=16;text="Normal call clearing"
            74s nothing is left
            74s [("offered", 1), ("abandoned", 1)]
        "#]],
    );
}

#[test]
fn a_caller_at_a_voicemail_when_the_server_is_killed_is_asked_to_speak_again() {
    check(
        "
        with voicemail
        kim calls 9060
        kim hears it out
        kim speaks a message
        tell media ledger
        engine is gone for 3
        wait 1
        kim hears it out
        kim speaks a message
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            3s ledger: call-1 recovered
            3s kim hears voicemail/greeting, then tone
            4s kim is recorded
            4s ledger: call-1 ended Voicemail: caller hung up
            4s ledger: message at office in call-1 by 0701234567, in sv, 1000 ms after the arrival, 9000 ms long
            74s nothing is left
        "#]],
    );
}

#[test]
fn who_was_asked_about_a_message_when_the_server_was_killed_and_is_gone_has_left_it() {
    check(
        "
        with voicemail
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim presses #
        kim dies
        tell media ledger
        engine is gone for 3
        wait 100
        left
        ",
        expect![[r#"
            35s ledger: call-1 ended Interrupted: gone after a restart, 35 s ago
            35s ledger: message at office in call-1 by 0701234567, in sv, 35000 ms after the arrival, 9000 ms long
            103s nothing is left
        "#]],
    );
}

#[test]
fn who_was_asked_about_a_message_when_the_server_was_killed_and_says_nothing_more_is_asked_again() {
    check(
        "
        with voicemail
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim presses #
        tell media ledger
        engine is gone for 3
        wait 1
        kim hears it out
        kim presses #
        kim hears it out
        kim presses 1
        kim hears it out
        wait 70
        left
        ",
        expect![[r#"
            3s ledger: call-1 recovered
            3s kim hears voicemail/greeting, then tone
            4s kim is recorded
            4s kim is recorded no more
            4s recording is thrown away
            4s kim hears voicemail/keep
            4s kim hears nothing
            4s ledger: message at office in call-1 by 0701234567, in sv, 4000 ms after the arrival, 9000 ms long
            4s kim hears voicemail/thanks, then goodbye
            4s ledger: call-1 ended Voicemail: the dialplan ended the call
            74s nothing is left
        "#]],
    );
}

#[test]
fn who_speaks_again_after_the_server_was_killed_has_left_one_message() {
    check(
        "
        with voicemail
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim presses #
        tell media ledger
        engine is gone for 3
        wait 1
        kim hears it out
        kim speaks a message
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            3s ledger: call-1 recovered
            3s kim hears voicemail/greeting, then tone
            4s kim is recorded
            4s ledger: call-1 ended Voicemail: caller hung up
            4s recording is thrown away
            4s ledger: message at office in call-1 by 0701234567, in sv, 1000 ms after the arrival, 9000 ms long
            74s nothing is left
        "#]],
    );
}

#[test]
fn who_is_back_at_a_voicemail_and_hangs_up_has_left_what_was_spoken_before() {
    check(
        "
        with voicemail
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim presses #
        tell media ledger
        engine is gone for 3
        wait 1
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            3s ledger: call-1 recovered
            3s kim hears voicemail/greeting, then tone
            4s ledger: call-1 ended Voicemail: caller hung up
            4s ledger: message at office in call-1 by 0701234567, in sv, 4000 ms after the arrival, 9000 ms long
            74s nothing is left
        "#]],
    );
}

#[test]
fn a_message_of_a_call_that_is_over_has_a_row_though_the_server_is_killed_before_it_has() {
    check(
        "
        with voicemail
        kim calls 9060
        kim hears it out
        kim speaks a message
        wait 8
        tell media ledger
        disk takes 1 more
        kim hangs up
        engine is gone for 3
        voicemails
        engine is gone for 3
        voicemails
        wait 70
        left
        ",
        expect![[r#"
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at office in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            11s ledger: message at office in call-1 by 0701234567, in sv, 11000 ms after the arrival, 9000 ms long
            11s voicemail office has 1, and takes 0
            11s voicemail desk has 0, and takes 0
            14s voicemail office has 1, and takes 0
            14s voicemail desk has 0, and takes 0
            84s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_who_has_been_promised_a_callback_is_not_called_back_into_the_plan() {
    check(
        "
        with callbacks
        carrier is there
        kim calls 9070
        kim presses 1
        tell sip media ledger
        engine is gone for 3
        wait 5
        calls
        ",
        expect![[r#"
            3s ledger: trunk carrier is Up
            3s ledger: trunk kim is Up
            3s ledger: trunk lo is Up
            3s ledger: trunk max is Up
            3s ledger: trunk nobody is Up
            8s call-2 is waiting in desk at place 1
        "#]],
    );
}

#[test]
fn a_caller_of_a_closed_number_is_still_at_a_closed_number_after_a_restart() {
    check(
        "
        kim calls 9004
        tell media ledger
        engine is gone for 3
        wait 1
        kim hears it out
        totals
        ",
        expect![[r#"
            3s ledger: call-1 recovered
            3s kim hears sorry
            4s ledger: call-1 ended Closed: closed
            4s [("offered", 1), ("closed", 1)]
        "#]],
    );
}
