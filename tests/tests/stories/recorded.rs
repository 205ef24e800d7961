//! Talks that are recorded: what the caller said is on the left of the file, what the agent said on the right, and a kill in
//! the midst of it costs no more than its last second.

use e2e::{
    Baresip, DiskFault, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, run, soft, wait,
};
use jiff::Timestamp;
use softphone::{Answer, Codec, PhoneConfig};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// What is worth a story is said within so long.
const TALK: Duration = Duration::from_secs(9);

fn site() -> Site {
    Site::of_one_queue("record = true", 1)
}

/// What stands in the ledger of the recordings of a call: name, state and length in milliseconds.
fn rows(server: &Server, call: u64) -> Vec<(String, String, u64)> {
    let data = server.site().data();
    let data = data.to_str().expect("temporary folders have plain names");
    let told = run(&["calls", "--data", data, &call.to_string()]).out;
    let row = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let [name, _, _, length, _, state] = words[..] else { return None };
        let length = length.strip_suffix('s')?.parse().ok()?;
        (name.len() == 16).then(|| (name.to_owned(), state.to_owned(), length))
    };
    told.lines().filter_map(row).collect()
}

fn file(server: &Server, name: &str) -> PathBuf {
    server.site().data().join("recordings").join(name).with_extension("wav")
}

/// Both sides of a recording: the left and the right one.
fn sides(server: &Server, name: &str) -> [Sound; 2] {
    sides_in(server, name, &file(server, name))
}

/// Both sides of one that is kept in Opus, as programs of others have it, which find nothing wrong with it.
fn sides_in_opus(server: &Server, name: &str) -> [Sound; 2] {
    let opus = file(server, name).with_extension("opus");
    let told = Command::new("opusinfo").arg(&opus).output().expect("opusinfo is installed");
    let told = String::from_utf8_lossy(&told.stdout).to_string();
    assert!(told.contains("Channels: 2") && !told.contains("WARNING"), "{told}");
    let wav = server.site().folder().join(format!("{name}.wav"));
    let mut decode = Command::new("opusdec");
    let decoded = decode.args(["--quiet", "--rate", "8000"]).args([&opus, &wav]).status();
    assert!(decoded.expect("opusdec is installed").success());
    sides_in(server, name, &wav)
}

fn sides_in(server: &Server, name: &str, wav: &Path) -> [Sound; 2] {
    let mut wav = hound::WavReader::open(wav).expect("it is a WAV file");
    let spec = wav.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (2, 8_000, 16));
    let samples: Vec<i16> = wav.samples().map(|sample| sample.expect("it is whole")).collect();
    [0, 1].map(|side| {
        let copy = server.site().folder().join(format!("{name}-{side}.wav"));
        let spec = hound::WavSpec { channels: 1, ..spec };
        let mut alone = hound::WavWriter::create(&copy, spec).expect("a folder can be written");
        for frame in samples.chunks_exact(2) {
            alone.write_sample(frame[side]).expect("there is room");
        }
        alone.finalize().expect("there is room");
        Sound::read(&copy)
    })
}

/// What was said is on its own side, and nothing of it on the other.
fn judge(said: [&Sound; 2], heard: &[Sound; 2]) -> [usize; 2] {
    let found = [0, 1].map(|side| said[side].find_in(&heard[side]));
    for (side, found) in found.iter().enumerate() {
        assert!(found.rho > 0.95, "side {side}: {found:?} in {} samples", heard[side].len());
        let other = said[side].find_in(&heard[1 - side]);
        assert!(other.rho < 0.6, "side {side} is heard on the other, too: {other:?}");
    }
    found.map(|found| found.at)
}

/// A caller and an agent who talk, each saying something that nobody else does.
fn talk(server: &Server) -> (Sipp, Baresip, [Sound; 2]) {
    let (callers, agents) = (prompt("en/demo/support"), prompt("en/demo/leverans"));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents);
    let agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let caller = Sipp::dial(server.sip(), "0708000021");
    caller.sound.say(&callers);
    server.until_agent("1001", "talking");
    (caller, agent, [callers, agents])
}

