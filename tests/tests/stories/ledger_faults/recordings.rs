//! The process is killed between the end of a recording and the row of its message.

use e2e::{KillPoint, Server, Site, Sound, prompt, run, soft, wait};
use serde_json::Value;
use softphone::PhoneCall;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::sleep;

const PLAN: &str = "language = \"sv\"\n[number.9000]\ngoto = \"voicemail.office\"\n\
    [voicemail.office]\nprompts = []\nsilence = \"1m\"\n";
const CALLER: &str = "+46705100004";
/// The first recording has its name, and nobody has heard so.
const NAMED: KillPoint = KillPoint::Recording(1);
/// How long the caller speaks.
const SPEAKS: Duration = Duration::from_secs(2);

/// What the caller says, all the time.
fn words() -> Sound {
    prompt("en/demo/support").part(0, 8_000)
}

/// A caller speaks a message, and says that this is all. The process is killed before anybody is told of it.
async fn killed() -> (Site, PhoneCall) {
    let site = Server::start(Site::new(PLAN)).kill();
    let mut server = Server::start_to_die(site, NAMED);
    let (phone, _) =
        soft::switch_on(soft::saying(soft::caller(server.sip(), CALLER), &words())).await;
    let call = phone.call("9000").await.unwrap();
    call.answered().await.unwrap();
    server.until("a message is recorded", |status| status.0["voicemails"][0]["recording"] == 1);
    sleep(SPEAKS).await;
    call.press_all("#").await;
    wait::until_so("the process is dead", || !server.is_alive());
    // The phone is there for as long as the test.
    std::mem::forget(phone);
    (server.kill(), call)
}

fn listed(server: &Server) -> Vec<Value> {
    let socket = server.site().data().join("control.sock");
    let ran = run(&["message", "list", "--json", "--socket", socket.to_str().unwrap()]);
    serde_json::from_str(&ran.out).unwrap_or_default()
}

/// What is in the folder of recordings.
fn files(site: &Site) -> Vec<PathBuf> {
    let files = fs::read_dir(site.data().join("voicemail")).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_whole_when_the_server_is_killed_is_a_message_at_the_next_start() {
    let (site, call) = killed().await;
    call.hang_up().await;
    assert_eq!(files(&site).len(), 2, "it is whole, and it is said whose it is");

    let server = Server::start(site);
    wait::until_so("it is a message", || listed(&server).len() == 1);
    let message = &listed(&server)[0];
    assert_eq!((&message["voicemail"], &message["caller"]), (&"office".into(), &CALLER.into()));
    let id = message["id"].as_str().unwrap();
    let heard = Sound::read(&server.site().data().join("voicemail").join(format!("{id}.wav")));
    assert!(words().find_in(&heard).rho > wait::WELL);
    assert_eq!(message["length_ms"], heard.len() / 8);
    assert_eq!(server.until_closed(1)[0]["id"], message["call"]);
    let server = Server::start(server.kill());
    assert_eq!(listed(&server).len(), 1, "it is one message at each start after that");

    // Whoever asks to be forgotten is.
    let socket = server.site().data().join("control.sock");
    let done = run(&["message", "done", id, "--socket", socket.to_str().unwrap()]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    wait::until_so("it is dealt with", || listed(&server)[0]["done_by"].is_string());
    let data = server.site().data();
    let forget = run(&["ledger", "forget", CALLER, "--data", data.to_str().unwrap()]);
    assert_eq!(forget.code, Some(0), "{} {}", forget.out, forget.err);
    assert_eq!(files(server.site()), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_back_at_a_voicemail_after_a_kill_and_speaks_again_has_left_one_message() {
    let (site, call) = killed().await;
    let server = Server::start(site);
    server.until("who spoke is asked to speak again", |status| {
        status.0["voicemails"][0]["recording"] == 2
    });
    sleep(SPEAKS).await;
    call.hang_up().await;
    wait::until_so("there is a message", || !listed(&server).is_empty());
    server.until("nothing is recorded", |status| status.0["voicemails"][0]["recording"] == 0);
    assert_eq!(listed(&server).len(), 1);
    wait::until_so("there is one recording", || files(server.site()).len() == 2);
}
