//! `sip.hostile`: what the dearest message that somebody can think of costs the engine.
//!
//! Timed is what the engine's thread and the socket's task would do with it: reading, deciding, printing; whatever
//! the limits on sources would have kept out. `.mutants` are requests of every kind, bent at random; `.worst` are
//! messages that each fill a limit of `sip_msg` with what is dearest to read; `.drip` is the largest of them coming
//! byte by byte over a connection. The limit is what one message may cost.

use crate::busy::busy;
use crate::figure::Figure;
use crate::registrations::{ENGINE, config, plan};
use clock::{Duration, Moment};
use engine::{Clips, Config, Engine, Input};
use ids::FlowId;
use media_protocol::Port;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sip_msg::{
    Frame, Framer, HEADER_BYTES_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX, PARAMS_MAX, VIA_MAX, parse,
};
use sip_txn::{Hop, Transport};
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Milliseconds of processor time that one message may cost.
const LIMIT_MS: f64 = 5.0;
const MUTANTS: u32 = 200_000;
/// How often each of the worst comes, from another source each time.
const TIMES: u32 = 200;
/// Accounts that are there to be asked for.
const PHONES: u32 = 1_000;

/// Measures the costs of hostile messages.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let (mutants, worst) = (mutants(), worst_ones());
    let drip = drip();
    vec![
        Figure::beside("sip.hostile.mutants.p999", share(&mutants, 0.999), "cpu-ms", LIMIT_MS),
        Figure::beside("sip.hostile.mutants.max", share(&mutants, 1.0), "cpu-ms", LIMIT_MS),
        Figure::beside("sip.hostile.worst.max", share(&worst, 1.0), "cpu-ms", LIMIT_MS),
        Figure::beside("sip.hostile.drip", drip.as_secs_f64() * 1e3, "cpu-ms", LIMIT_MS),
    ]
}

/// Milliseconds that this share of the messages stay within.
fn share(sorted: &[Duration], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
    sorted.get(at).map_or(0.0, |cost| cost.as_secs_f64() * 1e3)
}

fn mutants() -> Vec<Duration> {
    let mut target = Target::new();
    let mut random = StdRng::seed_from_u64(3261);
    let requests = requests();
    let cost = |number| {
        let request = requests.choose(&mut random).expect("there are some");
        let bent = bend(&mut random, request);
        target.cost_of(number, &bent)
    };
    let mut costs: Vec<_> = (0..MUTANTS).map(cost).collect();
    costs.sort_unstable();
    costs
}

/// The dearest of each kind, over all its coming: a disturbed one would speak for the machine.
fn worst_ones() -> Vec<Duration> {
    let mut costs: Vec<_> = worst()
        .iter()
        .map(|message| {
            let mut target = Target::new();
            let mut costs: Vec<_> =
                (0..TIMES).map(|number| target.cost_of(number, message)).collect();
            costs.sort_unstable();
            costs.last().copied().unwrap_or_default()
        })
        .collect();
    costs.sort_unstable();
    costs
}

/// The largest of the worst as it comes to a connection in pieces of one byte.
fn drip() -> Duration {
    let all = worst();
    let largest = all.iter().max_by_key(|message| message.len()).expect("there are some");
    let began = busy();
    let mut framer = Framer::new();
    for byte in largest.as_bytes() {
        framer.push(&[*byte]);
        if let Some(Ok(Frame::Message(message))) = framer.next() {
            drop(black_box(parse(message)));
        }
    }
    busy() - began
}

/// An engine that somebody attacks.
struct Target {
    engine: Engine,
    now: Moment,
}

impl Target {
    fn new() -> Self {
        let many = Config {
            calls_max: 1_000,
            ports: (20_000..22_000).step_by(2).map(|number| Port { worker: 0, number }).collect(),
            unacknowledged_per_source_max: 1_000,
            calls_per_source_max: 1_000,
            requests_per_source_per_second_max: 0,
            load: engine::LoadLimits::NONE,
            subscriptions_max: 1_000,
            refusal_rows_per_second_max: 1_000,
            ..config()
        };
        let engine = Engine::new(many, Arc::new(plan(PHONES)), Clips::default());
        Self { engine, now: Moment::ZERO }
    }

