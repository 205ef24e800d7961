//! Pace, lateness and silence.

use super::*;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn silences(stage: &mut Stage) -> usize {
    stage.events().iter().filter(|event| matches!(event, Event::Silent { .. })).count()
}

#[test]
fn streams_are_spread_over_the_frame() {
    let mut stage = Stage::with(0..40);
    for leg in 0..40 {
        stage.play(leg, 1, &[], Then::Music(TUNE));
    }
    stage.run(ms(20));
    let sent = stage.sent();
    assert_eq!(sent.len(), 40);
    for millis in [4, 8, 12, 16, 20] {
        let at = Moment::ZERO + ms(millis);
        assert_eq!(sent.iter().filter(|sent| sent.at == at).count(), 8, "at {at}");
    }
}

#[test]
fn a_slot_that_was_left_is_filled_first() {
    let mut stage = Stage::with(0..20);
    stage.handle(Command::Close { stream: LegId(7) });
    stage.open(30, format(30));
    stage.play(30, 1, &[PLACE], Then::Stop);
    stage.run(ms(20));
    assert_eq!(stage.sent()[0].at, Moment::ZERO + ms(12));
}

#[test]
fn frames_keep_to_the_epoch_however_late_the_wake_ups_are() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[], Then::Music(TUNE));
    for late in [7, 33, 34, 60, 90, 76] {
        stage.now += ms(late);
        stage.wake();
    }
    let sent = stage.sent();
    // One each 20 ms from the first on: due at 1, 21, 41 … 281 ms.
    assert_eq!(stage.now, Moment::ZERO + ms(300));
    assert_eq!(sent.len(), 15);
    let elapsed = sent[14].header.timestamp.wrapping_sub(sent[0].header.timestamp);
    assert_eq!(elapsed, 14 * 160);
}

#[test]
fn a_worker_that_slept_catches_up_five_frames_and_moves_the_clock_right() {
    let mut stage = Stage::with([0]);
    stage.play(0, 1, &[], Then::Music(TUNE));
    stage.run(ms(10));
    let first = stage.sent()[0].header;
    stage.now += Duration::from_secs(2);
    stage.wake();
    let late = stage.sent();
    assert_eq!(late.len(), 5);
    assert_eq!(late[0].header.sequence, first.sequence.wrapping_add(1));
    let elapsed = late.last().unwrap().header.timestamp.wrapping_sub(first.timestamp);
    assert_eq!(elapsed, 100 * 160, "the frame of 2,001 ms is the hundredth after the first");
    assert!(stage.streams.counts().slots_skipped > 1_800);
}

#[test]
fn nothing_was_missed_while_there_was_nobody() {
    let mut stage = Stage::new();
    stage.now += Duration::from_secs(3_600);
    assert_eq!(stage.streams.poll_timeout(), None);
    stage.open(0, format(0));
    stage.play(0, 1, &[PLACE], Then::Stop);
    stage.run(ms(100));
    assert_eq!(stage.sent().len(), 2);
    assert_eq!(stage.streams.counts().slots_skipped, 0);
}

#[test]
fn a_silent_peer_is_told_once_and_again_after_it_spoke() {
    let mut stage = Stage::with([1]);
    stage.hear(1, &Said::first());
    stage.run(SILENCE_MAX - ms(20));
    assert_eq!(silences(&mut stage), 0);
    stage.run(ms(40));
    assert_eq!(silences(&mut stage), 1);
    stage.run(SILENCE_MAX * 3);
    assert_eq!(silences(&mut stage), 0);
    stage.hear(1, &Said::first().next(1));
    stage.run(SILENCE_MAX * 2);
    assert_eq!(silences(&mut stage), 1);
}

#[test]
fn a_lull_is_told_every_three_seconds_until_something_is_heard() {
    let mut stage = Stage::with([1]);
    let lulls = |stage: &mut Stage| {
        stage.events().iter().filter(|event| matches!(event, Event::Lull { .. })).count()
    };
    stage.hear(1, &Said::first());
    stage.run(ms(2_980));
    assert_eq!(lulls(&mut stage), 0);
    stage.run(ms(40));
    assert_eq!(lulls(&mut stage), 1);
    stage.run(ms(6_000));
    assert_eq!(lulls(&mut stage), 2);
    stage.hear(1, &Said::first().next(1));
    stage.run(ms(2_980));
    assert_eq!(lulls(&mut stage), 0);
}

#[test]
fn a_peer_that_was_never_heard_is_given_five_times_as_long() {
    let mut stage = Stage::with([1]);
    stage.run(SILENCE_MAX * 5 - ms(20));
    assert_eq!(silences(&mut stage), 0);
    stage.run(ms(40));
    assert_eq!(silences(&mut stage), 1);
}

#[test]
fn strangers_and_garbage_do_not_break_a_silence() {
    let mut stage = Stage::with([1]);
    stage.hear(1, &Said::first());
    for _ in 0..20 {
        stage.run(SILENCE_MAX / 10);
        stage.receive(1, phone(2), &Said::first().packet());
        stage.receive(1, phone(1), b"keep-alive");
    }
    assert_eq!(silences(&mut stage), 1);
}

#[test]
fn a_peer_on_hold_is_not_silent_for_long() {
    let mut stage = Stage::with([1]);
    stage.hear(1, &Said::first());
    stage.run(SILENCE_MAX / 2);
    let held = Format { direction: Direction::SendOnly, ..format(1) };
    stage.handle(Command::Adjust { stream: LegId(1), format: held });
    stage.run(SILENCE_MAX * 5);
    assert_eq!(silences(&mut stage), 0);
    stage.handle(Command::Adjust { stream: LegId(1), format: format(1) });
    stage.run(SILENCE_MAX - ms(20));
    assert_eq!(silences(&mut stage), 0, "the wait begins when the hold ends");
    stage.run(ms(40));
    assert_eq!(silences(&mut stage), 1);
}

