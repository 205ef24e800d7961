//! Odd but lawful messages, of every class in RFC 4475 §3.1.1 and §3.4, in words of our own.

mod common;

use common::{options_with, read, request};
use sip_msg::{Contacts, Host, Message, Method, Name, Scheme, StatusCode, Text};

#[test]
fn folds_spaces_compact_names_and_leading_zeros_change_nothing() {
    let odd = request(
        "
INVITE sip:bo@example.net;unknown SIP/2.0
TO :
   sip:bo@example.net ;   tag = b9
f :  \"Ana \\\\\\\"\"    <sip:ana@example.net>
  ;
  tag = a1
MaX-fOrWaRdS :   0007
i: 7f3c@198.51.100.7
CSeq :   000021
   INVITE
v: SIP  / 2.0
  /UDP
     198.51.100.7 ; branch = z9hG4bK1
V:  SIP / 2.0 / TCP   hop.example.net   ;
  branch = z9hG4bK2 ,
 SIP/2.0/UDP [2001:db8::9]:5070;branch=z9hG4bK3
s:
k: path
X-Long-Winded:
   one
   two

body",
    );
    assert_eq!(odd.to.tag().unwrap(), "b9");
    assert_eq!(odd.from.display().unwrap(), "Ana \\\"");
    assert_eq!((odd.cseq, odd.max_forwards), (21, Some(7)));
    let branches: Vec<_> = odd.via.iter().map(|via| via.branch().unwrap().to_string()).collect();
    assert_eq!(branches, ["z9hG4bK1", "z9hG4bK2", "z9hG4bK3"]);
    assert_eq!(odd.via[2].host(), Host::V6("2001:db8::9".parse().unwrap()));
    assert_eq!(odd.headers.get(Name::Subject).unwrap(), &"");
    assert_eq!(odd.headers.get(Name::Supported).unwrap(), &"path");
    assert_eq!(odd.headers.get(Name::new("x-long-winded").unwrap()).unwrap(), &"one two");
    assert_eq!(&odd.body[..], b"body");
}

#[test]
fn an_unknown_method_of_odd_token_letters_is_a_method() {
    let text = options_with("CSeq", "CSeq: 1 a!%*_+`'~.Z");
    let text = text.replace("OPTIONS sip", "a!%*_+`'~.Z sip");
    assert_eq!(request(&text).method, Method::new("a!%*_+`'~.Z").unwrap());
    assert_eq!(Method::new("invite").unwrap().to_string(), "invite");
    assert_ne!(Method::new("invite").unwrap(), Method::Invite);
}

#[test]
fn escapes_in_a_user_are_taken_out_once() {
    let uri =
        request(&options_with("OPTIONS", "OPTIONS sip:sip%3Abo%2540x@example.net SIP/2.0")).uri;
    assert_eq!(uri.user_unescaped().unwrap(), "sip:bo%40x");
    assert_eq!(uri.to_string(), "sip:sip%3Abo%2540x@example.net");
}

#[test]
fn an_escaped_nul_does_not_end_a_user() {
    let text = options_with("Contact", "Contact: <sip:a%00@h.example>, <sip:a%00b@h.example>");
    let Contacts::List(contacts) = request(&text).headers.contacts().unwrap() else { panic!() };
    assert_eq!(contacts[0].uri().user_unescaped().unwrap().as_bytes(), b"a\0");
    assert!(!contacts[0].uri().is_same(&contacts[1].uri()));
}

#[test]
fn a_percent_that_escapes_nothing_stays() {
    let text = options_with("From", "From: \"%Z%41\" <sip:a@h.example>;tag=%zz");
    let from = request(&text).from;
    assert_eq!(from.display().unwrap(), "%Z%41");
    assert_eq!(from.tag().unwrap(), "%zz");
}

#[test]
fn a_display_name_may_touch_its_bracket_and_hold_letters_of_any_tongue() {
    let from = request(&options_with("From", "From: Åsa<sip:asa@h.example>;tag=1")).from;
    assert_eq!(from.display().unwrap(), "Åsa");
    assert_eq!(from.to_string(), "\"Åsa\" <sip:asa@h.example>;tag=1");
}

#[test]
fn very_long_names_tags_and_branches_are_kept_whole() {
    let long = "long".repeat(300);
    let text = options_with("From", &format!("From: \"{long}\" <sip:{long}@h.example>;tag={long}"));
    let request = request(&text);
    assert_eq!(request.from.tag().unwrap(), long.as_str());
    assert_eq!(request.reply(StatusCode::OK).from, request.from);
}

#[test]
fn octets_after_the_body_are_ignored() {
    let text = options_with("Content-Length", "Content-Length: 3\n\nabcINVITE sip:x@y SIP/2.0\n");
    assert_eq!(&request(&text).body[..], b"abc");
}

#[test]
fn a_semicolon_or_question_mark_may_be_part_of_a_user() {
    let uri = request(&options_with("OPTIONS", "OPTIONS sip:bo;x=1?y@example.net;lr SIP/2.0")).uri;
    assert_eq!(uri.user_unescaped().unwrap(), "bo;x=1?y");
    assert!(uri.params().has("LR"));
}

