//! Who is listened to, and who is not.

use super::*;
use media_protocol::StreamReport;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Where the stage sends to leg 1 now.
fn target(stage: &mut Stage) -> SocketAddr {
    stage.sent();
    stage.play(1, 9, &[PLACE], Then::Stop);
    stage.run(Duration::from_millis(100));
    stage.sent().last().expect("a prompt was played").to
}

/// The address that the signalling of a leg behind a NAT comes from.
const NAT: &str = "198.51.100.7:61000";

/// Leg 1 names an address of its own network, and its signalling comes through the NAT.
fn behind_nat() -> Stage {
    let mut stage = Stage::new();
    stage.open(1, Format { signalled_from: address(NAT).ip(), ..format(1) });
    stage
}

/// `count` packets from one place, with numbers of their own.
fn speak(stage: &mut Stage, from: SocketAddr, count: u16) {
    for n in 0..count {
        stage.receive(1, from, &Said::first().next(n).packet());
    }
}

#[test]
fn a_peer_that_speaks_from_where_it_said_is_locked_to() {
    let mut stage = Stage::with([1]);
    assert_eq!(target(&mut stage), phone(1));
    speak(&mut stage, phone(1), 1);
    speak(&mut stage, address("203.0.113.9:99"), 50);
    assert_eq!(target(&mut stage), phone(1));
    assert_eq!(stage.streams.counts().packets_foreign, 50);
    assert_eq!(stage.streams.counts().packets_received, 1);
}

#[test]
fn a_peer_behind_nat_is_learned_once() {
    let mut stage = behind_nat();
    let nat = address(NAT);
    speak(&mut stage, nat, 5);
    assert_eq!(target(&mut stage), nat);
    speak(&mut stage, address("198.51.100.7:99"), 50);
    assert_eq!(target(&mut stage), nat);
    assert_eq!(stage.streams.counts().packets_received, 1);
}

#[test]
fn a_peer_whose_nat_changes_the_port_only_is_learned_too() {
    let mut stage = Stage::with([1]);
    let changed = address("192.0.2.1:61000");
    speak(&mut stage, changed, 5);
    assert_eq!(target(&mut stage), changed);
}

#[test]
fn a_stranger_is_not_believed_however_often_it_speaks() {
    for mut stage in [Stage::with([1]), behind_nat()] {
        let stranger = address("203.0.113.9:61000");
        speak(&mut stage, stranger, 500);
        stage.receive(1, stranger, &Said::first().key(1, false, 160).packet());
        assert_eq!(stage.events(), [], "its key is not obeyed");
        assert_eq!(target(&mut stage), phone(1));
        assert_eq!(stage.streams.counts().packets_foreign, 501);
    }
}

#[test]
fn a_stranger_is_not_believed_after_the_peer_moved_either() {
    let mut stage = behind_nat();
    speak(&mut stage, address(NAT), 5);
    let remote = address("192.0.2.77:4000");
    let moved = Format { remote, signalled_from: address(NAT).ip(), ..format(1) };
    stage.handle(Command::Adjust { stream: LegId(1), format: moved });
    speak(&mut stage, address("203.0.113.9:61000"), 500);
    speak(&mut stage, phone(1), 500);
    assert_eq!(target(&mut stage), remote);
    speak(&mut stage, address("198.51.100.7:62000"), 10);
    assert_eq!(target(&mut stage), address("198.51.100.7:62000"));
}

#[test]
fn a_scanner_behind_the_same_nat_that_hits_the_port_now_and_then_is_sent_nothing() {
    let mut stage = behind_nat();
    let nat = address(NAT);
    for count in 0..20 {
        speak(&mut stage, address("198.51.100.7:99"), 4);
        stage.receive(1, nat, &Said::first().next(count).packet());
    }
    assert_eq!(target(&mut stage), phone(1));
    speak(&mut stage, nat, 5);
    assert_eq!(target(&mut stage), nat);
}

