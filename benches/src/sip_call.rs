//! `sip.call`: what the signalling of a call costs, from INVITE to the answer to BYE, at both ends of
//! it: as much as an engine between two legs has, which is one end of each.
//!
//! No sound, and virtual time: 50 calls begin a second, so that the transactions of the last half
//! minute linger as they do in service. The limit is reading and printing the same messages.

use crate::busy::busy;
use crate::figure::Figure;
use crate::memory::resident_bytes;
use bytes::Bytes;
use clock::{Duration, Moment};
use ids::{FlowId, LegId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_msg::{NameAddr, Uri};
use sip_ua::{Config, Event, Hop, OutgoingInvite, Output, Transport, UserAgent};
use std::net::SocketAddr;

/// Calls that are measured, after as many to get warm.
const CALLS: u32 = 4_000;
/// Between two calls.
const PACE: Duration = Duration::from_millis(20);
/// Calls that are on at once, to see what one takes.
const LIVE: u32 = 2_000;
/// Until every transaction of the past is forgotten.
const QUIET: Duration = Duration::from_secs(70);
const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
    m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n";

/// Measures calls set up and torn down, and what they take in memory.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let mut line = Line::new();
    (0..CALLS).for_each(|_| line.whole_call());
    let began = busy();
    (0..CALLS).for_each(|_| line.whole_call());
    let call = millis_each(began);
    let messages = line.record_call();
    let began = busy();
    (0..CALLS).for_each(|_| read_and_print(&messages));
    let limit = millis_each(began);

    line.wait(QUIET);
    let before = resident_bytes();
    let calls: Vec<_> = (0..LIVE).map(|_| line.begin_call()).collect();
    line.wait(QUIET);
    let live = resident_bytes();
    calls.into_iter().for_each(|call| line.end_call(call));
    line.wait(QUIET);
    // What the system does not get back is there for the calls to come, so that is no growth.
    let idle = resident_bytes();
    (0..CALLS).for_each(|_| line.whole_call());
    line.wait(QUIET);
    let finished = resident_bytes();
    let each = |more: f64, calls: u32| more.max(0.0) / f64::from(calls);
    vec![
        Figure::beside("sip.call.both_ends", call, "cpu-ms", limit),
        Figure::alone("sip.call.live", each(live - before, LIVE), "bytes"),
        Figure::alone("sip.call.finished", each(finished - idle, CALLS), "bytes"),
    ]
}

/// Two user agents with nothing between them.
struct Line {
    now: Moment,
    caller: UserAgent,
    called: UserAgent,
    events: Vec<Event>,
    messages: Vec<Bytes>,
}

fn caller_at() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 5060))
}

fn called_at() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 2], 5060))
}

const fn hop_to(peer: SocketAddr) -> Hop {
    Hop { transport: Transport::Udp, flow: FlowId(1), peer }
}

impl Line {
    fn new() -> Self {
        let agent = |at, name, seed| {
            let mut config = Config::phone(at, name);
            config.legs_max = 10_000;
            // An eighth of them may come from one source, and all come from one here.
            config.transactions_max = 400_000;
            UserAgent::new(config, StdRng::seed_from_u64(seed))
        };
        Self {
            now: Moment::ZERO,
            caller: agent(caller_at(), "Ana", 1),
            called: agent(called_at(), "Bo", 2),
            events: Vec::new(),
            messages: Vec::new(),
        }
    }

    fn whole_call(&mut self) {
        let leg = self.begin_call();
        self.end_call(leg);
    }

    /// INVITE, 100, 180, 200 and ACK.
    fn begin_call(&mut self) -> LegId {
        self.wait(PACE);
        let from = NameAddr::new(Uri::sip("+46701234567", caller_at()));
        let target = Uri::sip("9000", called_at());
        let invite = OutgoingInvite::new(hop_to(called_at()), target, from, SDP.into());
        let leg = self.caller.invite(self.now, invite);
        self.settle();
        let is_incoming = |event: Event| {
            if let Event::Incoming { leg, .. } = event { Some(leg) } else { None }
        };
        let incoming = self.events.drain(..).find_map(is_incoming).expect("the INVITE arrives");
        self.called.ring(self.now, incoming);
        self.settle();
        self.called.answer(self.now, incoming, SDP.into());
        self.settle();
        leg
    }

    /// BYE and 200.
    fn end_call(&mut self, leg: LegId) {
        self.caller.hang_up(self.now, leg, None);
        self.settle();
        let is_over = |event: &Event| matches!(event, Event::Ended { .. });
        assert!(self.events.drain(..).any(|event| is_over(&event)), "the call ends");
    }

    /// The messages of one call.
    fn record_call(&mut self) -> Vec<Bytes> {
        self.messages.clear();
        self.whole_call();
        std::mem::take(&mut self.messages)
    }

    /// Lets time pass; whatever is due is done at its time.
    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        self.messages.clear();
        while let Some(at) = self.next_deadline().filter(|at| *at <= until) {
            self.now = at;
            self.caller.handle_timeout(at);
            self.called.handle_timeout(at);
            self.settle();
        }
        self.now = until;
    }

    fn next_deadline(&self) -> Option<Moment> {
        let both = [self.caller.poll_timeout(), self.called.poll_timeout()];
        both.into_iter().flatten().min()
    }

    /// Carries messages until both are silent.
    fn settle(&mut self) {
        loop {
            let (output, peer, to) = match self.caller.poll_output() {
                Some(output) => (output, caller_at(), &mut self.called),
                None => match self.called.poll_output() {
                    Some(output) => (output, called_at(), &mut self.caller),
                    None => return,
                },
            };
            match output {
                Output::Send { bytes, .. } => {
                    self.messages.push(bytes.clone());
                    let message = sip_msg::parse(bytes).expect("our own words can be read");
                    to.receive(self.now, hop_to(peer), message);
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }
}

fn read_and_print(messages: &[Bytes]) {
    for message in messages {
        let message = sip_msg::parse(message.clone()).expect("our own words can be read");
        std::hint::black_box(message.to_bytes());
    }
}

/// Milliseconds of processor time that each call has taken since.
fn millis_each(began: Duration) -> f64 {
    (busy() - began).as_secs_f64() * 1e3 / f64::from(CALLS)
}
