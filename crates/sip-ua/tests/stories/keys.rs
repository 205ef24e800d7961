//! Keys by INFO.

use crate::wire::{Side, Wire};
use clock::Duration;
use expect_test::expect;
use sip_msg::{Message, Method};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_key_is_told_once_whatever_becomes_of_its_message() {
    let mut wire = Wire::new(8).lose("INFO").lose("200 INFO");
    let (a, _) = wire.talk();
    wire.run(SECOND);
    wire.forget_transcript();
    wire.does(Side::A, |agent, now| agent.press(now, a, '*'));
    wire.run(5 * SECOND);
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(SECOND);
    expect![[r#"
        2.050   a x b INFO
        2.550   a > b INFO
        2.560   b: Pressed leg-1 *
        2.560   b x a 200 INFO
        3.550   a > b INFO
        3.560   b > a 200 INFO
        7.050   a > b BYE
        7.060   b: Ended leg-1 Bye
        7.060   b > a 200 BYE
    "#]]
    .assert_eq(&wire.take_transcript());
    wire.run(60 * SECOND);
    wire.assert_empty();
}

#[test]
fn a_message_that_is_no_key_is_refused_with_the_types_there_are_or_let_pass() {
    let mut wire = Wire::new(9);
    let (a, _) = wire.talk();
    wire.run(SECOND);
    wire.does(Side::A, |agent, now| agent.press(now, a, '5'));
    wire.run(SECOND);
    let (from, Message::Request(info)) = wire.heard(Side::B, Method::Info) else { panic!() };
    let mut tell = |number: u32, media_type: &'static str, body: &'static str| {
        let mut info = info.clone().with_body(media_type, body.into());
        info.cseq += number;
        let branch = format!("z9hG4bK-{number}");
        info.via[0] = info.via[0].with_param("branch", Some(branch.into()));
        wire.forget_transcript();
        wire.deliver_to(Side::B, from, info.to_bytes());
        wire.take_transcript().lines().skip(1).map(|line| line[8..].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        tell(1, "Application/DTMF; x=y", " 7\r\n"),
        ["b: Pressed leg-1 7", "b > a 200 INFO"]
    );
    assert_eq!(tell(2, "application/dtmf-relay", "Signal=flash"), ["b > a 200 INFO"]);
    assert_eq!(tell(3, "text/plain", "7"), ["b > a 415 INFO"]);
    assert_eq!(tell(4, "text/plain", ""), ["b > a 200 INFO"]);
}