#[test]
fn a_peer_that_speaks_from_where_it_said_is_believed_once_the_learned_place_is_silent() {
    let mut stage = behind_nat();
    let nat = address(NAT);
    speak(&mut stage, nat, 5);
    for _ in 0..100 {
        speak(&mut stage, phone(1), 1);
        assert_eq!(target(&mut stage), nat, "packets of a forger take nobody's sound away");
        go_on(&mut stage, nat, 1);
    }
    stage.now += SILENT;
    speak(&mut stage, phone(1), 4);
    assert_eq!(target(&mut stage), nat);
    speak(&mut stage, phone(1), 1);
    assert_eq!(target(&mut stage), phone(1));
}

#[test]
fn a_phone_of_an_earlier_call_at_the_same_address_gives_way_to_the_one_that_signalled() {
    let mut stage = Stage::with([1]);
    let earlier = address("192.0.2.1:61000");
    speak(&mut stage, earlier, 50);
    assert_eq!(target(&mut stage), earlier);
    for count in 1..5 {
        speak(&mut stage, phone(1), 1);
        speak(&mut stage, earlier, 1);
        assert_eq!(target(&mut stage), earlier, "after {count}");
    }
    speak(&mut stage, phone(1), 1);
    speak(&mut stage, earlier, 50);
    assert_eq!(target(&mut stage), phone(1));
}

/// As long as a place must have been silent.
const SILENT: Duration = Duration::from_millis(500);

/// `count` packets from one place, that go on where those of [`speak`] were, or of what went on there.
fn go_on(stage: &mut Stage, from: SocketAddr, count: u16) {
    let heard = u16::try_from(stage.streams.counts().packets_received).unwrap();
    for n in 0..count {
        stage.receive(1, from, &Said::first().next(heard + 4 + n).packet());
    }
}

#[test]
fn a_peer_whose_nat_forgets_it_is_heard_from_its_new_port() {
    for known in [address(NAT), phone(1)] {
        let mut stage = behind_nat();
        speak(&mut stage, known, 5);
        let moved = SocketAddr::new(known.ip(), 62_000);
        stage.now += SILENT;
        go_on(&mut stage, moved, 4);
        assert_eq!(target(&mut stage), known);
        go_on(&mut stage, moved, 5);
        assert_eq!(target(&mut stage), moved);
        stage.handle(Command::Close { stream: LegId(1) });
        assert_eq!(stage.streams.counts().peers_moved, 1);
    }
}

#[test]
fn a_peer_that_speaks_is_not_moved_by_whoever_copies_its_packets() {
    let mut stage = behind_nat();
    let nat = address(NAT);
    speak(&mut stage, nat, 5);
    for _ in 0..50 {
        stage.now += Duration::from_millis(20);
        go_on(&mut stage, nat, 1);
        go_on(&mut stage, address("198.51.100.7:99"), 1);
    }
    stage.now += SILENT - Duration::from_millis(1);
    go_on(&mut stage, address("198.51.100.7:99"), 50);
    assert_eq!(target(&mut stage), nat);
}

#[test]
fn neither_who_does_not_know_the_stream_nor_who_is_in_another_network_is_the_moved_peer() {
    let mut stage = behind_nat();
    let nat = address(NAT);
    speak(&mut stage, nat, 5);
    stage.now += SILENT;
    for count in 0..100 {
        let mut other = Said::first().next(10 + count);
        other.header.ssrc = 78;
        let behind = Said::first().next(count % 5);
        let far = Said::first().next(4_000 + count);
        for said in [other, behind, far] {
            stage.receive(1, address("198.51.100.7:99"), &said.packet());
        }
        go_on(&mut stage, address("203.0.113.9:61000"), 1);
    }
    assert_eq!(target(&mut stage), nat);
    assert_eq!(stage.streams.counts().packets_received, 1);
}