#[test]
fn a_peer_that_died_on_hold_is_told_once() {
    for direction in [Direction::SendOnly, Direction::Inactive] {
        let mut stage = Stage::new();
        stage.open(1, Format { direction, ..format(1) });
        stage.hear(1, &Said::first());
        stage.run(HOLD_MAX - ms(20));
        assert_eq!(silences(&mut stage), 0);
        stage.run(ms(40));
        assert_eq!(silences(&mut stage), 1);
        stage.run(HOLD_MAX * 2);
        assert_eq!(silences(&mut stage), 0);
    }
}

#[test]
fn nobody_is_on_hold_who_has_never_spoken() {
    let mut stage = Stage::new();
    stage.open(1, Format { direction: Direction::Inactive, ..format(1) });
    stage.run(SILENCE_MAX * 5 - ms(20));
    assert_eq!(silences(&mut stage), 0);
    stage.run(ms(40));
    assert_eq!(silences(&mut stage), 1);
}

#[test]
fn a_peer_on_hold_that_gives_a_sign_of_itself_is_waited_for_anew() {
    let mut stage = Stage::new();
    let held = Format { direction: Direction::Inactive, ..format(1) };
    stage.open(1, held.clone());
    stage.hear(1, &Said::first());
    stage.run(HOLD_MAX / 2);
    stage.hear(1, &Said::first().next(1));
    stage.run(HOLD_MAX / 2);
    stage.handle(Command::Adjust { stream: LegId(1), format: held });
    stage.run(HOLD_MAX - ms(20));
    assert_eq!(silences(&mut stage), 0);
    stage.run(ms(40));
    assert_eq!(silences(&mut stage), 1);
}

/// Comfort noise with the numbers of a packet.
fn noise(said: &Said) -> Vec<u8> {
    let mut noise = said.clone();
    (noise.header.payload_type, noise.payload) = (13, vec![0x40]);
    noise.packet()
}

#[test]
fn who_is_muted_from_the_start_and_sends_comfort_noise_alone_is_there_and_is_heard_to_be() {
    for every in [SILENCE_MAX / 10, SILENCE_MAX * 4] {
        let mut stage = Stage::with([1]);
        for count in 0..20 {
            stage.receive(1, phone(1), &noise(&Said::first().next(count)));
            let heard = Event::Heard { stream: LegId(1) };
            let told = stage.events().iter().filter(|event| **event == heard).count();
            assert_eq!(told, usize::from(count == 0));
            stage.run(every);
            assert_eq!(silences(&mut stage), 0, "{every:?}");
        }
        stage.hear(1, &Said::first().next(20));
        stage.run(SILENCE_MAX + ms(20));
        assert_eq!(silences(&mut stage), 1, "who has spoken goes on to");
    }
}

#[test]
fn who_has_sent_comfort_noise_and_nothing_more_is_given_five_times_as_long() {
    let mut stage = Stage::with([1]);
    stage.hear(1, &Said::first());
    stage.receive(1, phone(1), &noise(&Said::first().next(1)));
    stage.run(SILENCE_MAX * 5 - ms(20));
    assert_eq!(silences(&mut stage), 0);
    stage.run(ms(40));
    assert_eq!(silences(&mut stage), 1);
}

#[test]
fn who_is_muted_is_there_also_where_it_has_signalled_another_address() {
    let mut stage = Stage::with([1]);
    stage.hear(1, &Said::first());
    let elsewhere: SocketAddr = "192.0.2.77:4000".parse().unwrap();
    let moved = Format { remote: elsewhere, signalled_from: elsewhere.ip(), ..format(1) };
    stage.handle(Command::Adjust { stream: LegId(1), format: moved });
    for count in 1..20 {
        stage.receive(1, elsewhere, &noise(&Said::first().next(count)));
        stage.run(SILENCE_MAX / 2);
        assert_eq!(silences(&mut stage), 0);
    }
}

/// Its router has forgotten it, and gives it another port.
#[test]
fn who_is_muted_is_believed_by_comfort_noise_at_another_port_of_its_own_as_by_sound() {
    let mut stage = Stage::with([1]);
    let moved: SocketAddr = "192.0.2.1:62000".parse().unwrap();
    let mut count = 0;
    let mut says = |stage: &mut Stage, from| {
        stage.receive(1, from, &noise(&Said::first().next(count)));
        count += 1;
        stage.run(SILENCE_MAX / 2);
    };
    says(&mut stage, phone(1));
    for _ in 0..40 {
        says(&mut stage, moved);
    }
    assert_eq!(silences(&mut stage), 0);
    assert_eq!(stage.streams.counts().packets_foreign, 4);
}

#[test]
fn comfort_noise_of_strangers_and_of_other_streams_breaks_no_silence_and_moves_nobody() {
    let strangers = ["203.0.113.9:4000", "192.0.2.1:99"];
    for stranger in strangers.map(|stranger| stranger.parse().unwrap()) {
        let mut stage = Stage::with([1]);
        stage.hear(1, &Said::first());
        for count in 0..100 {
            stage.run(SILENCE_MAX / 50);
            let mut said = Said::first().next(count);
            said.header.ssrc = 78;
            stage.receive(1, stranger, &noise(&said));
        }
        assert_eq!(silences(&mut stage), 1);
        assert_eq!(stage.streams.counts().packets_received, 1);
    }
}
