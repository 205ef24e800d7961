//! RTCP (RFC 3550 §6): what the two ends of a stream tell each other of how it arrives.
//!
//! A datagram is a chain of packets, the first of which is a report. Such a chain is viewed in place, and
//! believed only if all of its lengths agree. What is written is one report with the writer's name, and
//! its farewell if it leaves.

use std::time::Duration;

/// Octets of a name as it is written here.
pub const NAME_LEN: usize = 16;

/// Octets of the longest [`Report`].
pub const REPORT_LEN_MAX: usize = SENDER_LEN + BLOCK_LEN + DESCRIPTION_LEN + FAREWELL_LEN;

const SENDER_LEN: usize = 28;
const BLOCK_LEN: usize = 24;
/// Header, source, kind, length and name, and at least one zero up to a whole word (§6.5).
const DESCRIPTION_LEN: usize = 4 + (4 + 2 + NAME_LEN + 1).next_multiple_of(4);
const FAREWELL_LEN: usize = 8;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const FAREWELL: u8 = 203;
/// The kind of the one item that everybody must send (§6.5.1).
const CANONICAL_NAME: u8 = 1;

/// The lost that a block can tell of: 23 bits and a sign.
const LOST_MAX: i32 = 0x7f_ffff;

/// A moment by the clock of who tells it: seconds, and parts of one in the lower 32 bits (§4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// The moment so long after the zero of a clock that need not be the day's (§4).
    #[must_use]
    pub fn since_zero(elapsed: Duration) -> Self {
        let parts = (u64::from(elapsed.subsec_nanos()) << 32) / 1_000_000_000;
        Self((elapsed.as_secs() << 32) | parts)
    }

    /// The middle half, in parts of a second of which there are 65 536: how blocks refer to a report.
    #[must_use]
    pub const fn middle(self) -> u32 {
        let [_, _, a, b, c, d, _, _] = self.0.to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }
}

/// What a sender says of what it has sent (§6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// When it says so.
    pub at: NtpTime,
    /// The same moment in the time of its packets.
    pub timestamp: u32,
    /// Packets since it began; wraps.
    pub packets: u32,
    /// Octets of their payloads; wraps.
    pub octets: u32,
}

/// What a receiver says of what it hears from one source (§6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The source.
    pub ssrc: u32,
    /// Of 256 packets since the last report so many are lost.
    pub fraction_lost: u8,
    /// Packets lost since it began; below zero where some came twice. More than 23 bits are not told.
    pub lost: i32,
    /// The highest sequence number; its wraps are counted above it.
    pub highest: u32,
    /// How unevenly they come (§A.8), in ticks of their clock.
    pub jitter: u32,
    /// [`NtpTime::middle`] of the last report of the source, zero if there was none.
    pub last_report: u32,
    /// How long ago that came, in parts of a second of which there are 65 536.
    pub since_last_report: u32,
}

impl Block {
    fn read(octets: &[u8; BLOCK_LEN]) -> Self {
        let &[s0, s1, s2, s3, fraction_lost, l0, l1, l2, rest @ ..] = octets;
        let lost = i32::from_be_bytes([l0, l1, l2, 0]) >> 8;
        let [h0, h1, h2, h3, j0, j1, j2, j3, a0, a1, a2, a3, d0, d1, d2, d3] = rest;
        Self {
            ssrc: u32::from_be_bytes([s0, s1, s2, s3]),
            fraction_lost,
            lost,
            highest: u32::from_be_bytes([h0, h1, h2, h3]),
            jitter: u32::from_be_bytes([j0, j1, j2, j3]),
            last_report: u32::from_be_bytes([a0, a1, a2, a3]),
            since_last_report: u32::from_be_bytes([d0, d1, d2, d3]),
        }
    }

    fn write(&self, pen: &mut Pen<'_>) {
        let [_, lost @ ..] = self.lost.clamp(-LOST_MAX - 1, LOST_MAX).to_be_bytes();
        pen.word(self.ssrc);
        pen.put(&[self.fraction_lost]);
        pen.put(&lost);
        pen.word(self.highest);
        pen.word(self.jitter);
        pen.word(self.last_report);
        pen.word(self.since_last_report);
    }
}

/// One packet of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A sender's report, or a receiver's.
    Report {
        /// Whose it is.
        ssrc: u32,
        /// What it has sent, if it sends.
        sent: Option<Sent>,
        /// What it hears.
        blocks: Blocks<'a>,
    },
    /// Somebody leaves.
    Farewell,
    /// Names, and all that is not known here.
    Other,
}

/// The packets of a datagram, which is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packets<'a> {
    rest: &'a [u8],
}

/// The blocks of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks<'a> {
    rest: &'a [u8],
}

