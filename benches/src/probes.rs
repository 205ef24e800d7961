//! A few callers who call all the time, one after the other, and hang up when they are answered: how the line is, as one more
//! caller finds it.

use bytes::Bytes;
use sip_msg::{Message, Method, Response, StatusCode};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Between two calls.
const PACE: Duration = Duration::from_millis(25);
/// Between two copies of an INVITE that nothing is heard of (RFC 3261 §17.1.1.1).
const AGAIN: Duration = Duration::from_millis(500);
/// How long answers are waited for in the end.
const LAST: Duration = Duration::from_secs(2);

/// One call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    pub(crate) called_at: Instant,
    /// How it was answered, and how long that took; `None`: not at all.
    pub(crate) answer: Option<(Found, Duration)>,
}

/// How the line is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Open,
    /// 503.
    Refused,
}

/// The callers.
pub(crate) struct Probes {
    ending: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Probe>>,
}

impl Probes {
    /// Call from now on.
    pub(crate) fn begin(server: SocketAddr, number: &'static str, sound_port: u16) -> Self {
        let ending = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ending);
        let line = Line::open(server, number, sound_port);
        Self { ending, thread: thread::spawn(move || line.call_on(&told)) }
    }

    /// Call no more; what they found.
    pub(crate) fn end(self) -> Vec<Probe> {
        self.ending.store(true, Ordering::Relaxed);
        self.thread.join().expect("callers do not fall over")
    }
}

/// What differs from one request of a call to the next.
struct Said<'a> {
    cseq: &'a str,
    /// What tells its transaction from that of the INVITE.
    branch: &'a str,
    to_tag: &'a str,
    /// Headers that only some have, and the body.
    more: &'a str,
}

const NOTHING_MORE: &str = "Content-Length: 0\r\n\r\n";

struct Line {
    server: SocketAddr,
    number: &'static str,
    sound_port: u16,
    socket: UdpSocket,
    own: SocketAddr,
    probes: Vec<Probe>,
    /// When those that nothing has been heard of call again.
    unheard: BTreeMap<usize, Instant>,
}

impl Line {
    fn open(server: SocketAddr, number: &'static str, sound_port: u16) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::new(127, 0, 0, 3), 0)).expect("a port is free");
        let own = socket.local_addr().expect("it is bound");
        let (probes, unheard) = (Vec::new(), BTreeMap::new());
        Self { server, number, sound_port, socket, own, probes, unheard }
    }

    fn call_on(mut self, ending: &AtomicBool) -> Vec<Probe> {
        let mut call_at = Instant::now();
        while !ending.load(Ordering::Relaxed) {
            self.hear_until(call_at);
            self.call();
            call_at += PACE;
        }
        self.hear_until(Instant::now() + LAST);
        self.probes
    }

    fn call(&mut self) {
        let (place, now) = (self.probes.len(), Instant::now());
        self.probes.push(Probe { called_at: now, answer: None });
        self.unheard.insert(place, now + AGAIN);
        self.invite(place);
    }

    fn invite(&self, place: usize) {
        let sdp = format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.3\r\nt=0 0\r\nm=audio {} RTP/AVP 8\r\n",
            self.sound_port
        );
        let more = format!(
            "Contact: <sip:probe@{}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
            self.own,
            sdp.len()
        );
        self.say(place, &Said { cseq: "1 INVITE", branch: "", to_tag: "", more: &more });
    }

    /// A request of a call, and what is special about it.
    fn say(&self, place: usize, what: &Said<'_>) {
        let (Self { server, number, own, .. }, Said { cseq, branch, to_tag, more }) = (self, what);
        let method = cseq.split(' ').nth(1).unwrap_or_default();
        let text = format!(
            "{method} sip:{number}@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-{place}{branch}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:0702@{own}>;tag={place}\r\nTo: <sip:{number}@{server}>{to_tag}\r\n\
             Call-ID: probe-{place}\r\nCSeq: {cseq}\r\n{more}"
        );
        // What is lost is said again.
        let _ = self.socket.send_to(text.as_bytes(), server);
    }

    fn hear_until(&mut self, until: Instant) {
        let mut octets = [0; 4_096];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            self.call_again();
            self.socket.set_read_timeout(Some(left)).expect("it is not zero");
            let Ok((length, _)) = self.socket.recv_from(&mut octets) else { continue };
            let datagram = Bytes::copy_from_slice(octets.get(..length).unwrap_or_default());
            if let Ok(Message::Response(response)) = sip_msg::parse(datagram) {
                self.hear(&response);
            }
        }
    }

    fn call_again(&mut self) {
        let now = Instant::now();
        let due: Vec<usize> =
            self.unheard.iter().filter(|(_, at)| **at <= now).map(|(place, _)| *place).collect();
        for place in due {
            self.unheard.insert(place, now + AGAIN);
            self.invite(place);
        }
    }

    fn hear(&mut self, response: &Response) {
        let call_id = response.call_id.to_string();
        let place = call_id.strip_prefix("probe-").and_then(|place| place.parse::<usize>().ok());
        let Some(place) = place.filter(|_| response.cseq_method == Method::Invite) else { return };
        self.unheard.remove(&place);
        let to_tag = response.to.tag().map(|tag| format!(";tag={tag}")).unwrap_or_default();
        let say = |cseq, branch| {
            self.say(place, &Said { cseq, branch, to_tag: &to_tag, more: NOTHING_MORE });
        };
        let found = match response.status {
            StatusCode::OK => {
                // RFC 3261 §13.2.2.4: this ACK is no part of the INVITE's transaction.
                say("1 ACK", "a");
                say("2 BYE", "b");
                Found::Open
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                say("1 ACK", "");
                Found::Refused
            }
            _ => return,
        };
        if let Some(probe) = self.probes.get_mut(place) {
            probe.answer.get_or_insert_with(|| (found, probe.called_at.elapsed()));
        }
    }
}
