//! How subscriptions end.

use crate::story::{ANA, Answers, BO, Story, TCP, call};
use expect_test::expect;
use notifier::{Duty, Progress};
use sip_msg::StatusCode;

#[test]
fn a_subscription_that_is_not_renewed_ends_with_a_last_notify() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog\nExpires: 60");
    story.wait(61.0);
    assert_eq!(story.left(), 0);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 60
        0s NOTIFY dialog active;expires=60: #0 terminated
        60s NOTIFY dialog terminated;reason=timeout: #1 terminated
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn who_unsubscribes_gets_a_last_notify_and_is_not_known_any_more() {
    let mut story = Story::new();
    let watch = story.watch("c1", "Event: dialog");
    story.wait(10.0);
    story.renew(&watch, "Event: dialog\nExpires: 0");
    story.renew(&watch, "Event: dialog\nExpires: 600");
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    story.wait(60.0);
    assert_eq!(story.left(), 0);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY dialog active;expires=3600: #0 terminated
        10s SUBSCRIBE gets 200, Expires: 0
        10s NOTIFY dialog terminated;reason=timeout: #1 terminated
        10s SUBSCRIBE gets 481
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_notify_that_nobody_wants_ends_the_subscription() {
    for answer in ["481", "408", "404", "405", "489", "501", "604", "401", "481 Retry-After 5"] {
        let mut story = Story::new();
        story.answers = Answers::WhenTold;
        story.watch("c1", "Event: dialog");
        story.answer(answer);
        story.told.clear();
        story.bo_is(Duty::Ready, &[call(Progress::Early)]);
        story.wait(60.0);
        assert_eq!((story.left(), &*story.told), (0, ""), "{answer}");
    }
}

#[test]
fn a_phone_that_does_not_answer_is_told_nothing_more() {
    let mut story = Story::new();
    story.answers = Answers::WhenTold;
    let watch = story.watch("c1", "Event: dialog");
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    story.wait(32.0);
    let id = story.open.remove(0);
    story.notifier.failed(id);
    story.wait(60.0);
    assert_eq!(story.left(), 0);
    assert_eq!(story.renew(&watch, "Event: dialog").status, StatusCode::CALL_DOES_NOT_EXIST);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY dialog active;expires=3600: #0 terminated
        92s SUBSCRIBE gets 481
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_phone_that_cannot_listen_now_is_told_later() {
    for (answer, later) in [("500", 10.0), ("503 Retry-After 7", 7.0), ("480 Retry-After 0", 1.0)] {
        let mut story = Story::new();
        story.answers = Answers::WhenTold;
        story.watch("c1", "Event: dialog");
        story.answer(answer);
        story.wait(later - 0.1);
        assert!(story.open.is_empty(), "{answer}");
        story.wait(0.2);
        assert_eq!((story.open.len(), story.left()), (1, 1), "{answer}");
    }
}

#[test]
fn what_runs_out_while_an_answer_is_awaited_ends_after_it() {
    let mut story = Story::new();
    story.answers = Answers::WhenTold;
    story.watch("c1", "Event: dialog\nExpires: 60");
    story.wait(61.0);
    assert_eq!(story.left(), 1);
    story.answer("200");
    story.carry();
    assert_eq!(story.left(), 0);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 60
        0s NOTIFY dialog active;expires=60: #0 terminated
        61s NOTIFY dialog terminated;reason=timeout: #1 terminated
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_connection_that_breaks_takes_its_subscriptions_along() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog");
    let request = story.request("", "c2", "Event: dialog");
    story.ask(TCP, ANA, Some(BO), &request);
    story.told.clear();
    story.notifier.flow_closed(TCP.flow);
    assert_eq!(story.left(), 1, "the one over UDP");
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    story.wait(5.0);
    expect![[r#"
        1s NOTIFY dialog active;expires=3599: #1 early
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_phone_that_renews_over_a_new_connection_is_told_over_that() {
    let mut story = Story::new();
    let watch = story.watch("c1", "Event: dialog");
    let request = story.request(&format!(";tag={}", watch.tag), "c1", "Event: dialog");
    story.ask(TCP, ANA, Some(BO), &request);
    assert_eq!(story.last.as_ref().unwrap().hop, TCP);
    story.notifier.flow_closed(TCP.flow);
    assert_eq!(story.left(), 0);
}

#[test]
fn when_we_go_phones_are_told_when_to_come_back_and_nobody_is_taken() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog");
    story.wait(5.0);
    story.notifier.close(story.now);
    story.carry();
    story.subscribe("c2", "Event: dialog");
    assert_eq!(story.left(), 0);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY dialog active;expires=3600: #0 terminated
        5s NOTIFY dialog terminated;reason=probation;retry-after=34: #1 terminated
        5s SUBSCRIBE gets 503
    "#]]
    .assert_eq(&story.told);
}