    /// Processor time from the datagram to the last answer.
    fn cost_of(&mut self, number: u32, message: &str) -> Duration {
        // Each is a transaction and a call of its own, or the second would be a repetition.
        let datagram = message.replace("NUMBER", &number.to_string()).into();
        self.now += Duration::from_millis(5);
        self.settle();
        let ip = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 0, 0, 0)) + number);
        let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: (ip, 5060).into() };
        let began = busy();
        match parse(datagram) {
            Ok(message) => {
                let turn = self.engine.turn_of(self.now, hop, &message);
                let turn = turn.expect("there is no limit on sources");
                let (message, waited) = (Box::new(message), Duration::ZERO);
                self.engine.handle(self.now, Input::Message { hop, message, turn, waited });
            }
            Err(reject) => drop(black_box(reject)),
        }
        while let Some(output) = self.engine.poll_output() {
            black_box(output);
        }
        busy() - began
    }

    /// What earlier ones have left to be done.
    fn settle(&mut self) {
        if self.engine.poll_timeout().is_some_and(|due| due <= self.now) {
            self.engine.handle_timeout(self.now);
            while let Some(output) = self.engine.poll_output() {
                black_box(output);
            }
        }
    }
}

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 10.1.20.33\r\ns=-\r\nc=IN IP4 10.1.20.33\r\nt=0 0\r\n\
    m=audio 11780 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";

