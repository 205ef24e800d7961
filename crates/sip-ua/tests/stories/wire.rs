//! Two user agents, a network that can lose, double and delay, and a transcript of it all.

use bytes::Bytes;
use clock::{Duration, Moment};
use ids::{FlowId, LegId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sip_audit::Auditor;
use sip_msg::{Headers, Message, Method, NameAddr, Text, Uri};
use sip_ua::{Config, EndCause, Event, Hop, OutgoingInvite, Output, Transport, UserAgent};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::net::SocketAddr;

pub(crate) const OFFER: Bytes = Bytes::from_static(b"v=0\r\ns=offer\r\n");
pub(crate) const ANSWER: Bytes = Bytes::from_static(b"v=0\r\ns=answer\r\n");

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    A,
    B,
}

impl Side {
    pub(crate) fn addr(self) -> SocketAddr {
        match self {
            Self::A => "10.0.0.1:5060".parse().unwrap(),
            Self::B => "10.0.0.2:5060".parse().unwrap(),
        }
    }

    pub(crate) fn of(addr: SocketAddr) -> Option<Self> {
        [Self::A, Self::B].into_iter().find(|side| side.addr() == addr)
    }

    fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// What happens to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoil {
    Lost,
    Doubled,
    /// It comes so much later, and what was sent after it may come before it.
    Late(Duration),
}

/// How bad the network is.
#[derive(Clone, Debug)]
pub(crate) struct Weather {
    pub(crate) loss: f64,
    pub(crate) doubling: f64,
    pub(crate) delay_millis: std::ops::RangeInclusive<u64>,
}

impl Weather {
    pub(crate) const FAIR: Self = Self { loss: 0.0, doubling: 0.0, delay_millis: 10..=10 };
}

struct Datagram {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Bytes,
}

/// The whole little world.
pub(crate) struct Wire {
    pub(crate) now: Moment,
    pub(crate) weather: Weather,
    pub(crate) transport: Transport,
    pub(crate) random: StdRng,
    agents: [UserAgent; 2],
    /// Each is watched: a story in which one breaks a rule fails.
    auditors: [Auditor; 2],
    in_flight: BTreeMap<(Moment, u64), Datagram>,
    sent: u64,
    /// What is to happen to the next message of a summary, once each.
    to_spoil: Vec<(String, Spoil)>,
    /// How often each message was sent, by its summary.
    pub(crate) copies: BTreeMap<String, usize>,
    transcript: String,
    pub(crate) events: VecDeque<(Side, Event)>,
    /// What came to each, and from where.
    delivered: Vec<(Side, SocketAddr, Message)>,
    /// What was sent to neither of the two.
    pub(crate) to_strangers: Vec<(SocketAddr, Message)>,
}

pub(crate) fn config(side: Side) -> Config {
    Config::phone(side.addr(), side.name())
}

impl Wire {
    pub(crate) fn new(seed: u64) -> Self {
        Self::with(seed, config(Side::A), config(Side::B))
    }

    pub(crate) fn with(seed: u64, a: Config, b: Config) -> Self {
        Self {
            now: Moment::ZERO,
            weather: Weather::FAIR,
            transport: Transport::Udp,
            random: StdRng::seed_from_u64(seed),
            agents: [
                UserAgent::new(a, StdRng::seed_from_u64(seed ^ 0xa)),
                UserAgent::new(b, StdRng::seed_from_u64(seed ^ 0xb0)),
            ],
            auditors: Default::default(),
            in_flight: BTreeMap::new(),
            sent: 0,
            to_spoil: Vec::new(),
            copies: BTreeMap::new(),
            transcript: String::new(),
            events: VecDeque::new(),
            delivered: Vec::new(),
            to_strangers: Vec::new(),
        }
    }

    /// Loses the next message of this summary (`INVITE`, `200 BYE`, …); say it twice to lose two.
    pub(crate) fn lose(self, summary: &str) -> Self {
        self.spoil(summary, Spoil::Lost)
    }

    /// Does this to the next message of this summary.
    pub(crate) fn spoil(mut self, summary: &str, spoil: Spoil) -> Self {
        self.to_spoil.push((summary.to_owned(), spoil));
        self
    }

    pub(crate) fn agent(&mut self, side: Side) -> &mut UserAgent {
        &mut self.agents[side as usize]
    }

