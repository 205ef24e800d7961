//! `telefonist serve`, looked at from outside.

use crate::auditing::{Audit, Sink};
use crate::hold::Hold;
use crate::{KillPoint, Ran, Running, Signal, Site, Status, http, program, run, wait, wall_clock};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

/// A server that answers calls.
#[derive(Debug)]
pub struct Server {
    // Before the program, which is asked what it has lost.
    audit: Option<Audit>,
    // The same: it looks at the program for as long as that may be there.
    hold: Option<Hold>,
    running: Running,
    // After the program, so that its folder outlives it, and the address that it tells copies to.
    site: Site,
    _sink: Option<Sink>,
}

impl Server {
    /// Starts a server for a site, and waits until it says that it is well.
    #[must_use]
    pub fn start(site: Site) -> Self {
        Self::start_with(site, &[])
    }

    /// The same on another day: the wall clock shows this when it starts, such as `2026-12-24 10:00` in Stockholm, and
    /// goes on from there.
    #[must_use]
    pub fn start_at(site: Site, at: &str) -> Self {
        Self::start_at_moment(site, wall_clock::moment(at))
    }

    /// The same by a moment.
    #[must_use]
    pub fn start_at_moment(site: Site, at: Timestamp) -> Self {
        Self::start_with(site, &wall_clock::showing(at))
    }

    /// The same with a wall clock that [`Server::set_clock`] sets.
    #[must_use]
    pub fn start_with_clock(site: Site) -> Self {
        let file = wall_clock(&site);
        fs::write(&file, "+0s").expect("a temporary folder can be written");
        let environment = wall_clock::set_by(&file);
        Self::start_with(site, &environment)
    }

    /// Sets its wall clock to be so much fast, or slow: `+3h`, `-26h`.
    pub fn set_clock(&self, by: &str) {
        fs::write(wall_clock(&self.site), by).expect("a temporary folder can be written");
    }

