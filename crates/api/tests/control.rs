//! The API over a real loopback socket: who comes in, what is taken, and what is told.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

use api::{
    Control, Feed, Given, Health, Memberships, Messages, NoReport, NotGiven, NotReloaded, Past,
    PlanDesk, RecordingForm, Recordings, Reloaded, Scope, Shared, Teller, Token, Tokens, serve,
};
use clock::WallTime;
use engine::{
    About, AgentCommand, CallbackCommand, CallbackRequest, Command, MessageCommand, QueueCommand,
    Refusal,
};
use events::{AgentEvent, By, CallEvent, Event, What};
use ids::{CallId, MessageId, RecordingId};
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use snapshot::{AgentExplained, AgentPast, CallPast, Explained, Snapshot};
use std::collections::BTreeSet;
use std::io::{self, Seek, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

struct Server {
    addr: SocketAddr,
    given: Arc<Mutex<Vec<(By, Command)>>>,
    teller: Teller,
    /// What the engine waits for before it answers to a command about call 202.
    late: Arc<Notify>,
}

fn token(name: &str, scopes: &[Scope]) -> Token {
    let scopes = scopes.iter().copied().collect::<BTreeSet<_>>();
    Token { name: name.into(), sha256: Sha256::digest(name).into(), scopes }
}

fn memberships() -> Memberships {
    [("1001".into(), vec!["support".into()])].into_iter().collect()
}

async fn start(tokens: Vec<Token>) -> Server {
    let (teller, feed) = Feed::start(5, memberships());
    let given = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&given);
    let late = Arc::new(Notify::new());
    let awaited = Arc::clone(&late);
    let give = Arc::new(move |by: By, command: Command| {
        let is_late = matches!(command, Command::Call(CallId(202), _));
        let awaited = Arc::clone(&awaited);
        let said = match &command {
            Command::Call(CallId(404), _) => {
                let result = Err(Refusal::UnknownCall(CallId(404)));
                Ok(Given { seq: 9, result })
            }
            Command::Call(CallId(504), _) => Err(NotGiven::Unanswered),
            Command::Call(CallId(503), _) => Err(NotGiven::Busy),
            Command::Callback(CallId(404), _) => {
                let result = Err(Refusal::UnknownCallback(CallId(404)));
                Ok(Given { seq: 9, result })
            }
            Command::Call(..)
            | Command::RequestCallback(..)
            | Command::Callback(..)
            | Command::Agent(..)
            | Command::Message(..)
            | Command::Queue(..) => Ok(Given { seq: 9, result: Ok(()) }),
        };
        taken.lock().unwrap().push((by, command));
        Box::pin(async move {
            if is_late {
                awaited.notified().await;
            }
            said
        }) as api::Giving
    });
    let explain = Arc::new(|about: About| {
        let told = match about {
            About::Call(CallId(503)) => Err(NotGiven::Busy),
            About::Call(call) => Ok(Err(Refusal::UnknownCall(call))),
            About::Agent(agent) => Ok(Ok(Box::new(idle(&agent)))),
        };
        Box::pin(async move { told }) as api::Explaining
    });
    let centre = Snapshot::empty("x", Timestamp::UNIX_EPOCH);
    let shared = Shared {
        snapshot: Arc::new(move || Arc::new(centre.clone())),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        messages: messages(),
        recordings: recordings(),
        past: past(),
        trace: Arc::new(|_, _, _| None),
        control: Some(Control::new(give, explain, plan(), (feed, Tokens::new(tokens)))),
        health: Arc::new(Health::ok),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, shared, std::future::pending()));
    Server { addr, given, teller, late }
}

/// One message, whose recording is some octets that are no text.
const MESSAGE: MessageId = MessageId(0xabc);
static RECORDING: [u8; 100_000] = [0xfe; 100_000];

/// One recording of call 7, whose octets can be told apart.
const TALK: RecordingId = RecordingId(0x7a1c);

/// Another one, which is kept in Opus.
const IN_OPUS: RecordingId = RecordingId(0x7a1d);

fn talk() -> Vec<u8> {
    (0..100_000_u32).map(|octet| octet.to_le_bytes()[1]).collect()
}

