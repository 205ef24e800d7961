//! Dialogs from both sides: names, numbers, routes and order (RFC 3261 §12).

use bytes::Bytes;
use sip_dialog::{Dialog, OutOfOrder, Role};
use sip_msg::{Message, Method, Name, Request, Response, StatusCode, Text};

fn invite(extra: &str) -> Request {
    invite_named("a", "c1", extra)
}

fn invite_named(tag: &str, call_id: &str, extra: &str) -> Request {
    let text = format!(
        "INVITE sip:bo@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\n\
         From: \"Ana\" <sip:ana@10.0.0.1>;tag={tag}\nTo: <sip:bo@10.0.0.2>\nCall-ID: {call_id}\n\
         CSeq: 5 INVITE\n\
         Contact: <sip:ana@10.0.0.1:5062>\n{extra}Content-Length: 0\n\n"
    );
    match sip_msg::parse(Bytes::from(text.replace('\n', "\r\n"))) {
        Ok(Message::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

fn answer(extra: &[(Name, &'static str)]) -> Response {
    let mut response = invite("").reply(StatusCode::OK);
    response.to.set_tag("b");
    for (name, value) in extra {
        response.headers.push(name.clone(), *value);
    }
    response
}

fn routes(request: &Request) -> Vec<String> {
    request.headers.all(Name::Route).map(Text::to_string).collect()
}

#[test]
fn both_sides_have_the_same_dialog_seen_from_their_ends() {
    let ours = Dialog::uas(&invite(""), &Text::from("b"));
    let theirs = Dialog::uac(&invite(""), &answer(&[(Name::Contact, "<sip:bo@10.0.0.2:5064>")]));
    assert_eq!((ours.role, theirs.role), (Role::Uas, Role::Uac));
    assert_eq!(ours.id.call_id, theirs.id.call_id);
    assert_eq!(ours.id.local_tag, theirs.id.remote_tag);
    assert_eq!(ours.id.remote_tag, theirs.id.local_tag);
    assert_eq!(ours.remote_target.to_string(), "sip:ana@10.0.0.1:5062");
    assert_eq!(theirs.remote_target.to_string(), "sip:bo@10.0.0.2:5064");
}

#[test]
fn requests_count_up_and_the_ack_keeps_the_number_of_its_invite() {
    let mut dialog = Dialog::uac(&invite(""), &answer(&[]));
    assert_eq!(dialog.request(Method::Invite).cseq, 6);
    assert_eq!(dialog.request(Method::Bye).cseq, 7);
    let ack = dialog.ack(6);
    assert_eq!((ack.method, ack.cseq), (Method::Ack, 6));
    assert_eq!((ack.from.tag(), ack.to.tag()), (Some("a".into()), Some("b".into())));
}

#[test]
fn loose_routes_are_passed_in_the_order_of_each_side() {
    let recorded = "Record-Route: <sip:p2;lr>, <sip:p1;lr>\n";
    let mut called = Dialog::uas(&invite(recorded), &Text::from("b"));
    let bye = called.request(Method::Bye);
    assert_eq!(routes(&bye), ["<sip:p2;lr>", "<sip:p1;lr>"]);
    assert_eq!(bye.uri.to_string(), "sip:ana@10.0.0.1:5062");
    assert_eq!(called.next_hop_uri().to_string(), "sip:p2;lr");

    let mut caller =
        Dialog::uac(&invite(""), &answer(&[(Name::RecordRoute, "<sip:p2;lr>, <sip:p1;lr>")]));
    assert_eq!(routes(&caller.request(Method::Bye)), ["<sip:p1;lr>", "<sip:p2;lr>"]);
}

#[test]
fn an_old_proxy_becomes_the_request_uri_and_the_target_the_last_route() {
    let recorded = "Record-Route: <sip:old.example;method=INVITE?a=b>, <sip:p1;lr>\n";
    let mut dialog = Dialog::uas(&invite(recorded), &Text::from("b"));
    let bye = dialog.request(Method::Bye);
    assert_eq!(bye.uri.to_string(), "sip:old.example");
    assert_eq!(routes(&bye), ["<sip:p1;lr>", "<sip:ana@10.0.0.1:5062>"]);
}

#[test]
fn a_request_that_a_later_one_has_passed_is_out_of_order() {
    let mut dialog = Dialog::uas(&invite(""), &Text::from("b"));
    let with = |cseq| Request { cseq, ..invite("") };
    assert_eq!(dialog.check(&with(9)), Ok(()));
    assert_eq!(dialog.check(&with(8)), Err(OutOfOrder { heard: 8, last: 9 }));
    assert_eq!(dialog.check(&with(9)), Err(OutOfOrder { heard: 9, last: 9 }));
    assert_eq!(dialog.check(&with(10)), Ok(()));
}

#[test]
fn a_new_contact_moves_the_target_and_a_bad_one_does_not() {
    let mut dialog = Dialog::uas(&invite(""), &Text::from("b"));
    dialog.refresh_target(&answer(&[(Name::Contact, "<sip:ana@10.0.0.7:5090>")]).headers);
    assert_eq!(dialog.next_hop_addr(), Some("10.0.0.7:5090".parse().unwrap()));
    dialog.refresh_target(&answer(&[(Name::Contact, "*")]).headers);
    dialog.refresh_target(&answer(&[]).headers);
    assert_eq!(dialog.next_hop_addr(), Some("10.0.0.7:5090".parse().unwrap()));
}

#[test]
fn a_peer_without_contact_or_tag_is_reached_all_the_same() {
    let dialog = Dialog::uac(&invite(""), &invite("").reply(StatusCode::OK));
    assert_eq!(dialog.remote_target.to_string(), "sip:bo@10.0.0.2");
    assert_eq!(dialog.id.remote_tag, Text::default());
}

#[test]
fn a_dialog_shares_no_memory_with_the_datagram_it_came_in() {
    let long = "x".repeat(100);
    let request = invite_named(&long, &long, &format!("X-Padding: {}\n", "x".repeat(4_000)));
    let shared = request.call_id.clone();
    let at = |text: &Text| text.as_bytes().as_ptr();
    assert_eq!(at(&shared), at(&request.call_id), "so long a text is shared");
    let dialog = Dialog::uas(&request, &Text::from("b"));
    assert_ne!(at(&dialog.id.call_id), at(&request.call_id));
    assert_ne!(request.from.tag().as_ref().map(at), Some(at(&dialog.id.remote_tag)));
}
