//! Password guessers at the door: they learn nothing, get slow and are shut out, and the phones beside
//! them notice nothing.

use crate::agents::at_work;
use e2e::{Server, Site, soft};
use rand::RngExt;
use sip_auth::{Login, respond};
use sip_msg::{Message, Method, Name, Response, Text, Uri, parse};
use softphone::{Answer, PhoneConfig};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// Users that are guessed at; the first half of them there are.
const USERS: u32 = 1_000;
const GUESSES_OF_EACH: u32 = 10;
/// Sources of a cautious guesser, and guesses from each: fewer than cost anything.
const SOURCES: u8 = 100;
const GUESSES_FROM_EACH: u32 = 4;

/// Somebody who wants to be let in, at an address of the loopback.
struct Guesser {
    socket: UdpSocket,
    server: SocketAddr,
    /// The latest challenges, which a guesser uses as long as they last.
    challenges: Vec<Text>,
    count: u32,
}

impl Guesser {
    fn at(ip: [u8; 4], server: SocketAddr) -> Self {
        let socket = UdpSocket::bind(SocketAddr::from((ip, 0))).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        Self { socket, server, challenges: Vec::new(), count: 0 }
    }

    /// One request of this user's, all of the same length; its answer.
    fn ask(&mut self, method: &Method, user: u32, further: &str) -> Response {
        let here = self.socket.local_addr().unwrap();
        let branch: u64 = rand::rng().random();
        self.count += 1;
        let request = format!(
            "{method} sip:{0} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{branch:016x};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{user}@{0}>;tag={branch:016x}\r\nTo: <sip:{user}@{0}>\r\n\
             Call-ID: {branch:016x}\r\nCSeq: {1:06} {method}\r\nContact: <sip:{user}@{here}>\r\n\
             User-Agent: friendly-scanner\r\n{further}Content-Length: 0\r\n\r\n",
            self.server, self.count
        );
        let mut answer = [0; 4_096];
        for _ in 0..20 {
            self.socket.send_to(request.as_bytes(), self.server).unwrap();
            while let Ok(length) = self.socket.recv(&mut answer) {
                let bytes = bytes::Bytes::copy_from_slice(&answer[..length]);
                let Ok(Message::Response(response)) = parse(bytes) else { panic!("no answer") };
                let is_ours = response.call_id == format!("{branch:016x}").as_str();
                if is_ours && response.status.code() >= 200 {
                    return response;
                }
            }
        }
        panic!("no answer to {request}");
    }

    /// One wrong password for this user.
    fn guess(&mut self, user: u32) -> Response {
        if self.challenges.is_empty() {
            let challenged = self.ask(&Method::Register, user, "");
            self.challenges = challenged.headers.all(Name::WwwAuthenticate).cloned().collect();
        }
        let login = Login {
            user: user.to_string().into(),
            password: format!("guess-{}", self.count).into(),
        };
        let uri: Uri = format!("sip:{}", self.server).parse().unwrap();
        let answer = respond(&self.challenges, &Method::Register, &uri, &login, "c0ffee")
            .expect("there was a challenge before anybody was shut out");
        self.ask(&Method::Register, user, &format!("Authorization: {answer}\r\n"))
    }
}