    /// One of the two does something, and what comes of it leaves at once.
    pub(crate) fn does<T>(
        &mut self,
        side: Side,
        wish: impl FnOnce(&mut UserAgent, Moment) -> T,
    ) -> T {
        let now = self.now;
        let result = wish(self.agent(side), now);
        self.drain(side);
        result
    }

    pub(crate) fn hop_to(&self, peer: SocketAddr) -> Hop {
        Hop { transport: self.transport, flow: FlowId(1), peer }
    }

    /// A calls B.
    pub(crate) fn call(&mut self) -> LegId {
        self.call_with(Headers::default())
    }

    /// A calls B, with further headers.
    pub(crate) fn call_with(&mut self, headers: Headers) -> LegId {
        let hop = self.hop_to(Side::B.addr());
        self.does(Side::A, |agent, now| {
            let from = NameAddr::new(Uri::sip("ana", Side::A.addr()));
            let mut invite = OutgoingInvite::new(hop, Uri::sip("bo", Side::B.addr()), from, OFFER);
            invite.contact_user = Some(Text::from("ana"));
            invite.headers = headers;
            agent.invite(now, invite)
        })
    }

    /// A calls B, B rings and answers; both hear of it.
    pub(crate) fn talk(&mut self) -> (LegId, LegId) {
        let a = self.call();
        self.run(Duration::from_millis(50));
        let b = self.incoming();
        self.does(Side::B, |agent, now| agent.ring(now, b));
        self.run(Duration::from_secs(1));
        self.does(Side::B, |agent, now| agent.answer(now, b, ANSWER));
        (a, b)
    }

    /// The leg of the oldest `Incoming` that nobody has asked for yet.
    pub(crate) fn incoming(&mut self) -> LegId {
        let at = self
            .events
            .iter()
            .position(|(_, event)| matches!(event, Event::Incoming { .. }))
            .unwrap();
        match self.events.remove(at) {
            Some((_, Event::Incoming { leg, .. })) => leg,
            other => panic!("{other:?}"),
        }
    }

