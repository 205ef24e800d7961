//! What a phone, or many, can make us keep and send.

use crate::story::{ANA, Answers, BO, Story, UDP, call};
use ids::AgentId;
use notifier::{Config, Duty, Progress};
use sip_msg::{Name, StatusCode};

#[test]
fn one_account_does_not_take_the_room_of_others() {
    let mut story =
        Story::of(Config { per_account_max: 2, subscriptions_max: 3, ..Config::default() });
    let mut ask = |by: u32, call_id: &str| {
        let request = story.request("", call_id, "Event: dialog");
        story.ask(UDP, AgentId(by), Some(BO), &request)
    };
    assert_eq!(ask(1, "c1").status, StatusCode::OK);
    assert_eq!(ask(1, "c2").status, StatusCode::OK);
    assert_eq!(ask(1, "c3").status, StatusCode::FORBIDDEN);
    assert_eq!(ask(3, "c4").status, StatusCode::OK);
    let full = ask(4, "c5");
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(full.headers.has(Name::RetryAfter));
    assert_eq!(story.left(), 3);
}

#[test]
fn only_so_many_notifies_are_on_their_way_and_the_others_have_their_turn() {
    let mut story = Story::of(Config { at_once_max: 2, ..Config::default() });
    for number in 0..5 {
        story.watch(&format!("c{number}"), "Event: dialog");
    }
    story.answers = Answers::WhenTold;
    story.wait(5.0);
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    assert_eq!(story.open.len(), 2);
    assert_eq!(story.notifier.poll_timeout().map(|due| due > story.now), Some(true));
    let mut told = 2;
    while !story.open.is_empty() {
        story.answer("200");
        let before = story.open.len();
        story.carry();
        told += story.open.len() - before;
        assert!(story.open.len() <= 2);
    }
    assert_eq!(told, 5);
}

#[test]
fn many_who_watch_are_told_a_few_at_a_time() {
    let mut story = Story::new();
    for number in 0..100 {
        story.watch(&format!("c{number}"), "Event: dialog");
    }
    story.wait(5.0);
    let seen = notifier::Seen { duty: Duty::Ready, calls: vec![call(Progress::Early)] };
    story.notifier.see(story.now, BO, seen);
    assert!(story.notifier.poll_output().is_none(), "nothing is written before the time is told");
    let mut steps = Vec::new();
    while story.notifier.poll_timeout().is_some_and(|due| due <= story.now) {
        story.notifier.handle_timeout(story.now);
        steps.push(std::iter::from_fn(|| story.notifier.poll_output()).count());
    }
    assert_eq!(steps, [32, 32, 32, 4]);
}

#[test]
fn what_nobody_watches_is_not_kept() {
    let mut story = Story::new();
    assert!(!story.notifier.is_watched(BO));
    let watch = story.watch("c1", "Event: dialog");
    assert!(story.notifier.is_watched(BO) && !story.notifier.is_watched(ANA));
    story.renew(&watch, "Event: dialog\nExpires: 0");
    assert!(!story.notifier.is_watched(BO));
    assert_eq!(story.notifier.poll_timeout(), None);
}
