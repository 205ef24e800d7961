//! What peers send that nobody here wrote: other branches, merged requests, wrong and late ones.

use crate::wire::{ANSWER, OFFER, Side, Wire, config, said};
use clock::Duration;
use expect_test::{Expect, expect};
use ids::{FlowId, LegId};
use sip_msg::{Message, Name, Response, Text};
use sip_ua::{Event, Hop, Transport, UserAgent};
use std::net::SocketAddr;

const QUIET: Duration = Duration::from_secs(70);

fn stranger(port: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 9], port))
}

/// A request as a stranger writes it; `extra` are further header lines.
fn request(method: &str, branch: &str, to_tag: &str, cseq: u32, extra: &str) -> String {
    format!(
        "{method} sip:bo@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK{branch};rport\n\
         From: <sip:eve@10.0.0.9>;tag=eve\nTo: <sip:bo@10.0.0.2>{to_tag}\nCall-ID: c1\nCSeq: {cseq} {method}\n\
         Max-Forwards: 70\nContact: <sip:eve@10.0.0.9:5060>\n{extra}Content-Length: 0\n\n"
    )
}

/// Hands `text` to B and tells what comes back.
fn answers(wire: &mut Wire, text: &str) -> Vec<Response> {
    wire.to_strangers.clear();
    wire.inject(stranger(5060), Side::B, text);
    wire.run(Duration::from_millis(20));
    let mine = std::mem::take(&mut wire.to_strangers);
    mine.into_iter()
        .filter_map(|(_, message)| match message {
            Message::Response(response) => Some(response),
            Message::Request(_) => None,
        })
        .collect()
}

fn statuses(responses: &[Response]) -> Vec<u16> {
    responses.iter().map(|response| response.status.code()).collect()
}

fn check(text: &str, expected: &[u16]) -> Vec<Response> {
    let mut wire = Wire::new(3);
    let responses = answers(&mut wire, text);
    assert_eq!(statuses(&responses), expected, "{text}");
    responses
}

