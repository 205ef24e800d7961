//! Pages of an Ogg file (RFC 3533 §6), as far as one stream of Opus needs them (RFC 7845 §3): filled, sealed, and looked through, so that
//! what a dead process has left ends with its last whole page.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The octets of a page before its table of pieces.
const HEADER_LEN: usize = 27;

/// The pieces of at most 255 octets that a page has at most.
const PIECES_MAX: usize = 255;

/// The octets at the end of a file among which there is a page: of two of the longest.
const TAIL_LEN: u64 = 2 * (HEADER_LEN + PIECES_MAX + 255 * PIECES_MAX) as u64;

/// The places of what is looked at in the header.
const KIND_AT: usize = 5;
const CHECK_AT: usize = 22;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Amid = 0,
    First = 2,
    Last = 4,
}

/// A page that is being filled.
#[derive(Debug, Default)]
pub(super) struct Page {
    pieces: Vec<u8>,
    body: Vec<u8>,
}

/// Where a page stands in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stand {
    pub(super) kind: Kind,
    /// The time at its end, in ticks of 48,000 a second.
    pub(super) granule: u64,
    /// Which stream.
    pub(super) serial: u32,
    /// Which page of it, from 0 on.
    pub(super) sequence: u32,
}

impl Page {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether a packet of so many octets has room, whole.
    pub(super) fn has_room_for(&self, packet: usize) -> bool {
        self.pieces.len() + packet / 255 < PIECES_MAX
    }

    pub(super) fn put(&mut self, packet: &[u8]) {
        // The last piece is the one that is shorter than 255 octets, and may have none.
        self.pieces.resize(self.pieces.len() + packet.len() / 255, 255);
        self.pieces.push(u8::try_from(packet.len() % 255).unwrap_or_default());
        self.body.extend_from_slice(packet);
    }

    /// The page as it is written. It is empty again then.
    pub(super) fn seal(&mut self, stand: Stand) -> Vec<u8> {
        let pieces = u8::try_from(self.pieces.len()).unwrap_or(u8::MAX);
        let fields: [&[u8]; 7] = [
            b"OggS\0",
            &[stand.kind as u8],
            &stand.granule.to_le_bytes(),
            &stand.serial.to_le_bytes(),
            &stand.sequence.to_le_bytes(),
            &[0; 4],
            &[pieces],
        ];
        let mut page: Vec<u8> = fields.into_iter().flatten().copied().collect();
        page.append(&mut self.pieces);
        page.append(&mut self.body);
        check(&mut page);
        page
    }
}

/// Writes the sum of a page into it.
fn check(page: &mut [u8]) {
    let sum = sum_of(page).to_le_bytes();
    page.iter_mut().skip(CHECK_AT).zip(sum).for_each(|(to, from)| *to = from);
}

/// The sum over a page, its own place taken as zero (RFC 3533 §6: a CRC of the polynomial 0x04c11db7, nothing turned round).
fn sum_of(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0, |sum, (at, octet)| {
        let octet = if (CHECK_AT..CHECK_AT + 4).contains(&at) { 0 } else { *octet };
        let [first, ..] = sum.to_be_bytes();
        (sum << 8) ^ SUMS.get(usize::from(first ^ octet)).copied().unwrap_or_default()
    })
}

/// The sum over each octet alone.
#[expect(clippy::indexing_slicing, reason = "it is reckoned by the compiler")]
const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let (mut octet, mut first) = (0, 0_u32);
    while octet < 256 {
        let (mut sum, mut bit) = (first << 24, 0);
        while bit < 8 {
            sum = if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 };
            bit += 1;
        }
        sums[octet] = sum;
        octet += 1;
        first += 1;
    }
    sums
};

/// What is whole of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The octets of all pages that are.
    pub(super) bytes: u64,
    /// How many there are.
    pub(super) pages: u32,
    /// The time at the end of the last one.
    pub(super) granule: u64,
    /// Where that one is, and how long.
    last: (u64, usize),
}

/// The last whole page of a file. It is looked for from the end, since pages are written in their order and there may be much of them; one
/// in the midst that has gone bad takes nothing with it, as whoever plays the file goes on behind it.
pub(super) fn last(file: &File) -> io::Result<Found> {
    let Some(first) = read_page(file, 0)? else { return Ok(Found::default()) };
    let len = file.metadata()?.len();
    let from = len.saturating_sub(TAIL_LEN);
    let mut tail = vec![0; usize::try_from(len - from).unwrap_or_default()];
    if !is_read(file, &mut tail, from)? {
        return look_through(file);
    }
    let begins = (0..tail.len()).rev().filter(|at| tail.get(*at..).is_some_and(begins_page));
    for at in begins {
        let at = from + at as u64;
        if let Some(page) = read_page(file, at)?.filter(|page| serial_of(page) == serial_of(&first))
        {
            let (bytes, pages) = (at + page.len() as u64, sequence_of(&page).unwrap_or_default());
            let granule = granule_of(&page).unwrap_or_default();
            return Ok(Found { bytes, pages: pages + 1, granule, last: (at, page.len()) });
        }
    }
    look_through(file)
}

fn begins_page(octets: &[u8]) -> bool {
    octets.starts_with(b"OggS\0")
}

/// Looks a file through to the end of its last page before the first that is not whole, or not the one that follows.
fn look_through(file: &File) -> io::Result<Found> {
    let mut found = Found::default();
    while let Some(page) = read_page(file, found.bytes)? {
        if sequence_of(&page) != Some(found.pages) {
            break;
        }
        found.last = (found.bytes, page.len());
        found.bytes += page.len() as u64;
        found.pages += 1;
        found.granule = granule_of(&page).unwrap_or(found.granule);
    }
    Ok(found)
}

/// Has it stand in the last page that nothing follows.
pub(super) fn end(file: &File, found: &Found) -> io::Result<()> {
    let (at, len) = found.last;
    let mut page = vec![0; len];
    file.read_exact_at(&mut page, at)?;
    if let Some(kind) = page.get_mut(KIND_AT) {
        *kind |= Kind::Last as u8;
    }
    check(&mut page);
    file.write_all_at(&page, at)
}

/// The page that begins there; none if it is not whole.
fn read_page(file: &File, at: u64) -> io::Result<Option<Vec<u8>>> {
    let mut page = vec![0; HEADER_LEN];
    if !is_read(file, &mut page, at)? || !begins_page(&page) {
        return Ok(None);
    }
    let pieces = page.last().copied().map(usize::from).unwrap_or_default();
    page.resize(HEADER_LEN + pieces, 0);
    if !is_read(file, &mut page, at)? {
        return Ok(None);
    }
    let body: usize = page.iter().skip(HEADER_LEN).copied().map(usize::from).sum();
    page.resize(HEADER_LEN + pieces + body, 0);
    let is_whole = is_read(file, &mut page, at)?
        && page.get(CHECK_AT..CHECK_AT + 4) == Some(&sum_of(&page).to_le_bytes());
    Ok(is_whole.then_some(page))
}

/// Whether the file has so much from there on.
fn is_read(file: &File, room: &mut [u8], at: u64) -> io::Result<bool> {
    match file.read_exact_at(room, at) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

fn granule_of(page: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(*page.get(6..)?.first_chunk()?))
}

fn serial_of(page: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*page.get(14..)?.first_chunk()?))
}

fn sequence_of(page: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*page.get(18..)?.first_chunk()?))
}
