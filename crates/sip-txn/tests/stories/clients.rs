//! Our own requests: timers A, B, D, E, F, K and M, and CANCEL.

use crate::world::World;
use expect_test::expect;
use ids::FlowId;
use sip_msg::{Method, Name, Text};
use sip_txn::{Hop, Transport};

#[test]
fn timers_a_and_b_repeat_an_invite_and_give_it_up() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Invite);
    world.run(40.0);
    expect![[r#"
        0.000   > INVITE
        0.500   > INVITE
        1.500   > INVITE
        3.500   > INVITE
        7.500   > INVITE
        15.500  > INVITE
        31.500  > INVITE
        32.000  told: client-txn-1 timed out
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn over_a_connection_only_timer_b_runs() {
    let mut world = World::new(Transport::Tcp);
    world.send(Method::Invite);
    world.run(40.0);
    expect![[r#"
        0.000   > INVITE
        32.000  told: client-txn-1 timed out
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn a_provisional_answer_stops_timers_a_and_b() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Invite);
    world.run(0.7);
    world.hear_status(100);
    world.hear_status(180);
    world.run(600.0);
    expect![[r#"
        0.000   > INVITE
        0.500   > INVITE
        0.700   < 100 INVITE
        0.700   told: client-txn-1 100
        0.700   < 180 INVITE
        0.700   told: client-txn-1 180
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn timer_d_acknowledges_copies_of_a_refusal_for_32_seconds() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Invite);
    world.hear_status(486);
    world.run(31.9);
    world.hear_status(486);
    world.run(0.2);
    world.hear_status(486);
    expect![[r#"
        0.000   > INVITE
        0.000   < 486 INVITE
        0.000   > ACK
        0.000   told: client-txn-1 486
        31.900  < 486 INVITE
        31.900  > ACK
        32.100  < 486 INVITE
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.counts().stray_responses, 1);
    world.assert_empty();
}

#[test]
fn the_ack_to_a_refusal_has_the_branch_of_its_invite_and_the_tag_of_the_refusal() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Invite);
    let invite = world.sent.clone().unwrap();
    let mut refusal = invite.reply(sip_msg::StatusCode::BUSY_HERE);
    refusal.to.set_tag("theirs");
    world.layer.receive(world.now, world.hop, sip_msg::Message::Response(refusal));
    let Some(sip_txn::Output::Send { bytes, .. }) = world.layer.poll_output() else { panic!() };
    let Ok(sip_msg::Message::Request(ack)) = sip_msg::parse(bytes) else { panic!() };
    assert_eq!((&ack.method, &ack.via, ack.cseq), (&Method::Ack, &invite.via, invite.cseq));
    assert_eq!((ack.to.tag(), &ack.uri), (Some(Text::from("theirs")), &invite.uri));
}

#[test]
fn timer_m_tells_further_2xx_for_32_seconds() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Invite);
    world.hear_status(200);
    world.run(31.9);
    world.hear_status(200);
    world.hear_status(486);
    world.run(0.2);
    world.hear_status(200);
    expect![[r#"
        0.000   > INVITE
        0.000   < 200 INVITE
        0.000   told: client-txn-1 200
        31.900  < 200 INVITE
        31.900  told: client-txn-1 200
        31.900  < 486 INVITE
        32.100  < 200 INVITE
        32.100  told: stray 200
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn timers_e_and_f_repeat_any_other_request_up_to_every_4_seconds() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Register);
    world.run(40.0);
    expect![[r#"
        0.000   > REGISTER
        0.500   > REGISTER
        1.500   > REGISTER
        3.500   > REGISTER
        7.500   > REGISTER
        11.500  > REGISTER
        15.500  > REGISTER
        19.500  > REGISTER
        23.500  > REGISTER
        27.500  > REGISTER
        31.500  > REGISTER
        32.000  told: client-txn-1 timed out
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn a_100_slows_timer_e_down_to_every_4_seconds() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Options);
    world.run(0.6);
    world.hear_status(100);
    world.run(40.0);
    expect![[r#"
        0.000   > OPTIONS
        0.500   > OPTIONS
        0.600   < 100 OPTIONS
        0.600   told: client-txn-1 100
        4.600   > OPTIONS
        8.600   > OPTIONS
        12.600  > OPTIONS
        16.600  > OPTIONS
        20.600  > OPTIONS
        24.600  > OPTIONS
        28.600  > OPTIONS
        32.000  told: client-txn-1 timed out
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn timer_k_absorbs_copies_of_an_answer_for_5_seconds() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Bye);
    world.hear_status(200);
    world.run(4.9);
    world.hear_status(200);
    assert_eq!(world.layer.len(), 1);
    world.run(0.2);
    assert_eq!(world.layer.len(), 0);
    expect![[r#"
        0.000   > BYE
        0.000   < 200 BYE
        0.000   told: client-txn-1 200
        4.900   < 200 BYE
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn over_a_connection_timers_d_and_k_are_zero() {
    for method in [Method::Invite, Method::Bye] {
        let mut world = World::new(Transport::Tcp);
        world.send(method);
        world.hear_status(486);
        world.run(0.0);
        assert_eq!(world.layer.len(), 0);
    }
}

#[test]
fn a_cancel_waits_for_a_sign_of_life_and_carries_its_reason() {
    let mut world = World::new(Transport::Udp);
    let txn = world.send(Method::Invite);
    let invite = world.sent.clone().unwrap();
    world.cancel(txn);
    world.run(0.7);
    world.hear_answer(&invite, 100);
    let cancel = world.sent.clone().unwrap();
    assert_eq!(cancel.headers.get(Name::Reason), Some(&Text::from("SIP;cause=200")));
    assert_eq!((&cancel.via, &cancel.to, cancel.cseq), (&invite.via, &invite.to, invite.cseq));
    world.hear_answer(&cancel, 200);
    world.hear_answer(&invite, 487);
    expect![[r#"
        0.000   > INVITE
        0.500   > INVITE
        0.700   < 100 INVITE
        0.700   told: client-txn-1 100
        0.700   > CANCEL
        0.700   < 200 CANCEL
        0.700   < 487 INVITE
        0.700   > ACK
        0.700   told: client-txn-1 487
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn an_invite_whose_cancel_comes_to_nothing_is_given_up_after_32_seconds() {
    let mut world = World::new(Transport::Udp);
    let txn = world.send(Method::Invite);
    world.hear_status(180);
    world.run(100.0);
    world.forget();
    world.cancel(txn);
    world.cancel(txn);
    world.hear_status(200);
    world.run(40.0);
    expect![[r#"
        100.000 > CANCEL
        100.000 < 200 CANCEL
        132.000 told: client-txn-1 timed out
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn a_cancel_after_the_answer_does_nothing() {
    for status in [200, 486] {
        let mut world = World::new(Transport::Udp);
        let txn = world.send(Method::Invite);
        world.hear_status(status);
        world.forget();
        world.cancel(txn);
        assert_eq!(world.take(), "");
    }
}

#[test]
fn a_broken_connection_fails_what_is_not_answered() {
    let mut world = World::new(Transport::Tcp);
    world.send(Method::Invite);
    world.send(Method::Register);
    world.send(Method::Invite);
    world.hear_status(200);
    world.forget();
    world.layer.flow_failed(FlowId(8));
    world.drain();
    assert_eq!(world.take(), "");
    world.layer.flow_failed(world.hop.flow);
    world.drain();
    expect![[r#"
        0.000   told: client-txn-1 unsendable
        0.000   told: client-txn-2 unsendable
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.len(), 0);
}

#[test]
fn a_request_without_a_connection_follows_the_one_that_was_opened() {
    let mut world = World::new(Transport::Tcp);
    let opened = world.hop;
    world.hop.flow = Hop::NO_FLOW;
    world.send(Method::Invite);
    world.hop = opened;
    world.hear_status(100);
    world.forget();
    world.layer.peer_unreachable(opened.peer);
    world.drain();
    assert_eq!(world.take(), "", "it has a connection by now");
    world.layer.flow_failed(opened.flow);
    world.drain();
    expect![[r#"
        0.000   told: client-txn-1 unsendable
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn answers_that_are_not_ours_are_dropped() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Options);
    let mut request = world.sent.clone().unwrap();
    world.forget();
    request.via.push(request.via[0].clone());
    world.hear_answer(&request, 200);
    request.via = vec![sip_msg::Via::parse("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKguess").unwrap()];
    world.hear_answer(&request, 200);
    let wrong_method = sip_msg::Request { method: Method::Bye, ..world.sent.clone().unwrap() };
    world.hear_answer(&wrong_method, 200);
    assert_eq!(world.take().matches("told").count(), 0);
    assert_eq!(world.layer.counts().stray_responses, 3);
}

#[test]
fn an_answer_to_an_invite_that_is_none_of_ours_any_more_is_told() {
    let mut world = World::new(Transport::Udp);
    world.send(Method::Invite);
    let invite = world.sent.clone().unwrap();
    let mut before = invite.clone();
    // As another process of ours has written it.
    let via = invite.via[0].to_string().replace("z9hG4bK", "z9hG4bKbefore");
    before.via = vec![sip_msg::Via::parse(Text::from(via.clone())).unwrap()];
    world.forget();
    world.hear_answer(&before, 180);
    world.hear_answer(&before, 486);
    world.hear_answer(&before, 200);
    let elsewhere = via.replace("10.0.0.1", "10.0.0.9");
    before.via = vec![sip_msg::Via::parse(Text::from(elsewhere)).unwrap()];
    world.hear_answer(&before, 200);
    expect![[r#"
        0.000   < 180 INVITE
        0.000   < 486 INVITE
        0.000   < 200 INVITE
        0.000   told: stray 200
        0.000   < 200 INVITE
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.counts().stray_responses, 4);
}
