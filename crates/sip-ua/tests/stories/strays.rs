//! Who answers an INVITE of a process that is gone.

use crate::wire::{ANSWER, Side, Wire};
use clock::Duration;
use expect_test::expect;
use ids::LegId;
use sip_msg::{Message, Response, Text};
use sip_ua::{Event, Hop};

const QUIET: Duration = Duration::from_secs(70);

/// A calls B, whose phone rings, and A is another process from then on.
fn killed(wire: Wire) -> (Wire, LegId) {
    let mut wire = wire;
    wire.call();
    wire.run(Duration::from_millis(50));
    let b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, b));
    wire.run(Duration::from_secs(1));
    wire.starts_anew(Side::A);
    wire.forget_transcript();
    (wire, b)
}

/// The answer that A has been told of, and knows nothing of.
fn stray(wire: &mut Wire) -> (Hop, Box<Response>) {
    let at = wire
        .events
        .iter()
        .position(|(side, event)| *side == Side::A && matches!(event, Event::StrayAnswer { .. }));
    match wire.events.remove(at.unwrap()) {
        Some((_, Event::StrayAnswer { hop, response })) => (hop, response),
        other => panic!("{other:?}"),
    }
}

fn ends(wire: &mut Wire, (hop, response): &(Hop, Box<Response>)) {
    let why = Some(Text::from("Q.850;cause=16"));
    wire.does(Side::A, |agent, now| agent.end_stray(now, *hop, response, why));
}

#[test]
fn who_answers_a_process_that_is_gone_is_hung_up_on_by_the_next_one() {
    let (mut wire, b) = killed(Wire::new(5));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_millis(20));
    let answer = stray(&mut wire);
    ends(&mut wire, &answer);
    wire.run(QUIET);
    expect![[r#"
        1.050   b > a 200 INVITE
        1.060   a: StrayAnswer 200
        1.070   a > b ACK
        1.070   a > b BYE
        1.080   b: Established leg-1
        1.080   b: Ended leg-1 Bye Q.850;cause=16
        1.080   b > a 200 BYE
    "#]]
    .assert_eq(&wire.take_transcript());
    wire.assert_empty();
}

#[test]
fn a_copy_of_the_answer_is_acknowledged_and_ends_nothing_twice() {
    let (mut wire, b) = killed(Wire::new(5).lose("ACK").lose("BYE").lose("BYE"));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_millis(20));
    let answer = stray(&mut wire);
    ends(&mut wire, &answer);
    wire.run(QUIET);
    expect![[r#"
        1.050   b > a 200 INVITE
        1.060   a: StrayAnswer 200
        1.070   a x b ACK
        1.070   a x b BYE
        1.550   b > a 200 INVITE
        1.560   a > b ACK
        1.570   b: Established leg-1
        1.570   a x b BYE
        2.570   a > b BYE
        2.580   b: Ended leg-1 Bye Q.850;cause=16
        2.580   b > a 200 BYE
    "#]]
    .assert_eq(&wire.take_transcript());
    wire.assert_empty();
}

#[test]
fn nothing_is_sent_for_an_answer_that_our_user_does_not_take() {
    let (mut wire, b) = killed(Wire::new(5));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(QUIET);
    let said = wire.take_transcript();
    assert!(!said.contains("a > b ACK") && !said.contains("a > b BYE"), "{said}");
}

#[test]
fn made_up_answers_use_up_nothing_and_those_that_our_user_takes_are_so_many() {
    let (mut wire, b) = killed(Wire::new(5));
    wire.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
    wire.run(Duration::from_millis(20));
    let (hop, answer) = stray(&mut wire);
    let made_up = |number: usize| {
        let call_id = Text::from(format!("made-up-{number}"));
        Box::new(Response { call_id, ..(*answer).clone() })
    };
    for number in 0..1_000 {
        let message = Message::Response(*made_up(number));
        wire.hears(Side::A, hop, message);
    }
    let told = |(_, event): &&(Side, Event)| matches!(event, Event::StrayAnswer { .. });
    assert_eq!(wire.events.iter().filter(told).count(), 1_000);
    wire.forget_transcript();
    (0..1_000).for_each(|number| ends(&mut wire, &(hop, made_up(number))));
    assert_eq!(wire.take_transcript().matches("a > b ACK").count(), 200);
}
