//! What the database has not taken yet, on the server's own disk.
//!
//! A file beside the ledger that is only appended to: records one behind the other, each its length, a
//! checksum, and an entry with the run that it belongs to. It is on the disk before the next is looked at, and
//! is written to the ledger in order, as soon as that can be; what is in both is written once, since events go
//! by run and number. Then the file is emptied. Some of its room is reserved beforehand, so that it has some
//! when the disk is full.

use crate::entry::Entry;
use crate::spooled::Spooled;
use crc::{CRC_32_ISCSI, Crc};
use rustix::fs::{FallocateFlags, fallocate};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// No spool grows beyond this where nothing else is said; some four million events.
const BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Room that is kept for it on a full disk; some sixty thousand events.
pub(crate) const RESERVED: u64 = 16 * 1024 * 1024;
/// What stands before each record: its length, and its checksum.
const HEAD: usize = 8;
/// No entry is longer: a text in it is no longer than what a peer may send.
const RECORD_MAX: usize = 4 * 1024 * 1024;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// An entry that waits, and the run that it belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) run: i64,
    pub(crate) entry: Spooled,
}

/// The file of what waits.
#[derive(Debug)]
pub(crate) struct Spool {
    path: PathBuf,
    file: File,
    /// What is before this has been taken by the database,
    taken: u64,
    /// and what is before this waits.
    end: u64,
    /// How many records wait.
    waiting: u64,
    /// The file grows no larger.
    pub(crate) bytes_max: u64,
}

/// Some records from the front of a spool.
#[derive(Debug, Default)]
pub(crate) struct Front {
    pub(crate) records: Vec<Record>,
    until: u64,
}

