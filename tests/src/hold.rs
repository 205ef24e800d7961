//! Who is held at a system call is left there for a while, and then killed.
//!
//! strace lets a thread come to its system call and no further. While that thread stands still the others go on, so whatever is
//! said to anybody ahead of the call is heard by who is to be called on it. Then all of them are killed; and where the call was
//! the one that brings a ledger to the disk, what it would have brought there is lost, as it is when the power fails.

use crate::{Running, wal};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// So long whoever is held stands still before everything ends. Nobody stands still for so long whom strace holds for its own sake.
const HELD: Duration = Duration::from_secs(1);
/// How often it is looked at who stands still.
const LOOKED_AT: Duration = Duration::from_millis(10);
/// The number of fsync, as the kernel writes it of who is in it.
#[cfg(target_arch = "x86_64")]
const FSYNC: &str = "74";
/// The same on other machines that have their numbers from the common list.
#[cfg(not(target_arch = "x86_64"))]
const FSYNC: &str = "82";

/// Somebody who looks on until the program is dead, which it is at the latest when this is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    is_over: Arc<AtomicBool>,
    looks_on: Option<JoinHandle<()>>,
}

/// A thread that stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Still {
    thread: PathBuf,
    /// The system call, and what it was given.
    call: String,
}

impl Hold {
    /// Looks at a program that has been started to be held, and to be killed.
    pub(crate) fn of(program: &Running) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (process, ends) = (program.process(), Arc::clone(&is_over));
        let looks_on = Some(thread::spawn(move || look_on(process, &ends)));
        Self { is_over, looks_on }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // A bug there would be one of this test.
        self.looks_on.take().into_iter().for_each(|looks_on| looks_on.join().expect("it looks on"));
    }
}

fn look_on(process: u32, is_over: &AtomicBool) {
    let there = PathBuf::from(format!("/proc/{process}"));
    // Others stand still for a moment each time that they write.
    let mut since: Vec<(Still, Instant)> = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let still = threads(&there);
        since.retain(|(before, _)| still.contains(before));
        let new = still.into_iter().filter(|now| since.iter().all(|(before, _)| before != now));
        let new: Vec<_> = new.map(|now| (now, Instant::now())).collect();
        since.extend(new);
        if let Some((still, _)) = since.iter().find(|(_, at)| at.elapsed() >= HELD) {
            return kill(&there, Some(still));
        }
        thread::sleep(LOOKED_AT);
    }
    kill(&there, None);
}

/// The threads that their tracer has stopped.
fn threads(process: &Path) -> Vec<Still> {
    let all = fs::read_dir(process.join("task")).into_iter().flatten().flatten();
    let still = all.map(|thread| thread.path()).filter(|thread| is_stopped(thread));
    let told = still.filter_map(|thread| {
        let call = fs::read_to_string(thread.join("syscall")).ok()?;
        Some(Still { thread, call })
    });
    told.collect()
}

/// Behind the name of the thread, which may have anything in it, is a letter for what it does.
fn is_stopped(thread: &Path) -> bool {
    let stat = fs::read_to_string(thread.join("stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" t"))
}

/// Kills a process. What the thread was about to bring to the disk that is held is lost.
fn kill(process: &Path, held: Option<&Still>) {
    let lost = held.and_then(|still| unsynced(process, still));
    let number = process.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    // A tracer that holds somebody who is dead would wait for as long as it was to hold them.
    for number in number.into_iter().chain(tracer(process)) {
        let kill = format!("kill -s KILL {number}");
        let _ = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
    }
    while !is_dead(process) {
        thread::sleep(Duration::from_millis(1));
    }
    lost.into_iter().for_each(|log| wal::lose_last(&log));
}

/// The write-ahead log that is about to be brought to the disk.
fn unsynced(process: &Path, still: &Still) -> Option<PathBuf> {
    let mut words = still.call.split_whitespace();
    let file = words.next().filter(|call| *call == FSYNC).and_then(|_| words.next())?;
    let file = u32::from_str_radix(file.trim_start_matches("0x"), 16).ok()?;
    let file = fs::read_link(process.join("fd").join(file.to_string())).ok()?;
    file.to_str().is_some_and(|name| name.ends_with("-wal")).then_some(file)
}

fn tracer(process: &Path) -> Option<String> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"))?;
    Some(tracer.trim().to_owned()).filter(|tracer| tracer != "0")
}

/// Whether nothing of it runs any more. One that nobody has asked for yet how it ended is there, and is dead.
fn is_dead(process: &Path) -> bool {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    let left = fs::read_dir(process.join("task")).map_or(0, Iterator::count);
    left <= 1
        && stat.rsplit(')').next().is_none_or(|rest| rest.starts_with(" Z") || rest.is_empty())
}
