//! What a reload does not take up: it says so, and everything else is in force.

use e2e::{Ran, Server, Sipp, Site, run};
use std::fs;

/// SHA-256 of `desk`.
const TOKEN: &str = "[[token]]\nname = \"lead\"\n\
    sha256 = \"49be417ad74080a0031b636b44cfc26fdd0065492d6cd3b033960c4414955cf7\"\nscopes = [\"plan\"]";

const PLAN: &str = r#"
language = "sv"

[number.9000]
goto = "queue.support"

[queue.support]
name = "First"

[agent.1001]
secret = "secret-1001"
queues = ["support"]

[trunk.carrier]
host = "127.0.0.1:9"
health = "0s"
"#;

fn reload(way: &[&str]) -> Ran {
    run(&[&["reload"], way].concat())
}

/// The site's file with something else in it.
fn rewrite(server: &Server, file: &str, (before, after): (&str, &str)) {
    let file = server.site().folder().join(file);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(before), "{before} is not in {text}");
    fs::write(file, text.replace(before, after)).unwrap();
}

#[test]
fn what_needs_a_restart_is_named_and_the_rest_of_a_change_is_in_force() {
    let site = Site::new(PLAN).with_setting("drain_max_s = 5").with_setting(TOKEN);
    let server = Server::start(site);
    let socket = server.site().data().join("control.sock").to_str().unwrap().to_owned();
    let by_socket = ["--socket", socket.as_str()];
    let token = server.site().folder().join("lead.token");
    fs::write(&token, "desk\n").unwrap();
    let (http, token) = (server.http().to_string(), token.to_str().unwrap().to_owned());
    let over_http = ["--http", &http, "--token-file", &token];

    // Settings: the plan is in force, and what waits is named.
    rewrite(&server, "telefonist.toml", ("drain_max_s = 5", "drain_max_s = 6\ncalls_max = 77"));
    rewrite(&server, "dialplan.toml", ("First", "Second"));
    let ran = reload(&over_http);
    let told = "edition 2 is in force; changed, and waiting for a restart: calls_max, drain_max_s";
    assert_eq!((ran.code, ran.out.trim()), (Some(0), told), "{}", ran.err);
    server.until("the new name", |status| status.queue("support")["name"] == "Second");
    let data = server.site().data();
    let listed = run(&["plan", "list", "--json", "--data", data.to_str().unwrap()]).out;
    assert!(listed.contains("\"token:lead\""), "{listed}");
    server.ask_to_reload();
    server.until("the log", |_| {
        server
            .log()
            .lines()
            .any(|line| line.contains("WARN") && line.contains("calls_max, drain_max_s"))
    });

    // Trunks: nothing of the change is in force, and the place is shown.
    let mut caller = Sipp::dial(server.sip(), "0701000001");
    server.until_calls(&["waiting"]);
    rewrite(&server, "dialplan.toml", ("127.0.0.1:9", "127.0.0.1:10"));
    rewrite(&server, "dialplan.toml", ("Second", "Third"));
    let ran = reload(&by_socket);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    for part in
        ["needs-restart", "[trunk.carrier]", "restart the server, or leave the trunks as they were"]
    {
        assert!(ran.err.contains(part), "{part} is not in {}", ran.err);
    }
    let status = server.status();
    assert_eq!(status.queue("support")["name"], "Second");
    assert_eq!(status.queue("support")["waiting"], 1);
    caller.hang_up();
    server.until_closed(1);

    // The next start has all of it.
    let server = Server::start(server.kill());
    server.until("the third name", |status| status.queue("support")["name"] == "Third");
    let ran = reload(&by_socket);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "edition 3 is in force"), "{}", ran.err);
}
