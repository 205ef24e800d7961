//! sipp, whose calls nobody here wrote, run by scenarios of ours.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// One sipp.
pub(crate) struct Sipp {
    child: Child,
    folder: TempDir,
}

/// Calls at a pace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paced<'a> {
    pub(crate) server: SocketAddr,
    pub(crate) number: &'a str,
    /// Where all of it comes from.
    pub(crate) from: Ipv4Addr,
    /// The port that all of them are to be heard at.
    pub(crate) sound_port: u16,
    /// Calls a second.
    pub(crate) pace: u32,
    pub(crate) calls: u32,
}

/// What became of paced calls: how long each took to be answered, or refused, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) taken: Vec<f64>,
    pub(crate) refused: Vec<f64>,
}

impl Sipp {
    /// Calls that come at a pace, and what became of them.
    pub(crate) fn paced(calls: Paced<'_>) -> Self {
        Self::start("flood.xml", &[], |sipp| {
            calls.tell(sipp);
            sipp.args(["-trace_rtt", "-rtt_freq", "1", "-buff_size", "4194304"]);
        })
    }

    /// Calls that come at a pace, and hear what there is to hear.
    pub(crate) fn prompted(calls: Paced<'_>) -> Self {
        Self::start("prompted.xml", &[], |sipp| {
            calls.tell(sipp);
            // What became of all is told at the end, and once in a while before that.
            sipp.args(["-trace_stat", "-fd", "600"]);
        })
    }

    /// Callers who dial a number each, are to be heard at a port each, and stay.
    pub(crate) fn held(server: SocketAddr, from: Ipv4Addr, calls: &[(&str, u16)]) -> Self {
        let rows: Vec<String> =
            calls.iter().map(|(number, port)| format!("{number};{port}")).collect();
        let count = calls.len().to_string();
        Self::start("held.xml", &rows, |sipp| {
            sipp.arg(server.to_string())
                .args(["-i", &from.to_string(), "-mi", &from.to_string()])
                .args(["-r", "50", "-m", &count, "-l", &count]);
        })
    }

    /// Those who are called at this address, and are to be heard at a port each.
    pub(crate) fn called(at: SocketAddr, ports: &[u16]) -> Self {
        let rows: Vec<String> = ports.iter().map(u16::to_string).collect();
        Self::start("others.xml", &rows, |sipp| {
            sipp.args(["-i", &at.ip().to_string(), "-mi", &at.ip().to_string()])
                .args(["-p", &at.port().to_string()]);
        })
    }

    fn start(name: &str, rows: &[String], tell: impl FnOnce(&mut Command)) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let mut sipp = Command::new("sipp");
        sipp.arg("-sf").arg(scenario(name)).arg("-nostdin");
        // It asks for more sockets than a process may have, and needs one.
        sipp.args(["-max_socket", "64", "-trace_err", "-deadcall_wait", "0"]);
        if !rows.is_empty() {
            let table = folder.path().join("calls.csv");
            let text = format!("SEQUENTIAL\n{}\n", rows.join("\n"));
            std::fs::write(&table, text).expect("there is room for a file");
            sipp.arg("-inf").arg(table);
        }
        tell(&mut sipp);
        sipp.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let child = sipp.stderr(Stdio::null()).spawn();
        Self { child: child.expect("sipp is installed: apt-get install sip-tester"), folder }
    }

    /// Waits until all of its calls are over. Whether none has failed.
    pub(crate) fn all_were_well(mut self) -> bool {
        self.child.wait().expect("a child can be waited for").success()
    }

    /// Waits until all of its calls are over, and says how many went well and how many failed, of those at a pace that hear something.
    pub(crate) fn ends(mut self) -> (u32, u32) {
        self.child.wait().expect("a child can be waited for");
        let files = std::fs::read_dir(self.folder.path()).expect("it is ours");
        let mut tables = files.filter_map(Result::ok).map(|entry| entry.path());
        let told = tables.find(|file| {
            let name = file.to_string_lossy();
            name.ends_with("_.csv")
        });
        let table = std::fs::read_to_string(told.expect("sipp tells it")).expect("it is ours");
        let last = |column: &str| {
            let place = table.lines().next()?.split(';').position(|name| name == column)?;
            table.lines().last()?.split(';').nth(place)?.parse().ok()
        };
        let count = |column| last(column).expect("sipp counts calls");
        (count("SuccessfulCall(C)"), count("FailedCall(C)"))
    }

    /// Waits until all of its calls are over, and says how they went.
    pub(crate) fn answers(mut self) -> Answers {
        self.child.wait().expect("a child can be waited for");
        let mut answers = Answers::default();
        let files = std::fs::read_dir(self.folder.path()).expect("it is ours");
        for file in files.filter_map(Result::ok).map(|entry| entry.path()) {
            if file.to_string_lossy().ends_with("_rtt.csv") {
                answers.read(&std::fs::read_to_string(file).expect("it is ours"));
            }
        }
        answers
    }
}

impl Paced<'_> {
    fn tell(&self, sipp: &mut Command) {
        let Self { server, number, from, sound_port, pace, calls } = self;
        sipp.arg(server.to_string())
            .args(["-s", number, "-r", &pace.to_string()])
            .args(["-i", &from.to_string(), "-mi", &from.to_string()])
            .args(["-m", &calls.to_string(), "-l", &calls.to_string()])
            .args(["-key", "sound_port", &sound_port.to_string(), "-key", "caller", "0701"]);
    }
}

impl Drop for Sipp {
    fn drop(&mut self) {
        // Its calls end with the server's.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answers {
    /// Lines of a time, a length and what it is of.
    fn read(&mut self, table: &str) {
        for line in table.lines().skip(1) {
            let mut cells = line.split(';').skip(1);
            let (length, of) = (cells.next().and_then(|cell| cell.parse().ok()), cells.next());
            match (length, of) {
                (Some(length), Some("answer")) => self.taken.push(length),
                (Some(length), Some("refusal")) => self.refused.push(length),
                _ => {}
            }
        }
    }

    pub(crate) fn and(mut self, more: Self) -> Self {
        self.taken.extend(more.taken);
        self.refused.extend(more.refused);
        self
    }
}

/// How long the calls of the flood are on once they are answered, by its scenario.
pub(crate) const STAY: Duration = Duration::from_millis(500);

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}
