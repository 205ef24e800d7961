//! `sip.register`: what a registration with digest costs the engine, both its requests together;
//! `sip.bindings`: the same refreshed while ten thousand phones are bound, and the memory of a binding.
//!
//! Phones send what a desk phone sends: a REGISTER, and after the challenge the same with an answer by
//! SHA-256. Timed is what the engine's thread and the socket's task would do with it: reading, deciding,
//! printing. Making the phones' messages is not timed.
//!
//! The limit is the least that proving a password can cost here: the hashes of one digest and of the
//! two nonces, made and checked.

use crate::busy::{busy, nanos};
use crate::figure::Figure;
use crate::memory::resident_bytes;
use bytes::Bytes;
use clock::{Duration, Moment};
use dialplan::Plan;
use engine::{Clips, Config, Engine, Input, Output, Turn};
use ids::{CallId, FlowId};
use media_protocol::Port;
use registrar::Registrar;
use sha2::{Digest as _, Sha256};
use sip_auth::{Login, Offers, respond};
use sip_msg::{Message, Method, Name, Request, Response, Text, parse};
use sip_txn::{Hop, Local, Transport};
use std::fmt::Write as _;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

const PHONES: u32 = 10_000;
/// Phones of `sip.register`, in a small centre.
const FEW: u32 = 100;
const REALM: &str = "telefonist";
/// Where the engine of a benchmark is.
pub(crate) const ENGINE: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 5060);
const MEASURE: Duration = Duration::from_secs(1);
/// Phones that send between two looks at the clock.
const AT_ONCE: u32 = 50;
/// Ten thousand phones that come every minute.
const BETWEEN: Duration = Duration::from_millis(6);
/// SHA-256 over about two blocks: `H(A2)`, the response, and twice two for each nonce, which is made
/// once and checked once.
const HASHES: u32 = 6;

/// Measures registrations in a small centre.
#[must_use]
pub(crate) fn registering() -> Vec<Figure> {
    let figure = Figure::beside("sip.register", Centre::of(FEW).cost(), "cpu-ms", hashing());
    vec![figure]
}

/// Measures a large one, in which everybody is registered.
#[must_use]
pub(crate) fn bound() -> Vec<Figure> {
    // Before anything else has made room that a binding could be put into.
    let memory = memory();
    let mut centre = Centre::of(PHONES);
    for _ in 0..PHONES / AT_ONCE {
        centre.register_some();
    }
    vec![
        Figure::beside("sip.bindings.refresh", centre.cost(), "cpu-ms", hashing()),
        Figure::alone("sip.bindings.memory", memory, "bytes"),
    ]
}

/// Milliseconds of the hashes that nobody can save.
fn hashing() -> f64 {
    let text = [b'x'; 100];
    let hash = || {
        (0..HASHES).for_each(|_| {
            black_box(Sha256::digest(black_box(text)));
        })
    };
    nanos(MEASURE / 4, hash) / 1e6
}

/// An engine, and the phones that register at it in turn.
struct Centre {
    engine: Engine,
    now: Moment,
    phones: u32,
    next: u32,
    requests: u32,
}

impl Centre {
    fn of(phones: u32) -> Self {
        let engine = Engine::new(config(), Arc::new(plan(phones)), Clips::default());
        Self { engine, now: Moment::ZERO, phones, next: 0, requests: 0 }
    }

    /// Milliseconds a registration.
    fn cost(&mut self) -> f64 {
        let (mut spent, mut done) = (Duration::ZERO, 0.0);
        while spent < MEASURE {
            spent += self.register_some();
            done += f64::from(AT_ONCE);
        }
        spent.as_secs_f64() * 1e3 / done
    }

    /// The next phones register; how long the engine took over it.
    fn register_some(&mut self) -> Duration {
        let phones: Vec<_> = (0..AT_ONCE).map(|_| self.next_phone()).collect();
        let first = |phone: Phone| (phone, phone.request(self.count()).to_bytes());
        let first = phones.into_iter().map(first).collect();
        let (challenged, asking) = self.send_all(first);
        let second = |(phone, challenged): (Phone, _)| {
            (phone, phone.answer(phone.request(self.count()), &challenged).to_bytes())
        };
        let second = challenged.into_iter().map(second).collect();
        let (done, proving) = self.send_all(second);
        for (phone, done) in done {
            assert!(done.status.is_success(), "{} is registered: {}", phone.account(), done.status);
        }
        asking + proving
    }

    fn next_phone(&mut self) -> Phone {
        let phone = Phone(self.next);
        self.next = (self.next + 1) % self.phones;
        phone
    }

    const fn count(&mut self) -> u32 {
        self.requests += 1;
        self.requests
    }

    /// From the datagrams to their answers; how long that took.
    fn send_all(&mut self, datagrams: Vec<(Phone, Bytes)>) -> (Vec<(Phone, Response)>, Duration) {
        let mut answers = Vec::with_capacity(datagrams.len());
        let began = busy();
        for (phone, datagram) in datagrams {
            // Twice a registration.
            self.now += BETWEEN / 2;
            answers.push((phone, self.send(phone, datagram)));
        }
        let took = busy() - began;
        let read = |(phone, answer)| match parse(answer) {
            Ok(Message::Response(response)) => (phone, response),
            other => panic!("a REGISTER is answered, and not with {other:?}"),
        };
        (answers.into_iter().map(read).collect(), took)
    }

