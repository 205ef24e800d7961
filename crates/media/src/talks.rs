//! Recordings of talks as files: the caller on the left, whoever talks with them on the right, as they are or [in Opus](encoding).
//!
//! A window of the talk is kept in memory, where the two sides come together, and written when the talk has gone on: two
//! writes a second, and not one a packet. What a disk refuses is missing and counted, and what there was is kept. A file that
//! a process has left is made whole by the next one, since what was said in a talk cannot be said again.

mod encoding;
mod pages;

use crate::config::TalkForm;
use crate::finisher::Work;
use crate::gathering::{GATHERED_MAX, Gathering};
use crate::tape::{PIECE_LEN, Side, Sound};
use crate::wav::{HEADER_LEN, LABEL, header_of};
use crate::writer::{PART, make};
use encoding::{Encoding, head, serial_of};
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

/// The same where nothing is put in once it is written: either side may stand a second before and behind the clock
/// ([`Placement`](crate::placement)), and half a second is written at once.
const WINDOW_IN_ORDER: usize = 5 * HALF;

/// So many talks are encoded at once: more would be more than the thread that writes can do in time. Those that come then are kept as they are.
const IN_OPUS_MAX: usize = 200;

/// Where the recording of a talk is, if it is whole and of this form.
#[must_use]
pub fn path(folder: &Path, recording: RecordingId, form: TalkForm) -> PathBuf {
    folder.join(recording.hex()).with_extension(form.ending())
}

/// Of which form it is, if it is whole.
#[must_use]
pub fn form(folder: &Path, recording: RecordingId) -> Option<TalkForm> {
    TalkForm::ALL.into_iter().find(|form| path(folder, recording, *form).exists())
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
pub fn files(folder: &Path, recording: RecordingId) -> [PathBuf; 5] {
    let [wav, opus] = TalkForm::ALL.map(|form| path(folder, recording, form));
    let [part, new, label] = [part, new_label, label_path].map(|of| of(folder, recording));
    [wav, opus, part, new, label]
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
    /// It is in Opus.
    #[serde(skip_serializing_if = "Not::not", default)]
    in_opus: bool,
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

/// Makes those recordings whole that a dead process has left unfinished, and says which there are, but for those that are
/// whole and known. One that cannot be mended stays as it is, and is tried again at the next start.
///
/// # Errors
/// When the folder cannot be read.
pub fn mend(folder: &Path, is_known: impl Fn(RecordingId) -> bool) -> io::Result<Vec<Mended>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let found = entry?.path();
        let name = found.file_stem().and_then(OsStr::to_str).and_then(RecordingId::from_hex);
        let Some(recording) = name else { continue };
        let whole = TalkForm::ALL.into_iter().find(|form| found == path(folder, recording, *form));
        let is_left_alone = match whole {
            Some(_) => is_known(recording),
            None => found != part(folder, recording),
        };
        if is_left_alone {
            continue;
        }
        let measured = match whole {
            Some(form) => measure(&found, form),
            None => make_whole(folder, recording),
        };
        match measured {
            Ok((samples, bytes)) => {
                let was_whole = whole.is_some() && !is_said_cut_off(folder, recording);
                all.push(Mended { recording, length: length(samples), bytes, was_whole });
            }
            Err(error) => complain(recording, &error),
        }
    }
    Ok(all)
}

/// The samples and octets of a recording that is whole.
fn measure(path: &Path, form: TalkForm) -> io::Result<(u64, u64)> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let samples = match form {
        TalkForm::Wav => samples_in(bytes),
        TalkForm::Opus => encoding::samples_in(&file)?,
    };
    Ok((samples, bytes))
}

/// Makes a recording whole: its samples and octets.
fn make_whole(folder: &Path, recording: RecordingId) -> io::Result<(u64, u64)> {
    // Without room for that, what was said is worth more than how it ended.
    say_cut_off(folder, recording).unwrap_or_else(|error| complain(recording, &error));
    let file = OpenOptions::new().read(true).write(true).open(part(folder, recording))?;
    if let Some((samples, bytes)) = encoding::mend(&file)? {
        name(folder, recording, TalkForm::Opus, &file)?;
        return Ok((samples, bytes));
    }
    let bytes = file.metadata()?.len();
    if bytes > HEADER_LEN && beside(folder, recording).is_some_and(|beside| beside.in_opus) {
        // Whoever can read it some day has it as it is.
        return Err(ErrorKind::InvalidData.into());
    }
    let samples = samples_in(bytes);
    Ok((samples, finish(folder, recording, &file, samples)?))
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
    beside(folder, recording).is_some_and(|beside| beside.cut_off)
}

