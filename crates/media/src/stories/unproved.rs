//! How much is sent to an address that nobody was heard at.

use super::*;
use crate::unproved::UNPROVED_PACKETS_MAX;
use media_protocol::StreamReport;

/// Time for more music than is sent to an address that nobody was heard at.
const LONG: Duration = Duration::from_secs(60);

/// Leg 1 is signalled from elsewhere than it wants its sound sent to.
fn elsewhere() -> Format {
    Format { signalled_from: "198.51.100.7".parse().unwrap(), ..format(1) }
}

fn with(format: Format) -> Stage {
    let mut stage = Stage::new();
    stage.open(1, format);
    stage.play(1, 1, &[], Then::Music(TUNE));
    stage
}

fn adjust(stage: &mut Stage, remote: &str) {
    let format = Format { remote: remote.parse().unwrap(), ..elsewhere() };
    stage.handle(Command::Adjust { stream: LegId(1), format });
}

fn sent_in(stage: &mut Stage, length: Duration) -> Vec<Sent> {
    stage.run(length);
    stage.sent()
}

fn report(stage: &mut Stage) -> StreamReport {
    stage.handle(Command::Close { stream: LegId(1) });
    match stage.events().pop() {
        Some(Event::Closed { report, .. }) => report,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_third_party_gets_no_more_than_ten_seconds_of_sound() {
    for direction in [Direction::SendReceive, Direction::SendOnly] {
        let mut stage = with(Format { direction, ..elsewhere() });
        assert_eq!(sent_in(&mut stage, LONG).len(), usize::from(UNPROVED_PACKETS_MAX));
        assert_eq!(sent_in(&mut stage, LONG).len(), 0);
        let report = report(&mut stage);
        assert_eq!(report.packets_sent, 500);
        assert_eq!(report.packets_withheld, 2 * 3_000 - 500);
        assert_eq!(stage.streams.counts().packets_withheld, report.packets_withheld);
    }
}

#[test]
fn whoever_listens_where_the_signalling_comes_from_hears_for_as_long_as_it_likes() {
    let mut stage = with(Format { direction: Direction::SendOnly, ..format(1) });
    assert_eq!(sent_in(&mut stage, LONG).len(), 3_000);
    assert_eq!(report(&mut stage).packets_withheld, 0);
}

#[test]
fn a_peer_that_is_heard_late_hears_again() {
    let mut stage = with(elsewhere());
    let last = sent_in(&mut stage, LONG).pop().unwrap();
    stage.hear(1, &Said::first());
    let sent = sent_in(&mut stage, LONG);
    assert_eq!(sent.len(), 3_000);
    let first = &sent[0].header;
    assert!(first.marker, "a talkspurt begins");
    assert_eq!(first.sequence, last.header.sequence.wrapping_add(1), "nothing was lost");
    let silence = first.timestamp.wrapping_sub(last.header.timestamp);
    assert_eq!(silence, 160 * 2_501, "time went on through the silence");
}

#[test]
fn a_play_that_is_withheld_ends_when_it_would_have_ended() {
    let mut stage = with(elsewhere());
    sent_in(&mut stage, LONG);
    stage.events();
    stage.play(1, 2, &[HELLO, PLACE], Then::Stop);
    stage.run(Duration::from_millis(80));
    let early = stage.events();
    assert!(early.iter().all(|event| matches!(event, Event::Lull { .. })), "{early:?}");
    stage.run(Duration::from_millis(20));
    assert_eq!(stage.events(), [Event::Played { stream: LegId(1), play: PlayId(2) }]);
    assert_eq!(stage.sent().len(), 0);
}

#[test]
fn what_an_agent_says_is_withheld_from_a_third_party_too() {
    let mut stage = Stage::with([2]);
    stage.open(1, elsewhere());
    stage.bridge(1, 2);
    for count in 0..600 {
        stage.run(Duration::from_millis(20));
        stage.hear(2, &Said::first().next(count));
    }
    assert_eq!(stage.sent().len(), usize::from(UNPROVED_PACKETS_MAX));
    stage.hear(1, &Said::first());
    assert_eq!(stage.sent().len(), 1, "the peer is passed on to the agent");
    stage.run(Duration::from_millis(20));
    stage.hear(2, &Said::first().next(600));
    let sent = stage.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].header.marker);
}

#[test]
fn one_that_speaks_and_then_names_a_third_party_gains_nothing() {
    let mut stage = with(elsewhere());
    let mut unproved = 0;
    for round in 0..20 {
        adjust(&mut stage, "192.0.2.1:4000");
        stage.hear(1, &Said::first().next(round));
        adjust(&mut stage, &format!("203.0.113.{round}:9"));
        unproved += sent_in(&mut stage, Duration::from_secs(1)).len();
    }
    assert_eq!(unproved, usize::from(UNPROVED_PACKETS_MAX));
}

#[test]
fn many_at_once_are_sent_nothing() {
    for remote in ["224.2.1.1:4000", "255.255.255.255:4000", "[::ffff:224.2.1.1]:4000"] {
        let mut stage = with(Format { remote: remote.parse().unwrap(), ..elsewhere() });
        assert_eq!(sent_in(&mut stage, LONG).len(), 0, "{remote}");
    }
}
