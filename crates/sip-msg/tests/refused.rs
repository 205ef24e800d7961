//! What is refused and how: every fault class of RFC 4475 §3.1.2 and §3.3, in words of our own.

mod common;

use common::{datagram, options_with, refused};
use expect_test::expect;
use sip_msg::{HEADERS_MAX, MESSAGE_BYTES_MAX, RejectReason, URI_BYTES_MAX, VIA_MAX, parse};
use std::fmt::Write as _;

/// What becomes of an OPTIONS with this line in place of its own.
fn fate(name: &str, line: &str) -> String {
    let reject = refused(&options_with(name, line));
    match reject.response() {
        Some(answer) => {
            String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
        }
        None => format!("drop: {reject}"),
    }
}

#[test]
fn each_fault_is_answered_by_its_name() {
    let faults = [
        ("Via", "Via: SIP/2.0/UDP 198.51.100.7;;,;,,"),
        ("Via", "Via: SIP/2.0 198.51.100.7"),
        ("Via", "Via: SIP/3.0/UDP 198.51.100.7"),
        ("Content-Length", "Content-Length: 9999"),
        ("Content-Length", "Content-Length: -9"),
        ("Content-Length", "Content-Length: 5, 5"),
        ("Content-Length", "Content-Length: 99999999999999999999999"),
        ("Content-Length", "Content-Length: 0\nl: 1"),
        ("CSeq", "CSeq: 2147483648 OPTIONS"),
        ("CSeq", "CSeq: 36893488147419103232 OPTIONS"),
        ("CSeq", "CSeq: x OPTIONS"),
        ("CSeq", "CSeq: 1"),
        ("CSeq", "CSeq: 1 INVITE"),
        ("Max-Forwards", "Max-Forwards: -1"),
        ("To", "To: \"Bo <sip:bo@example.net>"),
        ("To", "To: Bo, Dr <sip:bo@example.net>"),
        ("To", "To: \"Bo\" < sip:bo@example.net >"),
        ("To", "To: <sip:bo@example.net"),
        ("To", "To: sip:bo@example.net?Route=x"),
        ("To", "To: <sip:bo@ex%mple.net>"),
        ("To", "To: <sip:bo@example.net:65536>"),
        ("To", "To: <sip:@example.net>"),
        ("To", "To: <sip:bo@[::1>"),
        ("To", "To: sip:bo@example.net;x=\"<sip:eve@x>\""),
        ("To", "To: <sip:bo@example.net>, <sip:eve@example.net>"),
        ("To", "To: <sip:bo@example.net>;tag=1;Tag=2"),
        ("To", "To:"),
        ("OPTIONS", "OPTIONS <sip:bo@example.net> SIP/2.0"),
        ("OPTIONS", "OPTIONS sip:bo@example.net; lr SIP/2.0"),
        ("OPTIONS", "OPTIONS  sip:bo@example.net  SIP/2.0"),
        ("OPTIONS", "OPTIONS sip:bo@example.net SIP/2.0 "),
        ("OPTIONS", "OPTIONS sip:bo@example.net"),
        ("OPTIONS", "OPTIONS bo SIP/2.0"),
        ("OPTIONS", "OPT{IONS sip:bo@example.net SIP/2.0"),
        ("OPTIONS", "OPTIONS sip:bo@example.net SIP/7.0"),
        ("OPTIONS", "OPTIONS sip:bo@example.net HTTP/1.1"),
        ("Call-ID", "Call-ID:"),
        ("Call-ID", "X: y"),
        ("From", "X: y"),
        ("X", "Call-ID: another"),
        ("X", "f: <sip:eve@example.net>;tag=e"),
        ("X", "t: <sip:eve@example.net>"),
        ("X", "CSeq: 21 OPTIONS"),
        ("X", "Max-Forwards: 3"),
        ("X", "no colon"),
        ("X", "two words: x"),
        ("X", ": x"),
    ];
    let mut fates = String::new();
    for (name, line) in faults {
        writeln!(fates, "{:45} {}", line.replace('\n', " / "), fate(name, line)).unwrap();
    }
    expect![[r#"
        Via: SIP/2.0/UDP 198.51.100.7;;,;,,           SIP/2.0 400 Bad Via
        Via: SIP/2.0 198.51.100.7                     SIP/2.0 400 Bad Via
        Via: SIP/3.0/UDP 198.51.100.7                 SIP/2.0 400 Bad Via
        Content-Length: 9999                          SIP/2.0 400 Content-Length too large
        Content-Length: -9                            SIP/2.0 400 Bad Content-Length
        Content-Length: 5, 5                          SIP/2.0 400 Bad Content-Length
        Content-Length: 99999999999999999999999       SIP/2.0 513 Message Too Large
        Content-Length: 0 / l: 1                      SIP/2.0 400 Repeated Content-Length
        CSeq: 2147483648 OPTIONS                      SIP/2.0 400 Bad CSeq
        CSeq: 36893488147419103232 OPTIONS            SIP/2.0 400 Bad CSeq
        CSeq: x OPTIONS                               SIP/2.0 400 Bad CSeq
        CSeq: 1                                       SIP/2.0 400 Bad CSeq
        CSeq: 1 INVITE                                SIP/2.0 400 CSeq method differs
        Max-Forwards: -1                              SIP/2.0 400 Bad Max-Forwards
        To: "Bo <sip:bo@example.net>                  SIP/2.0 400 Bad To
        To: Bo, Dr <sip:bo@example.net>               SIP/2.0 400 Bad To
        To: "Bo" < sip:bo@example.net >               SIP/2.0 400 Bad To
        To: <sip:bo@example.net                       SIP/2.0 400 Bad To
        To: sip:bo@example.net?Route=x                SIP/2.0 400 Bad To
        To: <sip:bo@ex%mple.net>                      SIP/2.0 400 Bad To
        To: <sip:bo@example.net:65536>                SIP/2.0 400 Bad To
        To: <sip:@example.net>                        SIP/2.0 400 Bad To
        To: <sip:bo@[::1>                             SIP/2.0 400 Bad To
        To: sip:bo@example.net;x="<sip:eve@x>"        SIP/2.0 400 Bad To
        To: <sip:bo@example.net>, <sip:eve@example.net> SIP/2.0 400 Bad To
        To: <sip:bo@example.net>;tag=1;Tag=2          SIP/2.0 400 Bad To
        To:                                           SIP/2.0 400 Bad To
        OPTIONS <sip:bo@example.net> SIP/2.0          SIP/2.0 400 Bad Request-URI
        OPTIONS sip:bo@example.net; lr SIP/2.0        SIP/2.0 400 Bad start line
        OPTIONS  sip:bo@example.net  SIP/2.0          SIP/2.0 400 Bad start line
        OPTIONS sip:bo@example.net SIP/2.0            SIP/2.0 400 Bad start line
        OPTIONS sip:bo@example.net                    SIP/2.0 400 Bad start line
        OPTIONS bo SIP/2.0                            SIP/2.0 400 Bad Request-URI
        OPT{IONS sip:bo@example.net SIP/2.0           SIP/2.0 400 Bad start line
        OPTIONS sip:bo@example.net SIP/7.0            SIP/2.0 505 Version Not Supported
        OPTIONS sip:bo@example.net HTTP/1.1           SIP/2.0 400 Bad start line
        Call-ID:                                      SIP/2.0 400 Bad Call-ID
        X: y                                          SIP/2.0 400 Missing Call-ID
        X: y                                          SIP/2.0 400 Missing From
        Call-ID: another                              SIP/2.0 400 Repeated Call-ID
        f: <sip:eve@example.net>;tag=e                SIP/2.0 400 Repeated From
        t: <sip:eve@example.net>                      SIP/2.0 400 Repeated To
        CSeq: 21 OPTIONS                              SIP/2.0 400 Repeated CSeq
        Max-Forwards: 3                               SIP/2.0 400 Repeated Max-Forwards
        no colon                                      SIP/2.0 400 Bad header line
        two words: x                                  SIP/2.0 400 Bad header line
        : x                                           SIP/2.0 400 Bad header line
    "#]]
    .assert_eq(&fates);
}

#[test]
fn broken_responses_and_acks_are_dropped_without_a_word() {
    let broken = [
        ("OPTIONS", "SIP/2.0 700 Too High"),
        ("OPTIONS", "SIP/2.0 99999999999 Far Too High"),
        ("OPTIONS", "SIP/2.0 -20 Low"),
        ("OPTIONS", "SIP/2.0 20 Short"),
        ("OPTIONS", "SIP/7.0 200 OK"),
        ("OPTIONS", "ACK sip:bo@example.net SIP/2.0"),
    ];
    for (name, line) in broken {
        assert_eq!(refused(&options_with(name, line)).response(), None, "{line}");
    }
}

#[test]
fn a_request_that_names_no_hop_is_dropped() {
    let reject = refused(&options_with("Via", "X: y"));
    assert_eq!(reject.why, RejectReason::Missing(sip_msg::Name::Via));
    assert_eq!(reject.response(), None);
}

#[test]
fn keep_alives_are_no_faults_worth_an_answer() {
    for bytes in ["", "\0", "\r\n", "\r\n\r\n"] {
        let reject = parse(bytes.into()).unwrap_err();
        assert_eq!((reject.why.clone(), reject.response()), (RejectReason::Empty, None));
    }
}

#[test]
fn the_answer_repeats_what_was_there_and_tags_it_always_the_same() {
    let text = options_with("Via", "Via: SIP/2.0/UDP h;branch=x\nVia: SIP/2.0/TCP [zz]");
    let answer = refused(&text).response().unwrap();
    assert_eq!(refused(&text).response().unwrap(), answer);
    let answer = String::from_utf8(answer.to_vec()).unwrap().replace('\r', "");
    let (before, tagged) = answer.split_once(";tag=a1\n").unwrap();
    let (to, rest) = tagged.split_once(";tag=").unwrap();
    assert_eq!(rest.find('\n'), Some(16), "a tag of 16 letters");
    expect![[r#"
        SIP/2.0 400 Bad Via
        Via: SIP/2.0/UDP h;branch=x
        Via: SIP/2.0/TCP [zz]
        From: "Ana" <sip:ana@example.net>
        To: <sip:bo@example.net>
        Call-ID: 7f3c@198.51.100.7
        CSeq: 21 OPTIONS
        Content-Length: 0

    "#]]
    .assert_eq(&format!("{before}\n{to}{}", &rest[16..]));
}

#[test]
fn a_lone_carriage_return_is_refused() {
    let text = options_with("X", "X: a\rVia: SIP/2.0/UDP evil");
    assert_eq!(refused(&text).why, RejectReason::BareCr);
}

#[test]
fn a_head_without_its_empty_line_is_refused() {
    let whole = datagram(&options_with("X", "X: y"));
    for cut in 1..=3 {
        let reject = parse(whole.slice(..whole.len() - cut)).unwrap_err();
        assert_eq!(reject.why, RejectReason::HeadNotEnded);
    }
}

#[test]
fn every_limit_is_met_with_an_answer() {
    let many = |line: &str, times: usize| options_with("X", &vec![line; times].join("\n"));
    let long_uri = format!("OPTIONS sip:{}@h SIP/2.0", "x".repeat(URI_BYTES_MAX));
    let params = ";x".repeat(100_000);
    let cases = [
        (many("X: y", HEADERS_MAX), RejectReason::TooManyHeaders),
        (many("Via: SIP/2.0/UDP h", VIA_MAX), RejectReason::Bad(sip_msg::Name::Via)),
        (options_with("OPTIONS", &long_uri), RejectReason::UriTooLong),
        (options_with("X", &format!("X: {}", "y".repeat(9_000))), RejectReason::HeaderTooLong),
        (options_with("X", &format!("X: y{}", "\n y".repeat(9_000))), RejectReason::HeaderTooLong),
        (
            options_with("From", &format!("From: <sip:a@h>{}", &params[..800])),
            RejectReason::Bad(sip_msg::Name::From),
        ),
        (options_with("X", &"X: y\n".repeat(MESSAGE_BYTES_MAX)), RejectReason::TooLarge),
    ];
    for (text, why) in cases {
        let reject = refused(&text);
        assert_eq!(reject.why, why);
        assert!(reject.response().is_some(), "{why}");
    }
    assert!(parse(datagram(&many("X: y", HEADERS_MAX - 6))).is_ok());
    assert!(parse(datagram(&many("Via: SIP/2.0/UDP h", VIA_MAX - 1))).is_ok());
}