    /// Lets this much time pass.
    pub(crate) fn run(&mut self, length: Duration) {
        let until = self.now + length;
        while let Some(at) = self.next_moment().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.step();
        }
        self.now = until;
    }

    fn next_moment(&self) -> Option<Moment> {
        let arrival = self.in_flight.first_key_value().map(|((at, _), _)| *at);
        let timers = self.agents.iter().filter_map(UserAgent::poll_timeout);
        arrival.into_iter().chain(timers).min()
    }

    fn step(&mut self) {
        while let Some(entry) = self.in_flight.first_entry()
            && entry.key().0 <= self.now
        {
            let datagram = entry.remove();
            self.deliver(&datagram);
        }
        for side in [Side::A, Side::B] {
            let now = self.now;
            self.agent(side).handle_timeout(now);
            self.drain(side);
        }
    }

    fn deliver(&mut self, datagram: &Datagram) {
        let message = sip_msg::parse(datagram.bytes.clone()).unwrap();
        let hop = self.hop_to(datagram.from);
        match Side::of(datagram.to) {
            Some(side) => {
                self.delivered.push((side, datagram.from, message.clone()));
                self.hears(side, hop, message);
            }
            None => self.to_strangers.push((datagram.to, message)),
        }
    }

    /// Every message that came to one of the two, and to whom.
    pub(crate) fn all_heard(&self) -> impl Iterator<Item = (Side, &Message)> {
        self.delivered.iter().map(|(to, _, message)| (*to, message))
    }

    /// A message comes to one of the two over this hop.
    pub(crate) fn hears(&mut self, side: Side, hop: Hop, message: Message) {
        self.auditors[side as usize].hears(self.now, &message);
        self.does(side, |agent, now| agent.receive(now, hop, message));
    }

    /// A connection of one of the two is broken.
    pub(crate) fn breaks(&mut self, side: Side, flow: FlowId) {
        self.auditors[side as usize].cut_off();
        self.does(side, |agent, now| agent.flow_failed(now, flow));
    }

    /// One of the two is killed and started again, and knows nothing.
    pub(crate) fn starts_anew(&mut self, side: Side) {
        *self.agent(side) = UserAgent::new(config(side), StdRng::seed_from_u64(0xa9e3));
        self.auditors[side as usize].starts_anew();
    }

    /// What is still to be said in the story need not be.
    pub(crate) fn ends_here(&mut self) {
        self.auditors = Default::default();
    }

    /// The last request of this method that came to one of the two.
    pub(crate) fn heard(&self, side: Side, method: Method) -> (SocketAddr, Message) {
        let is_it = |message: &Message| matches!(message, Message::Request(request) if request.method == method);
        let heard = self.delivered.iter().rev();
        let mut of_side = heard.filter(|(to, _, message)| *to == side && is_it(message));
        of_side.next().map(|(_, from, message)| (*from, message.clone())).unwrap()
    }

    /// These bytes come to one of the two at once, as if from there.
    pub(crate) fn deliver_to(&mut self, side: Side, from: SocketAddr, bytes: Bytes) {
        self.note(from, side.addr(), '>', &summary(&bytes));
        self.deliver(&Datagram { from, to: side.addr(), bytes });
    }

    /// A stranger sends `text` to one of the two; it arrives at once.
    pub(crate) fn inject(&mut self, from: SocketAddr, side: Side, text: &str) {
        let bytes = Bytes::from(text.replace('\n', "\r\n"));
        self.note(from, side.addr(), '>', &summary(&bytes));
        self.deliver(&Datagram { from, to: side.addr(), bytes });
    }

    fn drain(&mut self, side: Side) {
        while let Some(output) = self.agent(side).poll_output() {
            match output {
                Output::Send { hop, bytes } => self.send(side.addr(), hop.peer, bytes),
                Output::Event(event) => {
                    writeln!(
                        self.transcript,
                        "{:<7} {}: {}",
                        self.clock(),
                        side.name(),
                        said(&event)
                    )
                    .unwrap();
                    self.events.push_back((side, event));
                }
            }
        }
    }

    fn send(&mut self, from: SocketAddr, to: SocketAddr, bytes: Bytes) {
        self.audit(from, &bytes);
        let summary = summary(&bytes);
        *self.copies.entry(summary.clone()).or_default() += 1;
        let spoil = self.to_spoil.iter().position(|(spoilt, _)| *spoilt == summary);
        let spoil = spoil.map(|at| self.to_spoil.remove(at).1);
        if spoil == Some(Spoil::Lost) || self.chance(self.weather.loss) {
            return self.note(from, to, 'x', &summary);
        }
        self.note(from, to, '>', &summary);
        let is_doubled = spoil == Some(Spoil::Doubled) || self.chance(self.weather.doubling);
        let late = if let Some(Spoil::Late(by)) = spoil { by } else { Duration::ZERO };
        for _ in 0..if is_doubled { 2 } else { 1 } {
            let millis = self.random.random_range(self.weather.delay_millis.clone());
            let delay = Duration::from_millis(millis) + late;
            self.sent += 1;
            self.in_flight
                .insert((self.now + delay, self.sent), Datagram { from, to, bytes: bytes.clone() });
        }
    }

    fn audit(&mut self, from: SocketAddr, bytes: &Bytes) {
        let Some(side) = Side::of(from) else { return };
        if let Err(breach) = self.auditors[side as usize].says(self.now, bytes) {
            let said = String::from_utf8_lossy(bytes);
            panic!("{side:?} breaks a rule: {breach}\n{said}\n{}", self.transcript);
        }
    }

    fn chance(&mut self, part: f64) -> bool {
        part > 0.0 && self.random.random_bool(part)
    }

    fn note(&mut self, from: SocketAddr, to: SocketAddr, mark: char, summary: &str) {
        let name =
            |addr| Side::of(addr).map_or_else(|| "?".to_owned(), |side| side.name().to_owned());
        writeln!(
            self.transcript,
            "{:<7} {} {mark} {} {}",
            self.clock(),
            name(from),
            name(to),
            summary
        )
        .unwrap();
    }

    fn clock(&self) -> String {
        format!("{:.3}", self.now.since(Moment::ZERO).as_secs_f64())
    }

    /// The transcript since it was last taken.
    pub(crate) fn take_transcript(&mut self) -> String {
        std::mem::take(&mut self.transcript)
    }

    pub(crate) fn forget_transcript(&mut self) {
        self.transcript.clear();
    }

    /// After quiet, nothing may be left anywhere.
    pub(crate) fn assert_empty(&mut self) {
        for side in [Side::A, Side::B] {
            let agent = self.agent(side);
            assert_eq!(agent.legs_len(), 0, "legs of {side:?}");
            assert_eq!(agent.transactions_len(), 0, "transactions of {side:?}");
            assert_eq!(agent.poll_timeout(), None, "deadlines of {side:?}");
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        for side in [Side::A, Side::B] {
            if let Err(breach) = self.auditors[side as usize].finish(self.now)
                && !std::thread::panicking()
            {
                panic!("{side:?} breaks a rule: {breach}\n{}", self.transcript);
            }
        }
    }
}

