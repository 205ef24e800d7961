//! UPDATE by either side, before the answer and after it (RFC 3311).

use crate::wire::{ANSWER, OFFER, Side, Wire};
use bytes::Bytes;
use clock::Duration;
use expect_test::{Expect, expect};
use ids::LegId;
use sip_msg::{Headers, Message, Method, Name, Request, StatusCode};
use sip_ua::Event;

const QUIET: Duration = Duration::from_secs(70);

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A calls, and hears how it rings at B in a way that is acknowledged.
fn rings(status: StatusCode, sound: Option<Bytes>) -> (Wire, LegId, LegId) {
    let mut wire = Wire::new(3);
    let mut headers = Headers::default();
    headers.push(Name::Require, "100rel");
    let a = wire.call_with(headers);
    wire.run(millis(50));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.progress(now, b, status, sound));
    wire.run(millis(50));
    wire.forget_transcript();
    (wire, a, b)
}

/// There is sound before the answer, so that the first offer is answered.
fn sounds() -> (Wire, LegId, LegId) {
    rings(StatusCode::SESSION_PROGRESS, Some(ANSWER))
}

/// One of the two sends an UPDATE in the early dialog in which A has sent a PRACK.
fn updates(wire: &mut Wire, side: Side, cseq: u32, offer: Option<Bytes>) {
    let (_, message) = wire.heard(Side::B, Method::Prack);
    let Message::Request(mut update) = message else { panic!("{message:?}") };
    update.method = Method::Update;
    update.cseq = cseq;
    update.headers.remove(Name::RAck);
    let peer = match side {
        Side::A => Side::B,
        Side::B => {
            std::mem::swap(&mut update.from, &mut update.to);
            Side::A
        }
    };
    let branch = format!("z9hG4bKupdate{cseq}");
    update.via[0] = update.via[0].with_param("branch", Some(branch.into()));
    let update = update.with_header(Name::Contact, format!("<sip:new@{}>", side.addr()));
    let update = match offer {
        Some(offer) => update.with_body("application/sdp", offer),
        None => update,
    };
    wire.deliver_to(peer, side.addr(), update.to_bytes());
}

