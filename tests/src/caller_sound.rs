//! The sound of a caller whose signalling is somebody else's: the test itself listens and speaks.

use crate::{Sound, wait};
use rtp::{HEADER_LEN, Header, TelephoneEvent, is_rtcp};
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Samples of a packet.
const FRAME: usize = 160;
const FRAME_TIME: Duration = Duration::from_millis(20);
const PCMA: u8 = 8;
/// The payload type that our callers offer for keys.
const KEYS: u8 = 101;
/// Packets of a key: eight while it is down, and the end three times over (RFC 4733 §2.5.1.4).
const KEY_DOWN: u16 = 8;
const KEY_ENDS: u16 = 3;
/// A step in RTP time up to this is a gap, kept as silence.
const GAP_MAX: usize = 80_000;

/// One port that listens and speaks. It speaks once it has heard where to.
#[derive(Debug)]
pub struct CallerSound {
    address: SocketAddr,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    stop: AtomicBool,
    is_cut: AtomicBool,
    /// Of so many packets one gets lost on its way; none where this is zero.
    loses_one_of: AtomicU16,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// A-law as it was heard.
    heard: Vec<u8>,
    /// The source that was heard last, and the RTP time that follows it.
    follows: Option<(u32, u32)>,
    peer: Option<SocketAddr>,
    voice: Vec<u8>,
    spoken: usize,
    keys: VecDeque<u8>,
}

impl CallerSound {
    /// Opens a port, and says nothing but silence.
    #[must_use]
    pub fn open(ip: IpAddr) -> Self {
        let socket = UdpSocket::bind((ip, 0)).expect("loopback has a free port");
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("this time is not zero");
        let address = socket.local_addr().expect("a bound socket has an address");
        let (stop, is_cut) = (AtomicBool::new(false), AtomicBool::new(false));
        let (loses_one_of, state) = (AtomicU16::new(0), Mutex::default());
        let shared = Arc::new(Shared { socket, stop, is_cut, loses_one_of, state });
        let (ear, mouth) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads =
            vec![thread::spawn(move || ear.listen()), thread::spawn(move || mouth.speak())];
        Self { address, shared, threads }
    }

    /// The port that the offer has to name.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Says this from now on, again and again.
    pub fn say(&self, voice: &Sound) {
        let mut state = self.shared.state();
        (state.voice, state.spoken) = (voice.alaw(), 0);
    }

    /// Says nothing any more.
    pub fn hush(&self) {
        self.say(&Sound::default());
    }

    /// Sends nothing any more, not even silence, as a phone whose call is gone.
    pub fn cut(&self) {
        self.shared.is_cut.store(true, Ordering::Relaxed);
    }

    /// From now on one packet of so many gets lost on its way.
    pub fn lose_one_of(&self, count: u16) {
        self.shared.loses_one_of.store(count, Ordering::Relaxed);
    }

    /// Presses a key.
    pub fn press(&self, key: char) {
        let event = "0123456789*#ABCD".find(key).expect("this key is on telephones");
        self.shared.state().keys.push_back(u8::try_from(event).expect("there are sixteen"));
    }

    /// What was heard so far.
    #[must_use]
    pub fn heard(&self) -> Sound {
        // Nobody who speaks or listens waits while it is decoded.
        let heard = self.shared.state().heard.clone();
        Sound::of_alaw(&heard)
    }

    /// Where the sound comes from, once some has come.
    pub fn peer(&self) -> SocketAddr {
        wait::until("a first packet of sound", || self.shared.state().peer)
    }

    /// The sound comes from somewhere else from now on: the signalling has said so.
    pub fn moves(&self) {
        self.shared.state().peer = None;
    }

    /// Waits until `sound` is heard well, at or behind sample `from`, and says where it ends.
    pub fn until_heard(&self, what: &str, sound: &Sound, from: usize) -> usize {
        wait::until_heard(&format!("the caller hears {what}"), sound, from, || self.heard())
    }
}

