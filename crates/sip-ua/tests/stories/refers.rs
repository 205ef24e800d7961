//! REFER by a peer, what it is told of it, and calls that take the place of others (RFC 3515,
//! RFC 3891, RFC 4488).

use crate::wire::{ANSWER, Side, Wire, config, said};
use clock::Duration;
use ids::LegId;
use sip_msg::{Message, Method, Name, Request, Response, StatusCode, Text};
use sip_ua::{Event, REPORT_MAX, ReferralId, Replaced};
use std::net::SocketAddr;

const QUIET: Duration = Duration::from_secs(70);
const REFER_TO: &str = "Refer-To: <sip:carl@10.0.0.2>\n";

fn eve() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 9], 5060))
}

/// Eve talks with B, and writes each of her messages herself.
struct Talk {
    wire: Wire,
    leg: LegId,
    /// B's tag.
    tag: String,
    cseq: u32,
}

/// A request of Eve's in the call `call_id`; `to_tag` begins with `;tag=` or is empty.
fn request(method: &str, (call_id, cseq): (&str, u32), to_tag: &str, extra: &str) -> String {
    format!(
        "{method} sip:bo@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK{call_id}{cseq}{method}\n\
         From: <sip:eve@10.0.0.9>;tag=eve\nTo: <sip:bo@10.0.0.2>{to_tag}\nCall-ID: {call_id}\nCSeq: {cseq} {method}\n\
         Max-Forwards: 70\nContact: <sip:eve@10.0.0.9:5060>\n{extra}Content-Length: 0\n\n"
    )
}

fn world() -> Wire {
    let mut b = config(Side::B);
    b.allow.extend([Method::Refer, Method::Notify]);
    Wire::with(3, config(Side::A), b)
}

/// Eve calls B, who answers; gives B's leg and tag.
fn calls(wire: &mut Wire, call_id: &str) -> (LegId, String) {
    wire.inject(eve(), Side::B, &request("INVITE", (call_id, 1), "", ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.answer(now, leg, ANSWER));
    wire.run(Duration::from_millis(20));
    let tag = match wire.to_strangers.last() {
        Some((_, Message::Response(response))) => response.to.tag().unwrap().to_string(),
        other => panic!("{other:?}"),
    };
    wire.inject(eve(), Side::B, &request("ACK", (call_id, 1), &format!(";tag={tag}"), ""));
    (leg, tag)
}

impl Talk {
    fn begin() -> Self {
        let mut wire = world();
        let (leg, tag) = calls(&mut wire, "c1");
        wire.events.clear();
        wire.to_strangers.clear();
        Self { wire, leg, tag, cseq: 1 }
    }

    /// Eve says something in the call.
    fn says(&mut self, method: &str, extra: &str) {
        self.cseq += 1;
        let text = request(method, ("c1", self.cseq), &format!(";tag={}", self.tag), extra);
        self.wire.inject(eve(), Side::B, &text);
        self.wire.run(Duration::from_millis(20));
    }

    /// Eve refers B, and B's user is asked.
    fn refers(&mut self, extra: &str) -> ReferralId {
        self.says("REFER", extra);
        match self.wire.events.pop_back() {
            Some((Side::B, Event::Referred { referral, leg, .. })) if leg == self.leg => referral,
            other => panic!("{other:?}"),
        }
    }

    /// The statuses that Eve has got.
    fn statuses(&mut self) -> Vec<u16> {
        self.answers().iter().map(|response| response.status.code()).collect()
    }

    fn answers(&mut self) -> Vec<Response> {
        let (answers, requests): (Vec<_>, Vec<_>) = std::mem::take(&mut self.wire.to_strangers)
            .into_iter()
            .partition(|(_, message)| matches!(message, Message::Response(_)));
        self.wire.to_strangers = requests;
        let response = |(_, message)| match message {
            Message::Response(response) => response,
            Message::Request(request) => panic!("{request:?}"),
        };
        answers.into_iter().map(response).collect()
    }

    /// The requests that have come to Eve.
    fn asked(&mut self) -> Vec<Request> {
        let request = |(_, message)| match message {
            Message::Request(request) => Some(request),
            Message::Response(_) => None,
        };
        std::mem::take(&mut self.wire.to_strangers).into_iter().filter_map(request).collect()
    }

    /// The one report that has come to Eve, which she answers.
    fn report(&mut self, answer: StatusCode) -> String {
        self.wire.run(Duration::from_millis(20));
        let asked = self.asked();
        let [notify] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!(notify.method, Method::Notify);
        let bytes = notify.reply(answer).to_bytes();
        self.wire.deliver_to(Side::B, eve(), bytes);
        self.wire.run(Duration::from_millis(20));
        told_by(notify)
    }

    fn accepts(&mut self, referral: ReferralId) {
        self.wire.does(Side::B, |agent, now| agent.accept_referral(now, referral));
        self.wire.run(Duration::from_millis(20));
        assert_eq!(self.statuses(), [202]);
    }

    fn tells(&mut self, referral: ReferralId, status: StatusCode) {
        self.wire.does(Side::B, |agent, now| agent.notify_referral(now, referral, status));
    }

    fn ends(mut self) {
        self.wire.does(Side::B, |agent, now| agent.hang_up(now, self.leg, None));
        self.wire.run(REPORT_MAX + QUIET);
        self.wire.assert_empty();
    }
}

/// What a report says, in one line.
fn told_by(notify: &Request) -> String {
    let header = |name| notify.headers.get(name).map(Text::to_string).unwrap_or_default();
    assert!(header(Name::ContentType).starts_with("message/sipfrag"), "{notify:?}");
    let body = String::from_utf8_lossy(&notify.body).trim_end().to_owned();
    format!("{} | {} | {body}", header(Name::Event), header(Name::SubscriptionState))
}

#[test]
fn a_referral_is_told_of_from_100_to_its_end() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    assert_eq!(talk.report(StatusCode::OK), "refer;id=2 | active;expires=180 | SIP/2.0 100 Trying");
    talk.tells(referral, StatusCode::RINGING);
    assert_eq!(
        talk.report(StatusCode::OK),
        "refer;id=2 | active;expires=179 | SIP/2.0 180 Ringing"
    );
    talk.tells(referral, StatusCode::OK);
    assert_eq!(
        talk.report(StatusCode::OK),
        "refer;id=2 | terminated;reason=noresource | SIP/2.0 200 OK"
    );
    // That was the last: what is said of it later is said to nobody.
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(QUIET);
    assert!(talk.asked().is_empty());
    talk.ends();
}