fn recordings() -> Recordings {
    Recordings {
        of_call: Arc::new(|call| {
            Box::pin(async move { Ok(json!([{ "recording": TALK.hex(), "call": call.0 }])) })
        }),
        open: Arc::new(|recording, form| {
            Box::pin(async move {
                let form_of_it =
                    if recording == IN_OPUS { RecordingForm::Opus } else { RecordingForm::Wav };
                if ![TALK, IN_OPUS].contains(&recording) || form != form_of_it {
                    return Err(io::ErrorKind::NotFound.into());
                }
                let mut file = tempfile::tempfile()?;
                file.write_all(&talk())?;
                file.rewind()?;
                Ok(file)
            })
        }),
    }
}

fn messages() -> Messages {
    Messages {
        list: Arc::new(|| Box::pin(async { Ok(json!([{ "id": MESSAGE.hex() }])) })),
        callbacks: Arc::new(|| Box::pin(async { Ok(json!([{ "id": 7 }])) })),
        open: Arc::new(|message| {
            Box::pin(async move {
                match message {
                    MESSAGE => {
                        let mut file = tempfile::tempfile()?;
                        file.write_all(&RECORDING)?;
                        file.rewind()?;
                        Ok(file)
                    }
                    MessageId(0xd15c) => Err(io::ErrorKind::PermissionDenied.into()),
                    _ => Err(io::ErrorKind::NotFound.into()),
                }
            })
        }),
    }
}

/// Call 8 is over, and of call 9 the disk says nothing.
fn past() -> Past {
    Past {
        call: Arc::new(|call| {
            Box::pin(async move {
                match call {
                    CallId(8) => Ok(Some(CallPast::default())),
                    CallId(9) => Err("the disk is gone".to_owned()),
                    _ => Ok(None),
                }
            })
        }),
        agent_at: Arc::new(|agent, at| {
            let past = AgentPast {
                at,
                agent,
                state: "paused".to_owned(),
                pause: Some("coffee".to_owned()),
                since: Some(Timestamp::UNIX_EPOCH),
                until: None,
                happened: Vec::new(),
            };
            Box::pin(async { Ok(Some(past).filter(|past| past.agent == "1001")) })
        }),
        reports: Arc::new(|of, words| {
            Box::pin(async move {
                let queue = words.iter().find(|(name, _)| name == "queue");
                match queue.map(|(_, queue)| queue.as_str()) {
                    None => Ok(json!({ "of": format!("{of:?}"), "words": words })),
                    Some("gone") => Err(NoReport::Unreadable("the disk is gone".to_owned())),
                    Some(_) => Err(NoReport::Asked("it is too long".to_owned())),
                }
            })
        }),
        ..Past::none()
    }
}

/// An agent for whom nobody waits.
fn idle(agent: &str) -> Explained {
    Explained::Agent(AgentExplained {
        at: Timestamp::UNIX_EPOCH,
        agent: agent.to_owned(),
        state: "ready".to_owned(),
        since: Timestamp::UNIX_EPOCH,
        until: None,
        calls: Vec::new(),
        pause: None,
        logs_out: false,
        next: None,
        queues: Vec::new(),
        rung: Vec::new(),
    })
}

impl Server {
    async fn ask(&self, token: &str, request: &str, head: &str, body: &str) -> (u16, Value) {
        let (head, body) = self.ask_raw(token, request, head, body).await;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// The head of the answer, and its body as it came.
    async fn ask_raw(
        &self,
        token: &str,
        request: &str,
        head: &str,
        body: &str,
    ) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let text = format!(
            "{request} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{head}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = answer.split_off(end + 4);
        (String::from_utf8(answer).unwrap(), body)
    }

    async fn post(&self, token: &str, path: &str, body: &str) -> (u16, Value) {
        let json = "Content-Type: application/json\r\n";
        self.ask(token, &format!("POST /api/v1{path}"), json, body).await
    }

    async fn get(&self, token: &str, path: &str) -> (u16, Value) {
        self.ask(token, &format!("GET /api/v1{path}"), "", "").await
    }
}

/// A dialplan whose next edition has a fault the second time.
fn plan() -> PlanDesk {
    let asked = Arc::new(AtomicU64::new(0));
    PlanDesk {
        reload: Arc::new(move |_by| {
            let nth = asked.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                match nth {
                    0 => Ok(Reloaded {
                        edition: 2,
                        seq: 7,
                        warnings: json!([]),
                        needs_restart: vec!["rtp_ports".to_owned()],
                    }),
                    _ => Err(NotReloaded::Faults {
                        told: "there is no queue `x`".to_owned(),
                        faults: json!([{ "id": "undefined-queue" }]),
                    }),
                }
            })
        }),
        editions: Arc::new(|| Box::pin(async { Ok(json!([{ "edition": 1 }])) })),
    }
}

