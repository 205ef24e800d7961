//! What a stream and its peer tell each other of how sound arrives (RTCP).

use super::*;
use crate::protection::{Opening, ReportRoom, Sealing};
use media_protocol::{MasterKey, Protection, StreamReport, Suite, Told};
use rtp::rtcp::{Block, NAME_LEN, NtpTime, Packet, Presence, REPORT_LEN_MAX, Report, read};

/// The source that the phones of the stage are.
const SSRC: u32 = 77;

const FRAME: Duration = Duration::from_millis(20);

/// Where a phone takes reports that has a port of its own for them.
fn control_of(leg: u64) -> SocketAddr {
    SocketAddr::new(phone(leg).ip(), phone(leg).port() + 1)
}

fn apart(leg: u64) -> Format {
    Format { control: ControlPath::At(control_of(leg)), ..format(leg) }
}

/// What a phone says that hears us and sends nothing, or sends until the moment `sent`.
fn said_by_phone(
    sent: Option<rtp::rtcp::Sent>,
    heard: Option<Block>,
    presence: Presence,
) -> Vec<u8> {
    let report = Report { ssrc: SSRC, sent, heard, name: [b'x'; NAME_LEN], presence };
    let mut room = [0; REPORT_LEN_MAX];
    let len = report.write(&mut room);
    room[..len].to_vec()
}

/// A phone speaks evenly for so many packets, but for those of `lost`.
fn speaks(stage: &mut Stage, leg: u64, packets: std::ops::Range<u16>, lost: impl Fn(u16) -> bool) {
    for number in packets {
        if !lost(number) {
            stage.hear(leg, &Said::first().next(number));
        }
        stage.run(FRAME);
    }
}

/// Source, what it has sent and what it hears, of a report that we sent.
fn told(reported: &Reported) -> (u32, Option<rtp::rtcp::Sent>, Option<Block>) {
    match read(&reported.datagram).expect("our reports can be read").next() {
        Some(Packet::Report { ssrc, sent, mut blocks }) => (ssrc, sent, blocks.next()),
        other => panic!("a report comes first, and not {other:?}"),
    }
}

fn closed(stage: &mut Stage, leg: u64) -> StreamReport {
    stage.handle(Command::Close { stream: LegId(leg) });
    let mut reports = Vec::new();
    for event in stage.events() {
        if let Event::Closed { report, .. } = event {
            reports.push(report);
        }
    }
    reports.into_iter().next().expect("it is told what the stream did")
}

