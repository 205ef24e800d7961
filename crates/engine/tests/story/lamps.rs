//! Phones watch agents, and see what they do.

use crate::check;
use expect_test::expect;

#[test]
fn a_lamp_follows_an_agent_through_ring_talk_and_wrap_up() {
    check(
        "
        1001 registers
        1002 registers
        tell lamps agents
        1002 watches 1001
        1002 watches the day of 1001
        wait 5
        kim calls 9001
        wait 5
        1001 answers
        wait 0.5
        1001 speaks
        wait 5
        kim hangs up
        wait 20
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            0s 1002 sees 1001: open Ready
            5s 1001 is ringing
            5s 1002 sees 1001: recipient early
            5s 1002 sees 1001: open Ringing
            10s 1002 sees 1001: recipient confirmed
            10s 1002 sees 1001: open On the phone
            10.5s 1001 is talking
            15.5s 1001 is wrap_up
            15.5s 1002 sees 1001: terminated
            15.5s 1002 sees 1001: open Wrap-up
            30.5s 1002 sees 1001: open Ready
            30.5s 1001 is ready
        "#]],
    );
}

#[test]
fn the_connection_of_a_panel_that_only_watches_is_kept_as_long_as_it_does() {
    check(
        "
        1001 registers
        1004 uses tcp
        1004 watches 1001
        wait 5
        tell sip
        1004 is quiet
        tell lamps
        1004 stops watching
        wait 5
        tell sip
        1004 is quiet
        ",
        expect![[r#"
            5s 1004 gets 401
            5s 1004 gets 200 for 0 s
            5s 1004 sees 1001: terminated (terminated;reason=timeout)
            10s 1004 is cut off
        "#]],
    );
}

#[test]
fn a_lamp_follows_an_agent_through_missed_rings_and_log_out() {
    check(
        "
        1001 registers
        1004 registers by tcp
        tell lamps
        1004 watches 1001
        1004 watches the day of 1001
        wait 5
        kim calls 9001
        wait 45
        1001 dials *12
        1001 hears it out
        wait 5
        1001 unregisters
        wait 5
        ",
        expect![[r#"
            0s 1004 gets 401
            0s 1004 gets 200 for 3600 s
            0s 1004 gets 401
            0s 1004 gets 200 for 3600 s
            0s 1004 sees 1001: terminated
            0s 1004 sees 1001: open Ready
            5s 1004 sees 1001: recipient early
            5s 1004 sees 1001: open Ringing
            25s 1004 sees 1001: terminated
            25s 1004 sees 1001: open Ready
            26s 1004 sees 1001: recipient early
            26s 1004 sees 1001: open Ringing
            46s 1004 sees 1001: terminated
            46s 1004 sees 1001: open Away
            50s 1004 sees 1001: closed Logged out
        "#]],
    );
}

#[test]
fn who_logs_out_while_talking_is_seen_on_the_phone_to_the_end() {
    check(
        "
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        tell lamps
        1002 watches 1001
        1002 watches the day of 1001
        wait 5
        1001 dials *12
        1001 hears it out
        wait 5
        kim hangs up
        wait 5
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: recipient confirmed
            0s 1002 sees 1001: open On the phone
            10s 1002 sees 1001: terminated
            10s 1002 sees 1001: closed Logged out
        "#]],
    );
}

#[test]
fn both_lamps_follow_a_direct_call() {
    check(
        "
        1001 registers
        1002 registers
        1003 registers
        tell lamps
        1003 watches 1001
        1003 watches 1002
        wait 5
        1001 dials 1002
        wait 5
        1002 answers
        wait 5
        1001 hangs up
        wait 5
        left
        ",
        expect![[r#"
            0s 1003 gets 401
            0s 1003 gets 200 for 3600 s
            0s 1003 gets 401
            0s 1003 gets 200 for 3600 s
            0s 1003 sees 1001: terminated
            0s 1003 sees 1002: terminated
            5s 1003 sees 1001: initiator early
            5s 1003 sees 1002: recipient early
            10s 1003 sees 1001: initiator confirmed
            10s 1003 sees 1002: recipient confirmed
            15s 1003 sees 1001: terminated
            15s 1003 sees 1002: terminated
            20s left: [("transactions", 8), ("subscriptions", 2)]
        "#]],
    );
}

#[test]
fn a_lamp_shows_an_agent_who_calls_a_number_of_ours() {
    check(
        "
        1001 registers
        1002 registers
        tell lamps
        1002 watches 1001
        wait 5
        1001 dials 9003
        wait 5
        1001 hangs up
        wait 5
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            5s 1002 sees 1001: initiator confirmed
            10s 1002 sees 1001: terminated
        "#]],
    );
}

#[test]
fn a_phone_that_is_gone_is_seen_in_the_day_of_its_agent() {
    check(
        "
        1001 registers by tcp
        1002 registers
        tell lamps
        1002 watches the day of 1001
        wait 5
        1001 breaks
        wait 5
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: open Ready
            5s 1002 sees 1001: closed No phone
        "#]],
    );
}

#[test]
fn a_phone_that_dies_is_told_nothing_more_and_nothing_is_left() {
    check(
        "
        1001 registers
        1002 registers
        tell lamps
        1002 watches 1001
        wait 5
        1002 dies
        kim calls 9001
        wait 10
        kim hangs up
        wait 90
        left
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            105s nothing is left
        "#]],
    );
}

#[test]
fn a_phone_that_has_forgotten_its_lamps_says_so_once() {
    check(
        "
        1001 registers
        1002 registers
        tell lamps
        1002 watches 1001
        wait 5
        1002 forgets what it watches
        kim calls 9001
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            5s 1002 sees 1001: recipient early
            70s nothing is left
        "#]],
    );
}

#[test]
fn a_connection_that_breaks_takes_its_lamps_along() {
    check(
        "
        1001 registers
        1002 registers by tcp
        tell lamps
        1002 watches 1001
        wait 5
        1002 breaks
        kim calls 9001
        wait 5
        kim hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            70s nothing is left
        "#]],
    );
}

#[test]
fn lamps_that_are_not_asked_for_again_end() {
    check(
        "
        1002 registers
        tell lamps
        1002 watches 1001 for a minute
        1002 watches the day of 1001
        wait 61
        1002 stops watching
        wait 60
        left
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 60 s
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            0s 1002 sees 1001: closed Logged out
            60s 1002 sees 1001: terminated (terminated;reason=timeout)
            61s 1002 gets 401
            61s 1002 gets 401
            61s 1002 gets 481
            61s 1002 gets 200 for 0 s
            61s 1002 sees 1001: closed Logged out (terminated;reason=timeout)
            121s nothing is left
        "#]],
    );
}

#[test]
fn when_the_engine_drains_phones_are_told_when_to_ask_again() {
    check(
        "
        1002 registers
        tell lamps
        1002 watches 1001
        wait 5
        engine drains
        wait 5
        1002 watches the day of 1001
        wait 60
        left
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            5s 1002 sees 1001: terminated (terminated;reason=probation;retry-after=52)
            10s 1002 gets 401
            10s 1002 gets 503, Retry-After 30
            70s nothing is left
        "#]],
    );
}

#[test]
fn after_a_restart_lamps_are_not_known_and_are_asked_for_anew() {
    check(
        "
        1001 registers
        1002 registers
        tell lamps
        1002 watches 1001
        wait 5
        engine restarts
        1002 watches on
        wait 5
        1002 watches 1001
        kim calls 9001
        wait 5
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 sees 1001: terminated
            5s 1002 gets 401
            5s 1002 gets 481
            10s 1002 gets 401
            10s 1002 gets 200 for 3600 s
            10s 1002 sees 1001: recipient early
        "#]],
    );
}

#[test]
fn strangers_and_trunks_watch_nobody() {
    check(
        "
        with trunks
        1001 registers
        tell lamps
        kim watches 1001
        carrier watches 1001
        pbx watches 1001
        nobody watches the weather of 1001
        wait 60
        left
        ",
        expect![[r#"
            0s kim gets 401
            0s kim gets 401
            0s carrier gets 403
            0s pbx gets 401
            0s pbx gets 403
            0s nobody gets 401
            0s nobody gets 401
            60s nothing is left
        "#]],
    );
}

#[test]
fn who_is_welcome_to_call_is_not_to_watch() {
    check(
        "
        1001 registers
        tell lamps
        kim watches 1001
        kim watches 1999
        wait 60
        left
        ",
        expect![[r#"
            0s kim gets 401
            0s kim gets 401
            0s kim gets 401
            0s kim gets 401
            60s nothing is left
        "#]],
    );
}

#[test]
fn an_agent_watches_agents_and_its_own_messages_and_nothing_else() {
    check(
        "
        1002 registers
        tell lamps
        1002 watches messages of 1002
        1002 watches messages of 1001
        1002 watches 9001
        1002 watches the weather of 1001
        wait 5
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 gets 401
            0s 1002 gets 403
            0s 1002 gets 401
            0s 1002 gets 404
            0s 1002 gets 401
            0s 1002 gets 489, there are dialog, presence, message-summary
            0s 1002 sees its messages: no
        "#]],
    );
}

#[test]
fn more_lamps_than_there_is_room_for_are_refused() {
    check(
        "
        with subscriptions_max 2
        tell lamps
        1002 watches 1001
        1002 watches 1003
        1002 watches 1004
        wait 1
        ",
        expect![[r#"
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 gets 401
            0s 1002 gets 200 for 3600 s
            0s 1002 gets 401
            0s 1002 gets 503, Retry-After 30
            0s 1002 sees 1001: terminated
            0s 1002 sees 1003: terminated
        "#]],
    );
}