#[test]
fn reports_go_one_after_the_other_and_the_newest_is_told() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    talk.tells(referral, StatusCode::RINGING);
    talk.tells(referral, StatusCode::SESSION_PROGRESS);
    talk.tells(referral, StatusCode::BUSY_HERE);
    // Nothing comes after the end.
    talk.tells(referral, StatusCode::RINGING);
    assert!(talk.report(StatusCode::OK).ends_with("SIP/2.0 100 Trying"));
    assert!(talk.report(StatusCode::OK).ends_with("noresource | SIP/2.0 486 Busy Here"));
    talk.ends();
}

#[test]
fn a_referral_is_refused_and_the_leg_goes_on() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.wire.does(Side::B, |agent, now| {
        agent.refuse_referral(now, referral, StatusCode::DECLINE);
    });
    talk.wire.run(Duration::from_millis(20));
    assert_eq!(talk.statuses(), [603]);
    let again = talk.refers(REFER_TO);
    talk.accepts(again);
    talk.ends();
}

#[test]
fn a_refer_names_one_whom_to_call() {
    let mut talk = Talk::begin();
    let twice = format!("{REFER_TO}{REFER_TO}");
    for wrong in [
        "",
        &twice,
        "Refer-To: <sip:carl@10.0.0.2>, <sip:dora@10.0.0.2>\n",
        "Refer-To: nobody\n",
        "Refer-To: <sip:carl@10.0.0.2;method=BYE>\n",
        "Refer-To: <sip:carl@10.0.0.2?Replaces=x>\n",
        "Refer-To: <sip:carl@10.0.0.2?Replaces=x%3Bto-tag%3D1%3Bto-tag%3D1%3Bfrom-tag%3D2>\n",
        "Refer-To: <sip:carl@10.0.0.2?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2&replaces=y>\n",
        "Refer-To: <sip:carl@10.0.0.2>\nReferred-By: <\n",
    ] {
        talk.says("REFER", wrong);
        assert_eq!(talk.statuses(), [400], "{wrong}");
    }
    assert!(talk.wire.events.is_empty());
    talk.ends();
}

#[test]
fn who_refers_is_told_as_it_says_to_be_and_nothing_of_the_address_is_lost() {
    let mut talk = Talk::begin();
    talk.says(
        "REFER",
        "r: \"Carl\" <sip:+46701234567@trunk;user=phone?Subject=x>\nb: <sip:eve@10.0.0.9>\n",
    );
    let Some((_, Event::Referred { to, .. })) = talk.wire.events.pop_back() else { panic!() };
    assert_eq!(to.target.to_string(), "sip:+46701234567@trunk;user=phone");
    assert_eq!(to.referred_by.unwrap().uri().to_string(), "sip:eve@10.0.0.9");
    assert_eq!(to.replaces, None);
    talk.ends();
}