/// B has answered a stranger's call; gives back the To tag as it stands in requests.
fn talking() -> (Wire, LegId, String) {
    let mut wire = Wire::new(3);
    answers(&mut wire, &request("INVITE", "1", "", 1, ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    wire.run(Duration::from_millis(20));
    let tag = match wire.to_strangers.last() {
        Some((_, Message::Response(response))) => format!(";tag={}", response.to.tag().unwrap()),
        other => panic!("{other:?}"),
    };
    wire.inject(stranger(5060), Side::B, &request("ACK", "2", &tag, 1, ""));
    wire.forget_transcript();
    wire.events.clear();
    (wire, leg, tag)
}

fn told(wire: &mut Wire) -> Vec<String> {
    wire.events.drain(..).map(|(_, event)| said(&event)).collect()
}

#[test]
fn an_extension_that_is_required_is_named_as_unsupported() {
    let required = "Require: 100rel, gruu, timer\n";
    let responses = check(&request("INVITE", "1", "", 1, required), &[420]);
    assert_eq!(responses[0].headers.get(Name::Unsupported), Some(&Text::from("gruu, timer")));
    assert!(responses[0].to.tag().is_some());
}

#[test]
fn methods_are_taken_known_or_unknown() {
    let responses = check(&request("PUBLISH", "1", "", 1, ""), &[405]);
    assert!(responses[0].headers.get(Name::Allow).is_some());
    check(&request("DANCE", "1", "", 1, ""), &[501]);
}

/// B takes SUBSCRIBE, and has answered a stranger's call.
fn talking_to_a_notifier() -> (Wire, String) {
    let mut notifier = config(Side::B);
    notifier.allow.push(sip_msg::Method::Subscribe);
    let mut wire = Wire::with(3, config(Side::A), notifier);
    answers(&mut wire, &request("INVITE", "1", "", 1, ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(response))) = wire.to_strangers.last() else {
        panic!("{:?}", wire.to_strangers)
    };
    let tag = format!(";tag={}", response.to.tag().unwrap());
    wire.inject(stranger(5060), Side::B, &request("ACK", "2", &tag, 1, ""));
    wire.run(Duration::from_millis(20));
    wire.events.clear();
    (wire, tag)
}

#[test]
fn a_subscription_has_a_dialog_of_its_own() {
    let (mut wire, tag) = talking_to_a_notifier();
    let event = "Event: dialog\n";
    assert_eq!(statuses(&answers(&mut wire, &request("SUBSCRIBE", "3", &tag, 2, event))), [403]);
    assert_eq!(told(&mut wire), Vec::<String>::new());
    // Of a dialog that is no leg's, whoever keeps subscriptions has to know.
    for (branch, tag) in [("4", ""), ("5", ";tag=theirs")] {
        let subscribe = request("SUBSCRIBE", branch, tag, 3, event);
        assert_eq!(statuses(&answers(&mut wire, &subscribe)), Vec::<u16>::new());
        assert_eq!(told(&mut wire).len(), 1, "{tag}");
    }
}

#[test]
fn requests_that_need_a_leg_find_none() {
    for method in ["BYE", "INFO", "UPDATE", "PRACK", "CANCEL", "NOTIFY"] {
        check(&request(method, "1", "", 1, ""), &[481]);
        check(&request(method, "1", ";tag=old", 1, ""), &[481]);
    }
    check(&request("INVITE", "1", ";tag=old", 1, ""), &[481]);
    check(&request("OPTIONS", "1", ";tag=old", 1, ""), &[481]);
    check(&request("ACK", "1", ";tag=old", 1, ""), &[]);
}

#[test]
fn an_invite_needs_a_contact_a_hop_left_and_a_scheme_we_know() {
    let good = request("INVITE", "1", "", 1, "");
    check(&good.replace("Contact: <sip:eve@10.0.0.9:5060>\n", ""), &[400]);
    check(&good.replace("Max-Forwards: 70", "Max-Forwards: 0"), &[483]);
    check(&good.replace("INVITE sip:bo@10.0.0.2 ", "INVITE soap.beep:bo "), &[416]);
}

#[test]
fn a_caller_who_would_not_understand_our_description_is_told_so() {
    for (accept, expected) in [
        ("text/plain", 406),
        ("text/plain, application/isup", 406),
        ("application/isup, application/SDP;level=1", 100),
        ("*/*", 100),
        ("application/*;q=0.5", 100),
        ("", 100),
    ] {
        let accept = format!("Accept: {accept}\n");
        check(&request("INVITE", "1", "", 1, &accept), &[expected]);
    }
}

#[test]
fn a_body_of_a_kind_we_cannot_read_is_refused_unless_it_is_optional() {
    let text = "Content-Type: text/plain\n";
    let with_body = |extra: &str| {
        request("INVITE", "1", "", 1, extra)
            .replace("Content-Length: 0\n\n", "Content-Length: 3\n\nhej")
    };
    let responses = check(&with_body(text), &[415]);
    assert_eq!(responses[0].headers.get(Name::Accept), Some(&Text::from("application/sdp")));
    check(
        &with_body("Content-Type: text/plain\nContent-Disposition: render; handling=optional\n"),
        &[100],
    );
}

#[test]
fn options_and_register_go_to_the_user() {
    let mut wire = Wire::new(3);
    assert_eq!(statuses(&answers(&mut wire, &request("OPTIONS", "1", "", 1, ""))), []);
    let Some((Side::B, Event::Request { txn, request, .. })) = wire.events.pop_front() else {
        panic!()
    };
    let response = request.reply(sip_msg::StatusCode::OK);
    wire.does(Side::B, |agent, now| agent.reply(now, txn, response));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(response))) = wire.to_strangers.pop() else { panic!() };
    assert_eq!(response.headers.get(Name::Server), Some(&Text::from("b")));
    assert!(response.to.tag().is_some());
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn a_request_that_comes_on_two_ways_is_merged() {
    let mut wire = Wire::new(3);
    assert_eq!(statuses(&answers(&mut wire, &request("INVITE", "1", "", 1, ""))), [100]);
    assert_eq!(statuses(&answers(&mut wire, &request("INVITE", "2", "", 1, ""))), [482]);
    assert_eq!(told(&mut wire), ["Incoming leg-1"]);
}

#[test]
fn inside_a_leg_small_questions_are_answered_here() {
    let (mut wire, _, tag) = talking();
    let mut ask = |method: &str, cseq: u32, extra: &str| {
        statuses(&answers(&mut wire, &request(method, &format!("i{cseq}"), &tag, cseq, extra)))
    };
    assert_eq!(ask("OPTIONS", 2, ""), [200]);
    assert_eq!(ask("INFO", 3, ""), [200]);
    assert_eq!(ask("INFO", 4, "Info-Package: nosuch\n"), [469]);
    assert_eq!(ask("UPDATE", 5, ""), [200]);
    assert_eq!(ask("PRACK", 6, ""), [481]);
    assert_eq!(ask("REFER", 7, ""), [405]);
    assert_eq!(ask("INFO", 6, ""), [500], "late");
    assert_eq!(ask("UPDATE", 8, "Require: timer\n"), [420]);
    assert_eq!(told(&mut wire), Vec::<String>::new());
}

#[test]
fn a_bye_is_taken_however_late_or_strange() {
    let (mut wire, _, tag) = talking();
    let bye = request("BYE", "9", &tag, 0, "Require: nosuch\nReason: Q.850;cause=31\n");
    assert_eq!(statuses(&answers(&mut wire, &bye)), [200]);
    assert_eq!(told(&mut wire), ["Ended leg-1 Bye Q.850;cause=31"]);
    let again = request("BYE", "10", &tag, 2, "");
    assert_eq!(statuses(&answers(&mut wire, &again)), [481]);
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn a_bye_with_another_callers_tag_is_not_for_this_leg() {
    let (mut wire, _, tag) = talking();
    let bye = request("BYE", "9", &tag, 2, "").replace("tag=eve", "tag=mallory");
    assert_eq!(statuses(&answers(&mut wire, &bye)), [481]);
    assert_eq!(wire.agent(Side::B).legs_len(), 1);
}

#[test]
fn a_bye_ends_a_call_that_is_only_ringing() {
    let mut wire = Wire::new(3);
    answers(&mut wire, &request("INVITE", "1", "", 1, ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, leg));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ringing))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ringing.to.tag().unwrap());
    assert_eq!(statuses(&answers(&mut wire, &request("BYE", "2", &tag, 2, ""))), [200, 487]);
    assert_eq!(told(&mut wire), ["Cancelled leg-1"]);
}

