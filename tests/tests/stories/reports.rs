//! What the report of queues says: the same on the command line and over HTTP, and after a power failure.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, Status, prompt, run, wait};
use pg_cluster::{Cluster, Durable};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

const PLAN: &str = r#"
    language = "sv"
    [number.9000]
    goto = "queue.support"
    [queue.support]
    [[queue.support.at]]
    after = "1s"
    prompts = ["demo/support"]
    keys = { 7 = "say.nobody" }
    [say.nobody]
    prompts = ["closed"]
    [agent.1001]
    secret = "secret-1001"
    queues = ["support"]
"#;

/// SHA-256 of `wall`, who may look.
const TOKEN: &str = "[[token]]\nname = \"wall\"\n\
    sha256 = \"4d8aaa64f68587b18e27604cd3d3b67aaa66342ef33df2ae755b5524e84cb3d5\"\n\
    scopes = [\"read\"]";

/// Longer than who hangs up early.
const NOT_SHORT: Duration = Duration::from_secs(6);

/// All days of these tests, so that none ends at midnight.
const DAYS: [&str; 2] = ["2020-01-01", "2099-12-31"];

fn report(server: &Server, form: &str) -> String {
    let data = server.site().data();
    let data = data.to_str().expect("temporary folders have plain names");
    let [from, to] = DAYS;
    let ran = run(&["report", "queues", "--data", data, "--from", from, "--to", to, form]);
    assert!(ran.err.is_empty(), "{}", ran.err);
    ran.out
}

fn on_the_command_line(server: &Server) -> Value {
    serde_json::from_str(&report(server, "--json")).expect("the report is JSON")
}

fn over_http(server: &Server) -> Value {
    let [from, to] = DAYS;
    get(server, &format!("reports/queues?from={from}&to={to}"))
}

