//! How the program ends: its exit codes, and one shape of last words. Code 2, for a command line
//! that cannot be understood, is clap's own.

use std::fmt::Display;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A stderr that takes nothing may not keep the process longer than this.
const LAST_WORDS_MAX: Duration = Duration::from_secs(1);

/// The exit codes of every subcommand whose command line could be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Fine,
    /// Something was found: a fault in a dialplan, a port that is taken, a disk that is full.
    Findings,
    /// No server answered.
    NotReached,
    /// All is well, and the process is to become the program anew.
    BeginAnew,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Fine | Self::BeginAnew => 0,
            Self::Findings => 1,
            Self::NotReached => 3,
        }
    }
}

/// Last words: what is wrong, and what to do.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) exit: Exit,
    message: String,
    /// The same for programs, if it has a place in a text.
    finding: Option<Box<dialplan::Fault>>,
}

impl Fault {
    pub(crate) fn new(exit: Exit, message: impl Display) -> Self {
        Self { exit, message: message.to_string(), finding: None }
    }

    /// Something is not as it should be.
    pub(crate) fn found(message: impl Display) -> Self {
        Self::new(Exit::Findings, message)
    }

    /// What is wrong, and what to do.
    pub(crate) fn told(&self) -> &str {
        &self.message
    }

    /// The same for programs.
    pub(crate) fn with(self, finding: dialplan::Fault) -> Self {
        Self { finding: Some(Box::new(finding)), ..self }
    }

    /// What programs are told of it, if it has a place in a text.
    pub(crate) fn finding(&self) -> Option<&dialplan::Fault> {
        self.finding.as_deref()
    }

    /// Says it on stderr, if stderr takes it.
    #[expect(clippy::print_stderr, reason = "these are the program's last words to a person")]
    pub(crate) fn print(self) {
        let (said, hearing) = mpsc::channel();
        thread::spawn(move || {
            eprintln!("telefonist: {}", self.message.trim_end());
            // Nobody listens any more if it took too long.
            let _ = said.send(());
        });
        let _ = hearing.recv_timeout(LAST_WORDS_MAX);
    }
}

/// What every subcommand comes to.
pub(crate) type Outcome = Result<Exit, Fault>;
