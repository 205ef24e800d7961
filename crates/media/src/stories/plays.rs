//! Prompts, announcements and music on one leg.

use super::*;
use expect_test::expect;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn a_clip_goes_out_whole_and_then_nothing() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO], Then::Stop);
    stage.run(ms(200));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/hello.0
        24ms leg-0 #1 t160 8/hello.1
        44ms leg-0 #2 t320 8/hello.2
        Played { stream: leg-0, play: play-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn the_end_is_told_with_the_last_frame() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO], Then::Stop);
    stage.run(ms(43));
    assert_eq!(stage.events(), []);
    stage.run(ms(1));
    assert_eq!(stage.events(), [Event::Played { stream: LegId(0), play: PlayId(1) }]);
}

#[test]
fn clips_follow_each_other_without_a_gap_and_music_follows_them() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO, PLACE], Then::Music(TUNE));
    stage.run(ms(220));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/hello.0
        24ms leg-0 #1 t160 8/hello.1
        44ms leg-0 #2 t320 8/hello.2
        64ms leg-0 #3 t480 8/place.0
        84ms leg-0 #4 t640 8/place.1
        104ms leg-0 #5 t800 8/tune.0
        124ms leg-0 #6 t960 8/tune.1
        144ms leg-0 #7 t1120 8/tune.2
        164ms leg-0 #8 t1280 8/tune.3
        184ms leg-0 #9 t1440 8/tune.0
        204ms leg-0 #10 t1600 8/tune.1
        Played { stream: leg-0, play: play-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn music_goes_on_where_an_announcement_cut_it() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[], Then::Music(TUNE));
    stage.run(ms(40));
    stage.play(0, 2, &[PLACE], Then::Music(TUNE));
    stage.run(ms(80));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/tune.0
        24ms leg-0 #1 t160 8/tune.1
        44ms leg-0 #2 t320 8/place.0
        64ms leg-0 #3 t480 8/place.1
        84ms leg-0 #4 t640 8/tune.2
        104ms leg-0 #5 t800 8/tune.3
        Played { stream: leg-0, play: play-1 }
        Played { stream: leg-0, play: play-2 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn quiet_cuts_at_once_and_time_runs_on_in_the_silence() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO], Then::Stop);
    stage.run(ms(30));
    stage.quiet(0);
    stage.run(ms(100));
    stage.play(0, 2, &[PLACE], Then::Stop);
    stage.run(ms(100));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/hello.0
        24ms leg-0 #1 t160 8/hello.1
        144ms leg-0 #2 t1120 marker 8/place.0
        164ms leg-0 #3 t1280 8/place.1
        Played { stream: leg-0, play: play-2 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_play_in_place_of_another_tells_only_its_own_end() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO], Then::Stop);
    stage.run(ms(10));
    stage.play(0, 2, &[PLACE], Then::Stop);
    stage.run(ms(100));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/hello.0
        24ms leg-0 #1 t160 8/place.0
        44ms leg-0 #2 t320 8/place.1
        Played { stream: leg-0, play: play-2 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn clips_that_are_empty_or_missing_are_stepped_over() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[MISSING, EMPTY, PLACE, EMPTY], Then::Music(MISSING));
    stage.run(ms(100));
    stage.play(0, 2, &[MISSING], Then::Stop);
    stage.run(ms(20));
    stage.play(0, 3, &[], Then::Stop);
    stage.run(ms(20));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/place.0
        24ms leg-0 #1 t160 8/place.1
        Played { stream: leg-0, play: play-1 }
        Played { stream: leg-0, play: play-2 }
        Played { stream: leg-0, play: play-3 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_codec_that_changes_on_the_way_keeps_place_and_numbers() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO], Then::Stop);
    stage.run(ms(30));
    let format = Format { codec: Codec::Pcmu, payload_type: 0, ..format(0) };
    stage.handle(Command::Adjust { stream: LegId(0), format });
    stage.run(ms(100));
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/hello.0
        24ms leg-0 #1 t160 8/hello.1
        44ms leg-0 #2 t320 0/hello.2
        Played { stream: leg-0, play: play-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_peer_on_hold_is_sent_nothing_while_time_goes_on() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[HELLO, PLACE], Then::Stop);
    stage.run(ms(10));
    for (direction, length) in [(Direction::Inactive, 40), (Direction::SendOnly, 100)] {
        let format = Format { direction, ..format(0) };
        stage.handle(Command::Adjust { stream: LegId(0), format });
        stage.run(ms(length));
    }
    expect![[r#"
        4ms leg-0 #0 t0 marker 8/hello.0
        64ms leg-0 #1 t480 marker 8/place.0
        84ms leg-0 #2 t640 8/place.1
        Played { stream: leg-0, play: play-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_peer_that_listens_nowhere_is_sent_nothing() {
    let mut stage = Stage::new();
    for (leg, remote) in [(0, "0.0.0.0:4000"), (1, "192.0.2.1:0"), (2, "224.0.0.9:4000")] {
        stage.open(leg, Format { remote: remote.parse().unwrap(), ..format(leg) });
        stage.play(leg, leg, &[PLACE], Then::Stop);
    }
    stage.run(ms(100));
    assert_eq!(stage.sent().len(), 0);
    assert_eq!(stage.events().len(), 3);
}

#[test]
fn commands_for_what_is_not_there_change_nothing() {
    let mut stage = Stage::with([0]);
    stage.play(9, 1, &[HELLO], Then::Stop);
    stage.bridge(0, 9);
    stage.bridge(0, 0);
    stage.open(0, format(0));
    let elsewhere = Port { worker: 0, number: 1 };
    let open = |port, address| Command::Open { stream: LegId(5), port, address, format: format(5) };
    stage.handle(open(elsewhere, HERE));
    stage.handle(open(Port { number: 40_010, ..elsewhere }, phone(5).ip()));
    stage.handle(Command::Close { stream: LegId(9) });
    assert_eq!(stage.streams.counts().commands_astray, 7);
    stage.play(0, 2, &[PLACE], Then::Stop);
    stage.run(ms(100));
    assert_eq!(stage.sent().len(), 2);
}
