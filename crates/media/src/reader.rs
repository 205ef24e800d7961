//! The one thread that reads recordings for those who hear them: workers ask for parts, and get them through
//! rings of their own. However slow the disk is, only this thread waits for it.

use crate::reel::{Ask, Found, PART_LEN, Part, Shelf};
use crate::wav;
use rtrb::PushError;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often the rings are looked into: a part is asked for a second before it is needed.
const LOOK: Duration = Duration::from_millis(20);

/// A thread that reads, to be ended by whoever has this.
#[derive(Debug)]
pub(crate) struct ReaderThread {
    ending: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl ReaderThread {
    /// Begins to read recordings in this folder.
    pub(crate) fn start(folder: &Path, shelves: Vec<Shelf>) -> io::Result<Self> {
        let ending = Arc::<AtomicBool>::default();
        let mut reader = Reader { folder: folder.to_owned(), shelves };
        let ended = Arc::clone(&ending);
        let thread = thread::Builder::new().name("replays".into()).spawn(move || {
            while !ended.load(Ordering::Acquire) {
                if !reader.serve() {
                    thread::park_timeout(LOOK);
                }
            }
        })?;
        Ok(Self { ending, thread })
    }

    /// Tells it to end.
    pub(crate) fn end(self) -> JoinHandle<()> {
        self.ending.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread
    }
}

/// The thread's belongings.
struct Reader {
    folder: PathBuf,
    shelves: Vec<Shelf>,
}

impl Reader {
    /// Reads one part for each worker that has asked for one. Whether there were any.
    fn serve(&mut self) -> bool {
        let mut found = false;
        for Shelf { asks, parts } in &mut self.shelves {
            // Who has no room for an answer is asked again when there is some.
            if parts.is_full() {
                continue;
            }
            let Ok(ask) = asks.pop() else { continue };
            found = true;
            let part = Part { ask, found: read(&self.folder, ask) };
            if let Err(PushError::Full(part)) = parts.push(part) {
                tracing::error!(message = %part.ask.message, "a part of a recording finds no room");
            }
        }
        found
    }
}

/// A part of a recording as it is on disk.
fn read(folder: &Path, ask: Ask) -> Found {
    match samples(folder, ask) {
        Ok(samples) => Found::Sound(samples),
        Err(error) => {
            metrics::counter!("recordings_unreadable_total").increment(1);
            tracing::error!(message = %ask.message, %error, "a recording can not be read");
            Found::Unreadable
        }
    }
}

fn samples(folder: &Path, ask: Ask) -> io::Result<Box<[i16]>> {
    const SAMPLE_LEN: usize = size_of::<i16>();
    let file = File::open(wav::path(folder, ask.message))?;
    let part = u64::from(ask.part) * PART_LEN as u64;
    let mut octets = [0; PART_LEN * SAMPLE_LEN];
    let mut len = 0;
    while let Some(room) = octets.get_mut(len..).filter(|room| !room.is_empty()) {
        let at = wav::HEADER_LEN + wav::SAMPLE_LEN * part + len as u64;
        match file.read_at(room, at) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let whole = octets.get(..len).unwrap_or_default().chunks_exact(SAMPLE_LEN);
    Ok(whole.map(|pair| pair.try_into().map_or(0, i16::from_le_bytes)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::{LegId, MessageId};
    use std::fs;

    const MESSAGE: MessageId = MessageId(0xabc);

    const fn ask(part: u32) -> Ask {
        Ask { stream: LegId(1), message: MESSAGE, part }
    }

    #[test]
    fn a_recording_is_read_part_by_part_and_is_over_with_a_short_one() {
        let folder = tempfile::tempdir().unwrap();
        let samples: Vec<i16> = (0..16_100).map(|n| i16::try_from(n).unwrap()).collect();
        let mut file = wav::header(16_100).to_vec();
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        fs::write(wav::path(folder.path(), MESSAGE), file).unwrap();
        let part = |number| match read(folder.path(), ask(number)) {
            Found::Sound(sound) => sound.to_vec(),
            Found::Unreadable => panic!("it is there"),
        };
        assert_eq!([part(0), part(1), part(2)].concat(), samples);
        assert_eq!((part(2).len(), part(3).len()), (100, 0));
    }

    #[test]
    fn a_recording_that_is_not_there_can_not_be_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path(), ask(0)), Found::Unreadable);
    }

    #[test]
    fn each_worker_gets_what_it_has_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(wav::path(folder.path(), MESSAGE), [wav::header(0).as_slice(), &[7, 0]].concat())
            .unwrap();
        let (mut one, first) = crate::reel::Reels::new(2);
        let (mut other, second) = crate::reel::Reels::new(2);
        let reader = ReaderThread::start(folder.path(), vec![first, second]).unwrap();
        assert!(other.ask(ask(0)));
        let part = loop {
            if let Some(part) = other.next() {
                break part;
            }
            thread::yield_now();
        };
        assert_eq!(part, Part { ask: ask(0), found: Found::Sound([7].into()) });
        assert_eq!(one.next(), None);
        reader.end();
    }
}