#[test]
fn what_caller_and_agent_say_is_in_one_file_each_on_a_side_of_their_own() {
    let server = Server::start(site());
    let (mut caller, mut agent, [callers, agents]) = talk(&server);
    thread::sleep(TALK);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    server.until_closed(1);
    let rows = wait::until("the recording is whole", || {
        let rows = rows(&server, 1);
        let is_whole = |(_, state, _): &(String, String, u64)| state == "whole";
        (!rows.is_empty() && rows.iter().all(is_whole)).then_some(rows)
    });
    let [(name, _, length)] = &rows[..] else { panic!("one recording and not {rows:?}") };
    assert!(*length >= TALK.as_secs(), "{rows:?}");
    judge([&callers, &agents], &sides(&server, name));
    let mode =
        |path: PathBuf| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(file(&server, name)), 0o600);
    assert_eq!(mode(server.site().data().join("recordings")), 0o700);
}

/// baresip has Opus of the makers of Opus, and nothing else here; who answers has none.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_others_with_opus_alone_chooses_in_a_menu_and_talks_with_one_that_has_none() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"menu.main\"\n[menu.main]\n\
         prompts = [\"demo/menu\"]\nkeys = { 1 = \"queue.support\" }\n\
         [queue.support]\nrecord = true\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n\
         [agent.1002]\nsecret = \"secret-1002\"\nqueues = [\"support\"]\n",
    );
    let server = Server::start(site.with_setting("codecs = [\"PCMA\", \"opus\"]"));
    let (agents, callers) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let setup = PhoneSetup {
        codecs: "opus/48000/2",
        ..PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &callers)
    };
    let mut caller = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    caller.dial("9000");
    caller.until_heard("the menu", &prompt("sv/demo/menu"), 0);
    caller.tell("sndcode", "1");
    server.until_calls(&["waiting"]);
    let heard = caller.hears().len();
    wait::until_music("the caller", heard, || caller.hears());
    let config = PhoneConfig {
        codecs: vec![Codec::Pcma],
        listen: softphone::Listen::Record,
        ..soft::agent(server.sip(), "1002", Answer::After(Duration::ZERO))
    };
    let (_agent, mut events) = soft::switch_on(soft::saying(config, &agents.repeated(30))).await;
    let at_agent = events.incoming().await.expect("the agent is rung");
    let heard = caller.hears().len();
    // Twice: what is recorded begins when the agent has been heard.
    let heard = caller.until_heard("the agent", &agents, heard);
    caller.until_heard("the agent", &agents, heard);
    let sound = || Sound::of_alaw(&at_agent.heard().alaw);
    let heard = wait::until_heard("the agent hears the caller", &callers, 0, sound);
    wait::until_heard("the agent hears the caller", &callers, heard, sound);
    at_agent.hang_up().await;
    server.until_closed(1);
    let rows = wait::until("the recording is whole", || {
        let rows = rows(&server, 1);
        let is_whole = |(_, state, _): &(String, String, u64)| state == "whole";
        (!rows.is_empty() && rows.iter().all(is_whole)).then_some(rows)
    });
    judge([&callers, &agents], &sides(&server, &rows[0].0));
    let legs = server.until_sound(1, 2);
    let codecs = ["caller", "agent"].map(|side| legs[side]["codec"].as_str().expect("it is told"));
    assert_eq!(codecs, ["opus", "PCMA"]);
}

/// A talk that a kill has parted in two recordings: how long each is, in seconds, and what was said in both.
fn parted_by_a_kill(server: Server) -> (Server, Vec<(String, u64)>, [Sound; 2]) {
    let (mut caller, _agent, said) = talk(&server);
    thread::sleep(TALK);
    let site = server.kill();
    caller.sound.moves();
    let server = Server::start(site);
    server.until_agent("1001", "talking");
    thread::sleep(TALK);
    caller.hang_up();
    let rows = wait::until("both parts are over", || {
        let rows = rows(&server, 1);
        let over = rows.iter().map(|(_, state, _)| &**state);
        (over.collect::<Vec<_>>() == ["cut_off", "whole"]).then_some(rows)
    });
    let parts = rows.into_iter().map(|(name, _, length)| (name, length)).collect();
    (server, parts, said)
}

