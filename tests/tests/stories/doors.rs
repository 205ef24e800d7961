//! Every command by each door: the control socket, HTTP with a token, and the command line. They come to one and the same
//! value, which leaves a numbered event that says who gave it.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, run};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// The SHA-256 of `desk`, which may do everything, and of `looker`, which may look.
const TOKENS: &str = "[[token]]\nname = \"desk\"\n\
    sha256 = \"49be417ad74080a0031b636b44cfc26fdd0065492d6cd3b033960c4414955cf7\"\n\
    scopes = [\"read\", \"agents\", \"calls\", \"messages\", \"callbacks\", \"queues\", \"plan\"]\n\
    [[token]]\nname = \"looker\"\n\
    sha256 = \"d133efd9800e396abbeb9de0cc7a6f873d58159121a0fc587f8a2ec1208ad50a\"\n\
    scopes = [\"read\"]";

const PLAN: &str = "language = \"sv\"\ncountry = \"46\"\n[number.9000]\ngoto = \"queue.support\"\n\
    [queue.support]\nname = \"Support\"\nwrap_up = \"60s\"\n[queue.sales]\nname = \"Sales\"\n\
    [agent.1009]\nname = \"Away\"\nsecret = \"secret-1009\"\nqueues = [\"sales\"]\n\
    [callback.support]\nqueue = \"support\"\n[trunk.carrier]\nhost = \"127.0.0.1:9\"\nhealth = \"0s\"\n\
    dial = [\"+46\"]\n[disposition.sold]\ndigits = \"1\"\n[pause.lunch]\ndigits = \"2\"\n";

/// Each door has an agent, a call and a callback of its own.
const DOORS: usize = 3;

/// A command: its word in the ledger, its route, what goes with it, and what one types.
struct Row {
    word: &'static str,
    route: &'static str,
    body: Value,
    typed: &'static str,
    /// Why it is refused here; it gets as far as that by each door.
    refused: Option<&'static str>,
}

fn row(word: &'static str, route: &'static str, body: Value, typed: &'static str) -> Row {
    Row { word, route, body, typed, refused: None }
}

/// While nobody is at work.
fn before_work() -> Vec<Row> {
    vec![
        row("close_queue", "/queues/support/close", json!({}), "queue close support"),
        row("open_queue", "/queues/support/open", json!({}), "queue open support"),
        row("follow_hours", "/queues/support/auto", json!({}), "queue auto support"),
        row(
            "callback_request",
            "/callbacks",
            json!({ "callback": "support", "number": "NUMBER" }),
            "callback request support NUMBER",
        ),
    ]
}

/// With a promise for each door.
fn of_callbacks_and_messages() -> Vec<Row> {
    vec![
        row("callback_cancel", "/callbacks/CALLBACK/cancel", json!({}), "callback cancel CALLBACK"),
        Row {
            refused: Some("unknown_message"),
            ..row(
                "message_done",
                "/messages/00000000000000ab/done",
                json!({}),
                "message done 00000000000000ab",
            )
        },
    ]
}

/// With agents who are ready, and are so again at the end.
fn at_work() -> Vec<Row> {
    vec![
        row("log_out", "/agents/AGENT/logout", json!({}), "agent logout AGENT"),
        row("log_in", "/agents/AGENT/login", json!({}), "agent login AGENT"),
        row("pause", "/agents/AGENT/pause", json!({ "pause": "lunch" }), "agent pause AGENT lunch"),
        row("resume", "/agents/AGENT/resume", json!({}), "agent resume AGENT"),
        row(
            "leave_queue",
            "/agents/AGENT/leave",
            json!({ "queue": "support" }),
            "agent leave AGENT support",
        ),
        row(
            "join_queue",
            "/agents/AGENT/join",
            json!({ "queue": "support" }),
            "agent join AGENT support",
        ),
        row("use_phone", "/agents/AGENT/phone", json!({ "phone": 1 }), "agent phone AGENT 1"),
        row("make_ready", "/agents/AGENT/ready", json!({}), "agent ready AGENT"),
    ]
}

