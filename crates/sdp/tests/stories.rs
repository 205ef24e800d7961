//! Offers and answers as phones on the street write them.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use expect_test::{Expect, expect};
use media_protocol::ControlPath;
use sdp::{
    AnswerFault, Clock, Codec, Direction, Keys, Local, LocalSession, Mux, NoCommonCodec, SdpError,
    Session, Srtp, agree, answer, offer,
};
use std::time::Duration;

fn ours() -> Local {
    Local::new("192.0.2.9:6000".parse().unwrap(), 77, vec![Codec::Pcma, Codec::Pcmu])
}

/// The lines of a body that every description here starts with, and then these.
fn described(lines: &[&str]) -> Vec<u8> {
    let mut text = String::from("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n");
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn parsed(lines: &[&str]) -> Session {
    Session::parse(&described(lines)).unwrap()
}

/// What we answer to an offer of these lines, without the lines that are always the same.
fn check_answer(lines: &[&str], expected: Expect) {
    let seen = match answer(&parsed(lines), &ours()) {
        Ok((body, agreed)) => {
            let body = std::str::from_utf8(&body).unwrap().replace("\r\n", "\n");
            let media = body.split_once("t=0 0\n").unwrap().1.to_owned();
            format!(
                "{media}to {} as {}, events {:?}, {:?}, {:?}\n",
                agreed.remote,
                agreed.payload_type,
                agreed.event_type,
                agreed.direction,
                agreed.ptime
            )
        }
        Err(NoCommonCodec) => "refused\n".to_owned(),
    };
    expected.assert_eq(&seen);
}

#[test]
fn our_offer_has_both_codecs_and_the_keys() {
    let body = offer(&ours(), Direction::SendRecv);
    expect![[r#"
        v=0
        o=- 77 1 IN IP4 192.0.2.9
        s=-
        c=IN IP4 192.0.2.9
        t=0 0
        m=audio 6000 RTP/AVP 8 0 101
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtcp-mux
        a=ptime:20
        a=sendrecv
    "#]]
    .assert_eq(&std::str::from_utf8(&body).unwrap().replace("\r\n", "\n"));
    assert!(body.ends_with(b"\r\n"));
}

#[test]
fn numbers_without_a_map_are_the_static_ones() {
    check_answer(
        &[
            "c=IN IP4 192.0.2.1",
            "m=audio 7078 RTP/AVP 0 8 18 96",
            "a=rtpmap:96 telephone-event/8000",
        ],
        expect![[r#"
            m=audio 6000 RTP/AVP 0 96
            a=rtpmap:0 PCMU/8000
            a=rtpmap:96 telephone-event/8000
            a=fmtp:96 0-15
            a=ptime:20
            a=sendrecv
            to 192.0.2.1:7078 as 0, events Some(96), SendRecv, 20ms
        "#]],
    );
}

/// Where the reports go after an offer with these lines behind its `m=`, and whether the answer says that they
/// go with the sound.
fn reports(lines: &[&str]) -> (ControlPath, bool) {
    let lines = [&["c=IN IP4 192.0.2.1", "m=audio 7078 RTP/AVP 8"], lines].concat();
    let (body, agreed) = answer(&parsed(&lines), &ours()).unwrap();
    let theirs = Session::parse(&body).unwrap();
    (agreed.control, theirs.audio().unwrap().mux == Mux::Together)
}

#[test]
fn reports_go_with_the_sound_where_that_was_offered_and_else_where_the_phone_says() {
    let at = |address: &str| (ControlPath::At(address.parse().unwrap()), false);
    assert_eq!(reports(&["a=rtcp-mux"]), (ControlPath::WithSound, true));
    assert_eq!(reports(&["a=rtcp:9000", "a=rtcp-mux"]), (ControlPath::WithSound, true));
    assert_eq!(reports(&[]), at("192.0.2.1:7079"));
    assert_eq!(reports(&["a=rtcp:9000"]), at("192.0.2.1:9000"));
    assert_eq!(reports(&["a=rtcp:9000 IN IP4 192.0.2.7"]), at("192.0.2.7:9000"));
    assert_eq!(reports(&["a=rtcp:9000 IN IP6 2001:db8::7"]), at("[2001:db8::7]:9000"));
    for unreadable in ["a=rtcp:", "a=rtcp:70000", "a=rtcp:9000 IN IP4 elsewhere"] {
        assert_eq!(reports(&[unreadable]), at("192.0.2.1:7079"), "{unreadable}");
    }
}

#[test]
fn whether_our_offer_of_both_in_one_is_taken_the_answer_says() {
    let lines = ["c=IN IP4 192.0.2.1", "m=audio 7078 RTP/AVP 8", "a=rtcp-mux"];
    let control = |lines| agree(&ours(), &parsed(lines)).unwrap().control;
    assert_eq!(control(&lines), ControlPath::WithSound);
    assert_eq!(control(&lines[..2]), ControlPath::At("192.0.2.1:7079".parse().unwrap()));
}

#[test]
fn a_dynamic_number_comes_back_as_it_was_offered() {
    check_answer(
        &[
            "m=audio 4000 RTP/AVP 111 97 98",
            "c=IN IP4 192.0.2.1",
            "a=rtpmap:111 opus/48000/2",
            "a=rtpmap:97 pcma/8000/1",
            "a=rtpmap:98 Telephone-Event/8000",
            "a=ptime:30",
        ],
        expect![[r#"
            m=audio 6000 RTP/AVP 97 98
            a=rtpmap:97 PCMA/8000
            a=rtpmap:98 telephone-event/8000
            a=fmtp:98 0-15
            a=ptime:20
            a=sendrecv
            to 192.0.2.1:4000 as 97, events Some(98), SendRecv, 30ms
        "#]],
    );
}

#[test]
fn keys_of_another_clock_are_left_out() {
    check_answer(
        &[
            "c=IN IP4 192.0.2.1",
            "m=audio 4000 RTP/AVPF 8 110 126",
            "a=rtpmap:110 telephone-event/48000",
            "a=rtpmap:126 telephone-event/8000",
        ],
        expect![[r#"
            m=audio 6000 RTP/AVPF 8 126
            a=rtpmap:8 PCMA/8000
            a=rtpmap:126 telephone-event/8000
            a=fmtp:126 0-15
            a=ptime:20
            a=sendrecv
            to 192.0.2.1:4000 as 8, events Some(126), SendRecv, 20ms
        "#]],
    );
}

#[test]
fn other_media_are_refused_in_their_place() {
    check_answer(
        &[
            "c=IN IP4 192.0.2.1",
            "m=video 5000 RTP/AVP 99 31",
            "a=rtpmap:99 H264/90000",
            "m=audio 4000 RTP/AVP 8",
            "m=image 5002 udptl t38",
            "m=audio 4002 RTP/AVP 0",
        ],
        expect![[r#"
            m=video 0 RTP/AVP 99
            m=audio 6000 RTP/AVP 8
            a=rtpmap:8 PCMA/8000
            a=ptime:20
            a=sendrecv
            m=image 0 udptl t38
            m=audio 0 RTP/AVP 0
            to 192.0.2.1:4000 as 8, events None, SendRecv, 20ms
        "#]],
    );
}

#[test]
fn an_encrypted_line_is_passed_over_for_a_plain_one() {
    check_answer(
        &["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 8", "m=audio 4002 RTP/AVP 8"],
        expect![[r#"
            m=audio 0 RTP/SAVP 8
            m=audio 6000 RTP/AVP 8
            a=rtpmap:8 PCMA/8000
            a=ptime:20
            a=sendrecv
            to 192.0.2.1:4002 as 8, events None, SendRecv, 20ms
        "#]],
    );
}

#[test]
fn an_offer_without_our_codecs_is_refused() {
    check_answer(
        &["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 9 18"],
        expect![[r#"
        refused
    "#]],
    );
    check_answer(
        &["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 97", "a=rtpmap:97 PCMA/16000"],
        expect![[r#"
        refused
    "#]],
    );
    check_answer(
        &["c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 8"],
        expect![[r#"
        refused
    "#]],
    );
    check_answer(
        &[],
        expect![[r#"
        refused
    "#]],
    );
}

#[test]
fn a_number_mapped_to_another_codec_is_that_codec() {
    check_answer(
        &["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8 0", "a=rtpmap:8 G722/8000"],
        expect![[r#"
            m=audio 6000 RTP/AVP 0
            a=rtpmap:0 PCMU/8000
            a=ptime:20
            a=sendrecv
            to 192.0.2.1:4000 as 0, events None, SendRecv, 20ms
        "#]],
    );
}

#[test]
fn directions_are_turned_round_by_attribute_and_by_address() {
    for (lines, expected) in [
        (vec!["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "a=sendonly"], Direction::RecvOnly),
        (vec!["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "a=recvonly"], Direction::SendOnly),
        (vec!["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "a=inactive"], Direction::Inactive),
        (vec!["c=IN IP4 192.0.2.1", "a=sendonly", "m=audio 4000 RTP/AVP 8"], Direction::RecvOnly),
        (
            vec!["c=IN IP4 192.0.2.1", "a=inactive", "m=audio 4000 RTP/AVP 8", "a=sendrecv"],
            Direction::SendRecv,
        ),
        (vec!["c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 8", "a=sendrecv"], Direction::Inactive),
        (vec!["m=audio 4000 RTP/AVP 8", "c=IN IP6 ::"], Direction::Inactive),
    ] {
        let (_, agreed) = answer(&parsed(&lines), &ours()).unwrap();
        assert_eq!(agreed.direction, expected, "{lines:?}");
    }
}

#[test]
fn the_address_of_the_line_goes_before_that_of_the_session() {
    let session =
        parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "c=IN IP4 192.0.2.2/127"]);
    assert_eq!(session.audio().unwrap().address, "192.0.2.2:4000".parse().unwrap());
    let session = parsed(&["c=IN IP6 2001:db8::5", "m=audio 4000 RTP/AVP 8"]);
    assert_eq!(session.audio().unwrap().address, "[2001:db8::5]:4000".parse().unwrap());
}

#[test]
fn the_version_grows_with_a_change_and_only_then() {
    let mut phone = LocalSession::new("192.0.2.9:6000".parse().unwrap(), 5, vec![Codec::Pcma]);
    let first = phone.offer(Direction::SendRecv);
    assert_eq!(phone.offer(Direction::SendRecv), first);
    assert_eq!(phone.local().version, 1);
    phone.offer(Direction::SendOnly);
    assert_eq!(phone.local().version, 2);
    let offer = parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 18"]);
    assert_eq!(phone.answer(&offer), Err(NoCommonCodec));
    assert_eq!(phone.local().version, 2, "what was never said has no version");
}

#[test]
fn a_phone_that_holds_stays_holding_when_it_is_offered_more() {
    let mut phone = LocalSession::new("192.0.2.9:6000".parse().unwrap(), 5, vec![Codec::Pcma]);
    phone.offer(Direction::SendOnly);
    let offer = parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8"]);
    let (body, agreed) = phone.answer(&offer).unwrap();
    assert_eq!(agreed.direction, Direction::SendOnly);
    assert!(std::str::from_utf8(&body).unwrap().contains("a=sendonly"));
}

#[test]
fn an_answer_is_read_in_its_own_order_and_can_not_widen_the_offer() {
    let answer = parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0 8"]);
    let agreed = agree(&ours(), &answer).unwrap();
    assert_eq!((agreed.codec, agreed.payload_type, agreed.event_type), (Codec::Pcmu, 0, None));
    assert_eq!(agreed.ptime, Duration::from_millis(20));

    let mut phone = LocalSession::new("192.0.2.9:6000".parse().unwrap(), 5, vec![Codec::Pcmu]);
    phone.offer(Direction::SendOnly);
    assert_eq!(phone.agree(&answer).unwrap().direction, Direction::SendOnly);
}

#[test]
fn a_bad_answer_says_what_is_bad_about_it() {
    let refusal = parsed(&["c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 8"]);
    assert_eq!(agree(&ours(), &refusal), Err(AnswerFault::Refused));
    assert_eq!(agree(&ours(), &parsed(&[])), Err(AnswerFault::Refused));
    let foreign = parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 9"]);
    assert_eq!(agree(&ours(), &foreign), Err(AnswerFault::NoCommonCodec));
}

#[test]
fn sloppy_descriptions_are_understood() {
    for body in [
        // Bare line feeds, no session name, time or origin.
        "v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 8\n",
        // Lines that break their grammar and that no sound depends on.
        "v=0\r\no=x y z\r\nb=much\r\nt=now\r\nfoo\r\nc=IN IP4 192.0.2.1 \r\nm=audio 4000 RTP/AVP 8\r\n\r\n",
        // The version of the origin is past 64 bits.
        "v=0\r\no=- 1 99999999999999999999999 IN IP4 x\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8",
        // Two ports.
        "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000/2 RTP/AVP 8 300 x\r\n",
    ] {
        let session = Session::parse(body.as_bytes()).unwrap();
        assert_eq!(session.audio().unwrap().formats.len(), 1, "{body}");
    }
    let latin1 =
        b"v=0\r\ns=K\xf6\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\na=label:\xe5\r\n";
    assert!(Session::parse(latin1).unwrap().audio().is_some());
}

#[test]
fn faults_are_named() {
    let fault = |body: &[u8]| Session::parse(body).unwrap_err().to_string();
    expect!["malformed session description: No version line"].assert_eq(&fault(b""));
    expect!["no connection address for the audio line"]
        .assert_eq(&fault(&described(&["m=audio 4000 RTP/AVP 8"])));
    expect![[r#"connection address "phone.example" is no IP address"#]]
        .assert_eq(&fault(&described(&["c=IN IP4 phone.example", "m=audio 4000 RTP/AVP 8"])));
    let lines = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8"];
    let many: Vec<_> = lines.iter().chain([&lines[1]; 1000]).copied().collect();
    assert_eq!(Session::parse(&described(&many)), Err(SdpError::TooManyMediaLines));
    let numbers = format!("m=audio 4000 RTP/AVP{}", " 8".repeat(129));
    assert_eq!(Session::parse(&described(&[&numbers])), Err(SdpError::TooManyFormats));
}

#[test]
fn nothing_can_be_smuggled_into_an_answer() {
    let body =
        described(&["c=IN IP4 192.0.2.1", "m=video 1 RTP/AVP\ra=evil 9", "m=audio 2 RTP/AVP 8"]);
    assert!(Session::parse(&body).is_err());
}

const THEIR_KEY: &str =
    "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd";

fn sealing(srtp: impl Fn(Keys) -> Srtp) -> Local {
    Local { srtp: srtp(Keys::new([7; Keys::LEN])), ..ours() }
}

/// The `m=` and `a=crypto` lines of our answer, and whether the sound is sealed.
fn sealed_answer(local: &Local, lines: &[&str]) -> Option<(String, bool)> {
    let (body, agreed) = answer(&parsed(lines), local).ok()?;
    let body = std::str::from_utf8(&body).unwrap();
    let kept = body.lines().filter(|line| line.starts_with("m=") || line.starts_with("a=crypto"));
    Some((kept.collect::<Vec<_>>().join(" "), agreed.protection.is_some()))
}

#[test]
fn sound_is_sealed_with_the_suite_and_tag_that_the_offer_named() {
    let lines = [
        "c=IN IP4 192.0.2.1",
        "m=audio 4000 RTP/SAVP 8",
        "a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:AAAA",
        THEIR_KEY,
    ];
    let (answered, sealed) = sealed_answer(&sealing(Srtp::Possible), &lines).unwrap();
    assert!(sealed);
    assert!(
        answered.starts_with("m=audio 6000 RTP/SAVP 8 a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:")
    );
    assert!(!answered.contains("AAECAw"), "our key is another: {answered}");
}

#[test]
fn keys_beside_plain_sound_are_taken_and_none_are_no_fault() {
    let lines = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", THEIR_KEY];
    let (answered, sealed) = sealed_answer(&sealing(Srtp::Possible), &lines).unwrap();
    assert!(sealed && answered.starts_with("m=audio 6000 RTP/AVP 8 a=crypto:3 "), "{answered}");
    let plain = sealed_answer(&sealing(Srtp::Possible), &lines[..2]).unwrap();
    assert_eq!(plain, ("m=audio 6000 RTP/AVP 8".to_owned(), false));
    let never = sealed_answer(&ours(), &lines).unwrap();
    assert_eq!(never, plain, "keys that came in the clear seal nothing");
}

#[test]
fn what_cannot_be_sealed_as_wished_is_refused() {
    let sealed = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 8", THEIR_KEY];
    assert_eq!(sealed_answer(&ours(), &sealed), None);
    assert_eq!(sealed_answer(&sealing(Srtp::Possible), &sealed[..2]), None, "no key of ours");
    let plain = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8"];
    assert_eq!(sealed_answer(&sealing(Srtp::Required), &plain), None);
}

#[test]
fn an_offer_of_ours_is_agreed_on_with_one_of_its_keys_or_in_the_clear() {
    let address = "192.0.2.1:4000".parse().unwrap();
    let codecs = vec![Codec::Pcma];
    for (offering, answering, sealed) in [
        (
            Srtp::Required(Keys::new([1; Keys::LEN])),
            Srtp::Possible(Keys::new([2; Keys::LEN])),
            true,
        ),
        (
            Srtp::Possible(Keys::new([1; Keys::LEN])),
            Srtp::Required(Keys::new([2; Keys::LEN])),
            true,
        ),
        (Srtp::Possible(Keys::new([1; Keys::LEN])), Srtp::Never, false),
    ] {
        let mut ana = LocalSession::new(address, 1, codecs.clone()).with_srtp(offering);
        let mut bo = LocalSession::new(address, 2, codecs.clone()).with_srtp(answering);
        let offer = Session::parse(&ana.offer(Direction::SendRecv)).unwrap();
        let (body, here) = bo.answer(&offer).unwrap();
        let there = ana.agree(&Session::parse(&body).unwrap()).unwrap();
        let there = there.protection.map(|keys| (keys.theirs, keys.ours));
        assert_eq!(here.protection.map(|keys| (keys.ours, keys.theirs)), there);
        assert_eq!(there.is_some(), sealed);
    }
}

#[test]
fn an_answer_with_a_key_that_was_not_offered_is_none() {
    let local = sealing(Srtp::Required);
    let lines = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 8", THEIR_KEY];
    assert_eq!(agree(&local, &parsed(&lines)), Err(AnswerFault::NoCommonCodec), "tag 3");
    let named = THEIR_KEY.replace(":3 ", ":2 ");
    let lines = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 8", &named];
    assert!(agree(&local, &parsed(&lines)).unwrap().protection.is_some());
}

#[test]
fn whatever_packets_are_asked_for_ours_are_told_to_have_twenty_milliseconds() {
    for wish in ["a=ptime:10", "a=ptime:30", "a=maxptime:60", "a=ptime:60", "a=maxptime:20"] {
        let offer = parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", wish]);
        let (body, _) = answer(&offer, &ours()).unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains("a=ptime:20\r\n"), "{wish}: {body}");
    }
}

#[test]
fn g722_is_known_by_its_number_and_by_its_name_and_spoken_where_it_is_ours() {
    for lines in [
        ["m=audio 4000 RTP/AVP 9 8", "a=sendrecv"],
        ["m=audio 4000 RTP/AVP 97 8", "a=rtpmap:97 g722/8000/1"],
    ] {
        let offer = parsed(&["c=IN IP4 192.0.2.1", lines[0], lines[1]]);
        let wide = Local { codecs: vec![Codec::Pcma, Codec::G722], ..ours() };
        let (body, agreed) = answer(&offer, &wide).unwrap();
        assert_eq!(agreed.codec, Codec::G722);
        let map = format!("a=rtpmap:{} G722/8000\r\n", agreed.payload_type);
        assert!(std::str::from_utf8(&body).unwrap().contains(&map));
        assert_eq!(answer(&offer, &ours()).unwrap().1.codec, Codec::Pcma);
    }
}

/// Our side with these codecs, the dearest first.
fn with(codecs: &[Codec]) -> Local {
    Local { codecs: codecs.to_vec(), ..ours() }
}

#[test]
fn opus_is_answered_under_its_number_with_the_keys_of_its_clock() {
    let offer = parsed(&[
        "c=IN IP4 192.0.2.1",
        "m=audio 4000 RTP/AVP 96 97 98",
        "a=rtpmap:96 OPUS/48000/2",
        "a=rtpmap:97 telephone-event/8000",
        "a=rtpmap:98 telephone-event/48000",
    ]);
    let (body, agreed) = answer(&offer, &with(&[Codec::Pcma, Codec::Opus])).unwrap();
    assert_eq!((agreed.codec, agreed.payload_type, agreed.heard_type), (Codec::Opus, 96, 96));
    assert_eq!((agreed.event_type, agreed.event_clock), (Some(98), Clock::Hz48000));
    let body = std::str::from_utf8(&body).unwrap();
    assert!(body.contains(
        "m=audio 6000 RTP/AVP 96 98\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n\
         a=rtpmap:98 telephone-event/48000\r\na=fmtp:98 0-15\r\n"
    ));
}

#[test]
fn opus_with_keys_of_the_other_clock_alone_has_these_and_others_do_not() {
    let lines = |format| {
        [
            "c=IN IP4 192.0.2.1",
            format,
            "a=rtpmap:96 opus/48000/2",
            "a=rtpmap:97 telephone-event/8000",
        ]
    };
    let local = with(&[Codec::Pcma, Codec::Opus]);
    let agreed = answer(&parsed(&lines("m=audio 4000 RTP/AVP 96 97")), &local).unwrap().1;
    assert_eq!((agreed.event_type, agreed.event_clock), (Some(97), Clock::Hz8000));
    let wide =
        ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8 98", "a=rtpmap:98 telephone-event/48000"];
    assert_eq!(answer(&parsed(&wide), &local).unwrap().1.event_type, None);
}

#[test]
fn opus_is_chosen_where_both_have_it_first_or_nothing_else() {
    let opus = "a=rtpmap:111 opus/48000/2";
    let offer = |formats| parsed(&["c=IN IP4 192.0.2.1", formats, opus]);
    let (last, first) = (with(&[Codec::Pcma, Codec::Opus]), with(&[Codec::Opus, Codec::Pcma]));
    let chosen = |formats, local| answer(&offer(formats), local).map(|(_, agreed)| agreed.codec);
    let (opus_first, pcma_first) = ("m=audio 4000 RTP/AVP 111 8", "m=audio 4000 RTP/AVP 8 111");
    assert_eq!(chosen(opus_first, &last), Ok(Codec::Pcma));
    assert_eq!(chosen(opus_first, &first), Ok(Codec::Opus));
    assert_eq!(chosen(pcma_first, &first), Ok(Codec::Pcma));
    assert_eq!(chosen("m=audio 4000 RTP/AVP 111", &last), Ok(Codec::Opus));
    assert_eq!(chosen("m=audio 4000 RTP/AVP 111 0", &last), Ok(Codec::Opus), "we have no PCMU");
    assert_eq!(chosen(opus_first, &ours()), Ok(Codec::Pcma));
}

#[test]
fn an_answer_in_the_peers_order_is_spoken_in_it() {
    let ours = "192.0.2.9:6000".parse().unwrap();
    let mut session = LocalSession::new(ours, 7, vec![Codec::Pcma, Codec::Opus]);
    session.offer(Direction::SendRecv);
    let answer =
        parsed(&["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 111 8", "a=rtpmap:111 opus/48000/2"]);
    assert_eq!(session.agree(&answer).unwrap().codec, Codec::Opus);
}

#[test]
fn what_is_offered_has_keys_by_each_clock_and_numbers_stay_what_they_meant() {
    let mut session =
        LocalSession::new("192.0.2.9:6000".parse().unwrap(), 7, vec![Codec::Pcma, Codec::Opus]);
    let body = session.offer(Direction::SendRecv);
    let body = std::str::from_utf8(&body).unwrap();
    assert!(body.contains("m=audio 6000 RTP/AVP 8 111 101 102\r\n"), "{body}");
    assert!(body.contains("a=rtpmap:102 telephone-event/48000\r\n"), "{body}");
    // The answer has numbers of its own: that is what it is sent, and what we have said it sends.
    let answer = parsed(&[
        "c=IN IP4 192.0.2.1",
        "m=audio 4000 RTP/AVP 120 121",
        "a=rtpmap:120 opus/48000/2",
        "a=rtpmap:121 telephone-event/48000",
    ]);
    let agreed = session.agree(&answer).unwrap();
    assert_eq!((agreed.payload_type, agreed.heard_type, agreed.event_type), (120, 111, Some(121)));
    assert_eq!(agreed.heard_event_type, Some(102));
    // After an offer of the peer's, ours has the peer's numbers.
    let theirs = parsed(&[
        "c=IN IP4 192.0.2.1",
        "m=audio 4000 RTP/AVP 120 121",
        "a=rtpmap:120 opus/48000/2",
        "a=rtpmap:121 telephone-event/48000",
    ]);
    session.answer(&theirs).unwrap();
    let again = session.offer(Direction::SendRecv);
    let again = std::str::from_utf8(&again).unwrap();
    assert!(again.contains("a=rtpmap:120 opus/48000/2\r\n"), "{again}");
}
