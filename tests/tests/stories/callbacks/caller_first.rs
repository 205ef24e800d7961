//! The customer first: called while every agent still talks, and connected with the first of them who does not any more.

use super::{ACME, anna, ask_to_be_called_back, customers_phone, site, told, until_registered};
use e2e::{Kamailio, Server, Sipp, SippCall, prompt, wait};

/// A talk of this length is over within `ahead` for certain.
const CALLBACK: &str = "mode = \"caller_first\"\nahead = \"5m\"";
const QUEUE: &str = "expected_talk = \"20s\"";

#[test]
fn a_customer_is_called_while_the_agent_talks_and_hears_music_until_the_talk_is_over() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(site(&carrier, CALLBACK, QUEUE));
    until_registered(&server);
    let (annas, customers) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let mut phone = customers_phone(&carrier, &customers);
    let mut anna = anna(&server, &annas);
    server.until_agent("1001", "ready");
    let other = SippCall { server: carrier.address(), number: "46812345", caller: "46705800011" };
    let mut talks = Sipp::call(other);
    anna.wait_for("CALL_INCOMING");
    anna.tell("accept", "");
    server.until_agent("1001", "talking");

    ask_to_be_called_back(&carrier);
    phone.wait_for("CALL_INCOMING");
    assert_eq!(server.status().agent_state("1001"), "talking", "with somebody else");
    phone.tell("accept", "");
    let greeted = phone.until_heard("who calls", &prompt("sv/callback/greeting"), 0);
    phone.tell("sndcode", "1");
    let connecting = prompt("sv/callback/connecting");
    let soon = phone.until_heard("that it is soon", &connecting, greeted);
    wait::until_music("the customer", soon, || phone.hears());
    server.until_calls(&["talking", "waiting"]);

    talks.hang_up();
    let rings = anna.wait_for("CALL_INCOMING");
    assert_eq!(rings["peerdisplayname"], "Support: +46701112233", "as a caller: {rings}");
    anna.tell("accept", "");
    anna.until_heard("the customer", &customers, 0);
    phone.until_heard("Anna", &annas, soon);
    phone.tell("hangup", "");
    anna.wait_for("CALL_CLOSED");

    let rows = server.until_closed(3);
    assert_eq!((&rows[2]["outcome"], &rows[2]["agent"]), (&"answered".into(), &"1001".into()));
    let listed = told(&server, &["callback", "list"]);
    assert_eq!((&listed[0]["outcome"], &listed[0]["attempts"]), (&"reached".into(), &1.into()));
}
