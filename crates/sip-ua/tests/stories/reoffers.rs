//! Changes of media inside a call: hold, resume, and both at once.

use crate::wire::{ANSWER, OFFER, Side, Wire};
use clock::Duration;
use expect_test::{Expect, expect};
use ids::LegId;
use sip_msg::StatusCode;

const QUIET: Duration = Duration::from_secs(70);

/// Two who have talked for a while.
fn talking() -> (Wire, LegId, LegId) {
    let mut wire = Wire::new(5);
    let (a, b) = wire.talk();
    wire.run(Duration::from_secs(8));
    wire.forget_transcript();
    (wire, a, b)
}

/// Both hang up; nothing is left.
fn ends(mut wire: Wire, a: LegId, expected: &Expect) {
    expected.assert_eq(&wire.take_transcript());
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn a_reoffer_is_answered_and_acknowledged() {
    let (mut wire, a, b) = talking();
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    wire.run(Duration::from_millis(100));
    wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
    wire.run(QUIET);
    ends(
        wire,
        a,
        &expect![[r#"
        9.050   b > a INVITE
        9.060   a: Reoffered leg-1 +sdp
        9.060   a > b 100 INVITE
        9.150   a > b 200 INVITE
        9.160   b: Reanswered leg-1 +sdp
        9.160   b > a ACK
    "#]],
    );
}

#[test]
fn a_refused_reoffer_leaves_the_call_as_it_was() {
    let (mut wire, a, b) = talking();
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    wire.run(Duration::from_millis(100));
    wire.does(Side::A, |agent, now| agent.refuse_reinvite(now, a, StatusCode::NOT_ACCEPTABLE_HERE));
    wire.run(QUIET);
    ends(
        wire,
        a,
        &expect![[r#"
        9.050   b > a INVITE
        9.060   a: Reoffered leg-1 +sdp
        9.060   a > b 100 INVITE
        9.150   a > b 488 INVITE
        9.160   b > a ACK
        9.160   b: ReinviteFailed leg-1 488
    "#]],
    );
}

#[test]
fn two_offers_at_once_are_both_refused_and_the_guest_goes_first() {
    let (mut wire, a, b) = talking();
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    for _ in 0..500 {
        wire.run(Duration::from_millis(10));
        wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
        wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    }
    ends(
        wire,
        a,
        &expect![[r#"
            9.050   a > b INVITE
            9.050   b > a INVITE
            9.060   b > a 491 INVITE
            9.060   a > b 491 INVITE
            9.070   a > b ACK
            9.070   b > a ACK
            9.774   b > a INVITE
            9.784   a: Reoffered leg-1 +sdp
            9.784   a > b 100 INVITE
            9.790   a > b 200 INVITE
            9.800   b: Reanswered leg-1 +sdp
            9.800   b > a ACK
            11.378  a > b INVITE
            11.388  b: Reoffered leg-1 +sdp
            11.388  b > a 100 INVITE
            11.390  b > a 200 INVITE
            11.400  a: Reanswered leg-1 +sdp
            11.400  a > b ACK
        "#]],
    );
}

#[test]
fn a_second_offer_waits_for_the_first() {
    let (mut wire, a, b) = talking();
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, ANSWER));
    wire.run(Duration::from_millis(100));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    wire.run(Duration::from_millis(100));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    wire.run(QUIET);
    ends(
        wire,
        a,
        &expect![[r#"
        9.050   a > b INVITE
        9.060   b: Reoffered leg-1 +sdp
        9.060   b > a 100 INVITE
        9.150   b > a 200 INVITE
        9.160   a: Reanswered leg-1 +sdp
        9.160   a > b ACK
        9.160   a > b INVITE
        9.170   b: Reoffered leg-1 +sdp
        9.170   b > a 100 INVITE
        9.250   b > a 200 INVITE
        9.260   a: Reanswered leg-1 +sdp
        9.260   a > b ACK
    "#]],
    );
}

#[test]
fn an_offer_to_a_peer_that_is_gone_ends_the_leg() {
    let (mut wire, a, _) = talking();
    wire.weather.loss = 1.0;
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.run(Duration::from_secs(33));
    wire.weather.loss = 0.0;
    wire.run(QUIET);
    ends(
        wire,
        a,
        &expect![[r#"
        9.050   a x b INVITE
        9.550   a x b INVITE
        10.550  a x b INVITE
        12.550  a x b INVITE
        16.550  a x b INVITE
        24.550  a x b INVITE
        40.550  a x b INVITE
        41.050  a: Ended leg-1 DialogGone
        41.050  a x b BYE
        41.550  a x b BYE
        42.550  a > b BYE
        42.560  b: Ended leg-1 Bye
        42.560  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_call_that_ends_while_an_offer_waits_answers_the_offer_too() {
    let (mut wire, a, b) = talking();
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.run(Duration::from_secs(1));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(QUIET);
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    ends(
        wire,
        a,
        &expect![[r#"
        9.050   a > b INVITE
        9.060   b: Reoffered leg-1 +sdp
        9.060   b > a 100 INVITE
        10.050  a > b CANCEL
        10.050  a > b BYE
        10.060  b > a 200 CANCEL
        10.060  b > a 487 INVITE
        10.060  b: Ended leg-1 Bye
        10.060  b > a 200 BYE
        10.070  a > b ACK
    "#]],
    );
}

#[test]
fn the_ack_of_a_reoffer_may_be_lost_too() {
    let (wire, a, b) = talking();
    let mut wire = wire.lose("ACK");
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.run(Duration::from_millis(100));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    wire.run(QUIET);
    ends(
        wire,
        a,
        &expect![[r#"
        9.050   a > b INVITE
        9.060   b: Reoffered leg-1 +sdp
        9.060   b > a 100 INVITE
        9.150   b > a 200 INVITE
        9.160   a: Reanswered leg-1 +sdp
        9.160   a x b ACK
        9.650   b > a 200 INVITE
        9.660   a > b ACK
    "#]],
    );
}
