//! Peers of which it is doubted whether they are there.

use crate::wire::{Side, Wire, config};
use clock::Duration;
use expect_test::expect;
use sip_ua::{Config, SessionTimers};

/// A doubts B every three seconds, as often as said.
fn doubts(wire: &mut Wire, leg: ids::LegId, times: u32) {
    for _ in 0..times {
        wire.does(Side::A, |agent, now| agent.probe(now, leg));
        wire.run(Duration::from_secs(3));
    }
}

#[test]
fn a_peer_that_says_that_it_is_there_has_to_show_that_it_knows_the_call_and_not_again_soon() {
    let timed = |side| Config { session: Some(SessionTimers::default()), ..config(side) };
    let mut wire = Wire::with(7, timed(Side::A), timed(Side::B));
    let (a, _) = wire.talk();
    wire.run(Duration::from_secs(1));
    wire.forget_transcript();
    doubts(&mut wire, a, 3);
    wire.run(Duration::from_secs(300));
    doubts(&mut wire, a, 2);
    expect![[r#"
        2.050   a > b OPTIONS
        2.060   b > a 200 OPTIONS
        5.050   a > b UPDATE
        5.060   b > a 200 UPDATE
        8.050   a > b OPTIONS
        8.060   b > a 200 OPTIONS
        311.050 a > b UPDATE
        311.060 b > a 200 UPDATE
        314.050 a > b OPTIONS
        314.060 b > a 200 OPTIONS
    "#]]
    .assert_eq(&wire.take_transcript());
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(Duration::from_secs(120));
    wire.assert_empty();
}
