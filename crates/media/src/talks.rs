//! Recordings of talks as files: the caller on the left, whoever talks with them on the right.
//!
//! A window of the talk is kept in memory, where the two sides come together, and written when the talk has gone on: two
//! writes a second, and not one a packet. What a disk refuses is missing and counted, and what there was is kept. A file that
//! a process has left is made whole by the next one, since what was said in a talk cannot be said again.

use crate::finisher::Work;
use crate::gathering::{GATHERED_MAX, Gathering};
use crate::tape::{PIECE_LEN, Side, Sound};
use crate::wav::{HEADER_LEN, LABEL, WHOLE, header_of};
use crate::writer::{PART, make};
use events::RecordingLabel;
use ids::RecordingId;
use media_protocol::{Event, Recorded};
use rtp::g711::SAMPLE_RATE_HZ;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::ops::Not;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const CHANNELS: u16 = 2;

/// The octets of a sample of both sides.
const FRAME_LEN: usize = 4;

/// Samples of both sides that wait in memory: a second.
const WINDOW: usize = SAMPLE_RATE_HZ as usize;

/// How many of them are written at once.
const HALF: usize = WINDOW / 2;

/// Where the recording of a talk is, if it is whole.
#[must_use]
pub fn path(folder: &Path, recording: RecordingId) -> PathBuf {
    folder.join(recording.hex()).with_extension(WHOLE)
}

/// Where it is said whose the recording of a talk is.
#[must_use]
pub fn label_path(folder: &Path, recording: RecordingId) -> PathBuf {
    folder.join(recording.hex()).with_extension(LABEL)
}

fn part(folder: &Path, recording: RecordingId) -> PathBuf {
    folder.join(recording.hex()).with_extension(PART)
}

/// All files that there may be of a recording that is over, whole or not, and last the one that says whose it is.
#[must_use]
pub fn files(folder: &Path, recording: RecordingId) -> [PathBuf; 4] {
    [path, part, new_label, label_path].map(|of| of(folder, recording))
}

/// What stands beside a recording.
#[derive(Clone, Serialize, Deserialize)]
struct Beside {
    /// Whose it is.
    #[serde(flatten)]
    label: RecordingLabel,
    /// Its end had not come to the disk when the process died.
    #[serde(skip_serializing_if = "Not::not", default)]
    cut_off: bool,
}

/// What is to stand beside it, while it is written.
fn new_label(folder: &Path, recording: RecordingId) -> PathBuf {
    folder.join(recording.hex()).with_extension("new")
}

/// A recording that a dead process has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Which.
    pub recording: RecordingId,
    /// How long it is.
    pub length: Duration,
    /// The size of its file.
    pub bytes: u64,
    /// Whether its end had come to the disk.
    pub was_whole: bool,
}

/// Makes those recordings whole that a dead process has left unfinished, and says which there are. One that cannot be
/// mended stays as it is, and is tried again at the next start.
///
/// # Errors
/// When the folder cannot be read.
pub fn mend(folder: &Path) -> io::Result<Vec<Mended>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let found = entry?.path();
        let name = found.file_stem().and_then(OsStr::to_str).and_then(RecordingId::from_hex);
        let Some(recording) = name else { continue };
        let is_whole = found == path(folder, recording);
        if !is_whole && found != part(folder, recording) {
            continue;
        }
        match size(folder, recording, is_whole) {
            Ok(bytes) => {
                let length = length(samples_in(bytes));
                let was_whole = is_whole && !is_said_cut_off(folder, recording);
                all.push(Mended { recording, length, bytes, was_whole });
            }
            Err(error) => complain(recording, &error),
        }
    }
    Ok(all)
}

/// The size of a recording that is whole, or is made so.
fn size(folder: &Path, recording: RecordingId, is_whole: bool) -> io::Result<u64> {
    if is_whole {
        return Ok(fs::metadata(path(folder, recording))?.len());
    }
    // Without room for that, what was said is worth more than how it ended.
    say_cut_off(folder, recording).unwrap_or_else(|error| complain(recording, &error));
    let file = OpenOptions::new().write(true).open(part(folder, recording))?;
    finish(folder, recording, &file, samples_in(file.metadata()?.len()))
}

