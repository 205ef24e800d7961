//! A phone that nobody here wrote watches a colleague.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound};

/// The number 9000 leads to 1002, who has no work to do after a call; 1001 only watches.
fn site() -> Site {
    Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n\
         wrap_up = \"0s\"\n[queue.other]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"other\"]\n\
         [agent.1002]\nsecret = \"secret-1002\"\nqueues = [\"support\"]\n",
    )
}

#[test]
fn a_foreign_phone_shows_a_colleague_come_talk_and_go() {
    let server = Server::start(site());
    let phone = |account, watches: &[&str]| {
        let setup =
            PhoneSetup::of_agent(server.sip(), account, Picks::UpWhenTold, &Sound::default());
        let watches = watches.iter().map(ToString::to_string).collect();
        let phone = Baresip::start(&PhoneSetup { watches, ..setup });
        server.until_agent(account, "ready");
        phone
    };
    let mut watcher = phone("1001", &["1002"]);
    watcher.until_shows("1002", "Offline");
    let mut colleague = phone("1002", &[]);
    watcher.until_shows("1002", "Online");

    let mut caller = Sipp::dial(server.sip(), "0701000001");
    colleague.wait_for("CALL_INCOMING");
    watcher.until_shows("1002", "Busy");
    colleague.tell("accept", "");
    server.until_agent("1002", "talking");
    watcher.until_shows("1002", "Busy");
    caller.hang_up();
    server.until_agent("1002", "ready");
    watcher.until_shows("1002", "Online");

    server.ask_to_stop();
    watcher.until_shows("1002", "Unknown");
}
