//! Callers who leave messages.

use crate::check;
use expect_test::expect;

#[test]
fn a_message_is_kept_and_the_caller_thanked_once_it_is_on_disk() {
    check(
        "
        with voicemail
        tell sip media ledger
        kim calls 9060
        kim hears it out
        kim speaks a message
        wait 8
        disk is slow
        kim says no more
        kim hears it out
        kim presses 1
        wait 2
        disk catches up
        kim hears it out
        voicemails
        totals
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            8s kim is recorded no more
            8s kim hears voicemail/keep
            8s kim hears nothing
            8s ledger: message at office in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            9s kim hears music
            10s kim hears voicemail/thanks, then goodbye
            10s ledger: call-1 ended Voicemail: the dialplan ended the call
            10s kim gets BYE since Q.850;cause=16;text="Normal call clearing"
            10s voicemail office has 1, and takes 0
            10s voicemail desk has 0, and takes 0
            10s [("offered", 1), ("voicemail", 1)]
            10s left: [("transactions", 2)]
        "#]],
    );
}

#[test]
fn who_hangs_up_after_having_spoken_has_left_a_message() {
    check(
        "
        with voicemail
        tell media ledger
        kim calls 9060
        kim hears it out
        kim speaks a message
        wait 8
        kim hangs up
        voicemails
        totals
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            8s ledger: call-1 ended Voicemail: caller hung up
            8s ledger: message at office in call-1 by 0701234567, in sv, 8000 ms after the arrival, 9000 ms long
            8s voicemail office has 1, and takes 0
            8s voicemail desk has 0, and takes 0
            8s [("offered", 1), ("voicemail", 1)]
            48s nothing is left
        "#]],
    );
}

#[test]
fn who_hangs_up_without_a_word_has_left_none() {
    check(
        "
        with voicemail
        tell media ledger
        kim calls 9060
        kim hears it out
        wait 1
        kim hangs up
        voicemails
        totals
        wait 40
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            1s ledger: call-1 ended Abandoned(InMenu): caller hung up
            1s recording is thrown away
            1s voicemail office has 0, and takes 0
            1s voicemail desk has 0, and takes 0
            1s [("offered", 1), ("abandoned", 1)]
            41s nothing is left
        "#]],
    );
}

#[test]
fn a_message_that_is_spoken_again_replaces_the_first() {
    check(
        "
        with voicemail
        tell media ledger
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim presses #
        kim hears it out
        kim presses 2
        kim hears it out
        kim speaks a message
        kim presses #
        kim hears it out
        wait 5
        voicemails
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            0s kim is recorded no more
            0s kim hears voicemail/keep
            0s recording is thrown away
            0s kim hears tone
            0s kim is recorded
            0s kim is recorded no more
            0s kim hears voicemail/keep
            5s kim hears nothing
            5s ledger: message at office in call-1 by 0701234567, in sv, 5000 ms after the arrival, 9000 ms long
            5s kim hears voicemail/thanks, then goodbye
            5s voicemail office has 1, and takes 0
            5s voicemail desk has 0, and takes 0
        "#]],
    );
}