/// Has it stand beside a recording that its end has not come to the disk: whoever makes it whole may be gone before the ledger knows.
fn say_cut_off(folder: &Path, recording: RecordingId) -> io::Result<()> {
    let (path, new) = (label_path(folder, recording), new_label(folder, recording));
    let beside: Beside = serde_json::from_slice(&fs::read(&path)?)?;
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    write_beside(&new, &Beside { cut_off: true, ..beside })?.sync_all()?;
    fs::rename(new, path)
}

/// Whether that stands there.
fn is_said_cut_off(folder: &Path, recording: RecordingId) -> bool {
    let text = fs::read(label_path(folder, recording)).ok();
    let beside = text.and_then(|text| serde_json::from_slice::<Beside>(&text).ok());
    beside.is_some_and(|beside| beside.cut_off)
}

fn write_beside(path: &Path, beside: &Beside) -> io::Result<File> {
    let mut file = make(path)?;
    file.write_all(&serde_json::to_vec(beside)?)?;
    Ok(file)
}

/// How many samples of both sides a file of so many octets has.
const fn samples_in(bytes: u64) -> u64 {
    bytes.saturating_sub(HEADER_LEN) / FRAME_LEN as u64
}

fn length(samples: u64) -> Duration {
    Duration::from_millis(samples * 1_000 / u64::from(SAMPLE_RATE_HZ))
}

/// The file and its name are on disk when this returns, and the size is known.
fn finish(folder: &Path, recording: RecordingId, file: &File, samples: u64) -> io::Result<u64> {
    let bytes = HEADER_LEN + FRAME_LEN as u64 * samples;
    file.set_len(bytes)?;
    file.write_all_at(&header_of(samples, CHANNELS), 0)?;
    file.sync_all()?;
    File::open(label_path(folder, recording)).and_then(|label| label.sync_all())?;
    fs::rename(part(folder, recording), path(folder, recording))?;
    File::open(folder)?.sync_all()?;
    Ok(bytes)
}

/// The talks that are being recorded.
pub(crate) struct Talks {
    /// Without one every recording fails.
    folder: Option<PathBuf>,
    open: BTreeMap<RecordingId, Open>,
}

/// A recording that grows.
struct Open {
    file: Growing,
    /// The sample with which the window begins.
    from: u64,
    window: Box<[[i16; 2]]>,
    caller: Gathering,
    other: Gathering,
    /// Where the sound ends.
    end: u64,
    /// Whether the disk takes it.
    disk: Disk,
    /// Up to which sample a file is not tried to be made again.
    tried_again_at: u64,
    /// Pieces that it did not take.
    missed: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Disk {
    Takes,
    Refuses,
}

/// Its file.
enum Growing {
    /// The disk has not taken it yet, but may at any time.
    NotYet {
        folder: PathBuf,
        recording: RecordingId,
        beside: Box<Beside>,
    },
    There(File),
}

impl Growing {
    /// The file, which is made if there is none.
    fn file(&mut self) -> io::Result<&File> {
        if let Self::NotYet { folder, recording, beside } = self {
            *self = Self::There(begun(folder, *recording, beside)?);
        }
        match self {
            Self::There(file) => Ok(file),
            Self::NotYet { .. } => Err(ErrorKind::NotFound.into()),
        }
    }

    const fn is_there(&self) -> bool {
        matches!(self, Self::There(_))
    }
}

/// A new file, with whose it is beside it.
fn begun(folder: &Path, recording: RecordingId, beside: &Beside) -> io::Result<File> {
    // The label first: no sound is on the disk of which nobody could say whose it is.
    let beside = write_beside(&label_path(folder, recording), beside);
    beside.and_then(|_| write_header(&part(folder, recording))).inspect_err(|_| {
        // What a full disk has taken of it is in the way of the next try.
        for half in [part(folder, recording), label_path(folder, recording)] {
            let _ = fs::remove_file(half);
        }
    })
}

fn write_header(path: &Path) -> io::Result<File> {
    let file = make(path)?;
    file.write_all_at(&header_of(0, CHANNELS), 0)?;
    Ok(file)
}

impl Talks {
    pub(crate) const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, open: BTreeMap::new() }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    pub(crate) fn begin(&mut self, recording: RecordingId, label: RecordingLabel) {
        let Some(folder) = self.folder.clone() else { return };
        let beside = Box::new(Beside { label, cut_off: false });
        let mut open = Open::new(Growing::NotYet { folder, recording, beside });
        if let Err(error) = open.file.file() {
            open.disk = Disk::Refuses;
            complain(recording, &error);
        }
        self.open.insert(recording, open);
    }

