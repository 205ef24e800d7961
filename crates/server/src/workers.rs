//! Commands on their way to the media workers.
//!
//! Each worker's commands keep their order. One worker whose ring is full holds up nobody else's;
//! its commands wait up to a limit, past which the worker counts as lost.

use crate::backlog::Backlog;
use media::{Plane, Recorders};
use media_protocol::Command;
use metrics::{Counter, counter};
use prompts::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Commands that wait behind the full ring of one worker. A ring is emptied within a millisecond,
/// so a worker that leaves as many again behind it is stuck for good.
const COMMANDS_WAITING_MAX: usize = media::COMMANDS_MAX;

/// How the workers are, for whoever asks after the health of the program.
#[derive(Debug, Default)]
pub(crate) struct WorkersHealth {
    lost: AtomicUsize,
    ended: AtomicUsize,
}

impl WorkersHealth {
    /// Workers that have missed a command. What they do no longer follows from what they were
    /// told, and only a new start mends that.
    pub(crate) fn lost(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }

    /// Workers whose thread is no more.
    pub(crate) fn ended(&self) -> usize {
        self.ended.load(Ordering::Relaxed)
    }
}

/// The workers as the engine's thread holds them.
#[derive(Debug)]
pub(crate) struct Workers {
    plane: Plane,
    /// By the number of the worker.
    lines: Vec<Line>,
    health: Arc<WorkersHealth>,
}

/// What one worker is yet to be told, and what it never will be.
#[derive(Debug)]
struct Line {
    waiting: Backlog<Command>,
    lost: u64,
    full_counted: Counter,
    lost_counted: Counter,
}

impl Workers {
    pub(crate) fn new(plane: Plane, health: Arc<WorkersHealth>) -> Self {
        let lines = (0..plane.workers()).map(Line::new).collect();
        Self { plane, lines, health }
    }

    /// Hands a command to a worker, behind those that wait for it.
    pub(crate) fn send(&mut self, worker: u8, command: Command) {
        let line = self.lines.get_mut(usize::from(worker));
        let line = line.expect("a port is lent by a worker that is there");
        match line.take(command, |command| hand(&mut self.plane, worker, command)) {
            Taken::Handed => {}
            Taken::Waits => line.full_counted.increment(1),
            Taken::Lost { before } => {
                line.lost_counted.increment(1);
                if before == 0 {
                    self.health.lost.fetch_add(1, Ordering::Relaxed);
                    tracing::error!(worker, "a media worker takes no commands: it is lost");
                }
            }
        }
    }

    /// Gives all of them another store (see [`Plane::restock`]).
    pub(crate) fn restock(&mut self, store: &Arc<Store>) -> Result<(), u8> {
        self.plane.restock(store)
    }

    /// Hands over what waits, as far as there is room.
    pub(crate) fn flush(&mut self) {
        let Self { plane, lines, .. } = self;
        for (worker, line) in (0..).zip(lines) {
            line.waiting.flush(|command| hand(plane, worker, command));
        }
    }

    /// How late the latest frames left, of those since this was last asked.
    pub(crate) fn late(&self) -> Duration {
        self.plane.late()
    }

    /// Looks whether all are there.
    pub(crate) fn look(&self) {
        self.health.ended.store(self.plane.ended(), Ordering::Relaxed);
    }

    /// Ends them, and says who still has to do with the disk.
    pub(crate) fn stop(self) -> Recorders {
        self.plane.stop()
    }
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// The worker has it.
    Handed,
    /// It waits.
    Waits,
    /// There was no room for it; so many had been lost before.
    Lost { before: u64 },
}

impl Line {
    fn new(worker: u8) -> Self {
        Self {
            waiting: Backlog::new(COMMANDS_WAITING_MAX),
            lost: 0,
            full_counted: counter!("media_rings_full_total", "worker" => worker.to_string()),
            lost_counted: counter!("media_commands_lost_total", "worker" => worker.to_string()),
        }
    }

    fn take(
        &mut self,
        command: Command,
        mut hand: impl FnMut(Command) -> Result<(), Command>,
    ) -> Taken {
        self.waiting.flush(&mut hand);
        if self.waiting.push(command).is_err() {
            let before = self.lost;
            self.lost += 1;
            return Taken::Lost { before };
        }
        self.waiting.flush(hand);
        if self.waiting.is_empty() { Taken::Handed } else { Taken::Waits }
    }
}

fn hand(plane: &mut Plane, worker: u8, command: Command) -> Result<(), Command> {
    plane.send(worker, command).map_err(|full| full.command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::LegId;

    fn quiet(stream: u64) -> Command {
        Command::Quiet { stream: LegId(stream) }
    }

    #[test]
    fn a_stuck_worker_is_told_everything_in_order_when_it_goes_on() {
        let mut line = Line::new(0);
        assert_eq!(line.take(quiet(1), Err), Taken::Waits);
        assert_eq!(line.take(quiet(2), Err), Taken::Waits);
        let mut told = Vec::new();
        let taken = line.take(quiet(3), |command| {
            told.push(command);
            Ok(())
        });
        assert_eq!((taken, told), (Taken::Handed, vec![quiet(1), quiet(2), quiet(3)]));
    }

    #[test]
    fn a_worker_that_takes_nothing_is_lost_at_the_limit() {
        let mut line = Line::new(0);
        for stream in (0..).take(COMMANDS_WAITING_MAX) {
            assert_eq!(line.take(quiet(stream), Err), Taken::Waits);
        }
        assert_eq!(line.take(quiet(0), Err), Taken::Lost { before: 0 });
        assert_eq!(line.take(quiet(0), Err), Taken::Lost { before: 1 });
    }
}
