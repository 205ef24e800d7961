//! How long a datagram takes between two threads of this process: what no answer over a socket can be quicker than.

use crate::served::milliseconds;
use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

/// Datagrams there and back, with a pause between two so that they are no load of their own.
pub(crate) fn round_trips(length: Duration) -> Vec<f64> {
    let echo = UdpSocket::bind("127.0.0.1:0").expect("loopback has a port");
    let address = echo.local_addr().expect("a bound socket has an address");
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a port");
    let timeout = Some(Duration::from_secs(1));
    echo.set_read_timeout(timeout).expect("a time-out can be set");
    socket.set_read_timeout(timeout).expect("a time-out can be set");
    let over = Instant::now() + length;
    let answering = thread::spawn(move || {
        let mut bytes = [0; 1_500];
        while Instant::now() < over {
            if let Ok((length, from)) = echo.recv_from(&mut bytes) {
                let _ = echo.send_to(bytes.get(..length).unwrap_or(&[]), from);
            }
        }
    });
    let mut trips = Vec::new();
    let mut bytes = [0; 1_500];
    while Instant::now() < over {
        let sent = Instant::now();
        if socket.send_to(&[0; 800], address).is_ok() && socket.recv_from(&mut bytes).is_ok() {
            trips.push(milliseconds(sent.elapsed()));
        }
        thread::sleep(Duration::from_millis(5));
    }
    answering.join().expect("the echo ends");
    trips
}
