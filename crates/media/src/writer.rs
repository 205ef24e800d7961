//! The one thread that writes recordings: pieces come from the rings of the workers, and become a WAV
//! file each: of messages here, of talks in [`crate::talks`].
//!
//! A recording grows under another name, and has its own once all of it is on disk, and beside it whose it is: a process that
//! ends before the ledger has a row of the message leaves nothing that nobody can be named for. Each piece is
//! written where it belongs; what never comes is a hole in the file, which reads as silence. However
//! slow the disk is, only this thread waits for it.

use crate::Tell;
use crate::talks::Talks;
use crate::tape::{Of, Piece, Sound};
use crate::wav;
use events::Label;
use ids::MessageId;
use media_protocol::{Codec, Event, Recorded};
use rtp::g711;
use rtrb::Consumer;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
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
        (folder, talks): (&Path, Option<&Path>),
        rings: Vec<Consumer<Piece>>,
        tell: Tell,
    ) -> io::Result<Self> {
        for folder in [Some(folder), talks].into_iter().flatten() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        throw_parts_away(folder)?;
        let ending = Arc::<AtomicBool>::default();
        let talks = Talks::new(talks.map(Path::to_owned));
        let writer = Writer { folder: folder.to_owned(), open: BTreeMap::new(), talks };
        let desk = Desk { writer, rings, tell, untold: VecDeque::new() };
        let ended = Arc::clone(&ending);
        let thread = thread::Builder::new().name("recordings".into());
        Ok(Self { thread: thread.spawn(move || desk.run(&ended))?, ending })
    }

    /// Writes what is in the rings, and ends.
    pub(crate) fn end(self) {
        self.ending.store(true, Ordering::Release);
        self.thread.thread().unpark();
        if self.thread.join().is_err() {
            tracing::error!("the thread that writes recordings ended badly");
        }
    }
}

