//! The ring with real sockets, on loopback.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};
use uring::{Bell, Limits, Prepared, Ring};

/// Long enough for the busiest machine; nothing waits this long unless the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

const LIMITS: Limits =
    Limits { received_max: 64, sent_max: 16, packet_max: 200, gather: Duration::ZERO };

/// A ring over new sockets, their addresses, and the bell.
fn ring(sockets: usize, limits: Limits) -> (Ring, Vec<SocketAddr>, Bell) {
    let sockets: Vec<UdpSocket> =
        (0..sockets).map(|_| socket(Ipv4Addr::LOCALHOST.into())).collect();
    let addresses = sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
    let (prepared, bell) = Prepared::new(limits).unwrap();
    (prepared.open(sockets).unwrap(), addresses, bell)
}

/// As the ring is given them: nobody waits at one.
fn socket(ip: IpAddr) -> UdpSocket {
    let socket = UdpSocket::bind((ip, 0)).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

/// Somebody at the other end.
fn peer(ip: IpAddr) -> UdpSocket {
    let socket = UdpSocket::bind((ip, 0)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn here() -> UdpSocket {
    peer(Ipv4Addr::LOCALHOST.into())
}

/// Takes so many packets: where each came to, from whom, and what it was.
fn take(ring: &mut Ring, count: usize) -> Vec<(usize, SocketAddr, Vec<u8>)> {
    let (begun, mut taken) = (Instant::now(), Vec::new());
    let mut octets = [0; 300];
    while taken.len() < count {
        assert!(begun.elapsed() < PATIENCE, "{} of {count} came", taken.len());
        ring.wait(Duration::from_millis(100)).unwrap();
        while let Some(came) = ring.next(&mut octets) {
            taken.push((came.place, came.from, octets.get(..came.len).unwrap().to_vec()));
        }
    }
    taken
}

#[test]
fn what_comes_to_many_sockets_comes_with_its_place_and_its_sender() {
    let (mut ring, addresses, _bell) = ring(300, LIMITS);
    let phone = here();
    for (place, address) in addresses.iter().enumerate() {
        for n in 0..3_u8 {
            let packet = [place.to_be_bytes().as_slice(), &[n]].concat();
            phone.send_to(&packet, address).unwrap();
        }
        // A receiver that is never looked at holds so much and no more.
        if place % 50 == 49 {
            for (place, from, packet) in take(&mut ring, 150) {
                assert_eq!(from, phone.local_addr().unwrap());
                assert_eq!(packet[..8], place.to_be_bytes());
            }
        }
    }
}

#[test]
fn more_than_there_are_buffers_comes_all_the_same_and_each_socket_keeps_its_order() {
    let limits = Limits { received_max: 4, ..LIMITS };
    let (mut ring, addresses, _bell) = ring(10, limits);
    let phone = here();
    for n in 0..40_u8 {
        for address in &addresses {
            phone.send_to(&[n], address).unwrap();
        }
    }
    let mut by_place: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (place, _, packet) in take(&mut ring, 400) {
        by_place.entry(place).or_default().push(packet[0]);
    }
    assert_eq!(by_place.len(), 10);
    for packets in by_place.values() {
        assert_eq!(*packets, (0..40).collect::<Vec<u8>>());
    }
}

#[test]
fn what_is_sent_leaves_in_order_however_much_it_is() {
    let (mut ring, addresses, _bell) = ring(2, LIMITS);
    let phone = here();
    for n in 0..100_u8 {
        ring.send(1, phone.local_addr().unwrap(), &[n; 180]);
    }
    ring.wait(Duration::ZERO).unwrap();
    for n in 0..100_u8 {
        let mut octets = [0; 300];
        let (len, from) = phone.recv_from(&mut octets).unwrap();
        assert_eq!((len, from, octets[0], octets[179]), (180, addresses[1], n, n));
    }
    assert_eq!(ring.sends_failed(), 0);
}

#[test]
fn what_can_not_leave_is_counted() {
    let (mut ring, addresses, _bell) = ring(1, LIMITS);
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    ring.send(0, nowhere, &[1]);
    ring.send(0, nowhere, &[2]);
    let (too_long, no_socket) = ([3; 201], 7);
    ring.send(0, addresses[0], &too_long);
    ring.send(no_socket, addresses[0], &[4]);
    ring.send(0, addresses[0], &[5]);
    assert_eq!(take(&mut ring, 1), [(0, addresses[0], vec![5])]);
    assert_eq!(ring.sends_failed(), 4);
}

#[test]
fn a_packet_that_is_too_long_is_cut_off_and_one_of_nothing_is_one() {
    let (mut ring, addresses, _bell) = ring(1, LIMITS);
    let phone = here();
    phone.send_to(&[7; 1_000], addresses[0]).unwrap();
    phone.send_to(&[], addresses[0]).unwrap();
    let lens: Vec<usize> = take(&mut ring, 2).iter().map(|(_, _, packet)| packet.len()).collect();
    assert_eq!(lens, [200, 0]);
    // Nor is more copied than there is room for.
    phone.send_to(&[7; 100], addresses[0]).unwrap();
    ring.wait(PATIENCE).unwrap();
    assert_eq!(ring.next(&mut [0; 10]).unwrap().len, 10);
}

#[test]
fn ipv6_is_spoken_too() {
    let socket = socket(Ipv6Addr::LOCALHOST.into());
    let address = socket.local_addr().unwrap();
    let (prepared, _bell) = Prepared::new(LIMITS).unwrap();
    let mut ring = prepared.open(vec![socket]).unwrap();
    let phone = peer(Ipv6Addr::LOCALHOST.into());
    ring.send(0, phone.local_addr().unwrap(), b"to");
    ring.wait(Duration::ZERO).unwrap();
    let mut octets = [0; 2];
    assert_eq!(phone.recv_from(&mut octets).unwrap(), (2, address));
    phone.send_to(b"from", address).unwrap();
    assert_eq!(take(&mut ring, 1), [(0, phone.local_addr().unwrap(), b"from".to_vec())]);
}

#[test]
fn a_bell_wakes_whoever_waits_and_is_not_lost_before_somebody_does() {
    let (prepared, bell) = Prepared::new(LIMITS).unwrap();
    let sockets = vec![socket(Ipv4Addr::LOCALHOST.into())];
    bell.ring().unwrap();
    let begun = Instant::now();
    let waited = thread::spawn(move || {
        let mut ring = prepared.open(sockets).unwrap();
        ring.wait(PATIENCE).unwrap();
        assert_eq!(ring.next(&mut []), None);
        ring.wait(PATIENCE).unwrap();
        assert_eq!(ring.next(&mut []), None);
        // Nobody rings any more: it does not go on by itself.
        let begun = Instant::now();
        ring.wait(Duration::from_millis(50)).unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(50));
    });
    thread::sleep(Duration::from_millis(100));
    bell.ring().unwrap();
    waited.join().unwrap();
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn what_came_before_is_thrown_away_wherever_it_waits() {
    let (mut ring, addresses, _bell) = ring(2, LIMITS);
    let phone = here();
    let say = |place: usize, what: u8| {
        phone.send_to(&[what], addresses[place]).unwrap();
    };
    for _ in 0..40 {
        say(0, 1);
    }
    say(1, 2);
    // Some of it has come to the ring by then, and the rest is in the sockets.
    ring.wait(PATIENCE).unwrap();
    for _ in 0..10 {
        say(0, 3);
    }
    ring.throw_away(0);
    say(0, 4);
    let mut taken: Vec<(usize, u8)> =
        take(&mut ring, 2).into_iter().map(|(place, _, packet)| (place, packet[0])).collect();
    taken.sort_unstable();
    assert_eq!(taken, [(0, 4), (1, 2)]);
}

#[test]
fn what_has_come_waits_for_more_for_no_longer_than_it_may() {
    // So long that nobody would wait for it.
    let (mut ring, addresses, _bell) = ring(1, Limits { gather: PATIENCE, ..LIMITS });
    let phone = here();
    for n in 0..40 {
        phone.send_to(&[n], addresses[0]).unwrap();
    }
    assert_eq!(take(&mut ring, 40).len(), 40);
    let gather = Duration::from_millis(30);
    let (mut ring, addresses, _bell) = self::ring(1, Limits { gather, ..LIMITS });
    phone.send_to(&[1], addresses[0]).unwrap();
    ring.wait(PATIENCE).unwrap();
    assert_eq!(ring.next(&mut [0]).unwrap().place, 0);
}

#[test]
fn packets_that_come_and_go_take_no_memory() {
    let (mut ring, addresses, _bell) = ring(8, Limits { received_max: 4, ..LIMITS });
    let phone = here();
    let (mut octets, mut came) = ([0; 300], 0);
    let mut pass_on = |rounds: u32| {
        for _ in 0..rounds {
            for address in &addresses {
                phone.send_to(&[1; 172], address).unwrap();
            }
            ring.wait(PATIENCE).unwrap();
            while let Some(it) = ring.next(&mut octets) {
                came += 1;
                ring.send(it.place, it.from, &octets[..it.len]);
            }
        }
    };
    pass_on(1);
    let taken = allocation_counter::measure(|| pass_on(100));
    assert_eq!(taken.count_total, 0);
    assert!(came > 400, "{came}");
}

#[test]
fn a_ring_that_has_ended_has_let_go_of_its_ports() {
    let (mut ring, addresses, _bell) = ring(500, LIMITS);
    let phone = here();
    for address in &addresses {
        phone.send_to(&[1], address).unwrap();
    }
    ring.wait(PATIENCE).unwrap();
    drop(ring);
    // Whoever else binds any port meanwhile may be given one of these; a ring that keeps them keeps all.
    let taken = addresses.iter().filter(|address| UdpSocket::bind(address).is_err()).count();
    assert!(taken < addresses.len() / 10, "{taken} ports are not free at once");
}

#[test]
fn a_kernel_that_gives_no_ring_is_told_of_with_what_it_takes() {
    let refused = Prepared::new(Limits { sent_max: 0, ..LIMITS }).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("Invalid argument") && said.contains("Linux 6.1"), "{said}");
}