#[tokio::test]
async fn without_tokens_there_is_no_api() {
    let server = start(Vec::new()).await;
    assert_eq!(server.get("", "/status").await.0, 404);
    assert_eq!(server.post("", "/agents/1001/login", "{}").await.0, 404);
}

#[tokio::test]
async fn who_may_read_may_ask_why() {
    let server = start(vec![token("wall", &[Scope::Read]), token("desk", &[Scope::Agents])]).await;
    let (status, told) = server.get("wall", "/agents/1001/explain").await;
    assert_eq!((status, &told["agent"], &told["state"]), (200, &"1001".into(), &"ready".into()));
    let (status, problem) = server.get("wall", "/calls/7/explain").await;
    assert_eq!((status, &problem["code"]), (404, &"unknown_call".into()));
    assert_eq!(server.get("wall", "/calls/x/explain").await.0, 404);
    // A call that is over is explained by what is written of it.
    let (status, told) = server.get("wall", "/calls/8/explain").await;
    assert_eq!((status, &told["call"], &told["state"]), (200, &8.into(), &Value::Null));
    let (status, problem) = server.get("wall", "/calls/9/explain").await;
    assert_eq!((status, &problem["code"]), (503, &"disk".into()));
    assert_eq!(server.get("wall", "/calls/503/explain").await.0, 503);
    assert_eq!(server.get("desk", "/agents/1001/explain").await.0, 403);
    // So is an agent at a moment that is over.
    let (status, told) = server.get("wall", "/agents/1001/explain?at=2026-01-01T08:00:00Z").await;
    assert_eq!((status, &told["state"], &told["pause"]), (200, &"paused".into(), &"coffee".into()));
    assert_eq!(told["at"], "2026-01-01T08:00:00Z");
    assert_eq!(server.get("wall", "/agents/1009/explain?at=2026-01-01T08:00:00Z").await.0, 404);
    for wrong in ["at=yesterday", "at=2999-01-01T00:00:00Z", "at=2026-01-01", "when=now"] {
        let (status, problem) = server.get("wall", &format!("/agents/1001/explain?{wrong}")).await;
        assert_eq!((status, &problem["code"]), (400, &"bad_request".into()), "{wrong}");
        assert!(problem["remedy"].is_string(), "{problem}");
    }
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_the_ledger_will_have_its_name() {
    let server = start(vec![token("wall", &[Scope::Read]), token("desk", &[Scope::Agents])]).await;
    assert_eq!(server.get("wall", "/status").await.1["site"], "x");
    assert_eq!(server.get("wall", "/agents/1009").await.0, 404);
    let (status, problem) = server.post("wall", "/agents/1001/logout", "{}").await;
    assert_eq!((status, &problem["code"]), (403, &"scope_missing".into()));
    assert!(problem["remedy"].is_string() && problem["error"].is_string(), "{problem}");
    let (status, done) = server.post("desk", "/agents/1001/logout", "{}").await;
    assert_eq!((status, &done["seq"], &done["run"]), (200, &9.into(), &5.into()));
    let given = server.given.lock().unwrap().clone();
    let command = Command::Agent("1001".into(), AgentCommand::LogOut);
    assert_eq!(given, [(By::Token("desk".into()), command)]);
}

#[tokio::test]
async fn what_callers_said_is_heard_and_done_by_who_may_and_by_nobody_else() {
    let ears = token("ears", &[Scope::Messages]);
    let all = [Scope::Read, Scope::Agents, Scope::Calls, Scope::Queues];
    let server = start(vec![ears, token("desk", &all)]).await;
    let recording = format!("/messages/{}/recording.wav", MESSAGE.hex());
    let done = format!("/messages/{}/done", MESSAGE.hex());
    for path in ["/messages", &recording] {
        let (status, problem) = server.get("desk", path).await;
        assert_eq!((status, &problem["code"]), (403, &"scope_missing".into()), "{path}");
    }
    assert_eq!(server.post("desk", &done, "{}").await.0, 403);

    assert_eq!(server.get("ears", "/messages").await, (200, json!([{ "id": MESSAGE.hex() }])));
    let (head, heard) = server.ask_raw("ears", &format!("GET /api/v1{recording}"), "", "").await;
    assert!(heard == RECORDING, "{} octets", heard.len());
    let head = head.to_ascii_lowercase();
    for line in ["200 ok", "content-type: audio/wav", "content-length: 100000", "no-store"] {
        assert!(head.contains(line), "{line} is not in\n{head}");
    }
    assert_eq!(server.post("ears", &done, "{}").await.0, 200);
    let command = Command::Message(MESSAGE, MessageCommand::Done);
    let given = server.given.lock().unwrap().clone();
    assert_eq!(given, [(By::Token("ears".into()), command)]);

    for name in ["0000000000000001", "..%2f..%2fledger", "abc", "%00"] {
        let (status, problem) =
            server.get("ears", &format!("/messages/{name}/recording.wav")).await;
        assert_eq!((status, &problem["code"]), (404, &"unknown_message".into()), "{name}");
    }
    let (status, problem) = server.get("ears", "/messages/000000000000d15c/recording.wav").await;
    assert_eq!((status, &problem["code"]), (503, &"disk".into()));
}

#[tokio::test]
async fn a_talk_is_heard_in_parts_by_who_may_and_by_nobody_else() {
    let (ears, desk) = (token("ears", &[Scope::Recordings]), token("desk", &[Scope::Messages]));
    let server = start(vec![ears, desk]).await;
    let recording = format!("/recordings/{}/recording.wav", TALK.hex());
    for path in ["/calls/7/recordings", &recording] {
        let (status, problem) = server.get("desk", path).await;
        assert_eq!((status, &problem["code"]), (403, &"scope_missing".into()), "{path}");
    }
    let listed = json!([{ "recording": TALK.hex(), "call": 7 }]);
    assert_eq!(server.get("ears", "/calls/7/recordings").await, (200, listed));
    let ask = format!("GET /api/v1{recording}");
    let (head, heard) = server.ask_raw("ears", &ask, "", "").await;
    let head = head.to_ascii_lowercase();
    assert!(head.contains("200 ok") && head.contains("accept-ranges: bytes"), "{head}");
    assert!(heard == talk(), "{} octets", heard.len());
    let (head, heard) = server.ask_raw("ears", &ask, "Range: bytes=255-70000\r\n", "").await;
    let head = head.to_ascii_lowercase();
    let told = ["206 partial", "content-range: bytes 255-70000/100000", "content-length: 69746"];
    assert!(told.iter().all(|line| head.contains(line)), "{head}");
    assert!(heard == talk()[255..=70_000], "{} octets", heard.len());
    let (head, _) = server.ask_raw("ears", &ask, "Range: bytes=100000-\r\n", "").await;
    let head = head.to_ascii_lowercase();
    assert!(head.contains("416") && head.contains("content-range: bytes */100000"), "{head}");
    for name in ["0000000000000001", "..%2f..%2fledger", "abc"] {
        let path = format!("/recordings/{name}/recording.wav");
        let (status, problem) = server.get("ears", &path).await;
        assert_eq!((status, &problem["code"]), (404, &"unknown_recording".into()), "{name}");
    }
    // One in Opus goes by its own name, and says what it is.
    let path = |form| format!("/recordings/{}/recording.{form}", IN_OPUS.hex());
    assert_eq!(server.get("ears", &path("wav")).await.0, 404);
    let ask = format!("GET /api/v1{}", path("opus"));
    let (head, heard) = server.ask_raw("ears", &ask, "Range: bytes=255-70000\r\n", "").await;
    let head = head.to_ascii_lowercase();
    let name = format!("filename=\"{}.opus\"", IN_OPUS.hex());
    let told = ["206 partial", "content-type: audio/ogg; codecs=opus", &name];
    assert!(told.iter().all(|line| head.contains(line)), "{head}");
    assert!(heard == talk()[255..=70_000], "{} octets", heard.len());
}

#[tokio::test]
async fn who_is_to_be_called_back_is_read_and_called_off_by_who_may_and_by_nobody_else() {
    let all = [Scope::Read, Scope::Agents, Scope::Calls, Scope::Queues];
    let tokens = vec![token("ears", &[Scope::Messages]), token("desk", &all)];
    let server = start(tokens).await;
    assert_eq!(server.get("desk", "/callbacks").await.0, 403);
    assert_eq!(server.post("desk", "/callbacks/7/cancel", "{}").await.0, 403);
    assert_eq!(server.get("ears", "/callbacks").await, (200, json!([{ "id": 7 }])));
    assert_eq!(server.post("ears", "/callbacks/7/cancel", "{}").await.0, 200);
    let command = Command::Callback(CallId(7), CallbackCommand::Cancel);
    let given = server.given.lock().unwrap().clone();
    assert_eq!(given, [(By::Token("ears".into()), command)]);
    for number in ["404", "x"] {
        let (status, problem) =
            server.post("ears", &format!("/callbacks/{number}/cancel"), "{}").await;
        assert_eq!((status, &problem["code"]), (404, &"unknown_callback".into()), "{number}");
    }
}

#[tokio::test]
async fn a_page_of_the_web_asks_for_callbacks_and_may_do_nothing_else() {
    let server = start(vec![token("page", &[Scope::Callbacks])]).await;
    let asked =
        r#"{"callback":"support","number":"070-123 45 67","name":"Anna","at":"2026-11-30T10:15"}"#;
    assert_eq!(server.post("page", "/callbacks", asked).await.0, 200);
    let request = CallbackRequest {
        number: "070-123 45 67".to_owned(),
        name: Some("Anna".into()),
        at: Some("2026-11-30T10:15".parse().unwrap()),
    };
    let command = Command::RequestCallback("support".into(), Box::new(request));
    assert_eq!(*server.given.lock().unwrap(), [(By::Token("page".into()), command)]);
    for wrong in [r#"{"callback":"support"}"#, r#"{"callback":"a","number":"1","at":"noon"}"#] {
        assert_eq!(server.post("page", "/callbacks", wrong).await.0, 422, "{wrong}");
    }
    assert_eq!(server.get("page", "/callbacks").await.0, 403);
    assert_eq!(server.post("page", "/callbacks/7/cancel", "{}").await.0, 403);
}

#[tokio::test]
async fn guessing_is_slow_and_is_limited() {
    let server = Arc::new(start(vec![token("desk", &Scope::ALL)]).await);
    let began = Instant::now();
    assert_eq!(server.get("wrong", "/status").await.0, 401);
    assert!(began.elapsed() >= Duration::from_millis(400));
    let guess = |number: usize| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.get(&format!("wrong{number}"), "/status").await.0 })
    };
    let guesses: Vec<_> = (0..40).map(guess).collect();
    // Whoever has a token is not held up by them.
    assert_eq!(server.get("desk", "/status").await.0, 200);
    let mut said = Vec::new();
    for guess in guesses {
        said.push(guess.await.unwrap());
    }
    assert!(
        said.contains(&429) && said.iter().all(|status| [401, 429].contains(status)),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_is_no_small_json_object_is_not_taken() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    let form = server.ask("desk", "POST /api/v1/calls/7/move", "", "queue=support").await;
    assert_eq!(form.0, 415, "a form of a web page");
    for (body, status) in [
        ("{}", 422),
        ("{\"queue\":", 400),
        ("{\"queue\":\"a\",\"more\":1}", 422),
        ("{\"queue\":7}", 422),
    ] {
        let (said, problem) = server.post("desk", "/calls/7/move", body).await;
        assert_eq!((said, &problem["code"]), (status, &"bad_request".into()), "{body}");
    }
    let huge = format!("{{\"queue\":\"{}\"}}", "a".repeat(5_000));
    assert_eq!(server.post("desk", "/calls/7/move", &huge).await.0, 413);
    assert_eq!(server.post("desk", "/calls/7/priority", "{\"priority\":11}").await.0, 422);
    assert_eq!(server.post("desk", "/calls/x/requeue", "{}").await.0, 404);
    assert!(server.given.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_engines_no_and_its_silence_are_told_apart() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    let said = |id: u16| {
        let server = &server;
        async move { server.post("desk", &format!("/calls/{id}/withdraw"), "{}").await }
    };
    let (status, problem) = said(404).await;
    assert_eq!((status, &problem["code"]), (404, &"unknown_call".into()));
    assert_eq!(said(503).await.1["code"], "busy");
    assert_eq!(said(504).await.1["code"], "unanswered");
    assert_eq!(said(7).await.0, 200);
}

#[tokio::test]
async fn every_path_of_the_document_answers_and_says_so_to_nobody_without_a_token() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    let (_, document) = server.get("desk", "/openapi.json").await;
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 15, "{document}");
    for (path, methods) in paths {
        let path = path.replace("{agent}", "1001").replace("{call}", "404");
        let path = path.replace("{queue}", "none");
        for method in methods.as_object().unwrap().keys() {
            let request = format!("{} {path}", method.to_uppercase());
            if path.ends_with("/events") {
                continue;
            }
            let (status, said) = server.ask("desk", &request, "", "").await;
            let is_there = status == 200 || status == 415 || said["code"].is_string();
            assert!(is_there, "{request}: {status} {said}");
        }
    }
    assert_eq!(server.get("", "/openapi.json").await.0, 401);
}