/// With callers who talk: each is taken back, and talks again when after-call work is over.
fn after_talk() -> Vec<Row> {
    vec![
        row("requeue", "/calls/CALL/requeue", json!({}), "call requeue CALL"),
        row(
            "file",
            "/agents/AGENT/file",
            json!({ "disposition": "sold" }),
            "agent file AGENT sold",
        ),
        row(
            "extend_wrap_up",
            "/agents/AGENT/wrap-up/extend",
            json!({}),
            "agent extend-wrap-up AGENT",
        ),
        row("end_wrap_up", "/agents/AGENT/wrap-up/end", json!({}), "agent end-wrap-up AGENT"),
    ]
}

/// With callers who talk, for the last time.
fn at_last() -> Vec<Row> {
    vec![
        row(
            "set_priority",
            "/calls/CALL/priority",
            json!({ "priority": 7 }),
            "call priority CALL 7",
        ),
        Row {
            refused: Some("talks_with_nobody"),
            ..row(
                "listen",
                "/agents/AGENT/listen",
                json!({ "to": "1009", "how": "whisper" }),
                "agent listen AGENT 1009 whisper",
            )
        },
        Row {
            refused: Some("agent_state"),
            ..row(
                "bring_in",
                "/agents/AGENT/bring-in",
                json!({ "colleague": "1009" }),
                "agent bring-in AGENT 1009",
            )
        },
        Row {
            refused: Some("not_beside"),
            ..row(
                "monitor",
                "/agents/AGENT/monitor",
                json!({ "how": "whisper" }),
                "agent monitor AGENT whisper",
            )
        },
        Row {
            refused: Some("not_beside"),
            ..row("take_over", "/agents/AGENT/take-over", json!({}), "agent take-over AGENT")
        },
        row("move", "/calls/CALL/move", json!({ "queue": "sales" }), "call move CALL sales"),
        Row {
            refused: Some("not_recorded"),
            ..row(
                "start_recording",
                "/calls/CALL/recording/start",
                json!({}),
                "call record CALL start",
            )
        },
        Row {
            refused: Some("not_recorded"),
            ..row(
                "stop_recording",
                "/calls/CALL/recording/stop",
                json!({}),
                "call record CALL stop",
            )
        },
        Row {
            refused: Some("not_recorded"),
            ..row(
                "pause_recording",
                "/calls/CALL/recording/pause",
                json!({}),
                "call record CALL pause",
            )
        },
        Row {
            refused: Some("not_recorded"),
            ..row(
                "resume_recording",
                "/calls/CALL/recording/resume",
                json!({}),
                "call record CALL resume",
            )
        },
        row("withdraw", "/calls/CALL/withdraw", json!({}), "call withdraw CALL"),
    ]
}

/// What each door has of its own, put in the place of its word.
struct Doors<'a> {
    server: &'a Server,
    calls: Vec<String>,
    callbacks: Vec<String>,
    /// What the ledger is to say, in order: the command, who gave it, and why it was refused.
    given: Vec<(String, String, Option<String>)>,
    routes: BTreeSet<String>,
    typed: BTreeSet<String>,
}

