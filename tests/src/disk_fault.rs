//! What the disk under a ledger may do to it while a server runs. strace holds the program at each system call on the
//! ledger's own files, and lets it fail. The spool beside them has its room, as on a disk that is full in earnest.

use crate::{Running, Server, wait};
use std::fs;
use std::process::Command;

/// What writing to the ledger comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// There is no room: nothing is written.
    Full,
    /// What is written does not come to the disk for good.
    Unsynced,
}

/// A fault that lasts until this is dropped: strace lets the program go as it ends.
#[derive(Debug)]
pub struct Faulty {
    _strace: Running,
}

impl DiskFault {
    /// The system calls that fail, and with what.
    const fn injected(self) -> (&'static str, &'static str) {
        match self {
            Self::Full => ("pwrite64", "ENOSPC"),
            Self::Unsynced => ("fsync,fdatasync", "EIO"),
        }
    }

    /// Befalls the disk of a server that runs.
    #[must_use]
    pub fn befall(self, server: &Server) -> Faulty {
        let (calls, error) = self.injected();
        let (data, pid) = (server.site().data(), server.id());
        let mut command = Command::new("strace");
        command.args(["--follow-forks", "--quiet=all", "--output=/dev/null"]);
        command.arg(format!("--attach={pid}"));
        for file in ["ledger.db", "ledger.db-wal"] {
            command.arg("--trace-path").arg(data.join(file));
        }
        command.arg(format!("--trace={calls}")).arg(format!("--inject={calls}:error={error}"));
        let mut strace = Running::start("strace", &mut command, server.site().folder());
        wait::until_so("strace holds every thread of the server", || {
            assert!(strace.ended().is_none(), "strace may not look on: {}", strace.said());
            tracers(pid).iter().all(|tracer| *tracer == strace.id())
        });
        Faulty { _strace: strace }
    }
}

/// Who holds each thread of a process: the number of the process that does, or 0.
fn tracers(pid: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let statuses = threads.flatten().map(|thread| fs::read_to_string(thread.path().join("status")));
    statuses.flatten().filter_map(|status| tracer(&status)).collect()
}

fn tracer(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("TracerPid:"))?;
    line.trim().parse().ok()
}