/// The packets of a datagram. `None` if it does not begin with a report, or if its lengths do not agree
/// (§A.2).
#[must_use]
pub fn read(datagram: &[u8]) -> Option<Packets<'_>> {
    if !matches!(datagram, [_, SENDER_REPORT | RECEIVER_REPORT, ..]) {
        return None;
    }
    let mut packets = Packets { rest: datagram };
    while !packets.rest.is_empty() {
        packets.next_whole()?;
    }
    Some(Packets { rest: datagram })
}

impl<'a> Packets<'a> {
    /// The next packet. `None` if it is not well-formed.
    fn next_whole(&mut self) -> Option<Packet<'a>> {
        let (&[flags, kind, l0, l1], rest) = self.rest.split_first_chunk::<4>()?;
        if flags >> 6 != 2 {
            return None;
        }
        let words = usize::from(u16::from_be_bytes([l0, l1]));
        let (body, rest) = rest.split_at_checked(words * 4)?;
        self.rest = rest;
        let count = usize::from(flags & 0x1f);
        match kind {
            SENDER_REPORT => {
                let (ssrc, body) = word(body)?;
                let (&sent, body) = body.split_first_chunk::<20>()?;
                Some(Packet::Report {
                    ssrc,
                    sent: Some(sent_of(sent)),
                    blocks: blocks(body, count)?,
                })
            }
            RECEIVER_REPORT => {
                let (ssrc, body) = word(body)?;
                Some(Packet::Report { ssrc, sent: None, blocks: blocks(body, count)? })
            }
            FAREWELL => body.get(..count * 4).map(|_| Packet::Farewell),
            _ => Some(Packet::Other),
        }
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        self.next_whole()
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (octets, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(Block::read(octets))
    }
}

fn word(octets: &[u8]) -> Option<(u32, &[u8])> {
    let (word, rest) = octets.split_first_chunk()?;
    Some((u32::from_be_bytes(*word), rest))
}

fn blocks(octets: &[u8], count: usize) -> Option<Blocks<'_>> {
    octets.get(..count * BLOCK_LEN).map(|rest| Blocks { rest })
}

fn sent_of(octets: [u8; 20]) -> Sent {
    let [n0, n1, n2, n3, n4, n5, n6, n7, rest @ ..] = octets;
    let [t0, t1, t2, t3, p0, p1, p2, p3, o0, o1, o2, o3] = rest;
    Sent {
        at: NtpTime(u64::from_be_bytes([n0, n1, n2, n3, n4, n5, n6, n7])),
        timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
        packets: u32::from_be_bytes([p0, p1, p2, p3]),
        octets: u32::from_be_bytes([o0, o1, o2, o3]),
    }
}

/// Whether who reports goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There is more to come.
    Stays,
    /// It is the last report.
    Leaves,
}

/// A report with the name of its writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The source that the writer is.
    pub ssrc: u32,
    /// What it has sent since the last one, if anything.
    pub sent: Option<Sent>,
    /// What it hears, if anything.
    pub heard: Option<Block>,
    /// The name that stays when the source changes (RFC 7022): printable, and telling nothing.
    pub name: [u8; NAME_LEN],
    /// Whether it goes on.
    pub presence: Presence,
}

impl Report {
    /// Writes the report into the beginning of `room`: how many octets it has.
    pub fn write(&self, room: &mut [u8; REPORT_LEN_MAX]) -> usize {
        let mut pen = Pen { room, len: 0 };
        let count = u8::from(self.heard.is_some());
        let blocks_len = usize::from(count) * BLOCK_LEN;
        match self.sent {
            Some(_) => pen.header(count, SENDER_REPORT, SENDER_LEN + blocks_len),
            None => pen.header(count, RECEIVER_REPORT, 8 + blocks_len),
        }
        pen.word(self.ssrc);
        if let Some(Sent { at, timestamp, packets, octets }) = self.sent {
            pen.put(&at.0.to_be_bytes());
            pen.word(timestamp);
            pen.word(packets);
            pen.word(octets);
        }
        if let Some(block) = &self.heard {
            block.write(&mut pen);
        }
        self.describe(&mut pen);
        if self.presence == Presence::Leaves {
            pen.header(1, FAREWELL, FAREWELL_LEN);
            pen.word(self.ssrc);
        }
        pen.len
    }

    /// Who writes (§6.5): one source with one item. The end of its list is zeros up to a whole word.
    fn describe(&self, pen: &mut Pen<'_>) {
        let end = pen.len + DESCRIPTION_LEN;
        pen.header(1, DESCRIPTION, DESCRIPTION_LEN);
        pen.word(self.ssrc);
        let len = u8::try_from(NAME_LEN).expect("a name is shorter than 256 octets");
        pen.put(&[CANONICAL_NAME, len]);
        pen.put(&self.name);
        while pen.len < end {
            pen.put(&[0]);
        }
    }
}