#[test]
fn a_second_reoffer_before_the_first_is_answered_comes_too_fast() {
    let (mut wire, leg, tag) = talking();
    assert_eq!(statuses(&answers(&mut wire, &request("INVITE", "5", &tag, 2, ""))), [100]);
    let second = answers(&mut wire, &request("INVITE", "6", &tag, 3, ""));
    assert_eq!(statuses(&second), [500]);
    assert!(second[0].headers.get(Name::RetryAfter).is_some());
    assert_eq!(told(&mut wire), ["Reoffered leg-1"]);
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, leg, OFFER));
    wire.run(Duration::from_millis(20));
    // Our 2xx made the offer, so until its ACK brings the answer another one would glare.
    assert_eq!(statuses(&answers(&mut wire, &request("INVITE", "7", &tag, 4, ""))), [491]);
    let sdp = "Content-Type: application/sdp\n";
    let ack = request("ACK", "8", &tag, 2, sdp)
        .replace("Content-Length: 0\n\n", "Content-Length: 5\n\nv=0\n");
    wire.inject(stranger(5060), Side::B, &ack);
    assert_eq!(told(&mut wire), ["Reanswered leg-1 +sdp"]);
}

#[test]
fn a_reoffer_into_a_leg_that_we_are_leaving_sets_our_bye_free() {
    let mut wire = Wire::new(3);
    answers(&mut wire, &request("INVITE", "1", "", 1, ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    wire.does(Side::B, |agent, now| agent.hang_up(now, leg, None));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ok))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ok.to.tag().unwrap());
    wire.to_strangers.clear();
    wire.inject(stranger(5060), Side::B, &request("INVITE", "2", &tag, 2, ""));
    wire.run(Duration::from_millis(20));
    assert_eq!(heard(&wire), ["481", "BYE 1: sip:eve@10.0.0.9:5060 5060"]);
    wire.run(QUIET);
    wire.assert_empty();
}

/// A call that nobody acknowledges, and that names a third party as the way back.
fn unacknowledged(route: &str) -> (Wire, LegId) {
    let mut wire = Wire::new(3);
    let invite = request("INVITE", "1", "", 1, route)
        .replace("Contact: <sip:eve@10.0.0.9:5060>", "Contact: <sip:victim@10.0.0.77:5070>");
    answers(&mut wire, &invite);
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    (wire, leg)
}

/// The addresses that B sent to that are not where the stranger calls from.
fn third_parties(wire: &Wire) -> Vec<SocketAddr> {
    let to = wire.to_strangers.iter().map(|(to, _)| *to);
    to.filter(|to| *to != stranger(5060)).collect()
}

