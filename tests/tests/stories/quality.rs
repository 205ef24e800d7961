//! How sound arrives: what phones are told of it and tell, and what is left of it in the ledger.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, prompt};

#[test]
fn what_gets_lost_on_the_way_stands_in_the_row_of_its_leg() {
    let server = Server::start(Site::of_one_queue("", 1));
    let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words);
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0708000021");
    caller.sound.lose_one_of(10);
    caller.sound.say(&words);
    server.until_agent("1001", "talking");
    // The agent's phone reports, too; nobody here wrote it.
    e2e::wait::until_so("the phone reports twice", || {
        server.metric("media_rtcp_received_total") >= 2.0
    });
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");

    let legs = server.until_sound(1, 2);
    let number = |side: &str, name: &str| {
        legs[side][name].as_u64().unwrap_or_else(|| panic!("{name} of the {side}: {legs:#?}"))
    };
    let (expected, lost) = (number("caller", "expected"), number("caller", "lost"));
    assert!(expected > 100, "{legs:#?}");
    assert!(lost.abs_diff(expected / 10) <= 1, "one of ten and not {lost} of {expected}");
    assert_eq!(number("caller", "received") + lost, expected);
    assert!(number("caller", "mos") < 360, "{legs:#?}");
    assert!(legs["caller"]["round_trip_us"].is_null(), "sipp reports nothing: {legs:#?}");

    assert_eq!(legs["agent"]["agent"], "1001");
    assert_eq!(number("agent", "lost"), 0, "{legs:#?}");
    assert!(number("agent", "mos") > 400, "{legs:#?}");
    assert!(number("agent", "round_trip_us") < 1_000_000, "{legs:#?}");
    assert!(legs["agent"]["told_lost"].is_number(), "{legs:#?}");
    assert!(server.metric("leg_mos_count") >= 2.0);
}
