//! Each message of a call lost once, or for good.

use crate::wire::{ANSWER, Side, Spoil, Wire};
use clock::Duration;
use expect_test::{Expect, expect};
use ids::LegId;

const QUIET: Duration = Duration::from_secs(70);

fn ends(mut wire: Wire, expected: &Expect) {
    wire.run(QUIET);
    expected.assert_eq(&wire.take_transcript());
    wire.run(QUIET);
    wire.assert_empty();
}

/// A calls, B rings and answers after a second, A hangs up after ten.
fn whole_call(mut wire: Wire, expected: &Expect) {
    let a = wire.call();
    wire.run(Duration::from_millis(900));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    wire.run(Duration::from_millis(1_100));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_secs(10));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    ends(wire, expected);
}

/// A calls, B rings, A gives up after two seconds.
fn given_up_call(mut wire: Wire, expected: &Expect) {
    let a = wire.call();
    wire.run(Duration::from_millis(900));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    wire.run(Duration::from_millis(1_100));
    wire.forget_transcript();
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    ends(wire, expected);
}

#[test]
fn a_lost_invite_is_sent_again_after_half_a_second() {
    whole_call(
        Wire::new(1).lose("INVITE"),
        &expect![[r#"
        0.000   a x b INVITE
        0.500   a > b INVITE
        0.510   b: Incoming leg-1
        0.510   b > a 100 INVITE
        0.520   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a > b ACK
        2.020   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_100_brings_the_invite_again_and_no_second_leg() {
    whole_call(
        Wire::new(1).lose("100 INVITE"),
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b x a 100 INVITE
        0.500   a > b INVITE
        0.510   b > a 100 INVITE
        0.520   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a > b ACK
        2.020   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_180_is_only_silence() {
    whole_call(
        Wire::new(1).lose("180 INVITE"),
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.900   b x a 180 INVITE
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a > b ACK
        2.020   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_200_is_sent_again_by_the_one_who_answered() {
    whole_call(
        Wire::new(1).lose("200 INVITE").lose("200 INVITE"),
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        2.000   b x a 200 INVITE
        2.500   b x a 200 INVITE
        3.500   b > a 200 INVITE
        3.510   a: Answered leg-1 +sdp
        3.510   a > b ACK
        3.520   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_ack_is_sent_again_on_the_next_200() {
    whole_call(
        Wire::new(1).lose("ACK").lose("ACK"),
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a x b ACK
        2.500   b > a 200 INVITE
        2.510   a x b ACK
        3.500   b > a 200 INVITE
        3.510   a > b ACK
        3.520   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_bye_is_sent_again() {
    whole_call(
        Wire::new(1).lose("BYE"),
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a > b ACK
        2.020   b: Established leg-1
        12.000  a x b BYE
        12.500  a > b BYE
        12.510  b: Ended leg-1 Bye
        12.510  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_answer_to_bye_is_given_again_and_told_once() {
    whole_call(
        Wire::new(1).lose("200 BYE"),
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a > b ACK
        2.020   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b x a 200 BYE
        12.500  a > b BYE
        12.510  b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_lost_cancel_is_sent_again() {
    given_up_call(
        Wire::new(1).lose("CANCEL"),
        &expect![[r#"
        2.000   a x b CANCEL
        2.500   a > b CANCEL
        2.510   b > a 200 CANCEL
        2.510   b: Cancelled leg-1
        2.510   b > a 487 INVITE
        2.520   a > b ACK
    "#]],
    );
}

#[test]
fn a_lost_answer_to_cancel_is_given_again() {
    given_up_call(
        Wire::new(1).lose("200 CANCEL"),
        &expect![[r#"
        2.000   a > b CANCEL
        2.010   b x a 200 CANCEL
        2.010   b: Cancelled leg-1
        2.010   b > a 487 INVITE
        2.020   a > b ACK
        2.500   a > b CANCEL
        2.510   b > a 200 CANCEL
    "#]],
    );
}

#[test]
fn a_lost_487_is_sent_again_until_it_is_acknowledged() {
    given_up_call(
        Wire::new(1).lose("487 INVITE").lose("ACK"),
        &expect![[r#"
        2.000   a > b CANCEL
        2.010   b > a 200 CANCEL
        2.010   b: Cancelled leg-1
        2.010   b x a 487 INVITE
        2.510   b > a 487 INVITE
        2.520   a x b ACK
        3.510   b > a 487 INVITE
        3.520   a > b ACK
    "#]],
    );
}

#[test]
fn a_called_one_who_never_answers_is_unreachable_after_32_seconds() {
    let mut wire = Wire::new(1);
    wire.weather.loss = 1.0;
    wire.call();
    ends(
        wire,
        &expect![[r#"
        0.000   a x b INVITE
        0.500   a x b INVITE
        1.500   a x b INVITE
        3.500   a x b INVITE
        7.500   a x b INVITE
        15.500  a x b INVITE
        31.500  a x b INVITE
        32.000  a: Unreachable leg-1 TimedOut
    "#]],
    );
}

#[test]
fn an_answer_that_is_never_acknowledged_ends_the_leg() {
    let mut wire = Wire::new(1);
    wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    wire.weather.loss = 1.0;
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_secs(33));
    expect![[r#"
        0.050   b x a 200 INVITE
        0.550   b x a 200 INVITE
        1.550   b x a 200 INVITE
        3.550   b x a 200 INVITE
        7.550   b x a 200 INVITE
        11.550  b x a 200 INVITE
        15.550  b x a 200 INVITE
        19.550  b x a 200 INVITE
        23.550  b x a 200 INVITE
        27.550  b x a 200 INVITE
        31.550  b x a 200 INVITE
        32.050  b: Ended leg-1 AckMissing
        32.050  b x a BYE
        32.550  b x a BYE
    "#]]
    .assert_eq(&wire.take_transcript());
    wire.weather.loss = 0.0;
    wire.run(QUIET);
    expect![[r#"
        33.550  b > a BYE
        33.560  a: Ended leg-1 Bye SIP;cause=408;text="ACK missing"
        33.560  a > b 200 BYE
        33.560  a > b CANCEL
        33.570  b > a 481 CANCEL
    "#]]
    .assert_eq(&wire.take_transcript());
    // The caller, to whom nothing but the BYE ever came, lets go as well.
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn an_answer_that_comes_after_its_peer_has_hung_up_is_acknowledged_and_not_hung_up_on() {
    let mut wire = Wire::new(1);
    for _ in 0..10 {
        wire = wire.lose("200 INVITE");
    }
    wire = wire.spoil("200 INVITE", Spoil::Late(Duration::from_secs(3)));
    wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_secs(32));
    wire.forget_transcript();
    wire.run(QUIET);
    expect![[r#"
        32.060  a: Ended leg-1 Bye SIP;cause=408;text="ACK missing"
        32.060  a > b 200 BYE
        32.060  a > b CANCEL
        32.070  b > a 481 CANCEL
        34.560  a > b ACK
    "#]]
    .assert_eq(&wire.take_transcript());
    wire.run(QUIET);
    wire.assert_empty();
}

#[test]
fn a_peer_that_rings_and_then_dies_is_let_go_32_seconds_after_the_cancel() {
    let mut wire = Wire::new(1);
    let a = wire.call();
    wire.run(Duration::from_secs(2));
    wire.forget_transcript();
    wire.weather.loss = 1.0;
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(Duration::from_secs(31));
    assert_eq!(wire.agent(Side::A).legs_len(), 1);
    wire.run(Duration::from_secs(2));
    assert_eq!(wire.agent(Side::A).legs_len(), 0);
    assert_eq!(wire.agent(Side::A).transactions_len(), 0);
}

#[test]
fn a_bye_into_silence_takes_the_leg_away_all_the_same() {
    let mut wire = Wire::new(1);
    let (a, _): (LegId, LegId) = wire.talk();
    wire.run(QUIET);
    wire.weather.loss = 1.0;
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(Duration::from_secs(33));
    assert_eq!(wire.agent(Side::A).legs_len(), 0);
    assert_eq!(wire.agent(Side::A).transactions_len(), 0);
}

#[test]
fn doubled_messages_change_nothing() {
    let mut wire = Wire::new(1);
    wire.weather.doubling = 1.0;
    whole_call(
        wire,
        &expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.020   a: Trying leg-1
        0.020   a: Trying leg-1
        0.020   a: Trying leg-1
        0.900   b > a 180 INVITE
        0.910   a: Progress leg-1 180
        0.910   a: Progress leg-1 180
        2.000   b > a 200 INVITE
        2.010   a: Answered leg-1 +sdp
        2.010   a > b ACK
        2.010   a > b ACK
        2.020   b: Established leg-1
        12.000  a > b BYE
        12.010  b: Ended leg-1 Bye
        12.010  b > a 200 BYE
        12.010  b > a 200 BYE
    "#]],
    );
}