#[test]
fn a_talk_in_opus_is_read_by_others_each_on_a_side_of_their_own_and_over_a_kill() {
    let site = site().with_setting("[recordings]\nformat = \"opus\"");
    let (server, parts, [callers, agents]) = parted_by_a_kill(Server::start(site));
    for (name, length) in &parts {
        assert!(*length + 4 >= TALK.as_secs(), "{parts:?}");
        let sides = sides_in_opus(&server, name);
        let heard = u64::try_from(sides[0].len()).expect("it is short");
        assert!(heard.div_ceil(8_000).abs_diff(*length) <= 1, "{heard} samples and {length} s");
        judge([&callers, &agents], &sides);
        let octets =
            fs::metadata(file(&server, name).with_extension("opus")).expect("it is there").len();
        assert!(octets < 8_000 * length.max(&1), "{octets} octets of {length} s");
    }
}

#[test]
fn a_talk_that_a_kill_cuts_off_is_on_the_disk_as_far_as_it_had_come_and_goes_on_in_a_second_file() {
    let (server, parts, [callers, agents]) = parted_by_a_kill(Server::start(site()));
    for (name, length) in &parts {
        assert!(*length + 2 >= TALK.as_secs(), "{parts:?}");
        judge([&callers, &agents], &sides(&server, name));
    }
}

/// Both hear that the talk is recorded, and what is kept begins where the caller has heard the whole of it.
fn judge_announced((server, mut caller, mut agent): (Server, Sipp, Baresip), said: [&Sound; 2]) {
    /// How far clocks, packets and who reads them may be apart, in samples: a tenth of a second.
    const APART: usize = 800;
    let announced = prompt("sv/queue/recorded");
    caller.sound.until_heard("that the talk is recorded", &announced, 0);
    agent.until_heard("that the talk is recorded", &announced, 0);
    wait::until_so("it is recorded", || server.kinds(1).iter().any(|it| it == "recording_began"));
    let heard = caller.sound.heard();
    let began = heard.len() - now_in(&server, 1);
    let told = announced.find_in(&heard);
    assert!(told.rho > 0.95 && began + APART >= told.at + announced.len(), "{told:?}, {began}");
    assert!(began <= told.at + announced.len() + APART, "{told:?}, {began}");
    thread::sleep(TALK);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    server.until_closed(1);
    let name = wait::until("the recording is whole", || {
        let whole = rows(&server, 1).into_iter().find(|(_, state, _)| state == "whole");
        whole.map(|(name, ..)| name)
    });
    let sides = sides(&server, &name);
    judge(said, &sides);
    for side in &sides {
        let found = announced.find_in(side);
        assert!(found.rho < 0.5, "what announces a recording is none of it: {found:?}");
    }
}

#[test]
fn a_caller_and_an_agent_hear_that_their_talk_is_recorded_before_anything_of_it_is() {
    let queue = "record = true\nrecord_announce = [\"queue/recorded\"]";
    let server = Server::start(Site::of_one_queue(queue, 1));
    let (caller, agent, [callers, agents]) = talk(&server);
    judge_announced((server, caller, agent), [&callers, &agents]);
}

#[test]
fn what_is_recorded_by_a_command_is_announced_to_both_in_the_midst_of_their_talk() {
    let server = Server::start(Site::of_one_queue("record_announce = [\"queue/recorded\"]", 1));
    let (caller, agent, [callers, agents]) = talk(&server);
    thread::sleep(Duration::from_secs(3));
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names");
    let told = run(&["call", "record", "1", "start", "--socket", socket]);
    assert_eq!(told.code, Some(0), "{} {}", told.out, told.err);
    judge_announced((server, caller, agent), [&callers, &agents]);
}

