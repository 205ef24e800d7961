//! Stories of searches: what is asked, what is found, and what when nobody answers.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use clock::{Duration, Moment};
use expect_test::{Expect, expect};
use ids::TrunkId;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_dns::{
    Answer, ENTRIES_MAX, Families, Kind, Locator, Naptr, Output, Place, Question, Record, Srv,
};
use sip_txn::Transport;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const TRUNK: TrunkId = TrunkId(0);

/// A locator and the DNS that it asks.
struct Story {
    locator: Locator,
    now: Moment,
    zone: BTreeMap<Question, Vec<Record>>,
    ttl: Duration,
    is_dead: bool,
    told: String,
}

impl Story {
    fn new(families: Families, seed: u64) -> Self {
        Self {
            locator: Locator::new(families, StdRng::seed_from_u64(seed)),
            now: Moment::ZERO,
            zone: BTreeMap::new(),
            ttl: Duration::from_secs(60),
            is_dead: false,
            told: String::new(),
        }
    }

    fn naptr(mut self, name: &str, order: u16, service: &str, replacement: &str) -> Self {
        let naptr = Naptr {
            order,
            preference: 0,
            flags: "s".to_owned(),
            service: service.to_owned(),
            replacement: replacement.into(),
        };
        self.zone.entry(question(Kind::Naptr, name)).or_default().push(Record::Naptr(naptr));
        self
    }

    fn srv(mut self, name: &str, priority: u16, weight: u16, port: u16, target: &str) -> Self {
        let srv = Srv { priority, weight, port, target: target.into() };
        self.zone.entry(question(Kind::Srv, name)).or_default().push(Record::Srv(srv));
        self
    }

    fn host(mut self, name: &str, address: &str) -> Self {
        let address: std::net::IpAddr = address.parse().unwrap();
        let kind = if address.is_ipv4() { Kind::A } else { Kind::Aaaa };
        self.zone.entry(question(kind, name)).or_default().push(Record::Address(address));
        self
    }

    /// Looks for it, and answers every question at once.
    fn locate(&mut self, name: &str, port: Option<u16>, transport: Option<Transport>) {
        let place = Place { name: name.into(), port, transport };
        self.locator.locate(self.now, TRUNK, place);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.locator.poll_output() {
            match output {
                Output::Ask(question) => {
                    writeln!(self.told, "{:?} {}?", question.kind, question.name).unwrap();
                    let answer = match self.zone.get(&question) {
                        _ if self.is_dead => Answer::Failed,
                        Some(records) => Answer::Found { records: records.clone(), ttl: self.ttl },
                        None => Answer::Nothing { ttl: self.ttl },
                    };
                    self.locator.answered(self.now, question, answer);
                }
                Output::Located { hosts, again, .. } => {
                    for (transport, peer) in &hosts {
                        writeln!(self.told, "at {transport} {peer}").unwrap();
                    }
                    let nowhere = if hosts.is_empty() { "nowhere, " } else { "" };
                    let again = again.since(self.now).as_secs();
                    writeln!(self.told, "{nowhere}again in {again} s").unwrap();
                }
            }
        }
    }

    fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.locator.handle_timeout(self.now);
        self.drain();
    }

    fn ends(&self, expected: Expect) {
        expected.assert_eq(&self.told);
    }
}

fn question(kind: Kind, name: &str) -> Question {
    Question { kind, name: name.into() }
}

fn carrier() -> Story {
    Story::new(Families::V4, 1)
        .naptr("carrier.example", 20, "SIP+D2U", "_sip._udp.carrier.example")
        .naptr("carrier.example", 10, "SIPS+D2T", "_sips._tcp.carrier.example")
        .naptr("carrier.example", 5, "SIP+D2S", "_sip._sctp.carrier.example")
        .srv("_sip._udp.carrier.example", 1, 0, 5070, "b.carrier.example")
        .srv("_sips._tcp.carrier.example", 2, 0, 5061, "b.carrier.example")
        .srv("_sips._tcp.carrier.example", 1, 0, 5061, "a.carrier.example")
        .host("a.carrier.example", "192.0.2.1")
        .host("b.carrier.example", "192.0.2.2")
        .host("b.carrier.example", "192.0.2.3")
}