fn event(seq: u64) -> Event {
    Event { seq, at: WallTime::from_micros(1), what: What::Call(CallId(seq), CallEvent::Answered) }
}

/// Listens, and gives what is told until there are so many lines with `id:`.
async fn listen(server: &Server, path: &str, ids: usize) -> Vec<String> {
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    let text = format!(
        "GET /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer desk\r\n\r\n"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut told = String::new();
    let mut buffer = [0; 4_096];
    let enough = |told: &str| told.matches("id:").count() >= ids && told.ends_with("\n\n");
    while !enough(told.strip_suffix("\r\n").unwrap_or(&told)) {
        let read = timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(read > 0, "{told}");
        told.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    let wanted = |line: &&str| line.starts_with("id:") || line.starts_with("event:");
    told.lines().filter(wanted).map(str::to_owned).collect()
}

#[tokio::test]
async fn events_are_resumed_by_number_filtered_and_a_gap_is_told() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    (1..=5).for_each(|seq| server.teller.tell(&event(seq)));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(listen(&server, "/events?after=5-3", 2).await, ["id: 5-4", "id: 5-5"]);
    assert_eq!(listen(&server, "/events?after=5-0&call=2", 1).await, ["id: 5-2"]);
    let gap = listen(&server, "/events?after=4-3", 1).await;
    assert!(
        gap.contains(&"event: gap".to_owned()) && gap.contains(&"id: 5-5".to_owned()),
        "{gap:?}"
    );
    // An event that was lost before it could be told is a gap too.
    let teller = server.teller.clone();
    let later = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        [6, 9].iter().for_each(|seq| teller.tell(&event(*seq)));
    });
    let told = listen(&server, "/events", 3).await;
    later.await.unwrap();
    assert_eq!(told.iter().filter(|line| line.starts_with("id:")).count(), 3);
    assert_eq!(told.first().unwrap(), "id: 5-6");
    assert_eq!(told.last().unwrap(), "id: 5-9");
}

