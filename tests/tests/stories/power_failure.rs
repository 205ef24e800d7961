//! A server that is gone from one moment to the next.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, Status, soft, wait};
use softphone::{Answer, CallState, PhoneCall, PhoneConfig};
use std::time::Duration;

/// Callers who call at once before each power failure.
const AT_ONCE: usize = 12;
const FAILURES: usize = 4;

async fn agent(server: &Server, account: &str) -> softphone::Phone {
    let config = soft::agent(server.sip(), account, Answer::After(Duration::ZERO));
    let (phone, _events) = soft::switch_on(config).await;
    server.until_agent(account, "ready");
    phone
}

fn was_answered(call: &PhoneCall) -> bool {
    matches!(call.state(), CallState::Answered(_))
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_people_who_are_gone_are_closed_by_the_next_start() {
    let server = Server::start(Site::of_one_queue("", 2));
    let agents = [agent(&server, "1001").await, agent(&server, "1002").await];
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0704000001")).await;
    for _ in 0..4 {
        phone.call("9000").await.unwrap().answered().await.unwrap();
    }
    server.until("two talk and two wait", |status: &Status| {
        let states = status.call_states();
        let count = |wanted: &str| states.iter().filter(|state| **state == wanted).count();
        (count("talking"), count("waiting")) == (2, 2)
    });
    wait::until_so("two have been connected on disk", || {
        server.calls().iter().filter(|row| row["connected_at"].is_string()).count() == 2
    });
    let site = server.kill();
    drop((agents, phone));

    let server = Server::start(site);
    let rows = server.until_closed(4);
    // Who talked was answered, however it ended.
    for row in &rows {
        let outcome = if row["agent"].is_string() { "answered" } else { "interrupted" };
        assert_eq!(row["outcome"], outcome, "{row}");
    }
    assert_eq!(rows.iter().filter(|row| row["agent"].is_string()).count(), 2);

    // Life goes on, and the numbers count on.
    let _agent = agent(&server, "1001").await;
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0704000002")).await;
    let call = phone.call("9000").await.unwrap();
    call.answered().await.unwrap();
    server.until_calls(&["talking"]);
    call.hang_up().await;
    let rows = server.until_closed(5);
    assert_eq!((&rows[4]["id"], &rows[4]["outcome"]), (&5.into(), &"answered".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_registered_before_a_power_failure_rings_after_it_without_a_word() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"0s\"", 2));
    // It registers once in ten minutes, so it does not come again while this lasts.
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let mut desk = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    agent(&server, "1002").await.stop().await;
    server.until("the second phone is gone", |status| status.agent_state("1002") == "unreachable");
    wait::until_so("two that came and one that went are on disk", || {
        server.metric("ledger_bindings_written_total") >= 3.0
    });

    let server = Server::start(server.kill());
    assert_eq!(server.status().agent_state("1001"), "ready");
    assert_eq!(server.status().agent_state("1002"), "unreachable");
    let mut caller = Sipp::dial(server.sip(), "0704000003");
    desk.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["agent"], &row["outcome"]), (&"1001".into(), &"answered".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_answered_has_a_row_whenever_the_power_fails() {
    let mut site = Site::of_one_queue("", 1);
    let mut answered_in_all = 0;
    for failure in 0..FAILURES {
        let server = Server::start(site);
        let (phone, _events) =
            soft::switch_on(PhoneConfig::new(server.sip(), format!("070500000{failure}"))).await;
        let mut calls = Vec::new();
        for _ in 0..AT_ONCE {
            calls.push(phone.call("9000").await.unwrap());
        }
        // Each time a little later in the rush.
        let enough = 1 + failure * 3;
        wait::until_so("some are answered", || {
            calls.iter().filter(|call| was_answered(call)).count() >= enough
        });
        site = server.kill();
        answered_in_all += calls.iter().filter(|call| was_answered(call)).count();
    }
    let server = Server::start(site);
    let rows = server.until_closed(server.calls().len());
    assert!(rows.len() >= answered_in_all, "{} rows, {answered_in_all} answers", rows.len());
    assert!(rows.len() <= AT_ONCE * FAILURES, "{} rows", rows.len());
    for row in &rows {
        assert_eq!(row["outcome"], "interrupted", "{row}");
    }
}