#[test]
fn a_phone_is_told_every_few_seconds_what_was_sent_and_how_it_is_heard() {
    let mut stage = Stage::with([1]);
    stage.play(1, 1, &[], Then::Music(TUNE));
    speaks(&mut stage, 1, 0..3_000, |number| number % 4 == 3);
    let (sent, reports) = (stage.sent(), stage.reports());
    assert!((8..=24).contains(&reports.len()), "{} reports in a minute", reports.len());
    let gaps = reports.windows(2).map(|pair| pair[1].at.since(pair[0].at).as_millis());
    let gaps: Vec<_> = gaps.collect();
    assert!(gaps.iter().all(|gap| (2_500..=7_520).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().any(|gap| *gap != gaps[0]), "{gaps:?}");
    assert!(reports.iter().all(|report| (report.socket, report.to) == (1, phone(1))));

    let last = reports.last().unwrap();
    let (ssrc, Some(says), Some(block)) = told(last) else { panic!("no whole report") };
    let before = sent.iter().filter(|sent| sent.at <= last.at);
    let latest = before.clone().next_back().unwrap();
    assert_eq!(ssrc, latest.header.ssrc);
    assert_eq!(usize::try_from(says.packets).unwrap(), before.count());
    assert_eq!(says.octets, 160 * says.packets);
    assert!(says.timestamp.wrapping_sub(latest.header.timestamp) < 160);
    assert_eq!(says.at, NtpTime::since_zero(last.at.since(Moment::ZERO)));
    assert_eq!(block.ssrc, SSRC);
    assert!((60..=68).contains(&block.fraction_lost), "a quarter: {block:?}");
    assert_eq!(block.lost, i32::try_from((block.highest - 99) / 4).unwrap());
    assert_eq!((block.jitter, block.last_report), (0, 0));
}

#[test]
fn reports_go_to_the_port_behind_where_they_do_not_go_with_the_sound() {
    let mut stage = Stage::new();
    stage.open(1, apart(1));
    let named = "192.0.2.2:7000".parse().unwrap();
    stage.open(2, Format { control: ControlPath::At(named), ..format(2) });
    stage.run(Duration::from_secs(8));
    let ways: Vec<_> = stage.reports().iter().map(|report| (report.socket, report.to)).collect();
    assert!(ways.contains(&(64 + 1, control_of(1))), "{ways:?}");
    assert!(ways.contains(&(64 + 2, named)), "{ways:?}");
    assert!(ways.iter().all(|(socket, _)| *socket > 64), "{ways:?}");
}

#[test]
fn behind_a_nat_reports_go_where_the_phones_own_come_from_and_never_to_who_was_merely_named() {
    let mut stage = Stage::new();
    let (inner, outer) = ("10.0.0.7:4000", "192.0.2.1:31000");
    let third_party = "203.0.113.9:53".parse().unwrap();
    stage.open(
        1,
        Format {
            remote: inner.parse().unwrap(),
            control: ControlPath::At(third_party),
            ..format(1)
        },
    );
    stage.run(Duration::from_secs(10));
    assert_eq!(stage.reports().len(), 0, "nobody was heard yet");
    for number in 0..10 {
        stage.receive(1, outer.parse().unwrap(), &Said::first().next(number).packet());
    }
    stage.run(Duration::from_secs(8));
    let to: Vec<_> = stage.reports().iter().map(|report| report.to.to_string()).collect();
    assert!(!to.is_empty() && to.iter().all(|to| to == "192.0.2.1:31001"), "{to:?}");

    let own = "192.0.2.1:45555".parse().unwrap();
    stage.receive(64 + 1, own, &said_by_phone(None, None, Presence::Stays));
    stage.run(Duration::from_secs(8));
    let to: Vec<_> = stage.reports().iter().map(|report| report.to).collect();
    assert!(!to.is_empty() && to.iter().all(|to| *to == own), "{to:?}");
}

#[test]
fn the_way_there_and_back_is_known_from_the_phones_answer() {
    let mut stage = Stage::new();
    stage.open(1, apart(1));
    stage.play(1, 1, &[], Then::Music(TUNE));
    speaks(&mut stage, 1, 0..500, |_| false);
    let report = stage.reports().pop().unwrap();
    let (ours, Some(sent), _) = told(&report) else { panic!("a sender's report") };
    // It is 40 ms on its way, and answered after one second; the answer takes as long.
    stage.now = report.at + Duration::from_millis(40 + 1_000 + 40);
    let block = Block {
        ssrc: ours,
        lost: 12,
        jitter: 80,
        last_report: sent.at.middle(),
        since_last_report: 65_536,
        ..Block::default()
    };
    let theirs =
        rtp::rtcp::Sent { at: NtpTime(0x1234_5678_9abc_def0), ..rtp::rtcp::Sent::default() };
    let foreign = Block { ssrc: ours ^ 1, lost: 999, ..block };
    stage.receive(
        64 + 1,
        control_of(1),
        &said_by_phone(Some(theirs), Some(block), Presence::Stays),
    );
    stage.receive(64 + 1, control_of(1), &said_by_phone(None, Some(foreign), Presence::Stays));
    let answered_at = stage.now;
    stage.run(Duration::from_secs(8));
    let next = stage.reports().into_iter().find(|next| next.at > answered_at).unwrap();
    let (_, _, Some(back)) = told(&next) else { panic!("it is told how the phone is heard") };
    assert_eq!(back.last_report, 0x5678_9abc);
    let parts = next.at.since(answered_at).as_micros() * 65_536 / 1_000_000;
    assert_eq!(u128::from(back.since_last_report), parts);

    let report = closed(&mut stage, 1);
    let there_and_back = report.round_trip.unwrap().as_micros();
    assert!((79_900..=80_100).contains(&there_and_back), "{there_and_back}");
    assert_eq!(report.told, Some(Told { lost: 12, jitter: Duration::from_millis(10) }));
    assert_eq!((report.control_received, report.control_dropped), (2, 0));
}

#[test]
fn what_a_stream_did_tells_how_it_was_heard() {
    let mut stage = Stage::with([1, 2]);
    speaks(&mut stage, 1, 0..1_000, |number| number % 20 == 10);
    // Every second packet is 10 ms late.
    for number in 0..1_000_u16 {
        let late = Duration::from_millis(if number % 2 == 0 { 0 } else { 10 });
        stage.run(late);
        stage.hear(2, &Said::first().next(number));
        stage.run(FRAME - late);
    }
    let lossy = closed(&mut stage, 1);
    assert_eq!(
        (lossy.packets_received, lossy.packets_lost, lossy.packets_expected),
        (950, 50, 1_000)
    );
    assert_eq!((lossy.jitter, lossy.jitter_max), (Some(Duration::ZERO), Some(Duration::ZERO)));
    assert_eq!(lossy.mos_hundredths, Some(390));
    let uneven = closed(&mut stage, 2);
    assert_eq!((uneven.packets_lost, uneven.packets_expected), (0, 1_000));
    let jitter = uneven.jitter.unwrap().as_micros();
    assert!((9_000..=10_000).contains(&jitter), "{jitter}");
    assert!(uneven.mos_hundredths.unwrap() > 430, "{uneven:?}");
}

#[test]
fn of_a_phone_that_was_never_heard_nothing_is_made_up() {
    let mut stage = Stage::with([1]);
    stage.run(Duration::from_secs(5));
    let report = closed(&mut stage, 1);
    assert_eq!((report.mos_hundredths, report.jitter, report.round_trip), (None, None, None));
    assert_eq!((report.told, report.packets_expected), (None, 0));
}

#[test]
fn a_farewell_ends_no_call_and_ours_ends_the_reports() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    speaks(&mut stage, 1, 0..10, |_| false);
    stage.events();
    stage.sent();
    stage.receive(1, phone(1), &said_by_phone(None, None, Presence::Leaves));
    speaks(&mut stage, 1, 10..20, |_| false);
    assert_eq!(stage.events(), []);
    assert_eq!(stage.sent().len(), 10, "the talk goes on");

    assert_eq!(closed(&mut stage, 2).control_sent, 1);
    let reports = stage.reports();
    let [last] = &reports[..] else { panic!("one report and not {reports:?}") };
    let kinds: Vec<_> = read(&last.datagram).unwrap().collect();
    assert_eq!(kinds.last(), Some(&Packet::Farewell));
}