/// `INVITE`, or `180 INVITE`.
pub(crate) fn summary(bytes: &Bytes) -> String {
    match sip_msg::parse(bytes.clone()).unwrap() {
        Message::Request(request) => request.method.to_string(),
        Message::Response(response) => {
            format!("{} {}", response.status.code(), response.cseq_method)
        }
    }
}

/// The gist of an event.
pub(crate) fn said(event: &Event) -> String {
    let sdp = |sdp: &Option<Bytes>| if sdp.is_some() { " +sdp" } else { "" };
    match event {
        Event::Incoming { leg, .. } => format!("Incoming {leg}"),
        Event::Cancelled { leg } => format!("Cancelled {leg}"),
        Event::Established { leg, answer } => format!("Established {leg}{}", sdp(answer)),
        Event::Trying { leg } => format!("Trying {leg}"),
        Event::Progress { leg, status, .. } => format!("Progress {leg} {}", status.code()),
        Event::Answered { leg, sdp: body, .. } => format!("Answered {leg}{}", sdp(body)),
        Event::Rejected { leg, response } => format!("Rejected {leg} {}", response.status.code()),
        Event::Unreachable { leg, why } => format!("Unreachable {leg} {why:?}"),
        Event::Pressed { leg, key } => format!("Pressed {leg} {key}"),
        Event::Reoffered { leg, sdp: body } => format!("Reoffered {leg}{}", sdp(body)),
        Event::Reanswered { leg, sdp: body } => format!("Reanswered {leg}{}", sdp(body)),
        Event::ReinviteFailed { leg, status } => format!("ReinviteFailed {leg} {}", status.code()),
        Event::Referred { leg, to, .. } => {
            let replaced = to.replaces.map(|replaced| format!(" {replaced:?}"));
            format!("Referred {leg} {}{}", to.target, replaced.unwrap_or_default())
        }
        Event::Ended { leg, why: EndCause::Bye { reason: Some(reason) } } => {
            format!("Ended {leg} Bye {reason}")
        }
        Event::Ended { leg, why: EndCause::Bye { reason: None } } => format!("Ended {leg} Bye"),
        Event::Ended { leg, why } => format!("Ended {leg} {why:?}"),
        Event::Request { request, .. } => format!("Request {}", request.method),
        Event::Response { response, .. } => {
            format!("Response {} {}", response.status.code(), response.cseq_method)
        }
        Event::StrayAnswer { response, .. } => format!("StrayAnswer {}", response.status.code()),
        Event::Failed { why, .. } => format!("Failed {why:?}"),
    }
}

/// The leg an event is about, and whether it is its last.
pub(crate) fn leg_of(event: &Event) -> Option<(LegId, bool)> {
    match event {
        Event::Cancelled { leg }
        | Event::Rejected { leg, .. }
        | Event::Unreachable { leg, .. }
        | Event::Ended { leg, .. } => Some((*leg, true)),
        Event::Incoming { leg, .. }
        | Event::Established { leg, .. }
        | Event::Trying { leg }
        | Event::Progress { leg, .. }
        | Event::Answered { leg, .. }
        | Event::Pressed { leg, .. }
        | Event::Reoffered { leg, .. }
        | Event::Reanswered { leg, .. }
        | Event::Referred { leg, .. }
        | Event::ReinviteFailed { leg, .. } => Some((*leg, false)),
        Event::Request { .. }
        | Event::Response { .. }
        | Event::StrayAnswer { .. }
        | Event::Failed { .. } => None,
    }
}
