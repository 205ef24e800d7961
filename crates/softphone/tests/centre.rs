//! Phones at a small centre: a registrar that asks for passwords, and a line that echoes.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use clock::Moment;
use net::{Arrival, Limits, Net};
use registrar::{Challenge, Registrar};
use sdp::{Codec, Direction, LocalSession, Session};
use sip_msg::{Method, NameAddr, Request, StatusCode, Uri};
use sip_ua::{Config, Event, Hop, OutgoingInvite, Output, UserAgent};
use softphone::{
    Answer, CallState, End, Listen, Phone, PhoneConfig, RegisterError, Transport, Voice,
};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What becomes of the messages of the centre.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Network {
    Good,
    /// Every third message is lost, in and out.
    Lossy,
}

/// A handle on the centre, which lives until it is dropped.
struct Centre {
    address: SocketAddr,
    ring: mpsc::UnboundedSender<&'static str>,
}

struct Works {
    net: Net,
    ua: UserAgent,
    registrar: Registrar,
    epoch: Instant,
    echo: SocketAddr,
    sessions: u64,
    network: Network,
    messages: u64,
}

impl Centre {
    async fn start(network: Network) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), network).await
    }

    /// Starts where another one may just be going away.
    async fn start_at(address: SocketAddr, network: Network) -> Self {
        let (told, arrivals) = mpsc::unbounded_channel();
        let deliver = move |arrival| drop(told.send(arrival));
        let net = loop {
            match Net::bind(address, Limits::default(), deliver.clone()) {
                Ok(net) => break net,
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        let address = net.local_addr();
        let mut agent = Config::phone(address, "Centre");
        agent.allow.push(Method::Register);
        // Hundreds of phones live at one address, and each leaves two transactions behind when it
        // registers: they must fit into the share of one source.
        agent.transactions_max = 8_192;
        let config = registrar::Config::new("centre.test", [7; 32]);
        let (ring, wishes) = mpsc::unbounded_channel();
        let works = Works {
            net,
            ua: UserAgent::new(agent, rand::make_rng()),
            registrar: Registrar::new(config, [("ana", "secret"), ("bo", "word")]),
            epoch: Instant::now(),
            echo: echo().await,
            sessions: 0,
            network,
            messages: 0,
        };
        tokio::spawn(works.run(arrivals, wishes));
        Self { address, ring }
    }

    fn phone(&self, user: &str, password: &str, transport: Transport) -> PhoneConfig {
        PhoneConfig {
            transport,
            password: Some(password.to_owned()),
            voice: Voice::Tone(440.0),
            listen: Listen::Record,
            ..PhoneConfig::new(self.address, user)
        }
    }
}

/// A line that says what it hears.
async fn echo() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 2_048];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            let _ = socket.send_to(packet.get(..length).unwrap(), from).await;
        }
    });
    address
}

impl Works {
    async fn run(
        mut self,
        mut arrivals: mpsc::UnboundedReceiver<Arrival>,
        mut wishes: mpsc::UnboundedReceiver<&'static str>,
    ) {
        loop {
            let next = self.ua.poll_timeout().unwrap_or_else(|| self.now() + PATIENCE);
            let wake_at = self.epoch + next.since(Moment::ZERO);
            tokio::select! {
                arrival = arrivals.recv() => self.arrived(arrival.unwrap()),
                account = wishes.recv() => match account {
                    Some(account) => self.ring(account),
                    None => return,
                },
                () = tokio::time::sleep_until(wake_at.into()) => {}
            }
            self.ua.handle_timeout(self.now());
            while let Some(output) = self.ua.poll_output() {
                match output {
                    Output::Send { hop, bytes } => {
                        if !self.loses(hop) {
                            self.net.send(hop, bytes);
                        }
                    }
                    Output::Event(event) => self.heed(event),
                }
            }
        }
    }

    fn now(&self) -> Moment {
        Moment::ZERO + self.epoch.elapsed()
    }

    fn loses(&mut self, hop: Hop) -> bool {
        self.messages += 1;
        let may_lose = self.network == Network::Lossy && hop.transport == Transport::Udp;
        may_lose && self.messages.is_multiple_of(3)
    }

    fn arrived(&mut self, arrival: Arrival) {
        let now = self.now();
        match arrival {
            Arrival::Message { hop, .. } if self.loses(hop) => {}
            Arrival::Message { hop, message } => self.ua.receive(now, hop, *message),
            Arrival::FlowClosed(flow) => {
                self.registrar.flow_closed(now, flow);
                self.ua.flow_failed(now, flow);
            }
            Arrival::Certified { .. } | Arrival::Unused { .. } => {}
            Arrival::Unreachable { peer } => self.ua.peer_unreachable(now, peer),
        }
    }

    fn session(&mut self) -> LocalSession {
        self.sessions += 1;
        LocalSession::new(self.echo, self.sessions, vec![Codec::Pcmu])
    }

    fn heed(&mut self, event: Event) {
        let now = self.now();
        if let Event::Incoming { leg, hop, request, .. } = event {
            self.incoming(leg, hop, &request);
        } else if let Event::Request { txn, hop, request } = event {
            assert_eq!(request.method, Method::Register);
            let response = self.registrar.register(now, hop, &request);
            self.ua.reply(now, txn, response);
        }
    }

    /// Asks who calls, and connects to the echo.
    fn incoming(&mut self, leg: ids::LegId, hop: Hop, request: &Request) {
        let now = self.now();
        match self.registrar.authenticate(now, hop, request, Challenge::Proxy) {
            Err(refusal) => self.ua.reject(now, leg, refusal.status, refusal.headers),
            Ok(_) => {
                let offer = Session::parse(&request.body).unwrap();
                let (body, _) = self.session().answer(&offer).unwrap();
                self.ua.answer(now, leg, body);
            }
        }
    }

