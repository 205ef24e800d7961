//! Stories of a trunk and its carrier on virtual time: what is sent, and how the trunk stands.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use clock::{Duration, Moment};
use expect_test::{Expect, expect};
use ids::FlowId;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_auth::{Login, Prover};
use sip_msg::{Host, Method, Name, Request, Response, StatusCode, Text, Uri};
use sip_txn::{ClientTxn, Hop, Transport};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use trunk::{Config, Job, Output, Registration, Target, Trunk};

const ONE: &str = "192.0.2.1:5060";
const TWO: &str = "192.0.2.2:5060";
const CHALLENGE: &str = "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"1\"";
const STALE: &str = "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"2\", stale=true";
const NEVER: Duration = Duration::ZERO;

/// A trunk, and the requests of its that are out.
struct Story {
    trunk: Trunk,
    now: Moment,
    next: u64,
    out: BTreeMap<u64, (Hop, Request)>,
    told: String,
}

impl Story {
    /// A trunk that registers and is at these hosts, and asks them how they are so often.
    fn registering(hosts: &[&str], health: Duration) -> Self {
        let login = Login { user: Text::from("acme"), password: Text::from("secret") };
        let registration = Registration {
            user: Text::from("acme"),
            prover: Prover::new(login, None),
            expires: Duration::from_secs(3_600),
        };
        Self::begin(Some(registration), hosts, health)
    }

    fn begin(registration: Option<Registration>, hosts: &[&str], health: Duration) -> Self {
        let domain = Host::Name(Text::from("carrier.example"));
        let health = Some(health).filter(|interval| !interval.is_zero());
        let config = Config { domain, registration, health };
        let mut story = Self {
            trunk: Trunk::new(config, StdRng::seed_from_u64(1)),
            now: Moment::ZERO,
            next: 0,
            out: BTreeMap::new(),
            told: String::new(),
        };
        story.trunk.begin(story.now);
        let targets = hosts.iter().map(|peer| target(peer)).collect();
        story.trunk.located(story.now, targets, None);
        story.drain();
        story
    }

    fn tell(&mut self, told: &str) {
        let second = self.now.since(Moment::ZERO).as_secs_f64();
        writeln!(self.told, "{second:.1}s {told}").unwrap();
    }

    fn drain(&mut self) {
        while let Some(output) = self.trunk.poll_output() {
            match output {
                Output::Locate => self.tell("where?"),
                Output::StateNow(state) => self.tell(&format!("is {state:?}")),
                Output::Send { hop, request, job } => self.send(hop, *request, job),
            }
        }
    }

    fn send(&mut self, hop: Hop, request: Request, job: Job) {
        self.next += 1;
        let contact =
            (job == Job::Register).then(|| Uri::sip("acme", "10.0.0.1:5060".parse().unwrap()));
        self.trunk.sent(job, ClientTxn(self.next), contact);
        let mut told = format!("> {} {}", hop.peer.ip(), request.method);
        if hop.flow != Hop::NO_FLOW {
            write!(told, " over {}", hop.flow).unwrap();
        }
        if let Some(expires) = request.headers.get(Name::Expires) {
            write!(told, " for {expires}").unwrap();
        }
        if request.headers.has(Name::Authorization) {
            told.push_str(" proved");
        }
        self.tell(&told);
        self.out.insert(self.next, (hop, request));
    }

    /// The host at `peer` answers the oldest request of this method, with these headers.
    fn answer(&mut self, peer: &str, method: &Method, status: u16, headers: &[&'static str]) {
        let peer: SocketAddr = peer.parse().unwrap();
        let found =
            self.out.iter().find(|(_, (hop, sent))| hop.peer == peer && sent.method == *method);
        let number = *found.unwrap().0;
        let (hop, request) = self.out.remove(&number).unwrap();
        let mut response: Response = request.reply(StatusCode::new(status).unwrap());
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            response.headers.push(Name::new(name).unwrap(), Text::from(value));
        }
        let flow = if hop.flow == Hop::NO_FLOW { FlowId(number) } else { hop.flow };
        assert!(self.trunk.answered(self.now, ClientTxn(number), Hop { flow, ..hop }, &response));
        self.drain();
    }