/// Longer than the ledger and the recordings may take one after the other, and shorter than the engine's thread is waited for.
const STOPS_WITHIN: Duration = Duration::from_secs(13);

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_of_recordings_that_hangs_at_the_stop_keeps_no_run_from_being_closed() {
    let server = Server::start(site());
    let (_caller, _agent, _) = talk(&server);
    wait::until_so("it is recorded", || server.kinds(1).iter().any(|it| it == "recording_began"));
    let faulty = DiskFault::RecordingsHang.befall(&server);
    // The second one ends the calls that are on.
    server.ask_to_stop();
    wait::until_so("it takes no new calls", || server.log().contains("a second signal"));
    let asked = Instant::now();
    server.ask_to_stop();
    wait::until_so("it has said why it ends late", || {
        server.log().contains("the disk of recordings has not answered")
    });
    // Who looks on lets the last thread go, which the process has left behind.
    drop(faulty);
    let (status, site) = server.stopped();
    assert!(status.success(), "{status}");
    let took = asked.elapsed();
    assert!(took < STOPS_WITHIN, "{took:?}");
    assert_eq!(open_runs(&site).await, 0, "the run is closed");
    let server = Server::start(site);
    let over = server.until_closed(1);
    assert_eq!(over[0]["outcome"], "answered", "{over:#?}");
    wait::until_so("what was recorded is found", || !rows(&server, 1).is_empty());
}

/// Runs that nobody has closed.
async fn open_runs(site: &Site) -> i64 {
    let file = site.data().join("ledger.db");
    let mut ledger =
        SqliteConnectOptions::new().filename(file).connect().await.expect("it is there");
    let open = sqlx::query_scalar("SELECT count(*) FROM runs WHERE ended_at IS NULL");
    open.fetch_one(&mut ledger).await.expect("it is a ledger")
}

/// Where in a recording of this call the present moment is, in samples.
fn now_in(server: &Server, call: u64) -> usize {
    let began = server.story(call).into_iter().find(|event| event["kind"] == "recording_began");
    let began = began.expect("it is recorded")["detail"]["label"]["began_at"].as_i64();
    let since = Timestamp::now().as_microsecond() - began.expect("it says since when");
    usize::try_from(since / 125).expect("it has begun")
}

#[test]
fn nothing_that_is_said_in_a_pause_is_in_the_recording() {
    let server = Server::start(site());
    let (mut caller, mut agent, _) = talk(&server);
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names");
    let command = |what| {
        let told = run(&["call", "record", "1", what, "--socket", socket]);
        assert_eq!(told.code, Some(0), "{} {}", told.out, told.err);
    };
    thread::sleep(Duration::from_secs(3));
    command("pause");
    let paused = now_in(&server, 1);
    thread::sleep(Duration::from_secs(3));
    let resumed = now_in(&server, 1);
    command("resume");
    thread::sleep(Duration::from_secs(3));
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    server.until_closed(1);
    let name = wait::until("the recording is whole", || {
        let whole = rows(&server, 1).into_iter().find(|(_, state, _)| state == "whole");
        whole.map(|(name, ..)| name)
    });

    /// What a pause may take to begin, and how long its tones are: 200 ms.
    const SOON: usize = 1_600;
    for (side, sound) in sides(&server, &name).iter().enumerate() {
        let said = |from: usize, until: usize| sound.part(from, until - from).loudest();
        assert!(said(0, paused - SOON) > 1_000.0, "side {side} has what was said before");
        assert!(said(paused - SOON, paused + SOON) > 2_000.0, "a tone says that it is paused");
        let amid = said(paused + SOON, resumed - SOON);
        assert!(amid < 1.0, "side {side} is silent in the pause: {amid}");
        assert!(said(resumed, sound.len()) > 1_000.0, "side {side} has what was said after it");
    }
    let kinds = server.kinds(1);
    let at = |kind: &str| kinds.iter().position(|it| it == kind).expect(kind);
    assert!(at("recording_paused") < at("recording_resumed"), "{kinds:?}");
}
