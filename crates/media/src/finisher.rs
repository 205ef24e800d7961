//! The thread that brings recordings to their end: what is to be on the disk for certain is waited for here, one after the other, while
//! [`crate::writer`] goes on with all others.

use crate::Tell;
use media_protocol::Event;
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Ends that may wait for a slow disk. Behind them the writer waits too, and what finds no room in the rings is silence.
const WORKS_MAX: usize = 1_024;

/// Between two tries to tell what was given back.
const AGAIN: Duration = Duration::from_millis(20);

/// Something that the disk takes its time for, and what there is to tell of it.
pub(crate) type Work = Box<dyn FnOnce() -> Option<Event> + Send>;

/// What is done one after the other.
#[derive(Debug)]
pub(crate) struct Finisher {
    works: SyncSender<Work>,
    thread: JoinHandle<()>,
}

impl Finisher {
    pub(crate) fn start(tell: Tell) -> io::Result<Self> {
        let (works, given) = mpsc::sync_channel(WORKS_MAX);
        let desk = Desk { given, tell, untold: VecDeque::new() };
        let thread = thread::Builder::new().name("recordings-end".into());
        Ok(Self { works, thread: thread.spawn(move || desk.run())? })
    }

    /// Has it done behind what was given before.
    pub(crate) fn give(&self, work: Work) {
        if self.works.send(work).is_err() {
            tracing::error!("the thread that ends recordings is gone");
        }
    }

    /// Ends when all of it is done.
    pub(crate) fn end(self) {
        drop(self.works);
        if self.thread.join().is_err() {
            tracing::error!("the thread that ends recordings ended badly");
        }
    }
}

struct Desk {
    given: Receiver<Work>,
    tell: Tell,
    /// What was given back; one for each recording at most.
    untold: VecDeque<Event>,
}

impl Desk {
    fn run(mut self) {
        loop {
            let work = match self.untold.is_empty() {
                true => self.given.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => self.given.recv_timeout(AGAIN),
            };
            match work {
                Ok(work) => self.untold.extend(work()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.tell(),
            }
            self.tell();
        }
    }

    fn tell(&mut self) {
        while let Some(event) = self.untold.pop_front() {
            if let Err(event) = (self.tell)(event) {
                self.untold.push_front(event);
                return;
            }
        }
    }
}