#[test]
fn strangers_can_say_nothing_of_a_stream() {
    let mut stage = Stage::new();
    stage.open(1, apart(1));
    speaks(&mut stage, 1, 0..10, |_| false);
    stage.play(1, 1, &[], Then::Music(TUNE));
    stage.run(FRAME * 2);
    let ours = stage.sent().pop().unwrap().header.ssrc;
    let lie = said_by_phone(
        None,
        Some(Block { ssrc: ours, lost: 999, ..Block::default() }),
        Presence::Leaves,
    );
    let stranger = "198.51.100.6:4001".parse().unwrap();
    stage.receive(64 + 1, stranger, &lie);
    stage.receive(1, stranger, &lie);
    // From the right address, and of another source.
    let mut other = lie.clone();
    other[7] ^= 1;
    stage.receive(64 + 1, control_of(1), &other);
    stage.receive(64 + 1, control_of(1), &lie[1..]);
    stage.receive(64 + 1, control_of(1), &Said::first().packet());
    let counts = stage.streams.counts();
    assert_eq!((counts.control_received, counts.control_dropped), (0, 5));
    assert_eq!(counts.packets_received, 10);
    // However many there are, the peer's own still count among those that are looked at.
    stage.run(Duration::from_secs(2));
    stage.receive(64 + 1, control_of(1), &said_by_phone(None, None, Presence::Stays));
    let report = closed(&mut stage, 1);
    assert_eq!((report.told, report.control_received, report.control_dropped), (None, 1, 5));
    stage.receive(64 + 1, control_of(1), &lie);
    assert_eq!(stage.streams.counts().packets_unlent, 1);
}