/// Where a report is written.
struct Pen<'a> {
    room: &'a mut [u8; REPORT_LEN_MAX],
    len: usize,
}

impl Pen<'_> {
    fn put(&mut self, octets: &[u8]) {
        let end = self.len + octets.len();
        let room = self.room.get_mut(self.len..end).expect("REPORT_LEN_MAX holds every report");
        room.copy_from_slice(octets);
        self.len = end;
    }

    fn word(&mut self, word: u32) {
        self.put(&word.to_be_bytes());
    }

    /// The header of a packet of so many octets; it counts the words behind the first.
    fn header(&mut self, count: u8, kind: u8, len: usize) {
        let words = u16::try_from(len / 4 - 1).expect("a report is shorter than 65 536 words");
        self.put(&[0x80 | count, kind]);
        self.put(&words.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rtc_rtcp::goodbye::Goodbye;
    use rtc_rtcp::packet::Packet as Theirs;
    use rtc_rtcp::receiver_report::ReceiverReport;
    use rtc_rtcp::reception_report::ReceptionReport;
    use rtc_rtcp::sender_report::SenderReport;
    use rtc_rtcp::source_description::{SdesType, SourceDescription};

    const NAME: [u8; NAME_LEN] = *b"q7Zr0a+/kLmN12xy";

    const BLOCK: Block = Block {
        ssrc: 0xdead_beef,
        fraction_lost: 64,
        lost: -2,
        highest: 0x0001_0002,
        jitter: 12,
        last_report: 0x5678_9abc,
        since_last_report: 65_536,
    };

    fn written(report: &Report) -> Vec<u8> {
        let mut room = [0xff; REPORT_LEN_MAX];
        let len = report.write(&mut room);
        room[..len].to_vec()
    }

    fn report(sent: Option<Sent>, heard: Option<Block>, presence: Presence) -> Report {
        Report { ssrc: 7, sent, heard, name: NAME, presence }
    }

    fn told(datagram: &[u8]) -> Option<Vec<(Packet<'_>, Vec<Block>)>> {
        let blocks = |packet: &Packet<'_>| match packet {
            Packet::Report { blocks, .. } => blocks.clone().collect(),
            Packet::Farewell | Packet::Other => Vec::new(),
        };
        Some(read(datagram)?.map(|packet| (packet.clone(), blocks(&packet))).collect())
    }

    #[test]
    fn a_moment_is_told_in_seconds_and_parts_of_one() {
        let at = NtpTime::since_zero(Duration::new(0x1234_5678, 750_000_000));
        assert_eq!(at.0, 0x1234_5678_c000_0000);
        assert_eq!(at.middle(), 0x5678_c000);
    }

    #[test]
    fn the_longest_report_fills_its_room() {
        let longest = report(Some(Sent::default()), Some(BLOCK), Presence::Leaves);
        assert_eq!(written(&longest).len(), REPORT_LEN_MAX);
        assert_eq!(REPORT_LEN_MAX, 88);
    }

    #[test]
    fn whoever_leaves_says_so_behind_a_report() {
        let datagram = written(&report(None, None, Presence::Leaves));
        let told = told(&datagram).unwrap();
        let kinds: Vec<_> = told.iter().map(|(packet, _)| packet).collect();
        assert!(
            matches!(
                kinds[..],
                [Packet::Report { ssrc: 7, sent: None, .. }, Packet::Other, Packet::Farewell]
            ),
            "{kinds:?}"
        );
    }

    #[test]
    fn the_lost_have_a_sign_and_no_more_than_their_bits() {
        for (lost, told) in
            [(-2, -2), (LOST_MAX, LOST_MAX), (i32::MAX, LOST_MAX), (i32::MIN, -LOST_MAX - 1)]
        {
            let datagram = written(&report(None, Some(Block { lost, ..BLOCK }), Presence::Stays));
            let Some(Packet::Report { mut blocks, .. }) = read(&datagram).unwrap().next() else {
                panic!("no report first");
            };
            assert_eq!(blocks.next().unwrap().lost, told);
        }
    }

    #[test]
    fn what_is_no_chain_behind_a_report_is_not_read() {
        let whole = written(&report(Some(Sent::default()), Some(BLOCK), Presence::Leaves));
        assert!(read(&whole).is_some());
        // Between two packets the chain may end.
        let ends = [52, 80, 88];
        for len in 0..=whole.len() {
            assert_eq!(read(&whole[..len]).is_some(), ends.contains(&len), "{len} octets");
        }
        let names_first = &whole[52..];
        assert_eq!(read(names_first), None);
        let mut other_version = whole.clone();
        other_version[52] = 0x41;
        assert_eq!(read(&other_version), None);
        let mut more_blocks = whole.clone();
        more_blocks[0] = 0x82;
        assert_eq!(read(&more_blocks), None);
        let mut more_who_leave = whole;
        more_who_leave[80] = 0x82;
        assert_eq!(read(&more_who_leave), None);
    }

    fn any_sent() -> impl Strategy<Value = Sent> {
        any::<(u64, u32, u32, u32)>().prop_map(|(at, timestamp, packets, octets)| Sent {
            at: NtpTime(at),
            timestamp,
            packets,
            octets,
        })
    }

    fn any_block() -> impl Strategy<Value = Block> {
        (any::<(u32, u8, u32, u32, u32, u32)>(), 0..=LOST_MAX).prop_map(
            |((ssrc, fraction_lost, highest, jitter, last_report, since_last_report), lost)| {
                Block { ssrc, fraction_lost, lost, highest, jitter, last_report, since_last_report }
            },
        )
    }

    fn theirs(block: &Block) -> ReceptionReport {
        ReceptionReport {
            ssrc: block.ssrc,
            fraction_lost: block.fraction_lost,
            total_lost: u32::try_from(block.lost).unwrap(),
            last_sequence_number: block.highest,
            jitter: block.jitter,
            last_sender_report: block.last_report,
            delay: block.since_last_report,
        }
    }

    fn sender_report(ssrc: u32, sent: &Sent, blocks: &[Block]) -> SenderReport {
        SenderReport {
            ssrc,
            ntp_time: sent.at.0,
            rtp_time: sent.timestamp,
            packet_count: sent.packets,
            octet_count: sent.octets,
            reports: blocks.iter().map(theirs).collect(),
            ..SenderReport::default()
        }
    }

    fn receiver_report(ssrc: u32, blocks: &[Block]) -> ReceiverReport {
        let reports = blocks.iter().map(theirs).collect();
        ReceiverReport { ssrc, reports, ..ReceiverReport::default() }
    }

    proptest! {
        #[test]
        fn an_independent_reader_finds_what_was_written(
            ssrc: u32,
            sent in prop::option::of(any_sent()),
            heard in prop::option::of(any_block()),
            leaves: bool,
        ) {
            let presence = if leaves { Presence::Leaves } else { Presence::Stays };
            let datagram = written(&Report { ssrc, sent, heard, name: NAME, presence });
            let packets = rtc_rtcp::packet::unmarshal(&mut datagram.as_slice()).unwrap();
            prop_assert_eq!(packets.len(), 2 + usize::from(leaves));
            let blocks: Vec<Block> = heard.into_iter().collect();
            match sent {
                Some(sent) => prop_assert!(packets[0].equal(&sender_report(ssrc, &sent, &blocks))),
                None => prop_assert!(packets[0].equal(&receiver_report(ssrc, &blocks))),
            }
            let names = packets[1].as_any().downcast_ref::<SourceDescription>().unwrap();
            prop_assert_eq!(names.chunks[0].source, ssrc);
            prop_assert_eq!(names.chunks[0].items[0].sdes_type, SdesType::SdesCname);
            prop_assert_eq!(&names.chunks[0].items[0].text[..], &NAME);
            if let Some(last) = packets.get(2) {
                prop_assert_eq!(&last.as_any().downcast_ref::<Goodbye>().unwrap().sources, &vec![ssrc]);
            }
        }

        #[test]
        fn what_an_independent_writer_writes_is_read(
            ssrc: u32,
            sent in prop::option::of(any_sent()),
            heard in prop::collection::vec(any_block(), 0..31),
            leaves: bool,
        ) {
            let first: Box<dyn Theirs> = match &sent {
                Some(sent) => Box::new(sender_report(ssrc, sent, &heard)),
                None => Box::new(receiver_report(ssrc, &heard)),
            };
            let mut packets = vec![first];
            if leaves {
                packets.push(Box::new(Goodbye { sources: vec![ssrc, 8], reason: "gone".into() }));
            }
            let datagram = rtc_rtcp::packet::marshal(&packets).unwrap();
            let told = told(&datagram).expect("a well-formed datagram");
            prop_assert_eq!(told.len(), packets.len());
            let Packet::Report { ssrc: reporter, sent: says, .. } = told[0].0.clone() else {
                panic!("no report first");
            };
            prop_assert_eq!((reporter, says, &told[0].1), (ssrc, sent, &heard));
            prop_assert_eq!(told.get(1).map(|(packet, _)| packet), leaves.then_some(&Packet::Farewell));
        }

        #[test]
        fn no_octets_make_it_fall_over(
            report: bool, mut octets in prop::collection::vec(any::<u8>(), 0..200)
        ) {
            if report && let [flags, kind, ..] = &mut octets[..] {
                (*flags, *kind) = (0x80 | *flags & 3, SENDER_REPORT | *kind & 1);
            }
            if let Some(told) = told(&octets) {
                prop_assert!(!told.is_empty());
            }
        }
    }
}
