//! A whole survey after the talk, by phone: a grade, a yes or no, a likelihood to recommend, and a comment in the
//! caller's own words, which is a message like any other.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, run, wait};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// Each question is a phrase of its own.
const PLAN: &str = "language = \"en\"\n[number.9000]\ngoto = \"queue.support\"\n\
    [queue.support]\nwrap_up = \"1s\"\nsurvey = \"menu.grade\"\n\
    [menu.grade]\nprompts = [\"demo/menu\"]\nkeys = { \"[1-5]\" = \"menu.solved\" }\ninto = \"grade\"\n\
    [menu.solved]\nprompts = [\"demo/support\"]\nkeys = { \"[12]\" = \"menu.nps\" }\ninto = \"solved\"\n\
    [menu.nps]\nprompts = [\"demo/welcome\"]\nkeys = { \"10|[0-9]\" = \"voicemail.comment\" }\ninto = \"nps\"\n\
    [voicemail.comment]\nprompts = [\"demo/leverans\"]\n\
    [agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n";

/// For how long a caller speaks.
const SPEAKS: Duration = Duration::from_secs(5);

/// What a caller says, and to nobody else.
fn words(seed: u64) -> Sound {
    Sound::noise(seed, 16_000)
}

/// The agent talks with a caller and hangs up, and the caller answers all three questions.
fn asked(server: &Server, agent: &mut Baresip, caller: &str, keys: [&str; 3]) -> (Sipp, usize) {
    server.until_agent("1001", "ready");
    let sipp = Sipp::dial(server.sip(), caller);
    server.until_agent("1001", "talking");
    agent.tell("hangup", "");
    let questions = ["demo/menu", "demo/support", "demo/welcome"];
    let mut heard = 0;
    for (question, keys) in questions.into_iter().zip(keys) {
        // The beginning of one would do, but a key cuts it and the next is looked for behind it.
        let sound = prompt(&format!("en/{question}")).part(0, 8_000);
        heard = sipp.sound.until_heard(question, &sound, heard);
        keys.chars().for_each(|key| sipp.sound.press(key));
    }
    let asks = prompt("en/demo/leverans");
    heard = sipp.sound.until_heard("that a comment may be spoken", &asks, heard);
    heard = sipp.sound.until_heard("the tone", &prompt("tone"), heard);
    (sipp, heard)
}

fn listed(server: &Server) -> Vec<Value> {
    let socket = server.site().data().join("control.sock");
    let ran = run(&["message", "list", "--json", "--socket", socket.to_str().unwrap()]);
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{} {}", ran.out, ran.err))
}

fn recordings(server: &Server) -> Vec<PathBuf> {
    let files = fs::read_dir(server.site().data().join("voicemail")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "wav")).collect()
}

/// The lines of the report, by question.
fn lines(server: &Server, further: &[&str]) -> Vec<Value> {
    let data = server.site().data().to_str().unwrap().to_owned();
    let ran = run(&[&["report", "survey", "--json", "--data", &data], further].concat());
    let told: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    told["lines"].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_survey_with_a_comment_is_in_the_report_and_its_comment_is_a_message() {
    let server = Server::start(Site::new(PLAN));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let mut ana = Baresip::start(&setup);
    let (mut pleased, heard) = asked(&server, &mut ana, "0708000031", ["5", "1", "10"]);
    pleased.sound.say(&words(1));
    thread::sleep(SPEAKS);
    pleased.sound.press('#');
    pleased.sound.hush();
    let heard = pleased.sound.until_heard(
        "what to do with it",
        &prompt("en/voicemail/keep").part(0, 8_000),
        heard,
    );
    pleased.sound.press('1');
    pleased.sound.until_heard("thanks", &prompt("en/voicemail/thanks").part(0, 8_000), heard);
    pleased.ended();

    // Who hangs up while speaking has left a comment, too; and who hangs up at once, none.
    let (mut hangs_up, _) = asked(&server, &mut ana, "0708000032", ["1", "2", "3"]);
    hangs_up.sound.say(&words(2));
    thread::sleep(SPEAKS);
    hangs_up.hang_up();
    let (mut silent, _) = asked(&server, &mut ana, "0708000033", ["4", "1", "9"]);
    silent.hang_up();

    let rows = server.until_closed(3);
    for row in &rows {
        assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1001".into()), "{row}");
    }
    // 10, 3 and 9: two of three would recommend, one would not.
    let is_so = |line: &Value| {
        let (mean, nps) = match line["question"].as_str()? {
            "grade" => (10.0 / 3.0, None),
            "solved" => (4.0 / 3.0, None),
            "nps" => (22.0 / 3.0, Some(100.0 / 3.0)),
            _ => return None,
        };
        let near =
            |name: &str, right: f64| (line[name].as_f64().unwrap_or(-200.0) - right).abs() < 0.06;
        let counts = ["asked", "answered", "comments"].map(|name| line[name].as_u64());
        let is_so = counts == [Some(3), Some(3), Some(2)] && near("mean", mean);
        Some(is_so && nps.map_or_else(|| line["nps"].is_null(), |nps| near("nps", nps)))
    };
    wait::until_so("three surveys are in the report", || {
        let lines = lines(&server, &["--by", "agent"]);
        lines.len() == 3 && lines.iter().all(|line| is_so(line) == Some(true))
    });

    let mut messages = listed(&server);
    messages.sort_by_key(|message| message["caller"].to_string());
    assert_eq!(messages.len(), 2, "{messages:?}");
    for (message, said, caller) in
        [(&messages[0], words(1), "0708000031"), (&messages[1], words(2), "0708000032")]
    {
        assert_eq!(
            (&message["voicemail"], &message["caller"]),
            (&"comment".into(), &caller.into())
        );
        let id = message["id"].as_str().unwrap();
        let heard = Sound::read(&server.site().data().join("voicemail").join(format!("{id}.wav")));
        let found = said.find_in(&heard);
        assert!(found.rho > wait::WELL, "{found:?} in {} samples", heard.len());
        assert_eq!(message["length_ms"], heard.len() / 8);
    }
    // Its file is there until the thread that writes recordings comes to it.
    wait::until_so("what is silent is kept nowhere", || recordings(&server).len() == 2);

    // It has been listened to. A week later nothing is left of what was said, and the report is as before.
    let socket = server.site().data().join("control.sock");
    for message in &messages {
        let done = ["message", "done", message["id"].as_str().unwrap()];
        let ran = run(&[&done[..], &["--socket", socket.to_str().unwrap()]].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    assert_eq!(recordings(&server).len(), 2, "they are there for a week yet");
    let (_, site) = {
        server.ask_to_stop();
        server.stopped()
    };
    let server =
        Server::start_at_moment(site, Timestamp::now() + SignedDuration::from_hours(8 * 24));
    wait::until_so("the recordings are removed", || recordings(&server).is_empty());
    assert!(lines(&server, &["--from", "2020-01-01"]).iter().all(|line| is_so(line) == Some(true)));
}
