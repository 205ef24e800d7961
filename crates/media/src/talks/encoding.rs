//! A talk as a stream of Opus in Ogg (RFC 7845), as it grows: the caller on the left, whoever talks with them on the right.
//!
//! Sound is written once, in its order: what comes when its time has been written is missing. A page is half a second of a talk, so that what a kill leaves
//! is heard to its last page. Where nobody says anything no sound is encoded: frames without content (RFC 7845 §4.1) take two octets for 120 ms,
//! so a pause costs nothing, however long.

use super::pages::{self, Kind, Page, Stand};
use opus::{LOOKAHEAD, STEREO_FRAME, StereoEncoder};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Ticks of the stream's clock, which has 48,000 a second whatever is in it, in a sample of ours.
const TICKS: u64 = 6;

/// So many frames of silence are encoded, which leads whoever hears it into silence too; then none.
const HUSH: u32 = 10;

/// The frames of silence that have a packet together: 120 ms, the most that there may be (RFC 6716 §3.2.5).
const SILENT_FRAMES: u64 = 6;

/// Frames of 20 ms and no content (RFC 6716 §3.1): six, and one.
const SIX_SILENT: [u8; 2] = [0x9f, 6];
const ONE_SILENT: [u8; 1] = [0x9c];

/// A-law has no zero: nobody says anything where no sample is louder than its softest.
const HUSH_MAX: u16 = 8;

/// So often an encoder may give up, and another one goes on.
const ENCODERS_MAX: u32 = 3;

/// The longest frame of 20 ms that we write, in octets.
const PACKET_MAX: usize = 640;

/// A stream that grows.
#[derive(Debug)]
pub(super) struct Encoding {
    serial: u32,
    sequence: u32,
    /// None before the first word. It goes on behind a silence as whoever hears it does: both were led into it.
    encoder: Option<Box<StereoEncoder>>,
    page: Page,
    /// Frames that no encoder has taken: they are silence in the stream.
    unsaid: u32,
    /// Frames of silence in a row.
    hushed: u32,
    /// Samples that are in pages, or in the one that is being filled.
    encoded: u64,
    /// Pages that the disk has not taken yet.
    sealed: Vec<u8>,
    /// The octets that it has taken.
    bytes: u64,
    /// The samples that it has taken.
    written: u64,
}

impl Encoding {
    /// One whose file has the [`head`] of its stream and nothing else.
    pub(super) fn new(serial: u32) -> Self {
        Self {
            serial,
            sequence: 2,
            encoder: None,
            page: Page::default(),
            unsaid: 0,
            hushed: 0,
            encoded: 0,
            sealed: Vec::new(),
            bytes: head(serial).len() as u64,
            written: 0,
        }
    }

    /// The first sample that is not encoded yet.
    pub(super) const fn next(&self) -> u64 {
        self.encoded
    }

    /// How many frames are missing, since no encoder has taken them.
    pub(super) const fn unsaid(&self) -> u32 {
        self.unsaid
    }

    /// What is on the disk: samples and octets.
    pub(super) const fn on_disk(&self) -> (u64, u64) {
        (self.written, self.bytes)
    }

    /// Nobody has said anything up to this sample. What is less than a frame is left to whoever goes on.
    pub(super) fn silence_until(&mut self, sample: u64) {
        let mut frames = sample.saturating_sub(self.encoded) / STEREO_FRAME as u64;
        // Whoever hears it is led into the silence first.
        while frames > 0 && self.encoder.is_some() && self.hushed < HUSH {
            self.say_frame(&[[0; 2]; STEREO_FRAME]);
            frames -= 1;
        }
        while frames > 0 {
            let (count, packet): (u64, &[u8]) = if frames >= SILENT_FRAMES {
                (SILENT_FRAMES, &SIX_SILENT)
            } else {
                (1, &ONE_SILENT)
            };
            self.put(packet, count);
            frames -= count;
        }
    }

    /// Goes on with this sound. What is less than a frame at its end is left.
    pub(super) fn say(&mut self, sound: &[[i16; 2]]) {
        for frame in sound.chunks_exact(STEREO_FRAME) {
            self.say_frame(frame);
        }
    }

    fn say_frame(&mut self, frame: &[[i16; 2]]) {
        let mut samples = frame.iter().flatten();
        let is_silent = samples.all(|sample| sample.unsigned_abs() <= HUSH_MAX);
        self.hushed = if is_silent { self.hushed.saturating_add(1) } else { 0 };
        if self.hushed > HUSH {
            return self.put(&ONE_SILENT, 1);
        }
        let mut packet = [0; PACKET_MAX];
        let len = self.encode(frame, &mut packet);
        let packet = len.and_then(|len| packet.get(..len)).unwrap_or(&ONE_SILENT);
        self.put(packet, 1);
    }