#[test]
fn who_wants_no_reports_gets_none() {
    let mut talk = Talk::begin();
    let none = format!("{REFER_TO}Require: norefersub\nRefer-Sub: false\n");
    let referral = talk.refers(&none);
    talk.wire.does(Side::B, |agent, now| agent.accept_referral(now, referral));
    talk.wire.run(Duration::from_millis(20));
    let answers = talk.answers();
    assert_eq!(answers[0].status, StatusCode::ACCEPTED);
    let refer_sub = Name::Other(Text::from("Refer-Sub"));
    assert_eq!(answers[0].headers.get(refer_sub), Some(&Text::from("false")));
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(QUIET);
    assert!(talk.asked().is_empty());
    // It is over: another one may come.
    talk.refers(REFER_TO);
    talk.ends();
}

#[test]
fn one_leg_has_one_referral_at_a_time() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.says("REFER", REFER_TO);
    assert_eq!(talk.statuses(), [491]);
    talk.accepts(referral);
    talk.says("REFER", REFER_TO);
    assert_eq!(talk.statuses(), [491]);
    talk.ends();
}

#[test]
fn a_report_that_is_answered_481_is_the_last_and_the_leg_goes_on() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    talk.report(StatusCode::CALL_DOES_NOT_EXIST);
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(QUIET);
    assert!(talk.asked().is_empty());
    assert!(talk.wire.events.is_empty(), "{:?}", talk.wire.events);
    assert_eq!(talk.wire.agent(Side::B).legs_len(), 1);
    talk.ends();
}

#[test]
fn a_report_that_nobody_answers_is_the_last() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    talk.wire.run(QUIET);
    talk.asked();
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(QUIET);
    assert!(talk.asked().is_empty());
    talk.ends();
}

#[test]
fn reports_outlive_the_leg_and_end_with_it_known_no_more() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    talk.report(StatusCode::OK);
    talk.says("BYE", "");
    assert_eq!(talk.statuses(), [200]);
    talk.tells(referral, StatusCode::RINGING);
    assert!(talk.report(StatusCode::OK).ends_with("SIP/2.0 180 Ringing"));
    talk.tells(referral, StatusCode::SESSION_PROGRESS);
    talk.report(StatusCode::CALL_DOES_NOT_EXIST);
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(REPORT_MAX + QUIET);
    assert!(talk.asked().is_empty(), "one 481 is enough");
    talk.wire.assert_empty();
}

#[test]
fn our_own_bye_and_the_reports_after_it_have_numbers_of_their_own() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    talk.report(StatusCode::OK);
    let leg = talk.leg;
    talk.wire.does(Side::B, |agent, now| agent.hang_up(now, leg, None));
    talk.wire.run(Duration::from_millis(20));
    let bye = talk.asked();
    assert_eq!(bye[0].method, Method::Bye);
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(Duration::from_millis(20));
    let notify = talk.asked();
    assert_eq!(notify[0].method, Method::Notify);
    assert!(notify[0].cseq > bye[0].cseq);
    talk.wire.run(QUIET);
    talk.wire.assert_empty();
}

#[test]
fn who_hangs_up_before_the_202_is_told_that_it_is_over() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.says("BYE", "");
    let mut statuses = talk.statuses();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 487]);
    talk.wire.does(Side::B, |agent, now| agent.accept_referral(now, referral));
    talk.tells(referral, StatusCode::OK);
    talk.wire.run(QUIET);
    assert!(talk.asked().is_empty());
    talk.wire.assert_empty();
}

#[test]
fn a_referral_without_end_is_told_of_for_three_minutes() {
    let mut talk = Talk::begin();
    let referral = talk.refers(REFER_TO);
    talk.accepts(referral);
    talk.report(StatusCode::OK);
    talk.wire.run(REPORT_MAX);
    let last = talk.report(StatusCode::OK);
    assert!(last.ends_with("terminated;reason=timeout | SIP/2.0 100 Trying"), "{last}");
    talk.ends();
}

#[test]
fn a_refer_outside_all_legs_goes_to_the_user_and_one_with_guessed_tags_to_nobody() {
    let mut talk = Talk::begin();
    let wire = &mut talk.wire;
    wire.inject(eve(), Side::B, &request("REFER", ("c9", 1), "", REFER_TO));
    let told: Vec<String> = wire.events.drain(..).map(|(_, event)| said(&event)).collect();
    assert_eq!(told, ["Request REFER"]);
    wire.inject(eve(), Side::B, &request("REFER", ("c1", 7), ";tag=guess", REFER_TO));
    wire.run(Duration::from_millis(20));
    assert_eq!(talk.statuses(), [481]);
    assert!(talk.wire.events.is_empty());
}

