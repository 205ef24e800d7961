//! Carriers that nobody here wrote: registered at with a password or known by address, gone and back.

use e2e::{
    Authority, Baresip, Customer, Kamailio, PhoneSetup, Picks, Server, Sipp, SippCall, Site,
    prompt, run, wait,
};

/// A centre behind a carrier: one number, one queue, one agent.
fn site(trunk: &str) -> Site {
    Site::new(&format!(
        "language = \"sv\"\ncountry = \"46\"\n[number.\"+46812345\"]\ngoto = \"queue.support\"\n\
         [queue.support]\n[agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\ndial_out = true\n\
         [trunk.carrier]\n{trunk}\n"
    ))
}

fn registering(carrier: &Kamailio, transport: &str) -> Site {
    let host = if transport == "tls" { carrier.tls() } else { carrier.address() };
    site(&format!(
        "host = \"{host}\"\ntransport = \"{transport}\"\ndomain = \"carrier.test\"\nuser = \"acme\"\n\
         secret = \"acme-secret\"\nregister = true\nexpires = \"2m\"\nhealth = \"5s\"\n\
         sends = \"digits\"\nwants = \"digits\"\ndial = [\"+46\"]"
    ))
}

const ACME: Customer<'_> = Customer::Registered { user: "acme", secret: "acme-secret" };

fn until_trunk(server: &Server, state: &str) {
    let what = format!("the trunk is {state}");
    server.until(&what, |status| status.trunk_state("carrier") == state);
}

/// Somebody in the world calls our number over the carrier, and both hear each other.
fn talk_over(carrier: &Kamailio, server: &Server, calls_before: usize) {
    let words = prompt("en/demo/leverans");
    let mut agent = Baresip::start(&PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words));
    server.until_agent("1001", "ready");
    let call = SippCall { server: carrier.address(), number: "46812345", caller: "46701111111" };
    let mut caller = Sipp::call(call);
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &words, 0);
    caller.hang_up();
    let rows = server.until_closed(calls_before + 1);
    let row = rows.last().unwrap();
    assert_eq!(row["outcome"], "answered");
    assert_eq!((&row["number"], &row["caller"]), (&"+46812345".into(), &"+46701111111".into()));
}

#[test]
fn calls_come_in_over_a_carrier_that_we_registered_at_by_udp() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "udp"));
    until_trunk(&server, "registered");
    talk_over(&carrier, &server, 0);
}

#[test]
fn calls_come_in_over_the_connection_that_we_registered_by() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "tcp"));
    until_trunk(&server, "registered");
    talk_over(&carrier, &server, 0);
}

#[test]
fn calls_come_in_over_the_secure_connection_to_a_carrier_that_is_who_it_says() {
    let authority = Authority::new();
    let carrier = Kamailio::vouched_for(&authority, ACME);
    let server = Server::start(registering(&carrier, "tls").with_tls_trusting(&authority));
    until_trunk(&server, "registered");
    talk_over(&carrier, &server, 0);
    let ladder = run(&["call", "trace", "1", "--http", &server.http().to_string()]).out;
    assert!(ladder.contains("TLS"), "{ladder}");
}

#[test]
fn a_carrier_whom_nobody_we_trust_vouches_for_is_told_no_password() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "tls").with_tls_trusting(&Authority::new()));
    until_trunk(&server, "down");
}

#[test]
fn calls_come_in_over_a_carrier_that_is_known_by_its_address() {
    let site = site("host = \"127.0.0.2\"\nsends = \"digits\"\nhealth = \"0s\"");
    let carrier = Kamailio::start(Customer::At(site.sip));
    let server = Server::start(site);
    until_trunk(&server, "up");
    talk_over(&carrier, &server, 0);
}

#[test]
fn a_carrier_that_failed_and_forgot_us_is_found_registered_at_again_and_used() {
    let mut carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "udp"));
    until_trunk(&server, "registered");
    carrier.fail();
    until_trunk(&server, "down");
    carrier.come_back();
    until_trunk(&server, "registered");
    talk_over(&carrier, &server, 0);
}

#[test]
fn a_restarted_centre_is_known_to_its_carrier_again() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "udp"));
    until_trunk(&server, "registered");
    let server = Server::start(server.kill());
    until_trunk(&server, "registered");
    talk_over(&carrier, &server, 0);
}

/// Somebody in the world waits at our number while the centre is killed.
fn waits_over_a_kill(transport: &str) {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, transport));
    until_trunk(&server, "registered");
    let call = SippCall { server: carrier.address(), number: "46812345", caller: "46701111111" };
    let mut caller = Sipp::call(call);
    wait::until_music("who waits", 0, || caller.sound.heard());
    wait::until_so("who waits is on disk", || {
        server.metric("ledger_calls_on_written_total") >= 1.0
    });

    let site = server.kill();
    let heard = caller.sound.heard().len();
    caller.sound.moves();
    let server = Server::start(site);
    server.until_calls(&["waiting"]);
    wait::until_music("who waits", heard, || caller.sound.heard());
    caller.hang_up();
    assert_eq!(server.until_closed(1)[0]["outcome"], "abandoned");
}

#[test]
fn who_waits_over_a_carrier_while_the_server_is_killed_hears_music_again_by_udp() {
    waits_over_a_kill("udp");
}

#[test]
fn who_waits_over_a_carrier_while_the_server_is_killed_hears_music_again_by_tcp() {
    waits_over_a_kill("tcp");
}

#[test]
fn a_carrier_does_not_take_a_wrong_password_and_says_so() {
    let carrier = Kamailio::start(Customer::Registered { user: "acme", secret: "another" });
    let server = Server::start(registering(&carrier, "udp"));
    until_trunk(&server, "refused");
    assert_eq!(server.status().trunk("carrier")["refused_with"], 401);
}

#[test]
fn an_agent_calls_the_world_over_a_carrier_that_asks_who_we_are_and_both_hear_each_other() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "udp"));
    until_trunk(&server, "registered");
    let (agents_words, worlds_words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let mut world = Baresip::start(&PhoneSetup {
        secret: "acme-secret".to_owned(),
        ..PhoneSetup::of_agent(carrier.address(), "world", Picks::Up, &worlds_words)
    });
    wait::until_so("the world is registered", || world.tell("reginfo", "").contains("OK"));
    let mut agent =
        Baresip::start(&PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words));
    server.until_agent("1001", "ready");
    agent.dial("0701112233");
    world.wait_for("CALL_ESTABLISHED");
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "occupied");
    agent.until_heard("the world", &worlds_words, 0);
    world.until_heard("the agent", &agents_words, 0);
    world.tell("hangup", "");
    agent.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");
    let ladder = run(&["call", "trace", "1", "--http", &server.http().to_string()]).out;
    for (message, times) in [("407 Proxy", 2), (" ACK sip:", 4), (" BYE sip:", 2)] {
        assert_eq!(ladder.matches(message).count(), times, "{message} in\n{ladder}");
    }
}

#[test]
fn a_number_that_is_on_no_list_does_not_reach_the_carrier() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(registering(&carrier, "udp"));
    until_trunk(&server, "registered");
    let words = prompt("en/demo/leverans");
    let mut agent = Baresip::start(&PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words));
    server.until_agent("1001", "ready");
    agent.dial("0047111222");
    let closed = agent.wait_for("CALL_CLOSED");
    assert!(closed.to_string().contains("403"), "{closed}");
}