fn ends(mut wire: Wire, a: LegId, expected: &Expect) {
    wire.run(millis(50));
    expected.assert_eq(&wire.take_transcript());
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn a_called_one_offers_anew_before_it_answers() {
    let (mut wire, a, b) = sounds();
    updates(&mut wire, Side::B, 7, Some(OFFER));
    // Another one before the first is answered comes too fast, and an older one too late.
    updates(&mut wire, Side::B, 8, Some(OFFER));
    updates(&mut wire, Side::B, 6, None);
    wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
    updates(&mut wire, Side::B, 9, None);
    wire.run(millis(50));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    ends(
        wire,
        a,
        &expect![[r#"
        0.100   b > a UPDATE
        0.100   a: Reoffered leg-1 +sdp
        0.100   b > a UPDATE
        0.100   a > b 500 UPDATE
        0.100   b > a UPDATE
        0.100   a > b 500 UPDATE
        0.100   a > b 200 UPDATE
        0.100   b > a UPDATE
        0.100   a > b 200 UPDATE
        0.150   b > a 200 INVITE
        0.160   a: Answered leg-1 +sdp
        0.160   a > b ACK
        0.170   b: Established leg-1
    "#]],
    );
}

#[test]
fn an_offer_of_the_called_one_waits_until_ours_is_answered() {
    let (mut wire, a, _) = rings(StatusCode::RINGING, None);
    updates(&mut wire, Side::B, 7, Some(OFFER));
    updates(&mut wire, Side::B, 8, None);
    ends(
        wire,
        a,
        &expect![[r#"
        0.100   b > a UPDATE
        0.100   a > b 491 UPDATE
        0.100   b > a UPDATE
        0.100   a > b 200 UPDATE
    "#]],
    );
}

#[test]
fn an_offer_of_the_caller_waits_until_its_first_is_answered() {
    let (mut wire, a, _) = rings(StatusCode::RINGING, None);
    updates(&mut wire, Side::A, 8, Some(OFFER));
    updates(&mut wire, Side::A, 9, None);
    updates(&mut wire, Side::A, 7, None);
    ends(
        wire,
        a,
        &expect![[r#"
            0.100   a > b UPDATE
            0.100   b > a 500 UPDATE
            0.100   a > b UPDATE
            0.100   b > a 200 UPDATE
            0.100   a > b UPDATE
            0.100   b > a 500 UPDATE
        "#]],
    );
}

#[test]
fn a_caller_who_offers_twice_before_the_answer_is_too_fast() {
    let (mut wire, a, b) = sounds();
    updates(&mut wire, Side::A, 8, Some(OFFER));
    updates(&mut wire, Side::A, 9, Some(OFFER));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    ends(
        wire,
        a,
        &expect![[r#"
        0.100   a > b UPDATE
        0.100   b: Reoffered leg-1 +sdp
        0.100   a > b UPDATE
        0.100   b > a 500 UPDATE
        0.100   b > a 200 UPDATE
    "#]],
    );
}

#[test]
fn an_update_with_an_offer_glares_with_ours_and_may_not_follow_another() {
    let (mut wire, a, b) = sounds();
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(millis(50));
    wire.forget_transcript();
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    // B's own is on its way.
    updates(&mut wire, Side::A, 8, Some(OFFER));
    wire.run(millis(50));
    wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
    wire.run(millis(50));
    updates(&mut wire, Side::A, 9, Some(OFFER));
    updates(&mut wire, Side::A, 10, Some(OFFER));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    ends(
        wire,
        a,
        &expect![[r#"
        0.150   b > a INVITE
        0.150   a > b UPDATE
        0.150   b > a 491 UPDATE
        0.160   a: Reoffered leg-1 +sdp
        0.160   a > b 100 INVITE
        0.200   a > b 200 INVITE
        0.210   b: Reanswered leg-1 +sdp
        0.210   b > a ACK
        0.250   a > b UPDATE
        0.250   b: Reoffered leg-1 +sdp
        0.250   a > b UPDATE
        0.250   b > a 500 UPDATE
        0.250   b > a 200 UPDATE
    "#]],
    );
}

#[test]
fn an_offer_before_the_answer_is_refused_when_the_call_ends() {
    for answered in [false, true] {
        let (mut wire, a, b) = sounds();
        updates(&mut wire, Side::B, 7, Some(OFFER));
        if answered {
            // Its answer does not wait for ours, as it should: the offer goes on waiting.
            wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
            wire.run(millis(100));
            assert!(!wire.take_transcript().contains("487 UPDATE"));
        }
        wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
        assert!(wire.take_transcript().contains("487 UPDATE"));
        wire.run(QUIET);
        wire.assert_empty();
    }
}

#[test]
fn a_new_contact_before_the_answer_is_where_the_peer_is_reached() {
    let (mut wire, _, b) = sounds();
    updates(&mut wire, Side::A, 8, None);
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(millis(50));
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    wire.run(millis(50));
    let (_, message) = wire.heard(Side::A, Method::Bye);
    let Message::Request(Request { uri, .. }) = message else { panic!("{message:?}") };
    assert_eq!(uri.to_string(), "sip:new@10.0.0.1:5060");
}

#[test]
fn a_200_need_not_say_again_what_was_said_before_it() {
    let mut wire = Wire::new(3);
    let a = wire.call();
    wire.run(millis(50));
    let (_, message) = wire.heard(Side::B, Method::Invite);
    let Message::Request(invite) = message else { panic!("{message:?}") };
    let reply = |status| {
        let mut response = invite.reply(status).with_header(Name::Contact, "<sip:bo@10.0.0.2>");
        response.to.set_tag("x");
        response
    };
    let sound = reply(StatusCode::SESSION_PROGRESS)
        .with_header(Name::Require, "100rel")
        .with_header(Name::RSeq, "1")
        .with_body("application/sdp", ANSWER);
    wire.deliver_to(Side::A, Side::B.addr(), sound.to_bytes());
    wire.deliver_to(Side::A, Side::B.addr(), reply(StatusCode::OK).to_bytes());
    let answered = wire.events.iter().find_map(|(_, event)| {
        if let Event::Answered { leg, sdp, .. } = event { Some((*leg, sdp.clone())) } else { None }
    });
    assert_eq!(answered, Some((a, Some(ANSWER))));
}
