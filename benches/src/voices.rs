//! Who speaks in calls that are on: a frame each 20 ms from every mouth, spread over that time, which says when it was said.

use crate::ears::{Said, now_micros};
use crate::seal::seal;
use media_protocol::MasterKey;
use rtc_srtp::context::Context;
use rtp::Header;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const FRAME: Duration = Duration::from_millis(20);
const FRAME_TICKS: u32 = 160;
const PCMA: u8 = 8;

/// A thread that speaks.
pub(crate) struct Voices {
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Voices {
    /// Each mouth speaks to whoever is heard there, from then on; sealed, if there is a key (SRTP).
    pub(crate) fn speak(
        mouths: (Arc<[UdpSocket]>, Arc<[AtomicU16]>),
        key: Option<MasterKey>,
    ) -> Self {
        let ending = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ending);
        let thread = Some(thread::spawn(move || {
            speak(&mouths.0, &mouths.1, (key.as_ref().map(seal), &told));
        }));
        Self { ending, thread }
    }
}

impl Drop for Voices {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn speak(
    mouths: &[UdpSocket],
    peers: &[AtomicU16],
    (mut seal, ending): (Option<Context>, &AtomicBool),
) {
    let began = Instant::now();
    for number in 0.. {
        let due = began + FRAME * number;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if ending.load(Ordering::Relaxed) {
            return;
        }
        // Nobody speaks at the same moment as all others.
        let share = FRAME / u32::try_from(mouths.len().max(1)).unwrap_or(u32::MAX);
        for ((mouth, peer), nth) in mouths.iter().zip(peers).zip(0..) {
            thread::sleep((due + share * nth).saturating_duration_since(Instant::now()));
            let (port, ssrc) = (peer.load(Ordering::Relaxed), 0x5a1d_0000 + nth);
            if port != 0 {
                say(mouth, port, packet(ssrc, number, seal.as_mut()));
            }
        }
    }
}

fn packet(ssrc: u32, number: u32, seal: Option<&mut Context>) -> Vec<u8> {
    let sequence = u16::try_from(number & 0xffff).expect("sixteen bits are left");
    let timestamp = number.wrapping_mul(FRAME_TICKS);
    let header = Header { payload_type: PCMA, sequence, timestamp, ssrc, marker: number == 0 };
    let frame = Said { number, at_micros: now_micros() }.frame();
    let packet = [&header.encode()[..], &frame].concat();
    match seal {
        Some(seal) => seal.encrypt_rtp(&packet).expect("it is a packet").to_vec(),
        None => packet,
    }
}

fn say(mouth: &UdpSocket, port: u16, packet: Vec<u8>) {
    // What cannot be said now is missed at the other end, and counted there.
    let _ = mouth.send_to(&packet, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
}
