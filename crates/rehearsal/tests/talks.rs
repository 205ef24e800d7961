//! Made-up calls in which caller and agent talk, and what the caller is asked when the agent hangs up.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::Plan;
use dialplan::trial::{Expectation, Trial, read_at, read_keys};
use expect_test::{Expect, expect};
use ivr::STEPS_MAX;
use rehearsal::{Transcript, Unheard, What, rehearse, verdict};
use std::sync::Arc;
use std::time::Duration;

const PLAN: &str = r#"
timezone = "Europe/Stockholm"
language = "en"

[number.9000]
goto = "queue.support"

[number.9001]
goto = "queue.sales"

[queue.support]
announce_place = "0s"
hours = "office"
at_closing = "leave"
closed = "hangup"
survey = "menu.grade"

[[queue.support.when]]
waited = "1m"
goto = "hangup"

[[queue.support.at]]
after = "10s"
prompts = ["offer"]
keys = { 9 = "hangup" }

[hours.office]
week = ["mon-fri 08:00-17:00"]

[queue.sales]
announce_place = "0s"

[menu.grade]
prompts = ["grade"]
keys = { "[1-4]" = "voicemail.why", 5 = "say.thanks", 8 = "queue.support" }
into = "grade"
tries = 1
otherwise = "say.thanks"

[voicemail.why]
goto = "say.thanks"

[say.thanks]
prompts = ["thanks"]

[agent.1001]
secret = "x"
queues = "all"
"#;

/// A call on a Friday, which an agent answers who hangs up after a minute and a half.
fn trial(to: &str, keys: &str) -> Trial {
    Trial {
        at: Some(read_at("2026-11-27 10:00").unwrap()),
        keys: read_keys(keys).unwrap(),
        talks: Some(Duration::from_secs(90)),
        ..Trial::of(to)
    }
}

fn transcript(trial: &Trial) -> Transcript {
    transcript_in(PLAN, trial)
}

fn transcript_in(plan: &str, trial: &Trial) -> Transcript {
    let plan = Plan::parse("x", plan, &|_, _| true, &mut |_| Err(String::new()));
    let plan = plan.unwrap_or_else(|faults| panic!("{faults}"));
    rehearse(&Arc::new(plan), trial, jiff::Timestamp::UNIX_EPOCH, &Unheard).unwrap()
}

fn check(trial: &Trial, expected: Expect) {
    expected.assert_eq(&transcript(trial).to_string());
}

#[track_caller]
fn comes(trial: &Trial, expected: &[&str]) {
    let expected: Vec<_> = expected.iter().map(|it| Expectation::read(it).unwrap()).collect();
    let transcript = transcript(trial);
    assert_eq!(verdict(&transcript, &expected), Ok(()), "{transcript}");
}

#[test]
fn who_is_asked_after_the_talk_is_heard_to_answer() {
    check(
        &trial("9000", "5"),
        expect![[r#"
        somebody who withholds the number calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9000    is always open; speaks en
            0.0 s  x:11  queue.support  waits with priority 0
            0.0 s  x:11  queue.support  plays music
            0.0 s  x:11  queue.support  an agent answers
           90.0 s  x:11  queue.support  the agent hangs up, and the caller is asked on at menu.grade
           90.0 s  x:33  menu.grade     says grade
           93.5 s  x:33  menu.grade     key 5 is a choice
           93.5 s  x:33  menu.grade     notes grade: 5
           93.5 s  x:43  say.thanks     says thanks
           96.5 s        hangup         the call is over
    "#]],
    );
}

#[test]
fn where_a_queue_asks_nothing_the_call_is_over_when_the_agent_hangs_up() {
    check(
        &trial("9001", ""),
        expect![[r#"
        somebody who withholds the number calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:8   number.9001  is always open; speaks en
            0.0 s  x:30  queue.sales  waits with priority 0
            0.0 s  x:30  queue.sales  plays music
            0.0 s  x:30  queue.sales  an agent answers
           90.0 s  x:30  queue.sales  the agent hangs up
           90.0 s        hangup       the call is over
    "#]],
    );
}

#[test]
fn who_talks_is_out_of_the_reach_of_the_queue() {
    // It closes, offers, sends on by `waited`, and would lose its patience; none of which concerns who talks.
    let just_before = Trial { at: Some(read_at("2026-11-27 16:59").unwrap()), ..trial("9000", "") };
    let leaves = Trial { wait: Some(Duration::from_secs(20)), ..just_before };
    comes(&leaves, &["connected", "menu.grade", "never:left", "never:said:offer"]);
    comes(&trial("9000", "9@30s"), &["connected", "menu.grade"]);
}

#[test]
fn the_answer_of_an_agent_comes_before_what_is_asked_when_the_talk_is_over() {
    let waits = Trial { answered_after: Some(Duration::from_secs(20)), ..trial("9000", "") };
    comes(&waits, &["queue.support", "said:offer", "connected", "menu.grade", "hangup"]);
    let ends = Trial { talks: None, ..waits };
    comes(&ends, &["connected", "never:menu.grade"]);
}

#[test]
fn a_comment_on_the_talk_is_a_message_and_the_call_was_answered_all_the_same() {
    let transcript = transcript(&trial("9000", "1,#,1"));
    comes(&trial("9000", "1,#,1"), &["connected", "noted:grade=1", "message", "hangup"]);
    let last = transcript.rows(transcript.entries.len() - 1, 1).remove(0);
    assert!(last.ends_with("the call is over"), "{last}");
}

#[test]
fn who_hangs_up_first_is_asked_nothing() {
    let first = Trial { hangs_up_after: Some(Duration::from_secs(89)), ..trial("9000", "5") };
    comes(&first, &["connected", "left", "never:menu.grade"]);
}

#[test]
fn who_is_sent_from_talk_to_talk_comes_to_an_end() {
    let plan = "[number.9000]\ngoto = \"queue.q\"\n[queue.q]\nsurvey = \"queue.q\"\n\
                [agent.1001]\nsecret = \"x\"\nqueues = \"all\"\n";
    let transcript = transcript_in(plan, &trial("9000", ""));
    let talks = transcript.entries.iter().filter(|entry| entry.what == What::Connected).count();
    assert_eq!(talks, usize::try_from(STEPS_MAX).unwrap());
    let last = transcript.rows(transcript.entries.len() - 1, 1).remove(0);
    assert!(last.ends_with("the call is ended, since it goes round in circles"), "{last}");
}