impl Doors<'_> {
    fn of(&self, text: &str, door: usize) -> String {
        let own = |list: &[String]| list.get(door).cloned().unwrap_or_default();
        text.replace("AGENT", &format!("100{}", door + 1))
            .replace("NUMBER", &format!("070111223{door}"))
            .replace("CALLBACK", &own(&self.callbacks))
            .replace("CALL", &own(&self.calls))
    }

    fn socket(&self) -> String {
        let socket = self.server.site().data().join("control.sock");
        socket.to_str().expect("temporary folders have plain names").to_owned()
    }

    fn http(&self) -> TcpStream {
        TcpStream::connect(self.server.http()).expect("the server is there")
    }

    /// Gives each command by each door.
    fn give(&mut self, rows: Vec<Row>) {
        for row in rows {
            let at = |door| format!("/api/v1{}", self.of(row.route, door));
            let with = |door| self.of(&row.body.to_string(), door);
            let no = post(self.http(), Some("looker"), &at(1), &with(1));
            assert_eq!(
                (no.0, no.1["code"].as_str()),
                (403, Some("scope_missing")),
                "{}: {}",
                row.word,
                no.1
            );

            let socket = UnixStream::connect(self.socket()).expect("the socket is there");
            let by_socket = post(socket, None, &at(0), &with(0));
            let by_http = post(self.http(), Some("desk"), &at(1), &with(1));
            for (status, answer) in [&by_socket, &by_http] {
                assert_eq!(answer["code"].as_str(), row.refused, "{}: {status} {answer}", row.word);
                assert_eq!(*status == 200, row.refused.is_none(), "{}: {answer}", row.word);
            }
            let typed = self.of(row.typed, 2);
            let socket = self.socket();
            let words: Vec<&str> = typed.split(' ').chain(["--socket", &socket]).collect();
            let ran = run(&words);
            let code = if row.refused.is_none() { 0 } else { 1 };
            assert_eq!(ran.code, Some(code), "{typed}: {} {}", ran.out, ran.err);

            for by in ["socket", "token:desk", "socket"] {
                let refused = row.refused.map(str::to_owned);
                self.given.push((row.word.to_owned(), by.to_owned(), refused));
            }
            self.routes.insert(row.route.to_owned());
            self.typed.insert(row.typed.split(' ').take(2).collect::<Vec<_>>().join(" "));
        }
    }

    /// Nothing that may be posted, or typed, was left out.
    fn have_seen_every_command(&self) {
        let (status, document) = ask(self.http(), Some("looker"), "GET /api/v1/openapi.json", "");
        assert_eq!(status, 200, "{document}");
        let paths = document["paths"].as_object().expect("a document has paths");
        let posts: BTreeSet<String> = paths
            .iter()
            .filter(|(_, path)| path.get("post").is_some())
            .map(|(path, _)| path.trim_start_matches("/api/v1").to_owned())
            // A reload is no command to the engine: its stories are in `reloading`.
            .filter(|path| path != "/plan/reload")
            .collect();
        let described = |route: &String| {
            route
                .replace("AGENT", "{agent}")
                .replace("CALLBACK", "{callback}")
                .replace("CALL", "{call}")
                .replace("/queues/support", "/queues/{queue}")
                .replace("00000000000000ab", "{message}")
        };
        let walked: BTreeSet<String> = self.routes.iter().map(described).collect();
        assert_eq!(walked, posts, "every command that there is was given");
        let typed: BTreeSet<String> = ["agent", "queue", "call", "callback", "message"]
            .into_iter()
            .flat_map(commands_of)
            .filter(|typed| !["list", "show", "trace", "help"].iter().any(|it| typed.ends_with(it)))
            .collect();
        assert_eq!(self.typed, typed, "and so was every one that can be typed");
    }

    /// The commands that the feed tells of after this mark, each with its own mark, until there are so many.
    fn told(&self, after: &str, count: usize) -> Vec<(String, Value)> {
        let mut stream = self.http();
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out can be set");
        let ask = format!(
            "GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer looker\r\n\
             Last-Event-ID: {after}\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).expect("the server listens");
        let (mut told, mut mark) = (Vec::new(), String::new());
        for line in BufReader::new(stream).lines() {
            let line = line.unwrap_or_else(|error| panic!("{error} after {told:?}"));
            if let Some(id) = line.strip_prefix("id: ") {
                id.clone_into(&mut mark);
            } else if let Some(data) = line.strip_prefix("data: ") {
                let event: Value = serde_json::from_str(data).expect("events are JSON");
                let kind = event["kind"].as_str().unwrap_or_default();
                if kind == "command_obeyed" || kind == "command_refused" {
                    told.push((mark.clone(), event));
                }
            }
            if told.len() == count {
                break;
            }
        }
        told
    }
}