impl Drop for CallerSound {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self) {
        let mut packet = [0; 2_048];
        while !self.stop.load(Ordering::Relaxed) {
            match self.socket.recv_from(&mut packet) {
                Ok((length, peer)) => self.state().take(&packet[..length], peer),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // What was sent too late to a port that is closed comes back as an error.
                Err(_) => {}
            }
        }
    }

    fn speak(&self) {
        let began = Instant::now();
        let mut header =
            Header { payload_type: PCMA, sequence: 100, timestamp: 0, ssrc: 0x51_99, marker: true };
        for frame in 1.. {
            thread::sleep((began + FRAME_TIME * frame).saturating_duration_since(Instant::now()));
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            if self.is_cut.load(Ordering::Relaxed) {
                continue;
            }
            let mut state = self.state();
            let Some(peer) = state.peer else { continue };
            let key = state.keys.pop_front();
            let sound = state.next_frame();
            drop(state);
            match key {
                Some(key) => self.send_key(peer, &mut header, key),
                None => self.send(peer, &mut header, PCMA, &sound),
            }
            header.timestamp = header.timestamp.wrapping_add(160);
        }
    }

    /// A whole key at once: the packets that would come over a fifth of a second.
    fn send_key(&self, peer: SocketAddr, header: &mut Header, event: u8) {
        for step in 1..=KEY_DOWN + KEY_ENDS {
            let end = step > KEY_DOWN;
            let duration = step.min(KEY_DOWN) * 160;
            let key = TelephoneEvent { event, end, volume: 10, duration };
            header.marker = step == 1;
            self.send(peer, header, KEYS, &key.encode());
        }
        header.timestamp = header.timestamp.wrapping_add(u32::from(KEY_DOWN) * 160);
    }

    fn send(&self, peer: SocketAddr, header: &mut Header, payload_type: u8, payload: &[u8]) {
        header.payload_type = payload_type;
        let mut packet = Vec::with_capacity(HEADER_LEN + payload.len());
        packet.extend(header.encode());
        packet.extend(payload);
        let one_of = self.loses_one_of.load(Ordering::Relaxed);
        if header.sequence.checked_rem(one_of).is_none_or(|place| place != 0) {
            // A peer that has closed its port meanwhile is one that has hung up.
            let _ = self.socket.send_to(&packet, peer);
        }
        header.sequence = header.sequence.wrapping_add(1);
        header.marker = false;
    }
}

impl State {
    fn take(&mut self, packet: &[u8], peer: SocketAddr) {
        let Some((header, payload)) = Header::parse(packet).filter(|_| !is_rtcp(packet)) else {
            return;
        };
        self.peer.get_or_insert(peer);
        if header.payload_type != PCMA || self.peer != Some(peer) {
            return;
        }
        let sound = &packet[payload];
        if let Some((_, expected)) = self.follows.filter(|(ssrc, _)| *ssrc == header.ssrc) {
            let gap =
                usize::try_from(header.timestamp.wrapping_sub(expected)).unwrap_or(usize::MAX);
            if gap <= GAP_MAX {
                let filled = self.heard.len() + gap;
                self.heard.resize(filled, rtp::g711::ALAW_SILENCE);
            }
        }
        self.heard.extend(sound);
        let length = u32::try_from(sound.len()).unwrap_or(0);
        self.follows = Some((header.ssrc, header.timestamp.wrapping_add(length)));
    }

    fn next_frame(&mut self) -> Vec<u8> {
        if self.voice.is_empty() {
            return vec![rtp::g711::ALAW_SILENCE; FRAME];
        }
        // Straight to its place: who walked there from the beginning would fall behind in a voice of minutes.
        let length = self.voice.len();
        let frame = (0..FRAME).map(|at| self.voice[(self.spoken + at) % length]).collect();
        self.spoken = (self.spoken + FRAME) % length;
        frame
    }
}