    /// Keeps a little sound. One whose beginning is not known was never begun.
    pub(crate) fn keep(&mut self, (recording, side): (RecordingId, Side), sound: &Sound) {
        let Some(open) = self.open.get_mut(&recording) else { return };
        if let Err(error) = open.keep(side, sound) {
            if open.disk == Disk::Takes {
                complain(recording, &error);
            }
            open.disk = Disk::Refuses;
            open.missed = open.missed.saturating_add(1);
        } else {
            open.disk = Disk::Takes;
        }
    }

    /// The process ends: what waits goes to the disk, and the next one makes it whole.
    pub(crate) fn leave(&mut self) {
        for (recording, open) in &mut self.open {
            open.write(open.waiting()).unwrap_or_else(|error| complain(*recording, &error));
        }
    }

    /// What there is, is all there is; so many packets found no room on their way here.
    pub(crate) fn end(&mut self, recording: RecordingId, packets_missed: u32) -> Work {
        let (folder, open) = (self.folder.clone(), self.open.remove(&recording));
        Box::new(move || {
            let result = folder.zip(open).map_or(Recorded::Failed, |(folder, open)| {
                open.ended(&folder, recording, packets_missed)
            });
            Some(Event::TalkRecorded { recording, result })
        })
    }
}

impl Open {
    fn new(file: Growing) -> Self {
        let window = vec![[0; 2]; WINDOW].into();
        let (caller, other) = <(Gathering, Gathering)>::default();
        let (disk, tried_again_at) = (Disk::Takes, 0);
        Self { file, from: 0, window, caller, other, end: 0, disk, tried_again_at, missed: 0 }
    }

    fn keep(&mut self, side: Side, sound: &Sound) -> io::Result<()> {
        let gathering = match side {
            Side::Caller => &mut self.caller,
            Side::Other => &mut self.other,
        };
        let mut samples = [0; GATHERED_MAX];
        let (place, found) = gathering.samples(sound);
        samples.iter_mut().zip(found).for_each(|(to, from)| *to = *from);
        let samples = samples.get(..found.len()).unwrap_or_default();
        for (place, samples) in (place..).step_by(PIECE_LEN).zip(samples.chunks(PIECE_LEN)) {
            self.put(side, place, samples)?;
        }
        Ok(())
    }

    /// So many samples, a piece at the most, have their place.
    fn put(&mut self, side: Side, place: u64, samples: &[i16]) -> io::Result<()> {
        let until = place + samples.len() as u64;
        self.move_on(until)?;
        let late = usize::try_from(self.from.saturating_sub(place)).unwrap_or(samples.len());
        let (late, rest) = samples.split_at_checked(late).unwrap_or((samples, &[]));
        if !late.is_empty() {
            self.put_late(side, place, late)?;
        }
        let at = usize::try_from(place.saturating_sub(self.from)).unwrap_or(WINDOW);
        for (frame, sample) in self.window.iter_mut().skip(at).zip(rest) {
            *side.of(frame) = *sample;
        }
        self.end = self.end.max(until);
        Ok(())
    }

    /// Writes what is old enough, so that sound as far as `until` has its place in the window.
    fn move_on(&mut self, until: u64) -> io::Result<()> {
        while until > self.from + WINDOW as u64 {
            if !self.file.is_there() && until < self.tried_again_at {
                return Err(ErrorKind::StorageFull.into());
            }
            // To make a file is dear, and a disk that is full is so for long.
            self.tried_again_at = until + HALF as u64;
            self.write(HALF)?;
            self.window.copy_within(HALF.., 0);
            self.window.iter_mut().skip(HALF).for_each(|frame| *frame = [0; 2]);
            self.from += HALF as u64;
            let is_empty = self.window.iter().all(|frame| *frame == [0; 2]);
            if is_empty && until > self.from + 2 * WINDOW as u64 {
                // A long silence is a hole in the file.
                self.from = until - WINDOW as u64;
            }
        }
        Ok(())
    }

