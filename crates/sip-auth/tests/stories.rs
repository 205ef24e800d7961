//! A phone and a server, with the wire between them.

use clock::{Duration, Moment};
use proptest::prelude::*;
use sip_auth::{
    Algorithm, Challenger, Config, Credentials, Freshness, Login, NONCE_LIFE, Occasion, Verdict,
    WithoutQop, respond,
};
use sip_msg::{Method, Text, Uri};
use std::net::{IpAddr, Ipv4Addr};

const PHONE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 66));

/// One server with one user, and the phone of that user.
struct Story {
    server: Challenger,
    known: Credentials,
    login: Login,
    now: Moment,
    uri: Uri,
}

impl Story {
    fn new(config: Config) -> Self {
        let (user, realm, password) = ("ana".into(), "acme".into(), "s3cret".into());
        Self {
            known: Credentials::new(&user, &realm, &password),
            server: Challenger::new(realm, [7; 32], config),
            login: Login { user, password },
            now: Moment::from_micros(1_000_000),
            uri: "sip:acme.example".parse().expect("a URI"),
        }
    }

    fn answer(&mut self) -> Text {
        let challenges = self.server.challenge(self.now, PHONE, Freshness::First, None);
        respond(&challenges, &Method::Register, &self.uri, &self.login, "c0ffee")
            .expect("answerable")
    }

    fn verify(&mut self, answer: &Text) -> Verdict {
        self.verify_as(PHONE, &Method::Register, answer)
    }

    fn verify_as(&mut self, source: IpAddr, method: &Method, answer: &Text) -> Verdict {
        let known = &self.known;
        let lookup = |user: &Text| (*user == "ana").then_some(known);
        let occasion = Occasion { source, method, uri: &self.uri };
        self.server.verify(self.now, occasion, [answer], lookup)
    }
}

fn right() -> Verdict {
    Verdict::Right("ana".into())
}

#[test]
fn the_right_password_opens_and_the_strongest_hash_is_taken() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    assert!(answer.to_string().ends_with("algorithm=SHA-256"), "{answer}");
    assert_eq!(story.verify(&answer), right());
}

#[test]
fn a_server_that_offers_md5_alone_gets_md5() {
    let config = Config { offers: vec![Algorithm::Md5].into(), ..Config::default() };
    let mut story = Story::new(config);
    let answer = story.answer();
    assert!(answer.to_string().ends_with("algorithm=MD5"));
    assert_eq!(story.verify(&answer), right());
}

#[test]
fn challenges_stand_in_order_of_preference_and_share_a_nonce() {
    let mut story = Story::new(Config::default());
    let phone = Text::from("Snom D785");
    let challenges = story.server.challenge(story.now, PHONE, Freshness::Stale, Some(&phone));
    let [first, second] = &challenges[..] else { panic!("{challenges:?}") };
    let (first, second) = (first.to_string(), second.to_string());
    assert!(first.contains("algorithm=SHA-256, qop=\"auth\", stale=true"), "{first}");
    assert_eq!(first.replace("SHA-256", "MD5"), second);
    let later = story.server.challenge(story.now, PHONE, Freshness::First, Some(&phone));
    assert!(!later[0].to_string().contains("stale"));
    assert_ne!(later[0].to_string(), first.replace(", stale=true", ""), "a new nonce each time");
}

#[test]
fn a_wrong_password_and_an_unknown_user_look_alike() {
    let mut story = Story::new(Config::default());
    story.login.password = "guess".into();
    let answer = story.answer();
    assert_eq!(story.verify(&answer), Verdict::Wrong);
    story.login = Login { user: "nobody".into(), password: Text::default() };
    let answer = story.answer();
    assert_eq!(story.verify(&answer), Verdict::Wrong);
    story.login.user = Text::default();
    let answer = story.answer();
    assert_eq!(story.verify(&answer), Verdict::Wrong, "not even nobody's own password");
}

#[test]
fn an_answer_opens_once() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    assert_eq!(story.verify(&answer), right());
    assert_eq!(story.verify(&answer), Verdict::Stale);
}

#[test]
fn a_nonce_runs_out() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    story.now += NONCE_LIFE + Duration::from_micros(1);
    assert_eq!(story.verify(&answer), Verdict::Stale);
}

#[test]
fn after_a_restart_a_right_answer_is_asked_for_again_without_blame() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    story.server = Challenger::new("acme".into(), [8; 32], Config::default());
    assert_eq!(story.verify(&answer), Verdict::Stale);
}

#[test]
fn a_nonce_that_was_given_to_somebody_else_is_worth_nothing() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    assert_eq!(story.verify_as(STRANGER, &Method::Register, &answer), Verdict::Stale);
    assert_eq!(story.verify(&answer), right(), "and nobody else has used it up");
}

#[test]
fn only_an_answer_to_a_good_nonce_can_be_wrong() {
    let mut story = Story::new(Config::default());
    story.login.password = "guess".into();
    let guess = story.answer();
    assert_eq!(story.verify_as(STRANGER, &Method::Register, &guess), Verdict::Stale);
    let nonce = guess.to_string().split('"').nth(5).unwrap().to_owned();
    let invented = Text::from(guess.to_string().replace(&nonce, "n"));
    assert_eq!(story.verify(&invented), Verdict::Stale);
    assert_eq!(story.verify(&guess), Verdict::Wrong);
    story.now += NONCE_LIFE + Duration::from_micros(1);
    assert_eq!(story.verify(&guess), Verdict::Stale);
}

