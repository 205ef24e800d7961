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
    let packet = said.packet();
    let mut room = [&packet[..], &[0; 16]].concat();
    sealing.seal(&said.header, packet.len(), &mut room).unwrap().to_vec()
}

/// The payload of a packet that was sent, opened.
fn opened_by(opening: &mut Opening, sent: &Sent) -> Vec<u8> {
    let mut packet = [&sent.header.encode()[..], &sent.payload].concat();
    opening.open(&mut packet).unwrap()[rtp::HEADER_LEN..].to_vec()
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
    assert_eq!(opened_by(&mut Opening::new(key(1)), out), said.payload);
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
    stage.now += Duration::from_secs(1);
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
        assert!(name_of(&opened_by(&mut phone_opens, &sent), 8).starts_with("tune."));
    }
}

/// Leg 1 is sealed and bridged with leg 2, and its phone has been heard.
fn talking() -> (Stage, Said, Sealing) {
    let mut stage = Stage::new();
    stage.open(1, sealed(1));
    stage.open(2, format(2));
    stage.bridge(1, 2);
    let (said, mut phone_seals) = (Said::first(), Sealing::new(key(2)));
    stage.receive(1, phone(1), &sealed_by(&mut phone_seals, &said));
    assert_eq!(stage.sent().len(), 1);
    (stage, said, phone_seals)
}

#[test]
fn a_flood_of_forged_packets_is_looked_at_so_often_a_second_and_fewer_keep_nobody_out() {
    let (mut stage, said, mut phone_seals) = talking();
    let forged = sealed_by(&mut Sealing::new(key(3)), &said.next(9));
    let mut heard = Vec::new();
    for forgeries in [999, 2, 100_000] {
        stage.now += Duration::from_secs(1);
        (0..forgeries).for_each(|_| stage.receive(1, phone(1), &forged));
        let next = said.next(1 + u16::try_from(heard.len()).unwrap());
        stage.receive(1, phone(1), &sealed_by(&mut phone_seals, &next));
        heard.push(stage.sent().len());
    }
    assert_eq!(heard, [1, 1, 0], "what comes behind the flood is not looked at");
    stage.now += Duration::from_secs(1);
    stage.receive(1, phone(1), &sealed_by(&mut phone_seals, &said.next(4)));
    assert_eq!(stage.sent().len(), 1);
}

#[test]
fn a_packet_whose_seal_is_right_moves_a_silent_peer_to_any_place_at_once() {
    let elsewhere = "203.0.113.9:61000".parse().unwrap();
    let (mut stage, said, mut phone_seals) = talking();
    stage.now += Duration::from_millis(499);
    stage.receive(1, elsewhere, &sealed_by(&mut phone_seals, &said.next(1)));
    assert_eq!(stage.sent().len(), 0, "the peer is not silent");
    stage.now += Duration::from_millis(1);
    stage.hear(1, &said.next(2));
    stage.receive(1, elsewhere, &said.next(2).packet());
    stage.receive(1, elsewhere, &sealed_by(&mut Sealing::new(key(3)), &said.next(2)));
    assert_eq!(stage.sent().len(), 0, "none of them proves anything");
    stage.receive(1, elsewhere, &sealed_by(&mut phone_seals, &said.next(2)));
    assert_eq!(stage.sent().len(), 1);
    stage.hear(2, &said);
    assert_eq!(stage.sent()[0].to, elsewhere);
}
