//! The clock of the machine is set while calls are on. How long something lasts is measured by a clock that nobody sets.

use e2e::{Server, Site, Sound, Status, soft, wait};
use jiff::{SignedDuration, Timestamp};
use softphone::{Answer, PhoneCall};
use std::time::Duration;

/// Some hours fast, then a day slow.
const SET: [&str; 2] = ["+3h", "-26h"];

/// Who has waited for half an hour is sent away.
const PATIENT: &str = "wrap_up = \"0s\"\n[[queue.support.when]]\nwaited = \"30m\"\ngoto = \"hangup.late\"\n\
    [hangup.late]\ncause = \"busy\"";

fn sound_of(call: &PhoneCall) -> Sound {
    Sound::of_alaw(&call.heard().alaw)
}

/// When the picture was taken.
fn shown_at(status: &Status) -> Timestamp {
    status.0["at"].as_str().unwrap().parse().unwrap()
}

/// Sets the clock, and waits until the server goes by it.
fn set(server: &Server, by: &str) {
    let before = shown_at(&server.status());
    server.set_clock(by);
    server.until("it shows the other time", |status| {
        shown_at(status).duration_since(before).abs() > SignedDuration::from_hours(1)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_while_calls_are_on_ends_none_and_costs_nobody_a_place_or_a_phone() {
    let site = Site::of_one_queue(PATIENT, 1);
    let server = Server::start_with_clock(site);
    let config = soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO));
    let _agent = soft::switch_on(config).await;
    server.until_agent("1001", "ready");
    let mut calls = Vec::new();
    for (number, states) in ["talking", "waiting", "waiting"].into_iter().enumerate() {
        let config = soft::caller(server.sip(), &format!("070560000{number}"));
        let (phone, events) = soft::switch_on(config).await;
        let call = phone.call("9000").await.unwrap();
        server
            .until("one more is there", |status| status.call_states().get(number) == Some(&states));
        calls.push((call, phone, events));
    }
    let waits = &calls[1].0;
    for by in SET {
        set(&server, by);
        let heard = sound_of(waits).len();
        wait::until_music("who waits", heard, || sound_of(waits));
        let status = server.status();
        assert_eq!(status.call_states(), ["talking", "waiting", "waiting"], "{by}");
        let places: Vec<_> =
            status.calls()[1..].iter().map(|call| call["place"].as_u64()).collect();
        assert_eq!(places, [Some(1), Some(2)], "{by}");
    }
    // One after the other has the agent, whose phone is still known.
    let mut left = calls.len();
    for (call, phone, _) in calls {
        server.until("the next one talks", |status| {
            let states = status.call_states();
            states.len() == left && states[0] == "talking"
        });
        call.hang_up().await;
        phone.stop().await;
        left -= 1;
    }
    let rows = server.until_closed(3);
    for row in &rows {
        assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1001".into()), "{row}");
        assert!(row["wait_ms"].is_u64() && row["talk_ms"].is_u64(), "{row}");
    }
}
