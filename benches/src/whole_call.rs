//! `wire.call`: what a call takes of the program in processor time, from INVITE to BYE, that hears a recording of five seconds in between;
//! over real sockets, with sipp's callers, and with all that is written down of it.
//!
//! The limit is a bare loop that sends as many packets as such a call hears, and no more.

use crate::busy::{busy, busy_of_process};
use crate::ears::Ears;
use crate::figure::Figure;
use crate::served::Server;
use crate::sipp_calls::{Paced, Sipp};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

/// Calls a second, at which the best of the peers that we measured took 8.9 ms for each; and how many in all.
const PACE: u32 = 100;
const CALLS: u32 = 2_000;
/// What a call hears.
const PROMPT: Duration = Duration::from_secs(5);
const PACKETS: u32 = 250;
const SAMPLE_RATE_HZ: u32 = 8_000;
/// RTP header and 20 ms of G.711.
const PACKET_LEN: usize = 172;
/// A server that has just begun reads its recordings.
const SETTLE: Duration = Duration::from_secs(3);
/// Ears have made a round by then.
const HEARD: Duration = Duration::from_millis(100);

const CALLERS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const NUMBER: &str = "9000";

pub(crate) fn run() -> Vec<Figure> {
    let limit = sent(PACKETS * CALLS).as_secs_f64() * 1_000.0 / f64::from(CALLS);
    let recording = ("prompts/sv/five.wav", tone(PROMPT));
    let server = Server::start_with(&dialplan(), &[recording], "");
    let ears = Ears::open(CALLERS, 1);
    thread::sleep(SETTLE);
    let before = busy_of_process(server.process());
    let calls = Sipp::prompted(Paced {
        server: server.sip,
        number: NUMBER,
        from: CALLERS,
        sound_port: *ears.ports().first().expect("there is one"),
        pace: PACE,
        calls: CALLS,
    });
    let well = calls.all_were_well();
    let spent = busy_of_process(server.process()) - before;
    // Ears make their rounds: what came last may not have been heard yet.
    thread::sleep(HEARD);
    assert!(well, "sipp says that calls have failed");
    let of_a_call = spent.as_secs_f64() * 1_000.0 / f64::from(CALLS);
    let wanted = f64::from(PACKETS * CALLS);
    let heard = f64::from(u32::try_from(ears.take().len()).unwrap_or(u32::MAX));
    vec![
        Figure::beside("wire.call", of_a_call, "cpu-ms", limit),
        Figure::beside("wire.call.missing", wanted - heard, "packets", wanted),
    ]
}

/// What it takes to send so many packets.
fn sent(packets: u32) -> Duration {
    let hears = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    let says = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    let to: SocketAddr = hears.local_addr().expect("it is bound");
    let before = busy();
    for _ in 0..packets {
        // Nobody reads them: what finds no room is gone, as in any network.
        let _ = says.send_to(&[0xd5; PACKET_LEN], to);
    }
    busy() - before
}

/// A recording, as a WAV file.
fn tone(length: Duration) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).expect("memory takes it");
    for sample in 0..u64::from(SAMPLE_RATE_HZ) * length.as_secs() {
        let loud = if sample % 20 < 10 { 4_000_i16 } else { -4_000 };
        writer.write_sample(loud).expect("memory takes it");
    }
    writer.finalize().expect("memory takes it");
    file.into_inner()
}

fn dialplan() -> String {
    format!(
        "language = \"sv\"\nstrangers = \"welcome\"\n[number.{NUMBER}]\ngoto = \"say.five\"\n\
         [say.five]\nprompts = [\"five\"]\ngoto = \"hangup\"\n"
    )
}