/// An answer, with whatever differs between any two answers masked and its length kept.
fn shape(response: &Response, user: u32) -> String {
    let text = String::from_utf8_lossy(&response.to_bytes()).into_owned();
    // A port may have the digits of a user.
    let mut text = text.replace(&format!("sip:{user}@"), "sip:USER@");
    for begins in ["nonce=\"", ";tag=", ";branch=", "Call-ID: ", "CSeq: ", "rport="] {
        let mut masked = String::new();
        for (at, part) in text.split(begins).enumerate() {
            let letters = part.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if at > 0 {
                masked += begins;
                masked.extend(std::iter::repeat_n('x', letters));
            }
            masked += if at > 0 { &part[letters..] } else { part };
        }
        text = masked;
    }
    text
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_get_nowhere_and_the_phones_at_the_same_address_go_on() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"0s\"", USERS / 2));
    let answers = Answer::After(Duration::ZERO);
    let agent = at_work(&server, soft::agent(server.sip(), "1001", answers)).await;

    let mut guesser = Guesser::at([127, 0, 0, 1], server.sip());
    let began = Instant::now();
    let (mut looked_at, mut first_held_up) = (0, None);
    for guess in 0..USERS * GUESSES_OF_EACH {
        let status = guesser.guess(1_001 + guess % USERS).status.code();
        match status {
            401 => looked_at += 1,
            403 | 503 => {
                first_held_up.get_or_insert(guess);
            }
            other => panic!("guess {guess} was answered with {other}"),
        }
        if guess % 2_500 == 0 {
            assert!(agent.register().await.is_ok(), "the phone beside it refreshes");
        }
    }
    assert!(first_held_up.is_some_and(|guess| guess < 20), "held up from {first_held_up:?} on");
    // Five for nothing, then one a pause until twenty, and five again after each minute.
    let minutes = u32::try_from(began.elapsed().as_secs() / 60).unwrap();
    assert!(looked_at <= 20 * (minutes + 1), "{looked_at} guesses were looked at");

    // The agent beside the guesser is still there, and is rung.
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0706000001")).await;
    let call = phone.call("9000").await.unwrap();
    call.answered().await.unwrap();
    server.until_agent("1001", "talking");
    call.hang_up().await;
    assert_eq!(server.until_closed(1)[0]["agent"], "1001");
    // None of the others has been let in, and who knows the password is, once the guesser is gone.
    let reachable = server.status();
    assert_eq!(reachable.agent_state("1002"), "logged_out");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_from_an_answer_or_its_time_which_users_there_are() {
    let server = Server::start(Site::of_one_queue("", USERS / 2));
    let known = |number: u32| 1_001 + number % (USERS / 2);
    let unknown = |number: u32| 1_001 + USERS / 2 + number % (USERS / 2);
    let mut shapes = std::collections::BTreeSet::new();
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for source in 0..SOURCES {
        let mut guesser = Guesser::at([127, 0, 2, source], server.sip());
        guesser.ask(&Method::Register, 1_001, "");
        for guess in 0..GUESSES_FROM_EACH {
            let number = u32::from(source) * GUESSES_FROM_EACH + guess;
            let (user, times) = if guess % 2 == 0 {
                (known(number), &mut of_known)
            } else {
                (unknown(number), &mut of_unknown)
            };
            let began = Instant::now();
            let answer = guesser.guess(user);
            times.push(began.elapsed());
            let here = guesser.socket.local_addr().unwrap();
            let shape = shape(&answer, user).replace(&here.to_string(), "HERE");
            shapes.insert(shape.replace(&here.ip().to_string(), "HERE"));
        }
    }
    assert_eq!(shapes.len(), 1, "{shapes:#?}");
    let (known_time, unknown_time) = (median(of_known), median(of_unknown));
    let apart = known_time.abs_diff(unknown_time);
    assert!(apart < Duration::from_millis(1), "{known_time:?} against {unknown_time:?}");

    // Without credentials, whatever is asked for.
    let mut stranger = Guesser::at([127, 0, 3, 1], server.sip());
    for method in [Method::Register, Method::Invite, Method::Options, Method::Subscribe] {
        let known = stranger.ask(&method, 1_002, "");
        let unknown = stranger.ask(&method, 1_902, "");
        assert_eq!(shape(&known, 1_002), shape(&unknown, 1_902), "{method}");
    }
    // All that guessing has cost nobody who knows a password anything.
    let right =
        PhoneConfig { registration: None, ..soft::agent(server.sip(), "1003", Answer::Manual) };
    let (phone, _events) = soft::switch_on(right).await;
    assert!(phone.register().await.is_ok());
}
