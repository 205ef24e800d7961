//! Each rule with a trace that breaks it, beside one that keeps it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clock::{Duration, Moment};
use sip_audit::{Auditor, Needed, Rule};

/// `>` is what the agent says, `<` what it hears: a first line, a tag in To, a `CSeq`, a branch, further
/// headers, and after `||` a body. Each line is a second after the one before; `wait 40` waits longer.
fn broken(lines: &[&str]) -> Option<Rule> {
    let mut auditor = Auditor::default();
    let mut now = Moment::ZERO;
    for line in lines {
        now += Duration::from_secs(1);
        if let Some(seconds) = line.strip_prefix("wait ") {
            now += Duration::from_secs(seconds.parse().unwrap());
            continue;
        }
        if *line == "started again" {
            auditor.starts_anew();
            continue;
        }
        let (way, rest) = line.split_at(1);
        let text = message(rest);
        let judged = match way {
            ">" => auditor.says(now, &text.into()),
            _ => {
                auditor.hears(now, &sip_msg::parse(text.into()).unwrap());
                Ok(())
            }
        };
        if let Err(breach) = judged {
            return Some(breach.rule);
        }
    }
    auditor.finish(now).err().map(|breach| breach.rule)
}

fn message(line: &str) -> String {
    let (head, body) = line.split_once(" || ").unwrap_or((line, ""));
    let fields: Vec<&str> = head.trim().split(" | ").collect();
    let [first, tag, cseq, branch, further @ ..] = fields.as_slice() else { panic!("{line}") };
    let tag = if tag.is_empty() { String::new() } else { format!(";tag={tag}") };
    let is_answer = first.starts_with(char::is_numeric);
    let start = match is_answer {
        true => format!("SIP/2.0 {first}"),
        false => format!("{first} sip:bo@h SIP/2.0"),
    };
    let has = |name: &str| further.iter().any(|header| header.starts_with(name));
    let mut headers: String = further.iter().map(|header| format!("{header}\r\n")).collect();
    for (name, value) in [("Max-Forwards", "70"), ("Contact", "<sip:ana@a>")] {
        let lacks = has(&format!("no {name}"));
        headers = headers.replace(&format!("no {name}\r\n"), "");
        let is_foreign = is_answer && name == "Max-Forwards";
        if !has(name) && !lacks && !is_foreign {
            headers += &format!("{name}: {value}\r\n");
        }
    }
    if !body.is_empty() {
        headers += "Content-Type: application/sdp\r\n";
    }
    let body = body.replace(';', "\r\n");
    if !has("Content-Length") {
        headers += &format!("Content-Length: {}\r\n", body.len());
    }
    format!(
        "{start}\r\nVia: SIP/2.0/UDP a;branch={branch}\r\nFrom: <sip:ana@a>;tag=ours\r\n\
         To: <sip:bo@h>{tag}\r\nCall-ID: 1\r\nCSeq: {cseq}\r\n{headers}\r\n{body}"
    )
}

const INVITE: &str = "> INVITE |  | 1 INVITE | z9hG4bK1";
const RINGS: &str = "< 180 Ringing | t | 1 INVITE | z9hG4bK1";
const ANSWERS: &str = "< 200 OK | t | 1 INVITE | z9hG4bK1";
const REFUSES: &str = "< 486 Busy | t | 1 INVITE | z9hG4bK1";
const ACK: &str = "> ACK | t | 1 ACK | z9hG4bK2";
const BYE: &str = "> BYE | t | 2 BYE | z9hG4bK3";
const CANCEL: &str = "> CANCEL |  | 1 CANCEL | z9hG4bK1";
const HEARD: &str = "< INVITE |  | 1 INVITE | z9hG4bK1 || v=0";
const OK: &str = "> 200 OK | t | 1 INVITE | z9hG4bK1 || v=0";

