//! Recordings of messages as files.
//!
//! A recording grows under another name, and has its own once all of it is on disk, and beside it whose it is: a process that
//! ends before the ledger has a row of the message leaves nothing that nobody can be named for. Each piece is
//! written where it belongs; what never comes is a hole in the file, which reads as silence.

use crate::finisher::Work;
use crate::gathering::Gathering;
use crate::tape::Sound;
use crate::wav;
use crate::writer::{PART, make};
use events::Label;
use ids::MessageId;
use media_protocol::{Event, Recorded};
use rtp::g711;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Throws away what a dead run has left unfinished.
pub(crate) fn throw_parts_away(folder: &Path) -> io::Result<()> {
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

/// The messages that are being left.
pub(crate) struct Messages {
    folder: PathBuf,
    open: BTreeMap<MessageId, Open>,
}

/// A recording that grows.
struct Open {
    /// None once something could not be written.
    file: Option<File>,
    gathering: Gathering,
    /// Where its sound ends, as a number of samples.
    end: u64,
}

/// Where the files of a message are.
struct Files {
    folder: PathBuf,
    message: MessageId,
}

impl Messages {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder, open: BTreeMap::new() }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    pub(crate) fn begin(&mut self, message: MessageId, label: &Label) {
        let files = self.files(message);
        let made = files.write_label(label).and_then(|()| make(&files.part()));
        let file = made.inspect_err(|error| complain(message, error)).ok();
        self.open.insert(message, Open { file, gathering: Gathering::default(), end: 0 });
    }

    /// Keeps a little sound. A message whose beginning is not known was never begun.
    pub(crate) fn keep(&mut self, message: MessageId, sound: &Sound) {
        let Some(open) = self.open.get_mut(&message) else { return };
        let Some(file) = &open.file else { return };
        let (place, samples) = open.gathering.samples(sound);
        let octets: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let end = place + octets.len() as u64 / wav::SAMPLE_LEN;
        match file.write_all_at(&octets, wav::HEADER_LEN + wav::SAMPLE_LEN * place) {
            Ok(()) if octets.is_empty() => {}
            Ok(()) => open.end = open.end.max(end),
            Err(error) => {
                complain(message, &error);
                open.file = None;
            }
        }
    }

    /// What there is, is all there is; so many packets found no room on their way here.
    pub(crate) fn end(&mut self, message: MessageId, packets_missed: u32) -> Work {
        let files = self.files(message);
        let open = self.open.remove(&message);
        Box::new(move || {
            let result = open.map_or(Recorded::Failed, |open| files.finish(open, packets_missed));
            if result == Recorded::Failed {
                files.discard();
            }
            Some(Event::Recorded { message, result })
        })
    }

    pub(crate) fn discard(&mut self, message: MessageId) -> Work {
        self.open.remove(&message);
        let files = self.files(message);
        Box::new(move || {
            files.discard();
            None
        })
    }

    fn files(&self, message: MessageId) -> Files {
        Files { folder: self.folder.clone(), message }
    }
}

impl Files {
    fn write_label(&self, label: &Label) -> io::Result<()> {
        make(&self.label())?.write_all(&serde_json::to_vec(label)?)
    }

    /// The file, its name, and whose it is, are on disk when this returns, or nothing is.
    fn finish(&self, open: Open, packets_missed: u32) -> Recorded {
        let Open { file: Some(file), end, .. } = open else { return Recorded::Failed };
        match self.sync(&file, end) {
            Ok(()) => Recorded::OnDisk {
                length: Duration::from_millis(end * 1_000 / u64::from(g711::SAMPLE_RATE_HZ)),
                bytes: wav::HEADER_LEN + wav::SAMPLE_LEN * end,
                packets_missed,
            },
            Err(error) => {
                complain(self.message, &error);
                Recorded::Failed
            }
        }
    }

    fn sync(&self, file: &File, end: u64) -> io::Result<()> {
        file.write_all_at(&wav::header(end), 0)?;
        file.sync_all()?;
        File::open(self.label())?.sync_all()?;
        fs::rename(self.part(), self.whole())?;
        File::open(&self.folder)?.sync_all()
    }

    fn discard(&self) {
        // The label last: what is whole is never without one.
        for path in [self.part(), self.whole(), self.label()] {
            match fs::remove_file(path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => complain(self.message, &error),
            }
        }
    }

    fn part(&self) -> PathBuf {
        self.folder.join(self.message.hex()).with_extension(PART)
    }

    fn whole(&self) -> PathBuf {
        wav::path(&self.folder, self.message)
    }

    fn label(&self) -> PathBuf {
        wav::label_path(&self.folder, self.message)
    }
}

fn complain(message: MessageId, error: &io::Error) {
    metrics::counter!("recordings_failed_total").increment(1);
    tracing::error!(%message, %error, "a recording can not be written");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Of, label};
    use media_protocol::Codec;
    use std::os::unix::fs::PermissionsExt;

    const MESSAGE: MessageId = MessageId(0xabc);

    /// Somebody begins to leave a message.
    fn messages(folder: &Path) -> Messages {
        let mut messages = Messages::new(folder.to_owned());
        messages.begin(MESSAGE, &label());
        messages
    }

    fn sound(place: u64, byte: u8) -> Sound {
        let octets = [byte; crate::tape::PIECE_LEN];
        let (of, codec) = (Of::Message(MESSAGE), Codec::Pcma);
        Sound { of, place, codec, behind: 0, goes_on: false, len: 160, octets }
    }

    fn ended(messages: &mut Messages) -> Option<Recorded> {
        let Some(Event::Recorded { message: MESSAGE, result }) = messages.end(MESSAGE, 0)() else {
            return None;
        };
        Some(result)
    }

    #[test]
    fn a_recording_has_each_packet_at_its_place_and_silence_where_one_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let mut messages = messages(folder.path());
        [sound(320, 0x80), sound(0, 0x81)].iter().for_each(|it| messages.keep(MESSAGE, it));
        let result = Recorded::OnDisk {
            length: Duration::from_millis(60),
            bytes: 44 + 960,
            packets_missed: 0,
        };
        assert_eq!(ended(&mut messages), Some(result));
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
        let mut messages = messages(folder.path());
        messages.keep(MESSAGE, &sound(0, 0x80));
        let _ = ended(&mut messages);
        let path = wav::label_path(folder.path(), MESSAGE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let said: Label = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(said, *label());
    }

    #[test]
    fn a_recording_that_nobody_could_be_named_for_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(wav::label_path(folder.path(), MESSAGE)).unwrap();
        let mut messages = messages(folder.path());
        messages.keep(MESSAGE, &sound(0, 0x80));
        assert_eq!(ended(&mut messages), Some(Recorded::Failed));
        assert!(!wav::path(folder.path(), MESSAGE).exists());
    }

    #[test]
    fn what_is_discarded_leaves_no_file_behind_whole_or_not() {
        let folder = tempfile::tempdir().unwrap();
        for is_whole in [false, true] {
            let mut messages = messages(folder.path());
            messages.keep(MESSAGE, &sound(0, 0x80));
            let end = is_whole.then(|| messages.end(MESSAGE, 0));
            // It may be asked for before its end has come to the disk.
            let discard = messages.discard(MESSAGE);
            end.map(|end| end());
            assert_eq!(discard(), None);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_folder_that_is_gone_fails_the_recording_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut messages = messages(&folder.path().join("gone"));
        messages.keep(MESSAGE, &sound(0, 0x80));
        assert_eq!(ended(&mut messages), Some(Recorded::Failed));
    }
}
