//! SUBSCRIBEs that are refused, and what foreign ones change.

use crate::story::{ANA, BO, Story, UDP};
use expect_test::expect;
use ids::AgentId;
use notifier::ADDRESSES_BYTES_MAX;
use sip_msg::{Name, StatusCode};

#[test]
fn an_unknown_event_is_refused_and_told_which_there_are() {
    let mut story = Story::new();
    for event in ["Event: reg", "Event: Dialog", "Event: dialog.winfo", "Event: refer", "X: none"] {
        let response = story.subscribe("c1", event);
        assert_eq!(response.status, StatusCode::BAD_EVENT, "{event}");
        let allowed = response.headers.get(Name::AllowEvents).unwrap();
        assert_eq!(allowed, "dialog, presence, message-summary");
    }
    assert_eq!(story.left(), 0);
}

#[test]
fn a_time_below_the_minimum_is_refused_and_told_which_it_is() {
    let mut story = Story::new();
    story.subscribe("c1", "Event: dialog\nExpires: 59");
    let watch = story.watch("c2", "Event: dialog\nExpires: 60");
    story.renew(&watch, "Event: dialog\nExpires: 1");
    story.watch("c3", "Event: dialog\nExpires: 4294967295");
    story.watch("c4", "Event: dialog\nExpires: soon");
    expect![[r#"
        0s SUBSCRIBE gets 423, Min-Expires: 60
        0s SUBSCRIBE gets 200, Expires: 60
        0s NOTIFY dialog active;expires=60: #0 terminated
        0s SUBSCRIBE gets 423, Min-Expires: 60
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY dialog active;expires=3600: #0 terminated
        0s SUBSCRIBE gets 200, Expires: 3600
        0s NOTIFY dialog active;expires=3600: #0 terminated
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn who_does_not_take_our_documents_is_refused() {
    let mut story = Story::new();
    story.subscribe("c1", "Event: dialog\nAccept: application/pidf+xml, text/plain");
    story.subscribe("c2", "Event: presence\nAccept: application/xpidf+xml");
    for accept in ["Application/PIDF+xml;q=0.5", "text/plain, */*", "application/*"] {
        story.told.clear();
        let accept = format!("Event: presence\nAccept: {accept}");
        assert_eq!(story.subscribe("c3", &accept).status, StatusCode::OK, "{accept}");
    }
    assert_eq!(story.left(), 3);
}

#[test]
fn an_address_that_no_notify_could_go_to_is_refused() {
    for contact in ["Contact: <sip:other@192.0.2.7>", "Record-Route: <"] {
        let mut story = Story::new();
        let response = story.subscribe("c1", &format!("Event: dialog\n{contact}"));
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{contact}");
        assert_eq!(story.left(), 0);
    }
}

#[test]
fn addresses_too_long_to_be_kept_are_refused() {
    let mut story = Story::new();
    let proxies = |count: usize| vec![format!("<sip:{}@p;lr>", "x".repeat(190)); count].join(", ");
    let routed = |count: usize| format!("Event: dialog\nRecord-Route: {}", proxies(count));
    let id = format!("Event: dialog;id={}", "x".repeat(ADDRESSES_BYTES_MAX));
    for lines in [id, routed(21)] {
        assert_eq!(story.subscribe("c1", &lines).status, StatusCode::FORBIDDEN);
    }
    let watch = story.watch("c2", &routed(19));
    let mut request = story.request(&format!(";tag={}", watch.tag), "c2", "Event: dialog");
    request.headers.set(Name::Contact, format!("<sip:{}@192.0.2.7>", "x".repeat(400)));
    assert_eq!(story.ask(UDP, ANA, Some(BO), &request).status, StatusCode::FORBIDDEN);
    assert_eq!(story.left(), 1);
}

#[test]
fn nobody_is_watched_who_is_not_there() {
    let mut story = Story::new();
    let request = story.request("", "c1", "Event: dialog");
    assert_eq!(story.ask(UDP, ANA, None, &request).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_foreign_subscribe_changes_nothing() {
    let mut story = Story::new();
    let watch = story.watch("c1", "Event: dialog;id=1\nExpires: 60");
    story.told.clear();
    let end = "Event: dialog;id=1\nExpires: 0";
    let mut requests = vec![
        (ANA, story.request(";tag=guessed", "c1", end)),
        (ANA, story.request(&format!(";tag={}", watch.tag), "c2", end)),
        (AgentId(3), story.request(&format!(";tag={}", watch.tag), "c1", end)),
        (ANA, story.request(&format!(";tag={}", watch.tag), "c1", "Event: dialog\nExpires: 0")),
        (ANA, story.request(&format!(";tag={}", watch.tag), "c1", "Event: presence;id=1")),
    ];
    let mut foreign = story.request(&format!(";tag={}", watch.tag), "c1", end);
    foreign.from.set_tag("guessed");
    requests.push((ANA, foreign));
    for (by, request) in &requests {
        let response = story.ask(UDP, *by, Some(BO), request);
        assert_eq!(response.status, StatusCode::CALL_DOES_NOT_EXIST, "{request:?}");
    }
    assert_eq!(story.left(), 1);
    assert!(!story.told.contains("NOTIFY"));
}

#[test]
fn a_subscribe_that_a_later_one_has_overtaken_changes_nothing() {
    let mut story = Story::new();
    let watch = story.watch("c1", "Event: dialog\nExpires: 600");
    let early = story.request(&format!(";tag={}", watch.tag), "c1", "Event: dialog\nExpires: 0");
    story.renew(&watch, "Event: dialog\nExpires: 600");
    let response = story.ask(UDP, ANA, Some(BO), &early);
    assert_eq!(response.status, StatusCode::SERVER_INTERNAL_ERROR);
    assert_eq!(story.left(), 1);
}
