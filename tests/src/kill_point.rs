//! Where a process is killed: not at some time, but just before it would do a certain thing to its disk, or just before or
//! after its database has taken something for good. strace holds the program at the system call, where it is [left for a
//! while](crate::hold) and killed; what a database is told goes through a [`CommitGate`](crate::CommitGate).

use crate::program;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// Longer than any story: whoever is held comes no further.
const HELD_FOR: &str = "3600s";

/// A step that is never gone beyond, since the process is held as it comes to it, and killed there.
///
/// System calls are counted by each thread for itself, and the one that writes most is the ledger's. The numbers begin with
/// 1, at the start of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillPoint {
    /// A part of the ledger is to be written: what was before it is with the kernel, and outlives the process.
    Write(u32),
    /// What was written is to be brought to the disk for good: nobody has been told that it is there. What was written last of a
    /// ledger is lost with the process, as it is when the power fails.
    Sync(u32),
    /// Events are to be written to the spool.
    Spool(u32),
    /// They are to be brought to the disk for good.
    SpoolSync(u32),
    /// The ledger has taken all that waited in the spool, which is to be emptied.
    SpoolEmptied(u32),
    /// So many recordings have their names, of which the last is to be brought to the disk for good: nobody has been told of it.
    Recording(u32),
    /// The database is to be told that this is all: it has nothing of it yet.
    BeforeCommit(u32),
    /// The database has it for good, and nobody has heard so.
    AfterCommit(u32),
    /// The database is to be told that this is all, and among it is the first event of this kind.
    BeforeFirst(&'static str),
    /// It has the first event of this kind for good, and nobody has heard so.
    AfterFirst(&'static str),
}

impl KillPoint {
    /// Whether it is a step of a ledger in a database elsewhere.
    #[must_use]
    pub const fn is_elsewhere(self) -> bool {
        self.is_before_commit() || matches!(self, Self::AfterCommit(_) | Self::AfterFirst(_))
    }

    /// Whether the database is to hear nothing of a commit.
    pub(crate) const fn is_before_commit(self) -> bool {
        matches!(self, Self::BeforeCommit(_) | Self::BeforeFirst(_))
    }

    /// The program with its data there, to be held at this point. Where that is a commit of a database, it is the gate before
    /// that which holds and kills it.
    pub(crate) fn command(self, data: &Path) -> Command {
        let (call, nth, file) = match self {
            Self::Write(nth) => ("pwrite64", nth, None),
            Self::Sync(nth) => ("fsync", nth, None),
            Self::Spool(nth) => ("pwrite64", nth, Some(data.join("ledger.db.spool"))),
            Self::SpoolSync(nth) => ("fdatasync", nth, Some(data.join("ledger.db.spool"))),
            Self::SpoolEmptied(nth) => ("ftruncate", nth, Some(data.join("ledger.db.spool"))),
            Self::Recording(nth) => ("fsync", nth, Some(data.join("voicemail"))),
            Self::BeforeCommit(_)
            | Self::AfterCommit(_)
            | Self::BeforeFirst(_)
            | Self::AfterFirst(_) => return Command::new(program()),
        };
        let mut command = Command::new("strace");
        // The program is the child of the test, and strace looks on from beside it.
        command.args(["--daemonize", "--follow-forks", "--seccomp-bpf", "--quiet=all"]);
        command.arg("--output=/dev/null");
        file.iter().for_each(|file| _ = command.arg("--trace-path").arg(file));
        command.arg(format!("--trace={call}"));
        command.arg(format!("--inject={call}:delay_enter={HELD_FOR}:when={nth}"));
        command.arg(program());
        command
    }
}

impl fmt::Display for KillPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(nth) => write!(f, "before write {nth}"),
            Self::Sync(nth) => write!(f, "before sync {nth}"),
            Self::Spool(nth) => write!(f, "before write {nth} to the spool"),
            Self::SpoolSync(nth) => write!(f, "before sync {nth} of the spool"),
            Self::SpoolEmptied(nth) => write!(f, "before the spool is emptied, time {nth}"),
            Self::Recording(nth) => write!(f, "after recording {nth} has its name"),
            Self::BeforeCommit(nth) => write!(f, "before commit {nth}"),
            Self::AfterCommit(nth) => write!(f, "after commit {nth}"),
            Self::BeforeFirst(kind) => write!(f, "before the commit of the first {kind}"),
            Self::AfterFirst(kind) => write!(f, "after the commit of the first {kind}"),
        }
    }
}
