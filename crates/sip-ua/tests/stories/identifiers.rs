//! The identifier by which the traces of a call's legs are found (RFC 7989).

use crate::wire::{ANSWER, OFFER, Side, Wire};
use clock::Duration;
use expect_test::{Expect, expect};
use sip_msg::{Message, Name, NameAddr, Uri};
use sip_ua::{OutgoingInvite, SessionUuid};
use std::collections::BTreeMap;

const SECOND: Duration = Duration::from_secs(1);

/// Every message with its identifier; the numbers are called by letters in the order they are seen in.
fn check(wire: &Wire, expected: &Expect) {
    let mut letters = BTreeMap::from([("0".repeat(32), '-')]);
    let told = wire.all_heard().map(|(to, message)| {
        let (headers, what) = match message {
            Message::Request(request) => (&request.headers, request.method.to_string()),
            Message::Response(response) => {
                (&response.headers, format!("{} {}", response.status.code(), response.cseq_method))
            }
        };
        let mut value = headers.get(Name::SessionId).map_or(String::new(), ToString::to_string);
        for number in value.clone().split(";remote=").filter(|number| number.len() == 32) {
            let next = char::from(b"ABCDEF"[letters.len() - 1]);
            let letter = letters.entry(number.to_owned()).or_insert(next);
            value = value.replace(number, &letter.to_string());
        }
        format!("{to:?} hears {what} {value}\n")
    });
    let told: String = told.collect();
    expected.assert_eq(&told);
}

#[test]
fn every_message_of_a_leg_names_both_ends_and_a_refusal_too() {
    let mut wire = Wire::new(5);
    let (a, _) = wire.talk();
    wire.run(SECOND);
    wire.does(Side::A, |agent, now| agent.reinvite(now, a, OFFER));
    wire.run(SECOND);
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(SECOND);
    check(
        &wire,
        &expect![[r#"
        B hears INVITE A;remote=-
        A hears 100 INVITE 
        A hears 180 INVITE B;remote=A
        A hears 200 INVITE B;remote=A
        B hears ACK A;remote=B
        B hears INVITE A;remote=B
        A hears 100 INVITE 
        B hears CANCEL A;remote=B
        B hears BYE A;remote=B
        A hears 200 CANCEL 
        A hears 487 INVITE B;remote=A
        A hears 200 BYE B;remote=A
        B hears ACK A;remote=B
    "#]],
    );
    let mut wire = Wire::new(6);
    let leg = wire.call();
    wire.run(SECOND);
    let at_b = wire.incoming();
    wire.does(Side::B, |agent, now| agent.ring(now, at_b));
    wire.run(SECOND);
    wire.does(Side::A, |agent, now| agent.hang_up(now, leg, None));
    wire.run(SECOND);
    check(
        &wire,
        &expect![[r#"
        B hears INVITE A;remote=-
        A hears 100 INVITE 
        A hears 180 INVITE B;remote=A
        B hears CANCEL A;remote=-
        A hears 200 CANCEL 
        A hears 487 INVITE B;remote=A
        B hears ACK A;remote=-
    "#]],
    );
}

#[test]
fn who_joins_two_legs_speaks_for_the_end_behind_it() {
    let mut wire = Wire::new(7);
    let far = |digit: &str| SessionUuid::parse(&digit.repeat(32).into()).unwrap();
    let hop = wire.hop_to(Side::B.addr());
    let from = NameAddr::new(Uri::sip("far", Side::A.addr()));
    let target = Uri::sip("bo", Side::B.addr());
    let mut invite = OutgoingInvite::new(hop, target, from, OFFER);
    invite.session = Some(far("1"));
    let a = wire.does(Side::A, |agent, now| agent.invite(now, invite));
    wire.run(SECOND);
    let b = wire.incoming();
    assert_eq!(wire.agent(Side::B).peer_session(b), Some(far("1")));
    wire.does(Side::B, |agent, now| {
        agent.speak_for(b, far("2"));
        agent.answer(now, b, ANSWER);
    });
    wire.run(SECOND);
    assert_eq!(wire.agent(Side::A).peer_session(a), Some(far("2")));
    wire.does(Side::A, |agent, now| agent.hang_up(now, a, None));
    wire.run(SECOND);
    check(
        &wire,
        &expect![[r#"
        B hears INVITE A;remote=-
        A hears 100 INVITE 
        A hears 200 INVITE B;remote=A
        B hears ACK A;remote=B
        B hears BYE A;remote=B
        A hears 200 BYE B;remote=A
    "#]],
    );
}