#[tokio::test]
async fn a_thousand_listeners_leave_room_for_commands_and_delay_no_event() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    let mut listeners = Vec::new();
    for _ in 0..32 {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        let text =
            "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer desk\r\n\r\n";
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        listeners.push(stream);
    }
    for _ in 0..968 {
        assert_eq!(server.get("desk", "/events").await.1["code"], "too_many_listeners");
    }
    // None of them reads; the engine tells all the same.
    let began = Instant::now();
    (1..=10_000).for_each(|seq| server.teller.tell(&event(seq)));
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(server.post("desk", "/agents/1001/login", "{}").await.0, 200);
}

#[tokio::test]
async fn a_queue_is_closed_and_opened_by_who_may_and_by_nobody_else() {
    let server = start(vec![token("desk", &[Scope::Calls]), token("lead", &[Scope::Queues])]).await;
    let (status, problem) = server.post("desk", "/queues/support/close", "{}").await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("scope_missing")));
    for to in ["close", "open", "auto"] {
        let (status, _) = server.post("lead", &format!("/queues/support/{to}"), "{}").await;
        assert_eq!(status, 200);
    }
    let by = || By::Token("lead".into());
    let command = |what| (by(), Command::Queue("support".into(), what));
    let all = [QueueCommand::Close, QueueCommand::Open, QueueCommand::FollowHours].map(command);
    assert_eq!(*server.given.lock().unwrap(), all);
}

