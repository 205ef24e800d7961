//! Phones that come and go.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that panics has said enough"
)]

use clock::{Duration, Moment};
use expect_test::{Expect, expect};
use ids::FlowId;
use proptest::prelude::*;
use registrar::{
    BINDING_BYTES_MAX, Challenge, Config, FAILURES_MAX, FAILURES_WINDOW, FREE_FAILURES, Output,
    Registrar,
};
use sip_auth::{Algorithm, Credentials, Login, respond};
use sip_msg::{Message, Method, Name, NameAddr, Request, Response, StatusCode, Text, parse};
use sip_txn::{Hop, Transport};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const UDP: Hop = Hop {
    transport: Transport::Udp,
    flow: FlowId(1),
    peer: std::net::SocketAddr::new(
        std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)),
        5060,
    ),
};
const TCP: Hop = Hop { transport: Transport::Tcp, flow: FlowId(9), ..UDP };

/// A registrar with two accounts, and phones that answer its challenges.
struct Story {
    registrar: Registrar,
    now: Moment,
    cseq: u32,
}

impl Story {
    fn new() -> Self {
        let config = Config::new("acme", [7; 32]);
        let registrar = Registrar::new(config, [("ana", "a-secret"), ("bo", "b-secret")]);
        Self { registrar, now: Moment::ZERO, cseq: 0 }
    }

    fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.registrar.handle_timeout(self.now);
    }

    /// A REGISTER of ana's with these further lines, still without credentials.
    fn request(&mut self, lines: &str) -> Request {
        self.cseq += 1;
        let text = format!(
            "REGISTER sip:acme.example SIP/2.0\n\
             Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK{0}\n\
             From: <sip:ana@acme.example>;tag=f\nTo: <sip:ana@acme.example>\n\
             Call-ID: phone\nCSeq: {0} REGISTER\n{lines}\n\n",
            self.cseq
        );
        match parse(text.replace('\n', "\r\n").into()) {
            Ok(Message::Request(request)) => request,
            other => panic!("{other:?}"),
        }
    }

    /// Sends a request as that user: once to be challenged, and again with the answer.
    fn send_as(&mut self, user: &str, hop: Hop, request: Request) -> Response {
        let challenged = self.registrar.register(self.now, hop, &request);
        if challenged.status != StatusCode::UNAUTHORIZED {
            return challenged;
        }
        let password = format!("{}-secret", &user[..1]);
        let login = Login { user: user.to_owned().into(), password: password.into() };
        let challenges = challenged.headers.all(Name::WwwAuthenticate);
        let answer = respond(challenges, &Method::Register, &request.uri, &login, "c").unwrap();
        self.registrar.register(self.now, hop, &request.with_header(Name::Authorization, answer))
    }

    fn register(&mut self, hop: Hop, lines: &str) -> Response {
        let request = self.request(lines);
        self.send_as("ana", hop, request)
    }

    /// Who became reachable, and who ceased to be.
    fn outputs(&mut self) -> Vec<String> {
        let told = self.told().into_iter();
        let of_accounts = told.filter(|output| match output {
            Output::Reachable(_) | Output::Unreachable(_) => true,
            Output::Save(..) | Output::Forget(_) | Output::PhonesChanged(_) => false,
        });
        of_accounts.map(|output| format!("{output:?}")).collect()
    }

    /// What is to be kept over a restart, and what no more: id, contact, and seconds until its end.
    fn saved(&mut self) -> Vec<String> {
        let now = self.now;
        let told = self.told().into_iter();
        let line = |output| match output {
            Output::Save(saved, until) => {
                Some(format!("{} {} for {:?}", saved.id, saved.contact, until.since(now)))
            }
            Output::Forget(id) => Some(format!("{id} is over")),
            Output::Reachable(_) | Output::Unreachable(_) | Output::PhonesChanged(_) => None,
        };
        told.filter_map(line).collect()
    }

    fn told(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.registrar.poll_output()).collect()
    }

    fn contacts(&self) -> Vec<String> {
        self.registrar.bindings("ana").map(|binding| binding.contact.to_string()).collect()
    }
}

/// The status and what an answer says beside it.
fn check(response: &Response, expected: &Expect) {
    let mut text = format!("{} {}\n", response.status, response.reason);
    for header in response.headers.iter() {
        writeln!(text, "{}: {}", header.name, header.value).unwrap();
    }
    expected.assert_eq(&text);
}