fn throw_parts_away(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ends_with = |ending| path.extension().is_some_and(|its| its == ending);
        if ends_with(PART) {
            tracing::warn!(path = %path.display(), "a recording that was cut off is thrown away");
        }
        let is_left_over = ends_with(wav::LABEL) && !path.with_extension(wav::WHOLE).exists();
        if ends_with(PART) || is_left_over {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The thread's belongings.
struct Desk {
    writer: Writer,
    rings: Vec<Consumer<Piece>>,
    tell: Tell,
    /// What came of recordings and was given back; one for each of them at most.
    untold: VecDeque<Event>,
}

impl Desk {
    fn run(mut self, ending: &AtomicBool) {
        loop {
            // Whoever ends us has ended those before who fill the rings.
            let last = ending.load(Ordering::Acquire);
            let found = self.take_pieces();
            self.tell();
            if last && !found {
                self.writer.talks.leave();
                return;
            }
            let idle = self.writer.is_idle() && self.untold.is_empty();
            if !found {
                thread::park_timeout(if idle { LOOK_IDLE } else { LOOK_BUSY });
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
                self.untold.extend(self.writer.take(piece));
            }
        }
        found
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

/// The recordings that are being written.
struct Writer {
    folder: PathBuf,
    open: BTreeMap<MessageId, Open>,
    talks: Talks,
}

/// A recording that grows.
struct Open {
    /// None once something could not be written.
    file: Option<File>,
    /// Where its sound ends, as a number of samples.
    end: u64,
}

impl Writer {
    fn is_idle(&self) -> bool {
        self.open.is_empty() && self.talks.is_idle()
    }

    /// Does what a piece is about. A message whose beginning is not known was never begun.
    fn take(&mut self, piece: Piece) -> Option<Event> {
        match piece {
            Piece::Begin(message, label) => self.begin(message, &label),
            Piece::Sound(sound) => match sound.of {
                Of::Message(message) => self.write(message, &sound),
                Of::Talk(recording, side) => self.talks.keep((recording, side), &sound),
            },
            Piece::End { message, packets_missed } => {
                let result = self.end(message, packets_missed);
                return Some(Event::Recorded { message, result });
            }
            Piece::Discard(message) => self.discard(message),
            Piece::BeginTalk(recording, label) => self.talks.begin(recording, &label),
            Piece::EndTalk { recording, packets_missed } => {
                let result = self.talks.end(recording, packets_missed);
                return Some(Event::TalkRecorded { recording, result });
            }
        }
        None
    }

    fn begin(&mut self, message: MessageId, label: &Label) {
        let made = self.write_label(message, label).and_then(|()| make(&self.part(message)));
        let file = made.inspect_err(|error| complain(message, error)).ok();
        self.open.insert(message, Open { file, end: 0 });
    }

    fn write_label(&self, message: MessageId, label: &Label) -> io::Result<()> {
        make(&self.label(message))?.write_all(&serde_json::to_vec(label)?)
    }

    fn write(&mut self, message: MessageId, sound: &Sound) {
        let Some(open) = self.open.get_mut(&message) else { return };
        let Some(file) = &open.file else { return };
        let (octets, len) = pcm(sound);
        let written = octets.get(..len).unwrap_or_default();
        match file.write_all_at(written, wav::HEADER_LEN + wav::SAMPLE_LEN * sound.place) {
            Ok(()) => open.end = open.end.max(sound.place + u64::from(sound.len)),
            Err(error) => {
                complain(message, &error);
                open.file = None;
            }
        }
    }

    fn end(&mut self, message: MessageId, packets_missed: u32) -> Recorded {
        let open = self.open.remove(&message);
        let end = open.as_ref().map_or(0, |open| open.end);
        let finished = open.and_then(|open| open.file).map(|file| self.finish(message, &file, end));
        match finished {
            Some(Ok(())) => Recorded::OnDisk {
                length: Duration::from_millis(end * 1_000 / u64::from(g711::SAMPLE_RATE_HZ)),
                bytes: wav::HEADER_LEN + wav::SAMPLE_LEN * end,
                packets_missed,
            },
            Some(Err(error)) => {
                complain(message, &error);
                self.discard(message);
                Recorded::Failed
            }
            None => {
                self.discard(message);
                Recorded::Failed
            }
        }
    }

    /// The file, its name, and whose it is, are on disk when this returns.
    fn finish(&self, message: MessageId, file: &File, end: u64) -> io::Result<()> {
        file.write_all_at(&wav::header(end), 0)?;
        file.sync_all()?;
        File::open(self.label(message))?.sync_all()?;
        fs::rename(self.part(message), self.whole(message))?;
        File::open(&self.folder)?.sync_all()
    }

    fn discard(&mut self, message: MessageId) {
        self.open.remove(&message);
        // The label last: what is whole is never without one.
        for path in [self.part(message), self.whole(message), self.label(message)] {
            match fs::remove_file(path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => complain(message, &error),
            }
        }
    }

    fn part(&self, message: MessageId) -> PathBuf {
        self.folder.join(message.hex()).with_extension(PART)
    }

    fn whole(&self, message: MessageId) -> PathBuf {
        wav::path(&self.folder, message)
    }

    fn label(&self, message: MessageId) -> PathBuf {
        wav::label_path(&self.folder, message)
    }
}

/// A new file that nobody else may read.
pub(crate) fn make(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

/// How sound of a codec is read.
pub(crate) fn decoding(codec: Codec) -> fn(u8) -> i16 {
    match codec {
        Codec::Pcma => g711::alaw_decode,
        Codec::Pcmu => g711::ulaw_decode,
    }
}

/// The samples as a WAV file has them, and how many octets they are.
fn pcm(sound: &Sound) -> ([u8; 2 * crate::tape::PIECE_LEN], usize) {
    let decode = decoding(sound.codec);
    let mut octets = [0; 2 * crate::tape::PIECE_LEN];
    for (pair, byte) in octets.chunks_exact_mut(2).zip(sound.octets) {
        pair.copy_from_slice(&decode(byte).to_le_bytes());
    }
    (octets, 2 * usize::from(sound.len))
}

fn complain(message: MessageId, error: &io::Error) {
    metrics::counter!("recordings_failed_total").increment(1);
    tracing::error!(%message, %error, "a recording can not be written");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::label;
    use std::os::unix::fs::PermissionsExt;

    const MESSAGE: MessageId = MessageId(0xabc);

    fn writer(folder: &Path) -> Writer {
        Writer { folder: folder.to_owned(), open: BTreeMap::new(), talks: Talks::new(None) }
    }

    fn sound(place: u64, byte: u8) -> Piece {
        let octets = [byte; crate::tape::PIECE_LEN];
        Piece::Sound(Sound {
            of: Of::Message(MESSAGE),
            place,
            codec: Codec::Pcma,
            len: 160,
            octets,
        })
    }

    const END: Piece = Piece::End { message: MESSAGE, packets_missed: 0 };

    #[test]
    fn a_recording_has_each_packet_at_its_place_and_silence_where_one_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(folder.path());
        for piece in [Piece::Begin(MESSAGE, label()), sound(320, 0x80), sound(0, 0x81)] {
            assert_eq!(writer.take(piece), None);
        }
        let result = Recorded::OnDisk {
            length: Duration::from_millis(60),
            bytes: 44 + 960,
            packets_missed: 0,
        };
        assert_eq!(writer.take(END), Some(Event::Recorded { message: MESSAGE, result }));
        let path = wav::path(folder.path(), MESSAGE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let file = fs::read(path).unwrap();
        let samples: Vec<_> =
            file[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        let expected = [[g711::alaw_decode(0x81); 160], [0; 160], [g711::alaw_decode(0x80); 160]];
        assert_eq!(samples, expected.concat());
    }

    #[test]
    fn whose_a_recording_is_stands_beside_it_for_nobody_else_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(folder.path());
        for piece in [Piece::Begin(MESSAGE, label()), sound(0, 0x80), END] {
            let _ = writer.take(piece);
        }
        let path = wav::label_path(folder.path(), MESSAGE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let said: Label = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(said, *label());
    }

    #[test]
    fn a_recording_that_nobody_could_be_named_for_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(folder.path());
        fs::create_dir(wav::label_path(folder.path(), MESSAGE)).unwrap();
        let _ = writer.take(Piece::Begin(MESSAGE, label()));
        let _ = writer.take(sound(0, 0x80));
        let result = Recorded::Failed;
        assert_eq!(writer.take(END), Some(Event::Recorded { message: MESSAGE, result }));
        assert!(!wav::path(folder.path(), MESSAGE).exists());
    }

    #[test]
    fn what_is_discarded_leaves_no_file_behind_whole_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(folder.path());
        for last in [sound(0, 0x80), END] {
            for piece in [Piece::Begin(MESSAGE, label()), last, Piece::Discard(MESSAGE)] {
                let _ = writer.take(piece);
            }
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_folder_that_is_gone_fails_the_recording_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder.path().join("gone"));
        let _ = writer.take(Piece::Begin(MESSAGE, label()));
        let _ = writer.take(sound(0, 0x80));
        let result = Recorded::Failed;
        assert_eq!(writer.take(END), Some(Event::Recorded { message: MESSAGE, result }));
    }

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
        WriterThread::start((folder.path(), None), Vec::new(), tell).unwrap().end();
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["0000000000000002.json", "0000000000000002.wav"]);
    }
}