/// A POST of an empty object with this idempotency key.
async fn with_key(server: &Server, token: &str, path: &str, key: &str) -> (u16, Value) {
    let head = format!("Content-Type: application/json\r\nIdempotency-Key: {key}\r\n");
    server.ask(token, &format!("POST /api/v1{path}"), &head, "{}").await
}

#[tokio::test]
async fn a_command_that_is_sent_again_with_its_key_is_carried_out_once() {
    let server = start(vec![token("desk", &Scope::ALL), token("wall", &Scope::ALL)]).await;
    let carried_out = || server.given.lock().unwrap().len();
    let login = "/agents/1001/login";
    let first = with_key(&server, "desk", login, "\"k1\"").await;
    assert_eq!(first.0, 200);
    assert_eq!(with_key(&server, "desk", login, "k1").await, first);
    assert_eq!(carried_out(), 1);
    // Another path with the key, another giver, and another key.
    let (status, problem) = with_key(&server, "desk", "/agents/1001/logout", "k1").await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("idempotency_key_reused")));
    assert_eq!(carried_out(), 1);
    assert_eq!(with_key(&server, "wall", login, "k1").await.0, 200);
    assert_eq!(with_key(&server, "desk", login, "k2").await.0, 200);
    assert_eq!(carried_out(), 3);
    // A refusal is an answer, and so is that nobody knows.
    for (path, status) in [("/calls/404/requeue", 404), ("/calls/504/requeue", 504)] {
        let key = status.to_string();
        let first = with_key(&server, "desk", path, &key).await;
        assert_eq!((first.0, with_key(&server, "desk", path, &key).await), (status, first));
    }
    assert_eq!(carried_out(), 5);
}