#[test]
fn nobody_is_referred_before_the_answer() {
    let mut wire = world();
    wire.inject(eve(), Side::B, &request("INVITE", ("c1", 1), "", ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, leg));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ringing))) = wire.to_strangers.pop() else { panic!() };
    let tag = format!(";tag={}", ringing.to.tag().unwrap());
    let mut talk = Talk { wire, leg, tag: String::new(), cseq: 1 };
    talk.wire.inject(eve(), Side::B, &request("REFER", ("c1", 2), &tag, REFER_TO));
    talk.wire.run(Duration::from_millis(20));
    assert!(talk.statuses().ends_with(&[403]));
}

/// The Refer-To and the Replaces of a dialog of B's with Eve.
fn naming(call_id: &str, to_tag: &str, from_tag: &str) -> (String, String) {
    let refer_to = format!(
        "Refer-To: <sip:x@y?Replaces={call_id}%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{from_tag}>\n"
    );
    (refer_to, format!("Replaces: {call_id};to-tag={to_tag};from-tag={from_tag}\n"))
}

#[test]
fn a_refer_to_names_another_leg_by_call_id_and_both_tags() {
    let mut talk = Talk::begin();
    let (other, tag) = calls(&mut talk.wire, "c2");
    talk.wire.to_strangers.clear();
    let named = |talk: &mut Talk, refer_to: &str| {
        talk.wire.events.clear();
        let referral = talk.refers(refer_to);
        let events = talk.wire.take_transcript();
        talk.wire.does(Side::B, |agent, now| {
            agent.refuse_referral(now, referral, StatusCode::DECLINE);
        });
        events.lines().rev().find(|line| line.contains("Referred")).unwrap().to_owned()
    };
    let right = named(&mut talk, &naming("c2", &tag, "eve").0);
    assert!(right.ends_with(&format!("{:?}", Replaced::Leg(other))), "{right}");
    for (call_id, to_tag, from_tag) in
        [("c2", "eve", tag.as_str()), ("c2", &tag, "bob"), ("c3", &tag, "eve")]
    {
        let wrong = named(&mut talk, &naming(call_id, to_tag, from_tag).0);
        assert!(wrong.ends_with("Unknown"), "{wrong}");
    }
}

#[test]
fn a_call_takes_the_place_of_another_named_by_call_id_and_both_tags() {
    let mut talk = Talk::begin();
    let (tag, leg) = (talk.tag.clone(), talk.leg);
    let (_, right) = naming("c1", &tag, "eve");
    let mut tries = 0;
    let mut invites = |talk: &mut Talk, replaces: &str| {
        tries += 1;
        let text = request("INVITE", (&format!("new{tries}"), 1), "", replaces);
        talk.wire.inject(eve(), Side::B, &text);
        talk.wire.run(Duration::from_millis(20));
        talk.statuses()
    };
    assert_eq!(invites(&mut talk, &naming("c1", "eve", &tag).1), [481], "tags swapped");
    assert_eq!(invites(&mut talk, &naming("c1", &tag, "bob").1), [481]);
    assert_eq!(invites(&mut talk, &naming("c9", &tag, "eve").1), [481]);
    assert_eq!(invites(&mut talk, "Replaces: c1\n"), [400]);
    assert_eq!(invites(&mut talk, &format!("{right}{right}")), [400], "twice");
    let early_only = right.replace('\n', ";early-only\n");
    assert_eq!(invites(&mut talk, &early_only), [486], "it is answered");
    assert!(talk.wire.events.is_empty());
    assert_eq!(invites(&mut talk, &format!("Require: replaces\n{right}")), [100]);
    let Some((_, Event::Incoming { replaces, .. })) = talk.wire.events.pop_back() else { panic!() };
    assert_eq!(replaces, Some(leg));
    talk.wire.does(Side::B, |agent, now| agent.hang_up(now, leg, None));
    talk.wire.run(Duration::from_millis(20));
    talk.asked();
    assert_eq!(invites(&mut talk, &right), [603], "our BYE is out");
}

#[test]
fn a_call_that_rings_here_cannot_be_taken_over() {
    let mut wire = world();
    wire.inject(eve(), Side::B, &request("INVITE", ("c1", 1), "", ""));
    let leg = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, leg));
    wire.run(Duration::from_millis(20));
    let Some((_, Message::Response(ringing))) = wire.to_strangers.pop() else { panic!() };
    let tag = ringing.to.tag().unwrap().to_string();
    wire.to_strangers.clear();
    let (_, replaces) = naming("c1", &tag, "eve");
    wire.inject(eve(), Side::B, &request("INVITE", ("c2", 1), "", &replaces));
    wire.run(Duration::from_millis(20));
    let mut talk = Talk { wire, leg, tag, cseq: 1 };
    assert_eq!(talk.statuses(), [481]);
    assert!(talk.wire.events.is_empty());
}