    /// Rings the phone of an account.
    fn ring(&mut self, account: &str) {
        let binding = self.registrar.bindings(account).next().unwrap().clone();
        let from = NameAddr::new(Uri::sip("centre", self.net.local_addr()));
        let offer = self.session().offer(Direction::SendRecv);
        let invite = OutgoingInvite::new(binding.hop, binding.contact, from, offer);
        self.ua.invite(self.now(), invite);
    }
}

async fn registers_and_calls(network: Network, transport: Transport) {
    let centre = Centre::start(network).await;
    let config = PhoneConfig {
        answer: Answer::After(Duration::ZERO),
        ..centre.phone("ana", "secret", transport)
    };
    let (phone, mut events) = Phone::start(config).await.unwrap();
    let granted = timeout(PATIENCE, phone.register()).await.unwrap();
    assert_eq!(granted, Ok(Duration::from_secs(3_600)));

    let call = phone.call("9000").await.unwrap();
    timeout(PATIENCE, call.answered()).await.unwrap().unwrap();
    talks(&call).await;
    call.hang_up().await;

    centre.ring.send("ana").unwrap();
    let call = timeout(PATIENCE, events.incoming()).await.unwrap().unwrap();
    assert_eq!(call.peer(), "centre");
    timeout(PATIENCE, call.answered()).await.unwrap().unwrap();
    talks(&call).await;

    timeout(PATIENCE, phone.stop()).await.unwrap();
    assert_eq!(call.state(), CallState::Ended(End::HungUpHere));
}

/// Waits until the tone has come back.
async fn talks(call: &softphone::PhoneCall) {
    let heard = timeout(PATIENCE, async {
        loop {
            let heard = call.heard();
            if heard.packets > 10 {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let samples = heard.await.unwrap().samples();
    let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    assert!((7_500..9_000).contains(&loudest), "{loudest}");
}

#[tokio::test]
async fn a_phone_registers_calls_and_is_called_over_udp() {
    registers_and_calls(Network::Good, Transport::Udp).await;
}

#[tokio::test]
async fn a_phone_registers_calls_and_is_called_over_tcp() {
    registers_and_calls(Network::Good, Transport::Tcp).await;
}

#[tokio::test]
async fn a_phone_gets_through_a_network_that_loses_a_third() {
    registers_and_calls(Network::Lossy, Transport::Udp).await;
}

#[tokio::test]
async fn a_wrong_password_is_refused_after_few_tries() {
    let centre = Centre::start(Network::Good).await;
    let config = centre.phone("ana", "guess", Transport::Udp);
    let (phone, _events) = Phone::start(config).await.unwrap();
    let refused = RegisterError::Rejected(StatusCode::UNAUTHORIZED);
    assert_eq!(timeout(PATIENCE, phone.register()).await.unwrap(), Err(refused));
    let call = phone.call("9000").await.unwrap();
    let end = timeout(PATIENCE, call.ended()).await.unwrap();
    assert_eq!(end, End::Rejected(StatusCode::PROXY_AUTHENTICATION_REQUIRED));
}

#[tokio::test]
async fn a_binding_that_is_too_short_is_asked_for_again() {
    let centre = Centre::start(Network::Good).await;
    let config = PhoneConfig {
        registration: Some(Duration::from_secs(5)),
        ..centre.phone("bo", "word", Transport::Udp)
    };
    let (_phone, mut events) = Phone::start(config).await.unwrap();
    let told = timeout(PATIENCE, events.next()).await.unwrap().unwrap();
    let least = Duration::from_secs(60);
    assert!(
        matches!(told, softphone::Event::Registered { expires } if expires == least),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_phone_over_tcp_comes_back_after_its_centre() {
    let centre = Centre::start(Network::Good).await;
    let address = centre.address;
    let config = PhoneConfig {
        registration: Some(Duration::from_secs(600)),
        ..centre.phone("bo", "word", Transport::Tcp)
    };
    let (_phone, mut events) = Phone::start(config).await.unwrap();
    let told = timeout(PATIENCE, events.next()).await.unwrap().unwrap();
    assert!(matches!(told, softphone::Event::Registered { .. }), "{told:?}");
    drop(centre);
    let _next_day = Centre::start_at(address, Network::Good).await;
    // However often it failed before, it is registered in the end.
    loop {
        let told = timeout(PATIENCE, events.next()).await.unwrap().unwrap();
        if let softphone::Event::Registered { .. } = told {
            break;
        }
    }
}

#[tokio::test]
async fn hundreds_of_phones_live_in_one_process() {
    let centre = Centre::start(Network::Good).await;
    let mut phones = Vec::new();
    for _ in 0..300 {
        let config = centre.phone("ana", "secret", Transport::Udp);
        phones.push(Phone::start(config).await.unwrap());
    }
    let asked = phones.iter().map(|(phone, _)| {
        let phone = phone.clone();
        tokio::spawn(async move { phone.register().await })
    });
    for answer in asked.collect::<Vec<_>>() {
        timeout(PATIENCE, answer).await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_phone_that_unregisters_stays_away() {
    let centre = Centre::start(Network::Good).await;
    let config = PhoneConfig {
        registration: Some(Duration::from_secs(600)),
        ..centre.phone("bo", "word", Transport::Udp)
    };
    let (phone, mut events) = Phone::start(config).await.unwrap();
    timeout(PATIENCE, events.next()).await.unwrap().unwrap();
    assert_eq!(timeout(PATIENCE, phone.unregister()).await.unwrap(), Ok(()));
    // Longer than a phone that lost its binding would wait before it asks again.
    let told = timeout(Duration::from_secs(4), events.next()).await;
    assert!(told.is_err(), "{told:?}");
}
