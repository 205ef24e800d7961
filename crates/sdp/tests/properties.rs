//! What holds for every description, written by us or by anyone.

use proptest::prelude::*;
use sdp::{Codec, Direction, LocalSession, Session, agree, answer};

fn any_direction() -> impl Strategy<Value = Direction> {
    prop_oneof![
        Just(Direction::SendRecv),
        Just(Direction::SendOnly),
        Just(Direction::RecvOnly),
        Just(Direction::Inactive),
    ]
}

fn any_codecs() -> impl Strategy<Value = Vec<Codec>> {
    prop_oneof![
        Just(vec![Codec::Pcma]),
        Just(vec![Codec::Pcmu]),
        Just(vec![Codec::Pcma, Codec::Pcmu]),
        Just(vec![Codec::Pcmu, Codec::Pcma]),
    ]
}

/// Lines that look like a description and are wrong in every way.
fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        "m=(audio|video|image) [0-9]{1,6} (RTP/AVP|RTP/SAVPF|udptl)( [0-9]{1,3}){0,4}",
        "c=IN (IP4|IP6) ([0-9.:/a-z]{0,20})",
        "a=(rtpmap:[0-9]{1,3} (PCMA|PCMU|telephone-event)/(8000|48000)|sendonly|ptime:[0-9]{0,4}|rtcp-mux|rtcp:[0-9]{0,6}( IN IP[46] [0-9.:]{0,9})?)",
        "[vostab]=.{0,20}",
        ".{0,30}",
    ]
}

proptest! {
    #[test]
    fn both_ends_settle_the_same_thing(
        ours in any_codecs(), theirs in any_codecs(), direction in any_direction(), v6 in any::<bool>()
    ) {
        let (a, b) = if v6 { ("[2001:db8::1]:4000", "[::1]:6000") } else { ("10.0.0.1:4000", "10.0.0.2:6000") };
        let mut caller = LocalSession::new(a.parse().unwrap(), 1, theirs.clone());
        let mut centre = LocalSession::new(b.parse().unwrap(), 2, ours.clone());
        let offer = Session::parse(&caller.offer(direction)).unwrap();
        match centre.answer(&offer) {
            Ok((body, here)) => {
                let there = caller.agree(&Session::parse(&body).unwrap()).unwrap();
                prop_assert_eq!(here.codec, there.codec);
                prop_assert_eq!(here.payload_type, there.payload_type);
                prop_assert_eq!(here.event_type, there.event_type);
                prop_assert_eq!(here.direction, there.direction.reversed());
                prop_assert_eq!(here.remote, a.parse().unwrap());
                prop_assert_eq!(there.remote, b.parse().unwrap());
            }
            Err(_) => prop_assert!(!ours.iter().any(|codec| theirs.contains(codec))),
        }
    }

    #[test]
    fn an_answer_has_the_lines_of_its_offer(lines in prop::collection::vec(any_line(), 0..20)) {
        let body = format!("v=0\r\n{}\r\n", lines.join("\r\n"));
        let local = LocalSession::new("10.0.0.9:6000".parse().unwrap(), 1, vec![Codec::Pcma]);
        if let Ok(offer) = Session::parse(body.as_bytes()) {
            if let Ok((body, agreed)) = answer(&offer, local.local()) {
                let ours = Session::parse(&body).unwrap();
                prop_assert_eq!(ours.media.len(), offer.media.len());
                for (ours, theirs) in ours.media.iter().zip(&offer.media) {
                    prop_assert_eq!(&ours.transport, &theirs.transport);
                    prop_assert_eq!(ours.kind.to_lowercase(), theirs.kind.to_lowercase());
                }
                prop_assert_eq!(ours.media.iter().filter(|line| line.audio.is_some()).count(), 1);
                prop_assert_eq!(ours.audio().unwrap().direction, agreed.direction);
            }
            let _ = agree(local.local(), &offer);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Session::parse(&bytes);
    }
}