#[test]
fn until_its_ack_a_caller_is_spoken_to_only_where_it_called_from() {
    for route in ["", "Record-Route: <sip:10.0.0.77:5070;lr>\n"] {
        for wish in [None, Some(Text::from("gone"))] {
            let (mut wire, leg) = unacknowledged(route);
            if let Some(reason) = wish {
                wire.does(Side::B, |agent, now| agent.hang_up(now, leg, Some(reason)));
            }
            wire.run(QUIET);
            assert!(heard(&wire).iter().any(|line| line.starts_with("BYE")), "{route}");
            assert_eq!(third_parties(&wire), []);
            wire.assert_empty();
        }
    }
}

#[test]
fn a_datagram_inside_does_not_move_a_call_that_was_not_acknowledged() {
    let (mut wire, _) = unacknowledged("");
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ok))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ok.to.tag().unwrap());
    let victim = SocketAddr::from(([10, 0, 0, 77], 5070));
    wire.inject(victim, Side::B, &request("OPTIONS", "2", &tag, 2, ""));
    wire.run(Duration::from_millis(20));
    assert_eq!(third_parties(&wire), [victim], "who asks is answered once");
    wire.to_strangers.clear();
    wire.run(QUIET);
    assert!(heard(&wire).iter().any(|line| line.starts_with("BYE")));
    assert_eq!(third_parties(&wire), []);
}

#[test]
fn once_acknowledged_a_call_follows_its_contact() {
    let (mut wire, leg) = unacknowledged("");
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ok))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ok.to.tag().unwrap());
    wire.inject(stranger(5060), Side::B, &request("ACK", "2", &tag, 1, ""));
    wire.to_strangers.clear();
    wire.does(Side::B, |agent, now| agent.hang_up(now, leg, None));
    wire.run(Duration::from_millis(20));
    assert_eq!(heard(&wire), ["BYE 1: sip:victim@10.0.0.77:5070 5070"]);
}

#[test]
fn a_cancelled_reoffer_is_over_and_the_leg_goes_on() {
    let (mut wire, leg, tag) = talking();
    answers(&mut wire, &request("INVITE", "5", &tag, 2, ""));
    assert_eq!(statuses(&answers(&mut wire, &request("CANCEL", "5", &tag, 2, ""))), [200, 487]);
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, leg, ANSWER));
    assert_eq!(told(&mut wire), ["Reoffered leg-1"]);
    assert_eq!(wire.agent(Side::B).legs_len(), 1);
}

#[test]
fn an_invite_without_an_offer_is_answered_with_one() {
    let (mut wire, _, _) = talking();
    let invite = request("INVITE", "21", "", 1, "").replace("Call-ID: c1", "Call-ID: c2");
    answers(&mut wire, &invite);
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, OFFER));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ok))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ok.to.tag().unwrap());
    let ack = request("ACK", "22", &tag, 1, "Content-Type: application/sdp\n")
        .replace("Call-ID: c1", "Call-ID: c2")
        .replace("Content-Length: 0\n\n", "Content-Length: 5\n\nv=0\n");
    wire.inject(stranger(5060), Side::B, &ack);
    assert_eq!(told(&mut wire), ["Established leg-2 +sdp"]);
}

/// A stranger's answer to A's INVITE.
fn answer_to(wire: &Wire, status: u16, tag: &str, contact: u16, extra: &str) -> String {
    let Some((_, Message::Request(invite))) = wire.to_strangers.first() else { panic!() };
    format!(
        "SIP/2.0 {status} X\nVia: {}\nFrom: {}\nTo: <sip:bo@10.0.0.9>;tag={tag}\nCall-ID: {}\nCSeq: 1 INVITE\n\
         Contact: <sip:bo@10.0.0.9:{contact}>\n{extra}Content-Length: 0\n\n",
        invite.via[0], invite.from, invite.call_id
    )
}

fn call_stranger(wire: &mut Wire) -> LegId {
    let hop = wire.hop_to(stranger(5060));
    let leg = wire.does(Side::A, |agent: &mut UserAgent, now| {
        let from = sip_msg::NameAddr::new(sip_msg::Uri::sip("ana", Side::A.addr()));
        let target = sip_msg::Uri::sip("bo", stranger(5060));
        agent.invite(now, sip_ua::OutgoingInvite::new(hop, target, from, OFFER))
    });
    wire.run(Duration::from_millis(20));
    leg
}