fn beside(folder: &Path, recording: RecordingId) -> Option<Beside> {
    serde_json::from_slice(&fs::read(label_path(folder, recording)).ok()?).ok()
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

/// A WAV file of so many samples and its name are on disk when this returns, and the size is known.
fn finish(folder: &Path, recording: RecordingId, file: &File, samples: u64) -> io::Result<u64> {
    let bytes = HEADER_LEN + FRAME_LEN as u64 * samples;
    file.set_len(bytes)?;
    file.write_all_at(&header_of(samples, CHANNELS), 0)?;
    name(folder, recording, TalkForm::Wav, file)?;
    Ok(bytes)
}

/// The file and its name are on disk when this returns.
fn name(folder: &Path, recording: RecordingId, form: TalkForm, file: &File) -> io::Result<()> {
    file.sync_all()?;
    File::open(label_path(folder, recording)).and_then(|label| label.sync_all())?;
    fs::rename(part(folder, recording), path(folder, recording, form))?;
    File::open(folder)?.sync_all()
}

/// The talks that are being recorded.
pub(crate) struct Talks {
    /// Without one every recording fails.
    folder: Option<PathBuf>,
    form: TalkForm,
    open: BTreeMap<RecordingId, Open>,
}

/// A recording that grows.
struct Open {
    file: Growing,
    sound: Written,
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

/// How its sound is written.
enum Written {
    /// Each sample at its place.
    AsItIs,
    /// One behind the other.
    InOpus(Encoding),
}

impl Written {
    fn new(form: TalkForm, recording: RecordingId) -> Self {
        match form {
            TalkForm::Wav => Self::AsItIs,
            TalkForm::Opus => Self::InOpus(Encoding::new(serial_of(recording.0))),
        }
    }

    const fn form(&self) -> TalkForm {
        match self {
            Self::AsItIs => TalkForm::Wav,
            Self::InOpus(_) => TalkForm::Opus,
        }
    }
}

/// Its file.
enum Growing {
    /// The disk has not taken it yet, but may at any time.
    NotYet {
        folder: PathBuf,
        recording: RecordingId,
        beside: Box<Beside>,
        form: TalkForm,
    },
    There(File),
}

impl Growing {
    /// The file, which is made if there is none.
    fn file(&mut self) -> io::Result<&File> {
        if let Self::NotYet { folder, recording, beside, form } = self {
            *self = Self::There(begun(folder, *recording, beside, *form)?);
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
fn begun(
    folder: &Path,
    recording: RecordingId,
    beside: &Beside,
    form: TalkForm,
) -> io::Result<File> {
    let head = match form {
        TalkForm::Wav => header_of(0, CHANNELS).to_vec(),
        TalkForm::Opus => head(serial_of(recording.0)),
    };

    // The label first: no sound is on the disk of which nobody could say whose it is.
    let beside = write_beside(&label_path(folder, recording), beside);
    beside.and_then(|_| write_head(&part(folder, recording), &head)).inspect_err(|_| {
        // What a full disk has taken of it is in the way of the next try.
        for half in [part(folder, recording), label_path(folder, recording)] {
            let _ = fs::remove_file(half);
        }
    })
}

fn write_head(path: &Path, head: &[u8]) -> io::Result<File> {
    let file = make(path)?;
    file.write_all_at(head, 0)?;
    Ok(file)
}

impl Talks {
    pub(crate) const fn new(folder: Option<PathBuf>, form: TalkForm) -> Self {
        Self { folder, form, open: BTreeMap::new() }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    pub(crate) fn begin(&mut self, recording: RecordingId, label: RecordingLabel) {
        let Some(folder) = self.folder.clone() else { return };
        let is_one = |open: &&Open| open.sound.form() == TalkForm::Opus;
        let form = match self.open.values().filter(is_one).count() {
            IN_OPUS_MAX.. => TalkForm::Wav,
            _ => self.form,
        };
        let in_opus = form == TalkForm::Opus;
        let beside = Box::new(Beside { label, cut_off: false, in_opus });
        let file = Growing::NotYet { folder, recording, beside, form };
        let mut open = Open::new(file, Written::new(form, recording));
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
    fn new(file: Growing, sound: Written) -> Self {
        let window = match sound.form() {
            TalkForm::Wav => WINDOW,
            TalkForm::Opus => WINDOW_IN_ORDER,
        };
        let window = vec![[0; 2]; window].into();
        let (caller, other) = <(Gathering, Gathering)>::default();
        let (disk, tried_again_at) = (Disk::Takes, 0);
        Self {
            file,
            sound,
            from: 0,
            window,
            caller,
            other,
            end: 0,
            disk,
            tried_again_at,
            missed: 0,
        }
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
        let at = usize::try_from(place.saturating_sub(self.from)).unwrap_or(self.window.len());
        for (frame, sample) in self.window.iter_mut().skip(at).zip(rest) {
            *side.of(frame) = *sample;
        }
        self.end = self.end.max(until);
        Ok(())
    }

    /// Writes what is old enough, so that sound as far as `until` has its place in the window.
    fn move_on(&mut self, until: u64) -> io::Result<()> {
        let window = self.window.len();
        while until > self.from + window as u64 {
            if !self.file.is_there() && until < self.tried_again_at {
                return Err(ErrorKind::StorageFull.into());
            }
            // To make a file is dear, and a disk that is full is so for long.
            self.tried_again_at = until + HALF as u64;
            self.write(HALF)?;
            self.window.copy_within(HALF.., 0);
            self.window.iter_mut().skip(window - HALF).for_each(|frame| *frame = [0; 2]);
            self.from += HALF as u64;
            let is_empty = self.window.iter().all(|frame| *frame == [0; 2]);
            if is_empty && until > self.from + 2 * window as u64 {
                // A long silence is a hole in the file.
                let step = PIECE_LEN as u64;
                self.from = (until - window as u64) / step * step;
            }
        }
        Ok(())
    }

    /// Sound whose time is on disk already goes into what is there, where that can be.
    fn put_late(&mut self, side: Side, place: u64, late: &[i16]) -> io::Result<()> {
        if self.sound.form() == TalkForm::Opus {
            self.missed = self.missed.saturating_add(1);
            return Ok(());
        }
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
        let window = self.window.len();
        usize::try_from(self.end.saturating_sub(self.from)).map_or(window, |it| it.min(window))
    }

    /// Writes so many samples of the window.
    fn write(&mut self, samples: usize) -> io::Result<()> {
        if let Written::InOpus(encoding) = &mut self.sound {
            encoding.silence_until(self.from);
            encoding.say(rest_of(&self.window, self.from, samples, encoding.next()));
            return encoding.flush(self.file.file()?);
        }
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
        let waiting = self.waiting();
        if let Written::InOpus(encoding) = &mut self.sound {
            let file = self.file.file()?;
            encoding.silence_until(self.from);
            let rest = rest_of(&self.window, self.from, waiting, encoding.next());
            let ended = encoding.end(file, rest);
            let (mut there, unsaid) = (encoding.on_disk(), encoding.unsaid());
            self.missed = self.missed.saturating_add(unsaid);
            if let Err(error) = ended {
                complain(recording, &error);
                self.missed = self.missed.saturating_add(self.packets_waiting());
                let mended = encoding::mend(self.file.file()?)?;
                there = mended.ok_or(ErrorKind::InvalidData)?;
            }
            name(folder, recording, TalkForm::Opus, self.file.file()?)?;
            let (samples, bytes) = there;
            return Ok((samples, bytes, self.missed));
        }
        if let Err(error) = self.write(waiting) {
            complain(recording, &error);
            self.missed = self.missed.saturating_add(self.packets_waiting());
            self.end = samples_in(self.file.file()?.metadata()?.len());
        }
        let bytes = finish(folder, recording, self.file.file()?, self.end)?;
        Ok((self.end, bytes, self.missed))
    }
}

/// What of the first samples of a window, which begins at sample `from`, comes at sample `next` and behind it.
fn rest_of(window: &[[i16; 2]], from: u64, samples: usize, next: u64) -> &[[i16; 2]] {
    let begun = usize::try_from(next.saturating_sub(from)).unwrap_or(usize::MAX);
    window.get(..samples).and_then(|window| window.get(begun..)).unwrap_or_default()
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
mod in_opus;
#[cfg(test)]
mod tests;
