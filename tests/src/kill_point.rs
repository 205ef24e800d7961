//! Where a process is killed: not at some time, but just before it would do a certain thing to its disk. strace holds the
//! program at the system call, and kills it there.

use crate::program;
use std::fmt;
use std::process::Command;

/// A system call that is never done, since the process is killed as it comes to it.
///
/// Each thread counts for itself, and the one that writes most is the ledger's. The numbers begin with 1, at the start of the
/// process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillPoint {
    /// A part of the ledger is to be written: what was before it is with the kernel, and outlives the process.
    Write(u32),
    /// What was written is to be brought to the disk for good.
    Sync(u32),
}

impl KillPoint {
    /// The program, to be killed there.
    pub(crate) fn command(self) -> Command {
        let (call, nth) = match self {
            Self::Write(nth) => ("pwrite64", nth),
            Self::Sync(nth) => ("fsync", nth),
        };
        let mut command = Command::new("strace");
        // The program is the child of the test, and strace looks on from beside it. (With --seccomp-bpf it does not
        // count when it has to send a signal.)
        command.args(["--daemonize", "--follow-forks", "--output=/dev/null"]);
        command.arg(format!("--trace={call}"));
        command.arg(format!("--inject={call}:signal=KILL:when={nth}"));
        command.arg(program());
        command
    }
}

impl fmt::Display for KillPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(nth) => write!(f, "before write {nth}"),
            Self::Sync(nth) => write!(f, "before sync {nth}"),
        }
    }
}
