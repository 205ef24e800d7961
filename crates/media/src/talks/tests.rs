//! What comes of the pieces of a talk on the disk.

use super::*;
use crate::tape::{Of, PIECE_LEN};
use events::RecordedBy;
use media_protocol::Codec;
use rtp::g711::alaw_decode;
use std::os::unix::fs::PermissionsExt;

pub(super) const TALK: RecordingId = RecordingId(0xabc);

pub(super) fn label() -> RecordingLabel {
    let (agent, queue) = (Some("1001".into()), Some("support".into()));
    RecordingLabel { call: 7, began_at: 5, agent, started_by: RecordedBy::Queue, queue }
}

fn talks(folder: &Path) -> Talks {
    let mut talks = Talks::new(Some(folder.to_owned()), TalkForm::Wav);
    talks.begin(TALK, label());
    talks
}

pub(super) fn ended(talks: &mut Talks, packets_missed: u32) -> Recorded {
    let Some(Event::TalkRecorded { recording: TALK, result }) = talks.end(TALK, packets_missed)()
    else {
        panic!("its end is told")
    };
    result
}

/// A packet of one octet over and over.
fn say(talks: &mut Talks, side: Side, place: u64, octet: u8) {
    let octets = [octet; PIECE_LEN];
    let of = Of::Talk(TALK, side);
    let codec = Codec::Pcma;
    let sound = Sound { of, place, codec, behind: 0, goes_on: false, len: 160, octets };
    talks.keep((TALK, side), &sound);
}

/// What the file has: left and right.
pub(crate) fn read(path: &Path) -> Vec<[i16; 2]> {
    let file = fs::read(path).unwrap();
    let (header, octets) = file.split_at(44);
    assert_eq!(header, header_of(u64::try_from(octets.len()).unwrap() / 4, 2));
    let sample = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
    octets.chunks_exact(4).map(|frame| [sample(&frame[..2]), sample(&frame[2..])]).collect()
}

#[test]
fn a_long_talk_has_each_packet_of_each_side_at_its_place_whenever_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    // The other side stands a little off, so that its packets lie over the edges of what is written at once.
    for packet in (0..200_u64).filter(|packet| *packet != 3 && *packet != 100) {
        say(&mut talks, Side::Caller, 160 * packet, 0x80);
        say(&mut talks, Side::Other, 160 * packet + 77, 0x90);
    }
    // Four seconds late, over an edge, and two.
    say(&mut talks, Side::Caller, 480, 0x81);
    say(&mut talks, Side::Other, 160 * 100 + 77, 0x91);
    // After a minute in which nobody says anything.
    say(&mut talks, Side::Caller, 512_000, 0x82);
    let length = Duration::from_millis(64_020);
    let result = Recorded::OnDisk { length, bytes: 44 + 4 * 512_160, packets_missed: 4 };
    assert_eq!(ended(&mut talks, 4), result);
    let path = path(folder.path(), TALK, TalkForm::Wav);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let heard = read(&path);
    let [loud, late, other, late_other, last] = [0x80, 0x81, 0x90, 0x91, 0x82].map(alaw_decode);
    // What is lost is made up, and so is how it gives way to what comes then: 4 ms.
    for (place, [left, right]) in heard.into_iter().enumerate() {
        let expected_left = match place {
            480..640 => late,
            640..672 | 16_000..16_192 => left,
            32_000..512_000 => 0,
            0..32_000 => loud,
            _ => last,
        };
        let expected_right = match place {
            557..749 | 16_237..16_269 => right,
            0..77 | 32_077.. => 0,
            16_077..16_237 => late_other,
            _ => other,
        };
        assert_eq!([left, right], [expected_left, expected_right], "at {place}");
    }
}

#[test]
fn what_a_disk_refuses_is_missing_and_counted_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    let mut packets = 0..;
    let mut say_for = |talks: &mut Talks, count: usize| {
        for packet in packets.by_ref().take(count) {
            say(talks, Side::Caller, 160 * packet, 0x80);
        }
    };
    say_for(&mut talks, 100);
    // No octet can be written by a file that is open for reading alone.
    let closed = Growing::There(File::open(part(folder.path(), TALK)).unwrap());
    let file = std::mem::replace(&mut talks.open.get_mut(&TALK).unwrap().file, closed);
    say_for(&mut talks, 100);
    talks.open.get_mut(&TALK).unwrap().file = file;
    say_for(&mut talks, 100);
    let Recorded::OnDisk { length, packets_missed, .. } = ended(&mut talks, 0) else {
        panic!("it is kept")
    };
    assert_eq!(length, Duration::from_secs(6));
    let heard = read(&path(folder.path(), TALK, TalkForm::Wav));
    let silent = heard.iter().filter(|frame| **frame == [0; 2]).count();
    assert_eq!(silent, 160 * usize::try_from(packets_missed).unwrap());
    assert!((75..=100).contains(&packets_missed), "{packets_missed}");
}

