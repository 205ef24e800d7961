//! Calls over a network that loses nothing.

use crate::wire::{ANSWER, Side, Wire};
use clock::Duration;
use expect_test::expect;
use sip_msg::{Headers, StatusCode, Text};

const QUIET: Duration = Duration::from_secs(70);

fn ends(mut wire: Wire, expected: expect_test::Expect) {
    wire.run(QUIET);
    expected.assert_eq(&wire.take_transcript());
    wire.assert_empty();
}

#[test]
fn a_call_rings_is_answered_and_ends() {
    let mut wire = Wire::new(1);
    let (a, _) = wire.talk();
    wire.run(Duration::from_secs(3));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, Some(Text::from("Q.850;cause=16"))));
    ends(
        wire,
        expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.050   b > a 180 INVITE
        0.060   a: Progress leg-1 180
        1.050   b > a 200 INVITE
        1.060   a: Answered leg-1 +sdp
        1.060   a > b ACK
        1.070   b: Established leg-1
        4.050   a > b BYE
        4.060   b: Ended leg-1 Bye Q.850;cause=16
        4.060   b > a 200 BYE
    "#]],
    );
}

#[test]
fn the_one_who_answered_hangs_up() {
    let mut wire = Wire::new(1);
    let (_, b) = wire.talk();
    wire.run(Duration::from_secs(3));
    wire.forget_transcript();
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    ends(
        wire,
        expect![[r#"
        4.050   b > a BYE
        4.060   a: Ended leg-1 Bye
        4.060   a > b 200 BYE
    "#]],
    );
}

#[test]
fn a_declined_call_is_rejected_and_acknowledged() {
    let mut wire = Wire::new(1);
    wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.reject(now, b, StatusCode::BUSY_HERE, Headers::new()));
    ends(
        wire,
        expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.050   b > a 486 INVITE
        0.060   a > b ACK
        0.060   a: Rejected leg-1 486
    "#]],
    );
}

#[test]
fn a_caller_who_gives_up_cancels() {
    let mut wire = Wire::new(1);
    let a = wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    wire.run(Duration::from_secs(5));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    ends(
        wire,
        expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.050   b > a 180 INVITE
        0.060   a: Progress leg-1 180
        5.050   a > b CANCEL
        5.060   b > a 200 CANCEL
        5.060   b: Cancelled leg-1
        5.060   b > a 487 INVITE
        5.070   a > b ACK
    "#]],
    );
}

#[test]
fn a_cancel_waits_for_the_first_sign_of_life() {
    let mut wire = Wire::new(1);
    let a = wire.call();
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    ends(
        wire,
        expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a > b CANCEL
        0.030   b > a 200 CANCEL
        0.030   b: Cancelled leg-1
        0.030   b > a 487 INVITE
        0.040   a > b ACK
    "#]],
    );
}

#[test]
fn an_answer_that_crosses_the_cancel_is_acknowledged_and_ended() {
    let mut wire = Wire::new(1);
    let a = wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    ends(
        wire,
        expect![[r#"
        0.050   b > a 200 INVITE
        0.050   a > b CANCEL
        0.060   a > b ACK
        0.060   a > b BYE
        0.060   b > a 200 CANCEL
        0.070   b: Established leg-1
        0.070   b: Ended leg-1 Bye
        0.070   b > a 200 BYE
    "#]],
    );
}

#[test]
fn both_hang_up_at_once() {
    let mut wire = Wire::new(1);
    let (a, b) = wire.talk();
    wire.run(Duration::from_secs(3));
    wire.forget_transcript();
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    ends(
        wire,
        expect![[r#"
        4.050   a > b BYE
        4.050   b > a BYE
        4.060   b > a 200 BYE
        4.060   a > b 200 BYE
    "#]],
    );
}

#[test]
fn the_one_who_answered_waits_for_the_ack_before_hanging_up() {
    let mut wire = Wire::new(1);
    let (_, b) = wire.talk();
    wire.forget_transcript();
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    ends(
        wire,
        expect![[r#"
        1.060   a: Answered leg-1 +sdp
        1.060   a > b ACK
        1.070   b > a BYE
        1.080   a: Ended leg-1 Bye
        1.080   a > b 200 BYE
    "#]],
    );
}

#[test]
fn a_called_one_may_hang_up_instead_of_rejecting() {
    let mut wire = Wire::new(1);
    wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.forget_transcript();
    wire.does(Side::B, |agent, now| agent.hang_up(now, b, None));
    ends(
        wire,
        expect![[r#"
        0.050   b > a 480 INVITE
        0.060   a > b ACK
        0.060   a: Rejected leg-1 480
    "#]],
    );
}

#[test]
fn over_a_connection_nothing_is_repeated_and_nothing_lingers() {
    let mut wire = Wire::new(1);
    wire.transport = sip_ua::Transport::Tcp;
    let (a, _) = wire.talk();
    wire.run(Duration::from_secs(3));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    ends(
        wire,
        expect![[r#"
        0.000   a > b INVITE
        0.010   b: Incoming leg-1
        0.010   b > a 100 INVITE
        0.020   a: Trying leg-1
        0.050   b > a 180 INVITE
        0.060   a: Progress leg-1 180
        1.050   b > a 200 INVITE
        1.060   a: Answered leg-1 +sdp
        1.060   a > b ACK
        1.070   b: Established leg-1
        4.050   a > b BYE
        4.060   b: Ended leg-1 Bye
        4.060   b > a 200 BYE
    "#]],
    );
}

#[test]
fn a_call_that_rings_without_another_word_is_given_up_after_190_seconds() {
    let mut wire = Wire::new(1).lose("180 INVITE");
    wire.call();
    wire.run(Duration::from_secs(1));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    // From here on the called one hears nothing, and nothing more is heard of it.
    wire.weather.loss = 1.0;
    wire.run(Duration::from_secs(188));
    assert!(!wire.take_transcript().contains("Unreachable"));
    wire.run(Duration::from_secs(2));
    assert!(wire.take_transcript().contains("a: Unreachable leg-1 TimedOut"));
    wire.weather.loss = 0.0;
    wire.run(Duration::from_secs(140));
    wire.assert_empty();
}

#[test]
fn a_caller_hears_every_minute_that_it_still_rings() {
    let mut wire = Wire::new(1);
    let a = wire.call();
    wire.run(Duration::from_secs(1));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    wire.forget_transcript();
    wire.run(Duration::from_secs(400));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_secs(100));
    let told = wire.take_transcript();
    assert_eq!(told.matches("b > a 180 INVITE").count(), 6, "{told}");
    assert!(!told.contains("Unreachable"), "{told}");
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(Duration::from_secs(100));
    wire.assert_empty();
}
