//! A server that is asked to stop: who talks may finish, who comes is sent elsewhere.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, prompt, soft};

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_ends_in_peace_when_the_server_is_asked_to_stop() {
    let site = Site::of_one_queue("", 1).with_setting("drain_max_s = 60");
    let data = site.data();
    let server = Server::start(site);
    let words = prompt("en/demo/leverans");
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words);
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut talking = Sipp::dial(server.sip(), "0709000001");
    server.until_agent("1001", "talking");

    server.ask_to_stop();
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0709000002")).await;
    e2e::wait::until_so("the server has taken notice", || server.log().contains("stopping"));
    let refused = phone.call("9000").await.unwrap();
    assert_eq!(refused.ended().await.to_string(), "rejected with 503");
    let now = talking.sound.heard().len();
    talking.sound.until_heard("the agent still", &words, now);
    talking.hang_up();
    agent.wait_for("CALL_CLOSED");
    // Its site is its folder: kept until the ledger has been read.
    let (status, _site) = server.stopped();
    assert!(status.success(), "{status}");

    let ran = e2e::run(&["calls", "--json", "--data", data.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    let mut outcomes: Vec<_> = rows.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["answered", "refused"]);
}
