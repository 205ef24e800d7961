//! A phone whose signalling goes over TCP: what it is called by, and what becomes of it when either side
//! is gone and comes back.

use e2e::{Baresip, PhoneSetup, Picks, Registers, Server, Sipp, Site, prompt, wait};

fn on_tcp(server: &Server) -> PhoneSetup {
    PhoneSetup {
        transport: "tcp",
        ..PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &prompt("en/demo/leverans"))
    }
}

fn site() -> Site {
    Site::of_one_queue("wrap_up = \"0s\"", 1)
}

/// A caller reaches the agent, and both hear each other.
fn talk(server: &Server, agent: &mut Baresip, calls_before: usize) {
    let words = prompt("en/demo/support");
    let mut caller = Sipp::dial(server.sip(), "0702000001");
    caller.sound.say(&words);
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &prompt("en/demo/leverans"), 0);
    agent.until_heard("the caller", &words, 0);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    let rows = server.until_closed(calls_before + 1);
    assert_eq!(rows[calls_before]["outcome"], "answered");
}

#[test]
fn an_agent_on_tcp_holds_the_caller_and_takes_the_call_back() {
    let server = Server::start(site());
    let mut agent = Baresip::start(&on_tcp(&server));
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0702000002");
    agent.wait_for("CALL_ESTABLISHED");
    let words = prompt("en/demo/leverans");
    caller.sound.until_heard("the agent", &words, 0);

    agent.tell("hold", "");
    wait::until_so("the hold is written", || server.kinds(1).contains(&"held".to_owned()));
    let held = caller.sound.heard().len();
    wait::until_music("the caller", held, || caller.sound.heard());
    agent.tell("resume", "");
    wait::until_so("its end is written", || server.kinds(1).contains(&"resumed".to_owned()));
    let resumed = caller.sound.heard().len();
    caller.sound.until_heard("the agent again", &words, resumed);

    agent.tell("hangup", "");
    caller.ended();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"agent hung up".into()));
}

#[test]
fn a_phone_on_tcp_comes_back_to_a_restarted_server_and_is_called_there() {
    let server = Server::start(site());
    let setup = PhoneSetup { registers: Registers::AgainAfter(12), ..on_tcp(&server) };
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    talk(&server, &mut agent, 0);
    // Its next registration is far enough away to meet the new server, and not nobody.
    agent.wait_for("REGISTER_OK");
    agent.wait_for("REGISTER_OK");
    let server = Server::start(server.kill());
    // The connection went with the old one, and nobody can be called over it.
    assert_ne!(server.status().agent_state("1001"), "ready");
    server.until_agent("1001", "ready");
    talk(&server, &mut agent, 1);
}

#[test]
fn a_phone_on_tcp_that_was_switched_off_or_fell_silent_is_called_where_it_is_now() {
    let server = Server::start(site());
    let phone = |calls_before: usize| {
        let mut agent = Baresip::start(&on_tcp(&server));
        server.until_agent("1001", "ready");
        talk(&server, &mut agent, calls_before);
        agent
    };
    phone(0).switch_off();
    server.until_agent("1001", "unreachable");
    // The system closes the connection of a program that is no more.
    phone(1).vanish();
    server.until_agent("1001", "unreachable");
    phone(2);
}