impl Spool {
    /// Opens the spool at `path`, with what an earlier run has left in it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let file =
            options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let mut spool = Self::of(path, file);
        while let Some((_, next)) = spool.read_at(spool.end)? {
            spool.end = next;
            spool.waiting += 1;
        }
        spool.save_the_rest()?;
        spool.reserve();
        Ok(spool)
    }

    fn of(path: &Path, file: File) -> Self {
        Self { path: path.to_owned(), file, taken: 0, end: 0, waiting: 0, bytes_max: BYTES_MAX }
    }

    /// Whether a spool has something in it; one that cannot be read may have.
    pub(crate) fn waits_in(path: &Path) -> bool {
        let first = File::open(path).and_then(|file| Self::of(path, file).read_at(0));
        first.map_or(true, |first| first.is_some())
    }

    /// Records that wait.
    pub(crate) const fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Puts entries of a run behind those that wait; when it returns, they are on the disk. All of them, or none.
    pub(crate) fn append(&mut self, run: i64, entries: &[Entry]) -> io::Result<()> {
        let mut bytes = Vec::new();
        for entry in entries {
            let record = Record { run, entry: Spooled::of(entry) };
            let body = serde_json::to_vec(&record)?;
            let length = u32::try_from(body.len()).map_err(io::Error::other)?;
            bytes.extend(length.to_le_bytes());
            bytes.extend(CRC.checksum(&body).to_le_bytes());
            bytes.extend(body);
        }
        let end = self.end + bytes.len() as u64;
        if end > self.bytes_max {
            return Err(io::Error::new(
                ErrorKind::StorageFull,
                format!("it is as large as it may be: {} bytes, by spool_max_mib", self.bytes_max),
            ));
        }
        let written = self.file.write_all_at(&bytes, self.end).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // What is there of it will come again, or be written to the database.
            let _: io::Result<()> = self.file.write_all_at(&[0; HEAD], self.end);
            return written;
        }
        self.end = end;
        self.waiting += entries.len() as u64;
        Ok(())
    }

    /// The records at the front, at most `max` of them, up to one that cannot be read; an error where that is the first.
    pub(crate) fn front(&self, max: usize) -> io::Result<Front> {
        let mut front = Front { records: Vec::new(), until: self.taken };
        while front.until < self.end && front.records.len() < max {
            let read = self.read_at(front.until)?;
            let record = read.and_then(|(body, next)| {
                serde_json::from_slice(&body).ok().map(|record| (record, next))
            });
            match record {
                Some((record, next)) => {
                    front.records.push(record);
                    front.until = next;
                }
                None if front.records.is_empty() => return Err(damaged(&self.path)),
                None => break,
            }
        }
        Ok(front)
    }

    /// The database has taken these. After the last of all, the file is empty.
    pub(crate) fn took(&mut self, front: &Front) -> io::Result<()> {
        self.taken = front.until;
        self.waiting = self.waiting.saturating_sub(front.records.len() as u64);
        if self.taken < self.end {
            return Ok(());
        }
        // No old record may be taken for a new one: the file is made anew.
        self.file.set_len(0)?;
        (self.taken, self.end, self.waiting) = (0, 0, 0);
        self.reserve();
        self.file.sync_data()
    }

    /// The record that begins at a place, and where the next one does; none where no whole one begins.
    fn read_at(&self, at: u64) -> io::Result<Option<(Vec<u8>, u64)>> {
        let mut head = [0; HEAD];
        if !self.fill(&mut head, at)? {
            return Ok(None);
        }
        let [a, b, c, d, e, f, g, h] = head;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        if length == 0 || length > RECORD_MAX {
            return Ok(None);
        }
        let mut body = vec![0; length];
        let begin = at + HEAD as u64;
        let is_whole =
            self.fill(&mut body, begin)? && CRC.checksum(&body) == u32::from_le_bytes([e, f, g, h]);
        Ok(is_whole.then_some((body, begin + length as u64)))
    }

    fn fill(&self, buffer: &mut [u8], at: u64) -> io::Result<bool> {
        match self.file.read_exact_at(buffer, at) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Behind the last whole record there is nothing, or one that was cut off as it was written: its bytes end before it
    /// does. Anything else is damaged, and may have whole ones behind it: it is copied aside before it is written over.
    fn save_the_rest(&self) -> io::Result<()> {
        let mut head = [0; HEAD];
        let length = self.file.metadata()?.len();
        if length <= self.end || !self.fill(&mut head, self.end)? || head == [0; HEAD] {
            return Ok(());
        }
        let [a, b, c, d, ..] = head;
        let ends = self.end + HEAD as u64 + u64::from(u32::from_le_bytes([a, b, c, d]));
        if ends > length && ends <= self.end + (HEAD + RECORD_MAX) as u64 {
            return Ok(());
        }
        let aside = free_name(&self.path)?;
        fs::copy(&self.path, &aside)?;
        let (path, aside, whole) = (self.path.display(), aside.display(), self.end);
        tracing::error!(%path, %aside, whole, "the spool is damaged behind its whole records, and is kept aside");
        Ok(())
    }

    /// Without room for it the spool works as long as the disk has some.
    fn reserve(&self) {
        // The file is as long as what is in it, all the same.
        let reserved = fallocate(&self.file, FallocateFlags::KEEP_SIZE, 0, RESERVED);
        if let Err(error) = reserved {
            let path = self.path.display();
            tracing::warn!(%path, %error, "no room is reserved for events that the ledger cannot take");
        }
    }
}

/// Moves a spool that cannot be read out of the way, and says where it is.
pub(crate) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = free_name(path)?;
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// The spools that were set aside beside this one.
pub(crate) fn aside(path: &Path) -> Vec<PathBuf> {
    (1..=u32::MAX).map(|number| aside_name(path, number)).take_while(|name| name.exists()).collect()
}

fn aside_name(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".unread-{number}"));
    PathBuf::from(name)
}

/// A name beside it that no spool has.
fn free_name(path: &Path) -> io::Result<PathBuf> {
    let free = (1..=u32::MAX).map(|number| aside_name(path, number)).find(|name| !name.exists());
    free.ok_or_else(|| io::Error::other("there are too many unread spools"))
}

fn damaged(path: &Path) -> io::Error {
    let path = path.display();
    io::Error::new(
        ErrorKind::InvalidData,
        format!("{path} has something that is no event of this program"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_damaged_record_is_kept_aside_with_what_is_behind_it_and_one_that_was_cut_off_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db.spool");
        let aside = folder.path().join("ledger.db.spool.unread-1");
        let zone = || Entry::TimeZone("Europe/Stockholm".to_owned());
        let mut spool = Spool::open(&path).unwrap();
        spool.append(1, &[zone(), zone()]).unwrap();
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        assert_eq!(Spool::open(&path).unwrap().waiting(), 1);
        assert!(!aside.exists(), "it was cut off");
        let mut damaged = whole.clone();
        damaged[HEAD] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(Spool::open(&path).unwrap().waiting(), 0);
        assert_eq!(fs::read(&aside).unwrap(), damaged);
    }
}
