//! What happened, line by line: the end of it for whoever must understand a failure, and a
//! fingerprint of all of it.

use crate::day::{Day, Process};
use clock::Moment;
use std::collections::VecDeque;
use std::fmt;

/// How many lines are kept for a failure.
const LINES_MAX: usize = 120;

/// FNV-1a, 64 bits: the start and the factor.
const FNV: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0100_0000_01b3);

/// What becomes of the lines of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// The last ones are kept, and printed if the day fails.
    Keep,
    /// All are printed as they come.
    Print,
}

/// The lines of a day.
#[derive(Debug)]
pub(crate) struct Transcript {
    replay: String,
    trace: Trace,
    last: VecDeque<String>,
    fingerprint: u64,
}

impl Transcript {
    pub(crate) fn new(day: &Day) -> Self {
        let Day { seed, trace, .. } = *day;
        let replay = match day.process {
            Process::Lives => format!("--seed {seed}"),
            Process::Dies { .. } => format!("--deaths --seed {seed}"),
        };
        Self { replay, trace, last: VecDeque::new(), fingerprint: FNV.0 }
    }

    pub(crate) fn say(&mut self, now: Moment, line: fmt::Arguments<'_>) {
        let line = format!("{:>10.3} {line}", now.since(Moment::ZERO).as_secs_f64());
        for byte in line.bytes() {
            self.fingerprint = (self.fingerprint ^ u64::from(byte)).wrapping_mul(FNV.1);
        }
        match self.trace {
            Trace::Print => print(&line),
            Trace::Keep => {
                if self.last.len() == LINES_MAX {
                    self.last.pop_front();
                }
                self.last.push_back(line);
            }
        }
    }

    pub(crate) const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// A broken promise is a panic, ours or that of a core's own check: whichever it was, the lines
/// before it are told.
impl Drop for Transcript {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for line in &self.last {
                print(line);
            }
            print(&format!("replay: cargo run -p sim -- {} --trace", self.replay));
        }
    }
}

#[expect(clippy::print_stderr, reason = "what a person asked to see, or must see")]
fn print(line: &str) {
    eprintln!("{line}");
}