    fn register_answered(&mut self, peer: &str, status: u16, headers: &[&'static str]) {
        self.answer(peer, &Method::Register, status, headers);
    }

    /// Nobody has answered the oldest request of this method, and nobody will.
    fn times_out(&mut self, method: &Method) {
        let found = self.out.iter().find(|(_, (_, sent))| sent.method == *method);
        let number = *found.unwrap().0;
        self.out.remove(&number);
        assert!(self.trunk.failed(self.now, ClientTxn(number)));
        self.drain();
    }

    fn wait(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(due) = self.trunk.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.trunk.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn ends(self, expected: Expect) {
        expected.assert_eq(&self.told);
    }
}

fn target(peer: &str) -> Target {
    Target { transport: Transport::Tcp, peer: peer.parse().unwrap() }
}

#[test]
fn a_carrier_that_asks_is_told_and_the_binding_is_renewed_at_half_its_time_on_the_same_connection()
{
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 401, &[CHALLENGE]);
    story.register_answered(ONE, 200, &["Contact: <sip:acme@10.0.0.1:5060>;expires=120"]);
    story.wait(60);
    story.register_answered(ONE, 401, &[STALE]);
    story.register_answered(ONE, 200, &["Expires: 600"]);
    story.wait(300);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.1 REGISTER over flow-1 for 3600 proved
        0.0s is Registered
        60.0s > 192.0.2.1 REGISTER over flow-1 for 3600
        60.0s > 192.0.2.1 REGISTER over flow-1 for 3600 proved
        360.0s > 192.0.2.1 REGISTER over flow-1 for 3600
    "#]]);
}

#[test]
fn a_password_that_is_wrong_is_not_tried_again_soon() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 401, &[CHALLENGE]);
    story.register_answered(ONE, 401, &[CHALLENGE]);
    story.wait(600);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.1 REGISTER over flow-1 for 3600 proved
        0.0s is Refused(401 Unauthorized)
        376.4s > 192.0.2.1 REGISTER for 3600
    "#]]);
}

#[test]
fn a_carrier_that_goes_on_asking_is_answered_twice() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 401, &[CHALLENGE]);
    story.register_answered(ONE, 401, &[STALE]);
    story.register_answered(ONE, 401, &[STALE]);
    story.wait(60);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.1 REGISTER over flow-1 for 3600 proved
        0.0s > 192.0.2.1 REGISTER over flow-1 for 3600 proved
        0.0s is Refused(401 Unauthorized)
    "#]]);
}

#[test]
fn a_carrier_that_forbids_is_left_alone_for_a_long_while() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 403, &[]);
    story.wait(299);
    story.wait(301);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s is Refused(403 Forbidden)
        376.4s > 192.0.2.1 REGISTER for 3600
    "#]]);
}

#[test]
fn a_carrier_that_wants_a_longer_binding_gets_it_once() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 423, &["Min-Expires: 7200"]);
    story.register_answered(ONE, 423, &["Min-Expires: 9999"]);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.1 REGISTER over flow-1 for 7200
        0.0s is Refused(423 Interval Too Brief)
    "#]]);
}

#[test]
fn a_busy_carrier_is_asked_again_when_it_says() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 503, &["Retry-After: 40 (maintenance)"]);
    story.wait(39);
    story.wait(2);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s where?
        0.0s is Down
        40.0s > 192.0.2.1 REGISTER for 3600
        40.0s is Registering
    "#]]);
}

#[test]
fn the_next_host_is_tried_at_once_and_all_of_them_later_and_later() {
    let mut story = Story::registering(&[ONE, TWO], NEVER);
    story.register_answered(ONE, 503, &[]);
    story.times_out(&Method::Register);
    story.wait(3);
    story.times_out(&Method::Register);
    story.wait(5);
    story.times_out(&Method::Register);
    story.wait(10);
    story.register_answered(TWO, 200, &[]);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.2 REGISTER for 3600
        0.0s where?
        0.0s is Down
        1.3s > 192.0.2.2 REGISTER for 3600
        1.3s is Registering
        3.0s where?
        3.0s is Down
        6.9s > 192.0.2.2 REGISTER for 3600
        6.9s is Registering
        8.0s where?
        8.0s is Down
        13.6s > 192.0.2.2 REGISTER for 3600
        13.6s is Registering
        18.0s is Registered
    "#]]);
}

#[test]
fn a_redirection_is_followed_to_hosts_of_the_trunk_alone() {
    let mut story = Story::registering(&[ONE, TWO], NEVER);
    story.register_answered(ONE, 302, &["Contact: <sip:203.0.113.9>, <sip:192.0.2.2:5060>"]);
    story.register_answered(TWO, 302, &["Contact: <sip:evil.example>"]);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.2 REGISTER for 3600
        0.0s > 192.0.2.1 REGISTER for 3600
    "#]]);
}

#[test]
fn hosts_that_send_each_other_round_are_followed_three_times() {
    let mut story = Story::registering(&[ONE, TWO], NEVER);
    for _ in 0..2 {
        story.register_answered(ONE, 302, &["Contact: <sip:192.0.2.2:5060>"]);
        story.register_answered(TWO, 302, &["Contact: <sip:192.0.2.1:5060>"]);
    }
    // And not at all to a host that has just failed.
    story.register_answered(ONE, 302, &["Contact: <sip:192.0.2.2:5060>"]);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s > 192.0.2.2 REGISTER for 3600
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s > 192.0.2.2 REGISTER for 3600
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s where?
        0.0s is Down
    "#]]);
}

