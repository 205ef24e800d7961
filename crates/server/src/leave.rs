//! How a server is told to leave its calls to the next process: SIGUSR1, after which somebody else starts that, or SIGUSR2, after
//! which the process becomes it.

use crate::cli::ServeArgs;
use crate::exit::Fault;
use crate::site::Site;
use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What becomes of the calls that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    /// They finish, or are ended.
    Stop,
    /// The next process goes on with them, whoever starts it.
    HandOver,
    /// The same, and this process becomes it.
    BeginAnew,
}

/// The two signals. They are listened for before anything is there that could be handed over, since each of them ends a process that does not.
#[derive(Debug)]
pub(crate) struct Leavings {
    hand_over: Signal,
    begin_anew: Signal,
}

impl Leavings {
    pub(crate) fn listened_for() -> Self {
        let listen = |kind| signal(kind).expect("signals can be listened for");
        Self {
            hand_over: listen(SignalKind::user_defined1()),
            begin_anew: listen(SignalKind::user_defined2()),
        }
    }

    /// Returns when one of them has come.
    pub(crate) async fn told(&mut self, args: &ServeArgs) -> Leave {
        loop {
            tokio::select! {
                _ = self.hand_over.recv() => {
                    tracing::info!("leaving the calls to the next process");
                    return Leave::HandOver;
                }
                _ = self.begin_anew.recv() => match would_begin(args) {
                    Ok(()) => {
                        tracing::info!("beginning anew: the calls go on");
                        return Leave::BeginAnew;
                    }
                    Err(fault) => {
                        tracing::error!("the server does not begin anew: {}", fault.told());
                    }
                },
            }
        }
    }
}

/// A site that would not be served keeps the server that it has.
fn would_begin(args: &ServeArgs) -> Result<(), Fault> {
    let read = Site::at(&args.site)?.read_to_serve(args.listen.data.as_deref())?;
    match read.checked.plan {
        Some(_) => Ok(()),
        None => Err(Fault::found(&read.checked.faults)),
    }
}

/// The process is the program anew, as it is installed by now, with the same command line. Returns only if it cannot be.
pub(crate) fn begin_anew() -> Fault {
    let mut words = env::args_os();
    let program = words.next().unwrap_or_else(|| "telefonist".into());
    let error = Command::new(&program).args(words).exec();
    Fault::found(format!("{} cannot be started anew: {error}", program.display()))
}