#[test]
fn transports_nobody_knows_are_hops_too() {
    let text = options_with("X", "Via: SIP/2.0/PIGEON loft.example;branch=z9hG4bK-p");
    assert_eq!(request(&text).via[1].transport(), "PIGEON");
}

#[test]
fn bodies_are_bytes() {
    let mut datagram = common::datagram(&options_with("Content", "Content-Length: 4\n")).to_vec();
    datagram.extend_from_slice(b"\0\xff\r\n");
    let Ok(Message::Request(request)) = sip_msg::parse(datagram.into()) else { panic!() };
    assert_eq!(&request.body[..], b"\0\xff\r\n");
}

#[test]
fn a_reason_phrase_may_be_empty_missing_or_of_any_tongue() {
    let response = |start: &str| match read(&options_with("OPTIONS", start)) {
        Message::Response(response) => response.reason.to_string(),
        Message::Request(_) => panic!(),
    };
    assert_eq!(response("SIP/2.0 200 Så är det"), "Så är det");
    assert_eq!(response("SIP/2.0 200 "), "");
    assert_eq!(response("SIP/2.0 200"), "");
}

#[test]
fn letters_that_are_not_utf_8_go_out_as_they_came() {
    let text = options_with("Subject", "Subject: caf@@@\nFrom: \"@@@\" <sip:a@h.example>;tag=1");
    let text = text.replacen("From: \"Ana\" <sip:ana@example.net>;tag=a1\n", "", 1);
    let mut datagram = common::datagram(&text).to_vec();
    let odd: Vec<usize> =
        datagram.windows(3).enumerate().filter(|(_, w)| w == b"@@@").map(|(at, _)| at).collect();
    for at in odd {
        datagram[at..at + 3].copy_from_slice(b"\xe9\xff\x80");
    }
    let message = sip_msg::parse(datagram.into()).unwrap();
    let printed = message.to_bytes();
    assert_eq!(printed.windows(3).filter(|window| window == b"\xe9\xff\x80").count(), 2);
    assert_eq!(sip_msg::parse(printed), Ok(message));
}

#[test]
fn other_schemes_are_read_for_an_upper_layer_to_refuse() {
    let scheme = |uri: &str| {
        request(&options_with("OPTIONS", &format!("OPTIONS {uri} SIP/2.0"))).uri.scheme()
    };
    assert_eq!(scheme("tel:+46-8-123;phone-context=+46"), Scheme::Tel);
    assert_eq!(scheme("SIPS:bo@example.net"), Scheme::Sips);
    assert_eq!(scheme("soap.beep://198.51.100.7:9/x?y;z"), Scheme::Other("soap.beep".into()));
}

#[test]
fn a_contact_parameter_and_a_uri_parameter_are_told_apart() {
    let contact = |value: &str| {
        let text = options_with("Contact", &format!("m: {value}"));
        match request(&text).headers.contacts().unwrap() {
            Contacts::List(mut contacts) => contacts.remove(0),
            Contacts::Star => panic!(),
        }
    };
    let bare = contact("sip:bo@h.example;q=0.3");
    assert!(bare.uri().params().is_empty() && bare.params().has("q"));
    let bracketed = contact("<sip:bo@h.example;q=0.3>");
    assert!(bracketed.uri().params().has("q") && bracketed.params().is_empty());
    let with_headers = contact("<sip:bo@h.example?Route=%3Csip:x%3E>;expires=9");
    assert_eq!(with_headers.uri().headers().unwrap(), "Route=%3Csip:x%3E");
}

#[test]
fn quotes_come_off_a_parameter_on_request() {
    let text = options_with(
        "Contact",
        "m: <sip:bo@h.example>;+sip.instance=\"<urn:uuid:1,2;3>\";reg-id=1",
    );
    let Contacts::List(contacts) = request(&text).headers.contacts().unwrap() else { panic!() };
    assert_eq!(contacts[0].params().unquoted("+sip.instance").unwrap(), "<urn:uuid:1,2;3>");
    assert_eq!(contacts[0].params().unquoted("reg-id").unwrap(), "1");
}

#[test]
fn a_parameter_that_says_the_same_twice_does_no_harm() {
    let text = options_with("From", "From: <sip:a@h.example;lr;lr>;tag=1;tag=1");
    let from = request(&text).from;
    assert_eq!((from.tag().unwrap(), from.params().len()), (Text::from("1"), 2));
}

#[test]
fn a_request_of_rfc_2543_is_understood() {
    let old = request(
        "
INVITE sip:bo@example.net SIP/2.0
Via: SIP/2.0/UDP gw.example.net
From: The Gateway <sip:ana@example.net>
To: sip:bo@example.net
Call-ID: 1
CSeq: 1 INVITE",
    );
    assert_eq!((old.via[0].branch(), old.from.tag(), old.max_forwards), (None, None, None));
}

#[test]
fn empty_lines_before_a_message_are_skipped() {
    let text = options_with("X", "X: y");
    let mut datagram = b"\r\n\r\n".to_vec();
    datagram.extend_from_slice(&common::datagram(&text));
    assert!(sip_msg::parse(datagram.into()).is_ok());
}

#[test]
fn a_lone_line_feed_ends_a_line() {
    let text = options_with("X", "X: y\n\n");
    assert!(sip_msg::parse(text.into()).is_ok());
}