#[test]
fn naptr_leads_to_srv_and_srv_to_addresses_in_their_orders() {
    let mut story = carrier();
    story.locate("carrier.example", None, None);
    story.ends(expect![[r#"
        Naptr carrier.example?
        Srv _sips._tcp.carrier.example?
        Srv _sip._udp.carrier.example?
        A a.carrier.example?
        A b.carrier.example?
        at TLS 192.0.2.1:5061
        at TLS 192.0.2.2:5061
        at TLS 192.0.2.3:5061
        at UDP 192.0.2.2:5070
        at UDP 192.0.2.3:5070
        again in 60 s
    "#]]);
}

#[test]
fn a_transport_that_is_written_down_needs_no_naptr() {
    let mut story = carrier();
    story.locate("carrier.example", None, Some(Transport::Udp));
    story.ends(expect![[r#"
        Srv _sip._udp.carrier.example?
        A b.carrier.example?
        at UDP 192.0.2.2:5070
        at UDP 192.0.2.3:5070
        again in 60 s
    "#]]);
}

#[test]
fn a_port_that_is_written_down_needs_no_srv() {
    let mut story = carrier();
    story.locate("a.carrier.example", Some(5080), None);
    story.ends(expect![[r#"
        A a.carrier.example?
        at UDP 192.0.2.1:5080
        again in 60 s
    "#]]);
}

#[test]
fn a_host_without_naptr_and_srv_is_asked_for_its_addresses() {
    let mut story = Story::new(Families::Both, 1)
        .host("pbx.example", "192.0.2.9")
        .host("pbx.example", "2001:db8::9");
    story.locate("pbx.example", None, None);
    story.locate("pbx.example", None, Some(Transport::Tls));
    story.ends(expect![[r#"
        Naptr pbx.example?
        Srv _sip._udp.pbx.example?
        Srv _sip._tcp.pbx.example?
        Srv _sips._tcp.pbx.example?
        Aaaa pbx.example?
        A pbx.example?
        at UDP [2001:db8::9]:5060
        at UDP 192.0.2.9:5060
        again in 60 s
        at TLS [2001:db8::9]:5061
        at TLS 192.0.2.9:5061
        again in 60 s
    "#]]);
}

#[test]
fn without_naptr_every_transport_that_has_srv_is_used() {
    let mut story = Story::new(Families::V4, 1)
        .srv("_sip._tcp.carrier.example", 1, 0, 5060, "a.carrier.example")
        .host("a.carrier.example", "192.0.2.1");
    story.locate("carrier.example", None, None);
    story.ends(expect![[r#"
        Naptr carrier.example?
        Srv _sip._udp.carrier.example?
        Srv _sip._tcp.carrier.example?
        Srv _sips._tcp.carrier.example?
        A a.carrier.example?
        at TCP 192.0.2.1:5060
        again in 60 s
    "#]]);
}

#[test]
fn a_service_that_is_decidedly_not_there_has_no_hosts() {
    let mut story = Story::new(Families::V4, 1)
        .srv("_sip._udp.carrier.example", 0, 0, 0, "")
        .host("carrier.example", "192.0.2.1");
    story.locate("carrier.example", None, Some(Transport::Udp));
    story.ends(expect![[r#"
        Srv _sip._udp.carrier.example?
        nowhere, again in 60 s
    "#]]);
}

#[test]
fn what_is_known_is_not_asked_again_before_its_time() {
    let mut story = carrier();
    story.locate("a.carrier.example", Some(5060), None);
    story.wait(59);
    story.locate("a.carrier.example", Some(5060), None);
    story.wait(2);
    story.locate("a.carrier.example", Some(5060), None);
    story.ends(expect![[r#"
        A a.carrier.example?
        at UDP 192.0.2.1:5060
        again in 60 s
        at UDP 192.0.2.1:5060
        again in 1 s
        A a.carrier.example?
        at UDP 192.0.2.1:5060
        again in 60 s
    "#]]);
}

#[test]
fn what_is_not_there_is_remembered_for_a_while() {
    let mut story = Story::new(Families::V4, 1);
    story.ttl = Duration::from_secs(86_400);
    story.locate("nowhere.example", Some(5060), None);
    story.wait(299);
    story.locate("nowhere.example", Some(5060), None);
    story.wait(2);
    story.locate("nowhere.example", Some(5060), None);
    story.ends(expect![[r#"
        A nowhere.example?
        nowhere, again in 300 s
        nowhere, again in 1 s
        A nowhere.example?
        nowhere, again in 300 s
    "#]]);
}

#[test]
fn with_a_dead_resolver_what_was_found_is_used_on_and_on() {
    let mut story = carrier();
    story.locate("carrier.example", None, Some(Transport::Udp));
    story.is_dead = true;
    for _ in 0..20 {
        story.told.clear();
        story.wait(61);
        story.locate("carrier.example", None, Some(Transport::Udp));
    }
    story.ends(expect![[r#"
        Srv _sip._udp.carrier.example?
        A b.carrier.example?
        at UDP 192.0.2.2:5070
        at UDP 192.0.2.3:5070
        again in 30 s
    "#]]);
}

#[test]
fn with_a_dead_resolver_a_name_is_not_taken_for_a_host() {
    let mut story = carrier();
    story.is_dead = true;
    story.locate("carrier.example", None, None);
    story.is_dead = false;
    story.wait(6);
    story.locate("carrier.example", None, Some(Transport::Udp));
    story.ends(expect![[r#"
        Naptr carrier.example?
        nowhere, again in 5 s
        Srv _sip._udp.carrier.example?
        A b.carrier.example?
        at UDP 192.0.2.2:5070
        at UDP 192.0.2.3:5070
        again in 60 s
    "#]]);
}

#[test]
fn a_question_that_nobody_answers_ends_all_the_same() {
    let mut locator = Locator::new(Families::V4, StdRng::seed_from_u64(1));
    let place = Place { name: "a.example".into(), port: Some(5060), transport: None };
    locator.locate(Moment::ZERO, TRUNK, place);
    assert!(matches!(locator.poll_output(), Some(Output::Ask(_))));
    let due = locator.poll_timeout().unwrap();
    assert_eq!(due, Moment::ZERO + sip_dns::PATIENCE);
    locator.handle_timeout(due);
    assert!(
        matches!(locator.poll_output(), Some(Output::Located { hosts, .. }) if hosts.is_empty())
    );
    assert_eq!((locator.poll_output(), locator.poll_timeout()), (None, None));
}

#[test]
fn two_trunks_that_ask_the_same_ask_once() {
    let mut locator = Locator::new(Families::V4, StdRng::seed_from_u64(1));
    for trunk in [TrunkId(0), TrunkId(1)] {
        let place = Place { name: "a.example".into(), port: Some(5060), transport: None };
        locator.locate(Moment::ZERO, trunk, place);
    }
    assert!(matches!(locator.poll_output(), Some(Output::Ask(_))));
    assert_eq!(locator.poll_output(), None);
    let found = vec![Record::Address("192.0.2.1".parse().unwrap())];
    let answer = Answer::Found { records: found, ttl: Duration::from_secs(60) };
    locator.answered(Moment::ZERO, question(Kind::A, "a.example"), answer);
    let located = std::iter::from_fn(|| locator.poll_output()).count();
    assert_eq!(located, 2);
}

#[test]
fn hosts_of_one_priority_get_their_weight_of_first_tries() {
    let mut firsts: BTreeMap<String, u32> = BTreeMap::new();
    for seed in 0..2_000 {
        let mut story = Story::new(Families::V4, seed)
            .srv("_sip._udp.x", 1, 75, 1, "big")
            .srv("_sip._udp.x", 1, 25, 2, "small")
            .srv("_sip._udp.x", 2, 99, 3, "last")
            .host("big", "192.0.2.1")
            .host("small", "192.0.2.2")
            .host("last", "192.0.2.3");
        story.locate("x", None, Some(Transport::Udp));
        let hosts: Vec<&str> = story.told.lines().filter(|line| line.starts_with("at")).collect();
        assert_eq!(hosts.last(), Some(&"at UDP 192.0.2.3:3"));
        *firsts.entry(hosts.first().unwrap().to_string()).or_default() += 1;
    }
    let big = firsts.get("at UDP 192.0.2.1:1").copied().unwrap();
    assert!((1_400..1_600).contains(&big), "{firsts:?}");
}

#[test]
fn answers_without_end_are_not_kept_without_end() {
    let mut locator = Locator::new(Families::V4, StdRng::seed_from_u64(1));
    for number in 0..ENTRIES_MAX + 10 {
        let ttl = Duration::from_secs(60 + u64::try_from(number).unwrap());
        let asked = question(Kind::A, &format!("host-{number}"));
        locator.answered(Moment::ZERO, asked, Answer::Nothing { ttl });
    }
    let is_known = |locator: &mut Locator, name: &str| {
        let place = Place { name: name.into(), port: Some(1), transport: None };
        locator.locate(Moment::ZERO, TRUNK, place);
        let first = locator.poll_output();
        matches!(first, Some(Output::Located { .. }))
    };
    assert!(!is_known(&mut locator, "host-0"));
    assert!(is_known(&mut locator, &format!("host-{ENTRIES_MAX}")));
}
