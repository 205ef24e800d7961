//! What happens to phones in people's homes: routers that change their mind, plugs that are pulled while
//! it rings or in the middle of a talk, and power that comes back.

use e2e::{Baresip, Nat, PhoneSetup, Picks, Registers, Server, Sipp, Site, prompt, wait};

const WORDS: &str = "en/demo/leverans";

fn phone_of(server: &Server, account: &str, picks: Picks) -> PhoneSetup {
    PhoneSetup::of_agent(server.sip(), account, picks, &prompt(WORDS))
}

/// A ring that nobody waits for the end of in these stories.
fn site_with_long_rings() -> Site {
    Site::of_one_queue("ring = \"5m\"\nwrap_up = \"0s\"", 2)
}

/// The caller hears the agent, hangs up, and was served in the place that was theirs.
fn talk(server: &Server, caller: &mut Sipp, agent: &str) {
    server.until_agent(agent, "talking");
    caller.sound.until_heard("the agent", &prompt(WORDS), 0);
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &agent.into()));
}

#[test]
fn a_phone_whose_router_gives_it_another_port_is_rung_there_once_it_has_registered_anew() {
    let server = Server::start(site_with_long_rings());
    let nat = Nat::open(server.sip());
    let mut agent = Baresip::start(&PhoneSetup {
        server: nat.address(),
        registers: Registers::AgainAfter(3),
        ..phone_of(&server, "1001", Picks::Up)
    });
    server.until_agent("1001", "ready");
    nat.rebind();
    // One may have been on its way.
    agent.wait_for("REGISTER_OK");
    agent.wait_for("REGISTER_OK");
    let mut caller = Sipp::dial(server.sip(), "0704200001");
    agent.wait_for("CALL_ESTABLISHED");
    talk(&server, &mut caller, "1001");
    assert_eq!(server.kinds(1).iter().filter(|kind| *kind == "rang").count(), 1);
    assert!(nat.rings() >= 1, "it was rung by way of its router");
}

#[test]
fn a_phone_that_came_back_with_the_power_is_rung_though_its_old_registration_lasts() {
    let server = Server::start(site_with_long_rings());
    let before = Baresip::start(&phone_of(&server, "1001", Picks::Up));
    server.until_agent("1001", "ready");
    before.vanish();
    // It starts at another port, so both registrations stand beside each other.
    let mut agent = Baresip::start(&phone_of(&server, "1001", Picks::Up));
    wait::until_so("it is registered", || agent.tell("reginfo", "").contains("OK"));
    let mut caller = Sipp::dial(server.sip(), "0704200002");
    agent.wait_for("CALL_ESTABLISHED");
    talk(&server, &mut caller, "1001");
}

#[test]
fn a_phone_on_udp_whose_plug_is_pulled_while_it_rings_costs_the_caller_no_place() {
    let server = Server::start(Site::of_one_queue("ring = \"3s\"\nwrap_up = \"0s\"", 2));
    let mut dying = Baresip::start(&phone_of(&server, "1001", Picks::UpWhenTold));
    server.until_agent("1001", "ready");
    let mut second = Baresip::start(&phone_of(&server, "1002", Picks::UpWhenTold));
    server.until_agent("1002", "ready");
    let mut caller = Sipp::dial(server.sip(), "0704200003");
    dying.wait_for("CALL_INCOMING");
    dying.vanish();
    second.wait_for("CALL_INCOMING");
    second.tell("accept", "");
    talk(&server, &mut caller, "1002");
    let agents: Vec<_> = server.rings(1).into_iter().map(|(agent, _)| agent).collect();
    assert_eq!(agents, ["1001", "1002"]);
}

#[test]
fn a_phone_on_tcp_whose_plug_is_pulled_while_it_rings_is_not_waited_for() {
    let server = Server::start(site_with_long_rings());
    let on_tcp = PhoneSetup { transport: "tcp", ..phone_of(&server, "1001", Picks::UpWhenTold) };
    let mut dying = Baresip::start(&on_tcp);
    server.until_agent("1001", "ready");
    let mut second = Baresip::start(&phone_of(&server, "1002", Picks::Up));
    server.until_agent("1002", "ready");
    let mut caller = Sipp::dial(server.sip(), "0704200004");
    dying.wait_for("CALL_INCOMING");
    dying.vanish();
    // The connection broke, and the ring of five minutes with it.
    second.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "unreachable");
    talk(&server, &mut caller, "1002");
}

#[test]
fn a_phone_on_tcp_whose_plug_is_pulled_in_the_middle_of_a_talk_ends_it_at_once() {
    let server = Server::start(site_with_long_rings());
    let on_tcp = PhoneSetup { transport: "tcp", ..phone_of(&server, "1001", Picks::Up) };
    let dying = Baresip::start(&on_tcp);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0704200005");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &prompt(WORDS), 0);
    dying.vanish();
    caller.ended();
    server.until_agent("1001", "unreachable");
    assert_eq!(server.until_closed(1)[0]["agent"], "1001");
}

#[test]
fn a_call_that_died_with_the_server_is_hung_up_at_the_phone_and_the_next_one_taken() {
    let server = Server::start(site_with_long_rings());
    let mut agent = Baresip::start(&phone_of(&server, "1001", Picks::Up));
    server.until_agent("1001", "ready");
    let lost = Sipp::dial(server.sip(), "0704200006");
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    lost.sound.until_heard("the agent", &prompt(WORDS), 0);
    wait::until_so("the talk is on disk", || server.metric("ledger_calls_on_written_total") >= 2.0);
    let site = server.kill();
    // The caller has given up: who went on speaking to the old port, at an address that the next
    // caller has too, would be taken for that one as long as that one is silent.
    drop(lost);

    // The phone is still in the call, and is told that nobody is there any more.
    let server = Server::start(site);
    agent.wait_for("CALL_CLOSED");
    let row = &server.until_closed(1)[0];
    let gone = (&"answered".into(), &"gone after a restart".into());
    assert_eq!((&row["outcome"], &row["cause"]), gone);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0704200007");
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &prompt(WORDS), 0);
    caller.hang_up();
    assert_eq!(server.until_closed(2)[1]["outcome"], "answered");
}