/// What strangers have heard from A, and where, besides its INVITEs.
fn heard(wire: &Wire) -> Vec<String> {
    let line = |(to, message): &(SocketAddr, Message)| match message {
        Message::Request(request) => {
            format!("{} {}: {} {}", request.method, request.cseq, request.uri, to.port())
        }
        Message::Response(response) => format!("{}", response.status.code()),
    };
    wire.to_strangers.iter().filter(|(_, message)| !is_invite(message)).map(line).collect()
}

fn is_invite(message: &Message) -> bool {
    matches!(message, Message::Request(request) if request.method == sip_msg::Method::Invite)
}

#[test]
fn of_two_branches_that_answer_the_second_is_acknowledged_and_ended() {
    let mut wire = Wire::new(3);
    call_stranger(&mut wire);
    for (tag, port) in [("one", 6001), ("two", 6002), ("one", 6001), ("two", 6002)] {
        let text = answer_to(&wire, 200, tag, port, "");
        wire.inject(stranger(5060), Side::A, &text);
    }
    wire.run(Duration::from_millis(20));
    expect![[r#"
        [
            "ACK 1: sip:bo@10.0.0.9:6001 6001",
            "ACK 1: sip:bo@10.0.0.9:6002 6002",
            "BYE 2: sip:bo@10.0.0.9:6002 6002",
            "ACK 1: sip:bo@10.0.0.9:6001 6001",
            "ACK 1: sip:bo@10.0.0.9:6002 6002",
        ]
    "#]]
    .assert_debug_eq(&heard(&wire));
    assert_eq!(told(&mut wire), ["Answered leg-1"]);
    assert_eq!(wire.agent(Side::A).legs_len(), 1);
}

#[test]
fn branches_without_end_are_acknowledged_up_to_a_limit() {
    let mut wire = Wire::new(3);
    call_stranger(&mut wire);
    for branch in 0..50 {
        let text = answer_to(&wire, 200, &format!("t{branch}"), 6001, "");
        wire.inject(stranger(5060), Side::A, &text);
    }
    wire.run(Duration::from_millis(20));
    let byes = heard(&wire).iter().filter(|line| line.starts_with("BYE")).count();
    assert_eq!(byes, 7);
    // A limit comes before the rule that every 2xx is acknowledged.
    wire.ends_here();
}

#[test]
fn requests_inside_a_leg_follow_its_route() {
    let mut wire = Wire::new(3);
    let leg = call_stranger(&mut wire);
    let routes = "Record-Route: <sip:10.0.0.9:7002;lr>, <sip:10.0.0.9:7001;lr>\n";
    let text = answer_to(&wire, 200, "one", 6001, routes);
    wire.inject(stranger(5060), Side::A, &text);
    wire.does(Side::A, |agent, now| agent.hang_up(now, leg, None));
    wire.run(Duration::from_millis(20));
    expect![[r#"
        [
            "ACK 1: sip:bo@10.0.0.9:6001 7001",
            "BYE 2: sip:bo@10.0.0.9:6001 7001",
        ]
    "#]]
    .assert_debug_eq(&heard(&wire));
    let Some((_, Message::Request(bye))) = wire.to_strangers.last() else { panic!() };
    let routes: Vec<String> = bye.headers.all(Name::Route).map(Text::to_string).collect();
    assert_eq!(routes, ["<sip:10.0.0.9:7001;lr>", "<sip:10.0.0.9:7002;lr>"]);
}

#[test]
fn a_refusal_is_told_once_though_its_copies_are_acknowledged() {
    let mut wire = Wire::new(3);
    call_stranger(&mut wire);
    for _ in 0..3 {
        let text = answer_to(&wire, 407, "one", 6001, "Proxy-Authenticate: Digest realm=\"x\"\n");
        wire.inject(stranger(5060), Side::A, &text);
    }
    wire.run(Duration::from_millis(20));
    assert_eq!(heard(&wire), vec!["ACK 1: sip:bo@10.0.0.9:5060 5060"; 3]);
    assert_eq!(told(&mut wire), ["Rejected leg-1 407"]);
}

#[test]
fn over_the_limit_of_legs_callers_are_told_when_to_come_back() {
    let mut small = config(Side::B);
    small.legs_max = 2;
    let mut wire = Wire::with(3, config(Side::A), small);
    for call in 0..3 {
        let text = request("INVITE", &format!("b{call}"), "", 1, "")
            .replace("Call-ID: c1", &format!("Call-ID: c{call}"));
        let responses = answers(&mut wire, &text);
        assert_eq!(statuses(&responses), if call < 2 { vec![100] } else { vec![503] });
        assert_eq!(responses.last().unwrap().headers.get(Name::RetryAfter).is_some(), call == 2);
    }
    let leg = wire.does(Side::B, |agent, now| {
        let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: stranger(5060) };
        let from = sip_msg::NameAddr::new(sip_msg::Uri::sip("bo", Side::B.addr()));
        agent.invite(
            now,
            sip_ua::OutgoingInvite::new(hop, sip_msg::Uri::sip("eve", stranger(5060)), from, OFFER),
        )
    });
    assert_eq!(
        told(&mut wire),
        ["Incoming leg-1", "Incoming leg-2", &format!("Unreachable {leg} LegsMax")]
    );
}

#[test]
fn over_the_limit_of_transactions_new_requests_wait_and_calls_can_still_end() {
    let mut small = config(Side::B);
    small.transactions_max = 1;
    let mut wire = Wire::with(3, config(Side::A), small);
    answers(&mut wire, &request("INVITE", "1", "", 1, ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ok))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ok.to.tag().unwrap());
    let other = request("OPTIONS", "2", "", 1, "").replace("Call-ID: c1", "Call-ID: c2");
    let refused = answers(&mut wire, &other);
    assert_eq!(statuses(&refused), [503]);
    assert!(refused[0].headers.get(Name::RetryAfter).is_some());
    assert_eq!(wire.agent(Side::B).counts().refused, 1);
    assert_eq!(statuses(&answers(&mut wire, &request("BYE", "3", &tag, 2, ""))), [200]);
}

#[test]
fn a_broken_connection_ends_the_legs_on_it() {
    let mut wire = Wire::new(3);
    wire.transport = Transport::Tcp;
    let (_, _) = wire.talk();
    wire.run(Duration::from_secs(1));
    wire.call();
    wire.run(Duration::from_secs(1));
    wire.events.clear();
    wire.breaks(Side::A, FlowId(1));
    assert_eq!(told(&mut wire), ["Unreachable leg-2 Transport", "Ended leg-1 Transport"]);
    wire.breaks(Side::B, FlowId(1));
    assert_eq!(told(&mut wire), ["Ended leg-1 Transport", "Ended leg-2 Transport"]);
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn a_leg_lives_on_the_connection_its_peer_was_heard_on_last() {
    let (mut wire, leg, tag) = talking();
    let hop =
        |flow, port| Hop { transport: Transport::Tcp, flow: FlowId(flow), peer: stranger(port) };
    for (flow, cseq) in [(7, 2), (8, 3)] {
        let text = request("OPTIONS", &format!("f{flow}"), &tag, cseq, "").replace('\n', "\r\n");
        let message = sip_msg::parse(text.into()).unwrap();
        wire.hears(Side::B, hop(flow, 7_000), message);
    }
    wire.breaks(Side::B, FlowId(7));
    assert_eq!(told(&mut wire), Vec::<String>::new());
    wire.run(Duration::from_millis(20));
    wire.to_strangers.clear();
    wire.does(Side::B, |agent, now| agent.hang_up(now, leg, None));
    wire.run(Duration::from_millis(20));
    assert_eq!(heard(&wire), ["BYE 1: sip:eve@10.0.0.9:5060 7000"]);
}

#[test]
fn a_connection_that_cannot_be_opened_makes_the_called_one_unreachable() {
    let mut wire = Wire::new(3);
    let hop = Hop { transport: Transport::Tcp, flow: Hop::NO_FLOW, peer: stranger(5060) };
    wire.does(Side::A, |agent, now| {
        let from = sip_msg::NameAddr::new(sip_msg::Uri::sip("ana", Side::A.addr()));
        agent.invite(
            now,
            sip_ua::OutgoingInvite::new(hop, sip_msg::Uri::sip("bo", stranger(5060)), from, OFFER),
        )
    });
    wire.does(Side::A, |agent, now| agent.peer_unreachable(now, stranger(5999)));
    assert_eq!(told(&mut wire), Vec::<String>::new());
    wire.does(Side::A, |agent, now| agent.peer_unreachable(now, stranger(5060)));
    assert_eq!(told(&mut wire), ["Unreachable leg-1 Transport"]);
    wire.assert_empty();
}

#[test]
fn what_a_200_carries() {
    let mut wire = Wire::new(3);
    let invite = request("INVITE", "1", "", 1, "Record-Route: <sip:10.0.0.8;lr>\n");
    answers(&mut wire, &invite);
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ok))) = wire.to_strangers.pop() else { panic!() };
    check_text(
        &ok,
        &expect![[r#"
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK1;rport=5060;received=10.0.0.9
            From: <sip:eve@10.0.0.9>;tag=eve
            To: <sip:bo@10.0.0.2>;tag=TAG
            Call-ID: c1
            CSeq: 1 INVITE
            Record-Route: <sip:10.0.0.8;lr>
            Contact: <sip:bo@10.0.0.2:5060>
            Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, PRACK
            Session-ID: 70316b9e75d14d45e0517f32c3a13a14;remote=00000000000000000000000000000000
            Content-Type: application/sdp
            Server: b
            Content-Length: 15

            v=0
            s=answer
        "#]],
    );
}

fn check_text(response: &Response, expected: &Expect) {
    let text = String::from_utf8(response.to_bytes().to_vec()).unwrap();
    let tag = response.to.tag().unwrap().to_string();
    expected.assert_eq(&text.replace(&tag, "TAG").replace('\r', ""));
}

/// A request into the dialog of [`talking`] by somebody else, who knows all of its ids but one.
fn guessed(method: &str, tag: &str, wrong: &str) -> String {
    let sdp = "Event: refer\nSubscription-State: terminated\nContent-Type: application/sdp\n";
    let text = request(method, "99", tag, 7, sdp)
        .replace("Content-Length: 0\n\n", "Content-Length: 5\n\nv=0\n");
    match wrong {
        "Call-ID" => text.replace("Call-ID: c1", "Call-ID: c2"),
        "From tag" => text.replace(";tag=eve", ";tag=adam"),
        "To tag" => text.replace(tag, ";tag=b0b"),
        other => panic!("no such id: {other}"),
    }
}

#[test]
fn who_guesses_the_ids_of_a_call_changes_nothing_of_it() {
    for method in ["BYE", "CANCEL", "ACK", "INVITE", "UPDATE", "NOTIFY", "REFER", "INFO", "PRACK"] {
        for wrong in ["Call-ID", "From tag", "To tag"] {
            let (mut wire, _, tag) = talking();
            let before = wire.agent(Side::B).legs_len();
            let told_off = answers(&mut wire, &guessed(method, &tag, wrong));
            let is_refused = |status: &u16| matches!(status, 405 | 481);
            assert!(statuses(&told_off).iter().all(is_refused), "{method}, {wrong}: {told_off:?}");
            assert_eq!(told_off.len(), usize::from(method != "ACK"), "{method}, {wrong}");
            assert_eq!(told(&mut wire), Vec::<String>::new(), "{method}, {wrong}");
            assert_eq!(wire.agent(Side::B).legs_len(), before, "{method}, {wrong}");
            // The call is alive, and its own end can end it.
            assert_eq!(statuses(&answers(&mut wire, &request("BYE", "9", &tag, 2, ""))), [200]);
        }
    }
}

#[test]
fn a_caller_who_takes_no_session_description_is_refused_with_406() {
    let invite = |accept: &str| request("INVITE", "1", "", 1, accept);
    let refused = check(&invite("Accept: text/nothing-we-know, text/plain\n"), &[406]);
    assert!(refused[0].headers.has(Name::Warning));
    for accept in ["text/plain, Application/SDP;level=1", "*/*", "application/*;q=0.5", ""] {
        check(&invite(&format!("Accept: {accept}\n")), &[100]);
    }
}

#[test]
fn a_contact_that_cannot_be_read_is_refused_before_anybody_is_asked_for_a_password() {
    let register = request("REGISTER", "1", "", 1, "");
    let mut registrar = config(Side::B);
    registrar.allow.push(sip_msg::Method::Register);
    let mut wire = Wire::with(3, config(Side::A), registrar);
    let bad = register.replace("<sip:eve@10.0.0.9:5060>", "sip:eve@10.0.0.9?Route=%3Cx%3E");
    assert_eq!(statuses(&answers(&mut wire, &bad)), [400]);
    assert_eq!(told(&mut wire), Vec::<String>::new());
}
