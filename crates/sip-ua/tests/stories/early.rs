//! Provisional answers that are acknowledged, and early media (RFC 3262, RFC 3960, RFC 3311).

use crate::wire::{ANSWER, OFFER, Side, Wire, config};
use clock::Duration;
use expect_test::{Expect, expect};
use ids::LegId;
use sip_msg::{Headers, Message, Method, Name, StatusCode};
use sip_ua::Event;

const QUIET: Duration = Duration::from_secs(70);

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A calls, and B has heard of it.
fn called() -> (Wire, LegId, LegId) {
    let mut wire = Wire::new(3);
    let a = wire.call();
    wire.run(millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    (wire, a, b)
}

fn sounds(wire: &mut Wire, b: LegId) {
    let status = StatusCode::SESSION_PROGRESS;
    wire.does(Side::B, |agent, now| agent.progress(now, b, status, Some(ANSWER)));
}

fn ends(mut wire: Wire, a: LegId, expected: &Expect) {
    expected.assert_eq(&wire.take_transcript());
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn sound_before_the_answer_is_acknowledged_and_the_dialog_goes_on() {
    let (mut wire, a, b) = called();
    sounds(&mut wire, b);
    wire.run(millis(100));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(millis(100));
    // The numbers of the early dialog go on: the next request is not taken for an old one.
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.run(millis(50));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    wire.run(millis(100));
    ends(
        wire,
        a,
        &expect![[r#"
            0.050   b > a 183 INVITE
            0.060   a: Progress leg-1 183
            0.060   a > b PRACK
            0.070   b > a 200 PRACK
            0.150   b > a 200 INVITE
            0.160   a: Answered leg-1 +sdp
            0.160   a > b ACK
            0.170   b: Established leg-1
            0.250   a > b INVITE
            0.260   b: Reoffered leg-1 +sdp
            0.260   b > a 100 INVITE
            0.300   b > a 200 INVITE
            0.310   a: Reanswered leg-1 +sdp
            0.310   a > b ACK
        "#]],
    );
}

#[test]
fn a_lost_provisional_answer_and_a_lost_prack_are_sent_again_and_told_once() {
    let mut wire = Wire::new(3).lose("183 INVITE").lose("PRACK").lose("200 PRACK");
    let a = wire.call();
    wire.run(millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    sounds(&mut wire, b);
    wire.run(Duration::from_secs(5));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(millis(100));
    ends(
        wire,
        a,
        &expect![[r#"
        0.050   b x a 183 INVITE
        0.550   b > a 183 INVITE
        0.560   a: Progress leg-1 183
        0.560   a x b PRACK
        1.060   a > b PRACK
        1.070   b x a 200 PRACK
        2.060   a > b PRACK
        2.070   b > a 200 PRACK
        5.050   b > a 200 INVITE
        5.060   a: Answered leg-1 +sdp
        5.060   a > b ACK
        5.070   b: Established leg-1
    "#]],
    );
}

#[test]
fn a_provisional_answer_that_nobody_acknowledges_ends_the_call() {
    let (mut wire, a, b) = called();
    wire.weather.loss = 1.0;
    sounds(&mut wire, b);
    wire.run(Duration::from_secs(40));
    wire.weather.loss = 0.0;
    wire.run(QUIET);
    let told = wire.take_transcript();
    let told: String = told
        .lines()
        .filter(|line| !line.contains(" x "))
        .map(|line| line.to_owned() + "\n")
        .collect();
    expect![[r#"
        32.050  b: Ended leg-1 AckMissing
        43.550  b > a 504 INVITE
        43.560  a > b ACK
        43.560  a: Rejected leg-1 504
    "#]]
    .assert_eq(&told);
    wire.assert_empty();
    let _ = a;
}

#[test]
fn the_answer_waits_until_the_caller_has_heard_of_the_sound_before_it() {
    let mut wire = Wire::new(3).lose("PRACK");
    let a = wire.call();
    wire.run(millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    sounds(&mut wire, b);
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_secs(2));
    ends(
        wire,
        a,
        &expect![[r#"
        0.050   b > a 183 INVITE
        0.060   a: Progress leg-1 183
        0.060   a x b PRACK
        0.550   b > a 183 INVITE
        0.560   a > b PRACK
        0.570   b > a 200 PRACK
        0.570   b > a 200 INVITE
        0.580   a: Answered leg-1 +sdp
        0.580   a > b ACK
        0.590   b: Established leg-1
    "#]],
    );
}

#[test]
fn a_caller_who_requires_it_has_every_provisional_answer_in_its_order() {
    let mut wire = Wire::new(3).lose("PRACK");
    let mut headers = Headers::default();
    headers.push(Name::Require, "100rel");
    let a = wire.call_with(headers);
    wire.run(millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    sounds(&mut wire, b);
    wire.run(Duration::from_secs(2));
    ends(
        wire,
        a,
        &expect![[r#"
        0.050   b > a 180 INVITE
        0.060   a: Progress leg-1 180
        0.060   a x b PRACK
        0.550   b > a 180 INVITE
        0.560   a > b PRACK
        0.570   b > a 200 PRACK
        0.570   b > a 183 INVITE
        0.580   a: Progress leg-1 183
        0.580   a > b PRACK
        0.590   b > a 200 PRACK
    "#]],
    );
}

#[test]
fn a_caller_without_the_extension_is_asked_for_no_prack() {
    let mut plain = config(Side::A);
    plain.allow.retain(|method| *method != Method::Prack);
    let mut wire = Wire::with(3, plain, config(Side::B));
    let a = wire.call();
    wire.run(millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    sounds(&mut wire, b);
    wire.run(Duration::from_secs(2));
    ends(
        wire,
        a,
        &expect![[r#"
        0.050   b > a 183 INVITE
        0.060   a: Progress leg-1 183
    "#]],
    );
}

#[test]
fn who_speaks_no_100rel_refuses_a_caller_who_requires_it() {
    let mut plain = config(Side::B);
    plain.allow.retain(|method| *method != Method::Prack);
    let mut wire = Wire::with(3, config(Side::A), plain);
    let mut headers = Headers::default();
    headers.push(Name::Require, "100rel");
    wire.call_with(headers);
    wire.run(millis(50));
    let rejected = wire.events.iter().find_map(|(_, event)| {
        if let Event::Rejected { response, .. } = event { Some(response) } else { None }
    });
    let rejected = rejected.unwrap();
    assert_eq!(rejected.status, StatusCode::BAD_EXTENSION);
    assert_eq!(rejected.headers.get(Name::Unsupported).unwrap().as_str(), Some("100rel"));
}

#[test]
fn a_call_is_given_up_while_its_sound_is_not_acknowledged() {
    for by_caller in [true, false] {
        let mut wire = Wire::new(3).lose("PRACK").lose("PRACK").lose("PRACK");
        let a = wire.call();
        wire.run(millis(50));
        let b = wire.incoming();
        sounds(&mut wire, b);
        wire.run(millis(100));
        if by_caller {
            wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
        } else {
            let status = StatusCode::BUSY_HERE;
            wire.does(Side::B, |agent, now| agent.reject(now, b, status, Headers::default()));
        }
        wire.run(QUIET);
        wire.assert_empty();
    }
}

#[test]
fn an_offer_before_the_answer_is_answered_before_it() {
    let (mut wire, _, b) = called();
    sounds(&mut wire, b);
    wire.run(millis(100));
    let update = {
        let (_, message) = wire.heard(Side::B, Method::Prack);
        let Message::Request(prack) = message else { panic!("{message:?}") };
        let mut update = prack;
        update.method = Method::Update;
        update.cseq += 1;
        update.headers.remove(Name::RAck);
        update.via[0] = update.via[0].with_param("branch", Some("z9hG4bKupdate".into()));
        update.with_body("application/sdp", OFFER)
    };
    wire.forget_transcript();
    wire.deliver_to(Side::B, Side::A.addr(), update.to_bytes());
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(millis(50));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    wire.run(millis(50));
    expect![[r#"
        0.150   a > b UPDATE
        0.150   b: Reoffered leg-1 +sdp
        0.200   b > a 200 UPDATE
        0.200   b > a 200 INVITE
        0.210   a: Answered leg-1 +sdp
        0.210   a > b ACK
        0.220   b: Established leg-1
    "#]]
    .assert_eq(&wire.take_transcript());
}

#[test]
fn a_prack_for_what_was_not_sent_is_refused() {
    let (mut wire, a, b) = called();
    sounds(&mut wire, b);
    wire.run(millis(100));
    let (_, message) = wire.heard(Side::B, Method::Prack);
    let Message::Request(prack) = message else { panic!("{message:?}") };
    for (count, rack) in ["1 1 INVITE", "7", "", "99999999999 1 INVITE"].into_iter().enumerate() {
        let mut forged = prack.clone();
        forged.cseq += 1 + u32::try_from(count).unwrap();
        forged.headers.set(Name::RAck, rack);
        let branch = format!("z9hG4bKforged{count}");
        forged.via[0] = forged.via[0].with_param("branch", Some(branch.into()));
        wire.deliver_to(Side::B, Side::A.addr(), forged.to_bytes());
    }
    let refused = wire.take_transcript().matches("b > a 481 PRACK").count();
    assert_eq!(refused, 4);
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(millis(100));
    ends(
        wire,
        a,
        &expect![[r#"
        0.150   b > a 200 INVITE
        0.160   a: Answered leg-1 +sdp
        0.160   a > b ACK
        0.170   b: Established leg-1
    "#]],
    );
}

#[test]
fn each_branch_has_numbers_of_its_own_and_a_gap_is_not_acknowledged() {
    let (mut wire, a, _) = called();
    let (_, message) = wire.heard(Side::B, Method::Invite);
    let Message::Request(invite) = message else { panic!("{message:?}") };
    wire.forget_transcript();
    for (tag, number) in [("x", 7), ("y", 7), ("x", 9), ("x", 8), ("x", 8), ("x", 9)] {
        let response = invite
            .reply(StatusCode::RINGING)
            .with_header(Name::Require, "100rel")
            .with_header(Name::RSeq, number.to_string())
            .with_header(Name::Contact, "<sip:bo@10.0.0.2>");
        let mut response = response;
        response.to.set_tag(tag);
        wire.deliver_to(Side::A, Side::B.addr(), response.to_bytes());
    }
    // 7 of both branches, then 8 and 9 of the first.
    let told = wire.take_transcript();
    assert_eq!(told.matches("a > b PRACK").count(), 4, "{told}");
    assert_eq!(told.matches("Progress").count(), 4, "{told}");
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(QUIET);
    wire.assert_empty();
}