#[test]
fn who_is_started_again_goes_on_in_a_dialog_from_higher_numbers() {
    let reinvites = |cseq, version| {
        let sdp = format!("o=- 7 {version} IN IP4 a;m=audio {version}");
        format!("> INVITE | t | {cseq} INVITE | z9hG4bK7 || {sdp}")
    };
    let first = "> INVITE |  | 1 INVITE | z9hG4bK1 || o=- 7 1 IN IP4 a;m=audio 1";
    let after = |restart: &[&str], then: &str| {
        let answers = "< 200 OK | t | 1 INVITE | z9hG4bK1 || v=0";
        broken(&[&[first, answers, ACK][..], restart, &[then]].concat())
    };
    let restart = &["started again"];
    assert_eq!(after(restart, &reinvites(1001, 101)), None);
    assert_eq!(
        after(&[], &reinvites(1001, 101)),
        Some(Rule::CSeq),
        "it has not been started again"
    );
    assert_eq!(after(restart, &reinvites(1, 101)), Some(Rule::CSeq));
    assert_eq!(after(restart, &reinvites(1001, 1)), Some(Rule::Version));
    let bye = "> BYE | t | 2 BYE | z9hG4bK3";
    assert_eq!(
        after(&[bye, "started again"], &reinvites(1001, 101)),
        None,
        "nobody may have written down that it said BYE"
    );
    assert_eq!(after(&[bye], &reinvites(3, 2)), Some(Rule::AfterBye));
}

#[test]
fn calls_as_they_should_be_break_no_rule() {
    assert_eq!(broken(&[INVITE, INVITE, RINGS, ANSWERS, ACK, ANSWERS, ACK, BYE]), None);
    let refused = "< 487 No | t | 1 INVITE | z9hG4bK1";
    let ack = "> ACK | t | 1 ACK | z9hG4bK1";
    assert_eq!(broken(&[INVITE, RINGS, CANCEL, refused, ack]), None);
    let trying = "> 100 Trying |  | 1 INVITE | z9hG4bK1";
    assert_eq!(
        broken(&[HEARD, trying, "> 180 Ringing | t | 1 INVITE | z9hG4bK1", OK, OK, "wait 90"]),
        None
    );
}

#[test]
fn a_message_can_be_read_and_has_the_length_it_says() {
    let options =
        |length| format!("> OPTIONS |  | 1 OPTIONS | z9hG4bK1 | Content-Length: {length}");
    assert_eq!(broken(&[&options(0)]), None);
    assert_eq!(broken(&[&format!("{} || v=0", options(2))]), Some(Rule::ContentLength));
    assert_eq!(broken(&["> WHAT |  | 1 OPTIONS | z9hG4bK1"]), Some(Rule::Readable));
}

#[test]
fn an_answer_needs_a_question_and_one_tag_and_is_final_once() {
    let says = |answer: &str| broken(&[HEARD, OK, answer]);
    assert_eq!(says("> 200 OK | t | 1 INVITE | z9hG4bK9"), Some(Rule::AnswersSomething));
    assert_eq!(
        broken(&["< ACK |  | 1 ACK | z9hG4bK1", "> 200 OK | t | 1 ACK | z9hG4bK1"]),
        Some(Rule::AnswersSomething)
    );
    assert_eq!(says("> 200 OK |  | 1 INVITE | z9hG4bK1"), Some(Rule::Tag));
    assert_eq!(says("> 200 OK | other | 1 INVITE | z9hG4bK1"), Some(Rule::OneTag));
    assert_eq!(says("> 180 Ringing | t | 1 INVITE | z9hG4bK1"), Some(Rule::FinalOnce));
    assert_eq!(
        says("> 200 OK | t | 1 INVITE | z9hG4bK1 | Server: new || v=0"),
        Some(Rule::SameCopy)
    );
    assert_eq!(
        says("> 200 OK | t | 1 INVITE | z9hG4bK1 | Via: SIP/2.0/UDP b || v=0"),
        Some(Rule::Echo)
    );
    assert_eq!(
        broken(&[HEARD, "> 180 Ringing | t | 1 INVITE | z9hG4bK1", "> BYE |  | 1 BYE | z9hG4bK2"]),
        Some(Rule::InDialog)
    );
    assert_eq!(
        broken(&[HEARD, "> 100 Trying |  | 1 INVITE | z9hG4bK1", "wait 90"]),
        Some(Rule::Answered)
    );
}

