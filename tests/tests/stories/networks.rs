//! Phones in several networks, and of both IPs: each speaks with the server at an address of its own.

use e2e::{
    Baresip, PhoneSetup, Picks, Registers, Server, Sipp, SippCall, Site, Sound, prompt, wait,
};
use std::net::{Ipv6Addr, SocketAddr};

/// A server at an address of IPv4, at one of another network, and at one of IPv6.
fn server(site: Site) -> Server {
    Server::start(site.with_sip_at([127, 0, 0, 3]).with_sip_at(Ipv6Addr::LOCALHOST))
}

fn one_queue() -> Site {
    Site::of_one_queue("wrap_up = \"0s\"", 1)
}

/// An agent whose phone is set up so, and a caller who dials there, hear each other. Gives the address
/// from which the caller is sent sound.
fn talk(server: &Server, setup: &PhoneSetup, caller_dials: SocketAddr) -> SocketAddr {
    let (agents_words, words) = (setup.voice.clone(), prompt("en/demo/support"));
    let mut agent = Baresip::start(setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(caller_dials, "0702000011");
    caller.sound.say(&words);
    agent.wait_for("CALL_ESTABLISHED");
    caller.sound.until_heard("the agent", &agents_words, 0);
    agent.until_heard("the caller", &words, 0);
    let from = caller.sound.peer();
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
    from
}

fn agent_at(address: SocketAddr, voice: &Sound) -> PhoneSetup {
    PhoneSetup::of_agent(address, "1001", Picks::Up, voice)
}

#[test]
fn an_agent_of_ipv6_and_a_caller_of_ipv4_hear_each_other() {
    let server = server(one_queue());
    let v6 = server.site().more_sip[1];
    let setup = agent_at(v6, &prompt("en/demo/leverans"));
    let from = talk(&server, &setup, server.sip());
    assert_eq!(from.ip(), server.sip().ip());
}

#[test]
fn an_agent_of_another_network_and_a_caller_of_ipv6_hear_each_other() {
    let server = server(one_queue());
    let [other, v6] = server.site().more_sip[..] else { panic!("there are two more") };
    let setup = agent_at(other, &prompt("en/demo/leverans"));
    let from = talk(&server, &setup, v6);
    assert_eq!(from.ip(), v6.ip());
}

#[test]
fn an_agent_over_tls_on_ipv6_with_encrypted_sound_and_a_caller_of_ipv4_hear_each_other() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\nsrtp = \"required\"\n",
    );
    let server = Server::start(site.with_tls_on_ipv6_too());
    assert!(server.tls().is_ipv6());
    let setup = PhoneSetup {
        transport: "tls",
        ca: Some(server.site().ca()),
        seals: true,
        ..agent_at(server.tls(), &prompt("en/demo/leverans"))
    };
    talk(&server, &setup, server.sip());
    assert!(server.metric("media_packets_unproved_total") < 1.0, "all of it was proved");
}

#[test]
fn a_caller_of_ipv6_chooses_from_the_menu_and_hears_the_music_of_the_queue() {
    let server = server(Site::of_the_demo());
    choose(server.site().more_sip[1]);
}

#[test]
fn a_server_at_all_addresses_of_ipv6_is_heard_from_the_one_that_it_advertises() {
    let site = Site::of_the_demo().with_sip_at(Ipv6Addr::UNSPECIFIED);
    let server = Server::start(site.with_setting("advertise = { \"::\" = \"::1\" }"));
    choose(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), server.site().more_sip[0].port()));
}

/// A caller who dials there hears what the demo has for callers, and is heard.
fn choose(v6: SocketAddr) {
    let caller = Sipp::call(SippCall { server: v6, number: "9000", caller: "0702000012" });
    let welcomed = caller.sound.until_heard("the welcome", &prompt("sv/demo/welcome"), 0);
    caller.sound.press('1');
    let queued = caller.sound.until_heard("Faktura", &prompt("sv/demo/faktura"), welcomed);
    wait::until_music("the caller", queued, || caller.sound.heard());
    assert_eq!(caller.sound.peer().ip(), v6.ip());
}

#[test]
fn a_phone_that_moves_to_ipv6_is_called_there_and_its_call_goes_on_where_it_was() {
    let server = server(one_queue());
    let (v6, words) = (server.site().more_sip[1], prompt("en/demo/leverans"));
    let mut before = Baresip::start(&agent_at(server.sip(), &words));
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0702000013");
    before.wait_for("CALL_ESTABLISHED");
    caller.sound.until_heard("the agent", &words, 0);

    // Its first registration may be over before it can be listened to.
    let setup = PhoneSetup { registers: Registers::AgainAfter(3), ..agent_at(v6, &words) };
    let mut after = Baresip::start(&setup);
    after.wait_for("REGISTER_OK");
    let since = caller.sound.heard().len();
    caller.sound.until_heard("the agent as before", &words, since);
    caller.hang_up();
    before.switch_off();

    let mut next = Sipp::dial(server.sip(), "0702000014");
    after.wait_for("CALL_ESTABLISHED");
    next.sound.until_heard("the agent at the new place", &words, 0);
    next.hang_up();
    server.until_closed(2);
}