    fn start_with(site: Site, environment: &[(&'static str, String)]) -> Self {
        let mut command = Command::new(program());
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let mut server = Self::run(site, command);
        wait::until_so("the server is healthy", || {
            assert!(server.is_alive(), "the server ended at once:\n{}", server.log());
            server.is_healthy()
        });
        server
    }

    /// Starts a server that is killed at this point, which may be before it is well.
    #[must_use]
    pub fn start_to_die(site: Site, at: KillPoint) -> Self {
        let command = at.command(&site.data());
        let mut server = Self::run(site, command);
        server.hold = (!at.is_elsewhere()).then(|| Hold::of(&server.running));
        wait::until_so("the server is healthy, or dead", || {
            server.is_healthy() || !server.is_alive()
        });
        server
    }

    fn run(mut site: Site, mut command: Command) -> Self {
        let (audit, sink) = Audit::of(&mut site).unzip();
        command.arg("serve").arg(site.folder()).env("RUST_LOG", site.log);
        let running = Running::start("telefonist", &mut command, site.folder());
        Self { audit, hold: None, running, site, _sink: sink }
    }

    fn is_healthy(&self) -> bool {
        http::get(self.site.http, "/healthz").is_ok_and(|(status, _)| status == 200)
    }

    /// Where it takes calls.
    #[must_use]
    pub const fn sip(&self) -> SocketAddr {
        self.site.sip
    }

    /// Where it takes calls over TLS.
    #[must_use]
    pub fn tls(&self) -> SocketAddr {
        self.site.tls.expect("the site was made with TLS")
    }

    /// Where it takes phones in browsers, as they write it.
    #[must_use]
    pub fn wss(&self) -> String {
        format!("wss://{}", self.site.wss.expect("the site was made with WebSocket"))
    }

    /// The site that it serves.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Where it shows itself.
    #[must_use]
    pub const fn http(&self) -> SocketAddr {
        self.site.http
    }

    /// What somebody must see to, as a status tells it: what each alarm is about. That the machine is busy, on which other tests
    /// run beside this one, is none of them.
    #[must_use]
    pub fn alarms(&self) -> Vec<String> {
        let status = self.status();
        let alarms = status.0["alarms"].as_array().into_iter().flatten();
        let about = alarms.filter_map(|alarm| alarm["about"].as_str().map(str::to_owned));
        about.filter(|about| about != "load").collect()
    }

    /// What it looks like now.
    #[must_use]
    pub fn status(&self) -> Status {
        let (status, body) = http::get(self.http(), "/status").expect("the server is there");
        assert_eq!(status, 200, "{body}");
        Status(serde_json::from_str(&body).expect("the status is JSON"))
    }

    /// Waits until it looks so.
    pub fn until(&self, what: &str, mut so: impl FnMut(&Status) -> bool) -> Status {
        wait::until(what, || {
            let status = self.status();
            so(&status).then_some(status)
        })
    }

    /// Waits until an agent is in this state.
    pub fn until_agent(&self, agent: &str, state: &str) -> Status {
        let what = format!("{agent} is {state}");
        self.until(&what, |status| status.agent_state(agent) == state)
    }

    /// Waits until the calls that are on are in these states, the oldest first.
    pub fn until_calls(&self, states: &[&str]) -> Status {
        let what = format!("the calls are {states:?}");
        self.until(&what, |status| status.call_states() == states)
    }

    /// The sum of a metric over all its labels; 0 while nobody has counted.
    #[must_use]
    pub fn metric(&self, name: &str) -> f64 {
        let (_, text) = http::get(self.http(), "/metrics").expect("the server is there");
        let of_name =
            |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
        let values = text.lines().filter(of_name).filter_map(|line| line.rsplit(' ').next());
        values.filter_map(|value| value.parse::<f64>().ok()).sum()
    }

    /// The rows of the ledger by the command line, the oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Value> {
        let data = self.site.data();
        let data = data.to_str().expect("temporary folders have plain names");
        let ran = run(&["calls", "--data", data, "--json", "--last", "1000"]);
        let mut rows: Vec<Value> = rows(&ran);
        rows.sort_by_key(|row| row["id"].as_u64());
        rows
    }

    /// Waits until the ledger has this many rows, all of them closed.
    pub fn until_closed(&self, count: usize) -> Vec<Value> {
        // Who is gone when the server is started again is given up after 32 s.
        let long = 2 * wait::LONG;
        wait::until_within(long, &format!("{count} calls are over"), || {
            let rows = self.calls();
            let closed = rows.iter().filter(|row| row["outcome"].is_string()).count();
            (closed == count && rows.len() == count).then_some(rows)
        })
    }

    /// Everything that happened in a call, by the command line.
    #[must_use]
    pub fn story(&self, call: u64) -> Vec<Value> {
        let data = self.site.data();
        let data = data.to_str().expect("temporary folders have plain names");
        rows(&run(&["calls", "--data", data, "--json", &call.to_string()]))
    }

    /// The kinds of what happened in a call, in order. When its streams closed is left out: that has no place
    /// among the rest.
    #[must_use]
    pub fn kinds(&self, call: u64) -> Vec<String> {
        let kind = |event: &Value| event["kind"].as_str().expect("events have a kind").to_owned();
        let kinds = self.story(call).iter().map(kind).collect::<Vec<_>>();
        kinds.into_iter().filter(|kind| kind != "leg_closed").collect()
    }

    /// How the sound of a call's legs was, by whose they are, once so many have closed.
    #[must_use]
    pub fn until_sound(&self, call: u64, legs: usize) -> BTreeMap<String, Value> {
        let side = |detail: &Value| detail["side"].as_str().expect("a leg has a side").to_owned();
        wait::until(&format!("{legs} legs have closed"), || {
            let closed = self.story(call).into_iter().filter(|event| event["kind"] == "leg_closed");
            let closed: BTreeMap<_, _> =
                closed.map(|event| (side(&event["detail"]), event["detail"].clone())).collect();
            (closed.len() == legs).then_some(closed)
        })
    }

    /// The rings of a call in their order: whose phone, and how it ended.
    #[must_use]
    pub fn rings(&self, call: u64) -> Vec<(String, String)> {
        let story = self.story(call);
        let ended = story.iter().filter(|event| event["kind"] == "reservation_ended");
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        ended.map(|it| (word(&it["detail"]["agent"]), word(&it["detail"]["end"]))).collect()
    }

    /// Ends it as a power failure does, and gives its site back.
    #[must_use]
    pub fn kill(self) -> Site {
        let Self { audit, hold, mut running, mut site, .. } = self;
        drop(hold);
        running.signal(Signal::Kill);
        running.wait();
        site.judge = audit.and_then(Audit::killed);
        site
    }

    /// Asks it to leave its calls to the next process, and says how it ended; gives its site back.
    #[must_use]
    pub fn hand_over(self) -> (ExitStatus, Site) {
        let Self { audit, mut running, mut site, .. } = self;
        running.signal(Signal::HandOver);
        let status = running.wait();
        site.judge = audit.and_then(Audit::killed);
        (status, site)
    }

    /// Asks it to become the program anew, with its calls.
    pub fn ask_to_begin_anew(&self) {
        self.running.signal(Signal::BeginAnew);
    }

    /// Asks it to end, and says how it did.
    pub fn stop(self) -> ExitStatus {
        self.ask_to_stop();
        self.stopped().0
    }

    /// Asks it to read its site anew.
    pub fn ask_to_reload(&self) {
        self.running.signal(Signal::Hangup);
    }

    /// Asks it to end when its calls have.
    pub fn ask_to_stop(&self) {
        self.running.signal(Signal::Terminate);
    }

    /// Waits until it has ended, says how, and gives its site back.
    pub fn stopped(self) -> (ExitStatus, Site) {
        let Self { audit, mut running, site, .. } = self;
        let status = running.wait();
        drop(audit);
        (status, site)
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        self.running.said()
    }

    /// The number of its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.running.process()
    }

    /// Memory it has now, in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        self.running.memory_kib()
    }

    /// Files and sockets that it has open now.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        self.running.descriptors()
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.running.id()
    }

    /// Whether it runs.
    pub fn is_alive(&mut self) -> bool {
        self.running.ended().is_none()
    }
}

/// The file that sets the wall clock of a server.
fn wall_clock(site: &Site) -> PathBuf {
    site.folder().join("wall-clock")
}

fn rows(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    serde_json::from_str(&ran.out).expect("the calls are JSON")
}
