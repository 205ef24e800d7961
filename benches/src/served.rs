//! The program itself as benchmarks on the wire have it, and what is made of their samples.

use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The place of the port that the server listens on; a free one is sought from here.
const PORT_FIRST: u16 = 25_060;

/// Ports for sound: enough for whatever is measured, and others beside which tests can run that have theirs below.
const SOUND_PORTS: &str = "20000-32000";
const SOUND_PORTS_BESIDE: &str = "53000-65535";

/// The program itself, in a folder of its own; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it takes calls.
    pub(crate) sip: SocketAddr,
    http: SocketAddr,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts it with this dialplan.
    pub(crate) fn start(dialplan: &str) -> Self {
        Self::start_with(dialplan, &[], "")
    }

    /// Starts it with this dialplan, these files beside it, and these settings before the usual ones.
    pub(crate) fn start_with(dialplan: &str, files: &[(&str, Vec<u8>)], settings: &str) -> Self {
        Self::start_at(SOUND_PORTS, dialplan, files, settings)
    }

    /// Starts it with this dialplan, where tests may run beside it.
    pub(crate) fn start_beside(dialplan: &str) -> Self {
        // Callers of sipp whose calls are on do not say after a quarter of an hour that they are there.
        Self::start_at(SOUND_PORTS_BESIDE, dialplan, &[], "session_expires_s = 0")
    }

    fn start_at(
        sound_ports: &str,
        dialplan: &str,
        files: &[(&str, Vec<u8>)],
        settings: &str,
    ) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        for (name, octets) in files {
            let path = folder.path().join(name);
            let parent = path.parent().expect("it lies in the folder");
            std::fs::create_dir_all(parent).expect("there is room for a folder");
            std::fs::write(path, octets).expect("and for a file");
        }
        std::fs::write(folder.path().join("dialplan.toml"), dialplan).expect("and for a file");
        // Thousands of callers and phones here are at one address.
        let settings = format!(
            "{settings}\nrtp_ports = \"{sound_ports}\"\nrtp_timeout_s = 3600\n\
             [limits]\nrequests_per_source_per_second_max = 0\n\
             datagrams_per_source_per_second_max = 0\n"
        );
        std::fs::write(folder.path().join("telefonist.toml"), settings).expect("and another");
        let sip = SocketAddr::from(([127, 0, 0, 1], free_port(PORT_FIRST)));
        let http = SocketAddr::from(([127, 0, 0, 1], free_port(PORT_FIRST + 100)));
        let child = serving(folder.path(), sip, http);
        wait_until_it_listens(http);
        Self { child, sip, http, folder }
    }

    /// The process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Is killed, and started again at once; waits until it listens.
    pub(crate) fn is_killed_and_started_again(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("a child can be waited for");
        self.child = serving(self.folder.path(), self.sip, self.http);
        wait_until_it_listens(self.http);
    }

    /// How many callers wait.
    pub(crate) fn waiting(&self) -> u32 {
        let http = format!("{}:{}", self.http.ip(), self.http.port());
        let told = Command::new(program()).args(["status", "--json", "--http", &http]).output();
        let told = told.expect("the program can be run").stdout;
        let status: serde_json::Value = serde_json::from_slice(&told).expect("it is JSON");
        let queues = status.get("queues").and_then(serde_json::Value::as_array);
        let waiting = |queue: &serde_json::Value| queue.get("waiting")?.as_u64();
        let all: u64 = queues.into_iter().flatten().filter_map(waiting).sum();
        u32::try_from(all).expect("callers are few")
    }

    /// Saves another dialplan over its own, and has it come into force.
    pub(crate) fn reload(&self, dialplan: &str) {
        std::fs::write(self.folder.path().join("dialplan.toml"), dialplan)
            .expect("there is room for a file");
        self.tells(&["reload"]);
    }

    /// What the program says to a command.
    fn tells(&self, command: &[&str]) -> Vec<u8> {
        let socket = self.folder.path().join("data/control.sock");
        let ran = Command::new(program()).args(command).arg("--socket").arg(socket).output();
        let ran = ran.expect("the program can be run");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        ran.stdout
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The figures are taken; nothing of this run is worth waiting for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serving(folder: &Path, sip: SocketAddr, http: SocketAddr) -> Child {
    Command::new(program())
        .arg("serve")
        .arg(folder)
        .args(["--sip", &sip.to_string(), "--http", &http.to_string()])
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .spawn()
        .expect("`cargo build --release -p server` has built the program")
}

/// The program lies beside this one.
fn program() -> PathBuf {
    let own = std::env::current_exe().expect("a running program has a path");
    own.with_file_name("telefonist")
}

fn free_port(first: u16) -> u16 {
    let free = |port: &u16| {
        UdpSocket::bind(("127.0.0.1", *port)).is_ok()
            && std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok()
    };
    (first..first + 100).find(free).expect("one of a hundred ports is free")
}

fn wait_until_it_listens(http: SocketAddr) {
    let over = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(http).is_err() {
        assert!(Instant::now() < over, "the server does not come up");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The value below which this share of the sorted values lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a list's length lies within the list"
)]
#[must_use]
pub(crate) fn at_share(sorted: &[f64], share: f64) -> Option<f64> {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied()
}

/// Milliseconds, with their parts.
#[must_use]
pub(crate) fn milliseconds(length: Duration) -> f64 {
    length.as_secs_f64() * 1_000.0
}
