//! Streams whose sound is encrypted (SRTP).

use super::*;
use crate::protection::{Opening, Sealing};
use media_protocol::{MasterKey, Protection, Suite};

const SUITE: Suite = Suite::AesCm128HmacSha1_80;

fn key(filling: u8) -> MasterKey {
    MasterKey::new(SUITE, &vec![filling; SUITE.octets()]).unwrap()
}

/// Ours is 1, the phone's is 2.
fn sealed(leg: u64) -> Format {
    let keys = Protection { ours: key(1), theirs: key(2) };
    Format { protection: Some(Arc::new(keys)), ..format(leg) }
}

fn sealed_by(sealing: &mut Sealing, said: &Said) -> Vec<u8> {
    sealing.seal(&said.header, &said.packet()).unwrap().as_ref().to_vec()
}

#[test]
fn what_comes_sealed_goes_out_in_the_clear_to_who_agreed_on_that_and_the_other_way_round() {
    let mut stage = Stage::new();
    stage.open(1, sealed(1));
    stage.open(2, format(2));
    stage.bridge(1, 2);
    let (said, mut phone_seals) = (Said::first(), Sealing::new(key(2)));
    stage.receive(1, phone(1), &sealed_by(&mut phone_seals, &said));
    let [clear] = &stage.sent()[..] else { panic!("one packet goes on") };
    assert_eq!((clear.socket, &clear.payload), (2, &said.payload));

    stage.hear(2, &said);
    let [out] = &stage.sent()[..] else { panic!("one packet goes on") };
    assert_eq!(out.socket, 1);
    assert_ne!(out.payload[..FRAME_LEN], said.payload);
    let packet = [&out.header.encode()[..], &out.payload].concat();
    let opened = Opening::new(key(1)).open(&packet).unwrap();
    assert_eq!(opened.as_ref()[rtp::HEADER_LEN..], said.payload);
}

#[test]
fn forged_and_plain_packets_change_nothing_and_end_no_call() {
    let mut stage = Stage::new();
    stage.open(1, sealed(1));
    stage.open(2, format(2));
    stage.bridge(1, 2);
    let said = Said::first();
    let mut stranger = Sealing::new(key(3));
    for count in 0..1_000 {
        stage.receive(1, phone(1), &sealed_by(&mut stranger, &said.next(count)));
        stage.hear(1, &said.next(count));
    }
    assert_eq!((stage.sent().len(), stage.events()), (0, vec![]));
    stage.receive(1, phone(1), &sealed_by(&mut Sealing::new(key(2)), &said));
    assert_eq!(stage.sent().len(), 1);
    assert_eq!(stage.events(), [Event::Heard { stream: LegId(1) }]);
    stage.handle(Command::Close { stream: LegId(1) });
    let [Event::Closed { report, .. }] = stage.events()[..] else { panic!("it closes") };
    assert_eq!((report.packets_unproved, report.packets_received), (2_000, 1));
}

#[test]
fn music_is_sealed_too() {
    let mut stage = Stage::new();
    stage.open(1, sealed(1));
    stage.play(1, 1, &[], Then::Music(TUNE));
    stage.run(Duration::from_millis(100));
    let mut phone_opens = Opening::new(key(1));
    let sent = stage.sent();
    assert_eq!(sent.len(), 5);
    for sent in sent {
        let packet = [&sent.header.encode()[..], &sent.payload].concat();
        let clear = phone_opens.open(&packet).unwrap();
        assert!(name_of(&clear.as_ref()[rtp::HEADER_LEN..], 8).starts_with("tune."));
    }
}
