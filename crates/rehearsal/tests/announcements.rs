//! What callers who wait are told, by turns and by tests.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::Plan;
use dialplan::trial::{AtCallback, Trial, read_at};
use expect_test::{Expect, expect};
use rehearsal::{Unheard, rehearse};
use std::sync::Arc;
use std::time::Duration;

/// What a caller meets who waits for so long in a queue with these announcements.
fn check(announcements: &str, change: impl FnOnce(&mut Trial), expected: Expect) {
    let text = format!(
        "timezone = \"Europe/Stockholm\"\n[number.9000]\ngoto = \"queue.q\"\ndirectory = \"d\"\n\
         [directory.d]\ncallers = [{{ number = \"0701\", vip = true }}]\n\
         [queue.q]\nannounce_place = \"0s\"\n[agent.1001]\nsecret = \"x\"\nqueues = \"all\"\n\
         [say.later]\nprompts = [\"later\"]\n{announcements}"
    );
    let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new()));
    let plan = plan.unwrap_or_else(|faults| panic!("{faults}"));
    let mut trial = Trial {
        at: Some(read_at("2026-11-27 10:00").unwrap()),
        wait: Some(Duration::from_secs(200)),
        ..Trial::of("9000")
    };
    change(&mut trial);
    let now = jiff::Timestamp::UNIX_EPOCH;
    let told = rehearse(&Arc::new(plan), &trial, now, &Unheard).unwrap().to_string();
    let heard = told.lines().filter(|line| line.contains("says") || line.contains("key"));
    let heard: String = heard.map(|line| format!("{}\n", line.trim())).collect();
    expected.assert_eq(&heard);
}

#[test]
fn of_several_announcements_each_has_its_turn_and_what_does_not_hold_is_passed_over() {
    check(
        r#"
        [[queue.q.at]]
        after = "10s"
        every = "20s"
        one_of = [
            { prompts = ["comfort"], weight = 2 },
            { prompts = ["web"], if = "not vip" },
            { prompts = ["gold"], if = "vip" },
        ]
        "#,
        |_| {},
        expect![[r#"
            10.0 s  x:15  queue.q      says comfort, then music
            30.0 s  x:15  queue.q      says web, then music
            50.0 s  x:15  queue.q      says comfort, then music
            70.0 s  x:15  queue.q      says comfort, then music
            90.0 s  x:15  queue.q      says comfort, then music
            110.0 s  x:15  queue.q      says web, then music
            130.0 s  x:15  queue.q      says comfort, then music
            150.0 s  x:15  queue.q      says comfort, then music
            170.0 s  x:15  queue.q      says comfort, then music
            190.0 s  x:15  queue.q      says web, then music
        "#]],
    );
}

#[test]
fn what_is_said_once_waits_until_it_is_so() {
    check(
        r#"
        [[queue.q.at]]
        after = "10s"
        if = "call.waited > 1m30s"
        prompts = ["long"]
        keys = { 1 = "say.later" }
        [[queue.q.at]]
        after = "20s"
        if = "call.expected_wait > 3m"
        prompts = ["offer"]
        "#,
        |trial| trial.expected_wait = Some(Duration::from_secs(210)),
        expect![[r#"
            20.0 s  x:20  queue.q      says offer, then music
            100.0 s  x:15  queue.q      says long, then music
        "#]],
    );
}

#[test]
fn an_offer_that_is_never_so_is_never_made() {
    check(
        r#"
        [[queue.q.at]]
        after = "10s"
        every = "20s"
        if = "call.expected_wait > 5m"
        prompts = ["offer"]
        [[queue.q.at]]
        after = "10s"
        if = "time < 09:00"
        prompts = ["early"]
        "#,
        |trial| trial.expected_wait = Some(Duration::from_secs(210)),
        expect![[""]],
    );
}

#[test]
fn a_callback_that_can_not_be_kept_leaves_its_turn_to_the_next() {
    check(
        r#"
        [[queue.q.at]]
        after = "10s"
        every = "90s"
        one_of = [
            { prompts = ["call-you"], keys = { 1 = "callback.c" } },
            { prompts = ["comfort"] },
        ]
        [[queue.q.at]]
        after = "20s"
        if = "call.waited > 10s"
        prompts = ["once"]
        keys = { 1 = "callback.c" }
        [callback.c]
        queue = "q"
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
        "#,
        |trial| trial.callback = AtCallback::TooLate,
        expect![[r#"
            10.0 s  x:15  queue.q      says comfort, then music
            100.0 s  x:15  queue.q      says comfort, then music
            190.0 s  x:15  queue.q      says comfort, then music
        "#]],
    );
}

#[test]
fn offers_that_are_late_and_can_not_be_kept_do_not_take_turns_for_ever() {
    check(
        r#"
        [[queue.q.at]]
        after = "10s"
        if = "call.waited > 1m"
        prompts = ["first"]
        keys = { 1 = "callback.c" }
        [[queue.q.at]]
        after = "15s"
        if = "call.waited > 1m"
        prompts = ["second"]
        keys = { 1 = "callback.c" }
        [[queue.q.at]]
        after = "20s"
        if = "call.waited > 1m"
        prompts = ["third"]
        keys = { 1 = "say.later" }
        [callback.c]
        queue = "q"
        [trunk.t]
        host = "192.0.2.1"
        dial = ["+46"]
        "#,
        |trial| trial.callback = AtCallback::TooLate,
        expect![[r#"
            70.0 s  x:25  queue.q      says third, then music
        "#]],
    );
}
