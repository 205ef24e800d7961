//! Requests of peers: timers G, H, I, J and L, CANCEL, merged requests and limits.

use crate::world::{World, text};
use expect_test::expect;
use sip_msg::{Name, StatusCode, Text};
use sip_txn::{Config, Transport};

const BRANCH: &str = "z9hG4bK1";

#[test]
fn a_new_invite_is_answered_100_at_once_and_its_copies_too() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.hear("INVITE", BRANCH);
    world.answer(180);
    world.hear("INVITE", BRANCH);
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-1 INVITE
        0.000   > 100 INVITE
        0.000   < INVITE
        0.000   > 100 INVITE
        0.000   > 180 INVITE
        0.000   < INVITE
        0.000   > 180 INVITE
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn a_refusal_that_is_forgotten_takes_no_room_and_is_the_same_for_each_copy() {
    let mut world = World::new(Transport::Udp);
    for _ in 0..2 {
        world.answer_and_forget(&text("INVITE", BRANCH), 407);
        assert_eq!(world.layer.len(), 0);
    }
    world.answer_and_forget(&text("BYE", BRANCH), 481);
    world.hear("ACK", BRANCH);
    assert_eq!(world.layer.len(), 0);
    assert_eq!(world.layer.counts().stateless, 3);
    expect![[r#"
        0.000   > 407 INVITE
        0.000   > 407 INVITE
        0.000   > 481 BYE
        0.000   < ACK
        0.000   told: ACK
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn who_was_told_to_wait_is_remembered_whatever_follows() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.answer_late_and_forget(486);
    world.run(0.6);
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-1 INVITE
        0.000   > 100 INVITE
        0.000   > 486 INVITE
        0.500   > 486 INVITE
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn timers_g_and_h_repeat_a_refusal_that_nobody_acknowledges() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.answer(486);
    world.forget();
    world.run(40.0);
    expect![[r#"
        0.500   > 486 INVITE
        1.500   > 486 INVITE
        3.500   > 486 INVITE
        7.500   > 486 INVITE
        11.500  > 486 INVITE
        15.500  > 486 INVITE
        19.500  > 486 INVITE
        23.500  > 486 INVITE
        27.500  > 486 INVITE
        31.500  > 486 INVITE
        32.000  told: server-txn-1 ACK missing
    "#]]
    .assert_eq(&world.take());
    world.assert_empty();
}

#[test]
fn over_a_connection_a_refusal_is_sent_once_and_its_ack_awaited() {
    let mut world = World::new(Transport::Tcp);
    world.hear("INVITE", BRANCH);
    world.answer(486);
    world.forget();
    world.run(40.0);
    expect![[r#"
        32.000  told: server-txn-1 ACK missing
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn timer_i_absorbs_copies_of_the_ack_for_5_seconds() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.answer(486);
    world.run(0.1);
    world.hear("INVITE", BRANCH);
    world.hear("ACK", BRANCH);
    world.run(4.9);
    world.hear("ACK", BRANCH);
    world.hear("INVITE", BRANCH);
    assert_eq!(world.layer.len(), 1);
    world.run(0.2);
    assert_eq!(world.layer.len(), 0);
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-1 INVITE
        0.000   > 100 INVITE
        0.000   > 486 INVITE
        0.100   < INVITE
        0.100   > 486 INVITE
        0.100   < ACK
        5.000   < ACK
        5.000   < INVITE
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn timer_l_absorbs_copies_of_an_accepted_invite_and_lets_2xx_and_ack_through() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.answer(200);
    world.hear("INVITE", BRANCH);
    world.answer(200);
    world.answer(486);
    world.hear("ACK", BRANCH);
    world.hear("ACK", "z9hG4bK2");
    world.run(31.9);
    world.hear("INVITE", BRANCH);
    assert_eq!(world.layer.len(), 1);
    world.run(0.2);
    assert_eq!(world.layer.len(), 0);
    world.answer(200);
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-1 INVITE
        0.000   > 100 INVITE
        0.000   > 200 INVITE
        0.000   < INVITE
        0.000   > 200 INVITE
        0.000   < ACK
        0.000   told: ACK
        0.000   < ACK
        0.000   told: ACK
        31.900  < INVITE
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn timer_j_answers_copies_of_any_other_request_for_32_seconds() {
    let mut world = World::new(Transport::Udp);
    world.hear("OPTIONS", BRANCH);
    world.hear("OPTIONS", BRANCH);
    world.answer(200);
    let first = world.answered.clone();
    world.run(31.9);
    world.hear("OPTIONS", BRANCH);
    assert_eq!(world.answered, first);
    world.run(0.2);
    world.hear("OPTIONS", BRANCH);
    expect![[r#"
        0.000   < OPTIONS
        0.000   told: server-txn-1 OPTIONS
        0.000   < OPTIONS
        0.000   > 200 OPTIONS
        31.900  < OPTIONS
        31.900  > 200 OPTIONS
        32.100  < OPTIONS
        32.100  told: server-txn-2 OPTIONS
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn over_a_connection_timers_i_and_j_are_zero() {
    let mut world = World::new(Transport::Tcp);
    world.hear("OPTIONS", BRANCH);
    world.answer(200);
    world.hear_text(&text("INVITE", "z9hG4bK2").replace("CSeq: 7", "CSeq: 8"));
    world.answer(486);
    world.hear_text(&text("ACK", "z9hG4bK2").replace("CSeq: 7", "CSeq: 8"));
    world.run(0.0);
    assert_eq!(world.layer.len(), 0);
}

#[test]
fn a_request_that_nobody_answers_is_forgotten_without_a_408() {
    let mut world = World::new(Transport::Udp);
    world.hear("REGISTER", BRANCH);
    world.answer(183);
    world.answer(408);
    world.run(40.0);
    expect![[r#"
        0.000   < REGISTER
        0.000   told: server-txn-1 REGISTER
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.counts().unanswered, 1);
    assert_eq!(world.layer.len(), 0);
}

#[test]
fn a_cancel_is_answered_and_told_once() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.answer(180);
    world.hear("CANCEL", BRANCH);
    assert_eq!(world.answered.as_ref().unwrap().to.tag(), Some(Text::from("us")));
    world.hear("CANCEL", BRANCH);
    world.answer(487);
    world.hear("CANCEL", BRANCH);
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-1 INVITE
        0.000   > 100 INVITE
        0.000   > 180 INVITE
        0.000   < CANCEL
        0.000   > 200 CANCEL
        0.000   told: cancel server-txn-1
        0.000   < CANCEL
        0.000   > 200 CANCEL
        0.000   > 487 INVITE
        0.000   < CANCEL
        0.000   > 200 CANCEL
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn a_cancel_after_the_answer_is_only_answered() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.answer(200);
    world.forget();
    world.hear("CANCEL", BRANCH);
    expect![[r#"
        0.000   < CANCEL
        0.000   > 200 CANCEL
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn a_cancel_for_nothing_is_answered_481_the_same_each_time() {
    let mut world = World::new(Transport::Udp);
    world.hear("CANCEL", BRANCH);
    let first = world.answered.clone().unwrap();
    world.hear("CANCEL", BRANCH);
    assert_eq!(world.answered.as_ref(), Some(&first));
    assert_eq!(first.status, StatusCode::CALL_DOES_NOT_EXIST);
    assert!(first.to.tag().is_some());
    assert_eq!(world.layer.len(), 0);
}

#[test]
fn a_request_that_comes_on_two_ways_is_answered_482_on_the_second() {
    let mut world = World::new(Transport::Udp);
    world.hear("INVITE", BRANCH);
    world.hear("INVITE", "z9hG4bK2");
    world.hear("ACK", "z9hG4bK2");
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-1 INVITE
        0.000   > 100 INVITE
        0.000   < INVITE
        0.000   > 482 INVITE
        0.000   < ACK
        0.000   told: ACK
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.counts().merged, 1);
    world.answer(486);
    world.assert_empty();
}

#[test]
fn a_challenged_request_may_come_again_with_the_same_number() {
    let mut world = World::new(Transport::Udp);
    world.hear("REGISTER", BRANCH);
    world.answer(401);
    world.hear("REGISTER", "z9hG4bK2");
    expect![[r#"
        0.000   < REGISTER
        0.000   told: server-txn-1 REGISTER
        0.000   > 401 REGISTER
        0.000   < REGISTER
        0.000   told: server-txn-2 REGISTER
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn clients_are_told_apart_by_sent_by_and_old_ones_by_everything() {
    let mut world = World::new(Transport::Udp);
    let other = text("OPTIONS", BRANCH).replace("bo.example", "eve.example").replace("c2", "c3");
    world.hear("OPTIONS", BRANCH);
    world.hear_text(&other);
    let old = text("INVITE", "1").replace("c2", "c4").replace(";branch=1", "");
    world.hear_text(&old);
    world.hear_text(&old);
    world.answer(486);
    let ack =
        old.replace("INVITE", "ACK").replace("<sip:ana@10.0.0.1>", "<sip:ana@10.0.0.1>;tag=us");
    world.hear_text(&ack);
    world.hear_text(&old.replace("CSeq: 7", "CSeq: 8"));
    expect![[r#"
        0.000   < OPTIONS
        0.000   told: server-txn-1 OPTIONS
        0.000   < OPTIONS
        0.000   told: server-txn-2 OPTIONS
        0.000   < INVITE
        0.000   told: server-txn-3 INVITE
        0.000   > 100 INVITE
        0.000   < INVITE
        0.000   > 100 INVITE
        0.000   > 486 INVITE
        0.000   < ACK
        0.000   < INVITE
        0.000   told: server-txn-4 INVITE
        0.000   > 100 INVITE
    "#]]
    .assert_eq(&world.take());
}

#[test]
fn answers_go_back_to_the_source_and_say_so() {
    let mut world = World::new(Transport::Udp);
    world.hear("OPTIONS", BRANCH);
    let (_, request) = world.heard.clone().unwrap();
    let via = &request.via[0];
    assert_eq!((via.received(), via.rport()), (Some(world.hop.peer.ip()), Some(5062)));
    let honest = text("OPTIONS", "z9hG4bK2")
        .replace("bo.example", "10.0.0.2")
        .replace(";rport", ";received=6.6.6.6");
    world.hear_text(&honest.replace("c2", "c5"));
    let (_, request) = world.heard.clone().unwrap();
    assert_eq!(request.via[0].received(), None, "nobody but us says where it came from");
}

#[test]
fn an_answer_never_goes_to_the_maddr_that_a_via_names() {
    let mut world = World::new(Transport::Udp);
    // RFC 3261 §18.2.2 would have it sent there: to whomever the sender likes.
    world.hear_text(&text("OPTIONS", BRANCH).replace(";rport", ";maddr=6.6.6.6;ttl=255"));
    world.answer(200);
    let answer = world.answered.clone().unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    world.hear_text(&text("INVITE", "z9hG4bK2").replace(";rport", ";maddr=6.6.6.6"));
    world.answer(486);
    // And again, each time to the source.
    world.run(3.0);
    assert!(world.take().matches("> 486 INVITE").count() > 2);
}

#[test]
fn over_the_limit_new_requests_are_refused_and_those_inside_dialogs_let_in() {
    let mut world = World::limited(Transport::Udp, 1);
    world.hear("OPTIONS", BRANCH);
    world.hear_text(&text("INVITE", "z9hG4bK2").replace("c2", "c3"));
    let refusal = world.answered.clone().unwrap();
    assert!(refusal.headers.get(Name::RetryAfter).is_some());
    world.hear_text(&text("BYE", "z9hG4bK3").replace("10.0.0.1>", "10.0.0.1>;tag=us"));
    world.hear_text(&text("BYE", "z9hG4bK4").replace("10.0.0.1>", "10.0.0.1>;tag=us"));
    expect![[r#"
        0.000   < OPTIONS
        0.000   told: server-txn-1 OPTIONS
        0.000   < INVITE
        0.000   > 503 INVITE
        0.000   < BYE
        0.000   told: server-txn-2 BYE
        0.000   < BYE
        0.000   > 503 BYE
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.counts().refused, 2);
    world.assert_empty();
}

/// A world where one source may hold two transactions.
fn world_of_small_shares() -> World {
    let config = Config::new("10.0.0.1:5060".parse().unwrap(), 100);
    World::configured(Transport::Udp, Config { per_source_max: 2, ..config })
}

/// The peer at `address` sends its `number`th request.
fn hear_from(world: &mut World, address: &str, method: &str, number: u32, to: &str) {
    world.hop.peer = address.parse().unwrap();
    let text = text(method, &format!("z9hG4bK{address}{number}"));
    world.hear_text(&text.replace("c2", &format!("{address}{number}")).replace("1>\nCall", to));
}

#[test]
fn a_flood_from_one_source_leaves_room_for_the_others() {
    let mut world = world_of_small_shares();
    for number in 0..50 {
        hear_from(&mut world, "10.6.6.6:5060", "OPTIONS", number, "1>\nCall");
    }
    assert_eq!(world.layer.len(), 2);
    assert!(world.answered.clone().unwrap().headers.get(Name::RetryAfter).is_some());
    assert_eq!((world.layer.counts().over_share, world.layer.counts().refused), (48, 0));
    world.forget();
    hear_from(&mut world, "10.0.0.2:5062", "INVITE", 0, "1>\nCall");
    expect![[r#"
        0.000   < INVITE
        0.000   told: server-txn-3 INVITE
        0.000   > 100 INVITE
    "#]]
    .assert_eq(&world.take());
    world.answer(486);
    world.run(40.0);
    hear_from(&mut world, "10.6.6.6:5060", "OPTIONS", 50, "1>\nCall");
    assert_eq!(world.layer.counts().over_share, 48, "what is over counts no more");
}

#[test]
fn a_source_over_its_share_may_still_end_its_calls_but_not_without_end() {
    let mut world = world_of_small_shares();
    let inside = "1>;tag=us\nCall";
    for number in 0..3 {
        hear_from(&mut world, "10.0.0.3:5060", "OPTIONS", number, "1>\nCall");
    }
    world.forget();
    for number in 3..6 {
        hear_from(&mut world, "10.0.0.3:5060", "BYE", number, inside);
    }
    expect![[r#"
        0.000   < BYE
        0.000   told: server-txn-3 BYE
        0.000   < BYE
        0.000   told: server-txn-4 BYE
        0.000   < BYE
        0.000   > 503 BYE
    "#]]
    .assert_eq(&world.take());
    assert_eq!(world.layer.counts().over_share, 2);
    world.assert_empty();
}

#[test]
fn neighbours_in_ipv6_share_one_share() {
    let mut world = world_of_small_shares();
    for number in 0..9 {
        let address = format!("[2001:db8::{number}]:5060");
        hear_from(&mut world, &address, "OPTIONS", number, "1>\nCall");
    }
    assert_eq!((world.layer.len(), world.layer.counts().over_share), (2, 7));
    hear_from(&mut world, "[2001:db8:0:1::1]:5060", "OPTIONS", 9, "1>\nCall");
    assert_eq!(world.layer.len(), 3);
}

#[test]
fn requests_on_a_broken_connection_are_forgotten() {
    let mut world = World::new(Transport::Tcp);
    world.hear("INVITE", BRANCH);
    world.forget();
    world.layer.flow_failed(world.hop.flow);
    assert_eq!(world.layer.len(), 0);
    world.answer(200);
    assert_eq!(world.take(), "");
}
