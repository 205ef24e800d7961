//! A caller who leaves a message: what was said is on the disk, outlives a power failure, and is heard over
//! HTTP by those who may.

use e2e::{Server, Sipp, SippCall, Site, Sound, prompt, run, wait};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// SHA-256 of `desk`, who hears messages, and of `wall`, who does not.
const TOKENS: &str = "[[token]]\nname = \"desk\"\n\
    sha256 = \"49be417ad74080a0031b636b44cfc26fdd0065492d6cd3b033960c4414955cf7\"\n\
    scopes = [\"messages\"]\n\
    [[token]]\nname = \"wall\"\n\
    sha256 = \"WALL\"\n\
    scopes = [\"read\", \"agents\", \"calls\"]";

const PLAN: &str = "language = \"sv\"\n[number.9000]\ngoto = \"voicemail.office\"\n\
    [voicemail.office]\nsilence = \"2s\"\n";

/// What the caller says, known and long enough.
fn message() -> Sound {
    prompt("en/welcome").repeated(4)
}

/// The recordings that are there.
fn recordings(site: &Site) -> Vec<PathBuf> {
    let entries = fs::read_dir(site.data().join("voicemail")).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "wav")).collect()
}

/// A caller hears the tone and begins to speak.
fn speak(server: &Server) -> Sipp {
    let call = SippCall { server: server.sip(), number: "9000", caller: "0701000077" };
    let caller = Sipp::call(call);
    let greeting = prompt("sv/voicemail/greeting").part(0, 8_000);
    caller.sound.until_heard("the greeting", &greeting, 0);
    caller.sound.say(&message());
    wait::until_so("a message is being recorded", || {
        server.status().0["voicemails"][0]["recording"] == 1
    });
    caller
}

/// The messages as programs are told them.
fn listed(server: &Server) -> Vec<Value> {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names").to_owned();
    let ran = run(&["message", "list", "--json", "--socket", &socket]);
    serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

/// Status and body of an answer to the holder of a token.
fn ask(server: &Server, token: &str, path: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server.http()).expect("the server is there");
    let ask = format!(
        "GET /api/v1{path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).expect("the server listens");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("there is a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    (head, answer[end + 4..].to_vec())
}

#[test]
fn a_message_is_thanked_for_outlives_a_power_failure_and_is_heard_by_whoever_may() {
    let wall = "4d8aaa64f68587b18e27604cd3d3b67aaa66342ef33df2ae755b5524e84cb3d5";
    let server = Server::start(Site::new(PLAN).with_setting(&TOKENS.replace("WALL", wall)));
    let caller = speak(&server);
    thread::sleep(Duration::from_secs(6));
    caller.sound.press('#');
    let question = prompt("sv/voicemail/keep").part(0, 8_000);
    caller.sound.until_heard("the question", &question, 0);
    caller.sound.press('1');
    let thanks = prompt("sv/voicemail/thanks").part(0, 8_000);
    caller.sound.until_heard("thanks", &thanks, 0);
    // Thanks are a promise: whatever happens now, the message is there.
    let site = server.kill();
    drop(caller);

    let server = Server::start(site);
    let [message] = &listed(&server)[..] else { panic!("{:?}", listed(&server)) };
    assert_eq!(
        (&message["voicemail"], &message["caller"]),
        (&"office".into(), &"0701000077".into())
    );
    let id = message["id"].as_str().expect("a name is a text");
    server.until("a message is open", |status| status.0["voicemails"][0]["messages"] == 1);

    let path = format!("/messages/{id}/recording.wav");
    let (head, wav) = ask(&server, "desk", &path);
    assert!(head.contains("200 OK") && head.contains("audio/wav"), "{head}");
    let copy = server.site().folder().join("copy.wav");
    fs::write(&copy, wav).expect("a temporary folder can be written");
    let heard = Sound::read(&copy);
    let found = prompt("en/welcome").find_in(&heard);
    assert!(found.rho > 0.95, "{found:?} in {} samples", heard.len());
    assert_eq!(message["length_ms"], heard.len() / 8);
    let (head, _) = ask(&server, "wall", &path);
    assert!(head.contains("403"), "{head}");
    for wrong in
        ["/messages/0123456789abcdef/recording.wav", "/messages/..%2f..%2fledger.db/recording.wav"]
    {
        assert!(ask(&server, "desk", wrong).0.contains("404"), "{wrong}");
    }
}

#[test]
fn who_hangs_up_after_having_spoken_has_left_a_message_and_it_can_be_done() {
    let server = Server::start(Site::new(PLAN));
    let mut caller = speak(&server);
    thread::sleep(Duration::from_secs(6));
    caller.hang_up();
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "voicemail");
    wait::until_so("the message is listed", || listed(&server).len() == 1);
    let [recording] = &recordings(server.site())[..] else { panic!("one recording") };
    assert!(prompt("en/welcome").find_in(&Sound::read(recording)).rho > 0.95);
    let id = listed(&server)[0]["id"].as_str().expect("a name is a text").to_owned();
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names");
    assert_eq!(run(&["message", "done", &id, "--socket", socket]).code, Some(0));
    server.until("no message is open", |status| status.0["voicemails"][0]["messages"] == 0);
    wait::until_so("the list says who", || listed(&server)[0]["done_by"] == "socket");
    assert_eq!(run(&["message", "done", "0123456789abcdef", "--socket", socket]).code, Some(1));
}
