//! Session timers: legs that are kept alive, and those whose peer is gone (RFC 4028).

use crate::wire::{ANSWER, Side, Wire, config};
use clock::Duration;
use expect_test::{Expect, expect};
use ids::LegId;
use sip_msg::Method;
use sip_ua::{Config, Event, SessionTimers};

const MINUTE: Duration = Duration::from_secs(60);

fn timed(side: Side) -> Config {
    let timers = SessionTimers { expires: 30 * MINUTE, ..SessionTimers::default() };
    Config { session: Some(timers), ..config(side) }
}

/// Two who have just begun to talk.
fn talking(a: Config, b: Config) -> (Wire, LegId, LegId) {
    let mut wire = Wire::with(7, a, b);
    let (a, b) = wire.talk();
    wire.run(Duration::from_secs(1));
    wire.forget_transcript();
    (wire, a, b)
}

/// What happens in the next minutes; then A hangs up, and nothing is left.
fn check((mut wire, a, _): (Wire, LegId, LegId), minutes: u32, expected: &Expect) {
    wire.run(minutes * MINUTE);
    expected.assert_eq(&wire.take_transcript());
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(2 * MINUTE);
    wire.assert_empty();
}

#[test]
fn who_called_refreshes_after_half_the_time_and_nobody_is_told() {
    check(
        talking(timed(Side::A), timed(Side::B)),
        40,
        &expect![[r#"
        901.060 a > b UPDATE
        901.070 b > a 200 UPDATE
        1801.080 a > b UPDATE
        1801.090 b > a 200 UPDATE
    "#]],
    );
}

#[test]
fn a_caller_who_knows_no_timers_is_refreshed_by_who_was_called() {
    check(
        talking(config(Side::A), timed(Side::B)),
        20,
        &expect![[r#"
        901.050 b > a UPDATE
        901.060 a > b 200 UPDATE
    "#]],
    );
}

#[test]
fn a_callee_who_knows_no_timers_is_refreshed_by_who_called() {
    check(
        talking(timed(Side::A), config(Side::B)),
        20,
        &expect![[r#"
        901.060 a > b UPDATE
        901.070 b > a 200 UPDATE
    "#]],
    );
}

#[test]
fn a_peer_that_takes_no_update_is_refreshed_with_what_was_said_last() {
    let mut plain = config(Side::B);
    plain.allow.retain(|method| *method != Method::Update);
    let (mut wire, a, b) = talking(timed(Side::A), plain);
    wire.run(16 * MINUTE);
    let offered = wire.events.iter().rev().find_map(|(_, event)| {
        if let Event::Reoffered { sdp, .. } = event { sdp.clone() } else { None }
    });
    assert_eq!(offered, Some(crate::wire::OFFER));
    wire.does(Side::B, |agent, now| agent.accept_reinvite(now, b, ANSWER));
    check(
        (wire, a, b),
        1,
        &expect![[r#"
            901.060 a > b INVITE
            901.070 b: Reoffered leg-1 +sdp
            901.070 b > a 100 INVITE
            962.050 b > a 200 INVITE
            962.060 a: Reanswered leg-1 +sdp
            962.060 a > b ACK
        "#]],
    );
}

#[test]
fn a_peer_that_is_gone_is_missed_by_both() {
    let (mut wire, a, b) = talking(timed(Side::A), timed(Side::B));
    wire.weather.loss = 1.0;
    wire.run(40 * MINUTE);
    let ended = wire
        .take_transcript()
        .lines()
        .filter(|line| line.contains("Ended"))
        .fold(String::new(), |told, line| told + line + "\n");
    expect![[r#"
        933.060 a: Ended leg-1 DialogGone
        1769.050 b: Ended leg-1 SessionExpired
    "#]]
    .assert_eq(&ended);
    wire.assert_empty();
    let _ = (a, b);
}

#[test]
fn an_interval_that_is_too_short_for_the_peer_is_raised_once() {
    let timers = SessionTimers { expires: 60 * MINUTE, min: 50 * MINUTE };
    let slow = Config { session: Some(timers), ..config(Side::B) };
    let mut wire = Wire::with(7, timed(Side::A), slow);
    let a = wire.call();
    wire.run(Duration::from_millis(100));
    expect![[r#"
        0.000   a > b INVITE
        0.010   b > a 422 INVITE
        0.020   a > b ACK
        0.020   a > b INVITE
        0.030   b: Incoming leg-1
        0.030   b > a 100 INVITE
        0.040   a: Trying leg-1
    "#]]
    .assert_eq(&wire.take_transcript());
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_secs(1));
    wire.forget_transcript();
    check(
        (wire, a, b),
        26,
        &expect![[r#"
        1500.110 a > b UPDATE
        1500.120 b > a 200 UPDATE
    "#]],
    );
}

#[test]
fn a_refresh_goes_on_beside_a_change_of_media() {
    let (mut wire, a, b) = talking(timed(Side::A), timed(Side::B));
    wire.run(14 * MINUTE + Duration::from_secs(50));
    // B has a change of its own under way, which A has not answered.
    wire.does(Side::B, |agent, now| agent.reinvite(now, b, crate::wire::OFFER));
    wire.run(Duration::from_secs(20));
    wire.does(Side::A, |agent, now| agent.accept_reinvite(now, a, ANSWER));
    check(
        (wire, a, b),
        1,
        &expect![[r#"
            892.050 b > a INVITE
            892.060 a: Reoffered leg-1 +sdp
            892.060 a > b 100 INVITE
            901.060 a > b UPDATE
            901.070 b > a 200 UPDATE
            912.050 a > b 200 INVITE
            912.060 b: Reanswered leg-1 +sdp
            912.060 b > a ACK
        "#]],
    );
}

#[test]
fn who_asks_for_a_time_too_short_and_knows_timers_is_told_the_shortest() {
    let mut wire = Wire::with(7, config(Side::A), timed(Side::B));
    let stranger = "10.0.0.9:5060".parse().unwrap();
    let invite = |id: &str, option: &str| {
        format!(
            "INVITE sip:bo@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK{id}\n\
             From: <sip:x@10.0.0.9>;tag=1\nTo: <sip:bo@10.0.0.2>\nCall-ID: c{id}\n\
             CSeq: 1 INVITE\nContact: <sip:x@10.0.0.9>\nSession-Expires: 30\nSupported: {option}\n\
             Content-Length: 0\n\n"
        )
    };
    wire.inject(stranger, Side::B, &invite("1", "timer"));
    wire.run(Duration::from_secs(1));
    let (_, refusal) = wire.to_strangers.last().unwrap();
    let sip_msg::Message::Response(refusal) = refusal else { panic!("{refusal:?}") };
    assert_eq!(refusal.status.code(), 422);
    assert_eq!(refusal.headers.get(sip_msg::Name::MinSe).unwrap().as_str(), Some("90"));
    wire.inject(stranger, Side::B, &invite("2", "replaces"));
    wire.incoming();
}
