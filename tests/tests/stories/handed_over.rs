//! A server that leaves its calls to the next process: a restart, or another version of the program, of which callers and agents hear
//! a moment of silence and no more.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, wait};
use pg_cluster::{Cluster, Durable};
use std::fs;

/// One who talks with the agent, and one who waits.
struct Talk {
    agents_words: Sound,
    callers_words: Sound,
    agent: Baresip,
    talks: Sipp,
    waits: Sipp,
}

/// How much they have heard.
type Heard = (usize, usize, usize);

impl Talk {
    fn begin(server: &Server) -> Self {
        let (agents_words, callers_words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
        let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words);
        let agent = Baresip::start(&setup);
        server.until_agent("1001", "ready");
        let talks = Sipp::dial(server.sip(), "0705600001");
        talks.sound.say(&callers_words);
        server.until_agent("1001", "talking");
        let waits = Sipp::dial(server.sip(), "0705600002");
        server.until_calls(&["talking", "waiting"]);
        let mut talk = Self { agents_words, callers_words, agent, talks, waits };
        talk.hear((0, 0, 0));
        talk
    }

    fn heard(&self) -> Heard {
        let (talks, waits) = (self.talks.sound.heard().len(), self.waits.sound.heard().len());
        (talks, self.agent.hears().len(), waits)
    }

    /// The two hear each other, and the third music.
    fn hear(&mut self, (talks, agent, waits): Heard) {
        self.talks.sound.until_heard("the agent", &self.agents_words, talks);
        self.agent.until_heard("the caller", &self.callers_words, agent);
        wait::until_music("who waits", waits, || self.waits.sound.heard());
    }

    /// They go on with another process.
    fn go_on(&mut self, server: &Server, heard: Heard) {
        server.until_agent("1001", "talking");
        server.until_calls(&["talking", "waiting"]);
        self.talks.sound.peer();
        self.talks.sound.say(&self.callers_words);
        self.hear(heard);
    }

    /// It ends as ever: who waited is answered.
    fn end(mut self, server: &Server) {
        let heard = self.heard();
        self.agent.tell("hangup", "");
        self.talks.ended();
        server.until_calls(&["talking"]);
        self.waits.sound.until_heard("the agent", &self.agents_words, heard.2);
        self.waits.hang_up();
        let rows = server.until_closed(2);
        for row in &rows {
            assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1001".into()));
        }
        for call in [1, 2] {
            let kinds = server.kinds(call);
            let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
            let once = (count("connected"), count("recovered"), count("ended"));
            assert_eq!(once, (1, 1, 1), "{kinds:?}");
        }
    }
}

#[test]
fn a_restart_that_hands_over_drops_neither_who_waits_nor_who_talks() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"0s\"", 1));
    let mut talk = Talk::begin(&server);
    let (status, site) = server.hand_over();
    assert!(status.success(), "{status}");
    let heard = talk.heard();
    talk.talks.sound.moves();
    talk.waits.sound.moves();
    let server = Server::start(site);
    talk.go_on(&server, heard);
    talk.end(&server);
}

/// Begins anew with one who talks and one who waits.
fn begins_anew(site: Site) {
    let server = Server::start(site);
    let mut talk = Talk::begin(&server);
    let (process, run) = (server.process(), server.status().0["run"].clone());
    let heard = talk.heard();
    talk.talks.sound.moves();
    talk.waits.sound.moves();
    server.ask_to_begin_anew();
    wait::until_so("another run serves", || {
        let look = e2e::http::get(server.http(), "/status");
        look.is_ok_and(|(status, body)| status == 200 && !body.contains(&format!("\"run\":{run},")))
    });
    assert_eq!(server.process(), process);
    talk.go_on(&server, heard);
    talk.end(&server);
}

fn centre() -> Site {
    Site::of_one_queue("wrap_up = \"0s\"", 1).unaudited()
}

#[test]
fn a_server_that_begins_anew_is_the_same_process_and_its_calls_go_on() {
    begins_anew(centre());
}

#[test]
fn a_server_that_begins_anew_with_its_ledger_in_postgres_has_its_calls_from_there() {
    let mut cluster = Cluster::start(Durable::No).unwrap();
    let url = cluster.create("calls").unwrap();
    begins_anew(centre().with_setting(&format!("[ledger]\ndatabase = \"{url}\"")));
}

#[test]
fn a_site_that_would_not_be_served_keeps_the_server_that_it_has() {
    let server = Server::start(Site::of_one_queue("", 1));
    let mut caller = Sipp::dial(server.sip(), "0705600003");
    server.until_calls(&["waiting"]);
    let plan = "[number.9000]\ngoto = \"queue.nowhere\"\n";
    fs::write(server.site().folder().join("dialplan.toml"), plan).unwrap();
    server.ask_to_begin_anew();
    wait::until_so("it says why", || server.log().contains("does not begin anew"));
    let now = caller.sound.heard().len();
    wait::until_music("who waits", now, || caller.sound.heard());
    caller.hang_up();
    assert_eq!(server.until_closed(1)[0]["outcome"], "abandoned");
}