#[test]
fn the_peer_itself_breaks_off_the_row_of_another() {
    let mut stage = behind_nat();
    let (nat, other) = (address(NAT), address("198.51.100.7:99"));
    speak(&mut stage, nat, 5);
    for _ in 0..10 {
        stage.now += SILENT;
        go_on(&mut stage, other, 4);
        go_on(&mut stage, nat, 1);
    }
    assert_eq!(target(&mut stage), nat);
}

#[test]
fn a_new_address_may_be_learned_anew_and_the_same_one_not() {
    let mut stage = behind_nat();
    let nat = address(NAT);
    let same = Format { signalled_from: nat.ip(), ..format(1) };
    speak(&mut stage, phone(1), 1);
    stage.handle(Command::Adjust { stream: LegId(1), format: same.clone() });
    speak(&mut stage, nat, 10);
    assert_eq!(target(&mut stage), phone(1));
    let moved = Format { remote: address("192.0.2.77:4000"), ..same };
    stage.handle(Command::Adjust { stream: LegId(1), format: moved.clone() });
    assert_eq!(target(&mut stage), moved.remote);
    speak(&mut stage, nat, 10);
    assert_eq!(target(&mut stage), nat);
}

#[test]
fn octets_that_are_no_sound_teach_no_address() {
    let mut stage = Stage::with([1]);
    let stranger = address("192.0.2.1:99");
    for _ in 0..20 {
        stage.receive(1, stranger, b"OPTIONS sip:x SIP/2.0");
        stage.receive(1, stranger, &[]);
        let mut other_type = Said::first();
        other_type.header.payload_type = 97;
        stage.receive(1, stranger, &other_type.packet());
        let mut control = Said::first();
        control.header.payload_type = 200 & 0x7f;
        stage.receive(1, stranger, &control.packet());
    }
    assert_eq!(target(&mut stage), phone(1));
    assert_eq!(stage.events().len(), 1, "only the play was told");
    assert_eq!(stage.streams.counts().packets_unusable, 60);
}

#[test]
fn an_address_of_ipv4_in_the_dress_of_ipv6_is_the_same() {
    let mut stage = Stage::with([1]);
    stage.receive(1, address("[::ffff:192.0.2.1]:4000"), &Said::first().packet());
    assert_eq!(stage.streams.counts().packets_received, 1);
}

#[test]
fn packets_to_a_port_that_is_lent_to_nobody_are_counted() {
    let mut stage = Stage::with([1]);
    stage.hear(2, &Said::first());
    stage.handle(Command::Close { stream: LegId(1) });
    stage.hear(1, &Said::first());
    assert_eq!(stage.streams.counts().packets_unlent, 2);
}

#[test]
fn a_peer_is_told_heard_at_its_first_packet_only() {
    let mut stage = Stage::with([1]);
    speak(&mut stage, phone(1), 3);
    assert_eq!(stage.events(), [Event::Heard { stream: LegId(1) }]);
}

#[test]
fn a_stream_that_closes_says_what_it_did() {
    let mut stage = Stage::with([1]);
    stage.play(1, 1, &[HELLO], Then::Stop);
    stage.run(Duration::from_millis(100));
    for count in [0, 1, 4, 4] {
        stage.hear(1, &Said::first().next(count));
    }
    speak(&mut stage, address("203.0.113.9:99"), 2);
    stage.events();
    stage.handle(Command::Close { stream: LegId(1) });
    let report = StreamReport {
        packets_sent: 3,
        packets_received: 3,
        packets_foreign: 2,
        packets_unusable: 1,
        packets_unproved: 0,
        packets_lost: 2,
        packets_expected: 5,
        packets_withheld: 0,
        jitter: Some(Duration::from_micros(3_000)),
        jitter_max: Some(Duration::from_micros(4_875)),
        round_trip: None,
        told: None,
        mos_hundredths: Some(179),
        control_sent: 1,
        control_received: 0,
        control_dropped: 0,
    };
    let port = Port { worker: 0, number: 40_002 };
    assert_eq!(stage.events(), [Event::Closed { stream: LegId(1), port, report }]);
}