#[test]
fn a_lost_connection_is_made_up_for_within_seconds() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 200, &[]);
    story.trunk.flow_closed(story.now, FlowId(1));
    story.drain();
    story.wait(3);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s is Registered
        0.0s is Registering
        1.3s > 192.0.2.1 REGISTER for 3600
    "#]]);
}

#[test]
fn a_host_that_is_gone_is_left_for_the_other_and_one_that_is_back_is_registered_at_again() {
    let mut story = Story::registering(&[ONE], Duration::from_secs(30));
    story.register_answered(ONE, 200, &[]);
    story.wait(6);
    story.times_out(&Method::Options);
    story.wait(24);
    story.answer(ONE, &Method::Options, 405, &[]);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 OPTIONS
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s is Registered
        5.0s is Down
        28.2s > 192.0.2.1 OPTIONS over flow-2
        30.0s > 192.0.2.1 REGISTER over flow-2 for 3600
        30.0s is Registered
    "#]]);
}

#[test]
fn with_two_hosts_the_second_learns_where_we_are_when_the_first_falls_silent() {
    let mut story = Story::registering(&[ONE, TWO], Duration::from_secs(30));
    story.register_answered(ONE, 200, &[]);
    story.answer(TWO, &Method::Options, 200, &[]);
    story.wait(5);
    story.register_answered(TWO, 200, &[]);
    let way = story.trunk.way_out(story.now).unwrap();
    assert_eq!(way.peer, TWO.parse().unwrap());
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 OPTIONS
        0.0s > 192.0.2.2 OPTIONS
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s is Registered
        5.0s > 192.0.2.2 REGISTER for 3600
    "#]]);
}

#[test]
fn a_trunk_without_registration_is_up_when_it_is_found_and_down_when_it_is_silent() {
    let mut story = Story::begin(None, &[ONE], Duration::from_secs(10));
    story.wait(4);
    story.answer(ONE, &Method::Options, 404, &[]);
    story.wait(20);
    assert_eq!(story.trunk.way_out(story.now), None);
    story.answer(ONE, &Method::Options, 200, &[]);
    assert!(story.trunk.way_out(story.now).is_some());
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 OPTIONS
        0.0s is Up
        9.1s > 192.0.2.1 OPTIONS
        14.1s is Down
        24.0s is Up
    "#]]);
}

#[test]
fn a_call_that_found_a_host_broken_sends_the_next_to_another() {
    let mut story = Story::begin(None, &[ONE, TWO], NEVER);
    story.trunk.call_failed(story.now, ONE.parse().unwrap(), None);
    assert_eq!(story.trunk.way_out(story.now).unwrap().peer, TWO.parse().unwrap());
    // The last host is tried whatever it said of one call.
    story.trunk.call_failed(story.now, TWO.parse().unwrap(), None);
    assert_eq!(story.trunk.way_out(story.now).unwrap().peer, TWO.parse().unwrap());
    story.wait(31);
    assert_eq!(story.trunk.way_out(story.now).unwrap().peer, ONE.parse().unwrap());
}

#[test]
fn at_the_end_the_carrier_is_told_to_forget_us() {
    let mut story = Story::registering(&[ONE], Duration::from_secs(30));
    story.register_answered(ONE, 200, &[]);
    story.trunk.stop(story.now);
    story.drain();
    assert!(!story.trunk.is_done());
    story.register_answered(ONE, 401, &[CHALLENGE]);
    story.register_answered(ONE, 200, &[]);
    assert!(story.trunk.is_done());
    story.wait(4_000);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 OPTIONS
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s is Registered
        0.0s > 192.0.2.1 REGISTER over flow-2 for 0
        0.0s is Stopped
        0.0s > 192.0.2.1 REGISTER over flow-2 for 0 proved
    "#]]);
}

#[test]
fn hosts_that_move_are_followed_and_those_nobody_can_name_any_more_are_kept() {
    let mut story = Story::registering(&[ONE], NEVER);
    story.register_answered(ONE, 200, &[]);
    story.trunk.located(story.now, Vec::new(), None);
    story.drain();
    assert_eq!(story.trunk.way_out(story.now).unwrap().peer, ONE.parse().unwrap());
    story.wait(3);
    story.trunk.located(story.now, vec![target(TWO)], Some(story.now + Duration::from_secs(60)));
    story.drain();
    story.wait(61);
    story.ends(expect![[r#"
        0.0s where?
        0.0s > 192.0.2.1 REGISTER for 3600
        0.0s is Registering
        0.0s is Registered
        1.3s where?
        3.0s > 192.0.2.2 REGISTER for 3600
        63.0s where?
    "#]]);
}

#[test]
fn no_more_hosts_than_the_limit_are_kept() {
    let peers: Vec<String> = (1..=40).map(|n| format!("192.0.2.{n}:5060")).collect();
    let peers: Vec<&str> = peers.iter().map(String::as_str).collect();
    let story = Story::begin(None, &peers, Duration::from_secs(30));
    assert_eq!(story.out.len(), trunk::TARGETS_MAX);
}