#[test]
fn other_requests_are_answered_once_and_in_time() {
    let answer = |answer: &str| broken(&["< INFO | t | 1 INFO | z9hG4bK1", answer]);
    assert_eq!(answer("> 100 Trying | t | 1 INFO | z9hG4bK1"), None);
    assert_eq!(answer("> 408 Late | t | 1 INFO | z9hG4bK1"), Some(Rule::NoTimeout));
    assert_eq!(answer("> 183 Progress | t | 1 INFO | z9hG4bK1"), Some(Rule::NoProgress));
}

#[test]
fn an_answer_has_what_it_cannot_be_understood_without() {
    let lacks = |name, section| Some(Rule::Header(Needed { name, section }));
    let answer = |answer: &str| broken(&[HEARD, answer]);
    for (status, name, section) in [
        (401, "WWW-Authenticate", "§21.4.2"),
        (405, "Allow", "§21.4.6"),
        (407, "Proxy-Authenticate", "§21.4.8"),
        (415, "Accept", "§21.4.13"),
        (420, "Unsupported", "§21.4.15"),
        (422, "Min-SE", "RFC 4028 §6"),
        (423, "Min-Expires", "§21.4.17"),
        (489, "Allow-Events", "RFC 6665 §8.3.2"),
    ] {
        let says = format!("> {status} No | t | 1 INVITE | z9hG4bK1");
        assert_eq!(answer(&says), lacks(name, section));
        assert_eq!(answer(&format!("{says} | {name}: 1")), None);
    }
    let nowhere = "> 200 OK | t | 1 INVITE | z9hG4bK1 | no Contact || v=0";
    assert_eq!(answer(nowhere), lacks("Contact", "§12.1.1"));
    let routed = "< INVITE |  | 1 INVITE | z9hG4bK1 | Record-Route: <sip:p;lr> || v=0";
    assert_eq!(broken(&[routed, OK]), Some(Rule::RecordRoute));
    let repeats = "> 200 OK | t | 1 INVITE | z9hG4bK1 | Record-Route: <sip:p;lr> || v=0";
    assert_eq!(broken(&[routed, repeats]), None);
}

#[test]
fn reliable_answers_have_numbers_in_their_order_and_are_acknowledged_by_them() {
    let asked = "< INVITE |  | 1 INVITE | z9hG4bK1 | Supported: 100rel || v=0";
    let reliable = |rseq: u32| format!("> 183 P | t | 1 INVITE | z9hG4bK1 | RSeq: {rseq}");
    assert_eq!(broken(&[asked, &reliable(7), &reliable(7), &reliable(8)]), None);
    assert_eq!(broken(&[asked, &reliable(7), &reliable(9)]), Some(Rule::RSeq));
    assert_eq!(broken(&[asked, &reliable(0)]), Some(Rule::RSeq));
    assert_eq!(broken(&[HEARD, &reliable(7)]), Some(Rule::ReliableWanted));
    let heard = "< 183 P | t | 1 INVITE | z9hG4bK1 | RSeq: 7";
    let prack = |cseq: u32, rack: &str| {
        format!("> PRACK | t | {cseq} PRACK | z9hG4bKp{cseq} | RAck: {rack}")
    };
    assert_eq!(broken(&[INVITE, heard, &prack(2, "7 1 INVITE")]), None);
    assert_eq!(broken(&[INVITE, heard, &prack(2, "8 1 INVITE")]), Some(Rule::RAck));
    assert_eq!(broken(&[INVITE, heard, &prack(2, "7")]), Some(Rule::RAck));
    let twice = [&prack(2, "7 1 INVITE"), &prack(3, "7 1 INVITE")];
    assert_eq!(broken(&[INVITE, heard, twice[0], twice[1]]), Some(Rule::RAck));
    let answered = |status: u16| format!("< {status} A | t | 2 PRACK | z9hG4bKp2");
    assert_eq!(broken(&[INVITE, heard, twice[0], &answered(407), twice[1]]), None);
    assert_eq!(broken(&[INVITE, heard, twice[0], &answered(200), twice[1]]), Some(Rule::RAck));
}