/// A request with these lines beside its own, and this body.
fn request(method: &str, more: &str, body: &str) -> String {
    format!(
        "{method} sip:9000@{ENGINE} SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.20.33:5060;branch=z9hG4bK-NUMBER;rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:10001@{ENGINE}>;tag=NUMBER\r\nTo: <sip:9000@{ENGINE}>\r\n\
         Call-ID: NUMBER@10.1.20.33\r\nCSeq: 1 {method}\r\nContact: <sip:10001@10.1.20.33>\r\n\
         {more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn requests() -> Vec<String> {
    let offer = "Content-Type: application/sdp\r\n";
    let digest = "Authorization: Digest username=\"10001\", realm=\"telefonist\", nonce=\"00\", \
        uri=\"sip:x\", response=\"00\", algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"1\"\r\n";
    vec![
        request("INVITE", offer, SDP),
        request("REGISTER", digest, ""),
        request("SUBSCRIBE", "Event: dialog\r\nAccept: application/dialog-info+xml\r\n", ""),
        request("REFER", "Refer-To: <sip:1@example.com?Replaces=1%3Bto-tag%3D2>\r\n", ""),
        request("OPTIONS", "", ""),
        request("NOTIFY", "Event: message-summary\r\nSubscription-State: active\r\n", ""),
        request("BYE", "", ""),
        request("UPDATE", offer, SDP),
    ]
}

/// Messages that fill what a message may hold with what is dearest to read.
fn worst() -> Vec<String> {
    let full = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
    let lines = |name: &str, value: &str| {
        let line = format!("{name}: {value}\r\n");
        let room = (MESSAGE_BYTES_MAX - 2_000) / line.len();
        line.repeat(room.min(HEADERS_MAX - 12))
    };
    let many_params =
        (0..PARAMS_MAX).fold(String::new(), |text, number| text + &format!(";p{number}=\"\\\"\""));
    let of_list = |unit: &str| full(unit, HEADER_BYTES_MAX - 200) + "<sip:x>";
    let lists =
        ["<sip:a;lr>,", "\"\\\\\\\"\" <sip:%41@[::1]:5060;a=b?c=d>,", "a,", ",", "<sip:a>;q=0.1,"];
    let listed = [
        "Contact",
        "Route",
        "Record-Route",
        "P-Asserted-Identity",
        "Diversion",
        "History-Info",
        "Path",
    ];
    let of_lists = listed.iter().flat_map(|name| {
        lists
            .iter()
            .flat_map(move |unit| ["INVITE", "REGISTER"].map(|method| (method, *name, *unit)))
    });
    let mut worst: Vec<_> = of_lists
        .map(|(method, name, unit)| request(method, &lines(name, &of_list(unit)), SDP))
        .collect();
    let tokens = full("a,", HEADER_BYTES_MAX - 2) + "b";
    for name in ["Supported", "Require", "Allow", "Accept", "Reason", "Privacy", "X-Other"] {
        worst.push(request("INVITE", &lines(name, &tokens), SDP));
        worst.push(request("INVITE", &"k:\r\n".replace('k', name).repeat(HEADERS_MAX - 12), SDP));
    }
    let digest = "Digest ".to_owned()
        + &full("username=\"\\\"\",", HEADER_BYTES_MAX - 50)
        + "realm=\"telefonist\"";
    worst.push(request("REGISTER", &lines("Authorization", &digest), ""));
    worst.push(request("INVITE", &lines("Authorization", &digest), ""));
    let via = format!("Via: SIP/2.0/UDP a{many_params};branch=z9hG4bK-1\r\n");
    worst.push(request("OPTIONS", &via.repeat(VIA_MAX - 1), ""));
    let deep = "Subject: a\r\n".to_owned() + &" b\r\n".repeat(2_000);
    worst.push(request("INVITE", &deep.repeat(6), SDP));
    let body = MESSAGE_BYTES_MAX - 3_000;
    let offer = "Content-Type: application/sdp\r\n";
    let in_sdp = [
        "m=audio 9 RTP/AVP 0\r\n",
        "a=rtpmap:8 PCMA/8000\r\n",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
        "a=candidate:1 1 UDP 1 10.0.0.1 9 typ host\r\n",
        "a=x\r\n",
        "\r\n",
        "b=a:1\r\n",
        "a=fmtp:101 0-16\r\n",
    ];
    for unit in in_sdp {
        worst.push(request("INVITE", offer, &(SDP.to_owned() + &full(unit, body))));
        worst.push(request("INVITE", offer, &(SDP.to_owned() + &full(unit, body / 20))));
    }
    let formats = (0..10_000)
        .fold("m=audio 9 RTP/AVP".to_owned(), |text, number| text + &format!(" {number}"));
    worst.push(request("INVITE", offer, &(SDP.to_owned() + &formats + "\r\n")));
    let refer = format!("Refer-To: <sip:1@example.com?Replaces={}>\r\n", full("%3B", 1_800));
    worst.push(request("REFER", &refer, ""));
    let parts = "Content-Type: multipart/mixed;boundary=a\r\n";
    worst.push(request("INVITE", parts, &full("--a\r\n\r\n", body)));
    worst.push(request("SUBSCRIBE", &lines("Event", &format!("dialog{many_params}")), ""));
    worst
}

fn bend(random: &mut StdRng, message: &str) -> String {
    const LETTERS: [&str; 17] =
        ["\r", "\n", "\t", " ", ",", ";", ":", "<", ">", "\"", "\\", "@", "?", "=", "%", "\0", "*"];
    let mut bent = message.to_owned();
    for _ in 0..random.random_range(1..5) {
        let at = random.random_range(0..=bent.len());
        let until = random.random_range(at..=bent.len().min(at + 40));
        let letter = *LETTERS.choose(random).expect("there are some");
        // The messages are of ASCII, and so is what is put into them.
        let part = bent.get(at..until).unwrap_or_default().to_owned();
        match random.random_range(0..5) {
            0 => bent.replace_range(at..until.min(at + 1), letter),
            1 => bent.insert_str(at, letter),
            2 => bent.replace_range(at..until, ""),
            3 => bent.insert_str(at, &part.repeat(random.random_range(1..200))),
            _ => bent.truncate(at),
        }
    }
    bent.truncate(MESSAGE_BYTES_MAX);
    bent
}
