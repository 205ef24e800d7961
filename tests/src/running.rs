//! A program that runs beside the test, and ends with its handle.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program has after SIGTERM.
const LEAVE_MAX: Duration = Duration::from_secs(2);
/// Lines of its last words that are shown when a test fails.
const LAST_WORDS: usize = 40;

/// A signal by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Please end.
    Terminate,
    /// Ctrl-C.
    Interrupt,
    /// Read anew.
    Hangup,
    /// Leave the calls to the next process.
    HandOver,
    /// The same, and be that.
    BeginAnew,
    /// End, as by a power failure.
    Kill,
}

/// A program that runs, and what it says.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts a program; what it says goes to a file in `folder`.
    pub fn start(name: &str, command: &mut Command, folder: &Path) -> Self {
        Self::start_reading(Stdio::null(), name, command, folder)
    }

    /// The same for a program that is told what to do on its standard input.
    pub fn start_listening(name: &str, command: &mut Command, folder: &Path) -> (Self, ChildStdin) {
        let mut running = Self::start_reading(Stdio::piped(), name, command, folder);
        let input = running.child.stdin.take().expect("it is piped");
        (running, input)
    }

    fn start_reading(input: Stdio, name: &str, command: &mut Command, folder: &Path) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).expect("a temporary folder can be written");
        let errors = file.try_clone().expect("a file has more than one handle");
        let child = command
            .stdin(input)
            .stdout(file)
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be run: {error}. {}", remedy(name)));
        Self { name: name.to_owned(), child, log }
    }

    /// What it has said so far.
    #[must_use]
    pub fn said(&self) -> String {
        let said = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let name = match signal {
            Signal::Terminate => "TERM",
            Signal::Interrupt => "INT",
            Signal::Hangup => "HUP",
            Signal::HandOver => "USR1",
            Signal::BeginAnew => "USR2",
            Signal::Kill => "KILL",
        };
        let script = format!("kill -s {name} {}", self.child.id());
        // One that has just ended by itself cannot be reached; its end is what was wanted.
        let _ = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status();
    }

    /// The number of its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Memory it has now, in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it runs, on Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).expect("the kernel tells VmRSS")
    }

    /// Files and sockets that it has open now.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        open.expect("it runs, on Linux").count()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Waits until it has ended, and says how.
    pub fn wait(&mut self) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        crate::wait::until(&what, || self.ended())
    }

    fn leave(&mut self) {
        self.signal(Signal::Terminate);
        let began = Instant::now();
        while began.elapsed() < LEAVE_MAX {
            if self.ended().is_some() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    #[expect(clippy::print_stderr, reason = "whoever reads a failed test needs to know")]
    fn last_words(&self) {
        let said = self.said();
        let lines: Vec<&str> = said.lines().collect();
        let first = lines.len().saturating_sub(LAST_WORDS);
        eprintln!("--- last words of {}:\n{}", self.name, lines[first..].join("\n"));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if thread::panicking() {
            self.last_words();
        }
        if matches!(self.child.try_wait(), Ok(None)) {
            self.leave();
        }
    }
}

fn remedy(name: &str) -> &'static str {
    if name.starts_with("telefonist") {
        "Build it first: cargo build -p server"
    } else {
        "`cargo xtask test` installs what tests need"
    }
}