#[tokio::test]
async fn what_was_not_carried_out_may_be_sent_again_with_its_key() {
    let server = start(vec![token("desk", &[Scope::Calls])]).await;
    let (status, problem) = with_key(&server, "desk", "/calls/1/requeue", "\"a\\b\"").await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("bad_idempotency_key")));
    assert_eq!(with_key(&server, "desk", "/agents/1001/login", "k").await.0, 403);
    for _ in 0..2 {
        assert_eq!(with_key(&server, "desk", "/calls/503/requeue", "k").await.0, 503);
    }
    assert_eq!(server.given.lock().unwrap().len(), 2);
    assert_eq!(with_key(&server, "desk", "/calls/1/requeue", "k").await.0, 200);
}

#[tokio::test]
async fn whoever_hangs_up_before_the_answer_gets_it_by_asking_again() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    let text = "POST /api/v1/calls/202/requeue HTTP/1.1\r\nHost: localhost\r\n\
        Authorization: Bearer desk\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n\
        Content-Length: 2\r\n\r\n{}";
    stream.write_all(text.as_bytes()).await.unwrap();
    while server.given.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let again = || with_key(&server, "desk", "/calls/202/requeue", "k");
    let (status, problem) = again().await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("idempotency_key_in_flight")));
    drop(stream);
    assert_eq!(again().await.0, 409);
    server.late.notify_one();
    let answered = async {
        while again().await.0 != 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, answered).await.unwrap();
    assert_eq!(server.given.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn who_listens_to_a_queue_hears_of_its_calls_and_agents_and_of_no_other() {
    let server = start(vec![token("desk", &Scope::ALL)]).await;
    let queued = |queue: &str| CallEvent::Queued { queue: queue.into(), language: "sv".into() };
    let all = [
        What::Call(CallId(1), CallEvent::Answered),
        What::Call(CallId(1), queued("support")),
        What::Call(CallId(2), queued("sales")),
        What::Call(CallId(2), CallEvent::PlaceTold { place: 1 }),
        What::Agent("1001".into(), AgentEvent::LoggedIn),
        What::Agent("1002".into(), AgentEvent::LoggedIn),
        What::Call(CallId(1), CallEvent::PlaceTold { place: 1 }),
    ];
    for (seq, what) in (1..).zip(all) {
        server.teller.tell(&Event { seq, at: WallTime::from_micros(1), what });
    }
    let of_support = ["id: 5-2", "id: 5-5", "id: 5-7"];
    assert_eq!(listen(&server, "/events?after=5-0&queue=support", 3).await, of_support);
    let of_sales = ["id: 5-3", "id: 5-4"];
    assert_eq!(listen(&server, "/events?after=5-0&queue=sales", 2).await, of_sales);
}

#[tokio::test]
async fn an_agent_chooses_a_phone_by_its_number_or_none() {
    let server = start(vec![token("desk", &[Scope::Agents])]).await;
    for body in [r#"{"phone": 2}"#, "{}", r#"{"phone": null}"#] {
        assert_eq!(server.post("desk", "/agents/1001/phone", body).await.0, 200);
    }
    for body in [r#"{"phone": 256}"#, r#"{"phone": "2"}"#, r#"{"phones": 2}"#] {
        assert_eq!(server.post("desk", "/agents/1001/phone", body).await.0, 422);
    }
    let chosen = |phone| Command::Agent("1001".into(), AgentCommand::UsePhone(phone));
    let given = server.given.lock().unwrap();
    let given: Vec<_> = given.iter().map(|(_, command)| command.clone()).collect();
    assert_eq!(given, [Some(2), None, None].map(chosen));
}

#[tokio::test]
async fn a_report_is_given_to_readers_who_ask_for_one_that_there_is() {
    let server = start(vec![token("wall", &[Scope::Read]), token("desk", &[Scope::Agents])]).await;
    let (status, told) = server.get("wall", "/reports/queues?interval=1h&from=2026-11-22").await;
    let words = json!([["interval", "1h"], ["from", "2026-11-22"]]);
    assert_eq!((status, &told), (200, &json!({ "of": "Queues", "words": words })));
    let told = server.get("wall", "/reports/survey").await.1;
    assert_eq!(told, json!({ "of": "Survey", "words": [] }));
    assert_eq!(server.get("desk", "/reports/queues").await.0, 403);
    let (status, problem) = server.get("wall", "/reports/queues?queue=gone").await;
    assert_eq!((status, &problem["code"]), (503, &json!("disk")));
    let (status, problem) = server.get("wall", "/reports/queues?queue=all").await;
    assert_eq!((status, &problem["error"]), (400, &json!("it is too long")));
    let remedy = "ask with the flags of `telefonist report`, as the guide has them";
    assert_eq!((&problem["code"], &problem["remedy"]), (&json!("bad_request"), &json!(remedy)));
}

#[tokio::test]
async fn a_plan_comes_into_force_or_is_refused_with_its_faults() {
    let server = start(vec![token("lead", &[Scope::Plan]), token("desk", &[Scope::Queues])]).await;
    let path = "/plan/reload";
    assert_eq!(server.post("desk", path, "{}").await.0, 403);
    let (status, done) = server.post("lead", path, "{}").await;
    let needs = json!(["rtp_ports"]);
    assert_eq!((status, &done["edition"], &done["needs_restart"]), (200, &json!(2), &needs));
    let (status, problem) = server.post("lead", path, "{}").await;
    assert_eq!((status, &problem["code"]), (422, &json!("plan_has_faults")));
    assert_eq!(problem["faults"][0]["id"], "undefined-queue");
    assert_eq!(problem["error"], "there is no queue `x`");
    let (status, list) = server.get("lead", "/plan/editions").await;
    assert_eq!((status, &list[0]["edition"]), (200, &json!(1)));
}
