//! `telefonist demo`: one command, no phone, no configuration, and a place for a phone of one's own.

use e2e::{Baresip, PhoneSetup, Picks, Running, Signal, Sound, Status, http, ports, program, run};
use e2e::{prompt, wait};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a person waits after Ctrl-C before pressing it again.
const PATIENCE: Duration = Duration::from_secs(10);
/// The demo's ports for sound are its own, and those of a second one: one story at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Demo {
    running: Running,
    sip: SocketAddr,
    http: SocketAddr,
    folder: TempDir,
}

impl Demo {
    /// Starts a demo that is asked to listen there, and reads on its screen where it does.
    fn start(sip: SocketAddr, http: SocketAddr, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program());
        command.args(["demo", "--sip", &sip.to_string(), "--http", &http.to_string(), "--data"]);
        command.arg(folder.path().join("data")).args(arguments).env_remove("RUST_LOG");
        let mut running = Running::start("telefonist-demo", &mut command, folder.path());
        let (sip, http) = wait::until("the demo's screen", || {
            assert!(running.ended().is_none(), "the demo ended at once:\n{}", running.said());
            let said = running.said();
            let after = |mark: &str| said.split_once(mark).map(|(_, rest)| rest.to_owned());
            let address = |text: String| {
                let end = |letter: char| !(letter.is_ascii_digit() || ".:".contains(letter));
                text.split(end).next().and_then(|address| address.parse().ok())
            };
            after("sip:9000@").and_then(address).zip(after("http://").and_then(address))
        });
        Self { running, sip, http, folder }
    }

    fn status(&self) -> Status {
        let (code, body) = http::get(self.http, "/status").unwrap();
        assert_eq!(code, 200);
        Status(serde_json::from_str(&body).unwrap())
    }

    fn interrupt(mut self) {
        let began = Instant::now();
        self.running.signal(Signal::Interrupt);
        let ended = self.running.wait();
        assert!(began.elapsed() < PATIENCE, "Ctrl-C took {:?}", began.elapsed());
        assert_eq!(ended.code(), Some(0), "{}", self.running.said());
    }
}

#[test]
fn the_demo_steps_over_taken_ports_and_shows_a_crowd_at_work() {
    let _turn = ONE_AT_A_TIME.lock();
    let (sip, http) = (ports::free(), ports::free());
    let (_phone, _web) = (UdpSocket::bind(sip).unwrap(), TcpListener::bind(http).unwrap());
    let demo = Demo::start(sip, http, &["--calls-per-minute", "120"]);
    assert!(demo.sip.port() > sip.port() && demo.http.port() > http.port());
    let said = demo.running.said();
    for (what, port) in [("SIP", sip.port()), ("HTTP", http.port())] {
        let stepped = format!("{what}: port {port} is taken");
        assert!(said.contains(&stepped), "{stepped} is not in\n{said}");
    }
    for part in ["Faktura", "Leverans", "Support", "Anna Lind", "1099", "demo1099"] {
        assert!(said.contains(part), "{part} is not on the screen:\n{said}");
    }

    wait::until_so("a simulated caller talks with a simulated agent", || {
        let status = demo.status();
        status.total("answered") > 0 && status.call_states().contains(&"talking")
    });
    // What programs read.
    let ran = run(&["status", "--json", "--http", &demo.http.to_string()]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let status = Status(serde_json::from_str(&ran.out).unwrap());
    for queue in ["faktura", "leverans", "support"] {
        let queue = status.queue(queue);
        assert!(queue["waiting"].is_u64() && queue["longest_wait_s"].is_u64(), "{queue}");
        assert!(queue["expected_wait"]["at_most_s"].is_u64(), "{queue}");
    }
    assert_eq!(status.0["agents"].as_array().unwrap().len(), 9);
    let agent = status.agent("1001");
    assert!(agent["state"].is_string() && agent["since"].is_string(), "{agent}");
    let in_totals: u64 = ["answered", "abandoned", "closed", "finished", "refused", "failed", "on"]
        .iter()
        .map(|name| status.total(name))
        .sum();
    assert_eq!(status.total("offered"), in_totals);
    // What people read.
    let ran = run(&["status", "--http", &demo.http.to_string()]);
    assert!(ran.out.contains("Faktura"), "{}", ran.out);

    // Ctrl-C in the middle of the rush.
    let data = demo.folder.path().join("data");
    let rows = run(&["calls", "--json", "--data", data.to_str().unwrap()]);
    assert_eq!(rows.code, Some(0), "{}", rows.err);
    demo.interrupt();
}

#[test]
fn a_second_demo_finds_ports_of_its_own() {
    let _turn = ONE_AT_A_TIME.lock();
    let idle = ["--agents", "0", "--calls-per-minute", "0"];
    let first = Demo::start(ports::free(), ports::free(), &idle);
    let second = Demo::start(first.sip, first.http, &["--calls-per-minute", "120"]);
    let said = second.running.said();
    assert!(said.contains("ports 20000–20999 are taken"), "{said}");
    wait::until_so("somebody talks in the second demo", || {
        second.status().call_states().contains(&"talking")
    });
    assert_eq!(first.status().total("offered"), 0);
    second.interrupt();
    first.interrupt();
}

#[test]
fn a_visitors_own_phone_is_an_agent_of_the_demo() {
    let _turn = ONE_AT_A_TIME.lock();
    let demo =
        Demo::start(ports::free(), ports::free(), &["--agents", "0", "--calls-per-minute", "0"]);
    let mut phone = Baresip::start(&PhoneSetup {
        secret: "demo1099".to_owned(),
        ..PhoneSetup::of_agent(demo.sip, "1099", Picks::Up, &Sound::default())
    });
    wait::until_so("1099 is ready", || demo.status().agent_state("1099") == "ready");
    let mut caller = e2e::Sipp::dial(demo.sip, "0706000001");
    caller.sound.until_heard("the welcome", &prompt("sv/demo/welcome"), 0);
    caller.sound.press('1');
    phone.wait_for("CALL_ESTABLISHED");
    wait::until_so("1099 talks", || demo.status().agent_state("1099") == "talking");
    assert_eq!(demo.status().queue("faktura")["talking"], 1);
    phone.tell("hangup", "");
    caller.ended();
    wait::until_so("1099 wraps up", || demo.status().agent_state("1099") == "wrap_up");
    demo.interrupt();
}
