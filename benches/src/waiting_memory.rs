//! `wire.waiting.memory`: what a caller who waits with music takes of the program in memory, over real sockets: signalling, sound,
//! place in line, and what is remembered of the call.
//!
//! It is what the process grows by from one number of callers to a larger one, so that what it takes anyway is not in it. The limit is
//! the most that we want.

use crate::figure::Figure;
use crate::memory::resident_bytes_of;
use crate::served::Server;
use crate::sipp_calls::Sipp;
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::Duration;

/// Those who wait already, and those who come.
const BEFORE: usize = 200;
const MORE: usize = 2_000;
/// Callers come at fifty a second; and the ledger writes what it has of them.
const BEFORE_ARRIVED: Duration = Duration::from_secs(14);
const MORE_ARRIVED: Duration = Duration::from_secs(50);
/// Bytes of a caller, at most.
const WANTED: f64 = 16_384.0;

const CALLERS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const NUMBER: &str = "9000";

pub(crate) fn run() -> Vec<Figure> {
    // The SIP messages of the latest calls have a room of their own, which is full some time.
    let server = Server::start_with(&dialplan(), &[], "trace_mib = 0");
    // Nobody reads it: music is sent there all the same.
    let unread = UdpSocket::bind((CALLERS, 0)).expect("loopback has free ports");
    let port = unread.local_addr().expect("it is bound").port();
    let calls = |count| Sipp::held(server.sip, CALLERS, &vec![(NUMBER, port); count]);
    let _first = calls(BEFORE);
    thread::sleep(BEFORE_ARRIVED);
    let before = resident_bytes_of(server.process());
    let _more = calls(MORE);
    thread::sleep(MORE_ARRIVED);
    let grown = resident_bytes_of(server.process()) - before;
    let waiting = f64::from(server.waiting());
    let of_a_caller = grown / (waiting - count(BEFORE));
    vec![
        Figure::beside("wire.waiting", waiting, "callers", count(BEFORE + MORE)),
        Figure::beside("wire.waiting.memory", of_a_caller, "bytes", WANTED),
    ]
}

fn dialplan() -> String {
    format!(
        "language = \"sv\"\nstrangers = \"welcome\"\n[number.{NUMBER}]\ngoto = \"queue.waiting\"\n\
         [queue.waiting]\nannounce_place = \"10m\"\nwaiting_max = 10000\n\
         [agent.1001]\nsecret = \"bench-1001\"\nqueues = \"all\"\n"
    )
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
