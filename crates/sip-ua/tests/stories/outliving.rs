//! A leg that outlives the process of one of the two.

use crate::wire::{ANSWER, OFFER, Side, Wire};
use clock::Duration;
use expect_test::{Expect, expect};
use ids::LegId;
use sip_ua::Outlived;

const QUIET: Duration = Duration::from_secs(70);

/// Two who talk, B of whom has been written down; and B is killed.
fn killed() -> (Wire, LegId, Outlived) {
    let mut wire = Wire::new(5);
    let (a, b) = wire.talk();
    wire.run(Duration::from_secs(8));
    let outlived = wire.agent(Side::B).outlived(b).unwrap();
    wire.starts_anew(Side::B);
    wire.forget_transcript();
    (wire, a, outlived)
}

fn goes_on(wire: &mut Wire, outlived: &Outlived) -> LegId {
    wire.does(Side::B, |agent, now| agent.go_on_with(now, outlived.clone())).unwrap()
}

/// Nothing is left.
fn ends(mut wire: Wire, expected: &Expect) {
    wire.run(QUIET);
    expected.assert_eq(&wire.take_transcript());
    wire.assert_empty();
}

#[test]
fn a_process_goes_on_with_the_leg_of_another_one() {
    let (mut wire, a, outlived) = killed();
    let b = goes_on(&mut wire, &outlived);
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    wire.run(Duration::from_millis(50));
    wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
    wire.run(Duration::from_secs(1));
    // What the peer asks is of the same dialog.
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.run(Duration::from_millis(50));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    wire.run(Duration::from_secs(1));
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    ends(
        wire,
        &expect![[r#"
        9.050   b > a INVITE
        9.060   a: Reoffered leg-1 +sdp
        9.060   a > b 100 INVITE
        9.100   a > b 200 INVITE
        9.110   b: Reanswered leg-1 +sdp
        9.110   b > a ACK
        10.100  a > b INVITE
        10.110  b: Reoffered leg-1 +sdp
        10.110  b > a 100 INVITE
        10.150  b > a 200 INVITE
        10.160  a: Reanswered leg-1 +sdp
        10.160  a > b ACK
        11.150  b > a BYE
        11.160  a: Ended leg-1 Bye
        11.160  a > b 200 BYE
    "#]],
    );
}

#[test]
fn a_process_that_ends_too_goes_on_from_higher_numbers_still() {
    let (mut wire, a, outlived) = killed();
    let b = goes_on(&mut wire, &outlived);
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    wire.run(Duration::from_millis(50));
    wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
    let again = wire.agent(Side::B).outlived(b).unwrap();
    assert!(again.dialog.local_cseq > outlived.dialog.local_cseq);
    wire.starts_anew(Side::B);
    let b = goes_on(&mut wire, &again);
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    ends(
        wire,
        &expect![[r#"
        9.050   b > a INVITE
        9.060   a: Reoffered leg-1 +sdp
        9.060   a > b 100 INVITE
        9.100   a > b 200 INVITE
        9.100   b > a BYE
        9.110   a: Ended leg-1 Bye
        9.110   a > b 200 BYE
    "#]],
    );
}

#[test]
fn a_peer_who_hung_up_meanwhile_is_answered_as_ever() {
    let (mut wire, a, outlived) = killed();
    // Nobody is there to hear it; copies come until there is an answer.
    wire.weather.loss = 1.0;
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.weather.loss = 0.0;
    goes_on(&mut wire, &outlived);
    ends(
        wire,
        &expect![[r#"
        9.050   a x b BYE
        9.550   a > b BYE
        9.560   b: Ended leg-1 Bye
        9.560   b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_peer_who_has_forgotten_the_dialog_ends_the_leg() {
    let (mut wire, _, outlived) = killed();
    wire.starts_anew(Side::A);
    let b = goes_on(&mut wire, &outlived);
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    ends(
        wire,
        &expect![[r#"
        9.050   b > a INVITE
        9.060   a > b 481 INVITE
        9.070   b > a ACK
        9.070   b: Ended leg-1 DialogGone
    "#]],
    );
}

#[test]
fn a_peer_who_is_gone_ends_the_leg_when_nobody_has_answered_for_long() {
    let (mut wire, _, outlived) = killed();
    let b = goes_on(&mut wire, &outlived);
    wire.weather.loss = 1.0;
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, OFFER));
    wire.run(Duration::from_secs(33));
    wire.weather.loss = 0.0;
    wire.starts_anew(Side::A);
    ends(
        wire,
        &expect![[r#"
        9.050   b x a INVITE
        9.550   b x a INVITE
        10.550  b x a INVITE
        12.550  b x a INVITE
        16.550  b x a INVITE
        24.550  b x a INVITE
        40.550  b x a INVITE
        41.050  b: Ended leg-1 DialogGone
        41.050  b x a BYE
        41.550  b x a BYE
        42.550  b > a BYE
        42.560  a > b 481 BYE
    "#]],
    );
}

#[test]
fn a_leg_is_taken_up_once_and_none_is_that_is_being_taken_down() {
    let (mut wire, _, outlived) = killed();
    let b = goes_on(&mut wire, &outlived);
    assert_eq!(wire.does(Side::B, |agent, now| agent.go_on_with(now, outlived)), None);
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    assert_eq!(wire.agent(Side::B).outlived(b), None);
    wire.run(QUIET);
    wire.assert_empty();
}
