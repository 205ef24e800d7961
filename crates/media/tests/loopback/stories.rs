//! What a plane does, told of each way in which it may wait at its sockets.

use super::IO;
use crate::*;

fn config() -> Config {
    Config { io: IO, ..crate::config() }
}

#[test]
fn every_packet_of_a_prompt_and_its_music_comes_in_order() {
    let mut house = House::open(&config());
    let phone = Phone::new();
    house.stream(0, &phone, pcma());
    house.play(0, &[HELLO], Then::Music(TUNE));
    let (first, _) = phone.hear();
    assert!(first.marker);
    for n in 1..20_u8 {
        let (header, payload) = phone.hear();
        assert!(!header.marker);
        assert_eq!(header.ssrc, first.ssrc);
        assert_eq!(header.sequence, first.sequence.wrapping_add(u16::from(n)));
        let expected = if n < 10 { filling(0, n) } else { filling(1, (n - 10) % 4) };
        assert_eq!(payload, [expected; FRAME_LEN]);
    }
    let played = Event::Played { stream: LegId(0), play: PlayId(1) };
    assert_eq!(house.wait_for(|event| matches!(event, Event::Played { .. })), played);
    house.plane.stop().finish(Duration::ZERO).expect("nothing is recorded");
}

#[test]
fn music_goes_on_over_a_change_of_the_store_and_what_is_new_can_be_played() {
    let mut house = House::open(&config());
    let phone = Phone::new();
    house.stream(0, &phone, pcma());
    house.play(0, &[], Then::Music(TUNE));
    let (first, _) = phone.hear();
    let word = |fill: u8| Clip::encode("word", &Pcm::new(vec![g711::alaw_decode(fill); FRAME_LEN]));
    let with = |clips: &[Clip]| {
        let before = [HELLO, TUNE].map(|id| store().clip(id).expect("it is there").clone());
        Arc::new(Store::new(before.into_iter().chain(clips.iter().cloned()).collect()))
    };
    house.plane.restock(&with(&[word(filling(2, 0))])).expect("the ring has room");
    house.play(0, &[ClipId(2)], Then::Music(TUNE));
    let mut heard = Vec::new();
    for n in 1..40_u16 {
        let (header, payload) = phone.hear();
        assert_eq!(header.sequence, first.sequence.wrapping_add(n));
        heard.push(*payload.first().expect("a packet has sound"));
    }
    assert!(heard.contains(&filling(2, 0)), "{heard:?}");
    assert!(heard.iter().filter(|byte| **byte == filling(1, 3)).count() > 5, "{heard:?}");
    house.plane.stop().finish(Duration::ZERO).expect("nothing is recorded");
}

#[test]
fn two_phones_hear_each_other_in_their_own_laws() {
    let mut house = House::open(&config());
    let (a, b) = (Phone::new(), Phone::new());
    let to_a = house.stream(0, &a, pcma());
    let to_b = house.stream(1, &b, pcmu());
    house.play(0, &[], Then::Music(TUNE));
    a.hear();
    house.send(Command::Bridge { a: LegId(0), b: LegId(1) });
    // Only a bridge that is there already passes anything on, so speak until it does.
    let heard = (0..1_000).find_map(|n| {
        a.say(to_a, n, 8, &[0x93; FRAME_LEN]);
        b.0.set_read_timeout(Some(Duration::from_millis(20))).expect("a timeout can be set");
        let mut octets = [0; 2_000];
        b.0.recv(&mut octets).ok().map(|len| octets[12..len].to_vec())
    });
    assert_eq!(heard, Some(vec![g711::alaw_to_ulaw(0x93); FRAME_LEN]));
    b.say(to_b, 0, 0, &[0x85; FRAME_LEN]);
    let said = loop {
        let (_, payload) = a.hear();
        if payload[0] & 0xf0 != 0x90 {
            break payload;
        }
    };
    assert_eq!(said, [g711::ulaw_to_alaw(0x85); FRAME_LEN]);
}

#[test]
fn a_key_is_told_once() {
    let mut house = House::open(&config());
    let phone = Phone::new();
    let to = house.stream(0, &phone, pcma());
    house.play(0, &[], Then::Music(TUNE));
    phone.hear();
    let key = TelephoneEvent { event: 7, end: true, volume: 0, duration: 800 }.encode();
    for _ in 0..3 {
        phone.say(to, 1, 101, &key);
    }
    phone.say(
        to,
        9,
        101,
        &TelephoneEvent { event: 8, ..TelephoneEvent::parse(&key).unwrap() }.encode(),
    );
    let is_digit = |event: &Event| matches!(event, Event::Digit { .. });
    for key in ['7', '8'] {
        let digit = Digit::from_char(key).expect("a key");
        assert_eq!(house.wait_for(is_digit), Event::Digit { stream: LegId(0), digit });
    }
}

