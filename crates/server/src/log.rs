//! The log: a thread of its own writes it, so that a terminal, pipe or journal that takes no more
//! lines holds up nobody. Lines that find no room are dropped and counted.

use crate::cli::Command;
use metrics::counter;
use std::io::IsTerminal;
use std::panic;
use std::sync::OnceLock;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Lines that may wait to be written: a busy minute.
const LINES_WAITING_MAX: usize = 16_384;

/// The log belongs to the process, and so does what it has dropped.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// The writing thread. When it is dropped, what waits has a second to be written.
#[derive(Debug)]
#[must_use = "the log ends with it"]
pub(crate) struct Log {
    _writing: WorkerGuard,
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
    let (lines, writing) = lines_to(std::io::stderr());
    DROPPED.get_or_init(|| lines.error_counter());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    // The usual hook writes to stderr itself, and would hold up the end of the thread.
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Log { _writing: writing }
}

/// Counts what was dropped.
pub(crate) fn measure() {
    let dropped = DROPPED.get().map_or(0, ErrorCounter::dropped_lines);
    counter!("log_lines_dropped_total").absolute(u64::try_from(dropped).unwrap_or(u64::MAX));
}

fn lines_to(out: impl std::io::Write + Send + 'static) -> (NonBlocking, WorkerGuard) {
    NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(LINES_WAITING_MAX)
        .thread_name("log")
        .finish(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Write};
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// A reader that takes the first line only when it is told to.
    struct Stuck(Receiver<()>, Sender<usize>);

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
        let (mut lines, writing) = lines_to(Stuck(reading, seen));
        for _ in 0..LINES_WAITING_MAX + 100 {
            lines.write_all(b"line\n").unwrap();
        }
        let dropped = lines.error_counter().dropped_lines();
        assert!((99..=100).contains(&dropped), "{dropped}");
        drop(read);
        assert_eq!(written.recv(), Ok(5), "what was kept is written at last");
        drop(writing);
    }
}
