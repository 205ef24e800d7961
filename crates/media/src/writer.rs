//! The one thread that writes recordings: pieces come from the rings of the workers, and become a WAV
//! file each, of [messages](crate::messages) and of [talks](crate::talks).
//!
//! However slow the disk is, only this thread waits for it, and [another one](crate::finisher) where something is to be on the disk for
//! certain.

use crate::Tell;
use crate::config::TalkForm;
use crate::finisher::{Finisher, Work};
use crate::messages::{Messages, throw_parts_away};
use crate::talks::Talks;
use crate::tape::{Of, Piece};
use rtrb::Consumer;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often the rings are looked into while something is recorded: a packet's time.
const LOOK_BUSY: Duration = Duration::from_millis(20);

/// How often otherwise.
const LOOK_IDLE: Duration = Duration::from_millis(100);

/// Pieces taken from one ring before the others have their turn.
const PIECES_IN_A_ROW_MAX: usize = 1_024;

/// The ending of a recording that is not whole yet.
pub(crate) const PART: &str = "part";

/// A thread that writes, to be ended by whoever has this.
#[derive(Debug)]
pub(crate) struct WriterThread {
    ending: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl WriterThread {
    /// Makes the folder if there is none, throws away what a dead run has left unfinished, and begins.
    pub(crate) fn start(
        (folder, talks): (&Path, Option<(&Path, TalkForm)>),
        rings: Vec<Consumer<Piece>>,
        tell: Tell,
    ) -> io::Result<Self> {
        for folder in [Some(folder), talks.map(|(folder, _)| folder)].into_iter().flatten() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        throw_parts_away(folder)?;
        let ending = Arc::<AtomicBool>::default();
        let form = talks.map(|(_, form)| form).unwrap_or_default();
        let talks = Talks::new(talks.map(|(folder, _)| folder.to_owned()), form);
        let writer = Writer { messages: Messages::new(folder.to_owned()), talks };
        let desk = Desk { writer, rings, finisher: Finisher::start(tell)? };
        let ended = Arc::clone(&ending);
        let thread = thread::Builder::new().name("recordings".into());
        Ok(Self { thread: thread.spawn(move || desk.run(&ended))?, ending })
    }

    /// Tells it to end when it has written what is in the rings.
    pub(crate) fn end(self) -> JoinHandle<()> {
        self.ending.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread
    }
}

/// The thread's belongings.
struct Desk {
    writer: Writer,
    rings: Vec<Consumer<Piece>>,
    finisher: Finisher,
}

impl Desk {
    fn run(mut self, ending: &AtomicBool) {
        loop {
            // Whoever ends us has ended those before who fill the rings.
            let last = ending.load(Ordering::Acquire);
            let found = self.take_pieces();
            if last && !found {
                self.writer.talks.leave();
                return self.finisher.end();
            }
            if !found {
                thread::park_timeout(if self.writer.is_idle() { LOOK_IDLE } else { LOOK_BUSY });
            }
        }
    }

    /// Whether there were any.
    fn take_pieces(&mut self) -> bool {
        let mut found = false;
        for ring in &mut self.rings {
            for _ in 0..PIECES_IN_A_ROW_MAX {
                let Ok(piece) = ring.pop() else { break };
                found = true;
                if let Some(work) = self.writer.take(piece) {
                    self.finisher.give(work);
                }
            }
        }
        found
    }
}

/// The recordings that are being written.
struct Writer {
    messages: Messages,
    talks: Talks,
}

impl Writer {
    fn is_idle(&self) -> bool {
        self.messages.is_idle() && self.talks.is_idle()
    }

    /// Does what a piece is about, but for what is left to be done where waiting for the disk holds nobody up.
    fn take(&mut self, piece: Piece) -> Option<Work> {
        match piece {
            Piece::Begin(message, label) => self.messages.begin(message, &label),
            Piece::Sound(sound) => match sound.of {
                Of::Message(message) => self.messages.keep(message, &sound),
                Of::Talk(recording, side) => self.talks.keep((recording, side), &sound),
            },
            Piece::End { message, packets_missed } => {
                return Some(self.messages.end(message, packets_missed));
            }
            Piece::Discard(message) => return Some(self.messages.discard(message)),
            Piece::BeginTalk(recording, label) => self.talks.begin(recording, *label),
            Piece::EndTalk { recording, packets_missed } => {
                return Some(self.talks.end(recording, packets_missed));
            }
        }
        None
    }
}

/// A new file that nobody else may read.
pub(crate) fn make(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::sync::Arc;

    #[test]
    fn a_start_throws_away_what_was_cut_off_and_keeps_what_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (cut_off, whole) = ("0000000000000001", "0000000000000002");
        for (name, ending) in
            [(cut_off, "part"), (cut_off, "json"), (whole, "wav"), (whole, "json")]
        {
            let name = format!("{name}.{ending}");
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let tell: Tell = Arc::new(|_| Ok(()));
        WriterThread::start((folder.path(), None), Vec::new(), tell).unwrap().end().join().unwrap();
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["0000000000000002.json", "0000000000000002.wav"]);
    }
}
