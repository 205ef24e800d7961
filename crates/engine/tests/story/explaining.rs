//! Why a call waits, why it went where it went, and why an agent has none.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_that_waits_is_told_with_what_keeps_each_agent_and_an_agent_with_the_next_call() {
    check(
        "
        tell reasons
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 5
        lo calls 9001
        wait 2
        explain 1
        explain 2
        explain 1001
        explain 1003
        explain 7
        explain nobody
        ",
        expect![[r#"
            7s why: call 1 is Some("talking")
            7s why:   to 1001 after 0 by Strategy { strategy: "longest_idle", idle_ms: 0, runner_up: None }
            7s why: call 2 is Some("waiting")
            7s why:   faktura by longest_idle: waited 2000 + 0 x priority 0 = 2000, place Some(1) after []
            7s why:   1001: talking 1
            7s why:   1002: logged_out
            7s why:   1004: logged_out
            7s why:   1003: logged_out
            7s why:   {"logged_out": 3, "talking": 1}
            7s why: 1001 is talking, next Some(2)
            7s why:   faktura: 1 wait, Some(2) first, Some("1001: talking 1")
            7s why: 1003 is logged_out, next Some(2)
            7s why:   faktura: 1 wait, Some(2) first, Some("1003: logged_out")
            7s why: call 7 is not on
            7s why: there is no agent nobody
        "#]],
    );
}

#[test]
fn a_need_is_named_until_it_is_relaxed_and_each_ring_with_its_rule() {
    check(
        "
        tell reasons
        1001 registers
        kim calls 9006
        wait 1
        explain 1
        wait 30
        explain 1
        1001 rejects 603
        wait 2
        explain 1
        explain 1001
        ",
        expect![[r#"
            1s why: call 1 is Some("waiting")
            1s why:   french by longest_idle: waited 1000 + 0 x priority 0 = 1000, place Some(1) after []
            1s why:   relaxes 11:00:30
            1s why:   1001: lacks_skill french
            1s why:   1002: lacks_skill french
            1s why:   1003: logged_out
            1s why:   {"lacks_skill": 2, "logged_out": 1}
            31s why: call 1 is Some("ringing")
            31s why:   french by longest_idle: waited 31000 + 0 x priority 0 = 31000, place None after []
            31s why:   relaxes 11:01:00
            31s why:   1001: ringing 1
            31s why:   1002: lacks_skill french
            31s why:   1003: logged_out
            31s why:   {"lacks_skill": 1, "logged_out": 1, "ringing": 1}
            31s why:   to 1001 after 30000 by Strategy { strategy: "longest_idle", idle_ms: 30000, runner_up: None }
            33s why: call 1 is Some("ringing")
            33s why:   french by longest_idle: waited 33000 + 0 x priority 0 = 33000, place None after []
            33s why:   relaxes 11:01:00
            33s why:   1001: ringing 1
            33s why:   1002: lacks_skill french
            33s why:   1003: logged_out
            33s why:   {"lacks_skill": 1, "logged_out": 1, "ringing": 1}
            33s why:   to 1001 after 30000 by Strategy { strategy: "longest_idle", idle_ms: 30000, runner_up: None }
            33s why:   to 1001 after 32000 by HighestScore { rivals: [] }
            33s why: 1001 is ringing, next None
        "#]],
    );
}

#[test]
fn after_call_work_is_named_with_its_end() {
    check(
        "
        with work
        tell reasons
        1001 registers
        kim calls 9001
        1001 answers
        1001 speaks
        wait 30
        kim hangs up
        wait 1
        lo calls 9001
        wait 3
        explain 2
        wait 20
        explain 2
        ",
        expect![[r#"
            34s why: call 2 is Some("waiting")
            34s why:   faktura by longest_idle: waited 3000 + 0 x priority 0 = 3000, place Some(1) after []
            34s why:   1001: wrap_up until 11:00:45
            34s why:   1002: logged_out
            34s why:   1004: logged_out
            34s why:   1003: logged_out
            34s why:   {"logged_out": 3, "wrap_up": 1}
            54s why: call 2 is Some("ringing")
            54s why:   faktura by longest_idle: waited 23000 + 0 x priority 0 = 23000, place None after []
            54s why:   1001: ringing 2
            54s why:   1002: logged_out
            54s why:   1004: logged_out
            54s why:   1003: logged_out
            54s why:   {"logged_out": 3, "ringing": 1}
            54s why:   to 1001 after 14000 by HighestScore { rivals: [] }
        "#]],
    );
}

#[test]
fn a_later_tier_is_named_until_it_is_asked() {
    check(
        "
        tell reasons
        1001 registers
        kim calls 9007
        wait 4
        explain 1
        wait 10
        explain 1
        ",
        expect![[r#"
            4s why: call 1 is Some("waiting")
            4s why:   tiers by longest_idle: waited 4000 + 0 x priority 0 = 4000, place Some(1) after []
            4s why:   relaxes 11:00:10
            4s why:   1001: later_tier 2
            4s why:   1003: logged_out
            4s why:   {"later_tier": 1, "logged_out": 1}
            14s why: call 1 is Some("ringing")
            14s why:   tiers by longest_idle: waited 14000 + 0 x priority 0 = 14000, place None after []
            14s why:   1001: ringing 1
            14s why:   1003: logged_out
            14s why:   {"logged_out": 1, "ringing": 1}
            14s why:   to 1001 after 10000 by Strategy { strategy: "longest_idle", idle_ms: 10000, runner_up: None }
        "#]],
    );
}

#[test]
fn who_turned_a_call_down_is_named_while_somebody_else_may_still_take_it() {
    check(
        "
        tell reasons
        1001 registers
        1002 registers
        kim calls 9001
        1001 answers
        1001 speaks
        lo calls 9001
        wait 1
        1002 rejects 603
        wait 2
        explain 2
        explain 1002
        ",
        expect![[r#"
            3s why: call 2 is Some("waiting")
            3s why:   faktura by longest_idle: waited 3000 + 0 x priority 0 = 3000, place Some(1) after []
            3s why:   1002: turned_down until 11:00:11
            3s why:   1001: talking 1
            3s why:   1004: logged_out
            3s why:   1003: logged_out
            3s why:   {"logged_out": 2, "talking": 1, "turned_down": 1}
            3s why:   to 1002 after 0 by Strategy { strategy: "longest_idle", idle_ms: 0, runner_up: None }
            3s why: 1002 is ready, next None
            3s why:   faktura: 1 wait, Some(2) first, Some("1002: turned_down until 11:00:11")
        "#]],
    );
}
