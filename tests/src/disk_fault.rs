//! What the disk under a ledger, or under recordings, may do to it while a server runs. strace holds the program at each system call
//! on the ledger's own files, and lets it fail. The spool beside them has its room, as on a disk that is full in earnest.

use crate::{Running, Server, wait};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What writing comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// There is no room: nothing is written.
    Full,
    /// What is written does not come to the disk for good.
    Unsynced,
    /// The ledger is well, and the disk that recordings of talks are on does not answer.
    RecordingsHang,
}

/// A fault that lasts until this is dropped: strace lets the program go as it ends.
#[derive(Debug)]
pub struct Faulty {
    _strace: Running,
}

impl DiskFault {
    /// The system calls that it befalls, and what becomes of them.
    const fn injected(self) -> (&'static str, &'static str) {
        match self {
            Self::Full => ("pwrite64", "error=ENOSPC"),
            Self::Unsynced => ("fsync,fdatasync", "error=EIO"),
            Self::RecordingsHang => ("fsync,fdatasync", "delay_enter=3600s"),
        }
    }

    /// The files, or the folder that is told that a file is to stay, on which it befalls them.
    fn paths(self, data: &Path) -> Vec<PathBuf> {
        match self {
            Self::Full | Self::Unsynced => vec![data.join("ledger.db"), data.join("ledger.db-wal")],
            Self::RecordingsHang => vec![data.join("recordings")],
        }
    }

    /// Befalls the disk of a server that runs.
    #[must_use]
    pub fn befall(self, server: &Server) -> Faulty {
        let (calls, fault) = self.injected();
        let (data, pid) = (server.site().data(), server.id());
        let mut command = Command::new("strace");
        command.args(["--follow-forks", "--quiet=all", "--output=/dev/null"]);
        command.arg(format!("--attach={pid}"));
        for path in self.paths(&data) {
            command.arg("--trace-path").arg(path);
        }
        command.arg(format!("--trace={calls}")).arg(format!("--inject={calls}:{fault}"));
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