/// Posts this, and gives the status and the answer.
fn post(stream: impl Read + Write, token: Option<&str>, path: &str, body: &str) -> (u16, Value) {
    ask(stream, token, &format!("POST {path}"), body)
}

fn ask(mut stream: impl Read + Write, token: Option<&str>, what: &str, body: &str) -> (u16, Value) {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let length = body.len();
    let asked = format!(
        "{what} HTTP/1.0\r\nHost: localhost\r\n{token}Content-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(asked.as_bytes()).expect("somebody listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("somebody answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.expect("an answer has a status"), serde_json::from_str(body).unwrap_or_default())
}

/// What `telefonist WHAT --help` lists.
fn commands_of(what: &str) -> BTreeSet<String> {
    let help = run(&[what, "--help"]).out;
    let list = help.split("Commands:\n").nth(1).expect("it has commands");
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| line.split_whitespace().next())
        .map(|word| format!("{what} {word}"))
        .collect()
}

#[test]
fn every_command_is_given_by_socket_by_http_and_by_the_command_line_alike() {
    let agents = (1001..=1003).map(|account| {
        format!(
            "[agent.{account}]\nname = \"Agent\"\nsecret = \"secret-{account}\"\nqueues = [\"support\"]\n"
        )
    });
    let plan: String = [PLAN.to_owned()].into_iter().chain(agents).collect();
    let server = Server::start(Site::new(&plan).with_setting(TOKENS));
    let mut doors = Doors {
        server: &server,
        calls: Vec::new(),
        callbacks: Vec::new(),
        given: Vec::new(),
        routes: BTreeSet::new(),
        typed: BTreeSet::new(),
    };

    doors.give(before_work());
    let listed = run(&["callback", "list", "--json", "--socket", &doors.socket()]);
    let listed: Value = serde_json::from_str(&listed.out).expect("a list is JSON");
    let listed = listed.as_array().expect("it is a list");
    doors.callbacks = listed.iter().map(|callback| callback["id"].to_string()).collect();
    assert_eq!(doors.callbacks.len(), DOORS, "{listed:?}");
    doors.give(of_callbacks_and_messages());

    let sound = Sound::default();
    let phones: Vec<Baresip> = ["1001", "1002", "1003"]
        .map(|account| {
            let phone = PhoneSetup::of_agent(server.sip(), account, Picks::Up, &sound);
            let phone = Baresip::start(&phone);
            server.until_agent(account, "ready");
            phone
        })
        .into();
    doors.give(at_work());

    let callers =
        ["0701000001", "0701000002", "0701000003"].map(|number| Sipp::dial(server.sip(), number));
    let talking = server.until_calls(&["talking"; DOORS]);
    let calls = talking.0["calls"].as_array().expect("it is a list");
    doors.calls = calls.iter().map(|call| call["id"].to_string()).collect();
    doors.give(after_talk());
    server.until_calls(&["talking"; DOORS]);
    doors.give(at_last());
    server.until_calls(&[]);
    drop((phones, callers));

    let told = doors.told("1-0", doors.given.len());
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let said: Vec<_> = told
        .iter()
        .map(|(_, event)| {
            let of = |key: &str| word(&event["detail"][key]);
            (of("command").unwrap_or_default(), of("by").unwrap_or_default(), of("why"))
        })
        .collect();
    assert_eq!(said, doors.given, "each is told in its order, with who gave it");
    let numbers: Vec<u64> = told.iter().filter_map(|(_, event)| event["seq"].as_u64()).collect();
    assert_eq!(numbers.len(), told.len(), "each has a number");
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    let (before, after) = told.split_at(told.len() / 2);
    let (mark, _) = before.last().expect("there are many");
    assert_eq!(doors.told(mark, after.len()), after, "who was away is told what was missed");

    doors.have_seen_every_command();
}