#[test]
fn a_phone_registers_refreshes_and_leaves() {
    let mut story = Story::new();
    let contact = "Contact: \"Ana\" <sip:ana-0x55@10.0.0.9:5062>;q=0.5";
    check(
        &story.register(UDP, &format!("{contact}\nExpires: 600")),
        &expect![[r#"
        200 OK
        Contact: <sip:ana-0x55@10.0.0.9:5062>;q=0.5;expires=600
    "#]],
    );
    assert_eq!(story.outputs(), ["Reachable(\"ana\")"]);
    let binding = story.registrar.bindings("ana").next().unwrap();
    assert_eq!((binding.hop, binding.q), (UDP, 500));
    story.wait(500);
    check(
        &story.register(UDP, &format!("{contact};expires=300")),
        &expect![[r#"
        200 OK
        Contact: <sip:ana-0x55@10.0.0.9:5062>;q=0.5;expires=300
    "#]],
    );
    check(
        &story.register(UDP, ""),
        &expect![[r#"
        200 OK
        Contact: <sip:ana-0x55@10.0.0.9:5062>;q=0.5;expires=300
    "#]],
    );
    check(
        &story.register(UDP, &format!("{contact};expires=0")),
        &expect![[r#"
        200 OK
    "#]],
    );
    assert_eq!(story.outputs(), ["Unreachable(\"ana\")"]);
    assert_eq!(story.registrar.poll_timeout(), None);
}

#[test]
fn who_comes_without_credentials_is_asked_for_them_and_nothing_is_done() {
    let mut story = Story::new();
    let request = story.request("Contact: <sip:ana@10.0.0.9>");
    let response = story.registrar.register(story.now, UDP, &request);
    assert_eq!(response.status, StatusCode::UNAUTHORIZED);
    assert_eq!(offered(&response), ["MD5", "SHA-256"], "tools look at the first one alone");
    assert_eq!(story.contacts(), [""; 0]);
}

/// The hashes of the challenges in an answer.
fn offered(response: &Response) -> Vec<String> {
    let challenges = response.headers.all(Name::WwwAuthenticate);
    let hash = |text: String| text.split("algorithm=").nth(1)?.split(',').next().map(str::to_owned);
    challenges.filter_map(|challenge| hash(challenge.to_string())).collect()
}

#[test]
fn a_phone_is_offered_sha_256_first_and_one_that_cannot_bear_it_md5() {
    let mut story = Story::new();
    let mut offered_to = |user_agent: &str| {
        let request = story.request(&format!("Contact: <sip:ana@10.0.0.9>{user_agent}"));
        offered(&story.registrar.register(story.now, UDP, &request))
    };
    assert_eq!(offered_to("\nUser-Agent: Yealink SIP-T54W 96.86.0.100"), ["SHA-256", "MD5"]);
    assert_eq!(offered_to("\nUser-Agent: baresip v1.0.0 (x86_64/linux)"), ["MD5"]);
    assert_eq!(offered_to("\nUser-Agent: JsSIP 3.13.8"), ["MD5"]);
    let lines = "Contact: <sip:ana@10.0.0.9>\nUser-Agent: Yealink";
    assert_eq!(story.register(UDP, lines).status, StatusCode::OK, "and it is used");
}

#[test]
fn a_phone_whose_hash_alone_is_known_registers_by_the_algorithm_of_that_hash() {
    let (ana, acme) = (Text::from("ana"), Text::from("acme"));
    let known = Credentials::new(&ana, &acme, &"a-secret".into());
    let sha256 = known.ha1(Algorithm::Sha256).to_owned();
    let hashed = Credentials::hashed(None, Some(sha256));
    let mut story = Story::new();
    story.registrar = Registrar::new(Config::new("acme", [7; 32]), [("ana", hashed)]);
    let contact = "Contact: <sip:ana@10.0.0.9>";
    assert_eq!(story.register(UDP, contact).status, StatusCode::OK);
    let by_md5 = format!("{contact}\nUser-Agent: baresip v1.0.0");
    assert_eq!(story.register(UDP, &by_md5).status, StatusCode::UNAUTHORIZED);
}

#[test]
fn where_md5_is_off_it_is_offered_to_nobody_and_taken_from_nobody() {
    let mut config = Config::new("acme", [7; 32]);
    config.offers.usual = vec![Algorithm::Sha256];
    let mut story = Story::new();
    story.registrar = Registrar::new(config, [("ana", "a-secret")]);
    let request = story.request("Contact: <sip:ana@10.0.0.9>\nUser-Agent: baresip v1.0.0");
    let challenged = story.registrar.register(story.now, UDP, &request);
    assert_eq!(offered(&challenged), ["SHA-256"]);
    // The same nonce, answered by MD5.
    let challenge = challenged.headers.get(Name::WwwAuthenticate).unwrap().to_string();
    let weaker = Text::from(challenge.replace("SHA-256", "MD5"));
    let login = Login { user: "ana".into(), password: "a-secret".into() };
    let answer = respond([&weaker], &Method::Register, &request.uri, &login, "c").unwrap();
    let request = request.with_header(Name::Authorization, answer);
    let answered = story.registrar.register(story.now, UDP, &request);
    assert_eq!(answered.status, StatusCode::UNAUTHORIZED);
    assert_eq!(story.contacts(), [""; 0]);
}

#[test]
fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let mut story = Story::new();
    let mut answers = Vec::new();
    for user in ["ana", "nobody"] {
        let request = story.request("Contact: <sip:ana@10.0.0.9>");
        let guess = Login { user: user.to_owned().into(), password: "guess".into() };
        let challenged = story.registrar.register(story.now, UDP, &request);
        let challenges = challenged.headers.all(Name::WwwAuthenticate);
        let answer = respond(challenges, &Method::Register, &request.uri, &guess, "c").unwrap();
        let request = request.with_header(Name::Authorization, answer);
        let response = story.registrar.register(story.now, UDP, &request);
        let length = response.headers.iter().map(|header| header.value.len()).sum::<usize>();
        answers.push((response.status, response.reason, length));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
    assert_eq!(story.registrar.counts().wrong, 2);
}

#[test]
fn nobody_registers_for_somebody_else() {
    let mut story = Story::new();
    let request = story.request("Contact: <sip:bo@10.0.0.9>");
    assert_eq!(story.send_as("bo", UDP, request).status, StatusCode::FORBIDDEN);
    assert_eq!(story.contacts(), [""; 0]);
}

#[test]
fn a_binding_ends_when_its_time_is_over() {
    let mut story = Story::new();
    let _ = story.register(UDP, "Contact: <sip:ana@10.0.0.9>\nExpires: 60");
    assert_eq!(story.registrar.poll_timeout(), Some(Moment::ZERO + Duration::from_secs(60)));
    story.wait(59);
    assert_eq!(story.contacts().len(), 1);
    story.wait(1);
    assert_eq!(story.contacts().len(), 0);
    assert_eq!(story.outputs(), ["Reachable(\"ana\")", "Unreachable(\"ana\")"]);
}

#[test]
fn a_binding_over_a_connection_ends_with_it() {
    let mut story = Story::new();
    let _ = story.register(TCP, "Contact: <sip:ana@10.0.0.9;transport=tcp>");
    let _ = story.register(UDP, "Contact: <sip:ana@10.0.0.8>");
    story.registrar.flow_closed(story.now, TCP.flow);
    assert_eq!(story.contacts(), ["sip:ana@10.0.0.8"]);
    let newer = Hop { flow: FlowId(10), ..TCP };
    let _ = story.register(TCP, "Contact: <sip:ana@10.0.0.9;transport=tcp>");
    let _ = story.register(newer, "Contact: <sip:ana@10.0.0.9;transport=tcp>");
    story.registrar.flow_closed(story.now, TCP.flow);
    assert_eq!(story.contacts().len(), 2, "the phone had come back over another one");
    story.registrar.flow_closed(story.now, newer.flow);
    assert_eq!(story.outputs(), ["Reachable(\"ana\")"]);
}

#[test]
fn lengths_are_kept_within_bounds() {
    let mut story = Story::new();
    check(
        &story.register(UDP, "Contact: <sip:ana@10.0.0.9>;expires=59"),
        &expect![[r#"
        423 Interval Too Brief
        Min-Expires: 60
    "#]],
    );
    check(
        &story.register(UDP, "Contact: <sip:ana@10.0.0.9>;expires=99999999999"),
        &expect![[r#"
        200 OK
        Contact: <sip:ana@10.0.0.9>;expires=3600
    "#]],
    );
    check(
        &story.register(UDP, "Contact: <sip:ana@10.0.0.9>;expires=soon"),
        &expect![[r#"
            200 OK
            Contact: <sip:ana@10.0.0.9>;expires=3378
        "#]],
    );
}

#[test]
fn a_star_takes_all_bindings_away_and_needs_expires_zero() {
    let mut story = Story::new();
    let _ = story.register(UDP, "Contact: <sip:ana@10.0.0.9>, <sip:ana@10.0.0.8>");
    assert_eq!(story.contacts().len(), 2);
    check(
        &story.register(UDP, "Contact: *\nExpires: 1"),
        &expect![[r#"
        400 Contact * needs Expires 0
    "#]],
    );
    check(
        &story.register(UDP, "Contact: *"),
        &expect![[r#"
        400 Contact * needs Expires 0
    "#]],
    );
    assert_eq!(story.contacts().len(), 2);
    check(
        &story.register(UDP, "Contact: *\nExpires: 0"),
        &expect![[r#"
        200 OK
    "#]],
    );
    assert_eq!(story.outputs(), ["Reachable(\"ana\")", "Unreachable(\"ana\")"]);
}

#[test]
fn a_register_is_done_whole_or_not_at_all() {
    let mut story = Story::new();
    for lines in [
        "Contact: <sip:ana@10.0.0.9>, <sip:ana@10.0.0.8>;expires=1",
        "Contact: <sip:ana@10.0.0.9>, <tel:+4681234>",
        "Contact: <sip:ana@10.0.0.9>, sip:ana@10.0.0.8?Route=x",
        "Contact: <sip:ana@10.0.0.9>\nRequire: path, teleport",
        "Contact: <sip:1@h>,<sip:2@h>,<sip:3@h>,<sip:4@h>,<sip:5@h>,<sip:6@h>",
    ] {
        let response = story.register(UDP, lines);
        assert!(!response.status.is_success(), "{lines}");
        assert_eq!(story.contacts().len(), 0, "{lines}");
    }
    check(
        &story.register(UDP, "Require: path, teleport"),
        &expect![[r#"
        420 Bad Extension
        Unsupported: teleport
    "#]],
    );
    check(
        &story.register(UDP, "Contact: sip:ana@10.0.0.8?Route=x"),
        &expect![[r#"
        400 Bad Contact
    "#]],
    );
}

#[test]
fn an_overtaken_register_changes_nothing() {
    let mut story = Story::new();
    let early = story.request("Contact: <sip:ana@10.0.0.9>;expires=0");
    let _ = story.register(UDP, "Contact: <sip:ana@10.0.0.9>");
    check(
        &story.send_as("ana", UDP, early),
        &expect![[r#"
        500 CSeq out of order
    "#]],
    );
    assert_eq!(story.contacts().len(), 1);
}

#[test]
fn a_device_is_known_by_its_instance_and_a_contact_by_its_whole_uri() {
    let mut story = Story::new();
    let device = ";+sip.instance=\"<urn:uuid:1>\";reg-id=1";
    let _ = story.register(UDP, &format!("Contact: <sip:x1@10.0.0.9>{device}"));
    let _ = story.register(UDP, &format!("Contact: <sip:x2@10.0.0.7:9>{device}"));
    assert_eq!(story.contacts(), ["sip:x2@10.0.0.7:9"]);
    let _ = story.register(UDP, "Contact: <sip:y@10.0.0.9:5060;unknownparam>");
    let _ = story.register(UDP, "Contact: <sip:Y@10.0.0.9:5060>");
    let _ = story.register(UDP, "Contact: <sip:%79@10.0.0.9:5060>");
    assert_eq!(story.contacts().len(), 3, "y twice is one, Y is another");
    let instance = story.registrar.bindings("ana").next().unwrap().instance.clone();
    assert_eq!(instance.unwrap(), "<urn:uuid:1>");
}

#[test]
fn one_phone_too_many_takes_the_place_of_the_one_not_heard_of_longest() {
    let mut story = Story::new();
    for host in [1, 2, 3, 4, 5, 1, 6] {
        let _ = story.register(UDP, &format!("Contact: <sip:ana@10.0.0.{host}>"));
    }
    let hosts = [3, 4, 5, 1, 6].map(|host| format!("sip:ana@10.0.0.{host}"));
    assert_eq!(story.contacts(), hosts);
    assert_eq!(story.registrar.counts().displaced, 1);
    assert_eq!(story.outputs(), ["Reachable(\"ana\")"]);
}

#[test]
fn the_path_is_kept_for_who_knows_it_and_shown_back() {
    let mut story = Story::new();
    let lines = "Contact: <sip:ana@10.0.0.9>\nPath: <sip:edge;lr>,<sip:core;lr>";
    let _ = story.register(UDP, lines);
    assert!(story.registrar.bindings("ana").next().unwrap().path.is_empty());
    let response = story.register(UDP, &format!("{lines}\nSupported: path"));
    assert_eq!(response.headers.all(Name::Path).count(), 2);
    let path = &story.registrar.bindings("ana").next().unwrap().path;
    assert_eq!(path[0].uri().to_string(), "sip:edge;lr");
}

/// Guesses this user's password once, as somebody at `hop`.
fn guess_of(story: &mut Story, hop: Hop, user: &str) -> Response {
    let mut request = story.request("Contact: <sip:eve@10.6.6.6>");
    request.to = NameAddr::new(format!("sip:{user}@acme.example").parse().unwrap());
    request.from = request.to.with_tag("e");
    let challenged = story.registrar.register(story.now, hop, &request);
    let challenges = challenged.headers.all(Name::WwwAuthenticate);
    let login = Login { user: user.to_owned().into(), password: "guess".into() };
    match respond(challenges, &Method::Register, &request.uri, &login, "c") {
        Some(answer) => {
            let request = request.with_header(Name::Authorization, answer);
            story.registrar.register(story.now, hop, &request)
        }
        None => challenged,
    }
}

fn guess(story: &mut Story, hop: Hop) -> StatusCode {
    guess_of(story, hop, "ana").status
}

/// Guesses ana's password as often as is looked at, coming back when told, until refused.
fn guess_until_refused(story: &mut Story, hop: Hop) -> u32 {
    for guesses in 0..100 {
        let mut response = guess_of(story, hop, "ana");
        while let Some(pause) = response.headers.get(Name::RetryAfter) {
            assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE);
            story.now += Duration::from_secs(pause.as_str().unwrap().parse().unwrap());
            response = guess_of(story, hop, "ana");
        }
        match response.status {
            StatusCode::UNAUTHORIZED => {}
            StatusCode::FORBIDDEN => return guesses,
            other => panic!("{other}"),
        }
    }
    panic!("never refused")
}

#[test]
fn a_guesser_is_slowed_and_shut_out_and_the_agents_beside_it_are_not() {
    let mut story = Story::new();
    let other = Hop { peer: "198.51.100.1:5060".parse().unwrap(), ..UDP };
    let beside = Hop { peer: "198.51.100.1:6666".parse().unwrap(), ..UDP };
    let _ = story.register(other, "Contact: <sip:ana@10.0.0.9>");
    let began = story.now;
    assert_eq!(guess_until_refused(&mut story, UDP), FAILURES_MAX);
    assert!(story.now.since(began) > Duration::from_secs(100), "it took its time");
    // From the same address as ana's phone, another port: for ana and for users that there are not.
    assert_eq!(guess_until_refused(&mut story, beside), FAILURES_MAX);
    assert_eq!(guess_of(&mut story, beside, "nobody").status, StatusCode::FORBIDDEN);
    assert!(story.registrar.counts().slowed > 0 && story.registrar.counts().barred > 0);
    let refreshed = story.register(other, "Contact: <sip:ana@10.0.0.9>");
    assert_eq!(refreshed.status, StatusCode::OK, "ana has a phone at that very port");
    let request = story.request("Contact: <sip:bo@10.0.0.9>");
    let posing = story.send_as("bo", other, request);
    assert_eq!(posing.status, StatusCode::FORBIDDEN, "and only ana, not who says to be ana");
    story.now += FAILURES_WINDOW;
    assert_eq!(story.register(UDP, "").status, StatusCode::OK);
}

#[test]
fn a_phone_that_comes_back_by_another_port_is_not_shut_out_by_guesses_at_others() {
    let mut story = Story::new();
    let back = Hop { flow: FlowId(10), peer: "192.0.2.7:7777".parse().unwrap(), ..TCP };
    let guesser = Hop { peer: "192.0.2.7:6666".parse().unwrap(), ..UDP };
    let _ = story.register(TCP, "Contact: <sip:ana@10.0.0.9;transport=tcp>");
    for _ in 0..120 {
        let _ = guess_of(&mut story, guesser, "bo");
        story.now += Duration::from_secs(1);
    }
    assert_eq!(guess_of(&mut story, guesser, "bo").status, StatusCode::FORBIDDEN);
    assert_eq!(
        story.register(back, "Contact: <sip:ana@10.0.0.9;transport=tcp>").status,
        StatusCode::OK
    );
}

#[test]
fn who_guesses_one_user_from_many_places_is_slowed_and_the_phone_of_that_user_is_not() {
    let mut story = Story::new();
    let _ = story.register(UDP, "Contact: <sip:ana@10.0.0.9>");
    let at = |place: u32| {
        let ip = std::net::Ipv4Addr::from(0xC633_6400 + place);
        Hop { peer: (ip, 5060).into(), ..UDP }
    };
    let answers = |story: &mut Story, user| {
        (0..100).map(|place| guess_of(story, at(place), user)).collect::<Vec<_>>()
    };
    let of_ana = answers(&mut story, "ana");
    let of_nobody = answers(&mut story, "nobody");
    let looked_at = of_ana.iter().filter(|it| it.status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(looked_at, 25, "the rest is told to come back later");
    for (known, unknown) in of_ana.iter().zip(&of_nobody) {
        assert_eq!(shape(known), shape(unknown));
    }
    assert_eq!(story.register(UDP, "Contact: <sip:ana@10.0.0.9>").status, StatusCode::OK);
}

/// An answer with all letters and digits of its nonces taken for one.
fn shape(response: &Response) -> String {
    let mut shape = format!("{} {}", response.status, response.reason);
    for header in response.headers.iter() {
        let value = header.value.to_string();
        let nonce = value.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next());
        let value = match nonce {
            Some(nonce) => value.replace(nonce, &"0".repeat(nonce.len())),
            None => value,
        };
        write!(shape, "\n{}: {value}", header.name).unwrap();
    }
    shape
}

#[test]
fn nobody_is_barred_by_who_forges_its_address() {
    let mut story = Story::new();
    let thief = Hop { peer: "198.51.100.1:5060".parse().unwrap(), ..UDP };
    for round in 0..FAILURES_MAX * 2 {
        let request = story.request("Contact: <sip:eve@10.6.6.6>");
        let challenged = story.registrar.register(story.now, thief, &request);
        let fetched = challenged.headers.get(Name::WwwAuthenticate).unwrap().clone();
        let invented =
            Text::from(format!("Digest realm=\"acme\", nonce=\"{round}\", qop=\"auth\""));
        let nonce = if round % 2 == 0 { fetched } else { invented };
        let login = Login { user: "ana".into(), password: "guess".into() };
        let answer = respond([&nonce], &Method::Register, &request.uri, &login, "c").unwrap();
        let forged = request.with_header(Name::Authorization, answer);
        let response = story.registrar.register(story.now, UDP, &forged);
        assert_eq!(response.status, StatusCode::UNAUTHORIZED);
        assert!(response.headers.get(Name::WwwAuthenticate).is_some(), "a fresh challenge");
    }
    assert_eq!(story.registrar.counts().wrong, 0);
    assert_eq!(story.register(UDP, "Contact: <sip:ana@10.0.0.9>").status, StatusCode::OK);
}

#[test]
fn credentials_for_one_code_do_not_dial_another() {
    let mut story = Story::new();
    let mut invite = story.request("");
    invite.method = Method::Invite;
    invite.uri = "sip:*11@acme.example".parse().unwrap();
    let challenged =
        story.registrar.authenticate(story.now, UDP, &invite, Challenge::Proxy).unwrap_err();
    let challenges = challenged.headers.all(Name::ProxyAuthenticate);
    let login = Login { user: "ana".into(), password: "a-secret".into() };
    let answer = respond(challenges, &Method::Invite, &invite.uri, &login, "c").unwrap();
    let mut invite = invite.with_header(Name::ProxyAuthorization, answer);
    invite.uri = "sip:*12@acme.example".parse().unwrap();
    let refused = story.registrar.authenticate(story.now, UDP, &invite, Challenge::Proxy);
    check(
        &refused.unwrap_err(),
        &expect![[r#"
            400 Credentials for another URI
        "#]],
    );
    invite.uri = "sip:%2A11@acme.example:5060".parse().unwrap();
    let account = story.registrar.authenticate(story.now, UDP, &invite, Challenge::Proxy);
    assert_eq!(account, Ok(Text::from("ana")));
}

#[test]
fn neighbours_of_an_ipv6_address_count_as_one_source() {
    let mut story = Story::new();
    let at = |ip: &str| Hop { peer: format!("[{ip}]:5060").parse().unwrap(), ..UDP };
    for low in 0..FREE_FAILURES {
        let response = guess(&mut story, at(&format!("2001:db8::{low:x}")));
        assert_eq!(response, StatusCode::UNAUTHORIZED);
    }
    let slowed = guess(&mut story, at("2001:db8::ffff"));
    assert_eq!(slowed, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(guess(&mut story, at("2001:db8:0:1::")), StatusCode::UNAUTHORIZED);
}

#[test]
fn a_call_is_challenged_as_on_its_way() {
    let mut story = Story::new();
    let mut invite = story.request("");
    invite.method = Method::Invite;
    let challenged =
        story.registrar.authenticate(story.now, UDP, &invite, Challenge::Proxy).unwrap_err();
    assert_eq!(challenged.status, StatusCode::PROXY_AUTHENTICATION_REQUIRED);
    let challenges = challenged.headers.all(Name::ProxyAuthenticate);
    let login = Login { user: "ana".into(), password: "a-secret".into() };
    let answer = respond(challenges, &Method::Invite, &invite.uri, &login, "c").unwrap();
    let invite = invite.with_header(Name::ProxyAuthorization, answer);
    let account = story.registrar.authenticate(story.now, UDP, &invite, Challenge::Proxy);
    assert_eq!(account, Ok(Text::from("ana")));
}

#[test]
fn accounts_that_go_take_their_bindings_along_and_others_keep_theirs() {
    let mut story = Story::new();
    let _ = story.register(TCP, "Contact: <sip:ana@10.0.0.9>");
    story.registrar.set_accounts([("ana", "another-secret")]);
    assert_eq!(story.contacts().len(), 1);
    story.registrar.set_accounts([("bo", "b-secret")]);
    assert_eq!(story.outputs(), ["Reachable(\"ana\")", "Unreachable(\"ana\")"]);
    assert_eq!(story.registrar.poll_timeout(), None);
    story.registrar.flow_closed(story.now, TCP.flow);
}

#[test]
fn phones_that_came_all_at_once_do_not_come_back_all_at_once() {
    let mut story = Story::new();
    let mut ends = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let response = story.register(UDP, "Contact: <sip:ana@10.0.0.9>;expires=3600");
        let contact = response.headers.get(Name::Contact).unwrap().to_string();
        let seconds: u64 = contact.split("expires=").nth(1).unwrap().parse().unwrap();
        assert!((3_240..=3_600).contains(&seconds), "{seconds}");
        ends.insert(seconds / 36);
    }
    assert!(ends.len() >= 10, "in each of ten parts some: {ends:?}");
    let brief = story.register(UDP, "Contact: <sip:ana@10.0.0.9>;expires=300");
    let contact = brief.headers.get(Name::Contact).unwrap().to_string();
    assert!(contact.ends_with("expires=300"), "who comes often anyway is left alone: {contact}");
}

const FLOW: &str = "Supported: path, outbound\n\
     Contact: <sip:ana@10.0.0.9;transport=tcp>;expires=300;+sip.instance=\"<urn:uuid:1>\";reg-id";

#[test]
fn a_phone_that_knows_of_flows_is_told_that_its_flow_is_kept() {
    let mut story = Story::new();
    check(
        &story.register(TCP, &format!("{FLOW}=1")),
        &expect![[r#"
        200 OK
        Contact: <sip:ana@10.0.0.9;transport=tcp>;+sip.instance="<urn:uuid:1>";reg-id=1;expires=300
        Require: outbound
        Flow-Timer: 120
    "#]],
    );
    let other = Hop { flow: FlowId(10), ..TCP };
    let _ = story.register(other, &format!("{FLOW}=2"));
    assert_eq!(story.contacts().len(), 2, "each flow of a device is a binding");
    story.registrar.flow_closed(story.now, TCP.flow);
    let left: Vec<_> = story.registrar.bindings("ana").map(|binding| binding.hop.flow).collect();
    assert_eq!(left, [other.flow]);
    // It was told nothing that it did not ask for.
    check(
        &story.register(UDP, "Contact: <sip:ana@10.0.0.7>;expires=300"),
        &expect![[r#"
        200 OK
        Contact: <sip:ana@10.0.0.9;transport=tcp>;+sip.instance="<urn:uuid:1>";reg-id=2;expires=300
        Contact: <sip:ana@10.0.0.7>;expires=300
    "#]],
    );
}

#[test]
fn a_flow_by_way_of_an_edge_needs_an_edge_that_keeps_it() {
    let mut story = Story::new();
    let lacks = story.register(TCP, &format!("{FLOW}=1\nPath: <sip:edge;lr>"));
    assert_eq!(lacks.status.code(), 439);
    assert_eq!(story.contacts().len(), 0);
    let keeps = story.register(TCP, &format!("{FLOW}=1\nPath: <sip:core;lr>,<sip:edge;lr;ob>"));
    assert_eq!(keeps.status, StatusCode::OK);
    assert_eq!(keeps.headers.get(Name::Require).unwrap(), "outbound");
}

#[test]
fn one_register_is_for_one_flow() {
    let mut story = Story::new();
    let second = "Contact: <sip:ana@10.0.0.8>;+sip.instance=\"<urn:uuid:1>\";reg-id=2";
    check(
        &story.register(TCP, &format!("{FLOW}=1\n{second}")),
        &expect![[r#"
        400 More than one flow
    "#]],
    );
    assert_eq!(story.contacts().len(), 0);
    let leaving = format!("{FLOW}=1\n{second};expires=0");
    assert_eq!(story.register(TCP, &leaving).status, StatusCode::OK);
}

#[test]
fn a_browser_is_bound_by_its_connection_whatever_host_its_contact_names() {
    let mut story = Story::new();
    let ws = Hop { transport: Transport::Wss, ..TCP };
    let lines = "Supported: path, gruu, outbound\nUser-Agent: JsSIP 3.10.1\n\
         Contact: <sip:k3t@df7jal23ls0d.invalid;transport=ws>;+sip.ice;reg-id=1;\
         +sip.instance=\"<urn:uuid:2>\";expires=600";
    assert_eq!(story.register(ws, lines).status, StatusCode::OK);
    assert_eq!(story.registrar.bindings("ana").next().unwrap().hop, ws);
    assert_eq!(story.saved(), [""; 0], "nothing leads to it after a restart");
    story.registrar.flow_closed(story.now, ws.flow);
    assert_eq!(story.contacts().len(), 0);
    // A phone that shows an address that was given out to it keeps it as part of its Contact.
    let gruu = "Contact: <sip:ana@10.0.0.9;gr=urn:uuid:1>\nSupported: gruu";
    assert_eq!(story.register(UDP, gruu).status, StatusCode::OK);
}

#[test]
fn a_binding_has_a_longest_length() {
    let mut story = Story::new();
    let boast = "x".repeat(BINDING_BYTES_MAX);
    let lines = format!("Contact: <sip:ana@10.0.0.9>\nUser-Agent: {boast}");
    check(
        &story.register(UDP, &lines),
        &expect![[r#"
            403 Contact or Path too long
        "#]],
    );
    assert_eq!(story.contacts().len(), 0);
}

proptest! {
    /// Any sequence of phones: the invariants hold inside, and the outputs take turns.
    #[test]
    fn reachable_and_unreachable_take_turns(
        steps in proptest::collection::vec((0_u8..4, 1_u8..8, 0_u32..200), 1..40)
    ) {
        let mut story = Story::new();
        let mut is_reachable = false;
        for (step, host, seconds) in steps {
            let hop = if host % 2 == 0 { UDP } else { TCP };
            match step {
                0 => drop(story.register(hop, &format!("Contact: <sip:ana@10.0.0.{host}>;expires={seconds}"))),
                1 => story.wait(seconds.into()),
                2 => story.registrar.flow_closed(story.now, TCP.flow),
                _ => drop(story.register(hop, "Contact: *\nExpires: 0")),
            }
            for output in story.outputs() {
                is_reachable = !is_reachable;
                let expected = if is_reachable { "Reachable(\"ana\")" } else { "Unreachable(\"ana\")" };
                prop_assert_eq!(output, expected);
            }
            prop_assert_eq!(story.contacts().is_empty(), !is_reachable);
        }
    }

    /// Any sequence of phones, with a restart at any place: whoever came by datagram is still there.
    #[test]
    fn a_restart_at_any_moment_keeps_what_came_by_datagram(
        steps in proptest::collection::vec((0_u8..4, 1_u8..8, 0_u32..200), 1..40)
    ) {
        let mut story = Story::new();
        let mut kept = BTreeMap::new();
        for (step, host, seconds) in steps {
            let hop = if host % 2 == 0 { UDP } else { TCP };
            match step {
                0 | 1 => drop(story.register(hop, &format!("Contact: <sip:ana@10.0.0.{host}>;expires={seconds}"))),
                2 => story.wait(seconds.into()),
                _ => drop(story.register(hop, "Contact: *\nExpires: 0")),
            }
            for output in story.told() {
                match output {
                    Output::Save(saved, until) => drop(kept.insert(saved.id, (saved, until))),
                    Output::Forget(id) => prop_assert!(kept.remove(&id).is_some(), "{id} was saved"),
                    Output::Reachable(_) | Output::Unreachable(_) | Output::PhonesChanged(_) => {}
                }
            }
            let mut after = Story::new();
            let now = Moment::from_micros(1);
            for (saved, until) in kept.values() {
                after.registrar.restore(now, saved, until.since(story.now));
            }
            let by_datagram = story.registrar.bindings("ana").filter(|it| it.hop == UDP);
            let mut expected: Vec<_> = by_datagram.map(|it| it.contact.to_string()).collect();
            let mut restored = after.contacts();
            expected.sort();
            restored.sort();
            prop_assert_eq!(restored, expected);
        }
    }
}

#[test]
fn a_binding_is_saved_once_however_often_it_is_refreshed() {
    let mut story = Story::new();
    let device = ";+sip.instance=\"<urn:uuid:1>\";reg-id=1";
    let _ = story.register(UDP, &format!("Contact: <sip:x1@10.0.0.9>{device};expires=600"));
    story.wait(300);
    let _ = story.register(UDP, &format!("Contact: <sip:x2@10.0.0.9:9>{device};q=0.3;expires=500"));
    let _ = story.register(UDP, "Contact: <sip:y@10.0.0.8>;expires=90");
    let contact = |user| format!("<sip:{user}>;+sip.instance=\"<urn:uuid:1>\";reg-id=1");
    assert_eq!(
        story.saved(),
        [
            format!("binding-1 {} for 300s", contact("x1@10.0.0.9")),
            format!("binding-1 {};q=0.3 for 500s", contact("x2@10.0.0.9:9")),
            "binding-2 <sip:y@10.0.0.8> for 90s".to_owned(),
        ]
    );
    story.wait(90);
    assert_eq!(story.saved(), ["binding-2 is over"]);
    let _ = story.register(TCP, &format!("Contact: <sip:x3@10.0.0.9;transport=tcp>{device}"));
    assert_eq!(story.saved(), ["binding-1 is over"], "a connection does not outlive us");
}

#[test]
fn a_restored_binding_is_the_one_that_was() {
    let mut story = Story::new();
    let lines = "Contact: <sip:x@10.0.0.9;line=7>;q=0.5;+sip.instance=\"<urn:uuid:1>\";reg-id=1\n\
                 Path: <sip:edge;lr>,<sip:core;lr>\nSupported: path\nUser-Agent: Desk 5\nExpires: 600";
    let _ = story.register(UDP, lines);
    let Some(Output::Save(saved, until)) =
        story.told().into_iter().find(|output| matches!(output, Output::Save(..)))
    else {
        panic!("it was saved")
    };
    let before = story.registrar.bindings("ana").next().unwrap().clone();

    let mut after = Story::new();
    after.registrar.restore(after.now, &saved, until.since(story.now));
    let came = [Output::PhonesChanged("ana".into()), Output::Reachable("ana".into())];
    assert_eq!(after.told(), came);
    let restored = after.registrar.bindings("ana").next().unwrap().clone();
    assert_eq!(format!("{restored:?}"), format!("{before:?}"));
    // A refresh finds it, one that was overtaken changes nothing, and numbers go on.
    after.cseq = 0;
    let late = after.register(UDP, lines).status;
    assert_eq!(late, StatusCode::SERVER_INTERNAL_ERROR, "CSeq 1 has been there");
    let _ = after.register(UDP, lines);
    let _ = after.register(UDP, "Contact: <sip:other@10.0.0.9>");
    let ids: Vec<_> = after.saved().iter().map(|line| line[..9].to_owned()).collect();
    assert_eq!(ids, ["binding-1", "binding-2"]);
}

#[test]
fn what_cannot_be_restored_is_forgotten() {
    let mut story = Story::new();
    let good = events::SavedBinding {
        id: ids::BindingId(7),
        account: "ana".into(),
        contact: "<sip:ana@10.0.0.9>".to_owned(),
        peer: UDP.peer,
        listener: UDP.flow,
        path: Vec::new(),
        call_id: "phone".to_owned(),
        cseq: 1,
        user_agent: None,
    };
    let minute = Duration::from_secs(60);
    let nobody = events::SavedBinding { account: "eve".into(), ..good.clone() };
    let broken = events::SavedBinding { contact: "<sip:".to_owned(), ..good.clone() };
    for (saved, left) in [(&nobody, minute), (&broken, minute), (&good, Duration::ZERO)] {
        story.registrar.restore(story.now, saved, left);
        assert_eq!(story.told(), [Output::Forget(ids::BindingId(7))]);
        assert_eq!(story.contacts(), [""; 0]);
    }
    // A clock that was set back by a year makes no binding of a year.
    story.registrar.restore(story.now, &good, minute * 60 * 24 * 365);
    story.wait(3_599);
    assert_eq!(story.contacts().len(), 1);
    story.wait(1);
    assert_eq!(story.saved(), ["binding-7 is over"]);
}