fn get(server: &Server, path: &str) -> Value {
    let mut stream = TcpStream::connect(server.http()).expect("the server is there");
    let ask = format!(
        "GET /api/v1/{path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer wall\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).expect("the server listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("there is a head");
    assert!(head.starts_with("HTTP/1.0 200"), "{answer}");
    serde_json::from_str(body).expect("the answer is JSON")
}

/// What the live figures say of calls and of the one queue, in the words of a report of it.
fn live(server: &Server) -> Value {
    let now = get(server, "status");
    let (totals, queue) = (&now["totals"], &now["queues"][0]);
    json!({
        "offered": totals["offered"],
        "answered": totals["answered"],
        "abandoned": totals["abandoned"],
        "waiting": queue["waiting"],
    })
}

/// What agents did in all these days: `total` of the report.
fn agents(server: &Server) -> Value {
    let data = server.site().data();
    let data = data.to_str().expect("temporary folders have plain names");
    let [from, to] = DAYS;
    let asked = ["report", "agents", "--data", data, "--from", from, "--to", to, "--json"];
    let report: Value = serde_json::from_str(&run(&asked).out).expect("the report is JSON");
    report["total"].clone()
}

/// The figures that the screen shows of the day for queues and agents, and what the reports say in their place.
fn shown_and_reported(server: &Server) -> [Value; 2] {
    let now = get(server, "status");
    let reported = [on_the_command_line(server)["total"].clone(), agents(server)];
    let today = [now["queues"][0]["today"].clone(), now["agents"][0]["today"].clone()];
    let the_same = today.iter().zip(reported).map(|(today, reported)| {
        let names = today.as_object().expect("the day is an object").keys();
        names.map(|name| (name.clone(), reported[name].clone())).collect::<Value>()
    });
    let reported: Value = the_same.collect();
    [today.into_iter().collect(), reported]
}

fn until_the_screen_says_what_the_reports_say(server: &Server) -> Value {
    wait::until("the day on the screen is that of the reports", || {
        let [shown, reported] = shown_and_reported(server);
        (shown == reported).then_some(shown)
    })
}

/// Whether the seconds in all states are those of the log-in.
fn add_up(total: &Value) -> bool {
    let object = total.as_object().expect("the total is an object");
    let seconds = |name: &str| object[name].as_u64().expect("seconds are numbers");
    let no_state = ["staffed_s", "held_s", "average_handling_s"];
    let is_state = |name: &&String| {
        name.ends_with("_s") && !name.starts_with("paused_") && !no_state.contains(&name.as_str())
    };
    let states: u64 = object.keys().filter(is_state).map(|name| seconds(name)).sum();
    states + seconds("paused_s") == seconds("staffed_s")
}

/// The report on the command line once its total has these counts, the others being none.
fn until(server: &Server, wanted: &Value) -> Value {
    let outcomes = [
        "offered",
        "answered",
        "abandoned",
        "short_abandoned",
        "timed_out",
        "overflowed",
        "callback",
        "key",
        "closed",
        "moved",
        "withdrawn",
        "interrupted",
        "waiting",
    ];
    wait::until(&format!("the report says {wanted}"), || {
        let report = on_the_command_line(server);
        let none = json!(0);
        let is_so = |name: &&str| report["total"][*name] == *wanted.get(*name).unwrap_or(&none);
        outcomes.iter().all(is_so).then_some(report)
    })
}

#[test]
fn a_report_says_the_same_everywhere_and_after_a_power_failure() {
    says_the_same_everywhere(Site::new(PLAN).with_setting(TOKEN));
}

#[test]
fn a_report_of_a_ledger_in_postgresql_says_the_same_everywhere_and_after_a_power_failure() {
    let mut cluster = Cluster::start(Durable::No).unwrap();
    let url = cluster.create("calls").unwrap();
    let ledger = format!("[ledger]\ndatabase = \"{url}\"\n{TOKEN}");
    says_the_same_everywhere(Site::new(PLAN).with_setting(&ledger));
}

/// What the queue and the agent have done on a day, as its reports say: offered, answered and handled.
fn of_day(server: &Server, day: &str) -> [Value; 3] {
    of_day_in(server, "Europe/Stockholm", day)
}

/// The same of a day by the clock of this zone.
fn of_day_in(server: &Server, zone: &str, day: &str) -> [Value; 3] {
    let data = server.site().data();
    let data = data.to_str().expect("temporary folders have plain names");
    let total = |of: &str| {
        let asked = ["report", of, "--data", data, "--from", day, "--to", day];
        let zone = ["--time-zone", zone, "--json"];
        let report: Value = serde_json::from_str(&run(&[&asked[..], &zone].concat()).out)
            .expect("the report is JSON");
        report["total"].clone()
    };
    let (queues, agents) = (total("queues"), total("agents"));
    [queues["offered"].clone(), queues["answered"].clone(), agents["handled"].clone()]
}

/// The same of today on the screen, and before it what the centre was offered.
fn of_today(server: &Server) -> [Value; 4] {
    let Status(now) = server.status();
    let (queue, agent) = (&now["queues"][0]["today"], &now["agents"][0]["today"]);
    let [offered, answered] = ["offered", "answered"].map(|name| queue[name].clone());
    [now["totals"]["offered"].clone(), offered, answered, agent["handled"].clone()]
}

#[test]
fn the_figures_of_the_day_begin_anew_at_midnight_and_history_has_the_day_before() {
    // A minute before midnight in Stockholm.
    let late = "2026-11-30T22:59:00Z".parse().unwrap();
    let plan = PLAN.replacen("[[queue", "wrap_up = \"0s\"\n[[queue", 1);
    let plan = format!("timezone = \"Europe/Stockholm\"\n{plan}");
    let server = Server::start_at_moment(Site::new(&plan), late);
    let phone = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let _agent = Baresip::start(&phone);
    server.until_agent("1001", "ready");
    let call = |number| {
        let mut caller = Sipp::dial(server.sip(), number);
        server.until_agent("1001", "talking");
        caller.hang_up();
    };
    call("0701000011");
    wait::until_so("the call is on the screen", || of_today(&server) == [1; 4]);
    let midnight = 2 * wait::LONG;
    wait::until_within(midnight, "the day begins anew", || {
        (of_today(&server) == [0; 4]).then_some(())
    });
    assert_eq!(of_day(&server, "2026-11-30"), [1, 1, 1]);

    server.until_agent("1001", "ready");
    call("0701000012");
    wait::until_so("the call is on the screen", || of_today(&server) == [1; 4]);
    wait::until_so("the call is in the report", || of_day(&server, "2026-12-01") == [1, 1, 1]);
    assert_eq!(of_day(&server, "2026-11-30"), [1, 1, 1], "what is over stays");
    // A start has the figures of its day, and of that alone.
    let after = "2026-11-30T23:10:00Z".parse().unwrap();
    let server = Server::start_at_moment(server.kill(), after);
    wait::until_so("the day is there again", || of_today(&server) == [1; 4]);
}

#[test]
fn by_another_clock_the_figures_are_those_of_its_own_day_and_history_says_the_same() {
    let late = "2026-11-30T22:59:10Z".parse().unwrap();
    let plan = PLAN.replacen("[[queue", "wrap_up = \"0s\"\n[[queue", 1);
    let plan_in = |zone: &str| format!("timezone = \"{zone}\"\n{plan}");
    let server = Server::start_at_moment(Site::new(&plan_in("Europe/Stockholm")), late);
    let moves_to = |zone: &str| {
        fs::write(server.site().folder().join("dialplan.toml"), plan_in(zone)).unwrap();
        let socket = server.site().data().join("control.sock");
        let socket = socket.to_str().expect("temporary folders have plain names");
        let ran = run(&["reload", "--socket", socket]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    };
    let shows = |what: &str, wanted: u64| {
        wait::until_so(what, || of_today(&server) == [wanted; 4]);
    };
    let phone = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let _agent = Baresip::start(&phone);
    let call = |number| {
        server.until_agent("1001", "ready");
        let mut caller = Sipp::dial(server.sip(), number);
        server.until_agent("1001", "talking");
        caller.hang_up();
    };
    call("0701000021");
    shows("the call is on the screen", 1);
    wait::until_within(2 * wait::LONG, "the day begins anew", || {
        (of_today(&server) == [0; 4]).then_some(())
    });

    // There midnight is an hour later.
    moves_to("Europe/London");
    shows("the call is of today again", 1);
    call("0701000022");
    shows("so is the next one", 2);
    wait::until_so("history says so", || {
        of_day_in(&server, "Europe/London", "2026-11-30") == [2, 2, 2]
    });
    moves_to("Europe/Stockholm");
    shows("the second is of the day that has begun", 1);
    wait::until_so("history says so, too", || of_day(&server, "2026-12-01") == [1, 1, 1]);
}

fn says_the_same_everywhere(site: Site) {
    let server = Server::start(site);
    let by_key = Sipp::dial(server.sip(), "0701000001");
    let offer = prompt("sv/demo/support").part(0, 8_000);
    by_key.sound.until_heard("the offer", &offer, 0);
    by_key.sound.press('7');
    server.until_closed(1);

    let mut in_vain = Sipp::dial(server.sip(), "0701000002");
    server.until_calls(&["waiting"]);
    thread::sleep(NOT_SHORT);
    in_vain.hang_up();
    server.until_closed(2);

    let phone = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let agent = Baresip::start(&phone);
    server.until_agent("1001", "ready");
    let served = Sipp::dial(server.sip(), "0701000003");
    server.until_agent("1001", "talking");
    let waiting = Sipp::dial(server.sip(), "0701000004");
    let four = json!({ "offered": 4, "answered": 1, "abandoned": 1, "key": 1, "waiting": 1 });
    let before = until(&server, &four);
    assert_eq!(over_http(&server), before);
    let is = |name: &str| before["total"][name].clone();
    let counted = ["offered", "answered", "abandoned", "waiting"];
    let counted: Value = counted.iter().map(|name| ((*name).to_owned(), is(name))).collect();
    // The live figures are shown a moment after the ledger has them.
    wait::until_so("the live figures are those of the report", || live(&server) == counted);
    let at_work = agents(&server);
    assert_eq!((&at_work["handled"], add_up(&at_work)), (&json!(1), true), "{at_work}");
    let shown = until_the_screen_says_what_the_reports_say(&server);
    assert_eq!((&shown[0]["offered"], &shown[1]["handled"]), (&json!(4), &json!(1)), "{shown}");
    let book = server.site().data().join("report.xlsx");
    let flag = format!("--xlsx={}", book.display());
    assert_eq!(report(&server, &flag), "");
    assert!(fs::read(&book).expect("the workbook is there").starts_with(b"PK"));
    let csv = report(&server, "--csv");
    let total = csv.lines().last().expect("there is a total");
    assert!(total.starts_with("total,,4,1,1,0,0,0,0,1,0,0,0,0,1,"), "{csv}");

    let site = server.kill();
    drop((agent, served, waiting));
    let server = Server::start(site);
    let four = json!({ "offered": 4, "answered": 1, "abandoned": 1, "key": 1, "interrupted": 1 });
    let after = until(&server, &four);
    assert_eq!(over_http(&server), after);
    let at_work = agents(&server);
    assert_eq!((&at_work["handled"], add_up(&at_work)), (&json!(1), true), "{at_work}");
    let shown = until_the_screen_says_what_the_reports_say(&server);
    assert_eq!((&shown[0]["offered"], &shown[1]["handled"]), (&json!(4), &json!(1)), "{shown}");
    let totals = get(&server, "status")["totals"].clone();
    assert_eq!((&totals["offered"], &totals["answered"]), (&json!(4), &json!(1)), "{totals}");
    for same in ["average_wait_s", "longest_wait_s", "answered_in_time", "service_level"] {
        assert_eq!(after["total"][same], before["total"][same], "{same}");
    }
}