#[test]
fn a_phone_that_says_nothing_is_told_silent() {
    let mut house = House::open(&Config { silence_max: Duration::from_millis(200), ..config() });
    let phone = Phone::new();
    house.stream(0, &phone, pcma());
    assert_eq!(house.wait_for(|_| true), Event::Silent { stream: LegId(0) });
}

#[test]
fn a_port_that_is_lent_again_has_forgotten_its_last_peer() {
    let mut house = House::open(&config());
    let (old, new) = (Phone::new(), Phone::new());
    let to = house.stream(0, &old, pcma());
    house.send(Command::Close { stream: LegId(0) });
    house.wait_for(|event| matches!(event, Event::Closed { .. }));
    for n in 0..100 {
        old.say(to, n, 8, &[0xd5; FRAME_LEN]);
    }
    let port = house.ports[0];
    let format = Format { remote: new.address(), ..pcma() };
    house.send(Command::Open { stream: LegId(5), port, address: HERE, format });
    house.play(5, &[HELLO], Then::Stop);
    for n in 0..10 {
        assert_eq!(new.hear().1, [filling(0, n); FRAME_LEN]);
    }
    new.say(to, 0, 8, &[0xd5; FRAME_LEN]);
    house.wait_for(|event| *event == Event::Heard { stream: LegId(5) });
    house.send(Command::Close { stream: LegId(5) });
    let closed = house.wait_for(|event| matches!(event, Event::Closed { .. }));
    let Event::Closed { report, .. } = closed else { unreachable!("waited for it") };
    assert_eq!((report.packets_sent, report.packets_received), (10, 1));
}

#[test]
fn an_event_that_is_given_back_is_told_later() {
    let open = Arc::new(AtomicBool::new(false));
    let (sender, events) = mpsc::channel();
    let (refused, refusals) = mpsc::channel();
    let is_open = Arc::clone(&open);
    let tell: Tell = Arc::new(move |event| {
        if is_open.load(Ordering::Acquire) {
            return sender.send(event).map_err(|mpsc::SendError(event)| event);
        }
        refused.send(event).map_err(|mpsc::SendError(event)| event)?;
        Err(event)
    });
    let (mut plane, ports) = Plane::start(&config(), &store(), &tell).expect("ports are free");
    for leg in 0..3 {
        let port = ports[usize::try_from(leg).expect("small")];
        let stream = LegId(leg);
        let (address, format) = (HERE, pcma());
        plane.send(0, Command::Open { stream, port, address, format }).expect("room");
        plane.send(0, Command::Close { stream }).expect("room");
    }
    refusals.recv_timeout(PATIENCE).expect("it is offered");
    open.store(true, Ordering::Release);
    for leg in 0..3 {
        let event = events.recv_timeout(PATIENCE).expect("it is told after all");
        assert!(matches!(event, Event::Closed { stream, .. } if stream == LegId(leg)), "{event:?}");
    }
}

#[test]
fn ports_that_others_hold_are_stepped_over() {
    let ports = some_ports();
    let taken = *ports.start() + 2;
    let _other = UdpSocket::bind((Ipv4Addr::LOCALHOST, taken)).expect("the port is free");
    let house = House::open(&Config { ports: ports.clone(), workers: 2, ..config() });
    let numbers: Vec<u16> = house.ports.iter().map(|port| port.number).collect();
    assert!(numbers.iter().all(|number| number % 2 == 0 && *number != taken));
    assert_eq!(numbers.len(), 19);
    let of_first = house.ports.iter().filter(|port| port.worker == 0).count();
    assert_eq!(of_first, 10);
}

#[test]
fn a_pair_of_which_one_is_taken_is_stepped_over_and_the_last_port_alone_is_no_pair() {
    let ports = some_ports();
    let (first, last) = (*ports.start(), *ports.end());
    let _other = UdpSocket::bind((Ipv4Addr::LOCALHOST, first + 3)).expect("the port is free");
    let house = House::open(&Config { ports: first..=last - 1, ..config() });
    let numbers: Vec<u16> = house.ports.iter().map(|port| port.number).collect();
    let pairs = (first..last - 2).step_by(2).filter(|number| *number != first + 2);
    assert_eq!(numbers, pairs.collect::<Vec<_>>());
}

