//! What a subscriber is told, and when.

use crate::story::{ANA, Answers, BO, Story, UDP, call};
use expect_test::expect;
use notifier::{Duty, Progress};
use sip_msg::{Name, StatusCode};

#[test]
fn a_subscription_is_followed_at_once_by_a_notify() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog\nExpires: 600");
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 600
        0s NOTIFY dialog active;expires=600: #0 terminated
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_lamp_follows_the_calls_of_an_agent() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog\nExpires: 600");
    story.wait(5.0);
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    story.wait(5.0);
    story.bo_is(Duty::Ready, &[call(Progress::Confirmed)]);
    story.wait(60.0);
    story.bo_is(Duty::WrapUp, &[]);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 600
        0s NOTIFY dialog active;expires=600: #0 terminated
        5s NOTIFY dialog active;expires=595: #1 early
        10s NOTIFY dialog active;expires=590: #2 confirmed
        70s NOTIFY dialog active;expires=530: #3 terminated
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn presence_follows_the_day_of_an_agent() {
    let mut story = Story::new();
    story.watch("c1", "Event: presence");
    for (duty, calls) in [
        (Duty::NoPhone, &[][..]),
        (Duty::Ready, &[]),
        (Duty::Ready, &[call(Progress::Early)]),
        (Duty::Ready, &[call(Progress::Confirmed)]),
        (Duty::WrapUp, &[]),
        (Duty::Away, &[]),
        (Duty::LoggedOut, &[]),
    ] {
        story.wait(2.0);
        story.bo_is(duty, calls);
    }
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY presence active;expires=3600: closed Logged out
        2s NOTIFY presence active;expires=3598: closed No phone
        4s NOTIFY presence active;expires=3596: open Ready
        6s NOTIFY presence active;expires=3594: open Ringing
        8s NOTIFY presence active;expires=3592: open On the phone
        10s NOTIFY presence active;expires=3590: open Wrap-up
        12s NOTIFY presence active;expires=3588: open Away
        14s NOTIFY presence active;expires=3586: closed Logged out
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn nobody_is_told_what_they_know_already() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog");
    story.watch("c2", "Event: presence");
    story.bo_is(Duty::Ready, &[]);
    story.wait(5.0);
    story.told.clear();
    // Whether somebody is at work is nothing to a lamp.
    story.bo_is(Duty::WrapUp, &[]);
    story.wait(5.0);
    story.bo_is(Duty::WrapUp, &[]);
    expect![[r#"
        5s NOTIFY presence active;expires=3595: open Wrap-up
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn of_changes_within_a_second_the_newest_is_told() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog");
    story.wait(0.2);
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    story.wait(0.2);
    story.bo_is(Duty::Ready, &[call(Progress::Confirmed)]);
    story.wait(0.2);
    story.bo_is(Duty::Ready, &[]);
    story.wait(0.1);
    story.bo_is(Duty::Ready, &[call(Progress::Trying)]);
    story.wait(5.0);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY dialog active;expires=3600: #0 terminated
        1s NOTIFY dialog active;expires=3599: #1 trying
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn who_asks_again_is_told_at_once_however_short_ago_it_was() {
    let mut story = Story::new();
    let watch = story.watch("c1", "Event: dialog\nExpires: 60");
    story.wait(0.1);
    story.renew(&watch, "Event: dialog\nExpires: 120");
    story.wait(119.0);
    assert_eq!(story.left(), 1, "it lasts as long as it was renewed for");
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 60
        0s NOTIFY dialog active;expires=60: #0 terminated
        0.1s SUBSCRIBE gets 200, Expires: 120
        0.1s NOTIFY dialog active;expires=120: #1 terminated
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn the_next_notify_waits_for_the_answer_to_the_one_before() {
    let mut story = Story::new();
    let watch = story.watch("c1", "Event: dialog");
    story.answers = Answers::WhenTold;
    story.wait(2.0);
    story.told.clear();
    story.bo_is(Duty::Ready, &[call(Progress::Early)]);
    story.wait(3.0);
    story.bo_is(Duty::Ready, &[call(Progress::Confirmed)]);
    story.wait(3.0);
    story.renew(&watch, "Event: dialog");
    story.wait(3.0);
    story.answer("200");
    story.carry();
    expect![[r#"
        2s NOTIFY dialog active;expires=3598: #1 early
        8s SUBSCRIBE gets 200, Expires: 3600
        11s NOTIFY dialog active;expires=3597: #2 confirmed
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_fetch_is_told_once_and_leaves_nothing() {
    let mut story = Story::new();
    story.watch("c1", "Event: presence\nExpires: 0");
    story.wait(60.0);
    assert_eq!(story.left(), 0);
    expect![[r#"
        0s SUBSCRIBE gets 200, Expires: 0
        0s NOTIFY presence terminated;reason=timeout: closed Logged out
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_notify_goes_the_way_its_subscribe_came_and_says_whom_it_is_about() {
    let mut story = Story::new();
    let lines = "Event: dialog;id=k7\nRecord-Route: <sip:p2.example;lr>, <sip:p1.example;lr>";
    let watch = story.watch("c1", lines);
    let notify = story.last.clone().unwrap();
    let request = &notify.request;
    assert_eq!(notify.hop, UDP);
    assert_eq!(request.uri.to_string(), "sip:ana@192.0.2.7");
    assert_eq!(request.from.tag().unwrap().to_string(), watch.tag);
    assert_eq!((request.to.tag().unwrap().to_string(), request.cseq), ("f".to_owned(), 1));
    assert_eq!(request.headers.get(Name::Event).unwrap(), "dialog;id=k7");
    assert_eq!(request.headers.get(Name::Contact).unwrap(), "<sip:192.0.2.1:5060>");
    let routes: Vec<String> = request.headers.all(Name::Route).map(ToString::to_string).collect();
    assert_eq!(routes, ["<sip:p2.example;lr>", "<sip:p1.example;lr>"]);
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:bo@acme.example">
        <dialog id="none"><state>terminated</state></dialog>
        </dialog-info>
    "#]]
    .assert_eq(&story.body().replace('\r', ""));
}

#[test]
fn a_presence_document_says_what_phones_and_people_read() {
    let mut story = Story::new();
    story.watch("c1", "Event: presence");
    story.wait(2.0);
    story.bo_is(Duty::Ready, &[call(Progress::Confirmed)]);
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:bo@acme.example">
        <tuple id="phone"><status><basic>open</basic></status><note>On the phone</note></tuple>
        <dm:person id="agent"><rpid:activities><rpid:on-the-phone/></rpid:activities></dm:person>
        </presence>
    "#]]
    .assert_eq(&story.body().replace('\r', ""));
}

#[test]
fn nothing_of_who_talks_with_whom_is_told() {
    let mut story = Story::new();
    story.watch("c1", "Event: dialog");
    story.wait(2.0);
    story.bo_is(Duty::Ready, &[call(Progress::Confirmed)]);
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:bo@acme.example">
        <dialog id="call-7" direction="recipient"><state>confirmed</state></dialog>
        </dialog-info>
    "#]]
    .assert_eq(&story.body().replace('\r', ""));
}

#[test]
fn messages_that_wait_are_told_to_whom_they_are_for() {
    let mut story = Story::new();
    let request = story.request("", "c1", "Event: message-summary");
    assert_eq!(story.ask(UDP, BO, Some(BO), &request).status, StatusCode::OK);
    assert_eq!(
        story.body(),
        "Messages-Waiting: no\r\nMessage-Account: sip:bo@acme.example\r\n\
         Voice-Message: 0/0 (0/0)\r\n"
    );
    let request = story.request("", "c2", "Event: message-summary");
    assert_eq!(story.ask(UDP, ANA, Some(BO), &request).status, StatusCode::FORBIDDEN);
    assert_eq!(story.left(), 1);
}