#[test]
fn requests_have_branches_and_numbers_of_their_own_and_copies_are_copies() {
    let lacks = |name, section| Some(Rule::Header(Needed { name, section }));
    assert_eq!(broken(&["> OPTIONS |  | 1 OPTIONS | old"]), Some(Rule::Cookie));
    assert_eq!(broken(&[INVITE, "> OPTIONS |  | 2 OPTIONS | z9hG4bK1"]), Some(Rule::FreshBranch));
    assert_eq!(broken(&[INVITE, "> OPTIONS |  | 1 OPTIONS | z9hG4bK2"]), Some(Rule::CSeq));
    assert_eq!(broken(&[INVITE, ANSWERS, ACK, "> BYE | t | 4 BYE | z9hG4bK3"]), Some(Rule::CSeq));
    assert_eq!(
        broken(&[INVITE, "> INVITE |  | 1 INVITE | z9hG4bK1 | Subject: new"]),
        Some(Rule::SameCopy)
    );
    let bare = "> INVITE |  | 1 INVITE | z9hG4bK1 | no";
    assert_eq!(broken(&[&format!("{bare} Max-Forwards")]), lacks("Max-Forwards", "§8.1.1.6"));
    assert_eq!(broken(&[&format!("{bare} Contact")]), lacks("Contact", "§8.1.1.8"));
}

#[test]
fn what_was_answered_is_acknowledged_in_the_right_way() {
    let same_branch = "> ACK | t | 1 ACK | z9hG4bK1";
    assert_eq!(broken(&[INVITE, RINGS, ACK]), Some(Rule::AcksSomething));
    assert_eq!(broken(&[INVITE, ANSWERS, same_branch]), Some(Rule::AckBranch));
    assert_eq!(broken(&[INVITE, REFUSES, ACK]), Some(Rule::AckBranch));
    assert_eq!(
        broken(&[INVITE, REFUSES, "> ACK | u | 1 ACK | z9hG4bK1"]),
        Some(Rule::AckLikeInvite)
    );
    assert_eq!(broken(&[INVITE, ANSWERS]), Some(Rule::Acknowledged));
    let late = [INVITE, RINGS, CANCEL, "wait 40", ANSWERS];
    assert_eq!(broken(&late), None, "an INVITE that was cancelled is given up in the end");
    let proved = "> INVITE |  | 1 INVITE | z9hG4bK1 | Authorization: Digest a=\"1\"";
    assert_eq!(broken(&[proved, ANSWERS, ACK]), Some(Rule::AckCredentials));
}

#[test]
fn only_what_rings_is_cancelled_and_by_a_request_like_it() {
    assert_eq!(broken(&[INVITE, CANCEL]), Some(Rule::CancelsSomething));
    assert_eq!(broken(&[INVITE, REFUSES, CANCEL]), Some(Rule::CancelsSomething));
    let tagged = "> CANCEL | t | 1 CANCEL | z9hG4bK1";
    assert_eq!(broken(&[INVITE, RINGS, tagged]), Some(Rule::CancelLikeInvite));
}

#[test]
fn only_what_is_there_is_ended_and_only_once() {
    assert_eq!(broken(&[INVITE, BYE]), Some(Rule::InDialog));
    let info = "> INFO | t | 3 INFO | z9hG4bK4";
    assert_eq!(broken(&[INVITE, ANSWERS, ACK, BYE, info]), Some(Rule::AfterBye));
    let again = "> INVITE | t | 2 INVITE | z9hG4bK5";
    let too_soon = "> INVITE | t | 3 INVITE | z9hG4bK6";
    assert_eq!(broken(&[INVITE, ANSWERS, ACK, again, too_soon]), Some(Rule::OneInvite));
}