#[test]
fn a_disk_that_refuses_to_the_end_keeps_what_it_has_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    for packet in 0..100 {
        say(&mut talks, Side::Caller, 160 * packet, 0x80);
    }
    let closed = Growing::There(File::open(part(folder.path(), TALK)).unwrap());
    talks.open.get_mut(&TALK).unwrap().file = closed;
    assert_eq!(ended(&mut talks, 0), Recorded::Failed);
    let length = Duration::from_secs(1);
    let mended = Mended { recording: TALK, length, bytes: 44 + 32_000, was_whole: false };
    assert_eq!(mend(folder.path(), |_| false).unwrap(), [mended]);
    assert_eq!(
        read(&path(folder.path(), TALK, TalkForm::Wav)),
        vec![[alaw_decode(0x80), 0]; 8_000]
    );
}

#[test]
fn a_start_makes_whole_what_was_cut_off_and_it_stays_known_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    for packet in 0..100 {
        say(&mut talks, Side::Other, 160 * packet, 0x80);
    }
    // The process is killed.
    drop(talks);
    let octets = fs::read(part(folder.path(), TALK)).unwrap();
    fs::write(part(folder.path(), TALK), &octets[..octets.len() - 3]).unwrap();
    fs::write(folder.path().join("notes.part"), "somebody's").unwrap();
    let (length, bytes) = (Duration::from_millis(999), 44 + 4 * 7_999);
    let mended = Mended { recording: TALK, length, bytes, was_whole: false };
    assert_eq!(mend(folder.path(), |_| false).unwrap(), [mended]);
    // The next process may die before it is written down.
    assert_eq!(mend(folder.path(), |_| false).unwrap(), [mended]);
    assert_eq!(
        read(&path(folder.path(), TALK, TalkForm::Wav)),
        vec![[0, alaw_decode(0x80)]; 7_999]
    );
    let beside = fs::read(label_path(folder.path(), TALK)).unwrap();
    assert_eq!(serde_json::from_slice::<RecordingLabel>(&beside).unwrap(), label());
    assert!(mend(&folder.path().join("none"), |_| false).unwrap().is_empty());
}

#[test]
fn a_talk_that_begins_while_the_disk_is_full_is_kept_from_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("recordings");
    let mut talks = talks(&place);
    for packet in 0..200 {
        if packet == 120 {
            fs::create_dir(&place).unwrap();
        }
        say(&mut talks, Side::Caller, 160 * packet, 0x80);
    }
    let Recorded::OnDisk { length, packets_missed, .. } = ended(&mut talks, 0) else {
        panic!("it is kept")
    };
    assert_eq!(length, Duration::from_secs(4));
    let heard = read(&path(&place, TALK, TalkForm::Wav));
    let silent = heard.iter().filter(|frame| **frame == [0; 2]).count();
    // A second waits in memory until there is room, which is looked for twice a second.
    assert_eq!(silent, 160 * usize::try_from(packets_missed).unwrap());
    assert!((70..=95).contains(&packets_missed), "{packets_missed}");
}

#[test]
fn a_recording_beside_which_nothing_can_be_read_is_made_whole_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    (0..100).for_each(|packet| say(&mut talks, Side::Other, 160 * packet, 0x80));
    drop(talks);
    fs::write(label_path(folder.path(), TALK), "").unwrap();
    let [mended] = mend(folder.path(), |_| false).unwrap()[..] else { panic!("there is one") };
    assert_eq!((mended.recording, mended.was_whole), (TALK, false));
    assert!(path(folder.path(), TALK, TalkForm::Wav).exists());
}

#[test]
fn a_folder_that_is_gone_fails_the_recording_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(&folder.path().join("gone"));
    say(&mut talks, Side::Caller, 0, 0x80);
    assert_eq!(ended(&mut talks, 0), Recorded::Failed);
    let mut talks = Talks::new(None, TalkForm::Wav);
    talks.begin(TALK, label());
    assert_eq!(ended(&mut talks, 0), Recorded::Failed);
}
