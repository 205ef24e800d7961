//! Phones whose signalling is encrypted, and whose sound may be.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt};

fn agent_over_tls(server: &Server, voice: &Sound) -> PhoneSetup {
    PhoneSetup {
        server: server.tls(),
        transport: "tls",
        ca: Some(server.site().ca()),
        ..PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, voice)
    }
}

/// One call from a phone in the clear: both hear each other.
fn talk(server: &Server, setup: &PhoneSetup, agents_words: &Sound) {
    let callers_words = prompt("en/demo/support");
    let mut agent = Baresip::start(setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "+46701111111");
    caller.sound.say(&callers_words);
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", agents_words, 0);
    agent.until_heard("the caller", &callers_words, 0);
    caller.hang_up();
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "answered");
    agent.wait_for("CALL_CLOSED");
}

#[test]
fn an_agent_over_tls_and_a_caller_in_the_clear_hear_each_other() {
    let server = Server::start(Site::of_one_queue("", 1).with_tls());
    let words = prompt("en/demo/leverans");
    talk(&server, &agent_over_tls(&server, &words), &words);
}

#[test]
fn an_agent_whose_sound_must_be_encrypted_and_a_caller_in_the_clear_hear_each_other() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\nsrtp = \"required\"\n",
    );
    let server = Server::start(site.with_tls());
    let words = prompt("en/demo/leverans");
    let setup = PhoneSetup { seals: true, ..agent_over_tls(&server, &words) };
    talk(&server, &setup, &words);
    assert!(server.metric("media_packets_unproved_total") < 1.0, "all of it was proved");
    assert!(server.metric("media_packets_received_total") > 50.0);
}