/// The one who was called has its own tag in From: these lines are of the agent that answered.
fn called(lines: &[&str]) -> Option<Rule> {
    let mut auditor = Auditor::default();
    let mut now = Moment::ZERO;
    let swap = |text: String| {
        text.replace("From: <sip:ana@a>;tag=ours", "From: <sip:bo@h>;tag=t")
            .replace("To: <sip:bo@h>;tag=t", "To: <sip:ana@a>;tag=ours")
    };
    for line in lines {
        now += Duration::from_secs(1);
        match line.split_at(1) {
            ("w", rest) => now += Duration::from_secs(rest.trim().parse().unwrap()),
            ("<", rest) => auditor.hears(now, &sip_msg::parse(message(rest).into()).unwrap()),
            (">", rest) => auditor.says(now, &message(rest).into()).unwrap(),
            (_, rest) => {
                if let Err(breach) = auditor.says(now, &swap(message(rest)).into()) {
                    return Some(breach.rule);
                }
            }
        }
    }
    None
}

#[test]
fn who_answered_waits_for_the_ack_before_bye() {
    let bye = "! BYE | t | 1 BYE | z9hG4bKb";
    assert_eq!(called(&[HEARD, OK, bye]), Some(Rule::ByeAfterAck));
    assert_eq!(called(&[HEARD, OK, "< ACK | t | 1 ACK | z9hG4bK2", bye]), None);
    assert_eq!(called(&[HEARD, OK, "w 40", bye]), None);
}

#[test]
fn one_offer_is_answered_before_the_next() {
    let update = "! UPDATE | t | 1 UPDATE | z9hG4bKu || v=1";
    let next = "! UPDATE | t | 2 UPDATE | z9hG4bKv || v=2";
    let ack = "< ACK | t | 1 ACK | z9hG4bK2";
    let rings = "> 180 Ringing | t | 1 INVITE | z9hG4bK1";
    assert_eq!(called(&[HEARD, OK, ack, update]), None);
    assert_eq!(called(&[HEARD, rings, update]), Some(Rule::OneOffer), "theirs is not answered");
    assert_eq!(called(&[HEARD, OK, ack, update, next]), Some(Rule::OneOffer), "ours is not");
    let silent = "> 200 OK | t | 1 INVITE | z9hG4bK1";
    assert_eq!(broken(&[HEARD, silent]), Some(Rule::Description));
    let asks = "< INVITE |  | 1 INVITE | z9hG4bK1";
    assert_eq!(broken(&[asks, silent]), Some(Rule::Description));
    assert_eq!(broken(&[INVITE, &format!("{ANSWERS} || v=0"), ACK]), Some(Rule::Description));
}

#[test]
fn a_session_has_one_origin_and_a_version_for_each_change() {
    let sdp =
        |id: u32, version: u32, rest: &str| format!("v=0;o=- {id} {version} IN IP4 a;s=-;{rest}");
    let says = |first: String, then: String| {
        let invite = format!("{INVITE} || {first}");
        let answer = format!("{ANSWERS} || v=0");
        let again = format!("> INVITE | t | 2 INVITE | z9hG4bK5 || {then}");
        broken(&[&invite, &answer, ACK, &again])
    };
    assert_eq!(says(sdp(1, 1, ""), sdp(1, 1, "")), None);
    assert_eq!(says(sdp(1, 1, ""), sdp(1, 2, "a=x")), None);
    assert_eq!(says(sdp(1, 1, ""), sdp(1, 1, "a=x")), Some(Rule::Version));
    assert_eq!(says(sdp(1, 1, ""), sdp(1, 2, "")), Some(Rule::Version));
    assert_eq!(says(sdp(1, 1, ""), sdp(2, 2, "")), Some(Rule::Origin));
}

#[test]
fn an_agent_that_is_cut_off_owes_no_answer() {
    let mut auditor = Auditor::default();
    auditor.hears(Moment::ZERO, &sip_msg::parse(message(&HEARD[1..]).into()).unwrap());
    let late = Moment::ZERO + Duration::from_secs(90);
    assert_eq!(auditor.finish(late).unwrap_err().rule, Rule::Answered);
    auditor.cut_off();
    assert_eq!(auditor.finish(late), Ok(()));
}