    /// What one encoder falls over is missing, and another one goes on.
    fn encode(&mut self, frame: &[[i16; 2]], packet: &mut [u8]) -> Option<usize> {
        let len = match self.unsaid {
            ENCODERS_MAX.. => None,
            _ => self.encoder.get_or_insert_with(Box::default).encode(frame, packet),
        };
        if len.is_none() {
            self.encoder = None;
            self.unsaid = self.unsaid.saturating_add(1);
        }
        len
    }

    fn put(&mut self, packet: &[u8], frames: u64) {
        if !self.page.has_room_for(packet.len()) {
            self.seal(Kind::Amid, self.encoded * TICKS);
        }
        self.page.put(packet);
        self.encoded += frames * STEREO_FRAME as u64;
    }

    fn seal(&mut self, kind: Kind, granule: u64) {
        let Self { serial, sequence, .. } = *self;
        let mut page = self.page.seal(Stand { kind, granule, serial, sequence });
        self.sealed.append(&mut page);
        self.sequence += 1;
    }

    /// What has been encoded goes to the disk, as a page of its own; or stays, where that does not take it.
    pub(super) fn flush(&mut self, file: &File) -> io::Result<()> {
        if !self.page.is_empty() {
            self.seal(Kind::Amid, self.encoded * TICKS);
        }
        self.write(file)
    }

    fn write(&mut self, file: &File) -> io::Result<()> {
        file.write_all_at(&self.sealed, self.bytes)?;
        self.bytes += self.sealed.len() as u64;
        self.sealed.clear();
        self.written = self.encoded;
        Ok(())
    }

    /// The last of it: this sound, and nothing behind it. A frame that is not full is heard as far as it goes (RFC 7845 §4.4).
    pub(super) fn end(&mut self, file: &File, sound: &[[i16; 2]]) -> io::Result<()> {
        let end = self.encoded + sound.len() as u64;
        // What is said last is heard a little later.
        let rest = usize::try_from(u64::from(LOOKAHEAD) / TICKS).unwrap_or_default() + STEREO_FRAME;
        let padded: Vec<_> =
            sound.iter().copied().chain(std::iter::repeat_n([0; 2], rest)).collect();
        self.say(&padded);
        self.seal(Kind::Last, end * TICKS + u64::from(LOOKAHEAD));
        self.write(file)?;
        self.written = end;
        Ok(())
    }
}

/// The number of the stream of a recording.
pub(super) fn serial_of(recording: u64) -> u32 {
    let [.., a, b, c, d] = recording.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// The two pages before all sound (RFC 7845 §5): what it is, and who wrote it.
pub(super) fn head(serial: u32) -> Vec<u8> {
    let skip = u16::try_from(LOOKAHEAD).unwrap_or_default().to_le_bytes();
    let rate = rtp::g711::SAMPLE_RATE_HZ.to_le_bytes();
    let what: [&[u8]; 6] = [b"OpusHead", &[1, 2], &skip, &rate, &[0; 2], &[0]];
    let writer = b"telefonist";
    let len = u32::try_from(writer.len()).unwrap_or_default().to_le_bytes();
    let who: [&[u8]; 4] = [b"OpusTags", &len, writer, &[0; 4]];
    let mut page = Page::default();
    page.put(&what.concat());
    let mut head = page.seal(Stand { kind: Kind::First, granule: 0, serial, sequence: 0 });
    page.put(&who.concat());
    head.append(&mut page.seal(Stand { kind: Kind::Amid, granule: 0, serial, sequence: 1 }));
    head
}

/// How many samples there are in a file, and of how many octets they are, both to its last whole page; which says then that it is the
/// last. None if it is no stream of Opus with its head.
pub(super) fn mend(file: &File) -> io::Result<Option<(u64, u64)>> {
    let found = pages::last(file)?;
    if found.pages < 2 {
        return Ok(None);
    }
    file.set_len(found.bytes)?;
    pages::end(file, &found)?;
    Ok(Some((samples_at(found.granule), found.bytes)))
}

/// How many samples there are in a file that is whole.
pub(super) fn samples_in(file: &File) -> io::Result<u64> {
    Ok(samples_at(pages::last(file)?.granule))
}

const fn samples_at(granule: u64) -> u64 {
    granule.saturating_sub(LOOKAHEAD as u64) / TICKS
}