#[test]
fn reports_come_and_go_at_the_port_behind() {
    let mut house = House::open(&config());
    let (phone, control) = (Phone::new(), Phone::new());
    let format = Format { control: ControlPath::At(control.address()), ..pcma() };
    let to = house.stream(0, &phone, format);
    house.play(0, &[HELLO], Then::Music(TUNE));
    phone.hear();
    let behind = SocketAddr::new(to.ip(), to.port() + 1);
    let name = [b'x'; rtp::rtcp::NAME_LEN];
    let presence = rtp::rtcp::Presence::Stays;
    let report = rtp::rtcp::Report { ssrc: 9, sent: None, heard: None, name, presence };
    let mut room = [0; rtp::rtcp::REPORT_LEN_MAX];
    let len = report.write(&mut room);
    control.0.send_to(&room[..len], behind).expect("loopback takes it");
    // Between one thing that it is asked and the next a worker takes what has come at its sockets.
    house.until_obeyed();
    house.until_obeyed();
    house.send(Command::Close { stream: LegId(0) });
    let closed = house.wait_for(|event| matches!(event, Event::Closed { .. }));
    let Event::Closed { report, .. } = closed else { unreachable!("it is what was waited for") };
    assert_eq!((report.control_received, report.control_dropped), (1, 0));
    let farewell = std::iter::repeat_with(|| control.take()).find(|(datagram, from)| {
        assert_eq!(*from, behind);
        let packets = rtp::rtcp::read(datagram).expect("a report");
        packets.last() == Some(rtp::rtcp::Packet::Farewell)
    });
    assert!(farewell.is_some());
}

#[test]
fn a_range_without_a_free_port_is_refused() {
    let ports = some_ports();
    let first = *ports.start();
    let _other = UdpSocket::bind((Ipv4Addr::LOCALHOST, first)).expect("the port is free");
    let config = Config { ports: first..=first + 1, ..config() };
    let tell: Tell = Arc::new(Err);
    let refused = Plane::start(&config, &store(), &tell).map(|_| ());
    assert!(matches!(refused, Err(StartError::NoPort { .. })), "{refused:?}");
}

#[test]
fn a_command_to_a_worker_that_is_not_there_comes_back() {
    let mut house = House::open(&config());
    let command = Command::Quiet { stream: LegId(1) };
    let refused = house.plane.send(7, command.clone()).expect_err("there is one worker");
    assert_eq!((refused.worker, refused.command), (7, command));
}

/// Another network of ours, and one of IPv6.
fn elsewhere() -> [IpAddr; 2] {
    [Ipv4Addr::new(127, 0, 0, 2).into(), Ipv6Addr::LOCALHOST.into()]
}

#[test]
fn phones_in_two_networks_hear_each_other_each_from_the_address_it_knows() {
    for other in elsewhere() {
        let mut house = House::open(&Config { bind: vec![HERE, other], ..config() });
        assert_eq!(house.ports.len(), 20, "as many as with one address");
        let (here, there) = (Phone::new(), Phone::at(other));
        let to_here = house.stream(0, &here, pcma());
        let to_there = house.stream(1, &there, pcmu());
        assert_eq!(to_there.ip(), other);
        house.send(Command::Bridge { a: LegId(0), b: LegId(1) });
        // A socket that is connected hears nobody but the address that it says.
        for (phone, at) in [(&here, to_here), (&there, to_there)] {
            phone.0.connect(at).expect("an address of the same family");
        }
        house.until_obeyed();
        here.say_there(0, 8, &[0xd5; FRAME_LEN]);
        assert_eq!(there.hear().1, [g711::alaw_to_ulaw(0xd5); FRAME_LEN]);
        there.say_there(0, 0, &[0x80; FRAME_LEN]);
        assert_eq!(here.hear().1, [g711::ulaw_to_alaw(0x80); FRAME_LEN]);
    }
}

#[test]
fn one_port_has_two_lives_at_two_addresses() {
    let [_, other] = elsewhere();
    let mut house = House::open(&Config { bind: vec![HERE, other], ..config() });
    let (here, there) = (Phone::new(), Phone::at(other));
    house.stream(0, &here, pcma());
    let port = house.ports[0];
    let format = Format { remote: there.address(), signalled_from: other, ..pcma() };
    house.send(Command::Open { stream: LegId(9), port, address: other, format });
    house.play(9, &[HELLO], Then::Stop);
    assert_eq!(there.hear().1, [filling(0, 0); FRAME_LEN]);
    house.send(Command::Close { stream: LegId(0) });
    house.play(9, &[HELLO], Then::Music(TUNE));
    for _ in 0..12 {
        there.hear();
    }
}

#[test]
fn a_port_that_is_taken_at_one_address_is_none() {
    for other in elsewhere() {
        let ports = some_ports();
        let taken = *ports.start() + 4;
        let _other = UdpSocket::bind((other, taken)).expect("the port is free");
        let house = House::open(&Config { ports, bind: vec![HERE, other], ..config() });
        assert!(house.ports.iter().all(|port| port.number != taken));
        assert_eq!(house.ports.len(), 19);
        // Nor is it kept at the address where it was free.
        UdpSocket::bind((HERE, taken)).expect("the port is free again");
    }
}