#[test]
fn a_message_has_the_first_arrival_and_the_queue_of_who_waited_in_vain() {
    check(
        "
        with voicemail
        tell media ledger
        1021 registers
        command 1021 pause pause
        lo calls 9061
        wait 20
        lo hears it out
        lo speaks a message
        wait 5
        lo hangs up
        ",
        expect![[r#"
            0s ledger: 1021 reachable
            0s ledger: 1021 logged in
            0s ledger: call-1 offered to 9061 by 0707654321
            0s ledger: call-1 answered
            0s ledger: call-1 queued in busy
            0s lo hears music
            0s lo hears queue/first, then music
            0s ledger: call-1 told place 1
            20s ledger: call-1 leaves unserved, Some(1) in busy: 1 paused
            20s ledger: call-1 sent on out of busy to voicemail.office, waited: 20000 ms, 1 for 0
            20s lo hears voicemail/greeting, then tone
            20s lo is recorded
            25s ledger: call-1 ended Voicemail: caller hung up
            25s ledger: message at office in call-1 by 0707654321, after busy, in sv, 25000 ms after the arrival, 9000 ms long
        "#]],
    );
}

#[test]
fn a_voicemail_that_is_full_says_so_and_one_that_was_dealt_with_makes_room() {
    check(
        "
        with voicemail
        tell media ledger commands
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim hangs up
        lo calls 9060
        lo hears it out
        lo speaks a message
        max calls 9060
        max hears it out
        max hears it out
        lo hangs up
        command message of 1 done
        command message of 9 done
        voicemails
        max calls 9060
        voicemails
        wait 700000
        voicemails
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            0s ledger: call-1 ended Voicemail: caller hung up
            0s ledger: message at office in call-1 by 0701234567, in sv, 0 ms after the arrival, 9000 ms long
            0s ledger: call-2 offered to 9060 by 0707654321
            0s ledger: call-2 answered
            0s lo hears voicemail/greeting, then tone
            0s lo is recorded
            0s ledger: call-3 offered to 9060 by 0709999999
            0s ledger: call-3 answered
            0s ledger: call-3 found voicemail office full: messages_max
            0s max hears voicemail/greeting, then tone
            0s max hears voicemail/full
            0s max hears sorry
            0s ledger: call-3 ended Finished: the dialplan ended the call
            0s ledger: call-2 ended Voicemail: caller hung up
            0s ledger: message at office in call-2 by 0707654321, in sv, 0 ms after the arrival, 9000 ms long
            0s ledger: the message is done, says socket
            0s ledger: socket: message_done of the message
            0s desk: obeyed
            0s ledger: socket: message_done of the message refused, unknown_message
            0s desk: refused: there is no message 0000000000000194: use the name of a message that is listed
            0s voicemail office has 1, and takes 0
            0s voicemail desk has 0, and takes 0
            0s ledger: call-4 offered to 9060 by 0709999999
            0s ledger: call-4 answered
            0s max hears voicemail/greeting, then tone
            0s voicemail office has 1, and takes 0
            0s voicemail desk has 0, and takes 0
            172800s recording is thrown away
            172800s ledger: the recording is removed
            700000s voicemail office has 1, and takes 0
            700000s voicemail desk has 0, and takes 0
        "#]],
    );
}

#[test]
fn a_disk_that_is_full_fails_the_message_and_not_the_call() {
    check(
        "
        with voicemail
        tell media ledger
        disk is full
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim presses #
        kim hears it out
        totals
        voicemails
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            0s kim is recorded no more
            0s kim hears voicemail/failed
            0s kim hears sorry
            0s [("offered", 1), ("on", 1)]
            0s voicemail office has 0, and takes 0
            0s voicemail desk has 0, and takes 0
        "#]],
    );
}

#[test]
fn messages_are_there_after_a_restart_and_are_counted() {
    check(
        "
        with voicemail
        tell media ledger
        kim calls 9060
        kim hears it out
        kim speaks a message
        kim hangs up
        engine restarts
        voicemails
        lo calls 9060
        lo hears it out
        lo speaks a message
        max calls 9060
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            0s ledger: call-1 ended Voicemail: caller hung up
            0s ledger: message at office in call-1 by 0701234567, in sv, 0 ms after the arrival, 9000 ms long
            0s voicemail office has 1, and takes 0
            0s voicemail desk has 0, and takes 0
            0s ledger: call-2 offered to 9060 by 0707654321
            0s ledger: call-2 answered
            0s lo hears voicemail/greeting, then tone
            0s lo is recorded
            0s ledger: call-3 offered to 9060 by 0709999999
            0s ledger: call-3 answered
            0s ledger: call-3 found voicemail office full: messages_max
            0s max hears voicemail/greeting, then tone
            0s max hears voicemail/full
        "#]],
    );
}

#[test]
fn an_engine_that_stops_keeps_what_was_said() {
    check(
        "
        with voicemail
        tell media ledger
        kim calls 9060
        kim hears it out
        kim speaks a message
        engine stops
        voicemails
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9060 by 0701234567
            0s ledger: call-1 answered
            0s kim hears voicemail/greeting, then tone
            0s kim is recorded
            0s ledger: call-1 ended Voicemail: the engine was stopped
            0s ledger: message at office in call-1 by 0701234567, in sv, 0 ms after the arrival, 9000 ms long
            0s voicemail office has 1, and takes 0
            0s voicemail desk has 0, and takes 0
        "#]],
    );
}