    fn send(&mut self, phone: Phone, datagram: Bytes) -> Bytes {
        if self.engine.poll_timeout().is_some_and(|due| due <= self.now) {
            self.engine.handle_timeout(self.now);
            while let Some(output) = self.engine.poll_output() {
                black_box(output);
            }
        }
        let message = Box::new(parse(datagram).expect("a phone knows how to write"));
        let (hop, turn, waited) = (phone.hop(), Turn::First, Duration::ZERO);
        self.engine.handle(self.now, Input::Message { hop, message, turn, waited });
        let mut answer = None;
        while let Some(output) = self.engine.poll_output() {
            if let Output::Send { bytes, .. } = output {
                answer = Some(bytes);
            }
        }
        answer.expect("a REGISTER is answered")
    }
}

/// A phone by its number.
#[derive(Clone, Copy)]
struct Phone(u32);

impl Phone {
    fn account(self) -> String {
        format!("{}", 10_000 + self.0)
    }

    fn hop(self) -> Hop {
        let ip = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 0, 0, 0)) + self.0);
        Hop { transport: Transport::Udp, flow: FlowId(1), peer: (ip, 5060).into() }
    }

    fn request(self, number: u32) -> Request {
        let (account, here) = (self.account(), self.hop().peer);
        let text = format!(
            "REGISTER sip:{ENGINE} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {here};branch=z9hG4bK-{number:08x};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{account}@{ENGINE}>;tag={number:08x}\r\n\
             To: <sip:{account}@{ENGINE}>\r\nCall-ID: 7f3c2a91-{account}@{here}\r\n\
             CSeq: {number} REGISTER\r\n\
             Contact: <sip:{account}-0x55dd49@{here};line=1>;\
             +sip.instance=\"<urn:uuid:82888863-a6e3-7fd9-3a6e-02c6{account}>\";reg-id=1\r\n\
             Expires: 300\r\nUser-Agent: Deskphone 7/4.2.0\r\n\
             Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, UPDATE\r\n\
             Supported: path, replaces\r\nContent-Length: 0\r\n\r\n"
        );
        match parse(text.into()) {
            Ok(Message::Request(request)) => request,
            other => panic!("that is a request: {other:?}"),
        }
    }

    fn answer(self, request: Request, challenged: &Response) -> Request {
        let login = Login { user: self.account().into(), password: secret(self.0).into() };
        let challenges = challenged.headers.all(Name::WwwAuthenticate);
        let answer = respond(challenges, &Method::Register, &request.uri, &login, "c0ffee");
        request.with_header(Name::Authorization, answer.expect("a digest was asked for"))
    }
}

fn secret(phone: u32) -> String {
    format!("secret-{phone}")
}

/// A plan of one queue, and agents with their passwords.
pub(crate) fn plan(phones: u32) -> Plan {
    let mut text = "[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n".to_owned();
    for phone in 0..phones {
        let account = Phone(phone).account();
        let secret = secret(phone);
        let _ = writeln!(text, "[agent.{account}]\nsecret = \"{secret}\"\nqueues = \"all\"");
    }
    let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
    Plan::parse("phones.toml", &text, &|_, _| true, &mut secrets)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

/// An engine of small limits.
pub(crate) fn config() -> Config {
    Config {
        sip: Local::new(ENGINE),
        media: vec![ENGINE.ip().into()],
        ports: [20_000, 20_002].map(|number| Port { worker: 0, number }).to_vec(),
        realm: REALM.to_owned(),
        digest: Offers::default(),
        session: None,
        first_call: CallId(1),
        calls_max: 1,
        transactions_max: 100_000,
        phones_per_account_max: 5,
        transactions_per_source_max: None,
        ledger_wait_max: Duration::from_millis(250),
        unacknowledged_per_source_max: 1,
        calls_per_source_max: 1,
        requests_per_source_per_second_max: 0,
        load: engine::LoadLimits::NONE,
        refusal_rows_per_second_max: 1,
        sign_max: Duration::from_secs(4),
        codecs: engine::CODECS.to_vec(),
        unheard_max: Duration::from_secs(1),
        direct_ring_max: Duration::from_secs(60),
        expires_min: Duration::from_secs(60),
        expires_max: Duration::from_secs(3_600),
        subscriptions_per_account_max: 1,
        subscriptions_max: 1,
        seed: [7; 32],
    }
}

/// Bytes that the process grows by for each binding, its deadline and its digest's counter included.
fn memory() -> f64 {
    let accounts = (0..PHONES).map(|phone| (Phone(phone).account(), secret(phone)));
    let config = registrar::Config::new(Text::from(REALM), [7; 32]);
    let mut registrar = Registrar::new(config, accounts);
    let before = resident_bytes();
    for phone in (0..PHONES).map(Phone) {
        let now = Moment::ZERO + BETWEEN * phone.0;
        let challenged = registrar.register(now, phone.hop(), &phone.request(1));
        let proved = phone.answer(phone.request(2), &challenged);
        let done = registrar.register(now, phone.hop(), &proved);
        assert!(done.status.is_success(), "{}", done.status);
        while let Some(output) = registrar.poll_output() {
            black_box(output);
        }
    }
    let grown = resident_bytes() - before;
    black_box(&registrar);
    grown / f64::from(PHONES)
}