#[test]
fn where_sound_is_sealed_reports_are_too_and_others_are_not_believed() {
    for suite in [Suite::AesCm128HmacSha1_80, Suite::AeadAes128Gcm] {
        let key = |filling| MasterKey::new(suite, &vec![filling; suite.octets()]).unwrap();
        let keys = Protection { ours: key(1), theirs: key(2) };
        let mut stage = Stage::new();
        stage.open(1, Format { protection: Some(Arc::new(keys)), ..apart(1) });
        stage.play(1, 1, &[], Then::Music(TUNE));
        stage.run(Duration::from_secs(20));
        let (mut opening, reports) = (Opening::new(key(1)), stage.reports());
        assert!(reports.len() >= 2);
        for report in reports {
            assert!(read(&report.datagram).is_none_or(|mut packets| {
                !matches!(packets.next(), Some(Packet::Report { sent: Some(sent), .. })
                    if sent.at == NtpTime::since_zero(report.at.since(Moment::ZERO)))
            }));
            let mut datagram = report.datagram.clone();
            let clear =
                opening.open_report(&mut datagram).expect("it is sealed with our key").to_vec();
            let (_, sent, _) = told(&Reported { datagram: clear, ..report });
            assert!(sent.is_some());
        }
        let said = said_by_phone(None, None, Presence::Stays);
        let mut room: ReportRoom = [0; _];
        room[..said.len()].copy_from_slice(&said);
        let len = Sealing::new(key(2)).seal_report(SSRC, said.len(), &mut room).unwrap();
        for from in [&room[..len], &room[..len], &said] {
            stage.receive(64 + 1, control_of(1), from);
        }
        let report = closed(&mut stage, 1);
        assert_eq!((report.control_received, report.control_dropped), (1, 2), "{suite:?}");
    }
}

/// It may send no more noise for as long as its person hears the same (RFC 3389 §4).
#[test]
fn a_phone_that_has_said_it_is_quiet_is_there_as_long_as_it_reports() {
    let report = said_by_phone(None, None, Presence::Stays);
    for (payload_type, silences) in [(13, 0), (8, 1)] {
        let mut stage = Stage::with([1]);
        let mut said = Said::first();
        said.header.payload_type = payload_type;
        stage.hear(1, &said);
        for _ in 0..100 {
            stage.run(SILENCE_MAX / 2);
            stage.receive(1, phone(1), &report);
        }
        let told = stage.events();
        let silent = told.iter().filter(|event| matches!(event, Event::Silent { .. }));
        assert_eq!(silent.count(), silences);
    }
}

/// A phone reports on hold too, whoever is at it.
#[test]
fn a_phone_on_hold_is_waited_for_as_long_as_it_may_be_though_it_reports() {
    let report = said_by_phone(None, None, Presence::Stays);
    for payload_type in [13, 8] {
        let mut stage = Stage::with([1]);
        let mut said = Said::first();
        said.header.payload_type = payload_type;
        stage.hear(1, &said);
        let held = Format { direction: Direction::SendOnly, ..format(1) };
        stage.handle(Command::Adjust { stream: LegId(1), format: held });
        let reports = HOLD_MAX.as_micros() / (SILENCE_MAX / 2).as_micros() + 2;
        for _ in 0..reports {
            stage.run(SILENCE_MAX / 2);
            stage.receive(1, phone(1), &report);
        }
        let told = stage.events();
        let silent = told.iter().filter(|event| matches!(event, Event::Silent { .. }));
        assert_eq!(silent.count(), 1, "{payload_type}");
    }
}