#[test]
fn a_right_answer_to_another_method_is_wrong() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    assert_eq!(story.verify_as(PHONE, &Method::Invite, &answer), Verdict::Wrong);
}

#[test]
fn a_right_answer_for_another_target_is_misdirected() {
    let mut story = Story::new(Config::default());
    story.uri = "sip:*11@acme.example".parse().unwrap();
    let answer = story.answer();
    story.uri = "sip:*12@acme.example".parse().unwrap();
    assert_eq!(story.verify_as(PHONE, &Method::Invite, &answer), Verdict::Misdirected);
    story.uri = "sip:other.example".parse().unwrap();
    assert_eq!(story.verify(&answer), Verdict::Misdirected);
    story.uri = "sip:ACME.example:5060;transport=udp".parse().unwrap();
    assert_eq!(story.verify(&answer), right(), "a REGISTER is for a host, however it is spelt");
}

#[test]
fn credentials_for_others_are_passed_by() {
    let mut story = Story::new(Config::default());
    let answer = story.answer();
    let others = ["Basic QWxhZGRpbg==", "Digest realm=\"other\", nonce=\"x\""].map(Text::from);
    for other in &others {
        assert_eq!(story.verify(other), Verdict::Absent);
    }
    let known = story.known.clone();
    let values = others.iter().chain([&answer]);
    let occasion = Occasion { source: PHONE, method: &Method::Register, uri: &story.uri };
    let verdict = story.server.verify(story.now, occasion, values, |_| Some(&known));
    assert_eq!(verdict, right());
}

#[test]
fn an_answer_that_lacks_something_is_malformed() {
    let mut story = Story::new(Config::default());
    let whole = story.answer().to_string();
    for name in ["username", "uri", "nonce", "response", "cnonce", "nc", "realm"] {
        let lacking = whole.replacen(&format!("{name}="), &format!("x{name}="), 1);
        assert_eq!(story.verify(&lacking.into()), Verdict::Malformed, "{name}");
    }
    for (from, to) in [
        ("nc=00000001", "nc=+0000001"),
        ("nc=00000001", "nc=00000000"),
        ("qop=auth", "qop=auth-int"),
        ("uri=\"sip:acme.example", "uri=\""),
    ] {
        assert_eq!(story.verify(&whole.replacen(from, to, 1).into()), Verdict::Malformed, "{to}");
    }
}

#[test]
fn the_old_form_is_refused_unless_it_is_let_in_and_then_opens_once() {
    let old = |answer: Text| {
        let nonce = answer.to_string().split('"').nth(5).unwrap().to_owned();
        let challenge = Text::from(format!("Digest realm=\"acme\", nonce=\"{nonce}\""));
        let uri: Uri = "sip:acme.example".parse().unwrap();
        let login = Login { user: "ana".into(), password: "s3cret".into() };
        respond([&challenge], &Method::Register, &uri, &login, "").unwrap()
    };
    let mut story = Story::new(Config::default());
    let answer = old(story.answer());
    assert!(!answer.to_string().contains("qop"));
    assert_eq!(story.verify(&answer), Verdict::Malformed);
    let config = Config { without_qop: WithoutQop::Accepted, ..Config::default() };
    let mut story = Story::new(config);
    let answer = old(story.answer());
    assert_eq!(story.verify(&answer), right());
    assert_eq!(story.verify(&answer), Verdict::Stale);
}

#[test]
fn a_phone_keeps_away_from_challenges_it_cannot_answer() {
    let uri: Uri = "sip:acme.example".parse().unwrap();
    let login = Login { user: "ana".into(), password: "s3cret".into() };
    let unanswerable = [
        "Basic realm=\"acme\"",
        "Digest realm=\"acme\", nonce=\"n\", algorithm=SHA-512-256",
        "Digest realm=\"acme\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"acme\"",
    ]
    .map(Text::from);
    assert_eq!(respond(&unanswerable, &Method::Invite, &uri, &login, "c"), None);
}

#[test]
fn secrets_do_not_print() {
    let story = Story::new(Config::default());
    let printed = format!("{:?} {:?} {:?}", story.server, story.known, story.login);
    assert!(!printed.contains("s3cret") && printed.contains("Credentials(…)"), "{printed}");
    assert!(!printed.contains('7'), "the key: {printed}");
}

proptest! {
    #[test]
    fn no_header_opens_or_panics_by_chance(value in "(Digest )?.{0,200}") {
        let mut story = Story::new(Config::default());
        prop_assert!(story.verify(&value.into()) != right());
    }

    #[test]
    fn an_answer_bent_anywhere_does_not_open(at in 0_usize..400, letter in "[!-~]") {
        let mut story = Story::new(Config::default());
        let whole = story.answer().to_string();
        let at = at % whole.len();
        let mut bent = whole.clone();
        bent.replace_range(at..=at, &letter);
        // Letters of names and of hex may change case, and nobody reads what `opaque` would say.
        prop_assume!(!bent.eq_ignore_ascii_case(&whole));
        prop_assert!(story.verify(&bent.into()) != right());
    }
}
