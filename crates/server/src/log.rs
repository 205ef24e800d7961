//! The log: a thread of its own writes it, so that a terminal, pipe or journal that takes no more
//! lines holds up nobody. Lines that find no room are dropped and counted.
//!
//! They are handed over through a border, so whoever says something waits for no lock that another who says something, or the
//! writing thread, may hold.

use crate::cli::Command;
use border::{Inbox, Sender};
use metrics::counter;
use std::io::{self, IsTerminal, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait to be written: a busy minute.
const LINES_WAITING_MAX: usize = 16_384;

/// How long what waits has at the end.
const FAREWELL_MAX: Duration = Duration::from_secs(1);
/// How often is looked whether it is written.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// The log belongs to the process, and so does what it has dropped.
static DROPPED: OnceLock<Arc<AtomicU64>> = OnceLock::new();

/// The writing thread. When it is dropped, what waits has a second to be written.
#[derive(Debug)]
#[must_use = "the log ends with it"]
pub(crate) struct Log {
    writing: JoinHandle<()>,
    /// Beside the lines, so that no flood of them pushes it out.
    ending: Arc<AtomicBool>,
}

impl Drop for Log {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Release);
        self.writing.thread().unpark();
        let until = Instant::now() + FAREWELL_MAX;
        while !self.writing.is_finished() && Instant::now() < until {
            thread::sleep(LOOK_EVERY);
        }
    }
}

/// Where lines are handed over.
#[derive(Clone, Debug)]
struct Lines {
    waiting: Sender<Box<[u8]>>,
    dropped: Arc<AtomicU64>,
}

impl Write for &Lines {
    /// Takes all of it for one line, as the formatter writes it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.waiting.try_send(line.into()).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

/// Starts the log: on stderr, by `RUST_LOG`, and quiet for subcommands that only print.
pub(crate) fn begin(command: &Command) -> Log {
    let usual = match command {
        Command::Serve(_) => "info",
        // The demo's table is its screen.
        Command::Demo(_) => "warn",
        Command::Check(_)
        | Command::Simulate(_)
        | Command::Test(_)
        | Command::Reload(_)
        | Command::Plan(_)
        | Command::Status(_)
        | Command::Calls(_)
        | Command::Report(_)
        | Command::Ledger(_)
        | Command::Call(_)
        | Command::Agent(_)
        | Command::Queue(_)
        | Command::Callback(_)
        | Command::Message(_)
        | Command::Explain(_)
        | Command::Graph(_)
        | Command::Prompts(_)
        | Command::Diff(_)
        | Command::Fmt(_)
        | Command::Schema
        | Command::Ha1(_) => "error",
    };
    // What is wrong with a recording is told by whoever reads it, with its name.
    let usual = || EnvFilter::new(format!("{usual},symphonia=off"));
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| usual());
    let (lines, log) = lines_to(io::stderr());
    DROPPED.get_or_init(|| Arc::clone(&lines.dropped));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
    // The usual hook writes to stderr itself, and would hold up the end of the thread.
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    log
}

/// Counts what was dropped.
pub(crate) fn measure() {
    let dropped = DROPPED.get().map_or(0, |dropped| dropped.load(Ordering::Relaxed));
    counter!("log_lines_dropped_total").absolute(dropped);
}

/// Starts the thread that writes to `out`.
fn lines_to(out: impl Write + Send + 'static) -> (Lines, Log) {
    let (waiting, inbox) = border::inbox(LINES_WAITING_MAX);
    let ending = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&ending);
    let writing = thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || write_all(inbox, &told, out))
        .expect("at the start of a process there is room for a thread");
    (Lines { waiting, dropped: Arc::default() }, Log { writing, ending })
}

fn write_all(mut inbox: Inbox<Box<[u8]>>, ending: &AtomicBool, mut out: impl Write) {
    loop {
        // Looked at before the lines: what was said before the end is still written.
        let is_ending = ending.load(Ordering::Acquire);
        match inbox.take() {
            // Whoever could be told that the log cannot be written would be told it in the log.
            Some(line) => drop(out.write_all(&line)),
            None if is_ending => break,
            None => inbox.wait(Duration::MAX),
        }
    }
    drop(out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{self, Receiver, channel};

    /// A reader that takes the first line only when it is told to.
    struct Stuck(Receiver<()>, mpsc::Sender<usize>);

    impl Write for Stuck {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            // The sender is gone when the test is over.
            let _ = self.0.recv();
            let _ = self.1.send(line.len());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_log_that_nobody_reads_holds_up_nobody_and_what_is_lost_is_counted() {
        let (read, reading) = channel();
        let (seen, written) = channel();
        let (lines, log) = lines_to(Stuck(reading, seen));
        for _ in 0..LINES_WAITING_MAX + 100 {
            (&lines).write_all(b"line\n").unwrap();
        }
        let dropped = lines.dropped.load(Ordering::Relaxed);
        assert!((99..=100).contains(&dropped), "{dropped}");
        drop(read);
        assert_eq!(written.recv(), Ok(5), "what was kept is written at last");
        drop(log);
        let rest = written.iter().count();
        assert_eq!(rest + 1 + usize::try_from(dropped).unwrap(), LINES_WAITING_MAX + 100);
    }
}