    /// Sound whose time is on disk already goes into what is there.
    fn put_late(&mut self, side: Side, place: u64, late: &[i16]) -> io::Result<()> {
        let mut frames = [0; FRAME_LEN * PIECE_LEN];
        let frames = frames.get_mut(..FRAME_LEN * late.len()).unwrap_or_default();
        let file = self.file.file()?;
        // Behind a hole at the end of the file there is nothing to read yet, and it is silence.
        let mut read = 0;
        while let Some(rest) = frames.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match file.read_at(rest, place_of(place) + read as u64)? {
                0 => break,
                count => read += count,
            }
        }
        let (both, []) = frames.as_chunks_mut::<FRAME_LEN>() else { return Ok(()) };
        for ([l0, l1, r0, r1], sample) in both.iter_mut().zip(late) {
            let [a, b] = sample.to_le_bytes();
            match side {
                Side::Caller => (*l0, *l1) = (a, b),
                Side::Other => (*r0, *r1) = (a, b),
            }
        }
        file.write_all_at(frames, place_of(place))
    }

    /// How many samples of the window have been said.
    fn waiting(&self) -> usize {
        usize::try_from(self.end.saturating_sub(self.from)).map_or(WINDOW, |it| it.min(WINDOW))
    }

    /// Writes so many samples of the window.
    fn write(&mut self, samples: usize) -> io::Result<()> {
        let frames = self.window.iter().take(samples);
        let octets: Vec<u8> = frames.flatten().flat_map(|sample| sample.to_le_bytes()).collect();
        self.file.file()?.write_all_at(&octets, place_of(self.from))
    }

    /// How many packets of either side wait in the window, as far as they say anything.
    fn packets_waiting(&self) -> u32 {
        let packets = self.window.chunks(PIECE_LEN).map(|frames| {
            let says = |side: fn(&[i16; 2]) -> i16| frames.iter().any(|frame| side(frame) != 0);
            u32::from(says(|frame| frame[0])) + u32::from(says(|frame| frame[1]))
        });
        packets.sum()
    }

    fn ended(self, folder: &Path, recording: RecordingId, packets_missed: u32) -> Recorded {
        match self.finish(folder, recording) {
            Ok((samples, bytes, missed)) => {
                let packets_missed = packets_missed.saturating_add(missed);
                Recorded::OnDisk { length: length(samples), bytes, packets_missed }
            }
            Err(error) => {
                complain(recording, &error);
                Recorded::Failed
            }
        }
    }

    /// The file has all that could be written, its size and how many pieces could not be. What the disk does not take even now is
    /// missing at the end.
    fn finish(mut self, folder: &Path, recording: RecordingId) -> io::Result<(u64, u64, u32)> {
        if let Err(error) = self.write(self.waiting()) {
            complain(recording, &error);
            self.missed = self.missed.saturating_add(self.packets_waiting());
            self.end = samples_in(self.file.file()?.metadata()?.len());
        }
        let bytes = finish(folder, recording, self.file.file()?, self.end)?;
        Ok((self.end, bytes, self.missed))
    }
}

impl Side {
    const fn of(self, frame: &mut [i16; 2]) -> &mut i16 {
        let [left, right] = frame;
        match self {
            Self::Caller => left,
            Self::Other => right,
        }
    }
}

/// Where in the file a sample is.
const fn place_of(sample: u64) -> u64 {
    HEADER_LEN + FRAME_LEN as u64 * sample
}

fn complain(recording: RecordingId, error: &io::Error) {
    metrics::counter!("recordings_failed_total").increment(1);
    tracing::error!(%recording, %error, "the recording of a talk can not be written");
}

#[cfg(test)]
mod tests;
